#!/usr/bin/env python3
"""Two units of one program, only one of which includes the filter header: each behaves as its own includes say,
whatever the other unit includes and in whatever order they are linked. A unit that takes no text carries no compiler of
filters, and a unit that gives text without the header does not compile.
Exit status: 0 passed, 77 skipped (nm is not installed), anything else failed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COMPILER = [*os.environ.get("CXX", "c++").split(), "-std=c++20", "-O0", "-pthread", "-I", str(ROOT / "include")]
CAPTURE = str(ROOT / "tests/data/local.pcap")
NEEDED = "text_as_a_filter_needs_pcapframe_filter_hpp"

COMMON = """
#include <string>
#include <pcapframe/catalog/catalog.hpp>
#include <pcapframe/pcapframe.hpp>

static std::string entry_rows(const pcapframe::catalog_options& options) {
    const auto captures = pcapframe::catalog::parse(
        "sources: {a: {driver: pcap, args: {urlpath: CAPTURE, filter: udp}}}", "c.yml", options);
    auto source = captures ? captures->open_source("a") : captures.problems();
    return source ? std::to_string(source->read()->rows()) : source.message();
}
static std::string rows(const pcapframe::read_options& options) {
    auto source = pcapframe::open_pcap("CAPTURE", options);
    return source ? std::to_string(source->read()->rows()) : source.error().message();
}
""".replace("CAPTURE", CAPTURE)

WITHOUT = COMMON + """
std::string without_filter() {
    return rows({}) + "; " + rows({.protocol = "udp port 53"}) + "; " + entry_rows({});
}
std::string handed_over(pcapframe::filter_option filter) { return rows({.filter = filter}); }
"""
WITH = "#include <pcapframe/filter.hpp>\n" + COMMON + """
#include <cstdio>
std::string without_filter();
std::string handed_over(pcapframe::filter_option filter);
int main() {
    std::printf("%s\\n", rows({.filter = "udp"}).c_str());
    std::printf("%s\\n", entry_rows({.filters = pcapframe::expression_filters()}).c_str());
    std::printf("%s\\n%s\\n", handed_over("udp").c_str(), without_filter().c_str());
}
"""
UNUSED = "#include <pcapframe/filter.hpp>\n#include <pcapframe/pcapframe.hpp>\nint unused() { return 0; }\n"
WRONG = '#include <pcapframe/pcapframe.hpp>\nauto wrong() { return pcapframe::open_pcap("x", {.filter = "udp"}); }\n'

COLUMN = len("sources: {a: {driver: pcap, args: {urlpath: " + CAPTURE + ", filter: ") + 1
SAID = ["11", "11", "11", "87; 'udp port 53' is not a protocol: the option 'filter' takes expressions; "
        f"c.yml:1:{COLUMN}: 'filter=udp' is not compiled here: that takes expression_filters() of "
        "<pcapframe/filter.hpp>"]


def compiled(folder: Path, name: str, text: str) -> Path:
    (folder / f"{name}.cpp").write_text(text)
    subprocess.run([*COMPILER, "-c", folder / f"{name}.cpp", "-o", folder / f"{name}.o"], check=True)
    return folder / f"{name}.o"


def compiler_symbols(unit: Path) -> list[str]:
    """What a unit defines of the compiler of filters, and what it runs when a program starts."""
    shown = subprocess.run(["nm", "-C", "--defined-only", unit], capture_output=True, text=True, check=True).stdout
    return [line for line in shown.splitlines()
            if "filter::parser" in line or "filter::compile" in line or "_GLOBAL__sub_I" in line]


def main() -> int:
    if shutil.which("nm") is None:
        print("skipped: nm is not installed")
        return 77
    with tempfile.TemporaryDirectory(prefix="pcapframe-units-") as name:
        folder = Path(name)
        units = [compiled(folder, "with", WITH), compiled(folder, "without", WITHOUT)]
        for order in (units, units[::-1]):
            subprocess.run([*COMPILER, *order, "-o", folder / "both"], check=True)
            said = subprocess.run([folder / "both"], capture_output=True, text=True, check=True).stdout.splitlines()
            assert said == SAID, f"{said}\n{SAID}"
        assert compiler_symbols(units[0]), "the unit with the header has the compiler"
        for unit in (units[1], compiled(folder, "unused", UNUSED)):
            assert not compiler_symbols(unit), f"{unit.name}: {compiler_symbols(unit)[:3]}"
        (folder / "wrong.cpp").write_text(WRONG)
        wrong = subprocess.run([*COMPILER, "-fsyntax-only", folder / "wrong.cpp"], capture_output=True, text=True)
        assert wrong.returncode != 0 and NEEDED in wrong.stderr, wrong.stderr
    return 0


if __name__ == "__main__":
    sys.exit(main())
