#!/usr/bin/env python3
"""fail2ban-regex on the systemd journal: our report beside the oracle's, for a journal file made here.

    journal.py --program FAIL2BAN-REGEX [--oracle DIR]

Needs systemd-journal-remote to write the file and python3-systemd for the oracle to read it. Exit 1 on a difference.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile

REMOTE = "/lib/systemd/systemd-journal-remote"
SKIPPED = 77
FAILED = r"^\s*mail app(?:\[\d+\])?: login of <F-USER>\S+</F-USER> from <HOST> failed$"
FILTER = """[Definition]
failregex = from <HOST> failed$
ignoreregex = of admin
journalmatch = _SYSTEMD_UNIT=app.service + _SYSTEMD_UNIT=other.service SYSLOG_IDENTIFIER=app
"""
START = 1_795_350_000_000_000  # microseconds

# What differs from the usual entry; None takes a field away.
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
]


def write_journal(path):
    text = b""
    for number, entry in enumerate(ENTRIES):
        moment = START + number * 1_000_000
        fields = {"__REALTIME_TIMESTAMP": moment, "__MONOTONIC_TIMESTAMP": moment % 10**12,
                  "_BOOT_ID": "0123456789abcdef0123456789abcdef", "_HOSTNAME": "mail", "SYSLOG_IDENTIFIER": "app",
                  "_PID": 812, "_SYSTEMD_UNIT": "app.service",
                  "MESSAGE": "login of root from 203.0.113.1 failed", **entry}
        text += "".join(f"{key}={value}\n" for key, value in fields.items() if value is not None).encode() + b"\n"
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
    ]


def run(program, words, zone):
    done = subprocess.run([program, *words], capture_output=True, text=True, timeout=60,
                          env={**os.environ, "TZ": zone, "LC_ALL": "C.UTF-8"})
    return re.sub(r"processed in [0-9.]+ sec", "processed in N sec", done.stdout), done.returncode


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--oracle", default=os.environ.get("GAOLER_ORACLE", ""))
    options = parser.parse_args()
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
