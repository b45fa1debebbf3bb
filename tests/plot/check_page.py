#!/usr/bin/env python3
"""Pages in a real browser: nothing is loaded, nothing complains, every text can be read, and the pointer shows values.

Needs Chromium (skipped without it). `--shots FOLDER` keeps a picture of every page that is looked at.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import html.parser
import json
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile

import chromium

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
LOCAL = REPOSITORY / "tests" / "data" / "local.pcap"
SHARED = REPOSITORY.parent / "shared" / "captures"
SHARED_CAPTURES = ("gopacket/layers/testdata/cip.pcap", "mercury/unit_tests/pcaps/surfshark.pcap",
                   "mercury/unit_tests/pcaps/mdns_capture.pcap", "fpcap/tracefiles/fritzbox-ip.pcap")
HOSTILE_NAME = "<img src=x onerror=alert(1)>\"'&<!--<script>alert(1)<|script>.pcap"
SCREENS = [(390, False), (800, False), (1280, False), (1280, True)]
A4_PX = 794
SKIPPED = 77
RAW = 101

# Captures that are easily drawn wrong, by the seconds of their packets.
YEAR = 365 * 86_400
STRANGE = {"no_packet": [], "one_packet": [1_500_000_000], "one_instant": [1_500_000_000] * 50,
           "years": [1_500_000_000 + i for i in range(40)] + [1_500_000_000 + 9 * YEAR + i for i in range(20)]}

# Pairs of texts of one drawing, or of a whole picture, whose boxes meet, as the first characters of both.
OVERLAPS = """
Array.from(document.querySelectorAll('.drawing,svg:root')).flatMap(svg => {
  const texts = Array.from(svg.querySelectorAll('text')).map(t => [t.textContent, t.getBoundingClientRect()])
    .filter(([, r]) => r.width > 0);
  const found = [];
  texts.forEach(([a, p], i) => texts.slice(i + 1).forEach(([b, q]) => {
    const across = Math.min(p.right, q.right) - Math.max(p.left, q.left);
    const down = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
    if (across > 0.5 && down > 3) found.push(a.slice(0, 40) + ' | ' + b.slice(0, 40));
  }));
  return found;
})
"""
# Texts that the window cuts off at its sides.
CUT_OFF = """
Array.from(document.querySelectorAll('text,h1,dd,p,li')).filter(t => {
  const r = t.getBoundingClientRect();
  return r.width > 0 && (r.left < -0.5 || r.right > document.documentElement.clientWidth + 0.5);
}).map(t => t.textContent.slice(0, 40))
"""
BUSIEST = """
(() => {
  const svg = document.querySelector('.hover').closest('svg');
  const columns = Array.from(svg.querySelectorAll('.hover rect'));
  const r = columns[%d].getBoundingClientRect();
  return [r.left + r.width / 2, r.top + r.height / 2];
})()
"""
TIP = "(() => { const t = document.getElementById('tip'); return t.hidden ? '' : t.innerText; })()"


def capture_of(seconds: list[int]) -> bytes:
    """A pcap of UDP packets, each a little longer than the one before, to one of three hosts."""
    head = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, RAW)
    records = []
    for i, second in enumerate(seconds):
        data = bytes(10 * i)
        udp = struct.pack(">HHHH", 49152, 53, 8 + len(data), 0) + data
        hosts = bytes([192, 0, 2, 1, 198, 51, 100, 1 + i % 3])
        packet = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0) + hosts + udp
        records.append(struct.pack("<IIII", second, 0, len(packet), len(packet)) + packet)
    return head + b"".join(records)


class Titles(html.parser.HTMLParser):
    """The tooltips of the timeline's columns, from the text of a page."""

    def __init__(self, page: str):
        super().__init__()
        self.inside = False
        self.in_title = False
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "g":
            self.inside = ("class", "hover") in attributes
        self.in_title = tag == "title" and self.inside
        if self.in_title:
            self.found.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "g":
            self.inside = False
        self.in_title = False

    def handle_data(self, data: str) -> None:
        if self.in_title:
            self.found[-1] += data


