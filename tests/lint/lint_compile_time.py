#!/usr/bin/env python3
"""What the headers cost a compiler. The processor time of `#include <pcapframe/pcapframe.hpp>` is printed (of all
umbrella headers where this is run with --all). What fails is what is the same on a busy machine: the lines that a
compiler is given of headers that are not the library's, code that a program gets which uses nothing, and more units of
the command than there are. A system header too many costs every program that includes the library (<immintrin.h> alone
is 39,000 lines)."""

import os
import re
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import tree

RUNS = 3
# Lines of others by umbrella header. With g++ 12 they are 79,000, 61,000, 75,000 and 81,000.
OTHERS_MAX = {"pcapframe.hpp": 90_000, "filter.hpp": 75_000, "interchange.hpp": 90_000, "live.hpp": 95_000}
# Each unit of the command compiles anew what it shares with the others.
UNITS_MAX = 4
LINE_MARKER = re.compile(r'# \d+ "([^"]*)"')


def lines_of_others(compiler: list[str], include: str, name: str) -> int:
    """The lines with code that the preprocessor makes of headers outside of the library."""
    made = subprocess.run([*compiler, "-std=c++20", "-E", "-I", include, "-x", "c++", "-"],
                          input=f"#include <pcapframe/{name}>\n", capture_output=True, text=True, check=True).stdout
    count, is_other = 0, False
    for line in made.splitlines():
        if marker := LINE_MARKER.match(line):
            is_other = not marker[1].startswith(include)
        elif is_other and line.strip():
            count += 1
    return count


def compile_empty(compiler: list[str], include: str, name: str, folder: Path) -> tuple[float, str]:
    """Compiles a program that includes a header and uses nothing: the seconds of processor time, and the object's
    symbols."""
    source = folder / "includer.cpp"
    source.write_text(f"#include <pcapframe/{name}>\nint main() {{}}\n")
    command = [*compiler, "-std=c++20", "-O2", "-I", include, "-c", str(source), "-o", str(source.with_suffix(".o"))]
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    subprocess.run(command, check=True)
    seconds = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
    symbols = subprocess.run(["nm", "-C", "--defined-only", str(source.with_suffix(".o"))], check=True,
                             capture_output=True, text=True).stdout
    return seconds, symbols


def problems(root: Path, measured: Iterable[str] = ("pcapframe.hpp",)) -> Iterator[str]:
    units = len(list((root / "src/units").glob("*.cpp")))
    if units > UNITS_MAX:
        yield f"src/units: {units} units, at most {UNITS_MAX}"
    compiler = os.environ.get("CXX", "g++").split()
    include = str(root / "include")
    for name, most in OTHERS_MAX.items():
        lines = lines_of_others(compiler, include, name)
        if lines > most:
            yield f"include/pcapframe/{name}: brings {lines} lines of other headers, at most {most}"
    for name in measured:
        with tempfile.TemporaryDirectory() as folder:
            made = [compile_empty(compiler, include, name, Path(folder)) for _ in range(RUNS)]
        print(f"measured: #include <pcapframe/{name}> and an empty main at -O2 with {' '.join(compiler)}: "
              f"{min(seconds for seconds, _ in made):.2f} s of processor time, the best of {RUNS}")
        for symbol in made[0][1].splitlines():
            if symbol.split(maxsplit=1)[1] != "T main":
                yield f"include/pcapframe/{name}: a program that uses nothing gets {symbol.split(maxsplit=1)[1]}"


if __name__ == "__main__":
    if "--all" in sys.argv:
        sys.argv.remove("--all")
        sys.exit(tree.main(lambda root: problems(root, OTHERS_MAX)))
    sys.exit(tree.main(problems))
