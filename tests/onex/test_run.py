#!/usr/bin/python3
"""onex run as its users meet it: verdict, exit codes, bad input, whole or not at all."""
import csv
import fcntl
import glob
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

B = os.environ.get("B", "build")
ONEX = os.path.abspath(f"{B}/onex")
SAMPLE = os.path.abspath("samples/2021-1")
results = []


def check(condition, what, detail=""):
    results.append(bool(condition))
    print(f"{'ok' if condition else 'not ok'} {len(results)} - {what}")
    if not condition and detail:
        print("# " + str(detail).replace("\n", "\n# ")[:2000])


def onex(*arguments, **environment):
    return subprocess.run([ONEX, *arguments], capture_output=True, text=True,
                          env={**os.environ, "LC_ALL": "C", **environment})


def batch(folder, size=120):
    """A small batch of its own below `folder`: `size` sound applications, and the second record of
    one number (R44) and of one unit (R43a); the identical one (R43b) does not count."""
    path = os.path.join(folder, "batch")
    subprocess.run([f"{B}/generate", "--to", path, "--size", str(size)], check=True)
    return path


def digests(folder):
    found = {}
    for base, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(base, name)
            found[os.path.relpath(path, folder)] = hashlib.sha256(open(path, "rb").read()).hexdigest()
    return found


def leftovers(path):
    return [name for name in os.listdir(path) if name not in ("notice.xml", "inbox", "out", ".onex-cache")]


def good_batch(folder):
    path = batch(folder)
    run = onex("run", path)
    check(run.returncode == 0, "a sound batch ends with 0", run.stderr)
    check(run.stdout.strip().splitlines()[-1].startswith("Batch 2021-1: 122 applications"), "the last line says the verdict",
          run.stdout)
    made = digests(path + "/out")
    wanted = ["reports/review.xlsx", "reports/allocation.xlsx", "reports/published.xlsx", "reports/review.html",
              "data/applications.csv", "data/findings.csv", "data/school_counts.csv", "data/certificate_counts.csv",
              "data/region_counts.csv", "data/allocation.csv", "data/sources.csv", "batch.db", "audit.sql"]
    check(all(name in made for name in wanted), "every named output is there", sorted(made))
    verified = subprocess.run(["sha256sum", "-c", "--quiet", "manifest-sha256.txt"], cwd=path + "/out", capture_output=True)
    check(verified.returncode == 0, "sha256sum -c accepts the manifest")
    listed = {line[66:].rstrip("\n") for line in open(path + "/out/manifest-sha256.txt", encoding="utf-8")}
    check(listed == set(made) - {"manifest-sha256.txt"}, "the manifest lists every output", listed ^ set(made))
    inputs = subprocess.run(["sha256sum", "-c", "--quiet", "out/inputs-sha256.txt"], cwd=path, capture_output=True)
    check(inputs.returncode == 0, "sha256sum -c accepts the list of inputs")
    again = onex("run", path)
    check("unchanged" in again.stdout and digests(path + "/out") == made, "an unchanged batch is recognised")
    forced = onex("run", "--force", path)
    check(forced.returncode == 0 and digests(path + "/out") == made, "a forced run gives the same bytes")
    answer = json.loads(onex("run", "--json", path).stdout)
    check(answer["applications"] == 122 and sum(answer["outcomes"].values()) == 122, "--json tells the outcomes")
    chinese = onex("run", path, LC_ALL="zh_CN.UTF-8")
    check("批次 2021-1" in chinese.stdout, "the verdict is Chinese under a Chinese locale", chinese.stdout)
    check("没有生效" not in chinese.stdout and answer["idleDecisions"] == 0, "no decision is said to be idle")
    check(onex("run", "--fail-on", "reject", path).returncode == 1, "--fail-on reject ends with 1 where something is rejected")
    check(onex("run", "--quiet", path).stdout == "", "--quiet prints nothing")
    with open(path + "/out/data/findings.csv", "a", encoding="utf-8") as file:
        file.write("tampered\n")
    check(onex("run", path).returncode == 0 and digests(path + "/out") == made, "a damaged output is made again")
    changed_rule(folder, path, made)
    return path


