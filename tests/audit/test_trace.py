#!/usr/bin/python3
"""onex trace: figures of the workbooks as openpyxl finds them, by address and by key, down
to the cells of the raw files as Python reads them; and upwards from a cell."""
import csv
import json
import os
import sys
import xml.etree.ElementTree as ET
from decimal import Decimal

import openpyxl
from openpyxl.utils import column_index_from_string, get_column_letter

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from batches import Room, run, run_tests, same  # noqa: E402


def trace(room, figure, status=0):
    done = run("trace", "--json", room.batch, figure, home=room.home, check=status)
    return json.loads(done.out) if status == 0 else done.err


def nodes(root):
    yield root
    for part in root["parts"]:
        yield from nodes(part)


def all_text(root):
    return " ".join(node["label"] + " " + node["value"] for node in nodes(root))


def book(room, name):
    if not hasattr(room, "books"):
        room.books = {}
    if name not in room.books:
        folder = "returns" if name[0] in "4p" and name != "published.xlsx" else "reports"
        room.books[name] = openpyxl.load_workbook(room.path("batch", "out", folder, name), data_only=True)
    return room.books[name]


def rows_of(room, name, sheet, key):
    """The rows below the heading `key`: (row number, heading -> (letter, value))."""
    heading = None
    for row in book(room, name)[sheet].iter_rows():
        values = [cell.value for cell in row]
        if key in values:
            heading = {cell.value: cell.column_letter for cell in row if cell.value is not None}
        elif heading:
            record = {title: (letter, row[column_index_from_string(letter) - 1].value) for title, letter in heading.items()
                      if column_index_from_string(letter) <= len(row)}
            if record[key][1] is not None and sum(value is not None for _, value in record.values()) > 1:
                yield row[0].row, record


def at(name, sheet, letter, row):
    return f"{name}!{sheet}!{letter}{row}"


def source_cell(room, file, sheet, place):
    """The text of a cell of a raw CSV file or workbook, read by Python."""
    path = room.path("batch", "inbox", file)
    letters = place.rstrip("0123456789")
    row, column = int(place[len(letters):]), column_index_from_string(letters)
    if file.endswith(".csv"):
        with open(path, "rb") as stream:
            content = stream.read()
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                text = content.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
        return list(csv.reader(text.splitlines()))[row - 1][column - 1]
    return str(openpyxl.load_workbook(path, data_only=True)[sheet].cell(row, column).value)


def split_place(place):
    """"file sheet B12" -> its parts; the names have no blanks."""
    parts = place.split(" ")
    return (parts[0], parts[1] if len(parts) > 2 else "", parts[-1])


def leads_to_cells(room):
    """each application of 申报明细: its cells are those of the raw file, text for text"""
    checked = 0
    forms = set()
    for row, record in list(rows_of(room, "review.xlsx", "申报明细", "申报编号"))[::9]:
        number = record["申报编号"][1]
        root = trace(room, at("review.xlsx", "申报明细", record["申报"][0], row))
        same(root["value"], number)
        for node in root["parts"][0]["parts"]:
            if node["label"] not in ("申报编号", "学校名称", "证书名称", "拟考证人数", "专业代码") or ".xml" in node["place"]:
                continue
            file, sheet, place = split_place(node["place"])
            text = source_cell(room, file, sheet, place)
            same(text, node["raw"] or node["value"], node["place"])
            forms.add(file.rsplit(".", 1)[1])
            checked += 1
    assert checked > 30 and forms == {"csv", "xlsx"}, (checked, forms)


def leads_to_xml(room):
    """an application from XML: the line of its record's element in the file"""
    number, file = room.database().execute("SELECT a.application_no, s.file FROM application a JOIN source s ON s.id = a.source"
                                           " WHERE s.form = 'xml' AND a.unknown = 0 ORDER BY a.id LIMIT 1").fetchone()
    [node] = [n for n in trace(room, f"application/{number}")["parts"][0]["parts"] if n["label"] == "申报编号"]
    assert node["place"].startswith(f"{file} 第 "), node
    line = int(node["place"].split(" ")[2])
    with open(room.path("batch", "inbox", file), "rb") as stream:
        lines = stream.read().splitlines()
    record = ET.parse(room.path("batch", "inbox", file)).getroot()
    assert record is not None
    assert number.encode() in b"".join(lines[line - 1:line + 40]), (line, lines[line - 1])


