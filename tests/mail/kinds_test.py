#!/usr/bin/env python3
"""Everything a client can do wrong, done to real mail servers: which modes of our filters count it, and how often.

    kinds_test.py --tree TREE --image ROOT [unittest option...]

Each kind of misbehave.py comes from an address of its own. With the oracle at hand (GAOLER_ORACLE) its filters read the same
lines: what they count differently stands in DIFFERENT, with the reason. KINDS_LOG names a file to keep the lines in.
"""

import collections
import concurrent.futures
import os
import re
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import mail_test  # noqa: E402
import misbehave  # noqa: E402
from container import SERVER, Network  # noqa: E402
from mailserver import HERE, MAIL_LOG, MailServer  # noqa: E402

ORACLE = os.environ.get("GAOLER_ORACLE", "")
MODES = [f"postfix {mode}" for mode in ("normal", "auth", "rbl", "more", "extra", "ddos", "aggressive", "errors")]
MODES += ["dovecot normal", "dovecot aggressive"]


def modes(name, *wanted):
    return {f"{name} {mode}": 1 for mode in wanted}


NOTHING = {}
DOVECOT_LOGIN = modes("dovecot", "normal", "aggressive")
DOVECOT_PROBE = modes("dovecot", "aggressive")
# The warning is one failure, the disconnect with no login among the tries another (of mode ddos).
SASL = {**modes("postfix", "auth", "extra", "ddos"), "postfix aggressive": 2}
POSTFIX_PROBE = modes("postfix", "ddos", "aggressive")
REFUSED = modes("postfix", "normal", "more", "extra", "aggressive")

EXPECTED = {
    "imap_login": NOTHING,
    "submission_login": NOTHING,
    "imap_wrong_password": DOVECOT_LOGIN,
    "imap_unknown_user": DOVECOT_LOGIN,
    "imap_three_wrong_passwords": DOVECOT_LOGIN,  # one line, at the end of the connection
    "imap_user_that_looks_like_an_address": DOVECOT_LOGIN,
    "imap_then_right_password": NOTHING,
    "pop3_wrong_password": DOVECOT_LOGIN,
    "pop3_unknown_user": DOVECOT_LOGIN,
    "sieve_wrong_password": DOVECOT_LOGIN,
    "imap_password_in_clear": DOVECOT_LOGIN,
    "pop3_password_in_clear": DOVECOT_LOGIN,
    "imap_logout_at_once": DOVECOT_PROBE,
    "imap_hangup": DOVECOT_PROBE,
    "pop3_quit_at_once": DOVECOT_PROBE,
    "sieve_logout_at_once": DOVECOT_PROBE,
    "imap_unfinished_sasl": DOVECOT_PROBE,
    "imap_unknown_commands": DOVECOT_PROBE,
    "imaps_no_tls": DOVECOT_PROBE,
    "imaps_old_tls": DOVECOT_PROBE,
    "submission_wrong_password": SASL,
    "submissions_wrong_password": SASL,
    "submission_wrong_password_and_hangup": SASL,
    "submission_mechanism_login": SASL,
    "submission_user_that_looks_like_a_client": SASL,
    "submission_unknown_mechanism": {"postfix ddos": 1, "postfix aggressive": 2},
    "submission_sasl_cancelled": POSTFIX_PROBE,
    "submission_sasl_nonsense": SASL,
    "submission_mail_without_login": REFUSED,
    "submissions_no_tls": POSTFIX_PROBE,
    "submission_hangup": POSTFIX_PROBE,
    "submission_hangup_after_ehlo": POSTFIX_PROBE,
    "submission_unfinished_sasl": POSTFIX_PROBE,
    "smtp_mail": NOTHING,
    "smtp_login_not_offered": POSTFIX_PROBE,
    "smtp_relay": REFUSED,
    "smtp_unknown_recipient": REFUSED,
    "smtp_sender_without_domain": NOTHING,
    "smtp_invalid_helo": NOTHING,
    "smtp_short_helo": REFUSED,
    "smtp_no_helo": NOTHING,
    "smtp_vrfy": NOTHING,
    "smtp_too_many_errors": {**REFUSED, "postfix errors": 1},
    "smtp_pipelining": REFUSED,
    "smtp_http": NOTHING,
    "smtp_talks_first": POSTFIX_PROBE,
    "smtp_hangup_before_greeting": POSTFIX_PROBE,
    "smtp_hangup_in_data": NOTHING,
    "smtp_hangup_after_rcpt": POSTFIX_PROBE,
}
DIFFERENT = {
    "imap_user_that_looks_like_an_address": "fail2ban finds no address in a line with such a user name",
    "submission_unknown_mechanism": "fail2ban does not know the sasl_username that Postfix adds",
}
# What a server writes last about a client.
LAST = r"disconnect from \S+\[{0}\]|DISCONNECT \[{0}\]|-login: .*\brip={0},"


