#!/usr/bin/python3
"""The order of rows and files decides nothing but the place: a batch whose rows are shuffled and
whose files are renamed gives the same outcomes, findings, counts and amounts."""
import csv
import os
import random
import subprocess
import sys
import tempfile

B = os.environ.get("B", "build")


def run(batch):
    subprocess.run([f"{B}/onex", "run", "--quiet", batch], check=True)

    def rows(name):
        return list(csv.DictReader(open(f"{batch}/out/data/{name}.csv", encoding="utf-8-sig")))

    applications = sorted(tuple(v for k, v in row.items() if not k.startswith("source")) for row in rows("applications"))
    # R18 stands at the first row of its group, which is another one now
    findings = sorted((row["rule"], row["case"], row["severity"], "" if row["rule"] == "R18" else row["record_key"],
                       row["application_no"], row["school_code"]) for row in rows("findings"))
    tables = [open(f"{batch}/out/data/{name}.csv", "rb").read()
              for name in ("school_counts", "certificate_counts", "region_counts", "allocation")]
    return applications, findings, tables


def shuffle(inbox, seed):
    chance = random.Random(seed)
    for base, _, names in list(os.walk(inbox)):
        for name in sorted(names):
            path = os.path.join(base, name)
            heading, *lines = open(path, encoding="utf-8").read().splitlines(keepends=True)
            chance.shuffle(lines)
            os.remove(path)
            # one file becomes two, under names that sort elsewhere
            middle = chance.randrange(len(lines) + 1)
            parts = [part for part in (lines[:middle], lines[middle:]) if part]
            for part in parts or [[]]:  # two empty ones would be one file sent twice
                with open(os.path.join(base, f"{chance.randrange(10**9)}.csv"), "w", encoding="utf-8") as file:
                    file.writelines([heading, *part])


def main():
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([f"{B}/generate", "--to", folder + "/a", "--size", "1600"], check=True)
        subprocess.run([f"{B}/generate", "--to", folder + "/b", "--size", "1600"], check=True)
        shuffle(folder + "/b/inbox", 7)
        before, after = run(folder + "/a"), run(folder + "/b")
    good = True
    for number, what in enumerate(("applications and outcomes", "findings", "counts and amounts")):
        same = before[number] == after[number]
        good = good and same
        print(f"{'ok' if same else 'not ok'} {number + 1} - the same {what}")
        if not same and number < 2:
            a, b = set(before[number]), set(after[number])
            for line in sorted(a ^ b)[:10]:
                print("#", "before" if line in a else "after", line)
    return 0 if good else 1


sys.exit(main())
