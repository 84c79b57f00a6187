#!/usr/bin/python3
"""Whatever stands in an inbox, every line of it is accounted for: random files whose
lines are counted while they are made, against what onex-ingest counted."""
import collections
import os
import random
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from inboxes import Batch, application, applications, base, run_tests, same, table  # noqa: E402

ROUNDS = 25
DATASETS = ["approval", "performance", "city_review", "school", "certificate", "major", "complaint", "published"]
KEYS = {"approval": ["学校标识码", "证书名称", "年度"], "performance": ["年度", "学校标识码", "证书名称", "等级"],
        "city_review": ["初审单位", "申报编号"], "school": ["学校标识码"], "certificate": ["证书代码", "等级"],
        "major": ["目录版本", "层次", "专业代码"], "complaint": ["培训评价组织", "日期"],
        "published": ["年度", "批次", "学校标识码", "证书名称", "等级", "专业代码"]}
REQUIRED = {"approval": ["获批人数"], "performance": ["培训人数", "考核费是否结清"], "city_review": ["初审结论", "初审日期"],
            "school": ["学校名称", "隶属"], "certificate": ["考核形式", "公布批次"], "major": ["专业名称"],
            "complaint": ["类型", "情节"], "published": []}
BLANKS = ["", " ", "　", "\u00a0\t"]
FOOTERS = ["填表人：某某", "审核人", "盖章", "说明：一式两份", "单位负责人：某", "填报日期：5月",
           "（盖章）", "(注：某)", "'制表人"]


def make_line(chance, dataset, heading, record, count):
    """One line and what must become of it."""
    kind = chance.choice(["record", "record", "record", "hold", "reject", "both", "blank", "footer", "heading"])
    width = len(heading)
    if kind == "blank":
        count["skipped"] += 1
        return [chance.choice(BLANKS) for _ in range(chance.randint(0, width))]
    if kind == "footer":
        count["skipped"] += 1
        return [chance.choice(["", " "]) if width > 4 else "", chance.choice(FOOTERS)] + [""] * (width - 2)
    if kind == "heading":
        count["skipped"] += 1
        return heading
    line = list(record)
    if kind in ("hold", "both") and REQUIRED[dataset]:
        line[heading.index(chance.choice(REQUIRED[dataset]))] = chance.choice(["", "同上", "#N/A"])
    if kind in ("reject", "both"):
        line[heading.index(chance.choice(KEYS[dataset]))] = chance.choice(["", "〃", "#REF!"])
    if kind in ("reject", "both"):
        count["rejected"] += 1
    elif kind == "hold" and REQUIRED[dataset]:
        count["held"] += 1
    else:
        count["accepted"] += 1
    return line


def make_file(chance, dataset):
    """A table with a title or none, columns in any order, and the counts it must give."""
    heading, records = base(dataset)
    order = list(range(len(heading)))
    chance.shuffle(order)
    count = collections.Counter()
    lines = [["某省报表"] + [""] * (len(heading) - 1) for _ in range(chance.randint(0, 3))]
    shuffled = [heading[i] for i in order]
    lines.append(shuffled)
    count["skipped"] += len(lines)
    for _ in range(chance.randint(0, 60)):
        record = chance.choice(records)
        lines.append(make_line(chance, dataset, shuffled, [record[i] for i in order], count))
    return lines, count


def encode(chance, lines):
    text = table(lines, chance.choice(",\t;"), chance.choice(["\n", "\r\n"]))
    return text.encode(chance.choice(["utf-8", "utf-8-sig", "gb18030", "utf-16"]))


def test_every_line():
    """random tables: accepted, held, rejected and skipped are as made"""
    for seed in range(ROUNDS):
        chance = random.Random(seed)
        files, wanted = {"a.csv": applications(application("SB001"))}, {}
        for number in range(chance.randint(1, 4)):
            dataset = chance.choice(DATASETS)
            lines, wanted[f"b{number}.csv"] = make_file(chance, dataset)
            files[f"b{number}.csv"] = encode(chance, lines)
        with Batch(files) as batch:
            db = batch.ingest()
            for name, count in wanted.items():
                seen, accepted, held, rejected, skipped = db.counts(name)
                repeated = db.value("SELECT count(*) FROM repetition r JOIN source s ON s.id = r.source"
                                    " WHERE s.file = ?", name)
                got = (seen, accepted + held + repeated, rejected, skipped - repeated)
                same((seed, name, got), (seed, name, (sum(count.values()), count["accepted"] + count["held"],
                                                      count["rejected"], count["skipped"])))
            same(db.value("SELECT count(*) FROM source WHERE seen <> accepted + held + rejected + skipped"), 0)


def test_every_byte():
    """random bytes and damaged tables: the sum holds and nothing crashes"""
    for seed in range(ROUNDS):
        chance = random.Random(1000 + seed)
        heading, records = base(chance.choice(DATASETS))
        data = bytearray(table([heading, *records * 5]).encode(chance.choice(["utf-8", "gb18030", "utf-16"])))
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(len(data))
            data[at:at + chance.randint(0, 3)] = bytes(chance.choice(b'\x00"\n\r,;\t\xff\x81\x30A') for _ in range(2))
        noise = bytes(chance.randrange(256) for _ in range(chance.randint(0, 3000)))
        with Batch({"a.csv": applications(application("SB001")), "b.csv": bytes(data), "c.csv": noise}) as batch:
            db = batch.ingest()
            same(db.value("SELECT count(*) FROM source WHERE seen <> accepted + held + rejected + skipped"), 0)
            same(db.value("SELECT accepted FROM source WHERE file = 'a.csv'"), 1)
            same(db.value("PRAGMA integrity_check"), "ok")


if __name__ == "__main__":
    run_tests(globals())
