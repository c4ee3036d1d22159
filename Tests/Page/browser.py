"""A headless Chromium, driven over its debugging pipe: no port, and nothing beside Python's own library."""

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time


class BrowserError(Exception):
    pass


class Browser:
    """One page. Ended with the `with` block, however that ends."""

    def __init__(self, width: int = 1280, height: int = 860, program: str | None = None):
        self.program = program or shutil.which("chromium") or shutil.which("chromium-browser")
        if not self.program:
            raise BrowserError("chromium is not in PATH: apt-get install chromium")
        self.width, self.height = width, height
        self.console: list[str] = []
        self.urls: list[str] = []
        self.last_id = 0
        self.buffer = b""

    def __enter__(self):
        self.profile = tempfile.mkdtemp(prefix="picket-page-")
        to_browser, self.write_end = os.pipe()
        self.read_end, from_browser = os.pipe()

        def pipes():
            # Chromium reads commands from descriptor 3 and writes to 4. Copied out of the way first: one may be the other.
            one, other = os.dup(to_browser), os.dup(from_browser)
            os.dup2(one, 3)
            os.dup2(other, 4)

        self.process = subprocess.Popen(
            [self.program, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--remote-debugging-pipe",
             "--no-first-run", "--disable-background-networking", "--disable-component-update", "--hide-scrollbars=false",
             f"--user-data-dir={self.profile}", f"--window-size={self.width},{self.height}", "about:blank"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, close_fds=False, preexec_fn=pipes)
        os.close(to_browser)
        os.close(from_browser)
        try:
            targets = self._call("Target.getTargets")["targetInfos"]
            page = next((t for t in targets if t["type"] == "page"), None)
            target = page["targetId"] if page else self._call("Target.createTarget", {"url": "about:blank"})["targetId"]
            self.session = self._call("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
            for domain in ("Page", "Runtime", "Network", "Log"):
                self.call(f"{domain}.enable")
            self.call("Emulation.setDeviceMetricsOverride",
                      {"width": self.width, "height": self.height, "deviceScaleFactor": 1, "mobile": False})
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for descriptor in (self.write_end, self.read_end):
            os.close(descriptor)
        shutil.rmtree(self.profile, ignore_errors=True)

    # Commands

    def call(self, method: str, parameters: dict | None = None) -> dict:
        return self._call(method, parameters, self.session)

    def _call(self, method: str, parameters: dict | None = None, session: str | None = None) -> dict:
        self.last_id += 1
        message = {"id": self.last_id, "method": method, "params": parameters or {}}
        if session:
            message["sessionId"] = session
        os.write(self.write_end, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + 60
        while True:
            answer = self._next(deadline, method)
            if answer.get("id") == self.last_id:
                if "error" in answer:
                    raise BrowserError(f"{method}: {answer['error']['message']}")
                return answer["result"]
            self._heard(answer)

    def _next(self, deadline: float, what: str) -> dict:
        while b"\0" not in self.buffer:
            ready, _, _ = select.select([self.read_end], [], [], max(0, deadline - time.monotonic()))
            if not ready:
                raise BrowserError(f"chromium did not answer {what} in time")
            chunk = os.read(self.read_end, 1 << 16)
            if not chunk:
                raise BrowserError("chromium has ended")
            self.buffer += chunk
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def _heard(self, message: dict) -> None:
        parameters = message.get("params", {})
        match message.get("method"):
            case "Network.requestWillBeSent":
                self.urls.append(parameters["request"]["url"])
            case "Log.entryAdded":
                entry = parameters["entry"]
                self.console.append(f"{entry['level']}: {entry['text']} {entry.get('url', '')}")
            case "Runtime.exceptionThrown":
                self.console.append(f"exception: {parameters['exceptionDetails'].get('exception', {}).get('description')}")
            case "Runtime.consoleAPICalled":
                self.console.append(f"{parameters['type']}: {parameters['args']}")

    # What tests need

    def open(self, url: str) -> None:
        self.call("Page.navigate", {"url": url})

    def value(self, script: str):
        """What the script's expression is, awaited."""
        result = self.call("Runtime.evaluate", {"expression": script, "returnByValue": True, "awaitPromise": True})
        if "exceptionDetails" in result:
            raise BrowserError(result["exceptionDetails"].get("exception", {}).get("description", script))
        return result["result"].get("value")

    def wait(self, what: str, script: str, seconds: float = 60):
        """Until the expression is true; its value."""
        deadline = time.monotonic() + seconds
        while True:
            value = self.value(script)
            if value:
                return value
            if time.monotonic() > deadline:
                raise BrowserError(f"waited {seconds:.0f} s in vain until {what}: {script}")
            time.sleep(0.05)

    def press(self, key: str) -> None:
        text = {"text": key} if len(key) == 1 else {}
        codes = {"ArrowDown": 40, "ArrowUp": 38, "End": 35, "Home": 36, "Escape": 27, "PageDown": 34, "Tab": 9, "Enter": 13}
        code = {"windowsVirtualKeyCode": codes[key]} if key in codes else {}
        self.call("Input.dispatchKeyEvent", {"type": "keyDown", "key": key, **text, **code})
        self.call("Input.dispatchKeyEvent", {"type": "keyUp", "key": key, **code})

    def dark(self, is_dark: bool) -> None:
        value = "dark" if is_dark else "light"
        self.call("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": value}]})

    def screenshot(self, path: str) -> None:
        with open(path, "wb") as file:
            file.write(base64.b64decode(self.call("Page.captureScreenshot", {"format": "png"})["data"]))
