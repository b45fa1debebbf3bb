#!/usr/bin/env python3
"""`plan` and `read --split`: splits joined are the whole, and what is no split of the file is an error without rows."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys

import harness
from harness import Command, has, same

ROOT = pathlib.Path(__file__).resolve().parents[2]
LOCAL = ROOT / "tests" / "data" / "local.pcap"
SHARED = ROOT.parent / "shared" / "captures"
COLUMNS = ["--columns", "time,src_host,dst_port,payload,frame_number,interface_id,interface_name,link_type,stop",
           "--all-frames"]


def plan(command: Command, *words: str | pathlib.Path) -> list[str]:
    outcome = command("plan", *words)
    same((outcome.status, outcome.message), (0, ""))
    return outcome.lines()


def read(command: Command, line: str, *words: str | pathlib.Path) -> bytes:
    """What a split prints, the damage at the end of its file included."""
    outcome = command("read", "--split", line, *words)
    assert outcome.status in (0, 3), outcome.message
    return outcome.output


def body(text: bytes) -> bytes:
    """csv without its header."""
    return text[text.index(b"\n") + 1:]


def refused(command: Command, line: str, status: int, part: str) -> None:
    """An error, and not one row."""
    outcome = command("read", "--split", line, "--format", "jsonl")
    same((outcome.status, outcome.output), (status, b""))
    has(outcome.message, part)


def test_a_line_says_what_a_worker_needs(command: Command, folder: pathlib.Path) -> None:
    lines = plan(command, LOCAL, "--split-size", "5000")
    splits = [json.loads(line) for line in lines]
    same([split["file"] for split in splits], [str(LOCAL)] * 3)
    same({split["bytes"] for split in splits}, {LOCAL.stat().st_size})
    same([split["first_frame"] for split in splits], [1, 58, 77])
    same([split["begin"] for split in splits[1:]] + [LOCAL.stat().st_size], [split["end"] for split in splits])
    same(len(plan(command, LOCAL)), 1)
    same(len(plan(command, LOCAL, "--split-size", "5KiB")), 3)


def test_paths_are_those_of_any_working_folder(command: Command, folder: pathlib.Path) -> None:
    harness.write(folder, "a \"b\"\n\u00e9\U0001f988.pcap", harness.pcap([harness.udp()] * 3))
    outcome = command("plan", "a*.pcap", cwd=folder)
    [line] = outcome.lines()
    same(body(read(command, line, "--format", "csv")).count(b"\n"), 3)
    # Whatever JSON library has had it in hand.
    same(read(command, json.dumps(json.loads(line), sort_keys=True, indent=1)), read(command, line))


def test_splits_in_every_format(command: Command, folder: pathlib.Path) -> None:
    lines = plan(command, LOCAL, "--split-size", "2000")
    assert len(lines) > 4
    filters: tuple[list[str], ...] = ([], ["--protocol", "udp"], ["--filter", "port 53"])
    for words in [["--format", name, *chosen] for name in ("csv", "jsonl") for chosen in filters]:
        whole = command("read", LOCAL, *words).output
        parts = [read(command, line, *words) for line in lines]
        if "csv" in words:
            whole, parts = body(whole), [body(part) for part in parts]
        same(b"".join(parts), whole)
    for name in ("parquet", "arrow", "arrows", "table"):
        path = folder / f"out.{name}"
        read(command, lines[1], "--format", name, "-o", path)
        assert path.stat().st_size > 100, name
    same(read(command, lines[1], "-c", "1", "--format", "jsonl").count(b"\n"), 1)


def test_splits_of_every_capture(command: Command, folder: pathlib.Path) -> None:
    if not SHARED.is_dir():
        print("skipped: no ../shared")
        return
    files = [path for path in sorted(SHARED.rglob("*")) if path.is_file()]
    files = [path for path in files if command("plan", path).status == 0]
    lines = plan(command, *files, "--split-size", "50KiB")
    assert len(lines) > len(files) > 1000
    parts = [body(read(command, line, *COLUMNS, "--format", "csv")) for line in lines]
    whole = body(command("read", *files, *COLUMNS, "--format", "csv").output)
    assert b"".join(parts) == whole, "splits joined are not the whole"


def test_a_file_that_has_changed(command: Command, folder: pathlib.Path) -> None:
    path = harness.write(folder, "a.pcap", harness.pcap([harness.udp()] * 100))
    lines = plan(command, path, "--split-size", "1000")
    changed = f"{path}: the file has changed since its splits were planned; plan them again"
    os.utime(path, ns=(0, 1))
    refused(command, lines[1], 1, changed)
    with path.open("ab") as file:
        file.write(b"\0" * 16)
    refused(command, lines[1], 1, changed)
    refused(command, plan(command, path)[0].replace("a.pcap", "b.pcap"), 2, "its checksum is another")
    path.unlink()
    refused(command, lines[1], 1, f"{path}: cannot be opened")


def test_a_line_that_is_cut_or_lies(command: Command, folder: pathlib.Path) -> None:
    line = plan(command, LOCAL, "--split-size", "5000")[1]
    for size in range(0, len(line), 7):
        refused(command, line[:size], 2, "the split is cut, or is no line that 'pcapframe plan' prints")
    split = json.loads(line)
    for name, value in (("begin", split["begin"] + 16), ("end", split["end"] - 1), ("first_frame", 1), ("bytes", 1),
                        ("file", "/other"), ("modified", "0.000000000"), ("headers", [[0, 24]])):
        refused(command, json.dumps(split | {name: value}), 2, "the split was changed after it was planned")
    for other in ({"more": 1}, {"begin": -1}, {"begin": 1.5}, {"pcapframe_split": 2}, {"file": None}):
        refused(command, json.dumps(split | other), 2, "no line that 'pcapframe plan' prints")
    refused(command, str(LOCAL), 2, "no line that 'pcapframe plan' prints")


def test_no_half_file_of_a_split_that_fails(command: Command, folder: pathlib.Path) -> None:
    path = harness.write(folder, "a.pcap", harness.pcap([harness.udp()] * 100))
    [line] = plan(command, path)
    os.utime(path, ns=(0, 1))
    same(command("read", "--split", line, "-o", folder / "a.parquet").status, 1)
    same(sorted(file.name for file in folder.iterdir()), ["a.pcap"])


def test_damage_is_of_the_last_split(command: Command, folder: pathlib.Path) -> None:
    whole = harness.pcap([harness.udp()] * 100)
    lines = plan(command, harness.write(folder, "cut.pcap", whole[:-3]), "--split-size", "1000")
    outcomes = [command("read", "--split", line, "--format", "jsonl") for line in lines]
    same([outcome.status for outcome in outcomes], [0] * (len(lines) - 1) + [3])
    same(sum(len(outcome.lines()) for outcome in outcomes), 99)
    has(outcomes[-1].message, "warning: ")


def test_wrong_words(command: Command, folder: pathlib.Path) -> None:
    [line] = plan(command, LOCAL)
    for words, part in (
        (["plan"], "name a capture file"),
        (["plan", "-"], "'-' is not a file that can be read in parts"),
        (["plan", LOCAL, "--split-size", "0"], "'0' is not a size"),
        (["plan", LOCAL, "--split-size", "5k"], "'5k' is not a size"),
        (["plan", LOCAL, "--split-size", "99999999999GiB"], "is not a size"),
        (["plan", LOCAL, "--split-sise", "5"], "did you mean '--split-size'?"),
        (["read", "--split", line, LOCAL], "--split takes no files"),
        (["read", "--split", line, "--merge"], "--split does not go with --merge"),
        (["read", "--split", line, "--catalog", "a.yml"], "--split does not go with --catalog"),
        (["read", "--split", line, "-i", "lo"], "--split does not go with -i"),
        (["read", "--split", line, "-o", folder / "a.pcap"], "--split gives rows, not capture files"),
        (["read", "--split", line, "--columns", "tim"], "did you mean 'time'?"),
        (["read", "--split", line, "--filter", "prt 5"], "did you mean 'port'?"),
    ):
        outcome = command(*words)
        same((outcome.status, outcome.output), (2, b""))
        has(outcome.message, part)
    same(command("plan", folder / "none.pcap").status, 1)
    same(command("plan", harness.write(folder, "text", b"hello world\n")).status, 1)


def test_a_plan_that_cannot_be_written_is_an_error(command: Command, folder: pathlib.Path) -> None:
    if not os.path.exists("/dev/full"):
        return
    with open("/dev/full", "wb") as full:
        done = subprocess.run([command.path, "plan", LOCAL], stdout=full, stderr=subprocess.PIPE, check=False)
    same((done.returncode, done.stderr), (1, b"pcapframe: plan: the lines cannot be written\n"))


if __name__ == "__main__":
    sys.exit(harness.main(globals()))
