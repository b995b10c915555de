#!/usr/bin/env python3
"""The whole server on a real kernel: log lines in, nftables sets out, in a network namespace of its own.

    server_test.py --bin DIR --tree DIR [unittest option...]

With --bin of the oracle the same tests run on fail2ban itself.
"""

import os
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
ignoreip = 127.0.0.1/8
banaction = nftables-allports
backend = auto

[postfix]
enabled = true
mode = extra
logpath = @DIR@/mail.log

[custom]
enabled = true
bantime = 180d
port = smtp,pop3
"""

class ServerTest(unittest.TestCase):
    jails = JAILS
    settings = ""

    def setUp(self):
        self.server = ServerUnderTest(OPTIONS.bin, OPTIONS.tree, self.jails, self.settings)
        self.addCleanup(self.server.close)

    def attack(self, *addresses, times=3):
        self.server.append("".join(sasl_failure(address) for address in addresses for _ in range(times)))


class Bans(ServerTest):
    def test_lines_that_were_there_and_lines_that_come_are_counted(self):
        self.attack("203.0.113.1")
        self.server.start()
        self.server.wait_for_elements("postfix", ["203.0.113.1"])
        self.attack("203.0.113.2", "203.0.113.3")
        self.attack("203.0.113.4", times=2)
        self.server.wait_for_elements("postfix", ["203.0.113.1", "203.0.113.2", "203.0.113.3"])
        self.assertIn("`- Banned IP list:\t203.0.113.1 203.0.113.2 203.0.113.3", self.server.say("status", "postfix"))
        self.assertIn("[postfix] Ban 203.0.113.2", self.server.log())

    def test_rotation_by_rename_loses_no_line(self):
        self.server.start()
        self.attack("203.0.113.1", times=2)
        os.rename(self.server.mail_log, self.server.mail_log + ".1")
        self.attack("203.0.113.1", times=1)
        self.server.wait_for_elements("postfix", ["203.0.113.1"])

    def test_manual_bans_of_address_network_and_ipv6_and_their_unban(self):
        self.server.start()
        self.assertEqual(self.server.say("set", "custom", "banip", "192.0.66.7"), "1")
        self.assertEqual(self.server.say("set", "custom", "banip", "192.0.67.0/24", "2001:db8::1"), "2")
        self.assertEqual(self.server.elements("custom"), ["192.0.66.7", "192.0.67.0/24"])
        self.assertEqual(self.server.elements("custom", "inet6"), ["2001:db8::1"])
        self.assertEqual(self.server.say("set", "custom", "banip", "192.0.66.7"), "0")
        self.assertEqual(self.server.say("set", "custom", "unbanip", "192.0.67.0/24"), "1")
        self.assertEqual(self.server.say("unban", "192.0.66.7"), "1")
        self.assertEqual(self.server.elements("custom"), [])
        self.assertEqual(self.server.say("unban", "192.0.66.7"), "0")

    def test_first_bans_of_a_family_that_come_together_start_it_once(self):
        self.server.start()
        self.server.say("set", "custom", "banip", "192.0.66.7", "192.0.66.8")
        self.assertEqual(self.server.say("set", "custom", "banip", *[f"2001:db8::{n}" for n in range(1, 10)]), "9")
        self.assertEqual(len(self.server.elements("custom", "inet6")), 9)
        self.assertEqual(self.server.ruleset().count("@addr6-set-custom"), 1)

    def test_a_network_and_an_address_in_it_are_banned_each_for_itself(self):
        self.server.start()
        self.assertEqual(self.server.say("set", "custom", "banip", "192.0.67.7", "192.0.67.0/24", "192.0.67.9"), "3")
        self.assertEqual(self.server.elements("custom"), ["192.0.67.0/24"])
        self.assertEqual(self.server.say("set", "custom", "unbanip", "192.0.67.9"), "1")
        self.assertEqual(self.server.elements("custom"), ["192.0.67.0/24"])
        self.assertEqual(self.server.say("set", "custom", "unbanip", "192.0.67.0/24"), "1")
        self.assertEqual(self.server.elements("custom"), ["192.0.67.7"])
        self.assertIn("Banned IP list:\t192.0.67.7", self.server.say("status", "custom"))
        self.assertNotIn(" ERROR ", self.server.log())

    def test_an_ignored_address_is_not_banned(self):
        self.server.start()
        self.server.say("set", "postfix", "addignoreip", "203.0.113.0/28")
        self.attack("203.0.113.1", "203.0.113.77")
        self.server.wait_for_elements("postfix", ["203.0.113.77"])
        self.assertIn("[postfix] Ignore 203.0.113.1 by ip", self.server.log())

    def test_stop_leaves_no_table_behind(self):
        self.server.start()
        self.server.say("set", "custom", "banip", "192.0.66.7", "2001:db8::1")
        self.attack("203.0.113.1")
        self.server.wait_for_elements("postfix", ["203.0.113.1"])
        self.assertEqual(self.server.end(), 0)
        self.assertEqual(self.server.ruleset(), "")
        self.assertIn("[custom] Flush ticket(s) with nftables-allports", self.server.log())


class ShortBans(ServerTest):
    jails = JAILS.replace("bantime = 180d", "bantime = 2")

    def test_a_ban_ends_by_itself(self):
        self.server.start()
        self.server.say("set", "custom", "banip", "192.0.66.7")
        self.assertEqual(self.server.elements("custom"), ["192.0.66.7"])
        self.server.wait_for_elements("custom", [])
        self.assertIn("[custom] Unban 192.0.66.7", self.server.log())


class Memory(ServerTest):
    def test_bans_come_back_after_a_stop_and_after_a_kill(self):
        self.server.start()
        self.server.say("set", "custom", "banip", "192.0.66.7", "192.0.67.0/24")
        self.assertEqual(self.server.end(), 0)
        self.server.start()
        self.server.wait_for_elements("custom", ["192.0.66.7", "192.0.67.0/24"])
        self.assertIn("[custom] Restore Ban 192.0.66.7", self.server.log())
        self.server.say("set", "custom", "banip", "192.0.66.8")
        self.server.end(signal.SIGKILL)
        self.server.inside("nft", "flush", "ruleset")
        self.server.start()
        self.server.wait_for_elements("custom", ["192.0.66.7", "192.0.66.8", "192.0.67.0/24"])

    def test_an_unban_is_forgotten_for_good(self):
        self.server.start()
        self.server.say("set", "custom", "banip", "192.0.66.7", "192.0.66.8")
        self.server.say("set", "custom", "unbanip", "192.0.66.7")
        self.server.end()
        with sqlite3.connect(self.server.database) as database:
            self.assertEqual(database.execute("SELECT ip FROM bips").fetchall(), [("192.0.66.8",)])

    def test_lines_read_before_a_restart_are_not_counted_again(self):
        self.attack("203.0.113.1", times=2)
        self.server.start()
        self.server.wait(lambda: self.server.log().count("Found 203.0.113.1") == 2)
        self.server.end()
        self.server.start()
        self.attack("203.0.113.2")
        self.server.wait_for_elements("postfix", ["203.0.113.2"])
        self.assertEqual(self.server.log().count("Found 203.0.113.1"), 2)


class Process(ServerTest):
    def test_term_ends_it_cleanly(self):
        self.server.start()
        self.assertEqual(os.stat(self.server.socket).st_mode & 0o077, 0)
        self.assertEqual(self.server.end(signal.SIGTERM), 0)
        self.assertFalse(os.path.exists(self.server.socket))
        self.assertFalse(os.path.exists(self.server.pidfile))
        self.assertIn("Exiting Fail2ban", self.server.log())

    def test_usr1_opens_the_log_anew(self):
        self.server.start()
        os.rename(self.server.log_file, self.server.log_file + ".1")
        self.server.send(signal.SIGUSR1)
        self.server.wait_for_log("rollover performed on " + self.server.log_file)

    def test_it_starts_in_the_background_and_stops(self):
        self.server.write("fail2ban.local", f"[Definition]\nlogtarget = {self.server.log_file}\ndbfile = None\n")
        started = self.server.client("start")
        self.assertEqual((started.returncode, started.stdout), (0, "Server ready\n"))
        self.assertEqual(self.server.say("ping"), "Server replied: pong")
        again = self.server.client("start")
        self.assertEqual(again.returncode, 255)
        self.assertIn("Server already running", again.stdout + again.stderr)
        comm = f"/proc/{self.server.server_pid()}/comm"
        self.assertEqual(self.server.read(comm), "fail2ban-server\n")
        self.assertEqual(self.server.say("stop"), "Shutdown successful")
        self.server.wait(lambda: not os.path.exists(self.server.pidfile))

    def test_a_reload_keeps_bans_and_follows_the_configuration(self):
        self.server.start()
        self.server.say("set", "custom", "banip", "192.0.66.7")
        self.server.write("jail.d/user-jail.local",
                          self.jails.replace("@DIR@", self.server.directory).replace("maxretry = 3", "maxretry = 2"))
        self.assertEqual(self.server.say("reload"), "OK")
        self.assertEqual(self.server.elements("custom"), ["192.0.66.7"])
        self.assertEqual(self.server.say("get", "postfix", "maxretry"), "2")
        self.attack("203.0.113.1", times=2)
        self.server.wait_for_elements("postfix", ["203.0.113.1"])


class DockerMailserver(ServerTest):
    """What docker-mailserver's build and start do to /etc/fail2ban, and what its scripts and tests ask for then."""

    def setUp(self):
        super().setUp()
        server = self.server
        os.remove(f"{server.tree}/jail.d/user-jail.local")
        for name, target in (("jail.local", "jail.local"), ("fail2ban-jail.cf", "jail.d/user-jail.local"),
                             ("fixes.local", "fail2ban.d/fixes.local")):
            server.write(target, own_or_shared(name))
        server.write("action.d/nftables-common.local", "[Init]\nblocktype = drop\n")
        nftables = f"{server.tree}/action.d/nftables.conf"
        added = "<nftables> add set <table_family> <table> <addr_set> \\\\{ type <addr_type>\\\\; flags interval\\\\; \\\\}"
        subprocess.run(["sed", "-i", "-E", f"s#^_nft_add_set = .+#_nft_add_set = {added}#", nftables], check=True)
        # Where the logs are is the only thing that this test lays elsewhere.
        server.write("paths-overrides.local",
                     f"[DEFAULT]\nsyslog_mail = {server.mail_log}\nsyslog_mail_warn = {server.mail_log}\n")

    def test_its_configuration_bans_and_its_scripts_find_what_they_look_for(self):
        server = self.server.start()
        self.assertIn("Jail list:\tcustom, dovecot, postfix", server.say("status"))
        self.attack("203.0.113.1", times=6)
        server.wait_for_elements("postfix", ["203.0.113.1"])
        self.assertRegex(server.say("status", "postfix"), r"(?<=Banned IP list:\s)203\.0\.113\.1")
        self.assertEqual(server.say("get", "custom", "bantime"), "15552000")
        for banned in ("192.0.66.7", "192.0.66.0/24"):
            self.assertEqual(server.say("set", "custom", "banip", banned), "1")
            self.assertEqual(server.elements("custom"), [banned])
            self.assertEqual(server.say("set", "custom", "unbanip", banned), "1")
            self.assertEqual(server.elements("custom"), [])
        self.assertIn("ip saddr @addr-set-custom drop", server.ruleset())
        self.assertIn("['set', 'dovecot', 'addaction', 'nftables-allports']", server.say("-d"))


