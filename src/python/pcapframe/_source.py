"""Captures, interfaces and tables: what has rows."""

from __future__ import annotations

import ctypes
import os
import pathlib
import threading
import warnings
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from ctypes import c_int64, c_size_t, c_uint64, c_void_p
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from . import _arrow, _library
from ._library import ArrowArrayStream, ArrowSchema, CCounters, Error, call, library

if TYPE_CHECKING:
    import dask.dataframe
    import duckdb
    import pandas
    import polars
    import pyarrow
    import pyspark.sql
    from typing_extensions import Unpack

    from ._options import FileOptions, FlowOptions, LiveOptions

Made = TypeVar("Made")


class Option(NamedTuple):
    """A keyword of `open` or `live`."""

    name: str
    kind: str
    meaning: str
    applies: str
    effect: str


class Column(NamedTuple):
    """A column that rows may have."""

    name: str
    type: str
    source: str
    meaning: str
    unit: str
    is_default: bool


def _entries(at: Callable[[int], Any]) -> Iterator[list[Any]]:
    i = 0
    while entry := at(i):
        fields = (getattr(entry.contents, name) for name, _ in entry.contents._fields_)
        yield [field.decode() if isinstance(field, bytes) else bool(field) for field in fields]
        i += 1


def options() -> list[Option]:
    """The keywords of `open` and `live`: those that apply to "files", to "interfaces", and to "both"."""
    return [Option(*entry) for entry in _entries(library.pcapframe_option_at)]


def columns() -> list[Column]:
    """All columns, in order; `open(path, columns=["time", "len"])` chooses some."""
    return [Column(*entry) for entry in _entries(library.pcapframe_column_at)]


def flow_columns() -> list[Column]:
    """All columns of flows, in order; `flows(path, columns=["src_host", "bytes"])` chooses some, "all" all."""
    return [Column(*entry) for entry in _entries(library.pcapframe_flow_column_at)]


