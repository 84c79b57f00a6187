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


def as_owner(path):
    """The files belong to a user without privileges, and the command that runs as that user."""
    if os.getuid() != 0:
        return []
    subprocess.run(["chown", "-R", "65534:65534", path], check=True)
    return ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]


def protected(folder, path):
    """What can only be read can be looked at; what the owner protected is replaced and cleared away."""
    made = digests(path + "/out")
    closed = os.path.join(folder, "closed")
    os.mkdir(closed)
    batch = shutil.copytree(path, closed + "/batch")
    user = as_owner(closed)
    os.chmod(folder, 0o755)

    def run(*arguments):
        return subprocess.run([*user, *arguments], capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C"})

    shutil.rmtree(batch + "/.onex-cache")
    for place in (batch + "/out", batch, closed):
        os.chmod(place, 0o555)
    os.chmod(batch + "/out/batch.db", 0o444)
    for arguments in ([ONEX, "audit", batch], [ONEX, "trace", batch, "rule/R33"], [ONEX, "diff", batch, batch],
                      [f"{B}/onex-validate", "--only", "R33", batch]):
        done = run(*arguments)
        check(done.returncode == 0 and digests(batch + "/out") == made and not left_behind(batch),
              f"{' '.join(arguments[:2]).rpartition('/')[2]} needs no right to write in the batch", (done.returncode, done.stderr))
    done = run(ONEX, "run", "--force", batch)
    check(done.returncode == 4 and ".out.new" in done.stderr, "onex run does, and says so", done.stderr)
    os.chmod(batch, 0o755)
    done = [run(ONEX, "run", "--force", "--quiet", batch), run(ONEX, "run", "--force", "--quiet", batch)]
    check([each.returncode for each in done] == [0, 0] and digests(batch + "/out") == made and not left_behind(batch),
          "an out/ that its owner made read-only is replaced, and gone", [each.stderr for each in done] + left_behind(batch))
    os.chmod(closed, 0o755)
    shutil.rmtree(closed)


def written(folder, path):
    """Files that a command writes: whole, in place of a file, and of nothing else."""
    book = os.path.join(folder, "book.xlsx")
    pipe = os.path.join(folder, "pipe")
    os.mkfifo(pipe)
    for verb in (["template", "school"], ["diff", path, path]):
        name = verb[0]
        check(onex(*verb, "-o", book).returncode == onex(*verb, "-o", book).returncode == 0 and os.path.getsize(book) > 1000,
              f"onex {name} writes a workbook, and again over it")
        for target, status, words in ((pipe, 4, "not a regular file"), (folder, 4, "Is a directory"), ("-", 2, "standard output"),
                                      (folder + "/none/book.xlsx", 4, "none/book.xlsx: No such file")):
            run = onex(*verb, "-o", target)
            check(run.returncode == status and words in run.stderr and len(run.stderr.strip().splitlines()) == 1,
                  f"onex {name} -o {os.path.basename(target)} is {status}: {words}", run.stderr)
        run = onex(*verb, "-o", folder + "/none/book.xlsx", LC_ALL="zh_CN.UTF-8")
        check(run.stderr.strip().endswith("none/book.xlsx：没有这个文件或文件夹"), f"onex {name}: in Chinese too", run.stderr)
        check(not os.path.exists("-") and not [each for each in os.listdir(folder) if ".part" in each or ".new" in each],
              f"onex {name} leaves nothing else")
    os.remove(pipe)
    os.remove(book)


def bags(folder, path):
    """A bag within inbox/ would be a raw file of the next run, one within out/ would be gone after it."""
    before = digests(path)
    for place in ("inbox", "out", "out/reports", "inbox/../out"):
        for name in ("bag.zip", "bag"):
            run = onex("pack", path, "-o", f"{path}/{place}/{name}")
            check(run.returncode == 2 and "put the bag elsewhere" in run.stderr and digests(path) == before,
                  f"no bag is made as {place}/{name}", (run.returncode, run.stderr))
    run = onex("pack", path, "-o", folder + "/BAG.ZIP")
    check(run.returncode == 0 and os.path.isfile(folder + "/BAG.ZIP") and onex("audit", "--quiet", folder + "/BAG.ZIP").returncode == 0,
          "a name in capitals is a ZIP file too", run.stderr)
    for arguments in (["trace", folder + "/BAG.ZIP", "rule/R33"], ["diff", path, folder + "/BAG.ZIP"]):
        run = onex(*arguments)
        check(run.returncode == 3 and "BAG.ZIP is not a folder" in run.stderr, f"onex {arguments[0]} says that a ZIP file is no folder",
              (run.returncode, run.stderr))


def not_there(folder, path):
    """What is missing or no database is named, and the right one of two."""
    other = os.path.join(folder, "other")
    os.makedirs(other + "/out")
    for stage in ("validate", "transform", "report"):
        run = shell(f"onex-{stage} '{other}'")
        check(run.returncode == 3 and "run onex-ingest first" in run.stderr, f"onex-{stage} says what to run first", run.stderr)
    run = onex("diff", path, folder + "/nowhere")
    check(run.returncode == 3 and run.stderr == f"onex diff: there is no {folder}/nowhere\n", "onex diff says that a folder is not there", run.stderr)
    with open(other + "/out/batch.db", "wb") as file:
        file.write(b"no database\n" * 400)
    for pair in ((path, other), (other, path)):
        run = onex("diff", *pair)
        check(run.returncode == 4 and "other/out/batch.db: file is not a database" in run.stderr, "onex diff names the one that is no database", run.stderr)
    run = onex("trace", other, "rule/R33", LC_ALL="zh_CN.UTF-8")
    check(run.returncode == 4 and run.stderr.endswith("other/out/batch.db：不是数据库文件\n"), "in Chinese", run.stderr)
    for name in ("notice.xml", "inbox"):
        os.symlink(f"{path}/{name}", f"{other}/{name}")
        run = onex("run", other)
        check(run.returncode == 3 and f"{name} is a symbolic link" in run.stderr, f"a link in the place of {name} is told as one", run.stderr)
        os.remove(f"{other}/{name}")
        (shutil.copytree if name == "inbox" else shutil.copy)(f"{path}/{name}", f"{other}/{name}")
    shutil.rmtree(other)
    for seed in ("", "x", "-1", "18446744073709551616"):
        check(onex("audit", "--seed", seed, path).returncode == 2, f"--seed '{seed}' is wrong use")
    check(onex("audit", "--quiet", "--seed", "18446744073709551615", path).returncode == 0, "the largest seed is one")


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
        protected(folder, path)
        written(folder, path)
        bags(folder, path)
        not_there(folder, path)
    return 0 if all(results) else 1


sys.exit(main())
