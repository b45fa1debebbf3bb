#!/usr/bin/env python3
"""Captures cut at every byte and captures with flipped bits: never a signal, never a hang, and the rows before a cut
are exactly the rows of the whole file up to there."""

from __future__ import annotations

import concurrent.futures
import csv
import io
import pathlib
import random
import subprocess
import sys
import tempfile

import capture_file
import common

# Small captures that between them hold every format, byte order and kind of block.
CUT = (
    "arkime/tests/pcap/bigendian.pcap",
    "arkime/tests/pcap/ipv6-gtp6.pcap",
    "fpcap/tracefiles/fritzbox-ip.pcap",
    "suricata-verify/tests/decode-unknown-1/input.pcap",
    "tcpdump/tests/LINKTYPE_PKTAP.pcap",
    "tcpdump/tests/tcp-handshake-nano.pcap",
    "pcapng-test-generator/output_be/basic/test006.pcapng",
    "pcapng-test-generator/output_le/basic/test009.pcapng",
    "pcapng-test-generator/output_be/basic/test012.pcapng",
    "pcapng-test-generator/output_le/difficult/test202.pcapng",
    "python-pcapng/test_data/test006-fixed.ntar",
    "python-pcapng/test_data/test008.ntar",
)
# Every this-many-th small capture is read with flipped bits, so many times.
FLIPPED_EVERY = 1 if common.everything() else 9
FLIPPED_BYTES_MAX = 3000
FLIPS_PER_FILE = 60
# Every this-many-th cut is read through a pipe too.
PIPED_EVERY = 5
SEED = 20240229
SECONDS_MAX = 20
WORDS = ("--all-frames", "--format", "csv", "--no-progress", "--columns")


class Damage:
    """Reads damaged copies of a capture and records what is wrong with the answers."""

    def __init__(self, command: pathlib.Path, report: common.Report, folder: pathlib.Path):
        self.command = command
        self.report = report
        self.folder = folder
        columns = common.column_names(command)
        self.width = len(columns)
        self.words = [*WORDS, ",".join(columns)]

    def read(self, label: str, contents: bytes) -> common.Outcome | None:
        """The command's answer to these bytes, None (and a difference) when it hangs."""
        self.report.count("damaged copies")
        with tempfile.NamedTemporaryFile(dir=self.folder) as file:
            file.write(contents)
            file.flush()
            try:
                return common.run(self.command, "read", file.name, *self.words, timeout=SECONDS_MAX)
            except subprocess.TimeoutExpired:
                self.check(label, "end", "runs on", f"within {SECONDS_MAX} s")
                return None

    def check(self, label: str, what: str, ours: str, theirs: str) -> None:
        self.report.compare(common.Difference(label, "all", what, ours, theirs))

    def cut(self, name: str, contents: bytes) -> None:
        whole = common.run(self.command, "read", "-", *self.words, stdin=contents)
        lines = whole.output.splitlines(keepends=True)
        ends = [record.end for record in capture_file.records(contents) if record.kind == "packet"]
        self.check(name, "rows", str(len(lines) - 1), str(len(ends)))
        boundaries = capture_file.boundaries(contents)
        for size in range(len(contents)):
            label = f"{name} cut to {size}"
            outcome = self.read(label, contents[:size])
            if outcome is None:
                continue
            rows = sum(end <= size for end in ends)
            self.check_cut(label, outcome, lines[:rows + 1], size, boundaries)
            if size % PIPED_EVERY == 0:
                piped = common.run(self.command, "read", "-", *self.words, stdin=contents[:size], timeout=SECONDS_MAX)
                same = (piped.output, piped.status) == (outcome.output, outcome.status)
                self.check(label, "rows and status through a pipe", "the same" if same else "others", "the same")

    def check_cut(self, label: str, outcome: common.Outcome, rows: list[bytes], size: int,
                  boundaries: list[int]) -> None:
        """`rows` are the header line and the lines of the records that the cut left whole."""
        if size < boundaries[0]:
            # A part of the file's header: too little to be a capture at all (1), or a capture that is cut (3).
            allowed, written = ("1", "3") if size >= 4 else ("1",), (b"", rows[0])
        else:
            allowed, written = ("0",) if size in boundaries else ("3",), (b"".join(rows),)
        self.check_one_of(label, "exit status", str(outcome.status), allowed)
        self.check(label, "warnings", str(len(outcome.warnings)), "0" if outcome.status == 0 else "1")
        self.check_one_of(label, "rows", outcome.output.decode(), tuple(text.decode() for text in written))

    def check_one_of(self, label: str, what: str, ours: str, allowed: tuple[str, ...]) -> None:
        self.check(label, what, ours, ours if ours in allowed else " or ".join(allowed))

    def flip(self, name: str, contents: bytes) -> None:
        generator = random.Random(f"{SEED} {name}")
        for _ in range(FLIPS_PER_FILE):
            bits = [generator.randrange(len(contents) * 8) for _ in range(generator.choice((1, 1, 2, 8, 64)))]
            damaged = bytearray(contents)
            for bit in bits:
                damaged[bit // 8] ^= 1 << bit % 8
            label = f"{name} with bits {bits[:8]} flipped"
            outcome = self.read(label, bytes(damaged))
            if outcome is None:
                continue
            self.check_one_of(label, "exit status", str(outcome.status), ("0", "1", "3"))
            self.check(label, "warnings", str(len(outcome.warnings)), "0" if outcome.status == 0 else "1")
            self.check_one_of(label, "notes of odd times", str(len(outcome.time_notes)), ("0", "1"))
            lines = list(csv.reader(io.StringIO(outcome.output.decode(), newline="")))
            widths = sorted({len(line) for line in lines} | {self.width})
            self.check(label, "columns of a row", str(widths), str([self.width]))


def main() -> int:
    options = common.arguments(__doc__)
    report = common.Report()
    captures = common.shared_captures(options)
    small = [capture for capture in captures if 24 < len(capture.contents) <= FLIPPED_BYTES_MAX]
    with tempfile.TemporaryDirectory(prefix="damage-") as folder:
        damage = Damage(options.command, report, pathlib.Path(folder))
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            cuts = [pool.submit(damage.cut, capture.name, capture.contents) for capture in captures
                    if capture.name in CUT]
            flips = [pool.submit(damage.flip, capture.name, capture.contents) for capture in small[::FLIPPED_EVERY]]
            for job in cuts + flips:
                job.result()
    report.counts["files cut at every byte"] = len(cuts)
    report.counts["files with flipped bits"] = len(flips)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
