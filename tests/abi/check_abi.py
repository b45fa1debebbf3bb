#!/usr/bin/env python3
"""The C interface as a program in C uses it: damage and warnings, parts, options in words, and the end of memory.

Both programs are built with the sanitizers, so that what is not released shows, too.
"""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/command"))

import harness  # noqa: E402
from harness import Command, has, same  # noqa: E402

CXX = os.environ.get("CXX", "c++").split()
CC = os.environ.get("CC", "cc").split()
FLAGS = ["-O0", "-Wall", "-Wextra", "-Wpedantic", "-I", "include", "-I", "src/abi", "-fsanitize=address,undefined"]
CPP = [*CXX, "-std=c++20", "-pthread", *FLAGS]
LOCAL = ROOT / "tests/data/local.pcap"
ROWS = 87
BUILT: dict[str, pathlib.Path] = {}


def built() -> dict[str, pathlib.Path]:
    """Both programs, built once."""
    if BUILT:
        return BUILT
    folder = pathlib.Path(tempfile.mkdtemp(prefix="pcapframe-abi-"))
    run = lambda *words: subprocess.run([str(word) for word in words], check=True, cwd=ROOT)  # noqa: E731
    library = [folder / f"{source.stem}.abi.o" for source in sorted((ROOT / "src/abi").glob("*.cpp"))]
    for made in library:
        run(*CPP, "-c", f"src/abi/{made.name.removesuffix('.abi.o')}.cpp", "-o", made)
    run(*CPP, "-c", "tests/abi/failing_allocations.cpp", "-o", folder / "failing.o")
    run(*CC, "-std=c99", *FLAGS, "-c", "tests/abi/read_rows.c", "-o", folder / "read_rows.o")
    for name in ("failing", "read_rows"):
        run(*CPP, *library, folder / f"{name}.o", "-o", folder / name)
        BUILT[name] = folder / name
    return BUILT


def cut(folder: pathlib.Path) -> pathlib.Path:
    return harness.write(folder, "cut.pcap", LOCAL.read_bytes()[:15_000])


def said(path: pathlib.Path, *options: str) -> list[str]:
    done = subprocess.run([built()["read_rows"], path, *options], capture_output=True, text=True)
    same(done.stderr, "")
    return done.stdout.splitlines()


def test_damage_is_told_with_the_rows_before_it(command: Command, folder: pathlib.Path) -> None:
    path = cut(folder)
    damage = f"{path}: at byte 14801: the captured packet is cut: 222 bytes needed, 183 there"
    lines = said(path)
    same(lines[:3], ["6 columns, the first is time", f"at the end: {damage}", "75 rows"])
    warnings = [line for line in lines if line.startswith("warning")]
    same(set(warnings), {f"warning: {damage} [{path} at 14801]"})
    same([line for line in lines if line.endswith(" told")], ["1 warnings told"])
    same([line for line in said(LOCAL) if "at the end" in line and "cancelled" not in line], [])


def test_what_was_not_decoded_is_a_note(command: Command, folder: pathlib.Path) -> None:
    path = harness.write(folder, "erf.pcap", harness.pcap([bytes(60)] * 12, link_type=147))
    notes = [line for line in said(path) if line.startswith("note")]
    same(set(notes), {f"note: {path}: 12 frames, none decoded: link type 147 (USER0) is not known"})


def test_parts(command: Command, folder: pathlib.Path) -> None:
    lines = said(LOCAL, "partition_bytes", "5000")
    has(lines[0], "pcapframe_open: 'partition_bytes' is not an option of one stream")
    parts = [line.split()[2] for line in lines if line.startswith("part ")]
    same(parts.pop(), "there")  # is no part more
    same((len(parts) > 2, sum(map(int, parts))), (True, ROWS))
    splits = [int(line.split()[1]) for line in lines if line.startswith("split: ")]
    same((len(splits), sum(splits)), (3, ROWS))


