"""What all conformance checks share: arguments, the list of captures, running the command, the report at the end."""

from __future__ import annotations

import argparse
import collections
import csv
import dataclasses
import fnmatch
import functools
import hashlib
import io
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable

import capture_file

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
CACHE = REPOSITORY / "build" / "conformance-cache"
SKIPPED = 77
SHOWN_PER_RULE = 3
SHOWN_PER_FILE = 3

# A payload in hexadecimal may be longer than what the csv module thinks is sane for one field.
csv.field_size_limit(1 << 30)


@dataclasses.dataclass
class Capture:
    """One file of the shared captures: its place, its name relative to them, and its manifest entry (empty for the
    files of intake-pcap, which the manifest leaves out)."""

    path: pathlib.Path
    name: str
    manifest: dict

    @property
    def compressed(self) -> bool:
        return "compressed" in self.manifest

    @functools.cached_property
    def contents(self) -> bytes:
        """The capture's bytes; those of a compressed file as the codec's own tool unpacks them."""
        if not self.compressed:
            return self.path.read_bytes()
        return subprocess.run(["zstd", "-dcq", self.path], capture_output=True, check=True).stdout


# For programs of build_driver: `json(node)` is a YAML value with its kind as one JSON value.
YAML_AS_JSON = r"""
#include <cstdio>
#include <string>
#include <pcapframe/catalog/yaml/yaml.hpp>
#include <pcapframe/export/jsonl.hpp>

namespace yaml = pcapframe::yaml;

std::string json(std::string_view text) {
    std::string out(6 * text.size() + 2, '\0');
    out.resize(static_cast<std::size_t>(pcapframe::write_json_string(out.data(), text) - out.data()));
    return out;
}

std::string json(const yaml::node& value) {
    char number[64];
    switch (value.kind) {
        case yaml::kind::null: return "null";
        case yaml::kind::boolean: return value.boolean ? "true" : "false";
        case yaml::kind::integer: return "{\"i\":\"" + std::to_string(value.integer) + "\"}";
        case yaml::kind::floating:
            std::snprintf(number, sizeof number, "{\"f\":\"%a\"}", value.floating);
            return number;
        case yaml::kind::time: return "{\"t\":" + json(std::string_view(value.text)) + "}";
        case yaml::kind::string: return "{\"s\":" + json(std::string_view(value.text)) + "}";
        default: break;
    }
    std::string out = value.is_mapping() ? "{\"m\":[" : "{\"l\":[";
    for (std::size_t i = 0; i < value.items.size(); ++i) out += (i == 0 ? "" : ",") + json(value.items[i]);
    return out + "]}";
}
"""


def everything() -> bool:
    """Whether long checks go over all that they have (`tests/run --all`), not over a sample."""
    return bool(os.environ.get("TEST_ALL"))


