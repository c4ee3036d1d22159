#!/usr/bin/env python3
"""Looks at the live page with a headless Chromium while a group of a lab fails over.

    Tests/Page/check.py [--build DIR] [--shots DIR]

Status 0 where all holds. The screenshots are for eyes: light and dark, before and after.
"""

import argparse
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from browser import Browser  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent.parent
NASTY = "<img/src=x/onerror=document.title='owned'>"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def wait(what: str, condition, seconds: float = 60):
    deadline = time.monotonic() + seconds
    while True:
        try:
            value = condition()
            if value:
                return value
        except OSError:
            pass
        if time.monotonic() > deadline:
            raise SystemExit(f"waited {seconds:.0f} s in vain until {what}")
        time.sleep(0.1)


class Lab:
    """Real processes on this machine, and one more monitor that serves HTTP."""

    def __init__(self, build: Path, directory: Path):
        self.picket, self.picketd, self.directory = build / "picket", build / "picketd", directory
        self.http = free_port()
        self.monitor = None

    def run(self, *words: str) -> str:
        return subprocess.run([self.picket, *words], check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=120).stdout

    def __enter__(self):
        lab = str(self.directory / "lab")
        self.run("lab", "up", "--dir", lab, "--groups", "cache,orders,sessions")
        try:
            status = json.loads(self.run("lab", "status", "--dir", lab, "-o", "json"))
            entries = status["processes"] if isinstance(status, dict) else status
            self.ports = {entry["name"]: entry["port"] for entry in entries}
            self.start_monitor()
        except BaseException:
            self.__exit__()
            raise
        return self

    def start_monitor(self):
        self.port = free_port()
        zones = ["a", "b", "c"]
        lines = [f"port {self.port}", "bind 127.0.0.1", f"http-port {self.http}", f"http-zone c 127.0.0.1:{self.port}"]
        for name, port in self.ports.items():
            lines.append(f"http-zone {zones[int(name.rsplit('-', 1)[1]) - 1]} 127.0.0.1:{port}")
        for group in ("cache", "orders", "sessions"):
            lines += [f"sentinel monitor {group} 127.0.0.1 {self.ports[f'{group}-redis-1']} 2",
                      f"sentinel down-after-milliseconds {group} 1000"]
        configuration = self.directory / "sentinel.conf"
        configuration.write_text("\n".join(lines) + "\n")
        with open(self.directory / "log", "wb") as log:
            self.monitor = subprocess.Popen([self.picketd, configuration], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        wait("the monitor sees everybody", lambda: all(g["severity"] == 0 and g["monitorsKnown"] == 4 for g in self.ask("/v1/topology")["groups"]))

    def ask(self, path: str):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.http}{path}", timeout=10) as answer:
            return json.load(answer)

    def order(self, *words: str) -> None:
        subprocess.run(["redis-cli", "-p", str(self.port), *words], check=True, capture_output=True, timeout=30)

    def kill(self, name: str) -> None:
        self.run("lab", "kill", name, "--dir", str(self.directory / "lab"))

    def __exit__(self, *_):
        if self.monitor:
            self.monitor.send_signal(signal.SIGTERM)
            try:
                self.monitor.wait(10)
            except subprocess.TimeoutExpired:
                self.monitor.kill()
        subprocess.run([self.picket, "lab", "down", "--dir", str(self.directory / "lab")], capture_output=True, timeout=60)


class Check:
    def __init__(self):
        self.faults: list[str] = []

    def that(self, holds, what: str) -> None:
        print(("ok    " if holds else "FAULT ") + what)
        if not holds:
            self.faults.append(what)


ROW = "[...document.querySelectorAll('.row:not([hidden])')]"


