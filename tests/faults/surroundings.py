"""What the tests of the surroundings share: TAP, small batches, digests."""
import hashlib
import os
import shutil
import subprocess

B = os.environ.get("B", "build")
ONEX = os.path.abspath(f"{B}/onex")
results = []


def check(condition, what, detail=""):
    results.append(bool(condition))
    print(f"{'ok' if condition else 'not ok'} {len(results)} - {what}", flush=True)
    if not condition and detail:
        print("# " + str(detail).replace("\n", "\n# ")[:3000], flush=True)


def skip(what, why):
    results.append(True)
    print(f"ok {len(results)} - {what} # SKIP {why}", flush=True)


def onex(*arguments, **environment):
    return subprocess.run([ONEX, *arguments], capture_output=True, text=True, errors="replace", timeout=300,
                          env={**os.environ, "LC_ALL": "C", **environment}, check=False)


def base_batch(folder):
    """The sound batch of the rule tests, below `folder`."""
    path = os.path.join(folder, "batch")
    shutil.copytree("tests/rules/base", os.path.join(path, "inbox"))
    shutil.move(os.path.join(path, "inbox", "notice.xml"), os.path.join(path, "notice.xml"))
    return path


def digests(folder):
    found = {}
    for base, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(base, name)
            with open(path, "rb") as file:
                found[os.path.relpath(path, folder)] = hashlib.sha256(file.read()).hexdigest()
    return found


def left_behind(path):
    return sorted(set(os.listdir(path)) - {"inbox", "notice.xml", "out", ".onex-cache", "lost+found"})
