#!/usr/bin/python3
"""The worked examples of README.md ("How to add…"), carried out on a copy of the data home: files are
written from the blocks that `<!-- file: PATH -->` names, the sh blocks are run, what came is looked at."""
import csv
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile

import openpyxl

B = os.path.abspath(os.environ.get("B", "build"))
DATA = ["onex", "report", "schemas", "transform", "validate"]
BATCH = "samples/2021-1"
results = []


def check(condition, what, detail=""):
    results.append(bool(condition))
    print(f"{'ok' if condition else 'not ok'} {len(results)} - {what}")
    if not condition and detail:
        print("# " + str(detail).replace("\n", "\n# ")[-2000:])


def copy_home(to):
    ignore = shutil.ignore_patterns("*.c", "*.h")
    for name in DATA:
        shutil.copytree(name, f"{to}/{name}", ignore=ignore)
    shutil.copy("VERSION", to)
    os.makedirs(f"{to}/{BATCH}")
    shutil.copy(f"{BATCH}/notice.xml", f"{to}/{BATCH}")
    shutil.copytree(f"{BATCH}/inbox", f"{to}/{BATCH}/inbox")
    os.symlink(B, f"{to}/build")


def examples(readme):
    """{heading: [(path or None, language, text)]} of the part How to add."""
    text = open(readme, encoding="utf-8").read().split("\n## ")
    part = next(p for p in text if "<!-- file: validate/rules/" in p)
    found = {}
    for section in part.split("\n### ")[1:]:
        blocks = re.findall(r"(?:<!-- file: (\S+) -->\n)?```(\w+)\n(.*?)^```$", section, re.M | re.S)
        found[section.splitlines()[0]] = blocks
    return found


def carry_out(blocks, home):
    """What the last block printed, and whether all ended well."""
    said, good = "", True
    for path, language, text in blocks:
        if path:
            with open(f"{home}/{path}", "w", encoding="utf-8") as file:
                file.write(text)
        elif language == "sh":
            done = subprocess.run(["bash", "-ec", text], cwd=home, text=True, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, env={**os.environ, "ONEX_HOME": home, "LC_ALL": "C"})
            said, good = done.stdout, good and done.returncode == 0
    return said, good


def rule(home, said):
    with open(f"{home}/{BATCH}/out/data/applications.csv", encoding="utf-8-sig") as file:
        numbers = {row["application_no"] for row in csv.DictReader(file)}
    db = sqlite3.connect(f"{home}/{BATCH}/out/batch.db")
    short = db.execute("SELECT count(*) FROM application WHERE plan_pages BETWEEN 1 AND 9").fetchone()[0]
    found = db.execute("SELECT count(*) FROM finding WHERE rule = 'R51'").fetchone()[0]
    check(found == short > 0 and len(numbers) > 1000, "the new rule finds each short plan", (found, short))
    check(said.count("R51\t") == 3, "--only prints its findings", said)


def factor(home, said):
    with open(f"{home}/{BATCH}/out/data/allocation.csv", encoding="utf-8-sig") as file:
        rows = [row for row in csv.DictReader(file) if row["scenario"] == "base"]
    mine = [row for row in rows if row["factor"] == "teachers"]
    check(sum(int(row["amount_fen"]) for row in mine) == 150_000_000, "the new factor divides 15 % of 1000 万元",
          said)
    check(not [row for row in rows if row["factor"] == "level"], "the old one is gone")


def sheet(home, said):
    book = openpyxl.load_workbook(f"{home}/{BATCH}/out/reports/review.xlsx", data_only=True)
    rows = list(book["等级统计"].iter_rows(values_only=True)) if "等级统计" in book.sheetnames else []
    counts = {row[0]: row[1] for row in rows if row[0] in ("初级", "中级", "高级", "不明")}
    check(sum(counts.values()) == 1502 if counts else False, "the new sheet counts every application", (rows[:8], said))


def dataset(home, said):
    check("样例智能制造有限公司|35" in said, "the new dataset is read into its table", said)
    check(os.path.getsize(f"{home}/合作企业.xlsx") > 3000, "and has a form")


def year(home, said):
    check("Batch 2022-1: 1502 applications" in said, "a new year is a new notice.xml", said)


LOOK = [rule, factor, sheet, dataset, year]


def main():
    found = examples("README.md")
    check(len(found) == len(LOOK), "README.md has five examples", list(found))
    chinese = examples("README.zh.md")
    check(list(found.values()) == list(chinese.values()), "README.zh.md has the same")
    for (title, blocks), look in zip(found.items(), LOOK):
        with tempfile.TemporaryDirectory() as home:
            copy_home(home)
            said, good = carry_out(blocks, home)
            check(good, f"{title}: its commands end well", said)
            if good:
                look(home, said)
    return 0 if all(results) else 1


sys.exit(main())
