#!/usr/bin/env python3
"""Runs one Python action (action.d/*.py) of one jail for gaoler's server.

The server starts it and talks to it in lines of JSON over standard input and output: one request, one answer, log
records in between. An action is a file with a class Action(jail, name, **options) and methods start, stop, ban(aInfo)
and unban(aInfo); it imports its base class from modules named as fail2ban's, of which the small part that actions use
is provided below. What the action prints, and what its loggers say, goes to the server's log.
"""

import collections.abc
import importlib.util
import inspect
import json
import logging
import os
import socket
import subprocess
import sys
import threading
import time
import types

WHOLE_NUMBERS = {"failures", "bantime", "bancount", "restored", "ipfailures", "ipjailfailures", "jail.banned",
                 "jail.banned_total", "jail.found", "jail.found_total"}


class Channel:
    """The two ends of the line to the server, kept apart from what the action sees as its input and output."""

    def __init__(self):
        self.requests = os.fdopen(os.dup(0), "r", encoding="utf-8", errors="replace")
        self.answers = os.fdopen(os.dup(1), "w", encoding="utf-8", errors="replace")
        self.lock = threading.Lock()
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        os.dup2(2, 1)
        sys.stdin = open(os.devnull, encoding="utf-8")

    def send(self, message):
        try:
            line = json.dumps(message, default=str, allow_nan=False)
        except (TypeError, ValueError):
            line = json.dumps({key: repr(value) if key == "ok" else value for key, value in message.items()}, default=str)
        with self.lock:
            self.answers.write(line + "\n")
            self.answers.flush()

    def log(self, level, logger, text):
        self.send({"log": [level, logger, text]})


class ToServer(logging.Handler):
    """Log records of the action become lines of the server's log."""

    def __init__(self, channel):
        super().__init__()
        self.channel = channel

    def emit(self, record):
        try:
            self.channel.log(record.levelno, record.name, record.getMessage())
        except Exception:  # a record that cannot be formatted must not end the action
            self.handleError(record)


class PrintedLines:
    """sys.stdout of the action."""

    encoding = "utf-8"

    def __init__(self, channel):
        self.channel, self.rest = channel, ""

    def write(self, text):
        *lines, self.rest = (self.rest + text).split("\n")
        for line in lines:
            self.channel.log(logging.INFO, "fail2ban.actions", "printed: " + line)
        return len(text)

    def flush(self):
        pass

    def isatty(self):
        return False


# What actions import.


class CallingMap(collections.abc.MutableMapping):
    """A mapping in which a value that can be called stands for what the call returns; it is called once."""

    def __init__(self, *args, **named):
        self.data = dict(*args, **named)
        self.storage = {}

    def __getitem__(self, key):
        if key in self.storage:
            return self.storage[key]
        value = self.data[key]
        if callable(value):
            wants_us = isinstance(value, types.FunctionType) and value.__code__.co_argcount > 0
            value = self.storage[key] = value(self) if wants_us else value()
        return value

    def __setitem__(self, key, value):
        self.storage.pop(key, None)
        self.data[key] = value

    def __delitem__(self, key):
        self.storage.pop(key, None)
        del self.data[key]

    def __iter__(self):
        return iter(self.data)

    def __len__(self):
        return len(self.data)

    def __repr__(self):
        return f"{type(self).__name__}({ {key: value for key, value in self.data.items() if not callable(value)} })"

    def getRawItem(self, key):
        return self.data[key]

    def copy(self):
        return type(self)(self.data)


class ActionInfo(CallingMap):
    """What is known of the ban: the aInfo of ban() and unban(). A group that was not captured is empty."""

    def __missing_group(self, key):
        return isinstance(key, str) and key.startswith("F-")

    def __getitem__(self, key):
        if key not in self.data and self.__missing_group(key):
            return ""
        return super().__getitem__(key)


class ActionBase:
    """The base class of actions."""

    def __init__(self, jail, name):
        self._jail = jail
        self._name = name
        self._logSys = logging.getLogger("fail2ban." + type(self).__name__)

    def start(self):
        pass

    def stop(self):
        pass

    def ban(self, aInfo):
        pass

    def reban(self, aInfo):
        return self.ban(aInfo)

    def unban(self, aInfo):
        pass

    @property
    def _prolongable(self):
        return False


class JailActions:
    def __init__(self):
        self.ban_time = 0

    def getBanTime(self):
        return self.ban_time


class Jail:
    """What an action may know of its jail."""

    def __init__(self, name):
        self.name = name
        self.actions = JailActions()
        self.database = None

    def __repr__(self):
        return f"Jail({self.name!r})"


class MyTime:
    @staticmethod
    def time():
        return time.time()

    @staticmethod
    def now():
        import datetime
        return datetime.datetime.now()

    @staticmethod
    def time2str(moment, format="%Y-%m-%d %H:%M:%S"):
        return time.strftime(format, time.localtime(moment))


class Utils:
    @staticmethod
    def executeCmd(realCmd, timeout=60, shell=True, output=False, varsDict=None, **_):
        """True, or what it printed, if the command ended with 0 in time."""
        words = realCmd if isinstance(realCmd, (list, tuple)) else ["/bin/sh", "-c", realCmd]
        if isinstance(realCmd, (list, tuple)) and shell:
            words = ["/bin/sh", "-c", *realCmd]
        environment = dict(os.environ, **{key: str(value) for key, value in (varsDict or {}).items()})
        try:
            done = subprocess.run(words, timeout=timeout, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                                  errors="replace", env=environment)
        except (OSError, subprocess.TimeoutExpired) as error:
            logging.getLogger("fail2ban.utils").error("%s", error)
            return False
        if done.stderr:
            logging.getLogger("fail2ban.utils").error("%s", done.stderr.rstrip())
        if output:
            return [done.returncode == 0, done.stdout, done.stderr, done.returncode]
        return done.returncode == 0


