#!/usr/bin/env python3
"""All methods of the manual's PCAPSource, by the driver `pcap` of the intake of its time."""

from __future__ import annotations

import contextlib
import os
import pathlib
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import package

package.need("intake", "pandas", "dask")
sys.path.insert(0, str(package.ROOT / "tests/live"))

import harness  # noqa: E402
import intake  # noqa: E402
import network  # noqa: E402
import yaml  # noqa: E402
from harness import Command, has, same  # noqa: E402
from package import LOCAL, ROWS  # noqa: E402

if intake.__version__.split(".")[0] != "0":
    print("skipped: not the intake of the manual")
    sys.exit(package.SKIPPED)

CATALOG = package.ROOT / "tests/data/catalog.yml"


def opened(**options: object) -> intake.DataSource:
    return intake.open_pcap(str(LOCAL), **options)


@contextlib.contextmanager
def raises(kind: type[Exception], words: str) -> Iterator[None]:
    try:
        yield
    except kind as why:
        has(str(why), words)
        return
    raise AssertionError(f"no {kind.__name__}: {words}")


def test_reads(_: Command, __: pathlib.Path) -> None:
    source = opened(partition_bytes=5000)
    whole = source.read()
    same((len(whole), list(whole.columns), str(whole.time.dtype)),
         (ROWS, "time src_host src_port dst_host dst_port protocol".split(), "datetime64[ns]"))
    known = source.discover()
    same((known["shape"], known["npartitions"], known["dtype"]["time"]), ((ROWS, 6), 3, "datetime64[ns]"))
    same((source.container, source.partition_access, source.npartitions), ("dataframe", True, 3))
    same(sum(len(source.read_partition(i)) for i in range(3)), ROWS)
    same([len(chunk) for chunk in source.read_chunked()], [len(source.read_partition(i)) for i in range(3)])
    same([len(chunk) for chunk in opened(chunksize=30).read_chunked()], [30, 30, 27])
    for i in (-1, 3):
        with raises(IndexError, "out of range"):
            source.read_partition(i)
    same(source.read_partition(0).iloc[0].to_dict(), whole.iloc[0].to_dict())


def test_options(_: Command, __: pathlib.Path) -> None:
    same([len(opened(protocol=name).read()) for name in ("tcp", "udp", "icmp", "igmp", "icmp6")], [46, 11, 13, 3, 14])
    same(list(opened(payload=True).read().columns)[-1], "payload")
    same(list(opened(columns=["len"]).read().columns), ["len"])
    same(len(opened(filter="udp port 53", limit="5").read()), 5)
    same(len(intake.open_pcap([str(LOCAL), str(LOCAL)]).read()), 2 * ROWS)
    with raises(TypeError, "did you mean 'protocol'?"):
        opened(protcol="udp")
    with raises(ValueError, "name a capture file"):
        intake.open_pcap(None)
    with raises(FileNotFoundError, "no file matches"):
        intake.open_pcap("/nowhere/*.pcap").read()


def test_dask(_: Command, __: pathlib.Path) -> None:
    source = opened(partition_bytes=5000)
    frame = source.to_dask()
    same((frame.npartitions, len(frame)), (3, ROWS))
    # Dask has a type of its own for texts.
    kinds = {name: kind.replace("string", "str") for name, kind in frame.dtypes.astype(str).to_dict().items()}
    same(kinds, source.read().dtypes.astype(str).to_dict())
    same(frame.compute().reset_index(drop=True).astype(source.read().dtypes).equals(source.read()), True)
    same(frame.groupby("protocol").dst_port.count().compute()["udp"], 11)


def test_catalogs(_: Command, folder: pathlib.Path) -> None:
    catalog = intake.open_catalog(str(CATALOG))
    same(list(catalog), ["all", "transport"])
    same([len(catalog.all.read()), len(catalog.transport.read()), len(catalog.transport(protocol="tcp").read())],
         [ROWS, 11, 46])
    has(catalog.all.description, "every packet")
    same(catalog.transport.plots, ["busy", "talkers"])
    with raises(ValueError, "icmp"):
        catalog.transport(protocol="icmp")
    # What a source says of itself opens the same source.
    source = opened(protocol="udp", payload=True)
    for text in (source.yaml(), source.yaml(with_plugin=True)):
        (folder / "c.yml").write_text(text)
        same(intake.open_catalog(str(folder / "c.yml")).pcap.read().equals(source.read()), True)
    same(yaml.safe_load(source.yaml())["sources"]["pcap"]["args"],
         {"urlpath": str(LOCAL), "protocol": "udp", "payload": True})


