#!/usr/bin/python3
"""reports/review.html: sound structure, self-contained, texts harmless, links true."""
import html.parser, os, re, sqlite3, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import batch, kit
from kit import check

VOID = {"meta", "link", "br", "input", "hr", "img", "col"}


class Page(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.ids, self.links, self.faults, self.tags, self.attributes = [], set(), [], [], [], []
        self.tables, self.text, self.scripts, self.styles = [], [], [], []
        self.feed(text)
        self.faults += self.open

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.tags.append(tag)
        self.attributes += [(tag, name) for name in values]
        if "id" in values:
            if values["id"] in self.ids:
                self.faults.append("twice: " + values["id"])
            self.ids.add(values["id"])
        if "href" in values:
            self.links.append(values["href"])
        if "src" in values:
            self.faults.append("src: " + values["src"])
        if tag == "table":
            self.tables.append({"head": 0, "rows": 0, "scope": True})
        if tag == "th":
            self.tables[-1]["head"] += 1
            self.tables[-1]["scope"] &= values.get("scope") == "col"
        if tag == "tr":
            self.tables[-1]["rows"] += 1
        if tag not in VOID and not self.get_starttag_text().endswith("/>"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += [(tag, name) for name in dict(attributes)]

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> at {self.getpos()}")

    def handle_data(self, data):
        (self.scripts if self.open and self.open[-1] == "script" else self.styles if self.open and self.open[-1] == "style"
         else self.text).append(data)


with kit.Folder() as folder:
    batch.fill(folder.out("batch.db"), kit.naughty)
    db = sqlite3.connect(folder.out("batch.db"))
    for place, text in enumerate(kit.NAUGHTY):
        db.execute("INSERT INTO finding(rule, rule_case, severity, clause, dataset, record_key, raw, message, settled, weight)"
                   " VALUES('R99','','note','general','batch',?,?,?,0,'note')", (f"{place:03d}", text, text))
    db.commit()
    result = kit.run(folder.path)
    source = open(folder.out("reports/review.html"), "rb").read()
    text = source.decode("utf-8")
    page = Page(text)
    check(result.returncode == 0 and text.startswith("<!DOCTYPE html>\n<html lang=\"zh-CN\">"), "an HTML page in Chinese", result.stderr)
    check(not page.faults, "every element closed, every id once", page.faults[:5])
    check(page.tags.count("script") == 1 and page.tags.count("style") == 1, "one script, one style, both inside")
    check(not any(name.startswith("on") for _, name in page.attributes), "no handler in an attribute")
    outside = [link for link in page.links if not link.startswith(("#", "../../inbox/"))]
    check(not outside and "url(" not in "".join(page.styles) and "@import" not in "".join(page.styles), "nothing from elsewhere", outside[:3])
    missing = [link for link in page.links if link.startswith("#") and link[1:] not in page.ids]
    check(not missing and sum(link.startswith("#row-") for link in page.links) > 10, "links within the page lead somewhere", missing[:5])
    check(page.tags.count("h1") == 1 and "main" in page.tags and "nav" in page.tags and "#main" in page.links, "landmarks and a way past the menu")
    check(all(t["scope"] and t["head"] for t in page.tables), "tables have headings with scope")
    check(page.tags.count("svg") >= 6 and text.count('role="img"') == page.tags.count("svg"), "charts with names", page.tags.count("svg"))
    check("prefers-color-scheme: dark" in text and "@media print" in text and "size: A4" in text, "dark, light and print")
    check(not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f\ufffe\uffff]", text), "no control or turning characters")
    shown = "".join(page.text)
    check("<script>alert(1)</script>" in shown and "<img src=x onerror=alert(1)>" in shown, "markup of users is shown as text")
    check("尚有" in shown and "须人工研判" in shown, "the verdict in words")

with kit.Folder() as folder:
    batch.fill(folder.out("batch.db"), applications=1234)
    kit.run(folder.path)
    text = open(folder.out("reports/review.html"), encoding="utf-8").read()
    page = Page(text)
    check("此处显示前1,000条，共1,234条。全部申报见 data/applications.csv" in text, "a cap says how many and where the rest is")
    check(not [link for link in page.links if link.startswith("#") and link[1:] not in page.ids], "no link to a row beyond the cap")
kit.finish()
