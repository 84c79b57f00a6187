#!/usr/bin/python3
"""Fail the Nth: one call of one process of `onex run` goes wrong, for one call after the other.

After each fault: the run ends with 0 and the outputs are byte for byte those of an
undisturbed run, or it ends with 3, 4 or 5 and says what failed, the old output is as it
was and nothing is left behind.

FAULTS=all (make faults): a counting run tells the different call stacks of the calls, and for each
of them the first call and the last are failed. Stacks of allocations and writes are told apart by their innermost
FAULTS_DEPTH (7) return addresses, all others by the whole stack. FAULTS=every takes every single call,
FAULTS=25 so many calls a process and kind, spread evenly; without it a few, of the usual kinds.
With FAULTS=all a stage is started alone on what the stages before it made, as `onex run` starts it; what
`onex` makes of a stage that ends badly is tested with the other settings, which fail calls of whole runs.
FAULTS_ONLY="onex-report memory": these words only; FAULTS_LEAVE="memory": all but these. FAULTS_JOBS: runs at
once. FAULTS_SECONDS: the time for each process and kind; what is left out then is said."""
import concurrent.futures
import os
import queue
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from surroundings import B, ONEX, check, digests, results  # noqa: E402

LIBRARY = os.path.abspath(f"{B}/tests/failnth.so")
PROGRAMS = ["onex", "onex-ingest", "onex-validate", "onex-transform", "onex-report"]
KINDS = ["write", "full", "short", "sync", "rename", "open", "read", "interrupt", "truncate", "map",
         "folder", "mode", "lock", "thread", "process", "stat", "memory"]
FAULTS = os.environ.get("FAULTS", "2")
TRIES = int(FAULTS) if FAULTS.isdigit() else 0  # per program and kind
if "FAULTS" not in os.environ:
    KINDS = ["memory", "write", "sync", "rename", "open", "read", "interrupt", "lock", "stat"]
ONLY = os.environ.get("FAULTS_ONLY", "").split()
LEAVE = os.environ.get("FAULTS_LEAVE", "").split()
SECONDS = float(os.environ.get("FAULTS_SECONDS", "inf"))
DEPTH = dict.fromkeys(["memory", "write", "full"], os.environ.get("FAULTS_DEPTH", "7"))
JOBS = int(os.environ.get("FAULTS_JOBS", "2"))
SLACK = 400  # how much earlier a call may come in another run, where two threads count


def environment_of(folder, program, kind, number, stack, stacks):
    log = os.path.join(folder, "log")
    if os.path.exists(log):
        os.remove(log)
    environment = {**os.environ, "LC_ALL": "C", "TMPDIR": os.path.join(folder, "tmp"), "LD_PRELOAD": LIBRARY,
                   "FAILNTH_PROGRAM": program, "FAILNTH_KIND": kind, "FAILNTH_N": str(number), "FAILNTH_LOG": log}
    if kind in DEPTH:
        environment["FAILNTH_DEPTH"] = DEPTH[kind]
    if stack:
        environment["FAILNTH_STACK"] = stack
    if stacks:
        environment["FAILNTH_STACKS"] = stacks
    return environment


def start(folder, words, environment):
    result = subprocess.run(words, capture_output=True, text=True, errors="replace", env=environment, timeout=600, check=False)
    log = environment["FAILNTH_LOG"]
    return result, open(log, encoding="ascii").read() if os.path.exists(log) else ""


def run(folder, program="", kind="", number=0, stack="", stacks=""):
    return start(folder, [ONEX, "run", "--force", "--quiet", os.path.join(folder, "batch")],
                 environment_of(folder, program, kind, number, stack, stacks))


def run_stage(folder, program, kind="", number=0, stack="", stacks=""):
    """The stage alone, on a copy of what the stages before it made."""
    work, before = os.path.join(folder, "work"), os.path.join(folder, "before", program)
    shutil.rmtree(work, ignore_errors=True)
    if os.path.exists(before):
        shutil.copytree(before, work)
    return start(folder, [f"{ONEX.removesuffix('/onex')}/{program}", "-o", work, "--quiet", "--", os.path.join(folder, "batch")],
                 environment_of(folder, program, kind, number, stack, stacks))


def make_stages(folder):
    """before/STAGE: the out folder as each stage finds it; the digests as it leaves it."""
    after, stages = {}, PROGRAMS[1:]
    for at, stage in enumerate(stages):
        run_stage(folder, stage)
        after[stage] = digests(os.path.join(folder, "work"))
        if at + 1 < len(stages):
            shutil.copytree(os.path.join(folder, "work"), os.path.join(folder, "before", stages[at + 1]))
    return after


def faults_of_stage(folder, program, after, result):
    """What is wrong after a stage alone, or ''. What a refused one leaves in its folder `onex` throws away; only
    onex-report, which replaces old outputs, puts everything back itself."""
    work = os.path.join(folder, "work")
    now = digests(work)
    left = os.listdir(os.path.join(folder, "tmp")) + sorted(set(os.listdir(os.path.join(folder, "batch")))
                                                            - {"inbox", "notice.xml", "out", ".onex-cache"})
    if result.returncode == 0 and now != after:
        return "the output differs: " + " ".join(sorted(name for name in set(now) | set(after) if now.get(name) != after.get(name)))
    if program == "onex-report" and result.returncode != 0 and now != digests(os.path.join(folder, "before", program)):
        left += sorted(now)
    return f"left behind: {left}" if left else faults_told(result)


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
    return faults_told(result)