def own_or_shared(name):
    """docker-mailserver's own file where the checkout has it beside it, else one of ours that says the same."""
    here = os.path.dirname(os.path.abspath(__file__))
    shared = os.path.join(here, "../../../shared/data/docker-mailserver", name)
    if os.path.exists(shared):
        with open(shared, encoding="utf-8") as text:
            return text.read()
    if name == "fixes.local":
        return "[Definition]\nallowipv6 = auto;\n"
    return ("[DEFAULT]\nbantime = 1w\nfindtime = 1w\nmaxretry = 6\nignoreip = 127.0.0.1/8\n"
            "banaction = nftables-allports\n\n[dovecot]\nenabled = true\n\n[postfix]\nenabled = true\nmode = extra\n\n"
            "[custom]\nenabled = true\nbantime = 180d\n"
            "port = smtp,pop3,pop3s,imap,imaps,submission,submissions,sieve\n")


class ShellAction(ServerTest):
    jails = """
[DEFAULT]
maxretry = 2
backend = auto

[postfix]
enabled = true
mode = extra
logpath = @DIR@/mail.log
action = note[directory=@DIR@]
"""

    def test_values_of_a_failure_reach_the_shell_as_data(self):
        self.server.write("action.d/note.conf", "\n".join([
            "[Definition]",
            "actionban = printf '%%s|' <ip> <failures> \"<matches>\" >><directory>/notes",
            "actionunban = printf 'unban %%s' <ip> >><directory>/notes",
            "[Init]", "directory = /nowhere", ""]))
        hostile = sasl_failure("203.0.113.1").rstrip("\n") + "; touch " + self.server.directory + "/pwned $(id)`id`\n"
        self.server.start()
        self.server.append(hostile * 2)
        notes = self.server.directory + "/notes"
        self.server.wait(lambda: "203.0.113.1|2|" in self.server.read(notes))
        self.assertIn("$(id)`id`", self.server.read(notes))
        self.assertFalse(os.path.exists(self.server.directory + "/pwned"))


if __name__ == "__main__":
    sys.exit(run_tests())
