#!/usr/bin/python3
"""Every message exists in English and in Chinese: the two sentences of each tr() agree in what they
print, no message is bare English, and the language follows the environment with no locale installed."""
import glob
import os
import re
import subprocess
import sys
import tempfile

B = os.path.abspath(os.environ.get("B", "build"))
FOLDERS = ("common", "ingest", "validate", "transform", "report", "onex")
CHINESE = re.compile("[\u4e00-\u9fff]")
TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|/\*.*?\*/|//[^\n]*', re.S)
results = []


def check(condition, what, detail=""):
    results.append(bool(condition))
    print(f"{'ok' if condition else 'not ok'} {len(results)} - {what}")
    if not condition and detail:
        print("# " + str(detail).replace("\n", "\n# ")[:3000])


def arguments(text, start):
    """The arguments of the call whose bracket opens at `start`, comments taken out."""
    depth, parts, current, position = 0, [], "", start
    while position < len(text):
        token = TOKEN.match(text, position)
        if token:
            current += "" if token[0].startswith("/") else token[0]
            position = token.end()
            continue
        letter = text[position]
        if letter in "([{":
            depth += 1
        if letter in ")]}":
            depth -= 1
        if depth == 0:
            return parts + [current.strip()]
        if letter == "," and depth == 1:
            parts.append(current.strip())
            current = ""
        elif not (depth == 1 and letter == "(" and not current):
            current += letter
        position += 1
    return parts


def literal(argument):
    """The string that literals and PRI macros make, or None for another expression."""
    if not re.fullmatch(r'(?:\s*(?:"(?:\\.|[^"\\])*"|PRI\w+))+\s*', argument, re.S):
        return None
    argument = re.sub(r'PRI\w+', '"d"', argument)
    return "".join(re.findall(r'"((?:\\.|[^"\\])*)"', argument, re.S))


def calls(text, names):
    for found in re.finditer(rf"\b({names})\(", text):
        line_start = text.rfind("\n", 0, found.start()) + 1
        before = text[line_start:found.start()]
        if before.lstrip().startswith(("*", "/*", "//")):
            continue
        yield found[1], arguments(text, found.end() - 1), text.count("\n", 0, found.start()) + 1


def specs(sentence):
    return re.findall(r"%[-+ #0-9.*]*(?:hh|h|ll|l|z|j)?[a-zA-Z]", sentence.replace("%%", ""))


def sources():
    for folder in FOLDERS:
        for path in sorted(glob.glob(f"{folder}/*.[ch]")):
            with open(path, encoding="utf-8") as file:
                yield path, file.read()


def both_languages():
    wrong, count = [], 0
    for path, text in sources():
        for _, given, line in calls(text, "tr"):
            if path.startswith("common/failure") or len(given) != 2:
                continue
            english, chinese = literal(given[0]), literal(given[1])
            if english is None or chinese is None:
                if (english is None) != (chinese is None):
                    wrong.append(f"{path}:{line}: one is no literal")
                continue
            count += 1
            if CHINESE.search(english) and "inbox" not in english and ".xlsx" not in english:
                wrong.append(f"{path}:{line}: Chinese in the English sentence: {english}")
            if re.search("[A-Za-z]{3}", english) and not (CHINESE.search(chinese) or re.search("[，。：（）]", chinese)):
                wrong.append(f"{path}:{line}: no Chinese: {chinese}")
            if sorted(specs(english)) != sorted(specs(chinese)):
                wrong.append(f"{path}:{line}: they print different things: {english} / {chinese}")
    check(count > 100 and not wrong, f"{count} messages are there in both languages", "\n".join(wrong))


NOT_WORDS = re.compile(r"null|onex(-[a-z%]+)?|JSON|CSV|XML|XLSX|SQL|sqlite3?|malloc|/proc/self/\w+|[a-z_]+\.(?:sql|xml|xsd|db)")


