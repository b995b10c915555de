#!/usr/bin/env python3
"""Every regular expression of the oracle's filters, expanded, as the oracle's own modules expand it.

    upstream_patterns.py ORACLE

Prints one per record: flag 'm' (MULTILINE) or '-', then the expression, records apart by NUL. Each filter is read by
the oracle's own client through a jail made for it, plain and in its other modes. Nothing is kept.
"""

import ast
import os
import shutil
import subprocess
import sys
import tempfile

MODES = ["", "[mode=normal]", "[mode=ddos]", "[mode=extra]", "[mode=aggressive]"]
NAMES = {"prefregex", "addfailregex", "addignoreregex"}


def defines(path):
    with open(path, encoding="utf-8") as text:
        return "[Definition]" in text.read()


def stream(oracle):
    """The client's command stream for a tree where every filter has jails."""
    with tempfile.TemporaryDirectory() as scratch:
        tree = os.path.join(scratch, "tree")
        shutil.copytree(os.path.join(oracle, "etc", "fail2ban"), tree)
        filters = sorted(f[:-5] for f in os.listdir(os.path.join(tree, "filter.d"))
                         if f.endswith(".conf") and "common" not in f and defines(os.path.join(tree, "filter.d", f)))
        with open(os.path.join(tree, "jail.local"), "w", encoding="utf-8") as jails:
            jails.write("[DEFAULT]\nenabled = true\n")
            for name in filters:
                for number, mode in enumerate(MODES):
                    jails.write(f"[x-{name}-{number}]\nfilter = {name}{mode}\naction =\n")
        done = subprocess.run([os.path.join(oracle, "bin", "fail2ban-client"), "-c", tree, "-d"],
                              capture_output=True, text=True)
        return [ast.literal_eval(line) for line in done.stdout.splitlines() if line.startswith("[")]


def main():
    oracle = sys.argv[1]
    sys.path.insert(0, os.path.join(oracle, "lib"))
    from fail2ban.server.failregex import Regex, RegexException

    commands = stream(oracle)
    multiline = {c[1] for c in commands if c[0] == "set" and c[2:3] == ["maxlines"] and c[3] > 1}
    records = {}
    for command in commands:
        if command[0] not in ("set", "multi-set") or len(command) < 4 or command[2] not in NAMES:
            continue
        texts = command[3] if command[0] == "multi-set" else [command[3]]
        for text in texts:
            for dns in ("yes", "no"):
                try:
                    expanded = Regex(text, multiline=command[1] in multiline, useDns=dns).getRegex()
                except RegexException:
                    continue
                records[("m" if command[1] in multiline else "-") + expanded] = None
    sys.stdout.write("".join(record + "\0" for record in records))


main()
