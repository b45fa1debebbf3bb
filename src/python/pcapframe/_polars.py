"""Captures as a polars.LazyFrame: what a query does not need is not read.

Columns and a limit of rows go down into the read, and so do conditions that are joined by "and": comparisons of times
and numbers, equality of hosts and protocols. Polars checks every condition once more, so that none has to be
understood.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ._library import OptionError
from ._source import Source, open as open_source

if TYPE_CHECKING:
    import polars

COMPARISONS = {"Eq": "=", "Lt": "<", "LtEq": "<=", "Gt": ">", "GtEq": ">="}
MIRRORED = {"=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
NANOSECONDS = {"Nanoseconds": 1, "Microseconds": 1000, "Milliseconds": 1_000_000}


def _literal(value: Any) -> str | None:
    """A value of Polars' in the text form of conditions; None for what has none."""
    if not isinstance(value, dict) or len(value) != 1:
        return None
    [(kind, held)] = value.items()
    if kind in ("Scalar", "Dyn"):
        return _literal(held)
    if kind == "String":
        return held if isinstance(held, str) and not set(held) & set(",|<>=") else None
    if kind == "Datetime":
        count, unit, zone = held
        is_utc = zone in ("UTC", {"inner": "UTC"})
        return str(count * NANOSECONDS[unit]) if is_utc and unit in NANOSECONDS else None
    if kind.startswith(("Int", "UInt")) and isinstance(held, int):
        return str(held)
    return None


def _listed(value: Any) -> str | None:
    """The values of a list, with bars in between."""
    import polars

    try:
        packed = bytes(value["Literal"]["Scalar"]["List"])
        series = polars.read_ipc_stream(packed).to_series()
        if series.dtype == polars.List:
            series = series.explode()
    except Exception:  # noqa: BLE001 - another form than is known here: it is not understood, which is no harm
        return None
    words = [str(one) for one in series.to_list()]
    plain = all(isinstance(one, (str, int)) for one in series.to_list())
    return "|".join(words) if words and plain and not any(set(word) & set(",|<>=") for word in words) else None


def _of_function(node: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    inputs = node.get("input", [])
    what = node.get("function", {}).get("Boolean")
    if not isinstance(what, dict) or not inputs or not isinstance(inputs[0], dict) or "Column" not in inputs[0]:
        return
    name = inputs[0]["Column"]
    if "IsIn" in what and len(inputs) == 2:
        words = _listed(inputs[1])
        if words is not None:
            yield name, "=", words
    if "IsBetween" in what and len(inputs) == 3:
        bounds = [_literal(one.get("Literal")) if isinstance(one, dict) else None for one in inputs[1:]]
        for how, bound in zip((">=", "<="), bounds):
            if bound is not None:
                yield name, how, bound


def _understood(node: Any) -> Iterator[tuple[str, str, str]]:
    """The conditions that all rows of a predicate meet: column, comparison, value."""
    if not isinstance(node, dict):
        return
    if "Function" in node:
        yield from _of_function(node["Function"])
        return
    if "BinaryExpr" not in node:
        return
    expression = node["BinaryExpr"]
    left, how, right = expression["left"], expression["op"], expression["right"]
    if how in ("And", "LogicalAnd"):
        yield from _understood(left)
        yield from _understood(right)
        return
    comparison = COMPARISONS.get(how)
    if comparison is None or not isinstance(left, dict) or not isinstance(right, dict):
        return
    if "Literal" in left:
        left, right, comparison = right, left, MIRRORED[comparison]
    if "Column" in left and "Literal" in right:
        value = _literal(right["Literal"])
        if value is not None:
            yield left["Column"], comparison, value


def conditions_of(predicate: polars.Expr) -> list[str]:
    """What a read can do of a predicate, in the form of the option `where`."""
    try:
        tree = json.loads(predicate.meta.serialize(format="json"))
        return [name + how + value for name, how, value in _understood(tree)]
    except Exception:  # noqa: BLE001 - a predicate of a form that is not known here is Polars' alone
        return []


def _open_chosen(paths: list[str], options: dict[str, Any], conditions: list[str]) -> Source:
    """A source with as many of the conditions as it can have."""
    kept = [str(options["where"])] if options.get("where") else []
    for one in conditions:
        try:
            open_source(paths, **{**options, "where": one}).close()
        except OptionError:
            continue
        kept.append(one)
    return open_source(paths, **{**options, "where": ",".join(kept) or None})


def scan_polars(path: str | os.PathLike[str] | Sequence[str | os.PathLike[str]], **options: Any) -> polars.LazyFrame:
    """Captures as a polars.LazyFrame. The options are those of `open`."""
    import polars
    from polars.io.plugins import register_io_source

    source = open_source(path, **options)
    paths = source.paths
    schema = polars.DataFrame(open_source(paths, **{**options, "limit": 1, "where": None}).table()).schema

    def frames(
        with_columns: list[str] | None, predicate: polars.Expr | None, n_rows: int | None, batch_size: int | None
    ) -> Iterator[polars.DataFrame]:
        conditions = [] if predicate is None else conditions_of(predicate)
        names = None if with_columns is None else list(with_columns)
        if predicate is not None and names is not None:
            names += [name for name in predicate.meta.root_names() if name not in names]
        chosen = dict(options)
        if names is not None:
            # A query may need no column at all, as a count of rows does: the first one says how many there are.
            chosen |= {"columns": names or [next(iter(schema))], "payload": None}
        if n_rows is not None and predicate is None:
            chosen["limit"] = min(n_rows, int(options.get("limit") or n_rows))
            if chosen["limit"] == 0:
                yield polars.DataFrame(schema=schema)
                return
        if batch_size:
            chosen["chunksize"] = batch_size
        left = n_rows
        for table in _open_chosen(paths, chosen, conditions):
            frame = polars.DataFrame(table)
            if predicate is not None:
                frame = frame.filter(predicate)
            if left is not None:
                frame = frame.head(left)
                left -= frame.height
            yield frame if with_columns is None else frame.select(with_columns)
            if left == 0:
                return

    return register_io_source(frames, schema=schema)