def odd_names(folder):
    """The list of inputs is the same whether the files were read for it or ingest read them."""
    path = os.path.join(folder, "odd-names")
    shutil.copytree("tests/rules/base", path + "/inbox")
    shutil.move(path + "/inbox/notice.xml", path + "/notice.xml")
    os.mkdir(path + "/inbox/子 文件夹")
    texts = {b"a\nb.csv": "甲,乙\n", b"\\.csv": "丙\n", b"\xff\xfe.csv": "丁\n", "子 文件夹/市州.csv".encode(): "戊\n", b"zz.csv": "甲,乙\n",
             b"notes.txt": "", b".hidden": "己\n", b"~$lock.xlsx": "庚\n"}
    for name, text in texts.items():
        with open(os.fsencode(path) + b"/inbox/" + name, "w", encoding="utf-8") as file:
            file.write(text)
    os.symlink("notes.txt", path + "/inbox/link.csv")
    run = onex("run", path)
    listed = open(path + "/out/inputs-sha256.txt", "rb").read()
    verified = subprocess.run(["sha256sum", "-c", "--quiet", "out/inputs-sha256.txt"], cwd=path, capture_output=True)
    wanted = len(os.listdir("tests/rules/base")) + 6  # neither hidden files nor links; notice.xml among the base's
    check(run.returncode == 0 and verified.returncode == 0 and listed.count(b"\n") == wanted,
          "every file is in the list of inputs, whatever its name", (run.stderr, listed))
    check("unchanged" in onex("run", path).stdout, "the list made from the files says the same")
    with open(path + "/inbox/zz.csv", "a", encoding="utf-8") as file:
        file.write("辛\n")
    check("unchanged" not in onex("run", path).stdout, "a changed file is seen")
    again = open(path + "/out/inputs-sha256.txt", "rb").read()
    onex("run", "--force", path)
    check(listed != again == open(path + "/out/inputs-sha256.txt", "rb").read(), "both lists of the changed batch are one")


def idle_decision(folder):
    """A decision on a rule that there is not: no finding tells of it, so the verdict does."""
    path = os.path.join(folder, "idle")
    shutil.copytree("tests/rules/base", path + "/inbox")
    shutil.move(path + "/inbox/notice.xml", path + "/notice.xml")
    with open(path + "/inbox/decision.csv", "w", encoding="utf-8") as file:
        file.write("申报编号,规则编号,决定,核定人数,理由,审核人,审核日期,行摘要\n")
        file.write(f"SB001,R99,豁免,,有文件依据,测试审核人,2021-05-29,{'0' * 64}\nSB001,R10,豁免,,有文件依据,测试审核人,2021-05-29,{'0' * 64}\n")
    said = onex("run", path, LC_ALL="zh_CN.UTF-8").stdout.strip().splitlines()
    check(said[-2:-1] == ["审核决定中有 1 条的规则编号不存在（如 R99），没有生效，请核对后重新填写。"]
          and said[-1].startswith("批次 2021-1"), "a decision on a rule that there is not is told", said)


def changed_rule(folder, path, made):
    """A changed rule begins at validate, and gives the same bytes as a run from the raw files."""
    home = os.path.join(folder, "home")
    for name in ("schemas", "validate", "transform", "report", "onex"):
        shutil.copytree(name, os.path.join(home, name), ignore=shutil.ignore_patterns("*.c", "*.h"))
    shutil.copy("VERSION", home)
    rule = next(iter(glob.glob(home + "/validate/rules/R08-*.sql")))
    text = open(rule, encoding="utf-8").read()
    with open(rule, "w", encoding="utf-8") as file:
        file.write(text.replace("-- severity: note", "-- severity: review"))
    kept = onex("run", path, ONEX_HOME=home)
    check(kept.returncode == 0 and "reading the inbox" not in kept.stderr and "judging" in kept.stderr,
          "a changed rule begins at validate", kept.stderr)
    reused = digests(path + "/out")
    onex("run", "--force", path, ONEX_HOME=home)
    check(digests(path + "/out") == reused != made, "and gives the bytes of a whole run")
    back = onex("run", path)
    check(back.returncode == 0 and digests(path + "/out") == made, "the rule changed back gives the old bytes")


def refused(path, status, words, what):
    before = digests(path + "/out") if os.path.isdir(path + "/out") else None
    run = onex("run", "--force", path)
    after = digests(path + "/out") if os.path.isdir(path + "/out") else None
    message = run.stderr + run.stdout
    check(run.returncode == status and all(word in message for word in words), what, f"{run.returncode}\n{message}")
    check(before == after and not leftovers(path), f"{what}: nothing is half-written", leftovers(path))


