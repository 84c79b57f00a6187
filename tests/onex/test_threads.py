#!/usr/bin/python3
"""The number of processors and of threads never changes a byte of what a run makes."""
import filecmp
import os
import subprocess
import sys
import tempfile

BUILD = os.environ.get('B', 'build')


def tree(folder):
    return sorted(os.path.relpath(os.path.join(where, name), folder)
                  for where, _, names in os.walk(folder) for name in names)


def run(batch, out, processors):
    os.makedirs(out)
    for stage in ('ingest', 'validate', 'transform'):
        subprocess.run([os.path.join(BUILD, 'onex-' + stage), '--quiet', '-o', out, batch], check=True,
                       preexec_fn=lambda: os.sched_setaffinity(0, processors))


def compare(name, batch, folder):
    """A third run stands for luck: threads take turns otherwise each time."""
    every = os.sched_getaffinity(0)
    outs = [os.path.join(folder, name + str(i)) for i in range(3)]
    for out, processors in zip(outs, ({min(every)}, every, every)):
        run(batch, out, processors)
    differ = [path for out in outs[1:] for path in sorted(set(tree(out)) | set(tree(outs[0])))
              if not os.path.exists(os.path.join(out, path)) or not os.path.exists(os.path.join(outs[0], path))
              or not filecmp.cmp(os.path.join(outs[0], path), os.path.join(out, path), shallow=False)]
    return differ


def main():
    print('1..2')
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        large = os.path.join(folder, 'large')
        subprocess.run([os.path.join(BUILD, 'generate'), '--to', large, '--size', '3000'], check=True,
                       stdout=subprocess.DEVNULL)
        for number, (name, batch) in enumerate((('sample', 'samples/2021-1'), ('generated', large)), 1):
            differ = compare(name, batch, folder)
            failed = failed or bool(differ)
            print(f'{"not " if differ else ""}ok {number} - {name}: one processor and all give the same bytes')
            for path in differ:
                print(f'# differs: {path}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
