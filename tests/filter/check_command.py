#!/usr/bin/env python3
"""pcapframe filter: the forms in which it prints programs, what it says of mistakes, and its exit status."""

from __future__ import annotations

import argparse
import pathlib
import subprocess
import sys

ARP = """\
(000) ldh      [12]
(001) jeq      #0x806           jt 2\tjf 3
(002) ret      #262144
(003) ret      #0
"""
# arguments, exit status, standard output, standard error
CASES = [
    (["arp"], 0, ARP, ""),
    (["-O", "-d", "-y", "EN10MB", "arp"], 0, ARP, ""),
    (["-y", "1", "-s", "96", "-ddd", "arp"], 0, "4\n40 0 0 12\n21 0 1 2054\n6 0 0 96\n6 0 0 0\n", ""),
    (["-dd", "-y", "RAW", "ip6"], 0,
     "{ 0x30, 0, 0, 0x00000000 },\n{ 0x54, 0, 0, 0x000000f0 },\n{ 0x15, 0, 1, 0x00000060 },\n"
     "{ 0x6, 0, 0, 0x00040000 },\n{ 0x6, 0, 0, 0x00000000 },\n", ""),
    ([], 0, "(000) ret      #262144\n", ""),
    (["--explain", "port", "53", "or", "arp"], 0,
     "any of\n  TCP, UDP or SCTP in IPv4 or IPv6, first fragments only, and the source or destination port is 53\n"
     "  it is arp\n", ""),
    (["tcp", "prt", "80"], 2, "", "pcapframe: filter: 'prt' stands where 'and', 'or' or the end is wanted; did you "
     "mean 'port'?\n    tcp prt 80\n        ^^^\n"),
    (["1 = 2"], 2, "", "pcapframe: filter: no packet can match this expression\n    1 = 2\n    ^^^^^\n"),
    (["-y", "ETHERNT", "ip"], 2, "", "pcapframe: filter: unknown link type 'ETHERNT'; did you mean 'ETHERNET'? "
     "('pcapframe filter --help' says more)\n"),
    (["-s", "0", "ip"], 2, "", "pcapframe: filter: '0' is not a number of bytes (1 or more) ('pcapframe filter --help' "
     "says more)\n"),
    (["--netmask", "255.255", "ip"], 2, "", "pcapframe: filter: '255.255' is not a netmask such as 255.255.255.0 "
     "('pcapframe filter --help' says more)\n"),
]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--command", type=pathlib.Path, required=True)
    command = parser.parse_args().command
    wrong = 0
    for words, status, output, errors in CASES:
        done = subprocess.run([command, "filter", *words], capture_output=True, text=True)
        if (done.returncode, done.stdout, done.stderr) != (status, output, errors):
            print(f"filter {' '.join(words)}: {done.returncode}\n{done.stdout}{done.stderr}")
            wrong += 1
    print(f"{len(CASES)} cases, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
