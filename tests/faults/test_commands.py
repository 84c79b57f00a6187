#!/usr/bin/python3
"""Single programs used out of order, on what is not theirs, with nowhere to write, and with a
helper that dies: the status that README names, one message, nothing written."""
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from surroundings import B, base_batch, check, digests, onex, results, skip  # noqa: E402

FAULTS = os.path.abspath(f"{B}/tests/failnth.so")


def stage(name, *arguments, language="C"):
    return subprocess.run([f"{B}/onex-{name}", *arguments], capture_output=True, text=True, check=False, timeout=300,
                          env={**os.environ, "LC_ALL": language})


def refused(run, status, *words):
    return run.returncode == status and not run.stdout and all(word in run.stderr for word in words) \
        and len(run.stderr.strip().splitlines()) == 1


def rows_of(path):
    with sqlite3.connect(path + "/out/batch.db") as database:
        return list(database.iterdump())


def out_of_order(folder):
    path = base_batch(folder)
    os.makedirs(path + "/out")
    for name in ("transform", "validate", "report"):
        run = stage(name, "--quiet", path)
        check(run.returncode in (3, 4) and "batch.db" in run.stderr and os.listdir(path + "/out") == [],
              f"onex-{name} without batch.db names it and makes nothing", run.stderr)
    check(refused(stage("transform", path), 3, "onex-ingest"), "onex-transform says what to run first")
    check(refused(stage("transform", path, language="zh_CN.UTF-8"), 3, "onex-ingest", "请先运行"), "in Chinese as well")
    stage("ingest", "--quiet", path)
    before = digests(path + "/out")
    run = stage("transform", "--quiet", path)
    check(refused(run, 3, "onex-validate"), "before the applications are judged onex-transform wants onex-validate", run.stderr)
    check(digests(path + "/out") == before, "and leaves batch.db as it was")
    stage("validate", "--quiet", path)
    once = (stage("transform", "--quiet", path), rows_of(path))
    again = (stage("transform", "--quiet", path), rows_of(path))
    check(once[0].returncode == again[0].returncode == 0 and once[1] == again[1], "twice is as once", again[0].stderr)
    with open(path + "/out/batch.db", "wb") as file:
        file.write(b"no database\n" * 400)
    before = digests(path + "/out")
    for name in ("validate", "transform", "report"):
        run = stage(name, "--quiet", path)
        check(run.returncode in (3, 4) and run.stderr.strip() and digests(path + "/out") == before,
              f"onex-{name} on a file that is no database ends with a message", (run.returncode, run.stderr))
    shutil.rmtree(path)


def dictionary(folder):
    plain = onex("dictionary")
    target = os.path.join(folder, "dictionary.md")
    named = onex("dictionary", "-o", target)
    check(plain.returncode == named.returncode == 0 and named.stdout == "" and open(target, encoding="utf-8").read() == plain.stdout,
          "onex dictionary: the file is what standard output is", named.stderr)
    check(onex("dictionary", "--output", "-").stdout == plain.stdout, "`-` is standard output")
    check(refused(onex("dictionary", "-o", os.path.join(folder, "none", "x.md")), 4, "none/x.md"), "a folder that is not there is 4, and named")
    if os.path.exists("/dev/full"):
        check(refused(onex("dictionary", "-o", "/dev/full"), 4, "No space left"), "a full disk is 4, and said")
    for arguments in (["dictionary", "more"], ["dictionary", "--unknown"], ["dictionary", "-o"]):
        run = onex(*arguments)
        check(run.returncode == 2 and run.stderr and not run.stdout, f"onex {' '.join(arguments)} is wrong use", run.stderr)


def reader_that_dies(folder):
    """`onex diff` and `onex audit` read workbooks through onex-ingest: where that fails, so do they."""
    if "ONEX_SANITIZED" in os.environ or not os.path.exists(FAULTS):
        skip("a reader of cells that dies", "needs the preloaded faults")
        return
    left = base_batch(os.path.join(folder, "left"))
    right = base_batch(os.path.join(folder, "right"))
    with open(right + "/inbox/application.csv", encoding="utf-8") as file:
        text = file.read()
    with open(right + "/inbox/application.csv", "w", encoding="utf-8") as file:
        file.write(text.replace(",90,10,", ",91,10,", 1))
    for path in (left, right):
        onex("run", "--quiet", path)
    book = os.path.join(folder, "difference.xlsx")
    sound = onex("diff", left, right, "-o", book)
    check(sound.returncode in (0, 1) and os.path.exists(book), "onex diff writes its workbook", (sound.returncode, sound.stderr))
    wrong = []
    for number in (1, 50, 500, 2000):
        if os.path.exists(book):
            os.remove(book)
        log = os.path.join(folder, "log")
        run = onex("diff", left, right, "-o", book, LD_PRELOAD=FAULTS, FAILNTH_PROGRAM="onex-ingest", FAILNTH_KIND="memory",
                   FAILNTH_N=str(number), FAILNTH_LOG=log)
        told = open(log, encoding="ascii").read() if os.path.exists(log) else ""
        if os.path.exists(log):
            os.remove(log)
        if "failed" in told and not (run.returncode in (4, 5) and run.stderr) and not (
                run.returncode == sound.returncode and run.stdout == sound.stdout):
            wrong.append((number, run.returncode, run.stderr[-300:], os.listdir(folder)))
    check(not wrong, "where the reader of its workbook runs out of memory onex diff says so or is right", wrong)


def main():
    with tempfile.TemporaryDirectory() as folder:
        out_of_order(folder)
        dictionary(folder)
        reader_that_dies(folder)
    return 0 if all(results) else 1


sys.exit(main())
