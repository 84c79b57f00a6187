#!/usr/bin/python3
"""The sample's data/*.csv as they were when last looked at: a change of any figure, finding or
message shows here and is looked at before `make golden` takes it over. That the figures are right is
shown by others: tests/twin, tests/onex/test_figures.py, the rules' own cases."""
import os
import shutil
import subprocess
import sys
import tempfile

B = os.environ.get("B", "build")
GOLDEN = "tests/golden/2021-1"


def main():
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        batch = os.path.join(folder, "batch")
        shutil.copytree("samples/2021-1", batch, ignore=shutil.ignore_patterns("out", ".out.new", ".onex-cache"))
        subprocess.run([f"{B}/onex", "run", "--quiet", batch], check=True)
        names = sorted(set(os.listdir(GOLDEN)) | set(os.listdir(batch + "/out/data")))
        for number, name in enumerate(names, 1):
            made = f"{batch}/out/data/{name}"
            if "--take" in sys.argv:
                shutil.copy(made, GOLDEN)
            result = subprocess.run(["diff", "-u", f"{GOLDEN}/{name}", made], capture_output=True, text=True)
            print(f"{'not ok' if result.returncode else 'ok'} {number} - {name}")
            if result.returncode:
                bad += 1
                print("# " + result.stdout[:1500].replace("\n", "\n# ") + result.stderr)
    return 1 if bad else 0


sys.exit(main())
