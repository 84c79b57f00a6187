#!/usr/bin/python3
"""make install, uninstall, dist and deb, into folders of their own: the installed programs find their data
wherever the tree stands, process the sample and give the bytes of the build tree; nothing is left behind."""
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile

B = os.path.abspath(os.environ.get("B", "build"))
SAMPLE = os.path.abspath("samples/2021-1")
VERSION = open("VERSION").read().strip()
MAKE = ["make", "--no-print-directory", "-s", f"B={B}"]
results = []


def check(condition, what, detail=""):
    results.append(bool(condition))
    print(f"{'ok' if condition else 'not ok'} {len(results)} - {what}")
    if not condition and detail:
        print("# " + str(detail).replace("\n", "\n# ")[-2000:])


def run(*command, **more):
    return subprocess.run(command, capture_output=True, text=True, **more)


def files(folder):
    return sorted(os.path.relpath(os.path.join(base, name), folder) for base, _, names in os.walk(folder) for name in names)


def digest(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def outputs(onex, work, name):
    """The digests of what `onex` makes of the sample, in a bare environment."""
    batch = f"{work}/{name}"
    os.mkdir(batch)
    shutil.copy(f"{SAMPLE}/notice.xml", batch)
    shutil.copytree(f"{SAMPLE}/inbox", f"{batch}/inbox")
    kept = {name: os.environ[name] for name in ("LSAN_OPTIONS",) if name in os.environ}  # of a sanitized build
    done = run(onex, "run", batch, env={"LANG": "zh_CN.UTF-8", **kept}, cwd="/")
    check(done.returncode == 0 and "批次 2021-1：申报 1502 条" in done.stdout, f"{name}: the sample runs", done.stdout + done.stderr)
    return {path: digest(f"{batch}/out/{path}") for path in files(f"{batch}/out")} if done.returncode == 0 else {}


def installed(work, reference):
    root = f"{work}/root"
    done = run(*MAKE, "PREFIX=/usr", f"DESTDIR={root}", "install")
    check(done.returncode == 0, "make install", done.stderr)
    prefix = f"{root}/usr"
    for path in ("bin/onex", "bin/onex-report", "share/onex/schemas/batch.sql", "share/man/man1/onex.1.gz",
                 "share/bash-completion/completions/onex", "share/zsh/site-functions/_onex", "share/doc/onex/手册-经办人.md"):
        check(os.path.isfile(f"{prefix}/{path}"), f"{path} is installed")
    check(not [path for path in files(f"{prefix}/share/onex") if path.endswith((".c", ".h", ".o"))], "no source among the data")
    moved = f"{work}/elsewhere"
    shutil.copytree(prefix, moved)
    check(outputs(f"{moved}/bin/onex", work, "moved") == reference, "a moved tree gives the bytes of the build tree")
    done = run(*MAKE, "PREFIX=/usr", f"DESTDIR={root}", "uninstall")
    check(done.returncode == 0 and not files(root), "make uninstall leaves no file", files(root)[:10])


def package(work, reference):
    done = run(*MAKE, "PREFIX=/usr", "deb")
    path = done.stdout.strip().splitlines()[-1] if done.returncode == 0 else ""
    check(path.endswith(".deb") and os.path.isfile(path), "make deb", done.stderr)
    if not path:
        return
    root = f"{work}/clean"
    check(run("dpkg-deb", "-x", path, root).returncode == 0, "the package unpacks into a clean root")
    control = run("dpkg-deb", "-f", path).stdout
    depends = next((line for line in control.splitlines() if line.startswith("Depends:")), "")
    wanted = ("libc6", "libxml2", "libsqlite3-0", "libxlsxwriter", "libzip", "libssl", "libcsv", "libutf8proc")
    check(all(name in depends for name in wanted), "Depends names every library", control)
    sums = run("dpkg-deb", "--ctrl-tarfile", path).returncode == 0 and run("dpkg-deb", "-I", path, "md5sums").stdout
    check(bool(sums) and run("md5sum", "-c", "--quiet", input=sums, cwd=root).returncode == 0, "its md5sums hold")
    modes = [name for name in files(root) if os.stat(f"{root}/{name}").st_mode & 0o777 not in (0o644, 0o755)]
    check(not modes, "modes are 644 and 755", modes[:5])
    check(outputs(f"{root}/usr/bin/onex", work, "package") == reference, "the packaged program gives the bytes of the build tree")
    first = digest(path)
    check(run(*MAKE, "PREFIX=/usr", "deb").returncode == 0 and digest(path) == first, "the same tree gives the same package")
    administered(work, path)


def administered(work, path):
    """dpkg itself, in a root of its own without the libraries: hence --force-depends."""
    root = f"{work}/dpkg"
    for folder in ("var/lib/dpkg/info", "var/lib/dpkg/updates", "etc"):
        os.makedirs(f"{root}/{folder}")
    open(f"{root}/var/lib/dpkg/status", "w").close()
    if os.geteuid() != 0:
        print("# not root: dpkg --root is left out")
        return
    done = run("dpkg", f"--root={root}", "--force-depends", "--force-not-root", "--log=/dev/null", "-i", path)
    check(done.returncode == 0 and os.path.isfile(f"{root}/usr/bin/onex"), "dpkg installs it", done.stderr)
    done = run("dpkg", f"--root={root}", "--log=/dev/null", "-P", "onex")
    check(done.returncode == 0 and not os.path.exists(f"{root}/usr/bin/onex"), "and removes it", done.stderr)


def archive(work):
    if run("git", "rev-parse", "HEAD").returncode != 0:
        print("# no git: make dist is left out")
        return
    path = f"{B}/onex-{VERSION}.tar.gz"
    check(run(*MAKE, "dist").returncode == 0 and os.path.isfile(path), "make dist")
    first = digest(path)
    run(*MAKE, "dist")
    check(digest(path) == first, "the same commit gives the same archive")
    names = run("tar", "-tzf", path, "--quoting-style=literal").stdout.splitlines()
    check(f"onex-{VERSION}/Makefile" in names and f"onex-{VERSION}/docs/手册-审计.md" in names, "it has the tree", names[:5])
    check(not [name for name in names if "/out/" in name or "/build" in name], "and nothing made")


with tempfile.TemporaryDirectory() as work:
    reference = outputs(f"{B}/onex", work, "build tree")
    installed(work, reference)
    package(work, reference)
    archive(work)
sys.exit(0 if all(results) else 1)
