#!/usr/bin/env python3
"""The laws of flows over the shared captures: sums, threads, shuffles, and every column against a slow implementation.

By default a sample of captures; all of them with TEST_ALL=1 in the environment (about 25 minutes).
"""

from __future__ import annotations

import collections
import functools
import ipaddress
import json
import math
import os
import pathlib
import random
import shutil
import struct
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / "command"), str(ROOT / "tests" / "conformance")]

import harness  # noqa: E402
import ip_protocols  # noqa: E402
import slow_flows  # noqa: E402
from harness import Command, has, same, write  # noqa: E402

SHARED = ROOT.parent / "shared" / "captures"
LOCAL = ROOT / "tests" / "data" / "local.pcap"
PACKETS_MAX = 3000  # of a capture that the slow implementation takes
SAMPLED = 120
HOSTS = ("src_host", "dst_host")
TIMES = ("first_time", "last_time")
# What a flow is told apart by, and what no order of reading may change.
ORDERLESS = ("first_time", "last_time", "duration", "src_host", "src_port", "dst_host", "dst_port", "protocol", "state",
             "packets", "bytes", "src_packets", "src_bytes", "dst_packets", "dst_bytes", "end_reason", "direction_by",
             "community_id", "icmp_type", "icmp_code", "icmp_id", "src_ip_bytes", "dst_ip_bytes", "src_payload_bytes",
             "dst_payload_bytes", "src_tcp_flags", "dst_tcp_flags")

slow_flows.know_protocols({ip_protocols.name(number): number for number in range(256)})


@functools.cache
def captures() -> list[pathlib.Path]:
    if not SHARED.is_dir():
        return [LOCAL]
    kinds = (".pcap", ".pcapng", ".cap", ".dmp")
    found = sorted(path for path in SHARED.rglob("*") if path.suffix in kinds)
    if os.environ.get("TEST_ALL"):
        return [LOCAL, *found]
    return [LOCAL, *random.Random(16).sample(found, SAMPLED)]


def table(command: Command, *words: str | pathlib.Path) -> list[dict]:
    """The rows of a command that prints some; damage is no failure."""
    outcome = command(*words, "--format", "jsonl")
    return [json.loads(line) for line in outcome.lines()] if outcome.status in (0, 3) else []


def packets(command: Command, path: pathlib.Path) -> list[dict]:
    return table(command, "read", path, "--columns", ",".join(slow_flows.PACKET_COLUMNS))


def flows(command: Command, path: pathlib.Path, *words: str) -> list[dict]:
    return table(command, "flows", path, "--columns", "all", *words)


def comparable(row: dict) -> dict:
    """A row whose values are equal where they mean the same."""
    made = dict(row)
    for name in HOSTS:
        made[name] = row[name] and ipaddress.ip_address(row[name])
    for name in TIMES:
        if isinstance(row[name], str):
            made[name] = slow_flows.nanoseconds(row[name])
    return made


def same_flow(path: pathlib.Path, got: dict | None, wanted: dict | None) -> None:
    """Means and deviations up to the rounding of their sums, all else exactly."""
    assert got is not None and wanted is not None, (path, got, wanted)
    for name in wanted.keys() | got.keys():
        mine, theirs = got.get(name, "missing"), wanted.get(name, "missing")
        if isinstance(theirs, float) and mine is not None:
            assert math.isclose(mine, theirs, rel_tol=1e-9, abs_tol=1e-4), (path, name, mine, theirs)
        else:
            same((path, got["flow_id"], name, mine), (path, wanted["flow_id"], name, theirs))


def test_sums_are_those_of_the_packets(command: Command, folder: pathlib.Path) -> None:
    for path in captures():
        rows = packets(command, path)
        made = flows(command, path)
        for name, of_packet in (("packets", lambda row: 1), ("bytes", lambda row: row["len"])):
            total = sum(of_packet(row) for row in rows)
            same((path, name, sum(flow[name] for flow in made)), (path, name, total))
            sides = sum(flow[f"src_{name}"] + flow[f"dst_{name}"] for flow in made)
            same((path, name, sides), (path, name, total))


