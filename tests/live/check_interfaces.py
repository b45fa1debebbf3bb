#!/usr/bin/env python3
"""What an interface does while it is captured: switched off and on, removed, one of many, with full-size segments."""

from __future__ import annotations

import itertools
import pathlib
import re
import struct
import subprocess
import sys
import time

import network
from frames import ALL, FRAMES, ethernet, ipv4, ipv6, udp

from harness import Command, has, same

COLUMNS = "src_host,src_port,dst_host,dst_port,protocol,vlan_id,payload_len,stop"
SLL2_BYTES = 20
NET = network.Network()


def reading(command: Command, *words: str, interface: str = "vb", columns: str = COLUMNS) -> list[str]:
    return [str(command.path), "read", "-i", interface, "--format", "csv", "--columns", columns, *words]


def dumping(command: Command, path: pathlib.Path, *words: str, interface: str = "vb") -> list[str]:
    return [str(command.path), "dump", str(path), interface, *words]


def rows_of(command: Command, path: pathlib.Path, *words: str, columns: str = COLUMNS) -> list[str]:
    done = command("read", path, "--format", "csv", "--columns", columns, *words)
    same((done.status, done.message), (0, ""))
    return done.lines()


def inside(program: str, *words: str) -> None:
    """Runs a Python program in the second namespace."""
    subprocess.run(["ip", "netns", "exec", NET.far, sys.executable, "-c", program, *words], check=True, timeout=60)


def to_port(port: int) -> bytes:
    return ethernet(0x0800, ipv4(17, udp(port)))


def test_switched_off_and_on(command: Command, folder: pathlib.Path) -> None:
    dumped = folder / "out.pcapng"
    with NET.captures(reading(command, columns="dst_port"), dumping(command, dumped),
                      reading(command, "--chunksize", "3", columns="dst_port")) as (rows, dump, chunk):
        NET.send([to_port(1)])
        for port in (2, 3):
            NET.ip(NET.far, "link", "set", "vb", "down")
            time.sleep(0.3)
            NET.ip(NET.far, "link", "set", "vb", "up")
            time.sleep(0.3)
            NET.send([to_port(port)])
        ends = [rows.end(), dump.end(after=0), chunk.end(0)]
    same([status for status, _, _ in ends], [0, 0, 0])
    same(ends[0][1].splitlines()[1:], ["1", "2", "3"])
    same(ends[2][1], ends[0][1])
    same(rows_of(command, dumped, columns="dst_port")[1:], ["1", "2", "3"])


def test_removed(command: Command, folder: pathlib.Path) -> None:
    """Its packets come first, then the error, whether it was on or off when it went."""
    for is_off in (False, True):
        dumped = folder / f"{is_off}.pcap"
        with NET.captures(reading(command), dumping(command, dumped)) as running:
            NET.send(FRAMES)
            if is_off:
                NET.ip(NET.far, "link", "set", "vb", "down")
                time.sleep(0.4)
            NET.ip(NET.far, "link", "del", "vb")
            rows, dump = (one.end(0) for one in running)
        NET.remove()
        NET.make()
        same((rows[0], dump[0]), (3, 3))
        for _, _, message in (rows, dump):
            has(message, "pcapframe: vb: cannot be read: No such device")
        same(rows[1].splitlines(), rows_of(command, dumped))


def test_any_says_by_which_interface(command: Command, folder: pathlib.Path) -> None:
    dumped, split = folder / "any.pcapng", folder / "any-%s.pcapng"
    columns = "dst_port,interface_name,interface_id"
    with NET.captures(reading(command, "--protocol", "udp", interface="any", columns=columns),
                      reading(command, "--protocol", "udp", interface="vb", columns=columns),
                      dumping(command, dumped, "--protocol", "udp", interface="any"),
                      dumping(command, split, "-G", "1", "-W", "9", interface="any")) as running:
        NET.send([to_port(1)])
        inside("import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 2))")
        NET.send([to_port(3)])
        # One that comes while the capture runs.
        NET.ip(NET.far, "link", "add", "vc", "type", "veth", "peer", "name", "vd")
        quiet = "for i in vc vd; do echo 1 > /proc/sys/net/ipv6/conf/$i/disable_ipv6; done"
        subprocess.run(["ip", "netns", "exec", NET.far, "sh", "-c", quiet], check=False, capture_output=True)
        NET.ip(NET.far, "link", "set", "vc", "up")
        NET.ip(NET.far, "link", "set", "vd", "up")
        NET.send([to_port(4)], NET.far, "vc")
        ends = [one.end(after=0.3 if i == 0 else 0) for i, one in enumerate(running)]
        numbers = {name: subprocess.run(
            ["ip", "netns", "exec", NET.far, "cat", f"/sys/class/net/{name}/ifindex"], check=True, capture_output=True,
            text=True).stdout.strip() for name in ("lo", "vb", "vc", "vd")}
        NET.ip(NET.far, "link", "del", "vc")
    same([status for status, _, _ in ends], [0] * 4)
    wanted = [("1", "vb"), ("2", "lo"), ("3", "vb"), ("4", "vc"), ("4", "vd")]
    same(ends[0][1].splitlines()[1:], [f"{port},{name},{numbers[name]}" for port, name in wanted])
    same(ends[1][1].splitlines()[1:], [f"{port},vb,{numbers['vb']}" for port in "13"])
    written = rows_of(command, dumped, columns=columns)[1:]
    same([tuple(line.split(",")[:2]) for line in written], wanted)
    files = sorted(folder.glob("any-*.pcapng"))
    parts = [line for path in files for line in rows_of(command, path, "--protocol", "udp", columns=columns)[1:]]
    same([tuple(line.split(",")[:2]) for line in parts], wanted)
    said = command("info", dumped)
    same(said.status, 0)
    for name in ("any", "vb", "lo", "vc", "vd"):
        has(said.output.decode(), name)


