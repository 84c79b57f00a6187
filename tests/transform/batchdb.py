"""A batch.db filled by hand, for tests of the stages after ingest: the dataset tables as
schemas/batch.sql describes them, from the XSDs."""
import sqlite3
import xml.etree.ElementTree as ET

XS = '{http://www.w3.org/2001/XMLSchema}'
ONEX = '{urn:onex:schema}'
DATASETS = ['account', 'application', 'approval', 'assessment', 'certificate', 'city_review', 'complaint', 'decision',
            'fee_ceiling', 'major', 'performance', 'published', 'region', 'school']
TEXTS = {'text', 'longText', 'identifier', 'majorCode', 'creditCode', 'digest', 'rowDigest'}


def fields_of(dataset):
    """(name, type, group, dictionary, enumeration) of each field, and the title."""
    types = ET.parse('schemas/types.xsd').getroot()
    named = {t.get('name'): [e.get('value') for e in t.iter(XS + 'enumeration')] for t in types.iter(XS + 'simpleType')}
    root = ET.parse(f'schemas/{dataset}.xsd').getroot()
    title = next(root.iter(ONEX + 'dataset')).get('title')
    fields = []
    for element in root.iter(XS + 'element'):
        field = element.find(f'{XS}annotation/{XS}appinfo/{ONEX}field')
        if field is None:
            continue
        kind = element.get('type') or ''
        values = named.get(kind) or [e.get('value') for e in element.iter(XS + 'enumeration')]
        fields.append((element.get('name'), kind, field.get('group'), field.get('dictionary') == 'yes',
                       [] if kind == 'yesNo' else values))
    return title, fields


