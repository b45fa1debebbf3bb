"""Packet captures as dataframes.

    import pcapframe

    source = pcapframe.open("x.pcap", protocol="udp", columns=["time", "src_host", "len"])
    source.read()                  # a pandas.DataFrame
    polars.DataFrame(source)       # Polars, DuckDB, pyarrow, pandas 3 and others take the source itself
    for table in source: ...       # chunk by chunk, in bounded memory

What is damaged gives the rows before the damage and a DamageWarning with its place; what cannot be read is a
CaptureError, a wrong option or filter an OptionError.
"""

from __future__ import annotations

from ._library import (
    CancelledError,
    CaptureError,
    CaptureNotFoundError,
    CapturePermissionError,
    CaptureWarning,
    DamageWarning,
    Error,
    NoteWarning,
    OptionError,
    OptionWarning,
    library,
)
from ._polars import scan_polars
from ._source import (
    Column,
    Flows,
    Live,
    Option,
    Plot,
    Source,
    Split,
    Table,
    columns,
    flow_columns,
    flows,
    live,
    open,
    options,
    split,
)

__version__: str = library.pcapframe_version().decode()

__all__ = [
    "CancelledError", "CaptureError", "CaptureNotFoundError", "CapturePermissionError", "CaptureWarning",
    "Column", "DamageWarning", "Error", "Flows", "Live", "NoteWarning", "Option", "OptionError",
    "OptionWarning", "Plot", "Source", "Split", "Table", "__version__", "columns", "flow_columns", "flows",
    "live", "open", "options", "scan_polars", "split",
]
