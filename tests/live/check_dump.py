#!/usr/bin/env python3
"""Captures into files: whole after a kill, over several files, with counters, and read by other programs."""

from __future__ import annotations

import pathlib
import pwd
import shutil
import signal
import subprocess
import sys
import time

import network
from frames import FRAMES, ethernet, ipv4, udp

from harness import Command, has, same

NET = network.Network()


def dumping(command: Command, path: pathlib.Path, *words: str) -> list[str]:
    return [str(command.path), "dump", str(path), "vb", *words]


def count(command: Command, path: pathlib.Path) -> int:
    done = command("read", path, "--all-frames", "--format", "csv", "--columns", "len")
    same((done.status, done.message), (0, ""))
    return len(done.lines()) - 1


def test_what_was_flushed_survives_a_kill(command: Command, folder: pathlib.Path) -> None:
    at_once = [folder / "a.pcapng", folder / "a.pcap.gz", folder / "a.pcapng.lz4"]
    by_second = [folder / "b.pcap", folder / "b.pcap.gz"]
    with NET.captures(*(dumping(command, path, "-U") for path in at_once),
                      *(dumping(command, path) for path in by_second)) as running:
        NET.send(FRAMES)
        time.sleep(1.5)
        NET.send(FRAMES * 10)
        time.sleep(0.3)
        for one in running:
            one.end(signal.SIGKILL, after=0)
    for path in at_once:
        same(count(command, path), 11 * len(FRAMES))
    for path in by_second:
        assert count(command, path) >= len(FRAMES)


def test_limit_and_standard_output(command: Command, folder: pathlib.Path) -> None:
    del folder
    words = ["sh", "-c", f"{command.path} dump - vb 5 | {command.path} read - --all-frames --format csv --columns len"]
    with NET.captures(words) as (capture,):
        NET.send(FRAMES)
        status, output, message = capture.end(0)
    same((status, len(output.splitlines())), (0, 6))
    has(message, "vb: 5 packets captured")


def test_the_words_of_tcpdump(command: Command, folder: pathlib.Path) -> None:
    frames = [ethernet(0x0800, ipv4(17, udp(1 + i))) for i in range(20)]
    path = str(command.path)
    capture = [path, "dump", "-nni", "vb", "-w", str(folder / "a"), "-c", "5", "udp", "port", "2049", "or", "udp"]
    without = [path, "-i", "vb", "-w", str(folder / "b"), "-c", "4", "udp"]
    filtered = [path, "dump", str(folder / "c.pcapng"), "vb", "3", "udp", "src", "port", "7"]
    with NET.captures(capture, without, [*filtered, "--timeout", "4", "-v"]) as (first, second, third):
        NET.send(frames)
        for one in (first, second):
            status, _, message = one.end(0)
            same(status, 0)
            has(message, "pcapframe: listening on vb (link type ETHERNET, snaplen 262144)\n")
        status, _, message = third.end(0)
        same(status, 0)
    same([count(command, folder / name) for name in ("a", "b")], [5, 4])
    assert count(command, folder / "c.pcapng") <= 3
    has(message, " packets, ")


def test_rows_are_shown_as_they_come(command: Command, folder: pathlib.Path) -> None:
    del folder
    with NET.captures([str(command.path), "read", "-i", "vb", "udp"]) as (capture,):
        NET.send([ethernet(0x0800, ipv4(17, udp(1 + i))) for i in range(3)])
        time.sleep(1)
        lines = [capture.process.stdout.readline() for _ in range(4)]
        NET.send([ethernet(0x0800, ipv4(17, udp(9)))])
        lines.append(capture.process.stdout.readline())
        capture.end()
    same([line.split()[:1] for line in lines], [["time"], ["0"], ["1"], ["2"], ["3"]])