def arguments(description: str, sample: int = 0) -> argparse.Namespace:
    """The arguments of a check that goes over the shared captures: over `sample` of them, where that is not 0."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--command", type=pathlib.Path, required=True, help="the pcapframe binary")
    parser.add_argument("--captures", type=pathlib.Path, default=REPOSITORY.parent / "shared" / "captures")
    parser.add_argument("--only", default="*", help="check the captures whose name matches this glob")
    parser.add_argument("--sample", type=int, help=f"check this many captures, 0 for all (default: {sample})")
    options = parser.parse_args()
    options.command = options.command.resolve()
    if options.sample is None:
        options.sample = 0 if everything() or options.only != "*" else sample
    if not options.captures.is_dir():
        skip("no ../shared")
    return options


def skip(reason: str) -> None:
    print(f"skipped: {reason}")
    sys.exit(SKIPPED)


def build_driver(folder: pathlib.Path, program: str) -> pathlib.Path:
    """Compiles a C++ program that asks the library what a check wants to know, in a folder of the build."""
    compiler = os.environ.get("CXX", "g++").split()
    if shutil.which(compiler[0]) is None:
        skip(f"no {compiler[0]}")
    folder.mkdir(parents=True, exist_ok=True)
    source = folder / "driver.cpp"
    source.write_text(program)
    subprocess.run([*compiler, "-std=c++20", "-O1", "-I", str(REPOSITORY / "include"), str(source), "-o",
                    str(folder / "driver")], check=True)
    return folder / "driver"


def shared_captures(options: argparse.Namespace) -> list[Capture]:
    """Every capture of the manifest and of intake-pcap that `--only` names; with `--sample N` the N whose names have
    the smallest hashes, so that the choice is spread over the corpora and the same everywhere."""
    found = []
    for line in (options.captures / "MANIFEST.jsonl").read_text().splitlines():
        entry = json.loads(line)
        found.append(Capture(options.captures / entry["path"], entry["path"], entry))
    for path in sorted((options.captures / "intake-pcap").glob("*.pcap")):
        found.append(Capture(path, f"intake-pcap/{path.name}", {}))
    found = [capture for capture in found if fnmatch.fnmatch(capture.name, options.only)]
    if options.sample:
        found.sort(key=lambda capture: hashlib.sha256(capture.name.encode()).digest())
        found = sorted(found[:options.sample], key=lambda capture: capture.name)
    return found


def is_time_note(line: str) -> bool:
    return re.search(r"\d+ of the first \d+ sub-second fields are ", line) is not None


@dataclasses.dataclass
class Outcome:
    """What one run of the command gave: exit status (negative: killed by that signal), standard output and error."""

    status: int
    output: bytes
    message: str

    @property
    def warnings(self) -> list[str]:
        """What was said of damage."""
        return [line for line in self.message.splitlines() if line.strip() and not is_time_note(line)]

    @property
    def time_notes(self) -> list[str]:
        """What was said of sub-second fields that hold a second or more."""
        return [line for line in self.message.splitlines() if is_time_note(line)]

    def rows(self) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.output.decode(), newline="")))


def run(command: pathlib.Path, *words: str | pathlib.Path, stdin: bytes | None = None, timeout: float = 120) -> Outcome:
    done = subprocess.run([str(command), *map(str, words)], capture_output=True, timeout=timeout, check=False,
                          **({"stdin": subprocess.DEVNULL} if stdin is None else {"input": stdin}))
    return Outcome(done.returncode, done.stdout, done.stderr.decode(errors="replace"))


def read_csv(command: pathlib.Path, path: pathlib.Path, *words: str) -> Outcome:
    return run(command, "read", path, "--format", "csv", "--no-progress", *words)


@functools.cache
def column_names(command: pathlib.Path) -> tuple[str, ...]:
    """Every column that the command knows, in its own order."""
    return tuple(json.loads(line)["name"] for line in run(command, "columns", "--json").output.splitlines())


@dataclasses.dataclass
class Difference:
    """One cell in which the command and its oracle may differ. `row` and `frame` are both sides' whole records, as far
    as there are any, `record` and `data` the packet's place in the file and its bytes: for the predicates of rules."""

    file: str
    number: int | str
    column: str
    ours: str | None
    theirs: str | None
    row: dict = dataclasses.field(default_factory=dict)
    frame: dict = dataclasses.field(default_factory=dict)
    record: capture_file.Record | None = None
    data: bytes = b""

    def __str__(self) -> str:
        def shown(value: str | None) -> str:
            text = "null" if value is None else repr(value)
            return text if len(text) <= 80 else f"{text[:60]}... ({len(text)} characters)"

        return f"{self.file}, frame {self.number}, {self.column}: ours {shown(self.ours)}, theirs {shown(self.theirs)}"


@dataclasses.dataclass(frozen=True)
class Rule:
    """Explains a kind of difference: its name, the columns it is about (none: all), a predicate as narrow as the
    reason, and why the command is right to differ, or why neither is wrong."""

    name: str
    columns: tuple[str, ...]
    predicate: Callable[[Difference], bool]
    reason: str

    def applies(self, difference: Difference) -> bool:
        return (not self.columns or difference.column in self.columns) and self.predicate(difference)


class Report:
    """Counts what was compared, sorts differences into explained and unexplained ones, and prints both at the end."""

    def __init__(self, rules: tuple[Rule, ...] = (), whole: bool = True):
        self.rules = rules
        self.whole = whole
        self.counts: collections.Counter[str] = collections.Counter()
        self.explained: dict[str, list[Difference]] = {rule.name: [] for rule in rules}
        self.unexplained: list[Difference] = []
        self.lock = threading.Lock()

    def count(self, what: str, more: int = 1) -> None:
        with self.lock:
            self.counts[what] += more

    def differs(self, difference: Difference) -> None:
        rule = next((rule for rule in self.rules if rule.applies(difference)), None)
        with self.lock:
            (self.explained[rule.name] if rule else self.unexplained).append(difference)

    def compare(self, difference: Difference) -> None:
        self.count("cells")
        if difference.ours != difference.theirs:
            self.differs(difference)

    def print_unexplained(self) -> None:
        """The first few of each file and column, and how many there are by column."""
        shown: collections.Counter[tuple[str, str]] = collections.Counter()
        columns: collections.Counter[str] = collections.Counter()
        for difference in self.unexplained:
            columns[difference.column] += 1
            shown[difference.file, difference.column] += 1
            if shown[difference.file, difference.column] <= SHOWN_PER_FILE:
                print(f"difference: {difference}")
        for column, count in columns.most_common():
            print(f"unexplained in {column}: {count}")

    def finish(self) -> int:
        """Prints the differences and the counts; returns the exit status."""
        self.print_unexplained()
        for rule in self.rules:
            cases = self.explained[rule.name]
            print(f"rule {rule.name}: {len(cases)} differences. {rule.reason}")
            for case in cases[:SHOWN_PER_RULE]:
                print(f"    {case}")
            if not cases and self.whole:
                print("    unused")
        counted = ", ".join(f"{name} {count}" for name, count in self.counts.items())
        print(f"{counted or 'nothing'} compared")
        explained = sum(map(len, self.explained.values()))
        print(f"differences explained by rule {explained}, unexplained {len(self.unexplained)}")
        return 1 if self.unexplained or not self.counts else 0
