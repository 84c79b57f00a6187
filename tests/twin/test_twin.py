#!/usr/bin/python3
"""test_twin.py [SEED...]: the program's data outputs against the twin's, as TAP.

B names the build folder (default build); TWIN_KEEP a folder where the batches stay.
"""
import csv
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
WHOLE = ['applications', 'school_counts', 'certificate_counts', 'region_counts', 'allocation']
FINDING = ['rule', 'case', 'severity', 'dataset', 'record_key', 'application_no', 'school_code',
           'source_file', 'source_sheet', 'source_row', 'source_column']
SOURCE = ['source_file', 'sheet', 'dataset', 'seen', 'accepted', 'held', 'rejected', 'skipped']
SHOWN = 12
SEEDS = [1, 2, 3, 4, 5, 6, 7, 8, 106, 249]  # 106: an unread 考核形式; 249: an unread 拟考证人数 in a crowd


def read(folder, name):
    with open(os.path.join(folder, name + '.csv'), encoding='utf-8-sig', newline='') as f:
        return list(csv.DictReader(f))


def pick(rows, columns):
    return [tuple(r.get(c, '?') for c in columns) for r in rows]


def compare(label, mine, theirs):
    """Lines of a readable difference; none where the rows are the same."""
    a, b = Counter(mine), Counter(theirs)
    lines = []
    for sign, left in (('twin only ', a - b), ('onex only ', b - a)):
        rows = sorted(left.elements())
        for r in rows[:SHOWN]:
            lines.append('%s %s: %s' % (sign, label, ' | '.join(r)))
        if len(rows) > SHOWN:
            lines.append('%s %s: %d more' % (sign, label, len(rows) - SHOWN))
    return lines


def findings(folder):
    """The text names no column for a rule's finding, only for a field's and a source's."""
    rows = read(folder, 'findings')
    for r in rows:
        if r['rule'].startswith('R'):
            r['source_column'] = ''
    return pick(rows, FINDING)


def differences(twin, onex):
    lines = []
    for name in WHOLE:
        mine, theirs = read(twin, name), read(onex, name)
        columns = list(mine[0]) if mine else list(theirs[0]) if theirs else []
        lines += compare(name, pick(mine, columns), pick(theirs, columns))
        if not lines and name != 'applications' and mine != theirs:
            lines.append('order of rows differs: ' + name)
    lines += compare('findings', findings(twin), findings(onex))
    lines += compare('sources', pick(read(twin, 'sources'), SOURCE),
                     pick(read(onex, 'sources'), SOURCE))
    return lines


def run(batch, onex, work):
    """None, or why the two could not be compared."""
    done = subprocess.run([onex, 'run', batch], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, errors='replace')
    if done.returncode:
        return ['onex run: exit %d' % done.returncode] + done.stdout.splitlines()[-5:]
    made = subprocess.run(['/usr/bin/python3', os.path.join(HERE, 'onex_twin.py'), batch, work],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if made.returncode:
        return ['the twin failed'] + made.stdout.splitlines()[-5:]
    return differences(os.path.join(work, 'data'), os.path.join(batch, 'out', 'data'))


def main(arguments):
    build = os.environ.get('B', 'build')
    onex = os.path.join(build if os.path.isabs(build) else os.path.join(TOP, build), 'onex')
    keep = os.environ.get('TWIN_KEEP')
    place = keep or tempfile.mkdtemp(prefix='twin.')
    cases = [(int(s), 'random batch of seed %s' % s) for s in arguments or SEEDS]
    if not arguments:
        cases.append((None, 'samples/2021-1'))
    print('1..%d' % len(cases))
    failed = 0
    try:
        for number, (seed, label) in enumerate(cases, 1):
            folder = os.path.join(place, str(seed or 'sample'))
            shutil.rmtree(folder, ignore_errors=True)
            batch = os.path.join(folder, 'batch')
            if seed is None:
                shutil.copytree(os.path.join(TOP, 'samples', '2021-1'), batch,
                                ignore=shutil.ignore_patterns('out'))
            else:
                subprocess.run(['/usr/bin/python3', os.path.join(HERE, 'random_batch.py'),
                                str(seed), batch], check=True)
            lines = run(batch, onex, os.path.join(folder, 'twin'))
            failed += bool(lines)
            print('%s %d - %s' % ('not ok' if lines else 'ok', number, label), flush=True)
            for line in lines:
                print('# ' + line)
    finally:
        if not keep:
            shutil.rmtree(place, ignore_errors=True)
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
