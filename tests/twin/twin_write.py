"""Writes tables as CSV, XLSX and XML, each cell in one of the ways it is seen in."""
import io
import zipfile
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

FULL = str.maketrans('0123456789', '０１２３４５６７８９')
STYLES = ('<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
          '<numFmts count="1"><numFmt numFmtId="170" formatCode="yyyy&quot;年&quot;m&quot;月&quot;'
          'd&quot;日&quot;"/></numFmts>'
          '<fonts count="1"><font/></fonts><fills count="1"><fill/></fills>'
          '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
          '<cellXfs count="5"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/>'
          '<xf numFmtId="49"/><xf numFmtId="170"/></cellXfs></styleSheet>')
NS = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'


def letters(n):
    s = ''
    while n >= 0:
        s = chr(65 + n % 26) + s
        n = n // 26 - 1
    return s


def serial(text, base1904=False):
    t = datetime.strptime(text, '%Y-%m-%dT%H:%M:%S' if 'T' in text else '%Y-%m-%d')
    delta = t - (datetime(1904, 1, 1) if base1904 else datetime(1899, 12, 30))
    if delta.seconds:
        return '%.10f' % (delta.days + delta.seconds / 86400)
    return str(delta.days)


class Cells:
    """Canonical text of a typed value -> a cell as it might stand in a raw file."""

    def __init__(self, rng, noise=0.06, bad=0.003):
        self.rng, self.noise, self.bad = rng, noise, bad

    def cell(self, f, value, form, base1904=False):
        """('t', text), ('n', number), ('d', serial, style), ('e', error) or None."""
        rng = self.rng
        if rng.random() < self.bad:
            spoiled = self.spoil(f, value, form)
            if spoiled is not None:
                return spoiled
        if value in (None, ''):
            return ('t', rng.choice([' ', '\u3000', '\u00a0'])) \
                if rng.random() < self.noise / 4 else None
        if form == 'xlsx' and rng.random() < 0.7:
            if f.kind in ('int', 'money'):
                return ('n', value)
            if f.kind == 'date':
                return ('d', serial(value, base1904), rng.choice([1, 4]))
            if f.kind == 'instant':
                return ('d', serial(value, base1904), 2)
            if f.kind == 'code' and value.isdigit() and value[0] != '0':
                return ('n', value)
        return ('t', self.vary(f, value))

    def vary(self, f, s):
        rng = self.rng
        if f.kind in ('date', 'instant'):
            return self.moment(f, s)
        if rng.random() >= self.noise:
            return s
        kind = f.kind
        if kind in ('int', 'money'):
            ways = [lambda: s.translate(FULL), lambda: ' ' + s + '\u3000', lambda: "'" + s,
                    lambda: s + '\t', lambda: '\u200b' + s]
            if kind == 'int' and len(s) > 3:
                ways.append(lambda: format(int(s), ','))
                ways.append(lambda: format(int(s), ',').replace(',', '，'))
            return rng.choice(ways)()
        if kind == 'code':
            return rng.choice([s.translate(FULL), s[:3] + ' ' + s[3:], "'" + s, '\t' + s,
                               s + '\u00a0', s[:4] + '\u200b' + s[4:]])
        if kind in ('ident', 'credit'):
            return rng.choice([s.translate(FULL), ' ' + s, s[:2] + '\u3000' + s[2:]])
        if kind == 'bool':
            return rng.choice({'是': ['1', 'Y', 'y', '√', 'true', 'TRUE', '１', ' 是 '],
                               '否': ['0', 'N', 'n', '×', 'false', '０', '否\u3000']}[s])
        if kind == 'enum':
            if f.key == 'level' and s in f.values:
                n = str(f.values.index(s) + 1)
                return rng.choice([n, n.translate(FULL), ' ' + s])
            return rng.choice([' ' + s, s + '\u00a0', s + '\t'])
        if kind == 'text':
            return rng.choice([' ' + s, s + '\u3000', '\u200b' + s, s + ' '])
        return s

    def moment(self, f, s):
        rng = self.rng
        t = datetime.strptime(s, '%Y-%m-%dT%H:%M:%S' if 'T' in s else '%Y-%m-%d')
        d = rng.choice(['%d-%02d-%02d', '%d-%02d-%02d', '%d/%d/%d', '%d.%d.%d', '%d%02d%02d',
                        '%d年%d月%d日', '%d年%02d月%02d日']) % (t.year, t.month, t.day)
        if f.kind == 'date':
            return d.translate(FULL) if rng.random() < 0.04 else d
        if t.second:
            hour = rng.choice(['%d:%02d:%02d', '%02d:%02d:%02d']) % (t.hour, t.minute, t.second)
        else:
            hour = rng.choice(['%d:%02d', '%02d:%02d', '%02d:%02d:00']) % (t.hour, t.minute)
            if t.hour > 12 and rng.random() < 0.2:
                hour = '下午%d:%02d' % (t.hour - 12, t.minute)
        return d + rng.choice([' ', '  ']) + hour if rng.random() < 0.9 \
            else t.strftime('%Y-%m-%dT%H:%M:%S') + rng.choice(['', '+08:00'])

    def spoil(self, f, s, form):
        rng = self.rng
        kind = f.kind
        ways = []
        if form == 'xlsx':
            ways.append(('e', rng.choice(['#N/A', '#REF!'])))
        ways.append(('t', rng.choice(['#N/A', '#REF!', '同上', '〃'])))
        if f.required:
            ways += [None, ('t', '  ')]
        s = s or ''
        if kind == 'int':
            ways += [('t', (s or '12') + '人'), ('t', '约' + (s or '120')), ('t', '-5'),
                     ('t', '12.5'), ('t', '许多'), ('n' if form == 'xlsx' else 't', '-3')]
        elif kind == 'money':
            ways += [('t', '280.005'), ('t', (s or '300') + '元'), ('t', '-1'), ('t', '面议'),
                     ('t', '约300元')]
        elif kind == 'date':
            ways += [('t', '2021-02-30'), ('t', '五月'), ('t', '44330'), ('t', '2021-13-01')]
        elif kind == 'instant':
            ways += [('t', '2021-05-20'), ('t', '2021-05-20 25:00'), ('t', '44330.5')]
        elif kind == 'code':
            ways += [('t', '4.14201E+09')]
            if len(s) >= f.digits and s[:f.digits].isdigit():
                ways += [('t', s[1:]), ('t', s + '00'), ('t', s[:4]), ('t', s[:3] + '某' + s[4:])]
        elif kind == 'enum':
            ways += [('t', '特级'), ('t', '其它'), ('t', '9')]
        elif kind == 'bool':
            ways += [('t', '部分'), ('t', '2')]
        elif kind == 'hex':
            ways += [('t', 'xyz'), ('t', '没有摘要')]
        elif kind == 'credit' and len(s) == 18:
            ways += [('t', s[:17] + ('0' if s[17] != '0' else '1')), ('t', s[:15])]
        elif kind == 'text':
            ways += [('t', '长' * (f.longest + 1)), ('t', '长' * f.longest)]
        way = rng.choice(ways)
        return ('t', '') if way is None else way