def every_sheet(room):
    """every sheet of the three workbooks with a key column answers for its first and last record"""
    keys = {
        "review.xlsx": [("总览", "结论"), ("总览", "审核单位"), ("总览", "证书批次"), ("总览", "学校类型"), ("总览", "规则"),
                        ("申报明细", "申报编号"), ("问题清单", "规则"), ("审核决定", "申报编号"), ("院校统计", "学校标识码"),
                        ("证书统计", "证书代码"), ("市州统计", "单位代码"), ("规则目录", "规则"), ("人工核查单", "学校标识码"),
                        ("数据来源", "文件"), ("对账", "核对事项")],
        "allocation.xlsx": [("参数与假设", "测算方案"), ("因素数据", "学校标识码"), ("测算过程", "学校标识码"), ("情景对比", "学校标识码"),
                            ("测算图", "学校名称"), ("分配表-基本方案-预测算", "学校标识码")],
        "province.xlsx": [("反馈概况", "学校标识码"), ("须修改事项", "申报编号"), ("申报结论", "申报编号")],
    }
    for name, sheets in keys.items():
        for sheet, key in sheets:
            records = [(row, record) for row, record in rows_of(room, name, sheet, key) if record[key][1] != "合计"]
            assert records, (name, sheet, key)
            last = records[0] if sheet == "总览" else records[-1]
            for row, record in (records[0], last):
                letter = record[key][0]
                root = trace(room, at(name, sheet, letter, row))
                assert root["parts"], (name, sheet, row)


def finding_rows(room):
    """问题清单: the row's own finding, with its raw text"""
    for row, record in list(rows_of(room, "review.xlsx", "问题清单", "规则"))[:60:5]:
        root = trace(room, at("review.xlsx", "问题清单", record["规则"][0], row))
        messages = [node["value"] for node in root["parts"]]
        assert record["问题与处理意见"][1] in messages, (row, messages)
        raw = record["原文"][1]
        assert raw is None or raw in [node["raw"] for node in root["parts"]], (row, raw)


def school_numbers(room):
    """院校统计: 申报 is the sum over the applications that the tree lists"""
    for row, record in list(rows_of(room, "review.xlsx", "院校统计", "学校标识码"))[1:40:13]:
        root = trace(room, at("review.xlsx", "院校统计", record["申报"][0], row))
        parts = [node for node in root["parts"] if node["label"].startswith("申报 ")]
        same(len(parts), record["申报条数"][1])
        declared = [leaf["value"] for node in parts for leaf in node["parts"] if leaf["label"] == "拟考证人数"]
        same(sum(map(int, declared)), record["申报"][1])


def unit_numbers(room):
    """市州统计 and 总览: as many applications as the figure says"""
    for row, record in list(rows_of(room, "review.xlsx", "市州统计", "单位代码"))[:3]:
        root = trace(room, at("review.xlsx", "市州统计", record["申报条数"][0], row))
        same(len([n for n in root["parts"] if n["label"].startswith("申报 ")]), record["申报条数"][1])
    for row, record in list(rows_of(room, "review.xlsx", "总览", "结论"))[:5]:
        if record["申报条数"][1] and record["结论"][1] != "合计":
            root = trace(room, at("review.xlsx", "总览", record["申报条数"][0], row))
            same(len([n for n in root["parts"] if n["label"].startswith("申报 ")]), record["申报条数"][1])


def yuan(text):
    return Decimal(text.split(" 元")[0])


