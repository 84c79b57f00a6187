#!/usr/bin/python3
"""The Chinese manuals: every ```sh block is run, in order, in a copy of the sample; every line of a
```text block stands in what the block before it printed. `<!-- test: NAME -->` marks what a person
does by hand; the functions below do it."""
import datetime
import os
import re
import shutil
import subprocess
import sys
import tempfile

import openpyxl

B = os.path.abspath(os.environ.get("B", "build"))
SAMPLE = os.path.abspath("samples/2021-1")
PICTURES = os.path.abspath("docs/pictures")
results = []


def check(condition, what, detail=""):
    results.append(bool(condition))
    print(f"{'ok' if condition else 'not ok'} {len(results)} - {what}")
    if not condition and detail:
        print("# " + str(detail).replace("\n", "\n# ")[-2000:])


def copy_sample(to):
    os.mkdir(to)
    shutil.copy(f"{SAMPLE}/notice.xml", to)
    shutil.copytree(f"{SAMPLE}/inbox", f"{to}/inbox")


def school_mends(folder, _):
    """The school sends its file again, one name put right."""
    os.mkdir(f"{folder}/学校重报")
    text = open(f"{folder}/旧文件/试点申报-高职.csv", "rb").read()
    assert "Web前端开法".encode("gb18030") in text
    with open(f"{folder}/学校重报/试点申报-高职.csv", "wb") as file:
        file.write(text.replace("Web前端开法".encode("gb18030"), "Web前端开发".encode("gb18030")))


def fill_decisions(folder, _):
    """Passes the first application that is recommended."""
    path = f"{folder}/审核决定-第二次.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book["审核决定"]
    top = next(row for row in range(1, 30) if sheet.cell(row, 1).value == "申报编号")
    column = {sheet.cell(top, k).value: k for k in range(1, sheet.max_column + 1)}
    row = next(r for r in range(top + 1, sheet.max_row) if sheet.cell(r, column["当前结论"]).value == "建议通过")
    for heading, value in (("决定", "通过"), ("理由", "材料齐全"), ("审核人", "审核员甲"),
                           ("审核日期", datetime.date(2021, 5, 31))):
        sheet.cell(row, column[heading]).value = value
    book.save(path)


def add_scenario(folder, block):
    path = f"{folder}/2021-1/notice.xml"
    text = open(path, encoding="utf-8").read()
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace("</allocation>", block + "</allocation>"))


HANDS = {"school-mends": school_mends, "fill-decisions": fill_decisions, "add-scenario": add_scenario}


def parts(path):
    """(kind, text) in order: sh, text, xml blocks and the marks."""
    text = open(path, encoding="utf-8").read()
    for found in re.finditer(r"<!-- test: ([a-z-]+) -->|^```(sh|text|xml)\n(.*?)^```$", text, re.M | re.S):
        yield ("mark", found[1]) if found[1] else (found[2], found[3])


def run(block, folder, state):
    """Runs a block in the folder that the one before it ended in."""
    script = f"set -e\ncd \"$(cat {state})\"\n{block}\npwd > {state}\n"
    return subprocess.run(["bash", "-c", script], cwd=folder, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                          env={**os.environ, "LC_ALL": "zh_CN.UTF-8", "PATH": f"{B}:{os.environ['PATH']}"})


def follow(manual, folder):
    state = os.path.join(folder, ".where")
    with open(state, "w") as file:
        file.write(folder)
    pending, said, blocks = None, "", 0
    for kind, text in parts(manual):
        name = os.path.basename(manual)
        if kind == "mark" and text == "add-scenario":
            pending = text
        elif kind == "mark":
            HANDS[text](folder, "")
        elif kind == "xml" and pending:
            HANDS[pending](folder, text)
            pending = None
        elif kind == "sh":
            done = run(text, folder, state)
            said = done.stdout
            blocks += 1
            check(done.returncode == 0, f"{name}: {text.strip().splitlines()[-1]}", said)
        elif kind == "text":
            missing = [line for line in text.splitlines() if line.strip() not in said]
            check(not missing, f"{name}: prints {text.strip()[:40]}", f"{missing}\n{said}")
    check(blocks > 5, f"{os.path.basename(manual)} has commands")


def links(manual):
    text = open(manual, encoding="utf-8").read()
    missing = [link for link in re.findall(r"\]\((?!http)([^)#]+)\)", text)
               if not os.path.exists(os.path.join(os.path.dirname(manual), link))]
    check(not missing, f"{os.path.basename(manual)}: its pictures and links are there", missing)


def main():
    for name in ("经办人", "财务", "审计"):
        manual = os.path.abspath(f"docs/手册-{name}.md")
        with tempfile.TemporaryDirectory() as folder:
            if name == "经办人":
                shutil.copytree(f"{SAMPLE}/inbox", f"{folder}/收到的材料")
            elif name == "财务":
                copy_sample(f"{folder}/2021-1")
            else:
                copy_sample(f"{folder}/批次")
                for command in (["run", "--quiet", f"{folder}/批次"], ["pack", f"{folder}/批次", "-o", f"{folder}/2021-1-归档.zip"]):
                    subprocess.run([f"{B}/onex", *command], check=True, stderr=subprocess.DEVNULL)
                shutil.rmtree(f"{folder}/批次")
            follow(manual, folder)
        links(manual)
    total = sum(os.path.getsize(os.path.join(PICTURES, name)) for name in os.listdir(PICTURES))
    check(total < 1 << 20, "the pictures stay small", total)
    return 0 if all(results) else 1


sys.exit(main())
