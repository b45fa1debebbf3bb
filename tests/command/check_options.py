#!/usr/bin/env python3
"""The list of options is the only one: a row that is put into a copy of it is found in C++, catalogs, the C interface,
flags, splits and the identity of persisted copies; and every row of it in the help of the commands that have it."""

from __future__ import annotations

import os
import pathlib
import re
import subprocess
import sys

import harness
from harness import Command, has, same

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIST = ROOT / "include/pcapframe/source/option_list.hpp"
ROW = '    X(odd_only, bool, false, flag, packets, "odd_only", "--odd-only", "", "every other packet") \\\n'
MEMBERS = "#define PCAPFRAME_SHARED_OPTIONS(X)"

PROGRAM = r"""
#include <cstdio>
#include <string>

#include <pcapframe/live.hpp>
#include <pcapframe/source/split.hpp>

#include "abi/pcapframe.cpp"
#include "read_flags.hpp"

using namespace pcapframe;

void say(const char* what, bool holds) { std::printf("%s: %s\n", what, holds ? "yes" : "no"); }

int main(int, char** argv) {
    const read_options one{.odd_only = true};
    say("live options", live_options{.odd_only = true}.odd_only);

    pcapframe::read_request request{.paths = {argv[1]}};
    say("catalog", bool(set_argument(request, "odd_only", yaml::node::from(true))) && request.options == one);
    say("catalog refuses", !set_argument(request, "odd_only", yaml::node::from(std::string_view("maybe"))));
    say("written to a catalog", entry_text("a", pcap_entry(request)).find("odd_only: true") != std::string::npos);
    request.live.interface = "lo";
    say("live entry", live_options_of(request).odd_only);

    ArrowArrayStream stream{};
    const char* const right[] = {"odd_only", "true", nullptr};
    const char* const wrong[] = {"odd_only", "maybe", nullptr};
    pcapframe_error why{};
    const bool opened = pcapframe_open(argv[1], right, &stream, &why) == 0;
    say("C interface", opened);
    if (opened) stream.release(&stream);
    say("C interface refuses", pcapframe_open(argv[1], wrong, &stream, &why) == PCAPFRAME_BAD_REQUEST);
    std::printf("%s\n", why.message);

    std::size_t listed = 0;
    while (pcapframe_option_at(listed) != nullptr && std::string(pcapframe_option_at(listed)->name) != "odd_only")
        ++listed;
    say("C list", pcapframe_option_at(listed) != nullptr && std::string(pcapframe_option_at(listed)->kind) == "flag");

    for (const option_spec& flag : read_flags)
        if (flag.name == "--odd-only") std::printf("flag: %s\n", std::string(flag.help).c_str());

    const auto splits = plan_splits(argv[1], 1 << 20, one);
    const std::string line = splits ? write_split(splits->front()) : std::string();
    std::printf("%s\n", line.c_str());
    const auto parsed = parse_split(line);
    say("split", parsed && parsed->options == one);

    const auto source = open_pcap(argv[1], one);
    const auto identity = detail::identify(*source);
    say("identity", identity && identity->request.find("odd_only=4:true") != std::string::npos);
}
"""
SAID = ("live options", "catalog", "catalog refuses", "written to a catalog", "live entry", "C interface",
        "C interface refuses", "C list", "split", "identity")

#: The effects of the options that a command has a use for.
COMMANDS = {
    "read": ("packets", "order", "columns", "chunks", "speed", "capture"),
    "catalog": ("packets", "order", "columns", "chunks", "speed", "capture"),
    "export": ("packets", "order", "columns", "speed"),
    "plot": ("packets", "order"),
    "plan": ("packets", "columns"),
}


def test_an_option_more_is_found_everywhere(command: Command, folder: pathlib.Path) -> None:
    text = LIST.read_text()
    begin = text.index("\n", text.index(MEMBERS)) + 1
    changed = folder / "include" / LIST.relative_to(ROOT / "include")
    changed.parent.mkdir(parents=True)
    changed.write_text(text[:begin] + ROW + text[begin:])
    source = harness.write(folder, "more.cpp", PROGRAM.encode())
    compiler = os.environ.get("CXX", "c++").split()
    subprocess.run([*compiler, "-std=c++20", "-O0", "-pthread", "-I", folder / "include", "-I", ROOT / "include",
                    "-I", ROOT / "src", "-I", ROOT / "src/abi", source, "-o", folder / "more"], check=True)
    done = subprocess.run([folder / "more", ROOT / "tests/data/local.pcap"], capture_output=True, text=True, check=True)
    for what in SAID:
        has(done.stdout, f"{what}: yes\n")
    has(done.stdout, "'odd_only=maybe' is not true or false\n")
    has(done.stdout, "flag: every other packet\n")
    has(done.stdout, '"options":{"odd_only":"true"}')


def test_every_option_is_in_the_help_of_its_commands(command: Command, folder: pathlib.Path) -> None:
    rows = re.findall(r'X\((\w+), .*?, (\w+), (\w+), "(\w+)", "(-[-\w]*)", "([^"]*)",\s*\\?\s*"([^"]*)"\)',
                      LIST.read_text())
    same(len(rows) > 8, True)
    for name, effects in COMMANDS.items():
        shown = command(name, "--help").output.decode()
        for _, _, effect, _, flag, value, meaning in rows:
            # A flag may have a short name in front: "-s, --snaplen".
            words = rf"(?:-\w, )?{flag}{' ' + value if value else ''}"
            is_there = re.search(rf"^  {words}\s+{re.escape(meaning)}$", shown, re.M)
            same((name, flag, is_there is not None), (name, flag, effect in effects))


def test_a_filter_in_the_words_of_every_command(command: Command, folder: pathlib.Path) -> None:
    local = ROOT / "tests/data/local.pcap"
    catalog = harness.write(folder, "c.yml", f"sources: {{a: {{driver: pcap, args: {{urlpath: '{local}', "
                                             "filter: 'udp'}}}\n".encode())
    wanted = command("read", local, "--protocol", "udp", "--format", "csv").output
    same(len(wanted.splitlines()), 12)
    same(command("read", local, "--format", "csv", "--", "udp").output, wanted)
    again = ("--filter", "udp and ip or ip6 and udp")
    same(command("read", "--catalog", catalog, "a", *again, "--format", "csv").output, wanted)
    for i, words in enumerate(([local, "--filter", "udp"], [local, "--protocol", "udp"], ["--catalog", catalog, "a"])):
        outcome = command("export", *words, folder / f"out{i}", "--format", "csv")
        same((outcome.status, outcome.message), (0, f"pcapframe: {folder}/out{i}: 11 rows in 1 file\n"))
        same((folder / f"out{i}" / "part-00000.csv").read_bytes(), wanted)
    outcome = command("export", local, folder / "last", "--", "udp", "and", "not", "port", "9")
    has(outcome.message, "11 rows in 1 file")
    same(command("export", local, "--", "udp").status, 2)
    line = command("plan", local, "-c", "5", "--", "udp").output.decode()
    same(len(command("read", "--split", line, "--format", "csv").output.splitlines()), 6)
    same(len(command("read", "--split", line, "-c", "3", "--format", "csv").output.splitlines()), 4)
    for words in (["export", local, folder / "no"], ["plan", local], ["plot", local, "-o", folder / "x.svg"],
                  ["info", local], ["read", local]):
        outcome = command(*words, "--filter", "tcp prt 80")
        same(outcome.status, 2)
        has(outcome.message, "'prt' stands where")


if __name__ == "__main__":
    sys.exit(harness.main(globals()))
