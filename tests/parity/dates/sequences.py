"""Makes sequences of log lines with dates in them, from a seed."""
import dataclasses
import datetime
import random
import typing

ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/St_Johns",
         "Pacific/Apia", "Africa/Casablanca", "America/Sao_Paulo", "Asia/Tokyo", "Europe/Dublin", "Africa/Cairo",
         "Pacific/Chatham", "Asia/Tehran", "America/Havana", "Antarctica/Troll", "Asia/Gaza", "Europe/Istanbul"]
LOG_ZONES = [None] * 8 + ["UTC+0200", "CET", "-05:30", "Z"]
# Around where the clocks of some zone change, on the wall: begin and end of the hours that matter.
CHANGES = [(2026, 3, 29, 1), (2026, 10, 25, 1), (2026, 3, 8, 1), (2026, 11, 1, 0), (2026, 4, 5, 1), (2026, 10, 4, 1),
           (2025, 10, 26, 1), (2024, 3, 31, 1), (2024, 11, 3, 0), (2025, 10, 5, 1), (2018, 11, 4, 0), (2011, 12, 30, 0)]
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
ABBREVIATIONS = ["PDT", "CET", "CEST", "UTC", "GMT", "EST", "MSK", "error", "FOO", "X", "AB", "Ast"]
OFFSETS = ["+0200", "-05:30", "Z", "+00:00", "-0000", "UTC", "GMT", "+05", "-19:59", "+2500"]

HEADS = [""] * 12 + ["[", "<", " ", "  ", "(", "\"", "- ", "[ ", "   ", "host ", "[host] ", "x", "1", "12 ", "é ", "日本 [",
                     "msg=", "foo[1234]: ", "192.0.2.1 - - [", "t=", "L ", "audit(", "a b c d e f g h ", "_", "#", "\t"]
TAILS = ["", " ", "] ", ">", ": ", "x", "1", " host sshd[12]: Failed password for root from 192.0.2.1", ",", "Z", " +0100",
         ") x", " AM", " PM", "_", " 2026", ".5", ":12", "é", "\"", " - - ", "T", " error x"]
LATER = ["", "", "", " at 2026-11-21 10:11:12 again", " Nov 20 01:02:03", " 12:13:14", " 1795341600", " 10/11/2026 01:02:03"]

STOCK = [
    "{^LN-BEG}", "{^LN-BEG}Epoch", "EPOCH", "LEPOCH", "^LEPOCH", "TAI64N", "{^LN-BEG}TAI64N", "{DEFAULT}", "{NONE}",
    "^{DATE}", "^[^\\[]*\\[({DATE})", "^<[^>]*>{DATE}", "{DATE}\\s", "{date}$", "t={DATE}",
    "^[^-]+ -- [^-]+ -- - ({DATE})", "^%Y-%m-%d %H:%M:%S", "^%H:%M:%S", "^%b %d, %ExY %I:%M:%S %p",
    "^\\[%d/%b/%Y %H:%M:%S\\]", "^%Y:%m:%d-%H:%M:%S", "%d/%b[^/]*/%Y:%H:%M:%S %z", "^L %d/%m/%Y - %H:%M:%S",
    "^(?:%Y-)?%m-%d[ T]%H:%M:%S(?:\\.%f)?", "{^LN-BEG}%ExY(?P<_sep>[-/.])%m(?P=_sep)%d[T ]%H:%M:%S(?:[.,]%f)?(?:\\s*%z)?",
    "%Y-%m-%d %H:%M:%S\n{DEFAULT}", "^%b %d %H:%M:%S\n{NONE}", "%H:%M:%S\n%Y-%m-%d", "{UNB}%H:%M:%S", "**%H:%M:%S**",
    "**%Y-%m-%d", "%y%m%d **", "msg=(%b %d) %H:%M:%S", "^audit\\({EPOCH}", "{LEPOCH}$", "t={EPOCH}", "(x){EPOCH}", "%j %Y",
    "%Y %U %w", "%Y %W %a", "%A %d %B %Y", "%c", "%x %X", "%l:%M %p", "%k:%M", "%I %p", "%Y%m%d%H%M%S", "%ExY%Exm%Exd%ExH%ExM%ExS",
    "%Exk:%ExM", "%Exl:%ExM %p", "%H:%M %ExZ", "%H:%M %Exz", "%H:%M %Z", "%d.%m. %H:%M", "(?P<Y>\\d{4})!(?P<m>\\d+)!(?P<d>\\d+)",
    "%%%Y", "%Y-%q", "%Y %", "%Y-(", "^(?P<H>\\d+)h", "%d/%m %H:%M", "\\s%H:%M:%S", "%b %d\\s", "%H:%M:%S$", "%s", "%V %G %u",
]
PIECES = ["%Y", "%m", "%d", "%H", "%M", "%S", "%f", "%y", "%b", "%B", "%a", "%A", "%j", "%z", "%Z", "%k", "%l", "%I", "%p",
          "%ExY", "%Exm", "%Exd", "%ExH", "%ExM", "%ExS", "%Exy", "%Exk", "%Exl", "%Exz", "%ExZ", "%U", "%W", "%w"]
