"""Small and nasty configuration trees, always the same one for a seed.

A tree is files by name: text (lone surrogates are bytes that are no UTF-8) or a Link. Few names, so that everything
overrides, includes and inserts everything else; comments, blanks and quotes where they may be.
"""

import random

JAILS = ["j1", "j2", "J3", "my-jail", "j_5"]
ODD_JAILS = ["a b", "a'b", 'q"', "j]x", "ü", " J3 ", "%(low)s", "a\\b", "j1/x", "a:b=c", "x" * 30, "--all", "known/x", "KNOWN/zz", "default",
             "Definition", "INCLUDES2", "[x", "*", "$(x)", ".", "-", "\u2003j", "my", "j", "Thread", "\u00ad"]
FILTERS = ["f1", "f2", "f-3", "j1"]
ACTIONS = ["a1", "a2", "a-3"]
FREE_OPTIONS = ["low", "foo", "bar", "mode", "Baz", "x.y", "re_1", "port", "lt_a", "lt_b", "größe", "_daemon"]
JAIL_OPTIONS = [
    "enabled", "backend", "maxretry", "maxmatches", "findtime", "bantime", "bantime.increment", "bantime.factor",
    "bantime.overalljails", "ignorecommand", "ignoreself", "ignoreip", "ignorecache", "filter", "logtimezone",
    "logencoding", "logpath", "action", "usedns", "prefregex", "ignoreregex", "failregex", "maxlines", "datepattern",
    "journalmatch", "banaction", "skip_if_nologs", "systemd_if_nologs", "bantime.rndtime", "bantime.formula", "bantime.multipliers", "bantime.maxtime", "action_",
]
FILTER_OPTIONS = ["prefregex", "ignoreregex", "failregex", "maxlines", "datepattern", "journalmatch", "usedns", "logtype"]
ACTION_OPTIONS = [
    "actionstart", "actionstop", "actionflush", "actioncheck", "actionban", "actionunban", "actionstart_on_demand",
    "actionrepair_on_unban", "norestored", "actionreload", "actionprolong", "timeout", "chain", "name", "actname",
]
PARAMETERS = ["mode", "foo", "Baz", "port", "name", "actname", "x.y", "re-1", "failregex", "chain", "actionban", "logtype", "größe",
              "usedns", "maxlines", "journalmatch", "timeout", "bantime", "norestored", "known/foo", "actionstart_on_demand", "maxretry",
              "FOO", "2", "ignoreregex"]
# The parts of jail.d and of jail themselves, in no order.
PARTS = ["jail.local", "jail.d/a.conf", "jail.d/b.local", "jail.d/a.local", "paths.conf", "paths.local", "more.conf"]
ODD_PARTS = ["jail.d/B.conf", "jail.d/10.conf", "jail.d/9.conf", "jail.d/.h.conf", "jail.d/é.conf", "jail.d/a b.conf", "jail.d/a.conf.bak",
             "jail.d/-x.local", "jail.d/z.CONF", "jail.d/sub/x.conf", "jail.d/a-.conf", "jail.d/a.b.conf", "jail.d/[a].conf", "jail.d/a",
             "more.local", "sub/paths.conf", "sub/paths.local"]
LOGS = {"logs/a.log": "", "logs/b b.log": "", "logs/.h.log": "", "logs/é.log": "", "logs/[x].log": "", "logs/sub/x.log": "", "logs/A.log": ""}
LOG_PATTERNS = ["*.log", "*", "?.log", "[!a].log", "[a-c].log", "a.log", "a.log  tail", "a.log\ttail", "", "*.log other", "*/x.log", "**/x.log",
                "b b.log", "gone.log", "d.log", "e.log", "[[]x].log", ".*", "[", "[]x.log", "s*/*", "sub/../a.log tail", "{a,b}.log", "\\a.log",
                "[^a].log", "é.log head", "[À-ÿ].log", "./a.log"]
MAIN_OPTIONS = ["loglevel", "logtarget", "syslogsocket", "socket", "allowipv6", "dbfile", "dbmaxmatches", "dbpurgeage"]