def faults_told(result):
    if "AsanThread::ThreadStart" in result.stderr:
        return ""  # the sanitizer's own: a thread of its did not begin
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


def is_alone(program):
    return FAULTS == "all" and program != "onex"


def calls_to_fail(folder, program, kind):
    """How often the process makes such calls, how many stacks they have (0: not asked), and which to fail:
    (number, stack)."""
    stacks = os.path.join(folder, "stacks") if FAULTS == "all" else ""
    if stacks and os.path.exists(stacks):
        os.remove(stacks)
    _, told = (run_stage if is_alone(program) else run)(folder, program, kind, stacks=stacks)
    calls = re.search(r"^calls (\d+)", told, re.M)
    calls = int(calls.group(1)) if calls else 0
    if not calls:
        return 0, 0, []
    if FAULTS == "every" or 0 < calls <= TRIES:
        return calls, 0, [(number, "") for number in range(1, calls + 1)]
    if not stacks:
        return calls, 0, sorted({(1 + round(i * (calls - 1) / (TRIES - 1)), "") for i in range(TRIES)})
    chosen, lines = [], open(stacks, encoding="ascii").read().splitlines()
    for name, times, first, last in sorted(map(str.split, lines), key=lambda words: int(words[2])):
        chosen.append((int(first), name))
        if int(times) > 1:
            chosen.append((int(last), name))
    return calls, len(lines), chosen


def fail_one(folder, reference, program, kind, number, stack):
    """Whether the call was met, whether the run went on, and what is wrong or ''."""
    go = run_stage if is_alone(program) else run
    try:
        result, told = go(folder, program, kind, max(1, number - SLACK) if stack else number, stack)
        if stack and "failed" not in told:
            result, told = go(folder, program, kind, 1, stack)
    except subprocess.TimeoutExpired:
        return True, False, f"{program} {kind} {number} {stack}: hangs"
    operation = re.search(r"^failed (\w+)", told, re.M)
    if is_alone(program):
        what = faults_of_stage(folder, program, reference[program], result)
    else:
        what = faults_of(folder, reference["onex"], result)
    if not what and not is_alone(program) and program in ("onex", "onex-ingest") and not cache_is_right(folder, reference["onex"]):
        what = "the rows kept are wrong"
    if what:
        what = (f"{program} {kind} {number} {stack} ({operation.group(1) if operation else '?'}): {what}: "
                f"{result.returncode} {result.stderr[-600:]}")
        shutil.rmtree(os.path.join(folder, "batch"))
        shutil.rmtree(os.path.join(folder, "tmp"))
        make_batch(folder)
    return operation is not None, result.returncode == 0, what


def go_through(folders, reference, program, kind):
    folder = folders.get()
    calls, stacks, chosen = calls_to_fail(folder, program, kind)
    folders.put(folder)

    until = time.monotonic() + SECONDS

    def one(call):
        if time.monotonic() > until:
            return None
        mine = folders.get()
        try:
            return fail_one(mine, reference, program, kind, *call)
        finally:
            folders.put(mine)

    if not calls:
        return 0
    if SECONDS < float("inf"):
        random.Random(0).shuffle(chosen)
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        done = [answer for answer in pool.map(one, chosen) if answer]
    hit = sum(met for met, _, _ in done)
    survived = sum(met and went_on for met, went_on, _ in done)
    wrong = [what for _, _, what in done if what]
    several = f" of {stacks} stacks" if stacks else ""
    if len(done) < len(chosen):
        several += f", {len(done)} of {len(chosen)} tried,"
    missed = f", {len(done) - hit} not met again" if hit < len(done) else ""
    check(not wrong, f"{program}: {kind}: {hit} of {calls} calls{several} failed, {hit - survived} runs refused, "
          f"{survived} right all the same{missed}", f"{len(wrong)} wrong\n" + "\n".join(wrong[:12]))
    return hit


def make_batch(folder):
    os.makedirs(os.path.join(folder, "tmp"))
    shutil.copytree("tests/rules/base", os.path.join(folder, "batch", "inbox"))
    shutil.move(os.path.join(folder, "batch", "inbox", "notice.xml"), os.path.join(folder, "batch", "notice.xml"))
    return run(folder)[0]


def main():
    if not os.path.exists(LIBRARY):
        print("not ok 1 - tests/failnth.so is not built: make units")
        return 1
    if "ONEX_SANITIZED" in os.environ:
        print("ok 1 - faults by preloading # SKIP the sanitizers bring an allocator of their own")
        return 0
    with tempfile.TemporaryDirectory() as root:
        folders = queue.Queue()
        for job in range(JOBS):
            result = make_batch(os.path.join(root, str(job)))
            folders.put(os.path.join(root, str(job)))
        check(result.returncode == 0, "the batch is sound", result.stderr)
        reference = {"onex": digests(os.path.join(root, "0", "batch", "out"))}
        if FAULTS == "all":
            for job in range(JOBS):
                reference |= make_stages(os.path.join(root, str(job)))
        hits = 0
        for kind in KINDS:
            for program in PROGRAMS:
                if all(word in (program, kind) for word in ONLY) and program not in LEAVE and kind not in LEAVE:
                    hits += go_through(folders, reference, program, kind)
        check(hits > 0, f"{hits} faults in all")
    return 0 if all(results) else 1


sys.exit(main())