class Checks:
    def __init__(self, command: pathlib.Path, folder: pathlib.Path, shots: pathlib.Path | None):
        self.command = command
        self.folder = folder
        self.shots = shots
        self.passed = 0
        self.failures: list[str] = []

    def expect(self, what: str, got: object, wanted: object) -> None:
        if got == wanted:
            self.passed += 1
        else:
            self.failures.append(f"{what}: {str(got)[:400]}, expected {str(wanted)[:200]}")

    def draw(self, capture: pathlib.Path, name: str, *words: str) -> pathlib.Path:
        page = self.folder / name
        done = subprocess.run([self.command, "plot", capture, "-o", page, "--all-frames", *words], check=False,
                              capture_output=True, text=True)
        self.expect(f"{name}: exit status", done.returncode, 0)
        return page

    def source(self, page: pathlib.Path) -> None:
        """What can be told without a browser: the policy fits the script, the data are JSON."""
        text = page.read_text()
        data, script = re.findall(r"<script[^>]*>(.*?)</script>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        self.expect(f"{page.name}: hash of the script in the policy", f"sha256-{digest}&#39;" in text, True)
        self.expect(f"{page.name}: data", isinstance(json.loads(data)["packets"], int), True)

    def screens(self, browser: chromium.Browser, page: pathlib.Path) -> None:
        for width, dark in SCREENS:
            where = f"{page.name} at {width} px{', dark' if dark else ''}"
            browser.show(width, 900, dark)
            browser.load(page)
            self.expect(f"{where}: texts that meet", browser.evaluate(OVERLAPS), [])
            self.expect(f"{where}: texts cut off", browser.evaluate(CUT_OFF), [])
            self.expect(f"{where}: scripts", browser.evaluate("document.scripts.length"), 2)
            self.expect(f"{where}: complaints", browser.complaints(page), [])
            if self.shots:
                browser.screenshot(self.shots / f"{page.stem}_{width}{'_dark' if dark else ''}.png")

    def paper(self, browser: chromium.Browser, page: pathlib.Path) -> None:
        """Printed in light colours, with nothing cut off, whatever the screen is like."""
        browser.show(A4_PX, 1123, dark=True, paper=True)
        browser.load(page)
        where = f"{page.name} on paper"
        self.expect(f"{where}: texts that meet", browser.evaluate(OVERLAPS), [])
        self.expect(f"{where}: texts cut off", browser.evaluate(CUT_OFF), [])
        self.expect(f"{where}: ground", browser.evaluate("getComputedStyle(document.body).backgroundColor"),
                    "rgb(255, 255, 255)")
        if self.shots:
            browser.screenshot(self.shots / f"{page.stem}_paper.png")

    def pointer(self, browser: chromium.Browser, page: pathlib.Path) -> None:
        """The box beside the pointer and the keys say what the tooltips say."""
        titles = Titles(page.read_text()).found
        busiest = max(range(len(titles)), key=lambda i: len(titles[i]))
        for width in (390, 1280):
            browser.show(width, 900)
            browser.load(page)
            self.expect(f"{page.name}: the box at first", browser.evaluate(TIP), "")
            browser.move_to(*browser.evaluate(BUSIEST % busiest))
            self.expect(f"{page.name}: the box under the pointer", browser.evaluate(TIP), titles[busiest])
            self.expect(f"{page.name}: the box is cut off", browser.evaluate(CUT_OFF.replace("text,h1", "#tip,h1")), [])
            browser.move_to(1, 1)
            self.expect(f"{page.name}: the box after the pointer left", browser.evaluate(TIP), "")
        browser.evaluate("document.querySelector('.hover').closest('svg').focus()")
        for index in (0, 1):
            for kind in ("keyDown", "keyUp"):
                browser.call("Input.dispatchKeyEvent", type=kind, key="ArrowRight", code="ArrowRight")
            self.expect(f"{page.name}: the box after {index + 1} keys", browser.evaluate(TIP), titles[index])
        browser.show(1280, 900, script=False)
        browser.load(page)
        self.expect(f"{page.name}: complaints without script", browser.complaints(page), [])

    def run(self, browser: chromium.Browser) -> None:
        captures = [LOCAL] + [SHARED / name for name in SHARED_CAPTURES if (SHARED / name).is_file()]
        for capture in captures:
            page = self.draw(capture, capture.stem + ".html")
            self.source(page)
            self.screens(browser, page)
            self.paper(browser, page)
            self.pointer(browser, page)
        hostile = self.folder / HOSTILE_NAME
        shutil.copyfile(LOCAL, hostile)
        self.screens(browser, self.draw(hostile, "hostile.html"))
        for name, times in STRANGE.items():
            capture = self.folder / f"{name}.pcap"
            capture.write_bytes(capture_of(times))
            self.screens(browser, self.draw(capture, f"{name}.html"))
        for kind in ("overview", "timeline", "protocols", "ports", "sizes", "hosts", "conversations"):
            picture = self.draw(LOCAL, kind + ".svg", "--kind", kind)
            browser.show(1000, 800)
            browser.load(picture)
            self.expect(f"{picture.name}: complaints", browser.complaints(picture), [])
            self.expect(f"{picture.name}: texts that meet", browser.evaluate(OVERLAPS), [])
            if self.shots:
                browser.screenshot(self.shots / f"{kind}.png")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--command", type=pathlib.Path, required=True, help="the pcapframe binary")
    parser.add_argument("--shots", type=pathlib.Path, help="keep pictures of the pages here")
    options = parser.parse_args()
    if chromium.program() is None:
        print("skipped: no chromium")
        return SKIPPED
    with tempfile.TemporaryDirectory() as folder, chromium.Browser() as browser:
        checks = Checks(options.command.resolve(), pathlib.Path(folder), options.shots)
        checks.run(browser)
    for failure in checks.failures:
        print(failure)
    print(f"{checks.passed} passed, {len(checks.failures)} failed")
    return 1 if checks.failures else 0


if __name__ == "__main__":
    sys.exit(main())
