#!/usr/bin/env python3
"""The Python of intake-pcap's manual as it is printed there, under the intake of its time (0.7), line by line.

The lines are taken from the manual's text. What a scanner has misread in it is put right (a cent sign for a `c`, a
quotation mark), and one thing that intake itself has changed: `Catalog("catalog.yml")` is `open_catalog` now. All that
takes an interface runs in a network of its own, in which the manual's interface `en0` is one that the test sends into.
"""

from __future__ import annotations

import pathlib
import re
import shutil
import subprocess
import sys
import threading
import time

import package

package.need("intake", "pandas")
sys.path[:0] = [str(package.ROOT / "tests/live"), str(package.ROOT / "tests/manual")]

import check_manual  # noqa: E402
import harness  # noqa: E402
import manual_captures as captures  # noqa: E402
import network  # noqa: E402
from harness import Command, same  # noqa: E402

import intake  # noqa: E402

if intake.__version__.split(".")[0] != "0":
    print("skipped: not the intake of the manual")
    sys.exit(package.SKIPPED)

MANUAL = check_manual.MANUAL
NETWORK = network.Network()
PRINTED = "print(' '.join(df.columns))\nfor row in df.to_string(header=False).splitlines(): print(row)"
# Section of the manual: the folder whose captures its listing shows, and that listing.
SECTIONS = {
    "1.2": (check_manual.UNFILTERED, captures.UNFILTERED),
    "1.6.2": (check_manual.UNFILTERED, captures.UNFILTERED),
    "1.6.3": (check_manual.UNFILTERED, captures.UNFILTERED),
    "1.7.1": (check_manual.FILTERED, captures.FILTERED),
    "1.7.2": (check_manual.FILTERED, captures.FILTERED),
    "1.8": (check_manual.FILTERED, captures.FILTERED),
    "1.5.2": None,
    "1.5.3": None,
}


def examples() -> dict[str, str]:
    """The Python that the manual prints, by its section."""
    found: dict[str, list[str]] = {}
    section = ""
    for line in MANUAL.read_text().splitlines():
        heading = re.match(r"\s*(1\.\d(?:\.\d)?)\.? [A-Z]", line)
        if heading:
            section = heading[1]
        if line.startswith(">>> "):
            found.setdefault(section, []).append(line[4:])
    return {name: "\n".join(lines) for name, lines in found.items()}


def put_right(code: str) -> str:
    code = code.replace("¢", "c").replace('protocol="udp\')', "protocol='udp')")
    return code.replace('Catalog("catalog.yml")', 'intake.open_catalog("catalog.yml")')


def program(section: str) -> str:
    """A section's lines, and after them what an interpreter prints of the last one."""
    lines = put_right(examples()[section])
    assert lines.endswith("\ndf"), lines
    return f"import intake\nfilename = 'local.pcap'\n{lines}\n{PRINTED}\n"


def run(section: str, folder: pathlib.Path, *before: str) -> list[list[str]]:
    done = subprocess.run([*before, sys.executable, "-c", program(section)], cwd=folder, capture_output=True, text=True,
                          check=False)
    same((section, done.returncode, done.stderr), (section, 0, ""))
    return [line.split() for line in done.stdout.splitlines()]


def test_all_of_the_manual_s_python_is_here(_: Command, __: pathlib.Path) -> None:
    same(sorted(examples()), sorted(SECTIONS))
    lines = MANUAL.read_text().splitlines()
    same(sum(code.count("\n") + 1 for code in examples().values()), sum(line.startswith(">>>") for line in lines))


def test_files_as_printed(_: Command, __: pathlib.Path) -> None:
    for section, shown in SECTIONS.items():
        if shown is None or section in ("1.7.1", "1.7.2", "1.8"):
            continue
        folder, packets = shown
        same(run(section, folder), [check_manual.COLUMNS, *check_manual.listing(packets)])


def test_filtered_as_printed(_: Command, __: pathlib.Path) -> None:
    for section in ("1.7.1", "1.7.2"):
        folder, packets = SECTIONS[section]
        same(run(section, folder), [check_manual.COLUMNS, *check_manual.listing(packets)])


def test_payload_as_printed(_: Command, __: pathlib.Path) -> None:
    folder, packets = SECTIONS["1.8"]
    [names, *rows] = run("1.8", folder)
    same(names, [*check_manual.COLUMNS, "payload"])
    # Of the capture behind the listing, a TCP segment without payload is not in what is printed.
    shown = [row for row in rows if row[7] == "udp"]
    wanted = check_manual.listing(packets)
    same([row[1:8] for row in shown], [row[1:] for row in wanted])
    same([" ".join(row[8:]) for row in shown], [repr(captures.payload_of(i)) for i in range(len(wanted))])


def manual_interface() -> None:
    """The far end of the pair gets the name that the manual has."""
    NETWORK.ip(NETWORK.far, "link", "set", "vb", "down")
    NETWORK.ip(NETWORK.far, "link", "set", "vb", "name", "en0")
    NETWORK.ip(NETWORK.far, "link", "set", "en0", "up")


def live(section: str, folder: pathlib.Path) -> list[list[str]]:
    before = NETWORK.capturing()

    def send() -> None:
        end = time.monotonic() + 30
        while NETWORK.capturing() == before and time.monotonic() < end:
            time.sleep(0.05)
        NETWORK.send([captures.stp()] + [captures.udp(i % 2 == 0, captures.payload_of(i)) for i in range(20)])

    sender = threading.Thread(target=send)
    sender.start()
    try:
        return run(section, folder, "ip", "netns", "exec", NETWORK.far)
    finally:
        sender.join()


def test_live_as_printed(_: Command, folder: pathlib.Path) -> None:
    reason = network.why_not()
    if reason:
        print(reason)
        return
    shutil.copy(check_manual.UNFILTERED / "catalog.yml", folder)
    NETWORK.make()
    try:
        manual_interface()
        for section in ("1.5.2", "1.5.3"):
            [names, *rows] = live(section, folder)
            same(names, check_manual.COLUMNS)
            client, server = ([host, str(port)] for host, port in (captures.CLIENT, captures.SERVER))
            wanted = [[*(client + server if i % 2 == 0 else server + client), "udp"] for i in range(10)]
            same([row[3:] for row in rows], wanted)
            same([row[0] for row in rows], [str(i) for i in range(10)])
    finally:
        NETWORK.remove()


def test_its_own_numbers(_: Command, __: pathlib.Path) -> None:
    """Those that intake-pcap's tests expect of its captures."""
    folder = package.ROOT.parent / "shared/captures/intake-pcap"
    if not folder.is_dir():
        print("skipped: no ../shared")
        return

    def rows(name: str, **options: object) -> int:
        return len(intake.open_pcap(str(folder / name), **options).read())

    same(rows("96pings.pcap"), 96)
    same([rows("http.pcap"), rows("http.pcap", protocol="tcp"), rows("http.pcap", protocol="udp"),
          rows("http.pcap", protocol="icmp")], [43, 41, 2, 0])
    same(rows("vlan.pcap"), 18)
    everything = intake.open_pcap(str(folder / "*.pcap"))
    same((len(everything.read()), everything.discover()["npartitions"]), (157, 3))
    same([len(everything.read_partition(i)) for i in range(3)], [96, 43, 18])


if __name__ == "__main__":
    if not MANUAL.is_file():
        print("skipped: no ../shared")
        sys.exit(package.SKIPPED)
    sys.exit(harness.main(dict(globals())))
