#!/usr/bin/env python3
"""Filter expressions and catalogs on live captures, next to what tcpdump captures by the same expressions."""

from __future__ import annotations

import pathlib
import subprocess
import sys
import time

import network
from frames import FRAMES, ethernet, ipv4, udp

from harness import Command, has, same

COLUMNS = "src_host,src_port,dst_host,dst_port,protocol,caplen,len,src_mac,dst_mac,ethertype,vlan_id,payload"
# The protochain ones are loops, which run over the records: no kernel takes them.
EXPRESSIONS = ("udp", "tcp port 443", "icmp or icmp6", "arp", "not ip", "vlan", "vlan 10 and udp", "vlan and vlan",
               "ether multicast", "ether broadcast", "inbound", "outbound", "ip[8] = 64 and not tcp", "greater 200",
               "tcp[tcpflags] & tcp-ack != 0", "ip6 protochain 17", "ip protochain 17 and vlan 10", "sctp or esp")
ANY_EXPRESSIONS = ("udp", "ip6", "inbound and udp", "outbound and udp", "arp", "ip protochain 17", "host 10.9.0.2",
                   "link[10] = 0 and ip")
TAGS = (b"\x81\0", b"\x88\xa8")
NET = network.Network()


def reading(command: Command, *words: str, interface: str = "vb") -> list[str]:
    return [str(command.path), "read", "-i", interface, "--format", "csv", "--columns", COLUMNS, *words]


def reference(path: pathlib.Path, expression: str, interface: str = "vb") -> list[str]:
    # It runs filters over its first block by itself, where these two never match: it is asked by its option.
    wanted = {"inbound": ["-Q", "in"], "outbound": ["-Q", "out"]}.get(expression, [expression])
    # Its ring has room for eight packets of the length that it takes without -s.
    return ["tcpdump", "-i", interface, "-n", "-U", "-s", "4096", "--immediate-mode", "-w", str(path), *wanted]


def rows_of(command: Command, path: pathlib.Path, *words: str) -> str:
    done = command("read", path, "--all-frames", "--format", "csv", "--columns", COLUMNS, *words)
    same(done.status, 0)
    return done.output.decode()


def inside(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["ip", "netns", "exec", NET.far, *words], capture_output=True, text=True, check=False,
                          timeout=30)


def test_rows_are_those_of_tcpdump(command: Command, folder: pathlib.Path) -> None:
    for interface, expressions in (("vb", EXPRESSIONS), ("any", ANY_EXPRESSIONS)):
        files = [folder / f"{interface}{i}.pcap" for i in range(len(expressions))]
        ours = [reading(command, "--filter", expression, interface=interface) for expression in expressions]
        theirs = [reference(path, expression, interface) for path, expression in zip(files, expressions)]
        with NET.captures(*ours, *theirs) as running:
            # So many programs take a while to have their filters in place, tcpdump after it is bound.
            time.sleep(1)
            # On "any" tcpdump leaves tags out that the kernel took out; here they are put back.
            NET.send([frame for frame in FRAMES if interface != "any" or frame[12:14] not in TAGS])
            NET.send([ethernet(0x0800, ipv4(17, udp(7)))], NET.far, "vb")
            ends = [one.end(after=0.3 if i == 0 else 0) for i, one in enumerate(running)]
        for (status, output, message), path, expression in zip(ends, files, expressions):
            same((expression, status), (expression, 0))
            same((expression, output), (expression, rows_of(command, path)))
            has(message, " 0 dropped by the kernel")
        assert sum(len(output.splitlines()) > 1 for _, output, _ in ends[: len(ours)]) >= len(ours) - 2


def test_dump_is_tcpdumps(command: Command, folder: pathlib.Path) -> None:
    for number, expression in enumerate(("udp or vlan", "ip protochain 17 and vlan 10")):
        theirs, ours, ng = (folder / f"{number}{name}" for name in ("theirs.pcap", "ours.pcap", "ours.pcapng"))
        dump = [str(command.path), "dump"]
        with NET.captures(reference(theirs, expression), [*dump, str(ours), "vb", "--filter", expression],
                          [*dump, str(ng), "vb", "1000", "--", *expression.split()]) as running:
            NET.send(FRAMES)
            ends = [one.end(after=0.3 if i == 0 else 0) for i, one in enumerate(running)]
        same([status for status, _, _ in ends], [0] * 3)
        wanted = network.pcap_packets(theirs)
        assert wanted
        same(network.pcap_packets(ours), wanted)
        same(rows_of(command, ng), rows_of(command, theirs))
        # Option if_filter (11) of the interface, whose first byte says that a text follows.
        assert b"\x0b\0" + (1 + len(expression)).to_bytes(2, "little") + b"\0" + expression.encode() in ng.read_bytes()


