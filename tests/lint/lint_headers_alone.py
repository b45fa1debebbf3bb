#!/usr/bin/env python3
"""Every header compiles by itself, without a warning, with g++ or else the first compiler that is installed.

The umbrella headers compile so with each compiler, and all but throwing.hpp also without exceptions and run-time type
information. Of the others only those that changed in the last commits are compiled, and a sixth of the rest by the hash
of their names; `TEST_ALL=1 tests/lint/lint_headers_alone.py` compiles all.
"""

import hashlib
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
LAST_COMMITS = 5
SHARE = 6  # of the headers that did not change, one of so many


def chosen(root: Path) -> set[Path]:
    """The headers that are compiled, umbrellas aside."""
    every = set(tree.headers(root))
    if root != tree.ROOT or os.environ.get("TEST_ALL"):
        return every
    log = subprocess.run(["git", "-C", str(root), "log", f"-{LAST_COMMITS}", "--format=", "--name-only"],
                         capture_output=True, text=True)
    changed = {root / name for name in log.stdout.splitlines()}
    return {path for path in every
            if path in changed or hashlib.sha256(path.name.encode()).digest()[0] % SHARE == 0}


def jobs(root: Path) -> Iterator[tuple[str, list[str], str]]:
    """(compiler, flags, header), for everything that is to be compiled."""
    compilers = list(filter(shutil.which, ("g++", "clang++")))
    alone = chosen(root)
    for compiler in compilers:
        for path in tree.headers(root):
            name = path.relative_to(root / "include").as_posix()
            if name.count("/") == 1 or (compiler == compilers[0] and path in alone):
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
