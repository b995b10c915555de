#!/usr/bin/env python3
"""What goes wrong outside gives a clear error and harms nothing else: configuration, lines, socket bytes, commands.

    bad_input_test.py --bin DIR --tree DIR [unittest option...]
"""

import os
import socket
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from harness import OPTIONS, ServerUnderTest, log_line, run_tests, sasl_failure  # noqa: E402

JAILS = """
[DEFAULT]
bantime = 1h
maxretry = 2
banaction = nftables-allports
backend = auto

[postfix]
enabled = true
mode = extra
logpath = @DIR@/mail.log
"""

class BadInputTest(unittest.TestCase):
    def server(self, more="", environment=None):
        server = ServerUnderTest(OPTIONS.bin, OPTIONS.tree, JAILS + more, environment=environment)
        self.addCleanup(server.close)
        return server

    def assert_bans_go_on(self, server, address="203.0.113.9"):
        server.append(sasl_failure(address) * 2)
        server.wait(lambda: address in server.elements("postfix"), what=address + " to be banned")

    # Configuration.
    def test_a_wrong_option_of_the_program(self):
        done = self.server().run("fail2ban-server", "--nonsense")
        self.assertEqual(done.returncode, 255)
        self.assertIn("nonsense", done.stdout + done.stderr)

    def test_a_broken_line_is_named_with_its_file_and_number(self):
        server = self.server()
        server.write("jail.d/broken.local", "[postfix]\nmaxretry 3\n")
        for program, words in (("fail2ban-client", ["-t"]), ("fail2ban-server", ["-xf", "start"])):
            done = server.run(program, *words)
            self.assertEqual(done.returncode, 255)
            self.assertIn("jail.d/broken.local:2", done.stdout + done.stderr)

    def test_an_unreadable_file_is_named(self):
        server = self.server()
        os.remove(f"{server.tree}/jail.d/user-jail.local")
        os.mkdir(f"{server.tree}/jail.d/user-jail.local")
        done = server.client("-t")
        self.assertIn("user-jail.local", done.stdout + done.stderr)

    def test_an_unknown_filter_costs_only_its_jail(self):
        server = self.server("\n[lost]\nenabled = true\nfilter = there-is-none\nlogpath = @DIR@/mail.log\n")
        test = server.client("-t")
        self.assertEqual(test.returncode, 255)
        self.assertIn("there-is-none", test.stdout + test.stderr)
        server.start()
        self.assert_bans_go_on(server)
        self.assertIn("Jail 'lost' skipped, because of wrong configuration", server.log())

    def test_a_bad_regex_stops_the_start_and_says_why(self):
        server = self.server("\n[typo]\nenabled = true\nfilter =\nfailregex = from (<HOST>\nlogpath = @DIR@/mail.log\n")
        done = server.run("fail2ban-server", "-xf", "start")
        self.assertEqual(done.returncode, 255)
        self.assertIn("Unable to compile regular expression", done.stdout + done.stderr)

    def test_a_bad_regex_at_reload_changes_nothing(self):
        server = self.server().start()
        self.assert_bans_go_on(server, "203.0.113.1")
        server.write("filter.d/typo.conf", "[Definition]\nfailregex = from (<HOST>\n")
        server.write("jail.d/typo.local", f"[typo]\nenabled = true\nlogpath = {server.mail_log}\n"
                                          "[postfix]\nmaxretry = 77\n")
        done = server.client("reload")
        self.assertEqual(done.returncode, 255)
        self.assertIn("Unable to compile regular expression", done.stdout + done.stderr)
        self.assertEqual(server.say("get", "postfix", "maxretry"), "2")
        self.assertEqual(server.elements("postfix"), ["203.0.113.1"])
        self.assert_bans_go_on(server, "203.0.113.2")

    # Lines.
    def test_a_line_of_a_mebibyte_and_bytes_that_are_no_utf8(self):
        server = self.server().start()
        server.append(log_line("postfix/smtpd[1]: warning: " + "x" * (1 << 20)))
        server.append(b"\xff\xfe\x80 broken \xc3\n")
        self.assert_bans_go_on(server)
        self.assertIn("Error decoding line from", server.log())

    # Commands and the socket.
    def test_no_server_is_said_in_one_line(self):
        done = self.server().client("status")
        self.assertEqual(done.returncode, 255)
        self.assertIn("Is fail2ban running?", done.stderr)

    def test_a_dead_socket_is_said_and_x_replaces_it(self):
        server = self.server()
        os.makedirs(os.path.dirname(server.socket), mode=0o700)
        dead = socket.socket(socket.AF_UNIX)
        dead.bind(server.socket)
        dead.close()
        done = server.client("status")
        self.assertEqual(done.returncode, 255)
        self.assertIn("Unable to contact server. Is it running?", done.stderr)
        refused = server.run("fail2ban-server", "-f", "start")
        self.assertEqual(refused.returncode, 255)
        self.assertIn("not running but the socket exists", refused.stdout + refused.stderr)
        server.start()  # with -x

    def test_garbage_on_the_socket_is_answered_and_harms_nobody(self):
        server = self.server().start()
        end = b"<F2B_END_COMMAND>"
        hostile = [b"garbage", b"", b"\x80\x05cos\nsystem\n(S'touch /tmp/pwned'\ntR.", b"\x80\x05]\x94(" * 1000,
                   b"\x80\x05X\xff\xff\xff\x7f"]
        for message in hostile:
            with socket.socket(socket.AF_UNIX) as peer:
                peer.settimeout(10)
                peer.connect(server.socket)
                peer.sendall(message + end)
                self.assertIn(b"ERROR: ", peer.recv(65536), message)
        with socket.socket(socket.AF_UNIX) as silent:
            silent.connect(server.socket)
            silent.sendall(b"\x80\x05")
            self.assertEqual(server.say("ping"), "Server replied: pong")
        self.assertFalse(os.path.exists("/tmp/pwned"))

    def test_unknown_commands_and_jails(self):
        server = self.server().start()
        for words, text in ((["nonsense"], "Invalid command"), (["status", "none"], "does not exist"),
                            (["set", "postfix", "bantime", "1x"], "1x"), (["get", "postfix"], "")):
            done = server.client(*words)
            self.assertEqual(done.returncode, 255, words)
            self.assertIn(text, done.stdout, words)

    # The machine.
    def test_without_nft_bans_in_process_go_on(self):
        bare = self.server(environment={"PATH": "/nowhere"})
        bare.start()
        bare.append(sasl_failure("203.0.113.9") * 2)
        bare.wait(lambda: "203.0.113.9" in bare.elements("postfix"))
        bare.end()
        self.assertIn("nft", bare.log().split("Stopping all jails")[1])

    def test_a_failing_action_is_logged_and_stops_no_other(self):
        server = self.server("\n[second]\nenabled = true\nfilter = postfix[mode=extra]\nlogpath = @DIR@/mail.log\n"
                             "action = broken\n         nftables-allports[name=second]\n")
        server.write("action.d/broken.conf", "[Definition]\nactionban = echo went wrong >&2; exit 3\n")
        server.start()
        self.assert_bans_go_on(server)
        server.wait(lambda: server.elements("second") == ["203.0.113.9"])
        self.assertIn("Failed to execute ban jail 'second' action 'broken'", server.log())
        self.assertIn("went wrong", server.log())


if __name__ == "__main__":
    sys.exit(run_tests())