def amounts(room):
    """资金分配表: the shares of the tree are the row's cells and sum to the amount; scenario by sheet"""
    sheet = "分配表-基本方案-预测算"
    rows = [r for r in rows_of(room, "allocation.xlsx", sheet, "学校标识码") if r[1]["学校标识码"][1] != "合计"]
    for row, record in rows[:3]:
        root = trace(room, at("allocation.xlsx", sheet, record["测算额"][0], row))
        same(root["value"], record["学校标识码"][1])
        [scenario] = root["parts"]
        same(scenario["value"], "base-provisional")
        total = yuan(scenario["parts"][0]["value"])
        same(total, Decimal(str(record["测算额"][1])) * 10000)
        shares = {n["label"].removeprefix("因素 "): yuan(n["value"]) for n in scenario["parts"][1:]}
        same(sum(shares.values()), total)
        for title, share in shares.items():
            same(share, Decimal(str(record[title][1])) * 10000, title)


def amount_to_cells(room):
    """an amount leads to heads in the raw files: 试点规模 is the sum of the 拟考证人数 cells"""
    school, x = room.database().execute("SELECT printf('%010d', school_code), x FROM allocation WHERE run = 'base-provisional'"
                                        " AND factor = 'scale' AND x > 0 ORDER BY school_code LIMIT 1").fetchone()
    [scenario] = trace(room, f"allocation/{school}/base-provisional")["parts"]
    [scale] = [node for node in scenario["parts"] if node["label"] == "因素 试点规模"]
    heads = 0
    for node in nodes(scale):
        if node["label"] == "拟考证人数":
            heads += int(source_cell(room, *split_place(node["place"])))
    same(heads, x)


def scenario_by_column(room):
    """情景对比: the scenario is that of the column; 测算过程: that of the row"""
    row, record = next(rows_of(room, "allocation.xlsx", "情景对比", "学校标识码"))
    for title, (letter, value) in record.items():
        if "（" in str(title):
            [scenario] = trace(room, at("allocation.xlsx", "情景对比", letter, row))["parts"]
            same(yuan(scenario["parts"][0]["value"]), Decimal(str(value)) * 10000, title)
    rows = list(rows_of(room, "allocation.xlsx", "测算过程", "学校标识码"))
    row, record = rows[-1]
    [scenario] = trace(room, at("allocation.xlsx", "测算过程", record["金额（万元）"][0], row))["parts"]
    [share] = [n for n in scenario["parts"] if n["label"] == "因素 " + record["因素"][1]]
    same(yuan(share["value"]), Decimal(str(record["金额（万元）"][1])) * 10000)


def upwards(room):
    """from a cell of a raw file up to findings, application, school, certificate and money"""
    number, row, school, finding, file = room.database().execute(
        "SELECT a.application_no, a.row, printf('%010d', a.school_code), f.id, s.file FROM application a"
        " JOIN source s ON s.id = a.source JOIN outcome o ON o.application = a.id"
        " JOIN finding f ON f.row_id = a.id AND f.dataset = 'application'"
        " JOIN allocation_total t ON t.school_code = a.school_code"
        " WHERE s.form = 'csv' AND o.outcome = '建议通过' ORDER BY a.id LIMIT 1").fetchone()
    text = all_text(trace(room, f"cell/{file}!!M{row}"))
    for word in (f"finding/{finding} ", f"application/{number} ", f"school/{school} ", "certificate/", "unit/province",
                 f"allocation/{school}/base-provisional"):
        assert word in text, (word, text)


def upwards_from_others(room):
    """from a city review and from a performance row"""
    file, sheet, row, number = room.database().execute(
        "SELECT s.file, s.sheet, r.row, r.application_no FROM city_review r JOIN source s ON s.id = r.source"
        " JOIN application a ON a.application_no = r.application_no ORDER BY r.id LIMIT 1").fetchone()
    assert f"application/{number} " in all_text(trace(room, f"cell/{file}!{sheet}!C{row}"))
    file, row, school = room.database().execute(
        "SELECT s.file, p.row, printf('%010d', p.school_code) FROM performance p JOIN source s ON s.id = p.source"
        " JOIN allocation_total t ON t.school_code = p.school_code ORDER BY p.id LIMIT 1").fetchone()
    assert f"allocation/{school}/" in all_text(trace(room, f"cell/{file}!!F{row}"))


