#!/usr/bin/python3
"""Hostile files beside a sound one, through onex-ingest within 256 MB and a few seconds:
each costs itself, gives the finding that says why, and nothing of the sound file is lost."""
import os
import resource
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "ingest"))
import makers  # noqa: E402
from inboxes import Batch, Database, application, applications, run_tests, same  # noqa: E402

MEMORY = 256 << 20
SECONDS = 10


def limited(batch):
    """onex-ingest with little memory and time."""
    import subprocess
    from inboxes import BUILD

    def limits():
        if "ONEX_SANITIZED" not in os.environ:  # the address sanitizer reserves terabytes of addresses
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    return subprocess.run([os.path.join(BUILD, "onex-ingest"), "--quiet", batch.folder], capture_output=True, text=True,
                          env={**os.environ, "LC_ALL": "C"}, preexec_fn=limits, timeout=60, check=False)


def rules_of(name, content, prepare=None):
    """The source findings of a file that stands beside a sound one."""
    with Batch({"a.csv": applications(application("SB001")), name: content}) as batch:
        if prepare:
            prepare(batch)
        result = limited(batch)
        same((result.returncode, result.stderr), (0, ""))
        db = Database(os.path.join(batch.folder, "out", "batch.db"))
        same(db.value("SELECT count(*) FROM application WHERE application_no = 'SB001'"), 1)
        for source in db.rows("SELECT seen, accepted + held + rejected + skipped FROM source"):
            same(source[0], source[1])
        return [row[0] for row in db.rows(
            "SELECT rule FROM ingest_finding JOIN source ON source.id = ingest_finding.source"
            " WHERE file = ? AND rule LIKE 'S%' ORDER BY ingest_finding.id", name)]


def expect(name, content, *rules):
    same(rules_of(name, content), list(rules))


def test_zip_bombs():
    """a sheet that unpacks to a thousand times its size"""
    same(rules_of("b.xlsx", makers.zip_bomb())[0], "S09")


def test_string_bomb():
    """shared strings that unpack to fifty megabytes"""
    expect("b.xlsx", makers.string_bomb(), "S09")


def test_nested_bomb():
    """containers within containers are not opened"""
    expect("b.xlsx", makers.nested_bomb(), "S01")


def test_overlapping_bomb():
    """two hundred parts that share one body"""
    rules = set(rules_of("b.xlsx", makers.overlapping_bomb()))
    assert rules and rules <= {"S01", "S02", "S09"} and rules != {"S02"}, rules


def test_claimed_entries():
    """a directory that claims 60,000 entries"""
    expect("b.xlsx", makers.million_entries(), "S09")


def test_entities():
    """entities that multiply, entities of other files, and a DOCTYPE in any place"""
    expect("b.xml", makers.xml("&j;", makers.LAUGHS), "S09")
    expect("b.xml", makers.xml("<remark>&e;</remark>", "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>"), "S09")
    expect("b.xml", makers.xml("", "<!DOCTYPE x SYSTEM 'http://127.0.0.1:9/x.dtd'>"), "S09")
    expect("b.xml", makers.xml("", "<!DOCTYPE x [<!ENTITY % p SYSTEM 'file:///etc/passwd'> %p;]>"), "S09")
    expect("b.xlsx", makers.workbook("", prolog=makers.LAUGHS), "S09")
    expect("b.xlsx", makers.workbook(makers.LAUGHS + makers.sheet("<row><c><v>&j;</v></c></row>")), "S09")


def test_attributes():
    """300,000 attributes"""
    expect("b.xml", makers.xml(f"<remark {makers.attributes()}/>"), "S09")
    expect("b.xlsx", makers.workbook(makers.sheet(f"<row {makers.attributes()}/>")), "S09")


def test_depth():
    """elements nested 100,000 deep"""
    expect("b.xml", makers.xml("<a>" * 100000), "S09")
    expect("b.xlsx", makers.workbook(makers.sheet("<a>" * 100000)), "S09")


def test_long_texts():
    """a field of 100 MB in every form"""
    long = "x" * (100 << 20)
    expect("b.xml", makers.xml(f"<remark>{long}</remark>"), "S09")
    expect("b.xml", makers.xml(f"<!--{long}-->"), "S09")
    expect("b.xml", makers.xml(f"<{long}/>"), "S09")
    expect("b.xlsx", makers.workbook(makers.inline([[long]])), "S09")
    rules = rules_of("b.csv", f"申报编号,备注\n1,{long}\n")
    assert "S09" in rules, rules


def test_blank_rows():
    """a hundred sheets that each leave out a million rows"""
    far = makers.sheet("<row r='1048576'><c r='A1048576'><v>1</v></c></row>")
    rules = rules_of("b.xlsx", makers.workbook(*[far] * 100))
    assert "S09" in rules and set(rules) <= {"S02", "S09"}, rules


