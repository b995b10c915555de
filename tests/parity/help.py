#!/usr/bin/env python3
"""The programs' answers about themselves beside the oracle's: the same options, versions and exit codes.

    help.py --bin DIR [--oracle DIR]

The words of the help are ours; what it lists is at least what fail2ban's lists. Exit 1 on any difference, 77 (skipped)
without an oracle.
"""

import argparse
import os
import re
import subprocess
import sys

SKIPPED = 77
PROGRAMS = ("fail2ban-client", "fail2ban-server", "fail2ban-regex")
# Command lines that need no server; their exit codes must agree, for the first ones what they print as well.
SAME_OUTPUT = (["-V"], ["--version"], ["--str2sec", "1h30m"], ["--str2sec", "2w 3d"])
SAME_CODE = (["-h"], ["--help"], ["--nosuch"], ["-Z"], ["--conf"], ["-c", "/nowhere", "-d"], ["-c", "/nowhere", "-t"], ["--loglevel"])
_OPTION = re.compile(r"(?<![\w<-])(--[A-Za-z][\w-]*|-[A-Za-z])(?![\w-])")


def run(directory, program, words):
    return subprocess.run([f"{directory}/{program}", *words], capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)


def options(directory, program):
    text = run(directory, program, ["--help"]).stdout.split("\nCommand")[0]
    lines = [line for line in text.splitlines() if re.match(r" {2,6}-", line)]
    return {option for line in lines for option in _OPTION.findall(line)}


def differences(ours, theirs):
    for program in PROGRAMS:
        wanted = options(theirs, program)
        if len(wanted) < 20:
            yield f"{program}: the oracle lists {len(wanted)} options only"
        for option in sorted(wanted - options(ours, program)):
            yield f"{program} --help does not list {option}"
        # fail2ban-regex knows no times, and its -c takes no part in an empty command line.
        is_regex = program == "fail2ban-regex"
        for words in SAME_OUTPUT[:2] if is_regex else SAME_OUTPUT:
            got, should = (run(directory, program, words) for directory in (ours, theirs))
            if (got.returncode, got.stdout) != (should.returncode, should.stdout):
                yield f"{program} {' '.join(words)}: {got.returncode} {got.stdout!r}, not {should.returncode} {should.stdout!r}"
        for words in SAME_CODE[:3] + ([],) if is_regex else SAME_CODE:
            got, should = (run(directory, program, words).returncode for directory in (ours, theirs))
            if got != should:
                yield f"{program} {' '.join(words)}: exit code {got}, not {should}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", required=True)
    parser.add_argument("--oracle", default=os.environ.get("GAOLER_ORACLE"))
    given = parser.parse_args()
    if not (given.oracle and os.path.isdir(given.oracle)):
        print("skipped: no oracle (GAOLER_ORACLE names no directory; make one with tools/oracle)")
        return SKIPPED
    wrong = list(differences(given.bin, os.path.join(given.oracle, "bin")))
    for text in wrong:
        print(text)
    print(f"{len(wrong)} differences")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
