#!/usr/bin/env python3
"""Capture files of other makers, as editcap writes them from one pcap: the same rows, and the times that tshark reads.
Formats that are not read say their name."""

from __future__ import annotations

import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import common

CAPTURE = common.REPOSITORY / "tests" / "data" / "local.pcap"
READ = ("snoop", "netmon1", "netmon2", "nokiapcap", "modpcap", "rh6_1pcap", "suse6_3pcap", "nsecpcap")
NAMED = {"5views": "5View", "lanalyzer": "LANalyzer", "nettl": "nettl", "ngsniffer": "Sniffer (DOS)",
         "ngwsniffer_1_1": "NetXray", "ngwsniffer_2_0": "NetXray", "observer": "Observer", "visual": "Visual Networks",
         "k12text": "K12 text"}
COLUMNS = "frame_number,caplen,len,src_host,dst_host,src_port,dst_port,protocol,payload"


def rows(command: pathlib.Path, path: pathlib.Path, columns: str, *words: str) -> str:
    return subprocess.run([command, "read", path, "--all-frames", "--columns", columns, "--format", "csv", *words],
                          capture_output=True, text=True, check=True).stdout


def tshark_times(path: pathlib.Path, settings: str) -> list[str]:
    words = ["tshark", "-n", "-r", path, "-T", "fields", "-e", "frame.time_epoch"]
    environment = dict(os.environ, TZ="UTC", WIRESHARK_CONFIG_DIR=settings)
    return subprocess.run(words, capture_output=True, text=True, check=True, env=environment).stdout.split()


def our_times(command: pathlib.Path, path: pathlib.Path) -> list[str]:
    times = rows(command, path, "time").splitlines()[1:]
    seconds = subprocess.run(["date", "-u", "-f", "-", "+%s.%N"], input="\n".join(times), capture_output=True,
                             text=True, check=True)
    return seconds.stdout.split()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--command", type=pathlib.Path, required=True, help="the pcapframe binary")
    command = parser.parse_args().command.resolve()
    if shutil.which("editcap") is None or shutil.which("tshark") is None:
        common.skip("no editcap or no tshark")
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for kind in (*READ, *NAMED):
            path = pathlib.Path(folder) / kind
            subprocess.run(["editcap", "-F", kind, CAPTURE, path], check=True, stderr=subprocess.DEVNULL)
            if kind in NAMED:
                outcome = subprocess.run([command, "read", path], capture_output=True, text=True)
                good = outcome.returncode == 1 and NAMED[kind] in outcome.stderr and not outcome.stdout
            else:
                good = rows(command, path, COLUMNS) == rows(command, CAPTURE, COLUMNS)
                good = good and our_times(command, path) == tshark_times(path, folder)
                with path.open("rb") as stream:
                    piped = subprocess.run([command, "read", "-", "--all-frames", "--columns", COLUMNS, "--format",
                                            "csv"], stdin=stream, capture_output=True, text=True, check=True).stdout
                good = good and piped == rows(command, CAPTURE, COLUMNS)
            if not good:
                failed += 1
                print(f"{kind} differs")
    print(f"{len(READ)} formats read, {len(NAMED)} named; {failed} differ")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