class Batch:
    def __init__(self, path):
        self.db = sqlite3.connect(path)
        self.db.executescript(open('schemas/batch.sql', encoding='utf-8').read())
        self.columns = {}
        self.terms, self.certificates, self.majors = {}, {}, {}
        self.unknown_bit = {}
        for number, dataset in enumerate(DATASETS, 1):
            self.create(number, dataset)

    def create(self, number, dataset):
        title, fields = fields_of(dataset)
        columns, typed, flags = [], [], []
        for bit, (name, kind, group, dictionary, values) in enumerate(fields):
            column = f'{group}_ref' if group else name
            if column not in columns:
                columns.append(column)
                typed.append(f'{column} {"TEXT" if kind in TEXTS and not dictionary and not group else "INTEGER"}')
            flags.append(f'"{name}_unknown" INTEGER AS (unknown >> {bit} & 1) VIRTUAL')
            self.unknown_bit[dataset, name] = 1 << bit
            for position, value in enumerate(values, 1):
                self.db.execute('INSERT INTO enumeration VALUES(?, ?, ?, ?)', (dataset, name, position, value))
        self.columns[dataset] = columns
        self.db.execute(f'CREATE TABLE {dataset}(id INTEGER PRIMARY KEY, source INTEGER, row INTEGER, record INTEGER,'
                        f' byte_offset INTEGER, unknown INTEGER NOT NULL DEFAULT 0, {", ".join(typed)},'
                        f' {", ".join(flags)})')
        self.db.execute('INSERT INTO dataset VALUES(?, ?, ?, 0)', (number, dataset, title))

    def term(self, text, folded=None):
        """folded: the folded text, by default the text itself."""
        if text is None:
            return None
        if text not in self.terms:
            folded = text if folded is None else folded
            twin = self.db.execute('SELECT MIN(id) FROM term WHERE folded_text = ?', (folded,)).fetchone()[0]
            ident = len(self.terms) + 1
            self.db.execute('INSERT INTO term VALUES(?, ?, ?, ?)', (ident, text, twin or ident, folded))
            self.terms[text] = ident
        return self.terms[text]

    def certificate_ref(self, name, issuer=None, code=None):
        key = (name, issuer, code)
        if key not in self.certificates:
            term = self.term(name)
            unit = self.db.execute('SELECT folded FROM term WHERE id = ?', (term,)).fetchone()
            self.certificates[key] = len(self.certificates) + 1
            self.db.execute('INSERT INTO certificate_ref VALUES(?, ?, ?, ?, ?)', (
                self.certificates[key], term, self.term(issuer), unit and unit[0], self.term(code)))
        return self.certificates[key]

    def major_ref(self, code, name, level):
        """The canonical ref is the first with the same digits, name and level."""
        key = (code, name, level)
        if key not in self.majors:
            ident = len(self.majors) + 1
            same = [i for (c, n, v), i in self.majors.items() if (c or '')[:6] == (code or '')[:6] and n == name and v == level]
            self.majors[key] = ident
            self.db.execute('INSERT INTO major_ref VALUES(?, ?, ?, ?, ?, ?)', (
                ident, code, self.term(name), level, int(code[:6]) if code else None, min(same + [ident])))
        return self.majors[key]

    def add(self, dataset, **values):
        """Fields not given are empty; unknown=[names] holds the record."""
        unknown = 0
        for name in values.pop('unknown', []):
            unknown |= self.unknown_bit[dataset, name]
        for name in values:
            assert name in self.columns[dataset], (dataset, name)
        names = ['unknown', *values]
        cursor = self.db.execute(f'INSERT INTO {dataset}({", ".join(names)}) VALUES({", ".join("?" * len(names))})',
                                 (unknown, *values.values()))
        self.db.execute('UPDATE dataset SET present = 1 WHERE name = ?', (dataset,))
        return cursor.lastrowid

    def source(self, file, dataset, accepted, held):
        self.db.execute("INSERT INTO source(file, sha256, bytes, sheet, sheet_position, hidden, form, dataset, encoding,"
                        " separator, reason, dropped, seen, accepted, held, rejected, skipped)"
                        " VALUES(?, '', 0, '', 1, 0, 'csv', ?, 'UTF-8', ',', '', '', ?, ?, ?, 0, 1)",
                        (file, dataset, accepted + held + 1, accepted, held))

    def notice(self, year=2021):
        self.db.execute("INSERT INTO batch VALUES(?, ?, 1, '', '', 18778, 18761, 18772, 0, 18774, 18775, 18778, 1, 800000, '')",
                        (f'{year}-1', year))

    def scenario(self, ident, factors, pool_fen=100000000, unit_fen=10000, kinds=(1, 2, 3), levels=(100, 120, 150),
                 newcomer=500000, floor=None, cap=None):
        """factors: {measure: weight in millionths}."""
        position = self.db.execute('SELECT COUNT(*) FROM scenario').fetchone()[0] + 1
        self.db.execute('INSERT INTO scenario VALUES(?, ?, ?, ?, ?, ?, ?, ?)', (
            ident, position, f'方案{position}', pool_fen, unit_fen, newcomer, floor, cap))
        for place, (measure, weight) in enumerate(factors.items(), 1):
            self.db.execute('INSERT INTO scenario_factor VALUES(?, ?, ?, ?)', (ident, measure, place, weight))
        for level, coefficient in enumerate(levels, 1):
            self.db.execute('INSERT INTO scenario_level VALUES(?, ?, ?)', (ident, level, coefficient))
        for kind in kinds:
            self.db.execute('INSERT INTO scenario_kind VALUES(?, ?)', (ident, kind))

    def close(self):
        self.db.execute("""INSERT OR REPLACE INTO assessment_group
            SELECT school_code, certificate_ref, level, CAST(strftime('%Y', exam_date * 86400, 'unixepoch') AS INTEGER),
                   count(*), count(CASE WHEN result <= 2 THEN 1 END), count(CASE WHEN result = 1 THEN 1 END), min(id)
            FROM assessment WHERE school_code IS NOT NULL AND level IS NOT NULL AND exam_date IS NOT NULL
            GROUP BY 1, 2, 3, 4""")
        self.db.commit()
        self.db.close()
