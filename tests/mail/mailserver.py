"""A mail server as docker-mailserver sets one up, around the fail2ban of a tree: real postfix, dovecot, rsyslog, supervisord.

The tree is what `cmake --install` leaves in a DESTDIR (usr/bin, etc/fail2ban), the directory tools/oracle made (bin,
etc/fail2ban), or our Debian package: then the image is made with Debian's fail2ban, and user-patches.sh puts the package in its
place when the container starts. image/ holds what the container has beside its packages.
"""

import concurrent.futures
import os
import re
import shutil
import subprocess
import sys
import time

from container import SERVER, Container

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAMS = ["fail2ban-server", "fail2ban-client", "fail2ban-regex"]
USER, PASSWORD = "anna@example.com", "secret"
LOG, MAIL_LOG = "/var/log/mail/fail2ban.log", "/var/log/mail/mail.log"


class MailServer(Container):
    def __init__(self, tree, image, directory, network, name, jails, settings="", blocktype=None):
        super().__init__(image, directory, network, name)
        self.environment = {"FAIL2BAN_BLOCKTYPE": blocktype} if blocktype else {}
        self._install(tree)
        self.copy_in(f"{HERE}/image", "/")
        self.build("/usr/local/sbin/build-image")
        self.write("/tmp/docker-mailserver/fail2ban-jail.cf", jails)
        self.write("/tmp/docker-mailserver/fail2ban-fail2ban.cf", settings)

    def _install(self, tree):
        if tree.endswith(".deb"):
            self._install_package(tree)
        elif os.path.exists(f"{tree}/usr/bin/{PROGRAMS[0]}"):
            self.copy_in(f"{tree}/etc", "/etc")
            self.copy_in(f"{tree}/usr", "/usr")
            for program in PROGRAMS:
                self._bring_libraries(f"{tree}/usr/bin/{program}")
            self.build("ldconfig")
        else:
            self.copy_in(f"{tree}/etc", "/etc")
            self.copy_in(tree, os.path.abspath(tree))
            for program in PROGRAMS:
                os.symlink(f"{os.path.abspath(tree)}/bin/{program}", self.path(f"/usr/bin/{program}"))
            self._use_log_files()

    def _install_package(self, package):
        self.copy_in("/etc/resolv.conf", "/etc/resolv.conf")
        self.build("sh", "-c", "export DEBIAN_FRONTEND=noninteractive; apt-get -qq update &&"
                   " apt-get -qq install --yes --no-install-recommends fail2ban", network=True)
        self._use_log_files()
        self.copy_in(package, f"/tmp/docker-mailserver/{os.path.basename(package)}")
        self.copy_in(f"{HERE}/../../tools/docker-mailserver/user-patches.sh", "/tmp/docker-mailserver/user-patches.sh")

    def _use_log_files(self):
        """Debian's fail2ban looks into the journal, which no container has; docker-mailserver installs upstream's."""
        self.write("/etc/fail2ban/paths-overrides.local",
                   "[DEFAULT]\npostfix_backend = auto\ndovecot_backend = auto\n")

    def _bring_libraries(self, program):
        """What the program needs and the root does not have: it may be another Debian than this machine."""
        for name, path in re.findall(r"^\s*(\S+) => (/\S+)", subprocess.check_output(["ldd", program], text=True), re.M):
            if not any(os.path.exists(self.path(f"{os.path.dirname(at)}/{name}")) for at in (path, f"/usr{path}")):
                os.makedirs(self.path("/usr/local/lib"), exist_ok=True)
                shutil.copy(path, self.path(f"/usr/local/lib/{name}"))

    def start(self):
        super().start("/usr/local/sbin/start-container", environment=self.environment)
        self.wait_for_fail2ban()
        for protocol in ("imap", "submission"):
            self.wait(lambda: self.login(protocol, self.network.client(), timeout=5) == "welcome", what=protocol)
        return self

    def wait_for_fail2ban(self):
        """Until it answers and says that all its jails have started."""
        def ready():
            log = self.log()
            log = log[log.rfind("Starting Fail2ban"):]
            made, started = (len(re.findall(text, log)) for text in (r"Creating new jail '", r"Jail '[^']+' started"))
            return made and made == started and self.run("fail2ban-client", "ping").returncode == 0
        self.wait(ready, what="fail2ban's answer")

    # Clients.
    def login(self, protocol, source, user=USER, password=PASSWORD, timeout=10):
        """How a login from this address went: see login.py."""
        server = SERVER["inet6" if ":" in source else "inet"]
        words = [sys.executable, f"{HERE}/login.py", protocol, server, source, user, password, str(timeout)]
        return subprocess.run(self.network.command(*words), stdout=subprocess.PIPE, text=True, check=True).stdout.strip()

    def logins(self, sources, protocols):
        """{(source, protocol): how its login went}, all at once."""
        pairs = [(source, protocol) for source in sources for protocol in protocols]
        with concurrent.futures.ThreadPoolExecutor(len(pairs)) as pool:
            return dict(zip(pairs, pool.map(lambda pair: self.login(pair[1], pair[0], timeout=2), pairs)))

    def attack(self, attackers, times=2):
        """Wrong passwords, so many one after the other for each of [(protocol, source)], all sources at once."""
        def guess(attacker):
            for _ in range(times):
                self.login(*attacker, password="wrong")
        with concurrent.futures.ThreadPoolExecutor(len(attackers)) as pool:
            list(pool.map(guess, attackers))

    # What is seen.
    def client(self, *words):
        """What fail2ban-client prints for a command that must succeed."""
        return self.say("fail2ban-client", *words)

    def banned(self, jail):
        return self.client("get", jail, "banip").split()

    def log(self):
        return self.read(LOG)

    def elements(self, jail, family="inet"):
        """The addresses in the jail's set, nothing without a set."""
        name = ("addr6-set-" if family == "inet6" else "addr-set-") + jail
        found = re.search(r"elements = \{([^}]*)\}", self.run("nft", "list", "set", "inet", "f2b-table", name).stdout)
        return sorted(re.split(r"[,\s]+", found[1].strip())) if found else []

    def wait(self, condition, seconds=60, what="a condition"):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if condition():
                return
            if self.process.poll() is not None:
                raise AssertionError("the container has ended")
            time.sleep(0.1)
        logs = "".join(f"--- {name}\n{self.read(name)[-3000:]}" for name in (MAIL_LOG, LOG))
        raise AssertionError(f"waited {seconds} s for {what}\n{logs}")

    def wait_for_ban(self, jail, address):
        self.wait(lambda: address in self.banned(jail) and address in
                  self.elements(jail, "inet6" if ":" in address else "inet"), what=f"a ban of {address} in {jail}")
