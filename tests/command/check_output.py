#!/usr/bin/env python3
"""What is written where: formats, files, options of read, info, columns, help and version."""

from __future__ import annotations

import csv
import io
import json
import pathlib
import re
import subprocess
import sys

import harness
from harness import Command, has, same, write

ARP = harness.ethernet(0x0806, bytes(28))
MIXED = harness.pcap(
    [
        harness.ethernet(0x0800, harness.udp(b"one")),
        ARP,
        harness.ethernet(0x0800, harness.tcp(b"two")),
        harness.ethernet(0x0800, harness.ipv4(1, b"\x08\0\0\0\0\1\0\2")),
    ],
    harness.ETHERNET,
)
HEADER = "time,src_host,src_port,dst_host,dst_port,protocol"


def test_a_capture_is_not_written_over(command: Command, folder: pathlib.Path) -> None:
    capture = write(folder, "a.pcap", MIXED)
    (folder / "link.svg").symlink_to(capture)
    (folder / "same.csv").hardlink_to(capture)
    for words in (
        ("read", capture, "-o", capture),
        ("read", capture, "--format", "csv", "-o", capture),
        ("read", capture, "--format", "parquet", "-o", capture),
        ("read", capture, "-o", folder / "same.csv"),
        ("plot", capture, "-o", folder / "link.svg"),
    ):
        outcome = command(*words)
        same((outcome.status, outcome.output), (2, b""))
        has(outcome.message, f"'{words[-1]}' is not another file than the captures that are read")
        same(capture.read_bytes(), MIXED)


def test_the_table_is_the_default(command: Command, folder: pathlib.Path) -> None:
    outcome = command("read", write(folder, "a.pcap", MIXED))
    same(
        outcome.output.decode(),
        """\
                        time   src_host  src_port      dst_host  dst_port protocol
0 2018-01-09 08:16:12.000000  192.0.2.1        53  198.51.100.2     49154      udp
1 2018-01-09 08:16:12.002000  192.0.2.1     49153  198.51.100.2       443      tcp
2 2018-01-09 08:16:12.003000  192.0.2.1      <NA>  198.51.100.2      <NA>     icmp
""",
    )


def test_csv_and_jsonl(command: Command, folder: pathlib.Path) -> None:
    path = write(folder, "a.pcap", MIXED)
    rows = list(csv.DictReader(io.StringIO(command("read", path, "--format", "csv", "--payload").output.decode())))
    same([row["protocol"] for row in rows], ["udp", "tcp", "icmp"])
    same(
        rows[0],
        {
            "time": "2018-01-09T08:16:12.000000000Z",
            "src_host": "192.0.2.1",
            "src_port": "53",
            "dst_host": "198.51.100.2",
            "dst_port": "49154",
            "protocol": "udp",
            "payload": b"one".hex(),
        },
    )
    same(rows[2]["src_port"], "")
    objects = [json.loads(line) for line in command("read", path, "--format", "jsonl", "--payload").lines()]
    for row, found in zip(rows, objects, strict=True):
        same({key: "" if value is None else str(value) for key, value in found.items()}, row)


def test_options_of_read(command: Command, folder: pathlib.Path) -> None:
    path = write(folder, "a.pcap", MIXED)

    def rows(*words: str) -> list[str]:
        outcome = command("read", path, "--format", "csv", *words)
        same((outcome.status, outcome.message), (0, ""))
        return outcome.lines()[1:]

    same(rows("--columns", "frame_number,protocol"), ["1,udp", "3,tcp", "4,icmp"])
    same(rows("--columns", "frame_number,protocol", "--all-frames"), ["1,udp", "2,arp", "3,tcp", "4,icmp"])
    same(rows("--columns=frame_number", "--protocol=tcp"), ["3"])
    same(rows("--columns", "frame_number", "--protocol", "17"), ["1"])
    same(rows("--columns", "frame_number", "-c", "2"), ["1", "3"])
    same(rows("--columns", "frame_number", "-c1"), ["1"])
    same(len(rows("--protocol", "igrp")), 0)
    same(rows("--columns", "protocol,frame_number", "-c", "1"), ["udp,1"])
    same(command("read", path, "--columns", "stop", "--format", "csv").lines()[0], "stop")
    same(rows("--columns", "frame_number,protocol", "--filter", "arp or icmp"), ["2,arp", "4,icmp"])
    same(rows("--columns", "frame_number", "--protocol", "udp or tcp"), ["1", "3"])
    same(rows("--columns", "frame_number", "--", "not", "udp"), ["2", "3", "4"])


