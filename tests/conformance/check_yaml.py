#!/usr/bin/env python3
"""The YAML reader against PyYAML: the same value or a refusal, never another value.

Over every YAML and JSON file of the machine, over generated documents, over mutations of both, and over every short
text of a few characters that matter. What the writer makes of each value must read back as the same, here and in
PyYAML. By default some of each.
"""

from __future__ import annotations

import argparse
import collections
import datetime
import itertools
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Iterator

try:
    import yaml
except ImportError:
    yaml = None

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import common
import yaml_documents

BUILD = pathlib.Path(os.environ.get("PCAPFRAME_BUILD_ROOT", common.REPOSITORY / "build")) / "yaml-check"
FILE_BYTES_MAX = 256 << 10
BATCH = 500
SHOWN = 20
TAG = re.compile(rb"(?<=[\s\[,])!\S+ ?")

# Reads documents ("LENGTH\n" and that many bytes each); a line of JSON for each: its value and its text as written, or
# what is wrong with it.
DRIVER = common.YAML_AS_JSON + r"""
#include <memory>

int main() {
    unsigned long size = 0;
    while (std::scanf("%lu", &size) == 1) {
        std::getchar();
        const std::unique_ptr<char[]> bytes(new char[size]);
        if (std::fread(bytes.get(), 1, size, stdin) != size) return 1;
        const yaml::document read = yaml::read({bytes.get(), size});
        if (!read) {
            const pcapframe::problem& first = read.problems.front();
            const std::string text = json(std::string_view(first.reason));
            std::printf("{\"e\":%s,\"line\":%u}\n", text.c_str(), first.at.line);
            continue;
        }
        const std::string written = yaml::write(read.root);
        const yaml::document again = yaml::read(written);
        std::printf("{\"v\":%s,\"w\":%s,\"same\":%d}\n", json(read.root).c_str(),
                    json(std::string_view(written)).c_str(), again && yaml::same(read.root, again.root));
    }
}
"""


class Unlike(Exception):
    """PyYAML read something that is no value of ours: bytes, a set."""


def plain(value: object, depth: int = 0) -> object:
    """What PyYAML read, in the shape in which the driver tells values."""
    if depth > 200:
        raise Unlike("recursive")
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return {"i": str(value)}
    if isinstance(value, float):
        return {"f": value.hex()}
    if isinstance(value, str):
        return {"s": value}
    if isinstance(value, datetime.date):
        return {"t": str(value)}
    if isinstance(value, list):
        return {"l": [plain(item, depth + 1) for item in value]}
    if isinstance(value, dict):
        return {"m": [plain(item, depth + 1) for pair in value.items() for item in pair]}
    raise Unlike(type(value).__name__)


def normal(value: object) -> object:
    """The driver's value with numbers in Python's spelling."""
    if isinstance(value, dict) and "f" in value:
        return {"f": float.fromhex(value["f"].replace("-nan", "nan")).hex()}
    if isinstance(value, dict) and ("l" in value or "m" in value):
        return {key: [normal(item) for item in items] for key, items in value.items()}
    return value


def pyyaml(text: bytes) -> tuple[str, object]:
    """("value", value), ("unlike", its type) or ("refused", why), without the tag that intake takes off first."""
    try:
        return "value", plain(yaml.safe_load(text.replace(b"!template ", b"")))
    except Unlike as what:
        return "unlike", str(what)
    except (yaml.YAMLError, ValueError, RecursionError, TypeError, OverflowError) as why:
        return "refused", f"{type(why).__name__}: {why}".replace("\n", " ")[:200]


