"""The two sides of the comparison: fail2ban's own client code in this process, our reader in one long-lived child.

Both answer for a directory with what `fail2ban-client -c DIRECTORY -d` prints and its exit code.
"""

import contextlib
import io
import logging
import os
import subprocess
import sys

SKIPPED = 77
CLIENT_ERROR = "ERROR: client options\n"


def oracle_directory():
    """GAOLER_ORACLE, or the end of this test with a reason."""
    directory = os.environ.get("GAOLER_ORACLE", "")
    if not os.path.isdir(os.path.join(directory, "lib", "fail2ban")):
        print("skipped: GAOLER_ORACLE names no directory made by tools/oracle")
        sys.exit(SKIPPED)
    return directory


class Oracle:
    """Imports the oracle's modules once and runs its command line for each directory."""

    def __init__(self, directory):
        sys.dont_write_bytecode = True
        sys.path.insert(0, os.path.join(directory, "lib"))
        from fail2ban import version
        from fail2ban.client import fail2bancmdline

        self.version = tuple(int(part) for part in version.version.split(".")[:3])

        fail2bancmdline.PRODUCTION = False
        self._command_line = fail2bancmdline.Fail2banCmdLine
        logging.getLogger("fail2ban").addHandler(logging.NullHandler())
        logging.getLogger("fail2ban").propagate = False

    def dump(self, directory):
        out = io.StringIO()
        command_line = self._command_line()
        with contextlib.redirect_stdout(out):
            good = command_line.initCmdLine(["fail2ban-client", "-c", directory, "-d"])
        text = out.getvalue()
        if text.strip() == "ERROR:":  # out of memory
            text = "ERROR: The configuration stream failed because of the invalid syntax.\n"
        # Mistakes in fail2ban.conf's own client options are told in many words before any stream.
        if not good and text.startswith("ERROR: ") and "configuration stream failed" not in text:
            text = CLIENT_ERROR
        return text, 0 if good else 255


class Ours:
    def __init__(self, program):
        self._child = subprocess.Popen([program, "--serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def dump(self, directory):
        self._child.stdin.write(directory.encode() + b"\n")
        self._child.stdin.flush()
        header = self._child.stdout.readline().split()
        if len(header) != 2:
            raise RuntimeError(f"our reader died on {directory}")
        text = self._child.stdout.read(int(header[1]))
        return text.decode("utf-8", "surrogateescape"), int(header[0])


def first_difference(oracle, ours):
    """Nothing if both are the same, else a line or two about where they part."""
    if oracle == ours:
        return None
    if oracle[0] == ours[0]:
        return f"exit code: fail2ban {oracle[1]}, ours {ours[1]}"
    theirs, mine = oracle[0].split("\n"), ours[0].split("\n")
    for number, (a, b) in enumerate(zip(theirs + [""], mine + [""]), 1):
        if a != b:
            return f"line {number}:\n  fail2ban {a[:400]}\n  ours     {b[:400]}"
    return f"fail2ban {len(theirs)} lines, ours {len(mine)}"
