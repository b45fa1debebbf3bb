"""Reduces what tshark prints of a frame to the outermost IP header and what belongs to it.

A frame may hold several IP headers: tunnels, packets quoted in ICMP errors. tshark prints every occurrence of a field
in the order of the bytes, and `frame.protocols` tells the order of the layers. So: find the first `ip` or `ipv6` layer,
step over AH and the extension headers, and believe the first occurrence of the fields of that one transport layer
only.
"""

from __future__ import annotations

import dataclasses
import datetime
import decimal
import itertools

# Extension headers of IPv6 by number: the layer's name in frame.protocols and the field that names what follows it. AH
# is IPv4's, too.
EXTENSIONS = {
    0: ("ipv6.hopopts", "ipv6.hopopts.nxt"),
    43: ("ipv6.routing", "ipv6.routing.nxt"),
    44: ("ipv6.fraghdr", "ipv6.fraghdr.nxt"),
    51: ("ah", "ah.next_header"),
    60: ("ipv6.dstopts", "ipv6.dstopts.nxt"),
    135: ("mipv6", "mip6.proto"),
    139: ("hip", "hip.proto"),
    140: ("shim6", "shim6.nxt"),
}
# Layers that tshark names where it takes the bytes for a fragment, for data, or gives up.
TRANSPORTS = {"tcp": 6, "udp": 17, "sctp": 132, "udplite": 136, "dccp": 33, "icmp": 1, "icmpv6": 58}
# Headers of capture points, which stand in front of the link layer's.
CAPTURE_HEADERS = ("user_dlt", "pktap", "ppi", "pcap_pktdata", "juniper", "erf", "netanalyzer", "tzsp", "atm", "lane")
# tshark files UDP-Lite under udp's fields.
PORT_FIELDS = {"tcp": "tcp", "udp": "udp", "sctp": "sctp", "udplite": "udp", "dccp": "dccp"}


@dataclasses.dataclass
class Outermost:
    """`version` 4 or 6, `link` the layers before the IP header, `protocol` the number of the first header that is
    neither AH nor an extension header (None where the chain is cut off; AH in the IP header of a later fragment
    counts), `transport` tshark's name of the layer after the IP header and these headers, `fragment` whether this is a
    fragment but the first, `has_fragment_header` whether a Fragment header is among the extension headers."""

    version: int
    link: list[str]
    protocol: int | None
    transport: str
    fragment: bool
    has_fragment_header: bool = False


def first(frame: dict[str, list[str]], field: str) -> str | None:
    values = frame[field]
    return values[0] if values else None


def number(frame: dict[str, list[str]], field: str) -> int | None:
    value = first(frame, field)
    return None if value is None else int(value, 0)


def layers(frame: dict[str, list[str]]) -> list[str]:
    return ":".join(frame["frame.protocols"]).split(":")


def outermost(frame: dict[str, list[str]]) -> Outermost | None:
    """The frame's outermost IP header, None when tshark sees no IP in it."""
    names = layers(frame)
    at = next((index for index, name in enumerate(names) if name in ("ip", "ipv6")), None)
    if at is None:
        return None
    after = names[at + 1:]
    if names[at] == "ip":
        fragment = bool(number(frame, "ip.frag_offset"))
        protocol, stepped = number(frame, "ip.proto"), []
        if not fragment:
            protocol, _, stepped = chain(frame, protocol, (51,))
        transport = after[len(stepped)] if len(after) > len(stepped) else ""
        return Outermost(4, names[:at], protocol, transport, fragment)
    protocol, fragment, stepped = chain(frame, number(frame, "ipv6.nxt"), tuple(EXTENSIONS))
    transport = after[len(stepped)] if len(after) > len(stepped) else ""
    return Outermost(6, names[:at], protocol, transport, fragment, 44 in stepped)


