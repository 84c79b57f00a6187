#!/usr/bin/env python3
"""Counts, measures and allocations of a batch filled at random (seeded), recomputed here
in Python from the same records; scenarios that must be refused; totals that disagree."""
import collections
import datetime
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from fractions import Fraction

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from batchdb import Batch  # noqa: E402

PROGRAM = os.path.join(os.environ.get('B', 'build'), 'onex-transform')
KINDS = ['', '高职高专', '职业本科', '中职', '应用型本科', '普通本科', '技工学校']
LEVELS = ['', '初级', '中级', '高级']
OUTCOMES = ['建议通过', '通过', '退回', '不符合', '待研判']
FIVE = {'progress': 200000, 'training': 200000, 'examination': 200000, 'scale': 250000, 'level': 150000}
os.environ.setdefault('ONEX_HOME', os.getcwd())
count = 0
failed = 0


def ok(condition, what, detail=''):
    global count, failed
    count += 1
    failed += not condition
    print(f'{"ok" if condition else "not ok"} {count} - {what}')
    if not condition and detail:
        print('#', str(detail)[:2000].replace('\n', '\n# '))


def same(found, expected, what):
    found, expected = sorted(map(repr, found)), sorted(map(repr, expected))
    extra = [r for r in found if r not in expected][:3]
    missing = [r for r in expected if r not in found][:3]
    ok(found == expected, what, f'only found: {extra}\nonly expected: {missing}')


def run(folder, *options):
    return subprocess.run([PROGRAM, '-o', folder, *options, '--', folder], capture_output=True, text=True,
                          env={**os.environ, 'LC_ALL': 'C.UTF-8'})


def day(year, month, date):
    return (datetime.date(year, month, date) - datetime.date(1970, 1, 1)).days


# ---- a province in small ----

def fill(path, choice, assessments=True):
    """Returns the records as plain tuples: what the recount works on."""
    batch = Batch(path)
    batch.notice()
    world = collections.defaultdict(list)
    for code, name in [(420100, '武汉市'), (420500, '宜昌市')]:
        batch.add('region', region_code=code, region_name=batch.term(name))
    paths = {}
    for i in range(24):
        code, kind = 4142010000 + i, i % 6 + 1
        batch.add('school', school_code=code, school_name=batch.term(f'第{i}学校'), school_kind=kind, affiliation=1,
                  location_region=420100)
        way = choice.choice(['city', 'direct']) if kind == 3 else 'province'
        unit = choice.choice([420100, 420500, 429021]) if way == 'city' else None
        batch.db.execute('INSERT INTO school_path VALUES(?, ?, ?, ?, ?)', (code, i + 1, kind, way, unit))
        paths[code] = (f'第{i}学校', kind, way, unit)
    certificates = []
    for i in range(8):
        ref = batch.certificate_ref(f'证书{i}', '甲公司', f'C{i}')
        certificates.append((ref, f'C{i}', f'证书{i}'))
        for level in range(1, 4):
            batch.add('certificate', certificate_code=batch.term(f'C{i}'), certificate_ref=ref, release_batch=i % 4 + 1,
                      level=level)
    certificates.append((batch.certificate_ref('无此证书', '甲公司'), '', '无此证书'))
    certificates.append((batch.certificate_ref('无此证书', '乙公司'), '', '无此证书'))
    batch.term('（）', '')
    certificates.append((batch.certificate_ref('（）', '甲公司'), '', ''))
    certificates.append((batch.certificate_ref(None), '', ''))
    majors = [(batch.major_ref('510201', '林业技术', 1), ('510201', '林业技术', '高职专科')),
              (batch.major_ref('510201K', '林业技术', 1), ('510201', '林业技术', '高职专科')),
              (batch.major_ref('090100', '林业技术', 3), ('090100', '林业技术', '中职')),
              (batch.major_ref(None, None, None), ('', '', ''))]
    for i in range(600):
        school = choice.choice([None, 4199999999, *paths, *paths])
        ref, code, name = choice.choice(certificates)
        major, major_text = choice.choice(majors)
        level = choice.choice([1, 1, 2, 3, None])
        declared = choice.choice([None, 0, *range(1, 200)])
        outcome = choice.choice(OUTCOMES if level and declared else ['退回', '不符合'])
        review = choice.choice([None, declared])
        approved = choice.randrange(declared + 1) if outcome == '通过' else None
        shown = None if i % 7 == 0 else batch.term(f'自报名{i}')
        ident = batch.add('application', application_no=f'SB{i}', school_code=school, school_name=shown,
                          certificate_ref=ref, level=level, major_ref=major, declared=declared,
                          unknown=['level'] if level is None else [])
        batch.db.execute('INSERT INTO outcome VALUES(?, ?, ?, ?, ?, NULL)', (ident, outcome, declared, review, approved))
        world['application'].append((ident, school, f'自报名{i}' if shown else None, code, name, level, major_text, outcome,
                                     declared or 0, review or 0, approved or 0))
    held = sum(1 for a in world['application'] if a[5] is None)
    batch.source('a.csv', 'application', 600 - held, held)
    for code in list(paths)[:20]:
        for year in (2019, 2020, 2021):
            heads = choice.choice([0, 50, 300])
            batch.add('approval', school_code=code, certificate_ref=certificates[0][0], year=year, approved_before=heads)
            world['approval'].append((code, year, heads))
            for level in (1, 2):
                trained, examined = choice.randrange(200), choice.choice([None, 0, 70])
                batch.add('performance', year=year, school_code=code, certificate_ref=certificates[0][0], level=level,
                          trained=trained, examined=examined, unknown=['examined'] if examined is None else [])
                world['performance'].append((code, year, trained, examined))
    if assessments:
        fill_assessments(batch, world, choice, paths, certificates)
    world['paths'] = paths
    world['regions'] = {420100: '武汉市', 420500: '宜昌市'}
    return batch, world


