#!/usr/bin/env python3
"""Actions written in Python, run by the server's helper: what they are told, and what they can not do to the server.

    python_actions_test.py --bin DIR --tree DIR [unittest option...]
"""

import json
import os
import re
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from harness import NSENTER, OPTIONS, ServerUnderTest, run_tests, sasl_failure  # noqa: E402

JAILS = """
[DEFAULT]
bantime = 1h
maxretry = 2
backend = auto

[postfix]
enabled = true
mode = extra
logpath = @DIR@/mail.log
action = nftables-allports[name=postfix]
         told.py[where="@DIR@/told", extra="a; b"]
"""

# Writes down every call with what it was given.
TOLD = '''
import json
from fail2ban.server.actions import ActionBase, CallingMap
from fail2ban.server.action import ActionBase as TheSame


class Action(ActionBase):
    def __init__(self, jail, name, where="", extra=""):
        super().__init__(jail, name)
        assert TheSame is ActionBase
        self.where, self.extra = where, extra

    def note(self, event, **more):
        with open(self.where, "a") as out:
            out.write(json.dumps([event, more]) + "\\n")

    def start(self):
        print("printed words")
        self._logSys.info("logged words")
        self.note("start", jail=self._jail.name, bantime=self._jail.actions.getBanTime(), extra=self.extra)

    def stop(self):
        self.note("stop")

    def ban(self, aInfo):
        self.note("ban", ip=aInfo["ip"], failures=aInfo["failures"], bantime=aInfo["bantime"], family=aInfo["family"],
                  matches=len(aInfo["matches"].splitlines()), ipjailmatches=len(aInfo["ipjailmatches"].splitlines()),
                  time=isinstance(aInfo["time"], float), restored=aInfo.get("restored"), group=aInfo["F-NOSUCH"],
                  text="%(ip)s %(failures)i" % aInfo)

    def unban(self, aInfo):
        self.note("unban", ip=aInfo["ip"])

    def double(self, number=0):
        return 2 * number
'''

# Does what the address says.
HOSTILE = '''
import os, sys, time
from fail2ban.server.actions import ActionBase


class Action(ActionBase):
    def ban(self, aInfo):
        deed = {"203.0.113.1": lambda: os._exit(3), "203.0.113.2": lambda: os.kill(os.getpid(), 9),
                "203.0.113.3": lambda: 1 / 0, "203.0.113.4": self.garbage, "203.0.113.5": sys.exit,
                "203.0.113.6": lambda: sys.stderr.write("x" * 100000 + "\\n" * 1000)}
        deed.get(aInfo["ip"], lambda: open(os.environ["DONE"], "a").write(aInfo["ip"] + "\\n"))()

    def garbage(self):
        for number in range(3, 20):
            try:
                os.write(number, b"garbage\\n" * 100)
            except OSError:
                pass
'''


