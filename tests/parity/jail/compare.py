#!/usr/bin/env python3
"""Random failures, bans, unbans, restarts and time jumps: do our jails and fail2ban's do the same?

  compare.py --program jail_replay [--seed N] [--steps N] [--rounds N]

Both sides replay the same script on a simulated clock, each with a database of its own; compared are every event,
the state shown from time to time and, at the end, every row of both databases. Needs GAOLER_ORACLE; says so and
exits 77 without.
"""
import argparse
import collections
import json
import os
import pathlib
import random
import sqlite3
import subprocess
import sys
import tempfile

ORACLE = os.environ.get("GAOLER_ORACLE")
if not ORACLE:
    print("skipped: GAOLER_ORACLE is not set (see tools/oracle)")
    sys.exit(77)
sys.path.insert(0, str(pathlib.Path(__file__).parent))
import oracle  # noqa: E402

oracle.load(pathlib.Path(ORACLE))

FORMULAS = ["-", "ban.Time * ban.Count", "ban.Time * math.exp(float(ban.Count+1)*banFactor)/math.exp(1*banFactor)",
            "ban.Time + 60 * (ban.Count if ban.Count < 4 else 4)", "ban.Time // 7 * (1 << min(ban.Count, 30))",
            "ban.Time / (ban.Count - 2)"]
OPTIONS = {
    "maxretry": ["1", "2", "3", "5", "8"],
    "findtime": ["10", "60", "600", "90.5", "3600"],
    "maxmatches": ["1", "2", "3", "5", "10"],
    "bantime": ["5", "30", "300", "600", "3600", "-1"],
    "bantime.increment": ["true", "true", "false"],
    "bantime.overalljails": ["true", "false"],
    "bantime.factor": ["-", "1", "2", "0.5", "3/2"],
    "bantime.multipliers": ["-", "-", "1 2 4 8", "1", "0 1 3"],
    "bantime.formula": FORMULAS,
    "bantime.maxtime": ["-", "-", "1h", "5000", "2d"],
    "bantime.rndtime": ["-", "-", "20", "7.5"],
}


class Script:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.now = 1_700_000_000.0
        self.options = {jail: {} for jail in "ab"}
        self.lines = []
        self.emit("time", self.now)
        for jail in "ab":
            for option in ("maxretry", "findtime", "maxmatches", "bantime"):
                self.set(jail, option)

    def emit(self, *words):
        self.lines.append("\t".join(str(word) for word in words))

    def set(self, jail, option):
        value = self.random.choice(OPTIONS[option])
        self.options[jail][option] = value
        self.emit("set", jail, option, value)

    def pass_time(self):
        kind = self.random.random()
        if kind < 0.75:
            self.now += round(self.random.expovariate(1 / 3), 3)
        elif kind < 0.97:
            self.now += self.random.randint(1, 700)
        elif kind < 0.99:
            self.now += self.random.randint(1000, 20000)
        else:
            self.now -= round(self.random.uniform(0, 30), 2)
        self.now = round(self.now, 3)
        self.emit("time", self.now)

    def address(self):
        return f"192.0.2.{min(int(self.random.expovariate(1 / 6)), 40)}"

    def fail(self, jail):
        late = self.random.random() < 0.15
        back = self.random.uniform(0, float(self.options[jail]["findtime"]) * 0.9) if late else 0
        user = self.random.choice(["", "root", "bob", "f\u00fcr"])
        address = self.address()
        line = f" fail {address}" + (f" user {user}" if user else "") + f" # {len(self.lines)}"
        self.emit("fail", jail, address, round(self.now - back, 3), user, line)

    def restart(self):
        self.emit("restart")
        for jail in "ab":
            for option, value in self.options[jail].items():
                self.emit("set", jail, option, value)
            self.emit("restore", jail)

    def step(self):
        jail = self.random.choice("aab")
        if self.random.random() < 0.35:
            self.pass_time()
        kind = self.random.random() * 100
        if kind < 70:
            self.fail(jail)
        elif kind < 75:
            lines = [f"line {i} {len(self.lines)}" for i in range(self.random.randint(0, 3))]
            self.emit("attempt", jail, self.address(), *lines)
        elif kind < 78:
            self.emit("ban", jail, self.random.choice([self.address(), "some-name", "2001:db8::1"]))
        elif kind < 81:
            self.emit("unban", jail, self.address())
        elif kind < 84:
            self.emit("clean", jail)
        elif kind < 93:
            self.emit("expire", jail, self.random.choice([1, 2, 20, 20]))
        elif kind < 96:
            self.emit("show", jail)
        elif kind < 97.5:
            self.emit("merged", jail, self.address())
        elif kind < 99.2:
            self.set(jail, self.random.choice(list(OPTIONS)))
        elif kind < 99.7:
            self.restart()
        else:
            self.emit("purge", self.random.choice([1000, 20000, 86400]))


