#!/usr/bin/env python3
"""fail2ban-regex on random filters and logs: what we find beside the oracle, always the same ones for a seed.

  compare.py --program PATH [--count N] [--seed N] [--keep DIR]

A case is a filter file, a log made for it and a command line. Compared are the exit code and, where it is 0, the
output: rows as values, reports as text. A case on which the oracle ends with a traceback, or for which it needs more
than a second, is none. --keep writes what differs to DIR, a directory for each case. Needs GAOLER_ORACLE; exit 1 on a
difference, 77 without.
"""

import argparse
import itertools
import pathlib
import random
import re
import shlex
import shutil
import signal
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import command_lines  # noqa: E402
import engine  # noqa: E402
import random_filter  # noqa: E402

PATIENCE = 1  # seconds for the oracle


class Slow(BaseException):
    pass


def give_up(*_):
    raise Slow


def make_tree(scratch):
    tree = scratch / "tree"
    (tree / "filter.d").mkdir(parents=True)
    shutil.copy(engine.CONFIG / "filter.d" / "common.conf", tree / "filter.d")
    return tree


def make_case(seed, number, tree, log):
    choose = random.Random(f"{seed} {number}")
    one = random_filter.RandomFilter(choose)
    (tree / "filter.d" / "one.conf").write_text(one.text(), encoding="utf-8")
    local = one.local() if choose.random() < 0.15 else ""
    (tree / "filter.d" / "one.local").write_text(local, encoding="utf-8")
    (tree / "jail.conf").write_text(one.jail(), encoding="utf-8")
    log.write_bytes(one.log())
    name = choose.choice(["filter.d/one.conf", "one", "box", str(tree / "filter.d" / "one.conf")])
    return ["-c", str(tree), *one.arguments(name, str(log))]


def oracle(arguments):
    """(exit code or None after a traceback, output); nothing if it takes too long."""
    signal.signal(signal.SIGALRM, give_up)
    signal.alarm(PATIENCE)
    try:
        return command_lines.oracle(arguments)
    except Slow:
        return None
    finally:
        signal.alarm(0)


def normal(text):
    text = command_lines.normal(text)
    return text.replace("Ex%k", "%Exk")  # named by chance, see dates_parity.py


def same(arguments, theirs, mine):
    if theirs[0] != mine[0] or theirs[0] != 0:
        return theirs[0] == mine[0]
    if "row" in arguments:
        return engine.rows(theirs[1]) == engine.rows(mine[1])
    return normal(theirs[1]) == normal(mine[1])


def first_difference(arguments, theirs, mine):
    parts = engine.rows if "row" in arguments else lambda text: normal(text).splitlines()
    pairs = itertools.zip_longest(parts(theirs[1]), parts(mine[1]))
    return next((pair for pair in pairs if pair[0] != pair[1]), ("", ""))


def keep(directory, number, tree, log, arguments):
    case = directory / str(number)
    shutil.copytree(tree, case / "tree", dirs_exist_ok=True)
    shutil.copy(log, case / "log")
    moved = [word.replace(str(tree), str(case / "tree")).replace(str(log), str(case / "log")) for word in arguments]
    (case / "command").write_text(shlex.join(moved) + "\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--from", type=int, default=0, dest="first")
    parser.add_argument("--keep", type=pathlib.Path)
    args = parser.parse_args()
    numbers = {"compared": 0, "with failures": 0, "refused by both": 0, "traceback or too slow": 0, "differ": 0}
    with tempfile.TemporaryDirectory() as scratch:
        log = pathlib.Path(scratch) / "log"
        tree = make_tree(pathlib.Path(scratch))
        for number in range(args.first, args.first + args.count):
            arguments = make_case(args.seed, number, tree, log)
            theirs, mine = oracle(arguments), command_lines.ours(args.program, arguments)
            if theirs is None or theirs[0] is None:
                numbers["traceback or too slow"] += 1
                continue
            numbers["compared"] += 1
            numbers["with failures"] += theirs[0] == 0 and bool(re.search(r"203|2001|198", theirs[1]))
            numbers["refused by both"] += theirs[0] != 0 and theirs[0] == mine[0]
            if same(arguments, theirs, mine):
                continue
            numbers["differ"] += 1
            left, right = first_difference(arguments, theirs, mine)
            print(f"#{number} {shlex.join(arguments)}\n  oracle: {theirs[0]} {left!r}\n  ours:   {mine[0]} {right!r}")
            if args.keep:
                keep(args.keep, number, tree, log, arguments)
    print(f"seed {args.seed}: " + ", ".join(f"{value} {name}" for name, value in numbers.items()))
    return 1 if numbers["differ"] or not numbers["with failures"] else 0


if __name__ == "__main__":
    sys.exit(main())
