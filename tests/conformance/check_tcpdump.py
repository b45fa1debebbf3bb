#!/usr/bin/env python3
"""Which frames are IP, and which carry a protocol, as tcpdump's filters see it: frame by frame."""

from __future__ import annotations

import concurrent.futures
import sys

import capture_file
import common
import ip_protocols
import outermost
import tcpdump_oracle

SAMPLE = 500
# Asked of every capture; others only where the capture has them.
ALWAYS = (1, 6, 17)
COLUMNS = "frame_number,link_type,ethertype,vlan_id,ip_version,protocol,stop,src_host,src_port,dst_host,dst_port"
ENDPOINTS = ("src_host", "src_port", "dst_host", "dst_port")
# Asked where the plain filter does not take a frame of which the command made a row: a filter looks into an
# encapsulation only if it says so.
ENCAPSULATED = ("pppoes and ({})", "vlan and pppoes and ({})", "vlan and vlan and pppoes and ({})", "mpls and ({})",
                "mpls and mpls and ({})", "vlan and mpls and ({})")

SLIP = 8
VLAN_TAGS = (b"\x81\x00", b"\x88\xa8", b"\x91\x00")
SWITCH_TAGS = {b"\x89\x09": "Cisco MetaData", b"\x89\x03": "FabricPath", b"\x88\xe5": "MACsec",
               b"\x89\x4f": "NSH", b"\xd2\x8b": "Arista timestamp"}


def ethertype(data: bytes) -> tuple[bytes, bytes]:
    """The ethertype behind the VLAN tags of an Ethernet frame, and what follows it."""
    at = 12
    while data[at:at + 2] in VLAN_TAGS:
        at += 4
    return data[at:at + 2], data[at + 2:]


def is_ipv6_with_extension(data: bytes) -> bool:
    kind, packet = ethertype(data)
    return kind == b"\x86\xdd" and len(packet) > 6 and packet[6] in outermost.EXTENSIONS


def is_compressed_ppp(data: bytes) -> bool:
    """A PPPoE session packet whose PPP protocol is one byte: its low bit says so (RFC 1661 section 6.5)."""
    kind, packet = ethertype(data)
    return kind == b"\x88\x64" and len(packet) > 6 and packet[6] & 1 == 1


def only_ours(case: common.Difference) -> bool:
    return case.ours is not None and case.theirs is None


def is_arcnet_rfc1051(case: common.Difference) -> bool:
    return only_ours(case) and case.row["link_type"] == "129" and case.data[4] == 0xF0 and case.column != "ip"


def is_frame_relay_without_nlpid(case: common.Difference) -> bool:
    """An address of more than two bytes, or an ethertype behind it in place of a control byte and an NLPID."""
    return only_ours(case) and case.row["link_type"] == "107" and (case.data[1] & 1 == 0 or case.data[2] != 0x03)


def has_ht_control(case: common.Difference) -> bool:
    if not only_ours(case) or case.row["link_type"] != "127":
        return False
    frame = case.data[int.from_bytes(case.data[2:4], "little"):]
    return frame[0] & 0x8C == 0x88 and frame[1] & 0x80 != 0


def on_ethernet(case: common.Difference) -> bool:
    return only_ours(case) and case.row["link_type"] == "1"


# Link types of Juniper's cards, which all begin with the same magic number.
JUNIPER = {*map(str, range(130, 138)), "164", "167", "168", *map(str, range(178, 182)), "183", "194", "200", "232",
           "233", "234", "238"}

RULES = (
    common.Rule("tag of a switch", (), lambda case: on_ethernet(case) and ethertype(case.data)[0] in SWITCH_TAGS,
                "libpcap's filters cannot step over " + ", ".join(SWITCH_TAGS.values())),
    common.Rule("compressed PPP protocol", (), lambda case: on_ethernet(case) and is_compressed_ppp(case.data),
                "libpcap takes the protocol field behind PPPoE to be two bytes always"),
    common.Rule("extension header behind VLAN tags", (),
                lambda case: on_ethernet(case) and case.data[12:14] in VLAN_TAGS and case.column != "ip"
                and is_ipv6_with_extension(case.data),
                "libpcap does not compile `protochain` behind `vlan`, and `proto` looks at the first header only"),
    common.Rule("mobility header", ("--protocol ipv6-nonxt",),
                lambda case: only_ours(case) and case.row["link_type"] == "229" and case.data[6] == 135
                and case.data[40] == 59,
                "libpcap's `protochain` does not step over the Mobility header (RFC 6275); behind it is 59, nothing"),
    common.Rule("frame relay", (), is_frame_relay_without_nlpid,
                "libpcap takes a two-byte address and RFC 2427's NLPID only; here an ethertype follows (Cisco), or the "
                "address is longer"),
    common.Rule("arcnet", (), is_arcnet_rfc1051,
                "libpcap takes RFC 1201's header of 8 bytes for granted, RFC 1051's (protocol 0xf0) has 5"),
    common.Rule("HT control", (), has_ht_control,
                "libpcap does not know of the four bytes of HT control in 802.11 (QoS data, order bit)"),
    common.Rule("IP version that was not announced", (),
                lambda case: case.ours is None and case.row["stop"].startswith("bad_version:") and case.column != "ip",
                "libpcap's filters do not look at the version behind an ethertype"),
    common.Rule("Juniper", (), lambda case: case.row["link_type"] in JUNIPER,
                "libpcap's filters test Juniper's magic number only: all such frames are IP to them, none is TCP; its"
                " printer finds the same packets in them as the rows have"),
    common.Rule("CLIP without LLC", (), lambda case: only_ours(case) and case.row["link_type"] == "106",
                "libpcap's filters look for an ethertype behind LLC and SNAP, its printer knows frames without them"),
    common.Rule("cut extension header", (),
                lambda case: only_ours(case) and case.row["stop"] == "truncated:ipv6_extension" and case.column != "ip",
                "its first byte names the protocol; libpcap's `protochain` wants its length as well"),
)


