#!/usr/bin/env python3
"""The columns of application protocols against tshark, frame by frame: which protocol, and each value of it.

Compared are frames with one IP header, in which tshark, without putting anything together from several frames, finds a
protocol that is among the columns. The agreement is printed column by column, and every difference has a rule.
"""

from __future__ import annotations

import collections
import dataclasses
import sys
from collections.abc import Callable

import common
import tshark_oracle
from message_rules import RULES

SAMPLE = 80

# What tshark calls the protocols.
PROTOCOLS = {"dns": "dns", "mdns": "mdns", "llmnr": "llmnr", "nbns": "nbns", "tls": "tls", "dtls": "dtls",
             "quic": "quic", "http": "http", "ssdp": "ssdp", "sip": "sip", "ssh": "ssh", "dhcp": "dhcp",
             "dhcpv6": "dhcpv6", "ntp": "ntp"}
DNS = ("dns", "mdns", "llmnr")


@dataclasses.dataclass(frozen=True)
class Compared:
    """A column, the field that tshark has for it, the protocols of which both speak, and what makes a field's
    occurrences a cell of ours."""

    column: str
    field: str
    protocols: tuple[str, ...]
    cell: Callable[[list[str]], str] = lambda values: values[0]


def number(values: list[str]) -> str:
    """The number in decimal; what is none as it is."""
    try:
        return str(int(values[0], 0))
    except ValueError:
        return values[0]


def flag(values: list[str]) -> str:
    return "1" if values[0] in ("1", "True") else "0"


def without_colons(values: list[str]) -> str:
    return values[0].replace(":", "")


def name(values: list[str]) -> str:
    return "." if values[0] == "<Root>" else values[0]


def numbers(values: list[str]) -> str:
    return "[" + ",".join(str(int(value, 0)) for value in values) + "]"


def texts(values: list[str]) -> str:
    return "[" + ",".join(f'"{value}"' for value in values) + "]"


TYPES = {1: "A", 2: "NS", 5: "CNAME", 6: "SOA", 12: "PTR", 15: "MX", 16: "TXT", 28: "AAAA", 33: "SRV", 35: "NAPTR",
         43: "DS", 46: "RRSIG", 47: "NSEC", 48: "DNSKEY", 65: "HTTPS", 252: "AXFR", 255: "ANY", 256: "URI"}
RCODES = {0: "NOERROR", 1: "FORMERR", 2: "SERVFAIL", 3: "NXDOMAIN", 4: "NOTIMP", 5: "REFUSED", 6: "YXDOMAIN"}
DHCP = ("", "DISCOVER", "OFFER", "REQUEST", "DECLINE", "ACK", "NAK", "RELEASE", "INFORM")
DHCPV6 = ("", "SOLICIT", "ADVERTISE", "REQUEST", "CONFIRM", "RENEW", "REBIND", "REPLY", "RELEASE", "DECLINE",
          "RECONFIGURE", "INFORMATION-REQUEST", "RELAY-FORW", "RELAY-REPL")
NTP = ("reserved", "symmetric_active", "symmetric_passive", "client", "server", "broadcast", "control", "private")
TLS = ("tls", "dtls", "quic")
HTTP = ("http", "ssdp")

