#!/usr/bin/env python3
"""Text files: at most 120 columns, no tab, no trailing blank, one newline at the end, no path of one machine alone.

Markdown may be wider: the rows of a table and the output of a program cannot be wrapped.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import tree

COLUMNS_MAX = 120
# Spelled in pieces, so that this file passes its own rule.
MACHINE_PATH = re.compile(r"(?<![\w.})~-])/(?:" + "|".join(["wor" + "k", "roo" + "t", "tmp/ba" + "sh"]) + r")\b")
# Inputs and expected outputs are what they are.
DATA_FOLDERS = ("tests/data/", "fuzz/corpus/")


def line_problems(line: str, long_lines: bool) -> Iterator[str]:
    if len(line) > COLUMNS_MAX and not long_lines:
        yield f"{len(line)} columns, at most {COLUMNS_MAX}"
    if "\t" in line:
        yield "a tab"
    if line != line.rstrip():
        yield "a trailing blank"
    if found := MACHINE_PATH.search(line):
        yield f"a path of one machine: {found[0]}"


def problems(root: Path) -> Iterator[str]:
    for path in tree.files(root):
        name = path.relative_to(root).as_posix()
        content = tree.text(path)
        if not content or name.startswith(DATA_FOLDERS):
            continue
        if not content.endswith("\n") or content.endswith("\n\n"):
            yield f"{name}: must end with one newline"
        # A row of a Markdown table is one line, however long.
        long_lines = name.endswith(".md")
        for number, line in enumerate(content.split("\n"), 1):
            yield from (f"{name}:{number}: {what}" for what in line_problems(line, long_lines))


if __name__ == "__main__":
    sys.exit(tree.main(problems))
