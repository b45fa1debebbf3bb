#!/usr/bin/env python3
"""Exit statuses and messages: good input, unreadable and foreign input, wrong usage, damaged input."""

from __future__ import annotations

import gzip
import os
import pathlib
import sys

import harness
from harness import Command, Outcome, has, same, write

GOOD = harness.pcap([harness.udp(b"a"), harness.tcp(b"b"), harness.udp(b"c")])
CSV = ("--format", "csv", "--columns", "src_port,protocol")
ROWS = b"src_port,protocol\n53,udp\n49153,tcp\n53,udp\n"


def refused(outcome: Outcome, *parts: str) -> None:
    """Exit status 1, one line on standard error with all of `parts`, no row."""
    same(outcome.status, 1)
    same(outcome.output, b"")
    same(outcome.message.count("\n"), 1)
    assert outcome.message.startswith("pcapframe: "), outcome.message
    for part in parts:
        has(outcome.message, part)


def wrong(outcome: Outcome, *parts: str) -> None:
    """Exit status 2, and a message that says what is wrong and where to look."""
    same(outcome.status, 2)
    same(outcome.output, b"")
    same(outcome.message.count("\n"), 1)
    has(outcome.message, "--help'")
    for part in parts:
        has(outcome.message, part)


def test_good_input(command: Command, folder: pathlib.Path) -> None:
    for name, contents in (
        ("a.pcap", GOOD),
        ("a.pcapng", harness.pcapng([harness.udp(), harness.tcp(), harness.udp()])),
    ):
        outcome = command("read", write(folder, name, contents), *CSV)
        same((outcome.status, outcome.output, outcome.message), (0, ROWS, ""))


def test_a_capture_without_packets_is_good(command: Command, folder: pathlib.Path) -> None:
    outcome = command("read", write(folder, "a.pcap", harness.pcap([])))
    same((outcome.status, outcome.message), (0, ""))
    assert outcome.output.startswith(b"Empty DataFrame\n"), outcome.output


def test_frames_of_which_none_is_decoded_are_told(command: Command, folder: pathlib.Path) -> None:
    user = write(folder, "user.pcap", harness.pcap([harness.udp(), harness.tcp()], 147))
    text = "pcapframe: warning: " + str(user) + ": 2 frames, none decoded: link type 147 (USER0) is not known\n"
    outcome = command("read", user, *CSV)
    same((outcome.status, outcome.output, outcome.message), (0, b"src_port,protocol\n", text))
    same(command("read", user, "--all-frames").message, "")
    arp = write(folder, "arp.pcap", harness.pcap([harness.ethernet(0x0806, bytes(28))], 1))
    outcome = command("read", arp)
    same(outcome.status, 0)
    has(outcome.message, "1 frame, not decoded to IP (link type 1 (ETHERNET)); all frames as rows: --all-frames")
    same(command("read", arp, "--protocol", "udp").message, "")
    same(command("read", arp, "--filter", "udp").message, "")


def test_nanoseconds_under_the_magic_number_of_microseconds_are_told(command: Command, folder: pathlib.Path) -> None:
    contents = bytearray(harness.pcap([harness.udp()] * 3))
    size = 16 + len(harness.udp())
    for i in range(3):
        contents[24 + i * size + 4:24 + i * size + 8] = (999_000_000 - i).to_bytes(4, "little")
    late = write(folder, "late.pcap", bytes(contents))
    outcome = command("read", late, *CSV)
    same((outcome.status, outcome.output), (0, b"src_port,protocol\n" + b"53,udp\n" * 3))
    has(outcome.message, "they seem to be nanoseconds, though the file says microseconds")
    has(outcome.message, "first four bytes have to be 4d 3c b2 a1 instead")
    told = "3 of the first 3 sub-second fields are 1000000 or more"
    has(command("info", late).output.decode(), "times            " + told)
    has(command("info", "--json", late).output.decode(), '"odd_times":"' + told)
    contents[:4] = bytes.fromhex("4d3cb2a1")
    same(command("read", write(folder, "right.pcap", bytes(contents)), *CSV).message, "")


def test_filters_that_can_match_nothing_are_told(command: Command, folder: pathlib.Path) -> None:
    capture = write(folder, "a.pcap", GOOD)
    ethernet = write(folder, "e.pcap", harness.pcap([harness.ethernet(0x0800, harness.udp())], 1))
    for expression in ("ip6 and tcp[tcpflags] != 0", "ip and ip6", "ip[0] > 300"):
        for path in (capture, ethernet):
            outcome = command("read", path, "--filter", expression)
            same(outcome.status, 0)
            has(outcome.message, f"warning: the filter '{expression}' can match no packet of link type ")
        outcome = command("filter", "--explain", expression)
        same(outcome.status, 0)
        has(outcome.message, f"warning: the filter '{expression}' can match no packet of link type ETHERNET")
    has(command("filter", "--explain", "ip6 and tcp[13] != 0").message, "are looked for in IPv4 only")
    same(command("filter", "--explain", "tcp[13] != 0").message, "")
    has(command("filter", "ip[0] > 300").message, "can match no packet")