def script_of(seed, steps):
    script = Script(seed)
    while len(script.lines) < steps:
        script.step()
    for jail in "ab":
        script.emit("show", jail)
    return script.lines


def rows(path):
    """Everything in the database, the data column understood."""
    def plain(value):
        if not isinstance(value, bytes):
            return value
        data = json.loads(value)
        data.setdefault("matches", [])
        return data

    with sqlite3.connect(path) as db:
        return {
            table: [tuple(plain(value) for value in row) for row in db.execute(f"SELECT {columns} FROM {table}")]
            for table, columns in (("jails", "* "), ("bans", "jail, ip, timeofban, bantime, bancount, data"),
                                   ("bips", "jail, ip, timeofban, bantime, bancount, data"))
        }


def report(seed, script, ours, theirs):
    at = next((i for i, (a, b) in enumerate(zip(ours, theirs)) if a != b), min(len(ours), len(theirs)))
    step = next((int(line[1:]) for line in reversed(ours[:at + 1]) if line.startswith("#")), 0)
    print(f"seed {seed}: different at step {step}: {script[step - 1:step]}")
    print("  ours:   " + " / ".join(ours[at:at + 3]))
    print("  theirs: " + " / ".join(theirs[at:at + 3]))
    words = script[step - 1].split("\t")
    for earlier in [line for line in script[:step] if len(words) > 2 and words[2] in line.split("\t")][-8:]:
        print("    " + earlier.replace("\t", " "))


def compare(program, seed, steps):
    script = script_of(seed, steps)
    counts = collections.Counter()
    with tempfile.TemporaryDirectory() as place:
        ours = subprocess.run([program, place + "/ours"], input="\n".join(script), text=True, encoding="utf-8",
                              stdout=subprocess.PIPE, check=True).stdout.splitlines()
        theirs = oracle.Replay(place + "/theirs")
        lines = theirs.run(script)
        # What a formula that fails does is told in other words.
        lines = [line for line in lines if not line.startswith("error: ")]
        ours = [line for line in ours if not line.endswith("formula failed")]
        theirs.db.close()
        if ours != lines:
            report(seed, script, ours, lines)
            return None
        mine, other = rows(place + "/ours"), rows(place + "/theirs")
        for table in mine:
            if sorted(map(repr, mine[table])) != sorted(map(repr, other[table])):
                print(f"seed {seed}: table {table} is different")
                for row in mine[table]:
                    if row not in other[table]:
                        print("  ours:  ", row)
                for row in other[table]:
                    if row not in mine[table]:
                        print("  theirs:", row)
                return None
    for line in lines:
        kind = line.split(" ")[1] if not line.startswith("#") else None
        counts[kind] += kind is not None
    return counts


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    events = collections.Counter()
    for seed in range(options.seed, options.seed + options.rounds):
        seen = compare(options.program, seed, options.steps)
        if seen is None:
            return 1
        events += seen
    print(f"{options.rounds} rounds of {options.steps} steps: {events.total()} events, all the same")
    print(", ".join(f"{kind} {count}" for kind, count in events.most_common() if kind))
    return 0


sys.exit(main())
