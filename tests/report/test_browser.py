#!/usr/bin/python3
"""reports/review.html as a person meets it: Chromium without a window, driven over
the WebDriver protocol. Nothing here takes longer than its time-out."""
import base64, json, os, re, shutil, signal, socket, sqlite3, subprocess, sys, tempfile, time, urllib.error, urllib.request
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import batch, kit
from kit import check

ONEX = os.path.abspath(os.path.join(kit.B, "onex"))
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--window-size=1360,900"]
ENTER, SPACE, TAB = "\ue007", "\ue00d", "\ue004"


class Browser:
    """One session; `with` ends it and its processes."""
    def __enter__(self):
        self.profile = tempfile.mkdtemp(prefix="onex-browser-")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.base = f"http://127.0.0.1:{port}"
        self.driver = subprocess.Popen(["chromedriver", f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                       start_new_session=True)
        try:
            self.wait_for_driver()
            options = {"binary": shutil.which("chromium"), "args": FLAGS + ["--user-data-dir=" + self.profile],
                       "perfLoggingPrefs": {"enableNetwork": True}}
            wanted = {"goog:chromeOptions": options, "goog:loggingPrefs": {"performance": "ALL"}, "unhandledPromptBehavior": "ignore"}
            session = self.call("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
            self.base += "/session/" + session["sessionId"]
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if "/session/" in self.base:
            try:
                self.call("DELETE", "")
            except (OSError, RuntimeError):
                pass
        try:
            os.killpg(self.driver.pid, signal.SIGKILL)  # a group of our own: the driver and its browser
        except ProcessLookupError:
            pass
        self.driver.wait()
        shutil.rmtree(self.profile, ignore_errors=True)

    def wait_for_driver(self):
        for _ in range(150):
            try:
                if self.call("GET", "/status")["ready"]:
                    return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("chromedriver does not answer")

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, method=method, data=data, headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as refusal:
            raise RuntimeError(refusal.read().decode()[:400]) from None

    def run(self, script, *arguments):
        return self.call("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def devtools(self, command, **parameters):
        return self.call("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def open(self, path):
        self.call("POST", "/url", {"url": "file://" + path})

    def find(self, selector):
        return next(iter(self.call("POST", "/element", {"using": "css selector", "value": selector}).values()))

    def click(self, selector):
        self.call("POST", f"/element/{self.find(selector)}/click", {})

    def type(self, selector, text):
        self.call("POST", f"/element/{self.find(selector)}/value", {"text": text})

    def press(self, key):
        keys = [{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]
        self.call("POST", "/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": keys}]})

    def alert(self):
        try:
            return self.call("GET", "/alert/text")
        except RuntimeError:
            return None

    def requests(self):
        """Addresses asked for since the last call."""
        messages = [json.loads(entry["message"])["message"] for entry in self.call("POST", "/se/log", {"type": "performance"})]
        return [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]


# The part of the page under an h2, its table, the tools above it; what is shown now.
PARTS = """
const part = name => [...document.querySelectorAll('main section')].find(s => s.querySelector('h2').textContent === name);
const shown = name => [...part(name).querySelector('tbody').rows].filter(r => r.offsetParent !== null);
const column = (name, heading) => [...part(name).querySelectorAll('thead th')].findIndex(h => h.textContent.startsWith(heading));
const words = (name, heading) => shown(name).map(r => r.cells[column(name, heading)].textContent.trim());
const says = name => part(name).querySelector('output').textContent;
"""


def names(browser):
    """Marks what is to be clicked and typed into with ids of the test's own."""
    browser.run(PARTS + """
        const p = part('问题清单');
        p.querySelector('input[type=search]').dataset.t = 'search';
        p.querySelector('.tools button').dataset.t = 'clear';
        p.querySelectorAll('select').forEach(s => { s.dataset.t = 'choose-' + s.labels[0].firstChild.textContent.trim(); });
        p.querySelectorAll('thead th').forEach(h => { h.querySelector('button').dataset.t = 'sort-' + h.firstChild.textContent.trim(); });
    """)


def mark(name):
    return f"[data-t='{name}']"


def choose(browser, select, value):
    browser.run("""const s = document.querySelector(arguments[0]); s.value = '=' + arguments[1];
                   s.dispatchEvent(new Event('change', {bubbles: true}));""", mark(select), value)


def rows_shown(browser):
    return browser.run(PARTS + "return [shown('问题清单').length, says('问题清单')]")


def test_filter(browser, findings):
    names(browser)
    total = len(findings)
    check(rows_shown(browser) == [total, f"显示 {total} / {total} 行"], "every finding is shown at first", rows_shown(browser))
    returned = [f for f in findings if f["severity"] == "return"]
    choose(browser, "choose-级别", "退回修改")
    check(rows_shown(browser) == [len(returned), f"显示 {len(returned)} / {total} 行"], "narrowed by severity, with the count", rows_shown(browser))
    check(set(browser.run(PARTS + "return words('问题清单', '级别')")) == {"退回修改"}, "only that severity is left")
    choose(browser, "choose-级别", "")
    browser.click(mark("clear"))
    unit = sorted({f["unit"] for f in findings if f["unit"] and f["unit"] != "省直报"})[0]
    here = [f for f in findings if f["unit"] == unit]
    choose(browser, "choose-审核单位", unit)
    check(rows_shown(browser) == [len(here), f"显示 {len(here)} / {total} 行"] and 0 < len(here) < total, "narrowed by city", unit, len(here), rows_shown(browser))
    browser.click(mark("clear"))
    check(rows_shown(browser)[0] == total and browser.run("return document.activeElement.dataset.t") == "search", "cleared, and the focus is at the search")
    wanted = returned[0]["record_key"]
    browser.type(mark("search"), wanted.lower())
    few = rows_shown(browser)
    check(0 < few[0] < total and few[1] == f"显示 {few[0]} / {total} 行", "narrowed by text", few)
    check(browser.run(PARTS + "return shown('问题清单').every(r => r.textContent.includes(arguments[0]))", wanted), "each row left holds the text")
    browser.click(mark("clear"))


def sorted_state(browser, heading):
    return browser.run(PARTS + """const i = column('问题清单', arguments[0]);
        return [part('问题清单').querySelectorAll('thead th')[i].getAttribute('aria-sort'), words('问题清单', arguments[0])]""", heading)


def test_sort(browser):
    before = sorted_state(browser, "规则")
    browser.click(mark("sort-规则"))
    order, rules = sorted_state(browser, "规则")
    check(before[0] is None and order == "ascending" and rules == sorted(rules) and rules != before[1], "a click on a heading sorts upwards")
    browser.run("document.querySelector(arguments[0]).focus()", mark("sort-规则"))
    browser.press(ENTER)
    order, rules = sorted_state(browser, "规则")
    check(order == "descending" and rules == sorted(rules, reverse=True), "Enter on it sorts downwards", order)
    browser.press(SPACE)
    check(sorted_state(browser, "规则")[0] == "ascending", "Space sorts upwards again")
    browser.click(mark("sort-条款"))
    check(browser.run("return document.querySelectorAll('th[aria-sort]').length") == 1, "one column is the sorted one")
    numbers = browser.run(PARTS + """const h = part('申报明细').querySelectorAll('thead th')[column('申报明细', '申报')];
        const i = [...part('申报明细').querySelectorAll('thead th')].findIndex(h => h.textContent === '申报');
        part('申报明细').querySelectorAll('thead th')[i].querySelector('button').click();
        return shown('申报明细').map(r => r.cells[i].textContent).filter(Boolean).map(t => Number(t.replace(/,/g, '')))""")
    check(len(numbers) > 100 and numbers == sorted(numbers), "numbers are sorted as numbers")


def test_links(browser):
    there = browser.run(PARTS + """const links = [...part('问题清单').querySelectorAll('tbody a[href^="#row-"]')];
        const link = links.find(a => /^SB/.test(a.textContent)); link.dataset.t = 'link'; return link.textContent""")
    browser.run("""document.querySelectorAll('input[type=search]')[1].value = 'nothing has this text';
                   document.querySelectorAll('input[type=search]')[1].dispatchEvent(new Event('input'))""")
    browser.click(mark("link"))
    time.sleep(0.3)
    target = browser.run("""const t = document.querySelector(':target'), r = t.getBoundingClientRect();
        t.querySelector('a[href^="#row-"]').dataset.t = 'back';
        const head = t.closest('table').tHead.rows[0].cells[0].getBoundingClientRect();
        return [t.cells[0].textContent, r.height > 0 && r.top >= head.bottom - 1 && r.bottom <= innerHeight]""")
    check(target == [there, True], "a finding leads to its application, even one that was filtered away", there, target)
    browser.click(mark("back"))
    check(browser.run("return document.querySelector(':target').textContent.includes(arguments[0])", there), "the application leads back to its finding")
    browser.call("POST", "/back", {})
    browser.call("POST", "/back", {})
    check(browser.run("return location.hash") == "", "the browser's Back leads back")
    files = browser.run("""return [...new Set([...document.querySelectorAll('a[href^="../../inbox/"]')].map(a => decodeURIComponent(a.pathname)))]""")
    check(files and all(os.path.isfile(path) for path in files), "links to raw files lead to files", [p for p in files if not os.path.isfile(p)][:3])


def test_keyboard(browser, page):
    browser.open(page)
    focus, marked = [], True
    for _ in range(14):
        browser.press(TAB)
        step = browser.run("""const e = document.activeElement, s = getComputedStyle(e);
            return [e.tagName, e.getAttribute('href') || e.className || e.id, s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2]""")
        focus.append(step[:2])
        marked &= step[2]
    links = [f"#part-{n}" for n in range(1, 9)]
    check(focus[0] == ["A", "#main"] and [f[1] for f in focus[1:9]] == links, "Tab goes to the way past the menu, then along it", focus)
    check(marked, "the focus is visible at every stop", focus)
    rest = browser.run("""return [...document.querySelectorAll('[tabindex]')].every(e => e.tabIndex <= 0)""")
    check(rest, "no order of tabs but the page's own")


def test_structure(browser):
    found = browser.run("""
        const q = s => [...document.querySelectorAll(s)];
        const levels = q('h1,h2,h3,h4').map(h => Number(h.tagName[1]));
        return {landmarks: ['header', 'nav', 'main', 'footer'].map(n => q(n).length), h1: q('h1').length,
          steps: levels.every((l, i) => i === 0 || l <= levels[i - 1] + 1), lang: document.documentElement.lang,
          captions: q('table').every(t => t.caption && t.caption.textContent.trim()),
          scopes: q('th').every(h => h.scope === 'col' || h.scope === 'row'),
          labels: q('input,select').every(i => i.labels.length === 1 && i.labels[0].textContent.trim()),
          buttons: q('button').every(b => b.textContent.trim()), pictures: q('svg').every(s => s.getAttribute('aria-label')),
          regions: q('[role=region],section').every(r => r.getAttribute('aria-label') || document.getElementById(r.getAttribute('aria-labelledby')))}""")
    check(found["landmarks"] == [1, 1, 1, 1] and found["h1"] == 1 and found["steps"] and found["lang"] == "zh-CN", "landmarks, and headings without a gap", found)
    check(found["captions"] and found["scopes"], "tables have captions and headings a scope", found)
    check(found["labels"] and found["buttons"] and found["pictures"] and found["regions"], "fields, buttons, charts and regions have names", found)
    browser.devtools("Emulation.setDeviceMetricsOverride", width=390, height=800, deviceScaleFactor=1, mobile=False)
    wide = browser.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
    browser.devtools("Emulation.clearDeviceMetricsOverride")
    check(wide <= 0, "the page fits a telephone; only tables scroll sideways", wide)


def luminance(colour):
    parts = [c / 255 for c in colour]
    red, green, blue = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(a, b):
    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast(browser):
    for scheme in ("light", "dark"):
        browser.devtools("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        pairs = browser.run("""
            const colour = text => text.match(/[\\d.]+/g).map(Number);
            const behind = e => { for (; e; e = e.parentElement) { const c = colour(getComputedStyle(e).backgroundColor);
              if (c.length < 4 || c[3] > 0) return c.slice(0, 3); } return [255, 255, 255]; };
            const pairs = {};
            for (const s of ['h1', '.verdict', '.quiet', 'nav a', 'main th', 'main td', 'td a', '.note', 'tfoot td', 'footer dd', '.tools label',
                'th button', '.tools button', '.tools input', '.tools select', ...new Set([...document.querySelectorAll('td.state')].map(t => `td.state[data-state="${t.dataset.state}"] span`))])
              { const e = document.querySelector(s); pairs[s] = [colour(getComputedStyle(e).color).slice(0, 3), behind(e)]; }
            document.querySelectorAll('svg text.in, svg text.dark').forEach(t => {
              const bar = t.previousElementSibling.getAttribute('fill').match(/[0-9A-F]{2}/g).map(h => parseInt(h, 16));
              pairs['figure on ' + bar] = [colour(getComputedStyle(t).fill).slice(0, 3), bar]; });
            return pairs""")
        weak = {what: round(contrast(*pair), 2) for what, pair in pairs.items() if contrast(*pair) < 4.5}
        dark = luminance(pairs["main td"][1]) < 0.05
        check(len(pairs) > 20 and not weak and dark == (scheme == "dark"), f"texts stand out by 4.5 : 1, {scheme}", weak)
    edge = browser.run("""return [getComputedStyle(document.querySelector('svg rect')).stroke, getComputedStyle(document.body).backgroundColor]
        .map(t => t.match(/\\d+/g).slice(0, 3).map(Number))""")
    check(contrast(*edge) >= 3, "bars have an edge in the dark", edge)
    browser.devtools("Emulation.setEmulatedMedia", features=[])


def print_page(browser, folder):
    path = os.path.join(folder, "page.pdf")
    printed = browser.devtools("Page.printToPDF", preferCSSPageSize=True)
    with open(path, "wb") as file:
        file.write(base64.b64decode(printed["data"]))
    about = subprocess.run(["pdfinfo", path], capture_output=True, text=True, timeout=60).stdout
    text = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, timeout=120).stdout
    return about, text.split("\f")


def test_print(browser, page, folder, findings):
    browser.open(page)
    about, pages = print_page(browser, folder)
    width, height = map(float, re.search(r"Page size: +([\d.]+) x ([\d.]+)", about).groups())
    check(abs(width - 841.9) < 1.5 and abs(height - 595.3) < 1.5, "printed on A4 lying", about)
    whole = "\n".join(pages)
    first = next(i for i, text in enumerate(pages) if re.search(r"^ *问题清单 *$", text, re.M))
    last = next(i for i, text in enumerate(pages) if re.search(r"^ *申报明细 *$", text, re.M))
    part = "\n".join(pages[first:last + 1])
    counts = {word: len(re.findall(rf"^ *\S+ +{word}\s", part, re.M)) for word in ("退回修改", "人工研判", "提示", "不符合条件")}
    wanted = {word: sum(f["severity"] == key for f in findings) for word, key in
              (("退回修改", "return"), ("人工研判", "review"), ("提示", "note"), ("不符合条件", "reject"))}
    check(counts == wanted, "every finding is on paper", counts, wanted)
    check(all(re.search(r"规则 +级别 +条款", text) for text in pages[first + 1:last]), "headings are repeated on each page")
    check(re.search(r"第 *1 *页 *共 *%d *页" % (len(pages) - 1), pages[0]), "pages are numbered", pages[0][-200:])
    check("查找" not in whole and whole.count("结论：") >= 1, "no search field on paper")


def test_without_script(browser, page, findings):
    browser.devtools("Emulation.setScriptExecutionDisabled", value=True)
    browser.open(page)
    rows = browser.run("return document.querySelectorAll('section table[data-filter]')[0].tBodies[0].rows.length")
    seen = browser.run("""return [document.querySelectorAll('.tools').length,
        [...document.querySelectorAll('main section, main table, main svg, main tr')].every(e => e.getBoundingClientRect().height > 0)]""")
    check(rows == len(findings) and seen == [0, True], "without scripts everything is there, and no dead tools", rows, seen)
    browser.click("td a[href^='#row-']")
    check(browser.run("return document.querySelector(':target') !== null"), "links work without scripts")
    browser.devtools("Emulation.setScriptExecutionDisabled", value=False)


def naughty_batch(path):
    batch.fill(path, kit.naughty)
    db = sqlite3.connect(path)
    for place, text in enumerate(kit.NAUGHTY):
        db.execute("INSERT INTO finding(rule, rule_case, severity, clause, dataset, record_key, raw, allowed, message, settled, weight)"
                   " VALUES('R99','','note','general','batch',?,?,?,?,0,'note')", (f"{place:03d}", text, text, text))
    db.commit()
    db.close()


def test_naughty(browser):
    with kit.Folder() as folder:
        naughty_batch(folder.out("batch.db"))
        kit.run(folder.path)
        browser.open(folder.out("reports/review.html"))
        check(browser.alert() is None, "no text of a user runs")
        shown = browser.run(PARTS + """
            const allowed = new Set('HTML HEAD META TITLE STYLE BODY A HEADER H1 P NAV UL LI MAIN SECTION H2 H3 DIV FIGURE FIGCAPTION I svg rect title text line TABLE CAPTION COLGROUP COL THEAD TBODY TFOOT TR TH TD SPAN FOOTER DL DT DD SCRIPT LABEL INPUT SELECT OPTION BUTTON OUTPUT'.split(' '));
            const all = [...document.querySelectorAll('*')];
            return {strange: [...new Set(all.map(e => e.tagName).filter(n => !allowed.has(n)))], scripts: document.scripts.length,
              handlers: all.filter(e => [...e.attributes].some(a => a.name.startsWith('on'))).length,
              texts: [...part('问题清单').querySelectorAll('tbody tr')].map(r => r.cells[column('问题清单', '问题')].textContent)}""")
        check(not shown["strange"] and shown["scripts"] == 1 and shown["handlers"] == 0, "it makes no element and no handler", shown["strange"])
        for text in ("<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onclick='x", "&lt;&amp;", "]]>", "</td></table>",
                     "😀👩‍👩‍👧‍👦", "𠮷野家", "=HYPERLINK(\"http://x\",\"点我\")"):
            check(text in shown["texts"], f"shown as it was written: {text}")
        check(not re.search("[\u202a-\u202e\u2066-\u2069\u200f]", "".join(shown["texts"])), "nothing turns the direction of reading")
        names(browser)
        browser.type(mark("search"), "<script>")
        check(rows_shown(browser)[0] >= 1 and browser.alert() is None, "such a text can be searched for", rows_shown(browser))
        paper = "\n".join(print_page(browser, folder.path)[1])
        check(re.search(r"显示 *%d */ *\d+ *行" % rows_shown(browser)[0], paper), "a filtered print says so", paper[:300])
        asked = [url for url in browser.requests() if not url.startswith("file://")]
        check(not asked, "such a text asks for nothing", asked[:3])


def test_cap(browser):
    with kit.Folder() as folder:
        batch.fill(folder.out("batch.db"), applications=1234)
        kit.run(folder.path)
        browser.open(folder.out("reports/review.html"))
        says = browser.run(PARTS + "return [says('申报明细'), part('申报明细').querySelector('.note').textContent]")
        check(says[0] == "显示 1000 / 1000 行（共 1234 行，另 234 行不在本页）", "where rows are left out the tools say how many", says)
        check("1,000" in says[1] and "1,234" in says[1] and "data/applications.csv" in says[1], "and the page says where they are", says)


def read_findings(path):
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    db.row_factory = sqlite3.Row
    rows = db.execute("""SELECT f.severity, f.record_key, (SELECT CASE WHEN p.path = 'city' THEN
                           (SELECT t.text FROM region r JOIN term t ON t.id = r.region_name WHERE r.region_code = p.unit)
                           ELSE '省直报' END FROM school_path p WHERE p.school_code = f.school_code) AS unit FROM finding f""").fetchall()
    return [dict(row) for row in rows]


def main():
    with kit.Folder() as folder, Browser() as browser:
        shutil.rmtree(folder.path)
        os.mkdir(folder.path)
        shutil.copy("samples/2021-1/notice.xml", folder.path)
        shutil.copytree("samples/2021-1/inbox", os.path.join(folder.path, "inbox"))
        done = subprocess.run([ONEX, "run", folder.path], capture_output=True, text=True, timeout=300)
        page = folder.out("reports/review.html")
        if not check(done.returncode == 0 and os.path.isfile(page), "the sample has a page", done.stderr):
            return
        findings = read_findings(folder.out("batch.db"))
        browser.requests()
        browser.open(page)
        test_filter(browser, findings)
        test_sort(browser)
        test_links(browser)
        asked = browser.requests()
        check(asked and set(asked) <= {"file://" + page}, "nothing but the page itself is asked for", set(asked))
        outside = browser.run("""return [...document.querySelectorAll('*')].flatMap(e => [...e.attributes]).filter(a => /^\\s*(https?:)?\\/\\//i.test(a.value)).map(a => a.value)""")
        check(not outside, "no address on the network in any attribute", outside[:3])
        test_structure(browser)
        test_contrast(browser)
        test_keyboard(browser, page)
        test_print(browser, page, folder.path, findings)
        test_without_script(browser, page, findings)
        test_naughty(browser)
        test_cap(browser)


if not shutil.which("chromedriver") or not shutil.which("chromium"):
    print("ok 1 - a browser to look with # SKIP chromium-driver is not installed\n1..1")
    sys.exit(0)
signal.alarm(540)
main()
kit.finish()