def _text_of(value: object) -> str:
    """A value in the text form that options have."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, os.PathLike)):
        return os.fspath(value)
    if isinstance(value, Sequence):
        return ",".join(map(_text_of, value))
    return str(value)


def given(chosen: Mapping[str, object], kind: str = "source_open") -> dict[str, str]:
    """Options in their text form, without those that are None. A keyword that is none is a TypeError, with the nearest
    that `kind` has."""
    known = {option.name for option in options()}
    for name in chosen:
        if name not in known:
            try:
                _Handle.open([], {name: ""}, kind)
            except Error as why:
                raise TypeError(str(why)) from None
    return {name: _text_of(value) for name, value in chosen.items() if value is not None}


class _Handle:
    """A source of the library, closed when nothing refers to it."""

    def __init__(self, address: c_void_p) -> None:
        self.address = address
        self.close = weakref.finalize(self, library.pcapframe_source_close, address)

    @classmethod
    def open(cls, paths: Sequence[str | os.PathLike[str]], chosen: Mapping[str, str],
             kind: str = "source_open") -> _Handle:
        made = c_void_p()
        names = _library.texts(os.fsencode(path) for path in paths)
        call(kind, names, _library.pairs(chosen), ctypes.byref(made))
        return cls(made)


def _apart(work: Callable[[], Made], cancel: Callable[[], None]) -> Made:
    """Does `work`, which may take long outside of Python, so that Ctrl-C ends it: on another thread, where this is the
    main thread, which is the one that hears of it."""
    if threading.current_thread() is not threading.main_thread():
        return work()
    outcome: list[tuple[bool, Any]] = []
    done = threading.Event()

    def run() -> None:
        try:
            outcome.append((True, work()))
        except BaseException as why:  # noqa: BLE001 - handed on to the caller, whatever it is
            outcome.append((False, why))
        finally:
            done.set()

    thread = threading.Thread(target=run, name="pcapframe", daemon=True)
    thread.start()
    try:
        done.wait()
    except BaseException:
        cancel()
        thread.join()
        raise
    thread.join()
    worked, made = outcome[0]
    if not worked:
        raise made
    return made


class _Rows:
    """What has rows: all that other libraries take is here.

    pandas 3, Polars, DuckDB, pyarrow, narwhals and others take the object itself, by the Arrow PyCapsule interface.
    """

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The rows as an Arrow stream, for whatever takes such."""
        return _arrow.capsule(self._stream())

    def __arrow_c_schema__(self) -> object:
        """The columns as an Arrow schema. Nothing is read."""
        return _arrow.capsule(self._schema())

    def _stream(self) -> ArrowArrayStream:
        raise NotImplementedError

    def _schema(self) -> ArrowSchema:
        raise NotImplementedError

    def _warn(self, depth: int) -> None:
        """Gives out the warnings that were gathered, as those of the line that called, by so many calls in between."""

    @property
    def column_names(self) -> list[str]:
        schema = self._schema()
        try:
            return [schema.children[i].contents.name.decode() for i in range(schema.n_children)]
        finally:
            schema.release(ctypes.byref(schema))

    def to_pandas(self) -> pandas.DataFrame:
        """A pandas.DataFrame: times are datetime64[ns, UTC], numbers nullable integers (UInt16, ...), hosts, protocols
        and names text, payloads bytes. It takes pandas, and no pyarrow."""
        raise NotImplementedError

    def _empty(self) -> pandas.DataFrame:
        """A frame of no rows."""
        from ._pandas import FrameMaker

        schema = self._schema()
        try:
            return FrameMaker(schema).frame()
        finally:
            schema.release(ctypes.byref(schema))

    def to_arrow(self) -> pyarrow.Table:
        """A pyarrow.Table."""
        import pyarrow

        made = pyarrow.table(self)
        self._warn(1)
        return made

    def to_polars(self) -> polars.DataFrame:
        """A polars.DataFrame."""
        import polars

        made = polars.DataFrame(self)
        self._warn(1)
        return made

    def to_duckdb(self, connection: duckdb.DuckDBPyConnection | None = None) -> duckdb.DuckDBPyRelation:
        """A relation of DuckDB, whose rows are read once, here and now."""
        import duckdb

        table = self.to_arrow()
        return (connection or duckdb).from_arrow(table)


class Table(_Rows):
    """Rows that are in memory, in Arrow's form. Nothing is copied when it is handed on.

    `len(table)` rows, `table["src_host"]` the values of a column, `table.rows()` one row after the other, as dicts.
    Times are whole nanoseconds since 1970 there, and what a packet does not have is None.
    """

    def __init__(self, address: c_void_p) -> None:
        self._address = address
        weakref.finalize(self, library.pcapframe_table_close, address)

    @classmethod
    def _read(cls, stream: ArrowArrayStream, arrays: int, cancel: Callable[[], None]) -> tuple[Table, list[Warning]]:
        """The next arrays of a stream (0: all), with the warnings that came with them."""

        def work() -> tuple[Table, list[Warning]]:
            made = c_void_p()
            with _library.gathered() as told:
                call("table_read", ctypes.byref(stream), arrays, ctypes.byref(made))
            return cls(made), told

        return _apart(work, cancel)

    def __len__(self) -> int:
        return library.pcapframe_table_rows(self._address)

    def _stream(self) -> ArrowArrayStream:
        stream = ArrowArrayStream()
        call("table_stream", self._address, ctypes.byref(stream))
        return stream

    def _schema(self) -> ArrowSchema:
        stream = self._stream()
        try:
            schema = ArrowSchema()
            if stream.get_schema(ctypes.byref(stream), ctypes.byref(schema)) != 0:
                raise MemoryError("out of memory")
            return schema
        finally:
            stream.release(ctypes.byref(stream))

    def to_pandas(self) -> pandas.DataFrame:
        from ._pandas import FrameMaker

        schema = self._schema()
        try:
            maker = FrameMaker(schema)
            for array in _arrow.arrays_of(self._address):
                maker.add(array)
            return maker.frame()
        finally:
            schema.release(ctypes.byref(schema))

    def formats(self) -> dict[str, str]:
        """The columns with their types, as the Arrow C interface writes them: "tsn:UTC" is a time, "S" uint16, ..."""
        schema = self._schema()
        try:
            fields = [schema.children[i].contents for i in range(schema.n_children)]
            return {field.name.decode(): field.format.decode() for field in fields}
        finally:
            schema.release(ctypes.byref(schema))

    def __getitem__(self, name: str) -> list[Any]:
        return self.columns([name])[name]

    def columns(self, names: Sequence[str] | None = None) -> dict[str, list[Any]]:
        """Columns as lists of Python's values, by name."""
        schema = self._schema()
        try:
            return self._values(schema, names)
        finally:
            schema.release(ctypes.byref(schema))

    def _values(self, schema: ArrowSchema, names: Sequence[str] | None) -> dict[str, list[Any]]:
        fields = {schema.children[i].contents.name.decode(): i for i in range(schema.n_children)}
        wanted = list(fields) if names is None else names
        if unknown := [name for name in wanted if name not in fields]:
            raise KeyError(f"no column {unknown[0]!r}: there are {', '.join(fields)}")
        found: dict[str, list[Any]] = {name: [] for name in wanted}
        for array in _arrow.arrays_of(self._address):
            for name in wanted:
                i = fields[name]
                found[name] += _arrow.values(schema.children[i].contents, array.children[i].contents)
        return found

    def rows(self) -> Iterator[dict[str, Any]]:
        """One row after the other."""
        found = self.columns()
        for row in zip(*found.values()):
            yield dict(zip(found, row))

    def __repr__(self) -> str:
        return f"<pcapframe.Table: {len(self)} rows of {', '.join(self.column_names)}>"

    def _repr_html_(self) -> str:
        from ._html import table_html

        return table_html(self)


