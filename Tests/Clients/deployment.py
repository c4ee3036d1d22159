"""A small Sentinel deployment of real processes on free loopback ports: a primary, replicas, monitors.

    with Deployment(directory, sentinel) as deployment:
        deployment.wait_until_healthy()
        deployment.primary.kill()

Every process is ended by its id when the `with` block is left, however it is left; and by the kernel if this process is
killed, so that none outlives a run.
"""

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from resp import Connection, ErrorReply, pairs

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def _end_with_parent():
    # Its own process group too: an interrupt from the keyboard is for the harness, which then ends the processes.
    os.setpgid(0, 0)
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


_handed_out: set[int] = set()


def free_port() -> int:
    """A port that nobody listens on, below the range of outgoing connections where one could take it in the meantime."""
    first, last = 10240, 19999
    for attempt in range(10000):
        port = first + (os.getpid() * 131 + attempt * 7 + len(_handed_out)) % (last - first)
        if port in _handed_out:
            continue
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        _handed_out.add(port)
        return port
    raise RuntimeError(f"no free port between {first} and {last}")


def wait_for(condition, timeout: float, what: str, pause: float = 0.05):
    """Polls until the condition holds. Returns its value; raises TimeoutError, saying what was waited for."""
    deadline = time.monotonic() + timeout
    reason = ""
    while time.monotonic() < deadline:
        try:
            if value := condition():
                return value
        except (OSError, EOFError) as error:
            reason = f" ({error})"
        time.sleep(pause)
    raise TimeoutError(f"{what}: not within {timeout} s{reason}")


