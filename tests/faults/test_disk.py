#!/usr/bin/python3
"""A full disk, a full or missing TMPDIR, read-only folders, inputs that change while they are
read, files with odd times: a clear message or the right output, and nothing lost."""
import os
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from surroundings import B, ONEX, base_batch, check, digests, left_behind, onex, results, skip  # noqa: E402


def mount(path, size):
    os.makedirs(path, exist_ok=True)
    return subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", path], capture_output=True,
                          check=False).returncode == 0


def remount(path, options):
    return subprocess.run(["mount", "-o", f"remount,{options}", path], capture_output=True, check=False).returncode == 0


def unmount(path):
    subprocess.run(["umount", "-l", path], capture_output=True, check=False)


def safe(run, path, reference, words=()):
    """Exit 0 and everything right, or 4, a message and the old output; nothing left over."""
    if digests(path + "/out") != reference or left_behind(path):
        return False
    return run.returncode == 0 or (run.returncode == 4 and len(run.stderr) > 20 and all(word in run.stderr for word in words))


def full_disk(folder):
    disk = os.path.join(folder, "disk")
    if not mount(disk, "64m"):
        skip("a full disk", "tmpfs cannot be mounted here (root only)")
        return
    try:
        path = base_batch(disk)
        onex("run", "--force", path)
        reference = digests(path + "/out")
        usage = shutil.disk_usage(disk)
        ended, wrong = [], []
        for room in range(0, 2600, 200):
            remount(disk, f"size={(usage.used >> 10) + room}k")
            run = onex("run", "--force", path)
            ended.append(run.returncode)
            if not safe(run, path, reference):
                wrong.append((room, run.returncode, run.stderr[-300:], left_behind(path)))
        check(not wrong and 4 in ended, f"a disk with 0 to 2,400 KiB left: {ended.count(4)} runs refused, {ended.count(0)} right", wrong)
        remount(disk, "size=64m")
        run = onex("run", "--force", path)
        check(run.returncode == 0 and digests(path + "/out") == reference, "with room again the run gives the same bytes", run.stderr)
        remount(disk, "ro")
        run = onex("run", "--force", path)
        check(safe(run, path, reference, ["Read-only"]) and run.returncode == 4, "a read-only disk is 4, and said", run.stderr)
        remount(disk, "rw")
    finally:
        unmount(disk)


def full_tmpdir(folder):
    small = os.path.join(folder, "small")
    path = base_batch(folder)
    onex("run", "--force", path)
    reference = digests(path + "/out")
    if mount(small, "64m"):
        try:
            ended, wrong = [], []
            for size in (4, 16, 64, 256):
                remount(small, f"size={size}k")
                run = onex("run", "--force", path, TMPDIR=small)
                ended.append(run.returncode)
                if not safe(run, path, reference) or os.listdir(small):
                    wrong.append((size, run.returncode, run.stderr[-300:], os.listdir(small)))
            check(not wrong, f"a TMPDIR of 4 to 256 KiB: ended with {ended}", wrong)
        finally:
            unmount(small)
    else:
        skip("a full TMPDIR", "tmpfs cannot be mounted here (root only)")
    run = onex("run", "--force", path, TMPDIR=folder + "/nowhere")
    check(safe(run, path, reference), f"a TMPDIR that is not there: ended with {run.returncode}", run.stderr)
    return path, reference


def out_of_place(folder, path, reference):
    """out/ that cannot be exchanged: it is a mount of its own."""
    out = path + "/out"
    shutil.copytree(out, folder + "/kept")
    if not mount(out, "8m"):
        skip("out/ as a mount of its own", "tmpfs cannot be mounted here (root only)")
        return
    run = onex("run", "--force", path)
    left = left_behind(path)
    unmount(out)
    check(run.returncode == 4 and "out" in run.stderr and not left, "out/ as a mount of its own is 4, and said", run.stderr)
    check(digests(out) == reference, "and the old output is as it was")


def odd_times(path, reference):
    for when in (0, 315532800, 4102444800):
        for base, _, names in os.walk(path + "/inbox"):
            for name in names:
                os.utime(os.path.join(base, name), (when, when))
        run = onex("run", "--force", path)
        check(run.returncode == 0 and digests(path + "/out") == reference,
              f"input files of the year {1970 + when // 31556952} give the same bytes", run.stderr)


def changed_while_read(folder):
    """The applications change at some instant of the run: the run is refused, or its output is
    that of the old bytes or of the new ones. The old bytes back, what was kept is right."""
    path = os.path.join(folder, "moving")
    subprocess.run([f"{B}/generate", "--to", path, "--size", "400"], check=True)
    largest = max((os.path.join(base, name) for base, _, names in os.walk(path + "/inbox") for name in names
                   if name.endswith(".csv")), key=os.path.getsize)
    with open(largest, "rb") as file:
        old = file.read()
    started = time.monotonic()
    onex("run", "--force", path)
    length = time.monotonic() - started
    before = digests(path + "/out")

    def put(content):
        with open(largest, "r+b") as file:
            file.truncate(0)
            file.write(content)

    for what, new in (("loses its second half", old[:len(old) // 2]), ("gains a line", old + b"x,y\n")):
        put(new)
        onex("run", "--force", path)
        after = digests(path + "/out")
        put(old)
        onex("run", "--force", path)
        ended, wrong = [], []
        for step in range(5):
            process = subprocess.Popen([ONEX, "run", "--force", "--quiet", path], stdout=subprocess.DEVNULL,
                                       stderr=subprocess.PIPE, env={**os.environ, "LC_ALL": "C"})
            time.sleep(length * step / 6)
            put(new)
            message = process.communicate()[1].decode()
            ended.append(process.returncode)
            now = digests(path + "/out")
            right = now in (before, after) if process.returncode == 0 else now == before and process.returncode == 4 and message
            put(old)
            shutil.rmtree(path + "/out")
            onex("run", "--quiet", path)
            if not right or digests(path + "/out") != before:
                wrong.append((step, process.returncode, message, right))
        check(not wrong, f"a file that {what} while it is read: {ended.count(4)} runs refused, {ended.count(0)} right", wrong)


def main():
    with tempfile.TemporaryDirectory() as folder:
        full_disk(folder)
        path, reference = full_tmpdir(folder)
        odd_times(path, reference)
        out_of_place(folder, path, reference)
        changed_while_read(folder)
    return 0 if all(results) else 1


sys.exit(main())
