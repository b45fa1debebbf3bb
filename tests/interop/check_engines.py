#!/usr/bin/env python3
"""The examples for Dask and Spark on two workers give the answer of one machine, also where workers are killed."""

from __future__ import annotations

import collections
import csv
import pathlib
import stat
import subprocess
import sys

import engines

engines.need()

import duckdb  # noqa: E402
import harness  # noqa: E402

SPLITS_OF_LOCAL = 40
# Half of a split is given, then who asked for it is killed: its Python, or above that the Java of the worker. Each
# once.
KILLER = """#!/bin/sh
folder={folder}
if [ "$1" = read ]; then
    echo "$3" >>"$folder/reads"
    reads=$(wc -l <"$folder/reads")
    for victim in {victims}; do
        if [ "$reads" -ge {after} ] && mkdir "$folder/killed-$victim" 2>/dev/null; then
            {command} "$@" | head -c 700
            process=$PPID
            while [ "$(cat /proc/$process/comm)" != "$victim" ] && [ "$process" -gt 1 ]; do
                process=$(sed -n 's/^PPid:[^0-9]*//p' /proc/$process/status)
            done
            kill -9 "$process"
            exit 0
        fi
    done
fi
exec {command} "$@"
"""


def answer(command: pathlib.Path, folder: pathlib.Path, files: list[pathlib.Path]) -> str:
    """The answer of one machine: of DuckDB over Parquet, and of a dictionary over csv."""
    parquet = engines.read_to(command, folder / "all.parquet", *files, "--columns", "time,src_host,len")
    rows = duckdb.sql(engines.top_hosts(f"'{parquet}'")).fetchall()
    text = "".join(f"{minute},{host},{count}\n" for minute, host, count in rows)

    sums: collections.Counter[tuple[str, str]] = collections.Counter()
    path = engines.read_to(command, folder / "all.csv", *files, "--columns", "time,src_host,len")
    with path.open(newline="") as lines:
        for row in csv.DictReader(lines):
            if row["time"] and row["src_host"]:
                sums[row["time"][:16].replace("T", " "), row["src_host"]] += int(row["len"])
    ours = sorted(sums.items(), key=lambda item: (-item[1], item[0]))[:20]
    harness.same(text, "".join(f"{minute},{host},{count}\n" for (minute, host), count in ours))
    return text


def killer(command: pathlib.Path, folder: pathlib.Path, victims: list[str], after: int) -> pathlib.Path:
    """A pcapframe that kills who asks for a split, by the names of processes; once each, after so many splits."""
    script = folder / "pcapframe-killer"
    script.write_text(KILLER.format(folder=folder, command=command, victims=" ".join(victims), after=after))
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return script


def check_killed(folder: pathlib.Path, victims: list[str], splits: int) -> None:
    """All were killed, and what they had was read again."""
    for victim in victims:
        assert (folder / f"killed-{victim}").is_dir(), f"{victim} was not killed"
    reads = collections.Counter((folder / "reads").read_text().splitlines())
    harness.same(len(reads), splits)
    assert reads.total() >= splits + len(victims), f"{reads.total()} reads of {splits} splits"


def many_packets(folder: pathlib.Path) -> pathlib.Path:
    """A capture of some megabytes, whose packets fill a good many minutes."""
    packets = [harness.udp(bytes(size % 900)) for size in range(3000)] + [harness.tcp()] * 1000
    return harness.write(folder, "many.pcap", harness.pcap(packets * 2))


def python_name() -> str:
    return pathlib.Path("/proc/self/comm").read_text().strip()


def check_example(name: str, command: pathlib.Path, folder: pathlib.Path, *words: str) -> None:
    files = engines.captures(command)
    harness.same(engines.run_example(name, command, *words, *files), answer(command, folder, files))


def check_with_kills(name: str, command: pathlib.Path, folder: pathlib.Path, victims: list[str], *words: str) -> None:
    capture = many_packets(folder)
    size = str(capture.stat().st_size // SPLITS_OF_LOCAL)
    splits = len(engines.plan_of(command, capture, "--split-size", size).stdout.splitlines())
    assert splits > SPLITS_OF_LOCAL // 2
    killing = killer(command, folder, victims, 5)
    got = engines.run_example(name, killing, *words, capture, "--split-size", size)
    check_killed(folder, victims, splits)
    harness.same(got, answer(command, folder, [capture]))


def test_dask_with_two_processes(command: harness.Command, folder: pathlib.Path) -> None:
    check_example("dask_top_hosts.py", command.path, folder)


def test_dask_when_a_worker_is_killed(command: harness.Command, folder: pathlib.Path) -> None:
    check_with_kills("dask_top_hosts.py", command.path, folder, [python_name()])


def test_spark_with_two_executors(command: harness.Command, folder: pathlib.Path) -> None:
    if engines.has_java():
        check_example("spark_top_hosts.py", command.path, folder, "--master", "local-cluster[2,1,1024]")


def test_spark_when_executors_are_killed(command: harness.Command, folder: pathlib.Path) -> None:
    if engines.has_java():
        victims = [python_name(), "java"]
        check_with_kills("spark_top_hosts.py", command.path, folder, victims, "--master", "local-cluster[2,1,1024]")


if __name__ == "__main__":
    sys.exit(harness.main(globals()))
