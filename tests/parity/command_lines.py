#!/usr/bin/env python3
"""fail2ban-regex on odd command lines and logs: what we print and our exit code beside the oracle's.

  command_lines.py --program PATH [--count N] [--seed N]

Command lines are put together at random, always the same for a seed: options and combinations of them, logs that are
empty, damaged or in other encodings, literal lines, jails, filters, expressions that are none. Where the oracle ends
with a traceback, we must only say no too. Exit 1 on a difference.
"""
import argparse
import contextlib
import io
import itertools
import pathlib
import random
import re
import shlex
import subprocess
import sys
import tempfile

import engine

LINES = [
    "Nov 22 10:00:00 host sshd[1]: Failed password for root from 203.0.113.1 port 22 ssh2",
    "Nov 22 10:00:01 host sshd[1]: Failed password for invalid user ab c from 2001:db8::1 port 22 ssh2",
    "Nov 22 10:00:02 host sshd[2]: Invalid user bob from 203.0.113.2",
    "Nov 22 10:00:03 host sshd[2]: Accepted password for root from 203.0.113.3 port 1 ssh2",
    "Nov 22 10:00:04 host app: failed from localhost and from ::ffff:203.0.113.9",
    "nothing here",
    "Nov 31 10:00:05 host app: failed from 203.0.113.4",
    "failed from 203.0.113.5",
    "1795341600 failed from 203.0.113.6 \u00e9t\u00e9",
]
TEXT = "\n".join(LINES) + "\n"
LOGS = {
    "plain": TEXT.encode(),
    "unended": TEXT.rstrip("\n").encode(),
    "empty": b"",
    "newline": b"\n",
    "comments": b"# only\n#\n",
    "blanks": b"   \n \n\t\n" + TEXT.encode(),
    "nothing": b"nothing\nat all\n",
    "many": TEXT.encode() * 4,
    "crlf": TEXT.replace("\n", "\r\n").encode(),
    "broken": TEXT.encode().replace(b"root", b"r\xff\xfe\xe9"),
    "nul": TEXT.encode().replace(b"root", b"r\0t"),
    "utf16": TEXT.encode("utf-16"),
    "latin1": TEXT.encode("latin-1"),
    "separators": b"Nov 22 10:00:04 failed from 203.0.113.4\rmore\n Nov 22 x\x0bfailed from 203.0.113.4\x0c\n"
                  b"\xc2\x85failed from 203.0.113.7\xe2\x80\xa8x\n",
}
FILTERS = {
    "own": "[Definition]\nprefregex = ^\\s*\\S+ \\w+: <F-CONTENT>.+</F-CONTENT>$\n"
           "failregex = ^failed from <HOST>\n  ^<F-NOFAIL>nothing</F-NOFAIL>\nmaxlines = 1\n[Init]\nabc = 1\n",
    "plain": "[Definition]\nfailregex = failed from <HOST>(?: user=<F-USER>[^>]*</F-USER>)?\n   from <ADDR>\n",
    "multi": "[Definition]\nfailregex = ^.*password.*<SKIPLINES>.*Invalid user <F-USER>\\S+</F-USER> from <HOST>\n"
             "maxlines = 5\ndatepattern = {^LN-BEG}\n",
}
WORDS = [
    "Nov 22 10:00:00 host sshd[1]: Failed password for root from 203.0.113.1 port 22 ssh2", "",
    "a\nb\nfailed from 203.0.113.1\nd\ne\nf\ng", "failed from 203.0.113.1\\nx", "x" * 80, "f\u00e9" * 40, "# comment",
    "  ", "a\r\nfrom 203.0.113.1\r\n", "/nonexistent.log", "/tmp", "failed from [2001:db8::1]",
]
REGEXES = [
    "failed from <HOST>", "from <HOST>", "sshd", "filter.d/sshd.conf", "filter.d/sshd.conf[mode=aggressive]",
    "sshd[mode=ddos]", "sshd[mode=extra,logtype=journal]", "sshd[mode=bogus]", "filter.d/postfix", "postfix[mode=auth]",
    "dovecot[maxlines=3]", "apache-auth", "recidive", "nosuchjail", "filter.d/nosuch.conf", "/nonexistent/x.conf",
    "filter.d/common.conf", "jail.conf", "./filter.d/sshd.conf", "sshd[", "sshd[a", "polish[]", "[sshd]", "^(", "x", "",
    "<HOST> <F-USER>(", "failed", "(?P<host>\\S+)$", "<F-ID>\\S+</F-ID>$", "from <SUBNET>", "from <CIDR>", "from <DNS>",
    "^app: failed from (?:<ADDR>|<F-ID>\\w+</F-ID>)", "<F-NOFAIL>nothing</F-NOFAIL>|from <HOST>", "f\u00e9 <HOST>",
    "from <HOST>$\n^nothing", "failed from <HOST>(?P<a>x)?", "sshd[datepattern='%%Y']",
    'filter.d/sshd.conf[usedns=no,failregex="from <HOST>"]', "filter.d/sshd.conf[maxlines=2,x=1,x=2]",
    "filter.d/dropbear.conf[prefregex='']", "{own}", "{plain}", "{multi}", "{plain}[datepattern='%%Y']",
    "<F-MLFID>host</F-MLFID> \\S+ <F-MLFFORGET>Failed</F-MLFFORGET>.* from <HOST>",
]
OPTIONS = [
    [], ["-v"], ["-vv"], ["-vvv"], ["-D"], ["-D", "-v"], ["--print-all-matched", "-D"], ["--print-all-missed"],
    ["--print-all-ignored"], ["--print-all-matched"], ["--print-no-missed"], ["--print-no-ignored"],
    ["--print-no-missed", "--print-all-missed"], ["--print-all"], ["--print-all-mi"], ["-L", "0"], ["-L", "1"],
    ["-L", "3"], ["-L", "x"], ["-L", "2", "-D", "--print-all-matched"], ["-r"], ["--usedns", "no"], ["--usedns", "raw"],
    ["--usedns", "yes"], ["--usedns", "bogus"], ["-o", "row"], ["-o", "id"], ["-o", "fid"], ["-o", "ip"], ["-o", "msg"],
    ["-o", "user"], ["-o", "host"], ["-o", "x"], ["-o", "ip4"], ["-o", "matches"], ["-o", ""], ["-o", "<ip"],
    ["-o", "<ip> <F-USER> <fid>"], ["-o", "<msg>"], ["-o", "<time> <matches>"], ["-o", "<F-*>"],
    ["-o", "<F-IP4>|<F-ip4>|<family>|<ip-rev>|<failures>|<br>|<sp>|<bancount>|<restored>"],
    ["-o", "<nosuch> %(a)s <F-MSG> <<ip>> <F-FID> <F-HOST>"], ["-ovv"], ["-vo", "row"], ["-r", "-o", "<ip>"],
    ["--no-check-all"], ["-d", "%Y"], ["-d", "{NONE}"], ["-d", "EPOCH"], ["-d", "^%b %d %H:%M:%S"], ["-d", "{DATE}"],
    ["-d", "%q"], ["--datepattern=%Y-%m"], ["--timezone", "UTC"], ["--timezone", "UTC+0530"], ["--timezone", "bogus"],
    ["-e", "utf-8"], ["-e", "latin-1"], ["-e", "ascii"], ["-e", "cp1252"], ["-e", "nosuch"],
    ["-m", "_A=b + C=d"], ["-m", '"'], ["-l", "error"], ["-l", "nosuch"],
    ["--verbosity", "2"], ["--verbosity", "0", "-v"], ["-v", "--VD"], ["--verbose-date"], ["-vv", "--verbose-date"],
    ["--print-all-matched", "--print-all-missed", "--print-all-ignored", "-vv"], ["--bogus"],
    ["-c", "/nonexistent"],
]
if engine.VERSION != "1.1.0":
    OPTIONS += [["-i", "-o", out] for out in ("msg", "row", "id", "<msg>", "<time> <msg>", "<ip>|<F-USER>|<matches>")]
