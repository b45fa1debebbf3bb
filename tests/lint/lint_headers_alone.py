#!/usr/bin/env python3
"""Every header compiles by itself, without a warning, with g++ or else the first compiler that is installed.

The umbrella headers compile so with each compiler, and all but throwing.hpp also without exceptions and run-time type
information.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import tree

FLAGS = ["-std=c++20", "-fsyntax-only", *tree.WARNINGS, "-Werror"]
BARE = ["-fno-exceptions", "-fno-rtti"]


def jobs(root: Path) -> Iterator[tuple[str, list[str], str]]:
    """(compiler, flags, header), for everything that is to be compiled."""
    compilers = list(filter(shutil.which, ("g++", "clang++")))
    for compiler in compilers:
        for path in tree.headers(root):
            name = path.relative_to(root / "include").as_posix()
            if compiler == compilers[0] or name.count("/") == 1:
                yield compiler, FLAGS, name
            if name.count("/") == 1 and path.name != "throwing.hpp":
                yield compiler, FLAGS + BARE, name


def problems(root: Path) -> Iterator[str]:
    def compiled(job: tuple[str, list[str], str]) -> str:
        compiler, flags, name = job
        command = [compiler, *flags, "-I", str(root / "include"), "-x", "c++", "-"]
        run = subprocess.run(command, input=f"#include <{name}>\n", capture_output=True, text=True)
        if run.returncode == 0:
            return ""
        bare = " without exceptions" if BARE[0] in flags else ""
        return f"{name}: {compiler}{bare}:\n{run.stderr}"

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from filter(None, pool.map(compiled, jobs(root)))


if __name__ == "__main__":
    sys.exit(tree.main(problems))
