#!/usr/bin/python3
"""All findings are stored, however many, and memory does not grow with them: two batches in which every
application breaks at least ten rules, the second with twice as many, through onex-validate."""
import csv
import io
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BASE = os.path.join(HERE, 'base')
BUILD = os.path.abspath(os.environ.get('B', os.path.join(ROOT, 'build')))
FEW, MANY = 60000, 120000  # enough to fill sorters and caches
AT_MOST = 1.15  # of the memory at half the findings

# What is wrong with every application, and the rules that say so.
WRONG = {
    '拟考证人数': ('150', 'R07'), '参训教师数': ('0', 'R08'), '学生自愿': ('否', 'R10'), '是否作为毕业条件': ('是', 'R11'),
    '向学生收取培训费(元/人)': ('100.00', 'R12'), '学校承担考核费人数': ('0', 'R13'), '费用确定日期': ('2021-05-29', 'R14'),
    '协议签订日期': ('2021-05-29', 'R20'), '提交时间': ('2021-05-27T10:00:00', 'R33'), '联系电话': ('1', 'R45'),
    '协议约定费用(元/人)': ('1.00', 'R46'),
}


def write_batch(folder, count):
    inbox = os.path.join(folder, 'inbox')
    os.makedirs(inbox)
    shutil.copy(os.path.join(BASE, 'notice.xml'), folder)
    for name in os.listdir(BASE):
        if name.endswith('.csv') and name not in ('application.csv', 'decision.csv'):
            shutil.copy(os.path.join(BASE, name), inbox)
    with open(os.path.join(BASE, 'application.csv'), encoding='utf-8', newline='') as file:
        heading, first = list(csv.reader(file))[:2]
    row = dict(zip(heading, first), 在校生数='100')
    row.update({field: value for field, (value, _) in WRONG.items()})
    with open(os.path.join(inbox, 'application.csv'), 'w', encoding='utf-8', newline='') as file:
        table = csv.DictWriter(file, heading, lineterminator='\n')
        table.writeheader()
        for i in range(count):  # ten to a school, so that groups stay small
            table.writerow({**row, '申报编号': f'SB{i:06}', '学校标识码': str(4200000000 + i // 10)})


def peak_of(program, folder):
    """Peak memory in KiB of the program over the batch."""
    with subprocess.Popen([os.path.join(BUILD, program), '--quiet', folder]) as child:
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f'{program} ended with {child.returncode}')
    return used.ru_maxrss


def measure(count):
    """Peak memory of onex-validate, findings, and findings by rule."""
    with tempfile.TemporaryDirectory() as folder:
        write_batch(folder, count)
        peak_of('onex-ingest', folder)
        peak = peak_of('onex-validate', folder)
        with sqlite3.connect(os.path.join(folder, 'out', 'batch.db')) as db:
            by_rule = dict(db.execute('SELECT rule, count(DISTINCT row_id) FROM finding GROUP BY rule'))
            total = db.execute('SELECT count(*) FROM finding').fetchone()[0]
        db.close()
    return peak, total, by_rule


def check(number, done, what, note=''):
    print(f'{"ok" if done else "not ok"} {number} - {what}')
    if not done:
        print(f'# {note}')
    return done


def main():
    few_peak, few, _ = measure(FEW)
    many_peak, many, by_rule = measure(MANY)
    print('1..3')
    print(f'# {few_peak} KiB for {few} findings, {many_peak} KiB for {many}')
    expected = {rule: MANY for _, rule in WRONG.values()}
    found = {rule: by_rule.get(rule, 0) for rule in expected}
    done = check(1, found == expected, 'every application breaks each of the rules, and each finding is stored', found)
    done = check(2, many >= 10 * MANY, 'at least ten findings for each application', many) and done
    what = 'twice the findings, the same memory'
    if 'ONEX_SANITIZED' in os.environ:
        print(f'ok 3 - {what} # SKIP what the sanitizers keep grows with all that was allocated')
    else:
        done = check(3, many_peak <= few_peak * AT_MOST, what, f'{few_peak} KiB, then {many_peak} KiB') and done
    return not done


if __name__ == '__main__':
    sys.exit(main())
