#!/usr/bin/env python3
"""The numbers of `pcapframe plot` against tshark's own statistics: io,stat, endpoints, conv and plen.

tshark counts every IP header of a frame, pcapframe the outermost. So captures are compared in which no frame has two;
the others are counted as left out.
"""

from __future__ import annotations

import collections
import json
import re
import shutil
import subprocess
import sys

import common
import ip_protocols
import tshark_oracle

SAMPLE = 50
NEXT_HEADERS = ("ip.proto", "ipv6.nxt", "ipv6.hopopts.nxt", "ipv6.fraghdr.nxt", "ipv6.routing.nxt", "ipv6.dstopts.nxt")
PROTOCOLS = (1, 2, 6, 17, 58, 89, 132)
FIELDS = ("frame.protocols", "frame.time_epoch", "frame.len", "frame.cap_len", "frame.encap_type", "_ws.malformed")
WTAP_IEEE_802_15_4 = "104"
WTAP_ATM_PDUS = "13"
UNITS = {"bytes": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9}


def only_ours_ipv6(case: common.Difference) -> bool:
    missing = case.theirs in ("None", "[]")
    return missing and ":" in case.ours + str(case.number) and case.frame["unfinished_ipv6"]


RULES = (
    common.Rule("ipv6_not_finished", ("host", "conversations"), only_ours_ipv6,
                "tshark hands an IPv6 header to its statistics after those behind it, so not where these are cut or "
                "malformed, nor where one is a mobility header; the addresses are there all the same."),
    common.Rule("ieee802_15_4", ("host", "conversation packets", "conversation bytes"),
                lambda case: WTAP_IEEE_802_15_4 in case.frame["encapsulations"], "IPv6 in 6LoWPAN is not decoded."),
    common.Rule("atm_pseudo_header", ("timeline", "bytes", "sizes"),
                lambda case: WTAP_ATM_PDUS in case.frame["encapsulations"],
                "tshark takes the four bytes before an ATM PDU off its length."),
)


def tshark(oracle: tshark_oracle.TsharkOracle, capture: common.Capture, *words: str) -> str | None:
    """What tshark prints; nothing where it does not like the capture."""
    preferences = [word for preference in tshark_oracle.PREFERENCES for word in ("-o", preference)]
    run = subprocess.run(["nice", oracle.program, "-n", "-r", str(capture.path), *preferences, *words], check=False,
                         capture_output=True, env=oracle.environment)
    return run.stdout.decode(errors="replace") if run.returncode == 0 else None


def section(text: str, title: str) -> list[str]:
    """The lines of the table under a title, without its head."""
    lines = text.splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith(title))
    found = []
    for line in lines[start + 1:]:
        if line.startswith("===="):
            break
        if "|" not in line and not line.startswith("Filter:"):
            found.append(line)
    return found


def statistics(oracle: tshark_oracle.TsharkOracle, capture: common.Capture) -> dict | None:
    filters = ["||".join(f"{name}=={number}" for name in NEXT_HEADERS) for number in PROTOCOLS]
    wanted = ["io,stat,0,," + ",".join(filters), "endpoints,ip", "endpoints,ipv6", "conv,ip", "conv,ipv6", "plen,tree"]
    text = tshark(oracle, capture, "-q", *(word for what in wanted for word in ("-z", what)))
    if text is None:
        return None
    hosts, conversations = {}, {}
    for version in "46":
        for line in section(text, f"IPv{version} Endpoints"):
            host, *numbers = line.split()
            hosts[host] = tuple(map(int, numbers[2:]))
        for line in section(text, f"IPv{version} Conversations"):
            a, _, b, *rest = line.split()
            conversations[a, b] = (rest[3], " ".join(rest[4:6]), rest[0], " ".join(rest[1:3]))
    intervals = re.search(r"<>.*", text)[0].replace("|", " ").split() if "<>" in text else []
    sizes = {}
    for line in text[text.index("Packet Lengths:"):].splitlines():
        if found := re.match(r"\s*(\d+)-(\d+)\s+(\d+)", line):
            sizes[int(found[1]), int(found[2])] = int(found[3])
        elif found := re.match(r"\s*(\d+) and greater\s+(\d+)", line):
            sizes[int(found[1]), 1 << 32] = int(found[2])
    return {"hosts": hosts, "conversations": conversations, "io": list(map(int, intervals[2:])), "sizes": sizes}


def same_size(exact: int, printed: str) -> bool:
    """Whether tshark's "1446 kB" is this number of bytes: it cuts off what is less than its unit."""
    number, unit = printed.split()
    return exact // UNITS[unit] == int(number)


