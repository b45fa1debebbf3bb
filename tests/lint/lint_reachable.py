#!/usr/bin/env python3
"""Every header is reached from an umbrella header: one that nobody reaches is dead or forgotten."""

import sys
from collections.abc import Iterator
from pathlib import Path

import tree

# Catalogs and plots are for those who ask for them: pcapframe.hpp would take longer to compile with them.
UMBRELLAS = ("pcapframe/pcapframe.hpp", "pcapframe/filter.hpp", "pcapframe/interchange.hpp", "pcapframe/live.hpp",
             "pcapframe/throwing.hpp", "pcapframe/catalog/catalog.hpp", "pcapframe/plot/plot.hpp")


def problems(root: Path) -> Iterator[str]:
    include = root / "include"
    waiting = [name for name in UMBRELLAS if (include / name).is_file()]
    reached: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in reached or not (include / name).is_file():
            continue
        reached.add(name)
        waiting += tree.own_includes(root, include / name)
    for path in tree.headers(root):
        name = path.relative_to(include).as_posix()
        if name not in reached:
            yield f"{name}: reached from none of {', '.join(UMBRELLAS)}"


if __name__ == "__main__":
    sys.exit(tree.main(problems))
