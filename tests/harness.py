"""A fail2ban server under test: a tree of its own, a network namespace of its own, its client beside it.

Used by the tests in Python. The programs are ours or the oracle's, by their directory: a test that passes with both
tests behaviour and not us. Everything lives in one temporary directory; close() ends what was started.
"""

import argparse
import datetime
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

SKIPPED = 77
NSENTER = shutil.which("nsenter")


def can_have_namespaces():
    return os.geteuid() == 0 and subprocess.run(["unshare", "-n", "true"], capture_output=True).returncode == 0


OPTIONS = argparse.Namespace()  # --bin and --tree of the run; filled by run_tests()


def run_tests():
    """The main() of a file of unittests on a real kernel: its exit code, 77 with the reason where none can be had."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True)
    parser.add_argument("--tree", required=True)
    _, rest = parser.parse_known_args(namespace=OPTIONS)
    if not can_have_namespaces():
        print("skipped: network namespaces need root")
        return SKIPPED
    if shutil.which("nft") is None:
        print("skipped: nft is not installed")
        return SKIPPED
    return not unittest.main(argv=[sys.argv[0], *rest], exit=False, verbosity=2).result.wasSuccessful()


def log_line(text, ago=0, host="mail"):
    """A line as docker-mailserver's rsyslog writes it, so many seconds ago."""
    moment = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=ago)
    return f"{moment.isoformat(timespec='microseconds')} {host} {text}\n"


def sasl_failure(address, ago=0):
    return log_line(f"postfix/smtpd[812]: warning: unknown[{address}]: SASL LOGIN authentication failed: UGFzc3dvcmQ6", ago)


class ServerUnderTest:
    def __init__(self, programs, tree, jails, settings="", environment=None):
        self.programs = programs
        self.directory = tempfile.mkdtemp(prefix="gaoler-test-")
        self.tree = f"{self.directory}/etc"
        shutil.copytree(tree, self.tree)
        for name in os.listdir(f"{self.tree}/jail.d"):
            os.remove(f"{self.tree}/jail.d/{name}")
        self.socket = f"{self.directory}/run/f2b.sock"
        self.pidfile = f"{self.directory}/run/f2b.pid"
        self.log_file = f"{self.directory}/f2b.log"
        self.output_file = f"{self.directory}/output"  # what the foreground server prints
        self.database = f"{self.directory}/f2b.sqlite3"
        self.mail_log = f"{self.directory}/mail.log"
        open(self.mail_log, "w", encoding="utf-8").close()
        self.write("jail.d/user-jail.local", jails.replace("@DIR@", self.directory))
        self.write("filter.d/custom.conf", "[Definition]\n")
        self.write("fail2ban.local", f"[Definition]\nlogtarget = {self.log_file}\ndbfile = {self.database}\n{settings}")
        self.environment = dict(os.environ, **(environment or {}))
        self.process = None
        # A process that holds the namespace, so that it outlives the servers in it.
        self.holder = subprocess.Popen(["unshare", "-n", "sleep", "900"])
        self.wait(lambda: os.readlink(f"/proc/{self.holder.pid}/ns/net") != os.readlink("/proc/self/ns/net"))
        self.inside("ip", "link", "set", "lo", "up")

    # Files.
    def write(self, name, text):
        path = os.path.join(self.tree, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)

    def append(self, text, path=None):
        mode = "ab" if isinstance(text, bytes) else "a"
        with open(path or self.mail_log, mode) as out:
            out.write(text)

    @staticmethod
    def read(path):
        """The content, nothing of a file that is not there."""
        try:
            with open(path, encoding="utf-8", errors="replace") as text:
                return text.read()
        except FileNotFoundError:
            return ""

    def log(self):
        return self.read(self.log_file)

    # Programs.
    def command(self, program, *words):
        options = ["-c", self.tree, "-s", self.socket, "-p", self.pidfile]
        return [NSENTER, "-t", str(self.holder.pid), "-n", f"{self.programs}/{program}", *options, *words]

    def inside(self, *words):
        done = subprocess.run([NSENTER, "-t", str(self.holder.pid), "-n", *words], capture_output=True, text=True)
        return done.stdout

    def run(self, program, *words, timeout=60):
        return subprocess.run(self.command(program, *words), capture_output=True, text=True, timeout=timeout,
                              env=self.environment)

    def client(self, *words):
        return self.run("fail2ban-client", *words)

    def say(self, *words):
        """What the client prints for a command that must succeed."""
        done = self.client(*words)
        if done.returncode != 0:
            raise AssertionError(f"{' '.join(words)}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout.rstrip("\n")

    def start(self, wrapped=()):
        """wrapped: words of a program that becomes the server."""
        command = self.command("fail2ban-server", "-xf", "start")
        with open(self.output_file, "a", encoding="utf-8") as output:
            self.process = subprocess.Popen([*command[:4], *wrapped, *command[4:]], env=self.environment,
                                            stdout=output, stderr=subprocess.STDOUT)
        self.wait(self.ready, what="the server's answer")
        return self

    def ready(self):
        if self.process.poll() is not None:
            raise AssertionError("the server has ended: " + self.read(self.output_file) + self.log())
        # A pong comes before the jails: wait for the last of them as well.
        names = re.findall(r"Jail '([^']+)' started", self.log())
        return self.client("ping").returncode == 0 and len(names) >= self.wanted_jails()

    def wanted_jails(self):
        return len(set(re.findall(r"Creating new jail '([^']+)'", self.log()))) or 1

    def send(self, number):
        os.kill(self.server_pid(), number)

    def server_pid(self):
        return int(self.read(self.pidfile))

    def end(self, number=signal.SIGTERM):
        """Ends the server by a signal and gives its exit code."""
        self.send(number)
        return self.process.wait(timeout=60)

    def close(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.holder.kill()
        self.holder.wait()
        shutil.rmtree(self.directory, ignore_errors=True)

    # What is seen from outside.
    def wait(self, condition, seconds=30, what="a condition"):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if condition():
                return
            time.sleep(0.05)
        raise AssertionError(f"waited {seconds} s for {what}\n{self.log()[-4000:]}")

    def elements(self, jail, family="inet"):
        """The addresses in the jail's set; nothing if there is no set."""
        prefix = "addr6-set-" if family == "inet6" else "addr-set-"
        listing = self.inside("nft", "list", "set", "inet", "f2b-table", prefix + jail)
        found = re.search(r"elements = \{(.*?)\}", listing, re.S)
        return sorted(found[1].replace("\n", " ").replace(" ", "").replace("\t", "").split(",")) if found else []

    def ruleset(self):
        return self.inside("nft", "list", "ruleset").strip()

    def wait_for_elements(self, jail, wanted, seconds=30):
        self.wait(lambda: self.elements(jail) == sorted(wanted), seconds, f"{jail} to hold {wanted}")

    def wait_for_log(self, text, seconds=30):
        self.wait(lambda: text in self.log(), seconds, f"'{text}' in the log")


class OwnNames(ServerUnderTest):
    """Its programs see a resolv.conf of their own, which names 127.0.0.1 of its namespace."""

    def command(self, program, *words):
        resolv = f"{self.directory}/resolv.conf"
        with open(resolv, "w", encoding="ascii") as out:
            out.write("nameserver 127.0.0.1\n")
        whole = super().command(program, *words)
        return ["unshare", "-m", "sh", "-c", 'mount --bind "$0" "$(readlink -f /etc/resolv.conf)" && exec "$@"', resolv, *whole]
