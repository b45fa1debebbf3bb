#!/usr/bin/env python3
"""The numbers that intake-pcap's own tests expect of its captures."""

from __future__ import annotations

import collections
import sys

import common

# capture, words of the command, rows, rows by protocol
EXPECTED = (
    ("96pings.pcap", (), 96, {"icmp": 96}),
    ("96pings.pcap", ("--protocol", "icmp"), 96, {"icmp": 96}),
    ("96pings.pcap", ("--protocol", "tcp"), 0, {}),
    ("http.pcap", (), 43, {"tcp": 41, "udp": 2}),
    ("http.pcap", ("--protocol", "tcp"), 41, {"tcp": 41}),
    ("http.pcap", ("--protocol", "udp"), 2, {"udp": 2}),
    ("vlan.pcap", (), 18, None),
)
FRAMES = {"96pings.pcap": 96, "http.pcap": 43, "vlan.pcap": 20}


def main() -> int:
    options = common.arguments(__doc__)
    report = common.Report()
    folder = options.captures / "intake-pcap"
    for name, words, count, protocols in EXPECTED:
        outcome = common.read_csv(options.command, folder / name, *words)
        rows = outcome.rows()
        label = " ".join([name, *words])
        found = dict(collections.Counter(row["protocol"] for row in rows))
        report.compare(common.Difference(label, "all", "exit status", str(outcome.status), "0"))
        report.compare(common.Difference(label, "all", "rows", str(len(rows)), str(count)))
        if protocols is not None:
            report.compare(common.Difference(label, "all", "protocols", str(found), str(protocols)))
        report.count("packets", len(rows))
    for name, count in FRAMES.items():
        rows = common.read_csv(options.command, folder / name, "--all-frames", "--columns", "frame_number").rows()
        report.compare(common.Difference(name, "all", "frames", str(len(rows)), str(count)))
        report.count("files", 1)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
