"""A small processed batch for the tests of audit, trace, diff and pack, with a copy of
the program's data folder of its own (so that nobody else's work on it shows)."""
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import traceback

BUILD = os.path.abspath(os.environ.get("B", "build"))
ONEX = os.path.join(BUILD, "onex")
HOME_PARTS = ["VERSION", "onex", "report", "schemas", "transform", "validate"]


def run(*arguments, home=None, check=None, **more):
    """onex with arguments; the messages are English. `check`: the exit status wanted."""
    env = {**os.environ, "LC_ALL": "C", **more.pop("env", {})}
    if home:
        env["ONEX_HOME"] = home
    done = subprocess.run([ONEX, *map(str, arguments)], env=env, stdin=subprocess.DEVNULL, capture_output=True, timeout=300,
                          **more)
    done.out, done.err = done.stdout.decode(), done.stderr.decode()
    if check is not None and done.returncode != check:
        raise AssertionError(f"onex {arguments}: exit {done.returncode}, wanted {check}\n{done.out[-1500:]}\n{done.err[-1500:]}")
    return done


def copy_home(target):
    os.mkdir(target)
    for part in HOME_PARTS:
        if os.path.isdir(part):
            shutil.copytree(part, os.path.join(target, part), ignore=shutil.ignore_patterns("*.c", "*.h", ".*"))
        else:
            shutil.copy(part, target)
    return target


class Room:
    """A temporary folder with a data home, a processed batch and copies of it."""

    def __init__(self, size=120):
        self.folder = tempfile.mkdtemp(prefix="onex-audit-test-")
        self.home = copy_home(self.path("home"))
        self.batch = self.path("batch")
        subprocess.run([os.path.join(BUILD, "generate"), "--to", self.batch, "--size", str(size)], check=True,
                       stdout=subprocess.DEVNULL)
        run("run", "--quiet", self.batch, home=self.home, check=0)
        self.copies = 0

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def copy(self):
        """A fresh copy of the processed batch."""
        self.copies += 1
        target = self.path(f"copy{self.copies}")
        shutil.copytree(self.batch, target)
        return target

    def copied_home(self):
        self.copies += 1
        target = self.path(f"home{self.copies}")
        shutil.copytree(self.home, target)
        return target

    def database(self, batch=None):
        return sqlite3.connect(f"file:{os.path.join(batch or self.batch, 'out', 'batch.db')}?mode=ro", uri=True)

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)


def audit(path, home, status, *options):
    """The audit's JSON."""
    done = run("audit", "--json", *options, path, home=home, check=status)
    return json.loads(done.out)


def found(answer, step, what):
    """The differences of a step whose `what` ends in the given text."""
    return [d for d in answer["differences"] if d["step"] == step and (d["what"] or "").endswith(what)]


def rewrite(path, old, new, encoding="utf-8", count=1):
    with open(path, encoding=encoding, newline="") as file:
        text = file.read()
    assert old in text, f"{old!r} is not in {path}"
    with open(path, "w", encoding=encoding, newline="") as file:
        file.write(text.replace(old, new, count))


def same(left, right, what=""):
    if left != right:
        raise AssertionError(f"{what}: {left!r} is not {right!r}")


def run_tests(tests, *arguments):
    """TAP for functions, each told by its docstring; only those named as arguments, if any."""
    failed = 0
    tests = [test for test in tests if test.__name__ in sys.argv[1:] or not sys.argv[1:]]
    for number, test in enumerate(tests, 1):
        try:
            test(*arguments)
            print(f"ok {number} - {test.__doc__}", flush=True)
        except Exception:
            failed += 1
            print(f"not ok {number} - {test.__doc__}", flush=True)
            for line in traceback.format_exc().splitlines()[-12:]:
                print("#", line, flush=True)
    print(f"1..{len(tests)}")
    sys.exit(failed > 0)
