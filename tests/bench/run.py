#!/usr/bin/python3
"""onex against other engines on one national batch: the same files, one run, shuffled.

    make bench [SIZE=1000000] [RUNS=5] [ENGINES='onex duckdb-disk …']

Every engine reads the same files into typed rows and does the shared work that
peers/checks.sql says in SQL: all rules with their findings stored, outcomes, counts and
an allocation. Before anything is timed every engine's answers are compared; one that
disagrees ends the benchmark. Medians, ratios and peak memory go to stdout and to
bench.csv in the work folder.
"""
import argparse
import csv
import json
import os
import random
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
PEERS = os.path.join(HERE, 'peers')
CHECKS = os.path.join(PEERS, 'checks.sql')

# What onex is to be, as a multiple of its time; performance goals of the project.
GOALS = {'duckdb-disk': 3, 'duckdb-disk-tuned': 3, 'duckdb-memory-tuned': 2, 'polars': 1.7, 'sqlite': 10, 'pandas': 10}
GB18030_AT_MOST = 1.15
MEMORY_AT_MOST = 160  # MiB at a million applications


class Bench:
    def __init__(self, arguments):
        self.build = os.path.abspath(arguments.build)
        self.work = os.path.abspath(arguments.work)
        self.size = arguments.size
        self.modules = os.path.join(self.work, 'modules')
        self.utf8 = os.path.join(self.work, f'batch-{self.size}')
        self.gb18030 = os.path.join(self.work, f'batch-{self.size}-gb18030')

    # ---- the batch

    def generate(self):
        for folder, form in ((self.utf8, []), (self.gb18030, ['--gb18030'])):
            if os.path.exists(os.path.join(folder, 'ready')):
                continue
            shutil.rmtree(folder, ignore_errors=True)
            subprocess.run([os.path.join(self.build, 'generate'), '--to', folder, '--size', str(self.size), *form],
                           check=True, stdout=subprocess.DEVNULL)
            self.leave_out(folder, 'gb18030' if form else 'utf-8')
            open(os.path.join(folder, 'ready'), 'w').close()

    def leave_out(self, folder, encoding):
        """Takes out the records with unreadable cells and the repeated ones: tools read damaged cells each
        in its own way, and this compares speed."""
        subprocess.run([os.path.join(self.build, 'onex-ingest'), '--quiet', folder], check=True)
        db = sqlite3.connect(os.path.join(folder, 'out', 'batch.db'))
        lines = {}
        for file, row in db.execute("""SELECT s.file, i.row FROM ingest_finding i JOIN source s ON s.id = i.source
                                       WHERE i.row IS NOT NULL
                                       UNION SELECT s.file, r.row FROM repetition r JOIN source s ON s.id = r.source"""):
            lines.setdefault(file, set()).add(row)
        for file, numbers in lines.items():
            path = os.path.join(folder, 'inbox', file)
            with open(path, 'rb') as old, open(path + '.new', 'wb') as new:
                new.writelines(line for number, line in enumerate(old, 1) if number not in numbers)
            os.replace(path + '.new', path)

    # ---- the engines: a list of commands, run one after the other

    def commands(self, engine):
        inbox = os.path.join(self.utf8, 'inbox')
        database = os.path.join(self.work, engine + '.db')
        if engine in ('onex', 'onex-gb18030'):
            folder = self.utf8 if engine == 'onex' else self.gb18030
            return [[os.path.join(self.build, 'onex-' + stage), '--quiet', folder]
                    for stage in ('ingest', 'validate', 'transform')]
        if engine.startswith('duckdb'):
            return [['node', os.path.join(PEERS, 'duckdb.mjs'), inbox, CHECKS,
                     ':memory:' if 'memory' in engine else database, *(['tuned'] if 'tuned' in engine else [])]]
        if engine == 'polars':
            return [['node', os.path.join(PEERS, 'polars.mjs'), inbox]]
        if engine == 'pandas':
            return [['/usr/bin/python3', os.path.join(PEERS, 'pandas_peer.py'), inbox]]
        return [['sh', os.path.join(PEERS, 'sqlite.sh'), inbox, CHECKS, database]]

    def clean(self, engine):
        for end in ('.db', '.db.wal'):
            if os.path.exists(os.path.join(self.work, engine + end)):
                os.remove(os.path.join(self.work, engine + end))

    def run(self, engine):
        """Seconds, peak KiB of any process, seconds of processor, what it printed."""
        self.clean(engine)
        seconds, peak, processor, printed = 0.0, 0, 0.0, ''
        for command in self.commands(engine):
            begun = time.monotonic()
            with subprocess.Popen(command, stdout=subprocess.PIPE, text=True,
                                  env={**os.environ, 'BENCH_MODULES': self.modules}) as child:
                printed += child.stdout.read()
                _, status, used = os.wait4(child.pid, 0)
                child.returncode = os.waitstatus_to_exitcode(status)
            seconds += time.monotonic() - begun
            if child.returncode:
                sys.exit(f'{engine}: {command[0]} ended with {child.returncode}')
            peak = max(peak, used.ru_maxrss)
            processor += used.ru_utime + used.ru_stime
        self.clean(engine)
        return seconds, peak, processor, printed

    # ---- what each found

    def answers(self, engine, printed):
        if engine in ('onex', 'onex-gb18030'):
            return self.answers_of_onex(self.utf8 if engine == 'onex' else self.gb18030)
        if engine == 'sqlite':
            return {k: int(float(v)) for k, v in re.findall(r'^(\w+)=(\S+)$', printed, re.M)}
        return json.loads(printed.strip().splitlines()[-1])

    def answers_of_onex(self, folder):
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
        expected = self.answers('onex', self.run('onex')[3])
        same = True
        for engine in engines:
            found = self.answers(engine, self.run(engine)[3])
            for name in sorted(expected | found):
                if found.get(name) != expected.get(name):
                    same = False
                    print(f'{engine} disagrees: {name} is {found.get(name)}, onex has {expected.get(name)}', file=sys.stderr)
        if not same:
            sys.exit('the engines disagree: nothing is timed')
        print(f'all engines agree on {len(expected)} numbers')


