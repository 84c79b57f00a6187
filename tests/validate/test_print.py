#!/usr/bin/python3
"""What onex-validate prints of rules, of findings and of the verdict, compared with the rule files and
with what the test itself put into the inbox."""
import csv
import glob
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile

B = os.environ.get("B", "build")
results = []


def check(condition, what, detail=""):
    results.append(bool(condition))
    print(f"{'ok' if condition else 'not ok'} {len(results)} - {what}", flush=True)
    if not condition and detail:
        print("# " + str(detail).replace("\n", "\n# ")[:2000], flush=True)


def run(stage, *arguments, language="C"):
    return subprocess.run([f"{B}/onex-{stage}", *arguments], capture_output=True, text=True, check=False,
                          env={**os.environ, "LC_ALL": language})


def headers(path):
    """The `-- key: value` lines of a rule file and its statement."""
    lines, found = open(path, encoding="utf-8").read().split("\n"), []
    while lines and lines[0].startswith("--"):
        match = re.match(r"-- ([^:|]+): (.*)", lines.pop(0))
        if match:
            found.append(match.groups())
    return found, "\n".join(lines)


def rules():
    found = {}
    for path in sorted(glob.glob("validate/rules/*.sql")):
        lines, statement = headers(path)
        said = dict(lines)
        cases = {key[5:]: value for key, value in lines if key.startswith("case ")}
        if "severity" in said:
            cases[""] = said["severity"]
        if "message x" in said:
            cases.setdefault("x", "note")
        found[said["rule"]] = (said, cases, statement, os.path.basename(path))
    return found


def about_rules(known):
    listed = run("validate", "--list")
    lines = [line.split("\t") for line in listed.stdout.splitlines()]
    check(listed.returncode == 0 and all(len(line) == 7 for line in lines), "--list: seven cells a line", listed.stderr)
    told = {(line[0], line[1], line[2], line[3], line[4], line[5]) for line in lines}
    wanted = {(rule, case, severity, said["clause"], said["subject"], said["title"])
              for rule, (said, cases, _, _) in known.items() for case, severity in cases.items()}
    check(told == wanted and len(lines) == len(told), f"--list: the {len(wanted)} cases of {len(known)} rule files, once each",
          sorted(told ^ wanted)[:6])
    for rule in ("R33", "R01"):
        said, cases, statement, name = known[rule]
        text = run("validate", "--explain", rule).stdout
        check(text.startswith(f"{rule} {said['title']}（{said['clause']}）\n{said['sentence']}\n") and text.endswith(statement)
              and f"validate/rules/{name}" in text, f"--explain {rule}: title, clause, sentence, file and statement", text[:600])
        check(all(re.search(rf"^{case or '-'}  {severity}\n   .", text, re.M) for case, severity in cases.items()),
              f"--explain {rule}: each case with its severity and message", text[:1500])
    done = run("validate", "--explain", "R999")
    check(done.returncode in (2, 3) and "R999" in done.stderr and not done.stdout, "--explain of no rule is refused, and named",
          (done.returncode, done.stderr))


def make(folder, changes):
    """The sound batch with cells of application.csv changed: {(record, heading): value}."""
    batch = os.path.join(folder, "batch")
    shutil.rmtree(batch, ignore_errors=True)
    shutil.copytree("tests/rules/base", os.path.join(batch, "inbox"))
    shutil.move(os.path.join(batch, "inbox", "notice.xml"), os.path.join(batch, "notice.xml"))
    path = os.path.join(batch, "inbox", "application.csv")
    with open(path, encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    for (record, heading), value in changes.items():
        rows[record][rows[0].index(heading)] = value
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    run("ingest", "--quiet", batch)
    return batch, rows


def letters(column):
    text = ""
    while column >= 0:
        text, column = chr(65 + column % 26) + text, column // 26 - 1
    return text


def about_findings(folder):
    odd = "甲\t乙\n丙"
    batch, rows = make(folder, {(1, "提交时间"): "2021-05-26 00:00:00", (2, "证书名称"): odd})
    late = run("validate", "--only", "R33", batch)
    lines = [line.split("\t") for line in late.stdout.splitlines() if line.startswith("R33\t")]
    at = rows[0].index("提交时间")
    check(late.returncode == 0 and len(lines) == 1, "--only R33: one line for the one late application", late.stdout + late.stderr)
    if len(lines) == 1:
        check(lines[0][:4] == ["R33", "a", "return", "application"] and lines[0][4] == rows[1][0],
              "its rule, case, severity, dataset and key", lines)
        check(lines[0][5:7] == ["application.csv", "2"] and lines[0][7].startswith(letters(at)), "its file, row and column", lines)
        check(lines[0][8] == "2021-05-26 00:00:00" and "2021-05-26" in lines[0][9] and len(lines[0]) == 10,
              "what stands there, and the message", lines)
    strange = run("validate", "--only", "R01", batch)
    lines = [line.split("\t") for line in strange.stdout.splitlines()]
    check(len(lines) == 1 and len(lines[0]) == 10 and lines[0][4] == rows[2][0] and lines[0][8] == "甲 乙 丙",
          "a tab and a line end within a cell are blanks: a line stays a line of ten cells", strange.stdout + strange.stderr)
    both = run("validate", "--only", "R33", "--only", "R01", batch)
    check(sorted(both.stdout.splitlines()) == sorted((late.stdout + strange.stdout).splitlines()), "two rules: the lines of both")
    with sqlite3.connect(batch + "/out/batch.db") as database:
        written = database.execute("SELECT (SELECT count(*) FROM outcome), (SELECT count(*) FROM finding WHERE rule LIKE 'R%')").fetchone()
    check(written == (0, 0), "--only writes no outcome and no finding", written)
    for option in ("--only", "--skip"):
        done = run("validate", option, "R999", batch)
        check(done.returncode in (2, 3) and "R999" in done.stderr, f"{option} with no rule is refused, and named", (done.returncode, done.stderr))


def about_verdict(folder):
    batch, rows = make(folder, {(1, "提交时间"): "2021-05-26 00:00:00"})
    english = run("validate", batch)
    chinese = run("validate", batch, language="zh_CN.UTF-8")
    n, m = ([int(number) for number in re.findall(r"\d+", done.stdout)] for done in (english, chinese))
    check(english.returncode == chinese.returncode == 0 and len(n) == 7 and n == m, "the verdict has the same seven figures in both languages",
          english.stdout + chinese.stdout)
    check(n[0] == len(rows) - 1 == sum(n[1:6]), "the outcomes add up to the applications of the file", n)
    check(n[4] == 1, "the late application is the one returned", n)
    check(chinese.stdout.startswith("申报 ") and english.stdout.endswith("findings.\n"), "each in its language", chinese.stdout)
    check(run("validate", "--quiet", batch).stdout == "", "--quiet: no verdict")


def main():
    known = rules()
    check(len(known) > 30, "the rule files are read")
    about_rules(known)
    with tempfile.TemporaryDirectory() as folder:
        about_findings(folder)
        about_verdict(folder)
    return 0 if all(results) else 1


sys.exit(main())
