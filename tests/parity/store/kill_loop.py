#!/usr/bin/env python3
"""kill -9 at random points: is every acknowledged ban still there, and is the file sound?

  kill_loop.py --program store_tool [--points N] [--seed N]

A writer stores bans and says so; it is killed at a random moment, the file is opened again (in turn by our own code
and by plain sqlite) and the next writer goes on with the same file.
"""
import argparse
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

ROUNDS_PER_FILE = 25


def write_and_kill(program, path, first, seconds):
    """The number of the last ban that was acknowledged before the writer died."""
    writer = subprocess.Popen([program, "write", path, str(first)], stdout=subprocess.PIPE)
    time.sleep(seconds)
    os.kill(writer.pid, signal.SIGKILL)
    said = writer.stdout.read()
    if writer.wait() != -signal.SIGKILL:
        raise SystemExit("the writer ended by itself")
    lines = said[:said.rfind(b"\n") + 1].split()
    return int(lines[-1][2:]) if lines else first - 1


def missing(path, last):
    with sqlite3.connect(path) as db:
        verdict = db.execute("PRAGMA integrity_check").fetchall()
        if verdict != [("ok",)]:
            raise SystemExit(f"the file is damaged: {verdict}")
        gone = []
        for table in ("bans", "bips"):
            there = {ip for (ip,) in db.execute(f"SELECT ip FROM {table}")}
            gone += [f"{table}: id{n}" for n in range(last + 1) if f"id{n}" not in there]
        return gone, len(there)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--points", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    acknowledged = 0
    done = 0
    while done < options.points:
        with tempfile.TemporaryDirectory() as place:
            path, last = place + "/db", -1
            for turn in range(min(ROUNDS_PER_FILE, options.points - done)):
                # Writers start over at the first number that was not acknowledged: as a server would.
                # Short spans hit opening and recovery, longer ones the writing.
                span = chance.choice([0.005, 0.02, 0.06]) * chance.uniform(0.2, 2)
                newest = write_and_kill(options.program, path, last + 1, span)
                acknowledged += newest - last
                last = newest
                done += 1
                if last < 0:
                    continue
                if turn % 2:
                    subprocess.run([options.program, "restore", path, "1700000001"], check=True,
                                   stdout=subprocess.DEVNULL)
                gone, _ = missing(path, last)
                if gone:
                    print(f"point {done}: {len(gone)} acknowledged bans are missing, such as {gone[:3]}")
                    return 1
    print(f"{done} kills, {acknowledged} acknowledged bans, none missing, every file sound")
    return 0


sys.exit(main())
