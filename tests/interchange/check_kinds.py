#!/usr/bin/env python3
"""Rows of a kind that only a test defines (every stored type, four words of validity) are read back by pyarrow."""

from __future__ import annotations

import ctypes
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile

import tables

tables.need("pyarrow")

import pyarrow as pa  # noqa: E402
import pyarrow.parquet as pq  # noqa: E402

SOURCE = tables.ROOT / "tests/interchange/write_kinds.cpp"

Rows = list[dict[str, object]]

ROWS: Rows = [
    {
        "when": 1_500_000_000_000_000_000, "client": "192.0.2.1", "server_port": 53, "transport": "udp",
        "query": "example.org", "raw": b"\xde\xad\x2c", "answers": ["192.0.2.7", 'a "b"'],
        "ttls": [300, 0, 2**64 - 1], "hop": 64, "mac": "02:00:00:00:00:00", "id": 0xBEEF, "size": 100_000,
        "total": 2**40, "host": 'caf\ufffd "x",y', "later": 1_600_000_000_000_000_001, "resolver": "2001:db8::1",
        "path": "in", "why": "truncated:udp", "interface": "eth,0", "body": "two\nlines", "last": 7,
    },
    {
        "when": 1_500_000_000_000_001_000, "client": "192.0.2.2", "server_port": 54, "transport": "tcp",
        "query": "\ufffd.example", "raw": b"\xde\xad", "answers": ["192.0.2.7"], "ttls": [300, 0], "hop": 65,
        "mac": "02:00:00:00:00:01", "id": 0xBEF0, "size": 100_001, "total": 2**41, "host": "plain",
        "later": 1_600_000_000_000_000_002, "resolver": "2001:db8::2", "path": "out", "why": "truncated:udp",
        "interface": "eth,0", "body": "two\nlines", "last": 8,
    },
    {},
    {"query": "", "raw": b"", "answers": [], "ttls": [], "host": ""},
]


def plain(table: pa.Table) -> Rows:
    """The rows without their nulls, times as numbers."""
    columns = {}
    for name in table.column_names:
        column = table.column(name).combine_chunks()
        if pa.types.is_timestamp(column.type):
            assert str(column.type) == "timestamp[ns, tz=UTC]", column.type
            column = column.cast(pa.int64())
        columns[name] = column.to_pylist()
    rows = [dict(zip(columns, values)) for values in zip(*columns.values())]
    return [{name: value for name, value in row.items() if value is not None} for row in rows]


def check(what: str, table: pa.Table, rounds: int, wanted: Rows) -> None:
    table.validate(full=True)
    rows = plain(table)
    assert len(rows) == rounds * len(wanted), f"{what}: {len(rows)} rows"
    for number, row in enumerate(rows):
        assert row == wanted[number % len(wanted)], f"{what}: row {number} is {row}"
    if what != "parquet":
        assert table.schema.field("ttls").metadata[b"unit"] == b"seconds"


def with_binary_hosts() -> Rows:
    hosts = {"client": b"\0" * 10 + b"\xff\xff\xc0\0\2", "resolver": bytes.fromhex("20010db8" + "00" * 11)}
    return [row | {name: hosts[name] + bytes([i + 1]) for name in hosts if name in row} for i, row in enumerate(ROWS)]


def load(folder: pathlib.Path) -> ctypes.CDLL:
    """The writers of write_kinds.cpp."""
    library = folder / "write_kinds.so"
    compiler = shlex.split(os.environ.get("CXX", "g++"))
    subprocess.run([*compiler, "-std=c++20", "-O1", "-shared", "-fPIC", "-pthread", "-I", tables.ROOT / "include",
                    SOURCE, "-o", library], check=True)
    return ctypes.CDLL(str(library))


def check_files(writers: ctypes.CDLL, folder: pathlib.Path, rounds: int) -> None:
    assert writers.write_kinds(str(folder).encode(), rounds) == 0, "the files could not be written"
    check("file", pa.ipc.open_file(folder / "kinds.arrow").read_all(), rounds, ROWS)
    check("stream", pa.ipc.open_stream(folder / "kinds.arrows").read_all(), rounds, ROWS)
    check("large", pa.ipc.open_stream(folder / "large.arrows").read_all(), rounds, with_binary_hosts())
    read = pq.read_table(folder / "kinds.parquet")
    check("parquet", read, rounds, ROWS)
    assert read.schema.field("ttls").type.value_type == pa.uint64()


def check_c_interface(writers: ctypes.CDLL, rounds: int, large: bool) -> None:
    schema = ctypes.create_string_buffer(9 * ctypes.sizeof(ctypes.c_void_p))
    array = ctypes.create_string_buffer(10 * ctypes.sizeof(ctypes.c_void_p))
    writers.export_kinds(schema, array, rounds, int(large))
    batch = pa.RecordBatch._import_from_c(ctypes.addressof(array), ctypes.addressof(schema))
    check("C interface", pa.Table.from_batches([batch]), rounds, with_binary_hosts() if large else ROWS)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        writers = load(pathlib.Path(name))
        for rounds in (1, 3, 5000):
            check_files(writers, pathlib.Path(name), rounds)
            for large in (False, True):
                check_c_interface(writers, rounds, large)
    print("1 passed, 0 failed: rows of another kind are as they were written")


if __name__ == "__main__":
    sys.exit(main())
