"""The shared library: its functions, its errors as exceptions, its warnings as Python's."""

from __future__ import annotations

import ctypes
import errno
import os
import pathlib
import threading
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from ctypes import POINTER, c_char, c_char_p, c_int, c_int64, c_size_t, c_uint64, c_void_p

NO_OFFSET = 2**64 - 1
BAD_REQUEST, BAD_INPUT, SYSTEM, NO_MEMORY, CANCELLED = range(1, 6)


# What the caller of this package sees.


class Error(Exception):
    """Something that pcapframe was asked for and could not do.

    `file` is the end of the name of the file that it is about, or empty; `offset` the byte in that file, or None.
    """

    file: str = ""
    offset: int | None = None


class OptionError(Error, ValueError):
    """A name, a value or a filter that is none, or something that a source of this kind cannot do."""


class CaptureError(Error, OSError):
    """A file or an interface that cannot be read, or a file that is no capture."""


class CaptureNotFoundError(CaptureError, FileNotFoundError):
    """No such file; no file that matches a pattern."""


class CapturePermissionError(CaptureError, PermissionError):
    """A file or an interface that this user may not read."""


class CancelledError(Error):
    """The read was ended by `cancel()`."""


class CaptureWarning(UserWarning):
    """Something to know of rows that were read. `file` and `offset` are those of `Error`."""

    def __init__(self, message: str, file: str = "", offset: int | None = None) -> None:
        super().__init__(message)
        self.file = file
        self.offset = offset


class DamageWarning(CaptureWarning):
    """A file is damaged, at `offset`: its rows before that were given."""


class NoteWarning(CaptureWarning):
    """Nothing is damaged, but the rows may not be what was expected."""


class OptionWarning(CaptureWarning):
    """An option that was given says nothing of this source."""


WARNINGS = (DamageWarning, NoteWarning, OptionWarning)


# The structs of pcapframe.h and of the Arrow C interfaces.


class ArrowSchema(ctypes.Structure):
    pass


class ArrowArray(ctypes.Structure):
    pass


class ArrowArrayStream(ctypes.Structure):
    pass


ArrowSchema._fields_ = [
    ("format", c_char_p),
    ("name", c_char_p),
    ("metadata", POINTER(c_char)),
    ("flags", c_int64),
    ("n_children", c_int64),
    ("children", POINTER(POINTER(ArrowSchema))),
    ("dictionary", POINTER(ArrowSchema)),
    ("release", ctypes.CFUNCTYPE(None, POINTER(ArrowSchema))),
    ("private_data", c_void_p),
]
ArrowArray._fields_ = [
    ("length", c_int64),
    ("null_count", c_int64),
    ("offset", c_int64),
    ("n_buffers", c_int64),
    ("n_children", c_int64),
    ("buffers", POINTER(c_void_p)),
    ("children", POINTER(POINTER(ArrowArray))),
    ("dictionary", POINTER(ArrowArray)),
    ("release", ctypes.CFUNCTYPE(None, POINTER(ArrowArray))),
    ("private_data", c_void_p),
]
ArrowArrayStream._fields_ = [
    ("get_schema", ctypes.CFUNCTYPE(c_int, POINTER(ArrowArrayStream), POINTER(ArrowSchema))),
    ("get_next", ctypes.CFUNCTYPE(c_int, POINTER(ArrowArrayStream), POINTER(ArrowArray))),
    ("get_last_error", ctypes.CFUNCTYPE(c_char_p, POINTER(ArrowArrayStream))),
    ("release", ctypes.CFUNCTYPE(None, POINTER(ArrowArrayStream))),
    ("private_data", c_void_p),
]


class CError(ctypes.Structure):
    _fields_ = [("kind", c_int), ("system", c_int), ("offset", c_uint64), ("file", c_char * 128),
                ("message", c_char * 512)]


class CWarning(ctypes.Structure):
    _fields_ = [("kind", c_int), ("offset", c_uint64), ("file", c_char_p), ("message", c_char_p)]


class COption(ctypes.Structure):
    _fields_ = [(name, c_char_p) for name in ("name", "kind", "meaning", "applies", "effect")]


class CColumn(ctypes.Structure):
    _fields_ = [*((name, c_char_p) for name in ("name", "type", "source", "meaning", "unit")), ("is_default", c_int)]


class CCounters(ctypes.Structure):
    _fields_ = [("received", c_uint64), ("dropped", c_uint64), ("delivered", c_uint64)]


TOLD = ctypes.CFUNCTYPE(None, c_void_p, POINTER(CWarning))
TEXTS = POINTER(c_char_p)

