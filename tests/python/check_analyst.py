#!/usr/bin/env python3
"""What analysts use takes captures directly, and all of it sees the same values: pandas, Polars, DuckDB, pyarrow and
narwhals."""

from __future__ import annotations

import io
import json
import pathlib
import sys
import warnings

import package

package.need("pandas", "polars", "duckdb", "pyarrow", "narwhals")

import duckdb  # noqa: E402
import harness  # noqa: E402
import narwhals  # noqa: E402
import pandas  # noqa: E402
import pcapframe  # noqa: E402
import polars  # noqa: E402
import pyarrow  # noqa: E402
from harness import Command, has, same  # noqa: E402
from package import LOCAL, ROWS  # noqa: E402

NAMES = [column.name for column in pcapframe.columns()]


def csv_of(command: Command, *words: str | pathlib.Path) -> polars.DataFrame:
    """What the command prints, as texts."""
    return polars.read_csv(io.BytesIO(command("read", *words, "--format", "csv").output), infer_schema=False)


def listed(values: list[object] | None) -> str | None:
    """A list as csv has it."""
    return None if values is None else json.dumps(values, separators=(",", ":"), ensure_ascii=False)


def texts(frame: polars.DataFrame) -> polars.DataFrame:
    """A table with every value as csv has it."""
    made = []
    for name, kind in frame.schema.items():
        column = polars.col(name)
        if isinstance(kind, polars.Datetime):
            made.append(column.dt.strftime("%Y-%m-%dT%H:%M:%S.%9fZ"))
        elif kind == polars.Binary:
            made.append(column.bin.encode("hex"))
        elif isinstance(kind, polars.List):
            made.append(polars.Series(name, list(map(listed, frame[name].to_list())), polars.String))
        else:
            made.append(column.cast(polars.String))
    return frame.select(made)


def same_rows(found: polars.DataFrame, wanted: polars.DataFrame, who: str) -> None:
    found = found if found.schema.dtypes() == [polars.String] * found.width else texts(found)
    same((who, found.columns, found.height), (who, wanted.columns, wanted.height))
    for name in wanted.columns:
        # csv writes nothing for null, for an empty text and for no bytes.
        differ = (found[name].fill_null("") != wanted[name].fill_null("")).arg_true()
        assert len(differ) == 0, (f"{who}: {len(differ)} values of {name} differ, the first in row {differ[0]}: "
                                  f"{found[name][differ[0]]!r}, not {wanted[name][differ[0]]!r}")


def check_everyone(command: Command, path: pathlib.Path) -> None:
    wanted = csv_of(command, path, "--all-frames", "--columns", ",".join(NAMES))
    source = pcapframe.open(path, columns=NAMES, all_frames=True, chunksize=30)
    frames = {
        "polars.DataFrame": polars.DataFrame(source),
        "to_polars": source.to_polars(),
        "pyarrow.table": polars.DataFrame(pyarrow.table(source)),
        "to_arrow": polars.DataFrame(source.to_arrow()),
        "record batch reader": polars.DataFrame(pyarrow.RecordBatchReader.from_stream(source).read_all()),
        "duckdb": duckdb.sql("FROM source").pl(),
        "to_duckdb": source.to_duckdb().pl(),
        "narwhals, pyarrow": polars.DataFrame(narwhals.from_arrow(source, backend="pyarrow").to_native()),
        "scan_polars": pcapframe.scan_polars(path, columns=NAMES, all_frames=True).collect(),
        "table": polars.DataFrame(source.table()),
        "chunks": polars.concat([texts(polars.DataFrame(chunk)) for chunk in [source.table(), *source]])[len(wanted):],
        "read": polars.from_pandas(source.read()),
        "table to pandas": polars.from_pandas(source.table().to_pandas()),
    }
    for who, frame in frames.items():
        same_rows(frame, wanted, who)


def test_everyone_sees_every_value(command: Command, folder: pathlib.Path) -> None:
    check_everyone(command, LOCAL)
    check_everyone(command, harness.write(folder, "a.pcapng", harness.pcapng([harness.udp(b"x")] * 3, name="Brücke")))
    check_everyone(command, harness.write(folder, "dns.pcap", harness.pcap([harness.udp(package.DNS_ANSWER)] * 40)))
    check_everyone(command, harness.write(folder, "times.pcapng", harness.timed_pcapng([0, 1, None, 10**18 + 7])))


def test_an_empty_capture_is_an_empty_table(command: Command, folder: pathlib.Path) -> None:
    path = harness.write(folder, "empty.pcap", harness.pcap([]))
    check_everyone(command, path)
    frame = pcapframe.open(path, payload=True).read()
    same(frame.shape, (0, 7))
    same(frame.dtypes.astype(str).to_dict(), pcapframe.open(LOCAL, payload=True).read().dtypes.astype(str).to_dict())