def test_files_patterns_and_their_order(command: Command, folder: pathlib.Path) -> None:
    write(folder, "b.pcap", harness.pcap([harness.udp()]))
    write(folder, "a.pcap", harness.pcap([harness.tcp()]))
    words = ("--format", "csv", "--columns", "protocol")
    same(command("read", "*.pcap", *words, cwd=folder).lines(), ["protocol", "tcp", "udp"])
    same(command("read", "b.pcap", "a.pcap", *words, cwd=folder).lines(), ["protocol", "udp", "tcp"])
    has(command("read", "b.pcap", "a.pcap", cwd=folder).output.decode(), "\n1 2018")


def test_output_files_by_their_extension(command: Command, folder: pathlib.Path) -> None:
    path = write(folder, "a.pcap", MIXED)
    for name, begin in (("o.csv", "time,"), ("o.jsonl", '{"time":'), ("o.txt", "     "), ("O.CSV", "time,")):
        out = folder / name
        outcome = command("read", path, "-o", out)
        same((outcome.status, outcome.output, outcome.message), (0, b"", ""))
        assert out.read_text().startswith(begin), out.read_text()
    command("read", path, "-o", folder / "o.csv", "--format", "jsonl")
    assert (folder / "o.csv").read_text().startswith("{")
    same(command("read", path, "-o", "-", "--format", "csv").lines()[0], HEADER)


def test_an_extension_that_is_not_known_is_refused(command: Command, folder: pathlib.Path) -> None:
    path = write(folder, "a.pcap", MIXED)
    entry = write(folder, "c.yml", f"sources: {{a: {{driver: pcap, args: {{urlpath: '{path}'}}}}}}".encode())
    rows = ".txt, .csv, .tsv, .jsonl, .parquet, .arrow, .arrows, .pcap, .cap, .pcapng or .ntar"
    for name in ("o.xml", "o.csv.bz2", "o.hdf", "o", "csv", ".x"):
        for words in (("read", path), ("read", "--catalog", entry, "a"), ("read", path, "--all")):
            outcome = command(*words, "-o", folder / name)
            same((outcome.status, outcome.output), (2, b""))
            has(outcome.message, f"{name}' is not a file name that ends in {rows} (or name a format)")
            assert not (folder / name).exists()
    command("read", path, "-o", folder / "o.json", "--format", "jsonl")
    assert (folder / "o.json").read_text().startswith("{")
    outcome = command("plot", path, "-o", folder / "o.png")
    same(outcome.status, 2)
    has(outcome.message, "o.png' is not a file name that ends in .html, .svg or .json (or name a format)")
    same(command("plot", path, "-o", folder / "O.SVG").status, 0)
    for words in ((folder / "o.csv", "lo"), (folder / "day-%H.%M", "lo", "-G", "5")):
        outcome = command("dump", *words, "--timeout", "0.1")
        same(outcome.status, 2)
        has(outcome.message, "' is not a file name that ends in .pcap, .cap, .pcapng or .ntar (or name a format)")


def test_long_tables(command: Command, folder: pathlib.Path) -> None:
    path = write(folder, "a.pcap", harness.pcap([harness.udp()] * 61))
    lines = command("read", path).lines()
    same((len(lines), lines[-1]), (1 + 5 + 1 + 5 + 2, "[61 rows x 6 columns]"))
    lines = command("read", path, "--all").lines()
    same((len(lines), lines[-1][:2]), (62, "60"))
    same(len(command("read", path, "-c", "60").lines()), 61)


