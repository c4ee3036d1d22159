"""Starts a deployment per client, kills the primary under it, and judges whether the client found its way.

A client is a program in any language: it is given the monitors' `host:port` as arguments, and writes `SET follow <n>`, n counting
up, until it is ended. It prints `found <port>` after its first acknowledged write and `followed <port> <ms>` after
the first one that another server acknowledged; <ms> is the longest time between two acknowledged writes. The port is the
server's own word (INFO). What else it prints is shown if it fails.
"""

import argparse
import os
import queue
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

from deployment import Deployment, _end_with_parent, wait_for

# A client, from start to its first write, and from the primary's death to the next write.
FIND_SECONDS, FOLLOW_SECONDS = 30, 60

HERE = Path(__file__).parent
CLIENTS = {
    "redis-py": [sys.executable, "redis-py.py"],
    "redis-py-asyncio": [sys.executable, "redis-py-asyncio.py"],
    "redis-rb": ["/usr/bin/ruby", "redis-rb.rb"],
    "redis-pm": ["/usr/bin/perl", "redis-pm.pl"],
    "predis": ["/usr/bin/php", "predis.php"],
    "phpredis": ["/usr/bin/php", "phpredis.php"],
}


class Failure(Exception):
    pass


class Client:
    def __init__(self, name: str, deployment: Deployment):
        program, script = CLIENTS[name]
        addresses = [f"127.0.0.1:{monitor.port}" for monitor in deployment.monitors]
        self.process = subprocess.Popen(
            [program, str(HERE / script), *addresses], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, errors="replace", preexec_fn=_end_with_parent,
        )
        self.lines: queue.Queue[str | None] = queue.Queue()
        self.said: list[str] = []
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(line.rstrip())
        self.lines.put(None)

    def expect(self, word: str, seconds: float) -> list[str]:
        deadline = time.monotonic() + seconds
        while True:
            try:
                line = self.lines.get(timeout=max(0.01, deadline - time.monotonic()))
            except queue.Empty:
                raise Failure(f"no `{word}` within {seconds} s") from None
            if line is None:
                raise Failure(f"the program ended with {self.process.wait()} before `{word}`")
            self.said.append(line)
            if line.split(" ")[0] == word:
                return line.split(" ")[1:]

    def end(self):
        self.process.kill()
        self.process.wait()


def follow(name: str, options) -> str:
    directory = options.workspace / "runs" / name
    client = None
    passed = False
    try:
        with Deployment(directory, options.sentinel) as deployment:
            deployment.wait_until_healthy()
            primary = deployment.primary
            client = Client(name, deployment)
            try:
                found = int(client.expect("found", FIND_SECONDS)[0])
                if found != primary.port:
                    raise Failure(f"wrote to port {found}, the primary is at {primary.port}")
                time.sleep(1)
                primary.kill()
                port, gap = client.expect("followed", FOLLOW_SECONDS)
                promoted = wait_for(lambda: deployment.primary if deployment.primary is not primary else None, 10,
                                    "the first monitor names another primary")
                if int(port) != promoted.port:
                    raise Failure(f"went to port {port}, the new primary is at {promoted.port}")
                before = int(promoted.ask("GET", "follow"))
                wait_for(lambda: int(promoted.ask("GET", "follow")) > before, 5, "writes go on at the new primary")
                passed = True
                return f"{gap:>6} ms without a write"
            finally:
                client.end()
    finally:
        # The instances' logs and configurations of a failing run are kept.
        logs = options.workspace / "logs" / name
        shutil.rmtree(logs, ignore_errors=True)
        if passed:
            shutil.rmtree(directory, ignore_errors=True)
        elif directory.exists():
            logs.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(directory, logs)
            (logs / "client.txt").write_text("\n".join(client.said if client else []) + "\n")


def main():
    parser = argparse.ArgumentParser(prog="run.sh")
    parser.add_argument("--workspace", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--sentinel", type=Path, required=True)
    parser.add_argument("clients", nargs="*", metavar="CLIENT")
    options = parser.parse_args()
    if unknown := [name for name in options.clients if name not in CLIENTS]:
        raise SystemExit(f"run.sh: no client {' '.join(unknown)}; there are: {' '.join(CLIENTS)}")
    if not os.access(options.sentinel, os.X_OK) or options.sentinel.is_dir():
        raise SystemExit(f"run.sh: no executable at {options.sentinel}; build it, or name another with --sentinel")
    failed = 0
    names = options.clients or list(CLIENTS)
    for name in names:
        try:
            print(f"{name:<18} ok      found, followed: {follow(name, options)}", flush=True)
        except (Failure, TimeoutError, RuntimeError, OSError, EOFError) as error:
            failed += 1
            print(f"{name:<18} FAILED  {error}", flush=True)
            print(f"    logs: {options.workspace / 'logs' / name}", flush=True)
    print(f"{len(names) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
