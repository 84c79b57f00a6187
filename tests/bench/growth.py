"""The sample batch, growth with the number of rows, and with the number of findings."""
import os
import shutil
import sqlite3
import subprocess
import tempfile

import measure
import national
from measure import Goal

GIB = 1 << 30
BIG = 10 ** 7
ROOM_FOR_BIG = 60 * GIB  # of free disk: the batch has 24 GB, batch.db, its sorters and the copy the rest


def sample(bench):
    """`onex run` over the sample batch, whole and unchanged."""
    with tempfile.TemporaryDirectory(dir=bench.work) as folder:
        batch = os.path.join(folder, '2021-1')
        shutil.copytree('samples/2021-1', batch, ignore=shutil.ignore_patterns('out', '.onex-cache'))
        onex = [os.path.join(bench.build, 'onex'), 'run', '--quiet']
        commands = {'onex run --force': [[*onex, '--force', batch]], 'onex run, unchanged': [[*onex, batch]]}
        subprocess.run([*onex, batch], check=True, stdout=subprocess.DEVNULL)
        results = measure.in_turns(list(commands), max(bench.runs, 3), lambda engine: measure.run(commands[engine]))
    bench.report.table('sample', 'samples/2021-1, 1,500 applications, all stages and reports', 1500, results, 'onex run --force',
                       {'onex run --force': [Goal('s', most=1)], 'onex run, unchanged': [Goal('s', most=0.05)]})


def growth(bench):
    """Ten times the rows, step by step: ingest, validate and transform."""
    results, goals, base = {}, {}, {}
    before = None
    for size in [10 ** power for power in range(4, bench.growth + 1)]:
        folder = os.path.join(bench.work, f'national-{size}')
        if size >= BIG and not os.path.exists(os.path.join(folder, 'ready')) and shutil.disk_usage(bench.work).free < ROOM_FOR_BIG:
            print(f'growth: {size:,} left out: it needs {ROOM_FOR_BIG // GIB} GiB of free disk', flush=True)
            continue
        national.make(bench.build, folder, size)
        name = f'{size:,} applications'
        results[name] = [measure.run(national.stages(bench.build, folder))[:3] for _ in range(bench.runs if size < BIG else 1)]
        base[name] = before or name
        if before:
            goals[name] = [Goal('ratio', most=11)]
        if size >= 10 ** 6:  # small batches do not fill the sorters
            bound = 160 if size == 10 ** 6 else 1.2 * max(r[1] for r in results[before]) / 1024
            goals[name].append(Goal('MiB', most=round(bound, 1)))
        before = name
    bench.report.table('growth', 'ingest, validate and transform; ratio to a tenth of the rows', '', results, base, goals)


def findings(bench):
    """The same rows with more and more findings: what a finding costs stays the same, and memory does."""
    size = 20000
    source = national.make(bench.build, os.path.join(bench.work, f'national-{size}'), size)
    works = {'ingest, validate and transform': {}, 'report': {}}
    counts = []
    for each in (1, 5, 10):
        folder = spoil(source, os.path.join(bench.work, f'national-{size}-findings-{each}'), each)
        commands = dict(zip(works, (national.stages(bench.build, folder), [[os.path.join(bench.build, 'onex-report'), '--quiet', folder]])))
        for work, results in works.items():
            results[f'{each} per application'] = [measure.run(commands[work])[:3] for _ in range(max(bench.runs, 1))]
        counts.append(sqlite3.connect(os.path.join(folder, 'out', 'batch.db')).execute('SELECT count(*) FROM finding').fetchone()[0])
    for work, results in works.items():
        first = max(r[1] for r in results['1 per application']) / 1024
        goals = {name: [Goal('ratio', most=round(counts[-1] / counts[0], 1)), Goal('MiB', most=round(1.2 * first, 1))] for name in results}
        bench.report.table('findings', f'{work}: {size:,} applications, {", ".join(f"{c:,}" for c in counts)} findings', size,
                           results, dict.fromkeys(results, '1 per application'), goals)


# A column and what makes one rule fire on every application.
OFFENCES = [('学生自愿', '否'), ('是否作为毕业条件', '是'), ('向学生收取培训费(元/人)', '50.00'), ('费用确定日期', '2021-05-27'),
            ('联系电话', '1234'), ('统筹管理部门', '待定'), ('协议约定费用(元/人)', '9999.00'), ('方案页数', '0'),
            ('提交时间', '2021-05-25T00:00:00'), ('协议签订日期', '2021-05-28')]


def spoil(source, folder, offences):
    """A copy of a batch whose every application offends against so many rules; once."""
    if os.path.exists(os.path.join(folder, 'ready')):
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns('out', 'ready'))
    inbox = os.path.join(folder, 'inbox')
    for name in sorted(os.listdir(inbox)):
        if not name.startswith('试点申报'):
            continue
        path = os.path.join(inbox, name)
        with open(path, encoding='utf-8') as old, open(path + '.new', 'w', encoding='utf-8') as new:
            heading = next(old)
            new.write(heading)
            places = [(heading.rstrip('\n').split(',').index(column), value) for column, value in OFFENCES[:offences]]
            for line in old:  # no cell of the national batch has a comma in it
                cells = line.rstrip('\n').split(',')
                for place, value in places:
                    cells[place] = value
                new.write(','.join(cells) + '\n')
        os.replace(path + '.new', path)
    open(os.path.join(folder, 'ready'), 'w').close()
    return folder
