#!/usr/bin/env python3
"""The command 'catalog': what it lists, describes and reads, what it refuses, and with which exit status."""

from __future__ import annotations

import argparse
import pathlib
import sys
import tempfile

import common

LOCAL = common.REPOSITORY / "tests" / "data" / "local.pcap"
CATALOG = """\
name: samples
description: for this test
sources:
  all:
    driver: pcap
    description: every packet
    args: {urlpath: LOCAL}
  some:
    driver: pcap
    args: {urlpath: LOCAL, protocol: '{{ pr }}', limit: '{{ n }}', columns: [time, protocol]}
    parameters:
      n: {type: int, description: rows, default: 5, min: 1, max: 10}
      pr: {type: str, description: protocol, default: udp, allowed: [tcp, udp]}
  table: {driver: csv, args: {urlpath: x.csv}}
  live: {driver: pcap, args: {urlpath: ~, interface: nowhere}}
  shell: {driver: pcap, args: {urlpath: '{{ shell(echo LOCAL) }}'}}
  inner: {driver: yaml_file_cat, args: {path: '{{ CATALOG_DIR }}/inner.yml'}}
"""
INNER = "sources:\n  same: {driver: pcap, args: {urlpath: LOCAL}}\n"
MISTAKES = """\
sources:
  a: {drver: pcap}
  b: {driver: pcap, args: {urlpath: x, payload: 1}}
  good: {driver: pcap, args: {storage_options: {}, urlpath: LOCAL}}
"""
LISTED_MISTAKES = """\
a           cannot be opened: MISTAKES:2:7: unknown key 'drver'; did you mean 'driver'?
b     pcap  cannot be opened: MISTAKES:3:49: 'payload=1' is not true or false
good  pcap
"""
LISTED = """\
all         pcap           every packet
some        pcap
table       csv
live        pcap
shell       pcap
inner       yaml_file_cat
inner.same  pcap
"""
DESCRIBED = """\
name: all
driver: pcap
description: 'every packet'
args:
  urlpath: LOCAL
"""
MORE = " ('pcapframe catalog --help' says more)\n"
READ_MORE = " ('pcapframe read --help' says more)\n"

# words behind 'catalog', exit status, standard error (None: not compared)
REFUSED = (
    ((), 2, "pcapframe: catalog: say list, describe, check or read" + MORE),
    (("lst", "FILE"), 2, "pcapframe: catalog: 'lst' is not list, describe, check or read; did you mean 'list'?" + MORE),
    (("list",), 2, "pcapframe: catalog: list needs a catalog file" + MORE),
    (("list", "FILE", "x"), 2, "pcapframe: catalog: list has no use for 'x'" + MORE),
    (("read", "FILE"), 2, "pcapframe: catalog: read needs the name of an entry" + MORE),
    (("read", "FILE", "al"), 2, "pcapframe: catalog: FILE: unknown entry 'al'; did you mean 'all'?" + MORE),
    (("read", "FILE", "some", "n=11"), 2, "pcapframe: catalog: n=11 is greater than 10" + MORE),
    (("read", "FILE", "some", "pr=icmp"), 2,
     "pcapframe: catalog: pr=icmp is not one of the allowed values: tcp, udp" + MORE),
    (("read", "FILE", "some", "x"), 2, "pcapframe: catalog: 'x' is not NAME=VALUE" + MORE),
    (("read", "FILE", "all", "-c", "0"), 2, "pcapframe: catalog: 'limit=0' is not a number of rows, 1 or more" + MORE),
    (("read", "FILE", "all", "--protcol", "x"), 2,
     "pcapframe: catalog: unknown option '--protcol'; did you mean '--protocol'?" + MORE),
    (("read", "FILE", "table"), 1,
     "pcapframe: FILE:14:3: the driver 'csv' of 'table' is not known; 'pcap' is read here\n"),
    (("read", "FILE", "live"), 2, "pcapframe: read: unknown interface 'nowhere'" + READ_MORE),
    (("read", "FILE", "all", "-i", "nowhere"), 2,
     "pcapframe: catalog: the source 'all' names both a file and an interface" + MORE),
    (("read", "FILE", "shell"), 1,
     "pcapframe: FILE:16:45: shell(...) runs commands only where that is allowed (--allow-shell), "
     'in "{{ shell(echo LOCAL) }}"\n'),
    (("list", "nowhere.yml"), 1, "pcapframe: nowhere.yml: cannot be opened: No such file or directory\n"),
    (("check", "MISTAKES"), 1,
     "pcapframe: warning: MISTAKES:4:31: the argument 'storage_options' is left aside: it has no effect\n"
     "pcapframe: MISTAKES:2:7: unknown key 'drver'; did you mean 'driver'?\n"
     "pcapframe: MISTAKES:3:49: 'payload=1' is not true or false\n"),
    (("read", "MISTAKES", "b"), 1, "pcapframe: MISTAKES:3:49: 'payload=1' is not true or false\n"),
)