def fill_assessments(batch, world, choice, paths, certificates):
    first = {}
    days = [day(1996, 12, 31), day(2019, 12, 31), day(2020, 1, 1), day(2020, 12, 31), day(2021, 1, 1), day(2020, 6, 1)]
    shared = []
    for i in range(2500):
        number = f'BM{choice.randrange(1800)}'
        school = choice.choice([*paths, None])
        ref, code, name = choice.choice(certificates[:2] + certificates[-1:])
        level, date, result = choice.choice([1, 2, None]), choice.choice(days), choice.choice([1, 2, 3, None])
        if i % 3 == 0 and shared:      # a retake, often within the year
            number, school, ref, name, level = choice.choice(shared)
        ident = batch.add('assessment', registration_no=number, school_code=school, certificate_ref=ref, level=level,
                          exam_date=date, result=result, unknown=['certificate_name'] if name == '' else [])
        shared.append((number, school, ref, name, level))
        first.setdefault(number, []).append(ident)
        world['assessment'].append((number, school, name, level, date, result))
    for members in first.values():
        if len(members) > 1:
            batch.db.executemany("INSERT INTO assessment_twin VALUES('registration', ?, ?)",
                                 [(m, members[0]) for m in members])


# ---- the recount ----

def numbers(rows):
    """applications, five outcomes, three numbers."""
    by = collections.Counter(r[7] for r in rows)
    return (len(rows), *(by[o] for o in OUTCOMES), *(sum(r[i] for r in rows) for i in (8, 9, 10)))


def levels(rows):
    return tuple(sum(r[10] for r in rows if r[5] == level) for level in (1, 2, 3))


def groups(rows, key):
    made = collections.defaultdict(list)
    for row in rows:
        made[key(row)].append(row)
    return made


def unit_of(world, code):
    if code not in world['paths']:
        return ''
    _, _, way, unit = world['paths'][code]
    return str(unit) if way == 'city' else 'province'


