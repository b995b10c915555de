#!/usr/bin/env python3
"""Logs in other encodings, from the systemd journal, or written where inotify does not see it.

    log_sources_test.py --bin DIR --tree DIR [unittest option...]
"""

import codecs
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from harness import OPTIONS, ServerUnderTest, run_tests, sasl_failure  # noqa: E402

JOURNAL_REMOTE = "/lib/systemd/systemd-journal-remote"
JOURNAL_FILTER = r"""
[Definition]
failregex = ^\s*mail app(?:\[\d+\])?: login of <F-USER>\S+</F-USER> from <HOST> failed$
journalmatch = _SYSTEMD_UNIT=app.service + _SYSTEMD_UNIT=other.service SYSLOG_IDENTIFIER=app
"""


def jail(name, **options):
    settings = {"enabled": "true", "filter": "postfix[mode=extra]", "backend": "auto", "maxretry": 1000,
                "findtime": "1w", **options}
    return f"[{name}]\n" + "".join(f"{key} = {value}\n" for key, value in settings.items())


class Source(unittest.TestCase):
    def start(self, jails, files=()):
        self.server = ServerUnderTest(OPTIONS.bin, OPTIONS.tree, jails)
        self.addCleanup(self.server.close)
        self.server.write("filter.d/journal.conf", JOURNAL_FILTER)
        for name, content in files:
            self.server.append(content, f"{self.server.directory}/{name}")
        self.server.start()

    def wait_for_found(self, name, address):
        self.server.wait_for_log(f"[{name}] Found {address} - ")


class Encodings(Source):
    # jail: encoding in the configuration, codec, byte order mark
    cases = {
        "utf16": ("utf-16", "utf-16-le", codecs.BOM_UTF16_LE),
        "utf16big": ("UTF-16", "utf-16-be", codecs.BOM_UTF16_BE),
        "utf16le": ("utf-16-le", "utf-16-le", b""),
        "latin": ("latin-1", "latin-1", b""),
        "windows": ("cp1252", "cp1252", b""),
    }

    def test_lines_there_before_and_lines_that_come(self):
        self.start("".join(jail(name, logpath=f"@DIR@/{name}.log", logencoding=encoding)
                           for name, (encoding, _, _) in self.cases.items()),
                   [(f"{name}.log", mark + ("Grüße\r\n" + sasl_failure("203.0.113.1")).encode(codec))
                    for name, (_, codec, mark) in self.cases.items()])
        for name, (_, codec, _) in self.cases.items():
            self.wait_for_found(name, "203.0.113.1")
            line = sasl_failure("203.0.113.2").replace("unknown", "Ü").encode(codec)
            for piece in (line[:31], line[31:]):
                self.server.append(piece, f"{self.server.directory}/{name}.log")
            self.wait_for_found(name, "203.0.113.2")
        self.assertNotIn("Error decoding", self.server.log())

    def test_an_encoding_set_at_run_time(self):
        self.start(jail("latin", logpath="@DIR@/mail.log"))
        self.server.say("set", "latin", "logencoding", "utf-16")
        self.assertEqual(self.server.say("get", "latin", "logencoding"), "Current log encoding is set to:\nutf-16")
        self.server.append(sasl_failure("203.0.113.3").encode("utf-16-be"))
        self.wait_for_found("latin", "203.0.113.3")


