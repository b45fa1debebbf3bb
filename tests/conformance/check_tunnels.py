#!/usr/bin/env python3
"""Packets within packets against tshark: how many IP headers a frame has, which tunnels, their number, and the hosts
and ports of every level. By default a sample: captures whose names speak of tunnels, and a spread over the others; with
tests/run --all (TEST_ALL=1) every capture."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import common

# The frames of one capture that are looked at, and the captures of the sample: those whose names speak of tunnels, and
# others.
FRAMES_MAX = 1000
NAMED, SPREAD = 45, 15
LEVELS_MAX = 8
LEVEL_COLUMNS = ("src_host", "dst_host", "src_port", "dst_port")
NAMES = re.compile(r"gre|vxlan|geneve|gtp|erspan|l2tp|teredo|ipip|6in4|4in6|mpls|ayiya|etherip|tunnel|nsh|capwap|tzsp"
                   r"|lisp|srv6|sr-header|pptp|nvgre|encap|-ah|icmp", re.IGNORECASE)
COLUMNS = ("frame_number", "layers", "tunnel", "tunnel_id", "tunnel_depth", "stop", "inner_stop", "outer_stop")
# What tshark calls the headers of tunnels, and the field that has their number.
TUNNELS = {"gre": ("gre", ("gre.key", "gre.key.call_id")), "erspan": ("erspan", ("erspan.spanid",)),
           "vxlan": ("vxlan", ("vxlan.vni",)), "geneve": ("geneve", ("geneve.vni",)), "gtp": ("gtpu", ("gtp.teid",)),
           "teredo": ("teredo", ()), "ayiya": ("ayiya", ()), "etherip": ("etherip", ()), "tzsp": ("tzsp", ()),
           "capwap.data": ("capwap", ()), "lisp-data": ("lisp", ("lisp-data.iid",)),
           "l2tp": ("l2tp", ("l2tp.session", "l2tp.sid")), "gue": ("gue", ())}
TRANSPORTS = ("tcp", "udp", "sctp", "dccp", "udplite")


def number(text: str) -> str:
    return str(int(text, 0))


def field(proto: ElementTree.Element, name: str) -> str | None:
    for one in proto.iter("field"):
        if one.get("name") == name:
            return one.get("show")
    return None


class Frame:
    """What tshark says of a frame: its protocols in order, those within ICMP messages left out."""

    def __init__(self, packet: ElementTree.Element):
        self.protocols = [proto for proto in packet.findall("proto") if proto.get("name") not in
                          ("geninfo", "frame", "fake-field-wrapper", "_ws.malformed", "_ws.short")]
        self.names = [proto.get("name", "") for proto in self.protocols]
        self.damaged = any(proto.get("name") in ("_ws.malformed", "_ws.short", "_ws.unreassembled")
                           for proto in packet.iter("proto"))
        self.levels = [i for i, name in enumerate(self.names) if name in ("ip", "ipv6")]

    def ip_headers(self) -> str:
        return " ".join("ipv4" if self.names[i] == "ip" else "ipv6" for i in self.levels)

    def tunnels(self) -> str:
        """The headers of tunnels between the first and the last IP header."""
        if len(self.levels) < 2:
            return ""
        between = self.names[self.levels[0]:self.levels[-1]]
        return "/".join(TUNNELS[name][0] for name in between if name in TUNNELS)

    def number(self) -> str | None:
        found = None
        if len(self.levels) < 2:
            return None
        for i in range(self.levels[0], self.levels[-1]):
            for name in TUNNELS.get(self.names[i], ("", ()))[1]:
                value = field(self.protocols[i], name)
                if value is not None:
                    found = number(value)
        return found

    def level(self, number: int) -> tuple[str, ...]:
        """Hosts and ports of the packet of this IP header; ports as far as its own transport header is there."""
        at = self.levels[number]
        end = self.levels[number + 1] if number + 1 < len(self.levels) else len(self.protocols)
        kind = self.names[at]
        hosts = (field(self.protocols[at], f"{kind}.src"), field(self.protocols[at], f"{kind}.dst"))
        for proto in self.protocols[at + 1:end]:
            name = proto.get("name", "")
            if name in TRANSPORTS:
                # tshark files UDP-Lite under udp's fields.
                prefix = "udp" if name == "udplite" else name
                return (*(host or "" for host in hosts), field(proto, f"{prefix}.srcport") or "",
                        field(proto, f"{prefix}.dstport") or "")
        return (*(host or "" for host in hosts), "", "")


def tshark(path: Path) -> list[Frame] | None:
    """The frames of a capture; nothing where tshark cannot read it."""
    words = ["tshark", "-n", "-r", str(path), "-c", str(FRAMES_MAX), "-T", "pdml",
             *(word for preference in ("ip.defragment:FALSE", "ipv6.defragment:FALSE", "ip.check_checksum:FALSE",
                                       "tcp.desegment_tcp_streams:FALSE") for word in ("-o", preference))]
    done = subprocess.run(words, capture_output=True, check=False, timeout=600)
    try:
        return [Frame(packet) for packet in ElementTree.fromstring(done.stdout).findall("packet")]
    except ElementTree.ParseError:
        return None


# Explained differences.
def is_damaged(case: common.Difference) -> bool:
    return case.frame.get("damaged", False) or case.row.get("inner_stop", "").startswith(("truncated", "bad_"))


def is_linux_vxlan(case: common.Difference) -> bool:
    return "vxlan" in case.row["tunnel"] and "vxlan" not in case.frame["names"]


RULES = (
    common.Rule("cut or damaged", (), is_damaged,
                "what is left of a header that was cut is shown to other depths"),
    common.Rule("VXLAN at port 8472", (), is_linux_vxlan,
                "the port that Linux had for VXLAN before there was one; tshark 4.0 knows the other only"),
)


class Comparison:
    def __init__(self, command: Path, report: common.Report):
        self.command = command
        self.report = report

    def capture(self, name: str, path: Path) -> None:
        frames = tshark(path)
        outcome = common.read_csv(self.command, path, "--all-frames", "-c", str(FRAMES_MAX), "--columns",
                                  ",".join(COLUMNS))
        if frames is None or outcome.status != 0:
            return
        rows = outcome.rows()
        self.report.count("captures")
        has_tunnels = any(row["tunnel_depth"] not in ("", "0") for row in rows) or any(
            len(frame.levels) > 1 for frame in frames)
        levels = self.levels(path) if has_tunnels else {}
        for row in rows:
            at = int(row["frame_number"])
            if at > len(frames):
                break
            self.frame(name, at, row, frames[at - 1], levels.get(at, []))

    def levels(self, path: Path) -> dict[int, list[tuple[str, ...]]]:
        """Hosts and ports of each packet of a frame that has IP, outermost first, by the frame's number."""
        found: dict[int, list[tuple[str, ...]]] = {}
        for level in range(LEVELS_MAX):
            rows = common.read_csv(self.command, path, "--at", str(level), "--columns",
                                   ",".join(("frame_number", *LEVEL_COLUMNS))).rows()
            if not rows:
                break
            for row in rows:
                found.setdefault(int(row["frame_number"]), []).append(tuple(row[name] for name in LEVEL_COLUMNS))
        return found

    def frame(self, name: str, at: int, row: dict[str, str], frame: Frame, levels: list[tuple[str, ...]]) -> None:
        ours_headers = " ".join(word for word in row["layers"].split(":") if word in ("ipv4", "ipv6"))
        if len(frame.levels) < 2 and len(ours_headers.split()) < 2:
            return
        self.report.count("frames with tunnels")
        theirs = {"IP headers": frame.ip_headers()}
        ours = {"IP headers": ours_headers}
        for number in range(max(len(frame.levels), len(levels))):
            theirs[f"level {number}"] = " ".join(frame.level(number)) if number < len(frame.levels) else ""
            ours[f"level {number}"] = " ".join(levels[number]) if number < len(levels) else ""
        known = {one for one, _ in TUNNELS.values()}
        shown = row["tunnel"].replace("nvgre", "gre").replace("vxlan_gpe", "vxlan")
        names = "/".join(word for word in shown.split("/") if word in known)
        theirs["tunnel"], ours["tunnel"] = frame.tunnels(), names
        if frame.number() is not None:
            theirs["tunnel_id"], ours["tunnel_id"] = frame.number(), row["tunnel_id"]
        facts = {"names": frame.names, "damaged": frame.damaged}
        for column, theirs_value in theirs.items():
            self.report.compare(common.Difference(name, at, column, ours[column] or None, theirs_value or None,
                                                  row=row, frame=facts))
            # One difference of a frame says enough.
            if (ours[column] or None) != (theirs_value or None):
                break


