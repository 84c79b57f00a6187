"""The raw files of an inbox as tables of cells, and those as typed records."""
import csv
import hashlib
import io
import os
import re
import xml.etree.ElementTree as ET
import xml.parsers.expat
import zipfile
from decimal import Decimal

from twin_fields import (DATASETS, HEADINGS, KEYS, LEVELS, PERSONS, Bad, canonical,
                         fold_heading, is_empty, read_cell)

MAIN = '{http://schemas.openxmlformats.org/spreadsheetml/2006/main}'
REL = '{http://schemas.openxmlformats.org/officeDocument/2006/relationships}'
FOOTERS = ('合计', '总计', '小计', '填表人', '审核人', '盖章', '制表', '单位负责人', '填报日期', '注',
           '说明')
PREFILLED = {'decision': {'application_no', 'digest'}}


def column(n):
    s = ''
    while n >= 0:
        s = chr(65 + n % 26) + s
        n = n // 26 - 1
    return s


class Source:
    def __init__(self, path, sheet=''):
        self.path, self.sheet, self.dataset = path, sheet, ''
        self.seen = self.accepted = self.held = self.rejected = self.skipped = 0
        self.sha = self.encoding = ''
        self.heading = 0


class Record:
    def __init__(self, ds, source, row):
        self.ds, self.source, self.row = ds, source, row
        self.v = {f.key: None for f in DATASETS[ds]}
        self.bad = {}
        self.columns = {}
        self.repeated = False

    def key(self):
        fields = {f.key: f for f in DATASETS[self.ds]}
        return '|'.join(canonical(fields[k], self.v[k]) for k in KEYS[self.ds])

    def typed(self):
        """What makes two records the same: an unreadable field is not an empty one."""
        return tuple((self.v[f.key], f.key in self.bad) for f in DATASETS[self.ds])

    def __hash__(self):
        return id(self)

    def __getattr__(self, name):
        try:
            return self.__dict__['v'][name]
        except KeyError:
            raise AttributeError(name)


class Inbox:
    def __init__(self):
        self.sources, self.records, self.findings = [], {d: [] for d in DATASETS}, []
        self.present, self.first = set(), {}
        self.repeats = []

    def note(self, rule, source, row=None, col='', dataset=None):
        severity = 'note' if rule in ('S02', 'S03', 'S04', 'S08') else 'review'
        self.findings.append(dict(rule=rule, case='', severity=severity, clause='',
                                  dataset=source.dataset if dataset is None else dataset,
                                  record_key=source.path, application_no='', school_code='',
                                  source_file=source.path, source_sheet=source.sheet,
                                  source_row='' if row is None else row, source_column=col))


# ---- tables ---------------------------------------------------------------------------

def decode(data):
    if data.startswith(b'\xef\xbb\xbf'):
        return data[3:].decode('utf-8'), 'UTF-8'
    if data.startswith(b'\xff\xfe'):
        return data[2:].decode('utf-16-le'), 'UTF-16LE'
    if data.startswith(b'\xfe\xff'):
        return data[2:].decode('utf-16-be'), 'UTF-16BE'
    try:
        return data.decode('utf-8'), 'UTF-8'
    except UnicodeDecodeError:
        return data.decode('gb18030'), 'GB18030'


def unclosed(s):
    """Whether the last quoted field is still open at the end."""
    return len(re.findall('"', s)) % 2 == 1


def separator(s):
    counts = {c: 0 for c in ',\t;'}
    quoted = False
    lines = 0
    for ch in s:
        if ch == '"':
            quoted = not quoted
        elif ch == '\n' and not quoted:
            lines += 1
            if lines >= 30:
                break
        elif ch in counts and not quoted:
            counts[ch] += 1
    return max(counts, key=lambda c: counts[c])


def csv_table(s):
    """[(physical line, [cell])]"""
    reader = csv.reader(io.StringIO(s, newline=''), delimiter=separator(s))
    out, before = [], 0
    csv.field_size_limit(1 << 30)
    for row in reader:
        out.append((before + 1, [('t', c) for c in row]))
        before = reader.line_num
    return out


BUILTIN = {14: 'd', 15: 'd', 16: 'd', 17: 'd', 18: 't', 19: 't', 20: 't', 21: 't', 22: 't',
           45: 't', 46: 't', 47: 't'}


def date_style(ident, formats):
    if ident in formats:
        f = re.sub(r'"[^"]*"|\\.|_.|\[[^\]]*\]', '', formats[ident]).lower()
        if re.search('[hs]', f):
            return 't'
        return 'd' if re.search('[ymd]', f) else None
    if 27 <= ident <= 36 or 50 <= ident <= 58:
        return 't' if 32 <= ident <= 35 or ident in (55, 56) else 'd'
    return BUILTIN.get(ident)