def look(lab: Lab, browser: Browser, shots: Path, check: Check) -> None:
    def shot(name: str) -> None:
        # What arrived is painted with the next frame.
        browser.value("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        browser.screenshot(str(shots / f"{name}.png"))

    home = f"http://127.0.0.1:{lab.http}/"
    browser.dark(False)
    browser.open(home)
    browser.wait("three groups are listed", f"{ROW}.length === 3")
    browser.wait("one is shown", "document.querySelectorAll('#detail .zone').length === 3")
    browser.wait("events are live", "document.getElementById('connection').textContent.includes('live')")
    check.that(browser.value(f"{ROW}.every((row) => row.textContent.includes('✓'))"), "all groups are well")
    check.that(browser.value("document.querySelectorAll('#detail .votes span').length") == 4, "each monitor's opinion is shown")
    shot("light")
    browser.dark(True)
    browser.wait("it is dark", "getComputedStyle(document.body).backgroundColor === 'rgb(14, 19, 26)'")
    shot("dark")
    browser.dark(False)

    browser.press("End")
    check.that(browser.value("document.querySelector('#detail h2').textContent === 'sessions' || location.hash === '#sessions'"),
               "the keyboard chooses a group")
    browser.press("/")
    for key in "ord":
        browser.press(key)
    browser.wait("one row is left", f"{ROW}.length === 1")
    browser.press("Escape")
    browser.wait("all are back", f"{ROW}.length === 3")
    browser.press("Home")
    browser.wait("cache is shown", "document.querySelector('#detail h2')?.textContent === 'cache'")
    browser.value("[...document.querySelectorAll('.orders button')].find((one) => one.textContent === 'Switch over').click()")
    check.that(browser.value("document.querySelector('.line code').textContent") == "picket switchover cache", "a button shows the line to run")

    old = browser.value(f"{ROW}.find((row) => row.textContent.includes('cache')).textContent.match(/127\\.0\\.0\\.1:\\d+/)[0]")
    lab.kill("cache-redis-1")
    browser.wait("the new primary is shown",
                 f"!{ROW}.find((row) => row.querySelector('.name').textContent === 'cache').querySelector('.side').textContent.includes('{old}')")
    browser.wait("the switch is in the events", "document.getElementById('tail').textContent.includes('+switch-master')")
    browser.wait("the dead one is told", "document.getElementById('detail').textContent.includes('down for')")
    check.that(browser.value(f"{ROW}[0].querySelector('.name').textContent") == "cache", "problems come first")
    shot("failover")

    lab.order("sentinel", "failover", "orders")
    browser.press("/")
    for key in "orders":
        browser.press(key)
    browser.wait("orders is left", f"{ROW}.length === 1")
    browser.press("ArrowDown")
    browser.wait("its trace is shown", "document.querySelector('#detail h2')?.textContent === 'orders' && "
                 "document.querySelectorAll('#detail .phases span').length > 2")
    browser.value("document.querySelector('.trace').scrollIntoView()")
    shot("trace")
    browser.press("Escape")

    lab.order("sentinel", "monitor", NASTY, "127.0.0.1", "1", "1")
    browser.wait("the nasty name is listed as text", f"{ROW}.some((row) => row.querySelector('.name').textContent === {json.dumps(NASTY)})")
    browser.value(f"{ROW}.find((row) => row.querySelector('.name').textContent === {json.dumps(NASTY)})"
                  ".dispatchEvent(new MouseEvent('mousedown'))")
    browser.wait("it is shown", f"document.querySelector('#detail h2').textContent === {json.dumps(NASTY)}")
    check.that(browser.value("document.querySelectorAll('img').length") == 0 and browser.value("document.title") != "owned",
               "names are text and never markup")
    shot("nasty")
    foreign = [url for url in browser.urls if not url.startswith(home) and not url.startswith(("data:", "about:", "chrome"))]
    check.that(not foreign, f"no other host is asked {foreign or ''}")
    loud = [line for line in browser.console if not re.search(r"ERR_|404", line)]
    check.that(not loud, f"the console is silent {loud or ''}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, default=ROOT / ".build/debug", help="where picket and picketd are")
    parser.add_argument("--shots", type=Path, help="where screenshots go; by default they are thrown away")
    options = parser.parse_args()
    check = Check()
    with tempfile.TemporaryDirectory(prefix="picket-page-") as directory:
        shots = options.shots or Path(directory)
        shots.mkdir(parents=True, exist_ok=True)
        with Lab(options.build, Path(directory)) as lab, Browser() as browser:
            try:
                look(lab, browser, shots, check)
            except BaseException:
                browser.screenshot(str(shots / "fault.png"))
                raise
    print("All is as it should be." if not check.faults else f"{len(check.faults)} faults.")
    return 1 if check.faults else 0


if __name__ == "__main__":
    os.umask(0o077)
    sys.exit(main())
