#!/usr/bin/env python3
"""Every frame of the shared captures, column by column, against tshark: the outermost IP header and what follows it."""

from __future__ import annotations

import dataclasses
import re
import sys

import capture_file
import common
import ip_protocols
import outermost
import tshark_oracle
from tshark_rules import RULES

SAMPLE = 500
# Columns of every frame, and columns of a frame with IP in it.
LINK_COLUMNS = ("frame_number", "time", "interface_id", "interface_name", "link_type", "caplen", "len", "src_mac",
                "dst_mac", "ethertype", "vlan_id")
ENDPOINTS = ("src_host", "src_port", "dst_host", "dst_port")
IP_COLUMNS = ("protocol", "ip_len", "ip_id", "ttl", "dscp", "ecn", "fragment_offset", "tcp_flags", "tcp_seq", "tcp_ack",
              "tcp_window", "udp_len", "icmp_type", "icmp_code", "flow_label")
# The payload is compared where tshark has one, of TCP and UDP; `stop` is for the rules.
OTHER_COLUMNS = ("ip_version", "payload", "payload_len", "stop")


# What a frame without IP may be called; anything else is an ethertype in hexadecimal.
FRAME_NAMES = ("aarp", "arp", "atalk", "cfm", "decnet", "eapol", "ethercat", "fcoe", "goose", "ipx", "lat", "lldp",
               "llc", "llc-ip", "loop", "macsec", "mpls", "netbeui", "osi", "pause", "ppp", "pppoed", "pppoes",
               "profinet", "ptp", "rarp", "slarp", "slow", "snap", "stp", "wol")


def theirs(frame: dict[str, list[str]]) -> dict[str, str | None]:
    """The columns as tshark has them; `row` says whether the frame has an outermost IP header."""
    columns = dict.fromkeys((*ENDPOINTS, "ip_version")) | outermost.link_columns(frame) | {"row": None}
    outer = outermost.outermost(frame)
    if outer is not None:
        columns |= outermost.ip_columns(frame, outer) | {"row": "a row"}
        columns["protocol"] = None if outer.protocol is None else ip_protocols.name(outer.protocol)
    return columns


class Comparison:
    def __init__(self, options, report: common.Report):
        self.options = options
        self.report = report
        self.columns = [*LINK_COLUMNS, *ENDPOINTS, *IP_COLUMNS, *OTHER_COLUMNS]

    def capture(self, capture: common.Capture, answer: tshark_oracle.OracleAnswer) -> None:
        rows = common.read_csv(self.options.command, capture.path, "--all-frames", "--columns",
                               ",".join(self.columns)).rows()
        shown = common.read_csv(self.options.command, capture.path, "--columns", "frame_number").rows()
        shown = {row["frame_number"] for row in shown}
        records = list(capture_file.records(capture.contents))
        # tshark numbers custom blocks as frames too, the command packets only.
        frames = [frame for index, frame in enumerate(answer.frames)
                  if index >= len(records) or records[index].kind == "packet"]
        packets = [record for record in records if record.kind == "packet"]
        self.report.count("files")
        self.report.count("packets", len(frames))
        self.report.compare(common.Difference(capture.name, "all", "frames", str(len(rows)), str(len(frames)),
                                              frame={"message": answer.message}))
        for number, (row, frame, record) in enumerate(zip(rows, frames, packets), 1):
            row["row"] = "a row" if row["frame_number"] in shown else ""
            data = capture.contents[record.data:record.data + record.caplen]
            self.frame(common.Difference(capture.name, number, "", None, None, row, frame, record, data))

    def frame(self, case: common.Difference) -> None:
        """Compares all columns of one frame; `case` has everything but the column."""
        expected = theirs(case.frame)
        # tshark has no field of these, or counts otherwise: interfaces over all sections, custom blocks as frames.
        expected |= {"frame_number": str(case.number), "link_type": outermost.plain(case.record.link_type),
                     "interface_id": str(case.record.interface or 0), "interface_name": case.record.interface_name}
        columns = ["row", *LINK_COLUMNS, *ENDPOINTS, "ip_version"]
        if case.row["row"] and expected["row"]:
            columns += [*IP_COLUMNS, "payload"]
        for column in columns:
            if column in expected:
                self.report.compare(dataclasses.replace(case, column=column, ours=case.row[column] or None,
                                                        theirs=expected[column]))
        self.payload(case)
        if not case.row["row"]:
            self.without_ip(case)

    def payload(self, case: common.Difference) -> None:
        """Whatever the protocol: a payload is a piece of the frame, and as long as its column says."""
        payload = bytes.fromhex(case.row["payload"])
        piece = "in the frame" if payload in case.data else "elsewhere"
        self.report.compare(dataclasses.replace(case, column="payload's place", ours=piece, theirs="in the frame"))
        self.report.compare(dataclasses.replace(case, column="payload_len", ours=case.row["payload_len"] or "0",
                                                theirs=str(len(payload))))
        outer = outermost.outermost(case.frame)
        decoded = case.row["stop"] in ("complete", "unknown_protocol:ipv4", "unknown_protocol:ipv6", "fragment:ipv4")
        whole = len(case.data) == case.record.length
        length = outermost.payload_length(case.frame, outer) if outer and decoded and whole else None
        if length is not None:
            self.report.compare(dataclasses.replace(case, column="payload_len", ours=case.row["payload_len"],
                                                    theirs=length))

    def without_ip(self, case: common.Difference) -> None:
        """The protocol of a frame without IP is one of the link layer's, and ARP exactly where tshark has it."""
        name = case.row["protocol"]
        known = name in ("", *FRAME_NAMES) or re.fullmatch("0x(0[6-9a-f]|[1-9a-f][0-9a-f])[0-9a-f]{2}", name)
        self.report.compare(dataclasses.replace(case, column="protocol of a frame without IP", ours=name,
                                                theirs=name if known else "none of IP's"))
        if case.row["ethertype"]:
            # RARP is ARP to tshark.
            self.report.compare(dataclasses.replace(case, column="whether ARP", ours=str(name in ("arp", "rarp")),
                                                    theirs=str("arp" in outermost.layers(case.frame))))


def main() -> int:
    options = common.arguments(__doc__, SAMPLE)
    oracle = tshark_oracle.TsharkOracle(common.CACHE)
    report = common.Report(RULES, whole=options.only == "*" and not options.sample)
    comparison = Comparison(options, report)
    for capture, answer in oracle.answers(options):
        comparison.capture(capture, answer)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
