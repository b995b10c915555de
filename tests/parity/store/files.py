#!/usr/bin/env python3
"""Database files both ways: fail2ban's read by us, ours read by fail2ban, and the same schema in both.

  files.py --program store_tool

Needs GAOLER_ORACLE; says so and exits 77 without.
"""
import argparse
import json
import os
import pathlib
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile

ORACLE = os.environ.get("GAOLER_ORACLE")
if not ORACLE:
    print("skipped: GAOLER_ORACLE is not set (see tools/oracle)")
    sys.exit(77)
sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(ORACLE) / "lib"))
from fail2ban.server.database import Fail2BanDb  # noqa: E402
from fail2ban.server.mytime import MyTime  # noqa: E402
from fail2ban.server.ticket import FailTicket  # noqa: E402

NOW = 1_700_000_200
BANNED = 1_700_000_000


class Actions:
    def getBanTime(self):
        return 600


class Jail:
    actions = Actions()

    def __init__(self, name):
        self.name = name

    def getMaxBanTime(self):
        return -1


class Log:
    def __init__(self, name, position, digest):
        self.getFileName, self.getPos, self.getHash = lambda: name, lambda: position, lambda: digest


def data_of(ticket):
    """As it comes back from JSON; lines joined, for their parts are shown to nobody."""
    data = json.loads(json.dumps(ticket.getData(), default=sorted))
    return plain(data)


def plain(data):
    data["matches"] = [line if isinstance(line, str) else "".join(line) for line in data.get("matches", [])]
    return data


def theirs(path, now=NOW):
    MyTime.setTime(now)
    db = Fail2BanDb(str(path))
    db.maxMatches = 1000
    tickets = db.getCurrentBans(jail=Jail("j"), fromtime=now, maxmatches=1000)
    found = [(str(t.getID()), float(t.getTime()), float(t.getBanTime()), t.getBanCount(), data_of(t)) for t in tickets]
    db.close()
    return found


def ours(program, path, now=NOW):
    out = subprocess.run([program, "restore", path, str(now)], check=True, stdout=subprocess.PIPE, encoding="utf-8")
    rows = [line.split("\t", 4) for line in out.stdout.splitlines()]
    return [(r[0], float(r[1]), float(r[2]), int(r[3]), plain(json.loads(r[4]))) for r in rows]


def written_by_fail2ban(path):
    MyTime.setTime(BANNED)
    db = Fail2BanDb(str(path))
    jail = Jail("j")
    db.addJail(jail)
    db.addJail(Jail("other"))
    db.addLog(jail, Log("/var/log/mail.log", 77, "da39a3ee5e6b4b0d3255bfef95601890afd80709"))
    cases = [
        ("192.0.2.1", {"matches": [["", "2026-11-22 14:53:18", " fail"], "second"], "failures": 2, "user": "bob"}, None),
        ("192.0.2.2", {"matches": ["umlaut \u00e4 \u2603 \U0001f600 \" \\ \t \x01"], "users": {"b", "a"}}, -1),
        ("192.0.2.3", {"failures": 7, "none": None, "tuple": ("x", None, "y")}, 99999),
        ("2001:db8::1", {"matches": [], "port": "22"}, 300.5),
        ("a name", {"ip": "192.0.2.9", "fid": "a name"}, 10),
    ]
    for number, (ip, data, span) in enumerate(cases):
        ticket = FailTicket(ip, BANNED + number * 10 + 0.4, data=data)
        ticket.setBanTime(span)
        ticket.setBanCount(number + 1)
        db.addBan(jail, ticket)
        db.addBan(Jail("other"), ticket)
    db.close()


