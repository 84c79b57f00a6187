#!/usr/bin/python3
"""LibreOffice recalculates every workbook on loading; no cell may change."""
import os, re, shutil, subprocess, sys
import openpyxl
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import batch, kit
from kit import check

ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def same(a, b):
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        return a == b or abs(a - b) <= 1e-14 * max(abs(a), abs(b))  # it writes 15 digits
    return (a or "") == (b or "")


def recalculate(files, folder):
    profile = os.path.join(folder, "profile")
    os.makedirs(os.path.join(profile, "user"))
    with open(os.path.join(profile, "user", "registrymodifications.xcu"), "w") as f:
        f.write(ALWAYS)
    made = os.path.join(folder, "recalculated")
    return made, subprocess.run(["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", "xlsx",
                                 "--outdir", made, *files], capture_output=True, text=True, timeout=280)


def compare(before, after):
    """[(sheet, cell, written, recalculated)] and the number of formulas looked at."""
    formulas = openpyxl.load_workbook(before)
    written, fresh = (openpyxl.load_workbook(path, data_only=True) for path in (before, after))
    changed, count = [], 0
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type != "f":
                    continue
                count += 1
                old, new = written[sheet.title][cell.coordinate].value, fresh[sheet.title][cell.coordinate].value
                if not same(old, new):
                    changed.append((sheet.title, cell.coordinate, cell.value, old, new))
    return changed, count


if not shutil.which("soffice"):
    check(False, "soffice is there (make setup installs it)")
    kit.finish()
with kit.Folder() as folder:
    batch.fill(folder.out("batch.db"), applications=30, schools=7)
    result = kit.run(folder.path)
    check(result.returncode == 0, "runs", result.stderr)
    names = [n for n in kit.files(folder.out()) if n.endswith(".xlsx")]
    made, result = recalculate([folder.out(n) for n in names], folder.path)
    check(result.returncode == 0, "LibreOffice reads all workbooks", result.stderr)
    total = 0
    for name in names:
        changed, count = compare(folder.out(name), os.path.join(made, os.path.basename(name)))
        total += count
        check(not changed, f"{name}: {count} formulas keep their values", *changed[:8])
    check(total > 300, "there are live formulas", total)
    # The test must be able to fail: a wrong cached value has to be noticed.
    source = folder.out("reports/allocation.xlsx")
    import zipfile
    wrong = os.path.join(folder.path, "wrong.xlsx")
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(wrong, "w") as new:
        for part in old.namelist():
            data = old.read(part)
            if part == "xl/worksheets/sheet3.xml":
                data = re.sub(rb"(</f><v>)\d+", rb"\g<1>77", data, count=1)
            new.writestr(part, data)
    shutil.rmtree(os.path.join(folder.path, "profile"))
    made, result = recalculate([wrong], folder.path)
    changed, _ = compare(wrong, os.path.join(made, "wrong.xlsx"))
    check(changed, "a wrong cached value is noticed")
kit.finish()