IGNORES = [None, None, None, "203", "^nothing", "(", "", "filter.d/sshd.conf", "sshd", "from <HOST>", "localhost$", "\u00e9"]


def command_lines(directory, seed, count):
    choose = random.Random(seed)
    names = {name: str(directory / f"{name}.conf") for name in FILTERS}
    for _ in range(count):
        arguments = [*choose.choice(OPTIONS)]
        for chance in (0.5, 0.2):
            if choose.random() < chance:
                arguments += choose.choice(OPTIONS)
        log = directory / (choose.choice(list(LOGS)) + ".log") if choose.random() < 0.75 else choose.choice(WORDS)
        regex = re.sub(r"\{(own|plain|multi)\}", lambda found: names[found[1]], choose.choice(REGEXES))
        arguments += [str(log), regex]
        ignore = choose.choice(IGNORES)
        if ignore is not None:
            arguments.append(ignore)
        yield arguments if "-c" in arguments else ["-c", str(engine.CONFIG), *arguments]


def oracle(arguments):
    """Exit code and output; no code after a traceback."""
    out = io.StringIO()
    engine.tool.output = lambda text: out.write(f"{text}\n")
    handlers = list(engine.tool.logSys.handlers)
    code = 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        try:
            engine.tool.exec_command_line(list(arguments))
        except SystemExit as end:
            code = end.code or 0
        except Exception:
            code = None
        finally:
            engine.tool.logSys.handlers = handlers
    return code, out.getvalue()


