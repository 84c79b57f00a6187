#!/usr/bin/python3
"""onex-ingest from end to end on small inboxes."""
import csv
import hashlib
import io
import os
import re
import sys

import openpyxl

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from inboxes import DIGEST, Batch, application, applications, base, run_tests, same, table  # noqa: E402

HEADING = base("application")[0]
LEVEL = HEADING.index("等级")
DECLARED = HEADING.index("拟考证人数")
CLEAN = applications(application("SB001"))


def letter(column):
    """The letters of a column counted from 0."""
    text = ""
    column += 1
    while column:
        column, digit = divmod(column - 1, 26)
        text = chr(65 + digit) + text
    return text


def test_title_total_footer():
    """title rows, a wrong total, footers: each line is accounted for"""
    width = len(HEADING)
    rows = [["某省试点申报表"] + [""] * (width - 1), ["填报单位：某学院"] + [""] * (width - 1), HEADING,
            application("SB001", 拟考证人数="90"), application("SB002", 拟考证人数="30"), [""] * width,
            ["合　计"] + [""] * (width - 1), ["填表人：甲", "", "审核人：乙"] + [""] * (width - 3),
            ["注：本表一式两份"] + [""] * (width - 1)]
    rows[6][DECLARED] = "121"
    rows[6][HEADING.index("在校生数")] = "400"
    with Batch({"a.csv": table(rows)}) as batch:
        db = batch.ingest()
        same(db.counts("a.csv"), (9, 2, 0, 0, 7))
        same(db.value("SELECT heading_row FROM source"), 3)
        same(db.findings(), [("S07", 7, letter(DECLARED), "declared", "121")])
        same(db.rows("SELECT row, record FROM application"), [(4, 4), (5, 5)])
        same(db.value("SELECT allowed FROM ingest_finding"), "120")
        same(db.value("SELECT record_key FROM ingest_finding"), "a.csv")


def test_data_like_a_footer():
    """a record whose first cell begins like a footer is a record"""
    rows = [["培训评价组织", "类型", "情节", "日期"], ["注册会计师服务中心", "高收费", "一般", "2021-04-01"],
            ["说明书编写协会", "其他", "恶劣", "2021-04-02"]]
    with Batch({"a.csv": CLEAN, "b.csv": table(rows)}) as batch:
        same(batch.ingest().counts("b.csv"), (3, 2, 0, 0, 1))


def test_subtotals():
    """小计 rows are checked against their own group, 合计 against all"""
    heading, records = base("approval")
    first = [*records[0][:4], "80", "10"]
    other = [*records[1][:4], "30", ""]
    rows = [heading, first, other, ["小计", "", "", "", "110", ""], [*records[2][:4], "50", "0"],
            ["小计", "", "", "", "50", ""], ["总计", "", "", "", "161", "10"]]
    with Batch({"a.csv": CLEAN, "b.csv": table(rows)}) as batch:
        db = batch.ingest()
        same(db.counts("b.csv"), (7, 3, 0, 0, 4))
        same(db.findings(), [("S07", 7, "E", "approved_before", "161")])


def spread_rows():
    """The levels side by side under 拟考证人数, over two heading rows."""
    upper = HEADING[:LEVEL] + HEADING[LEVEL + 1:]
    at = upper.index("拟考证人数")
    upper = upper[:at + 1] + ["", ""] + upper[at + 1:]
    lower = [""] * len(upper)
    lower[at:at + 3] = ["初级", "中级", "高级"]

    def row(number, counts, **cells):
        record = application(number, **cells)
        del record[LEVEL]
        place = record.index("90", at)
        return record[:place] + counts + record[place + 1:]

    return upper, lower, row, at


