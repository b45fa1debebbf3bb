#!/usr/bin/env python3
"""An interface by `pcapframe.live`: chunks, timeouts, filters that change, the end of a capture, and Ctrl-C."""

from __future__ import annotations

import contextlib
import pathlib
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import package

package.need("pandas", "polars")
sys.path.insert(0, str(package.ROOT / "tests/live"))

import harness  # noqa: E402
import network  # noqa: E402
from harness import Command, has, same  # noqa: E402

NETWORK = network.Network()
UDP = harness.ethernet(0x0800, harness.udp(b"data"))
TCP = harness.ethernet(0x0800, harness.tcp(b"data"))
ARP = harness.ethernet(0x0806, bytes(46))


@contextlib.contextmanager
def running(code: str) -> Iterator[subprocess.Popen]:
    """Python in the second namespace, with `vb` to capture from; ready when its socket is bound."""
    before = NETWORK.capturing()
    words = ["ip", "netns", "exec", NETWORK.far, sys.executable, "-c", "import pcapframe, sys\n" + code]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        end = time.monotonic() + network.WAIT_SECONDS
        while NETWORK.capturing() == before:
            assert process.poll() is None and time.monotonic() < end, process.communicate()[1]
            time.sleep(0.02)
        yield process
    finally:
        process.kill()


def outcome(process: subprocess.Popen) -> str:
    output, message = process.communicate(timeout=3 * network.WAIT_SECONDS)
    same((process.returncode, message), (0, ""))
    return output


def test_chunks(_: Command, __: pathlib.Path) -> None:
    code = """
source = pcapframe.live("vb", chunksize=3)
print(source.column_names == pcapframe.open({path!r}).column_names, source.discover()["shape"])
frame = source.read()
print(len(frame), sorted(frame.protocol), frame.dtypes.time, frame.dtypes.src_port)
import polars
print(polars.DataFrame(source).height, source.counters()["delivered"] >= 6, source.counters()["dropped"])
source.close()
try:
    source.read()
except pcapframe.OptionError as why:
    print(why)
""".format(path=str(package.LOCAL))
    with running(code) as process:
        NETWORK.send([UDP, ARP, TCP, UDP, UDP, TCP, UDP])
        same(outcome(process).splitlines(),
             ["True (None, 6)", "3 ['tcp', 'udp', 'udp'] datetime64[ns, UTC] UInt16", "3 True 0",
              "the source is closed"])


def test_a_timeout_gives_what_came(_: Command, __: pathlib.Path) -> None:
    code = 'source = pcapframe.live("vb", chunksize=100, timeout=1500)\nprint([len(source.table()) for _ in range(2)])'
    with running(code) as process:
        NETWORK.send([UDP, UDP])
        same(outcome(process), "[2, 0]\n")


def test_a_limit_ends_the_chunks(_: Command, __: pathlib.Path) -> None:
    code = 'print([len(chunk) for chunk in pcapframe.live("vb", chunksize=2, limit=5)])'
    with running(code) as process:
        NETWORK.send([UDP] * 8)
        same(outcome(process), "[2, 2, 1]\n")


def test_a_filter_changes_while_it_waits(_: Command, __: pathlib.Path) -> None:
    code = """
import threading
source = pcapframe.live("vb", chunksize=2, filter="tcp")
print(source.table()["protocol"], flush=True)
def change():
    source.set_filter(filter="udp")
    print("changed", flush=True)
threading.Timer(0.5, change).start()
print(source.table()["protocol"])
try:
    source.set_filter(protocol="tpc")
except pcapframe.OptionError as why:
    print(why)
"""
    with running(code) as process:
        NETWORK.send([UDP, TCP, TCP])
        same(process.stdout.readline(), "['tcp', 'tcp']\n")
        same(process.stdout.readline(), "changed\n")
        NETWORK.send([TCP, UDP, TCP, UDP])
        same(outcome(process), "['udp', 'udp']\nunknown protocol 'tpc'; did you mean 'tcp'?\n")


def test_cancelling_gives_what_was_captured(_: Command, __: pathlib.Path) -> None:
    code = """
import threading
source = pcapframe.live("vb", chunksize=50)
threading.Timer(2, source.cancel).start()
print([len(chunk) for chunk in source])
"""
    with running(code) as process:
        NETWORK.send([UDP] * 3)
        same(outcome(process), "[3]\n")


def test_control_c(_: Command, __: pathlib.Path) -> None:
    with running('pcapframe.live("vb").read()') as process:
        time.sleep(0.5)
        begin = time.monotonic()
        process.send_signal(signal.SIGINT)
        has(process.communicate(timeout=network.WAIT_SECONDS)[1], "KeyboardInterrupt")
        same(time.monotonic() - begin < 5, True)


def test_outputs(_: Command, folder: pathlib.Path) -> None:
    code = f"""
source = pcapframe.live("vb", chunksize=2)
print(source.export({str(folder / "x.csv")!r}))
print("hosts" in source.plot(kind="hosts", format="json").text)
print(source.yaml("mine"))
"""
    with running(code) as process:
        NETWORK.send([UDP, TCP, UDP, TCP])
        has(outcome(process), "2\nTrue\nsources:\n  mine:\n    driver: pcap\n")
    same(len((folder / "x.csv").read_text().splitlines()), 3)


def test_errors(_: Command, __: pathlib.Path) -> None:
    code = """
wrong = ({"filter": "tcp prt 80"}, {"merge": True}, {"tmeout": 1})
for name, options in (("nosuch0", {}), *(("vb", one) for one in wrong)):
    try:
        pcapframe.live(name, **options)
        print("opened")
    except Exception as why:
        print(type(why).__name__, why)
"""
    words = ["ip", "netns", "exec", NETWORK.far, sys.executable, "-c", "import pcapframe\n" + code]
    lines = subprocess.run(words, capture_output=True, text=True, check=True).stdout.splitlines()
    same([line.split()[0] for line in lines], ["OptionError", "OptionError", "opened", "TypeError"])
    has(lines[0], "nosuch0")


if __name__ == "__main__":
    sys.exit(network.run_tests(NETWORK, dict(globals())))
