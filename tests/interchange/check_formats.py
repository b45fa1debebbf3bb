#!/usr/bin/env python3
"""Every value of every capture through Parquet and Arrow is the value in csv, as pyarrow, Polars and DuckDB read it."""

from __future__ import annotations

import os
import pathlib
import random
import shutil
import sys
import tempfile

import tables

tables.need("pyarrow")

import pyarrow as pa  # noqa: E402
import pyarrow.parquet as pq  # noqa: E402
import harness  # noqa: E402

SHARED = tables.ROOT.parent / "shared" / "captures"
BYTES_MAX = 30_000_000
SHARE = 1 if os.environ.get("TEST_ALL") else 6  # one of so many captures is compared


def captures() -> list[pathlib.Path]:
    """The shared ones, where they are, and the one in this repository."""
    found = [path for path in sorted(SHARED.rglob("*")) if path.is_file() and path.stat().st_size <= BYTES_MAX]
    if not found:
        print("skipped: no ../shared, only tests/data/local.pcap is read")
    return [tables.ROOT / "tests/data/local.pcap", *found]


def read_arrow(name: str, path: pathlib.Path) -> pa.Table:
    if name == "parquet":
        return pq.read_table(path)
    opened = pa.ipc.open_file(path) if name == "arrow" else pa.ipc.open_stream(path)
    return opened.read_all()


def compare(command, capture: pathlib.Path, folder: pathlib.Path, options: list[str]) -> int:
    wanted = tables.export(command.path, capture, folder / "csv", "--format", "csv", *options)
    if not wanted:
        return 0
    rows = tables.rows_of_csv(wanted[0])
    same = None  # a table that has these rows: comparing another one with it is pyarrow's work, and quick
    for name in ("arrow", "arrows", "parquet"):
        files = tables.export(command.path, capture, folder / name, "--format", name, *options)
        assert len(files) == 1, f"{capture}: {len(files)} files of {name}"
        table = read_arrow(name, files[0])
        if same is not None and table.equals(same):
            table.validate(full=True)
            continue
        try:
            tables.assert_same(table, rows)
        except AssertionError as problem:
            raise AssertionError(f"{capture} as {name}: {problem}") from problem
        same = table
    return 1


def test_every_capture(command: harness.Command, folder: pathlib.Path) -> None:
    every = ["--columns", tables.all_columns(command.path), "--all-frames"]
    compared = 0
    for capture in captures()[::SHARE]:
        compared += compare(command, capture, folder / "now", every)
        shutil.rmtree(folder / "now", ignore_errors=True)
    assert compared > 0
    print(f"{compared} captures compared")


def test_mutated_captures(command: harness.Command, folder: pathlib.Path) -> None:
    chance = random.Random(11)
    small = [path for path in captures() if path.stat().st_size <= 200_000]
    names = tables.all_columns(command.path).split(",")
    compared = 0
    for _ in range(100):
        contents = bytearray(chance.choice(small).read_bytes())
        for _ in range(chance.randrange(1, 200)):
            # Mostly behind the first headers, so that there are packets.
            contents[chance.randrange(min(40, len(contents) - 1), len(contents))] = chance.randrange(256)
        capture = harness.write(folder, "mutated", bytes(contents))
        columns = chance.sample(names, chance.randrange(1, len(names) + 1))
        options = ["--columns", ",".join(columns), "--all-frames", "--rows-per-file", "1000000"]
        compared += compare(command, capture, folder / "now", options)
        shutil.rmtree(folder / "now", ignore_errors=True)
    assert compared > 20, f"only {compared} of the mutated captures have rows"


def test_the_goldens_are_what_they_should_be(command: harness.Command, folder: pathlib.Path) -> None:
    wanted = {
        "time": ["2018-01-09T08:16:12.210010000Z", "2018-01-09T08:16:12.210010001Z",
                 "2018-01-09T08:16:12.210009995Z", "2018-01-09T08:16:13.210010000Z"],
        "src_port": ["49153", "", "53", "49153"],
        "protocol": ["tcp", "icmp", "udp", "tcp"],
        "interface_name": ["", "eth\u00e9", "eth\u00e9", ""],
        "icmp_type": ["", "8", "", ""],
    }
    for name in ("parquet", "arrow", "arrows"):
        table = read_arrow(name, tables.ROOT / "tests/data/interchange" / f"tiny.{name}")
        for column, values in wanted.items():
            harness.same(tables.texts(table[column]), values)


def test_the_copies_of_persist_are_plain_parquet_with_checksums(
    command: harness.Command, folder: pathlib.Path
) -> None:
    data = tables.ROOT / "tests/data/interchange"
    table = pq.ParquetFile(data / "tiny_exact.parquet", page_checksum_verification=True).read()
    assert table.equals(pq.read_table(data / "tiny.parquet"))
    damaged = bytearray((data / "tiny_exact.parquet").read_bytes())
    damaged[damaged.index(b"\xa9")] ^= 1
    try:
        pq.ParquetFile(pa.BufferReader(bytes(damaged)), page_checksum_verification=True).read()
    except OSError as why:
        assert "checksum" in str(why) or "CRC" in str(why), why
    else:
        raise AssertionError("a page that has changed is read")


def test_polars_and_duckdb_read_the_same(command: harness.Command, folder: pathlib.Path) -> None:
    capture = tables.ROOT / "tests/data/local.pcap"
    rows = tables.rows_of_csv(tables.export(command.path, capture, folder / "csv", "--format", "csv")[0])
    hosts = [row[1] for row in rows[1:]]
    ports = [row[2] for row in rows[1:]]
    parquet = tables.export(command.path, capture, folder / "parquet")[0]
    read = 0
    try:
        import polars

        for name in ("arrow", "arrows"):
            file = tables.export(command.path, capture, folder / name, "--format", name)[0]
            frame = polars.read_ipc(file) if name == "arrow" else polars.read_ipc_stream(file)
            harness.same([str(host) for host in frame["src_host"]], hosts)
        frame = polars.read_parquet(parquet)
        harness.same(frame["src_host"].to_list(), hosts)
        harness.same(["" if port is None else str(port) for port in frame["src_port"]], ports)
        read += 1
    except ImportError:
        print("skipped: no Polars")
    try:
        import duckdb

        found = duckdb.sql(f"select src_host, src_port from '{parquet}'").fetchall()
        harness.same([host for host, _ in found], hosts)
        harness.same(["" if port is None else str(port) for _, port in found], ports)
        read += 1
    except ImportError:
        print("skipped: no DuckDB")
    print(f"{read} more readers")


def test_folders_of_a_dataset_are_columns(command: harness.Command, folder: pathlib.Path) -> None:
    import pyarrow.dataset as dataset

    capture = tables.ROOT / "tests/data/local.pcap"
    files = tables.export(command.path, capture, folder / "out", "--partition-by", "protocol", "--rows-per-file", "20")
    assert len(files) > 5
    table = dataset.dataset(folder / "out", partitioning="hive").to_table()
    rows = tables.rows_of_csv(tables.export(command.path, capture, folder / "csv", "--format", "csv")[0])
    wanted = sorted(row[5] for row in rows[1:])
    harness.same(sorted(table["protocol"].to_pylist()), wanted)


if __name__ == "__main__":
    sys.exit(harness.main(globals()))
