#!/usr/bin/env python3
"""Two versions of the library in one program: a unit that includes this one and a unit that includes a later one, made
of this one by another version number. Both read the same capture; their types are different types, and neither unit
defines a function or variable that the other could be given in its place.
Exit status: 0 passed, 77 skipped (nm is not installed), anything else failed.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COMPILER = os.environ.get("CXX", "c++").split()
CAPTURE = ROOT / "tests/data/local.pcap"
LATER_MINOR = "9"

UNIT = """
#include <cstdint>
#include <string>
#include <typeinfo>
#include <pcapframe/filter.hpp>
#include <pcapframe/interchange.hpp>
#include <pcapframe/live.hpp>
#include <pcapframe/pcapframe.hpp>

std::uint64_t UNIT_rows(const char* path) {
    auto source = pcapframe::open_pcap(path, {.threads = 2});
    if (!source) return 0;
    auto rows = source->read();
    return rows ? rows->rows() : 0;
}
std::string UNIT_refusal() { return pcapframe::filter::compile("tcp prt 80", 1).message(); }
std::string UNIT_version() { return pcapframe::version; }
const std::type_info& UNIT_table() { return typeid(pcapframe::table); }
"""
MAIN = """
#include <cstdint>
#include <cstdio>
#include <string>
#include <typeinfo>

std::uint64_t this_rows(const char*);
std::uint64_t later_rows(const char*);
std::string this_refusal();
std::string later_refusal();
std::string this_version();
std::string later_version();
const std::type_info& this_table();
const std::type_info& later_table();

int main(int, char** argv) {
    std::printf("%ju %ju\\n", std::uintmax_t{this_rows(argv[1])}, std::uintmax_t{later_rows(argv[1])});
    std::printf("%s\\n%s\\n", this_refusal().c_str(), later_refusal().c_str());
    std::printf("%s %s %d\\n", this_version().c_str(), later_version().c_str(), this_table() == later_table());
}
"""


def make_later(folder: Path) -> tuple[Path, str, str]:
    """A copy of the headers under another version; its folder, the version here and the version there."""
    shutil.copytree(ROOT / "include", folder / "later")
    version = (ROOT / "include/pcapframe/base/version.hpp").read_text()
    macros = dict(re.findall(r"#define PCAPFRAME_VERSION_(MAJOR|MINOR|PATCH) (\d+)", version))
    here = ".".join(macros[part] for part in ("MAJOR", "MINOR", "PATCH"))
    there = f"{macros['MAJOR']}.{LATER_MINOR}.{macros['PATCH']}"
    for header in (folder / "later").rglob("*.hpp"):
        text = header.read_text()
        text = text.replace(f"inline v{macros['MAJOR']}_{macros['MINOR']}", f"inline v{macros['MAJOR']}_{LATER_MINOR}")
        header.write_text(text.replace(here, there))
    return folder / "later", here, there


def compiled(folder: Path, name: str, source: str, include: Path) -> Path:
    (folder / f"{name}.cpp").write_text(source.replace("UNIT", name))
    unit = folder / f"{name}.o"
    command = [*COMPILER, "-std=c++20", "-O0", "-pthread", "-I", include, "-c", folder / f"{name}.cpp", "-o", unit]
    subprocess.run(command, check=True)
    return unit


def defined(unit: Path) -> set[str]:
    """The library's own symbols that a unit defines for others: mangled, those of the standard library left out."""
    listed = subprocess.run(["nm", "--defined-only", "--extern-only", unit], capture_output=True, text=True, check=True)
    symbols = {line.split()[-1] for line in listed.stdout.splitlines() if line.strip()}
    return {symbol for symbol in symbols if "pcapframe" in symbol}


def main() -> int:
    if shutil.which("nm") is None:
        print("skipped: nm is not installed")
        return 77
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        later, here, there = make_later(folder)
        units = [compiled(folder, "this", UNIT, ROOT / "include"), compiled(folder, "later", UNIT, later)]
        if shared := defined(units[0]) & defined(units[1]):
            print(f"{len(shared)} symbols are those of both versions, such as {sorted(shared)[0]}")
            return 1
        if min(len(defined(unit)) for unit in units) < 1000:
            print("the symbols of the library were not found")
            return 1
        units.append(compiled(folder, "main", MAIN, folder))
        subprocess.run([*COMPILER, "-pthread", *units, "-o", folder / "program"], check=True)
        run = subprocess.run([folder / "program", CAPTURE], capture_output=True, text=True, check=True)
    rows, *refusals, versions = run.stdout.splitlines()
    good = len(set(rows.split())) == 1 and int(rows.split()[0]) > 0 and len(refusals) == 2
    good = good and refusals[0] == refusals[1] and "did you mean 'port'?" in refusals[0]
    if not good or versions != f"{here} {there} 0":
        print(f"unexpected: {run.stdout}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
