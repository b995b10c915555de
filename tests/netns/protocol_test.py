#!/usr/bin/env python3
"""The wire protocol with clients that are not ours: requests as other pickle libraries write them, hundreds at once.

    protocol_test.py --bin DIR --tree DIR [unittest option...]
"""

import os
import pickle
import pickletools
import select
import socket
import sys
import types
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from harness import OPTIONS, ServerUnderTest, run_tests  # noqa: E402

END = b"<F2B_END_COMMAND>"
CLOSE = b"<F2B_CLOSE_COMMAND>"
JAILS = """
[DEFAULT]
bantime = 1h
maxretry = 2
backend = auto
banaction = nftables-allports

[one]
enabled = true
filter = custom
logpath = @DIR@/mail.log
"""
# What CPython's pickle writes for replies and libraries of other languages are known to read.
KNOWN_OPCODES = {"PROTO", "FRAME", "STOP", "NONE", "NEWTRUE", "NEWFALSE", "BININT", "BININT1", "BININT2", "BINFLOAT",
                 "LONG1", "SHORT_BINUNICODE", "BINUNICODE", "EMPTY_LIST", "APPEND", "APPENDS", "EMPTY_DICT", "SETITEM",
                 "SETITEMS", "EMPTY_TUPLE", "TUPLE1", "TUPLE2", "TUPLE3", "MARK", "MEMOIZE", "BINGET", "LONG_BINGET",
                 "STACK_GLOBAL", "REDUCE"}


def provide_exceptions():
    """The classes a Python client of fail2ban has."""
    for module, names in (("fail2ban", ()), ("fail2ban.exceptions", ("UnknownJailException", "DuplicateJailException")),
                          ("fail2ban.server", ()), ("fail2ban.server.failregex", ("RegexException",))):
        sys.modules[module] = types.ModuleType(module)
        for name in names:
            setattr(sys.modules[module], name, type(name, (Exception,), {"__module__": module}))


def by_hand(words):
    """The same list of words as different libraries and versions write it."""
    raw = [word.encode() for word in words]
    short = b"".join(b"U" + bytes([len(word)]) + word for word in raw)  # ogorek, protocol 2: SHORT_BINSTRING
    binary = b"".join(b"X" + len(word).to_bytes(4, "little") + word for word in raw)
    yield b"\x80\x02](" + short + b"e."
    yield b"\x80\x02](" + binary + b"e."
    yield b"\x80\x02(" + binary + b"l."
    yield b"](" + short + b"e."  # without a header
    yield b"(" + b"".join(b"S'" + word + b"'\n" for word in raw) + b"l."
    yield b"(lp0\n" + b"".join(b"V" + word + b"\np%d\na" % (i + 1) for i, word in enumerate(raw)) + b"."
    yield b"\x80\x03]q\x00(" + b"".join(
        b"X" + len(word).to_bytes(4, "little") + word + b"q" + bytes([i + 1]) for i, word in enumerate(raw)) + b"e."
    yield b"\x80\x02(" + binary + b"t."
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        yield pickle.dumps(words, protocol)
        yield pickle.dumps(tuple(words), protocol)


