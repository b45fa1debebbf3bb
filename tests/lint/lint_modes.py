#!/usr/bin/env python3
"""What the headers say does not depend on the mode of a build: assertions, exceptions, run-time type information,
optimization, sanitizers. The library's lines are the same after preprocessing with each of these flags, so units of one
program that differ in them have the same types and the same inline functions."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import tree

MODES = (["-DNDEBUG"], ["-fno-exceptions", "-fno-rtti"], ["-DNDEBUG", "-fno-exceptions", "-fno-rtti"],
         ["-O2"], ["-fsanitize=address,undefined"], ["-D_GLIBCXX_ASSERTIONS"], ["-DDEBUG", "-D_DEBUG"])
# Headers whose lines may differ, and why that is safe.
MAY_DIFFER = {
    "base/caught.hpp": "two functions of two names, whose callers read the same",
    "base/raise.hpp": "two functions of two names; what calls one is a template of the function",
}
# These verbs throw, so that no unit without exceptions can include them.
WITH_EXCEPTIONS_ONLY = {"throwing.hpp"}
LINE_MARKER = re.compile(r'# \d+ "([^"]*)"')


def preprocessed(root: Path, umbrellas: list[str], flags: list[str]) -> dict[str, list[str]]:
    """The lines that the compiler sees of each header of the library."""
    source = "".join(f"#include <pcapframe/{name}>\n" for name in umbrellas)
    include = (root / "include").as_posix()
    compiler = shlex.split(os.environ.get("CXX", "c++"))
    command = [*compiler, "-std=c++20", "-E", "-I", include, *flags, "-x", "c++", "-"]
    run = subprocess.run(command, input=source, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        return {"": [run.stderr.strip().splitlines()[0] if run.stderr else "the preprocessor failed"]}
    lines: dict[str, list[str]] = {}
    current: list[str] = []
    for line in run.stdout.splitlines():
        if marker := LINE_MARKER.match(line):
            name = marker[1].removeprefix(include + "/pcapframe/")
            current = lines.setdefault(name, []) if name != marker[1] else []
        elif line.strip():
            current.append(" ".join(line.split()))
    return lines


def problems(root: Path) -> Iterator[str]:
    umbrellas = sorted(path.name for path in (root / "include" / "pcapframe").glob("*.hpp"))
    umbrellas = [name for name in umbrellas if name not in WITH_EXCEPTIONS_ONLY]
    usual = preprocessed(root, umbrellas, [])
    if "" in usual:
        yield usual[""][0]
        return
    for flags in MODES:
        there = preprocessed(root, umbrellas, flags)
        for name in sorted(usual.keys() | there.keys()):
            ours, theirs = usual.get(name, []), there.get(name, [])
            if ours == theirs or name in MAY_DIFFER:
                continue
            other = next((b or a for a, b in zip(ours + [""], theirs + [""]) if a != b), "")
            yield f"include/pcapframe/{name}: reads otherwise with {' '.join(flags)}: {other[:60]}"


if __name__ == "__main__":
    sys.exit(tree.main(problems))