COMPARED = (
    Compared("dns_id", "dns.id", DNS, number),
    Compared("dns_response", "dns.flags.response", DNS, flag),
    Compared("dns_rcode", "dns.flags.rcode", DNS, lambda v: RCODES.get(int(v[0]), f"RCODE{v[0]}")),
    Compared("dns_query", "dns.qry.name", DNS, name),
    Compared("dns_type", "dns.qry.type", DNS, lambda v: TYPES.get(int(v[0]), v[0])),
    Compared("dns_edns_size", "dns.rr.udp_payload_size", DNS, number),
    Compared("tls_sni", "tls.handshake.extensions_server_name", TLS),
    Compared("tls_ja3", "tls.handshake.ja3", TLS),
    Compared("tls_ja3s", "tls.handshake.ja3s", TLS),
    Compared("tls_alpn", "tls.handshake.extensions_alpn_str", TLS, texts),
    Compared("quic_dcid", "quic.dcid", ("quic",), without_colons),
    Compared("quic_scid", "quic.scid", ("quic",), without_colons),
    Compared("http_method", "http.request.method", HTTP),
    Compared("http_uri", "http.request.uri", HTTP),
    Compared("http_host", "http.host", HTTP),
    Compared("http_status", "http.response.code", HTTP, number),
    Compared("http_user_agent", "http.user_agent", HTTP),
    Compared("http_referer", "http.referer", HTTP),
    Compared("http_content_type", "http.content_type", HTTP),
    Compared("http_content_length", "http.content_length_header", HTTP, number),
    Compared("http_server", "http.server", HTTP),
    Compared("sip_method", "sip.Method", ("sip",)),
    Compared("sip_status", "sip.Status-Code", ("sip",), number),
    Compared("sip_call_id", "sip.Call-ID", ("sip",)),
    Compared("ssh_identification", "ssh.protocol", ("ssh",)),
    Compared("dhcp_message_type", "dhcp.option.dhcp", ("dhcp",), lambda v: DHCP[int(v[0])]),
    Compared("dhcp_transaction_id", "dhcp.id", ("dhcp",), number),
    Compared("dhcp_client_mac", "dhcp.hw.mac_addr", ("dhcp",)),
    Compared("dhcp_hostname", "dhcp.option.hostname", ("dhcp",)),
    Compared("dhcp_requested_host", "dhcp.option.requested_ip_address", ("dhcp",)),
    Compared("dhcp_server_host", "dhcp.option.dhcp_server_id", ("dhcp",)),
    Compared("dhcp_vendor_class", "dhcp.option.vendor_class_id", ("dhcp",)),
    Compared("dhcp_lease", "dhcp.option.ip_address_lease_time", ("dhcp",), number),
    Compared("dhcp_message_type", "dhcpv6.msgtype", ("dhcpv6",), lambda v: DHCPV6[int(v[0])]),
    Compared("ntp_version", "ntp.flags.vn", ("ntp",), number),
    Compared("ntp_mode", "ntp.flags.mode", ("ntp",), lambda v: NTP[int(v[0])]),
    Compared("ntp_stratum", "ntp.stratum", ("ntp",), number),
)
FIELDS = ("frame.number", "frame.protocols", "frame.cap_len", "frame.len", "_ws.malformed", "tcp.segment_data",
          "ip.flags.mf", "ip.frag_offset", "tls.handshake.type", "dns.count.queries",
          *dict.fromkeys(one.field for one in COMPARED))


def protocol_of(frame: dict[str, list[str]]) -> str | None:
    """The protocol of ours that tshark finds in a frame with one IP header; None where it finds none, "" where the
    frame is not compared."""
    layers = (frame["frame.protocols"] or [""])[0].split(":")
    if sum(layer in ("ip", "ipv6") for layer in layers) != 1 or "icmp" in layers or "icmpv6" in layers:
        return ""
    found = [layer for layer in layers if layer in PROTOCOLS]
    return PROTOCOLS[found[0]] if found else None


class Comparison:
    def __init__(self, options, report: common.Report):
        self.options = options
        self.report = report
        self.columns = ["frame_number", "message", "src_port", "dst_port", "payload_len", "stop",
                        *dict.fromkeys(one.column for one in COMPARED)]
        self.cells: collections.Counter[str] = collections.Counter()
        self.same: collections.Counter[str] = collections.Counter()

    def capture(self, capture: common.Capture, answer: tshark_oracle.OracleAnswer) -> None:
        rows = common.read_csv(self.options.command, capture.path, "--all-frames", "--columns",
                               ",".join(self.columns)).rows()
        if len(rows) != len(answer.frames):
            return  # custom blocks count as frames there; check_tshark.py compares how many there are
        self.report.count("files")
        for number_, (row, frame) in enumerate(zip(rows, answer.frames), 1):
            self.frame(common.Difference(capture.name, number_, "", None, None, row, frame))

    def frame(self, case: common.Difference) -> None:
        wanted = protocol_of(case.frame)
        if wanted == "":
            return
        ours = case.row["message"] or None
        if ours or wanted:
            self.compare(case, "message", ours, wanted)
        if ours is None or ours != wanted:
            return
        for one in COMPARED:
            if ours not in one.protocols:
                continue
            values = case.frame[one.field]
            theirs = one.cell(values) if values else None
            cell = case.row[one.column] or None
            if cell is not None or theirs is not None:
                self.compare(case, one.column, cell, theirs)

    def compare(self, case: common.Difference, column: str, ours: str | None, theirs: str | None) -> None:
        self.cells[column] += 1
        self.same[column] += ours == theirs
        self.report.compare(dataclasses.replace(case, column=column, ours=ours, theirs=theirs))

    def print_agreement(self) -> None:
        print(f"{'column':24} {'cells':>9} {'the same':>9}")
        for column, count in self.cells.items():
            print(f"{column:24} {count:9} {100 * self.same[column] / count:8.2f}%")


def main() -> int:
    options = common.arguments(__doc__, SAMPLE)
    oracle = tshark_oracle.TsharkOracle(common.CACHE, FIELDS, "\x1e")
    report = common.Report(RULES, whole=options.only == "*" and not options.sample)
    comparison = Comparison(options, report)
    for capture, answer in oracle.answers(options):
        comparison.capture(capture, answer)
    comparison.print_agreement()
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
