#!/usr/bin/python3
"""onex diff: what a second submission changed, judged by what the test itself changed in
the raw files and by the two databases as Python reads them."""
import csv
import io
import json
import os
import re
import subprocess
import sys

import openpyxl

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from batches import Room, rewrite, run, run_tests, same  # noqa: E402

FILE = "试点申报-高职.csv"


def edit(batch, change):
    """Changes the records of the colleges' file: change(heading, records) -> records."""
    path = os.path.join(batch, "inbox", FILE)
    with open(path, encoding="gb18030", newline="") as file:
        rows = list(csv.reader(file))
    at = next(n for n, row in enumerate(rows) if "申报编号" in row)
    heading = rows[at]
    records = change(heading, rows[at + 1:])
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows[:at + 1] + records)
    with open(path, "w", encoding="gb18030", newline="") as file:
        file.write(text.getvalue())


def cell(number, heading_name, value):
    def change(heading, records):
        [record] = [record for record in records if record and record[0] == number]
        record[heading.index(heading_name)] = value
        return records
    return change


def processed(room, change):
    batch = room.copy()
    edit(batch, change)
    run("run", "--quiet", batch, home=room.home, check=0)
    return batch


def diff(room, batch, *options):
    answer = json.loads(run("diff", "--json", room.batch, batch, *options, home=room.home, check=0).out)
    return {section["section"]: section["rows"] for section in answer}


def recommended(room):
    """An application of the colleges' file that is recommended, the only one of its school."""
    return room.database().execute(
        "SELECT a.application_no, a.declared, printf('%010d', a.school_code) FROM application a JOIN outcome o"
        " ON o.application = a.id JOIN source s ON s.id = a.source WHERE s.file = ? AND o.outcome = '建议通过' AND"
        " (SELECT count(*) FROM application b WHERE b.school_code = a.school_code) = 1 ORDER BY a.id LIMIT 1", (FILE,)).fetchone()


def no_change(room):
    """a run against itself: no change in any section, and --fail-on-change is content"""
    for name, rows in diff(room, room.batch).items():
        if name == "summary":
            assert all(row["difference"] == 0 for row in rows), rows
        else:
            same(rows, [], name)
    done = run("diff", "--fail-on-change", room.batch, os.path.join(room.batch, "out"), home=room.home, check=0)
    assert "came to the same" in done.out, done.out


def one_number(room):
    """one number of one application: the field, the school, and money for all with that application as cause"""
    number, declared, school = recommended(room)
    batch = processed(room, cell(number, "拟考证人数", str(declared + 3)))
    answer = diff(room, batch)
    [row] = answer["applications"]
    same((row["change"], row["application_no"], row["school_code"], row["field"], row["before"], row["after"]),
         ("修改", number, school, "拟考证人数", str(declared), str(declared + 3)))
    [row] = answer["outcomes"]
    same((row["declared_before"], row["declared_after"], row["outcome_before"]), (declared, declared + 3, "建议通过"))
    [row] = answer["schools"]
    same((row["school_code"], row["declared_after"] - row["declared_before"]), (school, 3))
    assert row["cause"].startswith(f"application/{number}"), row
    [row] = answer["inputs"]
    same((row["change"], row["name"]), ("修改", FILE))
    before, after = (dict(((r, s), a) for r, s, a in room.database(b).execute(
        "SELECT run, printf('%010d', school_code), amount_fen FROM allocation_total")) for b in (room.batch, batch))
    wanted = {key: (before.get(key), after.get(key)) for key in {*before, *after} if before.get(key) != after.get(key)}
    same({(r["run"], r["school_code"]): (r["amount_fen_before"], r["amount_fen_after"]) for r in answer["money"]}, wanted)
    assert wanted, "money changes"
    for row in answer["money"]:
        same(row["difference_fen"], row["amount_fen_after"] - row["amount_fen_before"])
        assert number in row["cause"], row
        same(row["cause"].startswith("本校数据未变"), row["school_code"] != school)


def finding_new(room):
    """a date that is too late: the finding is new, the outcome changes, each with its cause"""
    number, _, school = recommended(room)
    batch = processed(room, cell(number, "提交时间", "2021-05-26 00:00:00"))
    answer = diff(room, batch)
    [row] = [row for row in answer["findings"] if row["rule"] == "R33"]
    same((row["change"], row["rule_case"], row["record_key"], row["weight_after"], row["weight_before"]),
         ("新增", "a", number, "退回修改", None))
    assert "提交时间" in row["cause"], row
    [row] = answer["outcomes"]
    same((row["outcome_before"], row["outcome_after"]), ("建议通过", "退回"))
    assert "新增问题 R33a" in row["cause"], row
    back = json.loads(run("diff", "--json", batch, room.batch, home=room.home, check=0).out)
    findings = next(section["rows"] for section in back if section["section"] == "findings")
    same([row["change"] for row in findings if row["rule"] == "R33"], ["消除"])


def added_and_removed(room):
    """an application that was withdrawn and one that is new"""
    number, _, _ = recommended(room)

    def change(heading, records):
        gone = next(record for record in records if record and record[0] == number)
        new = ["SB99990000000001", *gone[1:]]
        return [new if record is gone else record for record in records]
    answer = diff(room, processed(room, change))
    same([(row["change"], row["application_no"], row["field"]) for row in answer["applications"]],
         [("删除", number, ""), ("新增", "SB99990000000001", "")])
    causes = {row["application_no"]: row["cause"] for row in answer["outcomes"]}
    same((causes[number], causes["SB99990000000001"]), ("申报删除", "申报新增"))


