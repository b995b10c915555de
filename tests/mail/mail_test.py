#!/usr/bin/env python3
"""Real mail servers under attack, fail2ban set up as docker-mailserver does: who is banned, what gets through, what lasts.

    mail_test.py --tree TREE --image ROOT [unittest option...]

TREE is a DESTDIR that `cmake --install` filled, or the oracle's directory; the environment's GAOLER_MAIL_WITH beats it.
ROOT is the root directory made by tools/mail-root. With the oracle the same tests run on fail2ban itself.
"""

import argparse
import os
import re
import sqlite3
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from container import NETWORKS, Network, private_mounts  # noqa: E402
from mailserver import MAIL_LOG, MailServer  # noqa: E402

SKIPPED = 77
ALL_PROTOCOLS = ["smtp", "submission", "submissions", "imap", "imaps", "pop3", "pop3s", "sieve"]
OWN_FILES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../shared/data/docker-mailserver")

USER_JAIL = """
[DEFAULT]
bantime = 1234
findtime = 321
maxretry = 2
ignoreip = 127.0.0.1/8 {office}
banaction = {banaction}

[dovecot]
enabled = true

[postfix]
enabled = true
mode = extra

# For bans by hand: no log, no regular expression
[custom]
enabled = true
bantime = 180d
port = smtp,pop3,pop3s,imap,imaps,submission,submissions,sieve
"""
USER_SETTINGS = """
[DEFAULT]
loglevel = DEBUG
dbpurgeage = 200d
socket = /var/run/fail2ban/fail2ban.sock
pidfile = /var/run/fail2ban/fail2ban.pid
dbfile = /var/lib/fail2ban/fail2ban.sqlite3
logtarget = /var/log/fail2ban.log
"""

GIVEN = argparse.Namespace()  # tree, image, and the directory that all containers are in


class MailTest(unittest.TestCase):
    """A class of tests has a container; the tests keep out of each other's way by clients of their own."""

    maxDiff = None
    server = None

    @classmethod
    def make_server(cls, banaction="nftables-multiport", blocktype=None, prepare=lambda server: None):
        network = Network()
        cls.addClassCleanup(network.close)
        jails = USER_JAIL.format(banaction=banaction, office=NETWORKS["office"])
        cls.server = MailServer(GIVEN.tree, GIVEN.image, GIVEN.directory, network, cls.__name__.lower(), jails,
                                USER_SETTINGS, blocktype)
        cls.addClassCleanup(cls.server.close)
        prepare(cls.server)
        cls.server.start()

    @classmethod
    def client(cls, kind="inet"):
        return cls.server.network.client(kind)

    def assert_blocked(self, source, protocols):
        """New connections from this client do not get through, another's do."""
        other = self.client("inet6" if ":" in source else "inet")
        expected = {(address, protocol): "unreachable" if address == source else "welcome"
                    for address in (source, other) for protocol in protocols}
        self.assertEqual(self.server.logins([source, other], protocols), expected)

    def assert_open(self, source, protocols):
        self.assertEqual(self.server.logins([source], protocols), {(source, name): "welcome" for name in protocols})


