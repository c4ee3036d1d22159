"""Runs upstream's Sentinel test files, each in a directory of its own, and ends every process they started.

Called by run.sh, which describes the options. Upstream's harness looks for free ports from a fixed base, and would take
another run's server for its own; so each run here takes a block of ports for itself, held by a guard socket.
"""

import argparse
import concurrent.futures
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

SOURCE = "redis-7.0.15"

# Ports of one run: five sentinels and five servers, far below the range of outgoing connections (32768 up). Two
# bases because the harness wants `port + 10000` free too, and tries the next port when a start fails.
BLOCK = 64
SENTINEL_BASE, SERVER_BASE, BLOCKS = 20000, 26000, 90

# What must differ from upstream's text, each with its reason; applied to the run's own copy. A pattern that is not
# found is an error, so that none of them outlives what it was for.
RELAXATIONS = [
    # 7.0's exact number of commands. A newer command (CLIENT SETINFO of 7.2) must not fail the suite, a missing one must.
    (
        "tests/sentinel/tests/00-base.tcl",
        r"assert_equal \{72\} \[llength \[S \$id command list\]\]",
        "assert {[llength [S $id command list]] >= 72}",
    ),
    (
        "tests/sentinel/tests/00-base.tcl",
        r"assert_equal \{15\} \[S \$id command count\]",
        "assert {[S $id command count] >= 15}",
    ),
]


class PortBlock:
    """A range of ports that no other run on this machine uses, for as long as the guard socket is open."""

    taken: set[int] = set()
    lock = threading.Lock()

    def __init__(self):
        for index in range(BLOCKS):
            guard = socket.socket()
            try:
                with PortBlock.lock:
                    if index in PortBlock.taken:
                        continue
                    guard.bind(("127.0.0.1", SENTINEL_BASE + index * BLOCK + BLOCK - 1))
                    guard.listen(1)
                    PortBlock.taken.add(index)
            except OSError:
                guard.close()
                continue
            self.index, self.guard = index, guard
            self.sentinels = SENTINEL_BASE + index * BLOCK
            self.servers = SERVER_BASE + index * BLOCK
            return
        raise SystemExit("suite.py: no free block of ports between 20000 and 32000")

    def release(self):
        self.guard.close()
        with PortBlock.lock:
            PortBlock.taken.discard(self.index)


def prepare(workspace: Path, ports: PortBlock, sentinel: Path, server: Path) -> Path:
    """A copy of the tests with the given executables in place of built ones. The harness starts ../../../src/NAME."""
    root = workspace / "runs" / f"block-{ports.index}"
    shutil.rmtree(root, ignore_errors=True)
    (root / "src").mkdir(parents=True)
    shutil.copytree(workspace / "source" / SOURCE / "tests", root / "tests")
    # A link, not a script: the started process is the sentinel itself, and its argv[0] ends in `redis-sentinel`.
    (root / "src" / "redis-sentinel").symlink_to(sentinel)
    (root / "src" / "redis-server").symlink_to(server)
    edits = RELAXATIONS + [
        ("tests/instances.tcl", r"set ::sentinel_base_port \d+", f"set ::sentinel_base_port {ports.sentinels}"),
        ("tests/instances.tcl", r"set ::redis_base_port \d+", f"set ::redis_base_port {ports.servers}"),
        # The last port of the block is the guard's.
        ("tests/instances.tcl", r"set ::redis_port_count \d+", f"set ::redis_port_count {BLOCK - 1}"),
    ]
    for name, pattern, replacement in edits:
        text = (root / name).read_text()
        changed, count = re.subn(pattern, lambda _: replacement, text)
        if count != 1:
            raise SystemExit(f"suite.py: {name} holds {pattern!r} {count} times instead of once; the source has changed")
        (root / name).write_text(changed)
    return root


