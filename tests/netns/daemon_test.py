#!/usr/bin/env python3
"""The server as a process: under systemd (sockets handed over, news told), as the first process of a container.

    daemon_test.py --bin DIR --tree DIR [unittest option...]
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from harness import OPTIONS, ServerUnderTest, run_tests, sasl_failure  # noqa: E402

JAIL = """[one]
enabled = true
filter = postfix[mode=extra]
logpath = @DIR@/mail.log
maxretry = 1
findtime = 1h
"""


class Daemon(unittest.TestCase):
    def server_for(self, jails=JAIL, environment=None):
        self.server = ServerUnderTest(OPTIONS.bin, OPTIONS.tree, jails, environment=environment)
        self.addCleanup(self.server.close)
        return self.server

    def launch(self, words, wrapped=("exec",), **options):
        """Starts a program with its output where start() would put it; `wrapped`: shell text in front of it."""
        with open(self.server.output_file, "a", encoding="utf-8") as output:
            self.server.process = subprocess.Popen(["sh", "-c", " ".join(wrapped) + ' "$@"', "sh", *words],
                                                   stdout=output, stderr=subprocess.STDOUT, **options)
        self.server.wait(self.server.ready, what="the server's answer")


class UnderSystemd(Daemon):
    def setUp(self):
        directory = tempfile.mkdtemp(prefix="gaoler-notify-")
        self.addCleanup(shutil.rmtree, directory)
        self.manager = f"{directory}/notify"
        self.news = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.news.bind(self.manager)
        self.news.settimeout(30)
        self.addCleanup(self.news.close)

    def heard(self):
        return dict(line.split("=", 1) for line in self.news.recv(4096).decode().splitlines())

    def test_it_tells_of_its_start_reloads_and_end(self):
        server = self.server_for(environment={"NOTIFY_SOCKET": self.manager})
        server.start()
        pid = str(server.server_pid())
        self.assertEqual(self.heard(), {"READY": "1", "MAINPID": pid, "STATUS": "Serving 1 jails"})
        server.say("reload")
        told = self.heard()
        self.assertLess(abs(int(told.pop("MONOTONIC_USEC")) / 1e6 - time.monotonic()), 60)
        self.assertEqual(told, {"RELOADING": "1", "STATUS": "Reading the configuration"})
        self.assertEqual(self.heard()["READY"], "1")
        self.assertEqual(server.end(), 0)
        self.assertEqual(self.heard()["STOPPING"], "1")

    def test_a_start_that_fails_is_not_told_as_a_start(self):
        server = self.server_for(JAIL.replace("maxretry = 1", "maxretry = many"), {"NOTIFY_SOCKET": self.manager})
        self.assertEqual(server.run("fail2ban-server", "-xf", "start").returncode, 255)
        self.assertEqual(list(self.heard()), ["STOPPING", "STATUS"])

    def test_its_children_are_not_told_of_the_manager(self):
        server = self.server_for(environment={"NOTIFY_SOCKET": self.manager})
        server.write("action.d/env.conf", f"[Definition]\nactionstart = env > {server.directory}/env\nactionban =\n")
        server.write("jail.d/user-jail.local", JAIL.replace("@DIR@", server.directory) + "action = env\n")
        server.start()
        server.append(sasl_failure("192.0.2.1"))
        server.wait(lambda: "PATH=" in server.read(f"{server.directory}/env"), what="the action's environment")
        self.assertNotIn("NOTIFY_SOCKET", server.read(f"{server.directory}/env"))

    def test_a_socket_is_handed_over(self):
        server = self.server_for()
        os.mkdir(os.path.dirname(server.socket))
        with socket.socket(socket.AF_UNIX) as other, socket.socket(socket.AF_UNIX) as given:
            other.bind(f"{server.directory}/other.sock")
            given.bind(server.socket)
            for one in (other, given):
                one.listen()
            self.launch(server.command("fail2ban-server", "-f", "start"),
                        ["exec", f"3<&{other.fileno()}", f"4<&{given.fileno()}", ";", "export", "LISTEN_PID=$$",
                         "LISTEN_FDS=2", "LISTEN_FDNAMES=other:fail2ban.socket", ";", "exec"],
                        pass_fds=(other.fileno(), given.fileno()))
            self.assertEqual(server.say("ping"), "Server replied: pong")
            self.assertEqual(server.end(), 0)
            self.assertTrue(os.path.exists(server.socket), "whoever made the socket removes it")


class InAContainer(Daemon):
    def test_the_first_process_takes_orphans_and_signals(self):
        server = self.server_for()
        server.write("action.d/orphan.conf", "[Definition]\nactionban = (sleep 0.2 &) ; (sleep 0.3 &)\n")
        server.write("jail.d/user-jail.local", JAIL.replace("@DIR@", server.directory) + "action = orphan\n")
        container = ["unshare", "-pf", "--mount-proc", "--kill-child"]
        if subprocess.run([*container, "true"], capture_output=True, check=False).returncode != 0:
            self.skipTest("no process namespace can be had")
        server.start(container)
        first = self.children_of(server.process.pid)[0]
        self.assertEqual(server.read(f"/proc/{first}/comm").strip(), "fail2ban-server")
        self.assertEqual(self.namespace_pid(first), 1)
        server.append(sasl_failure("192.0.2.1"))
        server.wait_for_log("[one] Ban 192.0.2.1")
        time.sleep(0.5)
        server.wait(lambda: len(self.children_of(first)) == 1, what="the orphans to be gone")
        os.kill(first, signal.SIGUSR1)
        server.wait_for_log("rollover performed on")
        os.kill(first, signal.SIGTERM)
        self.assertEqual(server.process.wait(timeout=30), 0)
        self.assertIn("Exiting Fail2ban", server.log())
        self.assertFalse(os.path.exists(server.socket))

    @staticmethod
    def children_of(pid):
        return [int(child) for child in ServerUnderTest.read(f"/proc/{pid}/task/{pid}/children").split()]

    @staticmethod
    def namespace_pid(pid):
        return int(re.search(r"NSpid:.*\s(\d+)", ServerUnderTest.read(f"/proc/{pid}/status"))[1])


class Log(Daemon):
    def test_syslog_that_is_restarted_and_slow(self):
        server = self.server_for()
        path = f"{server.directory}/log.sock"
        server.start()
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as first:
            first.bind(path)
            first.settimeout(30)
            server.say("set", "syslogsocket", path)
            server.say("set", "logtarget", "SYSLOG[facility=mail]")
            server.say("set", "one", "findtime", "2h")
            self.assertRegex(self.until(first, "findtime"), rb"^<22>fail2ban.filter\[\d+\]: INFO   findtime: 7200\0$")
        os.remove(path)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as second:
            second.bind(path)
            second.settimeout(30)
            # Many more than a socket holds, while nobody reads.
            server.say("set", "one", "banip", *[f"10.0.0.{number}" for number in range(1, 41)])
            banned = set()
            while len(banned) < 40:
                line = second.recv(8192)
                found = re.search(rb"NOTICE \[one\] Ban (10\.0\.0\.\d+)\0$", line)
                if found:
                    banned.add(found[1])

    @staticmethod
    def until(reader, text):
        while True:
            line = reader.recv(8192)
            if text.encode() in line:
                return line

    def test_a_directory_that_disappears(self):
        server = self.server_for()
        os.mkdir(f"{server.directory}/log")
        server.log_file = f"{server.directory}/log/f2b.log"
        server.write("fail2ban.local", f"[Definition]\nlogtarget = {server.log_file}\ndbfile = {server.database}\n")
        server.start()
        os.rename(f"{server.directory}/log", f"{server.directory}/gone")
        refused = server.client("flushlogs")
        self.assertEqual(refused.returncode, 255)
        self.assertIn(f"Unable to log to '{server.log_file}': No such file or directory", refused.stdout)
        self.assertIn("Unable to log to", server.read(f"{server.directory}/gone/f2b.log"))
        os.mkdir(f"{server.directory}/log")
        self.assertEqual(server.say("flushlogs"), "logs: rolled over")
        self.assertIn("rollover performed on", server.log())


class StoppedWhileItStarts(Daemon):
    def test_a_stop_before_the_jails_are_complete_ends_it_in_order(self):
        jails = "".join(JAIL.replace("[one]", f"[jail{number}]") for number in range(30))
        for _ in range(3):
            server = self.server_for(jails)
            with open(server.output_file, "a", encoding="utf-8") as output:
                server.process = subprocess.Popen(server.command("fail2ban-server", "-xf", "start"), stdout=output,
                                                  stderr=subprocess.STDOUT)
            server.wait(lambda: "Creating new jail" in server.log(), what="the first jail")
            server.process.send_signal(signal.SIGTERM)
            self.assertEqual(server.process.wait(60), 0, server.log())
            self.assertIn("Exiting Fail2ban", server.log())
            server.close()


if __name__ == "__main__":
    sys.exit(run_tests())
