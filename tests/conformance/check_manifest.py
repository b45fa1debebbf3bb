#!/usr/bin/env python3
"""Packet counts, exit status and `info` of every shared capture against the manifest, which comes from an independent
script and agrees with tcpdump and capinfos."""

from __future__ import annotations

import collections
import dataclasses
import json
import re
import sys

import capture_file
import common


@dataclasses.dataclass
class Expected:
    """What reading a capture must give; `offset` is the byte offset that the warning must name, None where there is no
    warning or it is not about a place in the file."""

    rows: int
    status: int
    offset: int | None
    reason: str


# Files whose manifest entry is not what the command must say, each with the reason.
QUIRKS = {
    "gopacket/pcapgo/tests/be/test901.pcapng": Expected(
        1, 3, 480, "the second section has version 2.0, which must be refused; the manifest counted through it"),
    "gopacket/pcapgo/tests/le/test901.pcapng": Expected(
        1, 3, 480, "the second section has version 2.0, which must be refused; the manifest counted through it"),
    "python-pcapng/test_data/test006.ntar": Expected(
        1, 0, None, "the block's length 167 leaves its padding out, the trailing copy is where 168 puts it: read as "
                    "168, nothing is left over; the manifest's script did not round and saw one byte more"),
    "python-pcapng/test_data/test007.ntar": Expected(
        1, 0, None, "as test006.ntar, with the length 139 for 140"),
}


# Records whose sub-second fields are looked at before any row is shown.
LOOKED_AT = 32


def expected(capture: common.Capture) -> Expected:
    entry = capture.manifest
    if capture.name in QUIRKS:
        return QUIRKS[capture.name]
    if "err" in entry:
        offset = max(record.end for record in capture_file.records(capture.contents))
        return Expected(entry["packets"], 3, offset, f"damaged: {entry['err']}")
    return Expected(entry["packets"], 0, None, "a whole capture")


def has_odd_times(capture: common.Capture) -> bool:
    """Whether a sub-second field of the first records of a pcap holds a second or more."""
    packets = [record for record in capture_file.records(capture.contents) if record.kind == "packet"]
    return any(record.fraction is not None and record.fraction * record.unit >= 1_000_000_000
               for record in packets[:LOOKED_AT])


def check_read(options, report: common.Report, capture: common.Capture) -> None:
    want = expected(capture)
    outcome = common.read_csv(options.command, capture.path, "--all-frames", "--columns", "frame_number")
    numbers = [row["frame_number"] for row in outcome.rows()]
    warnings = outcome.warnings
    named = want.offset is None or any(re.search(rf"\b{want.offset}\b", line) for line in warnings)

    def check(column: str, ours: object, theirs: object) -> None:
        report.compare(common.Difference(capture.name, "all", column, str(ours), str(theirs)))

    check("rows", len(numbers), want.rows)
    check("frame numbers", "from 1" if numbers == [str(n + 1) for n in range(len(numbers))] else numbers, "from 1")
    check("exit status", outcome.status, want.status)
    check("warnings", len(warnings), 1 if want.status else 0)
    check("offset in the warning", "named" if named else warnings, "named")
    check("notes of odd times", len(outcome.time_notes), int(has_odd_times(capture)))
    report.count("files")
    report.count("packets", len(numbers))
    if capture.name in QUIRKS or want.status:
        print(f"{capture.name}: {want.rows} rows, exit status {want.status}: {want.reason}")


# What `info` rightly says otherwise than the manifest.
RULES = (
    common.Rule("second section refused",
                ("info: packets", "info: captured_bytes", "info: link types", "info: sections",
                 "info: interfaces of each section"),
                lambda case: case.file.endswith("/test901.pcapng"),
                "the manifest counted through a section of version 2.0"),
    common.Rule("order across interfaces", ("info: time_ordered",),
                lambda case: case.file.endswith(("/difficult/test202.pcapng", "/many_interfaces-1.pcapng")),
                "the manifest looks at the order of time within each interface"),
    common.Rule("time of a damaged record", ("info: time_ordered",),
                lambda case: case.file.endswith("/bug-6875-01/fuzz.pcap"),
                "the manifest looks at the time of the record that is cut"),
)

ORDERS = {"LE": "little-endian", "BE": "big-endian", "BE+LE": "mixed"}
FORMATS = {"pcap-us": "pcap", "pcap-ns": "nanosecond pcap", "pcap-kuznetzov": "modified pcap", "pcapng": "pcapng"}


def facts_of_manifest(capture: common.Capture) -> dict[str, object]:
    """What `info --json` must say, in its own words. Captured bytes and cut packets come from the walk over the file:
    the manifest has them of Enhanced Packet Blocks only."""
    entry = capture.manifest
    packets = [record for record in capture_file.records(capture.contents) if record.kind == "packet"]
    facts = {
        "format": FORMATS[entry["magic"]],
        "byte_order": ORDERS[entry["order"]],
        "file_bytes": entry["size"],
        "packets": entry["packets"],
        "captured_bytes": sum(record.caplen for record in packets),
        "cut_packets": sum(record.caplen < record.length for record in packets),
        "time_ordered": not entry.get("unordered"),
        "link types": entry["dlts"],
        "snaplens": entry["snaplens"] if entry["kind"] == "pcapng" else [entry["snaplen"]],
    }
    if entry["kind"] == "pcapng":
        facts["sections"] = entry["sections"]
        facts["interfaces of each section"] = entry["ifaces"]
        facts["resolutions"] = sorted(f"2^-{n & 127} s" if n & 128 else f"10^-{n} s" for n in entry["tsresol"])
    return facts


def facts_of_info(info: dict) -> dict[str, object]:
    interfaces = info["interfaces"]
    sections = collections.Counter(interface["section"] for interface in interfaces)
    return info | {
        "link types": [interface["link_type"] for interface in interfaces],
        "snaplens": sorted({interface["snaplen"] for interface in interfaces}),
        "resolutions": sorted({interface["time_resolution"] for interface in interfaces}),
        "interfaces of each section": list(sections.values()),
    }


def check_info(options, report: common.Report, capture: common.Capture) -> None:
    want = expected(capture)
    outcome = common.run(options.command, "info", "--json", capture.path)
    report.compare(common.Difference(capture.name, "all", "exit status of info", str(outcome.status), str(want.status)))
    if want.status == 1:
        return
    info = facts_of_info(json.loads(outcome.output))
    for name, value in facts_of_manifest(capture).items():
        report.compare(common.Difference(capture.name, "all", f"info: {name}", str(info.get(name)), str(value)))
    report.compare(common.Difference(capture.name, "all", "info: packets of the interfaces",
                                     str(sum(interface["packets"] for interface in info["interfaces"])),
                                     str(info["packets"])))
    damaged = "told" if info["damage"] else "none"
    report.compare(common.Difference(capture.name, "all", "info: damage", damaged, "told" if want.status else "none"))


def main() -> int:
    options = common.arguments(__doc__)
    report = common.Report(RULES, whole=options.only == "*")
    for capture in common.shared_captures(options):
        if capture.manifest:
            check_read(options, report, capture)
            check_info(options, report, capture)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
