#!/usr/bin/env python3
"""The server where little is allowed: without the right to change the firewall, without root, on a read-only root.

    minimal_test.py --bin DIR --tree DIR [unittest option...]

With --bin of the oracle the same tests run on fail2ban itself; it does not say in words which right is missing.
"""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from harness import OPTIONS, ServerUnderTest, run_tests, sasl_failure  # noqa: E402

JAILS = """
[DEFAULT]
bantime = 1w
findtime = 1w
maxretry = 3
banaction = nftables-allports

[postfix]
enabled = true
backend = auto
mode = extra
logpath = @DIR@/mail.log

[custom]
enabled = true
"""
NOBODY = 65534
# A view of the machine in which nothing can be written but what is listed behind it.
READ_ONLY = """
mount --make-rprivate / && mount --bind "$1" "$1" || exit 1
for mounted in $(awk '{print $2}' /proc/self/mounts); do
  case $mounted in
    /proc*|/sys*|/dev*|"$1") ;;
    *) mount -o remount,bind,ro "$mounted" || exit 1 ;;
  esac
done
shift
exec "$@"
"""


class Confined(ServerUnderTest):
    """The server runs behind the words of `wrapper`; the client as usual."""

    wrapper = []

    def command(self, program, *words):
        line = super().command(program, *words)
        if program != "fail2ban-server":
            return line
        at = line.index("-n") + 1  # behind nsenter's own words
        return [*line[:at], *self.wrapper, *line[at:]]


class MinimalTest(unittest.TestCase):
    settings = ""

    def make(self):
        self.server = Confined(OPTIONS.bin, OPTIONS.tree, JAILS, self.settings)
        self.addCleanup(self.server.close)
        return self.server

    def attack(self, address):
        self.server.append(sasl_failure(address) * 3)

    def assert_everything_but_the_firewall(self):
        """Counts, bans, remembers, unbans, answers and ends well; each failed ban is told."""
        self.attack("203.0.113.1")
        self.server.wait_for_log("[postfix] Ban 203.0.113.1")
        self.server.wait_for_log("ERROR   Failed to execute ban jail 'postfix' action 'nftables-allports'")
        self.assertIn("Operation not permitted", self.server.log())
        self.assertEqual(self.server.say("set", "custom", "banip", "203.0.113.2", "2001:db8::2"), "2")
        self.assertIn("Banned IP list:\t203.0.113.1", self.server.say("status", "postfix"))
        self.assertEqual(sorted(self.server.say("get", "custom", "banip").split()), ["2001:db8::2", "203.0.113.2"])
        self.assertEqual(self.server.say("set", "custom", "unbanip", "203.0.113.2"), "1")
        self.assertEqual(self.server.say("reload"), "OK")
        self.assertEqual(self.server.elements("postfix"), [])
        self.assertEqual(self.server.end(signal.SIGTERM), 0)
        with sqlite3.connect(self.server.database) as database:
            rows = database.execute("SELECT jail, ip FROM bips ORDER BY ip").fetchall()
        self.assertEqual(rows, [("custom", "2001:db8::2"), ("postfix", "203.0.113.1")])


class WithoutTheFirewall(MinimalTest):
    def test_root_without_net_admin(self):
        self.make().wrapper = ["setpriv", "--bounding-set", "-net_admin", "--inh-caps", "-net_admin"]
        self.server.start()
        self.assert_everything_but_the_firewall()

    def test_an_ordinary_user(self):
        server = self.make()
        shutil.copytree(OPTIONS.bin, f"{server.directory}/bin")  # the build folder may be root's own
        server.programs = f"{server.directory}/bin"
        server.wrapper = ["setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups", "--inh-caps=-all"]
        for folder, _, files in os.walk(server.directory):
            for name in [folder, *(os.path.join(folder, name) for name in files)]:
                os.chown(name, NOBODY, NOBODY)
        server.start()
        self.assert_everything_but_the_firewall()

    def test_what_is_missing_is_said_once_in_words(self):
        self.make().wrapper = ["setpriv", "--bounding-set", "-net_admin", "--inh-caps", "-net_admin"]
        self.server.start()
        for number in range(1, 6):
            self.server.say("set", "custom", "banip", f"203.0.113.{number}")
        self.assertEqual(self.server.log().count("CAP_NET_ADMIN"), 1)


class ReadOnlyRoot(MinimalTest):
    def test_bans_with_nothing_writable_but_its_own_directories(self):
        server = self.make()
        script = f"{server.directory}/read_only"
        with open(script, "w", encoding="utf-8") as out:
            out.write(READ_ONLY)
        server.wrapper = ["unshare", "--mount", "sh", script, server.directory]
        server.start()
        mounts = [line.split() for line in server.read(f"/proc/{server.server_pid()}/mounts").splitlines()]
        self.assertEqual({mount[3].split(",")[0] for mount in mounts if mount[1] == "/"}, {"ro"})
        self.attack("203.0.113.1")
        server.wait_for_elements("postfix", ["203.0.113.1"])
        self.assertEqual(server.say("set", "custom", "banip", "203.0.113.2"), "1")
        self.assertEqual(server.elements("custom"), ["203.0.113.2"])
        self.assertNotIn(" ERROR ", server.log())
        self.assertEqual(server.end(), 0)
        self.assertEqual(server.ruleset(), "")

    def test_an_empty_environment(self):
        server = self.make()
        server.wrapper = ["env", "-i"]
        server.start()
        self.attack("203.0.113.1")
        server.wait_for_elements("postfix", ["203.0.113.1"])
        self.assertEqual(server.end(), 0)
        self.assertEqual(server.ruleset(), "")

    def test_a_log_that_cannot_be_written_is_said_at_once(self):
        server = self.make()
        server.write("fail2ban.local", "[Definition]\nlogtarget = /proc/nowhere/f2b.log\ndbfile = None\n")
        done = subprocess.run(server.command("fail2ban-server", "-xf", "start"), capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 255)
        self.assertIn("/proc/nowhere/f2b.log", done.stdout + done.stderr)


if __name__ == "__main__":
    sys.exit(run_tests())
