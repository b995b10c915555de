#!/usr/bin/env python3
"""Our actions beside the oracle's: the same bans lead to the same rules in the kernel and the same calls of programs.

    action_commands.py --tree DIR --bin DIR [--oracle DIR]

The same jails, one for each action, are run by our server on the oracle's tree and on ours, each in a network namespace
of its own. What ends up in the kernel (iptables, ipset, routes) and in files is read after a ban, an unban and the stop. Programs
that talk to something else (a firewall daemon, a web service, a mail server) are replaced by one that writes down how
it was called. Of mails only sender and receiver must agree: the words are ours.
Needs root, iptables and ipset; exit 77 (skipped) with the reason where something is missing.
"""

import argparse
import collections
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

import actions

SKIPPED = actions.SKIPPED
IDS = ["192.0.2.1", "2001:db8::1"]

# Jail -> its action. Jails of the first group end up in the kernel.
KERNEL = {
    "new": 'iptables-new[port="22", protocol="tcp,udp"]',
    "log": 'iptables-multiport-log[port="25,465:467"]',
    "ipset": 'iptables-ipset[port="22"]',
    "ipset-all": 'iptables-ipset-proto6-allports[protocol="tcp,udp"]',
    "ipset-ports": 'iptables-ipset-proto6[port="25,465:467", blocktype=DROP, ipsettime=77]',
    "shore-set": "shorewall-ipset-proto6",
    "route": "route[blocktype=blackhole]",
    "hosts": "hostsdeny[file=@DIR@/deny.hosts, daemon_list=sshd]",
    "nginx-map": "nginx-block-map[srv_cfg_path=@DIR@, blck_lst_file=@DIR@/deny.nginx]",
}
# Their sets are for IPv4.
ONLY_IPV4 = {"shore-set"}
CALLS = {
    "fw-all": "firewallcmd-allports",
    "fw-ports": 'firewallcmd-multiport[port="22,80:90"]',
    "fw-new": 'firewallcmd-new[port="22"]',
    "fw-ipset": 'firewallcmd-ipset[port="22", ipsettype=firewalld]',
    "fw-ipset-all": 'firewallcmd-ipset[actiontype="<allports>", ipsettype=firewalld]',
    "fw-rich": 'firewallcmd-rich-rules[port="22,80"]',
    "fw-log": 'firewallcmd-rich-logging[port="22", level=warn, rate=5]',
    "ufw": "ufw",
    "ufw-app": 'ufw[application="OpenSSH", blocktype=deny, add="insert 1", destination=10.0.0.1]',
    "ufw-kill": "ufw[kill-mode=conntrack]",
    "shorewall": "shorewall[blocktype=drop]",
    "abuseipdb": 'abuseipdb[abuseipdb_apikey="key", abuseipdb_category="18,22"]',
    "blocklist": 'blocklist_de[email="a@b.example", service="ssh", apikey="key", agent="agent/1"]',
    "cloudflare": 'cloudflare[cfuser="a@b.example", cftoken="key"]',
    "cf-token": 'cloudflare-token[cfzone="zone", cftoken="key"]',
    "ipthreat": 'ipthreat[ipthreat_apikey="key", ipthreat_user="a@b.example"]',
    "netscaler": 'netscaler[ns_host="10.0.0.1", ns_auth="YTpi", ns_dataset="bad"]',
    "apf": "apf",
    "apprise": "apprise",
    "nsupdate": "nsupdate[domain=bl.example, keyfile=/key, nsupdatecmd=nsupdate]",
    "mikrotik": "mikrotik[user=admin, host=10.0.0.1, keyfile=/key]",
}
MAILS = {
    "mail": 'mail[dest="a@b.example"]',
    "mail-whois": 'mail-whois[dest="a@b.example"]',
    "mail-lines": 'mail-whois-lines[dest="a@b.example", logpath="/dev/null"]',
    "sendmail": 'sendmail[dest="a@b.example", sender="c@d.example"]',
    "send-whois": 'sendmail-whois[dest="a@b.example", sender="c@d.example"]',
    "send-matches": 'sendmail-whois-matches[dest="a@b.example", sender="c@d.example"]',
    "send-ipm": 'sendmail-whois-ipmatches[dest="a@b.example", sender="c@d.example"]',
    "send-ipjm": 'sendmail-whois-ipjailmatches[dest="a@b.example", sender="c@d.example"]',
    "buffered": 'mail-buffered[dest="a@b.example", lines=2, tmpfile=@DIR@/mail.tmp]',
    "send-buffered": 'sendmail-buffered[dest="a@b.example", sender="c@d.example", lines=2, tmpfile=@DIR@/sendmail.tmp]',
    "send-lines": 'sendmail-whois-lines[dest="a@b.example", sender="c@d.example", logpath="/dev/null"]',
}
# The programs written down instead of run; of these calls no trace is kept, they only ask.
RECORDED = ["firewall-cmd", "ufw", "conntrack", "shorewall", "shorewall6", "curl", "apf", "apprise", "mail", "sendmail", "nsupdate", "ssh"]
ASKING = re.compile(r"^firewall-cmd \[--direct\] \[--get-chains\]|^ufw \[app\] \[info\]")

