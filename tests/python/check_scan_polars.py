#!/usr/bin/env python3
"""A scan gives what Polars makes of all rows, whatever is asked; and what goes down into the read is what is meant
to."""

from __future__ import annotations

import datetime
import pathlib
import random
import sys

import package

package.need("polars")

import harness  # noqa: E402
import pcapframe  # noqa: E402
import polars as pl  # noqa: E402
from harness import Command, same  # noqa: E402
from package import LOCAL, ROWS  # noqa: E402
from pcapframe import _polars  # noqa: E402

COLUMNS = ["time", "src_host", "src_port", "dst_host", "dst_port", "protocol", "len", "tcp_flags", "payload"]
WHOLE = pl.DataFrame(pcapframe.open(LOCAL, columns=COLUMNS))
MIDDLE = WHOLE["time"][40]


def scanned() -> pl.LazyFrame:
    return pcapframe.scan_polars(LOCAL, columns=COLUMNS)


def conditions(predicate: pl.Expr) -> list[str]:
    """What goes down into the read, as Polars hands it over."""
    seen: list[str] = []
    original = _polars._open_chosen

    def note(paths: list[str], options: dict[str, object], given: list[str]) -> object:
        made = original(paths, options, given)
        seen.extend(str(made.options.get("where") or "").split(",") if made.options.get("where") else [])
        return made

    _polars._open_chosen = note
    try:
        found = scanned().filter(predicate).collect()
    finally:
        _polars._open_chosen = original
    same(found.equals(WHOLE.filter(predicate)), True)
    return sorted(seen)


def test_simple_conditions_go_down(_: Command, __: pathlib.Path) -> None:
    nanoseconds = WHOLE["time"].to_physical()[40]
    microseconds = nanoseconds // 1000 * 1000
    for predicate, wanted in (
        (pl.col("src_port") == 53, ["src_port=53"]),
        (53 == pl.col("src_port"), ["src_port=53"]),
        (pl.col("dst_port") > 1024, ["dst_port>1024"]),
        (1024 >= pl.col("dst_port"), ["dst_port<=1024"]),
        (pl.col("protocol") == "udp", ["protocol=udp"]),
        (pl.col("src_host") == "192.0.2.53", ["src_host=192.0.2.53"]),
        (pl.col("dst_host") == "2001:db8::53", ["dst_host=2001:db8::53"]),
        ((pl.col("src_port") == 80) & (pl.col("len") > 60) & (pl.col("protocol") == "tcp"),
         ["len>60", "protocol=tcp", "src_port=80"]),
        (pl.col("time") >= pl.lit(MIDDLE, pl.Datetime("ns", "UTC")), [f"time>={microseconds}"]),
        (pl.col("src_host").is_in(["192.0.2.53", "2001:db8::53"]), ["src_host=192.0.2.53|2001:db8::53"]),
        (pl.col("src_port").is_in([53, 80]), ["src_port=53|80"]),
    ):
        same((str(predicate), conditions(predicate)), (str(predicate), wanted))


def test_what_is_not_simple_stays_with_polars(_: Command, __: pathlib.Path) -> None:
    for predicate, wanted in (
        ((pl.col("src_port") == 53) | (pl.col("dst_port") == 53), []),
        (pl.col("src_port") != 53, []),
        (pl.col("src_port").is_null(), []),
        (~(pl.col("protocol") == "udp"), []),
        (pl.col("src_port") + 1 == 54, []),
        (pl.col("src_port") == pl.col("dst_port"), []),
        (pl.col("src_port") > 52.5, []),
        (pl.col("src_host") == "192.0.2.053", []),
        (pl.col("src_host") == "a,b|c=<d", []),
        (pl.col("protocol") == "no such", []),
        (pl.col("payload").bin.size() > 20, []),
        ((pl.col("src_port") == 53) & (pl.col("protocol").cast(pl.String).str.starts_with("u")), ["src_port=53"]),
        (pl.col("src_port").is_in([]), []),
        (pl.col("time").dt.hour() == 22, []),
    ):
        same((str(predicate), conditions(predicate)), (str(predicate), wanted))


def simple(draw: random.Random) -> pl.Expr:
    """A condition as someone may write it."""
    name = draw.choice(COLUMNS[:-1])
    value = draw.choice(WHOLE[name].to_list())
    if name in ("src_host", "dst_host", "protocol"):
        known = [one for one in WHOLE[name].to_list() if one is not None]
        return draw.choice([pl.col(name) == value, pl.col(name).is_in(draw.sample(known, 3)), pl.col(name) != value,
                            pl.col(name).is_null()])
    if name == "time" and value is not None:
        value = value + datetime.timedelta(microseconds=draw.randrange(-2, 3))
        other = value + datetime.timedelta(milliseconds=draw.randrange(500))
        if draw.random() < 0.3:
            return pl.col(name).is_between(value, other, closed=draw.choice(["both", "left", "right", "none"]))
    if value is None:
        return pl.col(name).is_not_null()
    how = draw.choice(["__eq__", "__lt__", "__le__", "__gt__", "__ge__", "__ne__"])
    return getattr(pl.col(name), how)(value)


def test_any_query_is_what_polars_makes_of_all_rows(_: Command, __: pathlib.Path) -> None:
    for seed in range(120):
        draw = random.Random(seed)
        predicate = simple(draw)
        for _ in range(draw.randrange(3)):
            other = simple(draw)
            predicate = predicate & other if draw.random() < 0.7 else predicate | other
        names = draw.sample(COLUMNS, draw.randrange(1, 5))
        head = draw.choice([None, 0, 1, 7, 1000])

        def query(frame: pl.LazyFrame) -> pl.LazyFrame:
            made = frame.filter(predicate) if draw_filter else frame
            made = made.select(names) if draw_names else made
            return made if head is None else made.head(head)

        draw_filter, draw_names = draw.random() < 0.8, draw.random() < 0.7
        found, wanted = query(scanned()).collect(), query(WHOLE.lazy()).collect()
        same((seed, found.columns, found.height), (seed, wanted.columns, wanted.height))
        assert found.equals(wanted), f"{seed}: {predicate}, {names}, {head}"


def test_counts_and_groups(_: Command, folder: pathlib.Path) -> None:
    same(scanned().select(pl.len()).collect().item(), ROWS)
    same(scanned().group_by("protocol").len().sort("len").collect()["len"].to_list(), [3, 11, 13, 14, 46])
    path = package.repeated(folder, 1500)
    scan = pcapframe.scan_polars(path)
    same(scan.select(pl.len()).collect().item(), 1500 * ROWS)
    same(scan.head(100_000).select(pl.len()).collect().item(), 100_000)
    same(scan.filter(pl.col("protocol") == "udp").head(20).collect().height, 20)
    same(scan.filter(pl.col("src_port") == 80).select("dst_port").collect().height, 1500 * 16)


def test_only_what_is_asked_for_is_read(_: Command, folder: pathlib.Path) -> None:
    seen = []
    original = _polars._open_chosen
    _polars._open_chosen = lambda paths, options, given: seen.append(options) or original(paths, options, given)
    try:
        scanned().filter(pl.col("src_port") == 53).select("len").head(3).collect()
        scanned().select("len", "time").head(4).collect()
    finally:
        _polars._open_chosen = original
    same([sorted(options["columns"]) for options in seen], [["len", "src_port"], ["len", "time"]])
    same([options.get("limit") for options in seen], [None, 4])


if __name__ == "__main__":
    sys.exit(harness.main(dict(globals())))
