"""What the tests of the reports share: TAP lines, running onex-report, and texts
that have broken programs before."""
import os, shutil, subprocess, sys, tempfile

B = os.environ.get("B", "build")
PROGRAM = os.path.abspath(os.path.join(B, "onex-report"))
count = [0]
bad = [0]

NAUGHTY = [
    "=1+1", "=cmd|'/C calc'!A0", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "=HYPERLINK(\"http://x\",\"点我\")",
    "<script>alert(1)</script>", "</td></table>", "\"><img src=x onerror=alert(1)>", "' onclick='x", "&lt;&amp;", "]]>",
    "a\x01b\x08c\x1fd", "a\x7fb\u0085c", "\u202eabc\u202c", "\u2067\u200f", "\ufffe\uffff", "😀👩‍👩‍👧‍👦", "𠮷野家", "e\u0301",
    "_x0041_", "_x000D_", "a,b", "a\"b", "a\nb", "a\r\nb", "  首尾空格  ", "x" * 5000, "长" * 40000, "#REF!", "{batch}", "[核定]",
    "{=1}", "%s%n", "'; DROP TABLE finding; --", "\ufeff开头", "[]:*?/\\'", "NaN", "1e999", "0012", "2021-05-14", "&P&N", "../../etc/passwd",
]


def check(truth, what, *details):
    count[0] += 1
    print(("ok" if truth else "not ok"), count[0], "-", what)
    if not truth:
        bad[0] += 1
        for detail in details:
            print("  #", str(detail)[:600])
    sys.stdout.flush()
    return truth


def finish():
    print(f"1..{count[0]}")
    sys.exit(1 if bad[0] else 0)


def naughty(field, plain):
    """Another text for each field, always the same one."""
    naughty.next = getattr(naughty, "next", {})
    place = naughty.next.setdefault(field, len(naughty.next))
    return NAUGHTY[place % len(NAUGHTY)]


def run(batch, *arguments, env=None, cwd=None, before=""):
    whole = dict(os.environ, **(env or {}))
    command = f"{before}exec \"$0\" \"$@\""
    return subprocess.run(["/bin/sh", "-c", command, PROGRAM, *arguments, batch], capture_output=True, text=True, env=whole,
                          cwd=cwd, timeout=300)


class Folder:
    """A temporary batch folder, gone at the end."""
    def __enter__(self):
        self.path = tempfile.mkdtemp(prefix="onex-report-")
        os.mkdir(os.path.join(self.path, "out"))
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.path)

    def out(self, *names):
        return os.path.join(self.path, "out", *names)


def files(root):
    found = []
    for folder, _, names in os.walk(root):
        found += [os.path.relpath(os.path.join(folder, name), root) for name in names]
    return sorted(found)
