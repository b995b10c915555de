#!/usr/bin/env python3
"""Random configuration trees, read by fail2ban and by us: every tree must lead to the same commands.

    random_trees.py --program CONFIG_DUMP [--count N] [--seed S] [--keep DIR] [--mild SHARE]

Trees are small and nasty: few names, so that everything overrides, includes and inserts everything else; comments,
blanks and quotes where they may be. A difference is cut down to the lines that are needed for it and written below
--keep (default: a temporary directory); the exit code is 1 then, 77 (skipped) without an oracle.
"""

import argparse
import collections
import os
import random
import resource
import shutil
import sys
import tempfile

import sides

JAILS = ["j1", "j2", "J3", "my-jail", "j_5"]
FILTERS = ["f1", "f2", "f-3"]
ACTIONS = ["a1", "a2", "a-3"]
FREE_OPTIONS = ["low", "foo", "bar", "mode", "Baz", "x.y", "re_1", "port", "lt_a", "lt_b", "größe", "_daemon"]
JAIL_OPTIONS = [
    "enabled", "backend", "maxretry", "maxmatches", "findtime", "bantime", "bantime.increment", "bantime.factor",
    "bantime.overalljails", "ignorecommand", "ignoreself", "ignoreip", "ignorecache", "filter", "logtimezone",
    "logencoding", "logpath", "action", "usedns", "prefregex", "ignoreregex", "failregex", "maxlines", "datepattern",
    "journalmatch", "banaction", "bantime.rndtime",
]
FILTER_OPTIONS = ["prefregex", "ignoreregex", "failregex", "maxlines", "datepattern", "journalmatch", "usedns", "logtype"]
ACTION_OPTIONS = [
    "actionstart", "actionstop", "actionflush", "actioncheck", "actionban", "actionunban", "actionstart_on_demand",
    "actionrepair_on_unban", "norestored", "actionreload", "actionprolong", "timeout", "chain", "name", "actname",
]
MAIN_OPTIONS = ["loglevel", "logtarget", "syslogsocket", "socket", "allowipv6", "dbfile", "dbmaxmatches", "dbpurgeage"]


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)
        # Most trees must be readable, else little is compared.
        self.insertions = 0  # that the value being written may still have: chains of them multiply
        self.rank = 0  # of the option being written, among FREE_OPTIONS
        self.danger = self.random.choice([0, 0, 0, 0, 0.002, 0.002, 0.01, 0.03])

    def chance(self, share):
        return self.random.random() < share

    def pick(self, *choices):
        return self.random.choice(choices)

    def some(self, low, high):
        return range(self.random.randint(low, high))

    def word(self):
        return self.pick("x", "ab", "1", "5", "true", "<HOST>", "a b", "q;r", "#h", "é", "'", '"', "\\d+", "\\", "[a]", "(b|c)",
                         "a,b", "%%", "^", "$", "=", "a=b", ":", "/", "]", "[", "<", ">", "<>", "-", "\u2003", "\xa0", "~", "`",
                         "{^LN-BEG}", "1.2.3.4", "::1/64")

    def option_name(self, kind):
        if self.chance(0.5):
            return self.pick(*FREE_OPTIONS)
        return self.pick(*{"jail": JAIL_OPTIONS, "filter": FILTER_OPTIONS, "action": ACTION_OPTIONS, "main": MAIN_OPTIONS}[kind])

    def lower_name(self, kind):
        """A name that the option being written may insert without leading back to itself; with bad luck any name."""
        if self.rank == 0 or self.chance(self.danger):
            return self.option_name(kind) if self.chance(self.danger * 4) else "low"
        name = FREE_OPTIONS[self.random.randrange(self.rank)]
        return name.title() if self.chance(0.1) else name

    def reference(self, kind):
        name = self.lower_name(kind)
        if self.chance(0.2):
            name = self.pick("default/", "default/", "default/", "known/", "default/", "Known/") + name.lower()
        elif self.chance(0.05):
            name = self.pick("__name__", "fail2ban_version" if kind == "jail" else "__name__")
        elif self.chance(self.danger * 4):
            name = self.pick("j1/", "J3/", "my-jail/", "Definition/", "Init/", "KNOWN/", "j2/known/") + name
        return f"%({name})s"

    def tag(self, kind):
        name = self.lower_name(kind)
        if self.chance(0.3):
            name = self.pick("known/", "Definition/", "Init/", "default/", "DEFAULT/", "j1/") + name
        if self.chance(0.15):
            return f"<{name}<low>>"
        if self.chance(0.1):
            return f"<lt_<low>/{name}>"
        if self.chance(0.1):
            return f"<{self.option_name(kind)}>" if self.chance(self.danger * 4) else self.pick("<ip>", "<F-USER>x</F-USER>")
        return f"<{name}>"

    def atom(self, kind):
        roll = self.random.random()
        if roll < 0.55 or self.insertions == 0:
            return self.word()
        self.insertions -= 1
        if roll < 0.70:
            return self.reference(kind)
        if roll < 0.9 and kind in ("filter", "action"):
            return self.tag(kind)
        if self.chance(self.danger / 8):
            return self.pick("%", "%(", "%(foo)", "%(undefined)s", "%d", "%()s")
        return self.word()

    def blank(self):
        return self.pick("", "", " ", " ", "  ", "\t", "\xa0", "\x1f")

    def text(self, kind, low=0, high=4):
        return "".join(self.atom(kind) + self.blank() for _ in self.some(low, high))

    def lines(self, kind):
        value = self.text(kind)
        for _ in self.some(0, 3) if self.chance(0.35) else ():
            roll = self.random.random()
            if roll < 0.6:
                value += "\n" + self.pick("  ", "\t", "    ", " ") + self.text(kind, 1)
            elif roll < 0.75:
                value += "\n" + self.pick("", " ", "     ") + self.pick("#", ";", "# ") + self.text(kind)
            elif roll < 0.9:
                value += "\n" + self.pick("", "   ", "\t")
            else:
                value += self.pick(" ;", "\t; ", " #", ";") + self.text(kind)
        return value

    def parameter(self, kind):
        name = self.pick("mode", "foo", "Baz", "port", "name", "actname", "x.y", "re-1", "failregex", "chain", "actionban", "logtype", "größe")
        quote = self.pick("", '"', "'", "")
        value = self.text(kind, 0, 2)
        if quote:
            value = value.replace(quote, "")
            if self.chance(0.15):
                value += self.pick(", ", "]", "\n   x", "=")
        elif not self.chance(0.1):
            for mark in ",]\"'[":
                value = value.replace(mark, "")
        blank = self.pick("", "", "", " ", "\n    ")
        return f"{blank}{name}={quote}{value}{quote}"

    def use(self, names, kind):
        name = self.pick(*names, "gone" if self.chance(0.1) else names[0])
        if self.chance(0.3):
            return name
        groups = ""
        for _ in self.some(1, 2) if self.chance(0.2) else (0,):
            parameters = [self.parameter(kind) for _ in self.some(0, 3)]
            groups += self.pick("", "", "", " ") if groups else ""
            groups += "[" + self.pick(",", ", ", ",\n    ", ",").join(parameters) + self.pick("", "", ",", " ") + "]"
        if self.chance(0.04):
            groups = groups[:-1]
        return name + self.pick("", "", "", "", "", " ") * (self.random.random() < 0.2) + groups

    def jail_value(self, name):
        if name == "enabled":
            return self.pick("true", "true", "yes", "On", "1", "false", "maybe", "%(foo)s" if self.chance(0.1) else "true")
        if name == "backend":
            return self.pick("auto", "systemd", "systemd[journalflags=1]", "polling", "SystemD")
        if name in ("maxretry", "maxmatches", "maxlines"):
            return self.pick("5", " 7", "007", "1_0", "x", "-1", "+3", "", "%(maxretry)s" if self.chance(self.danger) else "2", "5 6")
        if name == "filter":
            return self.pick("", self.use(FILTERS, "jail"), self.use(FILTERS, "jail"), "f1", "f2[mode=%(mode)s]")
        if name == "action":
            used = [self.use(ACTIONS + ["p.py"], "jail") for _ in self.some(0, 3)]
            return self.pick("\n    ", " ", "\n  ", "  ").join(used)
        if name == "logpath":
            return self.pick("/dev/null", "/dev/nul? tail", "/nowhere/*", "/dev/null head\n  /dev/zero tail", "/etc/[p]asswd", "")
        if name == "journalmatch":
            return self.pick("_A=b + _C=d", "'a b' \"c\\\"d\" e\\ f", "a\n  b c", "''", "x" if not self.chance(self.danger) else "'open")
        return self.lines("jail")

    def value(self, kind, name):
        self.rank = FREE_OPTIONS.index(name) if name in FREE_OPTIONS else len(FREE_OPTIONS)
        self.insertions = self.pick(0, 1, 1, 2) if name in FREE_OPTIONS else 4
        if self.rank == 0 and not self.chance(self.danger * 4):
            self.insertions = 0  # there is nothing below it
        if name == "journalmatch" and not self.chance(self.danger):
            return self.jail_value(name)
        if kind == "jail" and not self.chance(0.1):
            return self.jail_value(name)
        if kind == "main" and name == "loglevel":
            return self.pick("INFO", "debug", "10", "NOTICE", "x" if self.chance(self.danger) else "info")
        if kind == "main" and not self.chance(0.1 + self.danger * 4):
            return self.pick("auto;", "no", "1d", ":memory:", "/tmp/x y", "%(foo)s" if self.chance(self.danger) else "1")
        if kind == "main" and name == "dbmaxmatches":
            return self.pick("10", "x", "", "7")
        return self.lines(kind)

    def section(self, kind, header, names=None):
        indent = " " if self.chance(self.danger) else ""
        out = f"{indent}[{header}]{self.pick('', '', ' ', ' x', ' ; c')}\n"
        used = set()
        for _ in self.some(0, 7):
            name = self.option_name(kind) if names is None else self.pick(*names)
            if name.lower() in used and not self.chance(self.danger / 4):
                continue
            used.add(name.lower())
            if self.chance(0.1):
                out += self.pick("# comment\n", "; comment\n", "\n", "  \n", "#\n", "   # indented\n")
            delimiter = self.pick("=", " = ", " =", ": ", ":", "  =  ", "\t=\t")
            value = self.value(kind, name).replace("\r", "")
            out += f"{name}{delimiter}{value}\n"
        if self.chance(self.danger / 4):
            out += self.pick("no delimiter\n", "= no name\n", "[]\n")
        return out

    def includes(self, names):
        out = "[INCLUDES]\n"
        for option in ("before", "after"):
            if self.chance(0.5):
                files = [self.pick(*names, "missing.conf", "./" + names[0] if self.chance(0.03) else names[-1]) for _ in self.some(1, 2)]
                out += f"{option} = " + "\n         ".join(files) + "\n"
        return out

    def jail_file(self, names):
        parts = []
        if self.chance(0.2):
            parts.append(self.includes(names))
        if self.chance(0.7):
            parts.append(self.section("jail", "DEFAULT"))
        for jail in self.random.sample(JAILS, self.random.randint(0, 4)):
            if self.chance(0.05):
                jail += "?family=inet6"
            parts.append(self.section("jail", jail))
        self.random.shuffle(parts)
        return "\n".join(parts)

    def definition_file(self, kind, names):
        parts = []
        if self.chance(0.25):
            parts.append(self.includes(names))
        if self.chance(0.4):
            parts.append(self.section(kind, "DEFAULT"))
        if not self.chance(0.05):
            parts.append(self.section(kind, "Definition"))
        if self.chance(0.6):
            parts.append(self.section(kind, "Init"))
        if self.chance(0.2):
            parts.append(self.section(kind, self.pick("Init?family=inet6", "Init?x=y", "Definition?a")))
        for name in ("lt_0", "lt_a", "j1", "known", "x") if self.chance(0.3) else ():
            parts.append(self.section(kind, name))
        self.random.shuffle(parts)
        return "\n".join(parts)

    def tree(self):
        files = {}
        # Names that everything refers to are mostly there.
        everything = "".join(f"{name} = {number}\n" for number, name in enumerate(FREE_OPTIONS) if not self.chance(self.danger / 4))
        base = f"[DEFAULT]\n{everything}enabled = true\nfilter = f1\n"
        base += "action = a1[name=%(__name__)s]\n" if self.chance(0.7) else ""
        names = ["jail.conf", "paths.conf", "more.conf", "jail.local"]
        files["jail.conf"] = base + self.jail_file(names).replace("[DEFAULT]", "[j2]" if self.chance(self.danger) else "[J9]")
        for name in ("jail.local", "jail.d/a.conf", "jail.d/b.local", "jail.d/a.local", "paths.conf", "paths.local", "more.conf"):
            if self.chance(0.3):
                files[name] = self.jail_file(names)
        for kind, directory, stems in (("filter", "filter.d", FILTERS), ("action", "action.d", ACTIONS)):
            names = [stem + ".conf" for stem in stems] + ["common.conf"]
            for stem in stems + ["common"]:
                lead = f"[DEFAULT]\n{everything}" if not self.chance(0.02) else ""
                body = self.definition_file(kind, names)
                files[f"{directory}/{stem}.conf"] = lead + (body.replace("[DEFAULT]", "[Other]") if lead else body)
                for extra in (f"{stem}.local", f"{stem}.d/x.conf", f"{stem}.d/y.local"):
                    if self.chance(0.12):
                        files[f"{directory}/{extra}"] = self.definition_file(kind, names)
        if self.chance(0.5):
            lead = f"[DEFAULT]\n{everything}" if not self.chance(self.danger * 4) else ""
            files["fail2ban.conf"] = lead + "\n".join(self.section("main", name) for name in self.random.sample(
                ["Definition", "Other"] if lead else ["DEFAULT", "Definition", "Other"], self.random.randint(0, 2)))
            if self.chance(0.3):
                files["fail2ban.conf"] += self.section("main", "Thread", ["stacksize", "foo"]).replace("loglevel", "bar")
            if self.chance(0.3):
                files["fail2ban.local"] = self.section("main", "Definition")
        return files


