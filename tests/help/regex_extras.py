#!/usr/bin/env python3
"""What fail2ban-regex does beyond fail2ban's: terminals, several logs, gzip, pipes, JSON, and what it says of bad input.

    regex_extras.py --bin DIR --source DIR
"""

import argparse
import gzip
import json
import lzma
import os
import pty
import subprocess
import sys
import tempfile
import threading
import unittest

OPTIONS = argparse.Namespace()
FAILURE = "Nov 22 10:00:{:02} host app[1]: login failed from 203.0.113.{}\n"
REGEX = "failed from <HOST>$"
LOG = "".join(FAILURE.format(number, number) for number in range(1, 5)).encode()


def arguments(words):
    return [os.path.join(OPTIONS.bin, "fail2ban-regex"), "-c", "/nonexistent", *words]


def run(*words, data=b""):
    done = subprocess.run(arguments(words), input=data, capture_output=True, timeout=60)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def on_terminal(*words):
    """What stands on the terminal in the end, bar and all."""
    child, terminal = pty.fork()
    if child == 0:
        os.execv(arguments(words)[0], arguments(words))
    parts = []
    while True:
        try:
            part = os.read(terminal, 1 << 16)
        except OSError:
            break
        if not part:
            break
        parts.append(part)
    os.close(terminal)
    os.waitpid(child, 0)
    return b"".join(parts).decode()


class RegexExtras(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="gaoler-extras-")
        self.addCleanup(scratch.cleanup)
        self.directory = scratch.name
        self.log = self.write("app.log", LOG)

    def write(self, name, content):
        path = os.path.join(self.directory, name)
        with open(path, "wb") as out:
            out.write(content)
        return path

    def ids(self, *words, data=b""):
        code, out, err = run("-o", "id", *words, REGEX, data=data)
        self.assertEqual((code, err), (0, ""))
        return [line.rsplit(".", 1)[1] for line in out.splitlines()]

    def test_headings_are_bold_on_a_terminal_only(self):
        self.assertIn("\033[1mLines: 4 lines", on_terminal(self.log, REGEX))
        self.assertNotIn("\033", run(self.log, REGEX)[1])

    def test_a_long_file_has_a_bar_that_is_gone_in_the_end(self):
        long = self.write("long.log", LOG * 60_000)
        self.assertRegex(on_terminal(long, REGEX), r"(?s)\r\[[#.]{40}\] +\d+ %.*\r\x1b\[K.*Results")
        self.assertNotIn("\r[", on_terminal(self.log, REGEX))

    def test_rows_on_a_terminal_are_not_mixed_with_a_bar(self):
        self.assertNotIn("\r[", on_terminal("-o", "id", self.write("long.log", LOG * 60_000), REGEX))

    def test_gzip_the_standard_input_pipes_and_several_logs_are_read(self):
        packed = self.write("app.log.gz", gzip.compress(LOG))
        self.assertEqual(self.ids(packed), ["1", "2", "3", "4"])
        self.assertEqual(self.ids("-", data=LOG), ["1", "2", "3", "4"])
        self.assertEqual(self.ids("-", data=gzip.compress(LOG)), ["1", "2", "3", "4"])
        self.assertEqual(self.ids("--add-log", packed, "--add-log", "-", self.log, data=LOG[:len(LOG) // 4]),
                         [*"1234", *"1234", "1"])
        pipe = os.path.join(self.directory, "pipe")
        os.mkfifo(pipe)
        writer = threading.Thread(target=self.write, args=("pipe", LOG))
        writer.start()
        self.assertEqual(self.ids(pipe), ["1", "2", "3", "4"])
        writer.join()

    def test_json_is_an_object_a_line(self):
        code, out, _ = run("--json", self.log, r"<F-USER>\w+</F-USER> failed from <HOST>$")
        self.assertEqual(code, 0)
        first = json.loads(out.splitlines()[0])
        self.assertEqual((first["id"], first["ip"], first["failregex"], first["groups"], first["lines"]),
                         ("203.0.113.1", "203.0.113.1", 1, {"user": "login", "ip4": "203.0.113.1"},
                          [FAILURE.format(1, 1).rstrip()]))
        self.assertEqual(len(out.splitlines()), 4)

    def test_a_damaged_archive_is_told_behind_what_was_read(self):
        packed = gzip.compress(LOG * 10_000)
        for name, content, why in (("cut.gz", packed[:len(packed) // 2], "ends too early"),
                                   ("sum.gz", packed[:-8] + bytes(8), "is damaged"),
                                   ("fake.gz", b"\x1f\x8bno gzip at all", "is damaged")):
            code, out, err = run(self.write(name, content), REGEX)
            self.assertEqual(code, 255)
            self.assertIn("Lines: ", out)
            self.assertRegex(err, f"^fail2ban-regex: error: .*{name}: the compressed data {why}; only what stands before")

    def test_other_archives_are_told(self):
        code, _, err = run(self.write("app.log.xz", lzma.compress(LOG)), REGEX)
        self.assertEqual(code, 0)
        self.assertRegex(err, "app.log.xz' is read as it is; what is packed in it: xz -dc /")

    def test_what_cannot_be_read_is_told(self):
        for name, why in ((os.path.join(self.directory, "nosuch"), "No such file"), (self.directory, "Is a directory")):
            code, out, _ = run("--add-log", name, self.log, REGEX)
            self.assertEqual(code, 255)
            self.assertRegex(out, rf"\[Errno \d+\] {why}.*: '{name}'\n$")

    def test_a_mistyped_name_is_read_as_a_line_but_told(self):
        for name in ("/var/log/nosuch", "nosuch.log", self.directory):
            code, out, err = run(name, REGEX)
            self.assertEqual((code, err), (0, f"fail2ban-regex: '{name}' is no log file; it is read as a line itself\n"))
            self.assertIn("Lines: 1 lines", out)
        self.assertEqual(run("x failed from 203.0.113.1", REGEX)[2], "")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True)
    parser.add_argument("--source", required=True)
    _, rest = parser.parse_known_args(namespace=OPTIONS)
    unittest.main(argv=[sys.argv[0], *rest])