class Comparison:
    def __init__(self, options, report: common.Report, oracle: tcpdump_oracle.TcpdumpOracle, capture: common.Capture):
        self.options = options
        self.report = report
        self.oracle = oracle
        self.capture = capture
        frames = common.read_csv(options.command, capture.path, "--all-frames", "--columns", COLUMNS).rows()
        self.frames = {int(row["frame_number"]): row for row in frames}
        # A frame of which the command has no row at all is a difference like any other.
        self.no_row = dict.fromkeys(COLUMNS.split(","), "")
        self.data = [capture.contents[record.data:record.data + record.caplen]
                     for record in capture_file.records(capture.contents) if record.kind == "packet"]

    def taken(self, expression: str) -> list[bool] | None:
        taken = self.oracle.taken(self.capture, tcpdump_oracle.tagged(expression))
        return self.oracle.taken(self.capture, expression) if taken is None else taken

    def rows(self, *words: str) -> set[int]:
        rows = common.read_csv(self.options.command, self.capture.path, "--columns", "frame_number", *words).rows()
        return {int(row["frame_number"]) for row in rows}

    def compare(self, what: str, ours: set[int], expression: str, encapsulated: tuple[str, ...]) -> None:
        theirs = self.taken(expression)
        if any(number in ours and not taken for number, taken in enumerate(theirs, 1)):
            for outer in encapsulated:
                inner = self.oracle.taken(self.capture, outer.format(expression))
                if inner is not None:
                    theirs = [left or right for left, right in zip(theirs, inner)]
        for number, taken in enumerate(theirs, 1):
            self.report.compare(common.Difference(
                self.capture.name, number, what, "a row" if number in ours else None, "a row" if taken else None,
                row=self.frames.get(number, self.no_row), data=self.data[number - 1]))

    def printed(self) -> None:
        """Where there is no filter to ask: the addresses and ports that tcpdump prints."""
        shown = self.rows()
        theirs = self.oracle.printed(self.capture)
        self.report.count("files printed")
        for number in sorted(shown | theirs.keys()):
            row = self.frames.get(number, self.no_row)
            ours = tuple(row.get(column) or None for column in ENDPOINTS) if number in shown else (None,) * 4
            for column, left, right in zip(ENDPOINTS, ours, theirs.get(number, (None,) * 4)):
                self.report.compare(common.Difference(self.capture.name, number, column, left, right, row=row))

    def whole(self) -> None:
        theirs = self.taken("ip or ip6")
        # libpcap looks for the IP version of LINKTYPE_SLIP in the pseudo header.
        if theirs is None or SLIP in self.capture.manifest.get("dlts", []):
            self.printed()
            return
        self.report.count("files filtered")
        self.report.count("packets", len(theirs))
        counted = self.oracle.count(self.capture)
        if counted is not None:
            self.report.compare(common.Difference(self.capture.name, "all", "frames", str(len(self.frames)),
                                                  str(counted), row=self.no_row))
        self.compare("ip", self.rows(), "ip or ip6", ENCAPSULATED)
        names = {row["protocol"] for row in self.frames.values() if row["protocol"]}
        for number in range(256):
            name = ip_protocols.name(number)
            if number in ALWAYS or name in names:
                # `proto` looks at the first header behind IP only; `protochain` steps over AH and extension headers.
                self.compare(f"--protocol {name}", self.rows("--protocol", name),
                             f"ip proto {number} or ip6 proto {number}",
                             (*ENCAPSULATED, f"ip6 protochain {number}", f"ip protochain {number}"))


def main() -> int:
    options = common.arguments(__doc__, SAMPLE)
    oracle = tcpdump_oracle.TcpdumpOracle()
    if oracle.program is None:
        common.skip("no tcpdump")
    report = common.Report(RULES, whole=options.only == "*" and not options.sample)
    captures = [capture for capture in common.shared_captures(options) if not capture.compressed]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda capture: Comparison(options, report, oracle, capture).whole(), captures))
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
