#!/usr/bin/env python3
"""Capture compiles for macOS and the BSDs, against their own headers, which the package ziglang (PyPI) carries.

Compiled, not run: what can be run of it without such a system, the walk over the device's buffer, has unit tests.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
TARGETS = ("aarch64-macos", "x86_64-macos", "x86_64-freebsd", "x86_64-netbsd", "x86_64-openbsd")
SOURCE = """
#include <pcapframe/capture/capture_device.hpp>
#include <pcapframe/packets/packet_file.hpp>

int main(int argc, char** argv) {
    pcapframe::capture_options options;
    options.interface = argv[argc - 1];
    auto device = pcapframe::capture_device::open(options);
    if (!device) return 1;
    auto waited = device->wait(pcapframe::deadline::in(std::chrono::seconds(1)));
    if (!waited || !waited->packets) return 1;
    const bool has_packets = !waited->packets->next().empty();
    return device->finish() && has_packets && device->counters().received > 0 ? 0 : 1;
}
"""
FLAGS = ["-std=c++20", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Wsign-conversion",
         "-Wold-style-cast", "-Werror"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--command", help="not needed here")
    parser.parse_args()
    if importlib.util.find_spec("ziglang") is None:
        print("skipped: no ziglang (PyPI)")
        return 77
    failed = 0
    with tempfile.TemporaryDirectory(prefix="pcapframe-targets-") as folder:
        source = pathlib.Path(folder) / "capture.cpp"
        source.write_text(SOURCE)
        environment = os.environ | {"ZIG_GLOBAL_CACHE_DIR": folder, "ZIG_LOCAL_CACHE_DIR": folder}
        for target in TARGETS:
            words = [sys.executable, "-m", "ziglang", "c++", "-target", target, *FLAGS, "-I", str(ROOT / "include"),
                     "-c", str(source), "-o", str(source.with_suffix(".o"))]
            done = subprocess.run(words, capture_output=True, text=True, check=False, env=environment, timeout=600)
            if done.returncode != 0:
                failed += 1
                print(f"failed: {target}\n{done.stderr}")
    print(f"{len(TARGETS) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
