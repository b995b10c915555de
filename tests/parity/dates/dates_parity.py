"""Compares our date detector with fail2ban's on generated log lines: the span, the template and the time.

  dates_parity.py --probe PATH [--lines N] [--seed S] [--show N]

Lines come in sequences, because a detector learns: mostly one format at one place, now and then another. Every
sequence has its zone, its clock, and the default list or a custom pattern. Differences are printed and fail.
"""
import argparse
import random
import subprocess
import sys

import oracle_dates
import sequences


def escape(text):
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")


class Probe:
    def __init__(self, path):
        self._process = subprocess.Popen([path], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._requests = []

    def add(self, *fields):
        self._requests.append("\t".join(fields).encode())

    def answers(self):
        """To everything added, in order."""
        out, _ = self._process.communicate(b"\n".join(self._requests) + b"\n")
        if self._process.returncode:
            sys.exit("the probe ended with %d" % self._process.returncode)
        return [line.split("\t") for line in out.decode("utf-8", "replace").split("\n")[:-1]]


def ask_oracle(oracle, sequence):
    """The sequence and what fail2ban makes of it; None for a pattern it refuses."""
    oracle.set_zone(sequence.zone)
    if oracle.new_detector(sequence.pattern, sequence.log_zone, sequence.year) is not None:
        return None
    return [oracle.find(line, now) for now, line in sequence.lines]


def ask_us(probe, sequence):
    probe.add("Z", sequence.zone)
    probe.add("D", "-" if sequence.pattern is None else escape(sequence.pattern), sequence.log_zone or "-")
    for now, line in sequence.lines:
        probe.add("L", repr(now), escape(line))


def read_answer(fields):
    if fields[0] == "nothing":
        return None
    return int(fields[0]), int(fields[1]), None if fields[2] == "none" else float(fields[2]), fields[3]


def comparable(found):
    """fail2ban calls %Exk and %Exl by either of two names, as its dictionary happens to be ordered."""
    return found and found[:3] + (found[3].replace("Ex%k", "%Exk").replace("Ex%l", "%Exl"),)


def same(ours, theirs):
    ours, theirs = comparable(ours), comparable(theirs)
    if ours and theirs and theirs[2] == oracle_dates.LOST:
        return ours[:2] + ours[3:] == theirs[:2] + theirs[3:]  # whatever time we make of it
    if ours is None or theirs is None or ours[2] is None or theirs[2] is None:
        return ours == theirs
    return ours[:2] == theirs[:2] and ours[3] == theirs[3] and abs(ours[2] - theirs[2]) < 1e-6


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--probe", required=True)
    parser.add_argument("--lines", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=20)
    options = parser.parse_args()
    oracle_dates.require()

    oracle = oracle_dates.Oracle()
    generator = sequences.Generator(random.Random(options.seed))
    probe = Probe(options.probe)
    asked, count = [], 0
    while count < options.lines:
        sequence = generator.next()
        theirs = ask_oracle(oracle, sequence)
        ask_us(probe, sequence)
        asked.append((sequence, theirs))
        count += len(sequence.lines)

    answers = iter(probe.answers())
    compared = dated = refused = different = 0
    for number, (sequence, theirs) in enumerate(asked):
        next(answers)
        made = next(answers)
        ours = [next(answers) for _ in sequence.lines]
        head = "#%d zone %s logtimezone %s pattern %r" % (number, sequence.zone, sequence.log_zone, sequence.pattern)
        if (made[0] == "ok") != (theirs is not None):
            different += 1
            if different <= options.show:
                print("%s\n  ours: %s\n  theirs: %s" % (head, made, "ok" if theirs is not None else "refused"))
            continue
        if theirs is None:
            refused += 1
            continue
        for step, ((now, line), mine, its) in enumerate(zip(sequence.lines, ours, theirs)):
            if its == oracle_dates.LOST:
                break  # half of what it learnt is lost, too
            compared += 1
            mine = read_answer(mine)
            dated += its is not None and isinstance(its[2], float)
            if same(mine, its):
                continue
            different += 1
            if different <= options.show:
                print("%s\n  line %d, now %r: %r\n    ours:   %s\n    theirs: %s" % (head, step, now, line, mine, its))
            break  # what follows learnt from it
    print("%d sequences, %d lines compared, %d with a time, %d patterns refused by both, %d differences (seed %d)" %
          (len(asked), compared, dated, refused, different, options.seed))
    sys.exit(1 if different else 0)


if __name__ == "__main__":
    main()
