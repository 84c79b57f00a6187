#!/usr/bin/python3
"""data/*.csv and the manifest: form, order, guard, and what stands in them."""
import csv, io, os, re, sqlite3, stat, subprocess, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import batch, kit
from kit import check

HEADINGS = {
    "applications": "application_no,school_code,certificate_code,level,major_code,outcome,declared,first_review,approved,source_file,source_sheet,source_row",
    "findings": "rule,case,severity,clause,dataset,record_key,application_no,school_code,source_file,source_sheet,source_row,source_column,raw,understood,allowed,message",
    "school_counts": "school_code,school_name,school_kind,reviewing_unit,applications,recommended,approved_applications,returned,rejected,under_review,certificates,declared,first_review,approved,approved_junior,approved_intermediate,approved_senior",
    "certificate_counts": "certificate_code,certificate_name,release_batch,level,schools,applications,declared,first_review,approved",
    "region_counts": "reviewing_unit,unit_name,schools,applications,recommended,approved_applications,returned,rejected,under_review,certificates,declared,first_review,approved,approved_junior,approved_intermediate,approved_senior",
    "allocation": "scenario,factor,school_code,x,amount_fen",
    "sources": "source_file,sha256,sheet,dataset,encoding,heading_row,seen,accepted,held,rejected,skipped",
}
KEYS = {"applications": 1, "findings": 2, "school_counts": 1, "certificate_counts": 4, "region_counts": 1, "allocation": 3, "sources": 3}
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


def read(path):
    data = open(path, "rb").read()
    return data, list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def guarded(text):
    """The rule of reports.md, written again."""
    return "'" + text if text[:1] in "=+-@\t\r" and text and not NUMBER.fullmatch(text) else text


def harmless(text):
    def good(c):
        n = ord(c)
        return not (n < 32 and c not in "\t\n\r" or 0x7F <= n < 0xA0 or 0x202A <= n <= 0x202E or 0x2066 <= n <= 0x2069
                    or n in (0x200E, 0x200F, 0x61C) or n & 0xFFFE == 0xFFFE)
    return "".join(c if good(c) else "\ufffd" for c in text)


with kit.Folder() as folder:
    batch.fill(folder.out("batch.db"), kit.naughty)
    db = sqlite3.connect(folder.out("batch.db"))
    db.execute("UPDATE finding SET raw = CAST(x'6181fe62' AS TEXT) WHERE id = 2")  # bytes that are no UTF-8
    for place, text in enumerate(kit.NAUGHTY):
        db.execute("INSERT INTO finding(rule, rule_case, severity, clause, dataset, record_key, raw, message, settled, weight)"
                   " VALUES('R99','','note','general','batch',?,?,?,0,'note')", (f"{place:03d}", text, text))
    db.commit()
    result = kit.run(folder.path, "--quiet")
    check(result.returncode == 0 and result.stdout == "", "runs quietly on naughty texts", result.stderr)
    check(kit.files(folder.out("data")) == sorted(n + ".csv" for n in HEADINGS), "the seven files", kit.files(folder.out()))
    for name, heading in HEADINGS.items():
        data, rows = read(folder.out("data", name + ".csv"))
        check(data.startswith(b"\xef\xbb\xbf" + heading.encode() + b"\n"), f"{name}: BOM, headings, LF", data[:80])
        check(all(len(row) == len(rows[0]) for row in rows), f"{name}: rows of one width")
        keys = [tuple(cell.encode() for cell in row[:KEYS[name]]) for row in rows[1:]]
        check(keys == sorted(keys), f"{name}: sorted by its key columns in bytes")
        check(stat.S_IMODE(os.stat(folder.out("data", name + ".csv")).st_mode) == 0o640, f"{name}: mode 0640")
    _, rows = read(folder.out("data", "findings.csv"))
    raw = {row[5]: row[12] for row in rows if row[0] == "R99"}
    for place, text in enumerate(kit.NAUGHTY):
        check(raw.get(f"{place:03d}") == harmless(guarded(text)), f"text {place} arrives, harmless", repr(raw.get(f"{place:03d}"))[:80])
    everything = b"".join(open(folder.out("data", n), "rb").read() for n in os.listdir(folder.out("data")))
    try:
        text = everything.decode("utf-8")
    except UnicodeDecodeError as error:
        text = str(error)
    check("a\ufffd\ufffdb" in text, "bytes that are no UTF-8 become replacement characters")
    _, rows = read(folder.out("data", "allocation.csv"))
    total = {}
    for scenario, factor, school, x, amount in rows[1:]:
        total.setdefault(scenario, {}).setdefault(factor == "total", 0)
        total[scenario][factor == "total"] += int(amount)
        if factor == "total" and x:
            check(False, "a total has no x")
    check(total == {run: {True: 10 ** 9, False: 10 ** 9} for run in ("base", "base-provisional")}, "allocations sum to the pool", total)
    _, rows = read(folder.out("data", "applications.csv"))
    numbers = {row[0]: row for row in rows[1:]}
    expected = db.execute("SELECT count(*), sum(declared), sum(approved) FROM outcome").fetchone()
    got = (len(rows) - 1, sum(int(row[6]) for row in rows[1:]), sum(int(row[8]) for row in rows[1:] if row[8]))
    check(got == expected, "applications: as many rows and heads as outcomes", got, expected)
    check(all(row[7] == "" for row in rows[1:]) and any(row[8] == "" for row in rows[1:]), "no number is an empty cell")
    check({row[3] for row in rows[1:]} == {"初级", "中级", "高级"} and rows[1][4] == "610201K", "levels in Chinese, major codes as typed")
    check({row[2] for row in read(folder.out("data", "findings.csv"))[1][1:]} == {"note", "review", "return", "reject"}, "severities")
    verified = subprocess.run(["sha256sum", "--quiet", "-c", "manifest-sha256.txt"], cwd=folder.out(), capture_output=True, text=True)
    check(verified.returncode == 0, "sha256sum -c accepts the manifest", verified.stdout)
    listed = [line.split("  ", 1)[1] for line in open(folder.out("manifest-sha256.txt")).read().splitlines()]
    check(sorted(listed) == [n for n in kit.files(folder.out()) if n != "manifest-sha256.txt"], "the manifest names every output")
    check(listed[0] == "batch.db" and listed[1:] == sorted(listed[1:], key=str.encode), "in byte order")

    before = {name: open(folder.out(name), "rb").read() for name in kit.files(folder.out())}
    result = kit.run(folder.path, before="ulimit -f 16; ")
    check(result.returncode == 4 and result.stderr.splitlines()[-1].startswith("onex-report: "), "a file that cannot be written whole is exit 4", result.returncode, result.stderr)
    after = {name: open(folder.out(name), "rb").read() for name in kit.files(folder.out())}
    check(before == after, "and leaves the old output as it was", set(after) ^ set(before))

check(kit.run("/nonexistent").returncode == 3, "no batch.db, hence nothing ingested, is exit 3")
check(kit.run("a", "b").returncode == 2 and kit.run("x", "--nonsense").returncode == 2, "wrong use is exit 2")
kit.finish()
