#!/usr/bin/env python3
"""Lines per second of our fail2ban-regex and of the oracle's, with the oracle's filters, and the same rows?

  regex_speed.py --program PATH [--lines N] [--rounds N]

The log is a docker-mailserver's (tools/sample-mail-log). Counted is processor time of one core, start-up taken off;
of several rounds the best. Exit code 1 if the rows differ. Needs GAOLER_ORACLE; says so and exits 77 without.
"""
import argparse
import os
import pathlib
import resource
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
FILTERS = ["filter.d/postfix.conf[mode=extra]", "filter.d/dovecot.conf", "filter.d/sshd.conf"]


def run(arguments):
    """Output and seconds of processor time."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(arguments, stdout=subprocess.PIPE, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return done.stdout, (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)


def measure(program, config, log, name, rounds):
    options = [program, "-c", config, "-r", "-o", "row"]
    output, best, start = b"", float("inf"), float("inf")
    for _ in range(rounds):
        start = min(start, run([*options, "no line of a log", name])[1])
        output, seconds = run([*options, log, name])
        best = min(best, seconds)
    return output, max(best - start, 1e-3)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--lines", type=int, default=200000)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    oracle = os.environ.get("GAOLER_ORACLE")
    if not oracle:
        print("skipped: GAOLER_ORACLE is not set (see tools/oracle)")
        return 77
    config = f"{oracle}/etc/fail2ban"
    same = True
    with tempfile.NamedTemporaryFile(suffix=".log") as log:
        subprocess.run([sys.executable, ROOT / "tools/sample-mail-log", "--lines", str(args.lines)],
                       stdout=log, check=True)
        print(f"{'filter':36} {'oracle':>12} {'ours':>12} {'times':>7}  rows")
        for name in FILTERS:
            theirs, slow = measure(f"{oracle}/bin/fail2ban-regex", config, log.name, name, 1)
            mine, fast = measure(args.program, config, log.name, name, args.rounds)
            same = same and theirs == mine
            verdict = "same" if theirs == mine else "DIFFERENT"
            print(f"{name:36} {args.lines / slow:10.0f}/s {args.lines / fast:10.0f}/s {slow / fast:6.1f}x  "
                  f"{theirs.count(bytes([10]))} {verdict}")
    return 0 if same else 1


sys.exit(main())
