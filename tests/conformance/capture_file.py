"""A small, slow walk over pcap and pcapng files: where each record lies and which link type it has.

Written apart from the library, from the format descriptions alone, so that the tests can say which bytes stand behind a
frame number without asking the program under test. It stops quietly at the first thing that does not fit.
"""

from __future__ import annotations

import dataclasses
import struct
from collections.abc import Iterator

PCAP_MAGICS = {0xA1B2C3D4: 16, 0xA1B23C4D: 16, 0xA1B2CD34: 24}
NANOSECOND_MAGIC = 0xA1B23C4D
SECTION_HEADER = 0x0A0D0D0A
BYTE_ORDER_MAGIC = 0x1A2B3C4D
INTERFACE, OBSOLETE_PACKET, SIMPLE_PACKET, ENHANCED_PACKET = 1, 2, 3, 6
IF_NAME, END_OF_OPTIONS = 2, 0
CUSTOM_BLOCKS = (0x00000BAD, 0x40000BAD)


@dataclasses.dataclass
class Interface:
    link_type: int | None
    snaplen: int
    name: str | None


@dataclasses.dataclass
class Record:
    """One record of a capture: "packet" or "custom" (a pcapng custom block, which some tools number as a frame).

    `offset` and `end` bound the whole record or block in the file, `data` is where the packet's bytes begin; lengths in
    bytes. `interface` is the index within the section and `interface_name` its name, None in pcap. `seconds` and
    `fraction` are the words of a pcap record's time, `unit` the nanoseconds of the fraction; None in pcapng."""

    kind: str
    offset: int
    end: int
    data: int
    caplen: int
    length: int
    link_type: int | None
    interface: int | None
    seconds: int | None = None
    fraction: int | None = None
    unit: int | None = None
    interface_name: str | None = None


def records(contents: bytes) -> Iterator[Record]:
    if len(contents) < 12:
        return
    if struct.unpack("<I", contents[:4])[0] == SECTION_HEADER:
        yield from pcapng_records(contents)
        return
    for order in "<>":
        header = PCAP_MAGICS.get(struct.unpack(order + "I", contents[:4])[0])
        if header and len(contents) >= 24:
            yield from pcap_records(contents, order, header)


def boundaries(contents: bytes) -> list[int]:
    """Offsets at which the file could end without being damaged: after the file header and after each whole record or
    block."""
    if struct.unpack("<I", contents[:4])[0] != SECTION_HEADER:
        return [24, *(record.end for record in records(contents))]
    return [end for _, _, _, end in pcapng_blocks(contents)]


def pcap_records(contents: bytes, order: str, header: int) -> Iterator[Record]:
    # The upper half of the word tells of the frame check sequence and is no part of the link type.
    link_type = struct.unpack(order + "I", contents[20:24])[0] & 0xFFFF
    unit = 1 if struct.unpack(order + "I", contents[:4])[0] == NANOSECOND_MAGIC else 1000
    at = 24
    while at + header <= len(contents):
        seconds, fraction, caplen, length = struct.unpack(order + "IIII", contents[at:at + 16])
        end = at + header + caplen
        if end > len(contents):
            return
        yield Record("packet", at, end, at + header, caplen, length, link_type, None, seconds, fraction, unit)
        at = end


def pcapng_blocks(contents: bytes) -> Iterator[tuple[str, int, int, int]]:
    """Byte order, block type, offset and end of each block."""
    order, at = "<", 0
    while at + 12 <= len(contents):
        kind = struct.unpack(order + "I", contents[at:at + 4])[0]
        if kind == SECTION_HEADER:
            order = "<" if struct.unpack("<I", contents[at + 8:at + 12])[0] == BYTE_ORDER_MAGIC else ">"
        size = struct.unpack(order + "I", contents[at + 4:at + 8])[0]
        end = at + (size + 3) // 4 * 4
        if size < 12 or end > len(contents):
            return
        yield order, kind, at, end
        at = end


def pcapng_records(contents: bytes) -> Iterator[Record]:
    interfaces: list[Interface] = []
    for order, kind, at, end in pcapng_blocks(contents):
        if kind == SECTION_HEADER:
            interfaces = []
        elif kind == INTERFACE:
            link_type, _, snaplen = struct.unpack(order + "HHI", contents[at + 8:at + 16])
            interfaces.append(Interface(link_type, snaplen, option_text(contents[at + 16:end - 4], order, IF_NAME)))
        elif kind in CUSTOM_BLOCKS:
            yield Record("custom", at, end, at + 12, end - at - 16, end - at - 16, None, None)
        elif kind in (OBSOLETE_PACKET, SIMPLE_PACKET, ENHANCED_PACKET):
            yield pcapng_packet(contents, order, kind, at, end, interfaces)


def option_text(options: bytes, order: str, wanted: int) -> str | None:
    """The text of the first option with this code in a pcapng block."""
    at = 0
    while at + 4 <= len(options):
        code, length = struct.unpack(order + "HH", options[at:at + 4])
        if code == wanted:
            return options[at + 4:at + 4 + length].decode(errors="replace").rstrip("\0")
        if code == END_OF_OPTIONS:
            return None
        at += 4 + (length + 3) // 4 * 4
    return None


def pcapng_packet(contents: bytes, order: str, kind: int, at: int, end: int, interfaces: list[Interface]) -> Record:
    if kind == SIMPLE_PACKET:
        index, data = 0, at + 12
        length = struct.unpack(order + "I", contents[at + 8:at + 12])[0]
        caplen = min(length, end - at - 16)
        if interfaces and interfaces[0].snaplen:
            caplen = min(caplen, interfaces[0].snaplen)
    else:
        layout = "IIIII" if kind == ENHANCED_PACKET else "HHIIII"
        words = struct.unpack(order + layout, contents[at + 8:at + 28])
        index, caplen, length, data = words[0], words[-2], words[-1], at + 28
    known = interfaces[index] if index < len(interfaces) else Interface(None, 0, None)
    return Record("packet", at, end, data, caplen, length, known.link_type, index, interface_name=known.name)