def test_words_after_dashes_and_a_limit(command: Command, folder: pathlib.Path) -> None:
    limited = folder / "limited.pcap"
    with NET.captures(reading(command, "-c", "3", "--", "udp", "and", "not", "vlan"),
                      [str(command.path), "dump", str(limited), "vb", "2", "--", "ip protochain 6"]) as (rows, dump):
        NET.send(FRAMES)
        status, output, _ = rows.end(0)
        same((status, len(output.splitlines())), (0, 4))
        same(dump.end(0)[0], 0)
    same(len(network.pcap_packets(limited)), 2)


def test_expressions_that_are_refused(command: Command, folder: pathlib.Path) -> None:
    path = str(command.path)
    for interface, expression, caret in (("vb", "tcp prt 80", "        ^^^"), ("vb", "ip and arp", "    ^"),
                                         ("vb", "vlan 5000", "^^^^"), ("any", "vlan", "    ^^^^")):
        for words in (["read", "-i", interface], ["dump", str(folder / "no.pcap"), interface]):
            done = inside(path, *words, "--filter", expression)
            same((expression, done.returncode, done.stdout), (expression, 2, ""))
            lines = done.stderr.splitlines()
            same(lines[1], "    " + expression)
            assert lines[2].startswith("    ") and caret in lines[2], done.stderr
    for words, part in ((["--filter", ""], "--filter needs a value"),
                        (["--protocol", "udp", "--filter", "udp"], "not with --protocol")):
        done = inside(path, "dump", str(folder / "no.pcap"), "vb", *words)
        same(done.returncode, 2)
        has(done.stderr, part)
    assert not (folder / "no.pcap").exists()


CATALOG = """\
sources:
  raw_live:
    driver: pcap
    args:
      urlpath: ~
      interface: vb
      chunksize: 10
  udp_live:
    driver: pcap
    args: {interface: vb, protocol: udp, payload: true, timeout: 1500}
  dns_live:
    driver: pcap
    args: {interface: vb, filter: 'port {{ port }}', limit: 2}
    parameters:
      port: {type: int, default: 53}
  cut_live:
    driver: pcap
    args: {interface: vb, max_packet: 50, chunksize: 3, columns: caplen}
"""


def test_the_manuals_catalog(command: Command, folder: pathlib.Path) -> None:
    """Its live example: `raw_live` gives ten rows, those that tcpdump gives, and ends."""
    catalog, wanted = folder / "catalog.yml", folder / "tcpdump.pcap"
    catalog.write_text(CATALOG)
    path = str(command.path)
    read = [path, "read", "--catalog", str(catalog)]
    commands = ([*read, "raw_live"], [*read, "raw_live", "--format", "csv", "--columns", COLUMNS],
                [path, "catalog", "read", str(catalog), "udp_live", "--format", "csv", "--columns", COLUMNS],
                [*read, "dns_live", "--format", "csv"], [*read, "dns_live", "port=80", "--format", "csv", "-c", "1"],
                [*read, "raw_live", "-c", "15"], [*read, "cut_live", "--format", "csv"],
                [*read, "cut_live", "--format", "csv", "-s", "46"])
    with NET.captures(reference(wanted, ""), *commands) as running:
        NET.send(FRAMES)
        tcpdump, *ours = running
        table, rows, by_time, two, one, tables, cut, shorter = (one.end(0) for one in ours)
        tcpdump.end(after=0)
    expected = command("read", wanted, "--format", "csv", "--columns", COLUMNS).output.decode()
    same((rows[0], rows[1].splitlines()), (0, expected.splitlines()[:11]))
    for (status, output, _), count in ((table, 10), (tables, 15)):
        # Without the spaces that right-align the numbers.
        shown = [line.split()[0] for line in output.splitlines() if line.split()[0].isdigit()]
        same((status, output.count("src_host")), (0, (count + 9) // 10))
        same(shown, [str(i) for i in range(count)])
    same(cut[:2], (0, "caplen\n" + "50\n" * 3))
    same(shorter[:2], (0, "caplen\n" + "46\n" * 3))
    same(by_time[0], 0)
    udp_rows = command("read", wanted, "--protocol", "udp", "--format", "csv", "--columns", COLUMNS)
    same(by_time[1], udp_rows.output.decode())
    for (status, output, _), count, port in ((two, 3, ",53,"), (one, 2, ",80,")):
        same((status, len(output.splitlines())), (0, count))
        assert all(port in line for line in output.splitlines()[1:]), output


def test_live_entries_where_files_are_wanted(command: Command, folder: pathlib.Path) -> None:
    (folder / "catalog.yml").write_text(CATALOG)
    done = command("plot", "--catalog", folder / "catalog.yml", "raw_live", "-o", folder / "x.svg")
    same(done.status, 2)
    has(done.message, "'raw_live' captures from an interface: 'pcapframe read' shows it")


if __name__ == "__main__":
    sys.exit(network.run_tests(NET, globals(), "tcpdump"))