REFUSED_BY_READ = (
    (("FILE",), "pcapframe: read: name an entry of the catalog" + READ_MORE),
    (("FILE", "al"), "pcapframe: read: FILE: unknown entry 'al'; did you mean 'all'?" + READ_MORE),
    (("FILE", "all", "LOCAL"), "pcapframe: read: 'LOCAL' is not NAME=VALUE" + READ_MORE),
    (("FILE", "all", "protcol=tcp"),
     "pcapframe: read: unknown option 'protcol' of 'all'; did you mean 'protocol'?" + READ_MORE),
    (("FILE", "all", "payload=maybe"), "pcapframe: read: 'payload=maybe' is not true or false" + READ_MORE),
)


def compare(report: common.Report, label: str, what: str, ours: object, expected: object) -> None:
    report.compare(common.Difference("catalog " + label, "-", what, str(ours), str(expected)))


class Session:
    """Runs the command over catalogs in a folder of its own. LOCAL, FILE and MISTAKES stand for paths."""

    def __init__(self, command: pathlib.Path, folder: pathlib.Path):
        self.command = command
        self.names = {"LOCAL": str(LOCAL), "FILE": str(folder / "samples.yml"),
                      "MISTAKES": str(folder / "mistakes.yml")}
        (folder / "samples.yml").write_text(self.written(CATALOG))
        (folder / "inner.yml").write_text(self.written(INNER))
        (folder / "mistakes.yml").write_text(self.written(MISTAKES))

    def written(self, text: str) -> str:
        for name, path in self.names.items():
            text = text.replace(name, path)
        return text

    def run(self, *words: str) -> common.Outcome:
        return common.run(self.command, "catalog", *map(self.written, words))

    def read(self, *words: str) -> bytes:
        return self.run("read", "FILE", *words, "--format", "csv", "--no-progress").output

    def read_by_option(self, *words: str) -> bytes:
        """The same by 'pcapframe read'."""
        return common.run(self.command, "read", "--catalog", self.names["FILE"], *words, "--format", "csv",
                          "--no-progress").output


def check_shared(session: Session, report: common.Report) -> None:
    """The catalogs of ../shared that intake reads. Each has an entry 'a' of a capture beside it."""
    for path in sorted((common.REPOSITORY.parent / "shared" / "cases").glob("catalog_*.yml")):
        outcome = common.run(session.command, "read", "--catalog", str(path), "a", "--format", "csv", "--no-progress")
        compare(report, path.name, "status", outcome.status, 0)
        compare(report, path.name, "rows", outcome.output.count(b"\n") > 1, True)


def check(session: Session, report: common.Report) -> None:
    compare(report, "list", "output", session.run("list", "FILE").output.decode(), LISTED)
    mistaken = session.run("list", "MISTAKES")
    compare(report, "list of mistakes", "output", mistaken.output.decode(), session.written(LISTED_MISTAKES))
    compare(report, "list of mistakes", "status", mistaken.status, 0)
    warned = session.run("read", "MISTAKES", "good", "--format", "csv", "--no-progress")
    compare(report, "a warning", "message", warned.message,
            session.written("pcapframe: warning: MISTAKES:4:31: the argument 'storage_options' is left aside: "
                            "it has no effect\n"))
    compare(report, "a warning", "status", warned.status, 0)
    compare(report, "a warning", "rows", warned.output, session.read("all"))
    check_shared(session, report)
    compare(report, "describe", "output", session.run("describe", "FILE", "all").output.decode(),
            session.written(DESCRIBED))
    compare(report, "describe", "status", session.run("describe", "FILE").status, 0)

    def rows(*words: str) -> bytes:
        return common.run(session.command, "read", str(LOCAL), "--format", "csv", "--no-progress", *words).output

    columns = ("--columns", "time,protocol")
    for words, same in (
        (("all",), ()),
        (("inner.same",), ()),
        (("all", "--protocol", "tcp", "--payload"), ("--protocol", "tcp", "--payload")),
        (("all", "protocol=tcp", "payload=yes"), ("--protocol", "tcp", "--payload")),
        (("some",), ("--protocol", "udp", "-c", "5", *columns)),
        (("some", "n=3", "pr=tcp"), ("--protocol", "tcp", "-c", "3", *columns)),
        (("some", "n=3", "--columns", "len"), ("--protocol", "udp", "-c", "3", "--columns", "len")),
        (("shell", "--allow-shell"), ()),
    ):
        compare(report, "read " + " ".join(words), "rows", session.read(*words), rows(*same))
        compare(report, "--catalog " + " ".join(words), "rows", session.read_by_option(*words), rows(*same))
    for words, message in REFUSED_BY_READ:
        outcome = common.run(session.command, "read", "--catalog", *map(session.written, words))
        compare(report, "--catalog " + " ".join(words), "status", outcome.status, 2)
        compare(report, "--catalog " + " ".join(words), "message", outcome.message, session.written(message))
    for words, status, message in REFUSED:
        outcome = session.run(*words)
        compare(report, " ".join(words), "status", outcome.status, status)
        compare(report, " ".join(words), "output", outcome.output, b"")
        compare(report, " ".join(words), "message", outcome.message, session.written(message))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--command", type=pathlib.Path, required=True, help="the pcapframe binary")
    command = parser.parse_args().command.resolve()
    report = common.Report()
    with tempfile.TemporaryDirectory() as folder:
        check(Session(command, pathlib.Path(folder)), report)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
