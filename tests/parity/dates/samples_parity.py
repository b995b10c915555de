"""Finds the dates of fail2ban's sample logs with our detector and with fail2ban's.

  samples_parity.py --probe PATH

Every sample file is read by a detector with the date pattern of its filter, once per choice of filter options. Spans,
templates and times must be equal, and be the times that the samples expect where their filter looks at one line only.
"""
import argparse
import datetime
import json
import os
import re
import sys
import time

import oracle_dates
from dates_parity import Probe, escape, read_answer, same

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import samples  # noqa: E402

ZONE = "CET-01CEST-02,M3.5.0,M10.5.0"  # where and when the samples say they were written
NOW = 1124013600.0
TODAY = 1795341600.0  # decides which years %ExY accepts


def expected_times(path):
    """Line number -> time, where a failure with a time is expected."""
    found, expected = {}, None
    with open(path, encoding="utf-8") as log:
        for number, text in enumerate(log, 1):
            said = re.match(r"^#+ ?failJSON:(.+)$", text)
            if said:
                expected = json.loads(said[1])
            elif not text.startswith("#") and text.strip():
                if expected and expected.get("match") and expected.get("time"):
                    whole = expected["time"].partition(".")[0]
                    moment = datetime.datetime.strptime(whole, "%Y-%m-%dT%H:%M:%S")
                    found[number] = time.mktime(moment.timetuple())
                expected = None
    return found


def date_settings(name, options, base):
    """The date pattern and maxlines that fail2ban's reader makes of a filter."""
    from fail2ban.client.filterreader import FilterReader
    reader = FilterReader(name, "jail", dict(options), basedir=base)
    reader.read()
    reader.getOptions({})
    pattern, lines = None, 1
    for command in reader.convert():
        if command[2] == "datepattern":
            pattern = command[3]
        elif command[2] == "maxlines":
            lines = int(command[3])
    return pattern, lines


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--probe", required=True)
    options = parser.parse_args()
    oracle_dates.require()
    home = os.environ["GAOLER_ORACLE"]
    oracle = oracle_dates.Oracle()
    oracle.set_zone(ZONE)
    probe = Probe(options.probe)
    probe.add("Z", ZONE)

    asked = []
    for name in sorted(os.listdir(os.path.join(home, "logs"))):
        path = os.path.join(home, "logs", name)
        if not os.path.isfile(path) or not os.path.isfile(os.path.join(home, "etc/fail2ban/filter.d", name + ".conf")):
            continue
        times = expected_times(path)
        for run in samples.runs(path, name):
            run_options = {k: v for k, v in run.options.items() if k != "test.condition"}
            pattern, maxlines = date_settings(name, run_options, os.path.join(home, "etc/fail2ban"))
            refused = oracle.new_detector(pattern, None, 2026)
            if refused:
                sys.exit("%s: fail2ban refuses %r: %s" % (name, pattern, refused))
            probe.add("D", "-" if pattern is None else escape(pattern), "-")
            probe.add("L", repr(TODAY), "nothing")  # compiles: years count from here
            asked.append((name, pattern, None, None, None))
            for line in run.lines:
                theirs = oracle.find(line.text, NOW)
                probe.add("L", repr(NOW), escape(line.text))
                expected = times.get(line.number) if maxlines == 1 else None
                asked.append((name, pattern, line, theirs, expected))

    answers = iter(probe.answers())
    next(answers)
    different = compared = as_expected = 0
    for name, pattern, line, theirs, expected in asked:
        answer = next(answers)
        if line is None:
            if answer[0] != "ok":
                different += 1
                print("%s: %s refused: %s" % (name, pattern, answer))
            next(answers)
            continue
        compared += 1
        ours = read_answer(answer)
        if not same(ours, theirs):
            different += 1
            print("%s:%d %r\n  ours:   %s\n  theirs: %s" % (name, line.number, line.text, ours, theirs))
        elif expected is not None:
            # Fractions count only for epochs, and the samples write them or not.
            if ours and ours[2] is not None and int(ours[2]) == expected:
                as_expected += 1
            else:
                different += 1
                print("%s:%d expects %s: %s" % (name, line.number, expected, ours))
    print("%d lines compared, %d with the expected time, %d differences" % (compared, as_expected, different))
    sys.exit(1 if different else 0)


if __name__ == "__main__":
    main()
