#!/usr/bin/python3
"""--profile says where the time went on stderr, and changes nothing else."""
import csv
import filecmp
import json
import os
import subprocess
import sys
import tempfile

BUILD = os.environ.get('B', 'build')
STAGES = {'ingest': {'digest', 'read', 'of read', 'insert', 'settle'}, 'validate': {'rule', 'prepare', 'write', 'sql'},
          'transform': {'view', 'scan', 'count', 'part'}, 'report': {'layout', 'sheet', 'packing', 'check', 'file', 'page', 'manifest'}}
tests = 0
failed = 0


def ok(condition, name, more=''):
    global tests, failed
    tests += 1
    failed += not condition
    print(f'{"" if condition else "not "}ok {tests} - {name}')
    if not condition:
        print(f'# {more}')


def run(stage, out, *options):
    return subprocess.run([os.path.join(BUILD, 'onex-' + stage), '--quiet', *options, '-o', out, 'samples/2021-1'],
                          capture_output=True, text=True, check=False)


def main():
    with tempfile.TemporaryDirectory() as folder:
        plain, measured = os.path.join(folder, 'plain'), os.path.join(folder, 'measured')
        for out in (plain, measured):
            os.makedirs(out)
        for stage, parts in STAGES.items():
            run(stage, plain)
            done = run(stage, measured, '--profile=json')
            lines = done.stderr.splitlines()
            said = [json.loads(line) for line in lines if line.startswith('{')]
            ok(len(said) == 1 and said[0]['stage'] == 'onex-' + stage, f'{stage}: one JSON object', done.stderr)
            found = {part['part'] for part in said[0]['parts']}
            ok(parts <= found, f'{stage}: the parts', found)
            ok(all(part['seconds'] >= 0 and part['rows'] >= 0 for part in said[0]['parts']), f'{stage}: the figures')
            ok(done.stdout == '' and done.returncode == 0, f'{stage}: nothing on stdout', done.stdout)
        ok(filecmp.cmp(os.path.join(plain, 'batch.db'), os.path.join(measured, 'batch.db'), shallow=False),
           'the same bytes with and without')
        ok(filecmp.cmp(os.path.join(plain, 'manifest-sha256.txt'), os.path.join(measured, 'manifest-sha256.txt'), shallow=False),
           'and the same reports')
        with open(os.path.join(measured, 'data', 'applications.csv'), encoding='utf-8-sig', newline='') as file:
            records = len(list(csv.reader(file))) - 1
        line = next(part for part in said[0]['parts'] if part['name'] == 'data/applications')
        ok(line['rows'] == records and line['bytes'] == os.path.getsize(os.path.join(measured, 'data', 'applications.csv')),
           'report: rows and bytes of a file', line)
        table = run('validate', measured, '--profile')
        ok('rule       R18' in table.stderr, 'a table with each rule', table.stderr)
        ok(run('validate', measured, '--profile=xml').returncode == 2, 'an unknown form is refused')
    print(f'1..{tests}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