class FailedLogins(MailTest):
    """Every service is attacked by a client of its own, all at once; the tests look at what became of each."""

    POSTFIX_PORTS = ["smtp", "submission", "submissions"]
    DOVECOT_PORTS = ["imap", "imaps", "pop3", "pop3s", "sieve", "submission", "submissions"]

    @classmethod
    def setUpClass(cls):
        cls.make_server()
        cls.attackers = {name: (name, cls.client()) for name in ALL_PROTOCOLS if name != "smtp"}
        cls.attackers["submission over IPv6"] = ("submission", cls.client("inet6"))
        cls.attackers["imaps over IPv6"] = ("imaps", cls.client("inet6"))
        cls.attackers["office"] = ("imap", cls.client("office"))
        cls.once = [("imap", cls.client()), ("submission", cls.client())]
        cls.server.attack(list(cls.attackers.values()))
        cls.server.attack(cls.once, times=1)

    def check(self, attacker, jail, ports):
        source = self.attackers[attacker][1]
        self.server.wait_for_ban(jail, source)
        self.assert_blocked(source, ports)
        self.assertEqual(self.server.client("set", jail, "unbanip", source), "1")
        self.assertNotIn(source, self.server.elements(jail, "inet6" if ":" in source else "inet"))
        self.assert_open(source, ports)

    def test_two_on_submission_ban_until_unban(self):
        self.check("submission", "postfix", self.POSTFIX_PORTS)

    def test_two_on_submissions_ban_until_unban(self):
        self.check("submissions", "postfix", self.POSTFIX_PORTS)

    def test_two_on_imap_ban_until_unban(self):
        self.check("imap", "dovecot", self.DOVECOT_PORTS)

    def test_two_on_imaps_ban_until_unban(self):
        self.check("imaps", "dovecot", self.DOVECOT_PORTS)

    def test_two_on_pop3_ban_until_unban(self):
        self.check("pop3", "dovecot", self.DOVECOT_PORTS)

    def test_two_on_pop3s_ban_until_unban(self):
        self.check("pop3s", "dovecot", self.DOVECOT_PORTS)

    def test_two_on_sieve_ban_until_unban(self):
        self.check("sieve", "dovecot", self.DOVECOT_PORTS)

    def test_two_on_submission_over_ipv6_ban_until_unban(self):
        self.check("submission over IPv6", "postfix", self.POSTFIX_PORTS)

    def test_two_on_imaps_over_ipv6_ban_until_unban(self):
        self.check("imaps over IPv6", "dovecot", self.DOVECOT_PORTS)

    def test_one_failure_bans_nobody(self):
        for _, source in self.once:
            self.server.wait(lambda: f"Found {source}" in self.server.log(), what=f"the failure of {source}")
            self.assertNotIn(source, self.server.client("banned"))
            self.assert_open(source, ["imap", "submission"])

    def test_a_client_of_an_ignored_network_is_not_banned(self):
        source = self.attackers["office"][1]
        self.server.wait(lambda: self.server.log().count(f"Ignore {source} by ip") == 2, what="two ignored failures")
        self.assertNotIn(source, self.server.client("banned"))
        self.assert_open(source, ALL_PROTOCOLS)

    def test_localhost_is_not_banned(self):
        guess = ("import smtplib, ssl\ns = smtplib.SMTP_SSL('127.0.0.1', 465, context=ssl._create_unverified_context())\n"
                 "s.ehlo()\nfor _ in range(3): s.docmd('AUTH PLAIN AGFubmEAd3Jvbmc=')\n")
        self.server.say("python3", "-c", guess)
        self.server.wait(lambda: self.server.log().count("Ignore 127.0.0.1 by") >= 3, what="ignored failures")
        self.assertEqual(self.server.client("get", "postfix", "banned", "127.0.0.1"), "0")
        self.assertIn("ignoreip = 127.0.0.1/8", self.server.read("/etc/fail2ban/jail.conf"))


class Settings(MailTest):
    """The user's two files, and docker-mailserver's own, win over the installed ones."""

    @classmethod
    def setUpClass(cls):
        cls.make_server()

    def test_the_process_is_found_by_its_name(self):
        self.assertRegex(self.server.say("pgrep", "fail2ban-server"), r"^\d+$")
        self.assertEqual(self.server.say("ps", "-C", "fail2ban-server", "-o", "comm="), "fail2ban-server")

    def test_the_users_jail_settings(self):
        for jail in ("dovecot", "postfix", "custom"):
            bantime = "15552000" if jail == "custom" else "1234"
            for name, value in (("bantime", bantime), ("findtime", "321"), ("maxretry", "2")):
                done = self.server.run("fail2ban-client", "get", jail, name)
                self.assertEqual(done.stdout, value + "\n", f"{jail} {name}")

    def test_the_users_server_settings(self):
        self.assertEqual(self.server.client("get", "loglevel"), "Current logging level is 'DEBUG'")
        self.assertEqual(self.server.client("get", "dbpurgeage"), "Current database purge age is:\n`- 17280000seconds")
        self.assertEqual(self.server.client("get", "dbfile"),
                         "Current database file is:\n`- /var/lib/fail2ban/fail2ban.sqlite3")

    def test_the_dump_has_the_actions_and_nothing_on_stderr(self):
        dump = self.server.say("fail2ban-client", "-d").splitlines()
        for jail in ("dovecot", "postfix", "custom"):
            self.assertIn(f"['set', '{jail}', 'addaction', 'nftables-multiport']", dump)
        self.assertIn("['set', 'loglevel', 'DEBUG']", dump)
        self.assertIn("['set', 'allowipv6', 'auto;']", dump)
        self.assertEqual([line for line in dump if not line.startswith("['")], [])

    def test_the_configuration_is_tested_as_good(self):
        self.assertEqual(self.server.run("fail2ban-client", "-t").stdout, "OK: configuration test is successful\n")

    def test_the_custom_jail_starts_without_a_regular_expression(self):
        self.assertEqual(self.server.client("status"),
                         "Status\n|- Number of jail:\t3\n`- Jail list:\tcustom, dovecot, postfix")
        self.assertEqual(self.server.client("get", "custom", "failregex"), "No regular expression is defined")
        self.assertEqual(self.server.client("get", "custom", "logpath"), "No file is currently monitored")

    def test_the_block_type_is_drop_unless_told_and_the_ports_are_the_jails(self):
        for jail in ("dovecot", "postfix", "custom"):
            self.server.client("set", jail, "banip", "192.33.44.55", "2001:db8:9::1")
        rules = self.server.say("nft", "list", "table", "inet", "f2b-table")
        for text in ("tcp dport { 110, 143, 465, 587, 993, 995, 4190 } ip saddr @addr-set-dovecot drop",
                     "tcp dport { 25, 465, 587 } ip saddr @addr-set-postfix drop",
                     "tcp dport { 25, 110, 143, 465, 587, 993, 995, 4190 } ip saddr @addr-set-custom drop",
                     "tcp dport { 25, 465, 587 } ip6 saddr @addr6-set-postfix drop"):
            self.assertIn(text, rules)
        self.assertEqual(self.server.client("unban", "192.33.44.55", "2001:db8:9::1"), "6")

    def test_a_reload_keeps_the_bans(self):
        self.server.client("set", "postfix", "banip", "192.33.44.56")
        self.assertEqual(self.server.client("reload"), "OK")
        self.assertIn("192.33.44.56", self.server.banned("postfix"))
        self.assertIn("192.33.44.56", self.server.elements("postfix"))
        self.server.client("unban", "192.33.44.56")


