#!/usr/bin/python3
"""The fill-in workbooks as another program reads them: headings, types, drop-downs."""
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET

import openpyxl

PROGRAM = os.path.join(os.environ.get("B", "build"), "tests", "test_template")
XSD = "{http://www.w3.org/2001/XMLSchema}"
ONEX = "{urn:onex:schema}"
count = failed = 0


def check(good, what):
    global count, failed
    count += 1
    failed += not good
    print(("ok" if good else "not ok"), count, "-", what)


def definition(name):
    """The fields of a dataset, read from its XSD without the program."""
    types = {t.get("name"): t for t in ET.parse("schemas/types.xsd").getroot().iter(XSD + "simpleType")}
    fields = []
    for element in ET.parse(f"schemas/{name}.xsd").getroot().iter(XSD + "element"):
        info = element.find(f"./{XSD}annotation/{XSD}appinfo/{ONEX}field")
        if info is None:
            continue
        kind = element.get("type")
        simple = types[kind] if kind else element.find(XSD + "simpleType")
        values = [v.get("value") for v in simple.iter(XSD + "enumeration")]
        fields.append((info.get("heading"), kind, values, element.get("minOccurs") != "0"))
    return fields


def number_format(kind, values):
    if values or not kind:
        return "@" if values else "0"
    return {"count": "0", "money": "0.00", "day": "yyyy\\-mm\\-dd", "instant": "yyyy\\-mm\\-dd\\ hh:mm:ss"}.get(kind, "@")


def column_style(sheet, letter):
    for dimension in sheet.column_dimensions.values():
        if dimension.min <= openpyxl.utils.column_index_from_string(letter) <= dimension.max:
            return dimension
    return None


def look_at(name, path):
    fields = definition(name)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    options = book.worksheets[1] if any(f[2] for f in fields) else None
    check(len(book.worksheets) == (2 if options else 1), f"{name}: a second sheet only for options")
    headings = [cell.value for cell in sheet[3]]
    check(headings == [f[0] for f in fields], f"{name}: row 3 holds the headings")
    check(sheet.max_row == 3 and sheet.freeze_panes == "B4", f"{name}: nothing below the headings, panes frozen")
    check(sheet.sheet_state == "visible" and (not options or options.sheet_state == "hidden"),
          f"{name}: the options are hidden")
    check(all((("必填" in (sheet.cell(2, i + 1).value or "")) or not f[3]) for i, f in enumerate(fields)),
          f"{name}: required columns say so")
    validations = {str(v.sqref).split(":")[0].rstrip("0123456789"): v for v in sheet.data_validations.dataValidation}
    lists = formats = True
    for i, (heading, kind, values, _) in enumerate(fields):
        letter = openpyxl.utils.get_column_letter(i + 1)
        style = column_style(sheet, letter)
        got = style.number_format.replace("\\", "") if style else None
        formats = formats and got == number_format(kind, values).replace("\\", "")
        if values:
            rule = validations.get(letter)
            if rule is None or rule.type != "list":
                lists = False
                continue
            low, high = re.match(r"'选项'!\$([A-Z]+\$\d+):\$([A-Z]+\$\d+)$", rule.formula1).groups()
            cells = options[low.replace("$", "") + ":" + high.replace("$", "")]
            lists = lists and [row[0].value for row in cells] == values
    check(lists, f"{name}: each enumeration is a drop-down of its values")
    check(formats, f"{name}: columns have their formats")
    check(str(book.properties.created) == "2021-01-01 00:00:00", f"{name}: no clock in the properties")


def main():
    with tempfile.TemporaryDirectory() as folder:
        names = sorted(n[:-4] for n in os.listdir("schemas") if n.endswith(".xsd") and n not in ("types.xsd", "notice.xsd"))
        for name in names:
            path = os.path.join(folder, name + ".xlsx")
            done = subprocess.run([PROGRAM, name, path], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
            if not os.path.exists(path):
                check(False, f"{name}: written (status {done})")
                continue
            look_at(name, path)
    print(f"1..{count}")
    return 1 if failed else 0


sys.exit(main())
