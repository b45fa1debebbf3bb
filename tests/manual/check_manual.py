#!/usr/bin/env python3
"""The examples of the manual's first chapter that need no network card, by the command, against what the manual prints.

The packets are those of manual_captures.py. Where the manual itself is there, every line that is expected here is
looked up in it; where tcpdump is there, it prints of these packets what the manual says that it prints.
"""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "command"))
import harness
import manual_captures as captures
from harness import Command, same

MANUAL = HERE.parents[2] / "shared" / "seed" / "intake-pcap-manual.txt"
UNFILTERED = HERE / "unfiltered"
FILTERED = HERE / "filtered"
COLUMNS = "time src_host src_port dst_host dst_port protocol".split()
STP_LINE = "2018-01-09 00:16:12.251367 STP 802.1d, Config, Flags [none], bridge-id 7b00."


def listing(packets: tuple) -> list[list[str]]:
    """The rows that the manual prints of these packets, word by word, without the header."""
    made = []
    for time, from_client, *_ in packets:
        if from_client is None:
            continue
        client, server = ([host, str(port)] for host, port in (captures.CLIENT, captures.SERVER))
        hosts = client + server if from_client else server + client
        made.append([str(len(made)), "2018-01-09", f"08:16:12.{time}", *hosts, "udp"])
    return made


def tcpdump_lines() -> list[str]:
    made = []
    for time, from_client, size in captures.UNFILTERED:
        client, server = (f"{host}.{port}" for host, port in (captures.CLIENT, captures.SERVER))
        way = f"{client} > {server}" if from_client else f"{server} > {client}"
        ip = f"2018-01-09 00:16:12.{time} IP {way}: UDP, length {size}"
        made.append(STP_LINE + "01:23:45:67:89:00.8002, length 35" if from_client is None else ip)
    return made


def words(lines: list[str]) -> list[list[str]]:
    return [line.split() for line in lines]


def shows(command: Command, folder: pathlib.Path, rows: list[list[str]], *arguments: str) -> None:
    """The table that a command prints in a folder, but for the width of its columns."""
    outcome = command(*arguments, cwd=folder)
    same((outcome.status, outcome.message), (0, ""))
    same(words(outcome.lines()), [COLUMNS, *rows])


def test_the_captures_are_those_of_the_manual(_: Command, __: pathlib.Path) -> None:
    same((UNFILTERED / "local.pcap").read_bytes(), captures.unfiltered())
    same((FILTERED / "local.pcap").read_bytes(), captures.filtered())
    same((UNFILTERED / "catalog.yml").read_text(), (FILTERED / "catalog.yml").read_text())


def test_the_manual_prints_what_is_expected_here(_: Command, __: pathlib.Path) -> None:
    if not MANUAL.is_file():
        print("skipped: no ../shared")
        return
    printed = {" ".join(line.replace(captures.PRINTED_SERVER, captures.SERVER[0]).split())
               for line in MANUAL.read_text().splitlines()}
    rows = listing(captures.UNFILTERED) + listing(captures.FILTERED)
    missing = [line for line in map(" ".join, rows) if line not in printed and line + "," not in printed]
    same(missing, [])
    same([line for line in tcpdump_lines() if line not in printed and not line.startswith(STP_LINE)], [])
    same(STP_LINE in printed, True)
    catalog = [line.strip() for line in (UNFILTERED / "catalog.yml").read_text().splitlines()]
    same([line for line in catalog if line not in printed], [])


def test_1_6_1_tcpdump_prints_the_same_packets(_: Command, __: pathlib.Path) -> None:
    if shutil.which("tcpdump") is None:
        print("skipped: no tcpdump")
        return
    call = ["tcpdump", "-c", "10", "-tttt", "-n", "-q", "-r", str(UNFILTERED / "local.pcap")]
    done = subprocess.run(call, capture_output=True, text=True, check=True, env={**os.environ, "TZ": "PST8"})
    same(done.stdout.splitlines(), tcpdump_lines())


def test_1_2_and_1_6_2_a_file(command: Command, _: pathlib.Path) -> None:
    shows(command, UNFILTERED, listing(captures.UNFILTERED), "read", "local.pcap")


def test_1_6_3_a_file_by_the_catalog(command: Command, folder: pathlib.Path) -> None:
    rows = listing(captures.UNFILTERED)
    shows(command, UNFILTERED, rows, "read", "--catalog", "catalog.yml", "raw_local")
    shows(command, UNFILTERED, rows, "catalog", "read", "catalog.yml", "raw_local")
    # CATALOG_DIR is where the catalog is, not where the command runs.
    shows(command, folder, rows, "read", "--catalog", str(UNFILTERED / "catalog.yml"), "raw_local")


def test_1_7_1_one_protocol(command: Command, _: pathlib.Path) -> None:
    shows(command, FILTERED, listing(captures.FILTERED), "read", "local.pcap", "--protocol", "udp")
    for protocol, rows in (("tcp", 1), ("icmp", 0), ("igmp", 0)):
        outcome = command("read", "local.pcap", "--protocol", protocol, "--format", "csv", cwd=FILTERED)
        same(len(outcome.lines()), 1 + rows)


def test_1_7_2_one_protocol_by_the_catalog(command: Command, _: pathlib.Path) -> None:
    rows = listing(captures.FILTERED)
    shows(command, FILTERED, rows, "read", "--catalog", "catalog.yml", "udp_local")
    shows(command, FILTERED, rows, "read", "--catalog", "catalog.yml", "tcp_local", "--protocol", "udp")
    shows(command, FILTERED, rows, "read", "--catalog", "catalog.yml", "raw_local", "protocol=udp")


def test_1_8_payload(command: Command, _: pathlib.Path) -> None:
    outcome = command("read", "local.pcap", "--payload", "--protocol", "udp", cwd=FILTERED)
    rows = [[*row, captures.payload_of(i).hex()] for i, row in enumerate(listing(captures.FILTERED))]
    same(words(outcome.lines()), [[*COLUMNS, "payload"], *rows])


def test_1_4_the_catalog_lists_its_entries(command: Command, _: pathlib.Path) -> None:
    outcome = command("catalog", "list", "catalog.yml", cwd=UNFILTERED)
    same((outcome.status, words(outcome.lines())),
         (0, [[name, "pcap"] for name in ("raw_live", "raw_local", "tcp_local", "udp_local")]))


if __name__ == "__main__":
    sys.exit(harness.main(globals()))
