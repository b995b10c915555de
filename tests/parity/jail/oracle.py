"""Replays a script of failures, bans and time jumps on fail2ban's own classes; see main.cpp for the other side.

Real jails (never started), their failure and ban managers, the database and the observer's methods, on a simulated
clock and all in one thread: what the observer would do a moment later is done at once.
"""
import logging
import random
import re
import sys


def load(oracle):
    sys.dont_write_bytecode = True
    sys.path.insert(0, str(oracle / "lib"))


class Replay:
    def __init__(self, db_file):
        from fail2ban.server.database import Fail2BanDb
        from fail2ban.server.observer import Observers, ObserverThread
        from fail2ban.server.mytime import MyTime
        self.clock = MyTime
        self.clock.setTime(0)
        random.random = lambda: 0.5
        self.out = []

        later = self.later = []

        class AtOnce(ObserverThread):
            def add(self, event, *args):
                if event == "banFound":  # behind the log line of the ban, as it mostly is
                    later.append(lambda: self.banFound(*args))
                else:
                    getattr(self, event)(*args)

            def add_timer(self, *args):
                pass

        self.observer = AtOnce()
        Observers.Main = self.observer
        self.db = Fail2BanDb(db_file)
        self.observer.db_set(self.db)
        self.listen()
        self.restart()

    def listen(self):
        """What happens is told by fail2ban's own log."""
        out = self.out
        patterns = [
            (re.compile(r"^\[(\w+)\] ((?:Restore |Un)?[Bb]an \S+)$"), lambda m: f"[{m[1]}] {m[2]}"),
            (re.compile(r"^\[(\w+)\] (\S+) already banned$"), lambda m: f"[{m[1]}] already {m[2]}"),
            (re.compile(r"^\[(\w+)\] Ignore (\S+), expired bantime$"), lambda m: f"[{m[1]}] expired {m[2]}"),
            (re.compile(r"^\[(\w+)\] Found (\S+), bad - .* # -> ([0-9.]+)"), lambda m: f"[{m[1]}] bad {m[2]} {m[3]}"),
        ]

        class Listener(logging.Handler):
            def emit(self, record):
                text = record.getMessage()
                for pattern, shown in patterns:
                    if found := pattern.match(text):
                        out.append(shown(found))
                if record.levelno >= logging.ERROR:
                    out.append("error: " + text)

        logger = logging.getLogger("fail2ban")
        logger.propagate = False
        logger.setLevel(logging.DEBUG)
        logger.handlers = [Listener()]

    def restart(self):
        from fail2ban.server.jail import Jail

        class Alive(Jail):
            def isAlive(self):
                return True

        self.jails = {}
        for name in "ab":
            jail = Alive(name, "polling", self.db)
            jail.filter.addFailRegex(r"^ fail <ADDR>(?: user <F-USER>\S+</F-USER>)? #")
            jail.filter.setUseDns("no")
            jail.filter.ignoreSelf = False
            jail.filter.inOperation = False  # dates of lines are taken as they are
            jail.filter.performSvc = lambda *_: None  # the script says when to clean up
            self.jails[name] = jail
            self.db.addJail(jail)
            self.count(jail)

    def count(self, jail):
        """Every count is told as it is made."""
        manager, out = jail.filter.failManager, self.out
        add = manager.addFailure

        def told(ticket, count=1, observed=False):
            retries = add(ticket, count, observed)
            if not observed:
                out.append(f"[{jail.name}] failed {ticket.getID()} {retries:.4f}")
            return retries

        manager.addFailure = told

    def step(self, words):
        what, jail = words[0], self.jails.get(words[1]) if len(words) > 1 else None
        getattr(self, "on_" + what)(jail, words)

    def on_time(self, _, words):
        self.clock.setTime(float(words[1]))

    def on_restart(self, _, words):
        self.restart()

    def on_purge(self, _, words):
        self.db.purgeage = words[1]
        self.db.purge()

    def on_set(self, jail, words):
        option, value = words[2:]
        value = "" if value == "-" else value
        if option == "maxretry":
            jail.filter.setMaxRetry(int(value))
        elif option == "findtime":
            jail.filter.setFindTime(value)
        elif option == "maxmatches":
            jail.filter.failManager.maxMatches = int(value)
        elif option == "bantime":
            jail.actions.setBanTime(value)
        else:
            if option == "bantime.overalljails":
                value = value == "true"
            jail.setBanTimeExtra(option[8:], value)

    def on_restore(self, jail, words):
        jail.restoreCurrentBans()
        self.ban(jail)

    def on_fail(self, jail, words):
        _, _, _, time, _, line = words
        jail.filter.processLineAndAdd(("", time, line), float(time))
        self.ban(jail)

    def on_attempt(self, jail, words):
        jail.filter.addAttempt(words[2], *words[3:])
        self.ban(jail)

    def on_ban(self, jail, words):
        jail.actions.addBannedIP([words[2]])
        self.observe()

    def ban(self, jail):
        while jail.hasFailTickets:
            jail.actions._Actions__checkBan()
        self.observe()

    def observe(self):
        while self.later:
            self.later.pop(0)()

    def on_unban(self, jail, words):
        try:
            jail.actions.removeBannedIP(words[2])
        except ValueError:
            self.out.append(f"[{jail.name}] absent {words[2]}")

    def on_clean(self, jail, words):
        jail.filter.failManager.cleanup(self.clock.time())

    def on_expire(self, jail, words):
        # fail2ban overlooks bans whose end has become earlier until the end it had noted for the next one.
        jail.actions.banManager._nextUnbanTime = 0
        jail.actions._Actions__checkUnBan(int(words[2]))

    def on_show(self, jail, words):
        manager, bans = jail.filter.failManager, jail.actions.banManager
        self.out.append(f"[{jail.name}] counts {manager.size()} {manager.getFailTotal()} {bans.size()} "
                        f"{bans.getBanTotal()}")
        for ticket in bans:
            span = ticket.getBanTime(bans.getBanTime())
            self.out.append(f"[{jail.name}] ban {ticket.getID()} {ticket.getTime():.4f} {span:.15g} "
                            f"{ticket.getBanCount()} {ticket.getAttempt()} {'|'.join(ticket.getMatches())}")
        self.out.append(f"[{jail.name}] by end" + "".join(" " + str(i) for i in bans.getBanList(ordered=True)))

    def on_merged(self, jail, words):
        self.db._bansMergedCache.clear()  # it forgets to when bans are deleted
        for where in (jail, None):
            ticket = self.db.getBansMerged(ip=words[2], jail=where)
            self.out.append(f"[{jail.name}] merged {words[2]} " + (
                f"{ticket.getAttempt()} {'|'.join(ticket.getMatches())}" if ticket else "nothing"))

    def run(self, script):
        for number, line in enumerate(script, 1):
            self.out.append(f"#{number}")
            self.step(line.split("\t"))
        return self.out
