#!/usr/bin/python3
"""On a terminal a line tells how far each stage is and is gone at the end; elsewhere there is none."""
import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import tempfile
import termios
import unicodedata

B = os.path.abspath(os.environ.get("B", "build"))
CLEAR = "\r\033[K"
results = []


def check(condition, what, detail=""):
    results.append(bool(condition))
    print(f"{'ok' if condition else 'not ok'} {len(results)} - {what}")
    if not condition and detail:
        print("# " + str(detail).replace("\r", "\n").replace("\033", "^")[-2000:].replace("\n", "\n# "))


def on_terminal(command, columns=100, **variables):
    """What a terminal of so many columns gets on stderr, and what stands on stdout."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    environment = {**os.environ, "LC_ALL": "zh_CN.UTF-8", "TERM": "xterm", **variables}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=slave, stdin=subprocess.DEVNULL, env=environment)
    os.close(slave)
    said = b""
    while True:
        try:
            piece = os.read(master, 65536)
        except OSError:  # the last writer is gone
            break
        if not piece:
            break
        said += piece
    out = process.stdout.read()
    os.close(master)
    return process.wait(), said.decode(), out.decode()


def width(text):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def screen(said):
    """What is left to see: a carriage return goes to the beginning, ESC [ K erases from there on."""
    lines, at = [""], 0
    for piece in re.findall(r"\033\[K|\r\n|\r|\n|[^\r\n\033]+|\033", said):
        if piece == "\033[K":
            lines[-1] = lines[-1][:at]
        elif piece == "\r":
            at = 0
        elif piece in ("\n", "\r\n"):
            lines.append("")
            at = 0
        else:
            lines[-1] = lines[-1][:at] + piece + lines[-1][at + len(piece):]
            at += len(piece)
    return "\n".join(lines).strip()


def shown(said):
    return [line for line in re.split(r"\r(?:\n)?|\033\[K", said) if line.strip()]


def big(batch):
    """Batches that take a while: what is read and judged, how fast, for how long."""
    status, said, out = on_terminal([f"{B}/onex-ingest", batch])
    lines = shown(said)
    check(status == 0 and out and screen(said) == "", "onex-ingest alone shows how far it is, and then nothing", said)
    reading = [line for line in lines if line.startswith("读取 ")]
    check(any(re.search(r"^读取 \S+ \d+%  [\d,]+ 行  [\d,]+ 行/秒  还需 \d+ 秒$", line) for line in reading),
          "while reading: file, share, rows, rate and time left", "\n".join(lines))
    shares = [int(re.search(r" (\d+)%", line)[1]) for line in reading if "%" in line]
    check(shares == sorted(shares) and shares and shares[-1] <= 100, "the share only grows", shares)
    status, said, _ = on_terminal([f"{B}/onex-validate", "--progress=2/4", "--quiet", batch])
    rules = len([name for name in os.listdir("validate/rules") if name.endswith(".sql")])
    judged = [re.match(r"\[2/4\] 核验 (\d+)/(\d+) 条规则", line) for line in shown(said)]
    judged = [(int(m[1]), int(m[2])) for m in judged if m]
    check(status == 0 and judged and all(done <= total <= rules for done, total in judged),
          "while judging: rules done and rules in all", said)
    check(screen(said) == "" and said.endswith(CLEAR), "nothing is left of it", said)
    check(not re.search(r"\033\[[\d;]*m", said), "no colours")
    status, said, _ = on_terminal([f"{B}/onex-ingest", "--progress=1/4", "--quiet", batch], columns=40)
    longest = max((width(line) for line in shown(said)), default=0)
    check(status == 0 and 0 < longest < 40, "a line stays within the terminal", longest)


def whole_run(batch):
    status, said, out = on_terminal([f"{B}/onex", "run", "--force", batch])
    check(status == 0 and "申报" in out and "\033" not in out, "a run on a terminal prints its verdict", said + out)
    check(all(f"[{n}/4]" in said for n in (1, 2, 3, 4)) and screen(said) == "" and said.endswith(CLEAR),
          "it shows each stage, and then nothing", said)


def alone(batch):
    for program in ("onex-ingest", "onex-validate", "onex-transform", "onex-report"):
        status, said, out = on_terminal([f"{B}/{program}", batch])
        left = [line for line in screen(said).splitlines() if re.search(r"行/秒|还需|已用|^(读取|整理|核验|汇总|生成) ", line)]
        check(status == 0 and out and not left and "/4]" not in said, f"{program} alone leaves nothing behind", said)
        status, said, _ = on_terminal([f"{B}/{program}", "--quiet", batch])
        check(status == 0 and said == "", f"{program} --quiet shows nothing", said)
    status, said, _ = on_terminal([f"{B}/onex-ingest", "--json", batch])
    check(status == 0 and said == "", "onex-ingest --json shows nothing", said)


def none(batch):
    for options, variables in ((["--quiet"], {}), (["--json"], {})):
        status, said, _ = on_terminal([f"{B}/onex", "run", "--force", *options, batch], **variables)
        check(status == 0 and said == "", f"onex run {options[0]} shows nothing", said)
    status, said, _ = on_terminal([f"{B}/onex", "run", "--force", batch], TERM="dumb")
    check(status == 0 and "\033" not in said and len(said.splitlines()) == 4, "TERM=dumb: a plain line for each stage", said)
    status, said, _ = on_terminal([f"{B}/onex", "run", "--force", batch], NO_COLOR="1")
    check(status == 0 and not re.search(r"\033\[[\d;]*m", said), "NO_COLOR: no colours", said)
    done = subprocess.run([f"{B}/onex", "run", "--force", batch], capture_output=True, text=True,
                          env={**os.environ, "LC_ALL": "C", "TERM": "xterm"})
    check(done.returncode == 0 and "\r" not in done.stderr and "\033" not in done.stderr
          and [line[:5] for line in done.stderr.splitlines()] == [f"[{n}/4]" for n in (1, 2, 3, 4)],
          "not on a terminal: a plain line for each stage", done.stderr)


def said_together(batch):
    status, said, out = on_terminal([f"{B}/onex", "run", "--force", "--verbose", batch])
    left = screen(said)
    check(status == 0 and left.count("\n") == 7 and "已读取" in left and "[4/4]" in left,
          "--verbose: lines of the stages stay, progress does not", left)
    check(f"位于 {batch}/out\n" in left + "\n", "--verbose names the folder where the reports come to stand", left)
    status, said, out = on_terminal([f"{B}/onex", "audit", batch])
    check(status == 0 and "一致" in out and screen(said) == "" and "/4] " in said,
          "audit shows the fresh run", said + out)


def failing(folder):
    batch = os.path.join(folder, "empty")
    os.makedirs(f"{batch}/inbox")
    with open("samples/2021-1/notice.xml", "rb") as notice, open(f"{batch}/notice.xml", "wb") as copy:
        copy.write(notice.read())
    with open(f"{batch}/inbox/\033[31m红.csv", "w", encoding="utf-8") as file:
        file.write("学校,人数\n样例,3\n" * 300000)
    status, said, _ = on_terminal([f"{B}/onex", "run", batch])
    left = screen(said).splitlines()
    check(status == 3 and left and all(line.startswith("onex") for line in left),
          "an error stands on lines of its own", screen(said))
    check("\033[31m" not in said, "a file's name does not steer the terminal", said)


def generate(folder, size):
    path = os.path.join(folder, str(size))
    subprocess.run([f"{B}/generate", "--size", str(size), "--to", path], check=True, stdout=subprocess.DEVNULL)
    return path


with tempfile.TemporaryDirectory() as folder:
    big(generate(folder, 150000))  # more than a second: the time left is told after 0.3
    small = generate(folder, 300)
    whole_run(small)
    alone(small)
    none(small)
    said_together(small)
    failing(folder)
sys.exit(0 if all(results) else 1)
