#!/usr/bin/env python3
"""What people type first, who know tcpdump, tshark or nothing: a table of commands and their answers.

A row is the words, the exit status, what the output has, and what standard error has. Words and texts may name FILE,
the sample; `same` names words whose output must be the same.
"""

from __future__ import annotations

import gzip
import pathlib
import shutil
import subprocess
import sys
from typing import NamedTuple

import harness
from harness import Command, has, same, write

ROOT = pathlib.Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "tests/data/local.pcap"


class Row(NamedTuple):
    words: str
    status: int = 0
    output: tuple[str, ...] = ()
    message: tuple[str, ...] = ()
    same: str = ""
    lines: int | None = None


C = "--format csv"
HTTP = f"read FILE --filter 'tcp port 80' {C}"

ROWS = (
    # The command may be left out.
    Row(f"FILE {C}", same=f"read FILE {C}"),
    Row(f"-r FILE {C}", same=f"read FILE {C}"),
    Row(f"./FILE -c 3 {C}", lines=4),
    Row("no-such.pcap", 1, message=("no-such.pcap: cannot be opened: No such file",)),
    Row("no-such", 2, message=("'no-such' is neither a command nor a file",)),
    Row("raed FILE", 2, message=("neither a command nor a file; did you mean 'read'?",)),
    # tcpdump's letters, apart and together.
    Row(f"-nnr FILE {C} tcp port 80", same=HTTP),
    Row(f"-n -r FILE {C} -- tcp port 80", same=HTTP),
    Row(f"read -ttttnr FILE {C} -c2", lines=3, output=("+00:00",)),
    Row(f"read -ttr FILE {C} -c1", output=("\n1795385293.051701000,192.0.2.10",)),
    Row(f"read -tr FILE {C} -c1", output=("src_host,src_port,dst_host,dst_port,protocol\n",)),
    Row(f"read -ttt FILE {C} -c3", output=("\n0.000000000,", "\n0.000355000,", "\n0.000309000,")),
    Row(f"read -ttttt FILE {C} -c3", output=("\n0.000000000,", "\n0.000355000,", "\n0.000664000,")),
    Row(f"read -e FILE {C} -c1", output=("src_mac,dst_mac,ethertype,len\n", "02:00:00:00:00:10")),
    Row("read -r FILE -w - tcp port 80 -c 2 --no-progress"),
    Row("read FILE -w o.csv", 2, message=("-w writes packets, as with tcpdump, and 'o.csv' is a name for rows",)),
    Row("read FILE -w o.pcap -o x.csv", 2, message=("give one of them",)),
    Row("read -D", output=("link type",), same="interfaces"),
    Row("-D", same="interfaces"),
    Row("dump -D", same="interfaces"),
    Row(f"read FILE {C} -F filter.txt", same=HTTP),
    Row("read FILE -F no-such.txt", 2, message=("no-such.txt: the filter cannot be read",)),
    Row("read FILE -F filter.txt --filter udp", 2, message=("the filter is given twice",)),
    Row("read FILE -Q sideways", 2, message=("'sideways' is not in, out or inout",)),
    Row(f"read FILE {C} -Q inout", same=f"read FILE {C}"),
    Row("read FILE -v", 2, message=("there is no -v here: '--columns all' has every field",)),
    Row("read FILE -X", 2, message=("there is no -X here: '--payload' adds the bytes",)),
    Row("read FILE -A", 2, message=("'--payload'",)),
    Row("read FILE -y EN10MB", 2, message=("there is no -y here",)),
    Row("read FILE -d", 2, message=("'pcapframe filter -d EXPR'",)),
    Row("read FILE -C 5", 2, message=("'pcapframe dump' writes file after file",)),
    Row("read FILE -j host", 2, message=("--hardware-time",)),
    Row("dump -r FILE", 2, message=("'pcapframe read FILE -o OUT' copies packets",)),
    # tshark's.
    Row("read -r FILE -T fields -e ip.src", 2, message=("there is no -T here: '--format csv'", "--columns A,B,C")),
    Row("read -r FILE -V", 2, message=("there is no -V here: '--columns all'",)),
    Row("read -r FILE -Y http", 2, message=("there is no -Y here: display filters are Wireshark's",)),
    Row("read -r FILE -z conv,tcp", 2, message=("'pcapframe top'",)),
    Row(f"read -r FILE -f 'tcp port 80' {C}", same=HTTP),
    # A filter in words.
    Row(f"read FILE tcp port 80 {C}", same=HTTP),
    Row(f"read FILE 'tcp port 80' {C}", same=HTTP),
    Row(f"read FILE -- tcp port 80 -c 2 {C}", lines=3),
    Row(f"read FILE --filter 'tcp port 80' {C} --columns=time -- udp", 2, message=("the filter is given twice",)),
    Row(f"read FILE arp {C}", lines=3),
    Row("read FILE tcp prt 80", 2, message=("did you mean 'port'?", "tcp prt 80\n        ^^^")),
    Row(f"read FILE no-such.pcap {C}", 1, lines=88, message=("no-such.pcap: cannot be opened",)),
    Row("info FILE tcp port 80", output=("packets          36\n",)),
    Row("count FILE tcp port 80", output=("36\n",)),
    # Wireshark's display filters.
    Row("read FILE ip.src == 192.0.2.10", 2, message=("'ip.src' is a field of Wireshark's display filters",
                                                      "did you mean 'src host 192.0.2.10'?")),
    Row("read FILE ip.addr==192.0.2.10", 2, message=("did you mean 'host 192.0.2.10'?",)),
    Row("read FILE --filter tcp.port==80&&!arp", 2, message=("did you mean 'tcp port 80 and not arp'?",)),
    Row("read FILE --filter http", 2, message=("did you mean 'tcp port 80'?",)),
    Row("read FILE --filter 'http.host contains x'", 2, message=("have no word for all of this",)),
    Row("read FILE host no-such-host.invalid", 1, message=("no-such-host.invalid",)),
    # What is no protocol of IP headers.
    Row("read FILE --protocol http", 2, message=("'http' is not a protocol of IP headers", "'tcp port 80'")),
    Row("read FILE --protocol arp", 2, message=("'arp' is not a protocol of IP headers", "did you mean 'arp'?")),
    Row("read FILE --protocol dns", 2, message=("did you mean 'port 53'?",)),
    Row("read FILE --protocol tpc", 2, message=("did you mean 'tcp'?",)),
    # Columns.
    Row(f"read FILE {C} --columns 'time, src_host' -c 1", output=("time,src_host\n",)),
    Row(f"read FILE {C} --columns ' +len , -src_port' -c 1",
        output=("time,src_host,dst_host,dst_port,protocol,len\n",)),
    Row(f"read FILE {C} --columns all -c 1", output=("payload,", ",stop,direction")),
    Row(f"read FILE {C} --columns all,-payload -c 1", output=("protocol,frame_number,",)),
    Row("read FILE --columns +lem", 2, message=("did you mean 'len'?",)),
    Row("read FILE --columns time,time", 2, message=("'time' is not a column named only once",)),
    Row("read FILE --columns time,-time", 2, message=("a column left",)),
    Row("read FILE --columns ''", 2, message=("--columns needs a value",)),
    Row("read FILE --columns time,,len", 2, message=("unknown column ''",)),
    # Outputs.
    Row("read FILE -o o.xls", 2, message=(".parquet, .arrow",)),
    Row("read FILE -o o.json -c 1", message=("o.json: JSON lines, one object for each row",)),
    Row("read FILE --time never", 2,
        message=("'never' is not a form of times: utc, local, epoch, delta or relative",)),
    Row("read FILE -o o.parquet --time local", 2, message=("whose times are in UTC always",)),
    # Several files, of which some are bad.
    Row(f"read FILE notes.txt {C}", 1, lines=88, message=("notes.txt: at byte 0: is neither pcap nor pcapng",)),
    Row(f"read notes.txt FILE {C}", 1, lines=88),
    Row(f"read 'folder/*' {C}", 1, lines=1 + 3 * 87,
        message=("folder/notes.txt: at byte 0: is neither pcap nor pcapng",)),
    Row("read notes.txt", 1, lines=0),
    Row("count folder/a.pcap folder/b.pcap.gz", output=(" 87 folder/a.pcap\n 87 folder/b.pcap.gz\n174 total\n",)),
    Row("count FILE notes.txt", 1, output=("87\n",)),
    # Rankings.
    Row(f"top protocol FILE {C}", output=("protocol,packets,bytes\n",)),
    Row(f"top protocol FILE {C} --by bytes -n 1", lines=2),
    Row(f"top -r FILE src_host,dst_port udp {C}", output=("src_host,dst_port,packets,bytes\n",)),
    Row("top FILE protocol", 2, message=("first the columns, then the files",)),
    Row("top protcol FILE", 2, message=("did you mean 'protocol'?",)),
    Row("top protocol FILE --by size", 2, message=("unknown measure",)),
    Row("top protocol FILE -n 0", 2, message=("-n: '0' is not a number",)),
    # Options that are not there.
    Row("read FILE -k", 2, message=("unknown option '-k' (",)),
    Row("read FILE --colums time", 2, message=("did you mean '--columns'?",)),
    Row("read FILE -c", 2, message=("option '-c' needs a value: N",)),
)


