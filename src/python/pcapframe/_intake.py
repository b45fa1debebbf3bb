"""What the driver of intake 0.7 and the reader of intake 2 share: one source, and all that is done with it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from . import _source
from ._source import Live, Plot, Source

if TYPE_CHECKING:
    import pandas

KINDS = ("overview", "timeline", "protocols", "ports", "sizes", "hosts", "conversations")


class Capture:
    """A file, several, or an interface, by the words of a catalog; opened when it is first wanted."""

    def __init__(self, urlpath: Any, options: Mapping[str, Any], metadata: Mapping[str, Any]) -> None:
        _source.given(options)
        self.urlpath = urlpath
        self.options = dict(options)
        self.metadata = metadata
        self.cache_dir: str | None = None
        self._opened: Source | Live | None = None
        if not urlpath and not options.get("interface"):
            raise ValueError("name a capture file by urlpath, or an interface: open_pcap(None, interface='eth0')")

    @property
    def is_live(self) -> bool:
        return not self.urlpath

    def source(self) -> Source | Live:
        if self._opened is None:
            options = dict(self.options)
            interface = options.pop("interface", None)
            self._opened = _source.live(interface, **options) if self.is_live else \
                _source.open(self.urlpath, **options)
        return self._opened

    def files(self, what: str) -> Source:
        source = self.source()
        if isinstance(source, Live):
            raise NotImplementedError(f"an interface has other packets each time: {what} takes files; "
                                      "export() keeps a chunk")
        return source

    def close(self) -> None:
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def chunks(self) -> Iterator[pandas.DataFrame]:
        """Chunks of `chunksize` rows where that is given, or of an interface; else partitions."""
        source = self.source()
        if isinstance(source, Live) or self.options.get("chunksize"):
            for table in source:
                yield table.to_pandas()
            return
        for i in range(source.npartitions):
            yield source.partition(i).to_pandas()

    def partition(self, i: int) -> pandas.DataFrame:
        source = self.source()
        return source.read() if isinstance(source, Live) else source.partition(i).to_pandas()

    def persist(self, ttl: float | None) -> Source:
        return self.files("persist()").persist(ttl, self.cache_dir)

    def persisted(self) -> Source | None:
        return None if self.is_live else self.files("persist()").persisted(self.cache_dir)

    def cache_folder(self) -> str:
        if self.cache_dir is not None:
            return self.cache_dir
        home = os.environ.get("XDG_CACHE_HOME", "")
        return os.path.join(home if home.startswith("/") else os.path.expanduser("~/.cache"), "pcapframe")

    def export(self, path: Any, format: str | None = None, **options: Any) -> str:
        """Writes the rows, as Parquet where neither the path nor `format` says what else. The path."""
        target = os.fspath(path)
        if format is None and not os.path.splitext(target)[1]:
            format = "parquet"
        self.source().export(target, format, **options)
        return target


class Plotter:
    """`source.plot()` draws the traffic, `source.plot.hosts()` a part of it, `source.plot.NAME()` a plot of the
    metadata; what is none of these is hvplot's, where that is installed: `source.plot.line(x="time", y="len")`."""

    def __init__(self, capture: Capture) -> None:
        self._capture = capture

    def __call__(self, kind: str = "overview", path: Any = None, **options: Any) -> Plot:
        return self._capture.source().plot(path, kind, **options)

    def __dir__(self) -> list[str]:
        return [*KINDS, *self._capture.metadata.get("plots", {})]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        named = self._capture.metadata.get("plots", {}).get(name)
        kind = name if named is None else named.get("kind", name)
        if kind in KINDS:
            title = None if named is None else named.get("title")

            def draw(path: Any = None, **options: Any) -> Plot:
                return self(kind, path, **{"title": title, **options})

            return draw
        try:
            import hvplot.pandas  # noqa: F401 - gives frames their attribute
        except ImportError:
            raise AttributeError(f"no plot {name!r}: there are {', '.join(dir(self))}; hvplot has more, where it is "
                                 "installed") from None
        drawn = getattr(self._capture.source().read().hvplot, kind)
        if named is None:
            return drawn
        chosen = {key: value for key, value in named.items() if key != "kind"}
        return lambda **options: drawn(**{**chosen, **options})
