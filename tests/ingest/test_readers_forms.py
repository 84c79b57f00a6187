#!/usr/bin/python3
"""The same records as CSV, XLSX, XLS and XML give the same typed rows and findings, and what
openpyxl writes is read as it was meant."""
import datetime
import io
import os
import random
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as tree
import zipfile

import openpyxl

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "hostile"))
import makers  # noqa: E402
from inboxes import BUILD, Batch, application, base, run_tests, same, table  # noqa: E402

XS = "{http://www.w3.org/2001/XMLSchema}"
HEADING = base("application")[0]


def elements(dataset):
    """Heading -> element name, from the schema."""
    found = {}
    for element in tree.parse(f"schemas/{dataset}.xsd").iter(XS + "element"):
        for field in element.findall(f"{XS}annotation/{XS}appinfo/"):
            if field.get("heading"):
                found[field.get("heading")] = element.get("name")
    return found


def as_csv(rows):
    return "a.csv", table(rows)


def as_xlsx(rows, change=lambda heading, text: text, epoch=None):
    """A workbook; `change` makes a cell's value of its text."""
    book = openpyxl.Workbook()
    if epoch:
        book.epoch = epoch
    for number, row in enumerate(rows):
        book.active.append([change(heading, text) if number and text else text or None
                            for heading, text in zip(rows[0], row)])
    out = io.BytesIO()
    book.save(out)
    return "a.xlsx", out.getvalue()


def as_office(rows, form):
    """A workbook that LibreOffice writes, every cell as text (XLSX: shared strings)."""
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(folder + "/out")
        with open(folder + "/a.xlsx", "wb") as file:
            file.write(as_xlsx(rows)[1])
        subprocess.run(["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", form,
                        "--outdir", folder + "/out", folder + "/a.xlsx"], check=True, capture_output=True, timeout=120)
        return "a." + form, open(f"{folder}/out/a.{form}", "rb").read()


def as_typed_xlsx(rows, epoch=None):
    """Numbers and dates as cells of their own kind."""
    def change(_, text):
        for form in ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S"):
            try:
                return datetime.datetime.strptime(text.replace("T", " "), form)
            except ValueError:
                pass
        plain = text.isascii() and text.replace(".", "", 1).isdigit() and not (text[0] == "0" and len(text) > 1)
        return float(text) if plain and "." in text else int(text) if plain and len(text) <= 15 else text
    return as_xlsx(rows, change, epoch)


