#!/usr/bin/env python3
"""Every kind of rotation, 1,000 lines written during it by the real writers: each line counts exactly once.

    rotation_test.py --bin DIR --tree DIR [unittest option...]

Where rsyslog or logrotate do the work they are the installed ones; their kinds are skipped without them. What a
copytruncate throws away before anybody could read it cannot be counted by anybody, so before a truncate the reader is
given a moment; lines in between copy and truncate are there all the same.
"""

import collections
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from harness import OPTIONS, ServerUnderTest, run_tests, sasl_failure  # noqa: E402

LINES = 1000
MOMENT = 0.5  # seconds in which a reader surely looks
JAIL = """
[{name}]
enabled = true
filter = postfix[mode=extra]
logpath = @DIR@/{name}/app.log
backend = {backend}
maxretry = 100000
findtime = 1w
"""
KINDS = ["rename", "late_writer", "symlink", "kubernetes", "recreate", "truncate", "copytruncate", "hole", "twice",
         "directory", "rsyslog_create", "rsyslog_compress", "rsyslog_copytruncate", "polling"]
class Writer:
    """A program that logs: one line per write, into the file it has opened."""

    def __init__(self, number, path, append=True):
        self.number, self.path, self.append, self.file, self.written = number, path, append, None, 0
        self.reopen()

    def reopen(self):
        if self.file is not None:
            os.close(self.file)
        flags = os.O_WRONLY | os.O_CREAT | (os.O_APPEND if self.append else 0)
        self.file = os.open(self.path, flags, 0o600)

    def address(self):
        self.written += 1
        return f"10.{self.number}.{self.written >> 8}.{self.written & 255}"

    def lines(self, count):
        for _ in range(count):
            os.write(self.file, sasl_failure(self.address()).encode())
            time.sleep(0.0003)


class Rsyslog(Writer):
    """The same by way of a real rsyslogd, which holds the file."""

    def reopen(self):
        directory = os.path.dirname(self.path)
        self.pid_file, self.socket_path = f"{directory}/pid", f"{directory}/dev-log"
        with open(f"{directory}/rsyslog.conf", "w", encoding="utf-8") as out:
            out.write(f"""
global(workDirectory="{directory}")
module(load="imuxsock" SysSock.Use="off")
input(type="imuxsock" Socket="{self.socket_path}" RateLimit.Interval="0")
action(type="omfile" file="{self.path}" template="RSYSLOG_FileFormat")
""")
        self.process = subprocess.Popen(["rsyslogd", "-n", "-f", f"{directory}/rsyslog.conf", "-i", self.pid_file],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)

    def lines(self, count):
        for _ in range(count):
            text = sasl_failure(self.address()).split(" ", 2)[2].rstrip("\n")
            self.socket.sendto(f"<22>{text}".encode(), self.socket_path)
            time.sleep(0.0003)

    def rotate(self, options):
        directory = os.path.dirname(self.path)
        with open(f"{directory}/logrotate.conf", "w", encoding="utf-8") as out:
            out.write(f"{self.path} {{\n  rotate 9\n  {options}\n  postrotate\n    kill -HUP $(cat {self.pid_file})\n"
                      "  endscript\n}\n")
        subprocess.run(["logrotate", "-f", "-s", f"{directory}/state", f"{directory}/logrotate.conf"], check=True)

    def close(self):
        self.process.terminate()
        self.process.wait(timeout=20)
        self.socket.close()


