#!/usr/bin/env python3
"""A capture that the codecs' own tools packed, at every level and with every option, gives the rows of the plain one.

Packed are some of the shared captures (--sample N) and one file of their bytes, payloads included, so that
all bytes are compared. And the other way round: what is written compressed, those tools unpack to what is written
plain. What a tool refuses or this machine lacks is said and left out.
"""

from __future__ import annotations

import hashlib
import pathlib
import shutil
import subprocess
import sys
import tempfile

import common

SAMPLE = 20
# Tools and their options: what differs is the shape of blocks, tables, windows and checks.
PACKERS: dict[str, list[list[str]]] = {
    "gzip": [[f"-{level}"] for level in range(1, 10)] + [["-N", "-6"]],
    "libdeflate-gzip": [[f"-{level}"] for level in range(1, 13)],
    "bgzip": [[], ["-l", "9"]],
    "pigz": [["-6"], ["-b", "128", "-i", "-1"], ["-11"]],
    "zstd": [[f"-{level}"] for level in (1, 2, 3, 5, 7, 9, 12, 15, 17, 19)]
    + [["--fast=3"], ["--fast=30"], ["--ultra", "-22"], ["--long=27", "-3"], ["--no-check", "-4"],
       ["-B1024", "-T2", "-1"], ["--no-compress-literals", "-5"], ["--content-size", "-3"]],
    "lz4": [[f"-{level}"] for level in (1, 3, 6, 9, 12)]
    + [["-l", "-9"], ["-B4", "-BD", "-9"], ["-B7", "-BD", "-1"], ["-B5", "-BX"], ["--no-frame-crc"],
       ["--content-size"], ["--fast=5"]],
}
COLUMNS = ("--columns", "frame_number,time,len,payload,src_host,dst_host,protocol,stop", "--all-frames")


def packed(tool: str, options: list[str], plain: bytes) -> bytes | None:
    done = subprocess.run([tool, *options, "-c"], input=plain, capture_output=True)
    return done.stdout if done.returncode == 0 and done.stdout else None


def rows(command: pathlib.Path, path: pathlib.Path | str, stdin: bytes | None = None) -> tuple[int, str]:
    outcome = common.run(command, "read", path, "--format", "csv", *COLUMNS, stdin=stdin, timeout=300)
    return outcome.status, hashlib.sha256(outcome.output).hexdigest()


UNPACKERS = {".gz": [["gzip", "-dc"], ["libdeflate-gzip", "-dc"], ["bgzip", "-dc"]], ".lz4": [["lz4", "-dc"]]}


def written_right(command: pathlib.Path, plain: pathlib.Path, folder: pathlib.Path) -> dict[str, bool]:
    """Whether the packets and the rows of a capture are the same whether written plain or compressed, for each tool."""
    right = {}
    for name, words in (("out.pcapng", ("--all-frames",)), ("out.jsonl", COLUMNS)):
        common.run(command, "read", plain, "-o", folder / name, *words, timeout=300)
        wanted = (folder / name).read_bytes()
        for extension, tools in UNPACKERS.items():
            path = folder / (name + extension)
            common.run(command, "read", plain, "-o", path, *words, timeout=300)
            for tool in tools:
                if shutil.which(tool[0]):
                    done = subprocess.run([*tool, str(path)], capture_output=True)
                    right[f"{tool[0]} of {path.name}"] = (done.returncode, done.stdout) == (0, wanted)
    return right


def joined(captures: list[common.Capture], limit: int) -> bytes:
    """One pcap with the bytes of all captures as its packets: real bytes of all kinds, many of them."""
    body, total = [], 0
    for capture in captures:
        data = capture.path.read_bytes()
        for at in range(0, len(data), 1400):
            piece = b"\x45" + bytes(8) + b"\xfd" + bytes(10) + data[at:at + 1400]
            body.append(total.to_bytes(4, "little") + bytes(4) + len(piece).to_bytes(4, "little") * 2 + piece)
            total += 1
        if total * 1400 > limit:
            break
    head = bytes.fromhex("d4c3b2a1020004000000000000000000ffff040065000000")
    return head + b"".join(body)


def main() -> int:
    options = common.arguments(__doc__, SAMPLE)
    chosen = [c for c in common.shared_captures(options) if c.path.suffix != ".zst"]
    counts = {"passed": 0, "failed": 0}
    with tempfile.TemporaryDirectory(prefix="compressed-") as folder:
        inputs = [(c.name, c.path.read_bytes()) for c in chosen] + [("joined", joined(chosen, 8 << 20))]
        for index, (name, plain) in enumerate(inputs):
            plain_path = pathlib.Path(folder) / "plain"
            plain_path.write_bytes(plain)
            wanted = rows(options.command, plain_path)
            tries = [(tool, words) for tool, ways in PACKERS.items() for words in ways]
            # Every option on the joined file; on each capture some, others on the next.
            tries = tries if name == "joined" else tries[index % 7::7]
            for tool, words in tries:
                if not shutil.which(tool):
                    continue
                data = packed(tool, words, plain)
                if data is None:
                    print(f"{tool} {' '.join(words)}: packs nothing here")
                    continue
                path = pathlib.Path(folder) / "packed"
                path.write_bytes(data)
                same = rows(options.command, path) == wanted and rows(options.command, "-", data) == wanted
                counts["passed" if same else "failed"] += 1
                if not same:
                    print(f"{name}: {tool} {' '.join(words)}: other rows than the plain capture")
            for what, right in written_right(options.command, plain_path, pathlib.Path(folder)).items():
                counts["passed" if right else "failed"] += 1
                if not right:
                    print(f"{name}: {what}: not what is written plain")
    missing = [tool for tool in PACKERS if not shutil.which(tool)]
    if missing:
        print(f"left out, not installed: {', '.join(missing)}")
    print(f"{counts['passed']} passed, {counts['failed']} failed")
    return 1 if counts["failed"] or not counts["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
