"""What every part of the benchmark shares: running commands, medians, tables, CSV lines."""
import csv
import os
import random
import statistics
import subprocess
import sys
import time


def run(commands, variables=None, errors=None):
    """Runs commands one after the other: seconds, peak KiB of any process, seconds of processor, what
    they printed. A child's peak is at least what this process holds when it starts: keep that small."""
    seconds, peak, processor, printed = 0.0, 0, 0.0, ''
    for command in commands:
        begun = time.monotonic()
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, env={**os.environ, **(variables or {})}) as child:
            printed += child.stdout.read()
            _, status, used = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
        seconds += time.monotonic() - begun
        if child.returncode:
            sys.exit(f'{" ".join(command)} ended with {child.returncode}')
        peak = max(peak, used.ru_maxrss)
        processor += used.ru_utime + used.ru_stime
    return seconds, peak, processor, printed


def in_turns(engines, runs, run_one):
    """`runs` of every engine in shuffled order: the engine's list of (seconds, KiB, processor)."""
    turns = [engine for engine in dict.fromkeys(engines) for _ in range(runs)]
    random.Random(2021).shuffle(turns)
    results = {engine: [] for engine in engines}
    for engine in turns:
        results[engine].append(run_one(engine)[:3])
    return results


class Goal:
    """What is to be reached: `of` is ratio, MiB or s; `most` or `least` the bound."""

    def __init__(self, of, least=None, most=None):
        self.of, self.least, self.most = of, least, most

    def text(self):
        bound = f'>= {self.least}' if self.most is None else f'<= {self.most}'
        return bound if self.of == 'ratio' else f'{bound} {self.of}'

    def met(self, line):
        value = {'ratio': line['ratio'], 'MiB': line['peak_mib'], 's': line['median_s']}[self.of]
        return value >= self.least if self.most is None else value <= self.most


class Report:
    """Tables on stdout, and all lines in one CSV file."""
    COLUMNS = ['part', 'size', 'engine', 'median_s', 'min_s', 'max_s', 'processor_s', 'peak_mib', 'ratio', 'goal', 'met']

    def __init__(self, path):
        self.path, self.lines = path, []

    def table(self, part, title, size, results, base, goals):
        """`results` by engine as in_turns gives them; `base` is the engine that ratios are to, or one for each
        engine, and then the order is kept; `goals` are lists by engine."""
        middle = {engine: statistics.median(r[0] for r in runs) for engine, runs in results.items()}
        in_order = sorted(results, key=middle.get) if isinstance(base, str) else list(results)
        print(f'\n{part}: {title}')
        print(f'{"":26}{"median s":>9}{"min":>8}{"max":>8}{"cpu s":>8}{"MiB":>7}{"ratio":>8}  goal', flush=True)
        for engine in in_order:
            runs = results[engine]
            seconds = [r[0] for r in runs]
            line = {'part': part, 'size': size, 'engine': engine, 'median_s': middle[engine], 'min_s': min(seconds),
                    'max_s': max(seconds), 'processor_s': statistics.median(r[2] for r in runs),
                    'peak_mib': max(r[1] for r in runs) / 1024}
            line['ratio'] = middle[engine] / middle[base if isinstance(base, str) else base[engine]]
            wanted = goals.get(engine, [])
            met = ['met' if goal.met(line) else 'missed' for goal in wanted]
            line['goal'] = ', '.join(goal.text() for goal in wanted)
            line['met'] = ', '.join(met)
            said = ', '.join(f'{goal.text()} {word}' for goal, word in zip(wanted, met))
            print(f'{engine:26}{line["median_s"]:9.2f}{line["min_s"]:8.2f}{line["max_s"]:8.2f}{line["processor_s"]:8.2f}'
                  f'{line["peak_mib"]:7.0f}{line["ratio"]:8.2f}  {said}', flush=True)
            self.lines.append({k: f'{v:.3f}' if isinstance(v, float) else v for k, v in line.items()})
        self.save()

    def save(self):
        with open(self.path, 'w', newline='', encoding='utf-8') as file:
            table = csv.DictWriter(file, self.COLUMNS)
            table.writeheader()
            table.writerows(self.lines)
