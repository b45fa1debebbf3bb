#!/usr/bin/env python3
"""Below C++20 the first error of every umbrella header is the one sentence that says what to do."""

import os
import subprocess
import sys
from pathlib import Path

INCLUDE = Path(__file__).resolve().parents[2] / "include"
SENTENCE = "pcapframe needs C++20: compile with -std=c++20 or later."


def main() -> int:
    compiler = os.environ.get("CXX", "c++").split()
    wrong = 0
    for umbrella in sorted((INCLUDE / "pcapframe").glob("*.hpp")):
        command = [*compiler, "-std=c++17", "-fsyntax-only", "-Wfatal-errors", "-I", str(INCLUDE), "-x", "c++", "-"]
        done = subprocess.run(command,
                              input=f"#include <pcapframe/{umbrella.name}>\n", capture_output=True, text=True)
        errors = [line for line in done.stderr.splitlines() if "error:" in line]
        if done.returncode == 0 or not errors or SENTENCE not in errors[0]:
            print(f"{umbrella.name}: {errors[:1]}")
            wrong = 1
    return wrong


if __name__ == "__main__":
    sys.exit(main())
