#!/usr/bin/env python3
"""Starting in the middle of long logs: what fail2ban finds in them, gaoler finds too.

    seek.py --bin DIR --tree DIR --oracle DIR [--logs N] [--seed N]

Both servers start beside the same logs of some megabytes: in order, shuffled in blocks, with long stretches without
dates, with huge lines, appended to older ones. Every failure has an address of its own. fail2ban skips to findtime by
a half-interval search and so loses failures where a log is not in order; none that it finds may be missing here.
"""

import argparse
import concurrent.futures
import datetime
import os
import random
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from harness import SKIPPED, ServerUnderTest, can_have_namespaces  # noqa: E402

HOUR = 3600
WEEK = 7 * 24 * HOUR
EDGE = 300
FILTER = "[Definition]\nfailregex = ^ mail app: login from <HOST> failed$\n"


class Log:
    def __init__(self, rng, number):
        self.rng = rng
        self.number = number
        self.failures = 0
        self.parts = []
        self.now = time.time()

    def stamp(self, age):
        moment = datetime.datetime.fromtimestamp(self.now - age, datetime.timezone.utc)
        return moment.strftime("%Y-%m-%dT%H:%M:%S+00:00")

    def block(self, oldest, newest, megabytes):
        """Lines in order of their age, in seconds before now."""
        count = int(megabytes * 2**20 / 90)
        for i in range(count):
            age = oldest - (oldest - newest) * i / max(count, 1)
            # Not where it would depend on the second in which a server looks.
            if i % 200 == 0 and abs(age - HOUR) > EDGE:
                self.failures += 1
                address = f"10.{self.number}.{self.failures // 250}.{self.failures % 250 + 1}"
                self.parts.append(f"{self.stamp(age)} mail app: login from {address} failed\n")
            else:
                self.parts.append(f"{self.stamp(age)} mail app: a session of somebody was opened and closed {i:8}\n")

    def undated(self, megabytes):
        self.parts += ["    at some.package.Class.method(Class.java)\n"] * int(megabytes * 2**20 / 45)

    def huge(self, age, megabytes):
        self.parts.append(f"{self.stamp(age)} " + "x" * int(megabytes * 2**20) + "\n")


def in_order(log):
    log.block(WEEK, 60, 6)


def two_logs(log):
    log.block(2 * HOUR, 10, log.rng.uniform(1, 4))
    log.block(WEEK, HOUR / 2, log.rng.uniform(1, 4))


def blocks(log):
    for _ in range(log.rng.randint(3, 8)):
        oldest = log.rng.choice([WEEK, 3 * HOUR, HOUR, 600])
        log.block(oldest, log.rng.uniform(0, oldest), log.rng.uniform(0.1, 2))


def with_gaps(log):
    edge = WEEK
    for _ in range(5):
        newest = edge * log.rng.uniform(0.01, 0.5)
        log.block(edge, newest, log.rng.uniform(0.2, 1.5))
        log.undated(log.rng.uniform(0, 2))
        edge = newest


def with_huge_lines(log):
    edge = WEEK
    for _ in range(4):
        newest = edge * log.rng.uniform(0.05, 0.5)
        log.block(edge, newest, log.rng.uniform(0.2, 1))
        log.huge(newest, log.rng.uniform(0.5, 1.5))
        edge = newest


def found(programs, tree, logs):
    jails = "".join(f"[log{log.number}]\nenabled = true\nfilter = app\nlogpath = @DIR@/{log.number}.log\n"
                    "backend = polling\nmaxretry = 1000\nfindtime = 1h\n" for log in logs)
    server = ServerUnderTest(programs, tree, jails)
    try:
        server.write("filter.d/app.conf", FILTER)
        for log in logs:
            server.append("".join(log.parts), f"{server.directory}/{log.number}.log")
        server.start()
        for log in logs:
            server.append(f"{log.stamp(log.now - time.time())} mail app: login from 192.0.2.{log.number} failed\n",
                          f"{server.directory}/{log.number}.log")
        for log in logs:
            server.wait_for_log(f"[log{log.number}] Found 192.0.2.{log.number} ", 120)
        return {line.split(" Found ")[1].split(" ")[0] for line in server.log().splitlines() if "] Found 10." in line}
    finally:
        server.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True)
    parser.add_argument("--tree", required=True)
    parser.add_argument("--oracle", default=os.environ.get("GAOLER_ORACLE", ""))
    parser.add_argument("--logs", type=int, default=10)
    parser.add_argument("--seed", type=int, default=20261122)
    options = parser.parse_args()
    if not options.oracle or not can_have_namespaces():
        print("skipped: " + ("network namespaces need root" if options.oracle else "GAOLER_ORACLE is not set"))
        return SKIPPED
    kinds = [in_order, two_logs, blocks, with_gaps, with_huge_lines]
    logs = []
    for number in range(options.logs):
        log = Log(random.Random(options.seed + number), number + 1)
        kinds[number % len(kinds)](log)
        logs.append(log)
    with concurrent.futures.ThreadPoolExecutor() as both:
        theirs, ours = both.map(lambda programs: found(programs, options.tree, logs),
                                [f"{options.oracle}/bin", options.bin])
    missing = sorted(theirs - ours)
    print(f"{len(logs)} logs: fail2ban finds {len(theirs)} failures, gaoler {len(ours)}; "
          f"of fail2ban's {len(missing)} are missing {missing[:10]}")
    return 1 if missing or not theirs else 0


if __name__ == "__main__":
    sys.exit(main())
