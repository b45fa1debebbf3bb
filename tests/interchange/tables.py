"""What the checks of this folder share: rows as csv shows them, out of what other tools have read."""

from __future__ import annotations

import csv
import datetime
import io
import json
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "command"))

ROOT = pathlib.Path(__file__).resolve().parents[2]
csv.field_size_limit(1 << 30)


def need(*modules: str) -> None:
    """Ends the script as skipped where a module is not installed."""
    for module in modules:
        try:
            __import__(module)
        except ImportError:
            print(f"skipped: no Python module {module} (python3 -m pip install {module})")
            sys.exit(77)


def all_columns(command: pathlib.Path) -> str:
    """Every column that there is, separated by commas."""
    shown = subprocess.run([command, "columns"], capture_output=True, text=True, check=True).stdout
    listed = shown.split("\n\n")[0]
    return ",".join(line.split()[0] for line in listed.splitlines())


def export(command: pathlib.Path, capture: pathlib.Path, folder: pathlib.Path, *options: str) -> list[pathlib.Path]:
    """The files that `pcapframe export` makes of a capture in a new folder; none where it is no capture."""
    subprocess.run([command, "export", capture, folder, *options], capture_output=True, check=False)
    return sorted(folder.rglob("part-*")) if folder.is_dir() else []


def rows_of_csv(path: pathlib.Path) -> list[list[str]]:
    """The header and the rows."""
    return list(csv.reader(io.StringIO(path.read_bytes().decode(), newline="")))


def time_text(nanoseconds: int) -> str:
    second, fraction = divmod(nanoseconds, 10**9)
    whole = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=second)
    return f"{whole.isoformat()}.{fraction:09}Z"


def texts(column) -> list[str]:
    """A column of pyarrow's as csv has it."""
    import pyarrow as pa

    if pa.types.is_timestamp(column.type):
        assert str(column.type) == "timestamp[ns, tz=UTC]", column.type
        return ["" if v is None else time_text(v) for v in column.cast(pa.int64()).to_pylist()]
    if pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type):
        return ["" if v is None else v.hex() for v in column.to_pylist()]
    if pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
        return ["" if v is None else json.dumps(v, ensure_ascii=False, separators=(",", ":")) for v in
                column.to_pylist()]
    return ["" if v is None else str(v) for v in column.to_pylist()]


def assert_same(table, rows: list[list[str]]) -> None:
    """A table of pyarrow's has the rows of a csv, header and all."""
    table.validate(full=True)
    assert table.column_names == rows[0], f"{table.column_names} are not {rows[0]}"
    assert table.num_rows == len(rows) - 1, f"{table.num_rows} rows, not {len(rows) - 1}"
    for i, name in enumerate(rows[0]):
        for number, (got, wanted) in enumerate(zip(texts(table[name]), (row[i] for row in rows[1:]))):
            assert got == wanted, f"column {name}, row {number}: {got!r}, not {wanted!r}"
