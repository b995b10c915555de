#!/usr/bin/env python3
"""Patterns in logpath: files that appear later are followed, files that vanish are let go, no line counts twice.

    log_globs_test.py --bin DIR --tree DIR [unittest option...]

With GAOLER_ORACLE also our client on fail2ban's server: what we add to the configuration must not disturb it.
"""

import glob
import os
import shutil
import sqlite3
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from harness import OPTIONS, ServerUnderTest, run_tests, sasl_failure  # noqa: E402

ORACLE = os.environ.get("GAOLER_ORACLE", "")


def jail(name, logpath, **options):
    settings = {"enabled": "true", "filter": "postfix[mode=extra]", "backend": "auto", "maxretry": 1000,
                "findtime": "1w", "logpath": logpath, **options}
    return f"[{name}]\n" + "".join(f"{key} = {value}\n" for key, value in settings.items())


class Globs(unittest.TestCase):
    def start(self, jails, names):
        self.server = ServerUnderTest(OPTIONS.bin, OPTIONS.tree, jails)
        self.addCleanup(self.server.close)
        self.directory = self.server.directory
        for name in names:
            os.makedirs(os.path.dirname(f"{self.directory}/{name}"), exist_ok=True)
            self.server.append("", f"{self.directory}/{name}")
        self.next = 0
        self.written = {}
        self.server.start()

    def log_failures(self, jail_name, name, times=1):
        """Failures in a file, each with an address of its own, and waits until the jail has them."""
        for _ in range(times):
            self.next += 1
            address = f"198.18.{self.next // 250}.{self.next % 250 + 1}"
            self.written.setdefault(jail_name, []).append(address)
            self.server.append(sasl_failure(address), f"{self.directory}/{name}")
        self.server.wait_for_log(f"[{jail_name}] Found {address} - ")

    def found(self, jail_name):
        return [line.split(" Found ")[1].split(" ")[0] for line in self.server.log().splitlines()
                if f"[{jail_name}] Found " in line]

    def logs(self, jail_name):
        return [line.split(f"{self.directory}/")[1]
                for line in self.server.say("get", jail_name, "logpath").splitlines() if self.directory in line]

    def wait_for_logs(self, jail_name, *wanted):
        self.server.wait(lambda: sorted(self.logs(jail_name)) == sorted(wanted), what=f"{jail_name} to read {wanted}")

    def test_files_that_come_rotate_and_go(self):
        self.start(jail("flat", "@DIR@/flat/*.log") + jail("deep", "@DIR@/deep/*/error.log")
                   + jail("renamed", "@DIR@/renamed/app.log*") + jail("copied", "@DIR@/copied/app.log*"),
                   ["flat/a.log", "deep/one/error.log", "renamed/app.log", "copied/app.log"])
        self.log_failures("flat", "flat/a.log")
        self.log_failures("flat", "flat/b.log", 3)
        self.wait_for_logs("flat", "flat/a.log", "flat/b.log")
        self.server.append("no log", f"{self.directory}/flat/c.txt")
        self.server.append("hidden", f"{self.directory}/flat/.c.log")
        os.mkdir(f"{self.directory}/deep/two")
        self.log_failures("deep", "deep/two/error.log")
        self.wait_for_logs("deep", "deep/one/error.log", "deep/two/error.log")
        os.remove(f"{self.directory}/flat/b.log")

        self.rotate()
        self.rotate()
        self.wait_for_logs("flat", "flat/a.log")
        self.log_failures("flat", "flat/b.log")
        self.wait_for_logs("flat", "flat/a.log", "flat/b.log")
        for name in ("flat", "deep", "renamed", "copied"):
            self.assertEqual(sorted(self.found(name)), sorted(self.written[name]), name)
        self.assertNotIn("Treating such entries as if they just happened", self.server.log())

    def rotate(self):
        """As logrotate with `create` and with `copytruncate`, both keeping two old files."""
        for kind in ("renamed", "copied"):
            base = f"{self.directory}/{kind}/app.log"
            self.log_failures(kind, f"{kind}/app.log", 5)
            if os.path.exists(f"{base}.1"):
                os.rename(f"{base}.1", f"{base}.2")
            if kind == "renamed":
                os.rename(base, f"{base}.1")
                self.log_failures(kind, f"{kind}/app.log.1")
                open(base, "w", encoding="utf-8").close()
            else:
                shutil.copyfile(base, f"{base}.1")
                os.truncate(base, 0)
        for kind in ("renamed", "copied"):
            self.log_failures(kind, f"{kind}/app.log", 5)
            names = sorted(f"{kind}/{os.path.basename(path)}" for path in glob.glob(f"{self.directory}/{kind}/*"))
            self.wait_for_logs(kind, *names)

    def test_a_reload_knows_the_files_found_since(self):
        self.start(jail("flat", "@DIR@/flat/*.log"), ["flat/a.log"])
        self.log_failures("flat", "flat/b.log", 2)
        self.server.say("reload")
        self.wait_for_logs("flat", "flat/a.log", "flat/b.log")
        self.log_failures("flat", "flat/c.log", 2)
        self.server.say("set", "flat", "dellogpath", f"{self.directory}/flat/b.log")
        self.log_failures("flat", "flat/d.log", 2)
        self.wait_for_logs("flat", "flat/a.log", "flat/c.log", "flat/d.log")
        self.assertEqual(sorted(self.found("flat")), sorted(self.written["flat"]))
        self.server.write("jail.d/user-jail.local", jail("flat", f"{self.directory}/flat/a.log"))
        self.server.say("reload")
        self.server.append(sasl_failure("192.0.2.1"), f"{self.directory}/flat/e.log")
        self.log_failures("flat", "flat/a.log")
        self.assertEqual(self.logs("flat"), ["flat/a.log"])

    def test_a_file_that_is_renamed_while_the_database_is_slow(self):
        """Where reading begins is asked of the database: the answer is about the file, not about its name."""
        self.start(jail("flat", "@DIR@/flat/*.log"), ["flat/a.log"])
        lock = sqlite3.connect(self.server.database, isolation_level=None)
        lock.execute("BEGIN IMMEDIATE")
        ban = subprocess.Popen(self.server.command("fail2ban-client", "set", "flat", "banip", "192.0.2.1"),
                               stdout=subprocess.DEVNULL)
        self.server.append(sasl_failure("198.18.9.1") + sasl_failure("198.18.9.2"), f"{self.directory}/flat/b.log")
        self.wait_for_logs("flat", "flat/a.log", "flat/b.log")
        os.rename(f"{self.directory}/flat/b.log", f"{self.directory}/flat/b.old")
        self.server.append(sasl_failure("198.18.9.3"), f"{self.directory}/flat/b.log")
        lock.execute("ROLLBACK")
        self.assertEqual(ban.wait(timeout=30), 0)
        self.server.wait_for_log("[flat] Found 198.18.9.3 - ")
        self.assertEqual(sorted(self.found("flat")), ["198.18.9.1", "198.18.9.2", "198.18.9.3"])

    @unittest.skipUnless(ORACLE, "GAOLER_ORACLE names no fail2ban 1.1.0")
    def test_our_client_starts_and_reloads_fail2bans_server(self):
        self.start(jail("flat", "@DIR@/flat/*.log", backend="polling"), ["flat/a.log"])
        self.server.end()
        before = self.server.log()
        with open(self.server.output_file, "a", encoding="utf-8") as output:
            self.server.process = subprocess.Popen(
                ["nsenter", "-t", str(self.server.holder.pid), "-n", f"{ORACLE}/bin/fail2ban-server", "-xf", "--async",
                 "-c", self.server.tree, "-s", self.server.socket, "-p", self.server.pidfile, "--logtarget",
                 self.server.log_file, "start"], stdout=output, stderr=subprocess.STDOUT)
        self.server.wait(lambda: self.server.client("ping").returncode == 0, what="fail2ban's server")
        for _ in range(2):
            self.assertEqual(self.server.say("reload"), "OK")
            self.wait_for_logs("flat", "flat/a.log")
        self.assertNotIn("has failed", self.server.log()[len(before):])


if __name__ == "__main__":
    sys.exit(run_tests())
