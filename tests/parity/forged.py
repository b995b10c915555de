#!/usr/bin/env python3
"""Nobody gets somebody else banned: user names that look like the rest of a log line.

    forged.py --tree DIR --regex PROGRAM [--samples DIR] [FILTER...]

Takes the lines of the samples that are failures and have a user's name, the client's own text, and puts texts into it
that name another address: the rest of the line, the whole line, and what services write in front of an address. The
other address must not be found. Exit 1 if it is.
"""

import argparse
import os
import re
import sys

import filters
import samples

VICTIM = "192.0.2.66"  # in no sample but as an address that must not be found
# Lines that can be read in two ways, where ours is fail2ban's: the reading is told in the filter.
KNOWN = {
    # Dovecot refuses such names itself (auth_username_chars).
    "dovecot": re.compile(r"auth(?:-worker)?\(.*,192\.0\.2\.66[,)]"),
    # The user of a host-based login stands behind the client as well; a name that changed stands in the line twice.
    "sshd": re.compile(r"Failed hostbased for|Change of username"),
}


def forged_names(user, line, position, address):
    rest = line[position + len(user):]
    swapped = rest.replace(address, VICTIM)
    yield user + swapped
    yield user + swapped + "x"
    yield user + swapped.rstrip(".)\"' ")
    yield "x " + line.replace(address, VICTIM)[-160:]
    for between in (" from ", "' from ", " ", " [", " rhost=", ", ip=[", " ip=", "', client: "):
        yield user + between + VICTIM


def forgeries(program, tree, name, run):
    """Lines of the run with forged names; none of them is about the victim."""
    wanted = [line for line in run.lines if line.host is not None]
    for line, row in filters.align(wanted, filters.found_rows(program, tree, name, run)):
        user = row and line and (row[1].get("user") or row[1].get("alt_user"))
        if not isinstance(user, str) or not user:
            continue
        address = row[0] if row[0] in line.text else line.host
        for match in re.finditer(re.escape(user), line.text):
            for forged in forged_names(user, line.text, match.start(), address):
                yield line.text[: match.start()] + forged + line.text[match.end():]


def victims(program, tree, name, run, lines):
    """Those of the lines in which the victim is found; alone, so that no line helps another."""
    def finds(some):
        part = samples.Run(run.options, [samples.Line(0, text, None) for text in some])
        return any(row[0] == VICTIM for row in filters.found_rows(program, tree, name, part))

    if not finds(lines):
        return []
    if len(lines) == 1:
        return lines
    half = len(lines) // 2
    return victims(program, tree, name, run, lines[:half]) + victims(program, tree, name, run, lines[half:])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tree", required=True)
    parser.add_argument("--regex", required=True)
    parser.add_argument("--samples", default=os.path.join(os.path.dirname(__file__), "../data/logs"))
    parser.add_argument("filters", nargs="*", help="filters to look at (default: all that have a sample)")
    given = parser.parse_args()
    count, wrong = 0, []
    for name in given.filters or filters.filters_with_samples(given.tree, given.samples):
        for sample in filters.SAMPLES.get(name, [name]):
            path = os.path.join(given.samples, sample)
            for run in samples.runs(path, name) if os.path.exists(path) else []:
                lines = sorted(set(forgeries(given.regex, given.tree, name, run)))
                count += len(lines)
                lines = [line for line in lines if not (name in KNOWN and KNOWN[name].search(line))]
                if lines:
                    wrong += [f"{name}{run.options}: {line}" for line in victims(given.regex, given.tree, name, run, lines)]
    for text in wrong:
        print(text)
    print(f"{count} forged lines, {len(wrong)} of them get {VICTIM} banned")
    return 1 if wrong or count < 500 else 0


if __name__ == "__main__":
    sys.exit(main())