GLUE = ["-", "/", ":", " ", "  ?", "[ T]", "\\.", "\\s+", "", ",", "_", "(?: |$)"]


@dataclasses.dataclass
class Sequence:
    zone: str
    log_zone: typing.Optional[str]
    pattern: typing.Optional[str]
    year: int
    lines: list


class Generator:
    def __init__(self, rng: random.Random):
        self._rng = rng

    def next(self):
        r = self._rng
        zone, log_zone = r.choice(ZONES), r.choice(LOG_ZONES)
        moment = self._moment()
        pattern = self._pattern() if r.random() < 0.5 else None
        now = (moment - datetime.datetime(1970, 1, 1)).total_seconds() + r.choice([0, 3600, 86400, -3600, 7200])
        lines = []
        style = self._style(pattern)
        # Far from a turn of the year: then our clock's year and the oracle's module's are the same.
        for _ in range(r.choice([3, 10, 30, 80])):
            if r.random() < 0.12:
                style = self._style(pattern)
            now += r.choice([0, 0, 0.25, 1, 1, 2, 30, 301, 4000])
            moment += datetime.timedelta(seconds=r.choice([0, 0, 1, 1, 7, 600, 3600]))
            stamp = self._moment() if r.random() < 0.05 else moment
            lines.append((now, self._line(stamp, style)))
        return Sequence(zone, log_zone, pattern, moment.year, lines)

    def _moment(self):
        r = self._rng
        if r.random() < 0.4:
            year, month, day, hour = r.choice(CHANGES)
            return datetime.datetime(year, month, day, hour) + datetime.timedelta(seconds=r.randrange(3 * 3600))
        year = r.choice([2026, 2026, 2026, 2025, 2024, 2019, 2012, 2028, 2033, r.randint(2001, 2037)])
        first = datetime.datetime(year, 1, 4, r.randrange(24), r.randrange(60), r.randrange(60))
        return first + datetime.timedelta(days=r.randrange(355))

    def _pattern(self):
        r = self._rng
        if r.random() < 0.6:
            pattern = r.choice(STOCK)
            return pattern if r.random() < 0.8 else pattern + "\n" + r.choice(STOCK)
        text = "".join(r.choice(PIECES) + r.choice(GLUE) for _ in range(r.randint(1, 6)))
        if r.random() < 0.2:
            text = "(" + text + ")"
        if r.random() < 0.2:
            text = "(?:" + text + ")?" + r.choice(PIECES)
        return r.choice(["", "", "", "^", "{^LN-BEG}", "{UNB}", "**", "^\\w* ", "(?i)"]) + text + r.choice(["", "", "", "**", "$", "\\b"])

    def _style(self, pattern):
        """A format, a head and a tail: what stays the same from line to line."""
        r = self._rng
        kind = r.choice(KINDS)
        if pattern is not None and "%" in pattern and r.random() < 0.6:
            kind = self._like(r.choice(pattern.split("\n")))
        return kind, r.choice(HEADS), r.choice(TAILS), r.choice(LATER)

    def _like(self, pattern):
        """Writes dates as the pattern wants them, more or less."""
        def write(g, t):
            out, i = "", 0
            while i < len(pattern):
                if pattern.startswith("%Ex", i) and i + 3 < len(pattern):
                    out += g.directive(pattern[i + 3], t)
                    i += 4
                elif pattern[i] == "%" and i + 1 < len(pattern):
                    out += g.directive(pattern[i + 1], t)
                    i += 2
                elif pattern[i] == "\\" and i + 1 < len(pattern):
                    out += {"s": " ", "d": "7", "w": "w", "b": "", "S": "x"}.get(pattern[i + 1], pattern[i + 1])
                    i += 2
                else:
                    out += "" if pattern[i] in "^$()?*+" else pattern[i]
                    i += 1
            for text, plain in (("{LN-BEG}", ""), ("{UNB}", ""), ("[ T]", "T"), ("|", ""), (":P<Y>", ""), ("{4}", "")):
                out = out.replace(text, plain)
            return out
        return write

    def directive(self, letter, t):
        r = self._rng
        plain = {"Y": "%Y", "m": "%m", "d": "%d", "H": "%H", "M": "%M", "S": "%S", "y": "%y", "b": "%b", "B": "%B", "a": "%a",
                 "A": "%A", "j": "%j", "I": "%I", "p": "%p", "U": "%U", "W": "%W", "w": "%w", "c": "%c", "x": "%x", "X": "%X",
                 "V": "%V", "G": "%G", "u": "%u"}
        if letter in plain:
            text = t.strftime(plain[letter])
            return text.lstrip("0") or "0" if r.random() < 0.1 else text
        if letter == "k":
            return "%2d" % t.hour
        if letter == "l":
            return "%2d" % ((t.hour - 1) % 12 + 1)
        if letter == "f":
            return str(r.randrange(10 ** r.randint(1, 7)))
        if letter == "z":
            return r.choice(OFFSETS)
        if letter == "Z":
            return r.choice(ABBREVIATIONS)
        return "%"

    def _line(self, t, style):
        r = self._rng
        kind, head, tail, later = style
        text = kind(self, t)
        if r.random() < 0.06:
            text = self._damaged(text)
        if r.random() < 0.04:
            head = r.choice(HEADS)
        if r.random() < 0.04:
            tail = r.choice(TAILS)
        if r.random() < 0.04:
            text = ""
        return head + text + tail + later

    def _damaged(self, text):
        r = self._rng
        if not text:
            return text
        at = r.randrange(len(text))
        return r.choice([
            lambda: text[:at] + text[at + 1:],
            lambda: text[:at] + r.choice("0123456789 :-/.TZabJé") + text[at:],
            lambda: text[:at] + r.choice("0123456789 :-/.") + text[at + 1:],
            lambda: text.upper(),
            lambda: text.lower(),
            lambda: text.replace("2", "3"),
            lambda: text.replace(" 1", " 31 ").replace("0", "9"),
        ])()

    # Optional parts of the formats.
    def fraction(self, signs="."):
        r = self._rng
        return r.choice(signs) + str(r.randrange(10 ** r.randint(1, 7))) if r.random() < 0.4 else ""

    def offset(self, blank=""):
        return blank + self._rng.choice(OFFSETS) if self._rng.random() < 0.4 else ""

    def weekday(self, t):
        return DAYS[t.weekday()] + " " if self._rng.random() < 0.4 else ""

    def year(self, t):
        return " %d" % t.year if self._rng.random() < 0.4 else ""

    def choice(self, *options):
        return self._rng.choice(options)


