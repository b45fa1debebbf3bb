#!/usr/bin/env python3
"""All headers of the library compile after every header of the standard library, and after `using namespace std`.

What a program includes and says before brings names into reach that a header alone does not see: `quoted` of <iomanip>
was found for a std::string, by its argument, in the place of the library's own. One program has all headers at once.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import tree

FLAGS = ["-std=c++20", "-fsyntax-only", *tree.WARNINGS, "-Werror"]
EVERYTHING = "#include <bits/stdc++.h>\n"  # of libstdc++, which both compilers have here
BEFORE = {"after the standard library": EVERYTHING,
          "after 'using namespace std'": EVERYTHING + "using namespace std;\n"}


def problems(root: Path) -> Iterator[str]:
    names = [path.relative_to(root / "include").as_posix() for path in tree.headers(root)]
    source = "".join(f"#include <{name}>\n" for name in names)

    def compiled(job: tuple[str, str]) -> str:
        compiler, when = job
        command = [compiler, *FLAGS, "-I", str(root / "include"), "-x", "c++", "-"]
        run = subprocess.run(command, input=BEFORE[when] + source, capture_output=True, text=True)
        return "" if run.returncode == 0 else f"{compiler}, {when}:\n{run.stderr}"

    jobs = [(compiler, when) for compiler in filter(shutil.which, ("g++", "clang++")) for when in BEFORE]
    with ThreadPoolExecutor(2) as pool:
        yield from filter(None, pool.map(compiled, jobs))


if __name__ == "__main__":
    sys.exit(tree.main(problems))
