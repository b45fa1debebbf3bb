#!/usr/bin/env python3
"""`read --filter` and `read -o out.pcap --filter` keep the packets that tcpdump keeps, capture by capture.

The language itself is compared with libpcap elsewhere (check_filter.py); here is what the command does with it: which
frames become rows, their numbers, the packets that are written, several link types, several threads.
"""

from __future__ import annotations

import concurrent.futures
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile

import capture_file
import common

EXPRESSIONS = (
    "tcp", "not udp", "arp", "ip6", "port 53 or port 80", "src portrange 1024-65535", "tcp[tcpflags] & tcp-syn != 0",
    "ip[2:2] > 200", "host 192.168.1.1 or net 10.0.0.0/8", "greater 500", "ip and not icmp", "vlan", "ether multicast",
)

# Where tcpdump is wrong, and why.
EXPLAINED = {
    ("tcpdump/tests/juniper_es_oobr.pcap", "ip[2:2] > 200"): "libpcap has no place for the network header of "
    "JUNIPER_ES and adds up two offsets of -1, so that it looks at the first bytes of the frame",
}


def packets(contents: bytes) -> list[bytes]:
    return [contents[record.data:record.data + record.caplen] for record in capture_file.records(contents)]


def tcpdump(path: pathlib.Path, expression: str, out: pathlib.Path) -> list[bytes] | None:
    """The packets that tcpdump keeps; nothing where it refuses the expression or the file."""
    words = ["tcpdump", "-r", str(path), "-w", str(out), expression]
    done = subprocess.run(words, capture_output=True, check=False)
    if done.returncode != 0 or not out.exists():
        return None
    return packets(out.read_bytes())


def compare(command: pathlib.Path, capture: common.Capture, expression: str) -> tuple[int, list[str]]:
    """How many packets were compared, and what differs."""
    with tempfile.TemporaryDirectory() as folder:
        theirs = tcpdump(capture.path, expression, pathlib.Path(folder) / "theirs.pcap")
        if theirs is None:
            return 0, []
        ours_path = pathlib.Path(folder) / "ours.pcap"
        done = common.run(command, "read", capture.path, "--filter", expression, "-o", ours_path)
        if done.status not in (0, 3):
            return 0, [f"{capture.name}: {expression}: status {done.status}: {done.message.strip()}"]
        ours = packets(ours_path.read_bytes())
        rows = common.read_csv(command, capture.path, "--columns", "frame_number", "--filter", expression)
        count = len(rows.output.splitlines()) - 1
    problems = []
    # A file whose snapshot length is a lie: tcpdump clips its packets to that, pcapframe keeps what was captured.
    same = len(ours) == len(theirs) and all(mine.startswith(other) for mine, other in zip(ours, theirs))
    if not same:
        problems.append(f"{capture.name}: {expression}: {len(ours)} packets, tcpdump keeps {len(theirs)}")
    if count != len(theirs):
        problems.append(f"{capture.name}: {expression}: {count} rows, tcpdump keeps {len(theirs)}")
    return len(theirs), problems


def loopback_captures(folder: pathlib.Path) -> list[common.Capture]:
    """Captures of loopback devices, whose headers are in the byte order of the machine that they are from."""
    made = []
    for order, order_name in (("<", "little"), (">", "big")):
        for link_type, name, rest in ((0, "null", b""), (109, "enc", bytes(8))):
            contents = struct.pack(order + "IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, link_type)
            for i in range(60):
                family, protocol = ((2, 6), (2, 17), (24, 6), (28, 17), (30, 58), (7, 6))[i % 6]
                header = bytes([0x45, 0, 0, 40, 0, 1, 0, 0, 64, protocol, 0, 0]) + bytes([10, 0, 0, 1, 10, 0, 0, 2])
                if family != 2:
                    header = bytes([0x60, 0, 0, 0, 0, 20, protocol, 64]) + bytes(31) + b"\1"
                packet = struct.pack(order + "I", family) + rest + header + struct.pack(">HH", 1025, 53) + bytes(16)
                contents += struct.pack(order + "IIII", 1_500_000_000, i, len(packet), len(packet)) + packet
            path = folder / f"{name}-{order_name}.pcap"
            path.write_bytes(contents)
            made.append(common.Capture(path, path.name, {}))
    return made


def compare_all(command: pathlib.Path, captures: list[common.Capture]) -> tuple[int, int, list[str]]:
    """How many comparisons there were, how many packets tcpdump kept in them, and what differs."""
    jobs = [(capture, expression) for capture in captures for expression in EXPRESSIONS]
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        outcomes = list(pool.map(lambda job: compare(command, *job), jobs))
    problems = [problem for (capture, expression), (_, found) in zip(jobs, outcomes) for problem in found
                if (capture.name, expression) not in EXPLAINED]
    return len(jobs), sum(count for count, _ in outcomes), problems


def main() -> int:
    options = common.arguments(__doc__.splitlines()[0])
    if shutil.which("tcpdump") is None:
        common.skip("no tcpdump")
    captures = [capture for capture in common.shared_captures(options)
                if not capture.compressed and capture.path.stat().st_size < 500_000]
    chosen = captures[:: max(1, len(captures) // 150)]
    with tempfile.TemporaryDirectory() as folder:
        chosen += loopback_captures(pathlib.Path(folder))
        compared, kept, problems = compare_all(options.command, chosen)
    for problem in problems[:40]:
        print(problem)
    print(f"{compared} filters over {len(chosen)} captures, {kept} packets kept, {len(problems)} differences")
    if kept == 0:
        print("nothing was compared")
    return 1 if problems or kept == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
