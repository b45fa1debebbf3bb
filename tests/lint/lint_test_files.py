#!/usr/bin/env python3
"""No test is forgotten: every test file is of a kind that is found, and the build folder has found it.

The second half needs PCAPFRAME_BUILD_ROOT, which the build sets.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import tree

DEFINES_TESTS = ("TEST_CASE(", "TEST_SUITE", "SCENARIO(")


def problems(root: Path) -> Iterator[str]:
    tests = root / "tests"
    found = {path.relative_to(tests).as_posix() for path in tests.glob("*/test_*.cpp")}
    for path in tests.rglob("*.cpp"):
        name = path.relative_to(tests).as_posix()
        if name not in found and any(word in tree.code_only(path.read_text()) for word in DEFINES_TESTS):
            yield f"tests/{name}: defines tests, but is not named tests/ROOM/test_THING.cpp"
    for path in (root / "fuzz").rglob("*.cpp"):
        if "LLVMFuzzerTestOneInput(" in path.read_text() and path.name != "standalone.cpp":
            if path.parent != root / "fuzz" or not path.name.startswith("fuzz_"):
                yield f"{path.relative_to(root)}: a fuzz target is named fuzz/fuzz_THING.cpp"

    build = os.environ.get("PCAPFRAME_BUILD_ROOT")
    if build and root == tree.ROOT:
        built = set((Path(build) / "tests" / "unit_sources.txt").read_text().split())
        for name in found ^ (built - {"main.cpp"}):
            yield f"tests/{name}: came or went since the build folder was configured: meson setup --reconfigure {build}"


if __name__ == "__main__":
    sys.exit(tree.main(problems))
