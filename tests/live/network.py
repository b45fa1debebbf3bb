"""Networks of a test's own: namespaces with a veth pair, captures in them, and frames sent into them.

Nothing leaves them. As a program it sends the frames on standard input (a line of hexadecimal digits each) on the
interface named: `network.py INTERFACE`.
"""

from __future__ import annotations

import contextlib
import os
import pathlib
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "command"))

import harness

SKIPPED = 77
WAIT_SECONDS = 10.0


def why_not() -> str:
    """Why these tests cannot run here; empty where they can."""
    if sys.platform != "linux":
        return "skipped: network namespaces are Linux'"
    if os.geteuid() != 0:
        return "skipped: only root may make network namespaces"
    if not shutil.which("ip"):
        return "skipped: no ip (iproute2)"
    space = f"pftest-{os.getpid()}-probe"
    if subprocess.run(["ip", "netns", "add", space], check=False, capture_output=True).returncode != 0:
        return "skipped: no network namespaces here"
    subprocess.run(["ip", "netns", "del", space], check=True)
    return ""


def run_tests(network: Network, tests: dict[str, object], *programs: str) -> int:
    """Runs the tests of a module inside a network that lives as long as they do; the exit status.

    `programs` are others that they need.
    """
    reason = why_not() or "".join(f"skipped: no {program}\n" for program in programs if not shutil.which(program))
    if reason:
        print(reason.rstrip())
        return SKIPPED
    network.make()
    try:
        return harness.main(tests)
    finally:
        network.remove()


class Network:
    """Two namespaces, `va` in the first and `vb` in the second; captures run in the second."""

    def __init__(self) -> None:
        self.near, self.far = (f"pftest-{os.getpid()}-{side}" for side in "ab")

    def ip(self, space: str, *words: str) -> None:
        subprocess.run(["ip", "-n", space, *words], check=True, capture_output=True)

    def make(self) -> None:
        for space in (self.near, self.far):
            subprocess.run(["ip", "netns", "add", space], check=True)
        self.ip(self.near, "link", "add", "va", "type", "veth", "peer", "name", "vb", "netns", self.far)
        for space, name in ((self.near, "va"), (self.far, "vb")):
            # Nobody sends but the test: no IPv6 of the kernel's own.
            quiet = f"echo 1 > /proc/sys/net/ipv6/conf/{name}/disable_ipv6"
            subprocess.run(["ip", "netns", "exec", space, "sh", "-c", quiet], check=False, capture_output=True)
            self.ip(space, "link", "set", name, "up")
            self.ip(space, "link", "set", "lo", "up")

    def remove(self) -> None:
        for space in (self.near, self.far):
            subprocess.run(["ip", "netns", "del", space], check=False, capture_output=True)

    def send(self, frames: list[bytes], space: str = "", interface: str = "va") -> None:
        words = ["ip", "netns", "exec", space or self.near, sys.executable, __file__, interface]
        subprocess.run(words, input="\n".join(frame.hex() for frame in frames), text=True, check=True)

    def capturing(self) -> int:
        """Packet sockets that are bound in the second namespace."""
        shown = ["ip", "netns", "exec", self.far, "cat", "/proc/net/packet"]
        lines = subprocess.run(shown, check=True, capture_output=True, text=True).stdout.splitlines()[1:]
        return sum(line.split()[3] == "0003" for line in lines)

    @contextlib.contextmanager
    def captures(self, *commands: list[str]) -> Iterator[list[Capture]]:
        """Runs captures at once, from when all of them are ready."""
        before = self.capturing()
        running = [Capture(["ip", "netns", "exec", self.far, *map(str, words)]) for words in commands]
        try:
            end = time.monotonic() + WAIT_SECONDS
            while self.capturing() < before + len(commands):
                if time.monotonic() > end or any(one.process.poll() is not None for one in running):
                    raise AssertionError("\n".join(str(one.end()) for one in running))
                time.sleep(0.02)
            # Bound is not yet reading: tcpdump writes its file's header after that.
            time.sleep(0.2)
            yield running
        finally:
            for one in running:
                one.process.kill()


class Capture:
    def __init__(self, words: list[str]) -> None:
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def end(self, by: int = signal.SIGINT, after: float = 0.3) -> tuple[int, str, str]:
        """Sends a signal (0: waits for its own end); gives status, standard output and standard error."""
        time.sleep(after)
        if by:
            self.process.send_signal(by)
        output, message = self.process.communicate(timeout=WAIT_SECONDS)
        return self.process.returncode, output, message


def pcap_packets(path: pathlib.Path) -> list[tuple[int, bytes]]:
    """Length on the wire and bytes of each packet of a pcap of this machine's byte order."""
    contents, at, packets = path.read_bytes(), 24, []
    while at < len(contents):
        _, _, caplen, length = struct.unpack_from("=IIII", contents, at)
        packets.append((length, contents[at + 16 : at + 16 + caplen]))
        at += 16 + caplen
    return packets


def main() -> None:
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as sender:
        sender.bind((sys.argv[1], 0))
        for line in sys.stdin:
            sender.send(bytes.fromhex(line))


if __name__ == "__main__":
    main()
