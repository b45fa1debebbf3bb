#!/usr/bin/env python3
"""Every link type and what stands between it and IP: hosts, ports and protocol of each frame are those of tshark.

`link_frames.txt` has the headers, this script puts IPv4 and IPv6 packets of UDP and TCP behind them, cuts some, and
writes all frames into one pcapng with an interface for each link type. A frame that tshark reads as IP has to be a row
with the same values; of frames that only tcpdump or nobody else reads nothing is asked."""

from __future__ import annotations

import argparse
import csv
import io
import os
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib

import common

HEADERS = pathlib.Path(__file__).with_name("link_frames.txt")
MACS = "0a0b0c0d0e0f021b1c1d1e1f"
SNAP = "aaaa03000000"
STATIONS = "00000a0b0c0d0e0f020202020202021b1c1d1e1f1000"
WORDS = {"MM": MACS, "SNAP": SNAP, "WIFI": "0802" + STATIONS, "QOS": "8802" + STATIONS,
         "WDS": "8803" + STATIONS + "020406080a0c"}
FIELDS = ("frame.number", "ip.src", "ip.dst", "ipv6.src", "ipv6.dst", "udp.srcport", "udp.dstport", "tcp.srcport",
          "tcp.dstport")
COLUMNS = "frame_number,src_host,dst_host,src_port,dst_port,stop"
# Frames that are read otherwise, by a part of their names, with the reason.
OTHERWISE = {
    "lowpan": "6LoWPAN is not read", "wpan": "6LoWPAN is not read", "15.4tap": "6LoWPAN is not read",
    "exported ethertype tab": "exported packets are read by the names of protocols, not by numbers in tables",
    "iphc_full": "compressed headers are not read", "vjuc": "compressed headers are not read",
    "sll gre 883e": "WCCP behind cooked headers is not read", "sll gre wlan": "802.11 in GRE is not read",
    "pppoe_mp": "the length of PPPoE is smaller than that of the packet, which is followed",
}
HOSTS = {4: ("192.0.2.1", "198.51.100.2"), 6: ("2001:db8::1", "2001:db8::2")}


def checksum(header: bytes) -> int:
    total = sum(struct.unpack(f">{len(header) // 2}H", header))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def packet(version: int, protocol: int) -> bytes:
    transport = (struct.pack(">HHHH", 1111, 2222, 18, 0) + b"helloworld" if protocol == 17 else
                 struct.pack(">HHIIBBHHH", 1111, 80, 1, 0, 0x50, 2, 1000, 0, 0) + b"hi")
    if version == 6:
        addresses = bytes.fromhex("20010db8" + "00" * 11 + "01" + "20010db8" + "00" * 11 + "02")
        return struct.pack(">IHBB", 0x60000000, len(transport), protocol, 64) + addresses + transport
    header = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(transport), 0x1234, 0, 64, protocol, 0,
                         bytes([192, 0, 2, 1]), bytes([198, 51, 100, 2]))
    return header[:10] + struct.pack(">H", checksum(header)) + header[12:] + transport


def attribute(kind: int, value: bytes) -> bytes:
    return struct.pack("<HH", 4 + len(value), kind) + value + bytes(-len(value) % 4)


def crc(data: bytes, polynomial: int, reflected: bool) -> int:
    value = 0xFFFF if reflected else 0
    for byte in data:
        value ^= byte if reflected else byte << 8
        for _ in range(8):
            if reflected:
                value = value >> 1 ^ (polynomial if value & 1 else 0)
            else:
                value = (value << 1 ^ (polynomial if value & 0x8000 else 0)) & 0xFFFF
    return value ^ 0xFFFF if reflected else value


def generic_framing(identifier: int, length: int) -> str:
    core, kind = struct.pack(">H", length + 4), bytes([0, identifier])
    return "".join((part + struct.pack(">H", crc(part, 0x1021, False))).hex() for part in (core, kind))