def test_tables_and_outputs(command: Command, folder: pathlib.Path) -> None:
    lines = said(LOCAL, "chunksize", "20")
    has("\n".join(lines), f"a table of {ROWS} rows in 5 arrays")
    same(lines.count(f"{ROWS} rows of the table"), 2)
    for wanted in ("schema: 6 columns", f"counted: {ROWS}", "plot: has hosts", "yaml: has its driver",
                   "plot: unknown kind of plot 'hsots'; did you mean 'hosts'?",
                   "export: /nowhere/rows.parquet: cannot be written: No such file or directory"):
        same([line for line in lines if line == wanted], [wanted])


def test_flows(command: Command, folder: pathlib.Path) -> None:
    lines = said(LOCAL)
    words = ["flows", LOCAL, "--columns", "packets", "--format", "csv"]
    more = sum(int(line) > 1 for line in command(*words).lines()[1:])
    for wanted in ("flows: unknown column of flows 'pckets'; did you mean 'packets'?", "time, first_time",
                   "flows: 'where' is not an option of this: only streams of rows have it",
                   f"{more} flows of more than a packet"):
        same([line for line in lines if line == wanted], [wanted])


def test_filters_change_and_streams_are_cancelled(command: Command, folder: pathlib.Path) -> None:
    lines = said(LOCAL, "chunksize", "20")
    # A filter's icmp6 is what follows the IPv6 header itself, so without the reports behind a hop-by-hop header.
    same(lines[lines.index("first 20 rows") + 2], "8 rows of icmp6")
    has("\n".join(lines), "filter: unknown protocol 'tpc'; did you mean 'tcp'?")
    same(lines[-1], "at the end: the read was cancelled")
    has("\n".join(lines), "-1 rows after cancelling")


def test_options(command: Command, folder: pathlib.Path) -> None:
    rows = lambda *options: said(LOCAL, *options)[1]  # noqa: E731
    same(rows("filter", "udp"), rows("protocol", "udp"))
    same(rows("filter", "udp"), "11 rows")
    same(rows("protocol", "udp and port 53"), rows("filter", "udp and port 53"))
    same(rows("threads", "2"), f"{ROWS} rows")
    has("\n".join(said(LOCAL, "timeout", "3")), "option: the option 'timeout' says nothing of files")
    same(rows("where", "src_port=53,protocol=udp"), rows("filter", "udp src port 53"))
    same(rows("where", "src_host=192.0.2.53|2001:db8::53", "limit", "4"), "4 rows")
    same(rows("where", "time<1795385293052000000"), "1 rows")
    for name, value, words in (
        ("where", "src_port=http", "'http' is not a whole number that the column can have"),
        ("where", "src_port~53", "'src_port~53' is not a condition"),
        ("where", "len>100", "'len' is not a column of these rows"),
        ("where", "src_host<192.0.2.1", "'src_host' is not a column of numbers or times"),
        ("where", "src_host=192.0.2.001", "'192.0.2.001' is not an address as hosts are written"),
        ("where", "protocol=UDP", "'UDP' is not a protocol as the column writes it"),
        ("timeout", "soon", "'timeout=soon' is not a number of milliseconds"),
        ("partition_bytes", "x", "'partition_bytes=x' is not a number of bytes"),
        ("filter", "tcp prt 80", "'prt' stands where 'and', 'or' or the end is wanted"),
        ("urlpath", "x.pcap", "unknown option 'urlpath'"),
        ("metadata", "x", "unknown option 'metadata'"),
        ("interface", "lo", "'interface' is not an option of files: name files or an interface"),
        ("payload", "yes", "'payload=yes' is not true or false"),
    ):
        has(said(LOCAL, name, value)[0], words)


def test_where_memory_ends(command: Command, folder: pathlib.Path) -> None:
    # A thirty-first of the later allocations; TEST_ALL=1 has each of them fail, which takes minutes.
    step = "1" if os.environ.get("TEST_ALL") else "31"
    done = subprocess.run([built()["failing"], cut(folder), step], capture_output=True, text=True)
    same((done.returncode, done.stderr), (0, ""))
    [once, on] = [int(line.split()[0]) for line in done.stdout.splitlines()]
    same((once > 100, on > 100), (True, True))


if __name__ == "__main__":
    try:
        sys.exit(harness.main(globals()))
    finally:
        for path in BUILT.values():
            shutil.rmtree(path.parent, ignore_errors=True)