def test_a_reader_that_leaves_is_no_error(command: Command, folder: pathlib.Path) -> None:
    path = write(folder, "a.pcap", harness.pcap([harness.udp(bytes(100))] * 50_000))
    for words in (["--format", "csv"], ["--format", "jsonl", "--payload"], ["--all"]):
        with subprocess.Popen(
            [str(command.path), "read", str(path), *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as run:
            assert run.stdout is not None and run.stderr is not None
            assert run.stdout.readline()
            run.stdout.close()
            same(run.stderr.read(), b"")
        same(run.returncode, 0)


def test_info(command: Command, folder: pathlib.Path) -> None:
    path = write(folder, "a.pcap", MIXED)
    facts = json.loads(command("info", "--json", path).output)
    same((facts["format"], facts["version"], facts["byte_order"]), ("pcap", "2.4", "little-endian"))
    same((facts["packets"], facts["file_bytes"], facts["damage"]), (4, len(MIXED), None))
    same(
        (facts["first_time"], facts["last_time"]), ("2018-01-09T08:16:12.000000000Z", "2018-01-09T08:16:12.003000000Z")
    )
    same(facts["duration_seconds"], 0.003)
    same((facts["interfaces"][0]["link_type"], facts["interfaces"][0]["packets"]), (1, 4))
    text = command("info", path).output.decode()
    has(text, "ETHERNET (1)")
    assert re.search(r"^packets +4$", text, re.MULTILINE), text
    assert re.search(r"^damage +none$", text, re.MULTILINE), text
    named = write(folder, "b.pcapng", harness.pcapng([harness.udp()] * 3, name="eth\x1b0"))
    both = command("info", path, named)
    same(both.status, 0)
    has(both.output.decode(), "\n\nfile ")
    has(both.output.decode(), "eth\\x1b0")
    facts = [json.loads(line) for line in command("info", "--json", path, named).lines()]
    same((facts[1]["format"], facts[1]["interfaces"][0]["name"], facts[1]["packets"]), ("pcapng", "eth\x1b0", 3))
    missing = command("info", folder / "missing", path)
    same(missing.status, 1)
    has(missing.output.decode(), "packets")


def test_nothing_in_a_capture_or_its_name_reaches_a_terminal_raw(command: Command, folder: pathlib.Path) -> None:
    hostile = "\x1b]0;x\x07\x1b[31m\u009b2J\r"
    shown = "\\x1b]0;x\\x07\\x1b[31m\\xc2\\x9b2J\\x0d"
    named = write(folder, f"{hostile}.pcapng", harness.pcapng([harness.udp()], name=hostile))
    cut = write(folder, f"{hostile}cut.pcapng", named.read_bytes()[:-2])
    runs = [
        command("info", named),
        command("read", named, "--columns", "interface_name"),
        command("read", named, "--columns", "interface_name", "--all"),
        command("info", cut),
        command("read", cut),
        command("read", folder / f"{hostile}none"),
        command("read", named, "--columns", hostile),
        command("read", named, "--format", hostile),
        command("read", named, "-o", folder / f"{hostile}.json"),
        command("plot", named, "-o", folder / f"{hostile}.json.x"),
        command("catalog", "list", folder / f"{hostile}.yml"),
        command("plan", folder / f"{hostile}none"),
        command("export", named, folder / hostile / "x", "-c", "1"),
        command("dump", folder / "x.pcap", hostile),
        command(hostile),
        command("read", f"--{hostile}"),
        command("read", named, "--filter", f"tcp {hostile}"),
    ]
    for run in runs:
        text = run.output.decode() + run.message
        for raw in ("\x1b", "\x07", "\x9b", "\r"):
            assert raw not in text, (raw, text)
    for run in runs[:8]:
        has(run.output.decode() + run.message, "\\x1b]0;x\\x07")
    has(runs[0].output.decode(), shown)


FAR = 2**63 - 1
EARLIEST = -9_223_372_036 * 10**9


def test_times_as_far_apart_as_times_can_be(command: Command, folder: pathlib.Path) -> None:
    path = write(folder, "a.pcapng", harness.timed_pcapng([EARLIEST, FAR, 0, None, -1]))
    text = command("info", path).output.decode()
    has(text, "\nduration         18446744072.854775807 s\n")
    assert re.search(r"^mean rate +0 B/s$", text, re.MULTILINE), text
    facts = json.loads(command("info", "--json", path).output)
    same(facts["duration_seconds"], 18446744072.854775807)
    for kind in ("overview", "timeline"):
        drawn = command("plot", path, "--kind", kind, "-o", "-", "--format", "json")
        same((drawn.status, drawn.message), (0, ""))
        numbers = json.loads(drawn.output)
        same(numbers["duration_ns"], FAR - EARLIEST)
        same(sum(interval["packets"] for interval in numbers["timeline"]["intervals"]), 4)
        assert command("plot", path, "--kind", kind, "-o", "-", "--format", "svg").output.startswith(b"<svg")
    days = ("1677-09-21", "2262-04-11", "1970-01-01", "1969-12-31", "__HIVE_DEFAULT_PARTITION__")
    folders = {f"date={day}" for day in days}
    for key in ("date", "hour"):
        same(command("export", path, folder / key, "--partition-by", key, "--columns", "time").status, 0)
        same({path.name for path in (folder / key).glob("date=*")}, folders)


def test_a_packet_without_a_time_has_none_in_a_copy(command: Command, folder: pathlib.Path) -> None:
    times = [None, 1_700_000_000_123_456_789, None, -1, None]
    path = write(folder, "a.pcapng", harness.timed_pcapng(times))

    def times_of(file: pathlib.Path) -> list[str]:
        return command("read", file, "--format", "csv", "--columns", "time,len").lines()[1:]

    wanted = times_of(path)
    same([row.startswith(",") for row in wanted], [time is None for time in times])
    for words in ((), ("--filter", "udp")):
        copied = command("read", path, "-o", folder / "b.pcapng", *words)
        same((copied.status, copied.message), (0, ""))
        same(times_of(folder / "b.pcapng"), wanted)
    copied = command("read", path, "-o", folder / "b.pcap")
    same(copied.status, 0)
    has(copied.message, "b.pcap: 4 packets without a time, or with one that pcap cannot hold: it says the nearest from")
    same(times_of(folder / "b.pcap"),
         ["1970-01-01T00:00:00.000000000Z,32" if i != 1 else wanted[1] for i in range(len(times))])


def test_info_of_no_packets_and_of_standard_input(command: Command, folder: pathlib.Path) -> None:
    facts = json.loads(command("info", "--json", "-", stdin=harness.pcap([])).output)
    same((facts["packets"], facts["first_time"], facts["duration_seconds"], facts["file_bytes"]), (0, None, None, 24))
    facts = json.loads(command("info", "--json", "-", stdin=MIXED).output)
    same((facts["packets"], facts["file_bytes"]), (4, len(MIXED)))


def test_columns(command: Command, folder: pathlib.Path) -> None:
    found = [json.loads(line) for line in command("columns", "--json").lines()]
    same([column["name"] for column in found if column["default"]], HEADER.split(","))
    text = command("columns").output.decode()
    for column in found:
        has(text, column["name"])
        has(text, column["meaning"])
    names = ",".join(column["name"] for column in found)
    path = write(folder, "a.pcap", MIXED)
    same(command("read", path, "--columns", names, "--format", "csv").lines()[0], names)


def test_help_and_version(command: Command, folder: pathlib.Path) -> None:
    same(command("--help").status, 0)
    for name in ("read", "info", "columns"):
        has(command("--help").output.decode(), f"\n  {name} ")
        outcome = command(name, "--help")
        same((outcome.status, outcome.message), (0, ""))
        has(outcome.output.decode(), f"usage: pcapframe {name} ")
        same(command("help", name).output, outcome.output)
    for option in (
        "--protocol",
        "--payload",
        "--columns",
        "--all-frames",
        "-c",
        "--format",
        "-o",
        "--all",
        "--no-progress",
    ):
        has(command("read", "--help").output.decode(), f"\n  {option} ")
    assert re.fullmatch(r"pcapframe \d+\.\d+\.\d+\n", command("--version").output.decode())
    # Help is given wherever it is asked for, before anything is read.
    same(command("read", "missing.pcap", "--help").status, 0)


if __name__ == "__main__":
    sys.exit(harness.main(dict(globals())))
