#!/usr/bin/env python3
"""Makes one translation unit of several test files: one_unit.py OUT.cpp TEST.cpp... (with --alone: prints those that
stay units of their own).

Most of the time of a build goes into the library's inline functions, which every unit compiles again; the files of a
room use the same ones. Each file is included in a namespace of its own, after the headers of all of them, so that
helpers of two files may have the same name. A file that defines what other units use (`testing::` at the beginning of a
line) stays a unit; one that changes what others see (a macro before its includes, `operator new`) says `a unit of its
own` in its first lines, and why.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parent
ALONE = "a unit of its own"
FIRST_LINES = 5
FOR_OTHERS = re.compile(r"^(namespace \w+ \{|\w[^\n(;]* testing::\w+[(:])", re.MULTILINE)
INCLUDE = re.compile(r'#\s*include\s*"([^"]+)"')


def is_alone(source: str) -> bool:
    text = (TESTS / source).read_text()
    return FOR_OTHERS.search(text) is not None or any(ALONE in line for line in text.splitlines()[:FIRST_LINES])


def includes(source: Path) -> list[str]:
    """What a file includes before its code, under the conditions there; headers beside the file by their paths from
    tests/."""
    lines: list[str] = []
    conditions: list[str] = []
    for line in source.read_text().splitlines():
        if line.startswith("#include"):
            found = INCLUDE.match(line)
            beside = source.parent / found[1] if found else None
            if beside and beside.is_file():
                line = f'#include "{beside.resolve().relative_to(TESTS)}"'
            lines.append("\n".join([*conditions, line, *["#endif"] * len(conditions)]))
        elif line.startswith("#if"):
            conditions.append(line)
        elif line.startswith("#endif"):
            conditions.pop()
        elif line and not line.startswith(("#", "//")):
            break
    return lines


def unit(sources: list[Path]) -> str:
    every = dict.fromkeys(line for source in sources for line in includes(source))  # in order, each once
    text = "".join(f"{line}\n" for line in every)
    for source in sources:
        text += f"namespace of_{source.stem} {{\n#include \"{source.relative_to(TESTS)}\"\n}}\n"
    return text


def main() -> None:
    if sys.argv[1] == "--alone":
        print("\n".join(filter(is_alone, sys.argv[2:])))
        return
    sources = [Path(name).resolve() for name in sys.argv[2:]]
    Path(sys.argv[1]).write_text(unit(sources))


if __name__ == "__main__":
    main()