def shape(path):
    """Tables, columns, keys and indices, and the SQL but for its blanks and case."""
    with sqlite3.connect(path) as db:
        found = {}
        for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall():
            indices = sorted(db.execute(f"SELECT name, \"unique\", origin FROM pragma_index_list('{table}')").fetchall())
            found[table] = {
                "columns": db.execute(f"PRAGMA table_info({table})").fetchall(),
                "keys": db.execute(f"PRAGMA foreign_key_list({table})").fetchall(),
                "indices": indices,
                "of indices": [db.execute(f"PRAGMA index_info({name})").fetchall() for name, _, _ in indices],
            }
        sql = [re.sub(r"\s", "", text).lower()
               for (text,) in db.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name")]
        return found, sql


def check(what, mine, other):
    if mine == other:
        print(f"ok: {what} ({len(mine)})")
        return True
    print(f"DIFFERENT: {what}\n  ours:   {mine}\n  theirs: {other}")
    return False


def killed(program, path):
    """A writer killed in the middle of its work; returns what it had said to be stored."""
    writer = subprocess.Popen([program, "write", path, "0"], stdout=subprocess.PIPE, text=True)
    stored = [writer.stdout.readline().strip() for _ in range(500)]
    os.kill(writer.pid, signal.SIGKILL)
    stored += writer.stdout.read().split()
    writer.wait()
    return stored


def rows(path):
    with sqlite3.connect(path) as db:
        return {table: sorted(db.execute(f"SELECT * FROM {table}").fetchall(), key=repr)
                for table in ("fail2banDb", "jails", "logs", "bans", "bips")}


def of_version(path, version):
    """A file as an older fail2ban left it; what changed: 2 the key of logs, 3 the columns of bans, 4 bips."""
    jail = "jail TEXT NOT NULL"
    refers = "FOREIGN KEY(jail) REFERENCES jails(name)"
    keys = "UNIQUE(path, firstlinemd5)" if version == 1 else "UNIQUE(jail, path), UNIQUE(jail, path, firstlinemd5)"
    spans = "bantime INTEGER NOT NULL, bancount INTEGER NOT NULL default 1, " if version == 3 else ""
    with sqlite3.connect(path) as db:
        db.executescript(f"""
            CREATE TABLE fail2banDb(version INTEGER); INSERT INTO fail2banDb VALUES({version});
            CREATE TABLE jails(name TEXT NOT NULL UNIQUE, enabled INTEGER NOT NULL DEFAULT 1);
            CREATE INDEX jails_name ON jails(name);
            CREATE TABLE logs({jail}, path TEXT, firstlinemd5 TEXT, lastfilepos INTEGER DEFAULT 0,
              {refers} ON DELETE CASCADE, {keys});
            CREATE INDEX logs_path ON logs(path); CREATE INDEX logs_jail_path ON logs(jail, path);
            CREATE TABLE bans({jail}, ip TEXT, timeofban INTEGER NOT NULL, {spans}data JSON, {refers});
            CREATE INDEX bans_jail_timeofban_ip ON bans(jail, timeofban);
            CREATE INDEX bans_jail_ip ON bans(jail, ip); CREATE INDEX bans_ip ON bans(ip);
            INSERT INTO jails VALUES('j', 1), ('old', 0);
            INSERT INTO logs VALUES('j', '/var/log/mail.log', 'abc', 77), ('old', '/var/log/gone', NULL, 0);""")
        for number in range(40):
            jail = "old" if number % 5 == 4 else "j"
            span = (-1 if number % 7 == 0 else 600 + number * 100, number % 3 + 1) if version == 3 else ()
            data = None if number % 9 == 8 else json.dumps({"matches": [f"line {number}"], "failures": number})
            row = (jail, f"192.0.2.{number % 13}", BANNED + 10 * number, *span, data)
            db.execute(f"INSERT INTO bans VALUES({', '.join('?' * len(row))})", row)


def upgrades(program, place):
    good = True
    for version in (1, 2, 3):
        a, b = (f"{place}/{side}-{version}" for side in ("theirs", "ours"))
        for path in (a, b):
            of_version(path, version)
        # What it restores is compared, too: theirs upgrades when it opens.
        good &= check(f"a file of version {version}, restored", ours(program, b), theirs(a))
        good &= check(f"a file of version {version}, its rows", rows(b), rows(a))
        good &= check(f"a file of version {version}, its schema", shape(b)[0], shape(a)[0])
    return good


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    program = parser.parse_args().program
    good = True
    with tempfile.TemporaryDirectory() as place:
        a, b, c = (f"{place}/{name}" for name in ("theirs", "ours", "killed"))
        written_by_fail2ban(a)
        good &= check("a file of fail2ban's, restored", ours(program, a), theirs(a))
        subprocess.run([program, "sample", b], check=True)
        good &= check("a file of ours, restored", ours(program, b), theirs(b))
        for path in (a, b):
            with sqlite3.connect(path) as db:
                good &= check("positions of logs", db.execute("SELECT * FROM logs").fetchall(),
                              [("j", "/var/log/mail.log", "da39a3ee5e6b4b0d3255bfef95601890afd80709", 77)])
        good &= check("the schema", shape(b), shape(a))
        good &= upgrades(program, place)
        stored = killed(program, c)
        good &= check("a log left behind by a killed writer", os.path.exists(c + "-wal") * [1], [1])
        back = [row[0] for row in theirs(c)]
        good &= check("bans lost when fail2ban reads it", sorted(set(stored) - set(back)), [])
        good &= check("bans when both read it", [row[0] for row in ours(program, c)], back)
    return 0 if good else 1


sys.exit(main())
