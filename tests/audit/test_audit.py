#!/usr/bin/python3
"""onex audit: agrees with what it made, and names every kind of tampering, down to the
cell. The tampering is done by openpyxl, sqlite3 and plain editing."""
import csv
import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys

import openpyxl

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from batches import Room, audit, found, rewrite, run, run_tests, same  # noqa: E402


def digest(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def mend_manifest(batch, name):
    """A forger who knows of the manifest writes the new digest into it."""
    path = os.path.join(batch, "out", "manifest-sha256.txt")
    with open(path, encoding="utf-8") as file:
        lines = file.read().splitlines()
    lines = [digest(os.path.join(batch, "out", name)) + "  " + name if line.endswith("  " + name) else line for line in lines]
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


def untouched(room):
    """an untouched batch agrees in every step, and nothing of it is written to"""
    before = {path: os.stat(path).st_mtime_ns for path in walk(room.batch)}
    answer = audit(room.batch, room.home, 0)
    same(answer["agrees"], True)
    same(answer["differences"], [])
    same([step["step"] for step in answer["steps"]], ["inputs", "program", "manifest", "again", "second", "sample"])
    for step in answer["steps"]:
        assert step["checked"] > 0, step
    same({path: os.stat(path).st_mtime_ns for path in walk(room.batch)}, before)
    assert "are what these raw files give" in run("audit", room.batch, home=room.home, check=0).out


def walk(folder):
    return sorted(os.path.join(at, name) for at, _, names in os.walk(folder) for name in names)


def chinese(room):
    """the summary is Chinese where the locale is"""
    done = run("audit", room.batch, home=room.home, check=0, env={"LC_ALL": "zh_CN.UTF-8"})
    assert "结论：输出与原始文件完全一致" in done.out, done.out


def input_byte(room):
    """one byte of an input: the file is named with both digests"""
    batch = room.copy()
    path = os.path.join(batch, "inbox", "执行情况.csv")
    before = digest(path)
    with open(path, "r+b") as file:
        file.seek(-3, os.SEEK_END)
        byte = file.read(1)
        file.seek(-3, os.SEEK_END)
        file.write(b"7" if byte != b"7" else b"8")
    answer = audit(batch, room.home, 1)
    [difference] = found(answer, "inputs", "inbox/执行情况.csv")
    same((difference["found"], difference["expected"]), (digest(path), before))
    assert any(d["step"] == "again" for d in answer["differences"])


def input_missing(room):
    """an input that is missing and one that came besides are named"""
    batch = room.copy()
    os.remove(os.path.join(batch, "inbox", "投诉台账.csv"))
    with open(os.path.join(batch, "inbox", "另一份.csv"), "w", encoding="utf-8") as file:
        file.write("a,b\n1,2\n")
    answer = audit(batch, room.home, 1)
    same(len(found(answer, "inputs", "inbox/投诉台账.csv")), 1)
    same(len(found(answer, "inputs", "inbox/另一份.csv")), 1)


def workbook_cell(room):
    """a cell of a workbook: sheet, cell and both values, though the manifest was mended too"""
    batch = room.copy()
    path = os.path.join(batch, "out", "reports", "allocation.xlsx")
    book = openpyxl.load_workbook(path, data_only=True)
    sheet = book["情景对比"]
    heading = next(cell for row in sheet.iter_rows() for cell in row if cell.value == "学校标识码")
    cell = sheet.cell(heading.row + 1, heading.column)
    was = str(cell.value)
    cell.value = "4200000001"
    book.save(path)
    mend_manifest(batch, "reports/allocation.xlsx")
    answer = audit(batch, room.home, 1)
    same(found(answer, "manifest", "allocation.xlsx"), [])
    [difference] = found(answer, "again", "reports/allocation.xlsx")
    assert difference["place"].startswith("参数与假设!") or difference["place"] == f"情景对比!{cell.coordinate}", difference
    if difference["place"].startswith("情景"):
        same((difference["found"], difference["expected"]), ("4200000001", was))


def workbook_text(room):
    """a text replaced inside a workbook's own XML: just that cell is named"""
    import zipfile
    batch = room.copy()
    path = os.path.join(batch, "out", "reports", "review.xlsx")
    book = openpyxl.load_workbook(path)
    sheet = book["院校统计"]
    heading = next(cell for row in sheet.iter_rows() for cell in row if cell.value == "学校名称")
    cell = sheet.cell(heading.row + 2, heading.column)
    part = f"xl/worksheets/sheet{book.sheetnames.index('院校统计') + 1}.xml"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(path + ".new", "w", zipfile.ZIP_DEFLATED) as new:
        changed = 0
        for info in old.infolist():
            content = old.read(info)
            if info.filename == part or (info.filename == "xl/sharedStrings.xml" and not changed):
                at = content.find(cell.value.encode())
                if at >= 0:
                    content = content[:at] + "伪造的学校".encode() + content[at + len(cell.value.encode()):]
                    changed += 1
            new.writestr(info.filename, content)
    os.replace(path + ".new", path)
    same(changed, 1, "cells changed")
    mend_manifest(batch, "reports/review.xlsx")
    answer = audit(batch, room.home, 1)
    [difference] = found(answer, "again", "reports/review.xlsx")
    same((difference["place"], difference["found"], difference["expected"]),
         (f"院校统计!{cell.coordinate}", "伪造的学校", cell.value))


def database_amount(room):
    """an amount in batch.db: table, column and row, and the second route sees the sum"""
    batch = room.copy()
    path = os.path.join(batch, "out", "batch.db")
    db = sqlite3.connect(path)
    run_id, factor, school, amount = db.execute(
        "SELECT run, factor, school_code, amount_fen FROM allocation WHERE amount_fen > 0 LIMIT 1").fetchone()
    db.execute("UPDATE allocation SET amount_fen = amount_fen + 10000 WHERE run = ? AND factor = ? AND school_code = ?",
               (run_id, factor, school))
    db.commit()
    db.close()
    mend_manifest(batch, "batch.db")
    answer = audit(batch, room.home, 1)
    [difference] = found(answer, "again", "batch.db")
    assert difference["place"].startswith("allocation.amount_fen #"), difference
    same((int(difference["found"]), int(difference["expected"])), (amount + 10000, amount))
    places = [d["place"] for d in answer["differences"] if d["step"] == "second"]
    assert f"{run_id} {factor}" in places, places


def consistent_forgery(room):
    """a forger who moves money between two schools everywhere in batch.db is still found"""
    batch = room.copy()
    db = sqlite3.connect(os.path.join(batch, "out", "batch.db"))
    run_id, factor = db.execute("SELECT run, factor FROM allocation WHERE factor = 'scale' LIMIT 1").fetchone()
    schools = [row[0] for row in db.execute(
        "SELECT school_code FROM allocation WHERE run = ? AND factor = ? ORDER BY amount_fen DESC LIMIT 2", (run_id, factor))]
    for school, sign in zip(schools, (1, -1)):
        db.execute("UPDATE allocation SET amount_fen = amount_fen + ? WHERE run = ? AND factor = ? AND school_code = ?",
                   (sign * 5000000, run_id, factor, school))
        db.execute("UPDATE allocation_total SET uncapped_fen = uncapped_fen + ?1, amount_fen = amount_fen + ?1"
                   " WHERE run = ?2 AND school_code = ?3", (sign * 5000000, run_id, school))
    db.commit()
    db.close()
    answer = audit(batch, room.home, 1)
    second = [d for d in answer["differences"] if d["step"] == "second"]
    named = " ".join(d["place"] for d in second if d["what"] == "allocation.quota")
    for school in schools:
        assert str(school) in named, (school, second)


def outcome_changed(room):
    """an outcome in batch.db: the application is named by the second route"""
    batch = room.copy()
    db = sqlite3.connect(os.path.join(batch, "out", "batch.db"))
    number, row = db.execute("SELECT a.application_no, a.id FROM application a JOIN outcome o ON o.application = a.id"
                             " WHERE o.outcome = '退回' LIMIT 1").fetchone()
    db.execute("UPDATE outcome SET outcome = '建议通过' WHERE application = ?", (row,))
    db.commit()
    db.close()
    answer = audit(batch, room.home, 1)
    named = [d for d in answer["differences"] if d["step"] == "second" and d["what"] == "outcome"]
    same([(d["place"].split()[0], d["found"], d["expected"]) for d in named], [(number, "建议通过", "退回")])


def database_cut(room):
    """a batch.db that cannot be read is a difference, not a breakdown"""
    batch = room.copy()
    with open(os.path.join(batch, "out", "batch.db"), "r+b") as file:
        file.truncate(5000)
    answer = audit(batch, room.home, 1)
    assert found(answer, "manifest", "batch.db") and found(answer, "second", "batch.db"), answer["differences"]
    os.remove(os.path.join(batch, "out", "batch.db"))
    answer = audit(batch, room.home, 1)
    assert found(answer, "manifest", "batch.db") and found(answer, "again", "batch.db"), answer["differences"]


def csv_cell(room):
    """a cell of a CSV output: record and column"""
    batch = room.copy()
    path = os.path.join(batch, "out", "data", "applications.csv")
    with open(path, encoding="utf-8-sig", newline="") as file:
        heading, first = file.read().split("\n")[:2]
    column = heading.split(",").index("declared")
    cells = first.split(",")
    cells[column] = str(int(cells[column] or 0) + 1)
    rewrite(path, first + "\n", ",".join(cells) + "\n")
    mend_manifest(batch, "data/applications.csv")
    [difference] = found(audit(batch, room.home, 1), "again", "data/applications.csv")
    same((difference["place"], difference["found"], difference["expected"]),
         ("record 1, declared", cells[column], first.split(",")[column]))


def rule_file(room):
    """a rule of the program: the file is named, and what it changed"""
    home = room.copied_home()
    rules = os.path.join(home, "validate", "rules")
    name = next(name for name in sorted(os.listdir(rules)) if name.startswith("R08"))
    with open(os.path.join(rules, name), "a", encoding="utf-8") as file:
        file.write("\n-- looser than before\n")
    answer = audit(room.batch, home, 1)
    same([d["what"] for d in answer["differences"] if d["step"] == "program"], [f"validate/rules/{name}"])


def broken_rule(room):
    """a rule of the program that no longer runs is told, with the file"""
    home = room.copied_home()
    rules = os.path.join(home, "validate", "rules")
    name = next(name for name in sorted(os.listdir(rules)) if name.startswith("R08"))
    with open(os.path.join(rules, name), "a", encoding="utf-8") as file:
        file.write("\nSELECT no_such_column FROM nowhere;\n")
    answer = audit(room.batch, home, 1)
    assert found(answer, "program", name), answer["differences"]


def notice(room):
    """a number of notice.xml: the file is named, and the amounts that it changed"""
    batch = room.copy()
    db = room.database()
    pool = db.execute("SELECT pool_fen FROM scenario ORDER BY position LIMIT 1").fetchone()[0]
    db.close()
    path = os.path.join(batch, "notice.xml")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    written = next(form for form in (f'"{pool // 100}"', f'"{pool // 1000000}"', f'"{pool / 100:.2f}"', f'"{pool // 1000000}.00"')
                   if form in text)
    rewrite(path, written, '"9' + written[2:])
    answer = audit(batch, room.home, 1)
    assert found(answer, "inputs", "notice.xml"), answer["differences"]
    assert found(answer, "again", "allocation.xlsx"), answer["differences"]


def manifest_line(room):
    """a line of a manifest: the file that it is about is named, and the line"""
    batch = room.copy()
    path = os.path.join(batch, "out", "manifest-sha256.txt")
    with open(path, encoding="utf-8") as file:
        lines = file.read().splitlines()
    number = next(n for n, line in enumerate(lines) if line.endswith("  reports/review.html"))
    was = lines[number]
    lines[number] = ("0" if was[0] != "0" else "1") + was[1:]
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    answer = audit(batch, room.home, 1)
    [difference] = found(answer, "manifest", "reports/review.html")
    same(difference["expected"], lines[number][:64])
    [difference] = found(answer, "again", "manifest-sha256.txt")
    same((difference["place"], difference["expected"]), (f"line {number + 1}", was))


def manifest_gone(room):
    """a manifest, a list of inputs that is missing: named"""
    batch = room.copy()
    for name in ("manifest-sha256.txt", "inputs-sha256.txt", "program-sha256.txt"):
        os.remove(os.path.join(batch, "out", name))
    answer = audit(batch, room.home, 1)
    assert found(answer, "inputs", "inputs-sha256.txt"), answer["differences"]
    assert found(answer, "program", "program-sha256.txt"), answer["differences"]
    assert found(answer, "manifest", "manifest-sha256.txt"), answer["differences"]


def besides(room):
    """a file besides in out/, and an output that is missing"""
    batch = room.copy()
    with open(os.path.join(batch, "out", "reports", "extra.txt"), "w", encoding="utf-8") as file:
        file.write("x")
    os.remove(os.path.join(batch, "out", "reports", "published.xlsx"))
    answer = audit(batch, room.home, 1)
    same(len(found(answer, "manifest", "reports/extra.txt")), 1)
    same(len(found(answer, "manifest", "reports/published.xlsx")), 1)


def script_alone(room):
    """audit.sql runs in the stock sqlite3 shell: silent on the batch, a line on a forged amount"""
    script = os.path.join(room.batch, "out", "audit.sql")

    def shell(batch):
        with open(script, "rb") as file:
            return subprocess.run(["sqlite3", "-readonly", os.path.join(batch, "out", "batch.db")], stdin=file,
                                  capture_output=True, check=True).stdout.decode()
    same(shell(room.batch), "")
    batch = room.copy()
    db = sqlite3.connect(os.path.join(batch, "out", "batch.db"))
    db.execute("UPDATE school_count SET declared = declared + 1 WHERE school_code = (SELECT min(school_code) FROM school_count)")
    db.commit()
    db.close()
    assert shell(batch).startswith("school_counts|"), shell(batch)


def second_route(room):
    """the second route finds a change of any count, outcome, number, amount or measure"""
    with open(os.path.join(room.batch, "out", "audit.sql"), "rb") as file:
        script = file.read()
    path = room.path("second.db")
    changes = [("school_count", "applications", "school_counts"), ("school_count", "approved", "school_counts"),
               ("certificate_count", "declared", "certificate_counts"), ("region_count", "first_review", "region_counts"),
               ("kind_count", "under_review", "kind_count"), ("release_count", "declared", "release_count"),
               ("major_count", "applications", "major_count"), ("factor_pool", "pool_fen", "factor_pool"),
               ("allocation_total", "amount_fen", "allocation_total"), ("allocation_total", "adjusted_fen", "allocation_total"),
               ("outcome", "declared", "numbers"), ("outcome", "approved", "numbers")]
    changes += [("allocation", "x", f"measure.{factor}") for factor in ("scale", "level", "training", "examination", "progress")]
    for table, column, told in changes:
        shutil.copy(os.path.join(room.batch, "out", "batch.db"), path)
        db = sqlite3.connect(path)
        where = f"WHERE factor = '{told[8:]}'" if told.startswith("measure.") else ""
        key = {"allocation": "run || factor || school_code", "allocation_total": "run || school_code"}.get(table, "rowid")
        done = db.execute(f"UPDATE {table} SET {column} = coalesce({column}, 0) + 1 WHERE {key} ="
                          f" (SELECT {key} FROM {table} {where} LIMIT 1)")
        same(done.rowcount, 1, table)
        db.commit()
        db.close()
        lines = subprocess.run(["sqlite3", "-readonly", path], input=script, capture_output=True, check=True).stdout.decode()
        assert any(line.startswith(told) for line in lines.splitlines()), (table, column, lines)


def second_route_moved(room):
    """the second route finds applications moved from one major to another, though the totals stay"""
    with open(os.path.join(room.batch, "out", "audit.sql"), "rb") as file:
        script = file.read()
    path = room.path("moved.db")
    for column in ("schools", "applications", "recommended", "approved_applications", "returned", "rejected", "under_review",
                   "declared", "first_review", "approved"):
        shutil.copy(os.path.join(room.batch, "out", "batch.db"), path)
        db = sqlite3.connect(path)
        db.execute(f"UPDATE major_count SET {column} = {column} + iif(rowid = (SELECT min(rowid) FROM major_count), 1, -1)"
                   " WHERE rowid IN (SELECT min(rowid) FROM major_count UNION SELECT max(rowid) FROM major_count)")
        same(db.total_changes, 2, column)
        db.commit()
        db.close()
        lines = subprocess.run(["sqlite3", "-readonly", path], input=script, capture_output=True, check=True).stdout.decode()
        same([line.split("|")[0] for line in lines.splitlines()], ["major_count"] * 2, column)


def sampled(room):
    """typed values that are not what the raw cells say are found by the sample, under any seed, with the cell"""
    batch = room.copy()
    db = sqlite3.connect(os.path.join(batch, "out", "batch.db"))
    db.execute("UPDATE performance SET trained = trained + 1000")
    db.commit()
    db.close()
    for seed in ("1", "2021"):
        answer = audit(batch, room.home, 1, "--seed", seed)
        same(answer["seed"], int(seed))
        differences = [d for d in answer["differences"] if d["step"] == "sample"]
        assert differences and {d["what"] for d in differences} == {"执行情况.csv"}, differences
        with open(os.path.join(batch, "inbox", "执行情况.csv"), "rb") as file:
            content = file.read()
        try:
            lines = content.decode("utf-8-sig").splitlines()
        except UnicodeDecodeError:
            lines = content.decode("gb18030").splitlines()
        for d in differences:
            row = int(d["place"].split(" ")[0].lstrip("ABCDEFGHIJ"))
            column = "ABCDEFGHIJ".index(d["place"][0])
            same(d["expected"], lines[row - 1].split(",")[column])
            same(int(d["found"]), int(d["expected"]) + 1000)
    run("audit", "--seed", "x", batch, home=room.home, check=2)


def complaints(*records):
    return "<complaints>\n" + "\n".join(records) + "\n</complaints>\n"


def complaint(day):
    return f"<complaint><issuer>某评价公司</issuer><kind>其他</kind><gravity>一般</gravity><complaint_date>2021-04-{day}</complaint_date></complaint>"


def levels_side_by_side():
    """An application whose levels stand side by side, in columns C and D of the heading's second row."""
    with open("tests/rules/base/application.csv", encoding="utf-8", newline="") as file:
        heading, record = list(csv.reader(file))[:2]
    others = [name for name in heading if name not in ("申报编号", "等级", "拟考证人数")]
    cells = dict(zip(heading, record))
    rows = [["申报编号", "学校标识码", "拟考证人数", "", *others[others.index("学校标识码") + 1:], "注册账号"],
            ["", "", "初级", "高级", *[""] * (len(others) - 1)],
            *[[f"SPREAD{n}", cells["学校标识码"], str(n), str(2 * n), *[cells[name] for name in others[others.index("学校标识码") + 1:]],
               cells["注册账号"]] for n in range(11, 15)]]
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def sampled_forms(room):
    """levels side by side and XML are looked up too; records that share a line of XML cannot be told apart and are left out"""
    batch = room.copy()
    shutil.rmtree(os.path.join(batch, "out"))
    texts = {"spread.csv": levels_side_by_side(), "own.xml": complaints(*[complaint(day) for day in range(10, 20)]),
             "shared.xml": complaints("".join(complaint(day) for day in range(20, 25)))}
    for name, text in texts.items():
        with open(os.path.join(batch, "inbox", name), "w", encoding="utf-8") as file:
            file.write(text)
    run("run", "--quiet", batch, home=room.home, check=0)
    for seed in range(4):
        same(audit(batch, room.home, 0, "--seed", seed)["agrees"], True)
    db = sqlite3.connect(os.path.join(batch, "out", "batch.db"))
    same(db.execute("SELECT count(*) FROM application WHERE application_no LIKE 'SPREAD%'").fetchone(), (8,))
    same(db.execute("SELECT count(*), count(DISTINCT row) FROM complaint c JOIN source s ON s.id = c.source"
                    " WHERE s.file LIKE '%.xml' GROUP BY s.file ORDER BY s.file").fetchall(), [(10, 10), (5, 1)])
    db.execute("UPDATE application SET declared = declared + 1000 WHERE application_no LIKE 'SPREAD%'")
    db.execute("UPDATE complaint SET complaint_date = complaint_date + 31 WHERE source IN (SELECT id FROM source WHERE file LIKE '%.xml')")
    db.commit()
    db.close()
    differences = [d for d in audit(batch, room.home, 1)["differences"] if d["step"] == "sample"]
    same({d["what"] for d in differences}, {"spread.csv", "own.xml"})
    for d in differences:
        if d["what"] == "spread.csv":
            row = int(d["place"].split(" ")[0][1:])
            same((d["place"][0] in "CD", d["expected"], d["found"]),
                 (True, str((row + 8) * (1 if d["place"][0] == "C" else 2)), str(int(d["expected"]) + 1000)))
        else:
            line = int(d["place"].split(" ")[1])
            same((d["expected"][:10], d["found"]), (f"2021-04-{line + 8}", f"2021-05-{line + 9}"))


def quiet(room):
    """--quiet tells by its exit alone"""
    batch = room.copy()
    os.remove(os.path.join(batch, "out", "reports", "published.xlsx"))
    done = run("audit", "--quiet", batch, home=room.home, check=1)
    same((done.out, done.err), ("", ""))


def no_batch(room):
    """a folder that is no batch is 3, wrong use is 2"""
    os.mkdir(room.path("empty"))
    run("audit", room.path("empty"), home=room.home, check=3)
    run("audit", room.path("nowhere"), home=room.home, check=3)
    run("audit", home=room.home, check=2)
    same(json.loads(run("audit", "--json", room.path("empty"), home=room.home, check=3).out)["agrees"], False)


TESTS = [untouched, chinese, input_byte, input_missing, workbook_cell, workbook_text, database_amount, consistent_forgery,
         outcome_changed, database_cut, csv_cell, rule_file, broken_rule, notice, manifest_line, manifest_gone, besides,
         script_alone, second_route, second_route_moved, sampled, sampled_forms, quiet, no_batch]

if __name__ == "__main__":
    ROOM = Room()
    try:
        run_tests(TESTS, ROOM)
    finally:
        ROOM.close()