class ByHand(MailTest):
    """Bans of an administrator, with the allports action and the block type reject."""

    @classmethod
    def setUpClass(cls):
        cls.make_server("nftables-allports", "reject")

    def setUp(self):
        self.server.client("unban", "--all")

    def setup_command(self, *words):
        """Everything `setup fail2ban ...` prints, errors too, as a test of docker-mailserver sees it."""
        return self.server.run("setup", "fail2ban", *words).stdout

    def test_an_address_is_shut_out_until_unban(self):
        source = self.client()
        self.assertEqual(self.setup_command("ban", source), "Banned custom IP: 1\n")
        self.assertEqual(self.server.elements("custom"), [source])
        self.assert_blocked(source, ALL_PROTOCOLS)
        self.assertEqual(self.setup_command("unban", source), "Unbanned IP from custom: 1\n")
        self.assertEqual(self.server.elements("custom"), [])
        self.assert_open(source, ALL_PROTOCOLS)

    def test_a_network_is_shut_out_until_unban(self):
        source, network = self.client("neighbour"), NETWORKS["neighbour"]
        self.assertEqual(self.setup_command("ban", network), "Banned custom IP: 1\n")
        self.assertEqual(self.server.elements("custom"), [network])
        self.assertEqual(self.setup_command(), f"Banned in custom: {network}\n")
        self.assert_blocked(source, ALL_PROTOCOLS)
        self.assertEqual(self.setup_command("unban", network), "Unbanned IP from custom: 1\n")
        self.assertEqual(self.server.elements("custom"), [])
        self.assert_open(source, ALL_PROTOCOLS)

    def test_an_ipv6_address_is_shut_out_until_unban(self):
        source = self.client("inet6")
        self.assertEqual(self.setup_command("ban", source), "Banned custom IP: 1\n")
        self.assert_blocked(source, ALL_PROTOCOLS)
        self.assertEqual(self.setup_command("unban", source), "Unbanned IP from custom: 1\n")
        self.assert_open(source, ALL_PROTOCOLS)

    def test_reject_in_the_rule_when_told(self):
        self.server.client("set", "custom", "banip", "192.33.44.55")
        self.assertRegex(self.server.say("nft", "list", "table", "inet", "f2b-table"),
                         r"meta l4proto (\{ tcp \}|tcp) ip saddr @addr-set-custom reject")

    def test_setup_says_who_is_banned_where(self):
        self.assertEqual(self.setup_command(), "No IPs have been banned\n")
        self.server.client("set", "dovecot", "banip", "192.0.66.4", "192.0.66.5")
        self.server.client("set", "postfix", "banip", "192.0.66.5")
        lines = self.setup_command().splitlines()
        self.assertEqual([re.sub(r"[\d., ]+$", "", line) for line in lines], ["Banned in dovecot:", "Banned in postfix:"])
        self.assertEqual(sorted(re.findall(r"192\.[\d.]+", lines[0])), ["192.0.66.4", "192.0.66.5"])
        self.assertEqual(lines[1], "Banned in postfix: 192.0.66.5")

    def test_setup_unbans_in_every_jail_that_has_it(self):
        self.server.client("set", "dovecot", "banip", "192.0.66.4", "192.0.66.5")
        self.server.client("set", "postfix", "banip", "192.0.66.5")
        self.assertEqual(self.setup_command("unban", "192.0.66.4"), "Unbanned IP from dovecot: 1\n")
        self.assertEqual(self.setup_command("unban", "192.0.66.5"),
                         "Unbanned IP from dovecot: 1\nUnbanned IP from postfix: 1\n")
        self.assertEqual(self.setup_command("unban", "192.0.66.5"), "")
        self.assertEqual(self.setup_command(), "No IPs have been banned\n")

    def test_setup_refuses_a_second_ban(self):
        self.assertEqual(self.setup_command("ban", "192.0.66.7"), "Banned custom IP: 1\n")
        self.assertEqual(self.setup_command("ban", "192.0.66.7"), "Banning failed\n")

    def test_setup_shows_status_and_log(self):
        self.server.client("set", "custom", "banip", "192.0.66.7")
        self.assertEqual(self.setup_command("status"),
                         "Status\n|- Number of jail:\t3\n`- Jail list:\tcustom, dovecot, postfix\n")
        self.assertRegex(self.setup_command("status", "custom"),
                         r"\AStatus for the jail: custom\n\|- Filter\n\|  \|- Currently failed:\t0\n\|  \|- Total failed:\t0\n"
                         r"\|  `- File list:\t\n`- Actions\n   \|- Currently banned:\t1\n   \|- Total banned:\t\d+\n"
                         r"   `- Banned IP list:\t192\.0\.66\.7\n\Z")
        self.assertRegex(self.setup_command("log"), r"fail2ban\.actions +\[\d+\]: NOTICE  \[custom\] Ban 192\.0\.66\.7\n")