def iso(g, t):
    s = g.choice("-", "-", "-", "/", ".")
    return "%d%s%02d%s%02d%s%02d:%02d:%02d%s%s" % (t.year, s, t.month, s, t.day, g.choice("T", " ", " ", "  ", "_"), t.hour,
                                                   t.minute, t.second, g.fraction(".,"), g.offset(g.choice("", "", " ")))


def syslog(g, t):
    return "%s%s %s %s%s%s" % (g.weekday(t), MONTHS[t.month - 1], g.choice("%02d", "%2d", "%d") % t.day,
                               g.choice("%02d:%02d:%02d", "%2d:%02d:%02d") % (t.hour, t.minute, t.second), g.fraction(), g.year(t))


def year_before_time(g, t):
    return "%s%s %02d %d %02d:%02d:%02d%s" % (g.weekday(t), MONTHS[t.month - 1], t.day, t.year, t.hour, t.minute, t.second,
                                             g.fraction())


def day_first(g, t):
    s = g.choice("-", "/", "-/")
    return "%02d%s%02d%s%s %02d:%02d:%02d" % (t.day, s[0], t.month, s[-1], g.choice("%d" % t.year, "%02d" % (t.year % 100)),
                                             t.hour, t.minute, t.second)


def apache(g, t):
    s = g.choice("/", "-")
    return "%02d%s%s%s%d%s%02d:%02d:%02d%s%s" % (t.day, s, MONTHS[t.month - 1], s, t.year, g.choice(":", " ", ""), t.hour, t.minute,
                                               t.second, g.fraction(), g.offset(" "))


