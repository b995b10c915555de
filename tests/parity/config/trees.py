#!/usr/bin/env python3
"""Whole configuration trees, read by fail2ban and by us, compared byte for byte: commands and exit code.

    trees.py --program CONFIG_DUMP

The oracle's own tree as it is and with every jail enabled, docker-mailserver's configuration on it where its files are
at hand (../shared/data beside the project), and the trees in cases/, one for each difference that was ever found.
"""

import argparse
import os
import shutil
import sys
import tempfile

import sides

HERE = os.path.dirname(os.path.abspath(__file__))
MAIL_FILES = os.path.join(HERE, "../../../../shared/data/docker-mailserver")
MAIL_TARGETS = {
    "fail2ban-jail.cf": "jail.d/user-jail.local",
    "fail2ban-fail2ban.cf": "fail2ban.local",
    "jail.local": "jail.local",
    "fixes.local": "fail2ban.d/fixes.local",
}


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def enable_all(tree):
    write(os.path.join(tree, "jail.local"), "[DEFAULT]\nenabled = true\n")


def as_mail_server(tree):
    for source, target in MAIL_TARGETS.items():
        shutil.copyfile(os.path.join(MAIL_FILES, source), os.path.join(tree, target))
    write(os.path.join(tree, "filter.d/custom.conf"), "[Definition]\n")
    write(os.path.join(tree, "action.d/nftables-common.local"), "[Init]\nblocktype = drop\n")
    path = os.path.join(tree, "action.d/nftables.conf")
    with open(path, encoding="utf-8") as file:
        lines = file.readlines()
    added = "_nft_add_set = <nftables> add set <table_family> <table> <addr_set> { type <addr_type>; flags interval; }\n"
    write(path, "".join(added if line.startswith("_nft_add_set = ") else line for line in lines))


def trees(oracle_directory, scratch):
    """(name, directory) of all trees."""
    stock = os.path.join(oracle_directory, "etc/fail2ban")
    yield "stock", stock
    changes = {"every jail": enable_all}
    if os.path.isdir(MAIL_FILES):
        changes["mail server"] = as_mail_server
    for name, change in changes.items():
        tree = os.path.join(scratch, name.replace(" ", "-"))
        shutil.copytree(stock, tree)
        change(tree)
        yield name, tree
    cases = os.path.join(HERE, "cases")
    for name in sorted(os.listdir(cases)):
        yield name, os.path.join(cases, name)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    options = parser.parse_args()
    directory = sides.oracle_directory()
    oracle, ours = sides.Oracle(directory), sides.Ours(options.program)
    different = 0
    with tempfile.TemporaryDirectory() as scratch:
        for name, tree in trees(directory, scratch):
            theirs = oracle.dump(tree)
            difference = sides.first_difference(theirs, ours.dump(tree))
            different += difference is not None
            print(f"{name}: {difference or str(theirs[0].count(chr(10))) + ' lines, equal'}")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
