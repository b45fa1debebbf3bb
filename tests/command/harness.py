"""What the tests of the command share: captures in memory, running the command, and counting cases.

A test is a function whose name begins with `test_`; it takes the command and a folder of its own, and fails by an
AssertionError. The last line of a script says how many passed and failed.
"""

from __future__ import annotations

import argparse
import dataclasses
import pathlib
import struct
import subprocess
import sys
import tempfile
import traceback

ETHERNET = 1
RAW = 101


def ipv4(protocol: int, data: bytes) -> bytes:
    addresses = bytes([192, 0, 2, 1, 198, 51, 100, 2])
    return struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(data), 1, 0, 64, protocol, 0) + addresses + data


def udp(data: bytes = b"") -> bytes:
    return ipv4(17, struct.pack(">HHHH", 53, 49154, 8 + len(data), 0) + data)


def tcp(data: bytes = b"") -> bytes:
    return ipv4(6, struct.pack(">HHIIHHHH", 49153, 443, 1, 2, 0x5018, 64240, 0, 0) + data)


def ethernet(ethertype: int, data: bytes) -> bytes:
    return bytes(range(12)) + struct.pack(">H", ethertype) + data


def pcap(packets: list[bytes], link_type: int = RAW, first_second: int = 1_515_485_772) -> bytes:
    """A pcap of these packets, one a millisecond."""
    head = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, link_type)
    records = []
    for i, packet in enumerate(packets):
        second, milli = divmod(i, 1000)
        header = struct.pack("<IIII", first_second + second, 1000 * milli, len(packet), len(packet))
        records.append(header + packet)
    return head + b"".join(records)


def block(kind: int, body: bytes) -> bytes:
    body += bytes(-len(body) % 4)
    length = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + length + body + length


def pcapng(packets: list[bytes], link_type: int = RAW, name: str | bytes = "") -> bytes:
    """A pcapng of one section and one interface."""
    text = name if isinstance(name, bytes) else name.encode()
    options = struct.pack("<HH", 2, len(text)) + text + bytes(-len(text) % 4) if name else b""
    blocks = [
        block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)),
        block(1, struct.pack("<HHI", link_type, 0, 0) + options),
    ]
    for i, packet in enumerate(packets):
        blocks.append(block(6, struct.pack("<IIIII", 0, 0, i, len(packet), len(packet)) + packet))
    return b"".join(blocks)


def timed_pcapng(times: list[int | None]) -> bytes:
    """A packet for each time in nanoseconds: those before 1970 of an interface that counts from 1677; None: no time."""
    earliest = -9_223_372_036
    blocks = [block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))]
    for offset in (0, earliest):
        options = struct.pack("<HHB3x", 9, 1, 9) + struct.pack("<HHq", 14, 8, offset) + struct.pack("<HH", 0, 0)
        blocks.append(block(1, struct.pack("<HHI", RAW, 0, 0) + options))
    packet = udp(b"data")
    for time in times:
        if time is None:
            blocks.append(block(3, struct.pack("<I", len(packet)) + packet))
            continue
        ticks = time if time >= 0 else time - earliest * 1_000_000_000
        head = struct.pack("<IIIII", int(time < 0), ticks >> 32, ticks & 0xFFFFFFFF, len(packet), len(packet))
        blocks.append(block(6, head + packet))
    return b"".join(blocks)


@dataclasses.dataclass
class Outcome:
    """What one run of the command gave: exit status (negative: killed by that signal), standard output and error."""

    status: int
    output: bytes
    message: str

    def lines(self) -> list[str]:
        return self.output.decode().splitlines()


class Command:
    def __init__(self, path: pathlib.Path):
        self.path = path

    def __call__(
        self, *words: str | pathlib.Path, stdin: bytes | None = None, cwd: pathlib.Path | None = None
    ) -> Outcome:
        given = {"stdin": subprocess.DEVNULL} if stdin is None else {"input": stdin}
        done = subprocess.run(
            [str(self.path), *map(str, words)], capture_output=True, timeout=120, check=False, cwd=cwd, **given
        )
        return Outcome(done.returncode, done.stdout, done.stderr.decode())


def same(got: object, wanted: object) -> None:
    assert got == wanted, f"got {got!r}\nwanted {wanted!r}"


def has(text: str, part: str) -> None:
    assert part in text, f"{part!r} is not in {text!r}"


def write(folder: pathlib.Path, name: str, contents: bytes) -> pathlib.Path:
    path = folder / name
    path.write_bytes(contents)
    return path


def main(module: dict) -> int:
    """Runs the tests of a script; its names that begin with `test_`."""
    parser = argparse.ArgumentParser(description=module["__doc__"])
    parser.add_argument("--command", type=pathlib.Path, required=True, help="the pcapframe binary")
    command = Command(parser.parse_args().command.resolve())
    failed = passed = 0
    for name, test in module.items():
        if not name.startswith("test_"):
            continue
        with tempfile.TemporaryDirectory(prefix="pcapframe-command-") as folder:
            try:
                test(command, pathlib.Path(folder))
                passed += 1
            except Exception:
                failed += 1
                print(f"failed: {name}\n{traceback.format_exc()}")
    print(f"{passed} passed, {failed} failed")
    sys.stdout.flush()
    return 1 if failed else 0
