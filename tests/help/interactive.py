#!/usr/bin/env python3
"""fail2ban-client -i on a terminal: commands, errors, completion, history, and its end.

    interactive.py --bin DIR --source DIR
"""

import os
import pty
import re
import select
import stat
import subprocess
import sys
import termios
import time
import unittest

import listed
from server import Server

PROMPT = "fail2ban> "
NEXT = "\n" + PROMPT  # at the start of a line: within one, the editor draws it anew
PATIENCE = 30  # seconds until a test fails for silence


class Terminal:
    """The client with a terminal of its own."""

    def __init__(self, server):
        self.master, slave = pty.openpty()
        environment = dict(server.environment, TERM="dumb", XDG_STATE_HOME=f"{server.directory}/state")
        self.process = subprocess.Popen(server.command("-i"), stdin=slave, stdout=slave, stderr=slave, env=environment,
                                        start_new_session=True)
        os.close(slave)
        self.seen = ""
        self.read_to(NEXT)

    def read_to(self, end):
        """What appears until a text that ends it."""
        deadline = time.monotonic() + PATIENCE
        while end not in self.seen:
            ready, _, _ = select.select([self.master], [], [], max(0, deadline - time.monotonic()))
            if not ready:
                raise AssertionError(f"no {end!r} in {self.seen!r}")
            self.seen += os.read(self.master, 65536).decode().replace("\r\n", "\n")
        found, self.seen = self.seen.split(end, 1)
        return found

    def type(self, keys):
        """Keys for the editor, which shows its prompt a moment before the terminal is its own."""
        deadline = time.monotonic() + PATIENCE
        while termios.tcgetattr(self.master)[3] & termios.ICANON and time.monotonic() < deadline:
            time.sleep(0.002)
        os.write(self.master, keys.encode())

    def say(self, line):
        """What a command prints; the line itself is drawn by the editor."""
        self.type(line + "\r")
        _, _, drawn = self.read_to(NEXT).rpartition(PROMPT)
        _, _, printed = drawn.partition("\n")
        return printed + "\n" if printed else ""

    def end(self):
        code = self.process.wait(PATIENCE)
        os.close(self.master)
        return code


class Interactive(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.addClassCleanup(cls.server.close)

    def test_prints_what_single_commands_print(self):
        terminal = Terminal(self.server)
        for line in ["status", "status one", "banned", "get one ignoreip", "get loglevel", "ping"]:
            alone = subprocess.run(self.server.command(*line.split()), env=self.server.environment, capture_output=True,
                                   text=True)
            self.assertEqual(terminal.say(line), alone.stdout, line)
        terminal.type("exit\r")
        self.assertEqual(terminal.end(), 0)

    def test_goes_on_after_mistakes(self):
        terminal = Terminal(self.server)
        self.assertIn("Sorry but the jail 'nobody' does not exist\n", terminal.say("status nobody"))
        self.assertIn("Invalid command\n", terminal.say("bogus"))
        self.assertIn("No closing quotation\n", terminal.say("set one addignoreip '1.2.3.4"))
        self.assertEqual(terminal.say(""), "")
        self.assertEqual(terminal.say("echo 'a  b' c"), "a  b c\n")
        terminal.type("\x04")  # the end of the input
        self.assertEqual(terminal.end(), 0)

    def test_the_tab_key_completes_commands_jails_and_addresses(self):
        terminal = Terminal(self.server)
        self.assertEqual(terminal.say("pi\t"), "Server replied: pong\n")
        self.assertEqual(terminal.say("get tw\tfindt\t"), "600\n")
        self.assertEqual(terminal.say("banned 2001\t"), "[['one']]\n")
        terminal.type("status \t")  # no choice can be made: all of them are shown
        self.assertIn("--all  one  two-x", terminal.read_to("two-x") + "two-x")
        terminal.type("\r")
        terminal.read_to("Jail list")
        terminal.read_to(NEXT)
        terminal.type("exit\r")
        self.assertEqual(terminal.end(), 0)

    def test_lines_are_recalled_also_by_the_next_one(self):
        terminal = Terminal(self.server)
        terminal.say("echo remembered")
        self.assertEqual(terminal.say("\x10"), "remembered\n")  # Ctrl-P: the line before
        terminal.type("exit\r")
        terminal.end()
        terminal = Terminal(self.server)
        self.assertEqual(terminal.say("\x10\x10"), "remembered\n")
        terminal.type("exit\r")
        terminal.end()
        history = f"{self.server.directory}/state/fail2ban/history"
        self.assertEqual(stat.S_IMODE(os.stat(history).st_mode), 0o600)

    def test_the_history_is_bounded(self):
        history = f"{self.server.directory}/state/fail2ban/history"
        os.makedirs(os.path.dirname(history), exist_ok=True)
        with open(history, "w", encoding="utf-8") as old:
            old.write("_HiStOrY_V2_\n" + "".join(f"echo\\040{n}\n" for n in range(3000)))
        terminal = Terminal(self.server)
        terminal.say("ping")
        terminal.type("exit\r")
        terminal.end()
        with open(history, encoding="utf-8") as now:
            lines = now.read().splitlines()
        self.assertEqual((lines[1], lines[-1], len(lines)), ("echo\\0402002", "exit", 1001))

    def test_without_a_terminal_lines_are_read_as_they_come(self):
        done = subprocess.run(self.server.command("-i"), input="status\nbogus\nping\n", env=self.server.environment,
                              capture_output=True, text=True, timeout=PATIENCE)
        self.assertEqual(done.returncode, 0)
        self.assertIn(f"{PROMPT}Status\n", done.stdout)
        self.assertIn(f"{PROMPT}Invalid command\n{PROMPT}Server replied: pong\n", done.stdout)
        self.assertTrue(re.search(r"ERROR +NOK: \('Invalid command',\)", done.stderr), done.stderr)

    def test_help_lists_the_commands(self):
        terminal = Terminal(self.server)
        self.assertEqual(terminal.say("help"), listed.help_of("fail2ban-client"))
        terminal.type("quit\r")
        self.assertEqual(terminal.end(), 0)


if __name__ == "__main__":
    sys.exit(listed.main())
