"""Which frames of a capture a tcpdump filter takes.

tcpdump numbers no frames when it filters, but writes the ones it takes: a filter sees only a frame's bytes and its
length on the wire, so a frame was taken exactly if the same bytes with the same length were written.
"""

from __future__ import annotations

import re
import shutil
import subprocess

import capture_file
import common

# With each `vlan` the offsets of what follows move on, so the tagged cases come last and inside one another.
TAGS_MAX = 3

# A line of `tcpdump -n -q -t --number`: the frame's number, perhaps a tag of a switch, addresses with ports.
PRINTED_IP = re.compile(r" *(\d+)  (?:(?:BRCM|DSA|EDSA) .*, )?IP6? (?:truncated-ip6? - \d+ bytes missing!)?"
                        r"(\S+) > (\S+):")


class TcpdumpOracle:
    def __init__(self) -> None:
        self.program = shutil.which("tcpdump")

    def written(self, capture: common.Capture, expression: str) -> tuple[bool, bytes]:
        """Whether tcpdump came to the end, and the capture file that it wrote of the frames it took."""
        done = subprocess.run([self.program, "-n", "-r", str(capture.path), "-w", "-", expression],
                              capture_output=True, check=False)
        return done.returncode == 0, done.stdout

    def count(self, capture: common.Capture) -> int | None:
        """The packets of a capture that tcpdump reads to its end, None of others."""
        done = subprocess.run([self.program, "--count", "-r", str(capture.path)], capture_output=True, text=True,
                              check=False)
        return int(done.stdout.split()[0]) if done.returncode == 0 else None

    def taken(self, capture: common.Capture, expression: str) -> list[bool] | None:
        """For each frame, as far as tcpdump reads the file, whether the filter takes it; None when tcpdump does not
        know the link type or cannot compile the filter for it."""
        complete, output = self.written(capture, expression)
        if not complete and not output:
            return None
        # libpcap cuts a frame off at the snaplen that the file's header claims.
        snaplen = capture.manifest.get("snaplen") or 1 << 30
        taken = {(output[record.data:record.data + record.caplen], record.length)
                 for record in capture_file.records(output)}
        frames = [record for record in capture_file.records(capture.contents) if record.kind == "packet"]
        if not complete:
            reached = list(capture_file.records(self.written(capture, "")[1]))
            frames = frames[:len(reached)]
        return [(capture.contents[record.data:record.data + min(record.caplen, snaplen)], record.length) in taken
                for record in frames]


    def printed(self, capture: common.Capture) -> dict[int, tuple[str, str | None, str, str | None]]:
        """Addresses and ports of the frames that tcpdump prints as IP, by frame number. For link types that it prints
        but has no filters for."""
        done = subprocess.run([self.program, "-n", "-q", "-t", "--number", "-r", str(capture.path)],
                              capture_output=True, check=False)
        found = {}
        for line in done.stdout.decode(errors="replace").splitlines():
            if match := PRINTED_IP.match(line):
                number, source, destination = match.groups()
                found[int(number)] = (*host_and_port(source), *host_and_port(destination))
        return found


def host_and_port(text: str) -> tuple[str, str | None]:
    """Splits "192.0.2.1.53" and "2001:db8::1.53"; the port is None where there is none."""
    dots = 0 if ":" in text else 3
    if text.count(".") > dots:
        host, port = text.rsplit(".", 1)
        return host, port
    return text, None


def tagged(expression: str, tags: int = TAGS_MAX) -> str:
    """The expression, for frames with up to this many VLAN tags too."""
    if tags == 0:
        return f"({expression})"
    return f"({expression}) or (vlan and ({tagged(expression, tags - 1)}))"
