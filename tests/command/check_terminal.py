#!/usr/bin/env python3
"""On a terminal: tables as wide as it is, and a progress line where work takes long; neither in a pipe."""

from __future__ import annotations

import fcntl
import os
import pathlib
import pty
import re
import struct
import subprocess
import sys
import termios
import threading
import time

import harness
from harness import Command, has, same, write

PACKETS = harness.pcap([harness.udp(b"abc")] * 3)


class Terminal:
    """A pseudo-terminal of a given width whose output is collected."""

    def __init__(self, columns: int):
        self.master, self.slave = pty.openpty()
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        attributes = termios.tcgetattr(self.slave)
        attributes[1] &= ~termios.OPOST
        termios.tcsetattr(self.slave, termios.TCSANOW, attributes)
        self.pieces: list[bytes] = []
        self.reader = threading.Thread(target=self.collect, daemon=True)
        self.reader.start()

    def collect(self) -> None:
        try:
            while piece := os.read(self.master, 65536):
                self.pieces.append(piece)
        except OSError:
            return  # the other side is closed

    def text(self) -> str:
        """All that was written, once nobody writes any more."""
        os.close(self.slave)
        self.reader.join(timeout=10)
        os.close(self.master)
        return b"".join(self.pieces).decode()


def shown(command: Command, columns: int, *words: str | pathlib.Path) -> str:
    terminal = Terminal(columns)
    done = subprocess.run(
        [str(command.path), *map(str, words)],
        stdin=subprocess.DEVNULL,
        stdout=terminal.slave,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    same((done.returncode, done.stderr), (0, b""))
    return terminal.text()


def test_a_table_fits_the_terminal(command: Command, folder: pathlib.Path) -> None:
    path = write(folder, "a.pcap", PACKETS)
    whole = command("read", path).output.decode()
    widest = max(map(len, whole.splitlines()))
    same(shown(command, 200, "read", path), whole)
    same(shown(command, widest + 1, "read", path), whole)
    for columns in (widest, 80, 60, 40):
        text = shown(command, columns, "read", path)
        has(text, "  ...  ")
        has(text, "\n[3 rows x 6 columns]\n")
        lines = text.splitlines()
        assert max(map(len, lines)) < max(columns, 43), text
        assert lines[0].endswith("protocol"), text


def test_a_terminal_that_does_not_know_its_width_has_eighty_columns(command: Command, folder: pathlib.Path) -> None:
    path = write(folder, "a.pcap", PACKETS)
    same(shown(command, 0, "read", path), shown(command, 80, "read", path))


def test_csv_and_files_are_not_narrowed(command: Command, folder: pathlib.Path) -> None:
    path = write(folder, "a.pcap", PACKETS)
    same(shown(command, 20, "read", path, "--format", "csv"), command("read", path, "--format", "csv").output.decode())
    same(shown(command, 20, "read", path, "-o", folder / "out.txt"), "")
    same((folder / "out.txt").read_bytes(), command("read", path).output)


def slow_read(command: Command, terminal: Terminal | None, *words: str) -> str:
    """What stands on standard error after reading a stream that takes its time."""
    head, records = PACKETS[:24], PACKETS[24:]
    error = terminal.slave if terminal else subprocess.PIPE
    with subprocess.Popen(
        [str(command.path), "read", "-", "-o", os.devnull, *words], stdin=subprocess.PIPE, stderr=error
    ) as run:
        assert run.stdin is not None
        run.stdin.write(head)
        until = time.monotonic() + 1.6
        while time.monotonic() < until:
            run.stdin.write(records * 2000)
            run.stdin.flush()
            time.sleep(0.02)
        run.stdin.close()
        piped = run.stderr.read().decode() if run.stderr else ""
    same(run.returncode, 0)
    return terminal.text() if terminal else piped


def test_progress_on_a_terminal_after_a_second(command: Command, folder: pathlib.Path) -> None:
    text = slow_read(command, Terminal(100), "--format", "csv")
    assert re.search(r"\r\x1b\[K\d+(\.\d+)? [kM]?B, \d+ rows, \d+(\.\d+)? [kM]?B/s", text), text
    assert text.endswith("\r\x1b[K"), text
    assert "\n" not in text, text


def test_progress_is_cut_to_the_width(command: Command, folder: pathlib.Path) -> None:
    for columns in (60, 20):
        drawn = slow_read(command, Terminal(columns), "--format", "csv").split("\r\x1b[K")
        assert max(map(len, drawn)) == columns - 1 or columns == 60, drawn
        assert max(map(len, drawn)) < columns, drawn


def test_no_progress_in_a_pipe_or_where_it_is_not_wanted(command: Command, folder: pathlib.Path) -> None:
    same(slow_read(command, None, "--format", "csv"), "")
    same(slow_read(command, Terminal(100), "--format", "csv", "--no-progress"), "")


def test_no_progress_for_what_is_done_at_once(command: Command, folder: pathlib.Path) -> None:
    path = write(folder, "a.pcap", PACKETS)
    terminal = Terminal(100)
    done = subprocess.run(
        [str(command.path), "read", str(path)], stdout=subprocess.PIPE, stderr=terminal.slave, timeout=60, check=False
    )
    same((done.returncode, terminal.text()), (0, ""))


if __name__ == "__main__":
    sys.exit(harness.main(dict(globals())))
