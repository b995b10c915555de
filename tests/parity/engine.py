#!/usr/bin/env python3
"""Our fail2ban-regex against the oracle's own engine, with the oracle's own filters: the same failures?

  engine.py --program PATH [--mixed] [--report] [FILTER...]

Every sample log of the oracle goes through its filter, with every set of options that the sample asks for; the
oracle's side runs in this process. Compared are the rows (id, time, groups) and with --report the whole report, as it is
and with all that -vv and --verbose-date add.
--mixed gives every filter the lines of all samples instead. Needs GAOLER_ORACLE; says so and exits 77 without.
"""
import argparse
import ast
import io
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

os.environ.setdefault("TZ", "Europe/Berlin")
time.tzset()
ORACLE = os.environ.get("GAOLER_ORACLE")
if not ORACLE:
    print("skipped: GAOLER_ORACLE is not set (see tools/oracle)")
    sys.exit(77)
ORACLE = pathlib.Path(ORACLE)
sys.path.insert(0, str(ORACLE / "lib"))
sys.dont_write_bytecode = True
from fail2ban.client import fail2banregex as tool  # noqa: E402
from fail2ban.version import version as VERSION  # noqa: E402

CONFIG = ORACLE / "etc" / "fail2ban"


def option_sets(path):
    """The option sets that a sample names, test.* keys dropped, each once; the plain filter is always among them."""
    sets = [{}]
    for line in path.read_text(errors="replace").splitlines():
        found = re.match(r"#.*filterOptions:\s*(.*)$", line)
        if not found:
            continue
        given = json.loads(found.group(1))
        for options in given if isinstance(given, list) else [given]:
            options = {k: v for k, v in options.items() if not k.startswith("test.")}
            if options not in sets:
                sets.append(options)
    return sets


def jobs(names, mixed_log):
    for path in sorted((ORACLE / "logs").iterdir()):
        if path.is_dir() or (names and path.name not in names):
            continue
        if not (CONFIG / "filter.d" / (path.name + ".conf")).exists():
            continue
        for options in option_sets(path):
            text = ",".join(f'{key}="{value}"' for key, value in options.items())
            # By file name: a bare name could be that of a jail, with the jail's options.
            name = f"filter.d/{path.name}.conf" + (f"[{text}]" if text else "")
            yield name, mixed_log or path


def oracle(arguments):
    """The output of the oracle's fail2ban-regex, run here."""
    lines = io.StringIO()
    tool.output = lambda text: lines.write(f"{text}\n")
    handlers = list(tool.logSys.handlers)
    try:
        tool.exec_command_line(list(arguments))
    except SystemExit:
        pass
    finally:
        tool.logSys.handlers = handlers
    return lines.getvalue()


def ours(program, arguments):
    done = subprocess.run([program, *arguments], capture_output=True, timeout=600)
    return (done.stdout + done.stderr).decode(errors="replace")


def rows(text):
    """Rows as values: sets have no order. The time of a line without a date is the moment it was read. From 1.1.1
    on, fail2ban leaves out some of the groups that did not take part; we name them as 1.1.0."""
    result = []
    for line in text.splitlines():
        try:
            row = ast.literal_eval(line.rstrip(","))
            near = row[1] and abs(row[1] - time.time()) < 600
            row[1] = "now" if near else repr(row[1])
            if VERSION != "1.1.0":
                row[2] = {name: value for name, value in row[2].items() if value is not None}
        except (SyntaxError, ValueError):
            row = line
        result.append(row)
    return result


# Date formats are named as 1.1.1 names them, and the regular expressions behind them are in our words.
_COMPACT = {"(?:-|T|  ?)Ex24hour:?ExMinute:?ExSecond": "(?:T|  ?)Ex24hourExMinuteExSecond",
            "(?:-|T|  ?)%ExH:?%ExM:?%ExS": "(?:T|  ?)%ExH%ExM%ExS"}


def normal_report(text):
    text = re.sub(r"(?m)^\[processed in .*\]$", "", text)
    text = re.sub(r"(?m)^(\|      # regex:).*$", r"\1", text)
    for ours, theirs in _COMPACT.items():
        text = text.replace(ours, theirs)
    # The time of a line without a date is the moment it was read.
    return re.sub(time.strftime(r"%a %b %d \d\d:\d\d:\d\d %Y"), "now", text)


def mixed_log(directory):
    path = pathlib.Path(directory) / "mixed.log"
    with open(path, "wb") as out:
        for sample in sorted((ORACLE / "logs").rglob("*")):
            if sample.is_file():
                for line in sample.read_bytes().splitlines():
                    if line and not line.startswith(b"#"):
                        out.write(line + b"\n")
    return path


def first_difference(theirs, mine):
    for index in range(max(len(theirs), len(mine))):
        left = theirs[index] if index < len(theirs) else "(nothing)"
        right = mine[index] if index < len(mine) else "(nothing)"
        if left != right:
            return f"  #{index}\n    oracle: {left}\n    ours:   {right}"
    return ""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--mixed", action="store_true")
    parser.add_argument("--report", action="store_true")
    parser.add_argument("filters", nargs="*")
    args = parser.parse_args()

    total = equal = wrong_jobs = count = 0
    spent = [0.0, 0.0]
    with tempfile.TemporaryDirectory() as scratch:
        log = mixed_log(scratch) if args.mixed else None
        for name, path in jobs(set(args.filters), log):
            count += 1
            for options in [["--print-all-matched"], ["-vv", "--verbose-date"]] if args.report else [["-o", "row"]]:
                arguments = ["-c", str(CONFIG), "-r", *options, str(path), name]
                began = time.monotonic()
                theirs = oracle(arguments)
                between = time.monotonic()
                mine = ours(args.program, arguments)
                spent[0] += between - began
                spent[1] += time.monotonic() - between
                if args.report:
                    theirs, mine = normal_report(theirs).splitlines(), normal_report(mine).splitlines()
                else:
                    theirs, mine = rows(theirs), rows(mine)
                total += len(theirs)
                equal += sum(1 for pair in zip(theirs, mine) if pair[0] == pair[1])
                if theirs != mine:
                    wrong_jobs += 1
                    print(f"{name} on {path.name}, {' '.join(options)}: {len(theirs)} of the oracle, {len(mine)} of ours")
                    print(first_difference(theirs, mine))
    kind = "report lines" if args.report else "rows"
    print(f"{count} filters with options, {equal} of {total} {kind} equal, {wrong_jobs} filters differ")
    print(f"oracle {spent[0]:.1f} s, ours {spent[1]:.1f} s")
    return 1 if wrong_jobs or not total else 0


if __name__ == "__main__":
    sys.exit(main())