def test_spread_levels():
    """拟考证人数 over 初级, 中级, 高级 gives one record per filled level"""
    upper, lower, row, at = spread_rows()
    rows = [["标题"], upper, lower, row("SB001", ["10", "", "30"]), row("SB002", ["", "20", ""]),
            row("SB003", ["", "", ""]), row("SB004", ["x", "5", ""])]
    with Batch({"a.csv": table(rows)}) as batch:
        db = batch.ingest()
        same(db.rows("SELECT application_no, level, declared, unknown <> 0, level_unknown, declared_unknown, row"
                     " FROM application ORDER BY id"),
             [("SB001-1", 1, 10, 0, 0, 0, 4), ("SB001-3", 3, 30, 0, 0, 0, 4), ("SB002-2", 2, 20, 0, 0, 0, 5),
              ("SB003", None, None, 1, 1, 1, 6), ("SB004-1", 1, None, 1, 0, 1, 7), ("SB004-2", 2, 5, 0, 0, 0, 7)])
        same(db.counts("a.csv"), (9, 4, 2, 0, 3))
        same(db.findings(), [("F01", 6, letter(at), "declared", ""), ("F02", 7, letter(at), "declared", "x")])
        same(db.rows("SELECT variant, place FROM source_column WHERE field = 'declared' ORDER BY variant"),
             [(1, letter(at)), (2, letter(at + 1)), (3, letter(at + 2))])
        same(db.value("SELECT heading_row FROM source"), 2)


def test_spread_beside_level():
    """a column 等级 beside the levels side by side is told and not read"""
    upper, lower, row, at = spread_rows()
    rows = [upper + ["等级"], lower + [""], row("SB001", ["10", "", "30"]) + ["高级"]]
    with Batch({"a.csv": table(rows)}) as batch:
        db = batch.ingest()
        same(db.rows("SELECT application_no, level, declared FROM application ORDER BY id"),
             [("SB001-1", 1, 10), ("SB001-3", 3, 30)])
        same(db.findings(), [("S08", 1, letter(len(upper)), None, "等级")])
        same(db.counts("a.csv"), (4, 2, 0, 0, 2))


def test_spread_workbook():
    """the same in a workbook with merged cells, beside an unrelated sheet"""
    upper, lower, row, at = spread_rows()
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "申报"
    for cells in [["标题"], upper, lower, row("SB001", ["10", "", "30"])]:
        sheet.append([cell or None for cell in cells])
    sheet.merge_cells(start_row=2, end_row=2, start_column=at + 1, end_column=at + 3)
    for column in range(1, at + 1):
        sheet.merge_cells(start_row=2, end_row=3, start_column=column, end_column=column)
    other = book.create_sheet("通讯录")
    other.append(["科室", "房间"])
    other.append(["职成处", "301"])
    book.create_sheet("Sheet3")
    data = io.BytesIO()
    book.save(data)
    with Batch({"a.xlsx": data.getvalue()}) as batch:
        db = batch.ingest()
        same(db.rows("SELECT application_no, level, declared FROM application ORDER BY id"),
             [("SB001-1", 1, 10), ("SB001-3", 3, 30)])
        same(db.counts("a.xlsx", "申报"), (5, 2, 0, 0, 3))
        same(db.counts("a.xlsx", "通讯录"), (2, 0, 0, 0, 2))
        same([finding[0] for finding in db.findings()], ["S02"])


def test_held_and_rejected():
    """a bad cell holds its record, a bad key rejects it, both keep their findings"""
    rows = [application("SB001", 在校生数="约120"), application("", 在校生数="x"), application("SB003")]
    with Batch({"a.csv": applications(*rows)}) as batch:
        db = batch.ingest()
        same(db.counts("a.csv"), (4, 1, 1, 1, 1))
        enrolled = letter(HEADING.index("在校生数"))
        same(db.findings(), [("F09", 2, enrolled, "enrolled", "约120"), ("F01", 3, "A", "application_no", ""),
                             ("F02", 3, enrolled, "enrolled", "x")])
        same(db.rows("SELECT row_id, record_key, application_no, school_code FROM ingest_finding ORDER BY id"),
             [(1, "SB001", "SB001", "4299990001"), (None, "", None, "4299990001"), (None, "", None, "4299990001")])
        same(db.rows("SELECT id, enrolled, unknown = 1 << 10, enrolled_unknown, declared_unknown FROM application"),
             [(1, None, 1, 1, 0), (2, 200, 0, 0, 0)])
        same(db.rows("SELECT row_id, field, text FROM raw_text WHERE field = 10"), [(1, 10, "约120")])