class _Source(_Rows):
    """What files and interfaces have in common."""

    _words = ""  # what it is, in words

    def __init__(self, handle: _Handle, chosen: Mapping[str, object]) -> None:
        self._handle = handle
        self._chosen = dict(chosen)
        self._told: list[Warning] = _library.listen(handle.address)
        self._guard = threading.Lock()

    @property
    def _address(self) -> c_void_p:
        if not self._handle.close.alive:
            raise _library.OptionError("the source is closed")
        return self._handle.address

    @property
    def options(self) -> dict[str, object]:
        """The options that were given."""
        return dict(self._chosen)

    def _stream(self) -> ArrowArrayStream:
        stream = ArrowArrayStream()
        call("source_stream", self._address, ctypes.byref(stream))
        return stream

    def _schema(self) -> ArrowSchema:
        schema = ArrowSchema()
        call("source_schema", self._address, ctypes.byref(schema))
        return schema

    def _warn(self, depth: int) -> None:
        with self._guard:
            told, self._told = self._told, []
        for warning in told:
            warnings.warn(warning, stacklevel=depth + 2)

    def _read_table(self, stream: ArrowArrayStream, arrays: int) -> Table:
        table, told = Table._read(stream, arrays, self.cancel)
        with self._guard:
            self._told += told
        return table

    def _whole(self, depth: int) -> Table:
        """All rows of a stream from its beginning."""
        return self._all_of(self._stream(), depth + 1)

    def _all_of(self, stream: ArrowArrayStream, depth: int) -> Table:
        try:
            made = self._read_table(stream, 0)
        finally:
            stream.release(ctypes.byref(stream))
        self._warn(depth)
        return made

    def _text(self, name: str, *arguments: object) -> str:
        text = c_void_p()
        address = self._address

        def work() -> list[Warning]:
            with _library.gathered() as told:
                call(name, address, *arguments, ctypes.byref(text))
            return told

        self._told += _apart(work, self.cancel)
        return _library.taken(text)

    def set_filter(self, protocol: str | None = None, filter: str | None = None) -> None:
        """Only packets of this protocol that match this filter, in place of those options, from the next chunk on; all
        packets, where neither is given. From any thread."""
        encoded = (os.fsencode(text) if text else None for text in (protocol, filter))
        call("source_set_filter", self._address, *encoded)

    def cancel(self) -> None:
        """Ends what is being read, once and for all, from any thread."""
        if self._handle.close.alive:
            library.pcapframe_source_cancel(self._handle.address)

    def close(self) -> None:
        """Gives everything back. What was read stays."""
        self._handle.close()

    def __enter__(self: Made) -> Made:
        return self

    def __exit__(self, *_: object) -> None:
        self.cancel()
        self.close()

    def plot(self, path: str | os.PathLike[str] | None = None, kind: str = "overview", format: str | None = None,
             title: str | None = None, **more: object) -> Plot:
        """A picture of the traffic, written to `path` where that is given, and shown by notebooks: `kind` is
        "overview", or some of "timeline", "protocols", "ports", "sizes", "hosts", "conversations", with commas in
        between;
        `format` "html", "svg" or "json", or what the path's extension says."""
        if format is None:
            ending = os.path.splitext(os.fspath(path))[1][1:].lower() if path is not None else ""
            format = ending if ending else "html"
        chosen = {"kind": kind, "format": format, "title": title or self._title(), **more}
        words = {name: _text_of(value) for name, value in chosen.items() if value is not None}
        made = Plot(self._text("source_plot", _library.pairs(words)), format)
        self._warn(1)
        if path is not None:
            pathlib.Path(path).write_text(made.text, encoding="utf-8")
        return made

    def _title(self) -> str:
        raise NotImplementedError

    def yaml(self, name: str = "capture") -> str:
        """A catalog with one entry, which opens the same source again."""
        return self._text("source_yaml", name.encode())

    def export(self, path: str | os.PathLike[str], format: str | None = None) -> int:
        """Writes all rows, or the next chunk of an interface, to one file: Parquet, Arrow, csv, ..., by its extension
        or `format`. The number of rows."""
        rows = c_uint64()
        address = self._address
        encoded = format.encode() if format else None

        def work() -> None:
            call("source_export", address, os.fsencode(path), encoded, ctypes.byref(rows))

        _apart(work, self.cancel)
        return rows.value

    def __repr__(self) -> str:
        chosen = "".join(f", {name}={value!r}" for name, value in self._chosen.items())
        return f"<pcapframe.{type(self).__name__}: {self._title()}{chosen}>"