class Link(str):
    """A symbolic link to that path."""


class Generator:
    def __init__(self, seed, newer=False):
        self.newer = newer  # as fail2ban 1.1.1 has it
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
                         "{^LN-BEG}", "1.2.3.4", "::1/64") if not self.chance(0.08) else self.odd_word()

    def odd_word(self):
        return self.pick("\u00ad", "\u200b", "\U0001f600", "\ue000", "\u0378", "e\u0301", "\x7f", "\x01", "\x0b", "\x0c", "\x85", "\u2028", "ß",
                         "Σ", "'\"", "\\n", "\ufeff", "\x1b[0m", "10.0.0.0/8, ::1\t1.2.3.4", 'key="<ip>", max-count=5', "$1", "`x`", "&&",
                         "ban.Time * (1<<(ban.Count if ban.Count<20 else 20)) * banFactor", "None", "[DEFAULT]", "  ", "\U000e0001",
                         "x" * 300, "%%(low)s", "<HOST", "<<", ">>", "<a b>", "< low>", "<low >", "<\u2003low>", "<low\t>")

    def option_name(self, kind):
        if self.chance(0.5):
            return self.pick(*FREE_OPTIONS)
        name = self.pick(*{"jail": JAIL_OPTIONS, "filter": FILTER_OPTIONS, "action": ACTION_OPTIONS, "main": MAIN_OPTIONS}[kind])
        return "skip" if name.endswith("if_nologs") and not self.newer else name

    def lower_name(self, kind):
        """A name that the option being written may insert without leading back to itself; with bad luck any name."""
        if self.rank == 0 or self.chance(self.danger):
            return self.option_name(kind) if self.chance(self.danger * 4) else "low"
        name = FREE_OPTIONS[self.random.randrange(self.rank)]
        return name.title() if self.chance(0.1) else name

    def reference(self, kind):
        name = self.lower_name(kind)
        if self.chance(0.2):
            other = "base/" if kind == "jail" else "other/"
            name = self.pick("default/", "known/", other, "Known/" if self.chance(self.danger * 4) else "known/") + name.lower()
        elif self.chance(0.05):
            name = self.pick("__name__", "fail2ban_version" if kind == "jail" and not self.newer else "__name__")
        elif self.chance(self.danger * 4):
            name = self.pick("j1/", "J3/", "my-jail/", "Definition/", "Init/", "KNOWN/", "j2/known/") + name
        return f"%({name})s"

    def tag(self, kind):
        name = self.lower_name(kind)
        if self.chance(0.3):
            name = self.pick("known/", "Definition/", "Init/", "default/", "DEFAULT/", "j1/", "other/", "KNOWN/", "Init?family=inet6/") + name
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
        name = self.pick(*PARAMETERS)
        if self.newer and self.chance(0.1):
            name += self.pick("?family=inet6", "?x=y")
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
        if name == "enabled" or name.endswith("if_nologs"):
            return self.pick("true", "true", "yes", "On", "1", "TRUE", "oN", "false", "maybe", "", "0", "2", "t", "yes ;x", "true #",
                             "true\n   ", "true\n  true", "Yes \t", '"true"', "%(foo)s" if self.chance(0.1) else "true")
        if name == "backend":
            return self.pick("auto", "systemd", "systemd[journalflags=1]", "polling", "SystemD", "auto[x=1]", "polling[", "", "pyinotify",
                             'systemd[journalpath="a b", x=y]', "systemd[a=b", "systemd-x", "auto polling", "%(low)s", "gamin", " auto\n ")
        if name in ("maxretry", "maxmatches", "maxlines"):
            return self.pick("5", " 7", "007", "1_0", "x", "-1", "+3", "", "%(maxretry)s" if self.chance(self.danger) else "2", "5 6",
                             "0x10", "1e3", "9" * 18, "-0", "- 1", "1__0", "_1", "5\n  ", "1.0", "True", "5 ;x", "--1", "9223372036854775807",
                             "%(low)s")
        if name == "filter":
            return self.pick("", self.use(FILTERS, "jail"), self.use(FILTERS, "jail"), "f1", "f2[mode=%(mode)s]",
                             "f2[mode=%(mode)s, foo=%(bar)s]", "%(__name__)s[mode=%(mode)s]" if self.chance(0.3) else "f1",
                             "filter.d/f1" if self.chance(0.1) else "f-3", "f1.conf" if self.chance(0.1) else "j1")
        if name == "action":
            used = [self.use(ACTIONS + ["p.py"], "jail") for _ in self.some(0, 3)]
            used += ["%(action_)s"] if self.chance(0.3) else []
            return self.pick("\n    ", " ", "\n  ", "  ", "\n\n   ", "\n  # x\n  ", "\u2003", "\x0c", "\t").join(used)
        if name == "banaction":
            return self.pick(*ACTIONS, "a1[chain=x]", "a2[foo=%(foo)s][mode=x]", "%(low)s")
        if name == "action_":
            return self.pick("%(banaction)s", '%(banaction)s[port="%(port)s", name=%(__name__)s]', "%(banaction)s[actname=%(banaction)s-2]\n  a2")
        if name == "logpath" and self.chance(0.6):
            lines = ["%(fail2ban_confpath)s/logs/" + self.pick(*LOG_PATTERNS) for _ in self.some(1, 3)]
            return self.pick("\n   ", "\n   ", "\n\n  ", "\n  ; x\n  ", " ").join(lines)
        if name == "logpath":
            return self.pick("/dev/null", "/dev/nul? tail", "/nowhere/*", "/dev/null head\n  /dev/zero tail", "/etc/[p]asswd", "")
        if name == "journalmatch":
            return self.pick("_A=b + _C=d", "'a b' \"c\\\"d\" e\\ f", "a\n  b c", "''", "x" if not self.chance(self.danger) else "'open")
        return self.lines("jail")

    def value(self, kind, name, header=""):
        self.rank = FREE_OPTIONS.index(name) if name in FREE_OPTIONS else len(FREE_OPTIONS)
        self.insertions = self.pick(0, 1, 1, 2) if name in FREE_OPTIONS else 4
        if self.rank == 0 and not self.chance(self.danger * 4):
            self.insertions = 0  # there is nothing below it
        if name == "journalmatch" and not self.chance(self.danger):
            return self.jail_value(name)
        if kind == "jail" and not self.chance(0.1):
            return self.jail_value(name)
        if header != "DEFAULT" and self.chance(0.04 if kind == "main" or not name.startswith("action") else 0.02):
            return self.pick("%%(known/%s)s", "x%%(known/%s)s", "%%(known/%s)s\n   y", "%%(default/%s)s") % name.lower() if name in FREE_OPTIONS else \
                self.lines(kind)
        if kind == "jail" and name in ("failregex", "ignoreregex") and self.chance(0.1):
            return "%(known/failregex)s" + self.pick("", "\n   y <HOST>", "x")
        if kind == "main" and name == "loglevel":
            return self.pick("INFO", "debug", "10", "NOTICE", "x" if self.chance(self.danger) else "info")
        if kind == "main" and not self.chance(0.1 + self.danger * 4):
            return self.pick("auto;", "no", "1d", ":memory:", "/tmp/x y", "%(foo)s" if self.chance(self.danger) else "1")
        if kind == "main" and name == "dbmaxmatches":
            return self.pick("10", "x", "", "7")
        return self.lines(kind)

    def section(self, kind, header, names=None, first=()):
        indent = " " if self.chance(self.danger) else ""
        out = f"{indent}[{header}]{self.pick('', '', ' ', ' x', ' ; c')}\n"
        used = set()
        chosen = list(first) + [self.option_name(kind) if names is None else self.pick(*names) for _ in self.some(0, 7)]
        for name in chosen:
            if name.lower() in used and not self.chance(self.danger / 4):
                continue
            used.add(name.lower())
            if self.chance(0.1):
                out += self.pick("# comment\n", "; comment\n", "\n", "  \n", "#\n", "   # indented\n")
            delimiter = self.pick("=", " = ", " =", ": ", ":", "  =  ", "\t=\t")
            value = self.value(kind, name, header).replace("\r", "")
            name = name.upper() if self.chance(0.05) else name
            out += f"{name}{delimiter}{value}\n"
        if self.chance(self.danger / 4):
            out += self.pick("no delimiter\n", "= no name\n", "[]\n")
        return out

    def includes(self, names):
        out = "[INCLUDES]\n" if not self.chance(0.03) else "[Includes]\n"
        odd = ["missing.conf", "./leaf.conf", "sub/../leaf.conf", names[0].replace(".conf", ".local"), "sub/paths.conf", "%(__name__)s.conf",
               "../filter.d/leaf.conf", "../action.d/leaf.local", "missing" if self.newer else "sub", "missing" if self.newer else "", names[0] + " " + names[-1], names[-1] + " ;x",
               "x/%(low)s.conf" if self.chance(0.1) else "%%"]
        for option in ("before", "after"):
            if self.chance(0.5):
                option = option.title() if self.chance(0.1) else option
                files = [self.pick(*names, self.pick(*odd) if self.chance(0.25) else names[-1]) for _ in self.some(1, 2)]
                out += f"{option} = " + self.pick("\n         ", "\n  # x\n  ", "\n\n ").join(self.pick([], [], [""]) + files) + "\n"
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
        if self.chance(0.15):
            parts.append(self.section("jail", self.pick(*ODD_JAILS)))
        self.random.shuffle(parts)
        return "\n".join(parts)

    def definition_file(self, kind, names):
        parts = []
        if self.chance(0.25):
            parts.append(self.includes(names))
        if self.chance(0.4):
            parts.append(self.section(kind, "DEFAULT"))
        if not self.chance(0.05):
            parts.append(self.section(kind, "Definition", first=("failregex" if kind == "filter" else "actionban",) * self.chance(0.7)))
        if self.chance(0.6):
            parts.append(self.section(kind, "Init"))
        if self.chance(0.2):
            parts.append(self.section(kind, self.pick("Init?family=inet6", "Init?x=y", "Definition?a")))
        for name in ("lt_0", "lt_a", "j1", "known", "x") if self.chance(0.3) else ():
            parts.append(self.section(kind, name))
        self.random.shuffle(parts)
        return "\n".join(parts)

    def circle(self, kind):
        """Options of which each inserts the next, around the depth where fail2ban gives up."""
        count = self.pick(7, 8, 9, 10, 11) if kind == "jail" else self.pick(8, 23, 24, 25, 26, 27, 30)
        single, double = ("%(c{})s", "%(c{})s%(c{})s") if kind == "jail" else ("<c{}>", "<c{}>x<c{}>")
        form = self.pick(single, double if count < 12 else "x<c{}>", "<c<low>{}>", "%(c{})s")  # what doubles 24 times meets our caps
        lines = [f"c{number} = " + form.replace("{}", str(number + 1)) for number in range(count)]
        return "\n".join(lines + [f"c{count} = end", "bantime = %(c0)s" if kind == "jail" else "actionban = <c0>"]) + "\n"

    def disturbed(self, text):
        """What editors, other systems and people in a hurry do to a file."""
        lines = text.split("\n")
        for _ in self.some(0, 2) if self.chance(0.3) else ():
            at = self.random.randrange(len(lines) + 1)
            lines.insert(at, self.pick("   [j9]", "   foo = 1", "\t[DEFAULT]", "# x = 1", "; [j1]", "   # c", "\x0c", "  ; c ;", "\xa0", "    \t", "#", "\u2003x",
                                       "rem x" if self.chance(self.danger * 4) else "#rem"))
        if self.chance(self.danger):
            at = self.random.randrange(len(lines))
            lines.insert(at, lines[at])
        for at, line in enumerate(lines):
            if self.chance(0.02):
                lines[at] = line + self.pick(" ", "\t", " ; c", " ;", "\x0c")
            if self.chance(self.danger / 8):
                lines[at] = self.pick(" ", "\t", "    ") + line
        text = self.pick("\r\n", "\r", "\n").join(lines) if self.chance(0.05) else "\n".join(lines)
        if self.chance(0.03):
            text = text.rstrip("\n")
        if self.chance(self.danger / 4):
            text = "\ufeff" + text if self.newer or self.chance(0.5) else text.replace("é", "\udce9")
        return text

    def tree(self):
        files = self.definitions()
        for name in list(files):
            files[name] = self.disturbed(files[name])
        if self.chance(0.5):
            files.update(LOGS)
            files.update({"logs/d.log": Link("/nowhere"), "logs/e.log": Link("a.log"), "logs/f.log": Link("sub")})
        if self.newer:
            files["jail.d/newer.conf"] = "[DEFAULT]\n" + self.pick("skip_if_nologs = true\n", "skip_if_nologs = %(low)s\n", "systemd_if_nologs = false\n",
                                                                  "systemd_if_nologs = true\n")
            files.setdefault("fail2ban.conf", "[Definition]\n")
        if self.chance(0.05):
            files["jail.d/l.conf"] = Link(self.pick("../more.conf", "/nowhere", "/nowhere" if self.newer else "../filter.d"))
        if self.chance(0.02) and not self.newer:  # 1.1.1 refuses a tree with a file it can't read
            files["jail.d/d.conf/x"] = ""
        return files

    def definitions(self):
        files = {}
        # Names that everything refers to are mostly there.
        everything = "".join(f"{name} = {number}\n" for number, name in enumerate(FREE_OPTIONS) if not self.chance(self.danger / 4))
        base = f"[DEFAULT]\n{everything}enabled = true\nfilter = f1\n"
        base += "banaction = a1\naction_ = %(banaction)s[port=\"%(port)s\"]\n"
        base += "action = a1[name=%(__name__)s]\n" if self.chance(0.7) else ""
        base += "[base]\n" + (self.circle("jail") if self.chance(0.04) else "")
        names = ["jail.conf", "paths.conf", "more.conf", "jail.local"]
        files["jail.conf"] = base + self.jail_file(names).replace("[DEFAULT]", "[j2]" if self.chance(self.danger) else "[J9]")
        for name in PARTS + ODD_PARTS:
            if self.chance(0.3 if name in PARTS else 0.03):
                files[name] = self.jail_file(names)
        for kind, directory, stems in (("filter", "filter.d", FILTERS), ("action", "action.d", ACTIONS)):
            names = [stem + ".conf" for stem in stems] + ["common.conf"]
            for stem in stems + ["common"]:
                lead = f"[DEFAULT]\n{everything}" if not self.chance(0.02) else ""
                body = self.definition_file(kind, names)
                lead += self.circle(kind) if lead and kind == "action" and self.chance(0.03) else ""
                lead += "[other]\nlow = o\n"
                files[f"{directory}/{stem}.conf"] = lead + (body.replace("[DEFAULT]", "[Other]") if lead.startswith("[DEFAULT]") else body)
                for extra in (f"{stem}.local", f"{stem}.d/x.conf", f"{stem}.d/y.local", f"{stem}.d/X.conf"):
                    if self.chance(0.12):
                        files[f"{directory}/{extra}"] = self.definition_file(kind, names)
        for name in ("filter.d/leaf.conf", "filter.d/leaf.local", "action.d/leaf.conf", "action.d/leaf.local", "leaf.conf", "leaf.local"):
            if self.chance(0.4):
                files[name] = self.section(name.split(".")[0] if "/" in name else "jail", self.pick("Definition", "Init", "other"))
        if self.chance(0.5):
            lead = f"[DEFAULT]\n{everything}" if not self.chance(self.danger * 4) else ""
            files["fail2ban.conf"] = lead + "\n".join(self.section("main", name) for name in self.random.sample(
                ["Definition", "Other"] if lead else ["DEFAULT", "Definition", "Other"], self.random.randint(0, 2)))
            if self.chance(0.3):
                files["fail2ban.conf"] += self.section("main", "Thread", ["stacksize", "foo"]).replace("loglevel", "bar")
            for extra in ("fail2ban.local", "fail2ban.d/x.conf", "fail2ban.d/fixes.local"):
                if self.chance(0.2):
                    files[extra] = self.section("main", "Definition")
        return files


