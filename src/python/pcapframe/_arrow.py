"""Arrow data of the C interfaces: handed over in capsules, and read without any other package."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from ctypes import c_char_p, c_void_p, py_object
from typing import Any

from ._library import ArrowArray, ArrowArrayStream, ArrowSchema, call, library

_new_capsule = ctypes.pythonapi.PyCapsule_New
_new_capsule.restype, _new_capsule.argtypes = py_object, [c_void_p, c_char_p, c_void_p]
_pointer_of = ctypes.pythonapi.PyCapsule_GetPointer
# The capsule by its address: it is being destroyed, and must not be referred to once more.
_pointer_of.restype, _pointer_of.argtypes = c_void_p, [c_void_p, c_char_p]

_held: dict[int, ctypes.Structure] = {}  # what capsules point to, by its address
_Destructor = ctypes.PYFUNCTYPE(None, c_void_p)


def _destructor(name: bytes) -> Any:
    def destroy(capsule: int) -> None:
        held = _held.pop(_pointer_of(capsule, name), None)
        # What the consumer has moved away is released by the consumer.
        if held is not None and held.release:
            held.release(ctypes.byref(held))

    return _Destructor(destroy)


_names = {ArrowSchema: b"arrow_schema", ArrowArray: b"arrow_array", ArrowArrayStream: b"arrow_array_stream"}
_destructors = {kind: _destructor(name) for kind, name in _names.items()}


def capsule(held: ctypes.Structure) -> object:
    """A PyCapsule by the name that the Arrow PyCapsule interface gives it."""
    address = ctypes.addressof(held)
    _held[address] = held
    kind = type(held)
    return _new_capsule(address, _names[kind], ctypes.cast(_destructors[kind], c_void_p))


def arrays_of(table: c_void_p) -> Iterator[ArrowArray]:
    """The arrays of a table, each valid until the next one is asked for."""
    stream = ArrowArrayStream()
    call("table_stream", table, ctypes.byref(stream))
    try:
        for _ in range(library.pcapframe_table_arrays(table)):
            array = ArrowArray()
            if stream.get_next(ctypes.byref(stream), ctypes.byref(array)) != 0:
                raise MemoryError("out of memory")
            try:
                yield array
            finally:
                array.release(ctypes.byref(array))
    finally:
        stream.release(ctypes.byref(stream))


def _buffer(array: ArrowArray, i: int, kind: type, count: int) -> Any:
    """A buffer of an array, as a ctypes array over its memory."""
    address = array.buffers[i] if array.n_buffers > i else None
    return (kind * count).from_address(address) if address else (kind * 0)()


def validity(array: ArrowArray) -> Any:
    """The bitmap of the values that are there; None where all are."""
    if array.null_count == 0 or not array.buffers[0]:
        return None
    return _buffer(array, 0, ctypes.c_uint8, (array.length + array.offset + 7) // 8)


NUMBERS = {"C": ctypes.c_uint8, "S": ctypes.c_uint16, "I": ctypes.c_uint32, "L": ctypes.c_uint64, "i": ctypes.c_int32,
           "l": ctypes.c_int64, "g": ctypes.c_double, "f": ctypes.c_float, "s": ctypes.c_int16, "c": ctypes.c_int8}


def _offsets(array: ArrowArray, large: bool) -> Any:
    return _buffer(array, 1, ctypes.c_int64 if large else ctypes.c_int32, array.offset + array.length + 1)


def pieces(array: ArrowArray, large: bool) -> list[bytes]:
    """The values of a binary or utf8 array, those that are null as well."""
    offsets = _offsets(array, large)
    if len(offsets) == 0:
        return []
    data = bytes(_buffer(array, 2, ctypes.c_char, offsets[len(offsets) - 1]))
    first = array.offset
    return [data[offsets[first + i]:offsets[first + i + 1]] for i in range(array.length)]


def text_pieces(array: ArrowArray, large: bool = False) -> list[str]:
    return [piece.decode(errors="replace") for piece in pieces(array, large)]


def _lists(format: str, array: ArrowArray, schema: ArrowSchema) -> list[object]:
    offsets = _offsets(array, format == "+L")
    items = values(schema.children[0].contents, array.children[0].contents)
    first = array.offset
    return [items[offsets[first + i]:offsets[first + i + 1]] for i in range(array.length)]


def raw_values(schema: ArrowSchema, array: ArrowArray) -> list[Any]:
    """The values of a column, where null anything: whole numbers, texts, bytes, lists; times as nanoseconds."""
    format = schema.format.decode()
    if schema.dictionary:
        words = text_pieces(array.dictionary.contents)
        codes = _buffer(array, 1, NUMBERS[format], array.offset + array.length)[array.offset:]
        # Where all are null, there may be no words.
        return [words[code] if code < len(words) else "" for code in codes]
    if format[0] == "t":
        format = "l"
    if format in NUMBERS:
        return list(_buffer(array, 1, NUMBERS[format], array.offset + array.length)[array.offset:])
    if format[0] == "w":
        size = int(format[2:])
        data = bytes(_buffer(array, 1, ctypes.c_char, size * (array.offset + array.length)))
        return [data[size * i:size * (i + 1)] for i in range(array.offset, array.offset + array.length)]
    reads: dict[str, Callable[[], list[Any]]] = {
        "z": lambda: pieces(array, False), "Z": lambda: pieces(array, True),
        "u": lambda: text_pieces(array), "U": lambda: text_pieces(array, True),
        "+l": lambda: _lists(format, array, schema), "+L": lambda: _lists(format, array, schema),
    }
    if format in reads:
        return reads[format]()
    raise NotImplementedError(f"Arrow format {format!r}")


def values(schema: ArrowSchema, array: ArrowArray) -> list[Any]:
    """The same, with None where a value is null."""
    found = raw_values(schema, array)
    bits = validity(array)
    if bits is None:
        return found
    first = array.offset
    return [value if bits[(first + i) >> 3] >> ((first + i) & 7) & 1 else None for i, value in enumerate(found)]
