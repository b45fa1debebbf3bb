"""Headless Chromium, driven over a pipe (Chrome DevTools Protocol): loads pages and tells what they did."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import pathlib
import select
import shutil
import subprocess
import tempfile
import time

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-sync", "--disable-component-update", "--disable-default-apps", "--disable-extensions",
         "--hide-scrollbars", "--remote-debugging-pipe")
TIMEOUT_SECONDS = 60
EVENTS = ("Network", "Log", "Runtime", "Page")


def program() -> str | None:
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


def pipe_above(least: int) -> tuple[int, int]:
    """A pipe whose descriptors are not those that the browser wants."""
    ends = os.pipe()
    high = tuple(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, least) for end in ends)
    for end in ends:
        os.close(end)
    return high


class Browser:
    """One browser with one page. A context: the process and its profile are gone at the end."""

    def __enter__(self) -> Browser:
        self.profile = tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True)
        commands, self.write_end = pipe_above(10)
        self.read_end, answers = pipe_above(10)
        # It reads commands from descriptor 3 and writes answers to 4.
        line = f'exec "$0" "$@" 3<&{commands} 4>&{answers}'
        self.process = subprocess.Popen(
            ["bash", "-c", line, program() or PROGRAMS[0], *FLAGS, f"--user-data-dir={self.profile.name}",
             "about:blank"],
            pass_fds=(commands, answers), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        os.close(commands)
        os.close(answers)
        self.last_id = 0
        self.unread = b""
        self.events: list[dict] = []
        self.session = ""
        self.script = True
        try:
            pages = self.call("Target.getTargets")["targetInfos"]
            target = next(page["targetId"] for page in pages if page["type"] == "page")
            self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
            for domain in EVENTS:
                self.call(f"{domain}.enable")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.write_end)
        os.close(self.read_end)
        self.profile.cleanup()

    def receive(self, until: float) -> dict:
        """The next message; TimeoutError when none comes in time or the browser is gone."""
        while b"\0" not in self.unread:
            ready, _, _ = select.select([self.read_end], [], [], max(0.0, until - time.monotonic()))
            piece = os.read(self.read_end, 1 << 16) if ready else b""
            if not piece:
                raise TimeoutError("the browser does not answer")
            self.unread += piece
        message, self.unread = self.unread.split(b"\0", 1)
        return json.loads(message)

    def call(self, method: str, **parameters: object) -> dict:
        self.last_id += 1
        message = {"id": self.last_id, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.write_end, json.dumps(message).encode() + b"\0")
        until = time.monotonic() + TIMEOUT_SECONDS
        while True:
            answer = self.receive(until)
            if answer.get("id") == self.last_id:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]
            self.events.append(answer)

    def show(self, width: int, height: int, dark: bool = False, script: bool = True, paper: bool = False) -> None:
        """The size and the kind of screen for pages loaded from now on, or paper."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", media="print" if paper else "", features=[scheme])
        self.call("Emulation.setScriptExecutionDisabled", value=not script)
        self.script = script

    def load(self, path: pathlib.Path) -> None:
        """Loads a file and, where scripts run, waits until it has been drawn."""
        self.events.clear()
        self.call("Page.navigate", url=path.resolve().as_uri())
        until = time.monotonic() + TIMEOUT_SECONDS
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(self.receive(until))
        if self.script:
            self.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def evaluate(self, expression: str) -> object:
        answer = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(str(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def move_to(self, x: float, y: float) -> None:
        self.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    def screenshot(self, path: pathlib.Path) -> None:
        """All of the page, also what is below the window."""
        size = self.call("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
        picture = self.call("Page.captureScreenshot", clip=clip, captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(picture["data"]))

    def complaints(self, path: pathlib.Path) -> list[str]:
        """Console messages, errors, and requests for anything but the page itself, since it was loaded."""
        found = []
        for event in self.events:
            what, given = event.get("method"), event.get("params", {})
            if what == "Log.entryAdded":
                found.append("log: " + given["entry"]["text"])
            elif what == "Runtime.consoleAPICalled":
                found.append("console: " + json.dumps(given["args"]))
            elif what == "Runtime.exceptionThrown":
                found.append("exception: " + json.dumps(given["exceptionDetails"]))
            elif what == "Network.requestWillBeSent":
                url = given["request"]["url"]
                if url != path.resolve().as_uri() and not url.startswith("data:"):
                    found.append("request: " + url)
        return found
