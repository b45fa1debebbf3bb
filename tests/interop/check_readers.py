#!/usr/bin/env python3
"""Every value of every capture, as pandas, Polars, DuckDB, Dask and Spark read it, is the value in csv."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys

import engines

engines.need()

import dask.dataframe  # noqa: E402
import duckdb  # noqa: E402
import harness  # noqa: E402
import pandas  # noqa: E402
import polars as pl  # noqa: E402
import pyarrow as pa  # noqa: E402
import pyarrow.csv  # noqa: E402
import pyarrow.dataset  # noqa: E402
import tables  # noqa: E402

# How the types that `pcapframe columns` names arrive in Polars, but for hosts, names and the like, which are texts.
TYPES = {
    "timestamp[ns, UTC]": pl.Datetime("ns", "UTC"),
    "uint8": pl.UInt8,
    "uint16": pl.UInt16,
    "uint32": pl.UInt32,
    "uint64": pl.UInt64,
    "binary": pl.Binary,
}


def kinds_of_columns(command: pathlib.Path) -> dict[str, str]:
    """Every column and its type, in the words of the command; but for lists, which tests/interchange compares."""
    shown = subprocess.run([command, "columns", "--json"], capture_output=True, check=True).stdout
    listed = pl.read_ndjson(shown)
    return {name: kind for name, kind in listed.select("name", "type").rows() if not kind.startswith("list")}


def types_of_columns(command: pathlib.Path) -> dict[str, object]:
    return {name: TYPES.get(kind) for name, kind in kinds_of_columns(command).items()}


def all_texts(frame: pl.DataFrame) -> pl.DataFrame:
    """A table with every value as csv has it."""
    made = []
    for name, kind in frame.schema.items():
        column = pl.col(name)
        if isinstance(kind, pl.Datetime):
            text = column.dt.strftime("%Y-%m-%dT%H:%M:%S.%9fZ")
        elif kind == pl.Binary:
            text = column.bin.encode("hex")
        else:
            text = column.cast(pl.String)
        made.append(text.fill_null(""))
    return frame.select(made)


def csv_texts(path: pathlib.Path) -> pl.DataFrame:
    return pl.read_csv(path, infer_schema=False).fill_null("")


def same_frame(got: pl.DataFrame, wanted: pl.DataFrame, who: str) -> None:
    harness.same(got.columns, wanted.columns)
    harness.same(got.height, wanted.height)
    got = all_texts(got)
    for name in wanted.columns:
        differ = (got[name] != wanted[name]).arg_true()
        assert len(differ) == 0, (f"{who}: {len(differ)} values of {name} differ, the first in row {differ[0]}: "
                                  f"{got[name][differ[0]]!r}, not {wanted[name][differ[0]]!r}")


def written(command: pathlib.Path, folder: pathlib.Path, files: list[pathlib.Path]) -> dict[str, pathlib.Path]:
    """All columns of all frames, in every format."""
    options = ["--columns", ",".join(kinds_of_columns(command)), "--all-frames", *files]
    formats = ("csv", "parquet", "arrow", "arrows")
    return {name: engines.read_to(command, folder / f"all.{name}", *options) for name in formats}


def check_all(command: pathlib.Path, folder: pathlib.Path, files: list[pathlib.Path]) -> int:
    paths = written(command, folder, files)
    wanted = csv_texts(paths["csv"])
    types = types_of_columns(command)
    by_polars = {
        "Parquet": pl.read_parquet(paths["parquet"]),
        "Arrow file": pl.read_ipc(paths["arrow"]),
        "Arrow stream": pl.read_ipc_stream(paths["arrows"]),
    }
    for name, frame in by_polars.items():
        for column, kind in frame.schema.items():
            is_text = kind in (pl.String, pl.Categorical, pl.Enum)
            assert kind == types[column] if types[column] is not None else is_text, f"{name}, {column}: {kind}"
        same_frame(frame, wanted, f"Polars, {name}")
    same_frame(duckdb.sql(f"FROM '{paths['parquet']}'").pl(), wanted, "DuckDB, Parquet")
    with pa.ipc.open_stream(paths["arrows"]) as stream:
        assert stream.schema.field("time").type == pa.timestamp("ns", "UTC")
        same_frame(duckdb.sql("FROM stream").pl(), wanted, "DuckDB, Arrow stream")
    with_nulls = pandas.read_parquet(paths["parquet"], dtype_backend="pyarrow")
    same_frame(pl.from_pandas(with_nulls), wanted, "pandas")
    return wanted.height


def test_every_value_of_every_capture(command: harness.Command, folder: pathlib.Path) -> None:
    rows = check_all(command.path, folder, engines.captures(command.path))
    print(f"measured: {rows} rows read by Polars, DuckDB and pandas")


def test_numbers_are_handed_over_without_a_copy(command: harness.Command, folder: pathlib.Path) -> None:
    names = ["src_port", "len", "udp_len"]
    capture = engines.ROOT / "tests/data/local.pcap"
    words = ["--columns", ",".join(names), "--format", "arrow", "-o", folder / "a.arrow"]
    harness.same(command("read", capture, *words).status, 0)
    with pa.memory_map(str(folder / "a.arrow")) as file:
        table = pa.ipc.open_file(file).read_all()
        frame = pl.from_arrow(table, rechunk=False)
        for name in names:
            column = table[name].chunk(0)
            address = column.buffers()[1].address + column.offset * column.type.byte_width
            harness.same(frame[name].to_arrow().buffers()[1].address, address)


def test_an_empty_table(command: harness.Command, folder: pathlib.Path) -> None:
    path = harness.write(folder, "empty.pcap", harness.pcap([]))
    harness.same(check_all(command.path, folder, [path]), 0)


def test_one_row(command: harness.Command, folder: pathlib.Path) -> None:
    path = harness.write(folder, "one.pcapng", harness.pcapng([harness.udp(b"data")], name="Brücke 東京 🦈"))
    harness.same(check_all(command.path, folder, [path]), 1)
    harness.same(pl.read_parquet(folder / "all.parquet")["interface_name"].to_list(), ["Brücke 東京 🦈"])


def test_a_name_that_is_no_utf8(command: harness.Command, folder: pathlib.Path) -> None:
    """Latin-1, a zero byte, an escape sequence, a cut character: one text for every reader of every format."""
    for name, shown in ((b"R\xe9seau", "R\ufffdseau"), (b"a\0b", "a\ufffdb"), (b"\xe6\x9d", "\ufffd\ufffd"),
                        (b"\x1b[31m,\"\xff\"\n", '\x1b[31m,"\ufffd"\n'), ("Réseau".encode(), "Réseau")):
        path = harness.write(folder, "name.pcapng", harness.pcapng([harness.udp(b"data")], name=name))
        files = written(command.path, folder, [path])
        harness.same(check_all(command.path, folder, [path]), 1)
        csv = files["csv"]
        jsonl = engines.read_to(command.path, folder / "all.jsonl", "--columns", "interface_name", path)
        with pa.ipc.open_file(files["arrow"]) as arrow:
            names = {
                "pandas, csv": pandas.read_csv(csv)["interface_name"].tolist(),
                "Polars, csv": pl.read_csv(csv)["interface_name"].to_list(),
                "DuckDB, csv": duckdb.sql(f"FROM read_csv('{csv}')")["interface_name"].fetchall()[0],
                "pyarrow, csv": pyarrow.csv.read_csv(
                    csv, parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True))["interface_name"].to_pylist(),
                "pandas, jsonl": pandas.read_json(jsonl, lines=True)["interface_name"].tolist(),
                "Polars, jsonl": pl.read_ndjson(jsonl)["interface_name"].to_list(),
                "DuckDB, jsonl": duckdb.sql(f"FROM read_json('{jsonl}')")["interface_name"].fetchall()[0],
                "pandas, Parquet": pandas.read_parquet(files["parquet"])["interface_name"].tolist(),
                "DuckDB, Parquet": duckdb.sql(f"FROM '{files['parquet']}'")["interface_name"].fetchall()[0],
                "Polars, Arrow stream": pl.read_ipc_stream(files["arrows"])["interface_name"].to_list(),
                "pyarrow, Arrow": arrow.read_all()["interface_name"].to_pylist(),
            }
        for reader, found in names.items():
            assert list(found) == [shown], f"{reader}: {found!r}, not {shown!r}"


def test_splits_of_every_capture(command: harness.Command, folder: pathlib.Path) -> None:
    """The files that splits were read to are one table."""
    files = engines.captures(command.path)
    columns = ["--columns", "time,src_host,dst_host,frame_number,interface_name,len"]
    lines = engines.plan_of(command.path, *files, "--split-size", "100KiB").stdout.decode().splitlines()
    assert len(lines) > len(files) or len(files) == 1
    for number, line in enumerate(lines):
        engines.read_to(command.path, folder / f"part-{number:05}.parquet", "--split", line, *columns)
    wanted = csv_texts(engines.read_to(command.path, folder / "all.csv", *columns, *files))
    same_frame(pl.read_parquet(folder / "part-*.parquet"), wanted, "Polars")
    print(f"measured: {len(lines)} splits of {len(files)} captures")


def test_a_dataset_in_dask_and_spark(command: harness.Command, folder: pathlib.Path) -> None:
    files = engines.captures(command.path)
    words = [*files, folder / "out", "--partition-by", "protocol", "--columns", "time,protocol,src_port,len"]
    subprocess.run([command.path, "export", *words], capture_output=True, check=False)
    wanted = duckdb.sql(f"""
        SELECT protocol, count(*), sum(len)::BIGINT, sum(src_port)::BIGINT, sum(epoch_ns(time))::VARCHAR
        FROM read_parquet('{folder}/out/**/*.parquet', hive_partitioning = true)
        GROUP BY 1 ORDER BY 1 NULLS FIRST""").fetchall()
    assert len(wanted) > 5
    # Dask cannot tell the type of a folder that stands for null by itself.
    protocol = pyarrow.dataset.partitioning(pa.schema([("protocol", pa.string())]), flavor="hive")
    frame = dask.dataframe.read_parquet(folder / "out", dataset={"partitioning": protocol})
    sums = frame.groupby("protocol", observed=True).agg({"len": ["count", "sum"], "src_port": "sum"}).compute()
    got = sorted((protocol, *map(int, numbers)) for protocol, *numbers in sums.itertuples())
    # pandas leaves out the group of nulls, and adds up nulls to 0.
    named = [(protocol, *(number or 0 for number in numbers)) for protocol, *numbers, _ in wanted if protocol]
    harness.same(got, named)
    if engines.has_java():
        harness.same(spark_sums(folder / "out"), wanted)


def spark_sums(path: pathlib.Path) -> list[tuple]:
    from pyspark.sql import SparkSession

    os.environ |= engines.LOCAL_SPARK
    # Spark has no timestamps of nanoseconds: it takes them as numbers.
    builder = SparkSession.builder.master("local[2]").config("spark.sql.legacy.parquet.nanosAsLong", "true")
    spark = builder.config("spark.ui.enabled", "false").getOrCreate()
    try:
        spark.read.parquet(str(path)).createOrReplaceTempView("packets")
        rows = spark.sql("""
            SELECT protocol, count(*), sum(len), sum(src_port), cast(sum(cast(time AS DECIMAL(38))) AS STRING)
            FROM packets GROUP BY 1 ORDER BY 1 NULLS FIRST""").collect()
    finally:
        spark.stop()
    return [tuple(row) for row in rows]


if __name__ == "__main__":
    sys.exit(harness.main(globals()))