def netlink(kind: int, family: int, attributes: bytes) -> str:
    body = bytes([family, 0, 0, 0]) + attributes
    return (struct.pack("<IHHII", 16 + len(body), kind, 0, 1, 0) + body).hex()


def values(version: int, inner: bytes) -> dict[str, str]:
    """What the words in braces stand for, in hexadecimal."""
    four, size = version == 4, len(inner)
    ethertype = 0x0800 if four else 0x86DD
    family = 2 if four else 10
    section = bytes([0x3E]) + struct.pack(">H", 0xB000 | (13 + size)) + bytes([1, 2, 0xC1, 0, 0, 3, 4, 5, 6]) + inner
    stream = bytes([0x47, 0x41, 0, 0x10, 0]) + section + bytes(4)
    return {
        "T": f"{ethertype:04x}", "P": "0021" if four else "0057", "PC": "21" if four else "57",
        "N": "cc" if four else "8e", "F": "02" if four else "18", "L": "02" if four else "0a",
        "S": "02" if four else "1a", "A": "d4" if four else "c4", "J": "02" if four else "06",
        "NSH": "01" if four else "02", "V": "02" if four else "03",
        "TLE": struct.pack("<H", ethertype).hex(), "JLE": "0200" if four else "0600",
        "SUB": f"{size + 8:04x}", "ATTR_LE": struct.pack("<H", size + 4).hex(), "ATTR_BE": f"{size + 4:04x}",
        "MUX": f"{0x80 | size + 2:02x}", "MUX2": f"{0xC000 | size + 2:04x}",
        "LEN14": f"{size + 14:08x}", "DOC": f"{size + 18:04x}", "DOC4": f"{size + 22:04x}", "DOC5": f"{size + 23:04x}",
        "GFP_ETH": generic_framing(1, size + 14), "GFP_PPP": generic_framing(2, size + 4),
        "GFP_MPLS": generic_framing(0x0D, size + 4), "GFP_IP": generic_framing(0x10 if four else 0x11, size),
        "QUEUE": netlink(0x300, family, attribute(1, struct.pack(">IHB", 1, ethertype, 3)) + attribute(10, inner)),
        "LOG": netlink(0x400, family, attribute(1, struct.pack(">HBB", ethertype, 3, 0)) + attribute(9, inner)),
        "TS": (stream + b"\xff" * (188 - len(stream))).hex(),
    }


def frame(head: str, tail: str, version: int, inner: bytes) -> bytes:
    text = re.sub(r"\b(MM|SNAP|WIFI|QOS|WDS)\b", lambda found: WORDS[found[1]], head)
    text = re.sub(r"0\*(\d+)", lambda found: "00" * int(found[1]), text)
    known = values(version, inner)
    holds_packet = "{QUEUE}" in head or "{LOG}" in head or "{TS}" in head
    text = re.sub(r"\{(\w+)\}", lambda found: known.get(found[1], found[0]), text).replace(" ", "")
    if "{HCS}" in text:
        before = text.index("{HCS}")
        text = text.replace("{HCS}", struct.pack("<H", crc(bytes.fromhex(text[:before]), 0x8408, True)).hex())
    if "{RLEN}" in text:
        bytes_ = len(bytes.fromhex(text.replace("{RLEN}", "0000").replace("{WLEN}", "0000"))) + len(inner)
        text = text.replace("{RLEN}", f"{bytes_:04x}").replace("{WLEN}", f"{bytes_ - 18:04x}")
    made = bytes.fromhex(text) + (b"" if holds_packet else inner)
    if tail == "CRC":
        return made + struct.pack("<I", zlib.crc32(made[made.index(bytes.fromhex(MACS)):]))
    return made + bytes.fromhex(tail)