def check_counts(db, world):
    rows = world['application']
    expected = []
    for code, own in groups(rows, lambda r: r[1]).items():
        name, kind, _, _ = world['paths'].get(code, (next((r[2] for r in own if r[2]), ''), 0, '', None))
        n = numbers(own)
        expected.append(('' if code is None else f'{code:010}', '' if code is None else name, KINDS[kind],
                         unit_of(world, code), *n[:6], len({r[3:5] for r in own}), *n[6:], *levels(own)))
    same(db.execute('SELECT * FROM school_count'), expected, 'school_count is the recount')
    expected = []
    for unit, own in groups(rows, lambda r: unit_of(world, r[1])).items():
        name = {'': '', 'province': '省直报'}.get(unit) if unit in ('', 'province') else world['regions'].get(int(unit), '')
        n = numbers(own)
        expected.append((unit, name, len({r[1] for r in own}), *n[:6], len({r[3:5] for r in own}), *n[6:], *levels(own)))
    same(db.execute('SELECT * FROM region_count'), expected, 'region_count is the recount')
    release = {f'C{i}': i % 4 + 1 for i in range(8)}
    same(db.execute('SELECT * FROM certificate_count'),
         [(code, name, release.get(code), LEVELS[level or 0], len({r[1] for r in own}), *numbers(own))
          for (code, name, level), own in groups(rows, lambda r: r[3:6]).items()], 'certificate_count is the recount')
    same(db.execute('SELECT * FROM release_count'),
         [(batch, len({r[1] for r in own}), *numbers(own))
          for batch, own in groups(rows, lambda r: release.get(r[3], 0)).items()], 'release_count is the recount')
    same(db.execute('SELECT * FROM kind_count'),
         [(kind, len({r[1] for r in own}), *numbers(own))
          for kind, own in groups(rows, lambda r: KINDS[world['paths'].get(r[1], ('', 0))[1]]).items()],
         'kind_count is the recount')
    same(db.execute('SELECT * FROM major_count'),
         [(*major, len({r[1] for r in own}), *numbers(own)) for major, own in groups(rows, lambda r: r[6]).items()],
         'major_count is the recount')


def history(world):
    trained, examined, approved = collections.Counter(), collections.Counter(), collections.Counter()
    for code, year, heads in world['approval']:
        approved[code] += heads if year < 2021 else 0
    for code, year, heads, tested in world['performance']:
        trained[code] += heads if year < 2021 else 0
        if not world['assessment']:
            examined[code] += (tested or 0) if year < 2021 else 0
    seen = set()
    for number, school, name, level, date, result in world['assessment']:
        year = (datetime.date(1970, 1, 1) + datetime.timedelta(date)).year
        if result in (1, 2) and school and name and level and year < 2021:
            seen.add((number, school, name, level, year))
    for _, school, _, _, _ in seen:
        examined[school] += 1
    return trained, examined, approved


