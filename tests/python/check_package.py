#!/usr/bin/env python3
"""The Python package by itself: values, warnings, errors, parts, filters that change, and threads."""

from __future__ import annotations

import csv
import inspect
import io
import json
import os
import pathlib
import pickle
import signal
import subprocess
import sys
import threading
import time
import warnings

import package

package.need()

import harness  # noqa: E402
import pcapframe  # noqa: E402
from harness import Command, has, same  # noqa: E402
from package import LOCAL, ROWS  # noqa: E402


def raised(kind: type[Exception], work: object, words: str) -> Exception:
    try:
        work()
    except kind as why:
        has(str(why), words)
        return why
    raise AssertionError(f"no {kind.__name__}: {words}")


def text_of(value: object, kind: str) -> str:
    """A value as csv has it."""
    if value is None:
        return ""
    if kind.startswith("timestamp"):
        seconds, nanoseconds = divmod(value, 1_000_000_000)
        return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{nanoseconds:09}Z"
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, float):
        # Both write the shortest digits that give the same number; Python adds a fraction to whole ones.
        return repr(value).removesuffix(".0")
    is_list = isinstance(value, list)
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False) if is_list else str(value)


def check_values(command: Command, path: pathlib.Path, chunksize: int) -> None:
    names = [column.name for column in pcapframe.columns()]
    kinds = {column.name: column.type for column in pcapframe.columns()}
    words = ["read", path, "--all-frames", "--columns", ",".join(names), "--format", "csv"]
    wanted = list(csv.reader(io.StringIO(command(*words).output.decode(), newline="")))
    table = pcapframe.open(path, columns=names, all_frames=True, chunksize=chunksize).table()
    found = table.columns()
    same(list(found), wanted[0])
    for i, row in enumerate(wanted[1:]):
        same([text_of(found[name][i], kinds[name]) for name in names], row)
    same(len(table), len(wanted) - 1)


def test_every_value_is_that_of_csv(command: Command, folder: pathlib.Path) -> None:
    check_values(command, LOCAL, 7)
    check_values(command, LOCAL, 65_536)
    path = harness.write(folder, "one.pcapng", harness.pcapng([harness.udp(b"data")] * 3, name="Brücke 東京"))
    check_values(command, path, 2)
    check_values(command, harness.write(folder, "dns.pcap", harness.pcap([harness.udp(package.DNS_ANSWER)] * 3)), 2)


def test_version(command: Command, _: pathlib.Path) -> None:
    same(f"pcapframe {pcapframe.__version__}\n", command("--version").output.decode())


def test_keywords_are_the_library_s(_: Command, __: pathlib.Path) -> None:
    for function, applies in ((pcapframe.open, "files"), (pcapframe.live, "interfaces")):
        listed = [one for one in pcapframe.options() if one.applies in (applies, "both") and one.name != "interface"]
        same(list(inspect.signature(function).parameters)[1:], [one.name for one in listed])
        for one in listed:
            has(function.__doc__, f"{one.name}: {one.meaning}")
    raised(TypeError, lambda: pcapframe.open(LOCAL, protcol="udp"), "did you mean 'protocol'?")
    raised(TypeError, lambda: pcapframe.open(LOCAL, interface="lo"), "pcapframe.live")


def test_options(_: Command, folder: pathlib.Path) -> None:
    def rows(**options: object) -> int:
        return len(pcapframe.open(LOCAL, **options).table())

    same([rows(protocol="udp"), rows(filter="udp"), rows(limit=5), rows(threads=2), rows(payload=True)],
         [11, 11, 5, ROWS, ROWS])
    same(pcapframe.open(LOCAL, columns=("len", "time")).column_names, ["len", "time"])
    same(pcapframe.open(str(LOCAL), payload=True, columns=None).column_names[-1], "payload")
    same(len(pcapframe.open([LOCAL, str(LOCAL)]).table()), 2 * ROWS)
    same(len(pcapframe.open(package.ROOT / "tests/data/loc*.pcap").table()), ROWS)
    same(pcapframe.open(LOCAL, hosts="binary", limit=1).table()["src_host"], [bytes(10) + b"\xff\xff\xc0\x00\x02\x0a"])
    name = harness.write(folder, "Brücke 東京.pcap", LOCAL.read_bytes())
    same(len(pcapframe.open(name).table()), ROWS)
    odd = os.fsencode(folder) + b"/\xff.pcap"
    pathlib.Path(os.fsdecode(odd)).write_bytes(LOCAL.read_bytes())
    same(len(pcapframe.open(os.fsdecode(odd)).table()), ROWS)