def test_copies(_: Command, folder: pathlib.Path) -> None:
    source = opened()
    source.set_cache_dir(str(folder / "cache"))
    same(source.cache_dirs, [str(folder / "cache")])
    same((source.has_been_persisted, source.is_persisted), (False, False))
    with raises(KeyError, "no persisted copy"):
        source.get_persisted()
    copy = source.persist(ttl=3600)
    same((source.has_been_persisted, source.is_persisted, copy.is_persisted), (True, False, True))
    same(copy.read().equals(source.read()), True)
    same(source.get_persisted().read().equals(source.read()), True)
    over = opened(protocol="udp")
    over.set_cache_dir(str(folder / "cache"))
    over.persist(ttl=0)
    same(over.has_been_persisted, False)


def test_exports(_: Command, folder: pathlib.Path) -> None:
    for name in ("rows.parquet", "rows.csv", "rows.jsonl", "rows"):
        made = opened().export(str(folder / name))
        same((name, len(made.read()), made.discover()["shape"]), (name, ROWS, (ROWS, 6)))
        (folder / "c.yml").write_text(made.yaml())
        same(len(intake.open_catalog(str(folder / "c.yml")).pcap.read()), ROWS)


def test_plots(_: Command, folder: pathlib.Path) -> None:
    source = intake.open_catalog(str(CATALOG)).transport
    has(str(source.plot()), "<h1>local.pcap</h1>")
    has(str(source.plot.talkers()), 'id="hosts"')
    has(str(source.plot.busy()), "How busy it was")
    has(str(source.plot.ports(format="json")), '"port":53')
    source.plot(path=folder / "x.svg")
    has((folder / "x.svg").read_text(), "<svg")
    with raises(AttributeError, "there are"):
        source.plot.nothing  # noqa: B018


def test_it_is_a_value(_: Command, __: pathlib.Path) -> None:
    source = opened(protocol="udp")
    same((source == opened(protocol="udp"), source == opened()), (True, False))
    same(len({source, opened(protocol="udp")}), 1)
    same(len(pickle.loads(pickle.dumps(source)).read()), 11)
    same(len(source.configure_new(protocol="tcp").read()), 46)
    with opened() as entered:
        same(len(entered.read()), ROWS)
    entered.close()
    same(len(entered.read()), ROWS)


LIVE = """
import intake
source = intake.open_pcap(None, interface="vb", chunksize=3, protocol="udp")
print(source.discover()["shape"], source.discover()["npartitions"])
print(len(source.read()), len(source.read_partition(0)), len(next(source.read_chunked())), len(source.to_dask()))
try:
    source.persist()
except NotImplementedError as why:
    print(why)
print("timeout", len(intake.open_pcap(None, interface="vb", timeout=300).read()))
"""


def test_live(_: Command, __: pathlib.Path) -> None:
    reason = network.why_not()
    if reason:
        print(reason)
        return
    net = network.Network()
    net.make()
    try:
        process = subprocess.Popen(["ip", "netns", "exec", net.far, sys.executable, "-c", LIVE], text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        end = time.monotonic() + network.WAIT_SECONDS
        while net.capturing() == 0 and process.poll() is None and time.monotonic() < end:
            time.sleep(0.05)
        frames = [harness.ethernet(0x0800, packet) for packet in (harness.udp(b"x"), harness.tcp(b"x"))]
        sender = threading.Thread(target=lambda: net.send(frames * 12))
        sender.start()
        output, message = process.communicate(timeout=60)
        sender.join()
        same((process.returncode, message), (0, ""))
        [shape, counts, refused, timeout] = output.splitlines()
        same((shape, counts, timeout), ("(None, 6) 1", "3 3 3 3", "timeout 0"))
        has(refused, "an interface has other packets each time")
    finally:
        net.remove()


if __name__ == "__main__":
    os.environ["XDG_CACHE_HOME"] = "/nowhere"
    sys.exit(harness.main(dict(globals())))