RECORDER = """#!/bin/sh
call=${0##*/}
for word; do call="$call [$word]"; done
case ${0##*/} in mail | sendmail | apprise | nsupdate) cat >/dev/null ;; esac
printf '%s\\n' "$(printf '%s' "$call" | tr '\\n' '~')" >> "$RECORD"
"""


def jails(specifications, mailcmd):
    text = "[DEFAULT]\nfilter = nothing\n"
    for name, action in specifications.items():
        if name.startswith("send"):
            action = action[:-1] + f", mailcmd='{mailcmd} -f \"<sender>\" \"<dest>\"']"
        text += f"[{name}]\nenabled = true\naction = {action}\n"
    return text


def state(directory):
    """Rules, sets, routes and files, without what a program counts."""
    found = actions.current_iptables()
    for block in actions.run("ipset", "list").split("\n\n"):
        lines = [line for line in block.splitlines() if not re.match(r"(Size in memory|References|Number of entries|Revision|Members)", line)]
        name = lines[0] if lines else ""
        # Seconds run, and the hash is seeded.
        found |= {f"{name}: " + re.sub(r"(bucketsize \d+ )?(initval \w+ ?)?", "", line) for line in lines}
    for family in ("-4", "-6"):
        found |= set(actions.run("ip", family, "route", "show", "type", "blackhole").splitlines())
    for path in glob.glob(f"{directory}/deny.*"):
        with open(path, encoding="utf-8") as lines:
            found |= {f"{os.path.basename(path)}: {line.strip()}" for line in lines}
    return {re.sub(r"timeout 7\d$", "timeout 7x", line) for line in found if line}