def flat(e):
    return ''.join(t.text or '' for t in e.findall(MAIN + 't')) + ''.join(
        t.text or '' for r in e.findall(MAIN + 'r') for t in r.findall(MAIN + 't'))


def plain_number(v):
    d = Decimal(v)
    if d == d.to_integral_value():
        return str(int(d))
    return format(Decimal(repr(float(v))), 'f')


def index_of(ref):
    n = 0
    for c in re.match('[A-Z]+', ref)[0]:
        n = n * 26 + ord(c) - 64
    return n - 1


def xlsx_tables(data):
    """[(sheet name, [(row, [cell])])]"""
    z = zipfile.ZipFile(io.BytesIO(data))
    book = ET.fromstring(z.read('xl/workbook.xml'))
    properties = book.find(MAIN + 'workbookPr')
    base1904 = properties is not None and properties.get('date1904') in ('1', 'true')
    targets = {r.get('Id'): r.get('Target') for r in
               ET.fromstring(z.read('xl/_rels/workbook.xml.rels'))}
    strings = []
    if 'xl/sharedStrings.xml' in z.namelist():
        strings = [flat(si) for si in ET.fromstring(z.read('xl/sharedStrings.xml'))]
    styles = []
    if 'xl/styles.xml' in z.namelist():
        st = ET.fromstring(z.read('xl/styles.xml'))
        formats = {int(n.get('numFmtId')): n.get('formatCode') for n in st.iter(MAIN + 'numFmt')}
        xfs = st.find(MAIN + 'cellXfs')
        styles = [date_style(int(x.get('numFmtId', 0)), formats)
                  for x in (xfs if xfs is not None else [])]
    out = []
    for sheet in book.find(MAIN + 'sheets'):
        target = targets[sheet.get(REL + 'id')]
        target = target.lstrip('/') if target.startswith('/') else 'xl/' + target
        rows = {}
        for r in ET.fromstring(z.read(target)).iter(MAIN + 'row'):
            line = []
            for c in r.findall(MAIN + 'c'):
                at = index_of(c.get('r'))
                while len(line) <= at:
                    line.append(None)
                kind, v = c.get('t', 'n'), c.find(MAIN + 'v')
                if kind == 'inlineStr':
                    line[at] = ('t', flat(c.find(MAIN + 'is')))
                elif v is None or v.text is None:
                    continue
                elif kind == 's':
                    line[at] = ('t', strings[int(v.text)])
                elif kind == 'str':
                    line[at] = ('t', v.text)
                elif kind == 'e':
                    line[at] = ('e', v.text)
                elif kind == 'b':
                    line[at] = ('t', 'TRUE' if v.text == '1' else 'FALSE')
                else:
                    style = styles[int(c.get('s', 0))] if styles else None
                    if style:
                        line[at] = ('d', v.text, style == 't', base1904)
                    else:
                        line[at] = ('n', plain_number(v.text))
            rows[int(r.get('r'))] = line
        filled = [n for n, line in rows.items() if not all(is_empty(c) for c in line)]
        out.append((sheet.get('name'),
                    [(n, rows.get(n, [])) for n in range(1, max(filled, default=0) + 1)]))
    return out


# ---- recognition ----------------------------------------------------------------------

class Heading:
    def __init__(self, ds, at, two, fields, levels, unknown, full):
        self.ds, self.at, self.two, self.fields = ds, at, two, fields
        self.levels, self.unknown, self.full = levels, unknown, full
        self.count = len(set(fields.values()) | ({'declared', 'level'} if levels else set()))


def words(cells):
    return [fold_heading(c[1]) if c is not None and c[0] in 'tn' else '' for c in cells]


def match(ds, top, sub):
    """Columns of a dataset under a heading of one row (sub is None) or two."""
    names, fields, levels, own, given = HEADINGS[ds], {}, {}, 0, 0
    carried = ''
    unknown = []
    for i in range(max(len(top), len(sub or []))):
        a = top[i] if i < len(top) else ''
        b = sub[i] if sub and i < len(sub) else ''
        carried = a or carried
        if not a and not b:
            continue
        given += 1
        if ds == 'application' and b in LEVELS and names.get(carried) == 'declared':
            levels[i] = LEVELS.index(b) + 1
            own += 1
            continue
        name = names.get(b) or names.get(a)
        if name and name not in fields.values():
            fields[i] = name
            own += 1
        elif a == '序号' or b == '序号':
            pass
        elif ds == 'assessment' and any(p in (b or a) for p in PERSONS):
            pass
        else:
            unknown.append(i)
    have = set(fields.values())
    if levels:
        have |= {'level', 'declared'}
    required = [f.key for f in DATASETS[ds] if f.required]
    stand = [k for k in required if k in have]
    keys = [k for k in KEYS[ds] if not (ds == 'decision' and k == 'rule')]
    if len(stand) == len(required):
        return Heading(ds, 0, False, fields, levels, unknown, True)
    if all(k in have for k in keys) and 3 * len(stand) >= 2 * len(required) and 2 * own >= given:
        return Heading(ds, 0, False, fields, levels, unknown, False)
    return None


