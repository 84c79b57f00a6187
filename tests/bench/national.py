"""The national batch against other engines: the same files, the same work.

Every engine reads the same files into typed rows and does what peers/checks.sql says in
SQL: all rules with their findings stored, outcomes, counts and an allocation. Before
anything is timed every engine's answers are compared; one that disagrees ends the run."""
import csv
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys

import measure
from measure import Goal

HERE = os.path.dirname(os.path.abspath(__file__))
PEERS = os.path.join(HERE, 'peers')
CHECKS = os.path.join(PEERS, 'checks.sql')
GOALS = {'onex': [Goal('MiB', most=160)], 'onex-gb18030': [Goal('ratio', most=1.15)],
         'duckdb-disk': [Goal('ratio', least=3)], 'duckdb-disk-tuned': [Goal('ratio', least=3)],
         'duckdb-memory-tuned': [Goal('ratio', least=2)], 'polars': [Goal('ratio', least=1.7)],
         'sqlite': [Goal('ratio', least=10)], 'pandas': [Goal('ratio', least=10)]}


# Lines added to the generated batch, so that every rule that engines compare finds something; a line of the file
# is taken as it is but for the columns named. The assessments are of the first record that was passed.
ADDED = {
    '执行情况.csv': [{'年度': '2018', '考核费是否结清': '否'}],  # R16, R48
    '平台注册.csv': [{'注册账号': 'YL90000001'}, {'注册账号': 'YL90000002', '学校标识码': '4299900007'}],  # R31a, R31b, R31a
    '考核记录.csv': [
        {'报名号': 'BM90000001'},  # R17: the certificate number of another
        {'报名号': 'BM90000002', '考核日期': '2018-03-01', '证书编号': 'ZS90000002'},
        {'报名号': 'BM90000003', '考核日期': '2019-03-01', '证书编号': 'ZS90000003'},  # R18
        {'报名号': 'BM90000004', '结果': '未通过', '证书编号': ''},  # a retake
        {'报名号': 'BM90000004', '考核日期': '2020-12-30', '证书编号': 'ZS90000004'},
        {'报名号': 'BM90000005', '证书编号': 'ZS90000005'},  # R49: one more after having passed
        {'报名号': 'BM90000005', '考核日期': '2020-12-30', '证书编号': 'ZS90000006'},
        {'报名号': 'BM90000006', '结果': '缺考', '证书编号': ''},  # R49: in two schools
        {'报名号': 'BM90000006', '学校标识码': '4299900001', '考核日期': '2020-12-30', '证书编号': 'ZS90000007'},
        {'报名号': 'BM90000007', '证书编号': ''},  # R49: passed without number, and the other way round
        {'报名号': 'BM90000008', '结果': '未通过', '证书编号': 'ZS90000008'},
        {'报名号': 'BM90000009', '考核日期': '2021-06-01', '证书编号': 'ZS90000009'}]}  # R49: after the day of judgement


def add_lines(inbox, encoding):
    for name, changes in ADDED.items():
        with open(os.path.join(inbox, name), encoding=encoding, newline='') as file:
            rows = csv.DictReader(file)
            model = next(row for row in rows if row.get('结果', '通过') == '通过')
        with open(os.path.join(inbox, name), 'a', encoding=encoding, newline='') as file:
            csv.DictWriter(file, rows.fieldnames, lineterminator='\n').writerows({**model, **change} for change in changes)


def make(build, folder, size, gb18030=False):
    """A national batch in `folder`, once. Taken out of it are records with unreadable cells and repeated
    ones: tools read damaged cells each in its own way, and this compares speed."""
    if os.path.exists(os.path.join(folder, 'ready')):
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([os.path.join(build, 'generate'), '--to', folder, '--size', str(size), *(['--gb18030'] if gb18030 else [])],
                   check=True, stdout=subprocess.DEVNULL)
    subprocess.run([os.path.join(build, 'onex-ingest'), '--quiet', folder], check=True)
    db = sqlite3.connect(os.path.join(folder, 'out', 'batch.db'))
    lines = {}
    for file, row in db.execute("""SELECT s.file, i.row FROM ingest_finding i JOIN source s ON s.id = i.source
                                   WHERE i.row IS NOT NULL
                                   UNION SELECT s.file, r.row FROM repetition r JOIN source s ON s.id = r.source"""):
        lines.setdefault(file, set()).add(row)
    db.close()
    for file, numbers in lines.items():
        path = os.path.join(folder, 'inbox', file)
        with open(path, 'rb') as old, open(path + '.new', 'wb') as new:
            new.writelines(line for number, line in enumerate(old, 1) if number not in numbers)
        os.replace(path + '.new', path)
    add_lines(os.path.join(folder, 'inbox'), 'gb18030' if gb18030 else 'utf-8')
    open(os.path.join(folder, 'ready'), 'w').close()
    return folder


