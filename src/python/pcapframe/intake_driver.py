"""The driver `pcap` of intake: `intake.open_pcap(...)`, and `driver: pcap` in catalogs.

It takes the place of intake-pcap: the Python of its manual runs as it is printed there. Times are in UTC and without a
zone, as that manual prints them; all else is as `pcapframe.open(...).read()` gives it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from intake.source.base import DataSource, Schema

from . import __version__
from ._engines import to_dask
from ._intake import Capture, Plotter
from ._source import Source

if TYPE_CHECKING:
    import dask.dataframe
    import pandas
    import pyspark.sql


def as_printed(frame: pandas.DataFrame) -> pandas.DataFrame:
    """A frame whose times have no zone, as the manual prints them."""
    for name in frame.select_dtypes("datetimetz").columns:
        frame[name] = frame[name].dt.tz_localize(None)
    return frame


class PCAPSource(DataSource):
    """Load PCAP data: a file, a pattern or a list of them; or, where `urlpath` is None, the packets of `interface`.

    `pcap_kwargs` are the options of `pcapframe.open` and `pcapframe.live`: `protocol`, `payload`, `columns`, `filter`,
    and of an interface `chunksize` and `timeout`, among others.
    """

    name = "pcap"
    container = "dataframe"
    version = __version__
    partition_access = True

    def __init__(self, urlpath: Any = None, metadata: dict[str, Any] | None = None, **pcap_kwargs: Any) -> None:
        super().__init__(metadata=metadata)
        self._capture = Capture(urlpath, pcap_kwargs, self.metadata)

    def _get_schema(self) -> Schema:
        known = self._capture.source().discover()
        dtype = {name: "datetime64[ns]" if kind.startswith("timestamp") else kind
                 for name, kind in known["dtype"].items()}
        return Schema(datashape=None, dtype=dtype, shape=known["shape"], npartitions=known["npartitions"],
                      extra_metadata={})

    def _get_partition(self, i: int) -> pandas.DataFrame:
        return as_printed(self._capture.partition(i))

    def read(self) -> pandas.DataFrame:
        """All rows; of an interface the next `chunksize`."""
        self._load_metadata()
        return as_printed(self._capture.source().read())

    def read_chunked(self) -> Iterator[pandas.DataFrame]:
        """Chunks of `chunksize` rows where that is given, or of an interface; else partitions."""
        self._load_metadata()
        return map(as_printed, self._capture.chunks())

    def to_dask(self) -> dask.dataframe.DataFrame:
        """A Dask dataframe; of an interface one of its next chunk."""
        if self._capture.is_live:
            import dask.dataframe

            return dask.dataframe.from_pandas(self.read(), npartitions=1)
        return to_dask(self._capture.files("to_dask()"), as_printed)

    def to_spark(self) -> pyspark.sql.DataFrame:
        """A Spark dataframe, in the session that there is, or a new one."""
        return self._capture.files("to_spark()").to_spark()

    def _close(self) -> None:
        self._capture.close()
        self._schema = None

    # Pictures.

    @property
    def plot(self) -> Plotter:
        """Draws the traffic: `source.plot()`, `source.plot.hosts()`, or a plot that the metadata name."""
        return Plotter(self._capture)

    @property
    def plots(self) -> list[str]:
        return list(self.metadata.get("plots", {}))

    @property
    def hvplot(self) -> Any:
        """hvplot's own attribute of the rows."""
        import hvplot.pandas  # noqa: F401 - gives frames their attribute

        return self.read().hvplot

    # Copies.

    def export(self, path: Any, **kwargs: Any) -> TableSource:
        """Writes the rows, as Parquet where neither the path nor `format` says what else; a source of what was
        written."""
        made = TableSource(self._capture.export(path, **kwargs))
        made.name = self.name
        made.description = self.description
        return made

    def persist(self, ttl: float | None = None, **kwargs: Any) -> PCAPSource:
        """The same source, whose rows come from a Parquet file, as long as files and options are the same, and `ttl`
        seconds are not over."""
        return self._reading_from(self._capture.persist(ttl))

    def get_persisted(self) -> PCAPSource:
        copy = self._capture.persisted()
        if copy is None:
            raise KeyError("there is no persisted copy of this source: persist() makes one")
        return self._reading_from(copy)

    def _reading_from(self, copy: Source) -> PCAPSource:
        made = self.configure_new()
        made._capture.cache_dir = self._capture.cache_dir
        made._capture._opened = copy
        return made

    @property
    def has_been_persisted(self) -> bool:
        return self._capture.persisted() is not None

    @property
    def is_persisted(self) -> bool:
        opened = self._capture._opened
        return isinstance(opened, Source) and opened.is_persisted

    @property
    def cache_dirs(self) -> list[str]:
        return [self._capture.cache_folder()]

    def set_cache_dir(self, cache_dir: Any) -> None:
        self._capture.cache_dir = os.fspath(cache_dir)

    def yaml(self, with_plugin: bool = False) -> str:
        """A catalog with this source; `with_plugin` names the module of the driver, too."""
        text = super().yaml()
        return f"plugins:\n  source:\n  - module: {__name__}\n{text}" if with_plugin else text

    # The manual's name for a filter that changes.

    def set_filter(self, protocol: str | None = None, filter: str | None = None) -> None:
        """Only packets of this protocol, from the next read on."""
        self._capture.source().set_filter(protocol, filter)


class TableSource(DataSource):
    """Rows that `PCAPSource.export` has written: Parquet, csv or what else pandas reads by its extension."""

    name = "pcapframe_table"
    container = "dataframe"
    version = __version__
    partition_access = True

    def __init__(self, urlpath: str, metadata: dict[str, Any] | None = None) -> None:
        super().__init__(metadata=metadata)
        self.urlpath = urlpath

    def _get_schema(self) -> Schema:
        frame = self.read()
        return Schema(datashape=None, dtype=dict(frame.dtypes.astype(str)), shape=frame.shape, npartitions=1,
                      extra_metadata={})

    def _get_partition(self, i: int) -> pandas.DataFrame:
        return self.read()

    def read(self) -> pandas.DataFrame:
        import pandas

        ending = os.path.splitext(self.urlpath)[1].lower()
        if ending == ".csv":
            return pandas.read_csv(self.urlpath, parse_dates=["time"])
        if ending == ".jsonl":
            return pandas.read_json(self.urlpath, lines=True)
        if ending == ".arrow":
            return pandas.read_feather(self.urlpath)
        return pandas.read_parquet(self.urlpath)

    def to_dask(self) -> dask.dataframe.DataFrame:
        import dask.dataframe

        return dask.dataframe.from_pandas(self.read(), npartitions=1)

    def _close(self) -> None:
        self._schema = None