def write_tree(directory, files):
    shutil.rmtree(directory, ignore_errors=True)
    for name, text in files.items():
        path = os.path.join(directory, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text)


class Comparison:
    def __init__(self, oracle, ours, scratch):
        self._oracle, self._ours, self._directory = oracle, ours, os.path.join(scratch, "tree")
        self.broken = self.lines = 0

    def difference(self, files):
        write_tree(self._directory, files)
        theirs = self._oracle.dump(self._directory)
        self.broken += theirs[0].startswith("ERROR")
        self.lines += theirs[0].count("\n")
        return sides.first_difference(theirs, self._ours.dump(self._directory))

    def shrink(self, files):
        """The tree without every file and line that the difference does not need."""
        files = dict(files)
        for name in list(files):
            rest = {other: text for other, text in files.items() if other != name}
            if rest and self.difference(rest):
                files = rest
        for name in list(files):
            lines = files[name].split("\n")
            size = max(1, len(lines) // 2)
            while size:
                at = 0
                while at < len(lines):
                    fewer = lines[:at] + lines[at + size:]
                    if self.difference({**files, name: "\n".join(fewer)}):
                        lines = fewer
                    else:
                        at += size
                size //= 2
            files[name] = "\n".join(lines)
        return files


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep")
    parser.add_argument("--stop-after", type=int, default=5, help="differences")
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
    oracle = sides.Oracle(sides.oracle_directory())
    ours = sides.Ours(options.program)
    found = collections.Counter()
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as scratch:
        comparison = Comparison(oracle, ours, scratch)
        for seed in range(options.seed, options.seed + options.count):
            files = Generator(seed).tree()
            difference = comparison.difference(files)
            found["compared"] += 1
            if not difference:
                continue
            found["different"] += 1
            small = comparison.shrink(files)
            keep = os.path.join(options.keep or tempfile.mkdtemp(prefix="random-tree-"), str(seed))
            write_tree(keep, small)
            print(f"seed {seed}: {comparison.difference(small)}\n  the tree is in {keep}", flush=True)
            if found["different"] >= options.stop_after:
                break
        print(f"{found['compared']} trees compared, {found['different']} different; "
              f"{comparison.broken} unreadable, {comparison.lines} lines")
    return 1 if found["different"] else 0


if __name__ == "__main__":
    sys.exit(main())
