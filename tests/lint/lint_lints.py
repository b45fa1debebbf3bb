#!/usr/bin/env python3
"""Each lint finds what is planted for it in a small tree, and nothing in the tree without it."""

import importlib
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import lint_include_direction
import tree

ROOM = "include/pcapframe/"
MAP = ROOM + "README.md"
MAP_ROWS = [f"| `{room}` | {', '.join(lower)} | a |\n" for room, lower in lint_include_direction.STANDS_ON.items()]
CLEAN = {
    MAP: "".join(MAP_ROWS) + "`bytes/load.hpp` `fuzz/fuzz_THING.cpp`\n",
    "meson.build": "project('x', 'cpp',\n  version: '1.2.3')\n",
    ROOM + "pcapframe.hpp": "#pragma once\n#include <pcapframe/base/version.hpp>\n"
                            "#include <pcapframe/bytes/load.hpp>\n",
    ROOM + "base/version.hpp": "#pragma once\n#define PCAPFRAME_VERSION_MAJOR 1\n"
                               "#define PCAPFRAME_VERSION_MINOR 2\n#define PCAPFRAME_VERSION_PATCH 3\n"
                               "inline constexpr const char version[] = \"1.2.3\";\n",
    ROOM + "bytes/load.hpp": "#pragma once\n#include <pcapframe/base/version.hpp>\n// Not code: #define X\n"
                             "struct a { int b{1}; };\nconstexpr int values[] = {\n" + "    1,\n" * 100 + "};\n"
                            "struct lines {\n    int a[100];\n};\nconstexpr lines more{\n" + "    1,\n" * 100 + "};\n",
    "src/switch.cpp": "int f(op a) {\nswitch (a) {\n" +
                      "".join(f"case op::a{i}:\nf([] {{ g(); }});\nbreak;\n" for i in range(40)) + "}\n}\n",
    "src/units/all.cpp": "#include \"../switch.cpp\"\n",
    "tests/bytes/test_load.cpp": "TEST_CASE(\"a\") {}\n",
}