class Comparison:
    def __init__(self, report: common.Report, capture: common.Capture, ours: dict, theirs: dict, marks: dict):
        self.report, self.capture, self.ours, self.theirs, self.marks = report, capture, ours, theirs, marks

    def compare(self, what: str, number: int | str, ours: object, theirs: object) -> None:
        case = common.Difference(self.capture.name, number, what, str(ours), str(theirs), frame=self.marks)
        self.report.compare(case)

    def totals(self) -> None:
        if not self.theirs["io"]:
            self.report.count("captures without a duration")  # io,stat has no line for them
            return
        numbers = iter(self.theirs["io"])
        self.compare("packets", "all", self.ours["packets"], next(numbers))
        self.compare("bytes", "all", self.ours["bytes"], next(numbers))
        ours = {row["protocol"]: (row["packets"], row["bytes"]) for row in self.ours["protocols"]}
        for protocol in PROTOCOLS:
            name = ip_protocols.name(protocol)
            self.compare("protocol", name, ours.get(name, (0, 0)), (next(numbers), next(numbers)))

    def hosts(self) -> None:
        rows = self.ours["hosts"]["rows"]
        names = [f"{way}_{what}" for way in ("sent", "received") for what in ("packets", "bytes")]
        ours = {row["host"]: tuple(row[name] for name in names) for row in rows}
        for host in ours.keys() | self.theirs["hosts"].keys():
            self.compare("host", host, ours.get(host), self.theirs["hosts"].get(host))
        ranks = [row["sent_bytes"] + row["received_bytes"] for row in rows]
        self.compare("order of hosts", "all", ranks, sorted(ranks, reverse=True))

    def conversations(self) -> None:
        """Packets exactly, bytes as far as tshark prints them."""
        ours = {}
        for row in self.ours["conversations"]["rows"]:
            there, back = ((row[f"{way}_packets"], row[f"{way}_bytes"]) for way in ("a_to_b", "b_to_a"))
            ours[row["a"], row["b"]] = (*there, *back)
        for (a, b), printed in self.theirs["conversations"].items():
            mine = ours.pop((a, b), None)
            if mine is None:
                swapped = ours.pop((b, a), (0, 0, 0, 0))
                mine = (*swapped[2:], *swapped[:2])
            if a == b:
                # A host's packets to itself have no direction.
                printed = (str(int(printed[0]) + int(printed[2])), printed[1], "0", printed[3])
            self.compare("conversation packets", f"{a} {b}", (mine[0], mine[2]), (int(printed[0]), int(printed[2])))
            same = same_size(mine[1], printed[1]) and same_size(mine[3], printed[3])
            shown = mine[1::2] if same or a == b else printed[1::2]
            self.compare("conversation bytes", f"{a} {b}", mine[1::2], shown)
        self.compare("conversations", "all", list(ours), [])

    def sizes(self) -> None:
        for (least, most), packets in self.theirs["sizes"].items():
            ours = sum(c["packets"] for c in self.ours["sizes"]["classes"] if least <= c["from"] <= most)
            self.compare("sizes", f"{least}-{most}", ours, packets)

    def timeline(self, frames: list[list[str]]) -> None:
        """Every frame in its interval, by tshark's times."""
        width = self.ours["timeline"]["interval_ns"]
        theirs: collections.Counter[int] = collections.Counter()
        for _, time, length, *_ in frames:
            seconds, fraction = time.split(".")
            theirs[(int(seconds) * 10**9 + int(fraction.ljust(9, "0"))) // width] += int(length)
        ours = [row["bytes"] for row in self.ours["timeline"]["intervals"]]
        self.compare("timeline", "all", ours, [theirs[number] for number in sorted(theirs)])


def frames_of(oracle: tshark_oracle.TsharkOracle, capture: common.Capture) -> list[list[str]] | None:
    words = [word for field in FIELDS for word in ("-e", field)]
    text = tshark(oracle, capture, "-T", "fields", "-E", "separator=|", *words)
    return None if text is None else [line.split("|") for line in text.splitlines()]


def marks_of(frames: list[list[str]]) -> dict:
    """What rules ask of a capture."""
    def unfinished(frame: list[str]) -> bool:
        return "ipv6" in frame[0] and (frame[3] != frame[2] or bool(frame[5]) or "mipv6" in frame[0])

    return {"unfinished_ipv6": any(map(unfinished, frames)), "encapsulations": {frame[4] for frame in frames}}


def fits(frames: list[list[str]]) -> bool:
    """Whether no frame has two IP headers, and all have times as a plain pcap has them."""
    ip_headers = max((sum(layer in ("ip", "ipv6") for layer in frame[0].split(":")) for frame in frames), default=0)
    return ip_headers <= 1 and all(re.fullmatch(r"\d+\.\d{9}", frame[1]) for frame in frames)


def main() -> int:
    options = common.arguments(__doc__, SAMPLE)
    if shutil.which("tshark") is None:
        common.skip("no tshark")
    oracle = tshark_oracle.TsharkOracle(common.CACHE)
    report = common.Report(RULES, whole=False)
    for capture in common.shared_captures(options):
        ours = common.run(options.command, "plot", capture.path, "-o", "-", "--format", "json", "--all-frames")
        frames = frames_of(oracle, capture) if ours.status == 0 else None
        theirs = statistics(oracle, capture) if frames and fits(frames) else None
        if theirs is None:
            report.count("captures left out")
            continue
        report.count("captures")
        comparison = Comparison(report, capture, json.loads(ours.output), theirs, marks_of(frames))
        comparison.totals()
        comparison.hosts()
        comparison.conversations()
        comparison.sizes()
        # Intervals of days and weeks are not counted from the epoch in this simple way.
        if comparison.ours["timeline"]["interval_ns"] <= 86_400 * 10**9:
            comparison.timeline(frames)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
