#!/usr/bin/env python3
"""`read -o out.pcap`: the packets of the rows that were selected, in either format. Needs no rights."""

from __future__ import annotations

import pathlib
import shutil
import struct
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "command"))

from harness import ETHERNET, RAW, Command, block, ethernet, has, main, pcap, pcapng, same, tcp, udp, write

PACKETS = [udp(b"one"), tcp(b"two"), udp(b"three"), tcp(b"four")]
FRAMES = [ethernet(0x0800, packet) for packet in PACKETS] + [ethernet(0x0806, bytes(28))]


def rows(command: Command, path: pathlib.Path) -> bytes:
    done = command("read", path, "--payload", "--all-frames", "--format", "csv")
    same((done.status, done.message), (0, ""))
    return done.output


def test_selection(command: Command, folder: pathlib.Path) -> None:
    given = write(folder, "in.pcap", pcap(FRAMES, ETHERNET))
    for words, kept in (
        ([], FRAMES[:4]),
        (["--all-frames"], FRAMES),
        (["--protocol", "udp"], [FRAMES[0], FRAMES[2]]),
        (["-c", "3"], FRAMES[:3]),
        (["--protocol", "6", "-c", "1"], [FRAMES[1]]),
        (["--protocol", "sctp"], []),
    ):
        for name in ("out.pcap", "out.pcapng"):
            done = command("read", given, *words, "-o", folder / name)
            same((done.status, done.output, done.message), (0, b"", ""))
            got = command("read", folder / name, "--all-frames", "--format", "csv", "--columns", "len").lines()[1:]
            same([int(line) for line in got], [len(frame) for frame in kept])
            same(rows(command, folder / name), command("read", given, *words, "--payload", "--format", "csv").output)


def test_all_of_a_pcap_is_the_pcap(command: Command, folder: pathlib.Path) -> None:
    given = write(folder, "in.pcap", pcap(FRAMES, ETHERNET))
    same(command("read", given, "--all-frames", "-o", folder / "out.pcap").status, 0)
    same((folder / "out.pcap").read_bytes(), given.read_bytes())


def test_standard_output_and_format(command: Command, folder: pathlib.Path) -> None:
    given = write(folder, "in.pcap", pcap(PACKETS))
    done = command("read", given, "--format", "pcapng", "-o", "-")
    same((done.status, done.output[:4]), (0, b"\n\r\r\n"))
    again = command("read", "-", "--format", "pcap", "-o", "-", stdin=done.output)
    same(again.output, given.read_bytes())


def test_times_to_the_nanosecond(command: Command, folder: pathlib.Path) -> None:
    contents = bytearray(pcap(PACKETS))
    contents[0:4] = struct.pack("<I", 0xA1B23C4D)
    contents[28:32] = struct.pack("<I", 123_456_789)
    given = write(folder, "in.pcap", bytes(contents))
    for name in ("out.pcap", "out.pcapng"):
        same(command("read", given, "-o", folder / name).status, 0)
        same(rows(command, folder / name), rows(command, given))
        has(rows(command, folder / name).decode(), ".123456789Z")


def test_several_link_types(command: Command, folder: pathlib.Path) -> None:
    first = write(folder, "a.pcap", pcap(FRAMES, ETHERNET))
    second = write(folder, "b.pcapng", pcapng(PACKETS, RAW, "tun0"))
    done = command("read", first, second, "-o", folder / "out.pcap")
    same(done.status, 2)
    has(done.message, "out.pcap' is not a file for packets of several link types, which only pcapng holds; did you")
    # What was written before it stays.
    same(len(command("read", folder / "out.pcap", "--format", "csv").lines()), 5)
    same(command("read", first, second, "-o", folder / "out.pcapng").status, 0)
    shown = command("read", folder / "out.pcapng", "--format", "csv", "--columns", "link_type,interface_name").lines()
    same(shown[1:], ["1,"] * 4 + ["101,tun0"] * 4)
    # Of a single link type two files make one.
    same(command("read", first, first, "-o", folder / "two.pcap").status, 0)


def test_damage_and_directions(command: Command, folder: pathlib.Path) -> None:
    given = write(folder, "in.pcap", pcap(PACKETS)[:-3])
    done = command("read", given, "-o", folder / "out.pcap")
    same((done.status, done.message.count("warning")), (3, 1))
    same(len(command("read", folder / "out.pcap", "--format", "csv").lines()), 4)
    out = struct.pack("<IIIII", 0, 0, 0, len(PACKETS[0]), len(PACKETS[0])) + PACKETS[0]
    flags = bytes(-len(PACKETS[0]) % 4) + struct.pack("<HHII", 2, 4, 2, 0)
    given = write(folder, "in.pcapng", pcapng([], RAW) + block(6, out + flags) + block(6, out))
    same(command("read", given, "-o", folder / "out.pcapng").status, 0)
    for path in (given, folder / "out.pcapng"):
        same(command("read", path, "--format", "csv", "--columns", "len,direction").lines(),
             ["len,direction", f"{len(PACKETS[0])},out", f"{len(PACKETS[0])},"])


def test_wrong_words(command: Command, folder: pathlib.Path) -> None:
    given = write(folder, "in.pcap", pcap(PACKETS))
    for words, part in (
        (["--payload", "-o", "x.pcap"], "--payload is for rows"),
        (["--columns", "time", "-o", "x.pcap"], "--columns is for rows"),
        (["--format", "pcap"], "-o out.pcap"),
        (["-i", "lo", "-o", "x.pcap"], "pcapframe dump PATH INTERFACE"),
    ):
        done = command("read", given, *words, cwd=folder)
        same(done.status, 2)
        has(done.message, part)
    same(command("read", given, "-o", folder / "no" / "x.pcap").status, 1)
    same([path.name for path in folder.iterdir()], ["in.pcap"])


def test_other_programs_read_it(command: Command, folder: pathlib.Path) -> None:
    given = write(folder, "in.pcap", pcap(FRAMES, ETHERNET))
    for name in ("out.pcap", "out.pcapng"):
        same(command("read", given, "--all-frames", "-o", folder / name).status, 0)
        for words in (["tcpdump", "-nr"], ["tshark", "-nr"]):
            if not shutil.which(words[0]):
                continue
            shown = [subprocess.run([*words, str(path)], capture_output=True, text=True, check=True, timeout=60).stdout
                     for path in (given, folder / name)]
            same(shown[0], shown[1])


if __name__ == "__main__":
    sys.exit(main(globals()))
