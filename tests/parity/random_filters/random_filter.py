"""Random filter files, logs for them and command lines: what the language of filters permits, nothing copied."""

import datetime

import random_expression

START = datetime.datetime(2026, 3, 28, 22, 0, 0, tzinfo=datetime.timezone(datetime.timedelta(hours=1)))

# How dates look that the default date detection is asked for.
DEFAULT_SHAPES = [
    "%b %d %H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S.123456+02:00", "[%d/%b/%Y:%H:%M:%S +0100]",
    "%a %b %d %H:%M:%S.12 %Y", "EPOCH", "EPOCH.123", "%d-%m-%Y %H:%M:%S", "%Y%m%d %H%M%S", "TAI64N",
    "<%m/%d/%y@%H:%M:%S>", "%H:%M:%S", "%b %d, %Y %I:%M:%S PM",
]
# datepattern as a filter writes it and how its dates look.
PATTERNS = [
    ("^%%Y-%%m-%%d %%H:%%M:%%S", "%Y-%m-%d %H:%M:%S"),
    ("{^LN-BEG}%%b %%d %%H:%%M:%%S", "%b %d %H:%M:%S"),
    ("{^LN-BEG}", "%b %d %H:%M:%S"),
    (r"%%ExY(?P<_sep>[-/.])%%m(?P=_sep)%%d[T ]%%H:%%M:%%S(?:[.,]%%f)?(?:\s*%%z)?", "%Y.%m.%d %H:%M:%S,250 +0300"),
    ("EPOCH", "EPOCH"), (r"^\[EPOCH\]", "[EPOCH]"), ("{^LN-BEG}EPOCH", "x EPOCH"),
    ("LEPOCH", "LEPOCH"), (r"^\s*LEPOCH:", "  LEPOCH:"), (r"time=(?:EPOCH|LEPOCH)", "time=EPOCH"),
    ("TAI64N", "TAI64N"), ("^TAI64N", "TAI64N"),
    ("{NONE}", "%Y-%m-%d %H:%M:%S"),
    (r"^\S+ {DATE}", "host %Y-%m-%d %H:%M:%S"), ("^{DATE}", "%b %d %H:%M:%S"),
    (r"^<\d+>\d+\s+{DATE}", "<34>1 %Y-%m-%dT%H:%M:%SZ"), (r"{DATE}\s+at$", "%b %d %H:%M:%S"),
    ("%%d/%%b/%%Y:%%H:%%M:%%S %%z", "%d/%b/%Y:%H:%M:%S -0330"),
    ("%%Exy%%Exm%%Exd %%ExH%%ExM%%ExS", "%y%m%d %H%M%S"),
    ("^%%ExY-%%Exm-%%Exd %%Exk:%%ExM:%%ExS %%ExZ", "%Y-%m-%d %H:%M:%S CET"),
    ("^%%Y-%%m-%%d %%H:%%M:%%S %%Exz", "%Y-%m-%d %H:%M:%S GMT+02:00"),
    ("{UNB}%%Y-%%m-%%d %%H:%%M:%%S", "x%Y-%m-%d %H:%M:%Sx"),
    ("**%%Y-%%m-%%d %%H:%%M:%%S**", "x%Y-%m-%d %H:%M:%Sx"), ("**EPOCH", "id9EPOCH"),
    ("%%H:%%M:%%S", "%H:%M:%S"), ("%%I:%%M:%%S %%p", "%I:%M:%S PM"), ("%%j %%H:%%M:%%S", "%j %H:%M:%S"),
    ("%%A, %%d %%B %%Y %%H:%%M:%%S", "%A, %d %B %Y %H:%M:%S"), ("%%a %%W %%Y %%H:%%M:%%S", "%a %W %Y %H:%M:%S"),
    ("%%G-W%%V-%%u %%H:%%M:%%S", "%G-W%V-%u %H:%M:%S"), ("(?i:%%b) %%d %%k:%%M:%%S", "%b %d %H:%M:%S"),
    ("%%Y-%%m-%%d(?P<_x>)?T?%%l:%%M", "%Y-%m-%dT%I:%M"), ("%%d.%%m.%%y %%H:%%M", "%d.%m.%y %H:%M"),
    ("^%%b %%d %%H:%%M:%%S\n  ^%%Y-%%m-%%d %%H:%%M:%%S\n  EPOCH", "%Y-%m-%d %H:%M:%S"),
    ("^%%Y-%%m-%%d\n  {DATE}", "%b %d %H:%M:%S"),
    ("%%c", "%a %b %d %H:%M:%S %Y"), ("%%x %%X", "%m/%d/%y %H:%M:%S"),
    (r"(?:\[(?P<pid>\d+)\] )?%%Y-%%m-%%d %%H:%%M:%%S", "[12] %Y-%m-%d %H:%M:%S"),
]
DATES = [(None, shape) for shape in DEFAULT_SHAPES] + PATTERNS
IN_FRONT = ["", "", "", "", "", " ", "[", "x ", "host ", "12 "]