class Instance:
    """One process, its port and its directory."""

    def __init__(self, name: str, directory: Path, port: int):
        self.name, self.directory, self.port = name, directory / name, port
        self.process: subprocess.Popen | None = None
        self.directory.mkdir(parents=True)

    def command(self) -> list[str]:
        raise NotImplementedError

    def start(self):
        with (self.directory / "output.txt").open("ab") as output:
            self.process = subprocess.Popen(
                self.command(), cwd=self.directory, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                preexec_fn=_end_with_parent,
            )
        try:
            wait_for(self.answers, 10, f"{self.name} on port {self.port} answers PING")
        except TimeoutError as error:
            raise RuntimeError(f"{error}; its output is in {self.directory}") from None

    def answers(self) -> bool:
        if self.process.poll() is not None:
            raise RuntimeError(f"{self.name} ended with {self.process.returncode}; its output is in {self.directory}")
        with self.connect() as connection:
            return isinstance(connection.ask("PING"), str)

    def connect(self, timeout: float = 5) -> Connection:
        return Connection(self.port, timeout=timeout)

    def ask(self, *words):
        with self.connect() as connection:
            return connection.ask(*words)

    def signal(self, number: int):
        os.kill(self.process.pid, number)

    def kill(self):
        """SIGKILL, and waits until the process is gone."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
        if self.process is not None:
            self.process.wait()


class Server(Instance):
    def __init__(self, name: str, directory: Path, port: int, primary_port: int | None = None):
        super().__init__(name, directory, port)
        lines = [f"port {port}", "bind 127.0.0.1", "save ''", "appendonly no", "repl-diskless-sync-delay 0", "loglevel notice",
                 "logfile log.txt", f"dir {self.directory}"]
        if primary_port is not None:
            lines.append(f"replicaof 127.0.0.1 {primary_port}")
        (self.directory / "redis.conf").write_text("\n".join(lines) + "\n")

    def command(self):
        return [shutil.which("redis-server") or "/usr/bin/redis-server", str(self.directory / "redis.conf")]

    def replication(self) -> dict[str, str]:
        text = self.ask("INFO", "replication")
        return dict(line.split(":", 1) for line in text.splitlines() if ":" in line)


class Monitor(Instance):
    """A sentinel. `redis-sentinel` knows by its own name what it is, `redis-server` is told, any other is given the file."""

    def __init__(self, name: str, directory: Path, port: int, executable: Path, lines: list[str]):
        super().__init__(name, directory, port)
        self.executable = executable
        own = [f"port {port}", "bind 127.0.0.1", f"dir {self.directory}", "logfile log.txt"]
        (self.directory / "sentinel.conf").write_text("\n".join(own + lines) + "\n")

    def command(self):
        # The path as given, not resolved: a link's name is what `redis-sentinel` goes by.
        words = [os.path.abspath(self.executable), str(self.directory / "sentinel.conf")]
        return words + ["--sentinel"] if self.executable.name in ("redis-server", "valkey-server") else words

    def view(self, group: str) -> dict[str, str]:
        reply = self.ask("SENTINEL", "MASTER", group)
        return {} if isinstance(reply, ErrorReply) or reply is None else pairs(reply)

    def primary_port(self, group: str) -> int:
        return int(self.ask("SENTINEL", "GET-MASTER-ADDR-BY-NAME", group)[1])


class Deployment:
    def __init__(self, directory: Path, sentinel: Path, *, replicas=2, monitors=3, quorum=2, down_after_ms=1000,
                 group="mymaster", lines: tuple[str, ...] = (), monitored=True):
        self.directory, self.group = Path(directory), group
        shutil.rmtree(self.directory, ignore_errors=True)
        first = Server("server-0", self.directory, free_port())
        self.servers = [first] + [Server(f"server-{n}", self.directory, free_port(), first.port) for n in range(1, replicas + 1)]
        watch = [
            f"sentinel monitor {group} 127.0.0.1 {first.port} {quorum}",
            f"sentinel down-after-milliseconds {group} {down_after_ms}",
            f"sentinel failover-timeout {group} 10000",
        ] if monitored else []
        self.monitors = [
            Monitor(f"sentinel-{n}", self.directory, free_port(), Path(sentinel), watch + list(lines)) for n in range(monitors)
        ]

    def __enter__(self):
        # SIGTERM leaves the block as an interrupt does, so that __exit__ runs.
        signal.signal(signal.SIGTERM, lambda number, _: (_ for _ in ()).throw(SystemExit(128 + number)))
        try:
            self.start()
        except BaseException:
            self.end()
            raise
        return self

    def __exit__(self, *_):
        self.end()

    def start(self):
        for server in self.servers:
            server.start()
        # Replicas that the primary knows of are found with the first INFO, not ten seconds later with the second.
        wait_for(self.replicas_linked, 20, "replicas linked to the primary")
        for monitor in self.monitors:
            monitor.start()

    def replicas_linked(self) -> bool:
        """A write reaches them all. `online` alone says less: a primary begins to stream with a replica's first acknowledgement,
        up to a second later."""
        replicas = len(self.servers) - 1
        with self.servers[0].connect() as connection:
            connection.ask("SET", "deployment", "ready")
            return connection.ask("WAIT", replicas, 500) == replicas

    def end(self):
        for instance in self.monitors + self.servers:
            instance.kill()

    @property
    def primary(self) -> Server:
        """The server that the first monitor names."""
        return self.server_at(self.monitors[0].primary_port(self.group))

    def server_at(self, port: int) -> Server:
        return next(server for server in self.servers if server.port == port)

    def healthy(self) -> bool:
        for monitor in self.monitors:
            view = monitor.view(self.group)
            replicas = [pairs(entry) for entry in monitor.ask("SENTINEL", "REPLICAS", self.group)]
            peers = [pairs(entry) for entry in monitor.ask("SENTINEL", "SENTINELS", self.group)]
            if view["flags"] != "master" or len(replicas) != len(self.servers) - 1 or len(peers) != len(self.monitors) - 1:
                return False
            if any(entry["flags"] != "slave" or entry["master-link-status"] != "ok" for entry in replicas):
                return False
            if any(entry["flags"] != "sentinel" for entry in peers):
                return False
        return True

    def wait_until_healthy(self, timeout: float = 60):
        wait_for(self.healthy, timeout, "every monitor sees a primary, all replicas and all peers, none of them down")
