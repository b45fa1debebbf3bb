"""What the lints share: the files of the source tree, C++ text without comments and literals, and the way of reporting.

A lint is a module with `problems(root)`, which yields one line for each thing that is wrong.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SKIPPED_FOLDERS = {".git", "__pycache__"}
# What compilers are asked to warn of; each leaves out what it does not know.
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Wsign-conversion", "-Wold-style-cast",
            "-Wuseless-cast", "-Wno-unknown-warning-option"]
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)

# Comments, raw strings, strings and characters, in the order in which they must be tried. The look-behind keeps the
# digit separators of 1'000'000 from opening a character.
NOT_CODE = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<mark>[^ ()\\\n]*)\(.*?\)(?P=mark)"|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'", re.DOTALL)


def files(root: Path) -> list[Path]:
    """The files of the project below `root`: what git tracks or would track, or all but build folders without git."""
    command = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, capture_output=True, check=True).stdout.decode().split("\0")
        found = [root / name for name in listed if name]
    except (OSError, subprocess.CalledProcessError):
        found = list(walk(root))
    return sorted(path for path in found if path.is_file())


def walk(root: Path) -> Iterator[Path]:
    """The same without git: all but what .gitignore names."""
    for folder, folders, names in os.walk(root):
        here = Path(folder).relative_to(root).as_posix()
        if here == ".":
            folders[:] = [name for name in folders if not name.startswith("build")]
        elif here == "subprojects":
            folders[:] = [name for name in folders if name == "packagefiles"]
        folders[:] = [name for name in folders if name not in SKIPPED_FOLDERS]
        yield from (Path(folder) / name for name in names)


def text(path: Path) -> str | None:
    """The file as text, or None where it is binary."""
    content = path.read_bytes()
    if b"\0" in content:
        return None
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return None


def headers(root: Path) -> list[Path]:
    """The headers of the library."""
    return sorted((root / "include").rglob("*.hpp"))


def code_only(source: str) -> str:
    """C++ text with comments blanked and literals emptied; every line stays where it was."""
    def blank(match: re.Match[str]) -> str:
        kept = '""' if match[0][0] in "\"'R" else " "
        return kept + "\n" * match[0].count("\n")
    return NOT_CODE.sub(blank, source)


def own_includes(root: Path, path: Path) -> list[str]:
    """The library's headers that a file includes, as paths below include/ ("pcapframe/..."), in order."""
    found = []
    for bracket, name in INCLUDE.findall(re.sub(r"/\*.*?\*/|//[^\n]*", "", path.read_text(), flags=re.DOTALL)):
        if name.startswith("pcapframe/"):
            found.append(name)
        elif bracket == '"' and (path.parent / name).resolve().is_relative_to(root / "include"):
            found.append((path.parent / name).resolve().relative_to(root / "include").as_posix())
    return found


def main(problems: Callable[[Path], Iterator[str]]) -> int:
    """Runs one lint over the tree named on the command line, or over this one."""
    root = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT
    found = sorted(set(problems(root)))
    for problem in found:
        print(problem)
    return 1 if found else 0
