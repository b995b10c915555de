#!/usr/bin/env python3
"""Random configuration trees, read by fail2ban and by us: every tree must lead to the same commands.

    random_trees.py --program CONFIG_DUMP [--count N] [--seed S] [--keep DIR] [--stock [DIR]]

Trees are small and nasty (random_dialect.py), with --stock a user's changes to the stock tree DIR, by default the
oracle's own (random_overrides.py). A difference is cut down to the lines that are needed for it and written below
--keep (default: a temporary directory); the exit code is 1 then, 77 (skipped) without an oracle.
"""

import argparse
import os
import resource
import shutil
import sys
import tempfile

import random_dialect
import random_overrides
import sides


def write_tree(directory, files, stock=None):
    shutil.rmtree(directory, ignore_errors=True)
    if stock:
        shutil.copytree(stock, directory)
    for name, text in files.items():
        path = os.path.join(directory, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if isinstance(text, random_dialect.Link):
            os.symlink(text, path)
            continue
        with open(path, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
            file.write(text)


class Comparison:
    def __init__(self, oracle, ours, scratch, stock):
        self._oracle, self._ours, self._directory, self._stock = oracle, ours, os.path.join(scratch, "tree"), stock
        self.compared = self.broken = self.lines = 0

    def difference(self, files):
        write_tree(self._directory, files, self._stock)
        theirs = self._oracle.dump(self._directory)
        self.compared += 1
        self.broken += theirs[0].startswith("ERROR")
        self.lines += theirs[0].count("\n")
        return sides.first_difference(theirs, self._ours.dump(self._directory))


# What decides how the whole tree is read.
KEPT = ("jail.d/newer.conf", "fail2ban.conf")


def shrink(comparison, files):
    """The tree without every file and line that the difference does not need."""
    files = dict(files)
    names = [name for name in files if name not in KEPT]
    for name in names:
        rest = {other: text for other, text in files.items() if other != name}
        if rest and comparison.difference(rest):
            files = rest
    for name in names:
        if name not in files or isinstance(files[name], random_dialect.Link):
            continue
        lines = files[name].split("\n")
        size = max(1, len(lines) // 2)
        while size:
            at = 0
            while at < len(lines):
                fewer = lines[:at] + lines[at + size:]
                if comparison.difference({**files, name: "\n".join(fewer)}):
                    lines = fewer
                else:
                    at += size
            size //= 2
        files[name] = "\n".join(lines)
    return files


def trees(options, oracle):
    """The tree of a seed."""
    newer = oracle.version >= (1, 1, 1)
    if options.stock:
        return random_overrides.Generator(options.stock, newer).tree
    return lambda seed: random_dialect.Generator(seed, newer).tree()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep")
    parser.add_argument("--stock", nargs="?", const="")
    parser.add_argument("--stop-after", type=int, default=5, help="differences")
    options = parser.parse_args()
    directory = sides.oracle_directory()
    if options.stock == "":
        options.stock = os.path.join(directory, "etc/fail2ban")
    resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
    oracle = sides.Oracle(directory)
    ours = sides.Ours(options.program)
    different = 0
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as scratch:
        comparison = Comparison(oracle, ours, scratch, options.stock)
        tree = trees(options, oracle)
        for seed in range(options.seed, options.seed + options.count):
            files = tree(seed)
            if not comparison.difference(files):
                continue
            different += 1
            small = shrink(Comparison(oracle, ours, scratch, options.stock), files)
            keep = os.path.join(options.keep or tempfile.mkdtemp(prefix="random-tree-"), str(seed))
            write_tree(keep, small)
            print(f"seed {seed}: {comparison.difference(small)}\n  the tree is in {keep}", flush=True)
            if different >= options.stop_after:
                break
        print(f"{comparison.compared - different} trees compared, {different} different; "
              f"{comparison.broken} unreadable, {comparison.lines} lines")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
