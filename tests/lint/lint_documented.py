#!/usr/bin/env python3
"""Every public name that a header declares in a namespace has a docstring: a `///` comment in front of its declaration,
or of another declaration of the same name (an overload), or of the first of declarations that follow each other without
an empty line; or a `///<` behind it. A docstring in front of a namespace is one of the constants in it.

What is in `detail` is not public, and what is declared to be defined later is documented where it is defined.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import tree

sys.path.insert(0, str(tree.ROOT / "src/dist"))
from declarations import Declaration, declarations  # noqa: E402


def is_detail(namespace: str) -> bool:
    return any(part == "detail" or part.endswith("_detail") for part in namespace.split("::"))


def is_documented(lines: list[str], row: int) -> bool:
    """Whether the declaration that begins on this line has a docstring, or follows one that has."""
    if "///<" in lines[row]:
        return True
    while row > 0:
        row -= 1
        above = lines[row].strip()
        if above.startswith("///"):
            return True
        if not above or above.startswith(("#", "}  // namespace")) or above.endswith("{") and "namespace" in above:
            return False
    return False


def found_in(path: Path) -> Iterator[tuple[Declaration, int, bool]]:
    """(declaration, line, whether it has a docstring) of the public declarations of a header."""
    text = path.read_text()
    lines = text.splitlines()
    for one in declarations(text):
        if not one.namespace.startswith("pcapframe") or is_detail(one.namespace) or one.internal:
            continue
        row = text.count("\n", 0, one.offset)
        if one.kind == "namespace" and not is_documented(lines, row):
            continue
        if one.kind == "type" and lines[row].rstrip().endswith(f"{one.name};"):
            continue
        yield one, row + 1, is_documented(lines, row)


def problems(root: Path) -> Iterator[str]:
    bare: dict[str, tuple[str, int]] = {}
    documented: set[str] = set()
    constants: set[str] = set()
    for path in tree.headers(root):
        for one, line, has_text in found_in(path):
            name = f"{one.namespace}::{one.name}"
            if one.kind == "variable":
                constants.add(name)
            if has_text:
                documented.add(name)
            else:
                bare.setdefault(name, (path.relative_to(root).as_posix(), line))
    for name, (path, line) in bare.items():
        if name not in documented and not (name in constants and name.rpartition("::")[0] in documented):
            yield f"{path}:{line}: {name} has no docstring"


if __name__ == "__main__":
    sys.exit(tree.main(problems))
