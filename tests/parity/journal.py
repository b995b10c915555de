#!/usr/bin/env python3
"""fail2ban-regex on the systemd journal: our report beside the oracle's, for a journal file made here.

    journal.py --program FAIL2BAN-REGEX [--oracle DIR]

Needs systemd-journal-remote to write the file and python3-systemd for the oracle to read it. Exit 1 on a difference.
"""

import argparse
import os
import re
import struct
import subprocess
import sys
import tempfile

REMOTE = "/lib/systemd/systemd-journal-remote"
SKIPPED = 77
OPTIONS = argparse.Namespace()
FAILED = r"^\s*mail app(?:\[\d+\])?: login of <F-USER>\S+</F-USER> from <HOST> failed$"
FILTER = """[Definition]
failregex = from <HOST> failed$
ignoreregex = of admin
journalmatch = _SYSTEMD_UNIT=app.service + _SYSTEMD_UNIT=other.service SYSLOG_IDENTIFIER=app
"""
START = 1_795_350_000_000_000  # microseconds
BOOT, OTHER_BOOT = "0123456789abcdef0123456789abcdef", "f123456789abcdef0123456789abcdef"

# What differs from the usual entry; None takes a field away, a list gives it several values.
ENTRIES = [
    {},
    {"MESSAGE": "login of root from 203.0.113.2 failed", "_SYSTEMD_UNIT": "other.service"},
    {"MESSAGE": "nothing here", "_COMM": "sh"},
    {"MESSAGE": "# no comment", "SYSLOG_IDENTIFIER": None, "_PID": None},
    {"MESSAGE": "the kernel speaks", "SYSLOG_IDENTIFIER": "kernel", "_PID": None},
    {"MESSAGE": "login of root from 203.0.113.4 failed", "_SOURCE_REALTIME_TIMESTAMP": START - 5_000_123},
    {"MESSAGE": "login of admin from 203.0.113.5 failed", "_CMDLINE": "/usr/bin/app -x 1"},
    {"MESSAGE": "", "SYSLOG_IDENTIFIER": None, "_PID": None, "_HOSTNAME": None},
    {"MESSAGE": "login of bob from 203.0.113.6 failed", "SYSLOG_PID": "0x10"},
    {"MESSAGE": "login of bob from 203.0.113.7 failed", "SYSLOG_IDENTIFIER": None, "_COMM": "app", "_PID": None},
    {"MESSAGE": "Grüße von 203.0.113.8"},
    {"MESSAGE": "login of eve from 203.0.113.9 failed\nlogin of eve from 203.0.113.10 failed\n\n"},
    {"MESSAGE": b"login of r\xe9n\xff from 203.0.113.11 failed", "_HOSTNAME": b"m\xe4il"},
    {"MESSAGE": b"login of \x00\x01 from 203.0.113.12 failed"},
    {"MESSAGE": ["login of amy from 203.0.113.13 failed", "login of amy from 203.0.113.14 failed"]},
    {"MESSAGE": "login of amy from 203.0.113.15 failed " + "x" * 70_000},
    {"MESSAGE": None, "_BOOT_ID": OTHER_BOOT},
    {"MESSAGE": "login of amy from 2001:db8::1 failed", "_BOOT_ID": OTHER_BOOT},
    {"MESSAGE": "Nov 22 10:00:00 login of amy from 203.0.113.16 failed\r"},
    {"MESSAGE": "login of kim from 203.0.113.17 failed", "_PID": 0},
    {"MESSAGE": "speaks 203.0.113.18", "SYSLOG_IDENTIFIER": "kernel", "_PID": None, "_SOURCE_MONOTONIC_TIMESTAMP": 0},
    {"MESSAGE": "speaks 203.0.113.19", "SYSLOG_IDENTIFIER": "kernel", "_PID": None,
     "_SOURCE_MONOTONIC_TIMESTAMP": 1234567890},
    *({"MESSAGE": "login of bob from 203.0.113.20 failed", "SYSLOG_PID": pid}
      for pid in ("0", "007", " 12 ", "-5", "0b11", "0o17")),
    {"MESSAGE": "Failed password for Jürgen from 203.0.113.21 port 22 ssh2", "SYSLOG_IDENTIFIER": "sshd",
     "_COMM": "sshd", "_SYSTEMD_UNIT": "sshd.service"},
    {"MESSAGE": "warning: unknown[203.0.113.22]: SASL LOGIN authentication failed: UGFzc3dvcmQ6",
     "SYSLOG_IDENTIFIER": "postfix/smtpd", "_SYSTEMD_UNIT": "postfix@-.service"},
]