def chain(frame: dict[str, list[str]], protocol: int | None,
          extensions: tuple[int, ...]) -> tuple[int | None, bool, list[int]]:
    """The protocol after the extension headers, whether a later fragment ends the chain, and the extension headers that
    were stepped over. `protocol` is the first one's number."""
    stepped: list[int] = []
    while protocol in extensions:
        field = EXTENSIONS[protocol][1]
        index = stepped.count(protocol)
        if index >= len(frame[field]):
            return None, False, stepped
        later = protocol == 44 and bool(int(frame["ipv6.fraghdr.offset"][index], 0))
        stepped.append(protocol)
        protocol = int(frame[field][index], 0)
        if later:
            return protocol, True, stepped
    return protocol, False, stepped


def time_text(nanoseconds: int) -> str:
    """Nanoseconds since 1970 as the csv writes a time."""
    seconds, fraction = divmod(nanoseconds, 1_000_000_000)
    moment = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=seconds)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{fraction:09d}Z"


def plain(value: int | None) -> str | None:
    return None if value is None else str(value)


def tags(link: list[str]) -> list[str]:
    """The leading layers of a frame that are an Ethernet or cooked header and what tags it, in which the fields of
    ethertype and VLAN stand in the order of the bytes. Headers of capture points in front have none of these fields."""
    known = ("eth", "sll", "ethertype", "vlan", "ieee8021ad", "llc")
    skipped = itertools.dropwhile(lambda name: name in CAPTURE_HEADERS, link)
    return list(itertools.takewhile(lambda name: name in known, skipped))


def eightfold(value: int | None) -> str | None:
    """A fragment offset in bytes."""
    return None if value is None else str(8 * value)


def plus(value: int | None, more: int) -> str | None:
    return None if value is None else str(value + more)


def link_columns(frame: dict[str, list[str]]) -> dict[str, str | None]:
    """The columns that every frame has, with or without IP. `ethertype` is left out where tshark has layers before the
    IP header that may name one in a field of their own."""
    link = tags(layers(frame))
    outer = outermost(frame)
    epoch = first(frame, "frame.time_epoch")
    columns = {
        "time": None if epoch is None else time_text(int(decimal.Decimal(epoch).scaleb(9))),
        "caplen": first(frame, "frame.cap_len"),
        "len": first(frame, "frame.len"),
        "src_mac": None,
        "dst_mac": None,
        "vlan_id": None,
    }
    if link and link[0] == "eth":
        columns |= {"src_mac": first(frame, "eth.src"), "dst_mac": first(frame, "eth.dst")}
    elif link and link[0] == "sll":
        columns["src_mac"] = first(frame, "sll.src.eth")
    elif "wlan" in layers(frame)[:3]:
        columns |= {"src_mac": first(frame, "wlan.sa"), "dst_mac": first(frame, "wlan.da")}
    before = link if outer is None else outer.link
    outer_tag = next((name for name in before if name in ("vlan", "ieee8021ad")), None)
    columns["vlan_id"] = first(frame, f"{outer_tag}.id") if outer_tag else None
    known = ethertype(frame, link) if outer is None or outer.link[-len(link):] == link else None
    if known is not None:
        columns["ethertype"] = known
    return columns


def ethertype(frame: dict[str, list[str]], link: list[str]) -> str | None:
    """The ethertype behind the last tag, None where tshark has no field of it."""
    if "llc" in link:
        return plain(number(frame, "llc.type"))
    order = [name for name in link if name in ("vlan", "ieee8021ad")]
    if not link or order[-1:] == ["ieee8021ad"]:
        return None
    fields = [*frame["eth.type"][:1], *frame["sll.etype"][:1], *frame["vlan.etype"]]
    tagged = link.count("vlan")
    return str(int(fields[tagged], 0)) if tagged < len(fields) else None


def ip_columns(frame: dict[str, list[str]], outer: Outermost) -> dict[str, str | None]:
    """Columns of the outermost IP header and of the transport header right behind it, as text, None for null."""
    if outer.version == 4:
        columns = ipv4_columns(frame)
    else:
        columns = ipv6_columns(frame, outer)
    columns["ip_version"] = str(outer.version)
    columns["protocol_number"] = plain(outer.protocol)
    matches = TRANSPORTS.get(outer.transport) == outer.protocol and not outer.fragment
    columns |= transport_columns(frame, outer.transport if matches else "")
    return columns


