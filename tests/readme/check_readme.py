#!/usr/bin/env python3
"""Runs what the README and the pages of the documentation show, and compares the output: the shell command that builds,
the console examples, the programs in C++ and Python.

usage: check_readme.py --command PATH_TO_PCAPFRAME   (exit status 0: all agree)
"""
import argparse
import importlib.util
import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CAPTURE = ROOT / "tests" / "data" / "local.pcap"
# Of the build command only what does not install: the compiler that the tests use is there.
INSTALL = "apt-get install -y g++ && "


def blocks(text):
    """(language, body) of every fenced block, in order."""
    return re.findall(r"^```(\w+)\n(.*?)^```$", text, re.M | re.S)


def shell(command, folder):
    done = subprocess.run(["bash", "-c", command], cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def copy_of_the_tree(folder):
    """What a newcomer has after cloning, by links."""
    for name in ("include", "src", "tests"):
        (folder / name).symlink_to(ROOT / name)


def check(what, expected, got, failures):
    if expected == got:
        print(f"ok       {what}")
        return
    print(f"DIFFERS  {what}\n--- written\n{expected}--- output\n{got}")
    failures.append(what)


def check_console(body, folder, failures):
    for part in re.split(r"^\$ ", body, flags=re.M)[1:]:
        command, _, expected = part.partition("\n")
        command = command.replace("/tmp/rows.csv", "rows.csv")
        check(command, expected, shell(command, folder), failures)


def check_program(body, expected, folder, failures):
    """Compiles a program, and runs it where the README says what it prints."""
    name = re.match(r"// (\w+)\.cpp\n", body).group(1)
    (folder / f"{name}.cpp").write_text(body)
    compiler = shlex.split(os.environ.get("CXX", "g++"))
    flags = ["-std=c++20", "-O0", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-I", "include"]
    built = subprocess.run([*compiler, *flags, f"{name}.cpp", "-o", name],
                           cwd=folder, capture_output=True, text=True, check=False)
    got = built.stderr
    if built.returncode == 0 and expected is not None:
        got = shell(f"./{name} {CAPTURE}", folder)
    check(f"{name}.cpp", expected or "", got, failures)


def check_python(body, expected, folder, failures):
    """Runs Python with the package of the source tree and the library that was built."""
    library = Path(os.environ.get("PCAPFRAME_BUILD_ROOT", ROOT / "build")) / "src/abi/libpcapframe.so"
    if not library.exists() or importlib.util.find_spec("pandas") is None:
        print("skipped  Python: no library, or no pandas")
        return
    surroundings = {"PYTHONPATH": "src/python", "PCAPFRAME_LIBRARY": str(library), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, "-c", body], cwd=folder, capture_output=True, text=True, check=False,
                          env={**os.environ, **surroundings})
    check("Python", expected or "", done.stdout + done.stderr, failures)


def check_page(page, folder, failures):
    found = blocks(page.read_text())
    for i, (language, body) in enumerate(found):
        after = found[i + 1][1] if i + 1 < len(found) and found[i + 1][0] == "text" else None
        if language == "sh" and body.startswith(INSTALL) and after is not None:
            # What the build says while it works is shown where it fails.
            quick = body.removeprefix(INSTALL).replace(
                "src/build", "{ src/build -O0 2>build.log || { cat build.log; false; }; }")
            check("the build command", after, shell(quick, folder), failures)
        elif language == "console":
            check_console(body, folder, failures)
        elif language == "cpp":
            check_program(body, after, folder, failures)
        elif language == "python":
            check_python(body, after, folder, failures)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--command", required=True)
    parser.add_argument("pages", nargs="*", type=Path, help="these instead of the README and all pages")
    options = parser.parse_args()
    failures = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy_of_the_tree(folder)
        pages = options.pages or [ROOT / "README.md", *sorted((ROOT / "src" / "pages").glob("*.md"))]
        if options.pages:
            (folder / "pcapframe").symlink_to(Path(options.command).resolve())  # else the build command makes it
        for page in pages:
            print(f"{page.name}:")
            check_page(page, folder, failures)
    print(f"{len(failures)} differ")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
