"""What tshark says of every frame, kept in a cache so that a second run costs nothing.

One tshark process per capture prints a fixed list of fields, every occurrence of each. `outermost` then reduces them to
the outermost IP header of the frame and to what belongs to it: fields of tunnelled packets and of packets quoted in
ICMP errors come later in the frame, so the n-th occurrence that belongs to the outer header is always the first.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import dataclasses
import gzip
import hashlib
import os
import pathlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterator

import common

FIELDS = (
    "frame.number", "frame.time_epoch", "frame.protocols", "frame.encap_type", "frame.interface_id",
    "frame.interface_name", "frame.len", "frame.cap_len", "eth.src", "eth.dst", "eth.type", "eth.len", "vlan.id",
    "ieee8021ad.id", "vlan.etype", "sll.src.eth", "sll.etype", "null.family", "wlan.sa", "wlan.da", "ip.version",
    "ip.hdr_len", "ip.len", "ip.id", "ip.ttl", "ip.dsfield.dscp", "ip.dsfield.ecn", "ip.frag_offset", "ip.flags.mf",
    "ip.proto", "ip.src", "ip.dst", "ipv6.version", "ipv6.plen", "ipv6.hlim", "ipv6.tclass.dscp", "ipv6.tclass.ecn",
    "ipv6.flow", "ipv6.nxt", "ipv6.src", "ipv6.dst", "ipv6.hopopts.nxt", "ipv6.routing.nxt", "ipv6.fraghdr.nxt",
    "ipv6.fraghdr.offset", "ipv6.fraghdr.more", "ipv6.fraghdr.ident", "ipv6.dstopts.nxt", "mip6.proto", "hip.proto",
    "shim6.nxt", "ah.next_header", "udp.srcport", "udp.dstport", "udp.length", "tcp.srcport", "tcp.dstport",
    "tcp.seq_raw", "tcp.ack_raw", "tcp.flags", "tcp.window_size_value", "tcp.hdr_len", "tcp.len", "sctp.srcport",
    "sctp.dstport", "dccp.srcport", "dccp.dstport", "llc.type", "ppp.protocol", "arp.opcode", "icmp.type", "icmp.code",
    "icmpv6.type", "icmpv6.code", "ip.bogus_ip_length", "ip.bogus_ip_version", "ip.bogus_header_length",
    "ipv6.bogus_ipv6_version", "ipv6.opt.jumbo", "udp.length.bad", "udp.length.bad_zero", "tcp.bogus_header_length",
    "tcp.payload", "udp.payload", "_ws.expert.message",
)

# Nothing may be put together from several frames: a row speaks of the bytes of its own frame.
PREFERENCES = (
    "ip.defragment:FALSE", "ipv6.defragment:FALSE", "tcp.desegment_tcp_streams:FALSE",
    "tcp.analyze_sequence_numbers:FALSE", "tcp.relative_sequence_numbers:FALSE", "ip.use_geoip:FALSE",
    "ipv6.use_geoip:FALSE",
)


@dataclasses.dataclass
class OracleAnswer:
    """The frames of one capture as tshark prints them (one dict of field to list of occurrences per frame), its exit
    status and what it wrote on standard error."""

    frames: list[dict[str, list[str]]]
    status: int
    message: str


class TsharkOracle:
    """Runs tshark over captures and remembers its output by the capture's contents, tshark's version and arguments."""

    def __init__(self, cache: pathlib.Path, fields: tuple[str, ...] = FIELDS, aggregator: str = ","):
        """`aggregator` stands between the occurrences of a field: a character that no value has."""
        self.fields = fields
        self.aggregator = aggregator
        self.program = shutil.which("tshark")
        self.cache = cache
        if self.program is None:
            return
        self.settings = tempfile.TemporaryDirectory(prefix="tshark-settings-")
        self.environment = dict(os.environ, TZ="UTC", LC_ALL="C", WIRESHARK_CONFIG_DIR=self.settings.name)
        self.version = subprocess.run([self.program, "--version"], capture_output=True, text=True, check=True,
                                      env=self.environment).stdout.splitlines()[0]
        cache.mkdir(parents=True, exist_ok=True)

    def arguments(self) -> list[str]:
        arguments = ["-n", "-T", "fields", "-E", "separator=/t", "-E", "occurrence=a"]
        arguments += ["-E", f"aggregator={self.aggregator}"]
        for preference in PREFERENCES:
            arguments += ["-o", preference]
        for field in self.fields:
            arguments += ["-e", field]
        return arguments

    def cached_path(self, capture: pathlib.Path) -> pathlib.Path:
        key = hashlib.sha256(capture.read_bytes())
        key.update("\0".join([self.version, *self.arguments()]).encode())
        return self.cache / (key.hexdigest() + ".tsv.gz")

    def fill(self, capture: pathlib.Path) -> pathlib.Path:
        """Makes sure that the cache holds the answer for this capture and returns its place."""
        place = self.cached_path(capture)
        if place.exists():
            return place
        run = subprocess.run(["nice", self.program, "-r", str(capture), *self.arguments()], capture_output=True,
                             env=self.environment, check=False)
        errors = run.stderr.decode(errors="replace").replace(str(capture), "FILE").splitlines()
        message = " ".join(line for line in errors if not line.startswith("Running as user"))
        whole = f"{run.returncode}\t{message}\n".encode() + run.stdout
        # Written aside and renamed: an interrupted run must not leave half an answer.
        with tempfile.NamedTemporaryFile(dir=self.cache, delete=False) as aside:
            aside.write(gzip.compress(whole, 6))
        os.replace(aside.name, place)
        return place

    def answer(self, capture: pathlib.Path) -> OracleAnswer:
        lines = gzip.decompress(self.fill(capture).read_bytes()).decode(errors="replace").split("\n")
        status, message = lines[0].split("\t", 1)
        frames = []
        for line in lines[1:]:
            if line:
                values = line.split("\t")
                frames.append({name: value.split(self.aggregator) if value else []
                               for name, value in zip(self.fields, values)})
        return OracleAnswer(frames, int(status), message)

    def fill_all(self, captures: list[pathlib.Path], workers: int = 2) -> None:
        with concurrent.futures.ThreadPoolExecutor(workers) as pool:
            list(pool.map(self.fill, captures))

    def answers(self, options: argparse.Namespace) -> Iterator[tuple[common.Capture, OracleAnswer]]:
        """What tshark says of the shared captures that are asked for, but for compressed ones, one after the other.
        Where there is no tshark the script ends, and says so."""
        if self.program is None:
            common.skip("no tshark")
        captures = [capture for capture in common.shared_captures(options) if not capture.compressed]
        self.fill_all([capture.path for capture in captures])
        for capture in captures:
            yield capture, self.answer(capture.path)
