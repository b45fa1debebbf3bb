"""Captures as collections of Dask and Spark: each part is read where and when it is wanted."""

from __future__ import annotations

import ctypes
import functools
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import dask.dataframe
    import pandas
    import pyarrow
    import pyspark.sql

    from ._source import Source


def _partition(source: Source, finish: Callable[[pandas.DataFrame], pandas.DataFrame] | None, i: int) -> Any:
    frame = source.partition(i).to_pandas()
    return frame if finish is None else finish(frame)


def to_dask(source: Source, finish: Callable[[Any], Any] | None = None) -> dask.dataframe.DataFrame:
    """`finish` is applied to the frame of each partition."""
    import dask.dataframe

    empty = source._empty()
    meta = empty if finish is None else finish(empty)
    part = functools.partial(_partition, source, finish)
    return dask.dataframe.from_map(part, range(source.npartitions), meta=meta)


# Spark has no unsigned numbers and no nanoseconds: numbers get the next larger type that it has, and times are cut to
# microseconds.
SPARK_TYPES = {"C": "short", "S": "int", "I": "long", "L": "long", "z": "binary", "Z": "binary", "w:16": "binary"}


def _spark_type(schema: Any) -> str:
    format = schema.format.decode()
    if schema.dictionary or format in ("u", "U"):
        return "string"
    if format[0] == "t":
        return "timestamp"
    if format in ("+l", "+L"):
        return f"array<{_spark_type(schema.children[0].contents)}>"
    return SPARK_TYPES[format]


def _arrow_type(spark_type: str) -> Any:
    import pyarrow

    if spark_type.startswith("array<"):
        return pyarrow.list_(_arrow_type(spark_type[len("array<"):-1]))
    return {"string": pyarrow.string(), "timestamp": pyarrow.timestamp("us", "UTC"), "short": pyarrow.int16(),
            "int": pyarrow.int32(), "long": pyarrow.int64(), "binary": pyarrow.binary()}[spark_type]


def _read_lines(lines: Iterable[str], types: dict[str, str]) -> Iterator[pyarrow.RecordBatch]:
    import pyarrow

    from ._source import split

    for line in lines:
        table = split(line).to_arrow()
        # Nanoseconds are dropped, not rounded.
        columns = [table[name].cast(_arrow_type(kind), safe=False) for name, kind in types.items()]
        yield from pyarrow.table(columns, list(types)).combine_chunks().to_batches()


def to_spark(source: Source, session: pyspark.sql.SparkSession | None = None,
             split_bytes: int = 128 << 20) -> pyspark.sql.DataFrame:
    from pyspark.sql import SparkSession

    spark = session or SparkSession.builder.getOrCreate()
    schema = source._schema()
    try:
        fields = [schema.children[i].contents for i in range(schema.n_children)]
        types = {field.name.decode(): _spark_type(field) for field in fields}
    finally:
        schema.release(ctypes.byref(schema))

    def read(batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        for batch in batches:
            yield from _read_lines(batch.column(0).to_pylist(), types)

    lines = source.plan(split_bytes)
    splits = spark.createDataFrame([(line,) for line in lines], "split string").repartition(len(lines))
    return splits.mapInArrow(read, ", ".join(f"`{name}` {kind}" for name, kind in types.items()))
