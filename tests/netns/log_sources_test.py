#!/usr/bin/env python3
"""Logs in other encodings, from the systemd journal, or written where inotify does not see it.

    log_sources_test.py --bin DIR --tree DIR [unittest option...]
"""

import argparse
import codecs
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from harness import SKIPPED, ServerUnderTest, can_have_namespaces, sasl_failure  # noqa: E402

OPTIONS = None


def jail(name, **options):
    settings = {"enabled": "true", "filter": "postfix[mode=extra]", "backend": "auto", "maxretry": 1000,
                "findtime": "1w", **options}
    return f"[{name}]\n" + "".join(f"{key} = {value}\n" for key, value in settings.items())


class Source(unittest.TestCase):
    def start(self, jails, files=()):
        self.server = ServerUnderTest(OPTIONS.bin, OPTIONS.tree, jails)
        self.addCleanup(self.server.close)
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


def main():
    global OPTIONS
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True)
    parser.add_argument("--tree", required=True)
    OPTIONS, rest = parser.parse_known_args()
    if not can_have_namespaces():
        print("skipped: network namespaces need root")
        return SKIPPED
    return not unittest.main(argv=[sys.argv[0], *rest], exit=False, verbosity=2).result.wasSuccessful()


if __name__ == "__main__":
    sys.exit(main())
