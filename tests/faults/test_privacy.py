#!/usr/bin/python3
"""No candidate's identity leaves the inbox, no telephone the office's own workbooks; files are
for owner and group only; no process of a run touches the network."""
import csv
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import zlib

import openpyxl

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from surroundings import ONEX, base_batch, check, onex, results, skip  # noqa: E402

NAME = "欧阳隐秘"
NUMBER = "420101199003079996"
HEADINGS = ["考生姓名", "身份证号", "联系电话"]
PHONE = "13912349876"


def rows_of(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def assessments(inbox):
    """The base's assessments with identities: as CSV with odd headings, a column without a
    heading and a ragged row; as XLSX; as XML. Some cells are wrong, so that findings quote rows."""
    rows = rows_of(os.path.join(inbox, "assessment.csv"))
    number = rows[0].index("报名号")
    day = rows[0].index("考核日期")

    def with_identity(prefix, headings):
        for i, row in enumerate(rows[1:]):
            cells = list(row)
            cells[number] = f"{prefix}{i:04d}"
            if i % 3 == 0:
                cells[day] = "不详"
            yield cells + [NAME, NUMBER, "13800001111"][:len(headings)]

    os.remove(os.path.join(inbox, "assessment.csv"))
    with open(os.path.join(inbox, "考核甲.csv"), "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(rows[0] + ["考生 姓名", "身份证号（必填）", "联系电话", ""])
        for row in with_identity("A", HEADINGS):
            out.writerow(row + [NUMBER])
        out.writerow(list(rows[1]) + [NAME, NUMBER, "1", NUMBER, NAME, NUMBER])
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(HEADINGS + rows[0])
    for row in with_identity("B", HEADINGS):
        sheet.append(row[len(rows[0]):] + row[:len(rows[0])])
    book.save(os.path.join(inbox, "考核乙.xlsx"))
    with open(os.path.join(inbox, "考核丙.xml"), "w", encoding="utf-8") as file:
        file.write(f'<assessments><assessment><姓名>{NAME}</姓名><身份证号>{NUMBER}</身份证号><registration>C1</registration>'
                   f'</assessment><record 身份证号="{NUMBER}">{NAME}</record>{NUMBER}</assessments>')


def unpacked(path):
    """The bytes of a file, and of the parts of a workbook."""
    with open(path, "rb") as file:
        data = file.read()
    yield data
    at = data.find(b"PK\3\4")
    while at >= 0:  # by the local headers: a killed run leaves packages without a directory
        begin = at + 30 + int.from_bytes(data[at + 26:at + 28], "little") + int.from_bytes(data[at + 28:at + 30], "little")
        try:
            yield zlib.decompressobj(-15).decompress(data[begin:])
        except zlib.error:
            pass  # cut off or stored: the bytes themselves are looked through above
        at = data.find(b"PK\3\4", at + 4)


def holding(folder, *texts):
    wanted = [text.encode(coding) for text in texts for coding in ("utf-8", "gb18030", "utf-16-le")]
    found = []
    for base, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(base, name)
            if any(text in data for data in unpacked(path) for text in wanted):
                found.append(os.path.relpath(path, folder))
    return sorted(found)


def identities(folder):
    path = base_batch(folder)
    assessments(path + "/inbox")
    os.makedirs(folder + "/tmp")
    run = onex("run", "--force", path, TMPDIR=folder + "/tmp")
    check(run.returncode == 0, "a batch with names and identity numbers is processed", run.stderr)
    check(len(holding(path + "/inbox", NUMBER)) == 3, "they stand in three files of the inbox")
    with open(path + "/out/data/sources.csv", encoding="utf-8-sig", newline="") as file:
        read = [row for row in csv.DictReader(file) if row["dataset"] == "assessment"]
    check(len(read) >= 2, "which are read as assessments", read)
    for where in ("out", ".onex-cache"):
        if os.path.isdir(f"{path}/{where}"):
            found = holding(f"{path}/{where}", NAME, NUMBER)
            check(not found, f"and in no file of {where}/", found)
    check(NAME not in run.stdout + run.stderr and NUMBER not in run.stdout + run.stderr, "nor in what is printed")
    check(not os.listdir(folder + "/tmp"), "no temporary file is left")


def killed(folder):
    """What a run that is ended at once leaves lying about."""
    path = os.path.join(folder, "batch")
    found = []
    for wait in (0.02, 0.05, 0.1, 0.15, 0.2, 0.3):
        process = subprocess.Popen([ONEX, "run", "--force", "--quiet", path], start_new_session=True,
                                   env={**os.environ, "TMPDIR": folder + "/tmp"})
        try:
            process.wait(wait)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.wait()
        for where in (path + "/.out.new", path + "/.onex-cache", path + "/out", folder + "/tmp"):
            found += holding(where, NAME, NUMBER)
    check(not found, "nor in what six killed runs leave behind", found)


def telephones(folder):
    path = base_batch(folder)
    file = path + "/inbox/application.csv"
    rows = rows_of(file)
    column = rows[0].index("联系电话") if "联系电话" in rows[0] else next(i for i, h in enumerate(rows[0]) if "电话" in h)
    for row in rows[1:]:
        row[column] = PHONE
    with open(file, "w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(rows)
    run = onex("run", "--force", path)
    found = holding(path + "/out", PHONE)
    allowed = {"batch.db", "reports/review.xlsx"}
    check(run.returncode == 0 and set(found) <= allowed, "telephones stand in batch.db and the office's review workbook at most", found)


def modes(folder):
    path = base_batch(folder)
    for mask in (0o022, 0o000):
        old = os.umask(mask)
        onex("run", "--force", path)
        os.umask(old)
        wide = []
        for base, folders, names in os.walk(path):
            if base == path:
                folders[:] = [name for name in folders if name != "inbox"]
                names = []
            for name in names + folders:
                mode = stat.S_IMODE(os.lstat(os.path.join(base, name)).st_mode)
                if mode & (0o027 if name in folders else 0o137):
                    wide.append(f"{os.path.relpath(os.path.join(base, name), path)} {mode:o}")
        check(not wide, f"under umask {mask:03o} files are at most 0640 and folders 0750", wide)


def network(folder):
    path = base_batch(folder)
    log = os.path.join(folder, "calls")
    if not shutil.which("strace") or "ONEX_SANITIZED" in os.environ:
        skip("no network", "strace is not here" if not shutil.which("strace") else "a sanitized build")
        return
    run = subprocess.run(["strace", "-f", "-q", "-e", "trace=network,execve", "-o", log, ONEX, "run", "--force", path],
                         capture_output=True, text=True, check=False)
    calls = open(log, encoding="utf-8", errors="replace").read() if os.path.exists(log) else ""
    if "execve" not in calls:
        skip("no network", "processes cannot be traced here")
        return
    sockets = [line for line in calls.splitlines() if re.match(r"\d+ +(?!execve|sendfile)\w+\(", line)]
    started = [line for line in calls.splitlines() if "execve(" in line and "onex" not in line.split('"')[1]]
    check(run.returncode == 0 and not sockets, "a run makes no network call", sockets[:5])
    check(not started, "a run starts no program but its own stages", started[:5])


def main():
    for test in ((identities, killed), (telephones,), (modes,), (network,)):
        with tempfile.TemporaryDirectory() as folder:
            for part in test:
                part(folder)
    return 0 if all(results) else 1


sys.exit(main())
