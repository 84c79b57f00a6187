"""XML and XLSX against the tools of the trade: reading with a schema, reading and writing workbooks."""
import csv
import glob
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import xml.sax.saxutils

import growth
import measure
import national
from measure import Goal

PEERS = national.PEERS
SCHEMA = os.path.join(os.path.dirname(os.path.dirname(national.HERE)), 'schemas', 'application.xsd')
XML_RECORDS = 200000
SHEET_RECORDS, SHEET_COLUMNS = 153000, 26  # as many cells as 200,000 x 20
WRITTEN = 20000  # applications with ten findings each


def applications(bench, count):
    """The first records of the national batch: dicts by heading."""
    size = max(bench.size, count)
    folder = national.make(bench.build, os.path.join(bench.work, f'national-{size}'), size)
    left = count
    for path in sorted(glob.glob(os.path.join(folder, 'inbox', '试点申报-*.csv'))):
        with open(path, encoding='utf-8', newline='') as file:
            for record in csv.DictReader(file):
                if left == 0:
                    return
                left -= 1
                yield record


def fields():
    """Of an application: (element, heading, required), in the schema's order."""
    with open(SCHEMA, encoding='utf-8') as file:
        found = re.findall(r'<xs:element name="(\w+)" type="\w+"([^>]*)>\s*<xs:annotation><xs:appinfo><onex:field heading="([^"]+)"',
                           file.read())
    return [(name, heading, 'minOccurs="0"' not in more) for name, more, heading in found]


def made(folder):
    """How many records the folder's file has, None where it is not made yet."""
    path = os.path.join(folder, 'ready')
    if not os.path.exists(path):
        return None
    with open(path, encoding='utf-8') as file:
        return int(file.read())


def end(folder, records):
    with open(os.path.join(folder, 'ready'), 'w', encoding='utf-8') as file:
        file.write(str(records))
    return records


def begin(folder):
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(os.path.join(folder, 'inbox'))
    shutil.copy('samples/2021-1/notice.xml', folder)


def read_by_onex(folder):
    """Records and their declared numbers, as onex has them."""
    db = sqlite3.connect(os.path.join(folder, 'out', 'batch.db'))
    return db.execute('SELECT count(*), sum(declared) FROM application').fetchone()


def agree(part, what, found, expected):
    if tuple(found) != tuple(expected):
        sys.exit(f'{part}: {what} has {found}, not {expected}: nothing is timed')


# ---- XML

def make_xml(bench, folder, path):
    """How many records it has."""
    if made(folder):
        return made(folder)
    begin(folder)
    elements = fields()
    records = 0
    with open(path, 'w', encoding='utf-8') as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n<applications>\n')
        for record in applications(bench, XML_RECORDS):
            cells = ''.join(f'<{name}>{xml.sax.saxutils.escape(record[heading])}</{name}>' for name, heading, _ in elements
                            if record[heading])
            file.write(f'<application>{cells}</application>\n')
            records += 1
        file.write('</applications>\n')
    return end(folder, records)


def xml_part(bench):
    """onex-ingest, which stores the rows, and xmllint, which stores nothing."""
    folder = os.path.join(bench.work, 'xml')
    path = os.path.join(folder, 'inbox', '试点申报.xml')
    records = make_xml(bench, folder, path)
    commands = {'onex-ingest': [[os.path.join(bench.build, 'onex-ingest'), '--quiet', folder]],
                'xmllint': [['xmllint', '--stream', '--noout', '--schema', SCHEMA, path]]}
    said = subprocess.run(commands['xmllint'][0], capture_output=True, text=True, check=False)
    if said.returncode:
        sys.exit('xml: ' + said.stderr[:2000])
    measure.run(commands['onex-ingest'])
    agree('xml', 'onex', read_by_onex(folder)[:1], (records,))
    if bench.runs:
        results = measure.in_turns(list(commands), bench.runs,
                                   lambda engine: measure.run(commands[engine], errors=subprocess.DEVNULL))
        bench.report.table('xml', f'{records:,} applications, {os.path.getsize(path) / 1e6:.0f} MB, with the schema', records,
                           results, 'onex-ingest', {'xmllint': [Goal('ratio', least=1)]})


# ---- XLSX

def make_workbook(bench, folder, path):
    """How many records it has."""
    if made(folder):
        return made(folder)
    begin(folder)
    wanted = [heading for _, heading, required in fields() if required][:SHEET_COLUMNS]
    numbers = {'在校生数', '参与试点学生数', '拟考证人数', '学校承担考核费人数'}
    rows = os.path.join(folder, 'rows.json')
    records = 0
    with open(rows, 'w', encoding='utf-8') as file:
        file.write(json.dumps(['试点申报', wanted], ensure_ascii=False) + '\n')
        for record in applications(bench, SHEET_RECORDS):
            cells = [int(record[h]) if h in numbers else record[h] for h in wanted]
            file.write(json.dumps(['试点申报', cells], ensure_ascii=False) + '\n')
            records += 1
    # exceljs writes shared strings, as Excel and WPS do; openpyxl writes them into the cells
    measure.run(node(bench, 'exceljs', 'write', rows, path)
                or [['/usr/bin/python3', os.path.join(PEERS, 'xlsx_peer.py'), 'write', rows, path]], bench.variables)
    os.remove(rows)
    return end(folder, records)