def test_compressed_files_are_read(command: Command, folder: pathlib.Path) -> None:
    plain = harness.pcap([harness.udp(bytes([n]) * 30) for n in range(200)])
    wanted = command("read", write(folder, "a.pcap", plain), "--format", "csv").output
    # The name says nothing: "plain" is compressed.
    packed = write(folder, "plain", gzip.compress(plain))
    same(command("read", packed, "--format", "csv").output, wanted)
    same(command("read", "-", "--format", "csv", stdin=gzip.compress(plain)).output, wanted)
    shown = command("info", packed).output.decode()
    assert f"compression      gzip, {len(plain)} bytes unpacked\n" in shown, shown
    cut = command("read", write(folder, "cut.gz", gzip.compress(plain)[:-30]), "--format", "csv")
    same(cut.status, 3)
    assert wanted.startswith(cut.output) and "of the compressed file" in cut.message, cut.message


def test_what_is_not_unpacked_says_how_to_pipe_it(command: Command, folder: pathlib.Path) -> None:
    refused(
        command("read", write(folder, "a.pcap.xz", b"\xfd7zXZ\0" + bytes(20))), "xz", "xzcat FILE | pcapframe read -"
    )
    refused(command("read", write(folder, "a.bz2", b"BZh9" + bytes(20))), "bzip2", "bzcat FILE | pcapframe read -")
    refused(command("read", write(folder, "a.zip", b"PK\x03\x04" + bytes(20))), "zip", "unzip -p FILE")


def test_foreign_files(command: Command, folder: pathlib.Path) -> None:
    refused(command("read", write(folder, "a.cap", b"XCP\0" + bytes(20))), "a.cap", "Sniffer", "convert")
    refused(
        command("read", write(folder, "notes.txt", b"hello world\n")),
        "notes.txt",
        "neither pcap nor pcapng",
        "0x68656c6c",
    )
    refused(command("read", write(folder, "empty.pcap", b"")), "empty.pcap", "is empty")
    refused(
        command("read", write(folder, "a.pcap", GOOD[:4] + b"\x03\x00" + GOOD[6:])), "pcap version 3.4 is not known"
    )


def test_foreign_input_on_standard_input(command: Command, folder: pathlib.Path) -> None:
    for words in ((), CSV, ("--format", "jsonl")):
        refused(command("read", "-", *words, stdin=b"hello world\n"), "standard input", "neither pcap nor pcapng")
        refused(command("read", "-", *words, stdin=b"\x1f\x8b\x08" + bytes(20)), "standard input", "gzip")
        refused(command("read", "-", *words, stdin=b""), "standard input", "is empty")


def test_paths_that_cannot_be_read(command: Command, folder: pathlib.Path) -> None:
    refused(command("read", folder / "missing.pcap"), "missing.pcap", "cannot be opened", os.strerror(2))
    refused(command("read", folder), str(folder)[-20:], "is a directory")
    refused(command("read", folder / "*.pcap"), "*.pcap", "no file matches")
    if os.geteuid() != 0:
        secret = write(folder, "secret.pcap", GOOD)
        secret.chmod(0)
        refused(command("read", secret), "secret.pcap", "cannot be opened", os.strerror(13))


def test_the_rows_of_good_files_come_beside_the_errors_of_bad_ones(command: Command, folder: pathlib.Path) -> None:
    good = write(folder, "a.pcap", GOOD)
    bad = write(folder, "b.txt", b"hello world\n")
    for words, told in (([good, bad, good], "b.txt"), ([good, folder / "missing", good], "missing"),
                        ([bad, good, good], "b.txt"), ([folder / "*.none", good, good], "*.none")):
        outcome = command("read", *words, *CSV)
        same((outcome.status, outcome.output), (1, ROWS + ROWS.split(b"\n", 1)[1]))
        has(outcome.message, told)
        same(outcome.message.count("\n"), 1)
        same(command("read", *words, "-o", folder / "out.pcap").status, 1)
        same(command("count", folder / "out.pcap").output, b"%d\n" % (2 * (len(ROWS.splitlines()) - 1)))
        same(command("plot", *words, "-o", folder / "out.svg").status, 1)
    refused(command("read", bad, *CSV), "b.txt")


