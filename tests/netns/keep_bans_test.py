#!/usr/bin/env python3
"""keep_bans_on_stop: what is banned stays out while the server is restarted, and only the difference is made then.

    keep_bans_test.py --bin DIR --tree DIR [unittest option...]

A banned address of the namespace's own tries to connect again and again; who accepts counts.
"""

import os
import signal
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from harness import NSENTER, OPTIONS, OwnNames, ServerUnderTest, run_tests  # noqa: E402

JAILS = """
[DEFAULT]
bantime = 1w
banaction = nftables-allports
filter = custom
ignoreself = false
backend = auto

[custom]
enabled = true

[short]
enabled = true
bantime = 2
"""
BANNED, HERE = "192.0.2.50", "192.0.2.51"

# Connects from the banned address until its input ends; prints how many were tried and how many got through.
KNOCKER = f"""
import select, socket, sys
door = socket.socket()
door.bind(("{HERE}", 5555))
door.listen(100)
door.setblocking(False)
print("ready", flush=True)
tried = through = 0
while not select.select([sys.stdin], [], [], 0)[0]:
    knock = socket.socket()
    knock.setblocking(False)
    knock.bind(("{BANNED}", 0))
    knock.connect_ex(("{HERE}", 5555))
    tried += 1
    if select.select([door], [], [], 0.002)[0]:
        door.accept()[0].close()
        through += 1
    knock.close()
print(tried, through)
"""


# Takes questions for names and answers none.
SILENT_NAME_SERVER = """
import socket, sys
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 53))
print("ready", flush=True)
sys.stdin.read()
"""


class Knocker:
    def __init__(self, server):
        for address in (BANNED, HERE):
            server.inside("ip", "address", "add", f"{address}/32", "dev", "lo")
        self.process = subprocess.Popen([NSENTER, "-t", str(server.holder.pid), "-n", sys.executable, "-c", KNOCKER],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.process.stdout.readline()

    def result(self):
        out, _ = self.process.communicate("")
        return [int(word) for word in out.split()]


class KeepBans(unittest.TestCase):
    def begin(self, settings, jails=JAILS, kind=ServerUnderTest):
        self.server = kind(OPTIONS.bin, OPTIONS.tree, jails, settings)
        self.addCleanup(self.server.close)
        self.server.start()
        self.server.say("set", "custom", "banip", BANNED, "198.51.100.0/24", "2001:db8::1")
        return self.server

    def restart(self, number):
        self.server.end(number)
        self.server.start()

    def rules(self):
        chain = self.server.inside("nft", "list", "chain", "inet", "f2b-table", "f2b-chain")
        return chain.count("@addr-set-custom "), chain.count("@addr6-set-custom ")

    def test_nothing_gets_through_while_it_restarts(self):
        server = self.begin("keep_bans_on_stop = true\n")
        knocker = Knocker(server)
        for number in (signal.SIGTERM, signal.SIGKILL, signal.SIGTERM):
            self.restart(number)
        server.wait_for_log("Restore Ban " + BANNED)
        tried, through = knocker.result()
        self.assertGreater(tried, 50)
        self.assertEqual(through, 0)
        self.assertEqual(server.elements("custom"), [BANNED, "198.51.100.0/24"])
        self.assertEqual(server.elements("custom", "inet6"), ["2001:db8::1"])
        self.assertEqual(self.rules(), (1, 1))
        self.assertNotIn(" ERROR ", server.log())

    def test_nothing_gets_through_while_names_are_looked_up(self):
        jails = JAILS.replace("ignoreself", "ignoreip = silent.example\nignoreself")
        server = self.begin("keep_bans_on_stop = true\n", jails, OwnNames)
        names = subprocess.Popen([NSENTER, "-t", str(server.holder.pid), "-n", sys.executable, "-c", SILENT_NAME_SERVER],
                                 stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.addCleanup(names.communicate, "")
        names.stdout.readline()
        knocker = Knocker(server)
        self.restart(signal.SIGTERM)
        server.wait_for_log("Restore Ban " + BANNED)
        server.say("set", "custom", "banip", "192.0.2.77")  # behind the end of the restoring
        self.assertEqual(knocker.result()[1], 0)
        self.assertNotIn("Unban " + BANNED, server.log())

    def test_without_it_a_restart_leaves_the_door_open(self):
        server = self.begin("")
        knocker = Knocker(server)
        server.end()
        server.wait(lambda: server.ruleset() == "")
        server.start()
        server.wait_for_elements("custom", [BANNED, "198.51.100.0/24"])
        self.assertGreater(knocker.result()[1], 0)

    def test_what_has_ended_meanwhile_goes_and_what_is_missing_comes(self):
        server = self.begin("keep_bans_on_stop = true\n")
        server.say("set", "short", "banip", "203.0.113.1", "2001:db8::7")
        server.end()
        self.assertEqual(server.elements("short"), ["203.0.113.1"])
        server.inside("nft", "delete", "element", "inet", "f2b-table", "addr-set-custom", "{ 198.51.100.0/24 }")
        server.inside("nft", "add", "element", "inet", "f2b-table", "addr-set-custom", "{ 198.51.100.1 }")
        server.inside("sleep", "3")
        server.start()
        server.wait_for_elements("short", [])
        server.wait(lambda: server.elements("short", "inet6") == [])
        server.wait_for_elements("custom", [BANNED, "198.51.100.0/24"])
        self.assertIn("[short] Unban 203.0.113.1", server.log())

    def test_an_unban_and_a_stop_of_the_jail_work_on_what_was_taken_over(self):
        server = self.begin("keep_bans_on_stop = true\n")
        self.restart(signal.SIGTERM)
        server.wait_for_log("Restore Ban " + BANNED)
        server.say("set", "custom", "unbanip", "198.51.100.0/24")
        server.wait_for_elements("custom", [BANNED])
        server.say("stop", "custom")
        self.assertNotIn("set-custom", server.ruleset())


if __name__ == "__main__":
    sys.exit(run_tests())