def frames() -> list[tuple[int, str, int, bytes]]:
    """Link type, name, version and bytes of every frame."""
    made = []
    for line in HEADERS.read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        link_type, name, head, tail = (field.strip() for field in (line + " ").split("|"))
        for version in (4, 6):
            for protocol in (17, 6):
                whole = frame(head, tail, version, packet(version, protocol))
                made.append((int(link_type), f"{name}, IPv{version}", version, whole))
                made.append((int(link_type), f"{name}, IPv{version}, cut", version, whole[:-3]))
    return made


def block(kind: int, body: bytes) -> bytes:
    body += bytes(-len(body) % 4)
    size = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + size + body + size


def pcapng(made: list[tuple[int, str, int, bytes]]) -> bytes:
    link_types = sorted({link_type for link_type, *_ in made})
    out = block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
    for link_type in link_types:
        out += block(1, struct.pack("<HHI", link_type, 0, 262144))
    for link_type, _, _, data in made:
        head = struct.pack("<IIIII", link_types.index(link_type), 0, 0, len(data), len(data))
        out += block(6, head + data)
    return out


def first(*texts: str) -> str:
    return next((text.split(",")[0] for text in texts if text), "")


def tshark_rows(path: pathlib.Path, settings: str) -> dict[int, tuple[str, ...]]:
    words = ["tshark", "-n", "-r", str(path), "-T", "fields", "-o", "ip.defragment:FALSE"]
    for field in FIELDS:
        words += ["-e", field]
    environment = dict(os.environ, WIRESHARK_CONFIG_DIR=settings)
    printed = subprocess.run(words, capture_output=True, text=True, check=True, env=environment).stdout
    rows = {}
    for line in printed.splitlines():
        number, src4, dst4, src6, dst6, *ports = line.split("\t")
        rows[int(number)] = (first(src4, src6), first(dst4, dst6), first(ports[0], ports[2]), first(ports[1], ports[3]))
    return rows


def ethertypes_without_frame() -> list[str]:
    """The ethertypes of the registry that another header follows, and that no frame of the list has."""
    listed = (common.REPOSITORY / "include/pcapframe/registry/ethertypes.hpp").read_text()
    frames_text = HEADERS.read_text().lower()
    rows = re.findall(r"X\((\w+), 0x([0-9a-f]{4}), (\w+),", listed)
    # IP itself is behind each of the others.
    return [name for name, number, follows in rows
            if follows not in ("none", "ipv4", "ipv6") and number not in frames_text]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--command", type=pathlib.Path, required=True, help="the pcapframe binary")
    command = parser.parse_args().command.resolve()
    if shutil.which("tshark") is None:
        common.skip("no tshark")
    if missing := ethertypes_without_frame():
        print(f"no frame in {HEADERS.name} of these ethertypes: {', '.join(missing)}")
        return 1
    made = frames()
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "frames.pcapng"
        path.write_bytes(pcapng(made))
        theirs = tshark_rows(path, folder)
        read = subprocess.run([command, "read", path, "--columns", COLUMNS, "--format", "csv"], capture_output=True,
                              text=True, check=True)
    ours = {int(row.pop("frame_number")): tuple(row.values()) for row in csv.DictReader(io.StringIO(read.stdout))}
    failed = compared = otherwise = 0
    for number, (link_type, name, version, _) in enumerate(made, 1):
        if theirs[number][:2] != HOSTS[version]:
            continue
        compared += 1
        *row, stop = ours.get(number, ("no row", ""))
        # A type field of IPv4 in front of IPv6 is damage, which the row says.
        explained = stop.startswith("bad_version") or any(part in name for part in OTHERWISE)
        otherwise += explained
        if explained or tuple(row) == theirs[number]:
            continue
        failed += 1
        print(f"link type {link_type}, {name}: {row} instead of {theirs[number]}")
    print(f"{compared} of {len(made)} frames are IP for tshark; {otherwise} are read otherwise for a reason, "
          f"{failed} differ")
    return 1 if failed or compared * 2 < len(made) else 0


if __name__ == "__main__":
    sys.exit(main())
