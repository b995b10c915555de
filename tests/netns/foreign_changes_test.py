#!/usr/bin/env python3
"""Somebody else changes nftables while bans stand in it: all of them come back soon, whatever is taken away.

    foreign_changes_test.py --bin DIR --tree DIR [unittest option...]

Several jails share one table, with both families. "Soon" is what the server's log and the kernel show, with room for a
busy machine; that it is normally a second is measured by hand.
"""

import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from harness import OPTIONS, ServerUnderTest, run_tests  # noqa: E402

NAMES = [f"jail{number}" for number in range(5)]
JAILS = """
[DEFAULT]
bantime = 1w
banaction = nftables-allports
filter = custom
backend = auto
""" + "".join(f"\n[{name}]\nenabled = true\n" for name in NAMES)
BANS = {"inet": ["192.0.2.1", "192.0.2.9", "198.51.100.0/24"], "inet6": ["2001:db8::1", "2001:db8:1::/64"]}
TABLE = "f2b-table"

FIREWALL = """
flush ruleset
table inet filter {
  chain input { type filter hook input priority 0; ct state established accept; }
}
"""


class ForeignChanges(unittest.TestCase):
    def setUp(self):
        self.server = ServerUnderTest(OPTIONS.bin, OPTIONS.tree, JAILS)
        self.addCleanup(self.server.close)
        self.server.start()
        for name in NAMES:
            self.server.say("set", name, "banip", *BANS["inet"], *BANS["inet6"])
        self.wait_for_all()

    def nft(self, *words):
        self.server.inside("nft", *words)

    def all_there(self):
        return all(self.server.elements(name, family) == sorted(bans) for name in NAMES for family, bans in BANS.items())

    def wait_for_all(self):
        self.server.wait(self.all_there, what="all bans in the kernel")
        self.server.wait(self.has_rules, what="a rule for each set")

    def has_rules(self):
        chain = self.server.inside("nft", "list", "chain", "inet", TABLE, "f2b-chain")
        return all(f"@addr-set-{name} " in chain and f"@addr6-set-{name} " in chain for name in NAMES)

    def test_flush_of_the_ruleset(self):
        self.nft("flush", "ruleset")
        self.assertFalse(self.all_there())
        self.wait_for_all()

    def test_flushes_again_and_again(self):
        for _ in range(3):
            self.nft("flush", "ruleset")
            self.wait_for_all()
        # Five jails, two families: not more than one repair each, a jail's second family included.
        self.assertLessEqual(self.server.log().count("Invariant check failed"), 3 * 2 * len(NAMES))
        self.assertNotIn("Unable to restore environment", self.server.log())

    def test_table_deleted(self):
        self.nft("delete", "table", "inet", TABLE)
        self.wait_for_all()

    def test_rule_and_set_deleted(self):
        for line in self.server.inside("nft", "-a", "list", "chain", "inet", TABLE, "f2b-chain").splitlines():
            if "@addr-set-jail1 " in line:
                self.nft("delete", "rule", "inet", TABLE, "f2b-chain", "handle", line.split("handle")[1].strip())
        self.nft("delete", "set", "inet", TABLE, "addr-set-jail1")
        self.assertEqual(self.server.elements("jail1"), [])
        self.wait_for_all()
        self.assertEqual(self.server.log().count("Invariant check failed"), 1)

    def test_elements_deleted(self):
        self.nft("delete", "element", "inet", TABLE, "addr-set-jail2", "{ 192.0.2.1 }")
        self.nft("delete", "element", "inet", TABLE, "addr6-set-jail3", "{ 2001:db8:1::/64 }")
        self.assertFalse(self.all_there())
        self.wait_for_all()
        log = self.server.log()
        self.assertIn("[jail2] Reban 192.0.2.1, action 'nftables-allports'", log)
        self.assertEqual(log.count("Reban"), 2)
        self.assertEqual(log.count("Invariant check failed"), 0)

    def test_set_flushed(self):
        self.nft("flush", "set", "inet", TABLE, "addr-set-jail4")
        self.wait_for_all()
        self.assertEqual(self.server.log().count("Reban"), len(BANS["inet"]))

    def test_a_network_deleted_that_holds_a_banned_address(self):
        self.server.say("set", "jail0", "banip", "198.51.100.7")
        self.nft("delete", "element", "inet", TABLE, "addr-set-jail0", "{ 198.51.100.0/24 }")
        self.wait_for_all()
        self.server.wait_for_log("Reban 198.51.100.7")
        self.server.say("set", "jail0", "unbanip", "198.51.100.0/24")
        self.assertIn("198.51.100.7", self.server.elements("jail0"))

    def test_reload_of_a_firewall(self):
        rules = self.server.directory + "/firewall.nft"
        with open(rules, "w", encoding="ascii") as out:
            out.write(FIREWALL)
        self.nft("-f", rules)
        self.wait_for_all()
        self.assertIn("table inet filter", self.server.ruleset())

    def test_what_is_unbanned_does_not_come_back(self):
        self.server.say("set", "jail0", "unbanip", "192.0.2.1")
        self.nft("flush", "ruleset")
        self.server.wait(lambda: self.server.elements("jail0") == ["192.0.2.9", "198.51.100.0/24"])

    def test_a_stop_after_a_flush_leaves_nothing(self):
        self.nft("flush", "ruleset")
        self.assertEqual(self.server.end(), 0)
        self.assertEqual(self.server.ruleset(), "")


if __name__ == "__main__":
    sys.exit(run_tests())