def test_every_column_is_what_its_formula_says(command: Command, folder: pathlib.Path) -> None:
    count = 0
    for path in captures():
        rows = packets(command, path)
        if len(rows) > PACKETS_MAX:
            continue
        mine = {flow["flow_id"]: comparable(flow) for flow in flows(command, path)}
        slow = {flow["flow_id"]: comparable(flow) for flow in slow_flows.flows_of(rows)}
        for number in mine.keys() | slow.keys():
            same_flow(path, mine.get(number), slow.get(number))
        count += len(slow)
    assert count > 0


def random_segments(chance: random.Random, count: int) -> bytes:
    """Two hosts that send again, overlap, leave gaps, wrap around, and break each rule now and then."""
    packets = []
    edges = [chance.choice((0, 2**32 - 300, 2**31 - 50, chance.getrandbits(32))) for _ in range(2)]
    for _ in range(count):
        side = chance.randrange(2)
        flags = chance.choice((16, 16, 16, 24, 24, 2, 18, 17, 4, 20, 1, 3, 6, 0))
        data = bytes(chance.choice((0, 0, 1, 1, 10, 100)))
        seq = (edges[side] + chance.choice((0, 0, 0, 0, -1, 1, 10, 30, -10, -30, -100, -250, 400, 2**31))) % 2**32
        if chance.random() < 0.9:
            edges[side] = (seq + len(data)) % 2**32
        ack = (edges[1 - side] + chance.choice((0, 0, 0, -5, 20))) % 2**32
        window = chance.choice((0, 100, 64240))
        ports = (49153, 443) if side == 0 else (443, 49153)
        packet = harness.ipv4(6, struct.pack(">HHIIHHHH", *ports, seq, ack, 0x5000 | flags, window, 0, 0) + data)
        packets.append(packet if side == 0 else packet[:12] + packet[16:20] + packet[12:16] + packet[20:])
    return harness.pcap(packets)


def test_random_segments_follow_the_formulas(command: Command, folder: pathlib.Path) -> None:
    chance = random.Random(18)
    told = collections.Counter()
    for _ in range(150):
        path = write(folder, "random.pcap", random_segments(chance, chance.choice((3, 10, 40, 400))))
        mine = [comparable(flow) for flow in flows(command, path)]
        slow = [comparable(flow) for flow in slow_flows.flows_of(packets(command, path))]
        same(len(mine), len(slow))
        for got, wanted in zip(sorted(mine, key=lambda flow: flow["flow_id"]), slow):
            same_flow(path, got, wanted)
            told.update(name for name in wanted if wanted[name])
    for name in ("retransmitted_bytes", "out_of_order_packets", "lost_bytes", "rtt_mean", "zero_windows"):
        assert told[f"src_{name}"] > 10 and told[f"dst_{name}"] > 10, (name, told)


def test_short_timeouts_and_few_held_packets_follow_the_same_formulas(command: Command, folder: pathlib.Path) -> None:
    second = slow_flows.SECOND
    rules = slow_flows.Rules(idle=2 * second, active=5 * second, closed=second // 2, reorder=3, by_vlan=True,
                             by_tunnel=True)
    words = ("--idle-timeout", "2", "--active-timeout", "5", "--closed-timeout", "0.5", "--reorder", "3", "--by-vlan",
             "--by-tunnel")
    cut = 0
    for path in captures():
        rows = packets(command, path)
        if len(rows) > PACKETS_MAX:
            continue
        mine = [comparable(flow) for flow in flows(command, path, *words)]
        slow = [comparable(flow) for flow in slow_flows.flows_of(rows, rules)]
        cut += sum(flow["continues"] is not None for flow in slow)
        # Clocks that step back: flows may be found to be idle before their late packets come.
        times = [flow["first_time"] for flow in sorted(slow, key=lambda flow: flow["flow_id"])]
        if times != sorted(times):
            continue
        same(len(mine), len(slow))
        for got, wanted in zip(sorted(mine, key=lambda flow: flow["flow_id"]), slow):
            same_flow(path, got, wanted)
    assert cut > 0 or not SHARED.is_dir()