PREFIXES = [
    r"^\s*(?:\S+ )?app(?:\[\d+\])?: <F-CONTENT>.+</F-CONTENT>$",
    r"^<F-MLFID>\s*(?:h )?app(?:\[\d+\])?</F-MLFID>: (?:<F-LEVEL>warn|error</F-LEVEL>: )?<F-CONTENT>.*</F-CONTENT>",
    r"^\s*\S+ (?:app|web)(?:\[<F-PID>\d+</F-PID>\])?:\s+(?:id=<F-WHO>\w*</F-WHO> )?<F-CONTENT>.+</F-CONTENT>\s*$",
    r"^\s*<F-MLFID>(?:\S+ )?\w+\[\d+\]</F-MLFID>: (?:[Ll]ogin <F-NOFAIL>ok</F-NOFAIL>|<F-CONTENT>.+</F-CONTENT>)$",
    r"^\s*\S+ app\[\d+\]: <F-CONTENT>(?:(?!<HOST>).)*.*</F-CONTENT>",
    r"^(?:[^ ]* )*+", "app",
]
CONNECTION = r"^\s*\S+ <F-MLFID>app\[\d+\]</F-MLFID>: "
KINDS = ["plain", "plain", "prefix", "prefregex", "prefregex", "connection", "multi", "modes", "sections"]

# Parameters on the command line: how often, which, and values.
GIVEN = [
    (0.1, "logtype", ["file", "short", "journal", "rfc5424"]), (0.05, "maxlines", ["1", "4"]),
    (0.05, "usedns", ["no", "raw"]), (0.05, "prefregex", ["", "^(?:\\S+ )?app: <F-CONTENT>.*</F-CONTENT>"]),
    (0.04, "datepattern", ["%%Y-%%m-%%d", "{NONE}", "EPOCH"]), (0.03, "_daemon", ["web", "app,web"]),
    (0.03, "start", ["x", "y,"]),
]


def date_text(shape, moment):
    seconds = int(moment.timestamp())
    for name, value in (("LEPOCH", str(seconds * 1000)), ("EPOCH", str(seconds)),
                        ("TAI64N", f"@{0x4000000000000000 + 10 + seconds:016x}00000000")):
        if name in shape:
            return shape.replace(name, value)
    return moment.strftime(shape)


def option(name, patterns):
    return f"{name} = " + "\n    ".join(pattern.replace("%", "%%") for pattern in patterns) + "\n"