def split(words: str, sample: pathlib.Path) -> list[str]:
    """As a shell does, with quotes."""
    parts: list[str] = []
    for i, piece in enumerate(words.split("'")):
        if i % 2 == 1:
            parts.append(piece)
        else:
            parts += piece.split()
    return [word.replace("FILE", sample.name) for word in parts]


def test_the_table(command: Command, folder: pathlib.Path) -> None:
    sample = folder / "x.pcap"
    shutil.copy(SAMPLE, sample)
    write(folder, "filter.txt", b"tcp # and\n  port 80\n")
    write(folder, "notes.txt", b"hello world, this is no capture\n")
    (folder / "folder").mkdir()
    shutil.copy(SAMPLE, folder / "folder/a.pcap")
    write(folder / "folder", "b.pcap.gz", gzip.compress(SAMPLE.read_bytes()))
    write(folder / "folder", "c", gzip.compress(SAMPLE.read_bytes()))
    write(folder / "folder", "notes.txt", b"hello world\n")
    wrong = []
    for row in ROWS:
        outcome = command(*split(row.words, sample), cwd=folder)
        output = outcome.output.decode(errors="replace")
        try:
            same(outcome.status, row.status)
            for part in row.output:
                has(output, part)
            for part in row.message:
                has(outcome.message, part)
            if row.same:
                same(outcome.output, command(*split(row.same, sample), cwd=folder).output)
            if row.lines is not None:
                same(len(output.splitlines()), row.lines)
            if row.status == 0 and not row.message:
                same(outcome.message, "")
        except AssertionError as why:
            wrong.append(f"pcapframe {row.words}\n  {why}\n  {outcome.message}")
    assert not wrong, "\n".join(wrong)


