#!/usr/bin/env python3
"""Looks at the live page with a thousand made-up groups: how many rows exist, and how long frames take while it is scrolled.

    Tests/Page/many.py [--groups N] [--shots DIR] [--url URL]

Without --url the page's own files are served here, with answers that are made up. Status 0 where only the rows that can be seen exist.
"""

import argparse
import json
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from browser import Browser  # noqa: E402

PAGE = Path(__file__).resolve().parent.parent.parent / "Sources/PicketHTTP/Page"
KINDS = {"/": "text/html", "/page.css": "text/css", "/page.js": "text/javascript"}


def line(number: int) -> dict:
    severity, state, problems = 0, "ok", []
    if number % 250 == 7:
        severity, state, problems = 2, "down", ["primary down"]
    elif number % 100 == 11:
        severity, problems = 1, [f"replica 10.1.{number % 250}.2:6379 is down"]
    return {"name": f"group-{number}", "state": state, "severity": severity, "problems": problems, "primary": f"10.0.{number % 250}.1:6379",
            "zone": "abc"[number % 3], "epoch": number, "replicas": 2, "replicasUp": 1 if severity == 1 else 2, "maxLagBytes": 0,
            "monitorsAlive": 3, "monitorsKnown": 3, "quorum": 2, "holdingDown": 3 if severity == 2 else 0}


def server(groups: int) -> ThreadingHTTPServer:
    lines = sorted(map(line, range(1, groups + 1)), key=lambda one: (-one["severity"], one["name"]))
    monitor = {"id": "a" * 40, "version": "0.0.0", "port": 26379, "epoch": 7, "tilted": False, "takenAtMs": 0, "startedAtMs": 0, "lastEventId": 0}

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def do_GET(self):
            path = self.path.split("?")[0]
            kind = KINDS.get(path, "application/json")
            if path in KINDS:
                body = (PAGE / {"/": "page.html"}.get(path, path[1:])).read_bytes()
            elif path == "/v1/topology":
                body = json.dumps({"monitor": monitor, "groups": lines}).encode()
            elif path.startswith("/v1/groups/"):
                one = next(l for l in lines if l["name"] == path.rsplit("/", 1)[1])
                body = json.dumps({"line": one, "verdict": "Made up.", "votesNeeded": 2, "instances": [], "monitors": [], "failovers": []}).encode()
            elif path == "/v1/history":
                body = json.dumps({"records": []}).encode()
            else:
                # No more events: the reader is told not to come back.
                self.send_response(204)
                self.end_headers()
                return
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            try:
                self.wfile.write(body)
            except BrokenPipeError:
                pass

    return ThreadingHTTPServer(("127.0.0.1", 0), Handler)


FRAMES = """new Promise((done) => {
  const list = document.getElementById('list'), times = []; let last = performance.now(), step = 0;
  const next = (now) => { times.push(now - last); last = now; list.scrollTop += 397; step += 1;
    step < 120 ? requestAnimationFrame(next) : done(times.slice(2).sort((a, b) => a - b)); };
  requestAnimationFrame(next); })"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--groups", type=int, default=1000)
    parser.add_argument("--shots", type=Path)
    parser.add_argument("--url", help="of a monitor that watches as many groups")
    options = parser.parse_args()
    served = None
    if not options.url:
        served = server(options.groups)
        threading.Thread(target=served.serve_forever, daemon=True).start()
    url = options.url or f"http://127.0.0.1:{served.server_address[1]}/"
    try:
        with tempfile.TemporaryDirectory() as directory, Browser() as browser:
            shots = options.shots or Path(directory)
            shots.mkdir(parents=True, exist_ok=True)
            browser.open(url)
            browser.wait("all are listed", f"typeof rowHeight !== 'undefined' && document.getElementById('spacer').offsetHeight === {options.groups} * rowHeight", 120)
            browser.wait("one is shown", "!!document.querySelector('#detail h2')", 120)
            browser.screenshot(str(shots / "many.png"))
            frames = browser.value(FRAMES)
            rows = browser.value("document.querySelectorAll('.row').length")
            script = browser.value("(() => { const began = performance.now(); filterGroups(); return performance.now() - began; })()")
            browser.press("End")
            browser.wait("the last is chosen", "!!document.querySelector('.row[aria-selected=\"true\"]')")
            browser.screenshot(str(shots / "many-end.png"))
            print(f"{options.groups} groups, {rows} rows exist; frames while scrolling: median {frames[len(frames) // 2]:.1f} ms, "
                  f"longest {frames[-1]:.1f} ms; to filter and draw: {script:.1f} ms")
            return 0 if rows < 100 else 1
    finally:
        if served:
            served.shutdown()


if __name__ == "__main__":
    sys.exit(main())
