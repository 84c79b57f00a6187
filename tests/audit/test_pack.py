#!/usr/bin/python3
"""onex pack and onex audit BAG: the bag is judged by an independent reading of RFC 8493
here, and each kind of damage must be named."""
import hashlib
import os
import re
import shutil
import stat
import subprocess
import sys
import unicodedata
import warnings
import zipfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from batches import ONEX, Room, audit, found, rewrite, run, run_tests, same  # noqa: E402

MANIFEST = re.compile(r"^([0-9a-f]{64})[ \t]+(.+)$")


def digests(content):
    sm3 = subprocess.run(["openssl", "dgst", "-sm3", "-r"], input=content, capture_output=True, check=True).stdout[:64].decode()
    return {"sha256": hashlib.sha256(content).hexdigest(), "sm3": sm3}


def read(path):
    with open(path, "rb") as file:
        return file.read()


def files_of(bag):
    return sorted(os.path.relpath(os.path.join(at, name), bag) for at, _, names in os.walk(bag) for name in names)


def read_manifest(bag, name):
    lines = {}
    for line in read(os.path.join(bag, name)).decode().splitlines():
        digest, path = MANIFEST.match(line).groups()
        assert path not in lines, path
        lines[path.replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%")] = digest
    return lines


def check_bag(bag, sm3=True):
    """RFC 8493, read by somebody else: raises where the bag is not valid."""
    same(read(os.path.join(bag, "bagit.txt")), b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n", "bagit.txt")
    info = dict(line.split(": ", 1) for line in read(os.path.join(bag, "bag-info.txt")).decode().splitlines())
    files = files_of(bag)
    payload = [path for path in files if path.startswith("data/")]
    octets = sum(os.path.getsize(os.path.join(bag, path)) for path in payload)
    same(info["Payload-Oxum"], f"{octets}.{len(payload)}", "Payload-Oxum")
    tags = [path for path in files if not path.startswith("data/") and not path.startswith("tagmanifest-")]
    for algorithm in ("sha256", "sm3") if sm3 else ("sha256",):
        for kind, listed in (("manifest", payload), ("tagmanifest", tags)):
            lines = read_manifest(bag, f"{kind}-{algorithm}.txt")
            same(sorted(lines), listed, f"{kind}-{algorithm}")
            for path, digest in lines.items():
                same(digest, digests(read(os.path.join(bag, path)))[algorithm], path)
    return info


def packed(room):
    """A fresh copy of the bag."""
    if not os.path.exists(room.path("bag")):
        run("pack", "--quiet", room.batch, "-o", room.path("bag"), home=room.home, check=0)
    room.copies += 1
    target = room.path(f"bag{room.copies}")
    shutil.copytree(room.path("bag"), target, symlinks=True)
    return target


def as_bagit(room):
    """the bag follows RFC 8493 by an independent reading, SHA-256 and SM3"""
    bag = packed(room)
    info = check_bag(bag)
    batch = room.database().execute("SELECT id, document FROM batch").fetchone()
    same((info["Onex-Batch"], info["Onex-Notice"]), batch)
    same((info["Bagging-Date"], info["Onex-As-Of"]), ("2021-05-31", "2021-05-31"))
    with open("VERSION", encoding="utf-8") as file:
        same(info["Onex-Program-Version"], file.read().strip())


def holds_all(room):
    """it holds the raw files, the notice, every output and the program's rules, byte for byte"""
    bag = packed(room)
    for part in ("inbox", "notice.xml", "out"):
        for path in files_of(room.batch):
            if path.split("/")[0] == part:
                same(read(os.path.join(bag, "data", path)), read(os.path.join(room.batch, path)), path)
    listed = read(os.path.join(room.batch, "out", "program-sha256.txt")).decode().splitlines()
    same(sorted(line[66:] for line in listed), files_of(os.path.join(bag, "data", "program")))
    for line in listed:
        same(hashlib.sha256(read(os.path.join(bag, "data", "program", line[66:]))).hexdigest(), line[:64], line)


def stock_tools(room):
    """sha256sum -c accepts its manifests; a signature by openssl over the tag manifest verifies, SM2 too"""
    bag = packed(room)
    subprocess.run(["sha256sum", "-c", "--quiet", "tagmanifest-sha256.txt", "manifest-sha256.txt"], cwd=bag, check=True)
    key, public, signature = room.path("key"), room.path("key.pub"), room.path("signature")
    for arguments in (["genpkey", "-algorithm", "SM2", "-out", key], ["pkey", "-in", key, "-pubout", "-out", public],
                      ["dgst", "-sm3", "-sign", key, "-out", signature, "tagmanifest-sm3.txt"],
                      ["dgst", "-sm3", "-verify", public, "-signature", signature, "tagmanifest-sm3.txt"]):
        subprocess.run(["openssl", *arguments], cwd=bag, check=True, capture_output=True)


def deterministic(room):
    """the same batch gives the same bytes: twice, another place, time zone, umask and order of files"""
    run("pack", "--quiet", room.batch, "-o", room.path("one.zip"), home=room.home, check=0)
    other = room.path("elsewhere", "deeper")
    shutil.copytree(room.batch, other)
    for at, _, names in os.walk(other):
        for name in names:
            os.utime(os.path.join(at, name), (1, 1))
    old = os.umask(0o077)
    try:
        run("pack", "--quiet", other, "-o", room.path("two.zip"), home=room.home, check=0,
            env={"TZ": "America/New_York", "LC_ALL": "zh_CN.UTF-8"})
    finally:
        os.umask(old)
    same(read(room.path("one.zip")) == read(room.path("two.zip")), True, "the ZIP files")
    run("pack", "--quiet", other, "-o", room.path("second"), home=room.home, check=0)
    same([(p, read(os.path.join(room.path("second"), p))) for p in files_of(room.path("second"))],
         [(p, read(os.path.join(packed(room), p))) for p in files_of(room.path("second"))])


def as_zip(room):
    """the ZIP file: one top folder, stored, fixed times, byte order, the same files as the folder"""
    run("pack", "--quiet", room.batch, "-o", room.path("bag.zip"), home=room.home, check=0)
    with zipfile.ZipFile(room.path("bag.zip")) as file:
        same(file.testzip(), None)
        names = [info.filename for info in file.infolist()]
        same({name.split("/")[0] for name in names}, {"2021-1"})
        same(names, sorted(names, key=lambda name: name.encode()))
        for info in file.infolist():
            same((info.compress_type, info.date_time), (zipfile.ZIP_STORED, (1980, 1, 1, 0, 0, 0)), info.filename)
        file.extractall(room.path("unzipped"))
    check_bag(room.path("unzipped", "2021-1"), sm3=False)
    same(files_of(room.path("unzipped", "2021-1")), files_of(packed(room)))


def round_trip(room):
    """audit BAG agrees for the folder and the ZIP file, by this program's rules and the archived ones, and leaves nothing behind"""
    bag = packed(room)
    before = [(path, os.stat(os.path.join(bag, path)).st_mtime_ns) for path in files_of(bag)]
    around = sorted(os.listdir(room.folder))
    for path in (bag, bag + "/", room.path("bag.zip")):
        for options in ([], ["--archived-rules"]):
            answer = audit(path, room.home, 0, *options)
            same((answer["agrees"], answer["differences"], answer["steps"][0]["step"]), (True, [], "bag"))
    same([(path, os.stat(os.path.join(bag, path)).st_mtime_ns) for path in files_of(bag)], before)
    same(sorted(os.listdir(room.folder)), around)


def read_only(room):
    """a bag on a disk that cannot be written to is audited all the same"""
    shut = room.path("shut")
    os.mkdir(shut)
    shutil.copytree(packed(room), os.path.join(shut, "bag"))
    for at, _, names in os.walk(shut):
        os.chmod(at, 0o555)
        for name in names:
            os.chmod(os.path.join(at, name), 0o444)
    try:
        audit(os.path.join(shut, "bag"), room.home, 0)
    finally:
        for at, _, _ in os.walk(shut):
            os.chmod(at, 0o755)


def other_rules(room):
    """rules that have changed since: named; by the archived rules the batch still agrees"""
    home = room.copied_home()
    rules = os.path.join(home, "validate", "rules")
    name = next(name for name in sorted(os.listdir(rules)) if name.startswith("R08"))
    with open(os.path.join(rules, name), "a", encoding="utf-8") as file:
        file.write("\n-- a newer edition\n")
    answer = audit(room.path("bag.zip"), home, 1)
    same([d["what"] for d in answer["differences"] if d["step"] == "program"], [f"validate/rules/{name}"])
    audit(room.path("bag.zip"), home, 0, "--archived-rules")


def bag_faults(answer, path):
    return [d["place"] for d in found(answer, "bag", path)]


def payload_byte(room):
    """a byte of a raw file: wrong SHA-256, wrong SM3, and the audit of the batch in it sees it too"""
    bag = packed(room)
    path = os.path.join(bag, "data", "inbox", "执行情况.csv")
    content = bytearray(read(path))
    content[-3] = ord("7") if content[-3] != ord("7") else ord("8")
    with open(path, "wb") as file:
        file.write(content)
    answer = audit(bag, room.home, 1)
    same(bag_faults(answer, "data/inbox/执行情况.csv"), ["wrong SHA-256 digest", "wrong SM3 digest"])
    [difference] = found(answer, "inputs", "inbox/执行情况.csv")
    same(difference["found"], hashlib.sha256(content).hexdigest())


def missing_and_extra(room):
    """a missing file, an extra one, a hidden one, a wrong Oxum"""
    bag = packed(room)
    os.remove(os.path.join(bag, "data", "out", "reports", "published.xlsx"))
    for name in ("data/inbox/new.csv", "data/.hidden", "note.txt"):
        with open(os.path.join(bag, name), "w", encoding="utf-8") as file:
            file.write("x\n")
    answer = audit(bag, room.home, 1)
    same(bag_faults(answer, "data/out/reports/published.xlsx"), ["missing: the manifest lists it"] * 2)
    for name in ("data/inbox/new.csv", "data/.hidden", "note.txt"):
        same(bag_faults(answer, name), ["extra: not in the manifest"] * 2, name)
    same(bag_faults(answer, "bag-info.txt"), ["wrong Payload-Oxum"])


def tag_files(room):
    """bagit.txt, bag-info.txt and manifests that were changed or are gone"""
    bag = packed(room)
    rewrite(os.path.join(bag, "bagit.txt"), "1.0", "0.97")
    rewrite(os.path.join(bag, "bag-info.txt"), "Onex-Batch: 2021-1", "Onex-Batch: 2021-2")
    os.remove(os.path.join(bag, "manifest-sm3.txt"))
    answer = audit(bag, room.home, 1)
    assert "not BagIt 1.0 in UTF-8" in bag_faults(answer, "bagit.txt"), answer["differences"]
    same(bag_faults(answer, "bag-info.txt"), ["wrong SHA-256 digest", "wrong SM3 digest"])
    assert "missing" in bag_faults(answer, "manifest-sm3.txt"), answer["differences"]


def manifest_lines(room):
    """lines that lead out, are no lines, are there twice, or name what is not payload"""
    bag = packed(room)
    first = read(os.path.join(bag, "manifest-sha256.txt")).decode().splitlines()[0]
    bad = ["0" * 64 + "  data/../../etc/passwd", "0" * 64 + "  /etc/passwd", "0" * 64 + "  data//x", "nonsense", first,
           "0" * 64 + "  bag-info.txt", "0" * 64 + "  data/a%2Fb", "0" * 63 + "  data/short"]
    with open(os.path.join(bag, "manifest-sha256.txt"), "a", encoding="utf-8") as file:
        file.write("\n".join(bad) + "\n")
    answer = audit(bag, room.home, 1)
    faults = [(d["place"], d["found"]) for d in answer["differences"] if d["step"] == "bag"]
    for path in ("data/../../etc/passwd", "/etc/passwd", "data//x"):
        assert ("the path leads out of the bag", path) in faults, faults
    for line in (bad[3], bad[7]):
        assert ("not a line of a manifest", line) in faults, faults
    assert any(place == "not a line of a manifest" and "data/a%2Fb" in text for place, text in faults), faults
    assert ("listed twice", "manifest-sha256.txt") in faults, faults
    assert ("a payload manifest names a file outside data/", "bag-info.txt") in faults, faults


def manifest_line(room):
    """a digit of a manifest's line: the file is named, and the manifest by the tag manifests"""
    bag = packed(room)
    path = os.path.join(bag, "manifest-sm3.txt")
    lines = read(path).decode().splitlines()
    name = lines[5][66:]
    lines[5] = ("0" if lines[5][0] != "0" else "1") + lines[5][1:]
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    answer = audit(bag, room.home, 1)
    same(bag_faults(answer, name), ["wrong SM3 digest"])
    same(bag_faults(answer, "manifest-sm3.txt"), ["wrong SHA-256 digest", "wrong SM3 digest"])


def links(room):
    """links and special files are named and never followed"""
    bag = packed(room)
    secret = room.path("secret")
    with open(secret, "w", encoding="utf-8") as file:
        file.write("x")
    path = os.path.join(bag, "data", "inbox", "投诉台账.csv")
    os.remove(path)
    os.symlink(secret, path)
    os.symlink("/", os.path.join(bag, "data", "root"))
    os.mkfifo(os.path.join(bag, "data", "pipe"))
    answer = audit(bag, room.home, 1)
    same(bag_faults(answer, "data/root"), ["a link"])
    same(bag_faults(answer, "data/pipe"), ["not a file"])
    assert "a link" in bag_faults(answer, "data/inbox/投诉台账.csv"), answer["differences"]
    bag = packed(room)
    shutil.move(os.path.join(bag, "data"), room.path("moved"))
    os.symlink(room.path("moved"), os.path.join(bag, "data"))
    answer = audit(bag, room.home, 1)
    same([d["place"] for d in answer["differences"] if d["what"] == "data"], ["a link"])
    same([step["checked"] for step in answer["steps"][1:]], [0] * 6, "nothing behind the link is looked at")


def twins(room):
    """paths that differ in letter case or in the Unicode form alone"""
    bag = packed(room)
    composed, decomposed = unicodedata.normalize("NFC", "é.csv"), unicodedata.normalize("NFD", "é.csv")
    for name in ("Report.csv", "report.csv", composed, decomposed):
        with open(os.path.join(bag, "data", "inbox", name), "w", encoding="utf-8") as file:
            file.write("x\n")
    os.mkdir(os.path.join(bag, "data", "INBOX"))
    with open(os.path.join(bag, "data", "INBOX", "y.csv"), "w", encoding="utf-8") as file:
        file.write("y\n")
    answer = audit(bag, room.home, 1)
    twin = "two paths fall together on systems that do not tell letter case or Unicode forms"
    pairs = {frozenset((d["what"], d["found"])) for d in answer["differences"] if d["place"] == twin}
    same(pairs, {frozenset(("data/inbox/Report.csv", "data/inbox/report.csv")), frozenset(("data/INBOX", "data/inbox")),
                 frozenset((f"data/inbox/{composed}", f"data/inbox/{decomposed}"))})


def strangers(room):
    """fetch.txt and manifests of other kinds are not accepted; names that are not UTF-8 are told"""
    bag = packed(room)
    for name in ("fetch.txt", "manifest-md5.txt"):
        with open(os.path.join(bag, name), "w", encoding="utf-8") as file:
            file.write("")
    with open(os.path.join(os.fsencode(bag), b"data", b"\xd6\xd0.csv"), "wb") as file:
        file.write(b"x")
    done = run("audit", bag, home=room.home, check=1)
    for words in ("fetch.txt (files elsewhere are not fetched)", "manifest-md5.txt (a manifest of an unknown kind)"):
        assert words in done.out, done.out
    assert "data/\\xD6\\xD0.csv (the name is not UTF-8)" in done.out, done.out
    audit(bag, room.home, 1)


def forged_program(room):
    """rules in the bag that are not those of the run, with all manifests made anew"""
    bag = packed(room)
    rules = os.path.join(bag, "data", "program", "validate", "rules")
    name = sorted(os.listdir(rules))[0]
    with open(os.path.join(rules, name), "a", encoding="utf-8") as file:
        file.write("\n-- forged\n")
    remake(bag)
    check_bag(bag)
    answer = audit(bag, room.home, 1)
    same([d["what"] for d in answer["differences"] if d["step"] == "bag"], [f"validate/rules/{name}"])


def forged_output(room):
    """an output that was forged with all manifests made anew is found by running it again"""
    bag = packed(room)
    path = os.path.join(bag, "data", "out", "data", "school_counts.csv")
    record = next(n for n, line in enumerate(read(path).decode().splitlines()) if "高职高专" in line)
    rewrite(path, "高职高专", "职业本科")
    path = os.path.join(bag, "data", "out", "manifest-sha256.txt")
    lines = read(path).decode().splitlines()
    lines = [hashlib.sha256(read(os.path.join(bag, "data", "out", line[66:]))).hexdigest() + line[64:] for line in lines]
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    remake(bag)
    answer = audit(bag, room.home, 1)
    same([d for d in answer["differences"] if d["step"] in ("bag", "manifest")], [])
    [difference] = found(answer, "again", "data/school_counts.csv")
    same((difference["place"], difference["found"], difference["expected"]), (f"record {record}, school_kind", "职业本科", "高职高专"))


def remake(bag):
    """Oxum and manifests anew, as a forger would."""
    files = [path for path in files_of(bag) if path.startswith("data/")]
    octets = sum(os.path.getsize(os.path.join(bag, path)) for path in files)
    path = os.path.join(bag, "bag-info.txt")
    text = re.sub(r"Payload-Oxum: .*", f"Payload-Oxum: {octets}.{len(files)}", read(path).decode())
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    tags = ["bag-info.txt", "bagit.txt", "manifest-sha256.txt", "manifest-sm3.txt"]
    for kind, names in (("manifest", files), ("tagmanifest", tags)):
        found_now = {name: digests(read(os.path.join(bag, name))) for name in names}
        for algorithm in ("sha256", "sm3"):
            with open(os.path.join(bag, f"{kind}-{algorithm}.txt"), "w", encoding="utf-8") as file:
                file.writelines(f"{found_now[name][algorithm]}  {name}\n" for name in names)


def make_zip(path, entries):
    """entries: name -> bytes, or (bytes, unix mode)"""
    with warnings.catch_warnings(), zipfile.ZipFile(path, "w") as file:
        warnings.simplefilter("ignore")
        for name, content in entries:
            info = zipfile.ZipInfo(name)
            mode = stat.S_IFREG | 0o644
            if isinstance(content, tuple):
                content, mode = content
            info.external_attr = mode << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(info, content)
    return path


def hostile_zips(room):
    """ZIP files that lead out, hold links, twins, two folders, a bomb, or are none: named, nothing unpacked outside"""
    declaration = ("b/bagit.txt", b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
    outside = room.path("outside.txt")
    cases = [
        ([declaration, ("b/../../outside.txt", b"x")], "the path leads out of the bag"),
        ([("/" + outside.lstrip("/"), b"x")], "the path leads out of the bag"),
        ([declaration, ("b\\..\\outside.txt", b"x")], "a control character or a backslash"),
        ([declaration, ("b/data/link", (b"/etc/passwd", stat.S_IFLNK | 0o777))], "a link"),
        ([declaration, ("c/data/x", b"x")], "outside the bag's one folder"),
        ([declaration, ("b/data/x", b"1"), ("b/data/x", b"2")], "stands in the file twice"),
        ([declaration, ("b/data/x", b"1"), ("b/data/X", b"2")], "two paths fall together"),
        ([declaration, ("b/data/zero", b"\0" * (80 << 20))], "expands to far more than its size"),
    ]
    for number, (entries, words) in enumerate(cases):
        path = make_zip(room.path(f"hostile{number}.zip"), entries)
        done = run("audit", path, home=room.home, check=1)
        assert words in done.out, (words, done.out, done.err)
    assert not os.path.exists(outside)
    with open(room.path("none.zip"), "wb") as file:
        file.write(b"PK\x03\x04 not really")
    assert "not a ZIP file" in run("audit", room.path("none.zip"), home=room.home, check=1).out
    content = read(room.path("bag.zip"))
    with open(room.path("cut.zip"), "wb") as file:
        file.write(content[:len(content) // 2])
    assert "not a ZIP file" in run("audit", room.path("cut.zip"), home=room.home, check=1).out
    at = content.find("执行情况.csv".encode()) + 400
    with open(room.path("bent.zip"), "wb") as file:
        file.write(content[:at] + bytes([content[at] ^ 1]) + content[at + 1:])
    assert "damaged" in run("audit", room.path("bent.zip"), home=room.home, check=1).out
    leftovers = [name for name in os.listdir(room.folder) if ".audit-" in name]
    same(leftovers, [])


def stale(room):
    """a batch whose outputs are not of its files, or changed since, is not packed; nor over what is there"""
    batch = room.copy()
    with open(os.path.join(batch, "inbox", "投诉台账.csv"), "ab") as file:
        file.write(b"\n")
    done = run("pack", batch, "-o", room.path("stale"), home=room.home, check=3)
    assert "onex run" in done.err, done.err
    batch = room.copy()
    with open(os.path.join(batch, "out", "data", "findings.csv"), "ab") as file:
        file.write(b"\n")
    run("pack", batch, "-o", room.path("stale"), home=room.home, check=3)
    same(os.path.exists(room.path("stale")), False)
    run("pack", room.batch, "-o", packed(room), home=room.home, check=2)
    run("pack", room.batch, home=room.home, check=2)


def bad_names(room):
    """raw files that another system could not keep apart are refused with both names"""
    batch = room.copy()
    for name in ("Extra.csv", "extra.csv"):
        with open(os.path.join(batch, "inbox", name), "w", encoding="utf-8") as file:
            file.write(name + "\n")
    run("run", "--quiet", batch, home=room.home, check=0)
    done = run("pack", batch, "-o", room.path("twins"), home=room.home, check=3)
    assert "Extra.csv" in done.err and "extra.csv" in done.err, done.err
    same([name for name in os.listdir(room.folder) if name.startswith("twins")], [])


def percent(room):
    """a per cent sign in a name is written as RFC 8493 asks and read back"""
    batch = room.copy()
    with open(os.path.join(batch, "inbox", "说明 100%.txt"), "w", encoding="utf-8") as file:
        file.write("x\n")
    run("run", "--quiet", batch, home=room.home, check=0)
    run("pack", "--quiet", batch, "-o", room.path("percent"), home=room.home, check=0)
    assert "data/inbox/说明 100%25.txt" in read(room.path("percent", "manifest-sha256.txt")).decode()
    check_bag(room.path("percent"))
    audit(room.path("percent"), room.home, 0)


TESTS = [as_bagit, holds_all, stock_tools, deterministic, as_zip, round_trip, read_only, other_rules, payload_byte,
         missing_and_extra, tag_files, manifest_lines, manifest_line, links, twins, strangers, forged_program, forged_output,
         hostile_zips, stale, bad_names, percent]

if __name__ == "__main__":
    assert os.path.exists(ONEX), ONEX
    ROOM = Room()
    try:
        run_tests(TESTS, ROOM)
    finally:
        ROOM.close()
