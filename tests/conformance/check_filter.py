#!/usr/bin/env python3
"""The filter compiler against libpcap's: what is refused, how long programs are, and what they say of packets.

Needs a C++ compiler and libpcap with its headers.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

import common

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
PEER = REPOSITORY / "tests" / "filter_peers" / "compare_libpcap.cpp"
SKIPPED = 77
LONGER_AT_MOST = 0.02  # of the shared list


def skip(why: str) -> None:
    print(f"skipped: {why}")
    sys.exit(SKIPPED)


def built(folder: pathlib.Path) -> pathlib.Path:
    """The program that compares, linked with libpcap."""
    compiler = os.environ.get("CXX", "g++").split()
    if shutil.which(compiler[0]) is None:
        skip("no C++ compiler")
    probe = subprocess.run([*compiler, "-x", "c++", "-fsyntax-only", "-"], input="#include <pcap/pcap.h>\n",
                           capture_output=True, text=True)
    if probe.returncode != 0:
        skip("no libpcap headers")
    binary = folder / "compare_libpcap"
    subprocess.run([*compiler, "-std=c++20", "-O1", "-I", str(REPOSITORY / "include"), str(PEER), "-lpcap", "-o",
                    str(binary)], check=True)
    return binary


def captures(shared: pathlib.Path, wanted: int) -> list[str]:
    """Some captures, the same ones in every run, with those of rare link types among them."""
    files = sorted(str(path) for path in (shared / "captures").rglob("*") if path.suffix in (".pcap", ".cap"))
    random.Random(1).shuffle(files)
    return files[:wanted]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--command", type=pathlib.Path, required=True, help="the pcapframe binary")
    parser.add_argument("--shared", type=pathlib.Path, default=REPOSITORY.parent / "shared")
    parser.add_argument("--random", type=int, default=25000 if common.everything() else 2500,
                        help="random expressions")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--packets", type=int, default=60, help="packets for each expression")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        peer = built(pathlib.Path(name))
        files = captures(options.shared, 500) if options.shared.is_dir() else []
        expressions = options.shared / "filters" / "expressions.tsv"
        runs = [["--random", str(options.seed), str(options.random)], ["--qualifiers"]]
        if expressions.is_file():
            runs.insert(0, ["--list", str(expressions)])
        else:
            print("skipped: no ../shared; random expressions over random packets only")
        failed = False
        for run in runs:
            # Of the words before values it is compared which are refused; packets are left to the other runs.
            packets = 0 if run[0] == "--qualifiers" else options.packets
            command = [str(peer), "--packets", str(packets), *run, *(files if packets else [])]
            done = subprocess.run(command, capture_output=True, text=True)
            print(done.stdout, done.stderr, end="")
            failed = failed or done.returncode != 0
            counts = re.search(r"(\d+) accepted by both.*longer than theirs (\d+) times", done.stdout, re.DOTALL)
            if run[0] == "--list" and counts and int(counts[2]) > LONGER_AT_MOST * int(counts[1]):
                print("programs are longer than libpcap's too often")
                failed = True
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
