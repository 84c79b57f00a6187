#!/usr/bin/python3
"""The review workbook in the inbox: its sheets that are reports are listed, and no fault."""
import glob
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import zipfile

B = os.path.abspath(os.environ.get("B", "build"))
FORM = "审核决定"
results = []


def check(condition, what, detail=""):
    results.append(bool(condition))
    print(f"{'ok' if condition else 'not ok'} {len(results)} - {what}")
    if not condition and detail:
        print("# " + str(detail).replace("\n", "\n# ")[:2000])


def sheets_of(path):
    with zipfile.ZipFile(path) as package:
        return package.read("xl/workbook.xml").decode().count("<sheet ")


def ingest(batch, out):
    done = subprocess.run([f"{B}/onex-ingest", "--quiet", "-o", out, batch], capture_output=True, text=True)
    if done.returncode:
        return done.stderr, {}, []
    db = sqlite3.connect(os.path.join(out, "batch.db"))
    sources = dict(db.execute("SELECT sheet, dataset FROM source WHERE file = 'review.xlsx'").fetchall())
    faults = db.execute("SELECT s.sheet, f.rule FROM ingest_finding f JOIN source s ON s.id = f.source"
                        " WHERE s.file = 'review.xlsx' AND f.rule LIKE 'S%'").fetchall()
    db.close()
    return "", sources, faults


def rewritten(path, part, change):
    """The workbook with the text of one part changed; a change to None leaves the part out."""
    copy = path + ".new"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            text = old.read(item)
            if item.filename == part:
                text = change(text.decode())
                text = text if text is None else text.encode()
            if text is not None:
                new.writestr(item.filename, text)
    os.replace(copy, path)


with tempfile.TemporaryDirectory() as folder:
    batch, out = os.path.join(folder, "batch"), os.path.join(folder, "out")
    inbox = os.path.join(batch, "inbox")
    os.makedirs(inbox)
    for path in glob.glob("tests/rules/base/*.csv"):
        shutil.copy(path, inbox)
    shutil.copy("tests/rules/base/notice.xml", batch)
    subprocess.run([f"{B}/onex", "run", "--quiet", batch], check=True)
    made = os.path.join(batch, "out/reports/review.xlsx")
    review = os.path.join(inbox, "review.xlsx")

    shutil.copy(made, review)
    error, sources, faults = ingest(batch, out)
    check(not error and len(sources) == sheets_of(made) and sources[FORM] == "decision", "every sheet is listed", error or sources)
    check(not faults, "none of them is a fault", faults)

    profile = "-env:UserInstallation=file://" + os.path.join(folder, "profile")
    subprocess.run(["soffice", profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", inbox, made],
                   check=True, capture_output=True, timeout=300)
    error, sources, faults = ingest(batch, out)
    check(not error and len(sources) == sheets_of(review) and sources[FORM] == "decision" and not faults,
          "the same as LibreOffice saves it", error or (sources, faults))

    shutil.copy(made, review)
    rewritten(review, "docProps/custom.xml", lambda text: text.replace("<vt:lpwstr>onex ", "<vt:lpwstr>another "))
    error, sources, faults = ingest(batch, out)
    others = sheets_of(made) - 1
    check(not error and sorted(faults) == sorted((sheet, "S02") for sheet in sources if sheet != FORM) and len(faults) == others,
          "a workbook of another program is judged as any", error or faults)

    shutil.copy(made, review)
    rewritten(review, "docProps/custom.xml", lambda text: text[:len(text) // 2])
    error, sources, faults = ingest(batch, out)
    check(not error and {rule for _, rule in faults} == {"S02"} and sources[FORM] == "decision",
          "properties that are no XML are no fault of the workbook", error or faults)

    shutil.copy(made, review)
    rewritten(review, "xl/workbook.xml", lambda text: text.replace("审核决定", "决定表").replace("总览", "审核决定", 1))
    error, sources, faults = ingest(batch, out)
    check(not error and ("审核决定", "S02") in faults, "a sheet with the name of a form must be one", error or faults)
sys.exit(0 if all(results) else 1)