def stacks() -> list[bytes]:
    """Frames under every stack of at most three tags, and those whose tags could be taken for IP, or IP for tags."""
    arp = bytes.fromhex("0001080006040001") + bytes(20)
    packets = {0x0800: ipv4(17, udp(1)), 0x86DD: ipv6(17, udp(2)), 0x0806: arp, 0x88B5: b"experimental"}
    frames = []
    for depth in range(4):
        for kinds in itertools.product(("8100", "88a8"), repeat=depth):
            tags = "".join(f"{kind}{100 * i + depth:04x}" for i, kind in enumerate(kinds))
            frames += [ethernet(kind, data, tags, ALL) for kind, data in packets.items()]
    # TCIs that look like the first two bytes of IPv4 and of IPv6.
    for tci in ("4500", "4f00", "6000", "6abc"):
        frames += [ethernet(kind, data, f"81000001{outer}{tci}", ALL)
                   for kind, data in packets.items() for outer in ("8100", "88a8")]
    # Packets whose bytes 2 and 3 look like their own ethertype behind a TCI: a length of 0x0800, a flow label.
    long = bytearray(ipv4(17, udp(3, bytes(0x0800 - 28))))
    long[10:12] = struct.pack(">H", checksum(bytes(long[:20])))
    label = bytearray(ipv6(17, udp(4)))
    label[2:4] = b"\x86\xdd"
    for tags in ("", "81000005", "88a80005", "8100000581000006"):
        frames += [ethernet(0x0800, bytes(long), tags, ALL), ethernet(0x86DD, bytes(label), tags, ALL)]
    # Old service tags, which the kernel takes for data.
    frames += [ethernet(0x0800, packets[0x0800], tags, ALL) for tags in ("91000001", "9100000181000002",
                                                                         "8100000191000002")]
    return frames


def checksum(header: bytes) -> int:
    total = sum(struct.unpack(">10H", header))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF


def test_stacked_tags_through_any(command: Command, folder: pathlib.Path) -> None:
    """From Linux 6.10 on the kernel hides the second tag's ethertype from captures without link headers."""
    one, every = folder / "vb.pcap", folder / "any.pcap"
    frames = stacks()
    for space, name in ((NET.near, "va"), (NET.far, "vb")):
        NET.ip(space, "link", "set", name, "mtu", "4000")
    with NET.captures(reading(command, "--all-frames"), reading(command, "--all-frames", interface="any"),
                      dumping(command, one), dumping(command, every, interface="any"),
                      reading(command, "--protocol", "udp"),
                      reading(command, "--protocol", "udp", interface="any")) as running:
        NET.send(frames)
        ends = [capture.end(after=0.3 if i == 0 else 0) for i, capture in enumerate(running)]
    same([status for status, _, _ in ends], [0] * len(ends))
    by_name, by_any = (ends[i][1].splitlines() for i in (0, 1))
    same(len(by_name), 1 + len(frames))
    for got, wanted in ((by_any, by_name), (rows_of(command, one, "--all-frames"), by_name),
                        (rows_of(command, every, "--all-frames"), by_name),
                        (ends[5][1].splitlines(), ends[4][1].splitlines())):
        # Which header a frame without IP ends in is another matter: the cooked one, or a tag that stands apart.
        same([re.sub(":[a-z0-9]+$", "", line) for line in got], [re.sub(":[a-z0-9]+$", "", line) for line in wanted])
    # Behind the cooked header stands what stands behind the addresses and the ethertype.
    for (_, whole), (_, cooked) in zip(network.pcap_packets(one), network.pcap_packets(every)):
        if int.from_bytes(whole[12:14], "big") >= 0x600:
            # Which kind of tag the second one is can only be guessed.
            second = whole[16:18] if whole[12:14] == b"\x91\0" else whole[16:18].replace(b"\x88\xa8", b"\x81\0")
            expected = whole[12:14] + b"\0\0" + whole[14:16] + second + whole[18:]
            same(cooked[:4] + cooked[SLL2_BYTES:], expected)


