"""What the rule and outcome tests share: a copy of the base batch with changes,
run through onex-ingest and onex-validate in a folder of its own."""
import csv
import datetime
import decimal
import hashlib
import os
import re
import shutil
import sqlite3
import subprocess
import tempfile
import unicodedata
import xml.etree.ElementTree as ElementTree

BUILD = os.environ.get("B", "build")
BASE = os.path.join("tests", "rules", "base")
SCHEMA = "{http://www.w3.org/2001/XMLSchema}"
ONEX = "{urn:onex:schema}"


class CaseError(Exception):
    """A case that cannot be read: an unknown column, a record that is not there."""


def read_base():
    """dataset -> (headings, records); each record is a dict by heading."""
    tables = {}
    for name in sorted(os.listdir(BASE)):
        if name.endswith(".csv"):
            with open(os.path.join(BASE, name), encoding="utf-8", newline="") as file:
                rows = list(csv.reader(file))
            tables[name[:-4]] = (rows[0], [dict(zip(rows[0], row)) for row in rows[1:]])
    return tables


def split_unescaped(text, separator):
    return [part.replace("\\" + separator, separator) for part in re.split(r"(?<!\\)" + separator, text)]


def set_cells(headings, record, assignments):
    for assignment in split_unescaped(assignments, ","):
        heading, equals, value = assignment.strip().partition("=")
        heading = heading.strip()
        if not equals or heading not in headings:
            raise CaseError("no column for: " + assignment)
        record[heading] = value


def change_notice(notice, change):
    path, plus, element = change.partition("+=")
    if plus and element.startswith("<"):
        notice.find(path.strip()).append(ElementTree.fromstring(element))
        return
    path, _, value = change.partition("=")
    path, _, attribute = path.rpartition("@")
    element = notice.find(path.rstrip("/")) if path else notice
    if element is None:
        raise CaseError("no such element in notice.xml: " + path)
    element.set(attribute.strip(), value)


def change_record(tables, change):
    match = re.fullmatch(r"([+-]?)([a-z_]+)(\*|#[0-9]+)?(?:\s+(.*))?", change, re.S)
    if not match or match.group(2) not in tables:
        raise CaseError("not a change: " + change)
    sign, dataset, which, assignments = match.groups()
    headings, records = tables[dataset]
    if sign == "-" and which is None:
        del tables[dataset]
        return
    if which == "*":
        chosen = list(records)
    else:
        at = int(which[1:]) if which else 1
        if at < 1 or at > len(records):
            raise CaseError("no such record: " + change)
        chosen = [records[at - 1]]
    if sign == "-":
        for record in chosen:
            records[:] = [kept for kept in records if kept is not record]
        return
    if sign == "+":
        chosen = [dict(record) for record in chosen]
        records.extend(chosen)
    for record in chosen:
        if assignments:
            set_cells(headings, record, assignments)


def apply_changes(tables, notice, changes):
    for change in re.split(r"\s+;\s+", changes.strip()):
        change = change.strip()
        if change.startswith("notice "):
            change_notice(notice, change[len("notice "):])
        elif change:
            change_record(tables, change)


def application_fields():
    """(heading, kind) of the application's fields, in schema order."""
    tree = ElementTree.parse(os.path.join("schemas", "application.xsd"))
    fields = []
    for element in tree.iter(SCHEMA + "element"):
        field = element.find(f"{SCHEMA}annotation/{SCHEMA}appinfo/{ONEX}field")
        if field is not None:
            fields.append((field.get("heading"), element.get("type")))
    return fields


def typed_text(kind, text):
    """The text that goes into the row digest; '' for what cannot be read."""
    if kind in ("text", "longText"):
        return text.strip()
    text = "".join(unicodedata.normalize("NFKC", text).split())
    if kind == "count":
        return str(int(text)) if text.isdigit() else ""
    if kind == "money":
        try:
            return str(int(decimal.Decimal(text) * 100))
        except decimal.InvalidOperation:
            return ""
    if kind == "yesNo":
        return {"是": "1", "否": "0"}.get(text, "")
    if kind == "digest":
        return text.lower()
    if kind == "day":
        try:
            return datetime.date.fromisoformat(text).isoformat()
        except ValueError:
            return ""
    if kind == "instant":
        match = re.fullmatch(r"(\d{4}-\d\d-\d\d)T?(\d\d:\d\d:\d\d)", text)
        return "T".join(match.groups()) if match else ""
    return text


def row_digest(record):
    """datasets.md, 行摘要, computed independently of the program."""
    values = [typed_text(kind, record[heading]) for heading, kind in application_fields()]
    return hashlib.sha256("\x1f".join(values).encode()).hexdigest()


def fill_digests(tables):
    """A decision whose 行摘要 is `auto` gets the digest of the application it names."""
    if "decision" not in tables or "application" not in tables:
        return
    digests = {}
    for record in tables["application"][1]:
        digests.setdefault(record["申报编号"], row_digest(record))
    for record in tables["decision"][1]:
        if record["行摘要"] == "auto":
            record["行摘要"] = digests.get(record["申报编号"], "0" * 64)


def write_batch(folder, changes):
    tables = read_base()
    notice = ElementTree.parse(os.path.join(BASE, "notice.xml")).getroot()
    apply_changes(tables, notice, changes)
    fill_digests(tables)
    inbox = os.path.join(folder, "inbox")
    os.makedirs(inbox)
    for dataset, (headings, records) in tables.items():
        with open(os.path.join(inbox, dataset + ".csv"), "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(headings)
            writer.writerows([record[heading] for heading in headings] for record in records)
    ElementTree.ElementTree(notice).write(os.path.join(folder, "notice.xml"), encoding="UTF-8", xml_declaration=True)


def run(program, *arguments):
    path = os.path.join(BUILD, program)
    done = subprocess.run([path, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          encoding="utf-8", errors="replace", env={**os.environ, "LC_ALL": "C"})
    if done.returncode != 0:
        raise CaseError(f"{program} ended with {done.returncode}: {done.stdout.strip()}")
    return done.stdout


class Batch:
    """A changed copy of the base batch, ingested and validated; a context manager."""

    def __init__(self, changes="", *options):
        self.folder = tempfile.mkdtemp(prefix="onex-rules-")
        try:
            write_batch(self.folder, changes)
            os.makedirs(os.path.join(self.folder, "out"))
            run("onex-ingest", self.folder)
            self.validate(*options)
        except BaseException:
            self.__exit__()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)

    def validate(self, *options):
        return run("onex-validate", "--quiet", *options, self.folder)

    def query(self, sql, *values):
        database = sqlite3.connect(os.path.join(self.folder, "out", "batch.db"))
        try:
            return database.execute(sql, values).fetchall()
        finally:
            database.close()


class Tap:
    def __init__(self):
        self.count = 0
        self.failed = 0

    def check(self, passed, name, detail=""):
        self.count += 1
        self.failed += not passed
        print(("ok" if passed else "not ok"), self.count, "-", name.replace("#", "＃"), flush=True)
        if not passed and detail:
            for line in str(detail).splitlines():
                print("#", line)

    def end(self):
        print(f"1..{self.count}", flush=True)
        return 1 if self.failed else 0