def moved_rows(room):
    """records in another order are no change of an application, a finding or an amount"""
    answer = diff(room, processed(room, lambda heading, records: records[:3][::-1] + records[3:]))
    for name in ("applications", "outcomes", "schools", "money"):
        same(answer[name], [], name)
    same([row for row in answer["findings"] if row["change"] != "修改"], [])


def unreadable(room):
    """a value that cannot be read shows the text that stood there"""
    number, declared, _ = recommended(room)
    answer = diff(room, processed(room, cell(number, "拟考证人数", f"约{declared}")))
    [row] = answer["applications"]
    same((row["before"], row["after"]), (str(declared), f"约{declared}"))
    assert any(row["rule"] == "F09" and row["change"] == "新增" for row in answer["findings"]), answer["findings"]


def other_rules(room):
    """a rule whose severity was changed in the notice: the notice and the rule are the cause"""
    home = room.copied_home()
    rules = os.path.join(home, "validate", "rules")
    name = next(name for name in sorted(os.listdir(rules)) if name.startswith("R37"))
    with open(os.path.join(rules, name), encoding="utf-8") as file:
        text = file.read()
    message = re.search(r"-- message: (.{4})", text).group(1)
    rewrite(os.path.join(rules, name), "-- message: " + message, "-- message: 新版" + message)
    batch = room.copy()
    run("run", "--quiet", batch, home=home, check=0)
    answer = diff(room, batch)
    same([(row["change"], row["kind"], row["name"]) for row in answer["inputs"]], [("修改", "规则", "R37")])
    [row] = answer["findings"]
    same((row["change"], row["rule"], row["cause"]), ("修改", "R37", "规则或级别有变动"))
    same(row["message_after"].replace("新版", ""), row["message_before"])


def summary(room):
    """the totals are those of the two databases"""
    number, declared, _ = recommended(room)
    batch = processed(room, cell(number, "提交时间", "2021-05-26 00:00:00"))
    rows = {row["item"]: row for row in diff(room, batch)["summary"]}
    for item, sql in (("结论为退回（条）", "SELECT count(*) FROM outcome WHERE outcome = '退回'"),
                      ("申报人数", "SELECT sum(declared) FROM outcome"),
                      ("问题：退回修改（条）", "SELECT count(*) FROM finding WHERE severity = 'return'")):
        values = [room.database(b).execute(sql).fetchone()[0] for b in (room.batch, batch)]
        same([rows[item]["before"], rows[item]["after"], rows[item]["difference"]], [*values, values[1] - values[0]], item)


def workbook(room):
    """the workbook holds what the JSON tells, a sheet per section, money in yuan; the same bytes twice"""
    number, declared, _ = recommended(room)
    batch = processed(room, cell(number, "拟考证人数", str(declared + 1)))
    paths = [room.path("changes.xlsx"), room.path("again.xlsx")]
    for path in paths:
        run("diff", "--quiet", room.batch, batch, "-o", path, home=room.home, check=0, env={"TZ": "Asia/Tokyo"})
    with open(paths[0], "rb") as one, open(paths[1], "rb") as two:
        same(one.read() == two.read(), True, "the same bytes")
    answer = json.loads(run("diff", "--json", room.batch, batch, home=room.home, check=0).out)
    book = openpyxl.load_workbook(paths[0])
    same(book.sheetnames, [section["title"] for section in answer])
    for section in answer:
        rows = list(book[section["title"]].iter_rows(min_row=3, values_only=True))
        if not section["rows"]:
            same(rows[0][0], "没有变化")
            continue
        same(len(rows), len(section["rows"]), section["title"])
        for shown, row in zip(rows, section["rows"]):
            for value, (name, told) in zip(shown, row.items()):
                if "_fen" in name and told is not None:
                    same(round(value * 100), told, name)
                elif told not in (None, ""):
                    same(str(value), str(told), name)
    same([name for name in os.listdir(room.folder) if ".new" in name], [])


def text(room):
    """the text names what changed, and says where rows are left out; the exit tells on request"""
    number, declared, _ = recommended(room)
    batch = processed(room, cell(number, "拟考证人数", str(declared + 9)))
    done = run("diff", "--fail-on-change", room.batch, batch, home=room.home, check=1)
    assert f"原值：{declared}　现值：{declared + 9}" in done.out, done.out
    money = len(diff(room, batch)["money"])
    assert money > 30 and f"{money} rows in all, 30 shown" in done.out, (money, done.out[-300:])
    run("diff", room.batch, home=room.home, check=2)
    run("diff", room.batch, room.folder, home=room.home, check=3)


def stock_shell(room):
    """a section runs unchanged in the stock sqlite3 shell"""
    number, declared, _ = recommended(room)
    batch = processed(room, cell(number, "拟考证人数", str(declared + 4)))
    for name in ("40-inputs", "30-summary", "85-runs"):
        with open(os.path.join("onex", "diff", name + ".sql"), encoding="utf-8") as file:
            sql = f"ATTACH '{batch}/out/batch.db' AS other;\n" + file.read()
        done = subprocess.run(["sqlite3", os.path.join(room.batch, "out", "batch.db")], input=sql.encode(), capture_output=True)
        same((done.returncode, done.stderr), (0, b""), name)
        answer = diff(room, batch)[name[3:]]
        same(len(done.stdout.decode().splitlines()), len(answer), name)


TESTS = [no_change, one_number, finding_new, added_and_removed, moved_rows, unreadable, other_rules, summary, workbook, text,
         stock_shell]

if __name__ == "__main__":
    ROOM = Room()
    try:
        run_tests(TESTS, ROOM)
    finally:
        ROOM.close()