def test_files_by_size(command: Command, folder: pathlib.Path) -> None:
    frames = [ethernet(0x0800, ipv4(17, udp(i, bytes(1400)))) for i in range(3000)]
    with NET.captures(dumping(command, folder / "x.pcap", "-C", "1"),
                      dumping(command, folder / "w.pcap", "-C", "1", "-W", "3"),
                      dumping(command, folder / "z.pcap.gz", "-C", "1")) as running:
        NET.send(frames)
        for one in running:
            same(one.end()[0], 0)
    files = [folder / f"x.pcap{suffix}" for suffix in ("", "1", "2", "3", "4")]
    same(sorted(path.name for path in folder.glob("x.pcap*")), [path.name for path in files])
    same(sum(count(command, path) for path in files), 3000)
    for path in files[:-1]:
        assert 1_000_000 < path.stat().st_size < 1_002_000, path.stat().st_size
    same(sorted(path.name for path in folder.glob("w.pcap*")), ["w.pcap0", "w.pcap1", "w.pcap2"])
    packed = sorted(folder.glob("z.pcap*"))
    same([path.name for path in packed], ["z.pcap.gz", "z.pcap1.gz", "z.pcap2.gz", "z.pcap3.gz", "z.pcap4.gz"])
    same(sum(count(command, path) for path in packed), 3000)


def test_files_by_time(command: Command, folder: pathlib.Path) -> None:
    with NET.captures(dumping(command, folder / "t-%s.pcap", "-G", "1", "-W", "2")) as (capture,):
        for _ in range(6):
            NET.send(FRAMES[:1])
            time.sleep(0.5)
            if capture.process.poll() is not None:
                break
        same(capture.end(0)[0], 0)
    files = sorted(folder.glob("t-*.pcap"))
    same(len(files), 2)
    # A second in which nothing came makes a file all the same.
    assert sum(count(command, path) for path in files) >= 2


def test_another_user(command: Command, folder: pathlib.Path) -> None:
    folder.chmod(0o777)
    with NET.captures(dumping(command, folder / "out.pcap", "1", "-Z", "nobody")) as (capture,):
        NET.send(FRAMES[:1])
        same(capture.end(0)[0], 0)
    same((folder / "out.pcap").stat().st_uid, pwd.getpwnam("nobody").pw_uid)
    inside = ["ip", "netns", "exec", NET.far, *dumping(command, folder / "no.pcap", "-Z", "nobody-such")]
    done = subprocess.run(inside, capture_output=True, text=True, check=False, timeout=30)
    same((done.returncode, done.stderr), (1, "pcapframe: there is no user 'nobody-such'\n"))
    assert not (folder / "no.pcap").exists()


def test_other_programs_read_it(command: Command, folder: pathlib.Path) -> None:
    made = [(folder / "a.pcap", []), (folder / "b.pcap", ["--nano"]), (folder / "c.pcapng", []),
            (folder / "d.pcapng", ["-s", "100", "--protocol", "udp"])]
    with NET.captures(*(dumping(command, path, *words) for path, words in made)) as running:
        NET.send(FRAMES)
        for one in running:
            same(one.end()[0], 0)
    for path, _ in made:
        packets = count(command, path)
        for words in (["tcpdump", "-nr"], ["tshark", "-nr"]):
            if not shutil.which(words[0]):
                continue
            done = subprocess.run([*words, str(path)], capture_output=True, text=True, check=False, timeout=60)
            same((done.returncode, len(done.stdout.splitlines())), (0, packets))
            complaints = [line for line in done.stderr.splitlines()
                          if not line.startswith(("reading from file", "Running as user", "Warning: interface names"))]
            same(complaints, [])
    if not shutil.which("capinfos"):
        return
    said = subprocess.run(["capinfos", str(made[3][0])], capture_output=True, text=True, check=True).stdout
    for line in ("Capture application: pcapframe", "Capture oper-sys:    Linux", "Name = vb", "Capture length = 100",
                 "Time precision = nanoseconds (9)", "Operating system = Linux", "Number of stat entries = 1",
                 "Filter string = ip proto udp"):
        has(said, line)


if __name__ == "__main__":
    sys.exit(network.run_tests(NET, globals()))
