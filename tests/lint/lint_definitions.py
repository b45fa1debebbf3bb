#!/usr/bin/env python3
"""A member that a class declares is defined where the class is, or in a header that the class's header includes.

Who includes the header that declares a member must be able to call it: a member that is declared in a lower room and
defined in an upper one ends in an undefined reference. What an upper room adds to a class is a free function there.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import tree

CLASS = re.compile(r"^[ \t]*(?:class|struct|union)\s+(?:\[\[\w+\]\]\s*)?(\w+)[^;{}()]*\{", re.MULTILINE)
# At the start of a line, as everything in a namespace is: a type, the class, the member, its parameters.
DEFINITION = re.compile(
    r"^(?!\s)[\w:<>,&*\[\] \t]*?\b(\w+)(?:<[^()\n]*>)?::(~?\w+|operator[^\w\s]+)\s*\(", re.MULTILINE)


def included(name: str, includes: dict[str, list[str]]) -> set[str]:
    """A header and all that it includes."""
    seen: set[str] = set()
    left = [name]
    while left:
        at = left.pop()
        if at not in seen:
            seen.add(at)
            left += includes.get(at, [])
    return seen


def problems(root: Path) -> Iterator[str]:
    paths = {path.relative_to(root / "include").as_posix(): path for path in tree.headers(root)}
    includes = {name: tree.own_includes(root, path) for name, path in paths.items()}
    code = {name: tree.code_only(path.read_text()) for name, path in paths.items()}
    declared: dict[str, set[str]] = {}
    for name, text in code.items():
        for match in CLASS.finditer(text):
            declared.setdefault(match[1], set()).add(name)
    for name, text in code.items():
        for match in DEFINITION.finditer(text):
            places = declared.get(match[1], set())
            if places and not any(name in included(place, includes) for place in places):
                line = text.count("\n", 0, match.start(2)) + 1
                yield (f"include/{name}:{line}: {match[1]}::{match[2]} is defined here, but {min(places)}, which "
                       "declares it, does not include this header: make it a free function")


if __name__ == "__main__":
    sys.exit(tree.main(problems))