def test_types_in_pandas(_: Command, __: pathlib.Path) -> None:
    names = ["time", "src_host", "src_port", "len", "frame_number", "protocol", "payload"]
    frame = pcapframe.open(LOCAL, columns=names).read()
    same(frame.dtypes.astype(str).to_dict(),
         {"time": "datetime64[ns, UTC]", "src_host": "str", "src_port": "UInt16", "len": "UInt32",
          "frame_number": "UInt64", "protocol": "str", "payload": "object"})
    same((len(frame), frame.index[-1], int(frame.src_port.isna().sum())), (ROWS, ROWS - 1, 30))
    same(frame[frame.protocol == "udp"].src_port.tolist()[:2], [45036, 53])
    same(frame.groupby("protocol").len.sum()["udp"], 1026)
    same(frame.time.iloc[0], pandas.Timestamp("2026-11-22 22:08:13.051701", tz="UTC"))
    same(isinstance(frame.payload.iloc[0], bytes), True)
    same((frame.time > "2026-11-22 22:08:14").sum(), 7)


def test_pandas_takes_the_source_itself(_: Command, __: pathlib.Path) -> None:
    frame = pandas.DataFrame.from_arrow(pcapframe.open(LOCAL))
    same(frame.shape, (ROWS, 6))
    same(str(frame.time.dtype), "datetime64[ns, UTC]")


def test_narwhals_takes_the_source_itself(_: Command, __: pathlib.Path) -> None:
    for backend in ("pandas", "pyarrow"):
        frame = narwhals.from_arrow(pcapframe.open(LOCAL), backend=backend)
        same(frame.filter(narwhals.col("protocol") == "udp").shape, (11, 6))


def test_schemas_without_reading(_: Command, __: pathlib.Path) -> None:
    source = pcapframe.open(LOCAL, payload=True)
    schema = pyarrow.schema(source)
    same(schema, pyarrow.table(source).schema)
    same([str(schema.field(name).type) for name in ("time", "src_port", "payload")],
         ["timestamp[ns, tz=UTC]", "uint16", "binary"])
    same(schema.field("src_port").metadata[b"source"], b"tcp, udp, udplite, sctp, dccp")
    same(pyarrow.schema(source.table()), schema)


def test_tables_are_handed_on_without_a_copy(_: Command, __: pathlib.Path) -> None:
    table = pcapframe.open(LOCAL).table()
    first, second = (pyarrow.table(table)["src_port"].chunk(0) for _ in range(2))
    same(first.buffers()[1].address, second.buffers()[1].address)
    del table
    same(first.to_pylist()[:2], [45036, 53])


def test_a_source_is_read_again_and_again(_: Command, __: pathlib.Path) -> None:
    source = pcapframe.open(LOCAL)
    same([polars.DataFrame(source).height, pyarrow.table(source).num_rows, len(source.read())], [ROWS] * 3)
    # What nobody reads is given back.
    for _ in range(100):
        source.__arrow_c_stream__(), source.__arrow_c_schema__()


def by_duckdb(source: pcapframe.Source) -> int:
    return duckdb.sql("SELECT count(*) FROM source").fetchall()[0][0]


def test_a_stream_may_be_left_unread(_: Command, __: pathlib.Path) -> None:
    reader = pyarrow.RecordBatchReader.from_stream(pcapframe.open(LOCAL, chunksize=10, payload=True))
    first = reader.read_next_batch()
    del reader
    first.validate(full=True)
    same(first.num_rows, 10)


def test_damage_is_told_whoever_reads(_: Command, folder: pathlib.Path) -> None:
    source = pcapframe.open(package.cut(folder))
    reads = {
        "pandas": lambda: len(source.read()), "polars": lambda: polars.DataFrame(source).height,
        "pyarrow": lambda: pyarrow.table(source).num_rows, "to_polars": lambda: source.to_polars().height,
        "duckdb": lambda: by_duckdb(source),
    }
    for who, read in reads.items():
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            same((who, read()), (who, package.ROWS_BEFORE_DAMAGE))
        same((who, [(one.category, one.message.offset) for one in told]),
             (who, [(pcapframe.DamageWarning, package.DAMAGE_OFFSET)]))


def test_duckdb_asks_by_sql(_: Command, __: pathlib.Path) -> None:
    packets = pcapframe.open(LOCAL)
    found = duckdb.sql("SELECT protocol, count(*) FROM packets WHERE src_port = 53 GROUP BY 1 ORDER BY 1").fetchall()
    same(found, [("tcp", 4), ("udp", 5)])
    connection = duckdb.connect()
    same(packets.to_duckdb(connection).aggregate("max(time) AS t").pl().height, 1)


def test_sizes(_: Command, folder: pathlib.Path) -> None:
    """More rows than an array has."""
    path = package.repeated(folder, 1000)
    source = pcapframe.open(path)
    frames = [source.read(), source.to_polars().to_pandas(), source.to_arrow().to_pandas()]
    same([len(frame) for frame in frames], [1000 * ROWS] * 3)
    for frame in frames[1:]:
        same(frame.src_host.astype(str).tolist(), frames[0].src_host.tolist())
    same(frames[0].time.is_monotonic_increasing, True)


if __name__ == "__main__":
    sys.exit(harness.main(dict(globals())))