def ipv4_columns(frame: dict[str, list[str]]) -> dict[str, str | None]:
    return {
        "src_host": first(frame, "ip.src"),
        "dst_host": first(frame, "ip.dst"),
        "ip_len": first(frame, "ip.len"),
        "ip_id": plain(number(frame, "ip.id")),
        "ttl": first(frame, "ip.ttl"),
        "dscp": first(frame, "ip.dsfield.dscp"),
        "ecn": first(frame, "ip.dsfield.ecn"),
        "fragment_offset": eightfold(number(frame, "ip.frag_offset")),
        "flow_label": None,
    }


def ipv6_columns(frame: dict[str, list[str]], outer: Outermost) -> dict[str, str | None]:
    return {
        "src_host": first(frame, "ipv6.src"),
        "dst_host": first(frame, "ipv6.dst"),
        "ip_len": plus(number(frame, "ipv6.plen"), 40),
        "ip_id": plain(number(frame, "ipv6.fraghdr.ident")) if outer.has_fragment_header else None,
        "ttl": first(frame, "ipv6.hlim"),
        "dscp": first(frame, "ipv6.tclass.dscp"),
        "ecn": first(frame, "ipv6.tclass.ecn"),
        "fragment_offset": eightfold(number(frame, "ipv6.fraghdr.offset")) if outer.has_fragment_header else None,
        "flow_label": plain(number(frame, "ipv6.flow")),
    }


# Bytes of the transport headers that have one length only; protocols that are not decoded are all payload.
FIXED_HEADERS = {1: 8, 2: 8, 58: 8, 132: 12, 136: 8}
NO_FIXED_HEADER = (6, 17, 33)


def payload_length(frame: dict[str, list[str]], outer: Outermost) -> str | None:
    """The length of the payload by the lengths of the headers alone, for a packet that was captured whole. None where
    they do not tell: lengths of 0, extension headers, protocols whose header has a length of its own."""
    if outer.protocol is None or outer.protocol in NO_FIXED_HEADER:
        return None
    header = 0 if outer.fragment else FIXED_HEADERS.get(outer.protocol, 0)
    if outer.version == 4:
        total, ip_header = number(frame, "ip.len"), number(frame, "ip.hdr_len")
        is_next = number(frame, "ip.proto") == outer.protocol
        return plain(total - ip_header - header) if total and ip_header and is_next else None
    total = number(frame, "ipv6.plen")
    return plain(total - header) if total and number(frame, "ipv6.nxt") == outer.protocol else None


def transport_columns(frame: dict[str, list[str]], transport: str) -> dict[str, str | None]:
    columns: dict[str, str | None] = {name: None for name in (
        "src_port", "dst_port", "tcp_flags", "tcp_seq", "tcp_ack", "tcp_window", "udp_len", "icmp_type", "icmp_code")}
    if transport in PORT_FIELDS:
        columns["src_port"] = first(frame, f"{PORT_FIELDS[transport]}.srcport")
        columns["dst_port"] = first(frame, f"{PORT_FIELDS[transport]}.dstport")
    if transport == "tcp":
        columns["tcp_flags"] = plain(number(frame, "tcp.flags"))
        columns["tcp_seq"] = first(frame, "tcp.seq_raw")
        columns["tcp_ack"] = first(frame, "tcp.ack_raw")
        columns["tcp_window"] = first(frame, "tcp.window_size_value")
        columns["payload"] = first(frame, "tcp.payload")
    elif transport == "udp":
        columns["udp_len"] = first(frame, "udp.length")
        columns["payload"] = first(frame, "udp.payload")
    elif transport in ("icmp", "icmpv6"):
        columns["icmp_type"] = first(frame, f"{transport}.type")
        columns["icmp_code"] = first(frame, f"{transport}.code")
    return columns