class PythonActions(unittest.TestCase):
    def server(self, jails=JAILS, environment=None, **files):
        server = ServerUnderTest(OPTIONS.bin, OPTIONS.tree, jails, environment=environment)
        self.addCleanup(server.close)
        for name, text in files.items():
            server.write(f"action.d/{name}.py", text)
        return server

    def told(self, server):
        return [json.loads(line) for line in server.read(server.directory + "/told").splitlines()]

    def test_it_is_started_told_of_bans_and_unbans_and_stopped(self):
        server = self.server(told=TOLD).start()
        server.append(sasl_failure("203.0.113.7") * 2)
        server.wait(lambda: len(self.told(server)) == 2)
        server.wait_for_elements("postfix", ["203.0.113.7"])
        self.assertEqual(server.say("set", "postfix", "banip", "2001:db8::1"), "1")
        self.assertEqual(server.say("set", "postfix", "unbanip", "203.0.113.7"), "1")
        self.assertEqual(server.end(), 0)
        by_hand = {"ip": "2001:db8::1", "failures": 0, "bantime": 3600, "family": "inet6", "matches": 0,
                   "ipjailmatches": 0, "time": True, "restored": 0, "group": "", "text": "2001:db8::1 0"}
        found = {"ip": "203.0.113.7", "failures": 2, "bantime": 3600, "family": "inet4", "matches": 2,
                 "ipjailmatches": 2, "time": True, "restored": 0, "group": "", "text": "203.0.113.7 2"}
        self.assertEqual(self.told(server), [
            ["start", {"jail": "postfix", "bantime": 3600, "extra": "a; b"}], ["ban", found], ["ban", by_hand],
            ["unban", {"ip": "203.0.113.7"}], ["unban", {"ip": "2001:db8::1"}], ["stop", {}]])
        self.assertRegex(server.log(), r"INFO +printed: printed words")
        self.assertRegex(server.log(), r"fail2ban\.Action +\[\d+\]: INFO +logged words")
        self.assertNotIn(" ERROR ", server.log())

    def test_its_properties_and_methods_by_command(self):
        server = self.server(told=TOLD).start()
        self.assertIn("told", server.say("get", "postfix", "actions"))
        self.assertEqual(server.say("get", "postfix", "action", "told", "extra"), "a; b")
        self.assertEqual(server.say("set", "postfix", "action", "told", "extra", "c"), "c")
        self.assertEqual(server.say("set", "postfix", "action", "told", "double", '{"number": 21}'), "42")
        self.assertIn("extra, where", server.say("get", "postfix", "actionproperties", "told"))
        self.assertIn("ban, double, note, reban, start, stop, unban",
                      server.say("get", "postfix", "actionmethods", "told"))
        wrong = server.client("set", "postfix", "action", "told", "double", '{"n": 1}')
        self.assertEqual(wrong.returncode, 255)
        self.assertIn("Action.double() got an unexpected keyword argument 'n'", wrong.stdout)

    def test_a_reload_keeps_it_unless_its_options_changed(self):
        server = self.server(told=TOLD).start()
        server.say("set", "postfix", "banip", "203.0.113.7")
        self.assertEqual(server.say("reload"), "OK")
        self.assertEqual([event for event, _ in self.told(server)], ["start", "ban"])
        changed = JAILS.replace("@DIR@", server.directory).replace("a; b", "new")
        server.write("jail.d/user-jail.local", changed)
        self.assertEqual(server.say("reload"), "OK")
        server.wait(lambda: len(self.told(server)) == 6)
        self.assertEqual([event for event, _ in self.told(server)],
                         ["start", "ban", "unban", "stop", "start", "ban"])
        self.assertEqual(server.elements("postfix"), ["203.0.113.7"])

    def test_one_that_dies_or_errs_is_logged_and_harms_nobody(self):
        server = self.server(JAILS.replace('told.py[where="@DIR@/told", extra="a; b"]', "hostile.py"), hostile=HOSTILE,
                             environment={"DONE": "/dev/null"})
        server.environment["DONE"] = server.directory + "/done"
        server.start()
        bad = [f"203.0.113.{i}" for i in range(1, 7)]
        for address in bad:
            self.assertEqual(server.say("set", "postfix", "banip", address), "1")
        self.assertEqual(server.say("set", "postfix", "banip", "203.0.113.9"), "1")
        self.assertEqual(server.read(server.directory + "/done"), "203.0.113.9\n")
        self.assertEqual(server.elements("postfix"), bad + ["203.0.113.9"])
        for address in bad[:5]:
            self.assertRegex(server.log(), f"ERROR +Failed to execute ban jail 'postfix' action 'hostile' info '{address}'")
        self.assertIn("action.d/hostile.py, line", server.log())
        self.assertIn("division by zero", server.log())

    def test_what_cannot_be_loaded(self):
        server = self.server(told=TOLD).start()
        for name, text, error in (("syntax", "def", "invalid syntax"), ("raises", "1/0", "division by zero"),
                                  ("empty", "x = 1", "does not have 'Action' class"),
                                  ("other", "class Action: pass", "does not implement required methods"),
                                  ("strange", "import fail2ban.nosuch", "No module named 'fail2ban.nosuch'")):
            server.write(f"action.d/{name}.py", text)
            done = server.client("set", "postfix", "addaction", name, f"{server.tree}/action.d/{name}.py", "{}")
            self.assertEqual(done.returncode, 255, name)
            self.assertIn(error, done.stdout, name)
        server.write("jail.d/zz.local", "[postfix]\nmaxretry = 7\naction = nftables-allports[name=postfix]\n  raises.py\n")
        self.assertEqual(server.client("reload").returncode, 255)
        self.assertEqual(server.say("get", "postfix", "maxretry"), "2")
        self.assertEqual([event for event, _ in self.told(server)], ["start"])

    def test_without_python_the_other_actions_work(self):
        server = self.server(told=TOLD, environment={"PATH": "/nowhere"})
        server.start()
        server.append(sasl_failure("203.0.113.9") * 2)
        server.wait_for_elements("postfix", ["203.0.113.9"])
        self.assertIn("cannot run python3: No such file or directory; install python3", server.log())
        self.assertIn("[postfix] action told is left out; the jail and its other actions work", server.log())