def records_of(contents: bytes) -> tuple[bytes, list[bytes]]:
    """The header and the records of a little-endian pcap."""
    records, at = [], 24
    while at + 16 <= len(contents):
        length = struct.unpack_from("<I", contents, at + 8)[0]
        if at + 16 + length > len(contents):
            break
        records.append(contents[at:at + 16 + length])
        at += 16 + length
    return contents[:24], records


def shuffled(records: list[bytes], window: int, chance: random.Random) -> list[bytes]:
    """Each window of records in any order."""
    made: list[bytes] = []
    for begin in range(0, len(records), window):
        part = records[begin:begin + window]
        chance.shuffle(part)
        made += part
    return made


def orderless(rows: list[dict]) -> collections.Counter:
    return collections.Counter(tuple(row[name] for name in ORDERLESS) for row in rows)


def test_shuffles_change_no_direction_and_no_count(command: Command, folder: pathlib.Path) -> None:
    chance = random.Random(17)
    tried = 0
    for path in captures():
        contents = path.read_bytes()
        if contents[:4] not in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") or len(contents) > 1 << 20:
            continue
        header, records = records_of(contents)
        if len(records) < 2:
            continue
        wanted = orderless(flows(command, write(folder, "as_it_was.pcap", header + b"".join(records))))
        for window in (2, 50, 500):
            other = write(folder, "shuffled.pcap", header + b"".join(shuffled(records, window, chance)))
            same((path, window, orderless(flows(command, other))), (path, window, wanted))
        tried += 1
    assert tried > 0


