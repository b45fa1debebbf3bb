#!/usr/bin/env python3
"""`read -o out.pcap`: which packets a capture file gets and how they are stored, whatever the files they come from are
like and however many threads look for them."""

from __future__ import annotations

import pathlib
import random
import struct
import sys

import harness
from harness import Command, has, ipv4, same, tcp, udp, write

FIRST_SECOND = 1_515_485_772
MANY = 40_000  # together large enough for several threads


def capture(packets: list[tuple[int, int, bytes]], order: str = "<", magic: int = 0xA1B2C3D4, minor: int = 4,
            link_type: int = harness.RAW) -> bytes:
    """A pcap of packets with seconds and fractions."""
    records = [struct.pack(order + "IHHiIII", magic, 2, minor, 0, 0, 262144, link_type)]
    for second, fraction, data in packets:
        records += [struct.pack(order + "IIII", second, fraction, len(data), len(data)), data]
    return b"".join(records)


def some_packets(count: int, units: int) -> list[tuple[int, int, bytes]]:
    """Packets of both protocols in rows of different lengths, some of them large."""
    numbers = random.Random(7)
    packets = []
    while len(packets) < count:
        make = numbers.choice((tcp, udp))
        for _ in range(numbers.choice((1, 1, 2, 3, 9))):
            size = numbers.choice((0, 20, 90, 700, 1400))
            packets.append((FIRST_SECOND + len(packets) // 1000, numbers.randrange(units), make(bytes(size))))
    return packets[:count]


def is_tcp(data: bytes) -> bool:
    return data[9] == 6


def wanted(packets: list[tuple[int, int, bytes]]) -> list[tuple[int, int, bytes]]:
    return [packet for packet in packets if is_tcp(packet[2])]


def kept(command: Command, folder: pathlib.Path, *words: object, threads: int) -> bytes:
    out = folder / f"out{threads}.pcap"
    outcome = command("read", *words, "--threads", str(threads), "-o", out)
    same((outcome.status, outcome.message), (0, ""))
    return out.read_bytes()


def test_the_same_by_any_number_of_threads(command: Command, folder: pathlib.Path) -> None:
    packets = some_packets(MANY, 1_000_000)
    path = write(folder, "in.pcap", capture(packets))
    for words in (("--filter", "tcp"), ("--protocol", "tcp")):
        for threads in (1, 2, 5):
            same(kept(command, folder, path, *words, threads=threads) == capture(wanted(packets)), True)
    same(kept(command, folder, path, "--all-frames", threads=2) == capture(packets), True)
    same(kept(command, folder, path, "--filter", "udp port 9", threads=2), capture([], link_type=harness.ETHERNET))


def test_other_forms_are_written_anew(command: Command, folder: pathlib.Path) -> None:
    packets = some_packets(MANY, 1_000_000)
    fine = [(second, 1000 * fraction + 7, data) for second, fraction, data in packets]
    big = write(folder, "big.pcap", capture(packets, ">"))
    nanoseconds = write(folder, "fine.pcap", capture(fine, ">", 0xA1B23C4D))
    old = write(folder, "old.pcap", capture(packets, minor=3))
    for threads in (1, 3):
        same(kept(command, folder, big, "--filter", "tcp", threads=threads) == capture(wanted(packets)), True)
        expected = capture(wanted(fine), magic=0xA1B23C4D)
        same(kept(command, folder, nanoseconds, "--filter", "tcp", threads=threads) == expected, True)
        same(kept(command, folder, old, "--filter", "tcp", threads=threads) == capture(wanted(packets)), True)


def test_times_that_carry_over(command: Command, folder: pathlib.Path) -> None:
    packets = some_packets(MANY, 1_000_000)
    odd = [(second - 2, fraction + 2_000_000, data) if i % 37 == 0 else (second, fraction, data)
           for i, (second, fraction, data) in enumerate(packets)]
    path = write(folder, "odd.pcap", capture(odd))
    for threads in (1, 2):
        same(kept(command, folder, path, "--filter", "tcp", threads=threads) == capture(wanted(packets)), True)


def test_a_number_of_packets(command: Command, folder: pathlib.Path) -> None:
    packets = some_packets(MANY, 1_000_000)
    path = write(folder, "in.pcap", capture(packets))
    for count in (1, 2, 3, 500, 12_345):
        expected = capture(wanted(packets)[:count])
        same(kept(command, folder, path, "--filter", "tcp", "-c", str(count), threads=2) == expected, True)


def test_several_files(command: Command, folder: pathlib.Path) -> None:
    packets = some_packets(MANY, 1_000_000)
    large = write(folder, "large.pcap", capture(packets))
    small = write(folder, "small.pcap", capture(packets[:10], ">"))
    other = write(folder, "other.pcapng", harness.pcapng([tcp(), udp(), tcp()]))
    expected = capture(wanted(packets[:10] + packets + packets[:10]))
    for threads in (1, 2):
        same(kept(command, folder, small, large, small, "--filter", "tcp", threads=threads) == expected, True)
        twice = kept(command, folder, large, other, "--filter", "tcp", threads=threads)
        same(twice.startswith(capture(wanted(packets))), True)
        same(len(twice), len(capture(wanted(packets))) + 2 * (16 + len(tcp())))


def test_frames_by_the_packet_within_are_kept_whole(command: Command, folder: pathlib.Path) -> None:
    frames = [ipv4(4, tcp(b"a")), ipv4(4, udp(b"b")), udp(b"c"), ipv4(47, bytes(2) + b"\x08\0" + tcp(b"d")),
              ipv4(4, ipv4(4, udp(b"e"))), tcp(b"f")]
    packets = [(FIRST_SECOND, number, frame) for number, frame in enumerate(frames)]
    path = write(folder, "tunnels.pcap", capture(packets))
    for words, numbers in ((("--at", "inner", "--filter", "tcp"), (0, 3, 5)),
                           (("--at", "inner", "--protocol", "tcp"), (0, 3, 5)),
                           (("--at", "inner", "--filter", "udp"), (1, 2, 4)), (("--at", "1", "--filter", "udp"), (1,)),
                           (("--at", "2", "--protocol", "udp"), (4,)), (("--filter", "udp"), (2,))):
        for threads in (1, 2):
            expected = capture([packets[number] for number in numbers])
            same(kept(command, folder, path, *words, threads=threads) == expected, True)


def test_standard_input(command: Command, folder: pathlib.Path) -> None:
    packets = some_packets(3000, 1_000_000)
    outcome = command("read", "-", "--filter", "tcp", "--format", "pcap", "-o", "-", stdin=capture(packets))
    same((outcome.status, outcome.output == capture(wanted(packets))), (0, True))


def test_several_link_types(command: Command, folder: pathlib.Path) -> None:
    packets = some_packets(MANY, 1_000_000)
    raw = write(folder, "raw.pcap", capture(packets))
    ipv4 = write(folder, "ipv4.pcap", capture(packets, link_type=228))
    for threads in (1, 2):
        out = folder / "both.pcap"
        outcome = command("read", raw, ipv4, "--filter", "tcp", "--threads", str(threads), "-o", out)
        same(outcome.status, 2)
        has(outcome.message, "a file for packets of several link types, which only pcapng holds")
        same(out.read_bytes() == capture(wanted(packets)), True)


def test_a_damaged_end(command: Command, folder: pathlib.Path) -> None:
    packets = some_packets(MANY, 1_000_000)
    path = write(folder, "cut.pcap", capture(packets)[:-1])
    for threads in (1, 2):
        out = folder / "out.pcap"
        outcome = command("read", path, "--filter", "tcp", "--threads", str(threads), "-o", out)
        same(outcome.status, 3)
        has(outcome.message, "warning: ")
        same(out.read_bytes() == capture(wanted(packets[:-1])), True)


def test_a_filter_that_can_match_nothing(command: Command, folder: pathlib.Path) -> None:
    small = write(folder, "small.pcap", capture(some_packets(10, 1_000_000)))
    large = write(folder, "large.pcap", capture(some_packets(MANY, 1_000_000)))
    out = folder / "out.pcap"
    for path in (small, large):
        plot = ("plot", path, "-o", folder / "p.svg")
        for words in (("read", path, "-o", out), ("read", path), ("info", path), plot):
            outcome = command(*words, "--filter", "tcp and udp")
            same(outcome.message.splitlines().count("pcapframe: warning: the filter 'tcp and udp' can match no packet "
                                                    "of link type RAW"), 1)
        same(len(out.read_bytes()), 24)
        same(command("read", path, "-o", out, "--filter", "tcp or udp").message, "")


def loopback(order: str, packets: list[bytes]) -> list[tuple[int, int, bytes]]:
    return [(FIRST_SECOND, i, struct.pack(order + "I", 2) + data) for i, data in enumerate(packets)]


def test_loopback_headers_in_the_order_of_their_file(command: Command, folder: pathlib.Path) -> None:
    data = [tcp(), udp(), tcp(b"more")] * 20
    little = write(folder, "little.pcap", capture(loopback("<", data), link_type=0))
    big = write(folder, "big.pcap", capture(loopback(">", data), ">", link_type=0))
    sections = harness.pcapng([packet for _, _, packet in loopback("<", data)], link_type=0)
    other = write(folder, "other.pcapng", sections)
    for words, count in (((little,), 40), ((big,), 40), ((other,), 40), ((little, big, other, big), 160)):
        outcome = command("read", *words, "--filter", "tcp", "--columns", "protocol", "--format", "csv")
        same((outcome.status, len(outcome.lines()) - 1), (0, count))
        outcome = command("read", *words, "--filter", "tcp", "--format", "pcap", "-o", "-")
        same((outcome.status, (len(outcome.output) - 24) // (16 + len(tcp()) + 6)), (0, count))


def test_a_full_disk(command: Command, folder: pathlib.Path) -> None:
    if not pathlib.Path("/dev/full").exists():
        return
    path = write(folder, "in.pcap", capture(some_packets(MANY, 1_000_000)))
    for threads in (1, 2):
        outcome = command("read", path, "--filter", "tcp", "--threads", str(threads), "--format", "pcap", "-o",
                          "/dev/full")
        same(outcome.status, 1)
        has(outcome.message, "No space left on device")


if __name__ == "__main__":
    sys.exit(harness.main(dict(globals())))
