#!/usr/bin/env python3
"""Our jails against the oracle's: whoever has "[nginx-http-auth] enabled = true" goes on being protected.

    jails.py --tree DIR --client PROGRAM [--oracle DIR]

Every jail of the oracle's jail.conf is in ours, with the same ports, logs, limits and parameters; so are the names of
the paths that jails of users refer to. And with all jails enabled our client gets a stream without a mistake, the same
that fail2ban's gets from our tree. Exit 1 on any difference, 77 (skipped) without an oracle.
"""

import argparse
import configparser
import os
import re
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77


def read(*paths):
    reader = configparser.RawConfigParser(strict=False, interpolation=None, default_section="", inline_comment_prefixes=(" ;",))
    reader.read(paths, encoding="utf-8")
    return {name: {key: " ".join(value.split()) for key, value in reader[name].items()} for name in reader.sections()}


def differences(ours, theirs):
    for jail, options in theirs.items():
        if jail in ("INCLUDES", "DEFAULT"):
            continue
        if jail not in ours:
            yield f"no jail {jail}"
            continue
        for key in sorted(options.keys() | ours[jail].keys()):
            if options.get(key) != ours[jail].get(key):
                yield f"[{jail}] {key}: {ours[jail].get(key)!r}, not {options.get(key)!r}"


def missing_names(ours, theirs):
    for key in theirs["DEFAULT"]:
        if key not in ours["DEFAULT"]:
            yield f"[DEFAULT] has no {key}"


def complaints(client, oracle, tree, jails):
    """What our client has against the tree with all jails enabled, log files aside; fail2ban's must read it likewise."""
    with tempfile.TemporaryDirectory() as directory:
        copy = os.path.join(directory, "fail2ban")
        shutil.copytree(tree, copy)
        with open(os.path.join(copy, "jail.local"), "w", encoding="utf-8") as local:
            local.writelines(f"[{jail}]\nenabled = true\n" for jail in jails)
        done, theirs = (subprocess.run([program, "-c", copy, "-d"], capture_output=True, text=True, timeout=60)
                        for program in (client, f"{oracle}/bin/fail2ban-client"))
    if done.stdout != theirs.stdout:
        yield "fail2ban reads the tree in another way"
    if done.returncode != 0:
        yield f"exit code {done.returncode}: {done.stdout[-300:]}"
    for line in (done.stdout + done.stderr).splitlines():
        if line.startswith("['config-error'") or re.match(r"[-\d]+ [\d:,]+ .*: ERROR ", line):
            yield line
    started = set(re.findall(r"^\['start', '([^']+)'\]$", done.stdout, re.MULTILINE))
    for jail in jails:
        if jail not in started:
            yield f"{jail} is not started"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tree", required=True)
    parser.add_argument("--client", required=True)
    parser.add_argument("--oracle", default=os.environ.get("GAOLER_ORACLE"))
    given = parser.parse_args()
    if not (given.oracle and os.path.isdir(given.oracle)):
        print("skipped: no oracle (GAOLER_ORACLE names no directory; make one with tools/oracle)")
        return SKIPPED
    names = ("paths-common.conf", "paths-debian.conf", "jail.conf")
    ours = read(*(os.path.join(given.tree, name) for name in names))
    theirs = read(*(os.path.join(given.oracle, "etc/fail2ban", name) for name in names))
    jails = [name for name in ours if name not in ("INCLUDES", "DEFAULT")]
    wrong = [*differences(ours, theirs), *missing_names(ours, theirs), *complaints(given.client, given.oracle, given.tree, jails)]
    for text in wrong:
        print(text)
    print(f"{len(jails)} jails, {len(wrong)} differences")
    return 1 if wrong or len(jails) < 80 else 0


if __name__ == "__main__":
    sys.exit(main())
