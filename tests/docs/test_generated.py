#!/usr/bin/python3
"""Documents that are made from schemas and rules are current, and the others name what is there."""
import os
import re
import subprocess
import sys

B = os.path.abspath(os.environ.get("B", "build"))
results = []


def check(condition, what, detail=""):
    results.append(bool(condition))
    print(f"{'ok' if condition else 'not ok'} {len(results)} - {what}")
    if not condition and detail:
        print("# " + str(detail).replace("\n", "\n# ")[:2000])


def output(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True,
                          env={**os.environ, "LC_ALL": "C"}).stdout


def read(path):
    return open(path, encoding="utf-8").read()


def generated():
    check(output(f"{B}/onex", "dictionary") == read("docs/data-dictionary.md"),
          "docs/data-dictionary.md is current (make docs)")
    check(output("/usr/bin/python3", "docs/rule_catalogue.py", f"{B}/onex-validate") == read("docs/rule-catalogue.md"),
          "docs/rule-catalogue.md is current (make docs)")
    rules = sorted(name.split("-")[0] for name in os.listdir("validate/rules") if name.endswith(".sql"))
    catalogue = re.findall(r"^\| (R\d\d) ", read("docs/rule-catalogue.md"), re.M)
    check(sorted(catalogue) == rules, "the catalogue has every rule", set(rules) ^ set(catalogue))


def verbs():
    help_text = output(f"{B}/onex", "--help").split("Verbs:")[1].split("`onex VERB")[0]
    names = re.findall(r"^  (\w+) ", help_text, re.M)
    check(len(names) >= 8, "the verbs are listed", names)
    page, bash, zsh = read("docs/man/onex.1"), read("completion/onex.bash"), read("completion/_onex")
    for name in names:
        text = output(f"{B}/onex", name, "--help")
        options = set(re.findall(r"^\s+(?:-\w, )?--([a-z-]+)", text, re.M)) | {"help"}
        check(f".Cm {name}" in page, f"man onex tells of {name}")
        check(re.search(rf"\b{name}\b", bash) and re.search(rf"\b{name}\b", zsh), f"the shells complete {name}")
        here = re.search(rf"^\t{name}\)(.*)|^\t[a-z |]*\b{name}\b[a-z |]*\) options=\"([^\"]*)\"", bash, re.M)
        line = here[0] if here else ""
        check(all(f"--{option}" in line for option in options), f"bash completes the options of {name}", (options, line))
        man = re.sub(r"\\-", "-", page)
        check(all(f"Fl -{option}" in man or option in ("help", "output") for option in options),
              f"man onex has the options of {name}", options)


def man_pages():
    for name in sorted(os.listdir("docs/man")):
        done = subprocess.run(["groff", "-mandoc", "-ww", "-Tutf8", "-z", f"docs/man/{name}"], capture_output=True, text=True)
        check(done.returncode == 0 and not done.stderr, f"{name} is sound", done.stderr)
    if subprocess.run(["sh", "-c", "command -v mandoc"], capture_output=True).returncode == 0:
        done = subprocess.run(["sh", "-c", "mandoc -T lint -W warning docs/man/*.1"], capture_output=True, text=True)
        check(done.returncode == 0, "mandoc finds nothing", done.stdout)


def completion():
    script = 'source completion/onex.bash; COMP_WORDS=(onex ru); COMP_CWORD=1; _onex; echo "${COMPREPLY[*]}"; ' \
             'COMP_WORDS=(onex template cert); COMP_CWORD=2; _onex; echo "${COMPREPLY[*]}"; ' \
             'COMP_WORDS=(onex run --fail-on re); COMP_CWORD=3; _onex; echo "${COMPREPLY[*]}"'
    said = output("bash", "-c", script).splitlines()
    check(said == ["run", "certificate", "review return reject"], "bash completes verbs, datasets and severities", said)
    datasets = {name[:-4] for name in os.listdir("schemas") if name.endswith(".xsd")} - {"notice", "types"}
    for path in ("completion/onex.bash", "completion/_onex"):
        listed = set(re.search(r"datasets=[\"(]([a-z_ ]+)", read(path))[1].split())
        check(listed == datasets, f"{path} has every dataset", listed ^ datasets)


def links():
    for path in ("README.md", "README.zh.md"):
        missing = [link for link in re.findall(r"\]\((?!http)([^)#]+)\)", read(path)) if not os.path.exists(link)]
        check(not missing, f"{path}: links lead somewhere", missing)


generated()
verbs()
man_pages()
completion()
links()
sys.exit(0 if all(results) else 1)