def large_capture(folder: pathlib.Path) -> pathlib.Path:
    """Shared Ethernet captures one after the other, more than a reader leaves to one thread."""
    header, all_records = b"", []
    for path in captures():
        contents = path.read_bytes()
        if contents[:4] == b"\xd4\xc3\xb2\xa1" and contents[20:24] == b"\1\0\0\0":
            header, records = records_of(contents)
            all_records += [record for record in records if len(record) < 1 << 16]
    body = b"".join(all_records)
    return write(folder, "large.pcap", header + body * max(1, (24 << 20) // len(body)))


def test_threads_and_windows_give_the_same_bytes(command: Command, folder: pathlib.Path) -> None:
    path = large_capture(folder)
    outcomes = [command("flows", path, "--columns", "all", "--format", "csv", "--threads", str(n)) for n in (1, 2, 16)]
    same([outcome.status for outcome in outcomes], [0, 0, 0])
    same(outcomes[1].output, outcomes[0].output)
    same(outcomes[2].output, outcomes[0].output)
    piped = command("flows", "-", "--columns", "all", "--format", "csv", stdin=path.read_bytes())
    same(piped.output, outcomes[0].output)


def test_the_packets_of_each_flow_are_cut_out(command: Command, folder: pathlib.Path) -> None:
    """All flows together have each frame once, and each as many packets and bytes as its row says."""
    small = [path for path in captures() if path.stat().st_size < 20_000][:8]
    for path in [LOCAL, *small]:
        made = flows(command, path)
        frames: list[int] = []
        for flow in made[:40]:
            rows = table(command, "read", path, "--flow", str(flow["flow_id"]), "--columns", "frame_number,len,time")
            same((path, flow["flow_id"], len(rows), sum(row["len"] for row in rows)),
                 (path, flow["flow_id"], flow["packets"], flow["bytes"]))
            frames += [row["frame_number"] for row in rows]
        same(len(set(frames)), len(frames))
        if len(made) <= 40:
            same(sorted(frames), [row["frame_number"] for row in packets_with_frames(command, path)])
    with_id = next(flow for flow in flows(command, LOCAL) if flow["community_id"] is not None)
    named = [flow for flow in flows(command, LOCAL) if flow["community_id"] == with_id["community_id"]]
    rows = table(command, "read", LOCAL, "--flow", with_id["community_id"])
    same(len(rows), sum(flow["packets"] for flow in named))
    cut = folder / "cut.pcap"
    same(command("read", LOCAL, "--flow", str(with_id["flow_id"]), "-o", cut).status, 0)
    same([flow["packets"] for flow in flows(command, cut)], [with_id["packets"]])


def packets_with_frames(command: Command, path: pathlib.Path) -> list[dict]:
    return table(command, "read", path, "--columns", "frame_number")


def test_a_flow_that_cannot_be_cut_out_is_told(command: Command, folder: pathlib.Path) -> None:
    for words, status, part in (
        ((LOCAL, "--flow", "100000"), 2, "'100000'"),
        ((LOCAL, "--flow", "x"), 2, "flow_id"),
        ((LOCAL, LOCAL, "--flow", "1"), 2, "one file"),
        ((LOCAL, "--flow", "1", "--split", "x"), 2, "--split"),
        ((LOCAL, "--flow", "1", "--at", "inner"), 2, "outermost"),
        (("-", "--flow", "1"), 2, "read twice"),
    ):
        outcome = command("read", *words)
        same((words, outcome.status), (words, status))
        has(outcome.message, part)


def test_a_full_table_ends_the_quietest_and_says_so(command: Command, folder: pathlib.Path) -> None:
    addresses = [bytes([10, 0, i >> 8, i & 255]) for i in range(1000)]
    made = [harness.ipv4(17, struct.pack(">HHHH", 53, 49154, 8, 0)) for _ in addresses]
    made = [packet[:12] + address + packet[16:] for packet, address in zip(made, addresses)]
    path = write(folder, "many.pcap", harness.pcap(made))
    outcome = command("flows", path, "--max-flows", "64", "--columns", "packets,end_reason", "--format", "jsonl")
    rows = [json.loads(line) for line in outcome.lines()]
    same(sum(row["packets"] for row in rows), 1000)
    reasons = collections.Counter(row["end_reason"] for row in rows)
    assert reasons["evicted"] > 900 and reasons["end"] <= 64, reasons
    has(outcome.message, f"{reasons['evicted']} flows were ended because more than 64 were open at once")


def test_formats_and_wrong_words(command: Command, folder: pathlib.Path) -> None:
    for extension in ("csv", "jsonl", "parquet", "arrow", "arrows", "txt"):
        same(command("flows", LOCAL, "-o", folder / f"x.{extension}").status, 0)
        assert (folder / f"x.{extension}").stat().st_size > 0
    for words, part in (
        (("--columns", "scr_host"), "did you mean 'src_host'?"),
        (("--columns", "packets,packets"), "a column named only once"),
        (("--idle-timeout", "0"), "not a number of seconds"),
        (("--max-flows", "0"), "not a number from 1"),
        (("--reorder", "-1"), "not a number from 0"),
    ):
        outcome = command("flows", LOCAL, *words)
        same(outcome.status, 2)
        has(outcome.message, part)
    same(command("flows", "-i", "lo", LOCAL).status, 2)
    has(command("flows", LOCAL, "--filter", "udp", "--columns", "protocol", "--format", "csv").output.decode(), "udp\n")


def test_arrow_and_parquet_have_the_same_values(command: Command, folder: pathlib.Path) -> None:
    try:
        import pyarrow.feather  # noqa: PLC0415
        import pyarrow.parquet  # noqa: PLC0415
    except ImportError:
        print("pyarrow is not installed")
        return
    wanted = flows(command, LOCAL)
    for extension, read in (("parquet", pyarrow.parquet.read_table), ("arrow", pyarrow.feather.read_table)):
        path = folder / f"flows.{extension}"
        same(command("flows", LOCAL, "--columns", "all", "-o", path).status, 0)
        rows = read(path)
        same(rows.column_names, list(wanted[0]))
        for name in rows.column_names:
            if name not in TIMES:
                same((name, rows[name].to_pylist()), (name, [row[name] for row in wanted]))


def test_damage_is_told_and_what_was_before_it_is_counted(command: Command, folder: pathlib.Path) -> None:
    path = write(folder, "cut.pcap", LOCAL.read_bytes()[:-5])
    outcome = command("flows", path, "--format", "jsonl")
    same(outcome.status, 3)
    has(outcome.message, "warning: ")
    counted = sum(json.loads(line)["packets"] for line in outcome.lines())
    same(counted, len(table(command, "read", path)))


def test_community_ids_are_those_of_the_reference(command: Command, folder: pathlib.Path) -> None:
    """communityid of PyPI is the reference implementation of the specification's authors."""
    try:
        import communityid  # noqa: PLC0415
    except ImportError:
        print("communityid is not installed (pip install communityid)")
        return
    name_numbers = {ip_protocols.name(number): number for number in range(256)}
    reference = communityid.CommunityID()
    count = 0
    for path in captures():
        for row in flows(command, path):
            if row["community_id"] is None:
                continue
            ends = [ipaddress.ip_address(row[name]).packed for name in HOSTS]
            ports = (row["src_port"], row["dst_port"])
            if row["icmp_type"] is not None:
                answers = slow_flows.answers_of(row["protocol"])
                ports = (row["icmp_type"], answers.get(row["icmp_type"], row["icmp_code"]))
                if row["icmp_type"] in answers:
                    ports = (row["icmp_type"], 0)
            number = name_numbers[row["protocol"]]
            if ports[0] is None and number in communityid.algo.PORT_PROTOS:
                continue
            wanted = reference.calc(communityid.FlowTuple(number, *ends, *ports))
            same((path, row["community_id"]), (path, wanted))
            count += 1
    assert count > 0


def test_tshark_counts_the_same(command: Command, folder: pathlib.Path) -> None:
    """tshark -z conv has no timeouts and makes one conversation of a connection that is used again: summed by key."""
    if subprocess.run(["which", "tshark"], capture_output=True, check=False).returncode != 0:
        print("tshark is not installed")
        return
    tried = 0
    for path in captures()[:40]:
        for protocol in ("tcp", "udp"):
            ran = subprocess.run(["tshark", "-n", "-o", "ip.defragment:FALSE", "-o", "tcp.desegment_tcp_streams:FALSE",
                                  "-r", path, "-q", "-z", f"conv,{protocol}"], capture_output=True, text=True,
                                 check=False)
            theirs = collections.Counter(tshark_conversations(ran.stdout))
            rows = table(command, "flows", path, "--protocol", protocol, "--columns", "all")
            mine = collections.Counter()
            for row in rows:
                if row["src_port"] is not None:
                    mine[frozenset([(row["src_host"], row["src_port"]), (row["dst_host"], row["dst_port"])])] += \
                        row["packets"]
            # Frames inside frames (tunnels, ICMP errors) are conversations to tshark, too; ours are the outermost.
            for key in mine.keys() & theirs.keys():
                assert mine[key] <= theirs[key], (path, key, mine[key], theirs[key])
                tried += mine[key] == theirs[key]
    assert tried > 20 or not SHARED.is_dir(), tried


def single_flows(command: Command, path: pathlib.Path) -> dict[frozenset, dict]:
    """TCP and UDP flows, by protocol and the two ends, of which there is one each."""
    made: dict[frozenset, list[dict]] = collections.defaultdict(list)
    for row in flows(command, path):
        if row["protocol"] in ("tcp", "udp") and row["src_port"] is not None:
            ends = [(row[f"{side}_host"], row[f"{side}_port"]) for side in ("src", "dst")]
            made[frozenset([row["protocol"], *ends])].append(row)
    return {key: rows[0] for key, rows in made.items() if len(rows) == 1}


def argus_flows(path: pathlib.Path, folder: pathlib.Path) -> dict[frozenset, list[str]]:
    """What argus and ra say of the flows of which there is one record."""
    subprocess.run(["/usr/sbin/argus", "-r", path, "-w", folder / "argus.out"], capture_output=True, check=False)
    ran = subprocess.run(["ra", "-nr", folder / "argus.out", "-p", "6", "-c", ",", "-s", "proto", "saddr", "sport",
                          "daddr", "dport", "pkts", "bytes", "dur", "tcprtt", "synack", "ackdat"],
                         capture_output=True, text=True, check=False)
    (folder / "argus.out").unlink(missing_ok=True)
    made: dict[frozenset, list[list[str]]] = collections.defaultdict(list)
    for line in ran.stdout.splitlines():
        words = line.split(",")
        if words[0] in ("tcp", "udp") and words[2].isdigit() and words[4].isdigit():
            ends = [(words[1], int(words[2])), (words[3], int(words[4]))]
            made[frozenset([words[0], *ends])].append(words[5:])
    return {key: rows[0] for key, rows in made.items() if len(rows) == 1}


def test_argus_says_the_same(command: Command, folder: pathlib.Path) -> None:
    """Packets, bytes, duration and the handshake's times. argus ends flows by other rules, so that of some it counts
    other packets than we do: what is compared are the flows with as many packets. An ICMP error counts to the time
    of the UDP flow that it is about."""
    if not pathlib.Path("/usr/sbin/argus").exists() or not shutil.which("ra"):
        print("argus is not installed (Debian: argus-server, argus-client)")
        return
    equal = collections.Counter()
    for path in captures()[:20]:
        mine, theirs = single_flows(command, path), argus_flows(path, folder)
        for key in mine.keys() & theirs.keys():
            row, (packets_there, size, duration, rtt, syn_ack, ack) = mine[key], theirs[key]
            equal["flows"] += 1
            if row["packets"] != int(packets_there):
                equal["other packets"] += 1
                continue
            same((path, key, row["bytes"]), (path, key, int(size)))
            if row["protocol"] == "tcp":
                assert abs(row["duration"] / 1e9 - float(duration)) < 2e-6, (path, key, row["duration"], duration)
            if row["handshake_time"] is not None and float(rtt) and "T" not in row["history"]:
                for name, value in (("handshake_time", rtt), ("syn_ack_delay", syn_ack), ("ack_delay", ack)):
                    assert abs(row[name] / 1e9 - float(value)) < 2e-6, (path, key, name, row[name], value)
                equal["handshakes"] += 1
    assert equal["flows"] > 10 * equal["other packets"] and equal["handshakes"] > 0, equal


NFSTREAM = """
import nfstream, sys
if __name__ == "__main__":
    for flow in nfstream.NFStreamer(source=sys.argv[1], statistical_analysis=True, n_dissections=0, n_meters=1):
        if flow.protocol in (6, 17):
            print(flow.protocol, flow.src_ip, flow.src_port, flow.dst_ip, flow.dst_port, flow.bidirectional_packets,
                  flow.bidirectional_bytes, flow.bidirectional_min_ps, flow.bidirectional_max_ps,
                  flow.bidirectional_mean_ps, flow.bidirectional_stddev_ps, flow.bidirectional_syn_packets,
                  flow.bidirectional_fin_packets, flow.bidirectional_psh_packets)
"""


def test_nfstream_counts_the_same(command: Command, folder: pathlib.Path) -> None:
    """Of the flows with as many packets: nfstream looks into tunnels, and ends no flow for FIN and RST."""
    python = os.environ.get("NFSTREAM_PYTHON", sys.executable)
    if subprocess.run([python, "-c", "import nfstream"], capture_output=True, check=False).returncode != 0:
        print("nfstream is not installed (pip install nfstream; NFSTREAM_PYTHON names its Python)")
        return
    equal = collections.Counter()
    for path in captures()[:12]:
        ran = subprocess.run([python, "-c", NFSTREAM, path], capture_output=True, text=True, check=False)
        mine = single_flows(command, path)
        for words in map(str.split, ran.stdout.splitlines()):
            ends = [(words[1], int(words[2])), (words[3], int(words[4]))]
            row = mine.get(frozenset([{"6": "tcp", "17": "udp"}[words[0]], *ends]))
            if row is None:
                continue
            equal["flows"] += 1
            if row["packets"] != int(words[5]):
                equal["other packets"] += 1
                continue
            same((path, row["bytes"], row["size_min"], row["size_max"]), (path, *map(int, words[6:9])))
            assert math.isclose(row["size_mean"], float(words[9]), rel_tol=1e-6), (path, row["size_mean"], words[9])
            assert math.isclose(row["size_std"] or 0, float(words[10]), rel_tol=1e-6, abs_tol=1e-6), (path, words)
            if row["protocol"] == "tcp":
                sums = [row[f"src_{flag}_packets"] + row[f"dst_{flag}_packets"] for flag in ("syn", "fin", "psh")]
                same((path, sums), (path, [int(word) for word in words[11:14]]))
    assert equal["flows"] > 10 * equal["other packets"], equal


def tshark_connections(path: pathlib.Path) -> dict[frozenset, dict]:
    """By the two ends: how long tshark says that the handshakes took, and how many packets it takes for sent again."""
    fields = ("ip.src", "ipv6.src", "tcp.srcport", "ip.dst", "ipv6.dst", "tcp.dstport", "tcp.analysis.initial_rtt",
              "tcp.analysis.retransmission")
    ran = subprocess.run(["tshark", "-n", "-o", "ip.defragment:FALSE", "-r", path, "-Y", "tcp", "-T", "fields", "-E",
                          "separator=;", *(word for field in fields for word in ("-e", field))],
                         capture_output=True, text=True, check=False)
    made: dict[frozenset, dict] = collections.defaultdict(lambda: {"handshakes": set(), "again": 0})
    for line in ran.stdout.splitlines():
        source4, source6, source_port, to4, to6, to_port, handshake, again = line.split(";")
        if "," in line:
            continue  # TCP within TCP's payload, or within ICMP
        one = made[frozenset([(source4 or source6, source_port), (to4 or to6, to_port)])]
        one["handshakes"] |= {round(float(handshake) * 1e9)} if handshake else set()
        one["again"] += bool(again)
    return made


def test_tshark_times_the_same_handshakes_and_finds_the_same_retransmissions(command: Command,
                                                                             folder: pathlib.Path) -> None:
    """Where a SYN was sent again tshark counts from the first one; a RST is an answer to it; and whether a packet below
    the highest number is late or sent again it guesses from times, which we do not: few connections differ."""
    if subprocess.run(["which", "tshark"], capture_output=True, check=False).returncode != 0:
        print("tshark is not installed")
        return
    equal = collections.Counter()
    day = 86_400 * slow_flows.SECOND  # tshark reckons with times that are further apart as numbers of 32 bits
    for path in captures():
        mine: dict[frozenset, list[dict]] = collections.defaultdict(list)
        rows = table(command, "flows", path, "--protocol", "tcp", "--columns", "all", "--idle-timeout", "1000000",
                     "--active-timeout", "1000000")
        for row in rows:
            mine[frozenset([(row[f"{side}_host"], str(row[f"{side}_port"])) for side in ("src", "dst")])].append(row)
        theirs = tshark_connections(path) if rows else {}
        for key in mine.keys() & theirs.keys():
            row, other = mine[key][0], theirs[key]
            if len(mine[key]) != 1 or row["duration"] > day:
                continue
            if row["handshake_time"] is not None and other["handshakes"] and "T" not in row["history"]:
                same((path, key, {row["handshake_time"]}), (path, key, other["handshakes"]))
                equal["handshakes"] += 1
            again = row["src_retransmitted_packets"] + row["dst_retransmitted_packets"]
            equal["packets" if again == other["again"] else "differences"] += 1
    if SHARED.is_dir():
        assert equal["handshakes"] > 20 and equal["packets"] > 30 * equal["differences"], equal


def tshark_conversations(text: str) -> dict[frozenset, int]:
    """Frames by the two ends, of lines such as "10.0.0.1:80 <-> 10.0.0.2:9  3 180 bytes  2 120 bytes  5 300 bytes"."""
    made: dict[frozenset, int] = collections.Counter()
    for line in text.splitlines():
        words = line.split()
        if len(words) < 10 or words[1] != "<->":
            continue
        ends = [(host, int(port)) for host, port in (end.rsplit(":", 1) for end in (words[0], words[2]))]
        made[frozenset(ends)] += int(words[9])
    return made


if __name__ == "__main__":
    sys.exit(harness.main(globals()))
