#!/usr/bin/env python3
"""`flows -i`: the flows of an interface are those of the same packets in a file, and come as they end."""

from __future__ import annotations

import collections
import pathlib
import sys
import time

import network
from frames import FRAMES, ethernet, ipv4, udp

from harness import Command, has, same

COLUMNS = "src_host,src_port,dst_host,dst_port,protocol,state,packets,bytes,end_reason,community_id"
NET = network.Network()


def flows(command: Command, *words: str) -> list[str]:
    return [str(command.path), "flows", "-i", "vb", "--format", "csv", "--columns", COLUMNS, *words]


def test_flows_are_those_of_a_file_of_the_same_packets(command: Command, folder: pathlib.Path) -> None:
    path = folder / "same.pcap"
    theirs = ["tcpdump", "-i", "vb", "-n", "-U", "-s", "4096", "--immediate-mode", "-w", str(path)]
    with NET.captures(flows(command), theirs) as running:
        NET.send(FRAMES)
        ends = [one.end(after=0.3 if i == 0 else 0) for i, one in enumerate(running)]
    same([status for status, _, _ in ends], [0, 0])
    wanted = command("flows", path, "--format", "csv", "--columns", COLUMNS)
    assert len(wanted.lines()) > 3, wanted.message
    # Packets of one frame list have nearly the same time: what ends with the input comes in the order of times.
    same(collections.Counter(ends[0][1].splitlines()), collections.Counter(wanted.lines()))
    has(ends[0][2], f"vb: {len(wanted.lines()) - 1} flows, ")


def test_a_flow_comes_when_it_is_idle_and_not_at_the_end(command: Command, folder: pathlib.Path) -> None:
    out = folder / "flows.csv"
    with NET.captures(flows(command, "--idle-timeout", "0.5", "-o", str(out))) as running:
        NET.send([ethernet(0x0800, ipv4(17, udp(7)))])
        end = time.monotonic() + network.WAIT_SECONDS
        while not (out.exists() and ",idle," in out.read_text()):
            assert time.monotonic() < end, out.read_text() if out.exists() else "nothing was written"
            time.sleep(0.05)
        status, _, message = running[0].end()
    same(status, 0)
    has(message, "vb: 1 flows, ")


def test_the_limit_is_one_of_packets(command: Command, folder: pathlib.Path) -> None:
    with NET.captures(flows(command, "-c", "2", "--filter", "udp port 7 or udp port 9")) as running:
        NET.send([ethernet(0x0800, ipv4(17, udp(7)))] * 3)
        status, output, _ = running[0].end(by=0)
    same(status, 0)
    same([line.split(",")[6] for line in output.splitlines()[1:]], ["2"])


if __name__ == "__main__":
    sys.exit(network.run_tests(NET, globals(), "tcpdump"))
