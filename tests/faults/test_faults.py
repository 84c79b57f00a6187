#!/usr/bin/python3
"""Fail the Nth: one call of one process of `onex run` goes wrong, for every call in turn.

After each fault: the run ends with 0 and the outputs are byte for byte those of an
undisturbed run, or it ends with 3, 4 or 5 and says what failed, the old output is as it
was and nothing is left behind. FAULTS=all takes every call (make faults); without it a
few calls of each kind, spread evenly."""
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile

B = os.environ.get("B", "build")
ONEX = os.path.abspath(f"{B}/onex")
LIBRARY = os.path.abspath(f"{B}/tests/failnth.so")
PROGRAMS = ["onex", "onex-ingest", "onex-validate", "onex-transform", "onex-report"]
KINDS = ["memory", "write", "full", "short", "sync", "rename", "open", "read", "interrupt", "truncate", "map"]
EVERY = os.environ.get("FAULTS") == "all"
TRIES = int(os.environ.get("FAULTS", "2")) if not EVERY else 0  # per program and kind
if "FAULTS" not in os.environ:
    KINDS = ["memory", "write", "sync", "rename", "open", "read", "interrupt"]
ONLY = os.environ.get("FAULTS_ONLY", "")  # "onex-report memory": only these words
results = []


def check(condition, what, detail=""):
    results.append(bool(condition))
    print(f"{'ok' if condition else 'not ok'} {len(results)} - {what}", flush=True)
    if not condition and detail:
        print("# " + str(detail).replace("\n", "\n# ")[:3000], flush=True)


def digests(folder):
    found = {}
    for base, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(base, name)
            with open(path, "rb") as file:
                found[os.path.relpath(path, folder)] = hashlib.sha256(file.read()).hexdigest()
    return found


def run(folder, program="", kind="", number=0):
    log = os.path.join(folder, "log")
    if os.path.exists(log):
        os.remove(log)
    environment = {**os.environ, "LC_ALL": "C", "TMPDIR": os.path.join(folder, "tmp"), "LD_PRELOAD": LIBRARY,
                   "FAILNTH_PROGRAM": program, "FAILNTH_KIND": kind, "FAILNTH_N": str(number), "FAILNTH_LOG": log}
    result = subprocess.run([ONEX, "run", "--force", "--quiet", os.path.join(folder, "batch")], capture_output=True,
                            text=True, errors="replace", env=environment, timeout=120, check=False)
    told = open(log, encoding="ascii").read() if os.path.exists(log) else ""
    return result, told


def faults_of(folder, reference, result):
    """What is wrong after a run, or ''."""
    batch = os.path.join(folder, "batch")
    left = sorted(set(os.listdir(batch)) - {"inbox", "notice.xml", "out", ".onex-cache"}) + os.listdir(os.path.join(folder, "tmp"))
    if left:
        return f"left behind: {left}"
    now = digests(os.path.join(batch, "out"))
    if now != reference:
        return "the output differs: " + " ".join(sorted(name for name in set(now) | set(reference)
                                                        if now.get(name) != reference.get(name)))
    if result.returncode not in (0, 3, 4, 5):
        return f"ended with {result.returncode}"
    if result.returncode != 0 and not re.search(r"^onex[a-z-]*( [a-z]+)?: .{8,}", result.stderr, re.M):
        return "no message"
    if "Sanitizer" in result.stderr or "runtime error" in result.stderr:
        return "a sanitizer complains"
    return ""


def cache_is_right(folder, reference):
    """A run that may begin with the rows kept by the one that failed gives the same."""
    with open(os.path.join(folder, "batch", "out", "data", "findings.csv"), "a", encoding="utf-8") as file:
        file.write("damaged\n")  # so that there is something to do
    subprocess.run([ONEX, "run", "--quiet", os.path.join(folder, "batch")], check=False)
    return digests(os.path.join(folder, "batch", "out")) == reference


def numbers(calls):
    if EVERY or calls <= TRIES:
        return list(range(1, calls + 1))
    return sorted({1 + round(i * (calls - 1) / (TRIES - 1)) for i in range(TRIES)})


def go_through(folder, reference, program, kind):
    result, told = run(folder, program, kind)
    calls = re.search(r"^calls (\d+)", told, re.M)
    calls = int(calls.group(1)) if calls else 0
    if not calls:
        return 0
    wrong, survived, hit = [], 0, 0
    for number in numbers(calls):
        try:
            result, told = run(folder, program, kind, number)
        except subprocess.TimeoutExpired:
            wrong.append(f"{program} {kind} {number}: hangs")
            continue
        operation = re.search(r"^failed (\w+)", told, re.M)
        hit += operation is not None
        survived += operation is not None and result.returncode == 0
        what = faults_of(folder, reference, result)
        if not what and program in ("onex", "onex-ingest") and not cache_is_right(folder, reference):
            what = "the rows kept are wrong"
        if what:
            wrong.append(f"{program} {kind} {number} ({operation.group(1) if operation else '?'}): {what}: "
                         f"{result.returncode} {result.stderr[-600:]}")
            shutil.rmtree(os.path.join(folder, "batch", ".out.new"), ignore_errors=True)
            shutil.rmtree(os.path.join(folder, "batch", ".onex-cache"), ignore_errors=True)
            shutil.rmtree(os.path.join(folder, "tmp"))
            os.mkdir(os.path.join(folder, "tmp"))
            run(folder)
    check(not wrong, f"{program}: {kind}: {hit} of {calls} calls failed, {hit - survived} runs refused, {survived} right all the same",
          f"{len(wrong)} wrong\n" + "\n".join(wrong[:12]))
    return hit


def main():
    if not os.path.exists(LIBRARY):
        print("not ok 1 - tests/failnth.so is not built: make units")
        return 1
    if "ONEX_SANITIZED" in os.environ:
        print("ok 1 - faults by preloading # SKIP the sanitizers bring an allocator of their own")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        os.makedirs(os.path.join(folder, "tmp"))
        shutil.copytree("tests/rules/base", os.path.join(folder, "batch", "inbox"))
        shutil.move(os.path.join(folder, "batch", "inbox", "notice.xml"), os.path.join(folder, "batch", "notice.xml"))
        result, _ = run(folder)
        check(result.returncode == 0, "the batch is sound", result.stderr)
        reference = digests(os.path.join(folder, "batch", "out"))
        hits = 0
        for program in PROGRAMS:
            for kind in KINDS:
                if not ONLY or all(word in f"{program} {kind}".split() for word in ONLY.split()):
                    hits += go_through(folder, reference, program, kind)
        check(hits > 0, f"{hits} faults in all")
    return 0 if all(results) else 1


sys.exit(main())
