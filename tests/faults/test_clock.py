#!/usr/bin/python3
"""The machine's clock has no part in the outputs: the same bytes whatever it shows, also where it
goes back while a run lasts, in every time zone; and what changed is told by the bytes, not by times."""
import json
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from surroundings import B, ONEX, base_batch, check, digests, left_behind, onex, results, skip  # noqa: E402

LIBRARY = os.path.abspath(f"{B}/tests/clock.so")
HOUR, DAY = 3600, 86400
CLOCKS = {  # what it shows first, seconds on at each question
    "before 1970": (-400 * DAY, 0), "1971": (365 * DAY, 0), "30 June 2019, a minute to midnight": (1561939140, 1),
    "the end of 32 bits in 2038": ((1 << 31) - 2, 1), "beyond 32 bits, 2106": ((1 << 32) - 2, 1),
    "year 9999": (253402300790, 1), "going back an hour at each question": (1621300000, -HOUR),
    "going on a day at each question": (1621300000, DAY)}
ZONES = ["UTC", "Asia/Shanghai", "America/St_Johns", "Pacific/Kiritimati", "XYZ-99:99", "", ":/nowhere", "<+13>-13:59:59"]


def run_under(clock, path, *options, zone="UTC"):
    start, step = clock
    environment = {"LD_PRELOAD": LIBRARY, "CLOCK_START": str(start), "CLOCK_STEP": str(step), "TZ": zone}
    return onex("run", "--json", *options, path, **environment)


def replace_keeping_times(path, old, new):
    """The same length, the same modification time: only the bytes tell."""
    assert len(old) == len(new)
    info = os.stat(path)
    with open(path, "rb") as file:
        data = file.read()
    assert old in data
    with open(path, "wb") as file:
        file.write(data.replace(old, new, 1))
    os.utime(path, ns=(info.st_atime_ns, info.st_mtime_ns))


def written(path):
    return {os.path.join(base, name): os.stat(os.path.join(base, name)).st_mtime_ns
            for base, _, names in os.walk(path) for name in names}


def same_bytes(folder, reference, verdict, said):
    path = base_batch(os.path.join(folder, "clocks"))
    told = os.path.join(folder, "asked")
    os.environ["CLOCK_LOG"] = told
    for name, clock in CLOCKS.items():
        run = run_under(clock, path, "--force")
        check(run.returncode == 0 and run.stderr == said and digests(path + "/out") == reference and not left_behind(path)
              and run.stdout.replace(path, "BATCH") == verdict, f"the same bytes and verdict, clock: {name}", run.stderr)
    del os.environ["CLOCK_LOG"]
    check(os.path.exists(told), "the clock was asked at all", "else the test proves nothing")
    for zone in ZONES:
        run = run_under(CLOCKS["30 June 2019, a minute to midnight"], path, "--force", zone=zone)
        check(run.returncode == 0 and digests(path + "/out") == reference, f"the same bytes, TZ={zone}", run.stderr)


def what_changed(folder, reference):
    """A changed byte is seen and an unchanged batch left alone, also as the clock goes back from run to run."""
    other = base_batch(os.path.join(folder, "other"))
    old, new = b",90,10,", b",91,10,"
    replace_keeping_times(other + "/inbox/application.csv", old, new)
    onex("run", "--quiet", other)
    changed = digests(other + "/out")
    check(changed != reference, "the changed cell changes the outputs")
    path = base_batch(os.path.join(folder, "steps"))
    before, wrong = (old, new), []
    for name in ["2038", "2019", "1971", "before 1970", "an hour at", "a day at", "2106", "1971"]:
        clock = next(value for key, value in CLOCKS.items() if name in key)
        expected = reference if before == (old, new) else changed
        first = run_under(clock, path)
        if first.returncode != 0 or json.loads(first.stdout)["unchanged"] or digests(path + "/out") != expected:
            wrong.append((name, "after the change", first.stdout[:60], first.stderr))
        stood = written(path + "/out")
        again = run_under(clock, path)
        if again.returncode != 0 or not json.loads(again.stdout)["unchanged"] or written(path + "/out") != stood:
            wrong.append((name, "again", again.stdout[:60], again.stderr))
        replace_keeping_times(path + "/inbox/application.csv", *before)
        before = before[::-1]
    check(not wrong, "8 runs under clocks that go back: each sees the changed byte, each second run is left undone", wrong)


def other_commands(folder):
    """What the other commands write is the same under two clocks and in two zones."""
    path = base_batch(os.path.join(folder, "packed"))
    onex("run", "--quiet", path)
    for what, arguments, name in [("pack", ["pack", path, "-o"], "bag.zip"), ("pack", ["pack", path, "-o"], "bag"),
                                  ("template", ["template", "application", "-o"], "form.xlsx"),
                                  ("dictionary", ["dictionary", "-o"], "dictionary.md"), ("new", ["new"], "batch")]:
        made = []
        for at, ((start, step), zone) in enumerate([(CLOCKS["1971"], "Asia/Shanghai"), ((2000000000, -DAY), "America/St_Johns")]):
            target = os.path.join(folder, f"made{at}", name)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            run = onex(*arguments, target, LD_PRELOAD=LIBRARY, CLOCK_START=str(start), CLOCK_STEP=str(step), TZ=zone)
            made.append((run.returncode, digests(os.path.dirname(target)), run.stderr.replace(target, "")))
            shutil.rmtree(os.path.dirname(target))
        check(made[0] == made[1] and made[0][0] == 0 and made[0][1], f"onex {what}: {name} is the same under two clocks", made)


def main():
    if not os.path.exists(LIBRARY):
        check(False, "tests/clock.so is built: make units")
        return 1
    if "ONEX_SANITIZED" in os.environ and subprocess.run([ONEX, "--version"], env={**os.environ, "LD_PRELOAD": LIBRARY},
                                                         capture_output=True, check=False).returncode != 0:
        skip("other clocks", "the address sanitizer wants to be loaded first")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        path = base_batch(os.path.join(folder, "reference"))
        run = onex("run", "--json", path)
        check(run.returncode == 0, "the batch is sound", run.stderr)
        reference = digests(path + "/out")
        same_bytes(folder, reference, run.stdout.replace(path, "BATCH"), run.stderr)
        what_changed(folder, reference)
        other_commands(folder)
    return 0 if all(results) else 1


sys.exit(main())
