"""Why the command and tshark may differ: every rule with the reason, and a predicate as narrow as the reason.

In the predicates `ours` and `theirs` are the cells, None for null; `row` is the command's whole row, `frame` tshark's
fields, `record` and `data` the packet in the file. Where a rule can say what the right value is, it computes it.
"""

from __future__ import annotations

import outermost
from common import Difference, Rule

MAC_COLUMNS = ("src_mac", "dst_mac")
TCP_COLUMNS = ("tcp_flags", "tcp_seq", "tcp_ack", "tcp_window")
TRANSPORT_COLUMNS = ("src_port", "dst_port", *TCP_COLUMNS, "udp_len", "icmp_type", "icmp_code", "payload")
IPV4_COLUMNS = ("src_host", "dst_host", "protocol", "ip_len", "ip_id", "ttl", "dscp", "ecn", "fragment_offset")
ROW_COLUMNS = ("row", "ip_version", "src_host", "src_port", "dst_host", "dst_port", "src_mac", "dst_mac", "ethertype",
               "vlan_id")
TCP_RST = 4


def only_ours(case: Difference) -> bool:
    return case.ours is not None and case.theirs is None


def only_theirs(case: Difference) -> bool:
    return case.ours is None and case.theirs is not None


def time_carried_over(case: Difference) -> bool:
    record = case.record
    if record.unit is None or record.fraction * record.unit < 1_000_000_000:
        return False
    return case.ours == outermost.time_text(record.seconds * 1_000_000_000 + record.fraction * record.unit)


def sunatm_header(case: Difference) -> bool:
    return (case.record.link_type == 123
            and int(case.ours) == int(case.theirs) + 4 and int(case.ours) in (case.record.caplen, case.record.length))


def ipv4_length_of_zero(case: Difference) -> bool:
    return case.ours == "0" and case.row["ip_version"] == "4" and case.theirs is not None


def ipv6_length_of_zero(case: Difference) -> bool:
    return (only_ours(case) and case.frame["ipv6.plen"][:1] == ["0"] and not case.frame["ipv6.opt.jumbo"])


def udp_length_of_zero(case: Difference) -> bool:
    return only_ours(case) and case.row["udp_len"] == "0"


def udp_length_below_ip_length(case: Difference) -> bool:
    return (case.row["protocol"] == "udp" and case.theirs is not None
            and case.ours == case.theirs[:2 * (int(case.row["udp_len"]) - 8)])