class RandomFilter:
    """One filter with its files, what its log is made of, and command lines for it."""

    def __init__(self, choose):
        self.choose = choose
        self.parameters = {}
        self.ignores = False
        self.expressions = [random_expression.expression(choose) for _ in range(choose.randint(1, 3))]
        self.pattern, self.shape = choose.choice(DATES)
        self.kind = choose.choice(KINDS)

    def text(self):
        patterns = [pattern for pattern, _ in self.expressions]
        head, body, init = getattr(self, self.kind)(patterns)
        if self.kind in ("prefix", "modes") or self.choose.random() < 0.2:
            head = "[INCLUDES]\nbefore = common.conf\n" + head
        return head + "[Definition]\n" + body + self.rest() + "[Init]\n" + self.init() + init

    def plain(self, patterns):
        return "", option("failregex", patterns), ""

    def prefix(self, patterns):
        daemon = self.choose.choice(["app", "(?:app|web)", r"(?:sub/)?app\S*", "app(?:-x)?"])
        lines = ["^%(__prefix_line)s" + pattern.removeprefix("^").replace("%", "%%") for pattern in patterns]
        return "", f"_daemon = {daemon}\nfailregex = " + "\n    ".join(lines) + "\n", ""

    def prefregex(self, patterns):
        return "", option("prefregex", [self.choose.choice(PREFIXES)]) + option("failregex", patterns), ""

    def connection(self, patterns):
        ends = [r"<F-NOFAIL>seen</F-NOFAIL> <HOST>",
                r"<F-MLFFORGET>closed</F-MLFFORGET>" + self.choose.choice([" <HOST>", ""]),
                r"<F-MLFGAINED>welcome</F-MLFGAINED> <F-USER>\S+</F-USER>"]
        return "", option("failregex", [CONNECTION + pattern.removeprefix("^") for pattern in patterns + ends]), ""

    def multi(self, patterns):
        first = r"^.*app\[(?P<pid>\d+)\]: " + patterns[0].removeprefix("^") + r"(?:\s|$)<SKIPLINES>.*\[(?P=pid)\]: refused"
        return "", f"maxlines = {self.choose.choice([1, 2, 3, 5, 10])}\n" + option("failregex", [first, *patterns[1:]]), ""

    def modes(self, patterns):
        names = ["normal", "extra", "all"][:len(patterns)]
        body = "".join(option(f"mdre-{name}", [pattern]) for name, pattern in zip(names, patterns))
        body += "mdre-all = %(mdre-normal)s\n  <mdre-extra>\n" if len(patterns) == 2 else ""
        self.parameters["mode"] = self.choose.choice([*names, *names, "none"])
        return "", body + "failregex = <mdre-<mode>>\n", "mode = normal\n"

    def sections(self, patterns):
        self.parameters["kind"] = self.choose.choice("ab")
        init = "".join(f"[re_{kind}]\n" + option("failregex", [pattern]) for kind, pattern in zip("ab", patterns * 2))
        body = "failregex = <re_<kind>/failregex>\n" + self.choose.choice(["", "  <re_b/failregex>\n"])
        return "[DEFAULT]\nkind = a\nstart = (?:x )?\n", body, init

    def rest(self):
        choose = self.choose
        out = f"datepattern = {self.pattern}\n" if self.pattern else ""
        if choose.random() < 0.25:
            self.ignores = True
            pattern = choose.choice([r"203\.0\.113\.8", "(?i)ROOT", "<HOST> extra", r"^\s*$", "login$", r"for user (?!bob)",
                                     r"[^\x00-\x7f]"])
            out += option("ignoreregex", [pattern] + (["nothing"] if choose.random() < 0.3 else []))
        if choose.random() < 0.05:
            out += f"logtype = {choose.choice(['file', 'short', 'journal', 'rfc5424'])}\n"
        return out

    def init(self):
        choose = self.choose
        if choose.random() < 0.7:
            return ""
        self.parameters.setdefault("extra", choose.choice(["(?:a|b)", "a,b", "", "x]y"]))
        return choose.choice(["extra = x\n", "extra = <mode>\n", "extra = (?:y)?\nextra?family=inet6 = z\n"])

    def local(self):
        """What the administrator adds in a file of his own."""
        self.ignores = True
        pattern, write = random_expression.expression(self.choose)
        self.expressions.append((pattern, write))
        own = pattern.replace("%", "%%")
        return "[Definition]\n" + self.choose.choice([
            f"failregex = %(known/failregex)s\n  {own}\n", f"failregex = {own}\n[Init]\nmode = extra\n",
            "prefregex = \n", "ignoreregex = %(known/ignoreregex)s\n", "_daemon = web\nknown = %(known/_daemon)s\n",
            "maxlines = 3\n", "datepattern = {^LN-BEG}\n"])

    def jail(self):
        values = ",".join(f'{name}="{value}"' for name, value in self.parameters.items())
        filter_name = "one" + (f"[{values}]" if values else "")
        more = self.choose.choice(["", "maxlines = 2\n", "ignoreregex = bob\n", "usedns = raw\n", "logtimezone = UTC+0200\n",
                                   "failregex = %(known/failregex)s\n   ^x <HOST>\n", "datepattern = {DATE}\n"])
        return ("[DEFAULT]\nbackend = auto\nusedns = no\n[box]\nenabled = true\nlogpath = /dev/null\n"
                f"filter = {filter_name}\n{more}")

    def body(self):
        """A line without its date."""
        choose, pid = self.choose, self.choose.choice([7, 7, 8, 812])
        message, special = choose.choice(self.expressions)[1](), choose.random()
        if special < 0.35 and self.kind in ("connection", "multi"):
            message = choose.choice(["seen 203.0.113.77", "closed 203.0.113.77", "closed", "welcome amy", "refused",
                                     "refused"])
        elif special < 0.1:
            message = self.damaged(message)
        if self.kind == "plain" and choose.random() < 0.7:
            return message
        usual = f"h app[{pid}]: "
        return choose.choice([*[usual] * 8, "app: ", f" {usual}error: ", f"h web[{pid}]: ", "", "h kernel: [ 12.3] ",
                              f"h app {pid} - - ", f"{usual}id=bob ", "x "]) + message

    def damaged(self, message):
        choose, at = self.choose, self.choose.randrange(len(message) + 1)
        return choose.choice([message[:at], message[at:], message.swapcase(), message + " extra", message + " ",
                              message[:at] + choose.choice("\t\r\x0b\u2028\x00\u00e9(") + message[at:],
                              "# " + message, message.replace(" ", "  ")])

    def log(self):
        choose, moment, out = self.choose, START, b""
        for _ in range(choose.randint(3, 9)):
            moment += datetime.timedelta(seconds=choose.choice([0, 1, 61, 3600, 86400 * 40]))
            shape = self.shape if choose.random() < 0.85 else choose.choice(DATES)[1]
            date = choose.choice(IN_FRONT) + date_text(shape, moment) if choose.random() < 0.93 else ""
            line = (date + choose.choice([" ", " ", " ", ": ", "] ", ""]) + self.body()).encode()
            out += line + choose.choice([b"\n", b"\n", b"\n", b"\r\n"])
        return out

    def options(self):
        choose = self.choose
        shown = [["-o", "row"]] * 6 + [[], ["-v"], ["-o", "<F-*>"], ["-o", "<ip>|<fid>|<F-USER>|<time>|<msg>"]]
        options = [*choose.choice(shown),
                   *choose.choice([["-r"], ["-r"], ["--usedns", "no"], ["--usedns", "raw"], ["--usedns", "no", "-r"]])]
        for chance, more in ((0.15, ["-L", str(choose.randint(1, 5))]), (0.05, ["--no-check-all"]),
                             (0.1, ["--TZ", choose.choice(["UTC", "UTC+0530", "EST", "UTC-0330"])]),
                             (0.08, ["-d", (choose.choice(DATES)[0] or "{DATE}").replace("%%", "%")]),
                             (0.05, ["-e", choose.choice(["latin-1", "ascii", "utf-8"])])):
            options += more if choose.random() < chance else []
        return options

    def arguments(self, name, log):
        """A command line for the filter of that name or, now and then, for its first expression itself."""
        choose = self.choose
        given = dict(self.parameters) if choose.random() < 0.8 else {}
        given.update((name, choose.choice(values)) for chance, name, values in GIVEN if choose.random() < chance)
        quote = choose.choice("\"'")
        values = ",".join(f"{key}={quote}{value}{quote}" for key, value in given.items())
        regex = name + (f"[{values}]" if given else "")
        if choose.random() < 0.1:
            regex = self.expressions[0][0]
        # A filter with an ignoreregex beside: see docs/differences.md.
        ignored = choose.random() < 0.05 and not self.ignores and name != "box"
        return [*self.options(), log, regex, *([choose.choice(["bob", "203", "^$"])] if ignored else [])]
