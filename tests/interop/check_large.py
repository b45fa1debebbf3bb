#!/usr/bin/env python3
"""Ten million packets of 70,000 hosts, and more than 2 GiB of payload: sums, splits, and what readers may skip."""

from __future__ import annotations

import json
import pathlib
import struct
import subprocess
import sys

import engines

engines.need()

import duckdb  # noqa: E402
import harness  # noqa: E402
import numpy as np  # noqa: E402
import polars as pl  # noqa: E402
import pyarrow as pa  # noqa: E402
import pyarrow.compute as pc  # noqa: E402

PACKETS = 10_000_000
AT_ONCE = 1_000_000
HOSTS = 70_000
INTERFACES = ("Brücke", "東京", "🦈")
FIRST_MICROSECOND = 1_700_000_000 * 10**6
STEP_MICROSECONDS = 250
COLUMNS = "time,src_host,src_port,interface_name,frame_number,len"
# An Enhanced Packet Block of 28 bytes of IPv4 and UDP.
PACKET = np.dtype([
    ("type", "<u4"), ("total", "<u4"), ("interface", "<u4"), ("high", "<u4"), ("low", "<u4"), ("caplen", "<u4"),
    ("len", "<u4"), ("ip", "V12"), ("src", ">u4"), ("dst", ">u4"), ("src_port", ">u2"), ("udp", "V6"), ("end", "<u4"),
])


def lengths(number: np.ndarray) -> np.ndarray:
    return 60 + number % 1400


def packets(first: int) -> np.ndarray:
    number = np.arange(first, first + AT_ONCE, dtype=np.uint64)
    made = np.zeros(AT_ONCE, PACKET)
    made["type"], made["total"], made["end"], made["caplen"] = 6, PACKET.itemsize, PACKET.itemsize, 28
    time = FIRST_MICROSECOND + number * STEP_MICROSECONDS
    made["interface"], made["high"], made["low"] = number % len(INTERFACES), time >> 32, time & 0xFFFFFFFF
    made["len"] = lengths(number)
    made["ip"] = np.void(struct.pack(">BBHHHBBH", 0x45, 0, 28, 1, 0, 64, 17, 0))
    made["src"], made["dst"], made["src_port"] = 0x0A000000 + number * 7919 % HOSTS, 0xC0000201, number & 0xFFFF
    made["udp"] = np.void(struct.pack(">HHH", 53, 8, 0))
    return made


def ten_million(folder: pathlib.Path) -> pathlib.Path:
    path = folder / "ten_million.pcapng"
    with path.open("wb") as out:
        out.write(harness.block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)))
        for name in INTERFACES:
            text = name.encode()
            option = struct.pack("<HH", 2, len(text)) + text + bytes(-len(text) % 4)
            out.write(harness.block(1, struct.pack("<HHI", harness.RAW, 0, 0) + option))
        for first in range(0, PACKETS, AT_ONCE):
            out.write(packets(first).tobytes())
    return path


def expected() -> dict[str, int]:
    number = np.arange(PACKETS, dtype=np.uint64)
    return {
        "rows": PACKETS,
        "hosts": HOSTS,
        "bytes": int(lengths(number).sum()),
        "frames": PACKETS * (PACKETS + 1) // 2,
        "ports": int((number & 0xFFFF).sum()),
        "first": FIRST_MICROSECOND * 1000,
        "last": (FIRST_MICROSECOND + (PACKETS - 1) * STEP_MICROSECONDS) * 1000,
    }


def sums_by_polars(frame: pl.LazyFrame) -> dict[str, int]:
    time = pl.col("time").dt.timestamp("ns")
    return frame.select(
        rows=pl.len(), hosts=pl.col("src_host").n_unique(), bytes=pl.col("len").cast(pl.Int64).sum(),
        frames=pl.col("frame_number").sum(), ports=pl.col("src_port").cast(pl.Int64).sum(),
        first=time.min(), last=time.max(),
    ).collect().row(0, named=True)