@unittest.skipUnless(os.path.exists(JOURNAL_REMOTE), "systemd-journal-remote is not installed")
class Journal(Source):
    """Entries written by systemd-journal-remote into a journal file of the test."""

    def setUp(self):
        self.directory = tempfile.mkdtemp(prefix="gaoler-journal-")
        self.addCleanup(shutil.rmtree, self.directory)
        self.start_remote()
        self.addCleanup(self.end_remote)
        self.clock = 0
        self.rotations = 0

    def start_remote(self):
        self.remote = subprocess.Popen([JOURNAL_REMOTE, "-o", f"{self.directory}/test.journal", "-"],
                                       stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def end_remote(self):
        if self.remote.stdin.closed:
            return
        self.remote.stdin.close()
        self.remote.wait(timeout=20)

    def log(self, address, ago=0, unit="app.service", **fields):
        self.clock = max(self.clock + 1, int((time.time() - ago) * 1e6))
        values = {"__REALTIME_TIMESTAMP": self.clock, "__MONOTONIC_TIMESTAMP": self.clock % 10**12,
                  "_BOOT_ID": "0123456789abcdef0123456789abcdef", "_HOSTNAME": "mail", "SYSLOG_IDENTIFIER": "app",
                  "_PID": 812, "_SYSTEMD_UNIT": unit, "MESSAGE": f"login of root from {address} failed", **fields}
        self.remote.stdin.write("".join(f"{key}={value}\n" for key, value in values.items()).encode() + b"\n")
        self.remote.stdin.flush()

    def start_jail(self, options):
        self.start(jail("app", filter="journal", findtime="1h",
                        backend="systemd[" + options.replace("@DIR@", self.directory) + "]"))

    def entries_before_and_after_the_start(self, options):
        self.log("203.0.113.9", ago=7200)
        self.log("203.0.113.1", ago=60)
        self.log("203.0.113.8", ago=50, unit="third.service")
        self.log("203.0.113.2", ago=40, unit="other.service")
        self.server_starts_when_written()
        self.start_jail(options)
        self.wait_for_found("app", "203.0.113.2")
        self.log("203.0.113.3")
        self.log("203.0.113.8", unit="third.service")
        self.log("203.0.113.4", _PID=1)
        self.wait_for_found("app", "203.0.113.4")
        self.assertEqual(self.found(), ["203.0.113.1", "203.0.113.2", "203.0.113.3", "203.0.113.4"])
        return self.server

    def server_starts_when_written(self):
        time.sleep(1)

    def found(self):
        return [line.split(" Found ")[1].split(" ")[0] for line in self.server.log().splitlines() if "] Found " in line]

    def test_a_directory_of_journal_files(self):
        self.entries_before_and_after_the_start("journalpath=@DIR@")

    def test_files_that_journald_put_aside_are_left_out_if_asked(self):
        self.log("203.0.113.9", ago=60)
        self.rotate_journal()
        self.log("203.0.113.1", ago=60)
        self.server_starts_when_written()
        self.start_jail("journalpath=@DIR@, rotated=off")
        self.wait_for_found("app", "203.0.113.1")
        for number in (2, 4):
            self.log(f"203.0.113.{number}")
            self.rotate_journal()
            self.log(f"203.0.113.{number + 1}")
            self.wait_for_found("app", f"203.0.113.{number + 1}")
        self.assertEqual(self.found(), [f"203.0.113.{number}" for number in range(1, 6)])
        self.assertEqual(len(self.open_journals()), 1)

    def rotate_journal(self):
        """What journald does: the file gets another name and a new one is begun."""
        self.end_remote()
        self.rotations += 1
        os.rename(f"{self.directory}/test.journal", f"{self.directory}/test@{self.rotations:016x}.journal")
        self.start_remote()

    def open_journals(self):
        pid = self.server.server_pid()
        maps = self.server.read(f"/proc/{pid}/maps")
        return {line.split()[-1] for line in maps.splitlines() if line.endswith(".journal")}

    def test_a_match_with_a_blank_and_one_that_is_none(self):
        self.server_starts_when_written()
        self.start_jail("journalpath=@DIR@")
        match = ["_CMDLINE=/usr/bin/app -x 1", "_PID=812"]
        self.assertIn("_CMDLINE=/usr/bin/app -x 1 _PID=812", self.server.say("set", "app", "addjournalmatch", *match))
        self.log("203.0.113.1", unit="third.service", _CMDLINE="/usr/bin/app")
        self.log("203.0.113.2", unit="third.service", _CMDLINE="/usr/bin/app -x 1")
        self.wait_for_found("app", "203.0.113.2")
        self.assertEqual(self.found(), ["203.0.113.2"])
        self.assertIn("SYSLOG_IDENTIFIER=app + _CMDLINE=/usr/bin/app -x 1 _PID=812", self.server.say("status", "app"))
        self.assertIn("Invalid match", self.server.client("set", "app", "addjournalmatch", "unit=x").stdout)
        self.server.say("set", "app", "deljournalmatch", *match)

    def test_journal_files_by_a_pattern(self):
        self.entries_before_and_after_the_start('journalfiles="@DIR@/*.journal"')

    def test_a_restart_goes_on_behind_the_last_entry(self):
        server = self.entries_before_and_after_the_start("journalpath=@DIR@")
        server.end()
        self.log("203.0.113.5")
        self.server_starts_when_written()
        server.start()
        self.wait_for_found("app", "203.0.113.5")
        self.assertEqual(self.found().count("203.0.113.4"), 1)
        self.assertEqual(len(self.found()), 5)

    def test_a_journal_with_nothing_recent_at_the_start(self):
        self.log("203.0.113.1", ago=7200)
        self.server_starts_when_written()
        self.start_jail("journalpath=@DIR@")
        self.log("203.0.113.2")
        self.wait_for_found("app", "203.0.113.2")
        self.assertEqual(self.found(), ["203.0.113.2"])

    def test_matches_of_a_running_jail(self):
        self.log("203.0.113.1", ago=5)
        self.server_starts_when_written()
        self.start_jail("journalpath=@DIR@")
        self.wait_for_found("app", "203.0.113.1")
        refused = self.server.client("set", "app", "deljournalmatch", "_COMM=x")
        self.assertIn("Match ['_COMM=x'] not found", refused.stdout + refused.stderr)
        self.server.say("set", "app", "deljournalmatch", "_SYSTEMD_UNIT=app.service")
        self.server.say("set", "app", "deljournalmatch", "_SYSTEMD_UNIT=other.service", "SYSLOG_IDENTIFIER=app")
        self.server.say("set", "app", "addjournalmatch", "_SYSTEMD_UNIT=third.service")
        self.log("203.0.113.2")
        self.log("203.0.113.3", unit="third.service")
        self.wait_for_found("app", "203.0.113.3")
        self.assertEqual(self.found(), ["203.0.113.1", "203.0.113.3"])


class SilentWriter(Source):
    """A file seen through an overlay and written below it: inotify tells nothing of it."""

    def test_it_is_polled_and_that_is_said_once(self):
        below, mounted = (tempfile.mkdtemp(prefix="gaoler-silent-") for _ in range(2))
        self.addCleanup(shutil.rmtree, below, ignore_errors=True)
        self.addCleanup(os.rmdir, mounted)
        new_mount_namespace = 0x00020000
        if ctypes.CDLL(None).unshare(new_mount_namespace) != 0:
            self.skipTest("no mount namespace can be had")
        subprocess.run(["mount", "--make-rprivate", "/"], check=True)
        os.mkdir(f"{below}/a")
        os.mkdir(f"{below}/b")
        open(f"{below}/a/app.log", "w", encoding="utf-8").close()
        if subprocess.run(["mount", "-t", "overlay", "overlay", "-o", f"lowerdir={below}/a:{below}/b", mounted],
                          capture_output=True, check=False).returncode != 0:
            self.skipTest("no overlay can be mounted")
        self.addCleanup(subprocess.run, ["umount", "-l", mounted], check=True)
        self.start(jail("silent", logpath=f"{mounted}/app.log"))
        for number in range(1, 6):
            self.server.append(sasl_failure(f"203.0.113.{number}"), f"{below}/a/app.log")
            self.wait_for_found("silent", f"203.0.113.{number}")
        self.assertEqual(self.server.log().count("grows without inotify telling of it"), 1)
        self.assertRegex(self.server.say("status", "silent"), rf"Polled files:\s+{mounted}/app.log\n")


class LoudWriter(Source):
    def test_a_file_of_which_inotify_tells_is_not_called_polled(self):
        self.start(jail("loud", logpath="@DIR@/mail.log"))
        for number in range(1, 100):
            self.server.append(sasl_failure(f"203.0.113.{number}"))
            time.sleep(0.05)
        self.wait_for_found("loud", "203.0.113.99")
        self.assertNotIn("grows without inotify", self.server.log())
        self.assertNotIn("Polled files", self.server.say("status", "loud"))


class LimitsOfInotify(Source):
    def test_more_files_than_watches(self):
        names = [f"d{number}" for number in range(4)]
        self.server = ServerUnderTest(OPTIONS.bin, OPTIONS.tree,
                                      "".join(jail(name, logpath=f"@DIR@/{name}/app.log") for name in names))
        self.addCleanup(self.server.close)
        for name in names:
            os.mkdir(f"{self.server.directory}/{name}")
            self.server.append("", f"{self.server.directory}/{name}/app.log")
        # The limit is one of a user namespace, so this machine's stays as it is.
        limited = ["unshare", "-U", "-r", "sh", "-c", 'echo 3 > /proc/sys/user/max_inotify_watches && exec "$@"', "sh"]
        if subprocess.run([*limited, "true"], capture_output=True, check=False).returncode != 0:
            self.skipTest("no user namespace can be had")
        self.server.start(limited)
        for number, name in enumerate(names, 1):
            self.server.append(sasl_failure(f"203.0.113.{number}"), f"{self.server.directory}/{name}/app.log")
            self.wait_for_found(name, f"203.0.113.{number}")
        self.assertEqual(self.server.log().count("the limit of inotify watches is reached"), 1)
        self.assertIn("Polled files", self.server.say("status", "d3"))

    def test_a_queue_that_overflows(self):
        self.start(jail("loud", logpath="@DIR@/mail.log"))
        most = int(self.server.read("/proc/sys/fs/inotify/max_queued_events"))
        if most > 100_000:
            self.skipTest(f"{most} events fit")
        pid = self.server.server_pid()
        os.kill(pid, signal.SIGSTOP)
        try:
            for number in range(most + 100):
                os.close(os.open(f"{self.server.directory}/{number}", os.O_CREAT | os.O_WRONLY))
            self.server.append(sasl_failure("203.0.113.1"))
            os.rename(self.server.mail_log, self.server.mail_log + ".1")
            self.server.append(sasl_failure("203.0.113.2"))
        finally:
            os.kill(pid, signal.SIGCONT)
        for number in (1, 2):
            self.wait_for_found("loud", f"203.0.113.{number}")
        self.server.append(sasl_failure("203.0.113.3"))
        self.wait_for_found("loud", "203.0.113.3")


class OddFiles(Source):
    def test_what_stands_in_the_way_of_a_log_is_said_once(self):
        self.start(jail("odd", logpath="@DIR@/mail.log"))
        log = self.server.mail_log
        made = [lambda: os.mkdir(log), lambda: os.mkfifo(log), lambda: os.symlink("/dev/zero", log)]
        for number, make in enumerate(made, 1):
            os.remove(log) if not os.path.isdir(log) else os.rmdir(log)
            make()
            self.server.wait(lambda: self.server.log().count("Unable to open") == number, what="the problem told")
        for kind in ("it is a directory, not a file", "it is a named pipe, not a file", "it is a device, not a file"):
            self.assertEqual(self.server.log().count(f"[odd] Unable to open {log}: {kind}"), 1)
        os.remove(log)
        self.server.append(sasl_failure("203.0.113.1"))
        self.wait_for_found("odd", "203.0.113.1")
        self.server.wait_for_log(f"[odd] {log} can be read again")

    def test_odd_lines(self):
        self.start(jail("odd", logpath="@DIR@/mail.log"))
        failure = sasl_failure("203.0.113.1")
        for piece in (failure[:20], failure[20:60], failure[60:]):
            self.server.append(piece)
            time.sleep(0.1)
        self.wait_for_found("odd", "203.0.113.1")
        self.server.append(b"\0\0\0 a line with zeros \0\n" + b"x" * 300_000 + b"\n\xff\xfe wrong\n")
        self.server.append(sasl_failure("203.0.113.2"))
        self.wait_for_found("odd", "203.0.113.2")
        self.assertIn("a line is longer than 65536 bytes", self.server.log())
        self.assertEqual(self.server.log().count("Error decoding line from"), 1)
        self.server.append(b"\xff more\n" + sasl_failure("203.0.113.3").encode())
        self.wait_for_found("odd", "203.0.113.3")
        self.assertEqual(self.server.log().count("Error decoding line from"), 1)


if __name__ == "__main__":
    sys.exit(run_tests())
