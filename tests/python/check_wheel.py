#!/usr/bin/env python3
"""The wheel and the source distribution, and the wheel where nothing else is: no compiler, no other package."""

from __future__ import annotations

import base64
import csv
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile

import package

package.need()

import harness  # noqa: E402
from harness import Command, has, same  # noqa: E402

DIST = pathlib.Path(os.environ.get("PCAPFRAME_DIST", ""))
USE = """
import sys, pcapframe
source = pcapframe.open(sys.argv[1], protocol="udp", columns=["src_host", "dst_port"])
table = source.table()
print(pcapframe.__version__, len(table), table["src_host"][0], table["dst_port"][0])
print(sum(len(chunk) for chunk in pcapframe.open(sys.argv[1], chunksize=10)))
try:
    source.read()
except ModuleNotFoundError as why:
    print("no", why.name)
"""


def wheel() -> pathlib.Path:
    [path] = DIST.glob("*.whl")
    return path


def symbols(library: pathlib.Path) -> str:
    return subprocess.run(["readelf", "-V", "-d", "-W", library], capture_output=True, text=True, check=True).stdout


def test_its_name_says_what_it_needs(_: Command, folder: pathlib.Path) -> None:
    found = re.fullmatch(r"pcapframe-[\d.]+-py3-none-(manylinux_2_(\d+)|linux)_(\w+)\.whl", wheel().name)
    assert found, wheel().name
    with zipfile.ZipFile(wheel()) as archive:
        library = pathlib.Path(archive.extract("pcapframe/libpcapframe.so", folder))
    shown = symbols(library)
    newest = max(int(minor) for minor in re.findall(r"Name: GLIBC_2\.(\d+)", shown))
    needed = set(re.findall(r"\(NEEDED\).*\[(.+)\]", shown))
    if found[1].startswith("manylinux"):
        same(int(found[2]), newest)
        same(sorted(name for name in needed if not re.match(r"(libc|libm|libpthread|libdl|ld-linux.*)\.so", name)), [])
        same("GLIBCXX" in shown, False)
    same(wheel().stat().st_size < 2_000_000, True)
    exported = subprocess.run(["nm", "-D", "--defined-only", library], capture_output=True, text=True, check=True)
    same([line for line in exported.stdout.splitlines() if not line.split()[-1].startswith("pcapframe_")], [])


def test_its_record_is_right(_: Command, __: pathlib.Path) -> None:
    with zipfile.ZipFile(wheel()) as archive:
        [name] = [name for name in archive.namelist() if name.endswith("/RECORD")]
        rows = {row[0]: row[1:] for row in csv.reader(archive.read(name).decode().splitlines())}
        same(sorted(rows), sorted(archive.namelist()))
        for inside, (digest, size) in rows.items():
            if inside == name:
                continue
            contents = archive.read(inside)
            made = base64.urlsafe_b64encode(hashlib.sha256(contents).digest()).rstrip(b"=").decode()
            same((digest, int(size)), (f"sha256={made}", len(contents)))
        has(archive.read(name.replace("RECORD", "entry_points.txt")).decode(), "pcap = pcapframe.intake_driver:PCAP")
        same("pcapframe/py.typed" in rows, True)
        same("Requires-Dist" in archive.read(name.replace("RECORD", "METADATA")).decode(), False)


def test_it_works_without_anything_else(_: Command, folder: pathlib.Path) -> None:
    """In an empty folder, with a PATH on which there is no compiler, as a user who has installed the wheel."""
    empty = folder / "empty"
    empty.mkdir()
    surroundings = {"PATH": str(empty), "HOME": str(empty)}
    same(shutil.which("g++", path=str(empty)), None)
    done = subprocess.run([sys.executable, "-c", USE, package.LOCAL], cwd=empty, env=surroundings, capture_output=True,
                          text=True, check=False)
    same(done.stderr, "")
    same(done.stdout.splitlines()[1:], [str(package.ROWS), "no pandas"])
    has(done.stdout, " 11 192.0.2.10 53\n")


def test_type_checkers_know_the_keywords(_: Command, __: pathlib.Path) -> None:
    import pcapframe

    with zipfile.ZipFile(wheel()) as archive:
        text = archive.read("pcapframe/_options.py").decode()
    for name, applies in (("FileOptions", "files"), ("LiveOptions", "interfaces")):
        body = text.split(f"class {name}(")[1].split("class ")[0]
        listed = [one.name for one in pcapframe.options() if one.applies in (applies, "both")]
        same(re.findall(r"^    (\w+): ", body, re.MULTILINE), [one for one in listed if one != "interface"])
    same("    payload: bool | None\n" in text, True)


def test_the_source_distribution_builds(_: Command, folder: pathlib.Path) -> None:
    """What pip makes of it where there is a compiler; without optimization, which takes most of the time."""
    [path] = DIST.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = archive.getnames()
    same([name for name in names if "/tests/" in name or name.endswith((".o", ".so", ".pyc"))], [])
    if shutil.which(os.environ.get("CXX", "g++").split()[0]) is None:
        print("skipped: no compiler")
        return
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-index"]
    subprocess.run([*pip, "-w", folder, path], check=True, env={**os.environ, "CXXFLAGS": "-O0"})
    target = folder / "installed"
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", target]
    subprocess.run([*install, *folder.glob("*.whl")], check=True)
    shown = subprocess.run([sys.executable, "-c", USE, package.LOCAL], env={**os.environ, "PYTHONPATH": str(target)},
                           cwd=folder, capture_output=True, text=True, check=True).stdout
    has(shown, " 11 192.0.2.10 53\n")


if __name__ == "__main__":
    if not DIST.is_dir() or not list(DIST.glob("*.whl")):
        print("skipped: no wheel: tests/python/run builds it")
        sys.exit(package.SKIPPED)
    sys.exit(harness.main(dict(globals())))
