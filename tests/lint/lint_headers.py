#!/usr/bin/env python3
"""Each header guards itself with #pragma once and leaves no macro behind, save those named PCAPFRAME_*.

The Arrow C interface is declared by every library that speaks it, behind macros of the same names.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import tree

DIRECTIVE = re.compile(r"^[ \t]*#[ \t]*(define|undef)[ \t]+(\w+)", re.MULTILINE)


def problems(root: Path) -> Iterator[str]:
    for path in tree.headers(root):
        name = path.relative_to(root).as_posix()
        code = tree.code_only(path.read_text())
        if len(re.findall(r"^#pragma once$", code, re.MULTILINE)) != 1:
            yield f"{name}: wants exactly one '#pragma once'"
        left: set[str] = set()
        for directive, macro in DIRECTIVE.findall(code):
            (left.add if directive == "define" else left.discard)(macro)
        allowed = ("PCAPFRAME_", "ARROW_") if path.name == "arrow_c_data.hpp" else ("PCAPFRAME_",)
        for macro in left:
            if not macro.startswith(allowed):
                yield f"{name}: macro {macro} is left defined at the end of the file"


if __name__ == "__main__":
    sys.exit(tree.main(problems))