class Plot:
    """A picture: `str(plot)` is the page, drawing or numbers; notebooks show it."""

    def __init__(self, text: str, format: str) -> None:
        self.text = text
        self.format = format

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"<pcapframe.Plot: {len(self.text)} characters of {self.format}>"

    def _repr_html_(self) -> str | None:
        from ._html import page_html

        return page_html(self.text) if self.format == "html" else None

    def _repr_svg_(self) -> str | None:
        return self.text if self.format == "svg" else None


def _paths_of(path: str | os.PathLike[str] | Sequence[str | os.PathLike[str]]) -> list[str]:
    if isinstance(path, (str, os.PathLike)):
        return [os.fspath(path)]
    return [os.fspath(one) for one in path]


class _Files(_Source):
    """What is read from files, whatever its rows are."""

    def __init__(self, handle: _Handle, paths: list[str], chosen: Mapping[str, object]) -> None:
        super().__init__(handle, chosen)
        self.paths = paths

    def _title(self) -> str:
        first = "standard input" if self.paths[0] == "-" else os.path.basename(self.paths[0])
        return first if len(self.paths) == 1 else f"{first} and {len(self.paths) - 1} more"


class Source(_Files):
    """One or more capture files as rows. `open` makes it. It is read as often as wanted, but standard input once."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Opened anew where it is unpickled."""
        return (_reopen, (self.paths, self._chosen))

    def read(self) -> pandas.DataFrame:
        """All rows as a pandas.DataFrame; see `to_pandas`. `table()` is for those without pandas."""
        return self._pandas()

    def to_pandas(self) -> pandas.DataFrame:
        """All rows as a pandas.DataFrame: times are datetime64[ns, UTC], numbers nullable integers (UInt16, ...),
        hosts, protocols and names text, payloads bytes. It takes pandas, and no pyarrow."""
        return self._pandas()

    def _pandas(self) -> pandas.DataFrame:
        from ._pandas import FrameMaker

        schema = self._schema()
        try:
            maker = FrameMaker(schema)
            for table in self._tables(self._stream()):
                for array in _arrow.arrays_of(table._address):
                    maker.add(array)
            made = maker.frame()
        finally:
            schema.release(ctypes.byref(schema))
        self._warn(2)
        return made

    def to_dask(self) -> dask.dataframe.DataFrame:
        """A Dask dataframe with the partitions of this source. Workers open the files by the same names."""
        from ._engines import to_dask

        return to_dask(self)

    def to_spark(self, session: pyspark.sql.SparkSession | None = None,
                 split_bytes: int = 128 << 20) -> pyspark.sql.DataFrame:
        """A Spark dataframe with a task for each split. Workers have the files by the same names, pcapframe and
        pyarrow. Times are cut to the microseconds that Spark has."""
        from ._engines import to_spark

        return to_spark(self, session, split_bytes)

    def table(self) -> Table:
        """All rows as a Table, which takes no other package."""
        return self._whole(2)

    def _tables(self, stream: ArrowArrayStream) -> Iterator[Table]:
        try:
            while len(table := self._read_table(stream, 1)) != 0:
                yield table
        finally:
            stream.release(ctypes.byref(stream))

    def __iter__(self) -> Iterator[Table]:
        """All rows in chunks of `chunksize` (65,536 where that was not given), in bounded memory."""
        for table in self._tables(self._stream()):
            yield table
        self._warn(1)

    def chunks(self, rows: int | None = None) -> Iterator[Table]:
        """The same in chunks of so many rows."""
        source = self if rows is None else _reopen(self.paths, {**self._chosen, "chunksize": rows})
        return iter(source)

    def discover(self) -> dict[str, Any]:
        """What is known without reading: columns and types, how many rows there are (None where counting would take
        long), and how many partitions."""
        rows = c_int64()
        call("source_count", self._address, ctypes.byref(rows))
        known = {column.name: column.type for column in columns()}
        names = self.column_names
        count = None if rows.value < 0 else rows.value
        return {"dtype": {name: known.get(name, "") for name in names}, "shape": (count, len(names)),
                "npartitions": self.npartitions}

    @property
    def npartitions(self) -> int:
        """How many parts there are: one for each file, and for large files one for each `partition_bytes`."""
        count = c_size_t()
        call("source_partitions", self._address, ctypes.byref(count))
        return count.value

    def partition(self, i: int) -> Table:
        """The rows of a part. Joined in order, those of all parts are all rows."""
        if not 0 <= i < self.npartitions:
            raise IndexError(f"there is no partition {i}: they are 0 to {self.npartitions - 1}")
        stream = ArrowArrayStream()
        call("source_partition_stream", self._address, i, ctypes.byref(stream))
        return self._all_of(stream, 2)

    def plan(self, split_bytes: int = 128 << 20) -> list[str]:
        """Splits of about that size, a line each, which `split` reads on any machine that has the files."""
        return self._text("source_plan", split_bytes).splitlines()

    def export(self, path: str | os.PathLike[str], format: str | None = None, partition_by: str | None = None,
               rows_per_file: int | None = None) -> int:
        """Writes all rows: to one file, Parquet, Arrow, csv, ..., by its extension or `format`; with `partition_by`
        ("date", "hour", "protocol") or `rows_per_file` as a folder of files. The number of rows."""
        if partition_by is None and rows_per_file is None:
            return super().export(path, format)
        chosen = {"format": format, "partition_by": partition_by, "rows_per_file": rows_per_file}
        words = {name: str(value) for name, value in chosen.items() if value is not None}
        rows = c_uint64()
        address = self._address

        def work() -> None:
            call("source_export_dataset", address, os.fsencode(path), _library.pairs(words), ctypes.byref(rows))

        _apart(work, self.cancel)
        return rows.value

    def persist(self, ttl: float | None = None, cache_dir: str | os.PathLike[str] | None = None) -> Source:
        """The same source, whose rows come from a Parquet file in the cache, until files or options change, or `ttl`
        seconds are over. The file is made where there is none that is fresh."""
        return self._copy("source_persist", cache_dir, -1 if ttl is None else int(ttl))

    def persisted(self, cache_dir: str | os.PathLike[str] | None = None) -> Source | None:
        """The same where such a copy is there, else None."""
        return self._copy("source_persisted", cache_dir)

    @property
    def has_been_persisted(self) -> bool:
        return self.persisted() is not None

    @property
    def copy_path(self) -> str | None:
        """The file that the rows come from where that is a persisted copy, else None."""
        path = library.pcapframe_source_copy_path(self._address)
        return None if path is None else os.fsdecode(path)

    @property
    def is_persisted(self) -> bool:
        return self.copy_path is not None

    def _copy(self, name: str, cache_dir: str | os.PathLike[str] | None, *arguments: object) -> Any:
        made = c_void_p()
        address = self._address
        folder = None if cache_dir is None else os.fsencode(cache_dir)
        _apart(lambda: call(name, address, folder, *arguments, ctypes.byref(made)), self.cancel)
        return Source(_Handle(made), self.paths, self._chosen) if made else None

    def _repr_html_(self) -> str:
        from ._html import source_html

        return source_html(self)


