#!/usr/bin/python3
"""Seeds for the fuzz targets from the samples and test data: seeds.py FOLDER."""
import glob
import hashlib
import io
import os
import sys
import zipfile

PARTS = ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml",
         "xl/_rels/workbook.xml.rels", "_rels/.rels", "[Content_Types].xml"]
CELLS = ["42000123", "2021-05-14", "２０２１年５月１４日", "44330", "1,234.50", "1.2E+3", "是", "高级", "中级", "市州属",
         "91420100MA4K000000", "同上", "#N/A", "010101", "12345678901", "甲 乙", "100%", "3万元", "十二", "2021/5/14 8:05", "-"]
MOST = 1 << 16


def main(root):
    def keep(target, name, data):
        os.makedirs(f"{root}/{target}", exist_ok=True)
        with open(f"{root}/{target}/{name}", "wb") as file:
            file.write(data)

    def read(path):
        with open(path, "rb") as file:
            return file.read()

    found = [path for path in glob.glob("samples/*/inbox/**/*", recursive=True) if os.path.isfile(path)]
    found += glob.glob("tests/data/*") + glob.glob("tests/rules/base/*.csv")
    for number, path in enumerate(sorted(found)):
        form = path.rsplit(".", 1)[-1].lower()
        data = read(path)
        if form == "csv":
            keep("csv", f"{number}", data[:4096])
            for encoding in ("gb18030", "utf-16"):
                keep("csv", f"{number}-{encoding}", data[:2000].decode("utf-8", "ignore").encode(encoding, "ignore"))
        elif form == "xml":
            keep("xml", f"{number}", data[:MOST])
        elif form == "xls":
            keep("xls", f"{number}", data[:MOST])
        elif form == "xlsx" and zipfile.is_zipfile(path):
            if len(data) <= MOST:
                keep("xlsx", f"{number}", data)
            with zipfile.ZipFile(path) as package:
                for at, part in enumerate(PARTS):
                    if part in package.namelist():
                        keep("xlsx_parts", f"{number}-{at}", bytes([at]) + package.read(part)[:8192])
    for path in glob.glob("schemas/*.xsd"):
        keep("xsd", os.path.basename(path), read(path))
    keep("xsd", "types", b"T" + read("schemas/types.xsd"))
    for path in glob.glob("samples/*/notice.xml") + ["tests/rules/base/notice.xml"]:
        keep("notice", path.replace("/", "-"), read(path))
    for path in glob.glob("validate/rules/*.sql"):
        keep("rule", os.path.basename(path), os.path.basename(path).encode() + b"\n" + read(path))
    for dataset in range(14):
        for field in range(12):
            for kind in range(5):
                text = CELLS[(dataset * 60 + field * 5 + kind) % len(CELLS)]
                keep("typing", f"{dataset}-{field}-{kind}", bytes([dataset, field, kind]) + text.encode())
    line = hashlib.sha256(b"a\n").hexdigest().encode() + b"  data/a.txt\n"
    keep("bag", "manifest", b"M" + line)
    keep("bag", "info", b"IBagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        for name, data in (("b/bagit.txt", b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"),
                           ("b/manifest-sha256.txt", line), ("b/data/a.txt", b"a\n")):
            package.writestr(zipfile.ZipInfo(name), data)
    keep("bag", "zip", made.getvalue())
    for target in os.listdir("tests/fuzz/corpus"):
        for name in os.listdir(f"tests/fuzz/corpus/{target}"):
            keep(target, "kept-" + name, read(f"tests/fuzz/corpus/{target}/{name}"))


if __name__ == "__main__":
    main(sys.argv[1])