def bad_input(folder, path):
    bad = os.path.join(folder, "bad")
    shutil.copytree(path, bad)
    shutil.rmtree(bad + "/inbox")
    os.mkdir(bad + "/inbox")
    refused(bad, 3, ["inbox"], "an empty inbox is 3")
    with open(bad + "/inbox/other.csv", "w", encoding="utf-8") as file:
        file.write("甲,乙\n1,2\n")
    refused(bad, 3, [], "an inbox without any application is 3")
    shutil.rmtree(bad + "/inbox")
    refused(bad, 3, ["inbox"], "no inbox is 3")
    shutil.copytree(path + "/inbox", bad + "/inbox")
    notice = open(bad + "/notice.xml", encoding="utf-8").read()

    def with_notice(text, words, what):
        with open(bad + "/notice.xml", "w", encoding="utf-8") as file:
            file.write(text)
        refused(bad, 3, words, what)

    with_notice(notice.replace('opens="2021-05-14"', 'opens="soon"'), ["notice.xml"], "a notice with a wrong date is 3")
    with_notice(notice.replace("<severities/>", '<severities><severity rule="R99" is="note"/></severities>'), ["R99"],
                "a notice that names an unknown rule is 3")
    with_notice(notice.replace("<severities/>", '<severities><severity rule="R33" case="q" is="note"/></severities>'),
                ["R33"], "a notice that names an unknown case is 3")
    with_notice(notice.replace("<severities/>", '<severities><severity rule="R33" case="b" is="fatal"/></severities>'),
                ["notice.xml"], "an unknown severity is 3")
    with_notice(notice.replace("<severities/>", "<surprise/>"), ["notice.xml"], "an unknown element is 3")
    with_notice(notice.replace('batch="2021-1"', 'batch="1999-1"'), ["notice.xml"], "an unknown year is 3")
    with_notice(notice[: len(notice) // 2], ["notice.xml"], "a notice cut short is 3")
    with_notice('<?xml version="1.0"?><!DOCTYPE n [<!ENTITY e "x">]>' + notice.split("?>", 1)[1], ["notice.xml"],
                "a notice with a DOCTYPE is 3")
    os.remove(bad + "/notice.xml")
    refused(bad, 3, ["notice.xml"], "no notice is 3")
    check(onex("run", folder + "/nowhere").returncode == 3, "a folder that is not there is 3")
    for arguments in (["run"], ["run", "--wrong", path], ["run", "--fail-on", "x", path], ["rnu"], []):
        check(onex(*arguments).returncode == 2, f"wrong use is 2: {' '.join(arguments[:2])}")


def strange_files(folder, path):
    """Files that are no tables cost themselves, not the batch."""
    odd = os.path.join(folder, "odd")
    shutil.copytree(path, odd)
    base = onex("run", "--force", odd)
    before = list(csv.reader(open(odd + "/out/data/applications.csv", encoding="utf-8-sig")))
    with open(odd + "/inbox/无关.csv", "w", encoding="utf-8") as file:
        file.write("甲,乙\n1,2\n")
    open(odd + "/inbox/空.csv", "w").close()
    with open(odd + "/inbox/坏.xlsx", "wb") as file:
        file.write(b"PK\x03\x04 broken")
    os.symlink("/etc/passwd", odd + "/inbox/链接.csv")
    run = onex("run", odd)
    rows = list(csv.DictReader(open(odd + "/out/data/findings.csv", encoding="utf-8-sig")))
    by_file = {row["source_file"]: row["rule"] for row in rows if row["rule"].startswith("S")}
    check(base.returncode == 0 and run.returncode == 0, "strange files do not stop the batch", run.stderr)
    check(by_file.get("无关.csv") == "S02" and by_file.get("空.csv") == "S01" and by_file.get("坏.xlsx") == "S01"
          and by_file.get("链接.csv") == "S01", "each strange file has its finding", by_file)
    after = list(csv.reader(open(odd + "/out/data/applications.csv", encoding="utf-8-sig")))
    check(before == after, "the applications are the same with them")


def one_at_a_time(path):
    before = digests(path + "/out")
    lock = os.open(path, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    run = onex("run", "--force", path)
    check(run.returncode == 4 and "another run" in run.stderr, "a second run says so and stops", run.stderr)
    os.close(lock)
    check(digests(path + "/out") == before, "the first run's output is untouched")


def killed(path, times):
    """Kill -9 at any instant: the old output or the new one, and the next run is whole."""
    before = digests(path + "/out")
    whole = True
    for i in range(times):
        process = subprocess.Popen([ONEX, "run", "--force", "--quiet", path], start_new_session=True)
        time.sleep(0.6 * (i + 1) / times)
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()
        whole = whole and digests(path + "/out") == before
    check(whole, f"{times} kills leave the output whole")
    run = onex("run", "--force", path)
    check(run.returncode == 0 and digests(path + "/out") == before and not leftovers(path), "the run after a kill gives the same bytes",
          run.stderr)


def main():
    with tempfile.TemporaryDirectory() as folder:
        path = good_batch(folder)
        idle_decision(folder)
        odd_names(folder)
        bad_input(folder, path)
        strange_files(folder, path)
        one_at_a_time(path)
        killed(path, int(os.environ.get("KILLS", "20")))
    return 0 if all(results) else 1


sys.exit(main())
