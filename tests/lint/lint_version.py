#!/usr/bin/env python3
"""The version is the same in base/version.hpp (its macros and its text) and in meson.build."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import tree


def problems(root: Path) -> Iterator[str]:
    header = (root / "include/pcapframe/base/version.hpp").read_text()
    build = (root / "meson.build").read_text()
    macros = dict(re.findall(r"#define PCAPFRAME_VERSION_(MAJOR|MINOR|PATCH) (\d+)", header))
    versions = {
        "base/version.hpp, macros": ".".join(macros.get(part, "?") for part in ("MAJOR", "MINOR", "PATCH")),
        "base/version.hpp, text": ", ".join(re.findall(r'version\[\] = "([^"]*)"', header)),
        "meson.build": ", ".join(re.findall(r"^  version: '([^']*)'", build, re.MULTILINE)),
    }
    if len(set(versions.values())) != 1 or not re.fullmatch(r"\d+\.\d+\.\d+", versions["meson.build"]):
        yield "versions differ: " + "; ".join(f"{place} says {version}" for place, version in versions.items())


if __name__ == "__main__":
    sys.exit(tree.main(problems))