class Kinds(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        network = Network()
        cls.addClassCleanup(network.close)
        given = mail_test.GIVEN
        cls.server = MailServer(given.tree, given.image, given.directory, network, "kinds", "[custom]\nenabled = true\n")
        cls.addClassCleanup(cls.server.close)
        if os.path.isdir(ORACLE):
            cls.server.copy_in(ORACLE, os.path.abspath(ORACLE))
        cls.server.start()
        cls.sources = {kind: network.client() for kind in misbehave.KINDS}
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            list(pool.map(cls.misbehave, misbehave.KINDS))
        for kind, source in cls.sources.items():
            end = re.compile(LAST.format(re.escape(source)))
            cls.server.wait(lambda: end.search(cls.server.read(MAIL_LOG)), what=f"the last line of {kind}")
        if "KINDS_LOG" in os.environ:
            with open(os.environ["KINDS_LOG"], "w", encoding="utf-8") as out:
                out.write(cls.server.read(MAIL_LOG))

    @classmethod
    def misbehave(cls, kind):
        words = [sys.executable, f"{HERE}/misbehave.py", kind, SERVER["inet"], cls.sources[kind]]
        subprocess.run(cls.server.network.command(*words), check=True, timeout=120)

    def counts(self, program, tree):
        """{kind: {filter and mode: failures}} and what else the filters took for a client."""
        kinds, others = {kind: {} for kind in misbehave.KINDS}, set()
        of_source = {source: kind for kind, source in self.sources.items()}
        for mode in MODES:
            definition = "filter.d/{}[mode={}]".format(*mode.split())
            found = self.server.say(program, "-c", tree, "--usedns", "no", "-o", "id", MAIL_LOG, definition)
            for address, count in collections.Counter(found.split()).items():
                if address in of_source:
                    kinds[of_source[address]][mode] = count
                elif not address.startswith("203.0.113."):  # the clients that tried whether the servers are up
                    others.add(address)
        return kinds, others

    def test_each_mode_counts_what_it_is_for_and_nobody_else(self):
        kinds, others = self.counts("fail2ban-regex", "/etc/fail2ban")
        self.assertEqual(kinds, EXPECTED)
        self.assertEqual(others, set())

    @unittest.skipUnless(os.path.isdir(ORACLE), "no oracle (GAOLER_ORACLE names no directory)")
    def test_fail2ban_counts_the_same_but_for_what_is_named(self):
        kinds, _ = self.counts(f"{os.path.abspath(ORACLE)}/bin/fail2ban-regex", f"{os.path.abspath(ORACLE)}/etc/fail2ban")
        if "2.4" in self.server.say("dovecot", "--version"):
            self.skipTest("1.1.0 knows neither Dovecot 2.4's lines nor the queue id in some of Postfix 3.10's")
        compared = {kind: found for kind, found in EXPECTED.items() if kind not in DIFFERENT}
        self.assertEqual({kind: kinds[kind] for kind in compared}, compared)


if __name__ == "__main__":
    sys.exit(mail_test.run_tests())
