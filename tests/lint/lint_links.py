#!/usr/bin/env python3
"""Every link of the Markdown files to a file of the tree, or to a heading of one, leads somewhere."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import tree

LINK = re.compile(r"\]\(([^()\s]+)\)")
CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.M | re.S)


def anchors(page: Path) -> set[str]:
    """The names by which GitHub and the pages know the headings."""
    names = set()
    for heading in re.findall(r"^#+ (.*)$", re.sub(r"^```.*?^```", "", page.read_text(), flags=re.M | re.S), re.M):
        names.add(re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-"))
    return names


def problems(root: Path) -> Iterator[str]:
    for page in tree.files(root):
        if page.suffix != ".md":
            continue
        prose = CODE.sub(lambda code: re.sub(r"[^\n]", " ", code[0]), page.read_text())
        for match in LINK.finditer(prose):
            target, _, anchor = match[1].partition("#")
            if re.match(r"[a-z]+:", target):
                continue
            where = f"{page.relative_to(root)}:{prose.count(chr(10), 0, match.start()) + 1}"
            there = (page.parent / target).resolve() if target else page
            if not there.exists():
                yield f"{where}: there is no {target}"
            elif anchor and anchor not in anchors(there):
                yield f"{where}: {target or 'this file'} has no heading '{anchor}'"


if __name__ == "__main__":
    sys.exit(tree.main(problems))
