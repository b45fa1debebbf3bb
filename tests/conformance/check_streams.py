#!/usr/bin/env python3
"""A capture gives the same rows from a file, from standard input and from a named pipe that is filled in dribbles."""

from __future__ import annotations

import itertools
import os
import pathlib
import subprocess
import sys
import tempfile
import threading

import common

# Every this-many-th capture is also read through a named pipe, if it is small enough to be written in dribbles.
PIPED_EVERY = 12
PIPED_BYTES_MAX = 200_000
# Odd sizes, so that headers and packets are cut at ever different places.
DRIBBLES = (1, 3, 7, 13, 2, 61, 5, 257, 11, 1021, 4099)


def through_named_pipe(command: pathlib.Path, contents: bytes, words: list[str]) -> common.Outcome:
    with tempfile.TemporaryDirectory(prefix="named-pipe-") as folder:
        pipe = pathlib.Path(folder) / "pipe"
        os.mkfifo(pipe)
        with subprocess.Popen([command, "read", pipe, *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as reader:
            writer = threading.Thread(target=dribble, args=(pipe, contents), daemon=True)
            writer.start()
            output, message = reader.communicate(timeout=120)
        writer.join(timeout=10)
        return common.Outcome(reader.returncode, output, message.decode(errors="replace"))


def dribble(pipe: pathlib.Path, contents: bytes) -> None:
    at = 0
    try:
        with open(pipe, "wb", buffering=0) as out:
            for size in itertools.cycle(DRIBBLES):
                if at >= len(contents):
                    return
                at += out.write(contents[at:at + size])
    except BrokenPipeError:
        return  # The reader refused the file and left: its exit status says so.


def compare(report: common.Report, name: str, way: str, outcome: common.Outcome, direct: common.Outcome) -> None:
    for column, ours, theirs in (
        ("exit status", str(outcome.status), str(direct.status)),
        ("warnings", str(len(outcome.warnings)), str(len(direct.warnings))),
        ("rows", str(outcome.output.count(b"\n")), str(direct.output.count(b"\n"))),
        ("bytes", "the same", "the same" if outcome.output == direct.output else "not the same"),
    ):
        report.compare(common.Difference(name, "all", f"{column} through {way}", ours, theirs))


def main() -> int:
    options = common.arguments(__doc__)
    report = common.Report()
    columns = common.column_names(options.command)
    words = ["--all-frames", "--format", "csv", "--no-progress", "--columns", ",".join(columns)]
    for index, capture in enumerate(common.shared_captures(options)):
        direct = common.run(options.command, "read", capture.path, *words)
        piped = common.run(options.command, "read", "-", *words, stdin=capture.contents)
        compare(report, capture.name, "standard input", piped, direct)
        if index % PIPED_EVERY == 0 and len(capture.contents) <= PIPED_BYTES_MAX:
            named = through_named_pipe(options.command, capture.contents, words)
            compare(report, capture.name, "a named pipe", named, direct)
            report.count("named pipes")
        report.count("files")
        report.count("packets", max(direct.output.count(b"\n") - 1, 0))
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
