"""A user's changes to a stock tree, always the same ones for a seed: jails switched on with other filters, modes, actions
and backends, .local files, and edits of the stock files that go wrong now and then.
"""

import os
import random
import re

LINE_EDITS = [
    lambda line: "", lambda line: "#" + line, lambda line: "; " + line, lambda line: " " + line, lambda line: "\t" + line, str.lstrip,
    lambda line: line + "\n" + line, lambda line: line + " ; note", lambda line: line + " # note", lambda line: line.replace("%", "", 1),
    lambda line: line.replace("=", ":", 1), lambda line: line.replace("<", "", 1), lambda line: line.replace("]", "", 1),
    lambda line: line + "\n\n", lambda line: line + "\n# note", lambda line: line.upper(), lambda line: line + "\r", lambda line: line[: len(line) // 2],
    lambda line: line.replace('"', "'"), lambda line: line.replace(" ", "\t"), lambda line: line + "\\", lambda line: line.replace("known/", "", 1),
    lambda line: line + "%", lambda line: line.replace("_", "-", 1), lambda line: line + "\n   <mode>", lambda line: line.replace(".conf", ".local"),
]
MODES = ["normal", "aggressive", "ddos", "extra", "more", "nosuch", "auth", "%(mode)s"]
JAIL_LINES = [
    "bantime = 1h", "bantime.increment = true", "maxretry = 3", "findtime = 1w", "mode = aggressive", "port = 0:65535", "ignoreip = 127.0.0.1/8 ::1",
    "logencoding = utf-8", "usedns = no", "destemail = a@b.c", "sender = x@<fq-hostname>", "mta = mail", "protocol = udp", "chain = <known/chain>",
    "failregex = %(known/failregex)s\n   ^extra <HOST>$", "ignoreregex = ^x", "maxlines = 3", "datepattern = %%Y", "journalmatch = _COMM=x",
    "logpath = /dev/null", "logpath = %(syslog_authpriv)s\n   /dev/null", "backend = systemd", "backend = polling", "backend = %(default/backend)s",
    "enabled = %(sshd/enabled)s", "banaction_allports = iptables-allports", "fail2ban_agent = X/%(fail2ban_confpath)s",
    "filter = %(known/filter)s", "port = ssh,%(known/port)s", "ignorecommand = %(fail2ban_confpath)s/x <ip>", "syslog_backend = auto", "logpath =",
]
ACTION_LINES = ["%(action_)s", "%(action_mw)s", "%(action_mwl)s", "%(action_xarf)s", "%(action_)s[chain=x]", "%(action_abuseipdb)s",
                '%(action_abuseipdb)s[abuseipdb_apikey="k", abuseipdb_category="18,22"]', "%(action)s", "%(known/action)s"]
ACTION_OPTIONS = ["port=1:2", 'port="a,b"', "protocol=all", 'chain="INPUT, FORWARD"', "blocktype=DROP", 'actionban="x <ip>"', "name=%(__name__)s-2",
                  "actname=other", "type=allports", "type=multiport", "bantime=0", "timeout=5m", 'blocktype="a <b> c"', "protocol=tcp", "table=x"]


def sections(text):
    return [name for name in re.findall(r"^\[(.+)\]", text, re.M) if name not in ("DEFAULT", "INCLUDES")]


class Generator:
    def __init__(self, stock, newer=False):
        self.newer = newer  # as fail2ban 1.1.1 has it
        self.stock = stock
        self.filters = self._stems("filter.d")
        self.actions = self._stems("action.d")
        self.jails = sections(self._read("jail.conf"))
        self.random = random.Random()

    def _stems(self, folder):
        return sorted(name[:-5] for name in os.listdir(os.path.join(self.stock, folder)) if name.endswith(".conf"))

    def _read(self, name):
        with open(os.path.join(self.stock, name), encoding="utf-8") as file:
            return file.read()

    def chance(self, share):
        return self.random.random() < share

    def filter_use(self, jail):
        name = jail if self.chance(0.5) and jail in self.filters else self.random.choice(self.filters)
        return name + self.random.choice(["", "[mode=" + self.random.choice(MODES) + "]", '[logtype=journal]', "[mode=%(mode)s, publickey=any]",
                                          '[failregex="%(known/failregex)s"]' if self.chance(0.1) else '[failregex="^x <HOST>"]', '[lockingopt="", x=<HOST>]'])

    def action_use(self):
        name = self.random.choice(self.actions)
        options = self.random.sample(ACTION_OPTIONS, self.random.randint(0, 3))
        return name + ("[" + self.random.choice([", ", ",", ",\n     "]).join(options) + "]" if options else "")

    def jail(self, name):
        lines = self.random.sample(JAIL_LINES, self.random.randint(0, 4))
        if self.chance(0.3):
            lines.append("filter = " + self.filter_use(name))
        if self.chance(0.3):
            lines.append("banaction = " + self.action_use())
        if self.chance(0.4):
            uses = [self.action_use() if self.chance(0.5) else self.random.choice(ACTION_LINES) for _ in range(self.random.randint(1, 3))]
            lines.append("action = " + "\n   ".join(uses))
        seen = set()
        lines = [line for line in lines if not (line.split(" =")[0] in seen or seen.add(line.split(" =")[0]))]
        enabled = not any(line.startswith("enabled") for line in lines) and self.chance(0.95)
        return f"[{name}]\n" + ("enabled = true\n" if enabled else "") + "\n".join(lines) + "\n"

    def edited(self, name):
        lines = self._read(name).split("\n")
        for _ in range(self.random.randint(1, 4)):
            at = self.random.randrange(len(lines))
            while self.chance(0.8) and (not lines[at].strip() or lines[at].startswith("#")):
                at = self.random.randrange(len(lines))  # comments are most of the lines
            lines[at] = self.random.choice(LINE_EDITS)(lines[at])
        return "\n".join(lines)

    def local(self, folder, stem):
        """The first lines of some sections of the stock file, changed."""
        text = f"[{self.random.choice(['Definition', 'Init', 'DEFAULT', 'Init?family=inet6'])}]\n"
        options = sorted(set(re.findall(r"^([\w.-]+)\s*=", self._read(f"{folder}/{stem}.conf"), re.M)))
        for option in self.random.sample(options, min(len(options), self.random.randint(0, 3))):
            text += f"{option} = {self.random.choice(['x', '%(known/' + option + ')s', '%(known/' + option + ')s y', '<known/' + option + '>', ''])}\n"
        return text

    def tree(self, seed):
        self.random.seed(seed)
        chosen = self.random.sample(self.jails, self.random.randint(1, 4)) + (["my-own"] if self.chance(0.3) else [])
        files = {"jail.local": "\n".join(([f"[DEFAULT]\nbanaction = {self.action_use()}\n"] if self.chance(0.3) else []) + [self.jail(name) for name in chosen])}
        if self.chance(0.3):
            files["jail.d/zz.local"] = self.jail(self.random.choice(chosen))
        for folder, stems in (("filter.d", self.filters), ("action.d", self.actions)):
            wanted = [stem for stem in stems if stem in files["jail.local"] or stem in chosen] or stems
            if self.chance(0.3):
                stem = self.random.choice(wanted)
                files[f"{folder}/{stem}.local"] = self.local(folder, stem)
            if self.chance(0.3):
                name = f"{folder}/{self.random.choice(wanted)}.conf"
                files[name] = self.edited(name)
        if self.chance(0.15):
            name = self.random.choice(["jail.conf", "paths-common.conf", "paths-debian.conf", "fail2ban.conf"])
            files[name] = self.edited(name)
        if self.newer:
            files["jail.d/newer.conf"] = "[DEFAULT]\nsystemd_if_nologs = " + self.random.choice(["true\n", "true\n", "false\n", "false\nskip_if_nologs = yes\n"])
        if self.chance(0.1):
            files["paths-overrides.local"] = "[DEFAULT]\nsyslog_authpriv = /dev/null\nbackend = systemd\n"
        return files
