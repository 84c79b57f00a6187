#!/usr/bin/python3
"""onex against other tools, and against its goals.

    make bench [SIZE=1000000] [RUNS=5] [ENGINES='onex duckdb-disk …'] [PARTS='national xml …'] [GROWTH=7]

Each part (national, xml, xlsx-read, xlsx-write, sample, growth, findings) makes its inputs
once in the work folder, looks whether all tools found the same, runs them in shuffled order
and prints medians, ratios and peak memory, each beside its goal; all of it also to bench.csv
in the work folder. RUNS=0 compares only, where a part can. docs/performance.md says what
each tool does and what it does not."""
import argparse
import os
import subprocess

import documents
import growth
import national
from measure import Report

HERE = os.path.dirname(os.path.abspath(__file__))
PARTS = {'national': national.part, 'xml': documents.xml_part, 'xlsx-read': documents.reading,
         'xlsx-write': documents.writing, 'sample': growth.sample, 'growth': growth.growth, 'findings': growth.findings}


class Bench:
    """What the parts are given."""

    def __init__(self, arguments):
        self.build = os.path.abspath(arguments.build)
        self.work = os.path.abspath(arguments.work)
        self.size, self.runs, self.growth = arguments.size, arguments.runs, arguments.growth
        self.engines = arguments.engines.split()
        modules = os.path.join(self.work, 'modules')
        os.makedirs(self.work, exist_ok=True)
        subprocess.run(['sh', os.path.join(HERE, 'setup.sh'), modules], check=True)
        self.has_modules = os.path.isdir(os.path.join(modules, 'node_modules'))
        self.variables = {'BENCH_MODULES': modules}
        self.report = Report(os.path.join(self.work, 'bench.csv'))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--build', default=os.environ.get('B', 'build'))
    parser.add_argument('--work', default=os.path.join(os.environ.get('B', 'build'), 'bench'))
    parser.add_argument('--size', type=int, default=1000000, help='applications of the part national')
    parser.add_argument('--runs', type=int, default=5)
    parser.add_argument('--engines', default='', help='of the part national')
    parser.add_argument('--parts', default=' '.join(PARTS))
    parser.add_argument('--growth', type=int, default=6, help='the largest batch of the part growth, as a power of ten')
    arguments = parser.parse_args()
    parts = arguments.parts.split()
    if unknown := [part for part in parts if part not in PARTS]:
        parser.error(f'no such part: {" ".join(unknown)}; there are {" ".join(PARTS)}')
    bench = Bench(arguments)
    for part in parts:
        PARTS[part](bench)


if __name__ == '__main__':
    main()