class Lasting(MailTest):
    """What outlives rotation, restarts and crashes."""

    @classmethod
    def setUpClass(cls):
        cls.make_server("nftables-allports")

    def attack_and_wait(self, protocol="imap", jail="dovecot"):
        source = self.client()
        self.server.attack([(protocol, source)])
        self.server.wait_for_ban(jail, source)
        return source

    def rotate(self, how):
        self.server.write("/etc/logrotate.d/maillog", f"{MAIL_LOG} {{\n  rotate 4\n  weekly\n{how}\n}}\n")
        self.server.say("logrotate", "--force", "/etc/logrotate.d/maillog")

    def test_a_ban_after_logrotate_copied_and_truncated_mail_log(self):
        self.attack_and_wait()
        self.rotate("  copytruncate")
        self.assertTrue(self.server.read(MAIL_LOG + ".1"))
        self.assert_blocked(self.attack_and_wait(), ["imap", "submission"])

    def test_a_ban_after_logrotate_renamed_mail_log(self):
        self.attack_and_wait()
        rsyslogd = "kill -HUP $(cat /run/rsyslogd.pid)"
        self.rotate(f"  create 640 root adm\n  postrotate\n    {rsyslogd}\n  endscript")
        self.assert_blocked(self.attack_and_wait(), ["imap", "submission"])

    def test_failures_before_and_after_a_rotation_are_counted_together(self):
        source = self.client()
        self.server.attack([("imap", source)], times=1)
        self.server.wait(lambda: f"Found {source}" in self.server.log(), what="the first failure")
        self.rotate("  create 640 root adm\n  postrotate\n    kill -HUP $(cat /run/rsyslogd.pid)\n  endscript")
        self.server.attack([("imap", source)], times=1)
        self.server.wait_for_ban("dovecot", source)

    def test_fail2bans_own_log_rotates(self):
        self.server.say("logrotate", "--force", "/etc/logrotate.d/fail2ban")
        self.server.client("set", "custom", "banip", "192.0.66.99")
        log = self.server.say("cat", "/var/log/fail2ban.log")
        self.assertIn("[custom] Ban 192.0.66.99", log)
        self.assertNotIn("Starting Fail2ban", log)

    def bans(self):
        return {(jail, family): self.server.elements(jail, family)
                for jail in ("custom", "dovecot", "postfix") for family in ("inet", "inet6")}

    def assert_bans_stay(self, event):
        """Bans found and made by hand are in the kernel before and after the event, and keep their client out."""
        source = self.attack_and_wait("submissions", "postfix")
        self.server.client("set", "custom", "banip", "192.0.66.7", NETWORKS["neighbour"], "2001:db8:9::7")
        before = self.bans()
        event()
        self.server.wait(lambda: self.bans() == before, what="the bans of before")
        self.assert_blocked(source, ["submission", "imap"])
        self.assertEqual(self.server.logins([self.client("neighbour")], ["imap"]).popitem()[1], "unreachable")
        self.assertEqual(self.server.client("unban", "192.0.66.7", NETWORKS["neighbour"], "2001:db8:9::7", source), "4")
        self.assert_open(source, ["submission", "imap"])

    def test_bans_stay_over_stop_and_start_of_the_container(self):
        def event():
            self.server.stop()
            self.server.start()
            self.assertIn("Restore Ban 192.0.66.7", self.server.log())
        self.assert_bans_stay(event)

    def test_bans_stay_over_a_restart_by_supervisor(self):
        def event():
            self.server.say("supervisorctl", "restart", "fail2ban")
            self.server.wait_for_fail2ban()
        self.assert_bans_stay(event)

    def test_bans_stay_over_a_kill_and_supervisor_starts_it_again(self):
        def event():
            before = self.server.say("pgrep", "fail2ban-server")
            self.server.say("kill", "-KILL", before)
            self.server.wait(lambda: self.server.run("pgrep", "fail2ban-server").stdout.strip() not in ("", before))
            self.server.wait_for_fail2ban()
        self.assert_bans_stay(event)

    def test_the_database_is_on_the_state_volume(self):
        self.server.client("set", "custom", "banip", "192.0.66.42")
        database = self.server.path("/var/mail-state/lib-fail2ban/fail2ban.sqlite3")
        rows = sqlite3.connect(database).execute("SELECT jail, bantime FROM bips WHERE ip = '192.0.66.42'").fetchall()
        self.assertEqual(rows, [("custom", 180 * 86400)])

    def test_a_stop_leaves_no_rule_behind(self):
        self.server.client("set", "custom", "banip", "192.0.66.7", "2001:db8:9::7")
        self.server.say("supervisorctl", "stop", "fail2ban")
        self.assertEqual(self.server.say("nft", "list", "ruleset"), "")
        self.server.say("supervisorctl", "start", "fail2ban")
        self.server.wait_for_fail2ban()