def test_extensions_in_any_case(command: Command, folder: pathlib.Path) -> None:
    kinds = {"csv": b"time,", "tsv": b"time\t", "jsonl": b'{"time"', "ndjson": b'{"time"', "json": b'{"time"',
             "txt": b"  ", "parquet": b"PAR1", "pq": b"PAR1", "arrow": b"ARROW1", "feather": b"ARROW1",
             "ipc": b"ARROW1", "arrows": b"\xff\xff\xff\xff", "pcap": b"\xd4\xc3\xb2\xa1", "pcapng": b"\n\r\r\n"}
    for extension, begin in kinds.items():
        for spelled in (extension, extension.upper(), extension.title()):
            path = folder / f"o.{spelled}"
            same((spelled, command("read", SAMPLE, "-o", path).status), (spelled, 0))
            same((spelled, path.read_bytes()[:len(begin)]), (spelled, begin))


def test_packets_under_any_name(command: Command, folder: pathlib.Path) -> None:
    for name, begin in (("out", b"\xd4\xc3\xb2\xa1"), ("x.dump", b"\xd4\xc3\xb2\xa1"), ("x.pcapng", b"\n\r\r\n")):
        same(command("-r", SAMPLE, "-w", folder / name, "udp").status, 0)
        same((folder / name).read_bytes()[:4], begin)
        same(command("count", folder / name).output, b"11\n")


