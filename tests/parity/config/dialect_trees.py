#!/usr/bin/env python3
"""Small trees with one oddity each, read by fail2ban and by us, compared as trees.py does.

    dialect_trees.py --program CONFIG_DUMP [--only TEXT]

Bytes that are no text, line ends, names, interpolation, parameters, tags, types, includes, order of files. What is
meant to differ is in DIFFERENT with its reason (docs/differences.md); it is a failure if it does not.
"""

import argparse
import os
import sys
import tempfile

import sides
from dialect_table import ACTION, ACTIONS, FILTER, FILTERS, INSERTIONS, ON, OTHER_SECTIONS, SETTINGS, TREES

DIFFERENT = {
    "nul": "a NUL byte is refused",
    "ints": "digits of other scripts are none",
    "ints beyond 64 bits": "a number that no counter holds is none",
    "include by ever new paths": "includes end at a depth of 64, fail2ban's where a path is too long",
    "case": "one capital letter stays one letter when it becomes small",
    "cond param": "parameters with a condition are understood as 1.1.1 does",
    "action a[port?x=y=1]": "likewise",
    "filter f[date=1]": "parameters named like a part of datepattern are not sent, as 1.1.1",
    "filter f[e=1]": "likewise",
    "filter f[pattern=1,maxlines=4]": "likewise",
    "filter only init": "likewise",
    "jail in default only": "likewise",
    "111 nologs": "a tree that says skip_if_nologs is read as 1.1.1 does",
}


def indented(value):
    return value.replace("\n", "\n   ")


def trees():
    """(name, files) of all trees; fail2ban.conf is added where there is none."""
    yield from TREES.items()
    for value in INSERTIONS:
        yield f"insertion {value}", {
            "jail.conf": f"{ON}a = 1\n[j]\nbantime = {value}\n{OTHER_SECTIONS}",
            "jail.local": f"[j]\nbantime = <{value}>\n",
        }
    for value in ACTIONS:
        yield f"action {value}", {
            "jail.conf": f"{ON}x = a[port=x]\n[j]\naction = {indented(value)}\n[k]\n",
            "action.d/a.conf": ACTION,
            "action.d/p.py": "",
        }
    for value in FILTERS:
        for setting in SETTINGS:
            yield f"filter {value}", {
                "jail.conf": f"{ON}[j]\nbantime=1\n{setting}filter = {indented(value)}\n[k]\n",
                "filter.d/f.conf": FILTER,
            }


def write(directory, files):
    files = {"fail2ban.conf": "[Definition]\nloglevel=INFO\n", **files}
    for name, content in files.items():
        path = os.path.join(directory, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    oracle, ours = sides.Oracle(sides.oracle_directory()), sides.Ours(options.program)
    compared = failed = 0
    for name, files in trees():
        if options.only not in name:
            continue
        compared += 1
        with tempfile.TemporaryDirectory() as scratch:
            write(scratch, files)
            difference = sides.first_difference(oracle.dump(scratch), ours.dump(scratch))
        if (difference is not None) != (name in DIFFERENT):
            failed += 1
            print(f"{name!r}: {difference or 'equal, but listed as different: ' + DIFFERENT[name]}")
    print(f"{compared} trees compared, {failed} not as they should be")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