def test_condition():
    """主管市州 is required where 隶属 is 市州属"""
    heading, records = base("school")
    affiliation, region = heading.index("隶属"), heading.index("主管市州")
    missing = list(records[0])
    missing[affiliation], missing[region] = "市州属", ""
    with Batch({"a.csv": CLEAN, "b.csv": table([heading, missing, records[2]])}) as batch:
        db = batch.ingest()
        same(db.counts("b.csv"), (3, 1, 1, 0, 1))
        same(db.findings(), [("F01", 2, letter(region), "reviewing_region", "")])


def test_unrecognised():
    """no dataset is S02 and names what is missing; two that fit equally are S03"""
    heading = [name for name in base("application")[0] if name not in ("申报编号", "等级")]
    both = ["培训评价组织", "类型", "情节", "日期", "考核形式", "等级", "上限", "依据文件"]
    with Batch({"a.csv": CLEAN, "b.csv": table([heading, ["x"] * 4]), "c.csv": table([both, ["x"] * 8])}) as batch:
        db = batch.ingest()
        same(db.rows("SELECT rule, dataset, record_key, row FROM ingest_finding ORDER BY id"),
             [("S02", "", "b.csv", None), ("S03", "", "c.csv", None)])
        message = db.value("SELECT message FROM ingest_finding WHERE rule = 'S02'")
        assert "试点申报" in message and "申报编号" in message and "等级" in message, message
        message = db.value("SELECT message FROM ingest_finding WHERE rule = 'S03'")
        assert "投诉台账" in message and "考核费用上限" in message, message
        same(db.counts("b.csv"), (2, 0, 0, 0, 2))
        same(db.counts("c.csv"), (2, 0, 0, 0, 2))


def test_missing_column():
    """with the keys and two thirds of the required columns the rest reads as empty"""
    heading, records = base("performance")
    drop = heading.index("取证人数")
    rows = [row[:drop] + row[drop + 1:] for row in [heading, *records]]
    with Batch({"a.csv": CLEAN, "b.csv": table(rows)}) as batch:
        db = batch.ingest()
        same(db.counts("b.csv"), (3, 0, 2, 0, 1))
        same([(f[0], f[2], f[3]) for f in db.findings()], [("F01", "", "certified")] * 2)


def test_columns():
    """unknown and repeated columns, 序号, units in brackets, aliases, another order"""
    heading = ["序号", "等级", "考核形式 ", "上限（元／人）", "说明文字", "依据\n文件", "ZSDJ"]
    rows = [heading, ["1", "初级", "机考", "180", "无", "文", ""], ["2", "2", "机考", "190.5", "", "文", "高级"]]
    with Batch({"a.csv": CLEAN, "b.csv": table(rows)}) as batch:
        db = batch.ingest()
        same(db.findings(), [("S08", 1, "E", None, "说明文字"), ("S08", 1, "G", None, "ZSDJ")])
        same(db.rows("SELECT level, ceiling FROM fee_ceiling"), [(1, 18000), (2, 19050)])
        same(db.counts("b.csv"), (4 - 1, 2, 0, 0, 1))


def test_unnamed_column():
    """what stands in a column without a heading is S08, once per column"""
    heading, records = base("region")
    rows = [[*heading, ""], records[0], [*records[1], "x"], [*records[2], "y", "z"]]
    with Batch({"a.csv": CLEAN, "b.csv": table(rows)}) as batch:
        db = batch.ingest()
        same(db.findings(), [("S08", 3, "D", None, None), ("S08", 4, "E", None, None)])
        same(db.counts("b.csv"), (4, 3, 0, 0, 1))