def recognise(rows):
    """(heading, ambiguous)"""
    best = []
    for i in range(min(30, len(rows))):
        for two in (False, True):
            if two and i + 1 >= min(30, len(rows)):
                continue
            top = words(rows[i][1])
            sub = words(rows[i + 1][1]) if two else None
            if not any(top):
                continue
            for ds in DATASETS:
                h = match(ds, top, sub)
                if h:
                    h.at, h.two = i, two
                    best.append(h)
    if not best:
        return None, False
    full = [h for h in best if h.full]
    best = full or best
    most = max(h.count for h in best)
    best = [h for h in best if h.count == most]
    if len({h.ds for h in best}) > 1:
        return None, True
    best.sort(key=lambda h: (h.two, h.at))
    return best[0], False


# ---- records --------------------------------------------------------------------------

def fill(record, cells, where, absent_column=''):
    """cells: field -> cell."""
    fields = DATASETS[record.ds]
    for f in fields:
        record.columns[f.key] = where.get(f.key, absent_column)
        try:
            value = read_cell(f, cells.get(f.key))
        except Bad as bad:
            record.bad[f.key] = str(bad)
            continue
        record.v[f.key] = value
        if value is None and f.required:
            record.bad[f.key] = 'F01'
    if record.ds == 'school' and record.v['affiliation'] == '市州属' and \
            record.v['city'] is None and 'city' not in record.bad:
        record.bad['city'] = 'F01'


def admit(inbox, source, record):
    """Files the record and counts it."""
    missing = [k for k in KEYS[record.ds] if record.v[k] is None
               and not (record.ds == 'decision' and k == 'rule' and k not in record.bad)]
    if not missing:
        same = inbox.first.get((record.ds, record.typed()))
        if same is not None:
            source.skipped += 1
            same.repeated = True
            inbox.repeats.append(record)
            return
        inbox.first[(record.ds, record.typed())] = record
        inbox.records[record.ds].append(record)
        if record.bad:
            source.held += 1
        else:
            source.accepted += 1
    else:
        source.rejected += 1
    for f in DATASETS[record.ds]:
        if f.key in record.bad:
            own = record.v.get('application_no') or ''
            inbox.findings.append(dict(
                rule=record.bad[f.key], case='',
                severity='return' if record.ds == 'application' else 'review', clause='',
                dataset=record.ds, record_key=record.key(), application_no=own,
                school_code=record.v.get('school_code') or '', source_file=source.path,
                source_sheet=source.sheet, source_row=record.row,
                source_column=record.columns[f.key], attached=record))


def read_table(inbox, source, rows):
    source.seen = len(rows)
    if not rows:
        return
    h, ambiguous = recognise(rows)
    if h is None:
        source.skipped = source.seen
        inbox.note('S03' if ambiguous else 'S02', source)
        return
    source.dataset = h.ds
    inbox.present.add(h.ds)
    last = h.at + (1 if h.two else 0)
    source.heading = rows[h.at][0]
    source.skipped += last + 1
    for i in h.unknown:
        own = i < len(rows[h.at][1]) and not is_empty(rows[h.at][1][i])
        inbox.note('S08', source, rows[h.at if own else last][0], column(i))
    sums = {}
    where = {k: column(i) for i, k in h.fields.items()}
    kinds = {f.key: f for f in DATASETS[h.ds]}
    for n, cells in rows[last + 1:]:
        filled = [c for c in cells if not is_empty(c)]
        if not filled:
            source.skipped += 1
            continue
        lead = fold_heading(str(filled[0][1]))
        if lead.startswith(FOOTERS):
            if lead.startswith(('合计', '总计')):
                check_total(inbox, source, h, n, cells, sums, kinds)
            source.skipped += 1
            continue
        for i in list(h.fields) + list(h.levels):
            f = kinds['declared' if i in h.levels else h.fields[i]]
            if f.kind in ('int', 'money') and i < len(cells):
                try:
                    sums[i] = sums.get(i, 0) + (read_cell(f, cells[i]) or 0)
                except Bad:
                    pass
        line = {k: cells[i] for i, k in h.fields.items() if i < len(cells)}
        if set(k for k, c in line.items() if not is_empty(c)) <= PREFILLED.get(h.ds, set()) \
                and (h.ds == 'decision' or not any(
                    i < len(cells) and not is_empty(cells[i]) for i in list(h.fields) +
                    list(h.levels))):
            source.skipped += 1
            continue
        if not h.levels:
            r = Record(h.ds, source, n)
            fill(r, line, where)
            admit(inbox, source, r)
            continue
        made = 0
        for i, number_ in sorted(h.levels.items()):
            if i >= len(cells) or is_empty(cells[i]):
                continue
            made += 1
            r = Record(h.ds, source, n)
            fill(r, dict(line, declared=cells[i], level=('t', LEVELS[number_ - 1])),
                 dict(where, declared=column(i), level=column(i)))
            if r.v['application_no']:
                r.v['application_no'] += '-%d' % number_
            admit(inbox, source, r)
        if not made:
            r = Record(h.ds, source, n)
            fill(r, line, where)
            r.bad.pop('level', None)
            r.columns['declared'] = column(min(h.levels))
            admit(inbox, source, r)
            made = 1
        source.seen += made - 1