def ours(program, arguments):
    done = subprocess.run([program, *arguments], capture_output=True, timeout=60, stdin=subprocess.DEVNULL)
    return done.returncode, done.stdout.decode(errors="replace")


def normal(text):
    text = engine.normal_report(text)
    text = re.sub(r"\{('[^{}:]*')\}", lambda found: repr(sorted(found[1].split(", "))), text)  # a set has no order
    text = re.sub(r"(?m)^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} (fail2ban\S*) *\[\d+\]:", r"\1", text)
    return re.sub(r"\b1[789]\d{8}\.\d+", "now", text)  # the time of a line without a date


def tells_apart(arguments):
    """False for what docs/differences.md lists: log lines of -vv, tracebacks of -v, help, dates refused early."""
    words = " ".join(arguments)
    logs = "-l" in arguments and any(word.startswith(("-v", "--verbos", "-ovv")) for word in arguments)
    verbose = any(re.match(r"-v|--verbos", word) for word in arguments)
    wrong = any(part in words for part in ("bogus", '-m "', "%q", "--usedns yes"))
    return not logs and not (verbose and wrong)


def same(theirs, mine):
    if theirs[0] is None:
        return True
    if theirs[0] == 2 or mine[0] == 2 or theirs[1].startswith("Usage"):
        return theirs[0] == mine[0]
    return theirs[0] == mine[0] and normal(theirs[1]) == normal(mine[1])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--count", type=int, default=250)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    wrong = count = 0
    with tempfile.TemporaryDirectory() as scratch:
        directory = pathlib.Path(scratch)
        for name, content in LOGS.items():
            (directory / f"{name}.log").write_bytes(content)
        for name, content in FILTERS.items():
            (directory / f"{name}.conf").write_text(content)
        for arguments in filter(tells_apart, command_lines(directory, args.seed, args.count)):
            count += 1
            theirs, mine = oracle(arguments), ours(args.program, arguments)
            if same(theirs, mine):
                continue
            wrong += 1
            pairs = itertools.zip_longest(normal(theirs[1]).splitlines(), normal(mine[1]).splitlines())
            left, right = next((pair for pair in pairs if pair[0] != pair[1]), ("", ""))
            print(f"{shlex.join(arguments)}\n  oracle: {theirs[0]} {left!r}\n  ours:   {mine[0]} {right!r}")
    print(f"{count} command lines, {wrong} differ")
    return 1 if wrong or not count else 0


if __name__ == "__main__":
    sys.exit(main())