def show(results, size, path):
    base = statistics.median(seconds for seconds, _, _ in results['onex'])
    with open(path, 'w', newline='', encoding='utf-8') as file:
        table = csv.writer(file)
        table.writerow(['size', 'engine', 'median_s', 'min_s', 'max_s', 'processor_s', 'peak_mib', 'ratio', 'goal', 'met'])
        print(f'{"engine":22}{"median s":>9}{"min":>8}{"max":>8}{"cpu s":>8}{"MiB":>7}{"ratio":>8}  goal')
        for engine, runs in sorted(results.items(), key=lambda item: statistics.median(r[0] for r in item[1])):
            seconds = [r[0] for r in runs]
            median, peak = statistics.median(seconds), max(r[1] for r in runs) / 1024
            processor = statistics.median(r[2] for r in runs)
            ratio, goal, met = median / base, '', ''
            if engine in GOALS:
                goal, met = f'>= {GOALS[engine]}', ratio >= GOALS[engine]
            elif engine == 'onex-gb18030':
                goal, met = f'<= {GB18030_AT_MOST}', ratio <= GB18030_AT_MOST
            elif engine == 'onex':
                goal, met = f'<= {MEMORY_AT_MOST} MiB', peak <= MEMORY_AT_MOST
            word = '' if met == '' else 'met' if met else 'missed'
            print(f'{engine:22}{median:9.2f}{min(seconds):8.2f}{max(seconds):8.2f}{processor:8.2f}{peak:7.0f}'
                  f'{ratio:8.2f}  {goal} {word}')
            table.writerow([size, engine, f'{median:.3f}', f'{min(seconds):.3f}', f'{max(seconds):.3f}',
                            f'{processor:.3f}', f'{peak:.1f}', f'{ratio:.3f}', goal, word])


def main():
    engines = ['onex', 'onex-gb18030', *GOALS]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--build', default=os.environ.get('B', 'build'))
    parser.add_argument('--work', default=os.path.join(os.environ.get('B', 'build'), 'bench'))
    parser.add_argument('--size', type=int, default=1000000)
    parser.add_argument('--runs', type=int, default=5)
    parser.add_argument('--engines', default=' '.join(engines))
    arguments = parser.parse_args()
    bench = Bench(arguments)
    os.makedirs(bench.work, exist_ok=True)
    subprocess.run(['sh', os.path.join(HERE, 'setup.sh'), bench.modules], check=True)
    chosen = arguments.engines.split()
    if not os.path.isdir(os.path.join(bench.modules, 'node_modules')):
        chosen = [engine for engine in chosen if not engine.startswith(('duckdb', 'polars'))]
    bench.generate()
    bench.compare([engine for engine in chosen if engine != 'onex'])
    turns = [engine for engine in dict.fromkeys(['onex', *chosen]) for _ in range(arguments.runs)]
    random.Random(2021).shuffle(turns)
    results = {}
    for engine in turns:
        seconds, peak, processor, _ = bench.run(engine)
        results.setdefault(engine, []).append((seconds, peak, processor))
    show(results, arguments.size, os.path.join(bench.work, 'bench.csv'))


if __name__ == '__main__':
    main()