def check_total(inbox, source, h, n, cells, sums, kinds):
    for i, cell in enumerate(cells):
        if is_empty(cell) or (i not in h.fields and i not in h.levels):
            continue
        f = kinds['declared' if i in h.levels else h.fields[i]]
        if f.kind not in ('int', 'money'):
            continue
        try:
            total = read_cell(f, cell)
        except Bad:
            continue
        if total != sums.get(i, 0):
            inbox.note('S07', source, n, column(i))


def read_xml(inbox, source, data):
    parser = xml.parsers.expat.ParserCreate()
    stack, records = [], []
    state = {}

    def start(name, attributes):
        stack.append(name)
        if len(stack) == 1:
            state['root'] = name
        if len(stack) == 2:
            state['record'] = (parser.CurrentLineNumber, {}, name)
            records.append(state['record'])
        state['text'] = ''

    def end(name):
        if len(stack) == 3:
            state['record'][1][name] = ('t', state['text'])
        stack.pop()

    def chars(s):
        state['text'] = state.get('text', '') + s

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = chars
    parser.Parse(data, True)
    name, root = records[0][2], state['root']
    source.dataset = name
    inbox.present.add(name)
    for i, (line, cells, _) in enumerate(records):
        source.seen += 1
        r = Record(name, source, line)
        fill(r, cells, {f.key: '/%s/%s/%s' % (root, name, f.key) for f in DATASETS[name]})
        if all(is_empty(c) for c in cells.values()):
            source.skipped += 1
            continue
        admit(inbox, source, r)


def files(root):
    found = []
    for folder, folders, names in os.walk(os.fsencode(root)):
        folders[:] = [d for d in folders if not d.startswith(b'.')]
        for name in names:
            if not name.startswith((b'.', b'~$')):
                found.append(os.path.relpath(os.path.join(folder, name), os.fsencode(root)))
    return sorted(found)


def read_inbox(root):
    inbox, known = Inbox(), {}
    for relative in files(root):
        path = os.fsdecode(relative)
        with open(os.path.join(root, path), 'rb') as f:
            data = f.read()
        sha = hashlib.sha256(data).hexdigest()
        tables = None
        kind = 'csv'
        try:
            if data.startswith(b'PK'):
                kind, tables = 'xlsx', xlsx_tables(data)
            elif data.lstrip(b'\xef\xbb\xbf \r\n\t').startswith(b'<'):
                kind = 'xml'
            elif not data:
                raise Bad('S01')
            else:
                s, _ = decode(data)
                if unclosed(s):
                    raise Bad('S01')
                tables = [('', csv_table(s))]
        except UnicodeDecodeError:
            tables, kind = None, 'S05'
        except (zipfile.BadZipFile, ET.ParseError, KeyError, Bad):
            tables, kind = None, 'S01'
        if kind in ('S01', 'S05'):
            source = Source(path)
            inbox.sources.append(source)
            inbox.note(kind, source)
            continue
        if sha in known:
            mark = len(inbox.sources)
            if kind == 'xml':
                spare, source = Inbox(), Source(path)
                read_xml(spare, source, data)
                inbox.sources.append(source)
            else:
                for name, rows in tables:
                    source = Source(path, name)
                    inbox.sources.append(source)
                    read_table(Inbox(), source, rows)
                    source.seen = len(rows)
            for source in inbox.sources[mark:]:
                source.skipped, source.accepted = source.seen, 0
                source.held = source.rejected = 0
            s04 = Source(path)
            inbox.note('S04', s04)
            continue
        known[sha] = path
        if kind == 'xml':
            source = Source(path)
            inbox.sources.append(source)
            read_xml(inbox, source, data)
        else:
            for name, rows in tables:
                source = Source(path, name)
                inbox.sources.append(source)
                read_table(inbox, source, rows)
    return inbox