def bare():
    """Messages whose first literal is words, not a format."""
    wrong = []
    for path, text in sources():
        for name, given, line in calls(text, "fail|fail_system|fail_within|fputs|puts|perror"):
            position = {"fail": 2, "fail_system": 1, "fail_within": 1, "fputs": 0, "puts": 0, "perror": 0}[name]
            if len(given) <= position:
                continue
            if name == "fputs" and given[-1] not in ("stderr", "stdout"):
                continue
            words = literal(given[position])
            if words is None or '\\"' in words:
                continue
            left = re.sub(r"\\.", " ", re.sub(r"%[-+ #0-9.*]*(?:ll|l|z)?[a-zA-Z]", " ", NOT_WORDS.sub(" ", words)))
            if re.search("[A-Za-z]{3}", left):
                wrong.append(f"{path}:{line}: {name}: {words}")
        for name, given, line in calls(text, "fprintf"):
            words = literal(given[1]) if len(given) > 1 and given[0] == "stderr" else None
            left = NOT_WORDS.sub(" ", re.sub(r"%[-+ #0-9.*]*(?:ll|l|z)?[a-zA-Z]", " ", re.sub(r"\\.", " ", words or "")))
            if re.search("[A-Za-z]{3}", left):
                wrong.append(f"{path}:{line}: {name}: {words}")
    check(not wrong, "no message is in one language only", "\n".join(wrong))


def run(environment, *command):
    return subprocess.run([f"{B}/{command[0]}", *command[1:]], capture_output=True, text=True, env=environment)


def environment():
    chinese = run({"LANG": "zh_CN.UTF-8"}, "onex", "--help").stdout
    check("用法" in chinese, "LANG=zh_CN.UTF-8 alone gives Chinese")
    check("Usage" in run({}, "onex", "--help").stdout, "an empty environment gives English")
    check("Usage" in run({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "onex", "--help").stdout, "LC_ALL goes before LANG")
    check("用法" in run({"LANG": "C", "LC_MESSAGES": "zh"}, "onex", "--help").stdout, "LC_MESSAGES goes before LANG")


def options():
    programs = ["onex-ingest", "onex-validate", "onex-transform", "onex-report"]
    verbs = ["run", "audit", "trace", "diff", "pack", "template", "new", "dictionary"]
    for command in [[p] for p in programs] + [["onex", v] for v in verbs]:
        name = " ".join(command)
        english, chinese = {"LC_ALL": "C"}, {"LC_ALL": "zh_CN.UTF-8"}
        wrong = run(english, *command, "--hepl")
        check(wrong.returncode == 2 and "did you mean --help?" in wrong.stderr and wrong.stderr.count("\n") == 1,
              f"{name}: a wrong option is told, and the one that was meant", wrong.stderr)
        wrong = run(chinese, *command, "--hepl")
        check("是否指 --help" in wrong.stderr and "option" not in wrong.stderr, f"{name}: in Chinese too", wrong.stderr)
        text = run(english, *command, "--help")
        check(text.returncode == 0 and text.stdout.lower().startswith("usage:") and not text.stderr, f"{name} --help", text.stdout)
        first = [line for line in text.stdout.splitlines() if line.startswith("  onex")]
        check(first and text.stdout.index(first[0]) < (text.stdout.find("  --") if "\n  --" in text.stdout else 1 << 20),
              f"{name}: an example stands before the options", text.stdout)
    for program in programs + ["onex"]:
        version = run({}, program, "--version")
        check(version.stdout.startswith(program + " ") and version.returncode == 0, f"{program} --version", version.stdout)
    check("did you mean run" in run({"LC_ALL": "C"}, "onex", "rnu", "x").stderr, "a wrong verb is told")
    check("did you mean complaint" in run({"LC_ALL": "C"}, "onex", "template", "complaints", "-o", "x.xlsx").stderr,
          "a wrong dataset is told")
    said = run({"LC_ALL": "C"}, "onex", "run", "--f", "x").stderr
    check("several" in said, "an ambiguous abbreviation is told", said)
    said = run({"LC_ALL": "C"}, "onex", "run", "--json=3", "x").stderr
    check("takes no value" in said, "a value too many is told", said)
    said = run({"LC_ALL": "C"}, "onex", "run", "--fail-on").stderr
    check("needs a value" in said, "a missing value is told", said)
    with tempfile.TemporaryDirectory() as folder:
        said = run({"LC_ALL": "zh_CN.UTF-8"}, "onex", "run", folder)
        check(said.returncode == 3 and "notice.xml" in said.stderr and CHINESE.search(said.stderr),
              "a folder that is no batch: told in Chinese", said.stderr)


both_languages()
bare()
environment()
options()
sys.exit(0 if all(results) else 1)
