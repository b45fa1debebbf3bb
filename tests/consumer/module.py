#!/usr/bin/env python3
"""`import pcapframe;`: module.py

The module that src/dist/make_module writes is built by the newest clang that is installed and does not crash on the
module (clang 22 does, in the program that imports it). A program that imports the module prints and exports what the
same program does that includes the headers.
Exit status: 0 passed, 77 skipped (no compiler here builds modules), anything else failed.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CAPTURE = ROOT / "tests/data/local.pcap"
# The newest first. clang 14 knows no such modules, and g++ 12 ends with an internal error (in tree_node).
CLANGS = [f"clang++-{version}" for version in range(40, 15, -1)]
INCLUDES = ("filter.hpp", "interchange.hpp", "pcapframe.hpp")


class Crash(Exception):
    """A compiler ended with an error of its own."""


def run(*command: object, **more: object) -> str:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **more)
    if "PLEASE submit a bug report" in done.stderr:
        raise Crash
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: exit status {done.returncode}\n{done.stdout}{done.stderr}"[:4000])
    return done.stdout


def make(folder: Path) -> Path:
    for where in (folder / "module", folder / "again"):
        run(ROOT / "src/dist/make_module", where)
    made = folder / "module" / "pcapframe.cppm"
    text = made.read_text()
    assert text == (folder / "again" / "pcapframe.cppm").read_text(), "other bytes the second time"
    for name in ("open_pcap", "table", "column", "link_type::ethernet", "wire::tcp_view", "throwing::read"):
        assert f"using pcapframe::{name};" in text, f"{name} is not exported"
    assert "detail::" not in text, "names of 'detail' are exported"
    return made


def imported(clang: str, module: Path, folder: Path) -> str:
    options = ["-std=c++20", "-O0", "-I", ROOT / "include"]
    interface = folder / "pcapframe.pcm"
    run(clang, *options, "-x", "c++-module", "--precompile", module, "-o", interface)
    run(clang, "-std=c++20", "-O0", "-c", interface, "-o", folder / "module.o")
    run(clang, *options, f"-fprebuilt-module-path={folder}", "-c", HERE / "import_module.cpp", "-o", folder / "main.o")
    run(clang, "-pthread", folder / "main.o", folder / "module.o", "-o", folder / "imported")
    return run(folder / "imported", CAPTURE, folder / "imported.csv")


def included(clang: str, folder: Path) -> str:
    source = folder / "included.cpp"
    includes = "\n".join(f"#include <pcapframe/{name}>" for name in INCLUDES)
    source.write_text((HERE / "import_module.cpp").read_text().replace("\nimport pcapframe;\n", f"\n{includes}\n"))
    run(clang, "-std=c++20", "-O0", "-pthread", "-I", ROOT / "include", source, "-o", folder / "included")
    return run(folder / "included", CAPTURE, folder / "included.csv")


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        module = make(folder)
        for clang in filter(shutil.which, CLANGS):
            try:
                there = imported(clang, module, folder)
            except Crash:
                print(f"{clang} crashes on the module")
                continue
            assert there == included(clang, folder), there
            assert (folder / "imported.csv").read_bytes() == (folder / "included.csv").read_bytes()
            print(f"{clang}: {there}")
            return 0
    print("skipped: no clang 16 or newer that builds the module (Debian: apt-get install clang-16)")
    return 77


if __name__ == "__main__":
    sys.exit(main())