def test_damage_is_a_warning_with_its_place(_: Command, folder: pathlib.Path) -> None:
    path = package.cut(folder)
    for read in (lambda: pcapframe.open(path).table(), lambda: sum(map(len, pcapframe.open(path, chunksize=10)))):
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            made = read()
        same(made if isinstance(made, int) else len(made), package.ROWS_BEFORE_DAMAGE)
        same([(one.category, one.message.offset, one.message.file) for one in told],
             [(pcapframe.DamageWarning, package.DAMAGE_OFFSET, str(path))])
        has(str(told[0].message), f"{path}: at byte 14801: the captured packet is cut: 222 bytes needed, 183 there")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        raised(pcapframe.DamageWarning, lambda: pcapframe.open(path).table(), "is cut")
        same(len(pcapframe.open(LOCAL).table()), ROWS)
        erf = harness.write(folder, "user.pcap", harness.pcap([bytes(60)] * 12, link_type=147))
        raised(pcapframe.NoteWarning, lambda: pcapframe.open(erf).table(), "12 frames, none decoded")
        raised(pcapframe.OptionWarning, lambda: pcapframe.open(LOCAL, timeout=3).table(), "'timeout' says nothing of")
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("default")
        pcapframe.open(path).table()
    same(told[0].filename, __file__)


def test_errors_have_file_and_offset(_: Command, folder: pathlib.Path) -> None:
    why = raised(FileNotFoundError, lambda: pcapframe.open("/nowhere/x.pcap"), "/nowhere/x.pcap: cannot be opened")
    same((why.file, why.offset, why.errno, isinstance(why, pcapframe.CaptureError)), ("/nowhere/x.pcap", None, 2, True))
    raised(FileNotFoundError, lambda: pcapframe.open("/nowhere/*.pcap"), "no file matches this pattern")
    why = raised(pcapframe.CaptureError, lambda: pcapframe.open(package.ROOT / "LICENSE"), "expected a capture file")
    same((why.offset, isinstance(why, OSError)), (0, True))
    raised(pcapframe.CaptureError, lambda: pcapframe.open(folder), "is a directory")
    raised(ValueError, lambda: pcapframe.open(LOCAL, protocol="tpc"), "did you mean 'tcp'?")
    raised(pcapframe.OptionError, lambda: pcapframe.open(LOCAL, filter="tcp prt 80"), "did you mean 'port'?")
    raised(pcapframe.OptionError, lambda: pcapframe.open(LOCAL, columns=["tme"]), "did you mean 'time'?")
    raised(pcapframe.OptionError, lambda: pcapframe.open([]), "the path is empty")
    raised(pcapframe.OptionError, lambda: pcapframe.open(LOCAL).plot(kind="hsots"), "did you mean 'hosts'?")
    raised(pcapframe.CaptureError, lambda: pcapframe.open(LOCAL).export("/nowhere/x.csv"), "cannot be written")
    source = pcapframe.open(LOCAL)
    source.close()
    raised(pcapframe.OptionError, source.table, "closed")


