#!/usr/bin/env python3
"""Captures in Spark: a task for each split, and the rows of all of them."""

from __future__ import annotations

import pathlib
import sys

import package

package.need("pyspark", "pyarrow")

import harness  # noqa: E402
import pcapframe  # noqa: E402
from harness import Command, same  # noqa: E402
from pyspark.sql import SparkSession  # noqa: E402

NAMES = ["time", "src_host", "src_port", "len", "payload", "stop", "ttl", "frame_number"]


def test_rows_of_all_splits(_: Command, folder: pathlib.Path) -> None:
    spark = (SparkSession.builder.master("local[2]").config("spark.sql.session.timeZone", "UTC")
             .config("spark.ui.enabled", "false").getOrCreate())
    try:
        source = pcapframe.open(package.LOCAL, columns=NAMES)
        frame = source.to_spark(spark, split_bytes=5000)
        same(dict(frame.dtypes), {"time": "timestamp", "src_host": "string", "src_port": "int", "len": "bigint",
                                  "payload": "binary", "stop": "string", "ttl": "smallint", "frame_number": "bigint"})
        rows = frame.orderBy("frame_number").collect()
        wanted = list(source.table().rows())
        same(len(rows), len(wanted))
        for got, row in zip(rows, wanted):
            same([got[name] if not isinstance(got[name], bytearray) else bytes(got[name]) for name in NAMES[1:]],
                 [row[name] for name in NAMES[1:]])
        times = frame.selectExpr("unix_micros(time) AS t").toPandas()["t"].sort_values().tolist()
        same(times, sorted(row["time"] // 1000 for row in wanted))
    finally:
        spark.stop()


if __name__ == "__main__":
    sys.exit(harness.main(dict(globals())))
