"""Sample logs of the oracle: which lines are failures of which id, under which filter options.

A sample file is a log with comments that say what is expected of the next line:

    # filterOptions: [{"mode": "ddos"}, {"mode": "aggressive"}]     the following lines hold for each of these
    # failJSON: { "match": true, "host": "192.0.2.1", "user": "root" }
    Jun  7 01:10:56 host sshd[5937]: ...

fileOptions are added to every filterOptions; test.condition and constraint are expressions on name and opts;
test.prefix-line stands in front of each line.
The files are read at run time from the oracle's directory and never copied.
"""

import json
import re
from dataclasses import dataclass, field

_DIRECTIVE = re.compile(r"^#+ ?(fileOptions|filterOptions|failJSON|addFILE):(.+)$")
# What failJSON says about the sample itself, not about the failure's groups.
_ABOUT_SAMPLE = {"match", "host", "time", "desc", "constraint", "attempts"}


@dataclass(frozen=True)
class Line:
    number: int
    text: str
    host: str | None  # None: must not be a failure
    groups: dict = field(default_factory=dict)


@dataclass
class Run:
    """One filter configuration and all lines of the file it must see, in order."""

    options: dict
    lines: list[Line]


def _as_list(options):
    return options if isinstance(options, list) else [options]


def _holds(expression, name, options):
    if expression is None:
        return True
    return bool(eval(expression, {"__builtins__": {}}, {"name": name, "opts": options}))


def runs(path, name):
    """The runs of a sample file; `name` is the name of the filter under test."""
    file_options, choices, expected = {}, [{}], None
    found: dict[str, Run] = {}
    with open(path, encoding="utf-8") as log:
        for number, text in enumerate(log, 1):
            text = text.rstrip("\n")
            directive = _DIRECTIVE.match(text)
            if directive:
                kind, value = directive[1], directive[2]
                if kind == "fileOptions":
                    file_options = json.loads(value)
                elif kind == "filterOptions":
                    choices = _as_list(json.loads(value))
                elif kind == "failJSON":
                    expected = json.loads(value)
                continue
            if not text.strip() or text.startswith("#"):
                continue
            for choice in choices:
                options = {**file_options, **choice}
                condition = options.pop("test.condition", None)
                prefix = options.pop("test.prefix-line", "")
                if not _holds(condition, name, options):
                    continue
                wanted = expected or {"match": False}
                if not _holds(wanted.get("constraint"), name, options):
                    continue
                run = found.setdefault(json.dumps(options, sort_keys=True), Run(options, []))
                groups = {k: v for k, v in wanted.items() if k not in _ABOUT_SAMPLE}
                host = wanted.get("host", "") if wanted["match"] else None
                run.lines.append(Line(number, prefix + text, host, groups))
            expected = None
    return list(found.values())
