"""fail2ban's date detector in this process, each detector as fresh as in a server of its own.

GAOLER_ORACLE names the directory that tools/oracle made; only its modules are used, nothing is changed there.
"""
import datetime
import os
import sys
import time
import types
import warnings

sys.dont_write_bytecode = True
warnings.filterwarnings("ignore")


LOST = "lost"


def require():
    oracle = os.environ.get("GAOLER_ORACLE", "")
    if not os.path.isdir(os.path.join(oracle, "lib", "fail2ban")):
        print("skipped: GAOLER_ORACLE names no directory made by tools/oracle")
        sys.exit(77)
    if not os.path.exists("/usr/bin/python3"):
        print("skipped: no /usr/bin/python3")
        sys.exit(77)
    # Debian's interpreter: the oracle is Debian's package.
    if os.path.realpath(sys.executable) != os.path.realpath("/usr/bin/python3"):
        os.execv("/usr/bin/python3", ["/usr/bin/python3"] + sys.argv)
    sys.path.insert(0, os.path.join(oracle, "lib"))
    import logging
    logging.disable(logging.CRITICAL)


def as_1_1_1(template):
    """We know one of the default templates as fail2ban 1.1.1 does (docs/differences.md)."""
    return template.replace("%Exd(?:T|", "%Exd(?:-|T|").replace("%ExH%ExM%ExS", "%ExH:?%ExM:?%ExS")


class Oracle:
    """Detectors one after the other, with a clock and a zone that the caller sets."""

    def __init__(self):
        from fail2ban.server import datedetector, mytime, strptime
        self._dd, self._mytime, self._strptime = datedetector, mytime.MyTime, strptime
        self._formats = [as_1_1_1(f) for f in datedetector.DateDetectorCache.DEFAULT_TEMPLATES]
        self._now = 0.0
        datedetector.time = types.SimpleNamespace(time=lambda: self._now)  # when templates were used last
        self.detector = None

    def set_zone(self, zone):
        os.environ["TZ"] = zone
        time.tzset()

    def _set_years(self, year):
        """What %ExY accepts is fixed when the module is loaded: load it as if it were that year."""
        class Clock(datetime.datetime):
            @classmethod
            def now(cls, tz=None):
                return cls(year, 6, 1)
        real = self._strptime.datetime
        self._strptime.datetime = types.SimpleNamespace(datetime=Clock, timedelta=datetime.timedelta)
        try:
            self._strptime._updateTimeRE()
        finally:
            self._strptime.datetime = real

    def new_detector(self, pattern, zone, year):
        """None, or why it was refused."""
        self._set_years(year)
        dd = self._dd
        dd.DD_patternCache = dd.Utils.Cache(maxCount=1000, maxTime=60 * 60)
        dd.DateDetectorCache.DEFAULT_TEMPLATES = list(self._formats)
        dd.DateDetector._defCache = dd.DateDetectorCache()
        self.detector = None
        detector = dd.DateDetector()
        try:
            if zone is not None:
                detector.default_tz = zone
            for line in (pattern or "").split("\n"):
                if line.strip():
                    detector.appendTemplate(line.strip())
            if pattern is not None:  # patterns are compiled when used first: do it now
                for template in detector.templates:
                    template.template._compileRegex()
        except Exception as e:
            return "%s: %s" % (type(e).__name__, e)
        self.detector = detector
        return None

    def find(self, line, now):
        """(begin, end, time, name) with positions in bytes, or None. The time is None if there is none. LOST instead of
        the time or of all, where fail2ban's code fails on the line and drops it."""
        self._now = now
        self._mytime.setTime(now)
        try:
            match, template = self.detector.matchTime(line)
        except Exception:
            return LOST
        if not match:
            return None
        begin, end = match.span(1)
        if begin == end:
            return 0, 0, None, template.name
        try:
            found = self.detector.getTime(line[begin:end], (match, template))
        except Exception:
            return len(line[:begin].encode()), len(line[:end].encode()), LOST, template.name
        return (len(line[:begin].encode()), len(line[:end].encode()),
                None if found is None else float(found[0]), template.name)

    def duration(self, text):
        """(number, is int), or None."""
        try:
            value = self._mytime.str2seconds(text)
        except Exception:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return None
        try:
            return float(value), isinstance(value, int)
        except OverflowError:
            return None
