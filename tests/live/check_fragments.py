#!/usr/bin/env python3
"""Fragments and the kernel: what a raw socket behind a tun device gets of them is what `--defragment linux` puts
together of the same packets in a file: all orders and overlaps of up to three pieces, IPv4 and IPv6."""

from __future__ import annotations

import fcntl
import itertools
import json
import os
import pathlib
import socket
import struct
import subprocess
import sys

import network

from harness import Command, same

# Pieces begin and end at multiples of 8 bytes; so many are the longest datagram.
UNITS = 5
PROTOCOL = 253  # for experiments (RFC 3692): no header of its own
PIECES = [(begin, end, more) for begin in range(UNITS) for end in range(begin + 1, UNITS + 1) for more in (True, False)]
# Cases that are sent before what was received is read: few enough for the buffer of a socket.
AT_ONCE = 50

NET = network.Network()


def bytes_of(case: int, number: int, begin: int, end: int) -> bytes:
    """Units of 8 bytes that say which datagram they are of, which piece, and which place."""
    return b"".join(struct.pack(">IHH", case, number, at) for at in range(begin, end))


def ipv4(case: int, number: int, begin: int, end: int, more: bool) -> bytes:
    data = bytes_of(case, number, begin, end)
    header = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(data), case & 0xffff, begin | (0x2000 if more else 0), 64,
                         PROTOCOL, 0, socket.inet_aton("10.9.0.2"), socket.inet_aton("10.9.0.1"))
    total = sum(struct.unpack(">10H", header))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return header[:10] + struct.pack(">H", total ^ 0xffff) + header[12:] + data


def ipv6(case: int, number: int, begin: int, end: int, more: bool) -> bytes:
    data = bytes_of(case, number, begin, end)
    fragment = struct.pack(">BBHI", PROTOCOL, 0, begin << 3 | more, case)
    return struct.pack(">IHBB16s16s", 6 << 28, 8 + len(data), 44, 64, socket.inet_pton(socket.AF_INET6, "fd09::2"),
                       socket.inet_pton(socket.AF_INET6, "fd09::1")) + fragment + data


def cases() -> list[tuple[tuple[int, int, bool], ...]]:
    """All sequences of up to three pieces: fewer than there are identifications in IPv4."""
    return [one for count in (1, 2, 3) for one in itertools.product(PIECES, repeat=count)]


def open_tun(name: str) -> int:
    tun = os.open("/dev/net/tun", os.O_RDWR)
    iff_tun, iff_no_pi, tunsetiff = 1, 0x1000, 0x400454ca
    fcntl.ioctl(tun, tunsetiff, struct.pack("16sH", name.encode(), iff_tun | iff_no_pi))
    return tun


def set_up(name: str) -> None:
    settings = {"ipv4/ipfrag_max_dist": 0, "ipv4/ipfrag_high_thresh": 1 << 28, "ipv6/ip6frag_high_thresh": 1 << 28,
                f"ipv4/conf/{name}/rp_filter": 0, "ipv4/conf/all/rp_filter": 0, f"ipv6/conf/{name}/accept_dad": 0}
    for words in (["addr", "add", "10.9.0.1/24", "dev", name], ["link", "set", name, "up"]):
        subprocess.run(["ip", *words], check=True)
    for setting, value in settings.items():
        pathlib.Path("/proc/sys/net", setting).write_text(str(value), encoding="ascii")
    subprocess.run(["ip", "addr", "add", "fd09::1/64", "dev", name, "nodad"], check=True)


def received(packets: list[list[bytes]], family: int) -> list[str]:
    """What a raw socket gets of packets, in hexadecimal digits; runs in a namespace of its own."""
    tun = open_tun("pftun")
    set_up("pftun")
    listener = socket.socket(family, socket.SOCK_RAW, PROTOCOL)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
    listener.setblocking(False)
    got = []
    for begin in range(0, len(packets), AT_ONCE):
        for packet in itertools.chain(*packets[begin:begin + AT_ONCE]):
            os.write(tun, packet)
        while True:
            try:
                data = listener.recv(65536)
            except BlockingIOError:
                break
            got.append((data[20:] if family == socket.AF_INET else data).hex())
    return got


def compare(command: Command, folder: pathlib.Path, make: object, family: int) -> None:
    all_cases = cases()
    packets = [[make(case, number, *piece) for number, piece in enumerate(pieces)]
               for case, pieces in enumerate(all_cases)]
    program = (f"import sys; sys.path[:0] = {sys.path!r}\nimport json, check_fragments\n"
               "print(json.dumps(check_fragments.received([[bytes.fromhex(one) for one in case] "
               f"for case in json.load(sys.stdin)], {family})))")
    done = subprocess.run(["ip", "netns", "exec", NET.near, sys.executable, "-c", program], check=True, text=True,
                          input=json.dumps([[one.hex() for one in case] for case in packets]), capture_output=True)
    wanted = json.loads(done.stdout)
    assert len(wanted) > 100, "the kernel puts datagrams together"
    path = folder / "fragments.pcap"
    records = b"".join(struct.pack("<IIII", 1, 0, len(one), len(one)) + one for one in itertools.chain(*packets))
    path.write_bytes(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 101) + records)
    rows = command("read", path, "--defragment", "linux", "--format", "jsonl", "--columns",
                   "payload,fragments,fragment_offset,more_fragments")
    # What is the first fragment and the last is whole by itself.
    made = [one["payload"] for one in map(json.loads, rows.lines())
            if one["fragments"] is not None or (one["fragment_offset"], one["more_fragments"]) == (0, 0)]
    mine, theirs = set(map(as_hexadecimal, made)), set(wanted)
    missing, more = sorted(theirs - mine), sorted(mine - theirs)
    for one in (*missing[:3], *more[:3]):
        print(one, all_cases[int(one[:8], 16)], "only the kernel" if one in theirs else "only pcapframe")
    same((len(missing), len(more), len(made)), (0, 0, len(wanted)))


def as_hexadecimal(payload: str) -> str:
    return payload.replace(" ", "")


def test_ipv4_as_the_kernel(command: Command, folder: pathlib.Path) -> None:
    compare(command, folder, ipv4, socket.AF_INET)


def test_ipv6_as_the_kernel(command: Command, folder: pathlib.Path) -> None:
    compare(command, folder, ipv6, socket.AF_INET6)


if __name__ == "__main__":
    sys.exit(network.run_tests(NET, globals()))