def as_xls(rows):
    cells = b""
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            units = text.encode("utf-16-le")
            if text:
                head = r.to_bytes(2, "little") + c.to_bytes(2, "little") + b"\0\0" + (len(units) // 2).to_bytes(2, "little")
                cells += makers.record(0x0204, head + b"\1" + units)
    # streams of more than 63 KiB do not fit the maker's one sector of table
    return "a.xls", makers.xls(cells=cells)


def as_xml(rows, encoding="UTF-8"):
    names = elements("application")
    lines = [f'<?xml version="1.0" encoding="{encoding}"?>', "<applications>"]
    for row in rows[1:]:
        fields = []
        for heading, text in zip(rows[0], row):
            element = tree.Element(names[heading])
            element.text = text
            if text:
                fields.append(tree.tostring(element, encoding="unicode"))
        lines.append("<application>" + "".join(fields) + "</application>")
    return "a.xml", "\n".join([*lines, "</applications>\n"]).encode(encoding)


def read(name, content):
    """Typed rows and findings, without their places."""
    with Batch({name: content}) as batch:
        db = batch.ingest()
        columns = [row[1] for row in db.rows("PRAGMA table_info(application_text)")]
        places = {"id", "source", "row", "record", "byte_offset"}
        wanted = ", ".join(f'"{column}"' for column in columns if column not in places)
        rows = db.rows(f"SELECT {wanted} FROM application_text ORDER BY id")
        findings = db.rows("SELECT rule, field, raw, record_key FROM ingest_finding ORDER BY rule, record_key, field")
        counts = db.one("SELECT accepted, held, rejected FROM source")
        return rows, findings, counts


RECORDS = [HEADING, application("SB001"), application("SB002", 拟考证人数="120人", 备注="一&<二>\"三\" 😀"),
           application("SB003", 学校名称="", 费用确定日期="2021-13-01"), application("SB004", 等级="特级", 联系电话=" 027-87654321 "),
           application("", 备注="没有编号"), application("SB005", **{"考核费用标准(元/人)": "280.555"})]


def test_forms():
    """one set of records in every form: the same rows, findings and counts"""
    wanted = read(*as_csv(RECORDS))
    same(wanted[2], (1, 4, 1))
    for form in (as_xlsx, as_xls, as_xml):
        same(read(*form(RECORDS)), wanted)
    for encoding in ("GB18030", "UTF-16"):
        same(read(*as_xml(RECORDS, encoding)), wanted)


def test_typed_cells():
    """numbers and dates as spreadsheets keep them give the same rows as their texts"""
    clean = [HEADING, *[application(f"SB{i:03}", 拟考证人数=str(i + 40)) for i in range(1, 20)]]
    same(read(*as_typed_xlsx(clean)), read(*as_csv(clean)))


def thousand():
    """A thousand records, every third with something wrong in one cell."""
    chance = random.Random(11)
    wrong = [("拟考证人数", "120人"), ("等级", "特级"), ("在校生数", "同上"), ("费用确定日期", "2021-13-01"), ("负责人", ""),
             ("考核费用标准(元/人)", "280.555"), ("学校标识码", "4.29999E+09"), ("电子邮箱", "#N/A"), ("申报编号", ""),
             ("提交时间", "2021-05-18"), ("学生自愿", "也许"), ("参与试点学生数", "-4"), ("方案文件摘要", "不是摘要")]
    rows = [HEADING]
    for i in range(1000):
        changes = {"拟考证人数": str(chance.randrange(0, 3000)), "提交时间": f"2021-05-{chance.randrange(14, 26)} 08:{i % 60:02}:00"}
        if i % 3 == 0:
            changes.update([chance.choice(wrong)])
        rows.append(application(changes.pop("申报编号", f"SB{i:05}"), **changes))
    return rows


def test_thousand():
    """a thousand records in every form: the same rows, findings and counts"""
    rows = thousand()
    wanted = read(*as_csv(rows))
    same(wanted[2][0] + wanted[2][1] + wanted[2][2], 1000)
    assert wanted[2][1] > 200 and wanted[2][2] > 5, wanted[2]
    text = as_csv(rows)[1]
    text = text.decode() if isinstance(text, bytes) else text
    for encoding in ("utf-8-sig", "gb18030", "utf-16"):
        same(read("a.csv", text.encode(encoding)), wanted)
    tabs = "".join("\t".join(row) + "\r\n" for row in rows)
    same(read("a.txt", tabs.encode("utf-16")), wanted)
    inline, shared = as_xlsx(rows), as_office(rows, "xlsx")
    for content, part in ((inline, False), (shared, True)):
        same("xl/sharedStrings.xml" in zipfile.ZipFile(io.BytesIO(content[1])).namelist(), part)
        same(read(*content), wanted)
    same(read(*as_xml(rows)), wanted)
    same(read(*as_office(rows, "xls")), wanted)


def test_epoch():
    """date cells of the 1904 system are the same days"""
    clean = [HEADING, *[application(f"SB{i:03}", 拟考证人数=str(i + 40)) for i in range(1, 20)]]
    same(read(*as_typed_xlsx(clean, openpyxl.utils.datetime.CALENDAR_MAC_1904)), read(*as_csv(clean)))


def test_openpyxl():
    """random cells as openpyxl writes them"""
    chance = random.Random(7)
    letters = "中文ABab 12_x<&>\"'é😀"
    book = openpyxl.Workbook()
    page = book.active
    wanted = [f"sheet {page.title} 1 xlsx 1900"]
    start = datetime.datetime(1899, 12, 30)
    for row in range(1, 60):
        cells = []
        for column in range(1, 12):
            kind = chance.randrange(7)
            cell = page.cell(row, column)
            if kind == 0:
                cell.value = "".join(chance.choice(letters) for _ in range(chance.randrange(1, 12))).strip() or "x"
                cells.append("T" + cell.value)
            elif kind == 1:
                cell.value = chance.choice([0, 1, -5, 4142010834, 2 ** 40])
                cells.append(f"N{cell.value}")
            elif kind == 2:
                cell.value = chance.choice([0.1, 280.55, -1e-7, 1.5e300])
                cells.append(f"N{cell.value!r}")
            elif kind == 3:
                cell.value = chance.choice([True, False])
                cells.append(f"B{int(cell.value)}")
            elif kind == 4:
                cell.value = datetime.datetime(2021, 5, chance.randrange(1, 29))
                cell.number_format = chance.choice(["yyyy-mm-dd", 'yyyy"年"m"月"d"日"', "[$-804]yyyy/m/d;@", "mm-dd-yy"])
                cells.append(f"D{(cell.value - start).days}")
            elif kind == 5:
                cell.value = chance.choice(["#N/A", "#REF!", "#DIV/0!"])
                cells.append("E" + cell.value)
            else:
                cells.append("")
        while cells and not cells[-1]:
            cells.pop()
        wanted.append("|".join([f"{row}@-1", *cells]))
    path = os.path.join(os.environ.get("TMPDIR", "/tmp"), f"onex-openpyxl-{os.getpid()}.xlsx")
    book.save(path)
    try:
        got = subprocess.run([os.path.join(BUILD, "tests", "test_xlsx"), path], capture_output=True, check=True).stdout
    finally:
        os.unlink(path)
    same(got.decode().splitlines(), [*wanted, "end"])


run_tests(globals())
