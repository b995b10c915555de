#!/usr/bin/env python3
"""The man pages: correct in the eyes of mandoc and groff, and silent about nothing that --help lists.

    manuals.py --bin DIR --source DIR
"""

import glob
import os
import re
import shutil
import subprocess
import sys
import unittest

import listed


def pages():
    return sorted(glob.glob(f"{listed.OPTIONS.source}/docs/man/*.[0-9]"))


def bold_words(path):
    """Options and literal words of a page, from its macros."""
    with open(path, encoding="utf-8") as page:
        text = page.read().replace("\\&", "")
    options = set()
    words = set()
    for line in text.splitlines():
        if not line.startswith("."):
            continue
        kind = None
        for token in line.split():
            token = token.lstrip(".")
            if token in ("Fl", "Cm", "Ar", "Ns", "No", "Oo", "Oc", "Op", "Ql", "Xr", "It", "Pq"):
                kind = token if token not in ("Ns", "It", "Pq") else kind
            elif kind == "Fl" and re.fullmatch(r"-?[A-Za-z][\w-]*", token):
                options.add("-" + token)
            elif kind in ("Cm", "Ar"):
                words.add(token)
    return options, words


class Manuals(unittest.TestCase):
    def test_every_program_has_a_page(self):
        names = {os.path.basename(path) for path in pages()}
        self.assertEqual(names, {f"{program}.1" for program in listed.PROGRAMS} | {"fail2ban.1", "jail.conf.5"})

    def test_mandoc_has_nothing_to_say(self):
        if shutil.which("mandoc") is None:
            self.skipTest("mandoc is not installed")
        for path in pages():
            done = subprocess.run(["mandoc", "-Tlint", path], capture_output=True, text=True)
            # Which other pages this machine has is not about ours.
            told = [line for line in done.stdout.splitlines() if "referenced manual not found" not in line]
            self.assertEqual(told, [])

    def test_groff_has_nothing_to_say(self):
        if shutil.which("groff") is None:
            self.skipTest("groff is not installed")
        for path in pages():
            done = subprocess.run(["groff", "-mandoc", "-ww", "-z", "-Tutf8", "-rLL=78n", path], capture_output=True, text=True)
            self.assertEqual(done.stderr, "", path)

    def test_all_options_are_explained(self):
        for program in listed.PROGRAMS:
            known, _ = bold_words(f"{listed.OPTIONS.source}/docs/man/{program}.1")
            self.assertGreater(len(listed.options(program)), 15)
            self.assertEqual(listed.options(program) - known, set(), program)

    def test_all_commands_and_settings_are_explained(self):
        _, known = bold_words(f"{listed.OPTIONS.source}/docs/man/fail2ban-client.1")
        self.assertGreater(len(listed.words()), 50)
        self.assertEqual(listed.words() - known, set())


if __name__ == "__main__":
    sys.exit(listed.main())
