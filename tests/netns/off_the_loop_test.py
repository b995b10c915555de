#!/usr/bin/env python3
"""What takes long holds up nobody else: an action that does not end, an ignorecommand that does not answer.

    off_the_loop_test.py --bin DIR --tree DIR [unittest option...]

Both wait for a line in a named pipe that the test writes when it has seen what it wants to see; the end of the pipe is
none, because a writer before may not have closed it yet.
"""

import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from harness import OPTIONS, ServerUnderTest, run_tests, sasl_failure  # noqa: E402

JAILS = """
[DEFAULT]
backend = auto
bantime = 1h
findtime = 1h
maxretry = 2
ignoreself = false

[held]
enabled = true
filter = postfix[mode=auth]
logpath = @DIR@/held.log
%s

[other]
enabled = true
filter = postfix[mode=auth]
logpath = @DIR@/mail.log
banaction = nftables-allports
"""
HELD_ACTION = """
[Definition]
actionban = until read -r line < <pipe>; do :; done; echo ban <ip> >> <out>
actionunban = echo unban <ip> >> <out>
"""
# Says whom it was asked about; ignores one of them.
COMMAND = """#!/bin/sh
echo "$1" >> @DIR@/asked
until read -r line < @DIR@/pipe; do :; done
test "$1" = 192.0.2.1
"""


class OffTheLoop(unittest.TestCase):
    def start(self, option):
        self.server = server = ServerUnderTest(OPTIONS.bin, OPTIONS.tree, JAILS % option)
        self.addCleanup(server.close)
        server.write("action.d/held.conf", HELD_ACTION)
        self.pipe, self.held_log = f"{server.directory}/pipe", f"{server.directory}/held.log"
        os.mkfifo(self.pipe)
        open(self.held_log, "w", encoding="utf-8").close()
        server.write("../command", COMMAND.replace("@DIR@", server.directory))
        os.chmod(f"{server.directory}/command", 0o755)
        server.start()

    def fail(self, address, times, path=None):
        self.server.append(sasl_failure(address) * times, path)

    def let_one_go(self):
        with open(self.pipe, "w", encoding="ascii") as pipe:  # waits for the reader
            pipe.write("go\n")

    def others_work(self, *addresses):
        for address in addresses:
            self.fail(address, 2)
        self.server.wait_for_elements("other", list(addresses))
        self.assertEqual(self.server.say("ping"), "Server replied: pong")
        self.assertIn("Banned IP list:\t" + " ".join(addresses), self.server.say("status", "other"))

    def test_an_action_that_does_not_end(self):
        self.start("action = held[pipe=@DIR@/pipe, out=@DIR@/out]")
        out = f"{self.server.directory}/out"
        for address in ("192.0.2.1", "192.0.2.2"):
            self.fail(address, 2, self.held_log)
            self.server.wait_for_log("[held] Ban " + address)
        self.others_work("198.51.100.1", "198.51.100.2")
        self.assertIn("Currently banned:\t2", self.server.say("status", "held"))
        self.assertEqual(self.server.read(out), "")
        self.let_one_go()
        self.server.wait(lambda: self.server.read(out) == "ban 192.0.2.1\n")
        self.let_one_go()
        self.server.wait(lambda: self.server.read(out) == "ban 192.0.2.1\nban 192.0.2.2\n")
        self.assertEqual(self.server.say("set", "held", "unbanip", "192.0.2.1"), "1")
        self.assertEqual(self.server.read(out), "ban 192.0.2.1\nban 192.0.2.2\nunban 192.0.2.1\n")

    def test_an_ignorecommand_that_does_not_answer(self):
        self.start("ignorecommand = @DIR@/command <ip>\n"
                   'ignorecache = key="<ip>", max-count=100, max-time=1h\n'
                   "banaction = nftables-allports")
        asked = f"{self.server.directory}/asked"
        self.fail("192.0.2.1", 1, self.held_log)
        self.server.wait(lambda: self.server.read(asked) == "192.0.2.1\n")
        self.others_work("198.51.100.1")
        self.let_one_go()
        self.server.wait_for_log("[held] Ignore 192.0.2.1 by command")
        # Known by now: not asked about again.
        self.fail("192.0.2.1", 3, self.held_log)
        self.fail("192.0.2.2", 1, self.held_log)
        self.server.wait(lambda: self.server.read(asked) == "192.0.2.1\n192.0.2.2\n")
        self.let_one_go()
        self.server.wait_for_log("[held] Found 192.0.2.2")
        self.fail("192.0.2.2", 1, self.held_log)
        self.server.wait_for_elements("held", ["192.0.2.2"])
        self.assertEqual(self.server.read(asked), "192.0.2.1\n192.0.2.2\n")
        self.assertNotIn("[held] Ban 192.0.2.1", self.server.log())


if __name__ == "__main__":
    sys.exit(run_tests())
