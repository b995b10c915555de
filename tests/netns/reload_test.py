#!/usr/bin/env python3
"""Reloads of a running server: what is banned stays out, what the configuration says holds afterwards.

    reload_test.py --bin DIR --tree DIR [unittest option...]
"""

import os
import re
import signal
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from harness import NSENTER, OPTIONS, ServerUnderTest, run_tests, sasl_failure  # noqa: E402

JAILS = """
[DEFAULT]
bantime = 1h
findtime = 1h
maxretry = 3
ignoreip = 127.0.0.1/8
backend = auto

[postfix]
enabled = true
mode = extra
logpath = @DIR@/mail.log
banaction = nftables-allports
protocol = udp

[other]
enabled = true
filter = custom
logpath = @DIR@/mail.log
banaction = nftables-allports
protocol = udp
"""
ATTACKER, OTHER, SERVER = "203.0.113.7", "203.0.113.8", "203.0.113.1"

SENDER = f"""
import socket, time
sockets = []
for address in ("{ATTACKER}", "{OTHER}"):
    sockets.append(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    sockets[-1].bind((address, 0))
while True:
    for one in sockets:
        one.sendto(b"x", ("{SERVER}", 9999))
    time.sleep(0.0005)
"""
# Prints how many packets came from whom, on each USR1.
RECEIVER = f"""
import collections, signal, socket
seen = collections.Counter()
signal.signal(signal.SIGUSR1, lambda *_: print(seen["{ATTACKER}"], seen["{OTHER}"], flush=True))
here = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
here.bind(("{SERVER}", 9999))
print("ready", flush=True)
while True:
    seen[here.recvfrom(10)[1][0]] += 1
"""


class ReloadTest(unittest.TestCase):
    def setUp(self):
        self.server = ServerUnderTest(OPTIONS.bin, OPTIONS.tree, JAILS)
        self.addCleanup(self.server.close)

    def write_jails(self, *changes, more=""):
        text = JAILS.replace("@DIR@", self.server.directory)
        for old, new in changes:
            self.assertIn(old, text)
            text = text.replace(old, new)
        self.server.write("jail.d/user-jail.local", text + more)


