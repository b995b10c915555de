# Plays scenarios on the oracle's command action and prints what it would run; driven by oracle_action_test.cpp.
# Commands are not run: the n-th one succeeds if the n-th bit of the scenario is 1, the last bits repeat as 1.
# Usage: oracle_action.py <directory of fail2ban's modules>; scenarios on stdin, answers on stdout.
import logging
import sys

sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True
from fail2ban.server.action import CommandAction
from fail2ban.server.ipdns import DNSUtils
from fail2ban.server.jail import Jail
from fail2ban.server.ticket import BanTicket


def escaped(text):
    return str(text).encode("unicode_escape").decode()


def unescaped(text):
    return text.encode().decode("unicode_escape")


class Lines(logging.Handler):
    def emit(self, record):
        if record.name == "fail2ban.CommandAction" and record.levelno >= logging.ERROR:
            print("log", record.levelname, escaped(record.getMessage()), sep="\t")


class Scenario:
    def __init__(self, ipv6):
        DNSUtils.setIPv6IsAllowed(ipv6 == "1")
        self.jail = Jail("j", backend="polling")
        self.action = CommandAction(self.jail, "a")
        self.bits = iter("")

    def execute(self, command, timeout=60, **_):
        if not command:
            return True
        parts = command if isinstance(command, list) else [command]
        print("run", timeout, *map(escaped, parts), sep="\t")
        return next(self.bits, "1") == "1"

    def info(self, address):
        ticket = BanTicket(address, 1234567890, ["line one", "line [two]"])
        ticket.setData("user", "bob")
        return self.jail.actions._getActionInfo(ticket)

    def play(self, word, *args):
        if word == "bits":
            self.bits = iter(args[0])
        elif word == "set":
            kind, value = args[1][0], args[1][1:]
            setattr(self.action, args[0], value == "1" if kind == "b" else value)
        elif word == "reset":
            self.action.clearAllParams()
        elif word in ("start", "stop", "flush", "reload"):
            self.perform(getattr(self.action, word))
        elif word == "check":
            self.perform(lambda: self.action.consistencyCheck(self.before_repair if args[0] == "1" else None))
        elif word == "prolong":
            if self.action._prolongable:
                self.perform(lambda: self.action.prolong(self.info(args[0])))
        else:
            self.perform(lambda: getattr(self.action, word)(self.info(args[0])))

    def before_repair(self):
        if not getattr(self.action, "actionrepair_on_unban", None):
            logging.getLogger("fail2ban.CommandAction").error("Invariant check failed. Flush is impossible.")
            return False
        return True

    def perform(self, operation):
        CommandAction.executeCmd = staticmethod(self.execute)
        try:
            operation()
            print("end")
        except Exception as error:
            print("end", escaped(error), sep="\t")
        print("epoch", self.action.banEpoch, self.jail.actions.banEpoch, sep="\t")


logger = logging.getLogger("fail2ban")
logger.addHandler(Lines())
logger.propagate = False
scenario = None
for line in sys.stdin:
    words = list(map(unescaped, line.rstrip("\n").split("\t")))
    print("event", *map(escaped, words), sep="\t")
    if words[0] == "new":
        scenario = Scenario(words[1])
    else:
        scenario.play(*words)