def round_trip(room):
    """down from a figure to a cell and up from that cell comes back to the figure"""
    row, record = next(rows_of(room, "review.xlsx", "院校统计", "学校标识码"))
    root = trace(room, at("review.xlsx", "院校统计", record["申报"][0], row))
    leaf = next(node for node in nodes(root) if node["label"] == "拟考证人数")
    file, sheet, place = split_place(leaf["place"])
    assert f"school/{root['value']} " in all_text(trace(room, f"cell/{file}!{sheet}!{place}"))


def every_form(room):
    """every form of key that the help lists answers"""
    db = room.database()
    file, sheet = db.execute("SELECT file, sheet FROM source WHERE sheet <> '' ORDER BY id LIMIT 1").fetchone()
    certificate = db.execute("SELECT certificate_code FROM certificate_count WHERE certificate_code <> '' LIMIT 1").fetchone()[0]
    level = db.execute("SELECT level FROM certificate_count WHERE certificate_code = ?", (certificate,)).fetchone()[0]
    rule, record = db.execute("SELECT rule || rule_case, record_key FROM finding WHERE rule = 'R33' LIMIT 1").fetchone()
    school = db.execute("SELECT printf('%010d', school_code) FROM allocation_total LIMIT 1").fetchone()[0]
    for figure in ("finding/1", f"finding/{rule}/{record}", f"rule/{rule}", "rule/R33", "unit/420100", "unit/province",
                   "outcome/退回", "kind/中职", "release/1", f"source/{file}", f"source/{file}!{sheet}", "crosscheck/1", "total/",
                   "run/base-provisional", "run/基本方案（预测算）", f"certificate/{certificate}", f"certificate/{certificate}/{level}",
                   f"school/{school}", f"allocation/{school}"):
        assert trace(room, figure)["parts"], figure


def totals(room):
    """a 合计 row is traced to what it sums"""
    rows = {record["序号"][1]: (row, record) for row, record in rows_of(room, "review.xlsx", "院校统计", "序号")}
    row, record = rows["合计"]
    root = trace(room, at("review.xlsx", "院校统计", record["申报"][0], row))
    assert f"申报 {record['申报'][1]} 人" in root["parts"][0]["value"], root["parts"][0]
    sheet = "分配表-基本方案-预测算"
    cells = [cell for line in book(room, "allocation.xlsx")[sheet].iter_rows() for cell in line if cell.value == "合计"]
    root = trace(room, at("allocation.xlsx", sheet, get_column_letter(10), cells[-1].row))
    assert any(node["label"].startswith("学校 allocation/") for node in root["parts"]), root


def refusals(room):
    """what cannot be traced: 1 where nothing has the key, 2 for what is no figure"""
    for figure in ("finding/999999", "application/none", "school/1", "rule/R99", "cell/none.csv!!A1", "none.xlsx!x!A1",
                   "review.xlsx!填写说明!A5", "review.xlsx!总览!A1"):
        trace(room, figure, 1)
    for figure in ("nonsense", "review.xlsx!总览", "review.xlsx!总览!12", "cell/x.csv", ""):
        trace(room, figure, 2)
    run("trace", room.batch, home=room.home, check=2)
    text = run("trace", room.batch, "outcome/退回", home=room.home, check=0).out
    assert text.startswith("outcome: 退回\n"), text[:80]


TESTS = [leads_to_cells, leads_to_xml, every_sheet, finding_rows, school_numbers, unit_numbers, amounts, amount_to_cells,
         scenario_by_column, upwards, upwards_from_others, round_trip, every_form, totals, refusals]

if __name__ == "__main__":
    ROOM = Room()
    try:
        run_tests(TESTS, ROOM)
    finally:
        ROOM.close()