class Comparison:
    """One set of documents: what came of them."""

    def __init__(self, name: str, driver: pathlib.Path):
        self.name = name
        self.driver = driver
        self.counts: collections.Counter[str] = collections.Counter()
        self.reasons: collections.Counter[str] = collections.Counter()
        self.wrong: list[str] = []

    def run(self, documents: Iterable[tuple[str, bytes]]) -> None:
        waiting = iter(documents)
        while batch := list(itertools.islice(waiting, BATCH)):
            stream = b"".join(b"%d\n%s" % (len(text), text) for _, text in batch)
            done = subprocess.run([str(self.driver)], input=stream, capture_output=True, check=False)
            answers = done.stdout.decode().split("\n")[:-1]
            if done.returncode != 0 or len(answers) != len(batch):
                self.wrong.append(f"the driver failed at document {len(answers)} of a batch: {batch[len(answers)]!r}")
                return
            for (label, text), answer in zip(batch, answers, strict=True):
                self.compare(label, text, json.loads(answer))

    def compare(self, label: str, text: bytes, ours: dict) -> None:
        kind, theirs = pyyaml(text)
        self.counts["documents"] += 1
        if kind != "refused":
            self.counts["read by PyYAML"] += 1
        if "e" in ours:
            self.counts["refused by both" if kind == "refused" else "refused by us alone"] += 1
            if kind != "refused":
                self.reasons[re.sub(r"'[^']*(?:''[^']*)*'", "'...'", ours["e"])] += 1
            return
        value = normal(ours["v"])
        if kind != "value" or value != theirs:
            self.wrong.append(f"{label}: {text[:300]!r}\n    ours   {json.dumps(value)[:300]}\n"
                              f"    theirs {kind} {json.dumps(theirs)[:300]}")
            return
        self.counts["same value"] += 1
        if not ours["same"] or pyyaml(ours["w"].encode()) != ("value", value):
            self.wrong.append(f"{label}: {text[:300]!r} is written as {ours['w'][:300]!r}, which reads as another "
                              "value")

    def report(self, reasons: int) -> None:
        read = self.counts["read by PyYAML"]
        refused = self.counts["refused by us alone"]
        rate = f"{100 * refused / read:.2f} %" if read else "-"
        print(f"{self.name}: {self.counts['documents']} documents, {read} read by PyYAML; same value "
              f"{self.counts['same value']}, refused by us alone {refused} ({rate}), refused by both "
              f"{self.counts['refused by both']}, wrong {len(self.wrong)}", flush=True)
        for reason, count in self.reasons.most_common(reasons):
            print(f"    {count:6} {reason}")
        for wrong in self.wrong[:SHOWN]:
            print(f"wrong: {wrong}")


def machine_files(roots: list[str], suffixes: tuple[str, ...], most: int) -> Iterator[tuple[str, bytes]]:
    """Files by their suffix, each content once."""
    seen: set[bytes] = set()
    for root in roots:
        for folder, folders, names in os.walk(root):
            folders[:] = sorted(name for name in folders if name not in (".git", "proc", "sys"))
            for name in sorted(names):
                path = pathlib.Path(folder) / name
                if not name.endswith(suffixes) or not path.is_file() or path.stat().st_size > FILE_BYTES_MAX:
                    continue
                try:
                    content = path.read_bytes()
                except OSError:
                    continue
                if content not in seen and len(seen) < most:
                    seen.add(content)
                    yield str(path), content


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--command", help="not needed; the reader is driven by a program of its own")
    parser.add_argument("--generated", type=int, default=4000 if common.everything() else 1000,
                        help="documents to generate")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json-files", type=int, default=300 if common.everything() else 50,
                        help="how many JSON files to read at most")
    parser.add_argument("--roots", nargs="*", default=sorted({
        "/usr", "/etc", "/opt", "/home", str(pathlib.Path.home()), sysconfig.get_paths()["purelib"],
        str(common.REPOSITORY.parent / "shared")}), help="where to look for files")
    return parser.parse_args()


def main() -> int:
    options = arguments()
    if yaml is None:
        common.skip("no PyYAML (Debian: python3-yaml)")
    driver = common.build_driver(BUILD, DRIVER)
    files = list(machine_files(options.roots, (".yml", ".yaml"), 1 << 20))
    chosen = random.Random(options.seed)
    most = 1500 if common.everything() else 300
    some = [files[i] for i in sorted(chosen.sample(range(len(files)), min(len(files), most)))]
    small = [(label, text) for label, text in some if len(text) < 2000]
    step = 1 if common.everything() else 7
    sets = {
        "YAML files": files,
        "YAML files without their tags": [(label, TAG.sub(b"", text)) for label, text in files if TAG.search(text)],
        "JSON files": machine_files(options.roots, (".json",), options.json_files),
        "generated": yaml_documents.generated(options.seed, options.generated),
        "mutated files": yaml_documents.mutated(options.seed, small),
        "every short text": itertools.islice(yaml_documents.short_texts(), 0, None, step),
        "every short scalar": itertools.islice(yaml_documents.short_scalars(), 0, None, step),
        "typed scalars": yaml_documents.typed_scalars(options.seed, options.generated),
        "random texts": yaml_documents.random_texts(options.seed, options.generated),
    }
    wrong = 0
    for name, documents in sets.items():
        comparison = Comparison(name, driver)
        comparison.run(documents)
        comparison.report(reasons=12)
        wrong += len(comparison.wrong)
    print(f"{wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
