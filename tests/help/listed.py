"""What the programs' own --help lists: options, commands and settings. Shared by the tests of this folder."""

import argparse
import re
import subprocess
import sys
import unittest

PROGRAMS = ("fail2ban-client", "fail2ban-server", "fail2ban-regex")
OPTIONS = argparse.Namespace()  # --bin: directory of the programs, --source: of the repository

_OPTION = re.compile(r"(?<![\w<-])(--[A-Za-z][\w-]*|-[A-Za-z])(?![\w-])")
_LEFT_COLUMN = re.compile(r"^ {2,6}(\S.*?)(?: {2,}|$)")


def help_of(program):
    return subprocess.run([f"{OPTIONS.bin}/{program}", "--help"], capture_output=True, text=True, check=True).stdout


def left_column(text):
    return [match[1] for line in text.splitlines() if (match := _LEFT_COLUMN.match(line))]


def options(program):
    """Every option, dashes included."""
    text = help_of(program).split("\nCommands:")[0]
    lines = [entry for entry in left_column(text) if entry.startswith("-")]
    # fail2ban-regex writes "-c [ --config ] arg"; a second name may be told in the right column: "(also --TZ)".
    return {option for entry in lines for option in _OPTION.findall(entry)}


def entries():
    """What the client lists below "Commands:", one string each."""
    return left_column(help_of("fail2ban-client").split("\nCommands:")[1])


def words():
    """Names of commands and settings, nothing of what stands for a value or an option."""
    found = set()
    for entry in entries():
        if entry.endswith(":"):
            continue  # a heading
        plain = re.sub(r"<[^>]*>\.*|\[[^]]*\]\.*|--\S+", " ", entry)
        found.update(word for word in re.split(r"[\s,|]+", plain) if word)
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True)
    parser.add_argument("--source", required=True)
    _, rest = parser.parse_known_args(namespace=OPTIONS)
    return not unittest.main(module="__main__", argv=[sys.argv[0], *rest], exit=False).result.wasSuccessful()
