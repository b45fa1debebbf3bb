#!/usr/bin/env python3
"""Standard input and named pipes: the rows of a file, in bounded memory, as they come."""

from __future__ import annotations

import gzip
import os
import pathlib
import subprocess
import sys
import threading
import time

import harness
from harness import Command, has, same, write

WORDS = ("--format", "csv", "--payload", "--no-progress")
MIXED = harness.pcap([harness.udp(bytes(i % 97)) if i % 3 else harness.tcp(bytes(i % 53)) for i in range(3000)])
STREAM_BYTES = 200 << 20
# Beyond what the command has with nothing to read: a sanitizer's own memory is no input's.
MEMORY_KIB_MAX = 48 << 10


def fill(pipe: pathlib.Path, contents: bytes, piece: int) -> threading.Thread:
    """Fills a named pipe as soon as it is read; whoever stops reading early ends it."""

    def write_pieces() -> None:
        try:
            with open(pipe, "wb", buffering=0) as out:
                for at in range(0, len(contents), piece):
                    out.write(contents[at : at + piece])
        except BrokenPipeError:
            pass

    os.mkfifo(pipe)
    writer = threading.Thread(target=write_pieces, daemon=True)
    writer.start()
    return writer


def test_standard_input_and_named_pipes_give_the_rows_of_a_file(command: Command, folder: pathlib.Path) -> None:
    ng = harness.pcapng([harness.udp(bytes(i % 97)) for i in range(2000)], name="eth0")
    for name, contents in (("a.pcap", MIXED), ("b.pcapng", ng)):
        wanted = command("read", write(folder, name, contents), *WORDS)
        same((wanted.status, wanted.message), (0, ""))
        same(command("read", "-", *WORDS, stdin=contents).output, wanted.output)
        for piece in (1001, 60_000):
            pipe = folder / f"{name}-{piece}"
            writer = fill(pipe, contents, piece)
            same(command("read", pipe, *WORDS).output, wanted.output)
            writer.join(timeout=10)


def test_a_pipe_among_files(command: Command, folder: pathlib.Path) -> None:
    path = write(folder, "a.pcap", harness.pcap([harness.udp()]))
    outcome = command(
        "read", path, "-", path, "--format", "csv", "--columns", "protocol", stdin=harness.pcap([harness.tcp()])
    )
    same(outcome.lines(), ["protocol", "udp", "tcp", "udp"])


def test_input_is_read_no_further_than_asked(command: Command, folder: pathlib.Path) -> None:
    pipe = folder / "pipe"
    writer = fill(pipe, MIXED * 100, 65_536)
    outcome = command("read", pipe, *WORDS, "-c", "3")
    same((outcome.status, len(outcome.lines())), (0, 4))
    writer.join(timeout=10)
    assert not writer.is_alive()


def read_ready(process: subprocess.Popen[bytes], wanted: bytes) -> bytes:
    """What a program has written, once it is as much as wanted or ten seconds have passed."""
    assert process.stdout is not None
    os.set_blocking(process.stdout.fileno(), False)
    got, until = b"", time.monotonic() + 10
    while len(got) < len(wanted) and time.monotonic() < until:
        try:
            got += os.read(process.stdout.fileno(), 65_536)
        except BlockingIOError:
            time.sleep(0.01)
    return got