def node(bench, tool, *arguments):
    return [['node', os.path.join(PEERS, 'xlsx_peer.mjs'), tool, *arguments]] if bench.has_modules else None


def reading(bench):
    """A workbook of applications: onex types and stores its rows, the others hand them over and sum a column."""
    folder = os.path.join(bench.work, 'xlsx')
    path = os.path.join(folder, 'inbox', '试点申报.xlsx')
    records = make_workbook(bench, folder, path)
    written = os.path.join(bench.work, 'xlsx2csv.csv')
    commands = {'onex-ingest': [[os.path.join(bench.build, 'onex-ingest'), '--quiet', folder]],
                'xlsx2csv': [['xlsx2csv', path, written]],
                'openpyxl': [['/usr/bin/python3', os.path.join(PEERS, 'xlsx_peer.py'), 'read', path]],
                'exceljs': node(bench, 'exceljs', 'read', path), 'sheetjs': node(bench, 'sheetjs', 'read', path)}
    commands = {engine: command for engine, command in commands.items() if command}
    measure.run(commands['onex-ingest'])
    expected = read_by_onex(folder)
    agree('xlsx-read', 'onex', expected[:1], (records,))

    def check(engine, result):
        if engine == 'xlsx2csv':
            with open(written, encoding='utf-8', newline='') as file:
                found = [0, 0]
                for record in csv.DictReader(file):
                    found = [found[0] + 1, found[1] + int(record['拟考证人数'])]
            agree('xlsx-read', engine, found, expected)
        elif engine != 'onex-ingest':
            agree('xlsx-read', engine, [int(n) for n in result[3].split()[-2:]], expected)
        return result
    results = measure.in_turns(list(commands), max(bench.runs, 1),
                               lambda engine: check(engine, measure.run(commands[engine], bench.variables)))
    bench.report.table('xlsx-read', f'{records:,} x {SHEET_COLUMNS} cells, {os.path.getsize(path) / 1e6:.0f} MB', records,
                       results, 'onex-ingest', {'xlsx2csv': [Goal('ratio', least=7)], 'openpyxl': [Goal('ratio', least=12)]})


def writing(bench):
    """The review workbook with 200,000 findings. onex-report makes all reports at once; what went into this
    workbook is its own account (--profile). The others write the same cells, read from a file of JSON lines."""
    source = national.make(bench.build, os.path.join(bench.work, f'national-{WRITTEN}'), WRITTEN)
    folder = growth.spoil(source, os.path.join(bench.work, f'national-{WRITTEN}-findings-10'), 10)
    measure.run(national.stages(bench.build, folder))
    report = [os.path.join(bench.build, 'onex-report'), '--quiet', '--profile=json', folder]
    rows, written = os.path.join(bench.work, 'review.json'), os.path.join(bench.work, 'written.xlsx')
    subprocess.run(report, check=True, stderr=subprocess.DEVNULL)
    book = os.path.join(folder, 'out', 'reports', 'review.xlsx')
    measure.run([['/usr/bin/python3', os.path.join(PEERS, 'xlsx_peer.py'), 'dump', book, rows]])
    commands = {'openpyxl': [['/usr/bin/python3', os.path.join(PEERS, 'xlsx_peer.py'), 'write', rows, written]],
                'exceljs': node(bench, 'exceljs', 'write', rows, written)}
    book_seconds = []

    def run(engine):
        if engine != 'onex-report, all reports':
            return measure.run(commands[engine], bench.variables)
        said = os.path.join(bench.work, 'profile.json')
        with open(said, 'w', encoding='utf-8') as file:
            result = measure.run([report], errors=file)
        with open(said, encoding='utf-8') as file:
            parts = [p for p in json.loads(file.read().splitlines()[-1])['parts']
                     if p['name'].startswith('review/') and p['part'] in ('layout', 'sheet', 'packing', 'check')]
        book_seconds.append((sum(p['seconds'] for p in parts), result[1], sum(p['cpu'] for p in parts)))
        return result
    engines = ['onex-report, all reports', *(engine for engine, command in commands.items() if command)]
    results = measure.in_turns(engines, max(bench.runs, 1), run)
    results['onex review workbook'] = book_seconds
    with open(rows, encoding='utf-8') as file:
        count = sum(1 for line in file)
    bench.report.table('xlsx-write', f'review workbook, {count:,} rows', count, results, 'onex review workbook',
                       {'openpyxl': [Goal('ratio', least=4)], 'onex-report, all reports': [Goal('MiB', most=32)]})
    for path in (rows, written):
        os.remove(path)
