#!/usr/bin/python3
"""The sample's figures by another route: counts from applications.csv and the registry, sums of
the pool from notice.xml, by plain Python that shares nothing with the program."""
import collections
import csv
import decimal
import os
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

B = os.environ.get("B", "build")
results = []


def check(condition, what, detail=""):
    results.append(bool(condition))
    print(f"{'ok' if condition else 'not ok'} {len(results)} - {what}")
    if not condition:
        print("#", str(detail)[:1500])


def number(text):
    return int(text) if text else 0


def main():
    with tempfile.TemporaryDirectory() as folder:
        batch = os.path.join(folder, "batch")
        shutil.copytree("samples/2021-1", batch, ignore=shutil.ignore_patterns("out", ".out.new"))
        subprocess.run([f"{B}/onex", "run", "--quiet", batch], check=True)

        def rows(name):
            return list(csv.DictReader(open(f"{batch}/out/data/{name}.csv", encoding="utf-8-sig")))

        applications, schools, certificates = rows("applications"), rows("school_counts"), rows("certificate_counts")
        regions, allocation, sources = rows("region_counts"), rows("allocation"), rows("sources")
        notice = ElementTree.parse(batch + "/notice.xml").getroot()

    outcomes = {"建议通过": "recommended", "通过": "approved_applications", "退回": "returned", "不符合": "rejected",
                "待研判": "under_review"}
    again = collections.defaultdict(collections.Counter)
    by_certificate = collections.defaultdict(collections.Counter)
    for row in applications:
        for table, key in ((again, row["school_code"]), (by_certificate, (row["certificate_code"], row["level"]))):
            table[key]["applications"] += 1
            table[key][outcomes[row["outcome"]]] += 1
            for column in ("declared", "first_review", "approved"):
                table[key][column] += number(row[column])
        check_only = row["approved"] == "" or row["outcome"] == "通过"
        if not check_only:
            check(False, "核定 only with 通过", row)
    columns = ["applications", *outcomes.values(), "declared", "first_review", "approved"]
    wrong = [row for row in schools if any(number(row[c]) != again[row["school_code"]][c] for c in columns)]
    check(not wrong and len(schools) == len(again), "school_counts.csv is the sum of the applications", wrong[:2])
    columns = ["applications", "declared", "first_review", "approved"]
    wrong = [row for row in certificates if row["certificate_code"] and any(
        number(row[c]) != by_certificate[row["certificate_code"], row["level"]][c] for c in columns)]
    check(not wrong, "certificate_counts.csv is the sum of the applications", wrong[:2])
    for column in ("applications", "declared", "first_review", "approved"):
        totals = {sum(number(row[column]) for row in table) for table in (applications, schools, certificates, regions)
                  if column in table[0]}
        if column == "applications":
            totals.add(len(applications))
        check(len(totals) == 1, f"every cut adds up to the same {column}", totals)
    check(all(number(r["seen"]) == sum(number(r[c]) for c in ("accepted", "held", "rejected", "skipped")) for r in sources),
          "seen = accepted + held + rejected + skipped in every source")
    check(sum(number(r["accepted"]) + number(r["held"]) for r in sources if r["dataset"] == "application")
          == len(applications), "the applications are the rows that the sources gave")

    pools = {s.get("id"): decimal.Decimal(s.get("pool")) * 1000000 for s in notice.iter("scenario")}
    weights = {s.get("id"): {f.get("measure"): decimal.Decimal(f.get("weight")) for f in s.iter("factor")}
               for s in notice.iter("scenario")}
    sums = collections.Counter()
    by_school = collections.Counter()
    for row in allocation:
        sums[row["scenario"], row["factor"]] += int(row["amount_fen"])
        if row["factor"] != "total":
            by_school[row["scenario"], row["school_code"]] += int(row["amount_fen"])
    runs = {run for run, _ in sums}
    check(len(runs) == 2 * len(pools), "every scenario has a final and a provisional run", runs)
    for run in sorted(runs):
        scenario = run.removesuffix("-provisional")
        check(sums[run, "total"] == pools[scenario], f"{run}: the totals are the pool to the fen", sums[run, "total"])
        check(all(sums[run, factor] == pools[scenario] * weight for factor, weight in weights[scenario].items()),
              f"{run}: each factor has its weight of the pool")
    check(all(by_school[row["scenario"], row["school_code"]] == int(row["amount_fen"]) for row in allocation
              if row["factor"] == "total"), "each school's total is the sum of its factors")
    return 0 if all(results) else 1


sys.exit(main())
