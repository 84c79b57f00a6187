"""Hostile files, made at test time: bombs, damage, lies. Each function returns bytes."""
import io
import struct
import zipfile
import zlib

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
MIB = 1 << 20


def sheet(rows):
    return f"<worksheet xmlns='{MAIN}'><sheetData>{rows}</sheetData></worksheet>"


def inline(rows):
    """Rows of texts as a sheet."""
    lines = []
    for row in rows:
        cells = "".join(f"<c t='inlineStr'><is><t>{text}</t></is></c>" for text in row)
        lines.append(f"<row>{cells}</row>")
    return sheet("".join(lines))


def relation(number, kind, target):
    return f"<Relationship Id='{number}' Type='{RELS}/{kind}' Target='{target}'/>"


def parts(sheets, strings=None, prolog=""):
    """The parts of a workbook with these sheets, name -> text."""
    names = "".join(f"<sheet name='s{i}' sheetId='{i}' r:id='r{i}'/>" for i in range(1, len(sheets) + 1))
    links = "".join(relation(f"r{i}", "worksheet", f"worksheets/sheet{i}.xml") for i in range(1, len(sheets) + 1))
    if strings is not None:
        links += relation("t", "sharedStrings", "sharedStrings.xml")
    made = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": f"<Relationships xmlns='{PACKAGE}'>{relation('b', 'officeDocument', 'xl/workbook.xml')}</Relationships>",
        "xl/workbook.xml": f"{prolog}<workbook xmlns='{MAIN}' xmlns:r='{RELS}'><sheets>{names}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f"<Relationships xmlns='{PACKAGE}'>{links}</Relationships>",
    }
    for i, text in enumerate(sheets, 1):
        made[f"xl/worksheets/sheet{i}.xml"] = text
    if strings is not None:
        made["xl/sharedStrings.xml"] = strings
    return made


def container(made, extra=()):
    """The parts zipped; `extra` are further (name, content) entries, names may repeat."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in [*made.items(), *extra]:
            archive.writestr(name, text)
    return out.getvalue()


def workbook(*sheets, strings=None, extra=(), prolog=""):
    return container(parts(sheets, strings, prolog), extra)


def zip_bomb():
    """64 MiB of blanks in a sheet."""
    return workbook(f"<worksheet xmlns='{MAIN}'>" + " " * (64 * MIB) + "</worksheet>")


def string_bomb():
    """Two million shared strings that are one another's copies."""
    text = f"<sst xmlns='{MAIN}'>" + "<si><t>AAAAAAAA</t></si>" * 2000000 + "</sst>"
    return workbook(sheet("<row><c t='s'><v>0</v></c></row>"), strings=text)


def nested_bomb():
    """A container in a container in a container."""
    inner = zip_bomb()
    for level in range(3):
        inner = container({f"{level}.zip": inner})
    return inner


def overlapping_bomb(count=200):
    """Many entries that share one body (their directory points to the same place)."""
    body = b" " * (2 * MIB)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(body) + packer.flush()
    made = parts([""] * count)
    names = [name for name in made if "/sheet" in name]
    for name in names:
        del made[name]
    whole = container(made)
    end = whole.rindex(b"PK\5\6")
    entries, size, start = struct.unpack("<HII", whole[end + 10:end + 20])
    name = names[0].encode()
    local = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 8, 0, 0, zlib.crc32(body), len(packed), len(body), len(name), 0) + name
    directory = whole[start:start + size]
    for name in names:
        directory += struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 8, 0, 0, zlib.crc32(body), len(packed), len(body),
                                 len(name), 0, 0, 0, 0, 0, start) + name.encode()
    total = entries + len(names)
    return (whole[:start] + local + packed + directory
            + struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, total, total, len(directory), start + len(local) + len(packed), 0))


def million_entries():
    """A directory that claims 60,000 entries."""
    whole = bytearray(workbook(sheet("")))
    end = whole.rindex(b"PK\5\6")
    whole[end + 8:end + 12] = struct.pack("<HH", 60000, 60000)
    return bytes(whole)


def encrypted_zip():
    """Every entry says that it is encrypted."""
    whole = bytearray(workbook(sheet("<row><c><v>1</v></c></row>")))
    for magic, place in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = whole.find(magic)
        while at >= 0:
            whole[at + place] |= 1
            at = whole.find(magic, at + 4)
    return bytes(whole)


def link_entry():
    """A sheet's part is a symbolic link."""
    made = parts([sheet("")])
    del made["xl/worksheets/sheet1.xml"]
    link = zipfile.ZipInfo("xl/worksheets/sheet1.xml")
    link.external_attr = 0o120777 << 16
    return container(made, [(link, "/etc/passwd")])


LAUGHS = ("<!DOCTYPE x [<!ENTITY a 'haha'>"
          + "".join(f"<!ENTITY {chr(98 + i)} '{('&' + chr(97 + i) + ';') * 10}'>" for i in range(9)) + "]>")


def xml(inside, prolog=""):
    return ("<?xml version='1.0' encoding='UTF-8'?>\n" + prolog
            + f"<applications><application>{inside}</application></applications>").encode()


def attributes(count=300000):
    return " ".join(f"a{i}='{i}'" for i in range(count))


def compound(name, stream, size=None):
    """A compound file with one stream."""
    stream = stream.ljust(4096, b"\0")
    stream += b"\0" * (-len(stream) % 512)
    sectors = len(stream) // 512
    header = (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + b"\0" * 16 + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 10
              + struct.pack("<9I", 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0)).ljust(512, b"\xFF")
    table = [0xFFFFFFFD, 0xFFFFFFFE] + list(range(3, sectors + 2)) + [0xFFFFFFFE]
    table += [0xFFFFFFFF] * (128 - len(table))

    def entry(text, kind, start, length):
        units = text.encode("utf-16-le")
        return (units.ljust(64, b"\0") + struct.pack("<HBB", len(units) + 2 if text else 0, kind, 1) + b"\xFF" * 12
                + b"\0" * 36 + struct.pack("<III", start, length, 0))
    directory = (entry("Root Entry", 5, 0xFFFFFFFE, 0) + entry(name, 2, 2, size or len(stream))
                 + entry("", 0, 0, 0) * 2)
    return header + struct.pack("<128I", *table) + directory + stream


def record(kind, data=b""):
    return struct.pack("<HH", kind, len(data)) + data


BOF = record(0x0809, struct.pack("<HH", 0x600, 5) + b"\0" * 12)


def xls(globals_=b"", cells=b"", place=None):
    """A workbook of Excel 97 with one sheet."""
    head = BOF + globals_
    start = len(head) + 4 + 10 + 4
    bound = struct.pack("<IBBBB", start if place is None else place, 0, 0, 1, 1) + "表".encode("utf-16-le")
    return compound("Workbook", head + record(0x85, bound) + record(0x0A)
                    + record(0x0809, struct.pack("<HH", 0x600, 0x10) + b"\0" * 12) + cells + record(0x0A))


def looping_table():
    """A chain of sectors that bites its tail."""
    whole = bytearray(xls())
    whole[512 + 4 * 5:512 + 4 * 6] = struct.pack("<I", 3)
    return bytes(whole)
