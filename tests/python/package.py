"""What the tests of the Python package share: they run in the environments of tests/python/run, and, as far as what
they need is there, from the source tree with the library that was built."""

from __future__ import annotations

import importlib.util
import os
import pathlib
import struct
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/command"))

LOCAL = ROOT / "tests/data/local.pcap"
ROWS = 87
SKIPPED = 77


def loads(library: pathlib.Path) -> bool:
    """Whether a Python can load it: one that was built with a sanitizer takes a program that was, too."""
    load = [sys.executable, "-c", "import ctypes, sys; ctypes.CDLL(sys.argv[1])", library]
    return subprocess.run(load, capture_output=True, check=False).returncode == 0


def find() -> None:
    """Makes the package importable from the source tree, where it is not installed and its library is built."""
    build = pathlib.Path(os.environ.get("PCAPFRAME_BUILD_ROOT", ROOT / "build"))
    library = build / "src/abi/libpcapframe.so"
    if importlib.util.find_spec("pcapframe") is None and library.exists() and loads(library):
        os.environ["PCAPFRAME_LIBRARY"] = str(library)
        os.environ["PYTHONPATH"] = str(ROOT / "src/python")  # of the programs that tests run
        sys.path.insert(0, str(ROOT / "src/python"))
        sys.dont_write_bytecode = True


def need(*modules: str) -> None:
    """Ends a script that runs where the package, or another that its tests need, is not installed."""
    find()
    for module in ("pcapframe", *modules):
        if importlib.util.find_spec(module) is None:
            print(f"skipped: no {module} here: tests/python/run has it")
            sys.exit(SKIPPED)


def cut(folder: pathlib.Path) -> pathlib.Path:
    """The sample, cut in its 76th row at byte 14801."""
    path = folder / "cut.pcap"
    path.write_bytes(LOCAL.read_bytes()[:15_000])
    return path


# The answer to a question for www.example.com: two addresses, with times to live of 300 and 60 seconds.
DNS_ANSWER = bytes.fromhex("12348180000100020000000003777777076578616d706c6503636f6d0000010001"
                           "c00c000100010000012c0004c0000201" "c00c000100010000003c0004c0000202")

DAMAGE_OFFSET = 14801
ROWS_BEFORE_DAMAGE = 75


def repeated(folder: pathlib.Path, times: int) -> pathlib.Path:
    """The sample's records again and again, each copy a minute later: a capture of any size."""
    contents = LOCAL.read_bytes()
    head, records = contents[:24], bytearray(contents[24:])
    offsets = []
    at = 0
    while at < len(records):
        offsets.append(at)
        at += 16 + struct.unpack_from("<I", records, at + 8)[0]
    path = folder / "repeated.pcap"
    with path.open("wb") as file:
        file.write(head)
        for _ in range(times):
            file.write(records)
            for offset in offsets:
                struct.pack_into("<I", records, offset, struct.unpack_from("<I", records, offset)[0] + 60)
    return path
