#!/usr/bin/env python3
"""Statistics and page indexes of Parquet files are right, and readers skip by them."""

from __future__ import annotations

import pathlib
import random
import struct
import sys

import tables

tables.need("pyarrow")

import pyarrow.parquet as pq  # noqa: E402
import harness  # noqa: E402

HOSTS = 70_000
PACKETS = 1_200_000


def many_hosts(folder: pathlib.Path) -> pathlib.Path:
    """More packets than a row group has, of 70,000 sources, one a microsecond, some of them without ports."""
    chance = random.Random(3)
    hosts = [struct.pack(">I", number) for number in chance.sample(range(1, 2**32), HOSTS)]
    path = folder / "many.pcap"
    with path.open("wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, harness.RAW))
        udp = struct.pack(">HHHH", 53, 49154, 8, 0)
        for i in range(PACKETS):
            protocol = 17 if i % 5 else 1
            ip = struct.pack(">BBHHHBBH", 0x45, 0, 28, i & 0xFFFF, 0, 64, protocol, 0)
            second, micro = divmod(i, 1_000_000)
            out.write(struct.pack("<IIII", 1_700_000_000 + second, micro, 28, 28))
            out.write(ip + hosts[i % HOSTS] + hosts[chance.randrange(HOSTS)] + udp)
    return path


def test_statistics_are_those_of_the_values(command: harness.Command, folder: pathlib.Path) -> None:
    columns = "time,src_host,dst_host,src_port,protocol,ip_id,frame_number,vlan_id"
    [path] = tables.export(command.path, many_hosts(folder), folder / "out", "--columns", columns)
    file = pq.ParquetFile(path)
    assert file.metadata.num_row_groups > 1
    harness.same(file.metadata.num_rows, PACKETS)
    for group in range(file.metadata.num_row_groups):
        table = file.read_row_group(group)
        for i, name in enumerate(table.column_names):
            chunk = file.metadata.row_group(group).column(i)
            assert chunk.has_offset_index and chunk.has_column_index, name
            values = [value for value in table[name].to_pylist() if value is not None]
            harness.same(chunk.statistics.null_count, table[name].null_count)
            harness.same(chunk.statistics.has_min_max, bool(values))
            if values and name != "time":
                harness.same((chunk.statistics.min, chunk.statistics.max), (min(values), max(values)))
    harness.same(len(set(file.read(["src_host"])["src_host"].to_pylist())), HOSTS)


def test_a_filter_on_time_reads_fewer_row_groups(command: harness.Command, folder: pathlib.Path) -> None:
    import pyarrow as pa
    import pyarrow.dataset as dataset

    tables.export(command.path, many_hosts(folder), folder / "out")
    late = pa.scalar((1_700_000_001 * 10**9) + 190_000_000, pa.timestamp("ns", "UTC"))
    [fragment] = dataset.dataset(folder / "out").get_fragments()
    kept = fragment.split_by_row_group(dataset.field("time") >= late)
    assert len(kept) < len(fragment.row_groups), "no row group is left out"
    harness.same(sum(part.count_rows(filter=dataset.field("time") >= late) for part in kept), 10_000)


if __name__ == "__main__":
    sys.exit(harness.main(globals()))