class Live(_Source):
    """The packets of a network interface as rows. `live` makes it.

    `read()` gives the next chunk; iterating, one chunk after the other, until `cancel()` or the `limit`.
    """

    def __init__(self, handle: _Handle, interface: str, chosen: Mapping[str, object]) -> None:
        super().__init__(handle, chosen)
        self.interface = interface
        self._rows = super()._stream()
        weakref.finalize(self, _release, self._rows)

    def _title(self) -> str:
        return self.interface

    def _stream(self) -> ArrowArrayStream:
        """The next chunk, for who takes this object for a table."""
        return self._chunk(3)._stream()

    def table(self) -> Table:
        """The next `chunksize` rows (100 where that was not given), however long they take; with `timeout`, the rows
        that have come by then. No rows after `cancel()`, when all that was captured has been given out."""
        return self._chunk(2)

    def _chunk(self, depth: int) -> Table:
        self._address  # noqa: B018 - of a source that is closed nothing is read
        made = self._read_table(self._rows, 1)
        self._warn(depth)
        return made

    def read(self) -> pandas.DataFrame:
        """The next chunk as a pandas.DataFrame; see `table` and `to_pandas`."""
        return self._chunk(2).to_pandas()

    def to_pandas(self) -> pandas.DataFrame:
        return self.read()

    def __iter__(self) -> Iterator[Table]:
        while True:
            table = self._read_table(self._rows, 1)
            self._warn(1)
            if len(table) == 0 and library.pcapframe_table_arrays(table._address) == 0:
                return
            yield table

    def discover(self) -> dict[str, Any]:
        """Columns and types. Nothing is captured."""
        known = {column.name: column.type for column in columns()}
        names = self.column_names
        return {"dtype": {name: known.get(name, "") for name in names}, "shape": (None, len(names)), "npartitions": 1}

    def counters(self) -> dict[str, int]:
        """What the kernel has counted: packets that the filter took, those of them that it dropped for want of room,
        and those that were handed over."""
        counted = CCounters()
        library.pcapframe_source_counters(self._address, ctypes.byref(counted))
        return {name: getattr(counted, name) for name, _ in CCounters._fields_}

    def close(self) -> None:
        """Ends the capture and gives the interface back."""
        self.cancel()
        if self._rows.release:
            self._rows.release(ctypes.byref(self._rows))
        super().close()

    def _repr_html_(self) -> str:
        from ._html import escaped

        return f"<pre>{escaped(repr(self))}</pre>"