def test_what_is_no_text_is_kept_from_terminals(command: Command, folder: pathlib.Path) -> None:
    for words in ("--format parquet", "--format arrow", "-w -", "-o - --format pcap"):
        done = subprocess.run(["script", "-qec", f"{command.path} read {SAMPLE} {words}", "/dev/null"],
                              capture_output=True, check=False, cwd=folder, stdin=subprocess.DEVNULL)
        same((words, done.returncode), (words, 2))
        has(done.stdout.decode(), "'the terminal' is not a place for what is no text")


def test_times_in_all_forms_and_zones(command: Command, folder: pathlib.Path) -> None:
    """Against the times that csv has in UTC; the rows before the last of a long table are not formatted."""
    import datetime
    times = [line.split(",")[0] for line in command("read", SAMPLE, "--format", "csv").lines()[1:]]
    def nanoseconds(text: str) -> int:
        whole, _, fraction = text.rstrip("Z").partition(".")
        second = datetime.datetime.fromisoformat(whole + "+00:00").timestamp()
        return int(second) * 1_000_000_000 + int(fraction)
    stamps = [nanoseconds(text) for text in times]
    def shown(form: str, *words: str) -> list[str]:
        rows = command("read", SAMPLE, "--format", "csv", "--time", form, *words).lines()[1:]
        return [row.split(",")[0] for row in rows]
    def seconds(ns: int) -> str:
        sign = "-" if ns < 0 else ""
        return f"{sign}{abs(ns) // 1_000_000_000}.{abs(ns) % 1_000_000_000:09}"
    same(shown("epoch"), [seconds(at) for at in stamps])
    same(shown("relative"), [seconds(at - stamps[0]) for at in stamps])
    same(shown("delta"), [seconds(0)] + [seconds(b - a) for a, b in zip(stamps, stamps[1:])])
    same(shown("utc"), times)
    table = [line.split()[1] for line in command("read", SAMPLE, "--time", "delta").lines()[-7:-2]]
    same(table, [seconds(b - a)[:-3] for a, b in zip(stamps, stamps[1:])][-5:])


def test_a_ranking_is_that_of_a_slow_count(command: Command, folder: pathlib.Path) -> None:
    rows = [line.split(",") for line in
            command("read", SAMPLE, "--format", "csv", "--columns", "src_host,dst_port,len", "--all-frames")
            .lines()[1:]]
    wanted: dict[tuple[str, str], list[int]] = {}
    for host, port, length in rows:
        one = wanted.setdefault((host, port), [0, 0])
        one[0] += 1
        one[1] += int(length)
    for by, at in (("packets", 0), ("bytes", 1)):
        got = [line.split(",") for line in
               command("top", "src_host,dst_port", SAMPLE, "--all-frames", "--by", by, "-n", "1000", "--format", "csv")
               .lines()[1:]]
        same({(host, port): [int(packets), int(size)] for host, port, packets, size in got}, wanted)
        counts = [int(line[2 + at]) for line in got]
        same(counts, sorted(counts, reverse=True))


if __name__ == "__main__":
    sys.exit(harness.main(globals()))
