"""Small batches for the tests of onex-ingest: an inbox of given files, read into
batch.db in a folder of its own, and looked at through sqlite3."""
import csv
import io
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import traceback

BUILD = os.environ.get("B", "build")
BASE = os.path.join("tests", "rules", "base")
NOTICE = os.path.join(BASE, "notice.xml")
DIGEST = "0f" * 32


def base(dataset):
    """Heading and records of the clean base batch."""
    with open(os.path.join(BASE, dataset + ".csv"), encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    return rows[0], rows[1:]


def table(rows, separator=",", end="\n", quoting=csv.QUOTE_MINIMAL):
    """Rows as CSV text."""
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator=end, quoting=quoting).writerows(rows)
    return text.getvalue()


def application(number, **cells):
    """One clean application record, with cells changed by heading."""
    heading, records = base("application")
    record = dict(zip(heading, records[0]))
    record["申报编号"] = number
    record.update(cells)
    return [record[name] for name in heading]


def applications(*records):
    return table([base("application")[0], *records])


class Batch:
    """A batch folder with the given inbox (path -> text or bytes)."""

    def __init__(self, files):
        self.folder = tempfile.mkdtemp(prefix="onex-ingest-")
        shutil.copy(NOTICE, os.path.join(self.folder, "notice.xml"))
        self.inbox = os.path.join(self.folder, "inbox")
        os.mkdir(self.inbox)
        for name, content in files.items():
            path = os.path.join(self.inbox, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(content.encode() if isinstance(content, str) else content)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder)

    def run(self, *options, environment=None):
        return subprocess.run([os.path.join(BUILD, "onex-ingest"), *options, self.folder], capture_output=True,
                              text=True, env={**os.environ, "LC_ALL": "C", **(environment or {})}, check=False)

    def ingest(self):
        result = self.run("--quiet")
        assert result.returncode == 0, f"status {result.returncode}: {result.stderr}"
        return Database(os.path.join(self.folder, "out", "batch.db"))


class Database:
    def __init__(self, path):
        self.path = path
        self.connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)

    def rows(self, sql, *values):
        return self.connection.execute(sql, values).fetchall()

    def one(self, sql, *values):
        return self.rows(sql, *values)[0]

    def value(self, sql, *values):
        return self.one(sql, *values)[0]

    def counts(self, file, sheet=""):
        return self.one("SELECT seen, accepted, held, rejected, skipped FROM source WHERE file = ? AND sheet = ?",
                        file, sheet)

    def findings(self, rule="%"):
        return self.rows("SELECT rule, row, place, field, raw FROM ingest_finding WHERE rule LIKE ? ORDER BY id", rule)


def same(got, wanted):
    assert got == wanted, f"got {got!r}, wanted {wanted!r}"


def run_tests(names):
    """Runs every function of `names` that begins with test_, as TAP."""
    failed = 0
    tests = [(name, function) for name, function in names.items() if name.startswith("test_")]
    for number, (name, function) in enumerate(tests, 1):
        words = function.__doc__.strip() if function.__doc__ else name
        try:
            function()
            print(f"ok {number} - {words}", flush=True)
        except Exception:
            failed += 1
            print(f"not ok {number} - {words}")
            print("# " + traceback.format_exc().strip().replace("\n", "\n# "), flush=True)
    print(f"1..{len(tests)}")
    sys.exit(1 if failed else 0)
