#!/usr/bin/env python3
"""Every header is reached from an umbrella header, and every source of the command from one unit of src/units/: what
nobody reaches is dead or forgotten."""

import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import tree

# Catalogs and plots are for those who ask for them: pcapframe.hpp would take longer to compile with them.
UMBRELLAS = ("pcapframe/pcapframe.hpp", "pcapframe/filter.hpp", "pcapframe/interchange.hpp", "pcapframe/live.hpp",
             "pcapframe/throwing.hpp", "pcapframe/catalog/catalog.hpp", "pcapframe/plot/plot.hpp")


INCLUDED_SOURCE = re.compile(r'^#include "\.\./(.*\.cpp)"$', re.MULTILINE)


def problems_of_sources(root: Path) -> Iterator[str]:
    """Of two units with the same source the linker would say the same, in many more words."""
    units = Counter(name for unit in (root / "src/units").glob("*.cpp")
                    for name in INCLUDED_SOURCE.findall(unit.read_text()))
    for path in (root / "src").glob("*.cpp"):
        if units[path.name] != 1:
            yield f"src/{path.name}: in {units[path.name]} units of src/units/, not in one"


def problems(root: Path) -> Iterator[str]:
    yield from problems_of_sources(root)
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