def test_protocol_is_the_rows(command: Command, folder: pathlib.Path) -> None:
    """What `dump --protocol` writes are the packets of the rows that `read --protocol` gives, tags or none."""
    names = ("udp", "tcp", "icmp")
    for interface in ("vb", "any"):
        files = [folder / f"{interface}-{name}.pcapng" for name in names]
        dumps = [dumping(command, path, "--protocol", name, interface=interface) for path, name in zip(files, names)]
        reads = [reading(command, "--protocol", name, interface=interface) for name in names]
        with NET.captures(*dumps, *reads, dumping(command, folder / "two.pcap", "2", "--protocol", "tcp")) as running:
            NET.send(FRAMES)
            limited = running.pop().end(0)
            ends = [one.end(after=0.3 if i == 0 else 0) for i, one in enumerate(running)]
        for path, name, (status, output, _) in zip(files, names, ends[len(names) :]):
            same(status, 0)
            assert len(output.splitlines()) > 2, output
            same(rows_of(command, path, "--all-frames"), output.splitlines())
            same({line.split(",")[4] for line in output.splitlines()[1:]}, {name})
        same((limited[0], len(rows_of(command, folder / "two.pcap", "--all-frames"))), (0, 3))


SEGMENTS = """
import socket, sys, threading
family, address = (socket.AF_INET6, "::1") if sys.argv[1] == "6" else (socket.AF_INET, "127.0.0.1")
listener = socket.create_server((address, 0), family=family)
def drain():
    peer, _ = listener.accept()
    while peer.recv(1 << 20): pass
thread = threading.Thread(target=drain)
thread.start()
with socket.create_connection(listener.getsockname()[:2]) as sender: sender.sendall(bytes(6_000_000))
thread.join()
"""

# Options of rtnetlink that iproute2 does not know before 6.3: IFLA_GSO_IPV4_MAX_SIZE and IFLA_GRO_IPV4_MAX_SIZE, beside
# IFLA_GSO_MAX_SIZE and IFLA_GRO_MAX_SIZE.
BIG_TCP = """
import socket, struct, sys
link = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
options = b"".join(struct.pack("=HHI", 8, kind, int(sys.argv[2])) for kind in (41, 58, 63, 64))
body = struct.pack("=BBHiII", 0, 0, 0, socket.if_nametoindex(sys.argv[1]), 0, 0) + options
link.send(struct.pack("=IHHII", 16 + len(body), 16, 5, 1, 0) + body)
sys.exit(struct.unpack_from("=i", link.recv(4096), 16)[0] != 0)
"""


def test_full_segments_are_whole(command: Command, folder: pathlib.Path) -> None:
    """Without an option nothing is cut that is on `lo`, BIG TCP included."""
    columns = "caplen,len,stop"
    for size in (65536, 200_000):
        if size > 65536:
            big = ["ip", "netns", "exec", NET.far, sys.executable, "-c", BIG_TCP, "lo", str(size)]
            if subprocess.run(big, check=False, timeout=60).returncode != 0:
                return  # a kernel before 6.3
        for family in "46":
            dumped = folder / f"{family}-{size}.pcap"
            with NET.captures(reading(command, "--protocol", "tcp", interface="lo", columns=columns),
                              dumping(command, dumped, interface="lo"),
                              reading(command, "-s", "100", interface="lo", columns=columns),
                              dumping(command, folder / "cut.pcap", "--snaplen=100", interface="lo")) as running:
                inside(SEGMENTS, family)
                rows, dump, cut, _ = (one.end(after=0.3 if i == 0 else 0) for i, one in enumerate(running))
            same((rows[0], dump[0], cut[0]), (0, 0, 0))
            for lines in (rows[1].splitlines()[1:], rows_of(command, dumped, columns=columns)[1:]):
                cells = [line.split(",") for line in lines]
                assert max(int(length) for _, length, _ in cells) > size * 9 // 10, cells
                assert all(caplen == length and stop == "complete" for caplen, length, stop in cells), cells
            for lines in (cut[1].splitlines()[1:], rows_of(command, folder / "cut.pcap", columns=columns)[1:]):
                same(max(int(line.split(",")[0]) for line in lines), 100)


if __name__ == "__main__":
    sys.exit(network.run_tests(NET, globals()))
