#!/usr/bin/env python3
"""Status flavor cymru: where banned addresses come from, asked of a name server that is part of the test.

    cymru_test.py --bin DIR --tree DIR [unittest option...]

With --bin of the oracle (and python3-dnspython) the same test runs on fail2ban itself.
"""

import os
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from harness import NSENTER, OPTIONS, OwnNames, run_tests  # noqa: E402

JAILS = """
[DEFAULT]
bantime = 1h
banaction = nftables-allports
backend = auto

[one]
enabled = true
filter = custom
logpath = @DIR@/mail.log

[two]
enabled = true
filter = custom
logpath = @DIR@/mail.log
"""

# Answers TXT questions from a table; what is not in it does not exist, "silent" is never answered.
NAME_SERVER = r'''
import socket, struct
ZONE = {
    "1.2.0.192.origin.asn.cymru.com": ["64496 | 192.0.2.0/24 | NL | ripencc | 2001-01-01"],
    "2.2.0.192.origin.asn.cymru.com": ["64500 | 192.0.2.0/25 | US | arin | ", "64499 | 192.0.2.0/24 |  | arin | x"],
    "5.2.0.192.origin.asn.cymru.com": "silent",
    ".".join(reversed("20010db8000000000000000000000001")) + ".origin6.asn.cymru.com": ["64511 | 2001:db8::/32 | JP | apnic | y"],
}
here = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
here.bind(("127.0.0.1", 53))
print("ready", flush=True)
while True:
    query, peer = here.recvfrom(4096)
    labels, at = [], 12
    while query[at]:
        labels.append(query[at + 1:at + 1 + query[at]].decode())
        at += 1 + query[at]
    question = query[12:at + 5]
    texts = ZONE.get(".".join(labels))
    if texts == "silent":
        continue
    answers = b"".join(b"\xc0\x0c" + struct.pack("!HHIH", 16, 1, 60, len(text) + 1) + bytes([len(text)]) + text.encode()
                       for text in texts or ())
    flags = 0x8180 if texts else 0x8183
    here.sendto(query[:2] + struct.pack("!HHHHH", flags, 1, len(texts or ()), 0, 0) + question + answers, peer)
'''


class Cymru(unittest.TestCase):
    def setUp(self):
        self.server = OwnNames(OPTIONS.bin, OPTIONS.tree, JAILS)
        self.addCleanup(self.server.close)
        names = subprocess.Popen([NSENTER, "-t", str(self.server.holder.pid), "-n", sys.executable, "-c", NAME_SERVER],
                                 stdout=subprocess.PIPE, text=True)
        self.addCleanup(names.stdout.close)
        self.addCleanup(names.wait)
        self.addCleanup(names.kill)
        names.stdout.readline()
        self.server.start()

    def rows(self, *words):
        return [line.strip(" |`-") for line in self.server.say("status", *words).splitlines() if "Banned" in line]

    def test_origins_countries_and_registries_of_bans(self):
        self.server.say("set", "one", "banip", "192.0.2.1", "192.0.2.2", "192.0.2.3", "2001:db8::1")
        self.assertEqual(self.rows("one", "cymru"), [
            "Banned IP list:\t192.0.2.1 192.0.2.2 192.0.2.3 2001:db8::1",
            "Banned ASN list:\t64496 64499, 64500 nxdomain 64511",
            "Banned Country list:\tNL US, unknown nxdomain JP",
            "Banned RIR list:\tripencc arin nxdomain apnic"])
        self.assertEqual(self.rows("two", "cymru"), [
            "Banned IP list:\t", "Banned ASN list:\t", "Banned Country list:\t", "Banned RIR list:\t"])

    def test_who_does_not_answer_ends_the_rows_and_holds_up_nobody(self):
        self.server.say("set", "two", "banip", "192.0.2.1", "192.0.2.5", "192.0.2.2")
        waiting = subprocess.Popen(self.server.command("fail2ban-client", "status", "two", "cymru"), text=True,
                                   stdout=subprocess.PIPE)
        pongs = 0
        while waiting.poll() is None:
            self.assertEqual(self.server.say("ping"), "Server replied: pong")
            pongs += 1
            time.sleep(0.05)
        self.assertGreater(pongs, 3)
        self.assertIn("Banned ASN list:\t64496\n", waiting.communicate()[0])
        self.assertIn("5.2.0.192.origin.asn.cymru.com", self.server.log())


if __name__ == "__main__":
    sys.exit(run_tests())