# Name, what it returns, what it takes; those that return an error take a place for it at the end.
PLAIN = [
    ("version", c_char_p, []),
    ("option_at", POINTER(COption), [c_size_t]),
    ("column_at", POINTER(CColumn), [c_size_t]),
    ("flow_column_at", POINTER(CColumn), [c_size_t]),
    ("source_close", None, [c_void_p]),
    ("source_cancel", None, [c_void_p]),
    ("source_warnings", c_size_t, [c_void_p]),
    ("source_warning", c_int, [c_void_p, c_size_t, POINTER(CWarning)]),
    ("source_counters", None, [c_void_p, POINTER(CCounters)]),
    ("source_copy_path", c_char_p, [c_void_p]),
    ("table_arrays", c_size_t, [c_void_p]),
    ("table_rows", c_uint64, [c_void_p]),
    ("table_close", None, [c_void_p]),
    ("free", None, [c_void_p]),
]
FAILING = [
    ("source_open", [TEXTS, TEXTS, POINTER(c_void_p)]),
    ("flows_open", [TEXTS, TEXTS, POINTER(c_void_p)]),
    ("split_open", [c_char_p, POINTER(c_void_p)]),
    ("source_schema", [c_void_p, POINTER(ArrowSchema)]),
    ("source_count", [c_void_p, POINTER(c_int64)]),
    ("source_stream", [c_void_p, POINTER(ArrowArrayStream)]),
    ("source_partitions", [c_void_p, POINTER(c_size_t)]),
    ("source_partition_stream", [c_void_p, c_size_t, POINTER(ArrowArrayStream)]),
    ("source_plan", [c_void_p, c_uint64, POINTER(c_void_p)]),
    ("source_set_filter", [c_void_p, c_char_p, c_char_p]),
    ("source_on_warning", [c_void_p, TOLD, c_void_p]),
    ("source_export", [c_void_p, c_char_p, c_char_p, POINTER(c_uint64)]),
    ("source_export_dataset", [c_void_p, c_char_p, TEXTS, POINTER(c_uint64)]),
    ("source_plot", [c_void_p, TEXTS, POINTER(c_void_p)]),
    ("source_yaml", [c_void_p, c_char_p, POINTER(c_void_p)]),
    ("source_persist", [c_void_p, c_char_p, c_int64, POINTER(c_void_p)]),
    ("source_persisted", [c_void_p, c_char_p, POINTER(c_void_p)]),
    ("table_read", [POINTER(ArrowArrayStream), c_size_t, POINTER(c_void_p)]),
    ("table_stream", [c_void_p, POINTER(ArrowArrayStream)]),
]


def _load() -> ctypes.CDLL:
    """The library of the wheel; or that of PCAPFRAME_LIBRARY, for work on pcapframe itself."""
    path = os.environ.get("PCAPFRAME_LIBRARY") or pathlib.Path(__file__).with_name("libpcapframe.so")
    loaded = ctypes.CDLL(str(path))
    for name, returns, takes in PLAIN:
        function = getattr(loaded, f"pcapframe_{name}")
        function.restype, function.argtypes = returns, takes
    for name, takes in FAILING:
        function = getattr(loaded, f"pcapframe_{name}")
        function.restype, function.argtypes = c_int, [*takes, POINTER(CError)]
    return loaded


library = _load()


def error_of(why: CError) -> Exception:
    """The exception that says what `why` does."""
    message = why.message.decode(errors="replace")
    file = os.fsdecode(why.file)
    if why.kind == NO_MEMORY:
        return MemoryError(message)
    made: Error
    if why.kind == BAD_REQUEST:
        made = OptionError(message)
    elif why.kind == CANCELLED:
        made = CancelledError(message)
    elif why.system in (errno.ENOENT, errno.ENODEV):
        made = CaptureNotFoundError(message)
    elif why.system in (errno.EACCES, errno.EPERM):
        made = CapturePermissionError(message)
    else:
        made = CaptureError(message)
    if isinstance(made, OSError) and why.system != 0:
        made.errno = why.system
    made.file = file
    made.offset = None if why.offset == NO_OFFSET else why.offset
    return made


def call(name: str, *arguments: object) -> None:
    """Calls a function that may fail. Other Python threads run meanwhile."""
    why = CError()
    if getattr(library, f"pcapframe_{name}")(*arguments, ctypes.byref(why)) != 0:
        raise error_of(why)


def texts(words: Iterable[bytes]) -> ctypes.Array[c_char_p]:
    """An array of texts with a null at the end."""
    listed = [*words, None]
    return (c_char_p * len(listed))(*listed)


def pairs(options: Mapping[str, str]) -> ctypes.Array[c_char_p]:
    return texts(os.fsencode(word) for pair in options.items() for word in pair)


def taken(text: c_void_p) -> str:
    """A text that the library has given away."""
    try:
        return ctypes.string_at(text.value).decode(errors="replace")
    finally:
        library.pcapframe_free(text)


# Warnings come on the thread that reads: where that is a read of this package they are gathered, and given out when the
# read is over; where it is another library that reads a stream, they are given out at once.
_gathering = threading.local()


def _tell(_: object, warning: ctypes._Pointer[CWarning]) -> None:
    made = _made(warning.contents)
    gathered = getattr(_gathering, "warnings", None)
    if gathered is not None:
        gathered.append(made)
    else:
        warnings.warn(made, stacklevel=2)


def _made(warning: CWarning) -> CaptureWarning:
    offset = None if warning.offset == NO_OFFSET else warning.offset
    message = warning.message.decode(errors="replace")
    return WARNINGS[warning.kind](message, os.fsdecode(warning.file), offset)


_told = TOLD(_tell)


def listen(source: c_void_p) -> list[CaptureWarning]:
    """Has the warnings of a source told; those that are there already are given back."""
    call("source_on_warning", source, _told, None)
    made = []
    one = CWarning()
    while library.pcapframe_source_warning(source, len(made), ctypes.byref(one)):
        made.append(_made(one))
    return made


@contextmanager
def gathered() -> Iterator[list[CaptureWarning]]:
    """The warnings of what is read by this thread inside."""
    before = getattr(_gathering, "warnings", None)
    _gathering.warnings = made = []
    try:
        yield made
    finally:
        _gathering.warnings = before
