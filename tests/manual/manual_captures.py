"""The captures behind the examples of intake-pcap's manual, rebuilt from what its first chapter prints of them.

The manual's listings come from two captures: the filtered ones show a packet, at 08:16:12.303790, that the unfiltered
ones and tcpdump do not. It prints 172.123.4.567 for a host, which is no address: here it is 172.123.4.56. Payloads are
scrambled in print; those of the second capture say which row they are of.

usage: manual_captures.py    (writes unfiltered/local.pcap and filtered/local.pcap beside this file)
"""

from __future__ import annotations

import pathlib
import socket
import struct

HERE = pathlib.Path(__file__).resolve().parent
CLIENT = ("192.168.0.39", 54703)
SERVER = ("172.123.4.56", 443)
PRINTED_SERVER = "172.123.4.567"
SECOND = 1_515_485_772  # 2018-01-09 08:16:12 UTC
MACS = bytes.fromhex("02005e000001") + bytes.fromhex("02005e000002")

# Microseconds, whether from the client, and bytes of payload as tcpdump prints them; None is the STP frame.
UNFILTERED = ((210010, True, 1350), (210910, True, 998), (236176, False, 1350), (236543, False, 31),
              (236726, True, 41), (236791, True, 38), (251367, None, 35), (252565, False, 30), (313082, False, 814),
              (313479, False, 16))
# What the filtered listings show; from the TCP segment they must keep nothing.
FILTERED = ((210010, True), (210910, True), (236176, False), (236543, False), (236726, True), (236791, True),
            (240000, None), (252565, False), (303790, False), (313082, False), (313479, False))


def ipv4(source: str, destination: str, protocol: int, data: bytes) -> bytes:
    head = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(data), 1, 0x4000, 64, protocol, 0, socket.inet_aton(source),
                       socket.inet_aton(destination))
    total = sum(struct.unpack(">10H", head))
    checksum = ~((total & 0xFFFF) + (total >> 16)) & 0xFFFF
    return head[:10] + struct.pack(">H", checksum) + head[12:] + data


def udp(from_client: bool, payload: bytes) -> bytes:
    (source, from_port), (destination, to_port) = (CLIENT, SERVER) if from_client else (SERVER, CLIENT)
    datagram = struct.pack(">HHHH", from_port, to_port, 8 + len(payload), 0) + payload
    return MACS + b"\x08\x00" + ipv4(source, destination, 17, datagram)


def tcp() -> bytes:
    segment = struct.pack(">HHIIHHHH", CLIENT[1], SERVER[1], 1, 1, 0x5010, 8192, 0, 0)
    return MACS + b"\x08\x00" + ipv4(CLIENT[0], SERVER[0], 6, segment)


def stp() -> bytes:
    bridge = bytes.fromhex("7b00012345678900")
    bpdu = bytes(5) + bridge + bytes(4) + bridge + struct.pack(">HHHHH", 0x8002, 0, 0x1400, 0x0200, 0x0F00)
    frame = bytes.fromhex("0180c2000000") + MACS[6:] + struct.pack(">H", 3 + len(bpdu)) + b"\x42\x42\x03" + bpdu
    return frame.ljust(60, b"\0")


def pcap(packets: list[tuple[int, bytes]]) -> bytes:
    head = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1)
    return head + b"".join(struct.pack("<IIII", SECOND, time, len(data), len(data)) + data for time, data in packets)


def payload_of(row: int) -> bytes:
    return b"payload of row %d" % row


def unfiltered() -> bytes:
    return pcap([(time, stp() if way is None else udp(way, bytes(size))) for time, way, size in UNFILTERED])


def filtered() -> bytes:
    rows = iter(range(len(FILTERED)))
    return pcap([(time, tcp() if way is None else udp(way, payload_of(next(rows)))) for time, way in FILTERED])


def main() -> None:
    for name, contents in (("unfiltered", unfiltered()), ("filtered", filtered())):
        (HERE / name).mkdir(exist_ok=True)
        (HERE / name / "local.pcap").write_bytes(contents)


if __name__ == "__main__":
    main()