class Protocol(unittest.TestCase):
    def setUp(self):
        self.server = ServerUnderTest(OPTIONS.bin, OPTIONS.tree, JAILS)
        self.addCleanup(self.server.close)
        self.server.start()
        self.server.say("set", "one", "banip", "192.0.2.1", "2001:db8::1", "198.51.100.0/24")

    def peer(self, timeout=30):
        peer = socket.socket(socket.AF_UNIX)
        peer.settimeout(timeout)
        peer.connect(self.server.socket)
        self.addCleanup(peer.close)
        return peer

    def read(self, peer, count=1):
        """So many answers, without their ends; fewer if the server closes."""
        data = b""
        while data.count(END) < count:
            more = peer.recv(1 << 20)
            if not more:
                break
            data += more
        return data.split(END)[:-1]

    def ask(self, request, peer=None):
        peer = peer or self.peer()
        peer.sendall(request + END)
        return self.read(peer)[0]

    def memory(self):
        """Resident bytes of the server."""
        with open(f"/proc/{self.server.server_pid()}/statm", encoding="ascii") as statm:
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def test_a_request_is_understood_however_it_is_pickled(self):
        for words in (["status", "one"], ["get", "one", "banip", "--with-time"], ["ping"]):
            answers = {self.ask(request) for request in by_hand(words)}
            self.assertEqual(len(answers), 1, words)
            self.assertEqual(pickle.loads(answers.pop())[0], 0)

    def test_replies_keep_to_the_opcodes_that_others_read(self):
        for words in (["status"], ["status", "one"], ["status", "--all"], ["statistics"], ["banned"], ["get", "one", "banip"],
                      ["get", "one", "banip", "--with-time"], ["get", "one", "bantime"], ["banned", "192.0.2.1"],
                      ["get", "one", "ignoreip"], ["status", "none"], ["nonsense"], ["get", "one", "failregex"]):
            answer = self.ask(pickle.dumps(words))
            used = {opcode.name for opcode, _, _ in pickletools.genops(answer)}
            self.assertLessEqual(used, KNOWN_OPCODES, words)
            # An address is str(...) as a call of the class, which exporters look for; a repeated dump is the same.
            if words == ["get", "one", "banip"]:
                self.assertIn(b"\x8c\x08builtins\x94\x8c\x03str\x94\x93", answer)

    def test_errors_are_exceptions_a_python_client_can_rebuild(self):
        provide_exceptions()
        cases = ((["status", "none"], "UnknownJailException", ("none",)), (["add", "one"], "DuplicateJailException", ("one",)),
                 (["set", "one", "addfailregex", "("], "RegexException", None), (["nonsense"], "Exception", ("Invalid command",)),
                 (["get"], "IndexError", ("list index out of range",)), (["set", "one", "maxretry", "x"], "ValueError", None),
                 (["set", "one", "delaction", "none"], "KeyError", ("Invalid Action name: none",)),
                 (["set", "one", "addlogpath", "/none"], "FileNotFoundError", (2, "No such file or directory")))
        for words, name, args in cases:
            code, error = pickle.loads(self.ask(pickle.dumps(words)))
            self.assertEqual((code, type(error).__name__), (1, name), words)
            self.assertTrue(args is None or error.args == args, error.args)

    def test_a_request_that_cannot_be_read_gets_a_bare_text(self):
        peer = self.peer()
        for request in (b"", b"\x80\x05", b"no pickle", b"\x80\x06.", pickle.dumps(5), b"\x80\x04cos\nsystem\n."):
            self.assertRegex(pickle.loads(self.ask(request, peer)), "^ERROR: ", request)
        self.assertEqual(pickle.loads(self.ask(pickle.dumps(["ping"]), peer)), (0, "pong"))

    def test_pieces_pipelines_half_closed_and_closing_clients(self):
        peer = self.peer()
        for byte in pickle.dumps(["ping"]) + END:
            peer.sendall(bytes([byte]))
        self.assertEqual(pickle.loads(self.read(peer)[0]), (0, "pong"))
        peer.sendall(b"".join(pickle.dumps(["echo", number]) + END for number in range(500)))
        self.assertEqual([pickle.loads(answer)[1] for answer in self.read(peer, 500)], [[n] for n in range(500)])
        peer.sendall(pickle.dumps(["ping"]) + END + CLOSE + END + pickle.dumps(["ping"]) + END)
        self.assertEqual(len(self.read(peer, 2)), 1)
        half = self.peer()
        half.sendall(pickle.dumps(["ping"]) + END)
        half.shutdown(socket.SHUT_WR)
        self.assertEqual(pickle.loads(self.read(half)[0]), (0, "pong"))
        self.assertEqual(half.recv(10), b"")

    def test_two_hundred_clients_at_once_wait_for_nobody(self):
        self.server.say("set", "one", "banip", *(f"10.1.{i // 250}.{i % 250 + 1}" for i in range(2000)))
        before = self.memory()
        silent = [self.peer() for _ in range(60)]
        halfway = [self.peer() for _ in range(60)]
        for peer in halfway:
            peer.sendall(b"x" * 100_000)
        deaf = [self.peer() for _ in range(30)]  # ask for much and never read it
        for peer in deaf:
            peer.setblocking(False)
            try:
                for _ in range(50):
                    peer.send(pickle.dumps(["banned"]) + END)
            except BlockingIOError:
                pass
        active = [self.peer() for _ in range(50)]
        for _ in range(5):
            for peer in active:
                peer.sendall(pickle.dumps(["ping"]) + END)
            for peer in active:
                self.assertEqual(pickle.loads(self.read(peer)[0]), (0, "pong"))
        used = self.memory() - before
        print(f"200 clients: {used / 1e6:.1f} MB more", file=sys.stderr)
        self.assertLess(used, 64e6)
        self.assertEqual(len(silent + halfway + deaf + active), 200)

    def test_messages_without_an_end_are_bounded_alone_and_together(self):
        def pour(peers, chunks):
            """Writes to all in turn until they are closed; what came back from each."""
            answers = {peer: b"" for peer in peers}
            open_peers = set(peers)
            for _ in range(chunks):
                for peer in list(open_peers):
                    try:
                        peer.sendall(b"x" * (1 << 20))
                    except (BrokenPipeError, ConnectionResetError):
                        open_peers.discard(peer)
            for peer in peers:
                while select.select([peer], [], [], 0)[0]:
                    try:
                        more = peer.recv(1 << 16)
                    except ConnectionResetError:
                        break
                    if not more:
                        break
                    answers[peer] += more
            return list(answers.values())

        before = self.memory()
        self.assertIn(b"ERROR: ", pour([self.peer()], 80)[0])
        answers = pour([self.peer() for _ in range(20)], 20)  # 400 MB in all, none of them too long by itself
        self.assertTrue(any(b"ERROR: " in answer for answer in answers))
        used = self.memory() - before
        print(f"messages without an end: {used / 1e6:.1f} MB more", file=sys.stderr)
        self.assertLess(used, 400e6)
        self.assertEqual(self.server.say("ping"), "Server replied: pong")


if __name__ == "__main__":
    sys.exit(run_tests())
