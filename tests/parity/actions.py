#!/usr/bin/env python3
"""The actions of our tree in a real kernel: what a ban puts into the firewall, and that nothing stays behind.

    actions.py --tree DIR [--bin DIR] [--oracle DIR]

Runs fail2ban-server from --bin (the oracle's programs if not given) on the tree in a network namespace of its own
and compares the rules after a ban, a ban of a subnet, an unban and the stop. Needs root; exit 77 (skipped) without
root or programs.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

SKIPPED = 77

NFTABLES_JAILS = """
[DEFAULT]
filter = nothing
banaction = nftables-multiport
banaction_allports = nftables-allports

[allports]
enabled = true
banaction = %(banaction_allports)s
protocol = tcp,udp

[ports]
enabled = true
port = 25,465:467
protocol = tcp,udp

[own]
enabled = true
action = nftables[type=custom, rule_match-custom="udp dport 53", blocktype=drop]
"""

# After banning 192.0.2.1, 198.51.100.0/24 and 2001:db8::1 in each jail.
BANNED = """
table inet f2b-table {
 set addr-set-allports { type ipv4_addr flags interval elements = { 192.0.2.1, 198.51.100.0/24 } }
 chain f2b-chain { type filter hook input priority filter - 1; policy accept;
  meta l4proto { tcp, udp } ip saddr @addr-set-allports reject with icmp port-unreachable
  meta l4proto { tcp, udp } ip6 saddr @addr6-set-allports reject with icmpv6 port-unreachable
  tcp dport { 25, 465-467 } ip saddr @addr-set-ports reject with icmp port-unreachable
  udp dport { 25, 465-467 } ip saddr @addr-set-ports reject with icmp port-unreachable
  tcp dport { 25, 465-467 } ip6 saddr @addr6-set-ports reject with icmpv6 port-unreachable
  udp dport { 25, 465-467 } ip6 saddr @addr6-set-ports reject with icmpv6 port-unreachable
  udp dport 53 ip saddr @addr-set-own drop
  udp dport 53 ip6 saddr @addr6-set-own drop
 }
 set addr6-set-allports { type ipv6_addr flags interval elements = { 2001:db8::1 } }
 set addr-set-ports { type ipv4_addr flags interval elements = { 192.0.2.1, 198.51.100.0/24 } }
 set addr6-set-ports { type ipv6_addr flags interval elements = { 2001:db8::1 } }
 set addr-set-own { type ipv4_addr flags interval elements = { 192.0.2.1, 198.51.100.0/24 } }
 set addr6-set-own { type ipv6_addr flags interval elements = { 2001:db8::1 } }
}
"""
IPTABLES_JAILS = """
[DEFAULT]
filter = nothing
banaction = iptables-multiport
banaction_allports = iptables-allports

[ports]
enabled = true
port = 25,465:467
protocol = tcp,udp

[allports]
enabled = true
banaction = %(banaction_allports)s