def test_heading_without_unit():
    """a heading matches without its unit in brackets, and with the unit it has"""
    heading = [name.replace("(元/人)", "") for name in HEADING]
    heading[HEADING.index("在校生数")] = "*在校生数(人)"
    with Batch({"a.csv": table([heading, application("SB001")])}) as batch:
        db = batch.ingest()
        same(db.findings(), [])
        same(db.rows("SELECT fee, training_fee, enrolled FROM application"), [(28000, 0, 200)])


def test_page_breaks():
    """title and heading that a page break repeats are skipped"""
    title = ["某省试点申报表"] + [""] * (len(HEADING) - 1)
    rows = [title, HEADING, application("SB001"), title, HEADING, application("SB002")]
    with Batch({"a.csv": table(rows)}) as batch:
        same(batch.ingest().counts("a.csv"), (6, 2, 0, 0, 4))


def test_personal():
    """names and ID numbers never reach the database"""
    heading, records = base("assessment")
    rows = [["考生姓名", *heading, "身份证件号"], *[["欧阳测试", *row, "42010619990101777X"] for row in records]]
    with Batch({"a.csv": CLEAN, "b.csv": table(rows)}) as batch:
        db = batch.ingest()
        same(db.findings(), [])
        same(db.value("SELECT dropped FROM source WHERE file = 'b.csv'"), "考生姓名、身份证件号")
        with open(db.path, "rb") as file:
            content = file.read()
        assert "欧阳测试".encode() not in content and b"42010619990101777X" not in content


def test_repeated_file():
    """the same bytes again are S04, and its lines are skipped"""
    with Batch({"b/one.csv": CLEAN, "b.csv": CLEAN, "c.csv": "x,y\n1,2\n"}) as batch:
        db = batch.ingest()
        same(db.rows("SELECT file FROM source ORDER BY id"), [("b.csv",), ("b/one.csv",), ("c.csv",)])
        same(db.counts("b.csv"), (2, 1, 0, 0, 1))
        same(db.counts("b/one.csv"), (2, 0, 0, 0, 2))
        same(db.rows("SELECT rule, record_key, source FROM ingest_finding ORDER BY id"),
             [("S04", "b/one.csv", 2), ("S02", "c.csv", 3)])


def test_digests():
    """a source has the SHA-256 of its file, be it read as a table, repeated, refused or large"""
    heading, records = base("assessment")
    many = table([heading] + [[f"BM{k:012d}", *records[0][1:]] for k in range(16000)])
    assert len(many) > 1 << 20
    files = {"a.csv": CLEAN, "b.csv": CLEAN.replace("SB001", "SB002"), "c.csv": CLEAN, "d.csv": many,
             "e.csv": many.replace("BM000000000001", "BM999999999999"), "f.csv": many, "g.csv": "", "h.pdf": "%PDF-1.4\n",
             "i.csv": "x,y\n\xff\n".encode("latin-1"), "j.csv": "\ufeff" + many}
    with Batch(files) as batch:
        db = batch.ingest()
        same(db.rows("SELECT file, sha256, bytes FROM source ORDER BY id"),
             [(name, hashlib.sha256(content).hexdigest(), len(content)) for name, content in
              ((name, text if isinstance(text, bytes) else text.encode()) for name, text in sorted(files.items()))])
        same(db.rows("SELECT rule, record_key FROM ingest_finding WHERE rule = 'S04' ORDER BY id"),
             [("S04", "c.csv"), ("S04", "f.csv")])


