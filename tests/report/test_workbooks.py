#!/usr/bin/python3
"""The workbooks: what stands in them, that texts stay texts, that bytes repeat."""
import hashlib, os, re, shutil, sqlite3, stat, struct, sys, zipfile, zlib
import openpyxl
from lxml import etree
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import batch, kit
from kit import check

SHEETS = {
    "reports/review.xlsx": ["总览", "申报明细", "问题清单", "审核决定", "填写说明", "院校统计", "证书统计", "市州统计", "规则目录", "人工核查单",
                            "数据来源", "对账"],
    "reports/published.xlsx": ["审核结果"],
    "returns/420300.xlsx": ["反馈概况", "须修改事项", "申报结论"],
    "returns/province.xlsx": ["反馈概况", "须修改事项", "申报结论"],
}
OUR_FORMULAS = re.compile(r"=(HYPERLINK|SUM|ROUND|IF|INT|RANK|IFERROR|\$?[A-Z]+\$?\d+|'[^']*'!\$?[A-Z]+\$?\d+)")
DECISION = ["申报编号", "规则编号", "决定", "核定人数", "理由", "审核人", "审核日期", "行摘要"]
IGNORED = ["学校名称", "证书名称", "等级", "专业名称", "当前结论", "拟考证人数", "初审人数", "主要问题"]


def table(sheet, first):
    """Records below the row that holds the heading `first`, as dictionaries."""
    rows = list(sheet.iter_rows(values_only=True))
    at = next(i for i, row in enumerate(rows) if row[0] == first or first in row)
    heads = [h for h in rows[at] if h is not None]
    return at + 1, [dict(zip(heads, row)) for row in rows[at + 1:]]


