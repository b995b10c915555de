#!/usr/bin/env python3
"""Options of fail2ban.local that fail2ban does not have: protect_lifelines, nft (keep_bans_test.py has the third).

    own_options_test.py --bin DIR --tree DIR [unittest option...]
"""

import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from harness import OPTIONS, ServerUnderTest, run_tests, sasl_failure  # noqa: E402

JAILS = """
[DEFAULT]
bantime = 1w
findtime = 1w
maxretry = 2
banaction = nftables-allports
backend = auto

[postfix]
enabled = true
mode = extra
logpath = @DIR@/mail.log
"""
GATEWAY, ATTACKER = "10.9.9.1", "203.0.113.5"


class OwnOptions(unittest.TestCase):
    def attack(self, settings):
        server = ServerUnderTest(OPTIONS.bin, OPTIONS.tree, JAILS, settings)
        self.addCleanup(server.close)
        server.inside("ip", "address", "add", "10.9.9.2/24", "dev", "lo")
        server.inside("ip", "route", "add", "default", "via", GATEWAY, "dev", "lo")
        server.start()
        server.append(sasl_failure(GATEWAY) * 2 + sasl_failure(ATTACKER) * 2)
        return server

    def test_a_log_cannot_ban_the_gateway_but_its_owner_can(self):
        server = self.attack("")
        server.wait_for_elements("postfix", [ATTACKER])
        server.wait_for_log(f"[postfix] {GATEWAY} is not banned: it is the default gateway")
        self.assertEqual(server.say("set", "postfix", "banip", GATEWAY), "1")
        self.assertEqual(server.elements("postfix"), [GATEWAY, ATTACKER])

    def test_unless_that_is_turned_off(self):
        server = self.attack("protect_lifelines = false\n")
        server.wait_for_elements("postfix", [GATEWAY, ATTACKER])

    def test_with_nft_in_a_shell_the_same_is_banned(self):
        server = self.attack("nft = shell\n")
        server.wait_for_elements("postfix", [ATTACKER])
        self.assertEqual(server.say("unban", ATTACKER), "1")
        self.assertEqual(server.elements("postfix"), [])
        threads = [server.read(f"/proc/{server.server_pid()}/task/{task}/comm").strip()
                   for task in os.listdir(f"/proc/{server.server_pid()}/task")]
        self.assertNotIn("f2b/nft", threads)


if __name__ == "__main__":
    sys.exit(run_tests())
