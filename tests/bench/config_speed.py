#!/usr/bin/env python3
"""How many times faster is `-d` with every jail enabled than the oracle's, and are the commands the same?

  config_speed.py --client PATH [--rounds N] [--at-least TIMES]

Both programs read the oracle's own tree with `[DEFAULT] enabled = true` in jail.local. They run by turns, so that
other work on the machine hits both; of several rounds the best counts, of the clock and of processor time. Exit code
1 if the output differs or the ratio by the clock is below --at-least. Needs GAOLER_ORACLE; says so and exits 77 without.
"""
import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time


class Side:
    def __init__(self, program, tree):
        self._arguments = [program, "-c", tree, "-d"]
        self.output = None
        self.clock = self.processor = float("inf")

    def run(self):
        before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        done = subprocess.run(self._arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
        clock, after = time.monotonic() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
        self.output = (done.returncode, done.stdout)
        self.clock = min(self.clock, clock)
        self.processor = min(self.processor, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--client", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--at-least", type=float, default=20)
    options = parser.parse_args()
    oracle = os.environ.get("GAOLER_ORACLE")
    if not oracle:
        print("skipped: GAOLER_ORACLE is not set (see tools/oracle)")
        return 77
    with tempfile.TemporaryDirectory() as scratch:
        tree = os.path.join(scratch, "fail2ban")
        shutil.copytree(os.path.join(oracle, "etc/fail2ban"), tree)
        with open(os.path.join(tree, "jail.local"), "w", encoding="utf-8") as file:
            file.write("[DEFAULT]\nenabled = true\n")
        theirs, ours = Side(os.path.join(oracle, "bin/fail2ban-client"), tree), Side(options.client, tree)
        for _ in range(options.rounds):
            theirs.run()
            ours.run()
            ours.run()
    ratio = theirs.clock / ours.clock
    same = theirs.output == ours.output
    print(f"{'':10} {'clock':>10} {'processor':>10}")
    for name, side in (("fail2ban", theirs), ("ours", ours)):
        print(f"{name:10} {side.clock * 1e3:7.1f} ms {side.processor * 1e3:7.1f} ms")
    print(f"{ratio:.1f} times faster by the clock, {theirs.processor / max(ours.processor, 1e-4):.1f} by processor time; "
          f"{ours.output[1].count(bytes([10]))} lines, {'the same' if same else 'DIFFERENT'}")
    return 0 if same and ratio >= options.at_least else 1


sys.exit(main())