def test_output_that_cannot_be_written(command: Command, folder: pathlib.Path) -> None:
    good = write(folder, "a.pcap", GOOD)
    refused(command("read", good, "-o", folder / "no" / "out.csv"), "out.csv", "cannot be written")
    if pathlib.Path("/dev/full").exists():
        refused(command("read", good, "--format", "csv", "-o", "/dev/full"), "/dev/full", "cannot be written")


def test_wrong_usage_names_the_nearest_right_word(command: Command, folder: pathlib.Path) -> None:
    good = write(folder, "a.pcap", GOOD)
    wrong(command("read", good, "--protcol", "tcp"), "--protcol", "did you mean '--protocol'?")
    wrong(command("read", good, "--protocol", "tpc"), "unknown protocol 'tpc'", "did you mean 'tcp'?")
    wrong(command("read", good, "--protocol", "256"), "256", "from 0 to 255")
    wrong(command("read", good, "--columns", "time,src_prt"), "unknown column 'src_prt'", "did you mean 'src_port'?")
    wrong(command("read", good, "--columns", "time,time"), "time", "only once")
    wrong(command("read", good, "--format", "jsnl"), "unknown format 'jsnl'", "did you mean 'jsonl'?")
    wrong(command("raed", good), "'raed' is neither a command nor a file", "did you mean 'read'?")
    wrong(command("info", "--jsn", good), "--jsn", "did you mean '--json'?")
    wrong(command("columns", "--jon"), "--jon", "did you mean '--json'?")


def test_wrong_usage_of_values(command: Command, folder: pathlib.Path) -> None:
    good = write(folder, "a.pcap", GOOD)
    for count in ("0", "-1", "x", "1.5", "", "99999999999999999999999"):
        wrong(command("read", good, "-c", count), f"'{count}' is not a number of rows")
    wrong(command("read", good, "-c"), "'-c' needs a value")
    wrong(command("read", good, "--protocol="), "--protocol", "needs a value")
    wrong(command("read", good, "--columns="), "--columns", "needs a value")
    wrong(command("read", good, "--payload=yes"), "'--payload' takes no value")
    wrong(command("read"), "name a capture file")
    wrong(command("info"), "name one or more capture files")
    wrong(command("columns", good), "no operands")
    wrong(command("read", ""), "the path is empty")


def test_no_command_shows_the_help(command: Command, folder: pathlib.Path) -> None:
    outcome = command()
    same((outcome.status, outcome.message), (2, ""))
    same(outcome.output, command("--help").output)


def test_damaged_files_give_the_rows_before_the_damage(command: Command, folder: pathlib.Path) -> None:
    last = len(GOOD) - 16 - len(harness.udp(b"c"))
    for cut in (1, 10, len(harness.udp(b"c")), len(harness.udp(b"c")) + 5):
        path = write(folder, "cut.pcap", GOOD[:-cut])
        for outcome in (command("read", path, *CSV), command("read", "-", *CSV, stdin=GOOD[:-cut])):
            same((outcome.status, outcome.output), (3, b"src_port,protocol\n53,udp\n49153,tcp\n"))
            same(outcome.message.count("\n"), 1)
            has(outcome.message, f"warning: ")
            has(outcome.message, f"at byte {last}: ")
    outcome = command("info", path)
    same(outcome.status, 3)
    has(outcome.output.decode(), f"at byte {last}: ")


def test_a_file_cut_in_its_header(command: Command, folder: pathlib.Path) -> None:
    outcome = command("read", write(folder, "cut.pcap", GOOD[:20]), *CSV)
    same((outcome.status, outcome.output), (3, b"src_port,protocol\n"))
    has(outcome.message, "the pcap file header is cut: 24 bytes needed, 20 there")


def test_damage_in_one_of_several_files(command: Command, folder: pathlib.Path) -> None:
    cut = write(folder, "a.pcap", GOOD[:-1])
    good = write(folder, "b.pcap", GOOD)
    outcome = command("read", cut, good, cut, *CSV)
    same((outcome.status, len(outcome.lines())), (3, 1 + 2 + 3 + 2))
    same(outcome.message.count("warning: "), 2)


def test_rows_that_were_asked_for_before_the_damage(command: Command, folder: pathlib.Path) -> None:
    outcome = command("read", write(folder, "a.pcap", GOOD[:-1]), *CSV, "-c", "1")
    same((outcome.status, outcome.output), (0, b"src_port,protocol\n53,udp\n"))


if __name__ == "__main__":
    sys.exit(harness.main(dict(globals())))
