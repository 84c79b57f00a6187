#!/usr/bin/python3
"""Table assessment_group says what a GROUP BY over the assessment records says, repeated records and
unreadable cells included."""
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile

BUILD = os.environ.get('B', 'build')
HEADING = '报名号,学校标识码,证书名称,培训评价组织,等级,考核日期,结果,证书编号'
ROW = '{no},{school},{name},样例评价组织,{level},{date},{result},{certificate}'

GROUPED = """SELECT school_code, certificate_ref, level, CAST(strftime('%Y', exam_date * 86400, 'unixepoch') AS INTEGER),
  count(*), count(CASE WHEN result IN (1, 2) THEN 1 END), count(CASE WHEN result = 1 THEN 1 END), min(id)
  FROM assessment WHERE school_code IS NOT NULL AND level IS NOT NULL AND exam_date IS NOT NULL
  GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4"""


def records():
    """Groups enough that the counts are flushed more than once, days at both ends of years, some repeated."""
    dates = ['2019-12-31', '2020-01-01', '2020-02-29', '2020-12-31', '2021-01-01', '1969-12-31', '不明']
    results = ['通过', '未通过', '缺考', '及格']
    rows = [ROW.format(no=f'BM{i:07}', school=4299900000 + i % 6001 if i % 97 else '42999',
                       name=f'证书{i % 3}', level=['初级', '中级', '高级', '特级'][i % 4], date=dates[i % 7],
                       result=results[i % 5 % 4], certificate=f'ZH{i}' if i % 5 == 0 else '') for i in range(60000)]
    return rows + rows[5::500] + rows[:300] + rows[:50]


def main():
    with tempfile.TemporaryDirectory() as folder:
        batch = os.path.join(folder, 'batch')
        shutil.copytree('samples/2021-1', batch, ignore=shutil.ignore_patterns('out'))
        with open(os.path.join(batch, 'inbox', '考核记录-附加.csv'), 'w', encoding='utf-8') as file:
            file.write('\n'.join([HEADING, *records()]) + '\n')
        out = os.path.join(folder, 'out')
        os.makedirs(out)
        done = subprocess.run([os.path.join(BUILD, 'onex-ingest'), '--quiet', '-o', out, batch], check=False)
        db = sqlite3.connect(os.path.join(out, 'batch.db'))
        kept = db.execute('SELECT * FROM assessment_group WHERE records > 0'
                          ' ORDER BY school_code, certificate_ref, level, year').fetchall()
        expected = db.execute(GROUPED).fetchall()
        repeated = db.execute("SELECT count(*) FROM repetition WHERE dataset = 'assessment'").fetchone()[0]
    checks = [(done.returncode == 0, 'the batch is read'), (len(kept) > 16384, 'more groups than memory holds'),
              (repeated >= 300, 'some records are repeated'), (kept == expected, 'the counts are those of a GROUP BY')]
    print(f'1..{len(checks)}')
    for number, (passed, name) in enumerate(checks, 1):
        print(f'{"" if passed else "not "}ok {number} - {name}')
    if kept != expected:
        print('#', [pair for pair in zip(kept, expected) if pair[0] != pair[1]][:3], len(kept), len(expected), repeated)
    return 0 if all(passed for passed, _ in checks) else 1


if __name__ == '__main__':
    sys.exit(main())