def test_identical_records():
    """records that are identical in every typed field count once"""
    held = application("SB002", 在校生数="约120")
    other = application("SB002", 在校生数="约130")
    full_width = application("ＳＢ００１", 考核费用标准="280")
    full_width[HEADING.index("考核费用标准(元/人)")] = "280"
    rows = [application("SB001"), held, application("SB003")]
    again = [application("SB003"), full_width, held, other]
    with Batch({"a.csv": applications(*rows), "b.csv": applications(*again, again[0])}) as batch:
        db = batch.ingest()
        same(db.counts("a.csv"), (4, 2, 1, 0, 1))
        same(db.counts("b.csv"), (6, 0, 1, 0, 5))
        same(db.rows("SELECT id, application_no FROM application ORDER BY id"),
             [(1, "SB001"), (2, "SB002"), (3, "SB003"), (7, "SB002")])
        same(db.rows("SELECT dataset, kept, source, row FROM repetition"),
             [("application", 3, 2, 2), ("application", 1, 2, 3), ("application", 2, 2, 4), ("application", 3, 2, 6)])
        same(db.rows("SELECT row_id, raw FROM ingest_finding ORDER BY id"), [(2, "约120"), (7, "约130")])
        same(db.value("SELECT count(*) FROM raw_text WHERE row_id IN (4, 5, 6, 8)"), 0)


def test_decision_form():
    """a decision row with nothing but what the form filled in is blank"""
    heading = ["申报编号", "学校名称", "规则编号", "决定", "核定人数", "理由", "审核人", "审核日期", "行摘要", "当前结论"]
    rows = [heading, ["SB001", "某学院", "", "通过", "", "同意", "甲", "2021-05-29", DIGEST, "建议通过"],
            ["SB002", "某学院", "", "", "", "", "", "", DIGEST, "退回"],
            ["SB003", "某学院", "", "", "", "同意", "", "2021-05-29", DIGEST, "退回"]]
    with Batch({"a.csv": CLEAN, "b.csv": table(rows)}) as batch:
        db = batch.ingest()
        same(db.counts("b.csv"), (4, 1, 1, 0, 2))
        same([finding[:4] for finding in db.findings()],
             [("F01", 4, "D", "decision"), ("F01", 4, "G", "reviewer")])
        same(db.rows("SELECT record_key, application_no, school_code FROM ingest_finding WHERE field = 'decision'"),
             [("SB003||2021-05-29", "SB003", None)])


def test_school_of_review():
    """a finding on a review carries the school of the one application it is about"""
    heading, records = base("city_review")
    rows = [[*records[0][:1], number, "同意", "六十", *records[0][4:]] for number in ("SB001", "SB002", "SB009")]
    twice = [application("SB002"), application("SB002", 拟考证人数="80")]
    with Batch({"a.csv": applications(application("SB001"), *twice), "b.csv": table([heading, *rows])}) as batch:
        same(batch.ingest().rows("SELECT application_no, school_code FROM ingest_finding ORDER BY id"),
             [("SB001", "4299990001"), ("SB002", None), ("SB009", None)])


def test_twins():
    """attempts that share a registration or a certificate number are found"""
    heading, records = base("assessment")
    first, day = heading.index("报名号"), heading.index("考核日期")
    number = heading.index("证书编号")
    again = list(records[0])
    again[day], again[number] = "2020-12-01", "ZH0002"
    rows = [heading, *records, again, records[0]]
    same((first, records[0][number], records[1][number]), (0, "ZH0001", "ZH0002"))
    with Batch({"a.csv": CLEAN, "b.csv": table(rows)}) as batch:
        db = batch.ingest()
        same(db.rows("SELECT kind, id, first FROM assessment_twin"),
             [("certificate_no", 2, 2), ("certificate_no", 6, 2), ("registration", 1, 1), ("registration", 6, 1)])
        same(db.value("SELECT count(*) FROM assessment"), 6)


