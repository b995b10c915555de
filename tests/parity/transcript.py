"""Says everything in commands.txt to a server and compares what the client prints.

  transcript.py --programs DIR [--pairs PAIR,...] [--commands FILE] [--keep]

DIR holds our fail2ban-client and, if built, fail2ban-server; GAOLER_ORACLE names the oracle. A pair is
CLIENT:SERVER, each `ours` or `oracle`. Every pair gets a fresh server with its own configuration, socket and
database, in a network namespace of its own; output, error output and exit code of each call are compared with those
of oracle:oracle. Exit code 1 if any differ, 77 without an oracle.
"""
import argparse
import difflib
import functools
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
CALL_SECONDS = 40
UNTIL_SECONDS = 10

CONFIGURATION = {
    "fail2ban.conf": """
        [Definition]
        loglevel = INFO
        logtarget = {dir}/fail2ban.log
        syslogsocket = auto
        socket = {dir}/f2b.sock
        pidfile = {dir}/f2b.pid
        dbfile = {dir}/f2b.sqlite3
        dbpurgeage = 1d
        """,
    "jail.conf": """
        [DEFAULT]
        backend = polling
        usedns = warn
        bantime = 600
        findtime = 10m
        maxretry = 3
        ignoreip = 127.0.0.1/8 ::1
        [one]
        enabled = true
        filter = plain
        logpath = {dir}/logs/one.log
        action = record[where="{dir}/marks"]
        [two]
        enabled = true
        filter = plain
        ignoreip =
        action = record[where="{dir}/marks"]
                 record[where="{dir}/more-marks", actname=again]
        [sleeping]
        filter = plain
        """,
    "filter.d/plain.conf": """
        [Definition]
        failregex = ^failure from <HOST>$
        ignoreregex =
        """,
    "action.d/record.conf": """
        [Definition]
        actionstart = echo start <name> >> <where>
        actionstop = echo stop <name> >> <where>
        actionban = echo ban <ip> >> <where>
        actionunban = echo unban <ip> >> <where>
        [Init]
        where = /dev/null
        """,
    "../logs/one.log": "",
    "../logs/two.log": "",
}


class Step:
    """One line of commands.txt."""

    def __init__(self, line):
        self.line = line
        self.mark = line[0] if line[:2] in ("~ ", "% ", "+ ") else ""
        self.until = None
        rest = line[2:] if self.mark else line
        if rest.startswith("@until "):
            _, self.until, rest = rest.split(" ", 2)
        self.words = shlex.split(rest)


def read_steps(path):
    lines = path.read_text().splitlines()
    return [Step(line) for line in lines if line and not line.startswith("#")]


def own_network():
    """Runs the rest of this script in a network namespace that ends with it."""
    if os.environ.get("GAOLER_OWN_NETWORK"):
        subprocess.run(["ip", "link", "set", "lo", "up"], check=False)
        return
    os.environ["GAOLER_OWN_NETWORK"] = "1"
    flags = "-n" if os.geteuid() == 0 else "-rn"
    os.execvp("unshare", ["unshare", flags, sys.executable, *sys.argv])


