#!/usr/bin/python3
"""The decision form comes back: filled in, dropped into the inbox, it decides."""
import datetime, glob, os, shutil, sqlite3, subprocess, sys
import openpyxl
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import kit
from kit import check


def pipeline(batch):
    """All four stages; the first message where one fails."""
    shutil.rmtree(os.path.join(batch, "out"))
    os.mkdir(os.path.join(batch, "out"))
    for stage in ("ingest", "validate", "transform", "report"):
        program = os.path.join(os.path.dirname(kit.PROGRAM), "onex-" + stage)
        done = subprocess.run([program, "-o", os.path.join(batch, "out"), batch], capture_output=True, text=True, timeout=120)
        if done.returncode:
            return f"{stage}: {done.stderr}"
    return ""


with kit.Folder() as folder:
    inbox = os.path.join(folder.path, "inbox")
    os.mkdir(inbox)
    for path in glob.glob("tests/rules/base/*.csv"):
        if os.path.basename(path) != "decision.csv":
            shutil.copy(path, inbox)
    shutil.copy("tests/rules/base/notice.xml", folder.path)
    error = pipeline(folder.path)
    check(not error, "the base batch runs", error)
    path = folder.out("reports/review.xlsx")
    book = openpyxl.load_workbook(path)
    sheet = book["审核决定"]
    top = next(row for row in range(1, 30) if sheet.cell(row, 1).value == "申报编号")
    column = {sheet.cell(top, k).value: k for k in range(1, sheet.max_column + 1)}

    def fill(row, **cells):
        for heading, value in cells.items():
            sheet.cell(row, column[heading]).value = value
    number = sheet.cell(top + 1, 1).value
    fill(top + 1, 决定="通过", 核定人数=3, 理由="材料齐全", 审核人="审核员甲", 审核日期=datetime.date(2021, 5, 29))
    last = max(row for row in range(top + 1, sheet.max_row + 1) if sheet.cell(row, 1).value)
    spare = sheet.cell(last + 1, column["行摘要"])
    check(spare.data_type == "f" and "MATCH" in spare.value and not sheet.cell(last + 1, 1).protection.locked,
          "a spare row looks up the row digest by the application", spare.value)
    book.save(os.path.join(inbox, "审核.xlsx"))
    error = pipeline(folder.path)
    check(not error, "the batch with the form runs", error)
    db = sqlite3.connect(folder.out("batch.db"))
    states = db.execute("SELECT s.state, count(*) FROM decision_state s GROUP BY 1").fetchall()
    check(states == [("valid", 1)], "one decision, valid; blank rows are none", states)
    got = db.execute("SELECT o.outcome, o.approved FROM outcome o JOIN application a ON a.id = o.application WHERE a.application_no = ?",
                     (number,)).fetchone()
    check(got == ("通过", 3), "the application has passed with the decided number", got)
    sheets = dict(db.execute("SELECT sheet, dataset FROM source WHERE file = '审核.xlsx' AND dataset <> ''").fetchall())
    check(sheets == {"审核决定": "decision"}, "no other sheet of the workbook is taken for data", sheets)
    published = openpyxl.load_workbook(folder.out("reports/published.xlsx"), data_only=True)["审核结果"]
    rows = [row for row in published.iter_rows(values_only=True) if isinstance(row[0], int)]
    check(len(rows) == 1 and rows[0][6] == 3, "and stands on the published list", rows)

    # the same through a spreadsheet program, which saves the workbook its own way
    profile = "-env:UserInstallation=file://" + os.path.join(folder.path, "profile")
    subprocess.run(["soffice", profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir",
                    os.path.join(folder.path, "saved"), os.path.join(inbox, "审核.xlsx")],
                   check=True, capture_output=True, timeout=180)
    os.replace(os.path.join(folder.path, "saved", "审核.xlsx"), os.path.join(inbox, "审核.xlsx"))
    error = pipeline(folder.path)
    check(not error, "the batch with the form as LibreOffice saved it runs", error)
    db = sqlite3.connect(folder.out("batch.db"))
    states = db.execute("SELECT s.state, count(*) FROM decision_state s GROUP BY 1").fetchall()
    held = db.execute("SELECT rule, message FROM ingest_finding WHERE dataset = 'decision'").fetchall()
    check(states == [("valid", 1)] and not held, "its decision is valid, its blank rows are none", (states, held))
    got = db.execute("SELECT o.outcome, o.approved FROM outcome o JOIN application a ON a.id = o.application WHERE a.application_no = ?",
                     (number,)).fetchone()
    check(got == ("通过", 3), "and it decides the same", got)
kit.finish()