def expected_x(world, kinds, basis):
    takes = {'通过': 10, **({'建议通过': 8} if basis == 'provisional' else {})}
    mine = groups([r for r in world['application'] if r[7] in takes and world['paths'].get(r[1], ('', 0))[1] in kinds],
                  lambda r: r[1])
    trained, examined, approved = history(world)
    coefficient = {1: 100, 2: 120, 3: 150}
    return {school: {
        'progress': min(1000000, examined[school] * 1000000 // approved[school]) if approved[school] else 500000,
        'training': trained[school], 'examination': examined[school],
        'scale': sum(r[takes[r[7]]] for r in own),
        'level': sum(r[takes[r[7]]] * coefficient[r[5]] for r in own)} for school, own in mine.items()}


def split(units, weights):
    """{key: weight} -> {key: units} by largest remainder, in fractions."""
    whole = sum(weights.values())
    quota = {k: Fraction(units * w, whole) for k, w in weights.items()}
    given = {k: q.numerator // q.denominator for k, q in quota.items()}
    order = sorted(weights, key=lambda k: (given[k] - quota[k], k))
    for k in order[:units - sum(given.values())]:
        given[k] += 1
    return given, quota


def check_run(db, world, name, kinds, basis):
    x = expected_x(world, kinds, basis)
    same(db.execute('SELECT school_code, factor, x FROM allocation WHERE run = ?', (name,)),
         [(s, f, v) for s, own in x.items() for f, v in own.items()], f'{name}: x of each school and factor')
    pools, _ = split(10000, FIVE)
    amounts, derived, totals = [], [], collections.Counter()
    for factor in FIVE:
        weights = {s: own[factor] for s, own in x.items()}
        given, quota = split(pools[factor], weights)
        whole = sum(weights.values())
        for school, units in given.items():
            down = quota[school].numerator // quota[school].denominator
            amounts.append((school, factor, units * 10000))
            derived.append((school, factor, down, str((quota[school] - down) * whole), units - down))
            totals[school] += units * 10000
    same(db.execute('SELECT school_code, factor, amount_fen FROM allocation WHERE run = ?', (name,)), amounts,
         f'{name}: the amounts')
    same(db.execute('SELECT school_code, factor, quota_units, remainder, extra FROM allocation WHERE run = ?', (name,)),
         derived, f'{name}: quota, remainder and unit given')
    same(db.execute('SELECT school_code, uncapped_fen, adjusted_fen, bound, amount_fen FROM allocation_total'
                    ' WHERE run = ?', (name,)), [(s, t, 0, '', t) for s, t in totals.items()], f'{name}: the totals')
    ok(sum(totals.values()) == 100000000, f'{name}: the totals are the pool')
    ranks = db.execute('SELECT factor, group_concat(rank) FROM (SELECT factor, rank FROM allocation WHERE run = ?'
                       ' ORDER BY factor, rank) GROUP BY factor', (name,)).fetchall()
    ok(all(r == ','.join(str(i + 1) for i in range(len(x))) for _, r in ranks), f'{name}: ranks run from 1')


def test_batch(folder, seed, assessments):
    path = os.path.join(folder, 'batch.db')
    batch, world = fill(path, random.Random(seed), assessments)
    batch.scenario('base', FIVE)
    batch.scenario('wide', FIVE, kinds=(1, 2, 3, 4, 5))
    batch.close()
    done = run(folder)
    words = 'with assessment records' if assessments else 'without assessment records'
    ok(done.returncode == 0, f'a batch {words} is counted', done.stderr)
    db = sqlite3.connect(path)
    check_counts(db, world)
    for name, kinds in (('base', (1, 2, 3)), ('wide', (1, 2, 3, 4, 5))):
        check_run(db, world, name, kinds, 'final')
        check_run(db, world, name + '-provisional', kinds, 'provisional')
    words = ' '.join(db.execute("SELECT group_concat(title || ' ' || left_name || ' ' || right_name, ' ') FROM crosscheck").fetchone())
    ok('接收＋暂存＋拒收＋跳过' in words and not [other for other in ('采用', '暂挂', '件数') if other in words],
       'the crosschecks name the numbers as the headings of 数据来源 and 院校统计 do', words)
    checks = db.execute('SELECT COUNT(*), SUM(left_value = right_value) FROM crosscheck').fetchone()
    ok(checks[0] > 50 and checks[0] == checks[1], 'all totals agree', checks)
    return path, db


def test_again(folder, path, db):
    tables = ['school_count', 'certificate_count', 'region_count', 'kind_count', 'release_count', 'major_count',
              'crosscheck', 'scenario_run', 'factor_pool', 'allocation', 'allocation_total']
    before = {t: db.execute(f'SELECT * FROM {t}').fetchall() for t in tables}
    db.close()
    done = run(folder, '--quiet')
    db = sqlite3.connect(path)
    ok(done.returncode == 0 and done.stdout == '' and done.stderr == '', 'a second run, quiet', done.stderr)
    ok(before == {t: db.execute(f'SELECT * FROM {t}').fetchall() for t in tables}, 'a second run gives the same rows')
    return db


def test_stock_shell(path, db):
    """What an auditor gets from the files with sqlite3 alone."""
    for table, file in (('school_count', 'school'), ('certificate_count', 'certificate'), ('region_count', 'region'),
                        ('kind_count', 'kind'), ('release_count', 'release'), ('major_count', 'major')):
        sql = open(f'transform/counts/{file}.sql', encoding='utf-8').read()
        same(db.execute(sql), db.execute(f'SELECT * FROM {table}'), f'counts/{file}.sql alone gives {table}')
    for measure in FIVE:
        sql = open(f'transform/measures/{measure}.sql', encoding='utf-8').read()
        x = dict(db.execute(sql, {'scenario': 'base', 'basis': 'final'}).fetchall())
        rows = db.execute("SELECT school_code, x FROM allocation WHERE run = 'base' AND factor = ?", (measure,)).fetchall()
        ok(all(x.get(s, 0) == v for s, v in rows), f'measures/{measure}.sql alone gives its x')


def test_two_threads(folder):
    """Enough rows to be scanned in halves on two threads; SQLite groups them itself in the
    views, which the stock shell reads."""
    path = os.path.join(folder, 'batch.db')
    batch, _ = fill(path, random.Random(9))
    batch.scenario('base', FIVE)
    batch.db.execute("""
        WITH RECURSIVE n(i) AS (SELECT 1001 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)
        INSERT INTO application(id, application_no, school_code, school_name, certificate_ref, level, major_ref, declared)
        SELECT i, 'SX' || i, 4142010000 + i * 7919 % 26, 1, 1 + i * 104729 % 12, 1 + i * 31 % 3, 1 + i * 13 % 4, i % 50 FROM n""")
    batch.db.execute("""
        INSERT INTO outcome SELECT id, CASE id * 17 % 5 WHEN 0 THEN '通过' WHEN 1 THEN '建议通过' WHEN 2 THEN '退回'
                                                        WHEN 3 THEN '不符合' ELSE '待研判' END,
                                   declared, NULL, CASE WHEN id * 17 % 5 = 0 THEN declared END, NULL
        FROM application WHERE id > 1000""")
    batch.db.execute("""
        WITH RECURSIVE n(i) AS (SELECT 3001 UNION ALL SELECT i + 1 FROM n WHERE i < 120000)
        INSERT INTO assessment(id, registration_no, school_code, certificate_ref, level, exam_date, result)
        SELECT i, 'BX' || i, 4142010000 + i * 7919 % 26, 1 + i % 8, 1 + i % 3, 18000 + i % 1000, 1 + i % 3 FROM n""")
    batch.source('b.csv', 'application', 59000, 0)
    batch.close()
    done = run(folder)
    ok(done.returncode == 0, 'a batch large enough for two threads', done.stderr)
    test_stock_shell(path, sqlite3.connect(path))


# ---- refusals and bounds ----

def small(path):
    """Two schools: 10 and 30 approved; one of them in a level the other has not."""
    batch = Batch(path)
    batch.notice()
    ref = batch.certificate_ref('证书', '甲公司', 'C')
    major = batch.major_ref('510201', '林业技术', 1)
    for i, heads in enumerate((10, 30, 5)):
        batch.add('school', school_code=4142010000 + i, school_name=batch.term(f'第{i}学校'), school_kind=1)
        batch.db.execute('INSERT INTO school_path VALUES(?, ?, 1, ?, NULL)', (4142010000 + i, i + 1, 'province'))
        ident = batch.add('application', application_no=f'SB{i}', school_code=4142010000 + i, certificate_ref=ref, level=1,
                          major_ref=major, declared=heads)
        batch.db.execute('INSERT INTO outcome VALUES(?, ?, ?, NULL, ?, NULL)',
                         (ident, '通过' if heads > 5 else '退回', heads, heads if heads > 5 else None))
    batch.source('a.csv', 'application', 3, 0)
    return batch


def test_refusals(folder):
    path = os.path.join(folder, 'batch.db')
    batch = small(path)
    scale = {'scale': 1000000}
    batch.scenario('good', scale)
    batch.scenario('weights', {'scale': 999900})
    batch.scenario('pool', scale, pool_fen=100000001)
    batch.scenario('negative', scale, pool_fen=-10000)
    batch.scenario('unit', scale, unit_fen=0)
    batch.scenario('floor', scale, floor=60000000)
    batch.scenario('cap', scale, cap=40000000)
    batch.scenario('crossed', scale, floor=50000000, cap=40000000)
    batch.scenario('uneven', scale, floor=5)
    batch.scenario('nodata', {'scale': 500000, 'training': 500000})
    batch.scenario('noprogress', {'progress': 1000000})
    batch.scenario('measure', {'scale': 500000, 'finance': 500000})
    batch.scenario('kinds', scale, kinds=(3,))
    batch.scenario('zero', scale, pool_fen=0)
    batch.scenario('huge', scale, pool_fen=10 ** 14, unit_fen=1)
    batch.scenario('zeros', {'level': 1000000}, levels=(0, 100, 100))
    batch.scenario('bounded', scale, floor=30000000, cap=70000000)
    batch.close()
    done = run(folder)
    ok(done.returncode == 0, 'refused scenarios do not stop the run', done.stderr)
    ok('floor: ' in done.stderr and 'good' not in done.stderr, 'the refused ones are named with their reasons', done.stderr)
    db = sqlite3.connect(path)
    words = {'weights': '权重', 'pool': '整数倍', 'negative': '负', 'unit': '分配单位', 'floor': '保底', 'cap': '封顶',
             'crossed': '保底数高于封顶数', 'uneven': '整数倍', 'nodata': '没有任何数据', 'noprogress': '没有任何数据',
             'measure': 'finance', 'kinds': '没有符合条件的学校', 'zeros': '没有任何数据'}
    for name, word in words.items():
        reason = db.execute('SELECT refused FROM scenario_run WHERE run = ?', (name,)).fetchone()[0]
        rows = sum(db.execute(f'SELECT COUNT(*) FROM {t} WHERE run LIKE ?', (name + '%',)).fetchone()[0]
                   for t in ('factor_pool', 'allocation', 'allocation_total'))
        ok(reason and word in reason and rows == 0, f'refused, without rows: {name}', (reason, rows))

    def totals(name):
        return db.execute('SELECT amount_fen, adjusted_fen, bound FROM allocation_total WHERE run = ? ORDER BY school_code',
                          (name,)).fetchall()
    ok(totals('good') == [(25000000, 0, ''), (75000000, 0, '')], '10 and 30 heads share 1:3', totals('good'))
    ok(totals('zero') == [(0, 0, ''), (0, 0, '')], 'a pool of 0 gives 0 to each', totals('zero'))
    ok(totals('huge') == [(25 * 10 ** 12, 0, ''), (75 * 10 ** 12, 0, '')], 'a pool of 10^14 fen', totals('huge'))
    ok(totals('bounded') == [(30000000, 5000000, 'floor'), (70000000, -5000000, '')], 'a floor gives and takes',
       totals('bounded'))
    ok(db.execute("SELECT schools, refused FROM scenario_run WHERE run = 'good'").fetchone() == (2, None),
       'a school without 通过 takes no part')


def test_failures(folder):
    path = os.path.join(folder, 'batch.db')
    ok(run(folder).returncode == 3, 'no batch.db: exit 3')
    ok(subprocess.run([PROGRAM], capture_output=True).returncode == 2, 'no batch named: exit 2')
    ok(subprocess.run([PROGRAM, '--nonsense', folder], capture_output=True).returncode == 2, 'unknown option: exit 2')
    ok(subprocess.run([PROGRAM, '--version'], capture_output=True).stdout.startswith(b'onex-transform '), '--version')
    batch = small(path)
    batch.db.execute('DELETE FROM outcome')
    batch.close()
    ok(run(folder).returncode == 3, 'not validated: exit 3')
    os.remove(path)
    batch = small(path)
    batch.source('b.csv', 'application', 1, 0)
    batch.close()
    done = run(folder)
    ok(done.returncode == 5 and '申报条数与来源' in done.stderr, 'totals that disagree: exit 5', done.stderr)
    os.remove(path)
    batch = small(path)
    batch.scenario('a', {'scale': 1000000})
    batch.scenario('a-provisional', {'scale': 1000000})
    batch.close()
    ok(run(folder).returncode == 3, "a scenario named like another's provisional run: exit 3")


def test_cage(folder):
    """A measure that reaches further than its header says is stopped and named."""
    home = os.path.join(folder, 'home')
    os.mkdir(home)
    shutil.copytree('transform', os.path.join(home, 'transform'), ignore=shutil.ignore_patterns('*.c', '*.h'))
    bad = os.path.join(home, 'transform', 'measures', 'bad.sql')
    selects = {'a table it does not name': 'SELECT school_code, declared AS x FROM application',
               'chance': 'SELECT school_code, abs(random()) % 10 AS x FROM granted',
               'a write': "DELETE FROM outcome", 'two statements': 'SELECT 1, 1; SELECT 2, 2',
               'a parameter nobody knows': 'SELECT school_code, :x AS x FROM granted',
               'a school twice': 'SELECT school_code, 1 AS x FROM granted UNION ALL SELECT school_code, 2 FROM granted'}
    for number, (what, select) in enumerate(selects.items()):
        path = os.path.join(folder, str(number))
        os.mkdir(path)
        batch = small(os.path.join(path, 'batch.db'))
        batch.scenario('base', {'bad': 1000000})
        batch.close()
        with open(bad, 'w', encoding='utf-8') as file:
            file.write(f'-- measure: bad\n-- title: 坏\n-- reads: granted\n{select}\n')
        done = subprocess.run([PROGRAM, '-o', path, path], capture_output=True, text=True,
                              env={**os.environ, 'ONEX_HOME': home})
        ok(done.returncode == 3 and 'bad.sql' in done.stderr, f'caged: {what}', done.stderr)


def test_new_factor(folder):
    """Finance adds a factor: one file, and its name in the notice."""
    home = os.path.join(folder, 'home')
    os.mkdir(home)
    shutil.copytree('transform', os.path.join(home, 'transform'), ignore=shutil.ignore_patterns('*.c', '*.h'))
    with open(os.path.join(home, 'transform', 'measures', 'enrolment.sql'), 'w', encoding='utf-8') as file:
        file.write('-- measure: enrolment\n-- title: 在校规模\n-- unit: 人\n-- reads: application\n'
                   'SELECT school_code, SUM(enrolled) AS x FROM application GROUP BY school_code\n')
    batch = small(os.path.join(folder, 'batch.db'))
    batch.db.execute('UPDATE application SET enrolled = 100 * id')
    batch.scenario('base', {'enrolment': 1000000})
    batch.scenario('mixed', {'enrolment': 333300, 'scale': 666700}, pool_fen=70000)
    batch.close()
    done = subprocess.run([PROGRAM, '-o', folder, folder], capture_output=True, text=True,
                          env={**os.environ, 'ONEX_HOME': home})
    db = sqlite3.connect(os.path.join(folder, 'batch.db'))
    rows = db.execute("SELECT x, amount_fen FROM allocation WHERE run = 'base' ORDER BY school_code").fetchall()
    # 100 : 200 of 10,000 units: 3333 1/3 and 6666 2/3
    ok(done.returncode == 0 and rows == [(100, 33330000), (200, 66670000)], 'a factor added as a file', (rows, done.stderr))
    # 7 units: 2.3331 and 4.6669, so the second takes the unit left; then 2 over 1 : 2, and 5 over 10 : 30
    ok(db.execute("SELECT factor, title, quota_units, remainder, rank, extra, pool_fen, sum_x FROM factor_pool"
                  " WHERE run = 'mixed' ORDER BY position").fetchall()
       == [('enrolment', '在校规模', 2, 333100, 2, 0, 20000, '300'), ('scale', '试点规模', 4, 666900, 1, 1, 50000, '40')],
       'the pool over the factors, with its derivation')
    ok(db.execute("SELECT factor, x, quota_units, remainder, rank, extra, amount_fen FROM allocation WHERE run = 'mixed'"
                  " ORDER BY factor, school_code").fetchall()
       == [('enrolment', 100, 0, '200', 1, 1, 10000), ('enrolment', 200, 1, '100', 2, 0, 10000),
           ('scale', 10, 1, '10', 2, 0, 10000), ('scale', 30, 3, '30', 1, 1, 40000)], 'the shares, with their derivation')


def main():
    with tempfile.TemporaryDirectory() as folder:
        def made(name):
            path = os.path.join(folder, name)
            os.mkdir(path)
            return path
        home = made('records')
        path, db = test_batch(home, 7, True)
        db = test_again(home, path, db)
        test_stock_shell(path, db)
        test_batch(made('reported'), 8, False)
        test_two_threads(made('threads'))
        test_refusals(made('refusals'))
        test_failures(made('failures'))
        test_cage(made('cage'))
        test_new_factor(made('factor'))
    print(f'1..{count}')
    return failed > 0


if __name__ == '__main__':
    sys.exit(main())