def exported(name, value):
    """A field as journalctl -o export writes it."""
    value = value if isinstance(value, bytes) else str(value).encode()
    if all(byte >= 0x20 for byte in value):
        return name.encode() + b"=" + value + b"\n"
    return name.encode() + b"\n" + struct.pack("<Q", len(value)) + value + b"\n"


def write_journal(path):
    text = b""
    for number, entry in enumerate(ENTRIES):
        moment = START + number * 1_000_000
        fields = {"__REALTIME_TIMESTAMP": moment, "__MONOTONIC_TIMESTAMP": moment % 10**12,
                  "_BOOT_ID": BOOT, "_HOSTNAME": "mail", "SYSLOG_IDENTIFIER": "app",
                  "_PID": 812, "_SYSTEMD_UNIT": "app.service",
                  "MESSAGE": "login of root from 203.0.113.1 failed", **entry}
        for name, values in fields.items():
            for value in values if isinstance(values, list) else [values]:
                text += exported(name, value) if value is not None else b""
        text += b"\n"
    subprocess.run([REMOTE, "-o", path, "-"], input=text, stderr=subprocess.DEVNULL, check=True)


def cases(directory):
    path, files = f"systemd-journal[journalpath={directory}]", f'systemd-journal[journalfiles="{directory}/*.journal"]'
    own = f"{directory}/app.conf"
    return [
        [path, FAILED],
        ["-v", files, FAILED],
        ["--print-all-matched", path, own],
        ["-m", "_SYSTEMD_UNIT=app.service", path, own],
        ["-m", "_SYSTEMD_UNIT=other.service + _COMM=sh", path, FAILED],
        ["-m", "_SYSTEMD_UNIT=app.service _COMM=sh", path, FAILED],
        ["-m", "_SYSTEMD_UNIT=app.service _SYSTEMD_UNIT=other.service", path, FAILED],
        ["-m", "_CMDLINE='/usr/bin/app -x 1'", path, FAILED],
        ["-o", "row", path, FAILED],
        ["-o", "msg", path, FAILED],
        ["-o", "<ip> <F-USER> <time>", path, FAILED],
        [path, r"203\.0\.113\.<HOST>"],
        ["-vv", "--print-all-matched", "--print-all-missed", "--print-all-ignored", path, own],
        ["--print-all-matched", path, "sshd"],
        ["--print-all-matched", path, "postfix[mode=more]"],
        ["-m", f"_BOOT_ID={OTHER_BOOT} _HOSTNAME=mail", "-o", "<time> <ip> <F-USER> <matches> <msg>", path, FAILED],
        ["-m", "MESSAGE=x + + _PID=812", "-o", "<F-*>", path, FAILED],
        ["-L", "3", "--usedns", "no", "--print-all-matched", path, r"bob from.*<SKIPLINES>.*from <HOST>"],
        ["-d", "^%Y", "--timezone", "UTC+0300", "-o", "row", path, FAILED],
        ["-o", "matches", path, FAILED, "amy"],
        [f"systemd-journal[journalpath={directory},journalflags=0]", FAILED],
        ["-m", '"', path, FAILED],
    ]


def run(program, words, zone):
    words = ["-c", os.path.join(OPTIONS.oracle, "etc/fail2ban"), *words]
    done = subprocess.run([program, *words], capture_output=True, text=True, timeout=60,
                          env={**os.environ, "TZ": zone, "LC_ALL": "C.UTF-8"})
    return re.sub(r"processed in [0-9.]+ sec", "processed in N sec", done.stdout), done.returncode


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--oracle", default=os.environ.get("GAOLER_ORACLE", ""))
    options = parser.parse_args(namespace=OPTIONS)
    has_module = subprocess.run(["/usr/bin/python3", "-c", "import systemd.journal"], capture_output=True).returncode == 0
    if not options.oracle or not os.path.exists(REMOTE) or not has_module:
        print("skipped: needs GAOLER_ORACLE, systemd-journal-remote and python3-systemd")
        return SKIPPED
    different = compared = 0
    with tempfile.TemporaryDirectory(prefix="gaoler-journal-") as directory:
        write_journal(f"{directory}/test.journal")
        with open(f"{directory}/app.conf", "w", encoding="utf-8") as out:
            out.write(FILTER)
        for zone in ("UTC", "America/St_Johns"):
            for words in cases(directory):
                theirs = run(f"{options.oracle}/bin/fail2ban-regex", words, zone)
                ours = run(options.program, words, zone)
                compared += 1
                if ours == theirs:
                    continue
                different += 1
                print(f"--- {' '.join(words)}\n--- fail2ban {theirs[1]}\n{theirs[0]}\n--- gaoler {ours[1]}\n{ours[0]}")
    print(f"{compared} reports compared, {different} different")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