def members(session: int) -> list[int]:
    """The processes of a session, from /proc: a server's environment cannot mark it, its process title overwrites it."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            found.append(int(entry.name))
    return found


def end_session(session: int):
    """Ends every process of the session by its id. A stopped one (the suite stops servers) is ended as well."""
    for _ in range(50):
        alive = members(session)
        if not alive:
            return
        for pid in alive:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        time.sleep(0.05)


class Runs:
    """The sessions under way, so that an interrupt can end them all."""

    sessions: set[int] = set()
    lock = threading.Lock()
    stopping = False

    @classmethod
    def end_all(cls, number, _frame):
        cls.stopping = True
        for session in list(cls.sessions):
            end_session(session)
        os._exit(128 + number)


class Result:
    def __init__(self, name: str):
        self.name, self.tests, self.failures = name, 0, []
        self.started = self.ended = time.monotonic()

    def line(self) -> str:
        word = "FAILED" if self.failures else "ok"
        return f"{self.name:<22} {word:<7} {self.ended - self.started:6.1f}"


FAILURE = re.compile(r"FAILED: .*|ERROR: Sentinel has leaked fds.*|WARNING: Aborting the test.*|\*\*\* Crash report.*")


def run(files: list[str], options) -> list[Result]:
    """Runs the files on one set of instances. Their results, in order."""
    ports = PortBlock()
    results = {name: Result(name) for name in files}
    current = results[files[0]]
    try:
        root = prepare(options.workspace, ports, options.sentinel, options.server)
        temporary = root / "tests" / "sentinel" / "tmp"
        temporary.mkdir(exist_ok=True)
        patterns = [word for name in files for word in ("--single", f"/{name}.tcl")]
        log = root / "output.txt"
        if Runs.stopping:
            return []
        # Its own directory (the harness keeps nothing), its own session (so that everything it starts can be found).
        harness = subprocess.Popen(
            ["tclsh", "tests/sentinel/run.tcl", "--dont-clean", *patterns],
            cwd=root, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env={**os.environ, "TERM": "dumb"}, start_new_session=True, text=True, errors="replace",
        )
        Runs.sessions.add(harness.pid)
        limit = options.limit * len(files)
        late = threading.Event()

        def stop():
            late.set()
            end_session(harness.pid)

        timer = threading.Timer(limit, stop)
        timer.start()
        last = ""
        with log.open("w") as output:
            for line in harness.stdout:
                output.write(line)
                output.flush()
                if options.verbose:
                    print(line, end="", flush=True)
                if match := re.match(r"Testing unit: (\S+)\.tcl", line):
                    boundary = time.monotonic()
                    if match[1] != files[0]:  # the first file's time includes the start of the instances
                        current.ended = boundary
                        results[match[1]].started = boundary
                    current = results[match[1]]
                elif re.match(r"\d\d:\d\d:\d\d> ", line):
                    current.tests += 1
                    last = line.partition("> ")[2].partition(": ")[0]
                if "failed, try another" in line:
                    # The harness would try a hundred ports, five seconds each; here the ports are known to be free.
                    current.failures.append(line.strip().removesuffix(", try another"))
                    end_session(harness.pid)
                if match := FAILURE.search(line):
                    current.failures.append(f"{last}: {match[0]}" if last else match[0])
        code = harness.wait()
        timer.cancel()
        current.ended = time.monotonic()
        if late.is_set():
            current.failures.append(f"not finished after {limit} s, during: {last}")
        elif code != 0 and not any(result.failures for result in results.values()):
            current.failures.append(f"the harness ended with {code}; a byte on an instance's stderr is enough for that")
        for result in results.values():
            if result.tests == 0 and not result.failures and result.name != "04-slave-selection":
                result.failures.append("no test of this file ran")
    finally:
        if "harness" in locals():
            end_session(harness.pid)
            harness.wait()
            Runs.sessions.discard(harness.pid)
        ports.release()
    keep(options.workspace / "logs", root, files, list(results.values()))
    return list(results.values())


def keep(logs: Path, root: Path, files: list[str], results: list[Result]):
    """What a failing run leaves behind goes to logs/<file>/; a passing run leaves nothing."""
    place = logs / (files[0] if len(files) == 1 else "together")
    shutil.rmtree(place, ignore_errors=True)
    if any(result.failures for result in results):
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(root / "tests" / "sentinel" / "tmp", place)
        shutil.move(root / "output.txt", place / "output.txt")
    shutil.rmtree(root, ignore_errors=True)


def chosen(workspace: Path, wanted: list[str]) -> list[str]:
    known = sorted(path.stem for path in (workspace / "source" / SOURCE / "tests/sentinel/tests").glob("*.tcl"))
    if not wanted:
        return known
    names = []
    for word in wanted:
        stem = Path(word).stem
        matching = [name for name in known if name == stem or name.startswith(f"{stem.zfill(2)}-")]
        if len(matching) != 1:
            raise SystemExit(f"suite.py: no test file {word!r}; there are: {' '.join(known)}")
        names += matching
    return sorted(set(names))


def main():
    parser = argparse.ArgumentParser(prog="run.sh")
    parser.add_argument("--workspace", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--sentinel", type=Path, required=True)
    parser.add_argument("--server", type=Path, default=shutil.which("redis-server"))
    parser.add_argument("--single", action="append", default=[])
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--together", action="store_true")
    parser.add_argument("--limit", type=float, default=300)
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("files", nargs="*")
    options = parser.parse_args()
    for path in (options.sentinel, options.server):
        if path is None or not os.access(path, os.X_OK) or Path(path).is_dir():
            raise SystemExit(f"suite.py: no executable at {path}; build it, or name another with --sentinel / --server")
    options.sentinel, options.server = Path(options.sentinel).resolve(), Path(options.server).resolve()
    files = chosen(options.workspace, options.single + options.files)
    groups = [files] if options.together else [[name] for name in files]
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, Runs.end_all)

    started = time.monotonic()
    results = []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for finished in pool.map(lambda group: run(group, options), groups):
            for result in finished:
                results.append(result)
                # As they finish, for whoever waits; the table follows.
                print(result.line(), file=sys.stderr, flush=True)
    failed = sum(1 for result in results if result.failures)
    print(f"\n{'file':<22} {'result':<7} seconds")
    for result in results:
        print(result.line())
        for failure in result.failures:
            print(f"    {failure}")
    print(f"all: {time.monotonic() - started:.0f} s")
    if failed:
        print(f"logs of what failed: {options.workspace / 'logs'}")
    print(f"{len(results) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