[one]
enabled = true
port = 22
action = iptables[port="%(port)s", chain="INPUT,FORWARD"]
"""

# Rules besides the policies, after banning the same; {} is the family's address, reject its kind of answer.
IPTABLES_BANNED = """
-N f2b-ports
-A INPUT -p tcp -m multiport --dports 25,465:467 -j f2b-ports
-A INPUT -p udp -m multiport --dports 25,465:467 -j f2b-ports
-A f2b-ports -s {address} -j REJECT --reject-with {reject}
-A f2b-ports -j RETURN
-N f2b-allports
-A INPUT -p tcp -j f2b-allports
-A f2b-allports -s {address} -j REJECT --reject-with {reject}
-A f2b-allports -j RETURN
-N f2b-one
-A INPUT -p tcp -m tcp --dport 22 -j f2b-one
-A FORWARD -p tcp -m tcp --dport 22 -j f2b-one
-A f2b-one -s {address} -j REJECT --reject-with {reject}
-A f2b-one -j RETURN
"""
IDS = ["192.0.2.1", "198.51.100.0/24", "2001:db8::1"]


def lines(ruleset):
    """Sets and rules as a set of one-line texts: nft lists sets and chains in the order they were made."""
    text = re.sub(r"\s+", " ", ruleset)
    found = {item.strip() for item in re.findall(r"set \S+ \{[^{}]*(?:\{[^{}]*\}[^{}]*)?\}", text)}
    chain = re.search(r"chain f2b-chain \{(.*?accept;)(.*?(?:reject with \S+ \S+|drop)) \}", text)
    if chain:
        found.add(chain[1].strip())
        found |= {rule.strip() for rule in re.findall(r".+?(?:reject with \S+ \S+|drop)(?= |$)", chain[2])}
    return found


def run(*words, check=True):
    done = subprocess.run(words, capture_output=True, text=True, timeout=120)
    if check and done.returncode != 0:
        raise RuntimeError(f"{' '.join(words)}: {done.stdout}{done.stderr}")
    return done.stdout


def private_tree(tree, into, jails):
    shutil.copytree(tree, into)
    shutil.rmtree(os.path.join(into, "jail.d"), ignore_errors=True)
    with open(os.path.join(into, "jail.local"), "w", encoding="utf-8") as out:
        out.write(jails)
    with open(os.path.join(into, "filter.d/nothing.conf"), "w", encoding="utf-8") as out:
        out.write("[Definition]\n")
    with open(os.path.join(into, "fail2ban.local"), "w", encoding="utf-8") as out:
        out.write("[DEFAULT]\ndbfile = None\nallowipv6 = yes\n")


class Server:
    def __init__(self, programs, tree, directory):
        self.programs = programs
        self.options = ["-c", tree, "-s", f"{directory}/f2b.sock", "-p", f"{directory}/f2b.pid"]
        self.log = f"{directory}/f2b.log"
        # The log file is never handed on by --logtarget STDOUT: a pipe nobody reads would block the server.
        self.process = subprocess.Popen(
            [f"{programs}/fail2ban-server", "-xf", *self.options, "--logtarget", self.log, "start"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )

    def client(self, *words, check=True):
        return run(f"{self.programs}/fail2ban-client", *self.options, *words, check=check)

    def wait(self, seconds=20):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if "pong" in self.client("ping", check=False):
                return
            time.sleep(0.1)
        raise RuntimeError("the server does not answer: " + open(self.log, encoding="utf-8").read())

    def stop(self):
        self.client("stop", check=False)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()


def read(path):
    with open(path, encoding="utf-8") as text:
        return text.read()


def wait_for(condition, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end and not condition():
        time.sleep(0.1)


def compare(what, wanted, got):
    if wanted == got:
        print(f"ok   {what}")
        return 0
    print(f"FAIL {what}")
    for text in sorted(wanted - got):
        print(f"     missing: {text}")
    for text in sorted(got - wanted):
        print(f"     too much: {text}")
    return 1


def with_server(programs, tree, jails, check):
    """Runs check(server), then stops the server; the log must not name an error."""
    with tempfile.TemporaryDirectory(prefix="gaoler-actions-") as directory:
        private_tree(tree, f"{directory}/etc", jails)
        server = Server(programs, f"{directory}/etc", directory)
        try:
            server.wait()
            wrong = check(server)
        finally:
            server.stop()
        with open(server.log, encoding="utf-8") as log:
            errors = {line for line in log.read().splitlines() if " ERROR " in line}
    return wrong + compare("no errors in the log", set(), errors)


def becomes(what, wanted, current):
    wait_for(lambda: current() == wanted)
    return compare(what, wanted, current())


def current_nftables():
    return lines(run("nft", "list", "ruleset"))


def check_nftables(server):
    wrong = compare("nftables: nothing before the first ban", set(), current_nftables())
    for jail in ("allports", "ports", "own"):
        server.client("set", jail, "banip", *IDS)
    wrong += becomes("nftables: table, chain, sets and rules of the bans", lines(BANNED), current_nftables)
    server.client("set", "ports", "unbanip", "192.0.2.1")
    wanted = lines(BANNED.replace("addr-set-ports { type ipv4_addr flags interval elements = { 192.0.2.1, ",
                                  "addr-set-ports { type ipv4_addr flags interval elements = { "))
    wrong += becomes("nftables: an unbanned address is out of its set", wanted, current_nftables)
    server.client("stop", "own")
    wanted = {text for text in wanted if "set-own" not in text}
    return wrong + becomes("nftables: a stopped jail takes its sets and rules along", wanted, current_nftables)


def current_iptables():
    return {
        f"{program} {rule}"
        for program in ("iptables", "ip6tables")
        for rule in run(program, "-S").splitlines() if not rule.startswith("-P ")
    }


def wanted_iptables():
    families = {
        "iptables": {"address": "192.0.2.1/32", "reject": "icmp-port-unreachable"},
        "ip6tables": {"address": "2001:db8::1/128", "reject": "icmp6-port-unreachable"},
    }
    return {f"{program} {rule}" for program, values in families.items()
            for rule in IPTABLES_BANNED.format(**values).strip().splitlines()}


def check_iptables(server):
    wrong = compare("iptables: nothing before the first ban", set(), current_iptables())
    for jail in ("ports", "allports", "one"):
        server.client("set", jail, "banip", "192.0.2.1", "2001:db8::1")
    wrong += becomes("iptables: chains and rules of the bans", wanted_iptables(), current_iptables)
    server.client("set", "one", "unbanip", "192.0.2.1")
    wanted = wanted_iptables() - {"iptables -A f2b-one -s 192.0.2.1/32 -j REJECT --reject-with icmp-port-unreachable"}
    return wrong + becomes("iptables: an unbanned address has no rule", wanted, current_iptables)


def check(programs, tree):
    wrong = with_server(programs, tree, NFTABLES_JAILS, check_nftables)
    wrong += compare("nftables: nothing stays behind", set(), set(run("nft", "list", "ruleset").split()))
    if not shutil.which("iptables"):
        print("skipped: iptables (not installed)")
        return wrong
    wrong += with_server(programs, tree, IPTABLES_JAILS, check_iptables)
    return wrong + compare("iptables: nothing stays behind", set(), current_iptables())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tree", required=True)
    parser.add_argument("--oracle", default=os.environ.get("GAOLER_ORACLE", ""))
    parser.add_argument("--bin", help="directory of the programs (default: the oracle's)")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    programs = given.bin or os.path.join(given.oracle, "bin")
    if os.geteuid() != 0:
        print("skipped: needs root for a network namespace")
        return SKIPPED
    if not os.path.exists(f"{programs}/fail2ban-server"):
        print("skipped: no oracle (GAOLER_ORACLE names no directory; make one with tools/oracle) and no --bin")
        return SKIPPED
    if not given.inside:
        return subprocess.run(["unshare", "-n", sys.executable, *sys.argv, "--inside"], check=False).returncode
    return 1 if check(os.path.abspath(programs), os.path.abspath(given.tree)) else 0


if __name__ == "__main__":
    sys.exit(main())