def observe(programs, tree, specifications):
    """[(moment, what is there)] of a life of these jails, and how often recorded programs were called in which way."""
    moments = []
    with tempfile.TemporaryDirectory(prefix="gaoler-actions-") as directory:
        recorders = f"{directory}/bin"
        os.mkdir(recorders)
        for name in RECORDED:
            with open(f"{recorders}/{name}", "w", encoding="utf-8") as out:
                out.write(RECORDER)
            os.chmod(f"{recorders}/{name}", 0o755)
        os.environ["PATH"] = f"{recorders}:{os.environ['PATH']}"
        os.environ["RECORD"] = f"{directory}/record"
        actions.private_tree(tree, f"{directory}/etc", jails(specifications, f"{recorders}/sendmail").replace("@DIR@", directory))
        server = actions.Server(programs, f"{directory}/etc", directory)
        try:
            server.wait()
            # A server answers before it has all jails.
            actions.wait_for(lambda: len(re.findall(r"Jail '[^']+' started", actions.read(server.log))) == len(specifications))
            for jail in specifications:
                server.client("set", jail, "banip", *(IDS[:1] if jail in ONLY_IPV4 else IDS))
            moments.append(("banned", state(directory)))
            for jail in specifications:
                server.client("set", jail, "unbanip", IDS[0])
            moments.append(("unbanned", state(directory)))
            for jail in specifications:
                server.client("stop", jail)
            moments.append(("stopped", state(directory)))
        finally:
            server.stop()
        with open(server.log, encoding="utf-8") as log:
            moments.append(("errors", {line.split("ERROR", 1)[1] for line in log.read().splitlines() if " ERROR " in line}))
        with open(f"{directory}/record", encoding="utf-8") as record:
            calls = record.read().replace(directory, "DIR").splitlines()
        moments.append(("tags left in calls", {call for call in calls if re.search(r"<[a-z-]+>", call)}))
    return moments, collections.Counter(essence(call) for call in calls if not ASKING.match(call))


def essence(call):
    """Of a call what must agree: not our words in mails and messages, nor the order of curl's options."""
    words = re.findall(r"\[((?:[^\[\]]|\[[^\]]*\])*)\]", call)
    program = call.split(" ", 1)[0]
    if program in ("mail", "sendmail"):
        return " ".join([program, *(word for word in words if "@" in word)])
    if program == "apprise":
        return " ".join([program, *(word for word in words if "Fail2Ban" not in word)])
    if program == "curl":
        words = [word for word in words if word not in ("-o", "/dev/null", "-k", "-kH", "-H", "--get", "--data", "-d")]
        asks = "GET" in words  # what it looks for may be spelled in more ways than one
        words = [word.split("?")[0] if asks else word for word in words if "Content-Type" not in word]
        return " ".join(["curl", *sorted(word for word in words if not (asks and ("=" in word or word == "--data-urlencode")))])
    return call


def compare(programs, tree, oracle):
    specifications = KERNEL | CALLS | MAILS
    (wanted, wanted_calls), (got, got_calls) = (observe(programs, each, specifications) for each in (oracle, tree))
    wrong = 0
    for (moment, theirs), (_, ours) in zip(wanted, got):
        wrong += actions.compare(moment, set() if moment in ("errors", "tags left in calls") else theirs, ours)
    print(f"{wanted_calls.total()} calls of programs, of {len(wanted_calls)} kinds")
    for call in wanted_calls.keys() | got_calls.keys():
        if wanted_calls[call] != got_calls[call]:
            wrong += 1
            print(f"FAIL {got_calls[call]} times, not {wanted_calls[call]}: {call}")
    for program in RECORDED:
        if not any(call.startswith(program) for call in wanted_calls):
            wrong += 1
            print(f"FAIL {program}: the oracle's actions do not call it")
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tree", required=True)
    parser.add_argument("--bin", required=True, help="directory of our programs")
    parser.add_argument("--oracle", default=os.environ.get("GAOLER_ORACLE", ""))
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    oracle = os.path.join(given.oracle, "etc/fail2ban")
    if not os.path.isdir(oracle):
        print("skipped: no oracle (GAOLER_ORACLE names no directory; make one with tools/oracle)")
        return SKIPPED
    if os.geteuid() != 0:
        print("skipped: needs root for a network namespace")
        return SKIPPED
    for name in ("iptables", "ip6tables", "ipset"):
        if shutil.which(name) is None:
            print(f"skipped: {name} is not installed")
            return SKIPPED
    if not given.inside:
        return subprocess.run(["unshare", "-n", sys.executable, *sys.argv, "--inside"], check=False).returncode
    return 1 if compare(os.path.abspath(given.bin), os.path.abspath(given.tree), oracle) else 0


if __name__ == "__main__":
    sys.exit(main())