class Rotation(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        jails = "".join(JAIL.format(name=kind, backend="polling" if kind == "polling" else "auto") for kind in KINDS)
        cls.server = ServerUnderTest(OPTIONS.bin, OPTIONS.tree, jails)
        cls.addClassCleanup(cls.server.close)
        for kind in KINDS:
            directory = f"{cls.server.directory}/{kind}"
            os.mkdir(directory)
            if kind == "kubernetes":
                os.mkdir(f"{directory}/v0")
                os.symlink("v0", f"{directory}/..data")
                open(f"{directory}/v0/app.log", "w", encoding="utf-8").close()
                os.symlink("..data/app.log", f"{directory}/app.log")
            elif kind == "symlink":
                open(f"{directory}/app.0", "w", encoding="utf-8").close()
                os.symlink("app.0", f"{directory}/app.log")
            else:
                open(f"{directory}/app.log", "w", encoding="utf-8").close()
        cls.server.start()

    def writer(self, kind, maker=Writer, **options):
        self.kind, self.path = kind, f"{self.server.directory}/{kind}/app.log"
        return maker(KINDS.index(kind) + 1, self.path, **options)

    def rsyslog(self, kind):
        for program in ("rsyslogd", "logrotate"):
            if not shutil.which(program):
                self.skipTest(f"{program} is not installed")
        writer = self.writer(kind, Rsyslog)
        self.addCleanup(writer.close)
        self.server.wait(lambda: os.path.exists(writer.socket_path), what="rsyslogd's socket")
        return writer

    def found(self):
        return collections.Counter(re.findall(rf"\[{self.kind}\] Found (\S+) ", self.server.log()))

    def every_line_counts_once(self, writer):
        self.assertEqual(writer.written, LINES)
        wanted = {f"10.{writer.number}.{n >> 8}.{n & 255}": 1 for n in range(1, LINES + 1)}
        end = time.monotonic() + 20
        while time.monotonic() < end and len(self.found()) < LINES:
            time.sleep(0.1)
        time.sleep(1.5)  # a line counted twice would come with the next look
        self.assertEqual({key: n for key, n in self.found().items() if wanted.get(key) != n}, {}, "counted wrongly")
        self.assertEqual(sorted(wanted.keys() - self.found().keys()), [], "lost")
        self.assertRegex(self.server.say("status", self.kind), rf"Total failed:\t{LINES}\n")

    def test_rename(self):
        self.rename("rename")

    def test_rename_seen_by_polling(self):
        self.rename("polling", pause=1.5)

    def rename(self, kind, pause=0.1):
        writer = self.writer(kind)
        for turn in range(5):
            writer.lines(100)
            os.rename(self.path, f"{self.path}.{turn}")
            writer.lines(100)
            writer.reopen()
            time.sleep(pause)
        self.every_line_counts_once(writer)

    def test_a_writer_that_keeps_the_old_file_for_seconds(self):
        old = self.writer("late_writer")
        old.lines(300)
        os.rename(self.path, self.path + ".1")
        new = self.writer("late_writer")
        new.written = 300
        for _ in range(7):  # both files grow
            new.lines(50)
            old.written, new.written = new.written, new.written + 50
            old.lines(50)
            time.sleep(0.5)
        self.every_line_counts_once(new)

    def test_a_symlink_that_is_swapped(self):
        writer = self.writer("symlink")
        for turn in range(1, 6):
            writer.lines(100)
            os.symlink(f"app.{turn}", self.path + ".new")
            open(f"{os.path.dirname(self.path)}/app.{turn}", "w", encoding="utf-8").close()
            os.rename(self.path + ".new", self.path)
            writer.lines(100)
            writer.reopen()
            time.sleep(0.1)
        self.every_line_counts_once(writer)

    def test_kubernetes_data_directories(self):
        writer = self.writer("kubernetes")
        directory = os.path.dirname(self.path)
        for turn in range(1, 6):
            writer.lines(100)
            os.mkdir(f"{directory}/v{turn}")
            open(f"{directory}/v{turn}/app.log", "w", encoding="utf-8").close()
            os.symlink(f"v{turn}", f"{directory}/..tmp")
            os.rename(f"{directory}/..tmp", f"{directory}/..data")
            writer.lines(100)
            writer.reopen()
            time.sleep(1.2)  # only the heartbeat sees a link further up
        self.every_line_counts_once(writer)

    def test_deleted_and_created_again(self):
        writer = self.writer("recreate")
        for _ in range(5):
            writer.lines(100)
            os.remove(self.path)
            writer.lines(100)
            writer.reopen()
            time.sleep(0.1)
        self.every_line_counts_once(writer)

    def test_truncated(self):
        writer = self.writer("truncate")
        for _ in range(5):
            writer.lines(200)
            time.sleep(MOMENT)
            os.truncate(self.path, 0)
        self.every_line_counts_once(writer)

    def copy_and_truncate(self, writer):
        for turn in range(5):
            writer.lines(60)
            shutil.copy(self.path, f"{self.path}.{turn}")
            writer.lines(40)
            time.sleep(MOMENT)
            os.truncate(self.path, 0)
            writer.lines(100)
        self.every_line_counts_once(writer)

    def test_copytruncate_with_lines_between_copy_and_truncate(self):
        self.copy_and_truncate(self.writer("copytruncate"))

    def test_copytruncate_under_a_writer_that_does_not_append(self):
        self.copy_and_truncate(self.writer("hole", append=False))

    def test_two_rotations_in_quick_succession(self):
        writer = self.writer("twice")
        for turn in range(5):
            writer.lines(100)
            for step in "ab":
                os.rename(self.path, f"{self.path}.{turn}{step}")
                writer.lines(20)
                writer.reopen()
                writer.lines(30)
        self.every_line_counts_once(writer)

    def test_the_whole_directory_replaced(self):
        writer = self.writer("directory")
        directory = os.path.dirname(self.path)
        for turn in range(5):
            writer.lines(100)
            os.rename(directory, f"{directory}.{turn}")
            writer.lines(100)
            os.mkdir(directory)
            writer.reopen()
            time.sleep(1.2)
        self.every_line_counts_once(writer)

    def logrotate(self, kind, options, pause=0.0):
        writer = self.rsyslog(kind)
        for _ in range(5):
            writer.lines(100)
            time.sleep(pause)
            writer.rotate(options)
            writer.lines(100)
        self.every_line_counts_once(writer)

    def test_logrotate_create_of_rsyslog(self):
        self.logrotate("rsyslog_create", "create 0600 root root")

    def test_logrotate_create_and_compress_of_rsyslog(self):
        self.logrotate("rsyslog_compress", "create 0600 root root\n  compress\n  delaycompress")

    def test_logrotate_copytruncate_of_rsyslog(self):
        self.logrotate("rsyslog_copytruncate", "copytruncate", pause=MOMENT)


if __name__ == "__main__":
    sys.exit(run_tests())
