#!/usr/bin/env python3
"""Python's `re` behind a pipe, for regex_parity: one process for a whole run.

Request: a line "FLAGS PATTERN_BYTES TEXTS", the pattern, then per text a line "BYTES" and the text. FLAGS are letters of
"mi" or "-". Answer: a line "refused BYTES" and the reason; or a line "groups N" and per text one line: "none", "slow"
(gave up after a while, or failed in itself) or "begin end" of each group in bytes, -1 -1 for one that took no part.
"""

import re
import signal
import sys
import warnings

SLOW_SECONDS = 0.25


class Slow(Exception):
    pass


def alarm(_signal, _frame):
    raise Slow


def read_exactly(size):
    return sys.stdin.buffer.read(size)


def byte_offsets(text):
    offsets = [0]
    for c in text:
        offsets.append(offsets[-1] + len(c.encode()))
    return offsets


def answer(pattern, text):
    signal.setitimer(signal.ITIMER_REAL, SLOW_SECONDS)
    try:
        found = pattern.search(text)
    except (Slow, SystemError):  # the latter: 3.11 itself says it has a bug here
        return "slow"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    if not found:
        return "none"
    spans = [found.span(group) for group in range(pattern.groups + 1)]
    if not text.isascii():
        offsets = byte_offsets(text)
        spans = [(-1, -1) if span[0] < 0 else (offsets[span[0]], offsets[span[1]]) for span in spans]
    return " ".join(f"{begin} {end}" for begin, end in spans)


def main():
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGALRM, alarm)
    out = sys.stdout
    while True:
        head = sys.stdin.buffer.readline().decode().split()
        if not head:
            return
        source = read_exactly(int(head[1])).decode()
        texts = [read_exactly(int(sys.stdin.buffer.readline())).decode() for _ in range(int(head[2]))]
        try:
            pattern = re.compile(source, (re.M if "m" in head[0] else 0) | (re.I if "i" in head[0] else 0))
        except (re.error, OverflowError, RecursionError) as problem:
            reason = str(problem)
            out.write(f"refused {len(reason.encode())}\n{reason}")
        else:
            out.write(f"groups {pattern.groups}\n")
            out.writelines(answer(pattern, text) + "\n" for text in texts)
        out.flush()


main()
