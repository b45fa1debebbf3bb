#!/usr/bin/env python3
"""Which hosts sent most bytes in which minute: the top 20 of a folder of captures, by Spark.

    spark_top_hosts.py --master spark://HOST:7077 '/captures/*.pcap'

pcapframe cuts the captures into splits here, and each worker runs pcapframe to read the splits that it is given: the
captures, pcapframe and pyarrow must be there, too. A split that a worker did not bring to its end is read again by
another one; what the first had made of it is gone with its task.
"""

import argparse
import json
import subprocess
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

SPLITS_OF_A_TASK_MAX = 64
SCHEMA = pa.schema([("minute", pa.timestamp("us", "UTC")), ("host", pa.string()), ("bytes", pa.int64())])


def plan(command: str, captures: list[str], split_size: str) -> list[str]:
    """One line for each split."""
    done = subprocess.run([command, "plan", *captures, "--split-size", split_size], stdout=subprocess.PIPE, check=True)
    return done.stdout.decode().splitlines()


def task_count(lines: list[str], cores: int) -> int:
    """A task for each split where they are large, and for up to 64 where they are small; enough for all cores."""
    sizes = [split["end"] - split["begin"] for split in map(json.loads, lines)]
    at_least = min(len(lines), 2 * cores)
    return max(sum(sizes) // max(sizes), len(lines) // SPLITS_OF_A_TASK_MAX, at_least)


def read_split(command: str, line: str) -> pa.Table:
    """Time, source and length of every packet of a split; an error unless all of it was read."""
    words = [command, "read", "--split", line, "--columns", "time,src_host,len", "--format", "arrows"]
    done = subprocess.run(words, stdout=subprocess.PIPE, check=False)
    if done.returncode not in (0, 3):  # 3: the capture ends in a damaged record, and all rows before it are there
        raise OSError(f"pcapframe ended with status {done.returncode} over {line}")
    return pa.ipc.open_stream(done.stdout).read_all()


def sums_of(command: str, lines: list[str]) -> pa.Table:
    """What there is to add up of some splits: far less than their packets."""
    sums = []
    for line in lines:
        table = read_split(command, line).drop_null()  # of a packet that is cut, the host may not be known
        columns = [pc.floor_temporal(table["time"], unit="minute"), table["src_host"].cast(pa.string()), table["len"]]
        grouped = pa.table(columns, ["minute", "host", "len"]).group_by(["minute", "host"])
        sums.append(grouped.aggregate([("len", "sum")]).rename_columns(SCHEMA.names).cast(SCHEMA))
    return pa.concat_tables(sums)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("captures", nargs="+", help="files and patterns, as the workers see them")
    parser.add_argument("--master", default="local[2]", help="the cluster; if not given, two threads here")
    parser.add_argument("--split-size", default="128MiB", help="bytes of a split")
    parser.add_argument("--pcapframe", default="pcapframe", help="the command, here and on the workers")
    given = parser.parse_args()
    command = given.pcapframe

    def sums(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield from sums_of(command, batch["split"].to_pylist()).combine_chunks().to_batches()

    lines = plan(command, given.captures, given.split_size)
    spark = SparkSession.builder.master(given.master).config("spark.sql.session.timeZone", "UTC").getOrCreate()
    tasks = task_count(lines, spark.sparkContext.defaultParallelism)
    splits = spark.createDataFrame([(line,) for line in lines], "split string").repartition(tasks)
    top = (
        splits.mapInArrow(sums, "minute timestamp, host string, bytes long")
        .groupBy("minute", "host")
        .agg(F.sum("bytes").alias("bytes"))
        .orderBy(F.desc("bytes"), "minute", "host")
        .limit(20)
        .select(F.date_format("minute", "yyyy-MM-dd HH:mm"), "host", "bytes")
    )
    for minute, host, count in top.collect():
        print(minute, host, count, sep=",")
    spark.stop()


if __name__ == "__main__":
    main()