def digest(db, number):
    """datasets.md: SHA-256 over the typed values, U+001F between them."""
    values = []
    row = db.execute("SELECT a.*, n.certificate_name AS cn, n.issuer AS ci, m.major_code AS mc, m.major_name AS mn, m.major_level AS ml"
                     " FROM application a JOIN certificate_ref n ON n.id = a.certificate_ref JOIN major_ref m ON m.id = a.major_ref"
                     " WHERE a.id = ?", (number,)).fetchone()
    term = lambda key: db.execute("SELECT text FROM term WHERE id = ?", (key,)).fetchone()[0]
    day = lambda n: str(__import__("datetime").date(1970, 1, 1) + __import__("datetime").timedelta(n))
    level = ["", "初级", "中级", "高级"]
    special = {"certificate_name": lambda: term(row["cn"]), "issuer": lambda: term(row["ci"]), "major_code": lambda: row["mc"],
               "major_name": lambda: term(row["mn"]), "major_level": lambda: ["", "高职专科", "高职本科", "中职", "本科"][row["ml"]],
               "level": lambda: level[row["level"]]}
    for name, kind, info in batch.datasets()["application"][1]:
        if name in special:
            value = special[name]()
        elif row[name] is None:
            value = ""
        elif info.get("dictionary"):
            value = term(row[name])
        elif kind == "code10":
            value = f"{row[name]:010d}"
        elif kind == "day":
            value = day(row[name])
        elif kind == "instant":
            value = day(row[name] // 86400) + "T%02d:%02d:%02d" % (row[name] // 3600 % 24, row[name] // 60 % 60, row[name] % 60)
        else:
            value = str(row[name])
        values.append(value)
    return hashlib.sha256("\x1f".join(values).encode()).hexdigest()


def look_at(path, name):
    """Every part is sound XML; no text of a user stands in a formula."""
    with zipfile.ZipFile(path) as archive:
        check(archive.testzip() is None, f"{name}: sound ZIP")
        for part in archive.namelist():
            if part.endswith((".xml", ".rels")):
                etree.fromstring(archive.read(part), etree.XMLParser(huge_tree=True))
        core = archive.read("docProps/core.xml").decode()
        custom = archive.read("docProps/custom.xml").decode()
        check("2021-05-31T00:00:00Z" in core, f"{name}: created on the day of judgement, not today")
        check(all(word in custom for word in ("批次", "判定日", "程序", "输入摘要SHA256", "规则摘要SHA256", "通知摘要SHA256")),
              f"{name}: says what it was made from")
    book = openpyxl.load_workbook(path)
    wrong = []
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f" and not OUR_FORMULAS.match(cell.value):
                    wrong.append((sheet.title, cell.coordinate, cell.value[:60]))
                if cell.data_type == "e":
                    wrong.append((sheet.title, cell.coordinate, cell.value))
    check(not wrong, f"{name}: no formula but ours", wrong[:5])
    for sheet in book:
        setup = sheet.page_setup
        fits = sheet.sheet_properties.pageSetUpPr is not None and sheet.sheet_properties.pageSetUpPr.fitToPage
        width = sum(max(d.width or 0, 4) * (d.max - d.min + 1) for d in sheet.column_dimensions.values())
        inches = {9: (8.27, 11.69), 8: (11.69, 16.54)}.get(int(setup.paperSize or 0), (0, 0))[setup.orientation == "landscape"]
        # a character is 7 pixels of 96 to the inch: less than 6 points of 10 is too small to read
        if (inches - 0.8) * 96 < width * 7 * 0.6 or "&P" not in (sheet.oddFooter.center.text or "") or not (fits or setup.scale):
            wrong.append(sheet.title)
    check(not wrong, f"{name}: A4 or A3, fits, legible, page numbers", wrong)
    return book


def look_at_review(folder, db):
    path = folder.out("reports/review.xlsx")
    book = openpyxl.load_workbook(path)
    values = openpyxl.load_workbook(path, data_only=True)
    one = lambda sql: db.execute(sql).fetchone()[0]
    first, rows = table(values["申报明细"], "申报编号")
    records = [row for row in rows if isinstance(row["序号"], int)]
    check(len(records) == one("SELECT count(*) FROM application"), "申报明细: every application")
    check(sum(row["申报"] for row in records) == one("SELECT sum(declared) FROM outcome"), "申报明细: all heads")
    check(rows[len(records)]["序号"] == "合计" and rows[len(records)]["申报"] == one("SELECT sum(declared) FROM outcome"),
          "申报明细: total with its cached value")
    start, findings = table(values["问题清单"], "规则")
    findings = [row for row in findings if row["序号"] is not None]
    check(len(findings) == one("SELECT count(*) FROM finding"), "问题清单: every finding")
    links = table(book["问题清单"], "规则")[1]
    wrong = 0
    for finding, link in zip(findings, links):
        target = re.search(r"'申报明细'!A(\d+)", str(link["申报"]))
        if target:
            row = values["申报明细"][int(target.group(1))]
            wrong += row[1].value != finding["记录"]
        rule = re.search(r"'规则目录'!A(\d+)", str(link["依据"]))
        wrong += not rule or values["规则目录"]["A" + rule.group(1)].value != finding["规则"]
    check(wrong == 0 and any(row["申报"] for row in links), "links lead to the application and the rule", wrong)
    back = 0
    for row, link in zip(records, table(book["申报明细"], "申报编号")[1]):
        target = re.search(r"'问题清单'!A(\d+)", str(link["问题"]))
        if target:
            back += values["问题清单"]["I" + target.group(1)].value != row["申报编号"]
    check(back == 0, "and back to the first finding", back)
    sheet = book["审核决定"]
    start, rows = table(sheet, "申报编号")
    heads = [cell.value for cell in sheet[start]]
    check(sorted(heads) == sorted(DECISION + IGNORED), "审核决定: the headings of the decision dataset", heads)
    wanted = {row["申报编号"]: row["行摘要"] for row in table(values["审核决定"], "申报编号")[1] if row["申报编号"]}
    cleaned = [n for n, in db.execute("SELECT id FROM application ORDER BY school_code, application_no, id")]
    check(list(wanted.values()) == [digest(db, number) for number in cleaned], "审核决定: row digests, reckoned again")
    column = {head: i + 1 for i, head in enumerate(heads)}
    check(sheet.protection.sheet and not sheet.cell(start + 1, column["决定"]).protection.locked
          and sheet.cell(start + 1, column["行摘要"]).protection.locked and sheet.cell(start + 1, column["申报编号"]).protection.locked,
          "审核决定: only what is to be filled in is open")
    rules = {str(v.sqref).split(":")[0]: v for v in sheet.data_validations.dataValidation}
    letter = openpyxl.utils.get_column_letter(column["决定"])
    rule = rules.get(f"{letter}{start + 1}")
    place = re.match(r"'填写说明'!\$A\$(\d+):\$A\$(\d+)$", rule.formula1) if rule else None
    words = [values["填写说明"].cell(r, 1).value for r in range(int(place.group(1)), int(place.group(2)) + 1)] if place else []
    check(words == ["通过", "退回", "不通过", "豁免"], "审核决定: drop-down from a range", words, rule and rule.formula1)
    for name in ("申报明细", "问题清单", "院校统计"):
        check(book[name].freeze_panes and book[name].auto_filter.ref and book[name].print_title_rows, f"{name}: frozen, filtered, heading repeated")
    with zipfile.ZipFile(path) as archive:
        check(sum(n.startswith("xl/charts/chart") for n in archive.namelist()) >= 5, "总览: native charts")


def look_at_packing(path):
    """Bytes that zlib's level 3 makes, for every part: Python packs by the same library."""
    other = []
    with zipfile.ZipFile(path) as archive, open(path, "rb") as file:
        for part in archive.infolist():
            file.seek(part.header_offset + 26)
            file.seek(sum(struct.unpack("<2H", file.read(4))), os.SEEK_CUR)
            packer = zlib.compressobj(3, zlib.DEFLATED, -15)
            if packer.compress(archive.read(part)) + packer.flush() != file.read(part.compress_size):
                other.append(part.filename)
    check(not other, "review: packed at level 3", other)


def look_at_others(folder, db):
    values = openpyxl.load_workbook(folder.out("reports/published.xlsx"), data_only=True)["审核结果"]
    _, rows = table(values, "试点院校名称")
    check(list(rows[0]) == ["序号", "区域", "试点院校名称", "证书名称", "等级", "专业", "核定人数"], "published: its seven columns", list(rows[0]))
    records = [row for row in rows if isinstance(row["序号"], int)]
    passed, heads = db.execute("SELECT count(*), sum(approved) FROM outcome WHERE outcome = '通过'").fetchone()
    check((len(records), sum(row["核定人数"] for row in records)) == (passed, heads), "published: all that passed", len(records))
    city = openpyxl.load_workbook(folder.out("returns/420300.xlsx"), data_only=True)["申报结论"]
    province = openpyxl.load_workbook(folder.out("returns/province.xlsx"), data_only=True)["申报结论"]
    counted = [len([r for r in table(sheet, "申报编号")[1] if isinstance(r["序号"], int)]) for sheet in (city, province)]
    expected = [db.execute("SELECT sum(applications) FROM school_count WHERE (reviewing_unit = '420300') = ?", (k,)).fetchone()[0] for k in (1, 0)]
    check(counted == expected, "returns: each its own applications, none twice", counted, expected)
    book = openpyxl.load_workbook(folder.out("reports/allocation.xlsx"), data_only=True)
    _, rows = table(book["资金分配表"], "测算额")
    total = next(row for row in rows if row["序号"] == "合计")
    check(total["测算额"] == 1000, "allocation: the total is the pool exactly", total["测算额"])
    amounts = {f"{code:010d}": amount for code, amount in db.execute("SELECT school_code, amount_fen FROM allocation_total WHERE run = 'base'")}
    check({row["学校标识码"]: row["测算额"] for row in rows if isinstance(row["序号"], int)}
          == {code: fen / 1000000 for code, fen in amounts.items()}, "allocation: each amount as reckoned")


def spread_findings(db):
    """More findings: of several severities on one application, on what only names its number, on two with
    one number, on nobody, settled ones, and of a rule twice."""
    numbers = dict(db.execute("SELECT id, application_no FROM application ORDER BY id"))
    db.execute("UPDATE application SET application_no = NULL WHERE id = 9")
    db.execute("UPDATE application SET application_no = ? WHERE id = 8", (numbers[7],))
    db.execute("INSERT INTO ambiguous_application VALUES(?)", (numbers[7],))
    common = dict(clause="四.4", school_code=None, source=1, row=1)
    for rule, severity, dataset, row_id, number, settled in (
            ("R20", "note", "application", 3, numbers[3], 0), ("R20", "return", "application", 3, numbers[3], 0),
            ("R10", "reject", "application", 3, numbers[3], 1), ("R10", "review", "city_review", 1, numbers[3], 0),
            ("R20", "review", "city_review", 2, numbers[7], 0), ("R10", "return", "application", 7, numbers[7], 0),
            ("R10", "return", "application", 9, None, 0), ("R10", "return", "application", None, None, 0),
            ("R10", "reject", "city_review", 3, "SB-of-nobody", 0), ("R20", "return", "city_review", 4, numbers[5], 1)):
        batch.insert(db, "finding", rule=rule, rule_case="", severity=severity, dataset=dataset, row_id=row_id,
                     record_key=number or "-", application_no=number, message=f"{rule}{severity}{dataset}", settled=settled,
                     weight="note" if settled else severity, **common)
    db.commit()


def test_problems():
    """What stands beside an application is what weighs on it, the gravest first; in the form, what is open."""
    grave = ["reject", "return", "review", "note"]
    word = {"reject": "不符合条件", "return": "退回修改", "review": "人工研判", "note": "提示"}
    with kit.Folder() as folder:
        batch.fill(folder.out("batch.db"))
        db = sqlite3.connect(folder.out("batch.db"))
        db.row_factory = sqlite3.Row
        spread_findings(db)
        result = kit.run(folder.path)
        check(result.returncode == 0, "runs with findings of all kinds", result.stderr)
        book = openpyxl.load_workbook(folder.out("reports/review.xlsx"), data_only=True)
        start, rows = table(book["申报明细"], "申报编号")
        first, listed = table(book["问题清单"], "规则")
        findings = sorted(db.execute("SELECT * FROM finding"), key=lambda f: (grave.index(f["severity"]), f["id"]))
        check([(row["序号"], row["规则"], row["问题与处理意见"]) for row in listed if row["序号"]]
              == [(n + 1, f["rule"], f["message"]) for n, f in enumerate(findings)], "问题清单: gravest first, numbered")
        titles = dict(db.execute("SELECT rule, min(title) FROM rule GROUP BY rule"))
        expected, asked = [], []
        for a in db.execute("SELECT * FROM application ORDER BY school_code, application_no, id"):
            own = [(n, f) for n, f in enumerate(findings) if (f["row_id"] == a["id"] if f["dataset"] == "application" else
                                                              f["application_no"] is not None and f["application_no"] == a["application_no"])]
            words = [f"{f['rule']}（{word[f['severity']]}{'，已处理' if f['settled'] else ''}）{f['message']}" for n, f in own]
            expected.append((a["application_no"], len(own), f"第{first + own[0][0] + 1}行" if own else None, "\n".join(words) or None))
            still = sorted({f["rule"] for n, f in own if f["weight"] != "note" and not f["settled"]})
            if a["application_no"] not in (None, db.execute("SELECT * FROM ambiguous_application").fetchone()[0]):
                asked.append((a["application_no"], "；".join(r + (" " + titles[r] if titles.get(r) else "") for r in still) or None))
        found = [(row["申报编号"], row["问题条数"], row["问题"], row["问题与处理意见"]) for row in rows if isinstance(row["序号"], int)]
        check(found == expected, "申报明细: its findings, counted, linked and in words", found, expected)
        found = [(row["申报编号"], row["主要问题"]) for row in table(book["审核决定"], "申报编号")[1] if row["申报编号"]]
        check(found == asked, "审核决定: each rule once", found, asked)


def test_repetition():
    with kit.Folder() as one, kit.Folder() as two:
        batch.fill(one.out("batch.db"))
        shutil.copy(one.out("batch.db"), two.out("batch.db"))
        os.mkdir(os.path.join(two.path, "tmp"))
        kit.run(one.path, env={"TZ": "America/New_York", "LC_ALL": "de_DE.UTF-8", "LANG": "de_DE"})
        kit.run(".", env={"TZ": "Asia/Shanghai", "LANG": "zh_CN.UTF-8", "TMPDIR": os.path.join(two.path, "tmp")}, cwd=two.path, before="umask 077; ")
        differ = [n for n in kit.files(one.out()) if open(one.out(n), "rb").read() != open(two.out(n), "rb").read()]
        check(kit.files(one.out()) == kit.files(two.out()) and len(kit.files(one.out())) > 12 and not differ,
              "the same bytes under another zone, locale, folder and TMPDIR", differ)
        modes = {stat.S_IMODE(os.stat(two.out(n)).st_mode) for n in kit.files(two.out()) if n != "batch.db"}
        check(modes == {0o640}, "all files have mode 0640", modes)


def test_parts():
    """A sheet over its cap goes on in further sheets; links and totals follow."""
    with kit.Folder() as folder:
        home = os.path.join(folder.path, "home")
        for name in ("report", "schemas", "transform", "validate"):
            shutil.copytree(name, os.path.join(home, name), ignore=shutil.ignore_patterns("*.c", "*.h"))
        for name in ("02-applications.sql", "03-findings.sql", "09-rules.sql"):
            path = os.path.join(home, "report/review", name)
            text = open(path, encoding="utf-8").read()
            open(path, "w", encoding="utf-8").write("-- cap: 4\n" + text)
        batch.fill(folder.out("batch.db"))
        result = kit.run(folder.path, env={"ONEX_HOME": home})
        check(result.returncode == 0, "runs with small sheets", result.stderr)
        path = folder.out("reports/review.xlsx")
        values, book = openpyxl.load_workbook(path, data_only=True), openpyxl.load_workbook(path)
        parts = [sheet for sheet in values if sheet.title.startswith("申报明细")]
        check([sheet.title for sheet in parts] == ["申报明细"] + [f"申报明细({k})" for k in range(2, 7)], "申报明细 in six sheets")
        records = [row for sheet in parts for row in table(sheet, "申报编号")[1] if isinstance(row["序号"], int)]
        check([row["序号"] for row in records] == list(range(1, 25)), "no record lost between them")
        last = table(book["申报明细(6)"], "申报编号")[1][4]
        check(last["申报"].count("申报明细") == 5 and table(parts[-1], "申报编号")[1][4]["申报"] == sum(row["申报"] for row in records),
              "the total adds all sheets", last["申报"])
        wrong, seen = 0, 0
        for sheet in [s for s in values if s.title.startswith("问题清单")]:
            links = table(book[sheet.title], "规则")[1]
            for finding, link in zip(table(sheet, "规则")[1], links):
                target = re.search(r"'(申报明细[^']*)'!A(\d+)", str(link.get("申报")))
                if target:
                    seen += 1
                    wrong += values[target.group(1)]["B" + target.group(2)].value != finding["记录"]
        check(seen == 15 and wrong == 0, "links lead into the right sheet", seen, wrong)


def test_unknown_unit():
    """A school on the city path whose unit cannot be read is answered by the province."""
    with kit.Folder() as folder:
        batch.fill(folder.out("batch.db"))
        db = sqlite3.connect(folder.out("batch.db"))
        school = db.execute("SELECT min(school_code) FROM school_path WHERE unit = 420300").fetchone()[0]
        own = {number for number, in db.execute("SELECT application_no FROM application WHERE school_code = ?", (school,))}
        found = {number for number, in db.execute("SELECT application_no FROM finding")} & own
        db.execute("UPDATE school_path SET unit = NULL WHERE school_code = ?", (school,))
        db.execute("UPDATE school_count SET reviewing_unit = '' WHERE school_code = ?", (f"{school:010d}",))
        db.commit()
        kit.run(folder.path)
        for unit, outcomes, problems in (("province", own, found), ("420300", set(), set())):
            book = openpyxl.load_workbook(folder.out(f"returns/{unit}.xlsx"), data_only=True)
            stated = [{row["申报编号"] for row in table(book[sheet], "申报编号")[1]} & own for sheet in ("申报结论", "须修改事项")]
            check(found and stated == [outcomes, problems], f"returns/{unit}: a school whose unit is not known", stated)


with kit.Folder() as folder:
    batch.fill(folder.out("batch.db"), kit.naughty, applications=40)
    db = sqlite3.connect(folder.out("batch.db"))
    db.row_factory = sqlite3.Row
    result = kit.run(folder.path)
    check(result.returncode == 0, "runs on naughty texts", result.stderr)
    for name in kit.files(folder.out()):
        if name.endswith(".xlsx"):
            book = look_at(folder.out(name), name)
            if name in SHEETS:
                check(book.sheetnames == SHEETS[name], f"{name}: its sheets", book.sheetnames)
    values = openpyxl.load_workbook(folder.out("reports/review.xlsx"), data_only=True)
    seen = {str(cell) for sheet in values for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None}
    check("_x0041_" not in "".join(seen) or "_x005F_x0041_" in "".join(seen), "an escape that a user typed stays what it was")
    check(not any(c in text for text in seen for c in "\x01\x08\u202e\u2067"), "no control or turning characters")
with kit.Folder() as folder:
    batch.fill(folder.out("batch.db"))
    db = sqlite3.connect(folder.out("batch.db"))
    db.row_factory = sqlite3.Row
    kit.run(folder.path)
    look_at_review(folder, db)
    look_at_packing(folder.out("reports/review.xlsx"))
    look_at_others(folder, db)
test_problems()
test_repetition()
test_parts()
test_unknown_unit()
kit.finish()
