"""Captures for intake 2: a datatype that it knows by name and first bytes, and a reader of it.

    intake.readers.datatypes.recommend("x.pcap")
    data = pcapframe.intake_reader.PCAP("x.pcap")
    reader = data.to_reader("pandas", protocol="udp")
    reader.read()
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from intake.readers.datatypes import FileData
from intake.readers.readers import BaseReader

from ._intake import Capture, Plotter
from ._source import Source

if TYPE_CHECKING:
    import dask.dataframe
    import pandas
    import pyspark.sql

FIRST_ROWS = 10


class PCAP(FileData):
    """Packet captures: pcap and pcapng. `url` is a path, a pattern or a list of them."""

    filepattern = r"(\.pcap|\.pcapng|\.cap|\.dmp)(\.gz|\.zst|\.lz4)?$"
    mimetypes = "application/(vnd.tcpdump.pcap|x-pcapng)"
    structure = {"table"}
    magic = {b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\xc3\xd4", b"\x4d\x3c\xb2\xa1", b"\xa1\xb2\x3c\x4d", b"\x0a\x0d\x0d\x0a"}


class PcapReader(BaseReader):
    """Packets as a pandas.DataFrame: times in UTC, numbers nullable integers.

    Keywords are the options of `pcapframe.open`; without data and with `interface`, those of `pcapframe.live`:
    `PcapReader(interface="eth0", chunksize=10)`.
    """

    imports = {"pcapframe", "pandas"}
    implements = {PCAP}
    func = "pcapframe:open"
    output_instance = "pandas:DataFrame"

    def capture(self, **changed: Any) -> Capture:
        """What is read: one capture for the life of the reader, as an interface wants it."""
        words = {**self.kwargs, **changed}
        args = words.pop("args", ())
        data = words.pop("data", args[0] if args else None)
        if changed:
            return Capture(getattr(data, "url", data), words, self.metadata)
        if not hasattr(self, "_capture"):
            self._capture = Capture(getattr(data, "url", data), words, self.metadata)
        return self._capture

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_capture"}

    def read(self, **changed: Any) -> pandas.DataFrame:
        """All rows; of an interface the next `chunksize`."""
        return self.capture(**changed).source().read()

    def discover(self, **changed: Any) -> pandas.DataFrame:
        """The first rows; of an interface none, and nothing is captured."""
        capture = self.capture(**changed)
        if capture.is_live:
            return capture.source()._empty()
        return self.capture(**{**changed, "limit": FIRST_ROWS}).source().read()

    def read_chunked(self) -> Iterator[pandas.DataFrame]:
        """Chunks of `chunksize` rows where that is given, or of an interface; else partitions."""
        return self.capture().chunks()

    def read_partition(self, i: int) -> pandas.DataFrame:
        return self.capture().partition(i)

    @property
    def npartitions(self) -> int:
        return self.capture().source().discover()["npartitions"]

    def to_dask(self) -> dask.dataframe.DataFrame:
        """A Dask dataframe; of an interface one of its next chunk."""
        if self.capture().is_live:
            import dask.dataframe

            return dask.dataframe.from_pandas(self.read(), npartitions=1)
        return self.capture().files("to_dask()").to_dask()

    def to_spark(self) -> pyspark.sql.DataFrame:
        return self.capture().files("to_spark()").to_spark()

    @property
    def plot(self) -> Plotter:
        """Draws the traffic: `reader.plot()`, `reader.plot.hosts()`, or a plot that the metadata name."""
        return Plotter(self.capture())

    def export(self, path: Any, format: str | None = None, **options: Any) -> str:
        """Writes the rows, as Parquet where neither the path nor `format` says what else; the path."""
        return self.capture().export(path, format, **options)

    def persist(self, ttl: float | None = None) -> Source:
        """The rows from a Parquet file in the cache; see `pcapframe.Source.persist`."""
        return self.capture().persist(ttl)

    def yaml(self, name: str = "capture") -> str:
        """A catalog of intake's first version with this capture, which both versions read."""
        return self.capture().source().yaml(name)

    def close(self) -> None:
        self.capture().close()