def test_references():
    """certificates are found by folded name and issuer, or by the name alone"""
    certificates = table([["证书代码", "证书名称", "培训评价组织", "公布批次", "等级", "考核形式", "状态"],
                          ["Z1", "数据采集", "甲公司", "3", "初级", "机考", ""],
                          ["Z1", "数据采集", "甲公司", "3", "中级", "机考", ""],
                          ["Z2", "数据采集", "乙公司", "3", "初级", "机考", ""],
                          ["Z3", "建筑信息模型（BIM）", "乙公司", "1", "初级", "机考", ""]])
    approval = table([base("approval")[0], ["4299990001", "建筑信息模型", "", "2020", "5", ""],
                      ["4299990001", "数据采集", "", "2019", "5", ""]])
    rows = [application("SB001", 证书名称="数 据采集职业技能等级证书", 培训评价组织="乙公司"),
            application("SB002", 证书名称="数据采集", 培训评价组织="丙公司"),
            application("SB003", 证书名称="建筑信息模型BIM", 培训评价组织="乙公司")]
    with Batch({"a.csv": applications(*rows), "b.csv": certificates, "c.csv": approval}) as batch:
        db = batch.ingest()
        sql = ("SELECT t.text FROM {} d JOIN certificate_ref r ON r.id = d.certificate_ref"
               " LEFT JOIN term t ON t.id = r.certificate ORDER BY d.id")
        same(db.rows(sql.format("application")), [("Z2",), (None,), ("Z3",)])
        same(db.rows(sql.format("approval")), [("Z3",), (None,)])
        same(db.value("SELECT count(DISTINCT unit) FROM certificate_ref"), 2)


def test_majors():
    """majors with the same six digits, name and level have one canonical ref"""
    rows = [application("SB001", 专业代码="620801K", 专业名称="护理"), application("SB002", 专业代码="620801", 专业名称="护 理"),
            application("SB003", 专业代码="620801", 专业名称="助产")]
    with Batch({"a.csv": applications(*rows)}) as batch:
        same(batch.ingest().rows("SELECT major_code, base_code, canonical FROM major_ref ORDER BY id"),
             [("620801K", 620801, 1), ("620801", 620801, 1), ("620801", 620801, 3)])


