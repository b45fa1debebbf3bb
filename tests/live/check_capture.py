#!/usr/bin/env python3
"""Live rows next to what tcpdump captures on the same interface at the same time: every kind of frame and filter."""

from __future__ import annotations

import pathlib
import shutil
import signal
import subprocess
import sys
import time

import network
from frames import ALL, FRAMES, ethernet, ipv4, udp

from harness import Command, has, same

COLUMNS = "src_host,src_port,dst_host,dst_port,protocol,caplen,len,src_mac,dst_mac,ethertype,vlan_id,ttl,payload,stop"
PROTOCOLS = ("tcp", "udp", "icmp", "igmp", "icmp6", "sctp", "esp", "gre", "255")
NET = network.Network()


def reading(command: Command, *words: str, interface: str = "vb") -> list[str]:
    return [str(command.path), "read", "-i", interface, "--format", "csv", "--columns", COLUMNS, *words]


def reference(path: pathlib.Path, *words: str) -> list[str]:
    return ["tcpdump", "-i", "vb", "-n", "-U", "-s", "4096", "--immediate-mode", *words, "-w", str(path)]


def rows_of(command: Command, path: pathlib.Path, *words: str) -> str:
    done = command("read", path, "--format", "csv", "--columns", COLUMNS, *words)
    same(done.status, 0)
    return done.output.decode()


def test_rows_are_those_of_tcpdump(command: Command, folder: pathlib.Path) -> None:
    wanted = folder / "tcpdump.pcap"
    filters = [["--protocol", name] for name in PROTOCOLS]
    ours = [reading(command, "--all-frames"), reading(command), *(reading(command, *words) for words in filters)]
    with NET.captures(reference(wanted), *ours) as (tcpdump, *captures):
        NET.send(FRAMES)
        got = [one.end(after=0.3 if i == 0 else 0) for i, one in enumerate(captures)]
        tcpdump.end(after=0)
    same(len(network.pcap_packets(wanted)), len(FRAMES))
    for (status, output, message), words in zip(got, [["--all-frames"], [], *filters]):
        same(status, 0)
        same(output, rows_of(command, wanted, *words))
        has(message, " 0 dropped by the kernel")


def test_bytes_are_those_of_tcpdump(command: Command, folder: pathlib.Path) -> None:
    theirs, ours, ng = folder / "theirs.pcap", folder / "ours.pcap", folder / "ours.pcapng"
    cut = {size: folder / f"{size}.pcap" for size in (1000, 60, 46, 20)}
    dumps = [[str(command.path), "dump", str(path), "vb", "--nano"] for path in (ours, ng)]
    dumps += [[str(command.path), "dump", str(path), "vb", "-s", str(size)] for size, path in cut.items()]
    with NET.captures(reference(theirs), *dumps) as running:
        NET.send(FRAMES)
        ends = [one.end(after=0.3 if i == 0 else 0) for i, one in enumerate(running)]
    same([status for status, _, _ in ends], [0] * 7)
    wanted = network.pcap_packets(theirs)
    same(len(wanted), len(FRAMES))
    same(network.pcap_packets(ours), wanted)
    same(rows_of(command, ng, "--all-frames"), rows_of(command, theirs, "--all-frames"))
    has(ends[1][2], f"{len(FRAMES)} packets captured, {len(FRAMES)} received by the filter, 0 dropped")
    for size, path in cut.items():
        same(network.pcap_packets(path), [(length, packet[:size]) for length, packet in wanted])


def test_directions(command: Command, folder: pathlib.Path) -> None:
    del folder
    words = [str(command.path), "read", "-i", "vb", "--format", "csv", "--columns", "dst_port,direction,interface_name"]
    to_us = subprocess.run(["ip", "netns", "exec", NET.far, "cat", "/sys/class/net/vb/address"], check=True,
                           capture_output=True, text=True).stdout.strip().replace(":", "")
    frames = [ethernet(0x0800, ipv4(17, udp(port)), macs=bytes.fromhex(to) + ALL[6:])
              for port, to in ((1, to_us), (2, "ffffffffffff"), (3, "01005e000001"), (4, "020000000009"))]
    with NET.captures([*words, "-c", "5"]) as (capture,):
        NET.send(frames)
        NET.send([ethernet(0x0800, ipv4(17, udp(5)))], NET.far, "vb")
        status, output, _ = capture.end(0)
    same(status, 0)
    same(output.splitlines()[1:], ["1,in,vb", "2,broadcast,vb", "3,multicast,vb", "4,other,vb", "5,out,vb"])


def test_loopback_once_and_any(command: Command, folder: pathlib.Path) -> None:
    wanted = folder / "any.pcap"
    ping = ["ip", "netns", "exec", NET.far, sys.executable, "-c",
            "import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM);"
            "[s.sendto(b'x', ('127.0.0.1', 1000 + i)) for i in range(1)]"]
    words = [str(command.path), "read", "--format", "csv", "--columns", "src_host,dst_port,protocol,link_type,len",
             "--protocol", "udp"]
    tcpdump = ["tcpdump", "-i", "any", "-n", "-U", "--immediate-mode", "-w", str(wanted), "udp"]
    with NET.captures([*words, "-i", "lo"], [*words, "-i", "any"], tcpdump) as (lo, everything, theirs):
        subprocess.run(ping, check=True)
        NET.send([FRAMES[0], FRAMES[7]])
        lo_rows = lo.end()[1]
        any_rows = everything.end(after=0)[1]
        theirs.end(after=0)
    same(lo_rows.splitlines()[1:], ["127.0.0.1,1000,udp,1,43"])
    same(any_rows, command("read", wanted, "--format", "csv", *words[4:]).output.decode())
    same(len(any_rows.splitlines()), 4)


