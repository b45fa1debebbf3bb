"""Rows as a pandas.DataFrame: with numpy, which pandas brings, and nothing else."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any

from ._arrow import NUMBERS, raw_values, text_pieces, validity
from ._library import ArrowArray, ArrowSchema

if TYPE_CHECKING:
    import pandas


def _numpy(array: ArrowArray, i: int, dtype: Any) -> Any:
    """A copy of a buffer: its memory goes with the array."""
    import numpy

    if array.length == 0:
        return numpy.empty(0, dtype)
    kind = numpy.dtype(dtype)
    size = (array.offset + array.length) * kind.itemsize
    memory = (ctypes.c_char * size).from_address(array.buffers[i])
    return numpy.frombuffer(memory, kind)[array.offset:].copy()


def _nulls(array: ArrowArray) -> Any:
    """Where values are null."""
    import numpy

    bits = validity(array)
    if bits is None:
        return numpy.zeros(array.length, bool)
    unpacked = numpy.unpackbits(numpy.frombuffer(bits, numpy.uint8), bitorder="little")
    return unpacked[array.offset:array.offset + array.length] == 0


class _Column:
    """The parts of a column, of one array after the other."""

    def __init__(self, schema: ArrowSchema) -> None:
        self.schema = schema
        self.format = schema.format.decode()
        self.is_text = bool(schema.dictionary)
        self.is_time = self.format[0] == "t"
        self.is_number = not self.is_text and self.format in NUMBERS
        self.parts: list[Any] = []
        self.nulls: list[Any] = []

    def add(self, array: ArrowArray) -> None:
        import numpy
        import pandas

        nulls = _nulls(array)
        self.nulls.append(nulls)
        if self.is_text:
            # Each word is made a text once. What pandas has for texts depends on its version: its own choice is taken.
            words = pandas.Index(text_pieces(array.dictionary.contents), dtype=_text_type())
            codes = numpy.where(nulls, -1, _numpy(array, 1, numpy.int32))
            self.parts.append(pandas.Series(pandas.api.extensions.take(words.array, codes, allow_fill=True)))
        elif self.is_time:
            times = _numpy(array, 1, numpy.int64).view("datetime64[ns]")
            times[nulls] = numpy.datetime64("NaT")
            self.parts.append(times)
        elif self.is_number:
            self.parts.append(_numpy(array, 1, NUMBERS[self.format]))
        else:
            made = numpy.empty(array.length, object)
            # One by one: numpy would take lists for rows of its own.
            for i, (value, null) in enumerate(zip(raw_values(self.schema, array), nulls)):
                made[i] = None if null else value
            self.parts.append(made)

    def series(self) -> pandas.Series:
        import numpy
        import pandas

        if self.is_text:
            if not self.parts:
                return pandas.Series([], dtype=_text_type())
            return pandas.concat(self.parts, ignore_index=True)
        if not self.parts:
            kind = "datetime64[ns]" if self.is_time else NUMBERS[self.format] if self.is_number else object
            self.parts.append(numpy.empty(0, kind))
            self.nulls.append(numpy.empty(0, bool))
        joined = numpy.concatenate(self.parts)
        if self.is_time:
            return pandas.Series(joined).dt.tz_localize("UTC")
        if self.is_number:
            return pandas.Series(pandas.arrays.IntegerArray(joined, numpy.concatenate(self.nulls)))
        return pandas.Series(joined, dtype=object)


def _text_type() -> Any:
    import pandas

    return "str" if int(pandas.__version__.split(".")[0]) >= 3 else object


class FrameMaker:
    """Makes one frame of arrays that are given one after the other."""

    def __init__(self, schema: ArrowSchema) -> None:
        import pandas  # noqa: F401 - that it is missing is told before anything is read

        self.names = [schema.children[i].contents.name.decode() for i in range(schema.n_children)]
        self.columns = [_Column(schema.children[i].contents) for i in range(schema.n_children)]

    def add(self, array: ArrowArray) -> None:
        for i, column in enumerate(self.columns):
            column.add(array.children[i].contents)

    def frame(self) -> pandas.DataFrame:
        import pandas

        return pandas.DataFrame({name: column.series() for name, column in zip(self.names, self.columns)}, copy=False)
