#!/usr/bin/env python3
"""Our filters against sample logs: every failure found, of the right id, and nothing else.

    filters.py --tree DIR [--regex PROGRAM] [--oracle DIR] [--samples DIR] [FILTER...]

DIR is a configuration tree (filter.d and so on); PROGRAM is fail2ban-regex, the oracle's own if not given. The
samples, the oracle's if not given, say which lines must match (see samples.py). Whole files go through the program, so
what one line leaves behind for a later one of the same connection counts as well. Prints a table: failures that the
samples expect, those found, and those found that are none. Exit 1 on any difference, 77 (skipped) without an oracle.
"""

import argparse
import os
import subprocess
import sys
import tempfile

import samples

# Filters whose samples have another name, or are several files.
SAMPLES = {"sshd": ["sshd", "sshd-journal"]}
SKIPPED = 77


def found_rows(program, tree, filter_name, run):
    """The failures the program finds in the run's lines, as (id, groups), in order."""
    options = ",".join(f'{key}="{value}"' for key, value in run.options.items())
    # filter.d/: a jail of the same name must not add its own options.
    definition = f"filter.d/{filter_name}[{options}]" if options else f"{filter_name}.conf"
    with tempfile.NamedTemporaryFile("w", suffix=".log", encoding="utf-8") as log:
        log.writelines(line.text + "\n" for line in run.lines)
        log.flush()
        done = subprocess.run(
            [program, "-c", tree, "--usedns", "raw", "-o", "row", log.name, definition],
            capture_output=True, text=True, timeout=300,
        )
    if done.returncode != 0 or done.stderr.strip():
        raise RuntimeError(f"{definition}: {done.stderr.strip() or done.stdout.strip()}")
    rows = []
    for text in done.stdout.splitlines():
        if not text.strip():
            continue
        row = eval(text.rstrip(","), {"__builtins__": {}})  # Python literals, sets among them
        rows.append((str(row[0]), row[2]))
    return rows


def agrees(line, row):
    return not line.host or line.host.lower() == row[0].lower()


def align(wanted, rows):
    """Pairs of (wanted line or None, row or None): the longest common sequence, the rest unpaired."""
    best = [[0] * (len(rows) + 1) for _ in range(len(wanted) + 1)]
    for i in reversed(range(len(wanted))):
        for j in reversed(range(len(rows))):
            best[i][j] = max(best[i + 1][j], best[i][j + 1])
            if agrees(wanted[i], rows[j]):
                best[i][j] = max(best[i][j], 1 + best[i + 1][j + 1])
    pairs, i, j = [], 0, 0
    while i < len(wanted) or j < len(rows):
        both = i < len(wanted) and j < len(rows)
        if both and agrees(wanted[i], rows[j]) and best[i][j] == 1 + best[i + 1][j + 1]:
            pairs.append((wanted[i], rows[j]))
            i, j = i + 1, j + 1
        elif j == len(rows) or (i < len(wanted) and best[i + 1][j] >= best[i][j + 1]):
            pairs.append((wanted[i], None))
            i += 1
        else:
            pairs.append((None, rows[j]))
            j += 1
    return pairs


def differences(run, rows):
    """Sentences about what is missing, too much, or found with other groups."""
    for line, row in align([line for line in run.lines if line.host is not None], rows):
        if row is None:
            yield f"line {line.number} not found: {line.text}"
        elif line is None:
            yield f"found but not expected: {row[0]} {row[1]}"
        else:
            for name, value in line.groups.items():
                got = row[1].get(name)
                if isinstance(got, (set, list)):
                    got, value = sorted(got), sorted(value)
                if got != value:
                    yield f"line {line.number}: {name} is {got!r}, not {value!r}: {line.text}"


def check(program, tree, filter_name, path):
    """(failures expected, found, wrongly found, differences) over all runs of one sample file."""
    total, missed, extra, wrong = 0, 0, 0, []
    for run in samples.runs(path, filter_name):
        total += sum(line.host is not None for line in run.lines)
        options = ",".join(f"{key}={value}" for key, value in run.options.items()) or "-"
        for text in differences(run, found_rows(program, tree, filter_name, run)):
            missed += " not found: " in text
            extra += text.startswith("found but not expected")
            wrong.append(f"{filter_name}[{options}] {text}")
    return total, total - missed, extra, wrong


def filters_with_samples(tree, directory):
    """Names of the tree's filters for which the directory has a sample."""
    names = (name.removesuffix(".conf") for name in sorted(os.listdir(os.path.join(tree, "filter.d"))))
    return [name for name in names if any(os.path.exists(os.path.join(directory, s)) for s in SAMPLES.get(name, [name]))]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tree", required=True)
    parser.add_argument("--oracle", default=os.environ.get("GAOLER_ORACLE"))
    parser.add_argument("--regex", help="fail2ban-regex to use (default: the oracle's)")
    parser.add_argument("--samples", help="directory of the sample logs (default: the oracle's)")
    parser.add_argument("filters", nargs="*", help="filters to look at (default: all that have a sample)")
    given = parser.parse_args()
    needs_oracle = not (given.regex and given.samples)
    if needs_oracle and not (given.oracle and os.path.isdir(given.oracle)):
        print("skipped: no oracle (GAOLER_ORACLE names no directory; make one with tools/oracle)")
        return SKIPPED
    program = given.regex or os.path.join(given.oracle, "bin/fail2ban-regex")
    directory = given.samples or os.path.join(given.oracle, "logs")
    totals, wrong = [0, 0, 0], []
    print(f"{'filter':24} {'failures':>8} {'found':>6} {'wrongly found':>14}")
    for name in given.filters or filters_with_samples(given.tree, directory):
        row = [0, 0, 0]
        for sample in SAMPLES.get(name, [name]):
            path = os.path.join(directory, sample)
            if given.samples and not os.path.exists(path):
                continue
            *counts, found = check(program, given.tree, name, path)
            row = [a + b for a, b in zip(row, counts)]
            wrong += found
        print(f"{name:24} {row[0]:8} {row[1]:6} {row[2]:14}")
        totals = [a + b for a, b in zip(totals, row)]
    for text in wrong:
        print(text)
    print(f"{'all':24} {totals[0]:8} {totals[1]:6} {totals[2]:14}   {len(wrong)} differences")
    return 1 if wrong or totals[0] == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
