#!/usr/bin/env python3
"""The version is the same in base/version.hpp (its macros and its text) and in meson.build, and every header defines
what it has in the inline namespace of that version, so that programs may hold two versions."""

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

    inline = f"v{macros.get('MAJOR', '?')}_{macros.get('MINOR', '?')}"
    for path in tree.headers(root):
        for opened in re.findall(r"^namespace pcapframe\b(.*)\{", path.read_text(), re.MULTILINE):
            if not opened.startswith(f"::inline {inline}"):
                yield f"{path.relative_to(root)}: opens namespace pcapframe without ::inline {inline}"


if __name__ == "__main__":
    sys.exit(tree.main(problems))