def test_encodings():
    """every encoding and separator gives the same rows, with offsets in the file's own bytes"""
    rows = [HEADING, application("SB001", 备注="第一行\n第二行，㐀"), application("SB002", 备注="说 \"好\"")]
    wanted = None
    for encoding, mark in (("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("gb18030", b""), ("utf-16-le", b"\xff\xfe"),
                           ("utf-16-be", b"\xfe\xff"), ("utf-16-le", b""), ("utf-16-be", b"")):
        for separator, end in ((",", "\n"), ("\t", "\r\n"), (";", "\r")):
            text = table(rows, separator, end, csv.QUOTE_ALL)
            data = mark + text.encode(encoding)
            with Batch({"a.csv": data}) as batch:
                db = batch.ingest()
                same(db.findings(), [])
                same(db.one("SELECT encoding, separator FROM source"), (encoding.upper().replace("16-", "16"), separator))
                got = db.rows("SELECT * FROM application_text")
                wanted = wanted or got
                same(got, wanted)
                offsets = [len(mark + text[:text.index('"SB00' + digit)].encode(encoding)) for digit in "12"]
                same(db.rows("SELECT row, byte_offset FROM application ORDER BY id"), list(zip((2, 4), offsets)))


def test_no_text():
    """bytes that are no text are S05 and name the byte; the file is not read"""
    broken = CLEAN.encode()
    at = broken.index("，".encode()) if "，".encode() in broken else broken.index("学院".encode())
    broken = broken[:at] + b"\xff" + broken[at:]
    latin = b"caf\xe9,1\nna\xefve,2\n"
    with Batch({"a.csv": CLEAN, "b.csv": broken, "c.csv": latin, "d.csv": CLEAN.encode() + b"\0"}) as batch:
        db = batch.ingest()
        same(db.rows("SELECT rule, record_key FROM ingest_finding ORDER BY id"),
             [("S05", "b.csv"), ("S05", "c.csv"), ("S05", "d.csv")])
        messages = [row[0] for row in db.rows("SELECT message FROM ingest_finding ORDER BY id")]
        for message, offset in zip(messages, (at, 3, len(CLEAN.encode()))):
            assert f" {offset} " in message, (message, offset)
        same(db.rows("SELECT seen FROM source"), [(2,), (0,), (0,), (0,)])


def test_cut_short():
    """a file cut within a character is S01; what was whole stays"""
    data = applications(application("SB001"), application("SB002")).encode()
    cut = data[:data.index("云梦泽".encode(), data.index(b"SB002")) + 4]
    with Batch({"a.csv": cut}) as batch:
        db = batch.ingest()
        same([finding[0] for finding in db.findings()], ["S01"])
        same(db.counts("a.csv"), (2, 1, 0, 0, 1))


def test_open_quote():
    """a quote that is never closed is S01 at its line; earlier rows stay"""
    lines = applications(application("SB001", 备注="甲\n乙"), application("SB002")).splitlines(keepends=True)
    text = "".join(lines[:3]) + '"' + lines[3] + "".join("SB1" + str(n) + ",x\n" for n in range(5))
    with Batch({"a.csv": text}) as batch:
        db = batch.ingest()
        same([finding[:2] for finding in db.findings()], [("S01", 4)])
        same(db.counts("a.csv"), (2, 1, 0, 0, 1))


def test_quotes_in_text():
    """quotes inside a cell that does not begin with one are text"""
    lines = applications(application("SB001", 备注="Q")).replace(",Q", ',5" 管 "甲"')
    with Batch({"a.csv": lines}) as batch:
        same(batch.ingest().value("SELECT remark FROM application"), '5" 管 "甲"')


def test_limits():
    """a huge cell, a huge line and too many columns cost a record or a file, no crash"""
    huge = applications(application("SB001"), application("SB002", 备注="长" * 100000))
    wide = CLEAN + "SB005" + "," * 20000 + "\n"
    long_line = CLEAN + "SB003," + "y" * (5 << 20) + "\n" + applications(application("SB004"))
    with Batch({"a.csv": huge, "b.csv": wide, "c.csv": long_line}) as batch:
        db = batch.ingest()
        rules = db.rows("SELECT s.file, f.rule, f.row FROM ingest_finding f JOIN source s ON s.id = f.source"
                        " WHERE f.rule IN ('F06', 'S09') ORDER BY f.id")
        same(rules, [("a.csv", "F06", 3), ("b.csv", "S09", 3), ("c.csv", "S09", 3)])
        assert db.value("SELECT max(length(raw)) FROM ingest_finding") <= 3000


def test_strange_entries():
    """links and other entries are named and not followed; lock files are ignored"""
    with Batch({"a.csv": CLEAN, "~$a.csv": "x", ".hidden": "x", ".folder/x.csv": CLEAN}) as batch:
        os.symlink("/etc/passwd", os.path.join(batch.inbox, "b.csv"))
        os.symlink("/etc", os.path.join(batch.inbox, "c"))
        os.mkfifo(os.path.join(batch.inbox, "d.csv"))
        with open(os.path.join(batch.inbox.encode(), b"e\xff.csv"), "wb") as file:
            file.write(b"\n")
        db = batch.ingest()
        same(db.rows("SELECT rule, record_key FROM ingest_finding ORDER BY id"),
             [("S01", "b.csv"), ("S01", "c"), ("S01", "d.csv"), ("S02", "e\\xFF.csv")])
        same(db.rows("SELECT file, form FROM source ORDER BY id"),
             [("a.csv", "csv"), ("b.csv", ""), ("c", ""), ("d.csv", ""), ("e\\xFF.csv", "csv")])


def test_nothing_to_read():
    """without inbox, files or a readable application: status 3 and nothing left behind"""
    for files in ({}, {"a.csv": table([HEADING])}, {"a.csv": "x,y\n"}):
        with Batch(files) as batch:
            result = batch.run()
            same((result.returncode, os.path.exists(os.path.join(batch.folder, "out"))), (3, False))
            assert result.stderr.startswith("onex-ingest: "), result.stderr
    with Batch({}) as batch:
        os.rmdir(batch.inbox)
        same(batch.run().returncode, 3)


def test_failure_keeps_the_old():
    """a run that fails leaves the earlier batch.db as it was"""
    with Batch({"a.csv": CLEAN}) as batch:
        path = batch.ingest().path
        with open(path, "rb") as file:
            before = file.read()
        os.remove(os.path.join(batch.inbox, "a.csv"))
        same(batch.run().returncode, 3)
        with open(path, "rb") as file:
            same(file.read() == before, True)
        same(os.listdir(os.path.dirname(path)), ["batch.db"])


def test_same_bytes():
    """the same inbox gives the same bytes, wherever and in whatever locale"""
    files = {"z.csv": CLEAN, "a/b.csv": table([base("school")[0], *base("school")[1]])}
    contents = []
    for environment in ({}, {"LC_ALL": "tr_TR.UTF-8", "TZ": "America/New_York"}):
        with Batch(files if not contents else dict(reversed(files.items()))) as batch:
            same(batch.run("-q", environment=environment).returncode, 0)
            with open(os.path.join(batch.folder, "out", "batch.db"), "rb") as file:
                contents.append(file.read())
    same(contents[0] == contents[1], True)


def test_command_line():
    """usage, help, version and JSON"""
    with Batch({"a.csv": CLEAN}) as batch:
        same(batch.run("--nothing").returncode, 2)
        same(batch.run("--version").stdout.startswith("onex-ingest "), True)
        same(batch.run("--json").stdout, '{"sources":1,"accepted":1,"held":0,"rejected":0,"findings":0}\n')


def test_broken_xml():
    """what is wrong in an XML file is said in Chinese, with its line and column"""
    head, record, tail = '<?xml version="1.0" encoding="UTF-8"?>\n', "<complaint><issuer>甲</issuer></complaint>", "\n</complaints>\n"
    top = head + "<complaints>\n"
    broken = {"&": (top + record.replace("甲", "甲 & 乙") + tail, "&amp;"),
              "entity": (top + record.replace("甲", "&foo;") + tail, "“&foo;”没有定义"),
              "<": (top + record.replace("甲", "甲 < 乙") + tail, "&lt;"),
              "quotes": (top.replace(">\n", " a=1>\n", 2).replace("? a=1>", "?>") + record + tail, "引号"),
              "twice": (top + record.replace("<issuer>", '<issuer a="1" a="2">') + tail, "属性 a 写了两次"),
              "tags": (top + record.replace("</issuer>", "</issue>") + tail, "第 3 行开始的标记 issuer 与结束标记 issue 不一致"),
              "control": (top + record.replace("甲", "\x01") + tail, "控制字符（编号 1）"),
              "number": (top + record.replace("甲", "&#0;") + tail, "字符的编号不对"),
              "comment": (top + "<!-- a -- b -->" + record + tail, "注释"), "cdata": (top + record.replace("甲", "]]>") + tail, "]]&gt;"),
              "after": (top + record + tail + "x", "还有多余的内容"), "cut": (top + record, "没有写完"),
              "late": ("\n" + top + record + tail, "XML 声明只能写在文件的最前面")}
    for name, (text, words) in broken.items():
        with Batch({"a.csv": CLEAN, "b.xml": text}) as batch:
            found = batch.ingest().rows("SELECT rule, row, message FROM ingest_finding WHERE rule = 'S01'")
            same(len(found), 1)
            message = found[0][2]
            assert words in message, f"{name}: {message!r} says nothing of {words!r}"
            same(re.findall("[A-Za-z]{2,}", re.sub("XML|CDATA|&[a-z]+;|issuer|issue|foo", "", message)), [])


if __name__ == "__main__":
    run_tests(globals())
