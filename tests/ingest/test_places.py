#!/usr/bin/python3
"""The place is right: each finding's file is opened by another reader at its sheet, row and
column, and the raw text that the finding reports must stand there."""
import collections
import csv
import datetime
import os
import re
import shutil
import subprocess
import tempfile
import xml.etree.ElementTree as ElementTree

import openpyxl
import xlrd
from openpyxl.utils import column_index_from_string
from openpyxl.utils.datetime import to_excel

B = os.environ.get("B", "build")


def decoded(path):
    data = open(path, "rb").read()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValueError(path)


def number_text(value):
    """A cell's text: whole numbers without a fraction."""
    if isinstance(value, float) and value == int(value):
        value = int(value)
    return "" if value is None else str(value)


def xls_value(sheet, row, column):
    if row >= sheet.nrows or column >= sheet.row_len(row):
        return None
    cell = sheet.cell(row, column)
    return xlrd.error_text_from_code[cell.value] if cell.ctype == xlrd.XL_CELL_ERROR else cell.value


def as_old_workbook(inbox, name):
    """One workbook of the inbox in the form of 1997 instead, with all that is wrong in it."""
    subprocess.run(["soffice", f"-env:UserInstallation=file://{inbox}-profile", "--headless", "--convert-to", "xls",
                    "--outdir", inbox, f"{inbox}/{name}.xlsx"], check=True, capture_output=True, timeout=120)
    os.remove(f"{inbox}/{name}.xlsx")


class Places:
    """Cells by (row, column) of every file, read without the project's code."""

    def __init__(self, inbox):
        self.inbox = inbox
        self.files = {}

    def csv_cells(self, path):
        """The physical line on which a record begins, and its cells."""
        reader = csv.reader(decoded(path).splitlines(keepends=True))
        rows = {}
        line = 1
        for record in reader:
            rows[line] = record
            line = reader.line_num + 1
        return rows

    def xml_cells(self, path):
        """Records by the line of their element, found in the text itself."""
        text = decoded(path)
        root = ElementTree.fromstring(text.encode())
        lines = [number for number, line in enumerate(text.splitlines(), 1)
                 if re.match(rf"\s*<{root[0].tag}>", line)]
        return {line: {child.tag: child.text or "" for child in record} for line, record in zip(lines, root)}

    def load(self, name):
        if name not in self.files:
            path = os.path.join(self.inbox, name)
            if name.endswith(".xls"):
                self.files[name] = xlrd.open_workbook(path)
            elif name.endswith(".xlsx"):
                self.files[name] = openpyxl.load_workbook(path)
            elif name.endswith(".xml"):
                self.files[name] = self.xml_cells(path)
            else:
                self.files[name] = self.csv_cells(path)
        return self.files[name]

    def text(self, name, sheet, row, column):
        cells = self.load(name)
        if name.endswith(".xls"):
            return number_text(xls_value(cells.sheet_by_name(sheet), row - 1, column_index_from_string(column) - 1))
        if name.endswith(".xlsx"):
            value = cells[sheet].cell(row, column_index_from_string(column)).value
            if isinstance(value, (datetime.datetime, datetime.date)):
                value = to_excel(value)
            return number_text(value)
        if name.endswith(".xml"):
            return cells[row].get(column.rsplit("/", 1)[1], "")
        record = cells[row]
        index = column_index_from_string(column) - 1
        return record[index] if index < len(record) else ""


def main():
    with tempfile.TemporaryDirectory() as folder:
        batch = os.path.join(folder, "batch")
        shutil.copytree("samples/2021-1", batch, ignore=shutil.ignore_patterns("out", ".out.new"))
        as_old_workbook(batch + "/inbox", "试点申报-中职")
        subprocess.run([f"{B}/onex", "run", "--quiet", batch], check=True)
        places = Places(batch + "/inbox")
        wrong, right = [], 0
        forms = collections.Counter()
        for row in csv.DictReader(open(batch + "/out/data/findings.csv", encoding="utf-8-sig")):
            if not row["source_column"]:
                continue
            raw = row["raw"][1:] if row["raw"].startswith("'") else row["raw"]  # the formula guard
            found = places.text(row["source_file"], row["source_sheet"], int(row["source_row"]), row["source_column"])
            # a serial of a date cell may be told with a fraction of a second less
            same = found == raw or (raw.replace(".", "", 1).isdigit() and found.replace(".", "", 1).isdigit()
                                    and abs(float(found) - float(raw)) < 1e-6)
            if same:
                right += 1
                forms[row["source_file"].rsplit(".", 1)[1]] += 1
            else:
                wrong.append((row["rule"], row["source_file"], row["source_row"], row["source_column"], raw, found))
    print(f"{'ok' if not wrong else 'not ok'} 1 - each of {right + len(wrong)} findings stands where it says")
    for line in wrong[:10]:
        print("#", line)
    print(f"{'ok' if set(forms) == {'csv', 'xlsx', 'xls', 'xml'} and forms['xls'] > 50 and right > 300 else 'not ok'} 2 - in every form: {dict(forms)}")


main()
