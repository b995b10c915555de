#!/usr/bin/env python3
"""The same mail.log, the same configuration, our server and fail2ban's: the kernel holds the same addresses.

    kernel_sets.py --bin DIR --tree DIR [--lines N] [--seed N]

Lines come in three parts: some are there at the start, some are appended, some after a rotation by rename. Compared
are the sets of all jails, the lists of banned addresses in their order, and the rows of the database. The oracle is
GAOLER_ORACLE; exit code 77 without it or without network namespaces.
"""

import argparse
import os
import sqlite3
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, ".."))
from harness import SKIPPED, ServerUnderTest, can_have_namespaces  # noqa: E402

JAILS = """
[DEFAULT]
bantime = 1w
findtime = 1w
maxretry = 6
ignoreip = 127.0.0.1/8
banaction = nftables-allports
backend = auto

[dovecot]
enabled = true
backend = auto
logpath = @DIR@/mail.log

[postfix]
enabled = true
mode = extra
backend = auto
logpath = @DIR@/mail.log
"""


def sample(lines, seed):
    generator = os.path.join(HERE, "../../tools/sample-mail-log")
    done = subprocess.run([generator, "--lines", str(lines), "--attackers", str(max(lines // 100, 5)), "--seed", str(seed)],
                          capture_output=True, text=True, check=True)
    return done.stdout.splitlines(keepends=True)


def rows(database, start):
    """Old lines that are appended count as of now: such times differ between two runs and are not compared."""
    with sqlite3.connect(database) as connection:
        query = ("SELECT jail, ip, iif(timeofban < ?, timeofban, 'now'), bantime, bancount, json_extract(data, '$.failures')"
                 " FROM bips ORDER BY jail, ip")
        return connection.execute(query, (start,)).fetchall()


def outcome(programs, tree, lines):
    """What one server makes of the lines."""
    server = ServerUnderTest(programs, tree, JAILS)
    start = int(time.time())
    try:
        third = len(lines) // 3
        server.append("".join(lines[:third]))
        server.start()
        server.append("".join(lines[third:2 * third]))
        counted = lambda: [server.say("status", jail).split("Total failed:")[1].split()[0] for jail in ("dovecot", "postfix")]
        settle(server, counted)
        os.rename(server.mail_log, server.mail_log + ".1")
        server.append("".join(lines[2 * third:]))
        settle(server, counted)
        result = {"counted": counted()}
        for jail in ("dovecot", "postfix"):
            result[jail + " set"] = server.elements(jail)
            result[jail + " banned"] = sorted(server.say("get", jail, "banip").split())
        server.end()
        result["database"] = rows(server.database, start)
        result["left behind"] = server.ruleset()
        return result
    finally:
        server.close()


def settle(server, state):
    """Until nothing has changed for three seconds."""
    seen, since = None, 0

    def unchanged():
        nonlocal seen, since
        now = state()
        since = since + 1 if now == seen else 0
        seen = now
        return since >= 20

    server.wait(unchanged, seconds=120, what="the log to be read")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True)
    parser.add_argument("--tree", required=True)
    parser.add_argument("--lines", type=int, default=6000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    oracle = os.environ.get("GAOLER_ORACLE", "")
    if not os.path.exists(f"{oracle}/bin/fail2ban-server"):
        print("skipped: GAOLER_ORACLE has no oracle (tools/oracle)")
        return SKIPPED
    if not can_have_namespaces():
        print("skipped: network namespaces need root")
        return SKIPPED
    lines = sample(options.lines, options.seed)
    ours = outcome(options.bin, options.tree, lines)
    theirs = outcome(f"{oracle}/bin", options.tree, lines)
    different = [key for key in ours if ours[key] != theirs[key]]
    for key in different:
        print(f"{key}:\n  ours   {ours[key]}\n  theirs {theirs[key]}")
    banned = sum(len(ours[jail + " banned"]) for jail in ("dovecot", "postfix"))
    print(f"{len(lines)} lines, {banned} bans, {len(different)} differences")
    return 1 if different or banned == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
