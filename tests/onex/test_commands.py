#!/usr/bin/python3
"""The commands as they are typed: where the batch is called, linked or protected oddly, where output is lost, and
what a command that only looks may change."""
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "faults"))
from surroundings import B, ONEX, base_batch, check, digests, left_behind, onex, results  # noqa: E402


def shell(command, language="C", **options):
    """A line of sh, with the programs in PATH."""
    return subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=300, check=False,
                          env={**os.environ, "LC_ALL": language, "PATH": os.path.abspath(B) + ":" + os.environ["PATH"]}, **options)


def names(folder, path):
    """A batch is the same whatever it is called and however it is reached."""
    made = digests(path + "/out")
    for name in ("two words", "二〇二一年第一批", "-x", "--help", "a%sb"):
        other = os.path.join(folder, name)
        shutil.copytree(path + "/inbox", other + "/inbox")
        shutil.copy(path + "/notice.xml", other)
        run = subprocess.run([ONEX, "run", "--quiet", "--", name], cwd=folder, capture_output=True, text=True, check=False)
        check(run.returncode == 0 and digests(other + "/out") == made, f"a batch may be called {name}", run.stderr)
        shutil.rmtree(other)
    # a link to the batch, and one further up: SQLite, told to follow none, refuses any link in a path
    os.symlink(path, folder + "/link")
    os.symlink(folder, folder + "/up")
    for way in ("link", "link/", "up/batch", "batch/.", "batch/inbox/.."):
        target = os.path.join(folder, way)
        run = onex("run", "--force", target)
        check(run.returncode == 0 and digests(path + "/out") == made, f"a batch is processed through {way}", run.stderr)
        check(onex("audit", "--quiet", target).returncode == 0, f"and audited through {way}")
    bag = os.path.join(folder, "up", "bag.zip")
    check(onex("trace", folder + "/link", "rule/R33").returncode == 0, "traced through a link")
    run = onex("diff", "--fail-on-change", folder + "/link", folder + "/up/batch")
    check(run.returncode == 0, "compared through two links", run.stderr)
    run = onex("pack", folder + "/link", "-o", bag)
    check(run.returncode == 0 and onex("audit", "--quiet", bag).returncode == 0, "packed through a link", run.stderr)
    if os.path.exists(bag):
        os.remove(bag)


def lost_output(path):
    """Results that did not arrive are no success, in either language; --quiet has none to lose."""
    for line in ("onex --help", "onex --version", "onex run --help", "onex new --help", f"onex run '{path}'", f"onex run --json '{path}'",
                 f"onex audit '{path}'", f"onex audit --json '{path}'", f"onex trace '{path}' rule/R33",
                 f"onex trace --json '{path}' rule/R33", f"onex diff '{path}' '{path}'", f"onex diff --json '{path}' '{path}'",
                 "onex dictionary", "onex-ingest --help", "onex-validate --list", "onex-validate --explain R33", "onex-transform --version",
                 "onex-report --help", f"onex-ingest --cells '{path}/inbox/school.csv'"):
        for where in (">/dev/full", ">&-"):
            run = shell(f"{line} {where}")
            check(run.returncode == 4 and len(run.stderr.strip().splitlines()) == 1 and "cannot write" in run.stderr,
                  f"{line.replace(path, 'batch')} {where} is 4, and told", (run.returncode, run.stderr))
    run = shell(f"onex trace '{path}' rule/R33 >/dev/full", "zh_CN.UTF-8")
    check(run.stderr == "onex: 无法写标准输出：磁盘已满\n", "in Chinese too", run.stderr)
    for line in (f"onex run --quiet '{path}'", f"onex audit --quiet '{path}'"):
        run = shell(f"{line} >/dev/full")
        check(run.returncode == 0 and not run.stderr, f"{line.replace(path, 'batch')} writes nothing, so loses nothing", run.stderr)


def closed_streams(path):
    """A closed standard stream is no file of the program's."""
    made = digests(path + "/out")
    for closed in ("0<&-", "2>&-", "0<&- 2>&-", "0<&- >/dev/null 2>&-"):
        run = shell(f"onex run --force --quiet '{path}' {closed}")
        check(run.returncode == 0 and digests(path + "/out") == made, f"onex run {closed} makes the same", run.stderr)
        run = shell(f"onex audit --quiet '{path}' {closed}")
        check(run.returncode == 0 and not left_behind(path), f"onex audit {closed} agrees", run.stderr)


def reader_goes(folder, path):
    """`onex audit BAG | head`: the folder of the audit is gone all the same."""
    bag = os.path.join(folder, "gone.zip")
    onex("pack", path, "-o", bag)
    before = sorted(os.listdir(folder))
    run = subprocess.Popen([ONEX, "audit", bag], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    run.stdout.close()
    told = run.stderr.read()
    run.stderr.close()
    status = run.wait(timeout=300)
    check(status == -13 and not told and sorted(os.listdir(folder)) == before, "a reader that goes away leaves nothing behind",
          (status, told, os.listdir(folder)))
    os.remove(bag)


def looking(path):
    """`onex-validate --only` tries a rule and leaves the batch, that it stands in a manifest, as it is."""
    made = digests(path + "/out")
    for arguments in (["--only", "R33"], ["--only", "R10", "--only", "R50"], ["--list"], ["--explain", "R33"]):
        target = [] if arguments[0] in ("--list", "--explain") else [path]
        run = subprocess.run([f"{B}/onex-validate", *arguments, *target], capture_output=True, text=True, check=False)
        check(run.returncode == 0 and digests(path + "/out") == made, f"onex-validate {' '.join(arguments)} changes nothing", run.stderr)


def wrong_values():
    for program in ("onex-ingest", "onex-validate", "onex-transform", "onex-report", "onex run"):
        english = shell(f"{program} --profile=chart nowhere")
        chinese = shell(f"{program} --profile=chart nowhere", "zh_CN.UTF-8")
        check(english.returncode == chinese.returncode == 2 and "--profile takes table or json" in english.stderr
              and "--profile 的取值为 table、json" in chinese.stderr, f"{program} --profile=chart is wrong use, and told", english.stderr)
    for program in ("onex", "onex-ingest", "onex-validate", "onex-transform", "onex-report"):
        check(shell(f"{program} -h").stdout == shell(f"{program} --help").stdout != "", f"{program} -h is --help")
        check(shell(f"{program} -V").stdout == shell(f"{program} --version").stdout != "", f"{program} -V is --version")


def main():
    with tempfile.TemporaryDirectory() as folder:
        path = base_batch(folder)
        onex("run", "--quiet", path)
        names(folder, path)
        lost_output(path)
        closed_streams(path)
        reader_goes(folder, path)
        looking(path)
        wrong_values()
    return 0 if all(results) else 1


sys.exit(main())