def made_tunnels(folder: Path) -> list[Path]:
    """Captures of tunnels that the shared ones lack, where scapy is installed."""
    try:
        import scapy.all as scapy  # noqa: PLC0415
        from scapy.contrib import geneve, gtp  # noqa: PLC0415
    except ImportError:
        print("no scapy: only the shared captures are checked")
        return []
    inner = scapy.IP(src="10.0.0.1", dst="10.0.0.2") / scapy.TCP(sport=49153, dport=443) / b"hi"
    inner6 = scapy.IPv6(src="2001:db8::a", dst="2001:db8::b") / scapy.UDP(sport=1000, dport=2000) / b"hi"
    frame = scapy.Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02") / inner
    ether = scapy.Ether(src="02:00:00:00:00:03", dst="02:00:00:00:00:04")
    ip, ip6 = scapy.IP(src="192.0.2.1", dst="192.0.2.2"), scapy.IPv6(src="2001:db8::1", dst="2001:db8::2")
    bodies = {
        "vxlan": scapy.UDP(sport=50000, dport=4789) / scapy.VXLAN(vni=123) / frame,
        "geneve": scapy.UDP(sport=50000, dport=6081) / geneve.GENEVE(vni=7) / frame,
        "gre": scapy.GRE() / inner, "gre_key": scapy.GRE(key_present=1, key=66) / inner6,
        "gtpu": scapy.UDP(sport=2152, dport=2152) / gtp.GTP_U_Header(teid=77, gtp_type=255) / inner,
        "two": scapy.UDP(sport=50000, dport=4789) / scapy.VXLAN(vni=9) / scapy.Ether() /
               scapy.IP(src="198.51.100.1", dst="198.51.100.2") / scapy.GRE(key_present=1, key=5) / inner6,
        "l2tp": scapy.UDP(sport=1701, dport=1701) / scapy.L2TP(session_id=9, tunnel_id=3) / scapy.PPP() / inner,
        "ipip": inner, "6in4": inner6,
    }
    # AH in front of each of them, of one or two headers: it hides nothing.
    for name, body in list(bodies.items()):
        number = {"TCP": 6, "UDP": 17, "GRE": 47, "IP": 4, "IPv6": 41}[type(body).__name__]
        for count in (1, 2):
            ah = b"".join(bytes([number if left == 1 else 51, 4, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]) + bytes(12)
                          for left in range(count, 0, -1))
            bodies[f"ah{count}_{name}"] = scapy.Raw(ah + bytes(body))
    made = []
    for outer in (ip, ip6):
        frames = []
        for name, body in bodies.items():
            around = outer.copy()
            if name.startswith("ah"):
                around.setfieldval("proto" if outer is ip else "nh", 51)
            frames.append(ether / around / body)
        made.append(folder / f"made_{outer.name.lower()}.pcap")
        scapy.wrpcap(str(made[-1]), frames)
    return made


def main() -> int:
    options = common.arguments(__doc__)
    if shutil.which("tshark") is None:
        common.skip("no tshark")
    report = common.Report(RULES, whole=common.everything() and options.only == "*")
    comparison = Comparison(options.command, report)
    captures = [capture for capture in common.shared_captures(options) if not capture.compressed]
    if not common.everything() and options.only == "*":
        others = sorted((one for one in captures if not NAMES.search(one.name)),
                        key=lambda one: hashlib.sha256(one.name.encode()).digest())
        named = sorted((one for one in captures if NAMES.search(one.name)),
                       key=lambda one: hashlib.sha256(one.name.encode()).digest())
        captures = [*named[:NAMED], *others[:SPREAD]]
    for capture in captures:
        comparison.capture(capture.name, capture.path)
    with tempfile.TemporaryDirectory() as folder:
        for path in made_tunnels(Path(folder)):
            comparison.capture(path.name, path)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
