#!/usr/bin/env python3
"""The command, the C library and the examples name nothing of `detail`: what they need has a public name."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import tree

DETAIL = re.compile(r"\bdetail\s*::|::\s*detail\b")


def problems(root: Path) -> Iterator[str]:
    for path in tree.files(root):
        name = path.relative_to(root).as_posix()
        if not name.startswith("src/") or path.suffix not in (".cpp", ".hpp", ".h", ".cppm"):
            continue
        code = tree.code_only(path.read_text())
        for match in DETAIL.finditer(code):
            line = code.count("\n", 0, match.start()) + 1
            yield f"{name}:{line}: names something of 'detail', which is not for users of the library"


if __name__ == "__main__":
    sys.exit(tree.main(problems))