SINK = '''
import socket, sys
listener = socket.create_server(("127.0.0.1", 2525))
print("ready", flush=True)
while True:
    peer = listener.accept()[0]
    stream = peer.makefile("rw", newline="\\r\\n")
    data = False
    def say(text):
        stream.write(text + "\\n")
        stream.flush()
    say("220 sink")
    for line in stream:
        line = line.rstrip("\\r\\n")
        if data:
            print(line, flush=True)
            if line == ".":
                data = False
                say("250 ok")
        elif line.upper() == "DATA":
            data = True
            say("354 go on")
        elif line.upper() == "QUIT":
            say("221 bye")
            break
        else:
            say("250 ok")
    peer.close()
'''


@unittest.skipUnless(os.environ.get("GAOLER_ORACLE"), "GAOLER_ORACLE names no oracle")
class OracleSmtp(unittest.TestCase):
    """fail2ban's own action in Python, read from where the oracle is."""

    def test_it_mails_start_ban_and_stop(self):
        mail = 'smtp.py[host="127.0.0.1:2525", dest="root@localhost", sender="f2b@localhost", matches="matches"]'
        server = ServerUnderTest(OPTIONS.bin, OPTIONS.tree,
                                 JAILS.replace('told.py[where="@DIR@/told", extra="a; b"]', mail))
        self.addCleanup(server.close)
        shutil.copy(os.environ["GAOLER_ORACLE"] + "/etc/fail2ban/action.d/smtp.py", f"{server.tree}/action.d/smtp.py")
        mails = server.directory + "/mails"
        with open(mails, "w", encoding="utf-8") as out:
            sink = subprocess.Popen([NSENTER, "-t", str(server.holder.pid), "-n", sys.executable, "-c", SINK], stdout=out)
        self.addCleanup(sink.wait)
        self.addCleanup(sink.terminate)
        server.wait(lambda: "ready" in server.read(mails))
        server.start()
        server.append(sasl_failure("203.0.113.7") * 2)
        server.wait(lambda: "banned 203.0.113.7 from" in server.read(mails))
        self.assertEqual(server.end(), 0)
        text = server.read(mails)
        self.assertEqual(len(re.findall("^Subject: ", text, re.M)), 3)
        for part in ("[Fail2Ban] postfix: started on", "has just been banned for 3600 seconds",
                     "after 2 attempts against postfix", "SASL LOGIN authentication failed",
                     "[Fail2Ban] postfix: stopped on"):
            self.assertIn(part, text)
        self.assertNotIn(" ERROR ", server.log())


if __name__ == "__main__":
    sys.exit(run_tests())
