#!/usr/bin/python3
"""Every rule's own cases: the base batch with a change must make the rule fire, or
must not. `test_rules.py R33 R34` runs only those rules."""
import concurrent.futures
import csv
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Batch, CaseError, Tap  # noqa: E402

RULES = os.path.join("validate", "rules")
UNAVOIDABLE = {("R09", ""), ("R37", "")}


def read_header(path):
    """key or 'key case' -> list of values."""
    header = {}
    last = None
    with open(path, encoding="utf-8") as file:
        for line in file:
            line = line.rstrip("\n")
            if not line.startswith("--"):
                break
            if line.startswith("--   ") and last:
                last[-1] += " " + line[5:].strip()
            elif re.match(r"-- (fires|passes)\b", line):
                key, _, rest = line[3:].partition("|")
                words, _, changes = rest.partition("|")
                last = header.setdefault("case of the test", [])
                last.append(key.strip() + "|" + words.strip() + "|" + changes.strip())
            elif ":" in line:
                key, _, value = line[3:].partition(":")
                last = header.setdefault(key.strip(), [])
                last.append(value.strip())
    return header


def expected_counts(tokens):
    """`a 3 b` -> {'a': 3, 'b': 1}; `-` stands for a rule without cases."""
    counts = {}
    last = None
    for token in tokens:
        if token.isdigit():
            counts["" if last is None else last] = int(token)
        else:
            last = "" if token == "-" else token
            counts[last] = 1
    return counts or {"": 1}


def found_counts(batch, rule):
    return dict(batch.query("SELECT rule_case, COUNT(*) FROM finding WHERE rule = ? GROUP BY 1", rule))


def judge(verb, tokens, counts):
    if verb == "fires":
        return counts == expected_counts(tokens)
    return not any(counts.get("" if token == "-" else token) for token in tokens) if tokens else not counts


def run_case(rule, line, is_first):
    """-> (passed, name, detail, missed without the rule or None where that is not asked)"""
    key, words, changes = line.split("|", 2)
    verb, *tokens = key.split()
    name = f"{rule} {key}: {words}"
    try:
        with Batch(changes) as batch:
            counts = found_counts(batch, rule)
            missed = None
            if is_first:
                batch.validate("--skip", rule)
                missed = not judge(verb, tokens, found_counts(batch, rule))
            return judge(verb, tokens, counts), name, f"changes: {changes}\nfound: {counts}", missed
    except (CaseError, OSError, AttributeError, KeyError) as error:
        return False, name, f"changes: {changes}\n{error!r}", None


def check_sentences(tap, rule, header, notice):
    for sentence in header.get("sentence", []):
        tap.check("".join(sentence.split()) in notice, f"{rule} quotes the notice word for word", sentence)
    if not header.get("sentence"):
        tap.check(header.get("clause") == ["general"], f"{rule} quotes nothing and is general")


def severities(header):
    cases = {key[5:]: value[0] for key, value in header.items() if re.fullmatch(r"case [a-w]", key)}
    if "severity" in header:
        cases[""] = header["severity"][0]
    return cases


def check_catalogue(tap, rule, header, rows):
    wanted = {row["case"]: row["severity"] for row in rows}
    tap.check(severities(header) == wanted, f"{rule} has the severities of the catalogue",
              f"wanted {wanted}\nfound {severities(header)}")
    clauses = {row["clause"] for row in rows}
    tap.check(set(header.get("clause", [])) == clauses, f"{rule} names its clause", f"wanted {clauses}")


def check_base(tap):
    with Batch() as batch:
        findings = set(batch.query("SELECT rule, rule_case FROM finding"))
        tap.check(findings == UNAVOIDABLE, "the base batch gives nothing but the notes that always stand",
                  batch.query("SELECT rule, rule_case, record_key, message FROM finding"))


def main(wanted):
    tap = Tap()
    with open(os.path.join("docs", "notice-2021-7.txt"), encoding="utf-8") as file:
        notice = "".join(file.read().split())
    with open(os.path.join("tests", "rules", "catalogue.csv"), encoding="utf-8") as file:
        catalogue = {}
        for row in csv.DictReader(file):
            catalogue.setdefault(row["rule"], []).append(row)
    files = {name.partition("-")[0]: os.path.join(RULES, name)
             for name in sorted(os.listdir(RULES)) if name.endswith(".sql")}
    if not wanted:
        tap.check(sorted(files) == sorted(catalogue), "one file per rule of the catalogue",
                  sorted(set(files) ^ set(catalogue)))
        check_base(tap)
    jobs = []
    for rule in wanted or sorted(files):
        if rule not in files or rule not in catalogue:
            tap.check(False, f"{rule} stands in the catalogue and in validate/rules")
            continue
        header = read_header(files[rule])
        lines = header.get("case of the test", [])
        check_catalogue(tap, rule, header, catalogue[rule])
        check_sentences(tap, rule, header, notice)
        verbs = [line.split("|")[0].split()[0] for line in lines]
        tap.check({"fires", "passes"} <= set(verbs), f"{rule} has cases that fire and that pass")
        named = {case for line in lines if line.startswith("fires")
                 for case in expected_counts(line.split("|")[0].split()[1:])}
        tap.check(set(severities(header)) <= named, f"{rule} has a firing case for each of its cases",
                  set(severities(header)) - named)
        first = next((line for line in lines if line.startswith("fires")), None)
        jobs += [(rule, line, line is first) for line in lines]
    if "ONEX_SANITIZED" in os.environ:  # a fifth of them runs every rule's SQL; each takes a second there
        print(f"ok 0 - {len(jobs) - len(jobs[::5])} of {len(jobs)} cases # SKIP a sanitized build is slow; make test runs them all")
        jobs = jobs[::5]
    missed = {}
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for (rule, *_), result in zip(jobs, pool.map(lambda job: run_case(*job), jobs)):
            tap.check(*result[:3])
            if result[3] is not None:
                missed.setdefault(rule, []).append(result[3])
    for rule, results in missed.items():
        tap.check(all(results), f"{rule} left out is missed by its first firing case")
    return tap.end()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