def csv_bytes(rows, encoding, sep, crlf):
    out = io.StringIO()
    for r in rows:
        line = []
        for c in r:
            s = '' if c is None else c[1]
            if any(ch in s for ch in (sep, '"', '\n', '\r')):
                s = '"' + s.replace('"', '""') + '"'
            line.append(s)
        out.write(sep.join(line) + ('\r\n' if crlf else '\n'))
    s = out.getvalue()
    if encoding == 'utf-8-sig':
        return b'\xef\xbb\xbf' + s.encode()
    if encoding == 'utf-16':
        return b'\xff\xfe' + s.encode('utf-16-le')
    if encoding == 'utf-16-be':
        return b'\xfe\xff' + s.encode('utf-16-be')
    return s.encode(encoding)


def sheet_xml(rows, shared, merges=(), hidden=()):
    out = ['<worksheet xmlns="%s"><sheetData>' % NS]
    for n, r in enumerate(rows, 1):
        if all(c is None for c in r):
            continue
        out.append('<row r="%d"%s>' % (n, ' hidden="1"' if n in hidden else ''))
        for i, c in enumerate(r):
            ref = letters(i) + str(n)
            if c is None:
                continue
            if c[0] == 't':
                if shared is not None:
                    at = shared.setdefault(c[1], len(shared))
                    out.append('<c r="%s" t="s"><v>%d</v></c>' % (ref, at))
                else:
                    out.append('<c r="%s" t="inlineStr"><is><t xml:space="preserve">%s</t></is>'
                               '</c>' % (ref, escape(c[1])))
            elif c[0] == 'e':
                out.append('<c r="%s" t="e"><v>%s</v></c>' % (ref, escape(c[1])))
            elif c[0] == 'd':
                out.append('<c r="%s" s="%d"><v>%s</v></c>' % (ref, c[2], c[1]))
            else:
                out.append('<c r="%s"><v>%s</v></c>' % (ref, c[1]))
        out.append('</row>')
    out.append('</sheetData>')
    if merges:
        out.append('<mergeCells count="%d">%s</mergeCells>' % (
            len(merges), ''.join('<mergeCell ref="%s"/>' % m for m in merges)))
    return ''.join(out) + '</worksheet>'