def test_bytes_that_are_no_text():
    """NUL bytes, noise, half a character"""
    assert rules_of("b.csv", b"\0" * 100000)
    assert rules_of("b.csv", bytes(range(256)) * 400)
    expect("b.xml", b"<applications>\0</applications>", "S01")
    expect("b.xml", makers.xml("<remark>") + b"\xE4\xB8", "S01")
    expect("b.xml", makers.xml("<remark>\xff</remark>").replace(b"\xc3\xbf", b"\xff"), "S05")


def test_ragged_rows():
    """rows that are shorter and longer than their heading"""
    text = applications(application("SB002"), application("SB003")).splitlines()
    text[1] = ",".join(text[1].split(",")[:3])
    text[2] += "," * 5000 + "x"
    expect("b.csv", "\n".join(text), "S08")


def test_names_of_parts():
    """two parts of one name; names that lead out of the container; a part that is a link"""
    made = makers.parts([makers.sheet("")])
    expect("b.xlsx", makers.container(made, [("xl/workbook.xml", made["xl/workbook.xml"])]), "S01")
    expect("b.xlsx", makers.workbook(makers.sheet(""), extra=[("../../../tmp/x", "x"), ("/etc/passwd", "x")]))
    made["xl/_rels/workbook.xml.rels"] = made["xl/_rels/workbook.xml.rels"].replace(
        "worksheets/sheet1.xml", "../../../../../etc/passwd")
    expect("b.xlsx", makers.container(made), "S01")
    expect("b.xlsx", makers.link_entry(), "S01")


def test_links_in_the_inbox():
    """links and pipes in the inbox are neither followed nor waited for"""
    def prepare(batch):
        os.symlink("/etc/passwd", os.path.join(batch.inbox, "link.csv"))
        os.symlink(".", os.path.join(batch.inbox, "loop"))
        os.mkfifo(os.path.join(batch.inbox, "pipe.csv"))
    with Batch({"a.csv": applications(application("SB001"))}) as batch:
        prepare(batch)
        result = limited(batch)
        same(result.returncode, 0)
        db = Database(os.path.join(batch.folder, "out", "batch.db"))
        same(db.rows("SELECT file FROM source JOIN ingest_finding ON source.id = ingest_finding.source"
                     " WHERE rule LIKE 'S%' ORDER BY file"), [("link.csv",), ("loop",), ("pipe.csv",)])
        same(db.value("SELECT count(*) FROM source"), 4)


def test_encrypted():
    """encrypted workbooks of both kinds"""
    expect("b.xlsx", makers.encrypted_zip(), "S06")
    expect("b.xlsx", makers.compound("EncryptedPackage", b"x" * 5000), "S06")
    expect("b.xls", makers.xls(makers.record(0x2F, b"\1\0\1\0\1\0" + b"x" * 48)), "S06")


def test_cut_short():
    """files cut short"""
    whole = makers.workbook(makers.inline([["a", "b"]] * 50))
    for length in (1, 3, 4, 30, len(whole) // 2, len(whole) - 1):
        rules = rules_of("b.xlsx", whole[:length])
        assert rules and rules[0] in ("S01", "S02"), (length, rules)
    old = makers.xls(cells=b"".join(makers.record(0x0203, bytes([i, 0, 0, 0, 0, 0]) + b"\0" * 8) for i in range(200)))
    for length in (8, 511, 512, 1024, 2000, len(old) // 2):
        rules = rules_of("b.xls", old[:length])
        assert "S01" in rules, (length, rules)


def test_wrong_names():
    """a web page, an old workbook or a picture under another name"""
    expect("b.xlsx", "<html><table><tr><td>1</td></tr></table></html>", "S01")
    expect("b.xls", "<html><table><tr><td>1</td></tr></table></html>", "S01")
    expect("b.xlsx", b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "S01")
    for name, content in (("b.xlsx", makers.xls(cells=makers.record(0x0203, b"\0" * 14))),
                          ("b.csv", makers.workbook(makers.inline([["a"]])))):
        expect(name, content, "S02")
    expect("b.xlsx", b"", "S01")


def test_lying_xls():
    """an XLS whose lengths, places and chains lie"""
    strings = makers.record(0xFC, b"\xFF\xFF\xFF\x7F\xFF\xFF\xFF\x7F" + b"\xFF\xFF\1" + b"x" * 100)
    expect("b.xls", makers.xls(strings), "S01")
    expect("b.xls", makers.xls(place=0x7FFFFFFF), "S01")
    expect("b.xls", makers.xls(place=0), "S01")
    expect("b.xls", makers.looping_table(), "S01")
    label = makers.record(0x0204, b"\0\0\0\0\0\0\xFF\xFF\1x")
    expect("b.xls", makers.xls(cells=label), "S05")
    expect("b.xls", makers.compound("Workbook", makers.BOF, 0x7FFFFFFF), "S01")


def test_nothing_readable():
    """a batch of hostile files alone stops with one clear error"""
    with Batch({"b.xlsx": makers.zip_bomb(), "c.xml": makers.xml("&j;", makers.LAUGHS)}) as batch:
        result = limited(batch)
        same(result.returncode, 3)
        assert result.stderr.count("\n") == 1, result.stderr


run_tests(globals())
