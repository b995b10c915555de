"""Compares our reading of time spans ("1d 12h", "5*60") with fail2ban's on generated texts.

  durations_parity.py --probe PATH [--texts N] [--seed S]

The numbers must be equal, and be whole where Python has an int. We read more than fail2ban does: numbers with leading
zeros, and "1 2 3", which its regular expressions trip over; what it reads we must read.
"""
import argparse
import random
import sys

import oracle_dates
from dates_parity import Probe, escape

UNITS = ["s", "ss", "sec", "second", "seconds", "m", "mm", "min", "minutes", "h", "hh", "hou", "hours", "d", "da", "days", "dd", "w",
         "we", "wee", "weeks", "mo", "mon", "months", "y", "yea", "years", "x", "min.", "H", "Mo", "DAYS"]
NUMBERS = ["1", "2", "0", "10", "12", "90", "600", "1.5", ".5", "0.25", "365", "100000"]
SIGNS = ["", " ", "  ", "+", "-", " - ", "*", "/", "//", "%", "**2 ", " + ", ")", "(", "\n"]


def text(rng):
    out = rng.choice(["", "", "", "-", " ", "("])
    for _ in range(rng.randint(1, 4)):
        out += rng.choice(NUMBERS) + rng.choice(["", " ", ""]) + (rng.choice(UNITS) if rng.random() < 0.7 else "")
        out += rng.choice(SIGNS) if rng.random() < 0.7 else " "
    return out.strip(" ") if rng.random() < 0.8 else out


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--probe", required=True)
    parser.add_argument("--texts", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    oracle_dates.require()
    oracle, probe, rng = oracle_dates.Oracle(), Probe(options.probe), random.Random(options.seed)
    texts = [text(rng) for _ in range(options.texts)]
    for asked in texts:
        probe.add("T", escape(asked))
    read = different = only_ours = 0
    for asked, answer in zip(texts, probe.answers()):
        theirs = oracle.duration(asked)
        ours = None if answer[0] == "error" else (float(answer[0]), answer[1] == "whole")
        if theirs is None:
            only_ours += ours is not None
            continue
        read += 1
        if ours is None or ours[1] != theirs[1] or abs(ours[0] - theirs[0]) > 1e-9 * abs(theirs[0]):
            different += 1
            print("%r: ours %s, theirs %s" % (asked, answer, theirs))
    print("%d texts, %d read by fail2ban, %d by us only, %d differences" % (len(texts), read, only_ours, different))
    sys.exit(1 if different else 0)


if __name__ == "__main__":
    main()