def test_count_deadline_and_chunks(command: Command, folder: pathlib.Path) -> None:
    del folder
    frames = [ethernet(0x0800, ipv4(17, udp(1 + i))) for i in range(25)]
    table = [str(command.path), "read", "-i", "vb", "--columns", "dst_port"]
    with NET.captures(reading(command, "-c", "7"), reading(command, "--timeout", "1"),
                      [*table, "--chunksize", "10", "-c", "25"], [*table, "--chunksize", "10"],
                      reading(command, "--chunksize", "10"),
                      [*table, "--chunksize", "30", "--timeout", "1"]) as (counted, timed, chunks, one, rows, early):
        NET.send(frames)
        status, output, _ = counted.end(0)
        same((status, len(output.splitlines())), (0, 8))
        status, output, _ = timed.end(0)
        same((status, len(output.splitlines())), (0, 26))
        status, output, _ = chunks.end(0)
        single, ten, cut = one.end(0), rows.end(0), early.end(0)
    same((status, output.count("dst_port")), (0, 3))
    same(output.splitlines()[-1].split(), ["24", "25"])
    # A chunk is all that is read where no number of rows is given, and a time only where one is given.
    same((single[0], single[1].count("dst_port"), single[1].splitlines()[-1].split()), (0, 1, ["9", "10"]))
    same((ten[0], len(ten[1].splitlines())), (0, 11))
    same((cut[0], cut[1].count("dst_port"), cut[1].splitlines()[-1].split()), (0, 1, ["24", "25"]))


def test_a_chunk_takes_as_long_as_its_rows(command: Command, folder: pathlib.Path) -> None:
    """Not one second, as it once was."""
    (folder / "catalog.yml").write_text("sources:\n  live: {driver: pcap, args: {interface: vb, chunksize: 4}}\n"
                                        "  all: {driver: pcap, args: {interface: vb, protocol: udp}}\n")
    words = ["--format", "csv", "--columns", "dst_port", "--catalog", str(folder / "catalog.yml")]
    entry = [str(command.path), "read", *words]
    with NET.captures(reading(command, "--chunksize", "4"), [*entry, "live"], [*entry, "all"]) as running:
        for i in range(4):
            NET.send([ethernet(0x0800, ipv4(17, udp(1 + i)))])
            time.sleep(0.6)
        for one in running[:2]:
            status, output, _ = one.end(0)
            same((status, len(output.splitlines())), (0, 5))
        # An entry that says nothing is a chunk of a hundred.
        NET.send([ethernet(0x0800, ipv4(17, udp(9)))] * 120)
        status, output, _ = running[2].end(0)
        same((status, len(output.splitlines())), (0, 101))


def test_interface_that_goes_away(command: Command, folder: pathlib.Path) -> None:
    dumped = folder / "out.pcapng"
    with NET.captures(reading(command), [str(command.path), "dump", str(dumped), "vb"]) as (rows, dump):
        NET.send(FRAMES)
        NET.ip(NET.far, "link", "del", "vb")
        status, output, message = rows.end(0)
        same(status, 3)
        has(message, "vb: cannot be read: No such device")
        same(dump.end(0)[0], 3)
    NET.remove()
    NET.make()
    same(output, rows_of(command, dumped))


def test_what_cannot_be_captured(command: Command, folder: pathlib.Path) -> None:
    del folder

    def run(*words: str) -> tuple[int, str]:
        inside = ["ip", "netns", "exec", NET.far, *words]
        done = subprocess.run(inside, capture_output=True, text=True, check=False, timeout=30)
        return done.returncode, done.stderr

    path = str(command.path)
    status, message = run(path, "read", "-i", "vbb")
    same(status, 2)
    has(message, "unknown interface 'vbb'; did you mean 'vb'?")
    status, message = run(path, "read", "-i", "vb", "x.pcap")
    same(status, 2)
    NET.ip(NET.far, "link", "set", "vb", "down")
    status, message = run(path, "dump", "/dev/null", "vb")
    same((status, message.strip()), (1, "pcapframe: vb: cannot be opened: Network is down"))
    NET.ip(NET.far, "link", "set", "vb", "up")
    if not shutil.which("setpriv"):
        return
    status, message = run("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", path, "read", "-i", "vb")
    if "setpriv" in message:
        return  # the command itself is where only root may look
    same(status, 1)
    has(message, "vb: cannot be opened (needs CAP_NET_RAW): Operation not permitted; this grants it: ")
    has(message, "sudo setcap cap_net_raw=ep ")


def test_a_signal_ends_it_and_loses_nothing(command: Command, folder: pathlib.Path) -> None:
    del folder
    for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        with NET.captures(reading(command, "--all-frames")) as (capture,):
            NET.send(FRAMES)
            status, output, message = capture.end(ending, after=0)
        same((status, len(output.splitlines())), (0, 1 + len(FRAMES)))
        has(message, f"{len(FRAMES)} rows, {len(FRAMES)} packets captured")


if __name__ == "__main__":
    sys.exit(network.run_tests(NET, globals(), "tcpdump"))