def sums_by_duckdb(files: str) -> dict[str, int]:
    sums = duckdb.sql(f"""
        SELECT count(*) AS rows, count(DISTINCT src_host) AS hosts, sum(len)::BIGINT AS bytes,
            sum(frame_number)::BIGINT AS frames, sum(src_port)::BIGINT AS ports,
            min(epoch_ns(time)) AS first, max(epoch_ns(time)) AS last
        FROM '{files}'""")
    return dict(zip(sums.columns, sums.fetchall()[0]))


def row_groups_read(query: str) -> tuple[int, int]:
    """How many row groups DuckDB says that it has read, and how many there were."""
    con = duckdb.connect()
    con.execute("PRAGMA enable_profiling = 'no_output'")
    con.execute(query).fetchall()
    counters = json.loads(con.get_profiling_information(format="json"))["query"]
    return counters["total_row_groups_scanned"], counters["total_row_groups_to_scan"]


def test_ten_million_packets(command: harness.Command, folder: pathlib.Path) -> None:
    capture = ten_million(folder)
    parquet = engines.read_to(command.path, folder / "all.parquet", capture, "--columns", COLUMNS)
    wanted = expected()
    harness.same(sums_by_polars(pl.scan_parquet(parquet)), wanted)
    harness.same(sums_by_duckdb(parquet), wanted)
    names = duckdb.sql(f"SELECT interface_name, count(*) FROM '{parquet}' GROUP BY 1").fetchall()
    harness.same(dict(names), {name: (PACKETS + 2 - i) // 3 for i, name in enumerate(INTERFACES)})
    skips_row_groups(parquet, wanted)

    lines = engines.plan_of(command.path, capture).stdout.decode().splitlines()
    assert len(lines) == -(-capture.stat().st_size // (128 << 20)), f"{len(lines)} splits"
    for number, line in enumerate(lines):
        engines.read_to(command.path, folder / f"split-{number}.parquet", "--split", line, "--columns", COLUMNS)
    harness.same(sums_by_polars(pl.scan_parquet(folder / "split-*.parquet")), wanted)
    print(f"measured: {wanted['rows']} rows in {len(lines)} splits")


def skips_row_groups(parquet: pathlib.Path, wanted: dict[str, int]) -> None:
    late = wanted["last"] - 500_000 * STEP_MICROSECONDS * 1000
    query = f"SELECT count(*), sum(len) FROM '{parquet}' WHERE time > make_timestamp_ns({late}) AT TIME ZONE 'UTC'"
    harness.same(duckdb.sql(query).fetchall()[0][0], 500_000)
    read, there = row_groups_read(query)
    assert 0 < read < there / 4, f"{read} of {there} row groups"
    print(f"measured: DuckDB reads {read} of {there} row groups for the last 500000 of {PACKETS} rows")


def test_more_than_two_gibibytes_of_payload(command: harness.Command, folder: pathlib.Path) -> None:
    """In a file of holes: only the headers take room."""
    payload, count = 65_507, 34_000
    path = folder / "sparse.pcap"
    with path.open("wb") as out:
        out.write(harness.pcap([]))
        for i in range(count):
            ip = struct.pack(">BBHHHBBHII", 0x45, 0, 65_535, 1, 0, 64, 17, 0, 0xC0000201, 0xC6336402)
            out.write(struct.pack("<IIII", 1_700_000_000 + i, 0, 65_535, 65_535) + ip)
            out.write(struct.pack(">HHHH", 53, i, payload + 8, 0))
            out.seek(payload, 1)
        out.truncate(out.tell())
    parquet = engines.read_to(command.path, folder / "payload.parquet", path, "--columns", "payload")
    query = f"SELECT count(*), sum(octet_length(payload))::BIGINT FROM '{parquet}'"
    harness.same(duckdb.sql(query).fetchall()[0], (count, count * payload))

    words = [command.path, "read", path, "--columns", "payload", "--format", "arrows"]
    rows = total = 0
    with subprocess.Popen(words, stdout=subprocess.PIPE) as process, pa.ipc.open_stream(process.stdout) as stream:
        for batch in stream:
            rows += batch.num_rows
            total += pc.sum(pc.binary_length(batch["payload"])).as_py()
    harness.same((process.returncode, rows, total), (0, count, count * payload))
    assert total > 2**31


if __name__ == "__main__":
    sys.exit(harness.main(globals()))
