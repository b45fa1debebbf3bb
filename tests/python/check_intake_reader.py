#!/usr/bin/env python3
"""Captures in intake 2: the datatype that it recommends, its reader, catalogs, and catalogs of its first version."""

from __future__ import annotations

import pathlib
import pickle
import sys

import package

package.need("intake", "pandas")

import harness  # noqa: E402
import intake  # noqa: E402
from harness import Command, has, same  # noqa: E402
from package import LOCAL, ROWS  # noqa: E402

if intake.__version__.split(".")[0] != "2":
    print("skipped: not intake 2")
    sys.exit(package.SKIPPED)

from intake.readers import datatypes  # noqa: E402
from pcapframe.intake_reader import PCAP, PcapReader  # noqa: E402

CATALOG = package.ROOT / "tests/data/catalog.yml"


def reader(**options: object) -> PcapReader:
    return PcapReader(PCAP(str(LOCAL)), **options)


def test_intake_knows_captures(_: Command, __: pathlib.Path) -> None:
    same(PCAP in datatypes.recommend(str(LOCAL)), True)
    same(PCAP in datatypes.recommend(head=LOCAL.read_bytes()[:100]), True)
    made = PCAP(str(LOCAL)).to_reader("pandas")
    same((type(made), len(made.read())), (PcapReader, ROWS))


def test_reads(_: Command, __: pathlib.Path) -> None:
    whole = reader().read()
    same((len(whole), str(whole.time.dtype), str(whole.src_port.dtype)), (ROWS, "datetime64[ns, UTC]", "UInt16"))
    same(len(reader(protocol="udp").read()), 11)
    same(len(reader().read(protocol="tcp")), 46)
    same(len(reader()(protocol="tcp").read()), 46)
    same(reader().discover().equals(whole.head(10)), True)
    parts = reader(partition_bytes=5000)
    same((parts.npartitions, [len(part) for part in parts.read_chunked()]),
         (3, [len(parts.read_partition(i)) for i in range(3)]))
    same([len(chunk) for chunk in reader(chunksize=30).read_chunked()], [30, 30, 27])
    same(len(pickle.loads(pickle.dumps(reader(protocol="udp"))).read()), 11)
    same(len(PcapReader(PCAP([str(LOCAL), str(LOCAL)])).read()), 2 * ROWS)


def test_catalogs(_: Command, folder: pathlib.Path) -> None:
    catalog = intake.Catalog()
    catalog["mine"] = reader(protocol="udp")
    catalog.to_yaml_file(str(folder / "two.yml"))
    same(len(intake.from_yaml_file(str(folder / "two.yml"))["mine"].read()), 11)
    # A catalog of the first version, and what a reader says of itself in it.
    old = intake.open_catalog(str(CATALOG))
    same(len(old["all"].read()), ROWS)
    (folder / "one.yml").write_text(reader(protocol="tcp").yaml("mine"))
    same(len(intake.open_catalog(str(folder / "one.yml"))["mine"].read()), 46)
    same(len(intake.open_pcap(str(LOCAL)).read()), ROWS)


def test_outputs(_: Command, folder: pathlib.Path) -> None:
    import pandas

    path = reader().export(folder / "x.parquet")
    same(len(pandas.read_parquet(path)), ROWS)
    has(str(reader().plot()), "<h1>local.pcap</h1>")
    has(str(reader().plot.hosts()), 'id="hosts"')
    copy = reader()
    copy.capture().cache_dir = str(folder)
    same((copy.persist().is_persisted, copy.capture().persisted().is_persisted), (True, True))


if __name__ == "__main__":
    sys.exit(harness.main(dict(globals())))