class Packets(ReloadTest):
    """An attacker in a network of its own, who goes on sending."""

    def setUp(self):
        super().setUp()
        self.far = subprocess.Popen(["unshare", "-n", "sleep", "900"])
        self.addCleanup(self.far.wait)
        self.addCleanup(self.far.kill)
        self.server.wait(lambda: os.readlink(f"/proc/{self.far.pid}/ns/net") != os.readlink("/proc/self/ns/net"))
        self.server.inside("ip", "link", "add", "near", "type", "veth", "peer", "name", "far", "netns", str(self.far.pid))
        self.server.inside("ip", "address", "add", f"{SERVER}/24", "dev", "near")
        self.server.inside("ip", "link", "set", "near", "up")
        for words in (["address", "add", f"{ATTACKER}/24", "dev", "far"], ["address", "add", f"{OTHER}/24", "dev", "far"],
                      ["link", "set", "far", "up"]):
            subprocess.run([NSENTER, "-t", str(self.far.pid), "-n", "ip", *words], check=True)
        self.receiver = self.python(self.server.holder.pid, RECEIVER)
        self.receiver.stdout.readline()
        self.python(self.far.pid, SENDER)

    def python(self, namespace, program):
        process = subprocess.Popen([NSENTER, "-t", str(namespace), "-n", sys.executable, "-c", program],
                                   stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def seen(self):
        """Packets received so far from the attacker and from the other address."""
        self.receiver.send_signal(signal.SIGUSR1)
        return [int(count) for count in self.receiver.stdout.readline().split()]

    def test_none_gets_through_during_fifty_reloads(self):
        server = self.server.start()
        server.wait(lambda: min(self.seen()) > 100, what="packets of both")
        server.append(sasl_failure(ATTACKER) * 3)
        server.wait_for_elements("postfix", [ATTACKER])
        begin = self.seen()
        for number in range(50):
            if number % 3 == 1:
                self.write_jails(("maxretry = 3", f"maxretry = {number + 2}"), ("bantime = 1h", f"bantime = {number + 1}h"))
            words = [["reload"], ["reload"], ["reload", "postfix"], ["reload", "--restart", "other"]][number % 4]
            self.assertEqual(server.say(*words), "OK")
        end = self.seen()
        print(f"50 reloads: {end[1] - begin[1]} packets of the other, {end[0] - begin[0]} of the banned one", file=sys.stderr)
        self.assertEqual(end[0] - begin[0], 0)
        self.assertGreater(end[1] - begin[1], 500)
        self.assertEqual(server.say("unban", ATTACKER), "1")
        server.wait(lambda: self.seen()[0] > end[0], what="the attacker's packets after the unban")
        self.assertEqual(len(re.findall("Reload finished", server.log())), 50)


class Configuration(ReloadTest):
    def test_options_that_vanish_are_reset(self):
        # Beside DEFAULT's own, so that the file without them says nothing.
        self.write_jails(("maxretry = 3", "maxretry = 3\nmaxlines = 5\nignorecommand = /bin/false\nlogtimezone = UTC+0200\n"
                          "datepattern = Epoch\nbantime.increment = true\nbantime.factor = 4\nlogencoding = latin-1\n"
                          "ignorecache = key=\"<ip>\", max-count=5"))
        server = self.server.start()
        names = ("maxlines", "ignorecommand", "logtimezone", "bantime.increment", "bantime.factor", "logencoding", "ignorecache")
        before = [server.say("get", "postfix", name) for name in names]
        self.assertEqual(before[:5], ["5", "/bin/false", "UTC+0200", "True", "4"])
        self.write_jails()
        self.assertEqual(server.say("reload"), "OK")
        after = [server.say("get", "postfix", name) for name in names]
        self.assertTrue(all(old != new for old, new in zip(before, after)), after)
        self.assertEqual(after[0], "1")

    def test_new_actions_take_effect_for_bans_there_are_and_old_ones_go(self):
        server = self.server.start()
        server.say("set", "postfix", "banip", ATTACKER, OTHER)
        server.write("action.d/note.conf", "[Definition]\nactionstart = echo start >><where>\nactionstop = echo stop >><where>\n"
                     "actionban = echo ban <ip> >><where>\nactionunban = echo unban <ip> >><where>\n[Init]\nwhere = /dev/null\n")
        notes = server.directory + "/notes"
        more = f"action = %(action_)s\n         note[where={notes}]\n"
        self.write_jails(("[other]", more + "\n[other]"))
        self.assertEqual(server.say("reload"), "OK")
        wanted = f"start\nban {ATTACKER}\nban {OTHER}\n"
        server.wait(lambda: server.read(notes) == wanted, what="the new action to know both bans")
        self.write_jails()
        self.assertEqual(server.say("reload"), "OK")
        wanted += f"unban {ATTACKER}\nunban {OTHER}\nstop\n"
        server.wait(lambda: server.read(notes) == wanted, what="the old action to be stopped")
        self.assertEqual(server.elements("postfix"), [ATTACKER, OTHER])

    def test_a_mistake_changes_nothing(self):
        server = self.server.start()
        server.say("set", "postfix", "banip", ATTACKER)
        before = [server.say("status", "--all"), server.say("get", "postfix", "failregex"), server.ruleset()]
        for number, text in enumerate(("failregex = ^(broken <HOST>$", "failregex = ^no address$", "bantime = 5 parsecs",
                                       "datepattern = %%Q(", "logtimezone = Nowhere", "maxlines = 0")):
            self.write_jails(("maxretry = 3", f"maxretry = {number + 10}"), ("[other]", f"[other]\n{text}"))
            self.assertNotEqual(server.client("reload").returncode, 0, text)
            after = [server.say("status", "--all"), server.say("get", "postfix", "failregex"), server.ruleset()]
            self.assertEqual(after, before, text)
            self.assertEqual(server.say("get", "postfix", "maxretry"), "3", text)
        server.append(sasl_failure(OTHER) * 3)
        server.wait_for_elements("postfix", [ATTACKER, OTHER])


if __name__ == "__main__":
    sys.exit(run_tests())
