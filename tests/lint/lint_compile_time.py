#!/usr/bin/env python3
"""What the headers cost a compiler. The time of `#include <pcapframe/pcapframe.hpp>` is printed. What fails is a number
that is the same on a busy machine: the lines that a compiler is given of headers that are not the library's. A system
header too many costs every program that includes the library (<immintrin.h> alone is 39,000 lines)."""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import tree

RUNS = 3
# Lines of others by umbrella header. With g++ 12 they are 79,000, 61,000, 75,000 and 81,000.
OTHERS_MAX = {"pcapframe.hpp": 90_000, "filter.hpp": 75_000, "interchange.hpp": 90_000, "live.hpp": 95_000}
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


def problems(root: Path) -> Iterator[str]:
    compiler = os.environ.get("CXX", "g++").split()
    include = str(root / "include")
    for name, most in OTHERS_MAX.items():
        lines = lines_of_others(compiler, include, name)
        if lines > most:
            yield f"include/pcapframe/{name}: brings {lines} lines of other headers, at most {most}"
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "includer.cpp"
        source.write_text("#include <pcapframe/pcapframe.hpp>\n")
        command = [*compiler, "-std=c++20", "-O0", "-I", include, "-c", str(source), "-o",
                   str(source.with_suffix(".o"))]
        seconds = []
        for _ in range(RUNS):
            start = time.monotonic()
            run = subprocess.run(command, capture_output=True, text=True)
            seconds.append(time.monotonic() - start)
            if run.returncode != 0:
                yield f"{' '.join(command)}:\n{run.stderr}"
                return
    print(f"measured: #include <pcapframe/pcapframe.hpp> at -O0 with {' '.join(compiler)}: "
          f"{min(seconds):.2f} s, the best of {RUNS}")


if __name__ == "__main__":
    sys.exit(tree.main(problems))