def _release(stream: ArrowArrayStream) -> None:
    if stream.release:
        stream.release(ctypes.byref(stream))


def _reopen(paths: list[str], chosen: Mapping[str, object]) -> Source:
    return Source(_Handle.open(paths, given(chosen)), paths, chosen)


class Flows(_Files):
    """The flows of capture files: a row for each conversation. `flows` makes it."""

    def __reduce__(self) -> tuple[Any, ...]:
        return (_reopen_flows, (self.paths, self._chosen))

    def table(self) -> Table:
        """All flows."""
        return self._whole(2)

    def read(self) -> pandas.DataFrame:
        """All flows as a pandas.DataFrame; see `Source.read`."""
        return self._whole(2).to_pandas()

    def to_pandas(self) -> pandas.DataFrame:
        return self.read()

    def _repr_html_(self) -> str:
        from ._html import escaped

        return f"<pre>{escaped(repr(self))}</pre>"


def _reopen_flows(paths: list[str], chosen: Mapping[str, object]) -> Flows:
    return Flows(_Handle.open(paths, given(chosen, "flows_open"), "flows_open"), paths, chosen)


def flows(
    path: str | os.PathLike[str] | Sequence[str | os.PathLike[str]], **options: Unpack[FlowOptions]
) -> Flows:
    return _reopen_flows(_paths_of(path), options)


