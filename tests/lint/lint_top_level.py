#!/usr/bin/env python3
"""The top level keeps to what belongs there; anything else has a room."""

import sys
from collections.abc import Iterator
from pathlib import Path

import tree

ALLOWED = {"meson.build", "meson_options.txt", "include", "src", "tests", "bench", "fuzz", "subprojects", "README.md",
           "LICENSE"}


def problems(root: Path) -> Iterator[str]:
    for name in {path.relative_to(root).parts[0] for path in tree.files(root)}:
        if name not in ALLOWED and not name.startswith("."):
            yield f"{name}: does not belong at the top level"


if __name__ == "__main__":
    sys.exit(tree.main(problems))
