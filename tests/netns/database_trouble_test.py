"""Databases that cannot be used, with the real server: banning goes on, the reason is said once, writes resume."""

import contextlib
import ctypes
import os
import sqlite3
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from harness import OPTIONS, ServerUnderTest, run_tests  # noqa: E402

JAILS = """
[DEFAULT]
banaction = nftables-allports
maxretry = 2

[custom]
enabled = true
bantime = 1h
"""
CLONE_NEWNS = 0x00020000
STORED = "The database can be written again"


class DatabaseTrouble(unittest.TestCase):
    def setUp(self):
        self.server = ServerUnderTest(OPTIONS.bin, OPTIONS.tree, JAILS)
        self.addCleanup(self.server.close)

    def ban(self, *numbers):
        for number in numbers:
            self.assertEqual(self.server.say("set", "custom", "banip", f"192.0.2.{number}"), "1")
            self.assertIn(f"192.0.2.{number}", self.server.elements("custom"))

    def stored(self):
        with sqlite3.connect(f"file:{self.server.database}?mode=ro", uri=True) as database:
            return sorted(row[0] for row in database.execute("SELECT ip FROM bips"))

    def errors(self):
        return [line for line in self.server.log().splitlines() if "ERROR" in line]

    def has_one_error(self, *texts):
        self.assertEqual(len(self.errors()), 1, self.errors())
        for text in texts:
            self.assertIn(text, self.errors()[0])

    def lock(self, how):
        other = sqlite3.connect(self.server.database, isolation_level=None)
        self.addCleanup(other.close)
        other.execute(how)
        return other

    def test_a_file_that_somebody_locks(self):
        self.server.start()
        self.ban(1)
        other = self.lock("BEGIN IMMEDIATE")
        self.ban(2, 3, 4)
        self.has_one_error("database is locked", "another program holds the file")
        other.execute("COMMIT")
        self.server.wait_for_log(STORED)
        self.assertEqual(self.stored(), ["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"])

    def test_a_file_that_is_locked_at_the_start(self):
        with sqlite3.connect(self.server.database) as database:
            database.execute("CREATE TABLE other(a)")
        other = self.lock("BEGIN EXCLUSIVE")
        self.server.start()
        self.ban(1)
        self.has_one_error("cannot open the database", "database is locked")
        other.execute("COMMIT")
        self.server.wait_for_log(STORED)
        self.ban(2)
        self.assertEqual(self.stored(), ["192.0.2.1", "192.0.2.2"])

    def small_disk(self, *options):
        place = self.server.directory + "/disk"
        os.mkdir(place)
        subprocess.run(["mount", "-t", "tmpfs", "-o", ",".join(["size=2m", *options]), "tmpfs", place], check=True)
        self.addCleanup(subprocess.run, ["umount", "-l", place], check=True)
        self.server.database = place + "/f2b.sqlite3"
        self.server.write("fail2ban.local", f"[Definition]\nlogtarget = {self.server.log_file}\n"
                          f"dbfile = {self.server.database}\n")
        return place

    def test_a_disk_that_is_full(self):
        place = self.small_disk()
        self.server.start()
        self.ban(1)
        with open(place + "/hog", "wb", buffering=0) as hog, contextlib.suppress(OSError):
            while True:
                hog.write(bytes(4096))
        self.ban(*range(2, 12))
        self.has_one_error("disk is full", f"free space in {place}/")
        os.remove(place + "/hog")
        self.server.wait_for_log(STORED)
        self.assertEqual(len(self.stored()), 11)

    def test_a_disk_that_may_only_be_read(self):
        place = self.small_disk("ro")
        self.server.start()
        self.ban(1)
        self.has_one_error("cannot open the database", "not mounted read-only")
        subprocess.run(["mount", "-o", "remount,rw", place], check=True)
        self.server.wait_for_log(STORED)
        self.assertEqual(self.stored(), ["192.0.2.1"])

    def test_a_file_whose_first_page_is_lost(self):
        self.server.start()
        self.ban(1, 2)
        self.server.end()
        with open(self.server.database, "r+b") as file:
            file.write(b"Z" * 4096)
        self.server.start()
        self.server.wait_for_elements("custom", ["192.0.2.1", "192.0.2.2"])
        self.has_one_error("is not a database")
        aside = [name for name in os.listdir(self.server.directory) if name.startswith("f2b.sqlite3.")]
        self.assertEqual(len(aside), 1, aside)
        self.assertIn("Database backup created: " + self.server.directory + "/" + aside[0], self.server.log())
        self.ban(3)
        self.assertEqual(self.stored(), ["192.0.2.1", "192.0.2.2", "192.0.2.3"])

    def start_with(self, dbfile):
        self.server.write("fail2ban.local", f"[Definition]\nlogtarget = {self.server.log_file}\ndbfile = {dbfile}\n")
        self.server.start()
        self.ban(1)
        self.assertEqual(self.errors(), [])
        self.assertFalse(os.path.exists(self.server.database))

    def test_no_database(self):
        self.start_with("None")
        self.assertEqual(self.server.say("get", "dbfile"), "Database currently disabled")

    def test_a_database_in_memory(self):
        self.start_with(":memory:")
        self.assertEqual(self.server.say("get", "dbfile"), "Current database file is:\n`- :memory:")
        self.server.say("reload", "--restart", "custom")
        self.server.wait_for_elements("custom", ["192.0.2.1"])


if __name__ == "__main__":
    # Mounts of this test are nobody else's.
    libc = ctypes.CDLL(None, use_errno=True)
    if os.geteuid() == 0 and libc.unshare(CLONE_NEWNS) == 0:
        subprocess.run(["mount", "--make-rprivate", "/"], check=True)
    sys.exit(run_tests())
