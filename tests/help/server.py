"""A server with a directory, socket and database of its own, and actions that do nothing."""

import os
import shutil
import subprocess
import tempfile
import time

import listed

HOSTILE = "x$(touch pwned)"


class Server:
    """Two jails, one, two-x, with bans."""

    def __init__(self):
        self.directory = tempfile.mkdtemp(prefix="gaoler-help-")
        os.makedirs(f"{self.directory}/etc/filter.d")
        os.makedirs(f"{self.directory}/etc/action.d")
        self.write("fail2ban.conf", "[Definition]\nloglevel = INFO\nlogtarget = @/log\nsocket = @/socket\npidfile = @/pid\n"
                   "dbfile = @/bans\n")
        jail = "enabled = true\nfilter = app\nlogpath = @/app.log\naction = nothing\nignoreip = 192.0.2.99\n"
        self.write("jail.conf", f"[one]\n{jail}[two-x]\n{jail}")
        self.write("filter.d/app.conf", "[Definition]\nfailregex = ^ fail <ADDR>$\n")
        self.write("action.d/nothing.conf", "[Definition]\nactionban = true\nactionunban = true\n[Init]\ncolour = red\n")
        open(f"{self.directory}/app.log", "w", encoding="utf-8").close()
        self.environment = dict(os.environ, PATH=f"{listed.OPTIONS.bin}:{os.environ['PATH']}")
        self.process = subprocess.Popen(["fail2ban-server", "-c", f"{self.directory}/etc", "-xf", "start"],
                                        env=self.environment, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while subprocess.run(self.command("status", "two-x"), env=self.environment, capture_output=True).returncode != 0:
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise AssertionError("the server does not answer")
            time.sleep(0.02)
        self.say("set", "one", "banip", "192.0.2.1", "2001:db8::5", HOSTILE)
        self.say("set", "two-x", "banip", "198.51.100.9")

    def write(self, name, text):
        with open(f"{self.directory}/etc/{name}", "w", encoding="utf-8") as out:
            out.write(text.replace("@", self.directory))

    def command(self, *words):
        return ["fail2ban-client", "-c", f"{self.directory}/etc", *words]

    def say(self, *words):
        subprocess.run(self.command(*words), env=self.environment, check=True, capture_output=True)

    def close(self):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.directory)
