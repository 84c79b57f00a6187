#!/usr/bin/python3
"""The same inbox, notice and program give the same bytes of every output, whatever the
time zone, locale, umask, user's folders, place, order of files or number of processors.
ONEX_OTHER_BUILD names a second build folder whose outputs must be the same too."""
import os
import random
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from batches import BUILD, Room, run, run_tests, same  # noqa: E402


def outputs(batch):
    out = os.path.join(batch, "out")
    found = {}
    for at, _, names in os.walk(out):
        for name in names:
            with open(os.path.join(at, name), "rb") as file:
                found[os.path.relpath(os.path.join(at, name), out)] = file.read()
    return found


def expect_same(room, batch, what):
    made, wanted = outputs(batch), room.wanted
    same(sorted(made), sorted(wanted), what)
    same([name for name in sorted(wanted) if made[name] != wanted[name]], [], f"{what}: files that differ")


def plain(room, *path):
    """A copy of the batch without outputs."""
    room.copies += 1
    target = room.path(*(path or [f"plain{room.copies}"]))
    os.makedirs(os.path.dirname(target), exist_ok=True)
    shutil.copytree(room.batch, target, ignore=shutil.ignore_patterns("out"))
    return target


def processed(room, batch=None, what="", **more):
    batch = batch or plain(room)
    run("run", "--quiet", batch, home=room.home, check=0, **more)
    expect_same(room, batch, what)


def twice(room):
    """a second run, forced"""
    batch = plain(room)
    processed(room, batch, "first")
    run("run", "--quiet", "--force", batch, home=room.home, check=0)
    expect_same(room, batch, "second")


def zones_and_locales(room):
    """time zone, LANG, LC_ALL and LANGUAGE, Chinese and with a comma for decimals"""
    for env in ({"TZ": "America/New_York", "LC_ALL": "zh_CN.UTF-8", "LANG": "zh_CN.UTF-8"},
                {"TZ": "Pacific/Kiritimati", "LC_ALL": "de_DE.UTF-8", "LANG": "de_DE.UTF-8", "LC_NUMERIC": "de_DE.UTF-8"},
                {"TZ": ":Asia/Shanghai", "LC_ALL": "C.UTF-8", "LANGUAGE": "zh"}):
        processed(room, what=str(env), env=env)


def umasks(room):
    """umask, modes aside"""
    for mask in (0o000, 0o077):
        old = os.umask(mask)
        try:
            processed(room, what=oct(mask))
        finally:
            os.umask(old)


def user_folders(room):
    """HOME, USER and TMPDIR, one that is not there too"""
    os.makedirs(room.path("tmp dir"), exist_ok=True)
    processed(room, what="TMPDIR", env={"HOME": "/nonexistent", "USER": "somebody", "LOGNAME": "somebody", "TMPDIR": room.path("tmp dir")})
    processed(room, what="no TMPDIR", env={"TMPDIR": "/nonexistent", "HOME": room.path("tmp dir")})


def places(room):
    """the current folder, relative and absolute paths, a slash at the end, blanks and Chinese in the batch's path"""
    batch = plain(room, "湖北 省", "第一 批", "2021-1")
    run("run", "--quiet", ".", home=room.home, check=0, cwd=batch)
    expect_same(room, batch, "from within")
    other = plain(room, "b" * 100, "x")
    processed(room, other + "/", "a slash")
    third = plain(room)
    run("run", "--quiet", os.path.basename(third), home=room.home, check=0, cwd=os.path.dirname(third))
    expect_same(room, third, "relative")


def order_and_times(room):
    """the order in which the inbox's files were made, and their times"""
    for seed in (1, 2):
        room.copies += 1
        batch = room.path(f"shuffled{room.copies}")
        os.makedirs(os.path.join(batch, "inbox"))
        names = sorted(os.path.relpath(os.path.join(at, name), room.batch) for at, _, found in os.walk(room.batch)
                       for name in found if not os.path.relpath(at, room.batch).startswith("out"))
        random.Random(seed).shuffle(names)
        for number, name in enumerate(names):
            target = os.path.join(batch, name)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            shutil.copyfile(os.path.join(room.batch, name), target)
            os.utime(target, (number * 10 ** 6, number * 10 ** 6))
        processed(room, batch, f"order {seed}")


def one_processor(room):
    """one processor"""
    batch = plain(room)
    processor = sorted(os.sched_getaffinity(0))[0]
    subprocess.run(["taskset", "-c", str(processor), os.path.join(BUILD, "onex"), "run", "--quiet", batch], check=True,
                   env={**os.environ, "ONEX_HOME": room.home, "LC_ALL": "C"})
    expect_same(room, batch, "one processor")


def other_home(room):
    """the program's data folder elsewhere, its files made in another order"""
    home = room.path("program elsewhere")
    for at, folders, names in os.walk(room.home):
        folders.sort(reverse=True)
        for name in sorted(names, reverse=True):
            target = os.path.join(home, os.path.relpath(os.path.join(at, name), room.home))
            os.makedirs(os.path.dirname(target), exist_ok=True)
            shutil.copyfile(os.path.join(at, name), target)
    batch = plain(room)
    run("run", "--quiet", batch, home=home, check=0)
    expect_same(room, batch, "another data folder")


def clocks(room):
    """no output tells a clock: none holds today's date"""
    import datetime
    import io
    import zipfile
    today = datetime.date.today()
    words = [form.encode() for form in (today.isoformat(), today.strftime("%Y/%m/%d"), f"{today.year}年{today.month}月{today.day}日")]
    for name, content in room.wanted.items():
        parts = [content]
        if name.endswith(".xlsx"):
            with zipfile.ZipFile(io.BytesIO(content)) as file:
                parts = [file.read(part) for part in file.namelist()]
                same({info.date_time for info in file.infolist()} - {(1980, 1, 1, 0, 0, 0)}, set(), name)
        for part in parts:
            same([word for word in words if word in part], [], name)


def other_build(room):
    """another build of the program (plain characters unsigned), where one is given"""
    other = os.environ.get("ONEX_OTHER_BUILD")
    if not other:
        return
    batch = plain(room)
    subprocess.run([os.path.join(os.path.abspath(other), "onex"), "run", "--quiet", batch], check=True,
                   env={**os.environ, "ONEX_HOME": room.home, "LC_ALL": "C"})
    expect_same(room, batch, other)


TESTS = [twice, zones_and_locales, umasks, user_folders, places, order_and_times, one_processor, other_home, clocks, other_build]

if __name__ == "__main__":
    ROOM = Room()
    ROOM.wanted = outputs(ROOM.batch)
    try:
        run_tests(TESTS, ROOM)
    finally:
        ROOM.close()