def test_parts(_: Command, __: pathlib.Path) -> None:
    source = pcapframe.open(LOCAL, partition_bytes=5000)
    whole = source.table().columns()
    same(source.npartitions, 3)
    parts = [source.partition(i) for i in range(3)]
    same([sum((part[name] for part in parts), []) for name in whole], list(whole.values()))
    raised(IndexError, lambda: source.partition(3), "they are 0 to 2")
    raised(IndexError, lambda: source.partition(-1), "they are 0 to 2")
    splits = [pcapframe.split(line).table() for line in pcapframe.open(LOCAL).plan(5000)]
    same([sum((part[name] for part in splits), []) for name in whole], list(whole.values()))
    chunks = list(pcapframe.open(LOCAL).chunks(20))
    same([len(chunk) for chunk in chunks], [20, 20, 20, 20, 7])
    same([sum((part[name] for part in chunks), []) for name in whole], list(whole.values()))
    same(pcapframe.open(LOCAL).discover()["shape"], (ROWS, 6))


def test_a_filter_changes_and_a_read_is_cancelled(_: Command, folder: pathlib.Path) -> None:
    source = pcapframe.open(LOCAL, chunksize=20)
    chunks = iter(source)
    same(len(next(chunks)), 20)
    source.set_filter(protocol="icmp6")
    later = [protocol for chunk in chunks for protocol in chunk["protocol"]]
    same(set(later), {"icmp6"})
    source.set_filter()
    same(len(source.table()), ROWS)
    source.cancel()
    raised(pcapframe.CancelledError, source.table, "cancelled")


def test_control_c_ends_a_read(_: Command, folder: pathlib.Path) -> None:
    """Of a filter that nothing matches, so that a whole file is one call of the library."""
    path = package.repeated(folder, 20_000)
    code = ("import pcapframe, sys\nsource = pcapframe.open([sys.argv[1]] * 400, filter='udp port 1 and len == 9')\n"
            "print('reading', flush=True)\nsource.table()")
    running = subprocess.Popen([sys.executable, "-c", code, path], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               text=True)
    same(running.stdout.readline(), "reading\n")
    time.sleep(0.5)
    begin = time.monotonic()
    running.send_signal(signal.SIGINT)
    _, message = running.communicate(timeout=60)
    has(message, "KeyboardInterrupt")
    same(time.monotonic() - begin < 20, True)


