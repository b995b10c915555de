"""A container as docker makes one, and the clients on the other end of its cable.

A container is an overlay over a root directory with namespaces for mounts, processes, names and network. stop() ends its
processes the way `docker stop` does and keeps its files; start() begins again with a fresh network, so that the
firewall is empty. Clients live in a network namespace of their own and have many addresses. Everything is below one
directory on a tmpfs of a private mount namespace (see private_mounts): nothing of it survives the test program.
"""

import ipaddress
import os
import shutil
import signal
import subprocess
import sys
import time

SERVER = {"inet": "198.51.100.2", "inet6": "2001:db8:1::2"}
# Where clients come from: each kind of client has a network.
NETWORKS = {"inet": "203.0.113.0/24", "neighbour": "198.18.1.0/24", "office": "198.18.0.0/24", "inet6": "2001:db8:2::/64"}
CLIENTS = range(10, 90)
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"  # of images, whatever the caller's is
DIES_WITH_US = ["setpriv", "--pdeathsig", "KILL"]
KEPT_MOUNTS = "GAOLER_MAIL_MOUNTS"


def private_mounts():
    """Starts the program again in a mount namespace of its own, once; gives a directory there on a tmpfs."""
    if KEPT_MOUNTS not in os.environ:
        os.environ[KEPT_MOUNTS] = "private"
        os.execvp("unshare", ["unshare", "--mount", "--propagation", "private", sys.executable, *sys.argv])
    directory = "/mnt"
    subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=0755", "gaoler-mail", directory], check=True)
    return directory


def run(*words, **options):
    done = subprocess.run(words, capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(words)}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


class Network:
    """The clients' side: a namespace with many addresses. connect() lays the cable to a container."""

    def __init__(self):
        self.holder = subprocess.Popen([*DIES_WITH_US, "unshare", "--net", "sleep", "infinity"])
        self.unused = {kind: iter(self._addresses(kind)) for kind in NETWORKS}
        while os.readlink(f"/proc/{self.holder.pid}/ns/net") == os.readlink("/proc/self/ns/net"):
            time.sleep(0.01)

    @staticmethod
    def _addresses(kind):
        network = ipaddress.ip_network(NETWORKS[kind])
        return [str(network[number]) for number in CLIENTS]

    def client(self, kind="inet"):
        """An address no other client has had."""
        return next(self.unused[kind])

    def connect(self, pid):
        """A cable to the network namespace of the process, in place of the one before."""
        subprocess.run(self.command("ip", "link", "delete", "clients"), capture_output=True, check=False)
        run(*self.command("ip", "link", "add", "clients", "type", "veth", "peer", "name", "eth0", "netns", str(pid)))
        addresses = "".join(f"address add {address}{self._alone(address)} dev clients\n"
                            for kind in NETWORKS for address in self._addresses(kind))
        routes = "".join(f"route add {address} dev clients\n" for address in SERVER.values())
        run(*self.command("ip", "-batch", "-"), input=f"link set lo up\nlink set clients up\n{addresses}{routes}")
        own = "".join(f"address add {address}{self._alone(address)} dev eth0\n" for address in SERVER.values())
        routes = "".join(f"route add {network} dev eth0\n" for network in NETWORKS.values())
        run("nsenter", "-t", str(pid), "-n", "ip", "-batch", "-",
            input=f"link set lo up\nlink set eth0 up\n{own}{routes}")

    @staticmethod
    def _alone(address):
        return "/128 nodad" if ":" in address else "/32"

    def command(self, *words):
        return ["nsenter", "-t", str(self.holder.pid), "-n", *words]

    def close(self):
        self.holder.kill()
        self.holder.wait()


class Container:
    """One container: its files in `directory`, its processes between start() and stop()."""

    def __init__(self, image, directory, network, name="mail"):
        self.name, self.network, self.process, self.pid = name, network, None, None
        self.directory = os.path.join(directory, name)
        self.root = os.path.join(self.directory, "root")
        for part in ("root", "upper", "work"):
            os.makedirs(os.path.join(self.directory, part))
        layers = f"lowerdir={image},upperdir={self.directory}/upper,workdir={self.directory}/work"
        run("mount", "-t", "overlay", "-o", layers, self.name, self.root)

    # Files, seen from outside.
    def path(self, name):
        return os.path.join(self.root, name.lstrip("/"))

    def write(self, name, text):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "w", encoding="utf-8") as out:
            out.write(text)

    def read(self, name):
        """The content, nothing of a file that is not there (yet). The container's absolute links do not lead here."""
        try:
            with open(self.path(name), encoding="utf-8", errors="replace") as text:
                return text.read()
        except FileNotFoundError:
            return ""

    def copy_in(self, source, name):
        """Copies a file or a tree to this place in the container, over what is there."""
        if os.path.isdir(source):
            shutil.copytree(source, self.path(name), symlinks=True, dirs_exist_ok=True)
        else:
            os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
            shutil.copy2(source, self.path(name))

    # Processes.
    def build(self, *words, network=False):
        """Runs a command on the files before the container is started, as a Dockerfile's RUN does."""
        return run("unshare", "--mount", "--pid", "--fork", *([] if network else ["--net"]), "--root", self.root, *words,
                   env=dict(os.environ, PATH=PATH))

    def start(self, *words, environment=None):
        """Starts the container with this command as its first process."""
        first = os.path.join(os.path.dirname(os.path.abspath(__file__)), "first_process")
        self.process = subprocess.Popen(
            [*DIES_WITH_US, "unshare", "--mount", "--pid", "--fork", "--kill-child", "--uts", "--ipc", "--net",
             first, self.root, self.name, "chroot", self.root, *words],
            stdin=subprocess.PIPE, start_new_session=True,
            env={"PATH": PATH, "LC_ALL": "C.UTF-8", **(environment or {})})
        children = f"/proc/{self.process.pid}/task/{self.process.pid}/children"
        while not (found := self._read(children)):
            if self.process.poll() is not None:
                raise AssertionError("the container's first process has ended")
            time.sleep(0.01)
        self.pid = int(found.split()[0])
        self.network.connect(self.pid)
        self.process.stdin.close()  # first_process has waited for its network

    @staticmethod
    def _read(path):
        with open(path, encoding="ascii") as text:
            return text.read()

    def stop(self):
        """As docker stop: TERM to the first process, whose end takes all others along."""
        os.kill(self.pid, signal.SIGTERM)
        self.process.wait(timeout=90)
        self.process = None

    def command(self, *words):
        return ["nsenter", "-t", str(self.pid), "-m", "-u", "-i", "-n", "-p", "-r", "-w", "env", f"PATH={PATH}", *words]

    def run(self, *words, timeout=120):
        """As docker exec: the finished process, its output and errors in one text as a terminal has them."""
        return subprocess.run(self.command(*words), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=timeout, stdin=subprocess.DEVNULL)

    def say(self, *words):
        """The output of a command that must succeed."""
        done = self.run(*words)
        if done.returncode != 0:
            raise AssertionError(f"{' '.join(words)}: exit code {done.returncode}\n{done.stdout}")
        return done.stdout.rstrip("\n")

    def close(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        subprocess.run(["umount", "--lazy", self.root], check=False)
        shutil.rmtree(self.directory, ignore_errors=True)
