#!/usr/bin/env python3
"""The completions, in a real bash and against a real server: what is offered where.

    completion.py --bin DIR --source DIR

The server has a directory, socket and database of its own, and actions that do nothing.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

import listed

HOSTILE = "x$(touch pwned)"

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


class Server:
    """Two jails, one, two-x, with bans."""

    def __init__(self):
        self.directory = tempfile.mkdtemp(prefix="gaoler-help-")
        os.makedirs(f"{self.directory}/etc/filter.d")
        os.makedirs(f"{self.directory}/etc/action.d")
        self.write("fail2ban.conf", "[Definition]\nloglevel = INFO\nlogtarget = @/log\nsocket = @/socket\npidfile = @/pid\n"
                   "dbfile = @/bans\n")
        jail = "enabled = true\nfilter = app\nlogpath = @/app.log\naction = nothing\nignoreip = 192.0.2.99\n"
        self.write("jail.conf", f"[one]\n{jail}[two-x]\n{jail}")
        self.write("filter.d/app.conf", "[Definition]\nfailregex = ^ fail <ADDR>$\n")
        self.write("action.d/nothing.conf", "[Definition]\nactionban = true\nactionunban = true\n[Init]\ncolour = red\n")
        open(f"{self.directory}/app.log", "w", encoding="utf-8").close()
        self.environment = dict(os.environ, PATH=f"{listed.OPTIONS.bin}:{os.environ['PATH']}")
        self.process = subprocess.Popen(["fail2ban-server", "-c", f"{self.directory}/etc", "-xf", "start"],
                                        env=self.environment, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while subprocess.run(self.command("status", "two-x"), env=self.environment, capture_output=True).returncode != 0:
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise AssertionError("the server does not answer")
            time.sleep(0.02)
        self.say("set", "one", "banip", "192.0.2.1", "2001:db8::5", HOSTILE)
        self.say("set", "two-x", "banip", "198.51.100.9")

    def write(self, name, text):
        with open(f"{self.directory}/etc/{name}", "w", encoding="utf-8") as out:
            out.write(text.replace("@", self.directory))

    def command(self, *words):
        return ["fail2ban-client", "-c", f"{self.directory}/etc", *words]

    def say(self, *words):
        subprocess.run(self.command(*words), env=self.environment, check=True, capture_output=True)

    def close(self):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.directory)

    def candidates(self, line):
        done = subprocess.run(["bash", "--norc", "-c", ASK, "bash", source("fail2ban.bash"), line],
                              env=self.environment, cwd=self.directory, capture_output=True, text=True, timeout=60)
        if done.returncode != 0 or done.stderr:
            raise AssertionError(f"{line}: {done.returncode} {done.stderr}")
        return done.stdout.split("\n")[:-1]


class Bash(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.addClassCleanup(cls.server.close)

    def after(self, text):
        return self.server.candidates(f"fail2ban-client -c {self.server.directory}/etc {text}")

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
        self.assertIn("status", self.server.candidates(line))
        self.assertEqual(self.server.candidates(line + "status "), ["--all"])

    def test_filters_of_the_directory_are_offered_to_fail2ban_regex(self):
        line = f"fail2ban-regex -c {self.server.directory}/etc app.log "
        self.assertEqual(self.server.candidates(line + "ap"), ["app", "app.log"])

    def test_every_option_of_the_help_is_offered(self):
        for program in listed.PROGRAMS:
            offered = set(self.server.candidates(f"{program} -"))
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
