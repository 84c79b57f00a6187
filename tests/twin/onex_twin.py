#!/usr/bin/python3
"""onex_twin.py BATCH OUTDIR: the data outputs of a batch, worked out a second time."""
import csv
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import twin_outcome  # noqa: E402
from twin_read import read_inbox  # noqa: E402
from twin_rules import Notice, Rules  # noqa: E402

FINDINGS = ['rule', 'case', 'severity', 'clause', 'dataset', 'record_key', 'application_no',
            'school_code', 'source_file', 'source_sheet', 'source_row', 'source_column', 'raw',
            'understood', 'allowed', 'message']
APPLICATIONS = ['application_no', 'school_code', 'certificate_code', 'level', 'major_code',
                'outcome', 'declared', 'first_review', 'approved', 'source_file', 'source_sheet',
                'source_row']
SCHOOLS = ['school_code', 'school_name', 'school_kind', 'reviewing_unit'] + twin_outcome.COUNTS
CERTIFICATES = ['certificate_code', 'certificate_name', 'release_batch', 'level', 'schools',
                'applications', 'declared', 'first_review', 'approved']
REGIONS = ['reviewing_unit', 'unit_name', 'schools'] + twin_outcome.COUNTS
ALLOCATION = ['scenario', 'factor', 'school_code', 'x', 'amount_fen']
SOURCES = ['source_file', 'sha256', 'sheet', 'dataset', 'encoding', 'heading_row', 'seen',
           'accepted', 'held', 'rejected', 'skipped']


def guard(value):
    s = '' if value is None else str(value)
    if s[:1] in '=+-@\t\r' and s and not re.fullmatch(r'[+-]?\d+(\.\d+)?', s):
        return "'" + s
    return s


def write(folder, name, columns, rows):
    with open(os.path.join(folder, name), 'w', encoding='utf-8-sig', newline='') as f:
        out = csv.writer(f, lineterminator='\n')
        out.writerow(columns)
        for r in rows:
            out.writerow([guard(r.get(c)) for c in columns])


def main(batch, outdir):
    notice = Notice(os.path.join(batch, 'notice.xml'))
    inbox = read_inbox(os.path.join(batch, 'inbox'))
    rules = Rules(notice, inbox)
    for f in inbox.findings:
        f['severity'] = notice.severities.get((f['rule'], ''), f['severity'])
        record = f.pop('attached', None)
        if record is not None and record.ds in ('city_review', 'decision'):
            a = rules.attached(f['application_no'])
            f['school_code'] = (a.school_code or '') if a is not None else ''
    rules.run()
    rules.rule_50()
    twin_outcome.judge(rules)
    data = os.path.join(outdir, 'data')
    os.makedirs(data, exist_ok=True)
    findings = inbox.findings + rules.findings
    findings.sort(key=lambda f: [str(f[c]) for c in FINDINGS[:8]])
    write(data, 'findings.csv', FINDINGS, findings)
    rows = [dict(application_no=a.application_no, school_code=a.school_code,
                 certificate_code=a.cert, level=a.level, major_code=a.major_code,
                 outcome=a.outcome, declared=a.declared, first_review=a.first,
                 approved=a.approved, source_file=a.source.path, source_sheet=a.source.sheet,
                 source_row=a.row) for a in rules.apps]
    rows.sort(key=lambda r: [str(r[c] or '').encode() for c in APPLICATIONS[:5]])
    write(data, 'applications.csv', APPLICATIONS, rows)
    write(data, 'school_counts.csv', SCHOOLS, twin_outcome.school_counts(rules))
    write(data, 'certificate_counts.csv', CERTIFICATES, twin_outcome.certificate_counts(rules))
    write(data, 'region_counts.csv', REGIONS, twin_outcome.region_counts(rules))
    write(data, 'allocation.csv', ALLOCATION, twin_outcome.allocate(rules))
    write(data, 'sources.csv', SOURCES, [
        dict(source_file=s.path, sheet=s.sheet, dataset=s.dataset, seen=s.seen,
             accepted=s.accepted, held=s.held, rejected=s.rejected, skipped=s.skipped)
        for s in inbox.sources])


if __name__ == '__main__':
    if len(sys.argv) != 3:
        sys.exit('usage: onex_twin.py BATCH OUTDIR')
    main(sys.argv[1], sys.argv[2])
