#!/usr/bin/env python3
"""Fragments against tshark: which frame completes a datagram, of how many fragments, and the ports that it has then,
over all shared captures that have fragments and over captures made with scapy."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import common

COLUMNS = ("frame_number", "outer_fragments", "inner_fragments", "src_port", "dst_port", "outer_protocol")
FIELDS = ("frame.number", "ip.fragment.count", "ipv6.fragment.count", "udp.srcport", "udp.dstport")
# What tshark waits for it waits for to the end of the file; and what one fragment says twice is no conflict.
WORDS = ("--defragment", "first", "--fragment-timeout", "2000000000", "--all-frames")
PREFERENCES = ("ip.defragment:TRUE", "ipv6.defragment:TRUE", "ip.check_checksum:FALSE")
SEED = 3


def has_fragments(command: Path, path: Path) -> bool:
    """Whether any packet of a capture, at any level, is a fragment."""
    rows = common.read_csv(command, path, "--columns", "outer_fragment_offset,outer_more_fragments,"
                           "inner_fragment_offset,inner_more_fragments").rows()
    return any(value not in ("", "0") for row in rows for value in row.values())


def theirs(path: Path) -> dict[int, dict[str, str]]:
    words = ["tshark", "-n", "-2", "-r", str(path), "-T", "fields", "-E", "separator=/t", "-E", "occurrence=a"]
    for preference in PREFERENCES:
        words += ["-o", preference]
    for field in FIELDS:
        words += ["-e", field]
    done = subprocess.run(words, capture_output=True, text=True, check=False, errors="replace")
    rows = [dict(zip(FIELDS, line.split("\t"), strict=True)) for line in done.stdout.splitlines()]
    return {int(row["frame.number"]): row for row in rows}


def count_text(row: dict[str, str]) -> str:
    """How many fragments were put together, outermost first."""
    return ",".join(filter(None, (row["ip.fragment.count"], row["ipv6.fragment.count"])))


class Comparison:
    def __init__(self, command: Path, report: common.Report):
        self.command = command
        self.report = report

    def capture(self, name: str, path: Path) -> None:
        wanted = theirs(path)
        rows = common.read_csv(self.command, path, *WORDS, "--columns", ",".join(COLUMNS)).rows()
        for row in rows:
            frame = wanted.get(int(row["frame_number"]))
            if frame is None:
                continue
            made = ",".join(filter(None, (row["outer_fragments"], row["inner_fragments"])))
            if not made and not count_text(frame):
                continue
            self.report.count("frames that complete a datagram")
            values = {"fragments": (made, count_text(frame))}
            if frame["udp.srcport"] and row["outer_protocol"] == "udp":
                values["src_port"] = (row["src_port"], frame["udp.srcport"].split(",")[0])
                values["dst_port"] = (row["dst_port"], frame["udp.dstport"].split(",")[0])
            for column, (mine, other) in values.items():
                self.report.compare(common.Difference(name, int(row["frame_number"]), column, mine or None,
                                                      other or None, row=row, frame=frame))


def made_captures(folder: Path) -> list[Path]:
    """Datagrams of many fragments in any order, mixed with each other, some of them twice, at both levels."""
    try:
        import scapy.all as scapy  # noqa: PLC0415
    except ImportError:
        print("no scapy: only the shared captures are checked")
        return []
    numbers = random.Random(SEED)
    ether = scapy.Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02")
    made = []
    for number in range(6):
        frames = []
        for datagram in range(40):
            udp = scapy.UDP(sport=1000 + datagram, dport=2000) / numbers.randbytes(numbers.randrange(100, 3000))
            size = numbers.randrange(2, 60) * 8
            if number % 2 == 0:
                packets = scapy.fragment(scapy.IP(src="192.0.2.1", dst="192.0.2.2", id=datagram + 1) / udp, size)
            else:
                whole = scapy.IPv6(src="2001:db8::1", dst="2001:db8::2") / scapy.IPv6ExtHdrFragment(id=datagram) / udp
                packets = scapy.fragment6(whole, max(size, 8) + 60)
            if number == 4:
                tunnel = scapy.UDP(sport=50000, dport=4789) / scapy.VXLAN(vni=5) / ether
                packets = [scapy.IP(src="198.51.100.1", dst="198.51.100.2") / tunnel / one for one in packets]
            numbers.shuffle(packets)
            frames += [ether / one for one in packets]
        if number != 4:
            # Fragments of several datagrams in turn.
            frames.sort(key=lambda _: numbers.random())
        path = folder / f"made_{number}.pcap"
        scapy.wrpcap(str(path), frames)
        made.append(path)
    return made


def main() -> int:
    options = common.arguments(__doc__)
    if shutil.which("tshark") is None:
        common.skip("no tshark")
    report = common.Report(whole=options.only == "*")
    comparison = Comparison(options.command, report)
    for capture in common.shared_captures(options):
        if not capture.compressed and has_fragments(options.command, capture.path):
            report.count("captures with fragments")
            comparison.capture(capture.name, capture.path)
    with tempfile.TemporaryDirectory() as folder:
        for path in made_captures(Path(folder)):
            comparison.capture(path.name, path)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