def xlsx_bytes(sheets, inline=False, base1904=False):
    """sheets: [(name, rows, merges, hidden rows)]"""
    shared = None if inline else {}
    bodies = [sheet_xml(rows, shared, merges, hidden) for _, rows, merges, hidden in sheets]
    files = {'[Content_Types].xml':
             '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
             '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
             'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
             '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-'
             'officedocument.spreadsheetml.sheet.main+xml"/>'
             + ''.join('<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="application/'
                       'vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>' % i
                       for i in range(1, len(sheets) + 1))
             + '<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-'
             'officedocument.spreadsheetml.styles+xml"/>'
             + ('' if inline else
                '<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.'
                'openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>') + '</Types>',
             '_rels/.rels':
             '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
             '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
             'relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
             'xl/styles.xml': STYLES}
    rel = ('<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">')
    book = ('<workbook xmlns="%s" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/'
            'relationships">%s<sheets>' % (NS, '<workbookPr date1904="1"/>' if base1904 else ''))
    kind = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
    for i, (name, _, _, _) in enumerate(sheets, 1):
        rel += '<Relationship Id="rId%d" Type="%sworksheet" Target="worksheets/sheet%d.xml"/>' % (
            i, kind, i)
        book += '<sheet name=%s sheetId="%d" r:id="rId%d"/>' % (quoteattr(name), i, i)
        files['xl/worksheets/sheet%d.xml' % i] = bodies[i - 1]
    rel += '<Relationship Id="rId90" Type="%sstyles" Target="styles.xml"/>' % kind
    if not inline:
        rel += '<Relationship Id="rId91" Type="%ssharedStrings" Target="sharedStrings.xml"/>' % kind
        files['xl/sharedStrings.xml'] = '<sst xmlns="%s">%s</sst>' % (NS, ''.join(
            '<si><t xml:space="preserve">%s</t></si>' % escape(s) for s in shared))
    files['xl/_rels/workbook.xml.rels'] = rel + '</Relationships>'
    files['xl/workbook.xml'] = book + '</sheets></workbook>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED) as z:
        for name, s in files.items():
            info = zipfile.ZipInfo(name, (2021, 5, 14, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            z.writestr(info, ('<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
                              + s).encode())
    return out.getvalue()


def xml_bytes(plural, name, fields, records):
    """records: [{key: text}]"""
    out = ['<?xml version="1.0" encoding="UTF-8"?>', '<%s>' % plural]
    for r in records:
        out.append('  <%s>' % name)
        for f in fields:
            if r.get(f.key):
                out.append('    <%s>%s</%s>' % (f.key, escape(r[f.key]), f.key))
        out.append('  </%s>' % name)
    out.append('</%s>' % plural)
    return ('\n'.join(out) + '\n').encode()