ENVIRONMENT = {**os.environ, "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}


def run_program(program, words):
    done = subprocess.run([program, *words], capture_output=True, text=True, errors="surrogateescape",
                          timeout=CALL_SECONDS, stdin=subprocess.DEVNULL, env=ENVIRONMENT)
    return done.returncode, done.stdout, done.stderr


class OracleClient:
    """The oracle's client, loaded once."""

    def __init__(self, oracle):
        self.process = subprocess.Popen(["/usr/bin/python3", "-W", "ignore", HERE / "oracle_client.py", oracle],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT)

    def __call__(self, words):
        self.process.stdin.write(json.dumps(words) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


class Run:
    """One pair's server and the calls of its client."""

    def __init__(self, client, server, directory):
        """client: what takes words and gives exit code, output and error output; server: the program that starts it."""
        self.client, self.server, self.directory = client, server, directory
        for name, text in CONFIGURATION.items():
            path = directory / "etc" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            lines = [line[8:] for line in text.replace("{dir}", str(directory)).splitlines()]
            path.write_text("\n".join(lines).lstrip("\n"))

    def call(self, client, words):
        own = ["-c", str(self.directory / "etc")] if "-c" not in words else []
        sockets = ["-s", str(self.directory / "f2b.sock"), "-p", str(self.directory / "f2b.pid")]
        words = [word.replace("{dir}", str(self.directory)) for word in words]
        code, output, errors = client([*own, *sockets, *words])
        return [f"exit code {code}"] + [
            f"{name} {line}" for name, text in (("out", output), ("err", errors))
            for line in self.plain(text).splitlines()]

    def plain(self, text):
        """Without what differs from run to run."""
        text = text.replace(str(self.directory), "{dir}")
        text = re.sub(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} (\S+) *\[\d+\]:", r"<time> \1:", text, flags=re.M)
        return re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "<time>", text)

    def step(self, step):
        end = time.monotonic() + UNTIL_SECONDS
        while True:
            result = self.call(self.client, step.words)
            if not step.until or step.until in "\n".join(result) or time.monotonic() > end:
                return result
            time.sleep(0.2)

    def transcript(self, steps):
        started = self.call(functools.partial(run_program, self.server), ["start"])
        try:
            return [["start", started]] + [[step.line, self.step(step)] for step in steps]
        finally:
            self.end_server()

    def end_server(self):
        """By the pid it wrote: ours to end, whatever became of the transcript."""
        try:
            os.kill(int((self.directory / "f2b.pid").read_text()), 15)
        except (OSError, ValueError):
            pass


def without_branches(lines):
    return sorted(re.sub(r"^out [|`]- ", "out ", line) for line in lines)


def agree(mark, wanted, got):
    if mark == "~":
        return wanted[:1] == got[:1]
    if mark == "%":
        return without_branches(wanted) == without_branches(got)
    if mark == "+":
        rest = iter([line.rstrip() for line in got])
        return all(line.rstrip() in rest for line in wanted)
    return wanted == got


def differences(pair, steps, reference, transcript):
    marks = {step.line: step.mark for step in steps}
    for (line, wanted), (_, got) in zip(reference, transcript):
        if not agree(marks.get(line, ""), wanted, got):
            changes = difflib.unified_diff(wanted, got, lineterm="", n=100)
            yield f"{pair}: {line}\n" + "\n".join(f"    {c}" for c in list(changes)[3:])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", required=True)
    parser.add_argument("--pairs")
    parser.add_argument("--commands", type=pathlib.Path, default=HERE / "commands.txt", help="another list")
    parser.add_argument("--keep", action="store_true", help="leave the directories of the runs")
    options = parser.parse_args()
    oracle = os.environ.get("GAOLER_ORACLE")
    if not oracle or not os.path.exists(f"{oracle}/bin/fail2ban-client"):
        print("skipped: GAOLER_ORACLE names no oracle (tools/oracle makes one)")
        return 77
    own_network()
    oracle_client = OracleClient(oracle)
    places = {"ours": options.programs, "oracle": f"{oracle}/bin"}
    has_server = os.path.exists(f"{options.programs}/fail2ban-server")
    default = "ours:oracle" + (",oracle:ours,ours:ours" if has_server else "")
    steps = read_steps(options.commands)
    print(f"{len(steps)} commands")
    transcripts = {}
    failed = 0
    for pair in ["oracle:oracle", *(options.pairs or default).split(",")]:
        client, server = pair.split(":")
        directory = pathlib.Path(tempfile.mkdtemp(prefix=f"gaoler-{client}-{server}-"))
        begin = time.monotonic()
        say = oracle_client if client == "oracle" else functools.partial(run_program, f"{places[client]}/fail2ban-client")
        run = Run(say, f"{places[server]}/fail2ban-client", directory)
        transcripts[pair] = run.transcript(steps)
        found = list(differences(pair, steps, transcripts["oracle:oracle"], transcripts[pair]))
        print("\n".join(found + [f"{pair}: {len(found)} differ, {time.monotonic() - begin:.1f} s"]), flush=True)
        failed += len(found)
        if options.keep:
            lines = (f"{line}\n    " + "\n    ".join(got) for line, got in transcripts[pair])
            (directory / "transcript").write_text("\n".join(lines), errors="surrogateescape")
            print(directory)
        else:
            shutil.rmtree(directory, ignore_errors=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