@unittest.skipUnless(os.path.isdir(OWN_FILES), "docker-mailserver's own files are not beside the project")
class DockerMailserversOwnFiles(MailTest):
    """The very files that docker-mailserver installs and gives its users."""

    @classmethod
    def setUpClass(cls):
        def prepare(server):
            for name, place in (("jail.local", "/etc/fail2ban/jail.local"), ("fixes.local", "/etc/fail2ban/fail2ban.d/fixes.local"),
                                ("fail2ban-jail.cf", "/tmp/docker-mailserver/fail2ban-jail.cf"),
                                ("fail2ban-fail2ban.cf", "/tmp/docker-mailserver/fail2ban-fail2ban.cf")):
                server.copy_in(os.path.join(OWN_FILES, name), place)
        cls.make_server(prepare=prepare)

    def test_six_failures_ban_on_all_ports(self):
        source = self.client()
        self.server.attack([("submission", source)], times=6)
        self.server.wait_for_ban("postfix", source)
        self.assert_blocked(source, ALL_PROTOCOLS)
        self.assertRegex(self.server.say("nft", "list", "table", "inet", "f2b-table"),
                         r"meta l4proto (\{ tcp \}|tcp) ip saddr @addr-set-postfix drop")

    def test_nothing_is_complained_about(self):
        self.assertEqual([line for line in self.server.log().splitlines() if " ERROR " in line or " CRITICAL " in line], [])
        self.assertEqual(self.server.client("get", "loglevel"), "Current logging level is 'INFO'")


def run_tests(argv=None):
    """The main() of a file of mail tests: its exit code, 77 with the reason where there can be no containers."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--tree", required=True)
    parser.add_argument("--image", default=os.environ.get("GAOLER_MAIL_ROOT"))
    _, rest = parser.parse_known_args(argv, namespace=GIVEN)
    GIVEN.tree = os.environ.get("GAOLER_MAIL_WITH") or GIVEN.tree
    if os.geteuid() != 0 or subprocess.run(["unshare", "--net", "--mount", "true"], capture_output=True).returncode != 0:
        print("skipped: namespaces need root")
        return SKIPPED
    if not GIVEN.image or not os.path.isdir(GIVEN.image):
        print("skipped: no root directory with mail servers (GAOLER_MAIL_ROOT names none; make one with tools/mail-root)")
        return SKIPPED
    GIVEN.directory = private_mounts()
    return not unittest.main(argv=[sys.argv[0], *rest], exit=False, verbosity=2).result.wasSuccessful()


if __name__ == "__main__":
    sys.exit(run_tests())
