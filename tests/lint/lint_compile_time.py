#!/usr/bin/env python3
"""Measures what `#include <pcapframe/pcapframe.hpp>` costs a compiler. The figure is printed; only failure fails."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import tree

RUNS = 3


def problems(root: Path) -> Iterator[str]:
    compiler = os.environ.get("CXX", "g++").split()
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "includer.cpp"
        source.write_text("#include <pcapframe/pcapframe.hpp>\n")
        command = [*compiler, "-std=c++20", "-O0", "-I", str(root / "include"), "-c", str(source), "-o",
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
