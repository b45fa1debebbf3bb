#!/usr/bin/env python3
"""The C interface as Python uses it: ctypes and pyarrow, nothing else."""

from __future__ import annotations

import ctypes
import os
import pathlib
import sys

import tables

BUILD = pathlib.Path(os.environ.get("PCAPFRAME_BUILD_ROOT", tables.ROOT / "build"))
LIBRARIES = [path for path in (BUILD / "src" / "abi").glob("libpcapframe.*") if path.suffix in (".so", ".dylib")]
if not LIBRARIES:
    print("skipped: the shared library is not built")
    sys.exit(77)
tables.need("pyarrow")

import pyarrow as pa  # noqa: E402
import harness  # noqa: E402

LOCAL = tables.ROOT / "tests/data/local.pcap"
lib = ctypes.CDLL(str(LIBRARIES[0]))


def read_capture(path: str, **options: str) -> pa.RecordBatchReader:
    words = [word.encode() for pair in options.items() for word in pair] + [None]
    stream = ctypes.create_string_buffer(5 * ctypes.sizeof(ctypes.c_void_p))
    why = ctypes.create_string_buffer(500)
    if lib.pcapframe_open(path.encode(), (ctypes.c_char_p * len(words))(*words), stream, why, ctypes.c_size_t(500)):
        raise OSError(why.value.decode())
    return pa.RecordBatchReader._import_from_c(ctypes.addressof(stream))


def test_rows_are_those_of_csv(command: harness.Command, folder: pathlib.Path) -> None:
    columns = tables.all_columns(command.path)
    [path] = tables.export(command.path, LOCAL, folder / "csv", "--format", "csv", "--columns", columns)
    rows = tables.rows_of_csv(path)
    for chunksize in ("1", "7", "65536"):
        tables.assert_same(read_capture(str(LOCAL), columns=columns, chunksize=chunksize).read_all(), rows)


def test_the_recipe_of_the_readme(command: harness.Command, folder: pathlib.Path) -> None:
    text = (tables.ROOT / "src/pages/dataframes.md").read_text()
    recipe = text[text.index("```python\n") + len("```python\n"):]
    recipe = recipe[:recipe.index("```")].replace("libpcapframe.so", str(LIBRARIES[0]))
    recipe = recipe.replace("local.pcap", str(LOCAL))
    names: dict[str, object] = {}
    exec(compile(recipe, "dataframes.md", "exec"), names)  # noqa: S102
    table = names["table"]
    assert isinstance(table, pa.Table)
    harness.same((table.num_rows, table.column_names[-1]), (11, "payload"))


def test_options(command: harness.Command, folder: pathlib.Path) -> None:
    harness.same(read_capture(str(LOCAL), protocol="udp").read_all().num_rows, 11)
    harness.same(read_capture(str(LOCAL), limit="5").read_all().num_rows, 5)
    binary = read_capture(str(LOCAL), hosts="binary").read_all()
    harness.same(str(binary.schema.field("src_host").type), "fixed_size_binary[16]")
    harness.same(binary["src_host"][0].as_py(), bytes(10) + b"\xff\xff" + bytes([192, 0, 2, 10]))


def test_a_stream_may_be_left_unread(command: harness.Command, folder: pathlib.Path) -> None:
    reader = read_capture(str(LOCAL), chunksize="10", payload="true")
    first = reader.read_next_batch()
    del reader
    first.validate(full=True)
    harness.same(first.num_rows, 10)


def test_errors_are_sentences(command: harness.Command, folder: pathlib.Path) -> None:
    for path, options, part in (
        ("none.pcap", {}, "none.pcap: cannot be opened"),
        (str(LOCAL), {"protocol": "udpp"}, "did you mean 'udp'?"),
        (str(LOCAL), {"payload": "maybe"}, "is not true or false"),
        (str(LOCAL), {"limits": "5"}, "did you mean 'limit'?"),
        (str(LOCAL), {"hosts": "numbers"}, "is not 'text' or 'binary'"),
    ):
        try:
            read_capture(path, **options)
        except OSError as problem:
            harness.has(str(problem), part)
        else:
            raise AssertionError(f"{path} {options} was taken")


def test_version(command: harness.Command, folder: pathlib.Path) -> None:
    lib.pcapframe_version.restype = ctypes.c_char_p
    harness.same(f"pcapframe {lib.pcapframe_version().decode()}\n", command("--version").output.decode())


if __name__ == "__main__":
    sys.exit(harness.main(globals()))