class Split(_Source):
    """One split of a capture, by its line. `split` makes it."""

    def __init__(self, handle: _Handle, line: str) -> None:
        super().__init__(handle, {})
        self.line = line

    def __reduce__(self) -> tuple[Any, ...]:
        return (split, (self.line,))

    def _title(self) -> str:
        return "a split"

    def table(self) -> Table:
        """Its rows."""
        return self._whole(2)

    def read(self) -> pandas.DataFrame:
        """Its rows as a pandas.DataFrame."""
        return self._whole(2).to_pandas()

    def to_pandas(self) -> pandas.DataFrame:
        return self.read()


def open(  # noqa: A001 - as files are opened everywhere
    path: str | os.PathLike[str] | Sequence[str | os.PathLike[str]], **options: Unpack[FileOptions]
) -> Source:
    paths = _paths_of(path)
    if "interface" in options:
        raise TypeError("'interface' is not an option of files: pcapframe.live(interface) captures")
    return Source(_Handle.open(paths, given(options)), paths, options)


def live(interface: str, **options: Unpack[LiveOptions]) -> Live:
    return Live(_Handle.open([], {**given(options), "interface": interface}), interface, options)


def split(line: str) -> Split:
    """The split of a line that `Source.plan` or `pcapframe plan` has made, with the options that it has."""
    made = c_void_p()
    call("split_open", line.encode(), ctypes.byref(made))
    return Split(_Handle(made), line)


def _document() -> None:
    """Keywords and their meanings, from the library's own list."""
    import inspect

    # What flows have no use for: they have no payload, and come as they end.
    useless = {"payload", "chunksize", "partition_bytes"}
    texts = {
        "files": (open, "path", "Opens captures to be read as rows: a file, a pattern such as 'day/*.pcap', '-' for "
                  "standard input, or a list of these."),
        "interfaces": (live, "interface", "Opens a network interface to be read as rows. It takes the right to "
                       "capture."),
        "flows": (flows, "path", "Opens captures to be read as flows, a row for each conversation. The options of "
                  "packets choose which of them are counted; `columns` are those of `flow_columns()`."),
    }
    for applies, (function, first, text) in texts.items():
        groups = (applies, "both", "files") if applies == "flows" else (applies, "both")
        hidden = {"interface", *(useless if applies == "flows" else ())}
        listed = [one for one in options() if one.applies in groups and one.name not in hidden]
        meanings = "\n".join(f"    {one.name}: {one.meaning}" for one in listed)
        function.__doc__ = f"{text}\n\nOptions, by keyword:\n\n{meanings}\n"
        kinds = inspect.Parameter
        keywords = [kinds(one.name, kinds.KEYWORD_ONLY, default=None) for one in listed]
        function.__signature__ = inspect.Signature([kinds(first, kinds.POSITIONAL_OR_KEYWORD), *keywords])


_document()
