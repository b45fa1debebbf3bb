"""Frames of every kind that the live tests send."""

from __future__ import annotations

import struct

MACS = bytes.fromhex("020000000002020000000001")
GROUP = bytes.fromhex("01005e000001020000000001")
ALL = bytes.fromhex("ffffffffffff020000000001")


def ethernet(ethertype: int, data: bytes, tags: str = "", macs: bytes = MACS) -> bytes:
    frame = macs + bytes.fromhex(tags) + struct.pack(">H", ethertype) + data
    return frame + bytes(max(60 - len(frame), 0))


def ipv4(protocol: int, data: bytes, fragment: int = 0) -> bytes:
    addresses = bytes([10, 9, 0, 1, 10, 9, 0, 2])
    return struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(data), 7, fragment, 64, protocol, 0) + addresses + data


def ipv6(following: int, data: bytes) -> bytes:
    prefix = bytes.fromhex("20010db8" + "00" * 11)
    return struct.pack(">IHBB", 0x60000000, len(data), following, 64) + prefix + b"\1" + prefix + b"\2" + data


def udp(port: int, data: bytes = b"data") -> bytes:
    return struct.pack(">HHHH", 40000, port, 8 + len(data), 0) + data


def tcp(port: int, data: bytes = b"data") -> bytes:
    return struct.pack(">HHIIHHHH", 40001, port, 1, 2, 0x5018, 64240, 0, 0) + data


ECHO = b"\x08\0\0\0\0\1\0\2" + b"ping"
ECHO6 = b"\x80\0\0\0\0\1\0\2" + b"ping"
OPTIONS = bytes([17, 0, 1, 4, 0, 0, 0, 0])

FRAMES = [
    ethernet(0x0800, ipv4(17, udp(53))),
    ethernet(0x0800, ipv4(6, tcp(443, bytes(1000)))),
    ethernet(0x0800, ipv4(1, ECHO)),
    ethernet(0x0800, ipv4(2, b"\x11\0\0\0\0\0\0\0")),
    ethernet(0x0800, ipv4(132, struct.pack(">HHII", 2905, 2906, 7, 0))),
    ethernet(0x0800, ipv4(50, bytes(24))),
    ethernet(0x0800, ipv4(17, bytes(16), fragment=185)),
    ethernet(0x86DD, ipv6(17, udp(53))),
    ethernet(0x86DD, ipv6(6, tcp(80))),
    ethernet(0x86DD, ipv6(58, ECHO6)),
    ethernet(0x86DD, ipv6(60, OPTIONS + udp(54))),
    ethernet(0x0806, bytes.fromhex("0001080006040001") + bytes(20)),
    ethernet(0x88CC, bytes(40)),
    ethernet(38, bytes.fromhex("424203") + bytes(35)),
    # One tag, a priority tag, a service tag, and two tags: the kernel takes the outermost one out.
    ethernet(0x0800, ipv4(17, udp(55)), "8100600a"),
    ethernet(0x86DD, ipv6(6, tcp(81)), "81000000"),
    ethernet(0x0800, ipv4(6, tcp(82)), "88a80123"),
    ethernet(0x0800, ipv4(17, udp(56, bytes(300))), "88a80123" + "81000456"),
    ethernet(0x0800, ipv4(1, ECHO), "81000001" + "81000002"),
    ethernet(0x8864, bytes.fromhex("1100000100220021") + ipv4(17, udp(57))),
    ethernet(0x8847, bytes.fromhex("00064140") + ipv4(6, tcp(83))),
    ethernet(0x0800, ipv4(17, udp(58)), macs=GROUP),
    ethernet(0x0800, ipv4(17, udp(59)), macs=ALL),
]