def stages(build, folder):
    return [[os.path.join(build, 'onex-' + stage), '--quiet', folder] for stage in ('ingest', 'validate', 'transform')]


class National:
    def __init__(self, build, work, size):
        self.build, self.work, self.size = build, work, size
        self.modules = os.path.join(work, 'modules')
        self.utf8 = os.path.join(work, f'national-{size}')
        self.gb18030 = self.utf8 + '-gb18030'

    def commands(self, engine):
        """A list of commands, run one after the other."""
        inbox = os.path.join(self.utf8, 'inbox')
        database = os.path.join(self.work, engine + '.db')
        if engine in ('onex', 'onex-gb18030'):
            return stages(self.build, self.utf8 if engine == 'onex' else self.gb18030)
        if engine.startswith('duckdb'):
            return [['node', os.path.join(PEERS, 'duckdb.mjs'), inbox, CHECKS,
                     ':memory:' if 'memory' in engine else database, *(['tuned'] if 'tuned' in engine else [])]]
        if engine == 'polars':
            return [['node', os.path.join(PEERS, 'polars.mjs'), inbox]]
        if engine == 'pandas':
            return [['/usr/bin/python3', os.path.join(PEERS, 'pandas_peer.py'), inbox]]
        return [['sh', os.path.join(PEERS, 'sqlite.sh'), inbox, CHECKS, database]]

    def clean(self, engine):
        """What a run of before left."""
        if engine in ('onex', 'onex-gb18030'):
            shutil.rmtree(os.path.join(self.utf8 if engine == 'onex' else self.gb18030, 'out'), ignore_errors=True)
        for end in ('.db', '.db.wal'):
            if os.path.exists(os.path.join(self.work, engine + end)):
                os.remove(os.path.join(self.work, engine + end))

    def run(self, engine):
        self.clean(engine)
        return measure.run(self.commands(engine), {'BENCH_MODULES': self.modules})

    # ---- what each found

    def answers(self, engine, printed):
        if engine in ('onex', 'onex-gb18030'):
            return self.answers_of_onex(self.utf8 if engine == 'onex' else self.gb18030)
        if engine == 'sqlite':
            return {k: int(float(v)) for k, v in re.findall(r'^(\w+)=(\S+)$', printed, re.M)}
        return json.loads(printed.strip().splitlines()[-1])

    @staticmethod
    def answers_of_onex(folder):
        """What checks.sql answers at its end, from the tables that onex leaves."""
        db = sqlite3.connect(os.path.join(folder, 'out', 'batch.db'))
        result = {rule + case: n for rule, case, n in db.execute('SELECT rule, rule_case, count(*) FROM finding GROUP BY 1, 2')}
        result.update(db.execute('SELECT outcome, count(*) FROM outcome GROUP BY 1'))
        with open(CHECKS, encoding='utf-8') as text:
            sums = re.findall(r"^INSERT INTO answer SELECT '(\w+_count)', (sum\([^;]*);", text.read(), re.M)
        for name, expression in sums:
            result[name] = db.execute('SELECT ' + expression).fetchone()[0]
        result['allocation'] = db.execute("""SELECT sum(amount_fen / 10000 * (1 + school_code % 1009)) FROM allocation
                                             WHERE run = 'base-provisional'""").fetchone()[0]
        return result

    def compare(self, engines):
        """Once each, onex first; `engines` are the others."""
        expected, same = None, True
        for engine in ['onex', *engines]:
            seconds, peak, processor, printed = self.run(engine)
            found = self.answers(engine, printed)
            expected = expected or found
            print(f'national: {engine} in {seconds:.1f} s, {processor:.1f} of the processor, {peak / 1024:.0f} MiB', flush=True)
            for name in sorted(expected | found):
                if found.get(name) != expected.get(name):
                    same = False
                    print(f'{engine} disagrees: {name} is {found.get(name)}, onex has {expected.get(name)}', file=sys.stderr)
        if not same:
            sys.exit('the engines disagree: nothing is timed')
        print(f'national: all engines agree on {len(expected)} numbers', flush=True)


def part(bench):
    national = National(bench.build, bench.work, bench.size)
    chosen = [engine for engine in bench.engines or GOALS if bench.has_modules or not engine.startswith(('duckdb', 'polars'))]
    make(bench.build, national.utf8, bench.size)
    if 'onex-gb18030' in chosen:
        make(bench.build, national.gb18030, bench.size, True)
    national.compare([engine for engine in chosen if engine != 'onex'])
    if bench.runs:
        results = measure.in_turns(['onex', *chosen], bench.runs, national.run)
        bench.report.table('national', f'{bench.size:,} applications, rows kept; the same rules, outcomes and counts', bench.size,
                           results, 'onex', GOALS)
    for engine in chosen:
        national.clean(engine)
