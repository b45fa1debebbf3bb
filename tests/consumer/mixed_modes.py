#!/usr/bin/env python3
"""Units of one program may differ in NDEBUG, exceptions and run-time type information: every type of the library has
the same size, alignment and members at the same offsets (read from the debug information of a unit that includes all of
the library, compiled in each mode), a program of units in different modes prints what one in a single mode does, and
each unit raises missing values in its own way.

Exit status: 0 passed, 77 skipped (readelf is not installed), anything else failed.
"""

from __future__ import annotations

import itertools
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CAPTURE = ROOT / "tests/data/local.pcap"
COMPILER = os.environ.get("CXX", "c++").split()
MODES = {
    "usual": [],
    "without assertions": ["-DNDEBUG"],
    "bare": ["-fno-exceptions", "-fno-rtti"],
    "bare, without assertions": ["-DNDEBUG", "-fno-exceptions", "-fno-rtti"],
}
# The modes whose units meet in one program: those that differ in everything, or all.
MEETING = list(MODES) if os.environ.get("TEST_ALL") else ["usual", "bare, without assertions"]
WITH_EXCEPTIONS_ONLY = {"throwing.hpp"}
TYPES_AT_LEAST = 400

ENTRY = re.compile(r" <([0-9a-f]+)><[0-9a-f]+>: Abbrev Number: \d+(?: \((DW_TAG_\w+)\))?")
ATTRIBUTE = re.compile(r"    <[0-9a-f]+>   DW_AT_(name|byte_size|alignment|data_member_location|bit_size) *: (.*)")
SCOPES = {"DW_TAG_" + kind for kind in ("namespace", "structure_type", "class_type", "union_type", "enumeration_type")}


def compiled(flags: list[str], source: str | Path, to: Path, more: tuple[str, ...] = ()) -> Path:
    subprocess.run([*COMPILER, "-std=c++20", "-O0", "-pthread", "-I", ROOT / "include", *flags, *more, "-c", source,
                    "-o", to], check=True)
    return to


def entries(dump: Iterator[str]) -> Iterator[tuple[int, str, dict[str, str]]]:
    """(depth, tag, attributes) of the entries of a dump."""
    entry: tuple[int, str, dict[str, str]] | None = None
    for line in dump:
        if found := ENTRY.match(line):
            if entry:
                yield entry
            entry = (int(found[1], 16), found[2] or "", {}) if found[2] else None
        elif entry and (found := ATTRIBUTE.match(line)):
            value = found[2].rsplit("): ", 1)[-1] if "(offset" in found[2] else found[2]
            entry[2][found[1]] = re.sub(r"^\([\w ]+\)\s*", "", value).strip()
    if entry:
        yield entry


def layouts(unit: Path) -> set[str]:
    """One line for each type of the library and each of its members: its size or offset."""
    lines: set[str] = set()
    scope: list[str] = []
    with subprocess.Popen(["readelf", "--debug-dump=info", "-W", unit], stdout=subprocess.PIPE, text=True) as dump:
        for depth, tag, values in entries(dump.stdout):
            del scope[max(depth - 1, 0):]
            scope += ["?"] * (depth - 1 - len(scope))
            name = values.get("name", "(unnamed)")
            inside = len(scope) > 0 and "pcapframe" in scope
            if inside and tag == "DW_TAG_member" and "data_member_location" in values:
                place = [values[key] for key in ("data_member_location", "bit_size") if key in values]
                lines.add(f"{'::'.join(scope)}::{name} at {', '.join(place)}")
            if tag in SCOPES:
                sizes = [values[key] for key in ("byte_size", "alignment") if key in values]
                if inside and sizes and "lambda" not in name:
                    lines.add(f"{'::'.join([*scope, name])} has {', '.join(sizes)}")
                scope.append(name)
            elif depth > 0:
                scope.append("?")
    return lines


def check_layouts(folder: Path) -> int:
    umbrellas = sorted(path.name for path in (ROOT / "include" / "pcapframe").glob("*.hpp"))
    unit = folder / "all.cpp"
    unit.write_text("".join(f"#include <pcapframe/{name}>\n" for name in umbrellas if name not in WITH_EXCEPTIONS_ONLY))
    more = ("-g", "-gdwarf-4", "-fno-eliminate-unused-debug-types")
    of_mode = {mode: layouts(compiled(flags, unit, folder / "all.o", more)) for mode, flags in MODES.items()}
    usual = of_mode["usual"]
    types = sum(" has " in line for line in usual)
    if types < TYPES_AT_LEAST or not any(line.endswith("error::offset at 8") for line in usual):
        print(f"only {types} types were found: the debug information is not understood")
        return 1
    wrong = 0
    for mode, lines in of_mode.items():
        for line in sorted(usual ^ lines):
            print(f"{mode}: {line}, {'not so' if line in usual else 'otherwise'} as usual")
            wrong = 1
    return wrong


def check_mixed(folder: Path) -> int:
    """A program whose two units are of two modes, in either order for the linker."""
    units = {}
    for (number, mode), name in itertools.product(enumerate(MEETING), ("rows", "count_rows")):
        units[mode, name] = compiled(MODES[mode], HERE / f"{name}.cpp", folder / f"{name}{number}.o")
    wanted = None
    for one, other in itertools.product(MEETING, MEETING):
        pair = [units[one, "rows"], units[other, "count_rows"]]
        for objects in (pair, pair[::-1]):
            subprocess.run([*COMPILER, "-pthread", *objects, "-o", folder / "mixed"], check=True)
            printed = subprocess.run([folder / "mixed", CAPTURE], capture_output=True, check=False)
            wanted = wanted or printed.stdout
            if printed.returncode != 0 or not printed.stdout.endswith(b" rows\n") or printed.stdout != wanted:
                print(f"{one} with {other}: exit status {printed.returncode}, {len(printed.stdout)} bytes")
                return 1
    return 0


def check_value(folder: Path) -> int:
    """`result::value` throws in units with exceptions and ends the program in others, whatever the linker's order."""
    units = [compiled(MODES[mode], HERE / "ask_value.cpp", folder / f"ask{number}.o")
             for number, mode in enumerate(("usual", "bare"))]
    said = "is empty (0 bytes): no pcap or pcapng header\n"
    for objects in (units, units[::-1]):
        subprocess.run([*COMPILER, "-pthread", *objects, "-o", folder / "ask"], check=True)
        asked = subprocess.run([folder / "ask"], capture_output=True, text=True, check=False)
        if asked.returncode != -signal.SIGABRT or asked.stdout != f"caught: {said}" or \
                asked.stderr != f"pcapframe: {said}":
            print(f"a missing value: exit status {asked.returncode}\n{asked.stdout}{asked.stderr}")
            return 1
    return 0


def main() -> int:
    if shutil.which("readelf") is None:
        print("skipped: readelf is not installed")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        return check_layouts(Path(folder)) | check_mixed(Path(folder)) | check_value(Path(folder))


if __name__ == "__main__":
    sys.exit(main())