def test_other_threads_run_meanwhile(_: Command, folder: pathlib.Path) -> None:
    path = package.repeated(folder, 4000)
    counted = 0
    done = threading.Event()

    def count() -> None:
        nonlocal counted
        while not done.is_set():
            counted += 1

    thread = threading.Thread(target=count)
    thread.start()
    before = counted
    tables = []
    readers = [threading.Thread(target=lambda: tables.append(pcapframe.open(path).table())) for _ in range(2)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    after = counted
    done.set()
    thread.join()
    same([len(table) for table in tables], [4000 * ROWS] * 2)
    same(after - before > 1000, True)


def test_outputs(command: Command, folder: pathlib.Path) -> None:
    source = pcapframe.open(LOCAL)
    same(source.export(folder / "x.csv"), ROWS)
    same((folder / "x.csv").read_bytes(), command("read", LOCAL, "--format", "csv").output)
    same(source.export(folder / "out", partition_by="protocol"), ROWS)
    same(sorted(path.name for path in (folder / "out").iterdir()),
         [f"protocol={name}" for name in ("icmp", "icmp6", "igmp", "tcp", "udp")])
    plot = source.plot(folder / "x.svg", kind="hosts", title="Mine")
    same((plot.text, plot.format), ((folder / "x.svg").read_text(), "svg"))
    has(plot._repr_svg_(), "Mine")
    has(source.plot()._repr_html_(), "<iframe")
    has(source.yaml("mine"), "  mine:\n    driver: pcap\n")
    same("chunksize" in source.yaml(), False)
    (folder / "c.yml").write_text(source.yaml("mine"))
    same(command("read", "--catalog", folder / "c.yml", "mine", "--format", "csv").output,
         (folder / "x.csv").read_bytes())


def test_copies(_: Command, folder: pathlib.Path) -> None:
    cache = folder / "cache"
    source = pcapframe.open(LOCAL)
    same(source.persisted(cache), None)
    copy = source.persist(cache_dir=cache)
    same((copy.is_persisted, source.is_persisted, len(copy.table())), (True, False, ROWS))
    same(copy.copy_path.startswith(str(cache)), True)
    same(source.persisted(cache).copy_path, copy.copy_path)
    same(source.persist(ttl=0, cache_dir=folder / "other").is_persisted, True)
    same(source.persisted(folder / "other"), None)


def test_flows(command: Command, folder: pathlib.Path) -> None:
    names = [column.name for column in pcapframe.flow_columns()]
    kinds = {column.name: column.type for column in pcapframe.flow_columns()}
    words = ["flows", LOCAL, "--columns", "all", "--format", "csv"]
    wanted = list(csv.reader(io.StringIO(command(*words).output.decode(), newline="")))
    source = pcapframe.flows(LOCAL, columns="all")
    same(source.column_names, wanted[0])
    found = source.table().columns()
    same([[text_of(found[name][i], kinds[name]) for name in names] for i in range(len(wanted) - 1)], wanted[1:])
    busy = pcapframe.flows(LOCAL, filter="tcp", where="packets>10").table()
    same(all(count > 10 for count in busy["packets"]) and set(busy["protocol"]) == {"tcp"}, True)
    again = pickle.loads(pickle.dumps(pcapframe.flows(LOCAL, idle_timeout=0.01)))
    same(len(again.table()) > len(wanted), True)
    raised(pcapframe.OptionError, lambda: pcapframe.flows(LOCAL, columns=["byts"]), "did you mean 'bytes'?")
    raised(pcapframe.OptionError, lambda: pcapframe.flows(LOCAL, idle_timeout=0), "is not a number of seconds")
    raised(TypeError, lambda: pcapframe.flows(LOCAL, idle_timout=3), "did you mean 'idle_timeout'?")
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        pcapframe.flows(package.cut(folder)).table()
    same([one.message.offset for one in told], [package.DAMAGE_OFFSET])


def test_it_is_pickled(_: Command, __: pathlib.Path) -> None:
    again = pickle.loads(pickle.dumps(pcapframe.open(LOCAL, protocol="udp", columns=["len"])))
    same((len(again.table()), again.column_names), (11, ["len"]))


def test_notebooks(_: Command, folder: pathlib.Path) -> None:
    shown = pcapframe.open(LOCAL)._repr_html_()
    for wanted in ("local.pcap", "<th>src_host</th>", "2026-11-22 22:08:13.051701000", f"{ROWS} rows", "<th>...</th>"):
        has(shown, wanted)
    shown = pcapframe.open(LOCAL).table()._repr_html_()
    has(shown, "<th>86</th>")
    path = harness.write(folder, "odd.pcapng", harness.pcapng([harness.udp(b"<b>")], name="<script>"))
    shown = pcapframe.open(path, columns=["interface_name", "payload"])._repr_html_()
    same("<script>" in shown, False)
    has(shown, "&lt;script&gt;")


def test_conditions(_: Command, __: pathlib.Path) -> None:
    def rows(where: str, **options: object) -> int:
        return len(pcapframe.open(LOCAL, where=where, **options).table())

    everything = list(pcapframe.open(LOCAL).table().rows())
    same(rows("src_port=53|80"), sum(row["src_port"] in (53, 80) for row in everything))
    same(rows("src_port<1024,protocol=tcp"),
         sum(row["src_port"] is not None and row["src_port"] < 1024 and row["protocol"] == "tcp" for row in everything))
    middle = everything[40]["time"]
    for how, holds in (("<", int.__lt__), ("<=", int.__le__), (">", int.__gt__), (">=", int.__ge__),
                       ("=", int.__eq__)):
        same(rows(f"time{how}{middle}"), sum(holds(row["time"], middle) for row in everything))
    for host in {row["src_host"] for row in everything}:
        same(rows(f"src_host={host}", chunksize=3), sum(row["src_host"] == host for row in everything))
    same(rows("protocol=udp", limit=4), 4)
    same(sum(len(pcapframe.open(LOCAL, where="protocol=udp", partition_bytes=5000).partition(i)) for i in range(3)), 11)


if __name__ == "__main__":
    sys.exit(harness.main(dict(globals())))