# (lint, file, what stands in it)
LONG_BODY = "    f();\n" * 70
OPCODE_CASES = "".join(f"case op::a{i}:\nf([] {{ g(); }});\nbreak;\n" for i in range(40))
PLANTED = [
    ("links", "README.md", "see [there](include/gone.md)\n"),
    ("links", "README.md", "# A heading\n[here](#another-heading), [there](meson.build)\n"),
    ("include_direction", ROOM + "base/up.hpp", "#pragma once\n#include <pcapframe/bytes/load.hpp>\n"),
    ("include_direction", ROOM + "base/up.hpp", "#pragma once\n#include \"../bytes/load.hpp\"\n"),
    ("include_direction", ROOM + "base/gone.hpp", "#pragma once\n#include <pcapframe/base/gone_too.hpp>\n"),
    ("include_direction", ROOM + "attic/old.hpp", "#pragma once\n"),
    ("include_direction", ROOM + "other.hpp", "#pragma once\n"),
    ("include_direction", ROOM + "io/net.hpp", "#pragma once\n#include <sys/socket.h>\n"),
    ("include_direction", ROOM + "pcapframe.hpp",
     "#pragma once\n#include <pcapframe/bytes/load.hpp>\n#include <pcapframe/base/version.hpp>\n"),
    ("include_direction", MAP, "".join(MAP_ROWS[1:])),
    ("include_direction", MAP, "".join(MAP_ROWS[::-1])),
    ("include_direction", MAP, "".join(MAP_ROWS).replace("| wire, message, table |", "| wire |")),
    ("include_direction", MAP, "".join(MAP_ROWS) + "| `attic` | base | a |\n"),
    ("include_direction", MAP, "".join(MAP_ROWS) + "`bytes/gone.hpp`\n"),
    ("reachable", ROOM + "bytes/dead.hpp", "#pragma once\n"),
    ("reachable", "src/dead.cpp", "int dead = 1;\n"),
    ("reachable", "src/units/more.cpp", "#include \"../switch.cpp\"\n"),
    ("headers", ROOM + "bytes/load.hpp", "// #pragma once\n"),
    ("headers", ROOM + "bytes/load.hpp", "#pragma once\n#define LEFT 1\n"),
    ("headers", ROOM + "bytes/load.hpp", "#pragma once\n#undef LEFT\n#define LEFT 1\n"),
    ("definitions", ROOM + "bytes/upper.hpp",
     "#pragma once\n#include <pcapframe/bytes/load.hpp>\ninline int a::value(int) const {\n    return 0;\n}\n"),
    ("definitions", ROOM + "bytes/upper.hpp", "#pragma once\ninline lines& lines::operator+=(int) { return *this; }\n"),
    ("definitions", ROOM + "bytes/upper.hpp", "#pragma once\ntemplate <class T>\nlines::lines(T) {}\n"),
    ("headers_alone", ROOM + "bytes/load.hpp", "#pragma once\ninline std::size_t f() { return 0; }\n"),
    ("headers_alone", ROOM + "bytes/load.hpp", "#pragma once\ninline char f(int a) { return a; }\n"),
    ("headers_alone", ROOM + "pcapframe.hpp", "#pragma once\ninline void f() { throw 1; }\n"),
    ("headers_after", ROOM + "bytes/load.hpp",
     "#pragma once\n#include <string>\nnamespace a {\ninline int quoted(std::string_view) { return 1; }\n"
     "inline int f(const std::string& text) { return quoted(text); }\n}\n"),
    ("headers_after", ROOM + "bytes/load.hpp", "#pragma once\nstruct byte {};\ninline byte f() { return {}; }\n"),
    ("modes", ROOM + "bytes/load.hpp", "#pragma once\n#include <cassert>\ninline void f(int a) { assert(a); }\n"),
    ("modes", ROOM + "bytes/load.hpp", "#pragma once\n#ifdef __cpp_exceptions\nstruct a { int b; };\n#endif\n"),
    ("modes", ROOM + "bytes/load.hpp", "#pragma once\nstruct a {\n#ifndef NDEBUG\nint b;\n#endif\n};\n"),
    ("public_names", "src/a.cpp", "int a = pcapframe::detail::b();\n"),
    ("public_names", "src/abi/a.cpp", "namespace d = pcapframe::filter::detail;\n"),
    ("public_names", "src/a.hpp", "using namespace pcapframe::detail;\n"),
    ("documented", ROOM + "bytes/load.hpp", "#pragma once\nnamespace pcapframe::inline v1 {\nstruct a {};\n}\n"),
    ("documented", ROOM + "bytes/load.hpp",
     "#pragma once\nnamespace pcapframe {\n/// One.\nint one();\n\n// Not a docstring.\nint two();\n}\n"),
    ("documented", ROOM + "bytes/load.hpp",
     "#pragma once\nnamespace pcapframe::part {\ntemplate <class T>\n    requires f<T>\nvoid g(T a, int b = h<1>());\n"
     "}\n"),
    ("text", "src/a.cpp", "x" * 121 + "\n"),
    ("text", "src/a.cpp", "a\tb\n"),
    ("text", "src/a.cpp", "a \n"),
    ("text", "src/a.cpp", "a"),
    ("text", "src/a.cpp", "a\n\n"),
    ("text", "src/a.cpp", "open(\"/wor" + "k/x\")\n"),
    ("top_level", "notes.txt", "a\n"),
    ("top_level", "doc/a.txt", "a\n"),
    ("version", "meson.build", "project('x', 'cpp',\n  version: '1.2.4')\n"),
    ("version", "meson.build", "project('x', 'cpp')\n"),
    ("test_files", "tests/test_top.cpp", "TEST_CASE(\"a\") {}\n"),
    ("test_files", "tests/bytes/load_test.cpp", "TEST_CASE(\"a\") {}\n"),
    ("test_files", "fuzz/pcap.cpp", "int LLVMFuzzerTestOneInput(const uint8_t*, size_t) { return 0; }\n"),
    ("function_length", "src/a.cpp", "int main() {\n" + LONG_BODY + "}\n"),
    ("function_length", "src/a.cpp", "extern \"C\" int f(int a) {\n" + LONG_BODY + "}\n"),
    ("function_length", "src/a.cpp", "namespace a {\nstruct b : c {\n    b() : d(1) {\n" + LONG_BODY + "}\n};\n}\n"),
    ("function_length", "src/a.cpp", "struct b {\n    b() : d{1}, e{2} {\n" + LONG_BODY + "    }\n};\n"),
    ("function_length", "src/a.cpp", "template <int N = 3>\nbool operator==(a, b) {\n" + LONG_BODY + "}\n"),
    ("function_length", "src/a.cpp", "char f() { return '{'; }\nint g() {  // }\n" + LONG_BODY + "}\n"),
    ("function_length", "src/a.cpp", "int f(op a) {\nswitch (a) {\n" + OPCODE_CASES + "case b: {\nf();\n}\n}\n}\n"),
    ("function_length", "src/a.cpp", "int f(op a) {\nswitch (a) {\n" + OPCODE_CASES + "}\n" + LONG_BODY + "}\n"),
    ("function_length", "src/a.cpp", "int f(op a) {\nswitch (a) {\ncase b:\n" + LONG_BODY + "}\n}\n"),
    ("function_length", "src/a.py", "def f():\n" + LONG_BODY),
]


def write(root: Path, files: dict[str, str]) -> None:
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content)


def found(lint: str, files: dict[str, str]) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        write(root, files)
        return list(importlib.import_module("lint_" + lint).problems(root))


def problems(_: Path) -> Iterator[str]:
    lints = {path.stem.removeprefix("lint_") for path in Path(__file__).parent.glob("lint_*.py")}
    for lint in lints - {lint for lint, _, _ in PLANTED} - {"lints", "compile_time"}:
        yield f"{lint}: nothing is planted for this lint"
    for lint in {lint for lint, _, _ in PLANTED}:
        for problem in found(lint, CLEAN):
            yield f"{lint}: a false alarm: {problem}"
    for lint, name, content in PLANTED:
        if not found(lint, CLEAN | {name: content}):
            yield f"{lint}: passes {name}: {content[:60]!r}"


if __name__ == "__main__":
    sys.exit(tree.main(problems))
