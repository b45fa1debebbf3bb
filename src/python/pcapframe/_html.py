"""What notebooks show."""

from __future__ import annotations

import datetime
import html
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._source import Source, Table

SHOWN = 10  # rows, half of them from the end
BYTES = 16  # of a payload


def escaped(text: str) -> str:
    return html.escape(text, quote=True)


def _cell(value: Any, is_time: bool) -> str:
    if value is None:
        return "&lt;NA&gt;"
    if is_time:
        seconds, nanoseconds = divmod(value, 1_000_000_000)
        try:
            day = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=seconds)
        except OverflowError:
            return str(value)
        return f"{day:%Y-%m-%d %H:%M:%S}.{nanoseconds:09}"
    if isinstance(value, bytes):
        return value[:BYTES].hex() + ("..." if len(value) > BYTES else "")
    return escaped(str(value))


def table_html(table: Table, rows: int | None = None) -> str:
    """A table with its first and last rows; `rows` says how many there are where the table has not all of them."""
    found = table.columns()
    times = {name for name, format in table.formats().items() if format[0] == "t"}
    count = len(table)
    whole = count <= SHOWN
    numbers = list(range(count)) if whole else [*range(SHOWN // 2), *range(count - SHOWN // 2, count)]
    if rows is not None and not whole:
        numbers = list(range(SHOWN))
    gap = "<tr><th>...</th>" + "<td>...</td>" * len(found) + "</tr>"
    lines = ["<tr><th></th>" + "".join(f"<th>{escaped(name)}</th>" for name in found) + "</tr>"]
    previous = -1
    for i in numbers:
        if i != previous + 1:
            lines.append(gap)
        cells = "".join(f"<td>{_cell(column[i], name in times)}</td>" for name, column in found.items())
        lines.append(f"<tr><th>{i}</th>{cells}</tr>")
        previous = i
    if rows is not None and not whole:
        lines.append(gap)
    total = f"{count} rows" if rows is None else "the first rows" if rows < 0 else f"{rows} rows"
    body = "\n".join(lines)
    return f"<table>\n{body}\n</table>\n<p>{total} × {len(found)} columns</p>"


def source_html(source: Source) -> str:
    """The first rows, with no more read than they take."""
    from ._source import _reopen

    title = f"<pre>{escaped(repr(source))}</pre>"
    if "-" in source.paths:
        return title
    few = _reopen(source.paths, {**source.options, "limit": SHOWN + 1, "partition_bytes": None})
    known = source.discover()["shape"][0]
    return title + table_html(few.table(), -1 if known is None else known)


def page_html(page: str) -> str:
    """A page of its own inside a notebook's."""
    return f'<iframe srcdoc="{escaped(page)}" style="width:100%;height:640px;border:0" title="pcapframe plot"></iframe>'
