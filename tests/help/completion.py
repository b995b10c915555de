#!/usr/bin/env python3
"""The completions, in a real bash and against a real server: what is offered where.

    completion.py --bin DIR --source DIR
"""

import os
import re
import shutil
import subprocess
import sys
import unittest

import listed
from server import HOSTILE, Server

# Prints what bash would offer at the end of the line $2, one candidate a line.
ASK = r"""
source "$1"
COMP_LINE=$2 COMP_POINT=${#2}
COMP_WORDBREAKS=$' \t\n"\'><=;|&(:'
program=${2%% *}
function=$(complete -p "$program" | sed 's/.*-F \(\S*\).*/\1/')
"$function" "$program"
[[ ${#COMPREPLY[@]} == 0 ]] || printf '%s\n' "${COMPREPLY[@]}"
"""


def source(name):
    return f"{listed.OPTIONS.source}/tools/completions/{name}"


def candidates(server, line):
    done = subprocess.run(["bash", "--norc", "-c", ASK, "bash", source("fail2ban.bash"), line],
                          env=server.environment, cwd=server.directory, capture_output=True, text=True, timeout=60)
    if done.returncode != 0 or done.stderr:
        raise AssertionError(f"{line}: {done.returncode} {done.stderr}")
    return done.stdout.split("\n")[:-1]


class Bash(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.addClassCleanup(cls.server.close)

    def after(self, text):
        return candidates(self.server, f"fail2ban-client -c {self.server.directory}/etc {text}")

    def test_what_is_offered_where(self):
        for text, wanted in {
            "st": ["start", "stop", "status", "stats", "statistics"],
            "status ": ["--all", "one", "two-x"],
            "status t": ["two-x"],
            "status one ": ["basic", "short", "stats", "cymru"],
            "stop ": ["one", "two-x"],
            "reload --restart ": ["--restart", "--unban", "--if-exists", "--all", "one", "two-x"],
            "unban 19": ["192.0.2.1", "198.51.100.9"],
            "banned 2001": ["2001:db8::5"],
            "set one unbanip ": ["--report-absent", "192.0.2.1", "2001:db8::5"],
            "set one unbanip --report-absent ": ["192.0.2.1", "2001:db8::5"],
            "set one delignoreip ": ["192.0.2.99"],
            "set one dellogpath ": [f"{self.server.directory}/app.log"],
            "set one delaction ": ["nothing"],
            "set one usedns ": ["yes", "warn", "no", "raw"],
            "get one action nothing c": ["colour"],
            "set loglevel TR": ["TRACEDEBUG"],
            "get db": ["dbfile", "dbmaxmatches", "dbpurgeage"],
            "--logt": ["--logtarget"],
            "--loglevel NO": ["NOTICE"],
            "--loglevel NOTICE stat": ["status", "stats", "statistics"],
        }.items():
            # What follows the last colon of the word is what readline replaces.
            kept = re.match(r".*:", text.split(" ")[-1])
            wanted = [word[len(kept[0]):] if kept else word for word in wanted]
            self.assertEqual(sorted(self.after(text)), sorted(wanted), text)

    def test_an_address_with_colons_is_completed_behind_the_last_one(self):
        self.assertEqual(self.after("unban 2001:db8:"), [":5"])

    def test_names_from_logs_are_never_run_nor_offered_when_a_shell_would_run_them(self):
        self.assertNotIn(HOSTILE, self.after("unban "))
        self.assertFalse(os.path.exists(f"{self.server.directory}/pwned"))

    def test_without_a_server_commands_are_offered_all_the_same(self):
        line = f"fail2ban-client -s {self.server.directory}/nobody "
        self.assertIn("status", candidates(self.server, line))
        self.assertEqual(candidates(self.server, line + "status "), ["--all"])

    def test_filters_of_the_directory_are_offered_to_fail2ban_regex(self):
        line = f"fail2ban-regex -c {self.server.directory}/etc app.log "
        self.assertEqual(candidates(self.server, line + "ap"), ["app", "app.log"])

    def test_every_option_of_the_help_is_offered(self):
        for program in listed.PROGRAMS:
            offered = set(candidates(self.server, f"{program} -"))
            self.assertEqual(listed.options(program) - offered, set(), program)

    def test_every_command_and_setting_of_the_help_is_offered(self):
        offered = set()
        for text in ["", "get ", "set ", "get one ", "set one ", "get one action nothing ", "set one idle "]:
            offered.update(self.after(text))
        # The heads of bantime.increment and so on are not offered alone.
        self.assertEqual(listed.words() - offered - {"bantime."}, set())


class Zsh(unittest.TestCase):
    def test_every_option_command_and_setting_of_the_help_is_named(self):
        with open(source("_fail2ban"), encoding="utf-8") as text:
            known = set(re.findall(r"[\w.-]+", text.read()))
        wanted = set().union(*(listed.options(program) for program in listed.PROGRAMS), listed.words())
        self.assertEqual(wanted - known - {"bantime."}, set())

    def test_zsh_can_read_it(self):
        if shutil.which("zsh") is None:
            self.skipTest("zsh is not installed")
        done = subprocess.run(["zsh", "-n", source("_fail2ban")], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))


if __name__ == "__main__":
    sys.exit(listed.main())