def test_rows_come_as_soon_as_their_packets_are_whole(command: Command, folder: pathlib.Path) -> None:
    del folder
    packets = [harness.udp(bytes(i)) if i % 2 else harness.tcp(bytes(i)) for i in range(4)]
    for contents in (harness.pcap(packets), harness.pcapng(packets, name="eth0"), gzip.compress(harness.pcap(packets))):
        for words in ((), ("--filter", "udp")):
            asked = ("read", "-", "--format", "csv", "--columns", "frame_number,len,protocol", *words)
            wanted = command(*asked, stdin=contents).output
            whole = wanted.splitlines(keepends=True)
            same(len(whole), 3 if words else 5)
            process = subprocess.Popen([command.path, *asked], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
            assert process.stdin is not None
            if contents[:2] == b"\x1f\x8b":
                process.stdin.write(contents)
                same(read_ready(process, wanted), wanted)
            else:
                # All of the last packet but its last byte: the rows before it are there, and it is not.
                process.stdin.write(contents[:-1])
                same(read_ready(process, b"".join(whole[:-1])), b"".join(whole[:-1]))
            process.stdin.close()
            process.wait(timeout=10)


def test_a_pipe_that_ends_early(command: Command, folder: pathlib.Path) -> None:
    outcome = command("read", "-", *WORDS, stdin=MIXED[:-1])
    same((outcome.status, len(outcome.lines())), (3, 3000))
    has(outcome.message, "warning: standard input: at byte ")


def high_water_kib(process: int) -> int | None:
    """The most memory that a running process has had, where the system tells. What wait4 tells of a short-lived child
    includes the memory of the Python that started it."""
    try:
        status = pathlib.Path(f"/proc/{process}/status").read_text()
    except FileNotFoundError:
        return None
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:"))


def finish(run: subprocess.Popen) -> int:
    """Ends the input of the command; the most memory that it had, in KiB."""
    assert run.stdin is not None
    run.stdin.flush()
    time.sleep(0.2)  # it reads what is in the pipe
    peak = high_water_kib(run.pid)
    run.stdin.close()
    _, status, usage = os.wait4(run.pid, 0)
    run.returncode = os.waitstatus_to_exitcode(status)
    return peak or usage.ru_maxrss // (1024 if sys.platform == "darwin" else 1)


def peak_kib(command: Command, words: list[str], stream_bytes: int = STREAM_BYTES) -> int:
    """Peak memory of the command while it reads a stream of so many bytes."""
    head, records = MIXED[:24], MIXED[24:]
    piece = records * (1 + (1 << 20) // len(records))
    with subprocess.Popen([str(command.path), *words], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as run:
        assert run.stdin is not None
        run.stdin.write(head)
        for _ in range(0, stream_bytes, len(piece)):
            run.stdin.write(piece)
        peak = finish(run)
    same(run.returncode, 0)
    return peak


def test_memory_is_bounded_whatever_comes(command: Command, folder: pathlib.Path) -> None:
    for words in (
        ["read", "-", "--format", "csv"],
        ["read", "-", "--format", "csv", "--payload"],
        ["read", "-"],
        ["read", "-", "--format", "jsonl", "--payload", "--all-frames"],
        ["info", "-"],
    ):
        peak = peak_kib(command, words)
        print(
            f"measured: {' '.join(words)} of {STREAM_BYTES >> 20} MiB through a pipe: peak memory {peak / 1024:.1f} MiB"
        )
        least = peak_kib(command, words, stream_bytes=0)
        assert peak - least < MEMORY_KIB_MAX, f"{words}: {peak} KiB, {least} without packets"


def test_a_length_that_lies_costs_no_memory(command: Command, folder: pathlib.Path) -> None:
    least = peak_kib(command, ["read", "-", "--format", "csv"], stream_bytes=0)
    # A record of 30 MB and a block of 4 GB that never come.
    for contents in (
        harness.pcap([harness.udp()]) + bytes(8) + (30 << 20).to_bytes(4, "little") * 2,
        harness.pcapng([harness.udp()]) + (0xBAD).to_bytes(4, "little") + b"\xfc\xff\xff\xff",
    ):
        with subprocess.Popen(
            [str(command.path), "read", "-", "--format", "csv"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as run:
            assert run.stdin is not None and run.stdout is not None and run.stderr is not None
            run.stdin.write(contents)
            peak = finish(run)
            same(len(run.stdout.read().splitlines()), 2)
            has(run.stderr.read().decode(), "is cut")
        same(run.returncode, 3)
        assert peak - least < MEMORY_KIB_MAX, f"{peak} KiB, {least} without packets"


if __name__ == "__main__":
    sys.exit(harness.main(dict(globals())))