def payload_of_reset(case: Difference) -> bool:
    return (only_ours(case) and case.row["protocol"] == "tcp" and int(case.row["tcp_flags"]) & TCP_RST != 0
            and int((case.frame["tcp.len"] or ["0"])[0]) >= len(case.ours) // 2)


def cut_tcp_header(case: Difference) -> bool:
    return only_ours(case) and case.row["stop"] in ("truncated:tcp", "bad_length:tcp", "fragment:tcp")


def cut_icmp_header(case: Difference) -> bool:
    return only_ours(case) and case.row["stop"] in ("truncated:icmp", "bad_length:icmp")


def bad_ipv4_lengths(case: Difference) -> bool:
    return (only_ours(case) and case.row["stop"] == "bad_length:ipv4"
            and bool(case.frame["ip.bogus_header_length"] or case.frame["ip.bogus_ip_length"]))


def cut_extension_header(case: Difference) -> bool:
    return only_ours(case) and case.row["stop"] == "truncated:ipv6_extension"


def version_not_announced(case: Difference) -> bool:
    if not case.row["stop"].startswith("bad_version:"):
        return False
    # tshark has no layer for a bad version of IPv6, and goes on with the other version behind a bad one of IPv4.
    return (case.column == "row" and bool(case.frame["ipv6.bogus_ipv6_version"])) or (
        case.column == "ip_version" and case.ours is None)


def link_type_not_decoded(case: Difference) -> bool:
    return (only_theirs(case) and case.row["stop"] == "unknown_protocol:link"
            and case.record.link_type == 195)


def arista_version(case: Difference) -> bool:
    return (only_ours(case) and case.data[12:16] == b"\xd2\x8b\x00\x01"
            and any(text.startswith("Unknown timestamp version: ") for text in case.frame["_ws.expert.message"]))


def ieee80211_version(case: Difference) -> bool:
    at = {105: 0, 127: int.from_bytes(case.data[2:4], "little")}.get(case.record.link_type)
    return only_theirs(case) and at is not None and case.data[at] & 3 != 0


def slip(case: Difference) -> bool:
    return only_ours(case) and case.record.link_type == 8


def length_for_ethertype(case: Difference) -> bool:
    return only_theirs(case) and int(case.theirs) < 0x600


def cut_ethernet_header(case: Difference) -> bool:
    return (only_ours(case) and case.row["stop"] == "truncated:ethernet" and case.ours == case.data[:6].hex(":"))


def unknown_to_tshark(case: Difference) -> bool:
    return (case.theirs == "0"
            and "contains record data that TShark doesn't support. (pcap: network type" in case.frame["message"])


def length_not_padded(case: Difference) -> bool:
    return (case.file == "python-pcapng/test_data/test007.ntar"
            and "total block lengths (first 140 and second" in case.frame["message"])


def guessed_record_header(case: Difference) -> bool:
    return case.file == "suricata-verify/tests/bug-6875-01/fuzz.pcap" and (case.column == "frames" or case.number == 1)


RULES = (
    Rule("time carried over", ("time",), time_carried_over,
         "the sub-second field is a second or more: it is carried over, tshark leaves it out of range"),
    Rule("SunATM header", ("caplen", "len"), sunatm_header,
         "tshark takes the four bytes of pseudo header out of the lengths of LINKTYPE_SUNATM"),
    Rule("IPv4 length of 0", ("ip_len",), ipv4_length_of_zero,
         "the header says 0, as segmentation offload leaves it; tshark prints the frame's length instead"),
    Rule("IPv6 length of 0", (*TRANSPORT_COLUMNS, "protocol", "ip_id", "fragment_offset"), ipv6_length_of_zero,
         "a payload length of 0 without a jumbo option means to the end of the frame, as segmentation offload leaves "
         "it; tshark takes it for an empty packet"),
    Rule("UDP length of 0", ("payload",), udp_length_of_zero,
         "a UDP length of 0 (jumbogram, segmentation offload) means to the end of the packet; tshark stops there"),
    Rule("UDP length below IP length", ("payload",), udp_length_below_ip_length,
         "the payload ends where UDP says, tshark's goes on to the end of the IP packet"),
    Rule("payload of a reset", ("payload",), payload_of_reset,
         "data in a segment with RST is a reset cause to tshark (RFC 9293 section 3.5.3), not payload"),
    Rule("cut TCP header", TCP_COLUMNS, cut_tcp_header,
         "fields whose bytes are there are filled; tshark wants 20 bytes and a sane length first"),
    Rule("cut ICMP header", ("icmp_type", "icmp_code"), cut_icmp_header,
         "fields whose bytes are there are filled; tshark wants the checksum too"),
    Rule("bad IPv4 length", IPV4_COLUMNS, bad_ipv4_lengths,
         "the fixed header is there, so its fields are; tshark stops at the header or total length"),
    Rule("cut extension header", ("protocol", "fragment_offset", "ip_id"), cut_extension_header,
         "fields whose bytes are there are filled; tshark wants all 8 bytes of a Fragment header"),
    Rule("IP version that was not announced", ("row", "ip_version"), version_not_announced,
         "link header and IP header contradict each other: a row with `bad_version` and no fields"),
    Rule("link type that is not decoded", ROW_COLUMNS, link_type_not_decoded,
         "6LoWPAN"),
    Rule("Arista timestamp", ROW_COLUMNS, arista_version,
         "tshark 4.0 does not know the hardware revision in the low bits of the version; tcpdump does"),
    Rule("802.11 version", MAC_COLUMNS, ieee80211_version,
         "the protocol version is not 0, so nothing says where addresses are; tshark reads one all the same"),
    Rule("SLIP", ROW_COLUMNS, slip,
         "tshark does not know LINKTYPE_SLIP's pseudo header; check_tcpdump compares what tcpdump prints"),
    Rule("length for an ethertype", ("ethertype",), length_for_ethertype,
         "below 0x600 the field is a length, which tshark gives as ethertype when it is 0"),
    Rule("cut Ethernet header", ("dst_mac",), cut_ethernet_header,
         "the destination is there, so it is filled; tshark wants all 14 bytes"),
    Rule("link type unknown to tshark", ("frames",), unknown_to_tshark,
         "tshark reads no frame of it; check_tcpdump compares what tcpdump prints"),
    Rule("block length not padded", ("frames",), length_not_padded,
         "tshark rounds the length up in one place and not in the other"),
    Rule("guessed record header", (), guessed_record_header,
         "the second record claims 1.4 GB, so tshark tries a record header that is 8 bytes longer and reads the first "
         "packet 8 bytes late"),
)