def split_words(text):
    return [] if not text else text.replace(",", " ").split()


def level_number(name):
    return logging.getLevelName(name.upper()) if isinstance(name, str) else name


def provide_modules():
    """fail2ban's names, as far as actions import them."""
    contents = {
        "fail2ban": {},
        "fail2ban.helpers": {"getLogger": logging.getLogger, "splitwords": split_words, "str2LogLevel": level_number},
        "fail2ban.version": {"version": "1.1.0"},
        "fail2ban.server": {},
        "fail2ban.server.action": {"ActionBase": ActionBase, "CallingMap": CallingMap},
        "fail2ban.server.actions": {"ActionBase": ActionBase, "CallingMap": CallingMap, "ActionInfo": ActionInfo},
        "fail2ban.server.mytime": {"MyTime": MyTime},
        "fail2ban.server.utils": {"Utils": Utils},
    }
    for name, members in contents.items():
        module = types.ModuleType(name, "Provided by gaoler for Python actions.")
        module.__dict__.update(members)
        module.__path__ = []
        sys.modules[name] = module
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(sys.modules[parent], child, module)


# The work.


def host_name(info):
    try:
        return socket.gethostbyaddr(info["ip"])[0]
    except OSError:
        return ""


def value_of(tag, text):
    try:
        if tag in WHOLE_NUMBERS:
            return int(text)
        if tag == "time":
            return float(text)
    except ValueError:
        pass
    return text


def key_of(tag):
    return tag.upper() if tag.startswith("F-") else tag


def info_of(tags):
    info = {key_of(tag): value_of(tag, text) for tag, text in tags.items()}
    info["F-*"] = {tag[2:]: text for tag, text in tags.items() if tag.startswith("F-")}
    info["ip-host"] = host_name
    return ActionInfo(info)


class Runner:
    def __init__(self):
        self.jail = None
        self.action = None

    def load(self, request):
        path = request["file"]
        name = os.path.basename(path).rpartition(".")[0] or "action"
        spec = importlib.util.spec_from_file_location(name, path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        if not hasattr(module, "Action"):
            raise RuntimeError(f"{path} module does not have 'Action' class")
        for method in ("start", "stop", "ban", "reban", "unban"):
            if not callable(getattr(module.Action, method, None)):
                raise RuntimeError(f"{path} module {module.Action.__name__} does not implement required methods")
        self.jail = Jail(request["jail"])
        self.jail.actions.ban_time = request["bantime"]
        self.action = module.Action(self.jail, request["name"], **request["options"])

    def call(self, request):
        method = getattr(self.action, request["method"])
        if request["method"] == "reload":
            return method(**request["options"])
        if request["tags"] is None:
            return method()
        return method(info_of(request["tags"]))

    def set(self, request):
        """A method is called with the keywords of a JSON object, all else is set."""
        key, values = request["key"], request["values"]
        if callable(getattr(self.action, key, None)):
            return getattr(self.action, key)(**(json.loads(values[0]) if values else {}))
        if not values:
            raise IndexError("list index out of range")
        setattr(self.action, key, values[0])
        return getattr(self.action, key)

    def get(self, request):
        return getattr(self.action, request["key"])

    def properties(self, _):
        return [name for name in dir(self.action)
                if not name.startswith("_") and not callable(getattr(self.action, name))]

    def methods(self, _):
        return [name for name in dir(self.action)
                if not name.startswith("_") and callable(getattr(self.action, name))]

    def traits(self):
        action = self.action
        return {"norestored": bool(getattr(action, "norestored", False)),
                "prolong": bool(getattr(action, "_prolongable", False)),
                "flush": callable(getattr(action, "flush", None)),
                "reload": callable(getattr(action, "reload", None))}

    def answer(self, request):
        if self.jail:
            self.jail.actions.ban_time = request["bantime"]
        result = getattr(self, request["do"])(request)
        return {"ok": result, "traits": self.traits()}


def error_of(error):
    """Its class and arguments where every client knows the class, else its text."""
    kind = type(error)
    simple = all(isinstance(arg, (str, int, float, type(None))) for arg in error.args)
    if kind in (AttributeError, IndexError, KeyError, RuntimeError, TypeError, ValueError) and simple:
        return [kind.__name__, list(error.args), str(error)]
    text = str(error) or kind.__name__
    return ["Exception", [text], text]


def where(error):
    """The last line of the action's own code that the error came through."""
    last = inspect.getinnerframes(error.__traceback__)[-1] if error.__traceback__ else None
    if last is None or last.filename == __file__:
        return ""
    return f"{last.filename}, line {last.lineno}"


def main():
    channel = Channel()
    sys.stdout = PrintedLines(channel)
    root = logging.getLogger()
    root.addHandler(ToServer(channel))
    root.setLevel(logging.WARNING)
    logging.getLogger("fail2ban").setLevel(5)
    provide_modules()
    runner = Runner()
    for line in channel.requests:
        try:
            answer = runner.answer(json.loads(line))
        except BaseException as error:  # SystemExit of an action as well: the server decides when to end
            answer = {"error": error_of(error), "where": where(error), "traits": runner.traits()}
        channel.send(answer)


if __name__ == "__main__":
    main()