def month_first(g, t):
    return g.choice("%02d/%02d/%d:%02d:%02d:%02d", "%02d-%02d-%d %02d:%02d:%02d" + g.fraction()) % (
        t.month, t.day, t.year, t.hour, t.minute, t.second)


def epoch(g, t):
    seconds = int((t - datetime.datetime(1970, 1, 1)).total_seconds())
    return g.choice("%d", "%d.123", "[%d]", "audit(%d.123:7)", "audit(%d:x", "%d.123456", "%d123", "%d123456", "%d123.5", "(%d)") % seconds


def time_only(g, t):
    return "%02d:%02d:%02d%s" % (t.hour, t.minute, t.second, g.fraction())


def bracketed(g, t):
    return "<%02d/%02d/%02d@%02d:%02d:%02d>" % (t.month, t.day, t.year % 100, t.hour, t.minute, t.second)


def mysql(g, t):
    return "%02d%02d%02d%s%02d:%02d:%02d" % (t.year % 100, t.month, t.day, g.choice(" ", "  "), t.hour, t.minute, t.second)


def tomcat(g, t):
    return "%s %02d, %d %02d:%02d:%02d %s" % (MONTHS[t.month - 1], t.day, t.year, (t.hour - 1) % 12 + 1, t.minute, t.second,
                                             "PM" if t.hour > 11 else g.choice("AM", "am"))


def assp(g, t):
    return "%s-%02d-%02d %02d:%02d:%02d" % (MONTHS[t.month - 1], t.day, t.year % 100, t.hour, t.minute, t.second)


def compact(g, t):
    return "%d%02d%02d%s%02d%02d%02d%s%s" % (t.year, t.month, t.day, g.choice("T", " ", "  "), t.hour, t.minute, t.second,
                                           g.fraction(".,"), g.offset())


def zone_first(g, t):
    return g.choice(*ABBREVIATIONS, *OFFSETS) + " " + syslog(g, t)


def tai(g, t):
    return "@%x%08x" % (0x4000000000000000 + int((t - datetime.datetime(1970, 1, 1)).total_seconds()), 123456789)


def none(g, t):
    return g.choice("", "no date here", "12", "pid 1234", "1:2", "a:b:c", "Nov", "10.0.0.1")


KINDS = [iso, iso, iso, syslog, syslog, syslog, year_before_time, day_first, apache, apache, month_first, epoch, time_only, bracketed,
         mysql, tomcat, assp, compact, zone_first, tai, none]
