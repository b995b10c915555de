#!/usr/bin/env python3
"""`fail2ban-client -t` on good and bad trees: exit code and stdout as fail2ban's; with -d and --dp as well.

    test_mode.py --client PATH
"""

import argparse
import os
import subprocess
import sys
import tempfile

import sides

JAIL = "[j]\nenabled = true\nfilter = f\n"
FILTER = {"filter.d/f.conf": "[Definition]\nfailregex = x <HOST>\n"}
TREES = {
    "good": {"jail.conf": JAIL + "logpath = /dev/null\n", **FILTER},
    "no jail enabled": {"jail.conf": "[j]\nfilter = f\n"},
    "no jail.conf": {},
    "missing filter": {"jail.conf": JAIL + "[k]\nenabled = true\nfilter = gone\n", **FILTER},
    "missing action": {"jail.conf": JAIL + "action = gone\n", **FILTER},
    "misspelt parameters": {"jail.conf": "[j]\nenabled = true\nfilter = f[a b]\n", **FILTER},
    "missing logs": {"jail.conf": JAIL + "logpath = /nowhere/*\n", **FILTER},
    "line without delimiter": {"jail.conf": "[j]\nenabled\n"},
    "option given twice": {"jail.conf": "[j]\nenabled = true\nenabled = true\n"},
    "no section": {"jail.conf": "x = 1\n"},
    "undefined name": {"jail.conf": JAIL + "bantime = %(gone)s\n", **FILTER},
    "circle of tags": {"jail.conf": JAIL, "filter.d/f.conf": "[Definition]\nfailregex = <a>\na = <b>\nb = <a>\n"},
    "wrong bool": {"jail.conf": "[j]\nenabled = maybe\n"},
    "wrong number": {"jail.conf": JAIL + "maxretry = x\n", **FILTER},
}


def run(program, directory, options):
    done = subprocess.run([program, "-c", directory, *options], capture_output=True, text=True, check=False)
    return done.stdout, done.returncode


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--client", required=True)
    client = parser.parse_args().client
    oracle = os.path.join(sides.oracle_directory(), "bin/fail2ban-client")
    different = 0
    for name, files in TREES.items():
        with tempfile.TemporaryDirectory() as tree:
            for path, text in {"fail2ban.conf": "[Definition]\nloglevel = INFO\n", **files}.items():
                os.makedirs(os.path.dirname(os.path.join(tree, path)), exist_ok=True)
                with open(os.path.join(tree, path), "w", encoding="utf-8") as file:
                    file.write(text)
            for options in (["-t"], ["-t", "-d"], ["-t", "--dp"]):
                theirs = run(oracle, tree, options)
                difference = sides.first_difference(theirs, run(client, tree, options))
                different += difference is not None
                print(f"{name} {' '.join(options)}: {difference or f'equal, exit code {theirs[1]}'}")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
