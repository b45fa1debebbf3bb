"""Builds the wheel and the source distribution of the Python package (PEP 517), with nothing but Python and a compiler.

The shared library is made of src/abi and include/ with libstdc++ inside, so that the wheel needs no more than the C
library; which one at least is read from the symbols that it asks for, and is in the wheel's name.
"""

from __future__ import annotations

import base64
import concurrent.futures
import csv
import hashlib
import io
import os
import pathlib
import platform
import re
import shlex
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src/python/pcapframe"
FLAGS = ["-std=c++20", "-O2", "-DNDEBUG", "-fPIC", "-fvisibility=hidden", "-ffunction-sections", "-fdata-sections",
         "-pthread"]
LINK = ["-shared", "-pthread", "-static-libstdc++", "-static-libgcc", "-Wl,--gc-sections", "-Wl,-s",
        "-Wl,--version-script=src/abi/exports.map", "-Wl,-soname,libpcapframe.so"]
# What every Linux with this C library has: the list of PEP 600's policies, as far as it is needed here.
ALLOWED = {"libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2", "librt.so.1"}
# Of the source distribution: what the library and the package are made of.
SOURCES = ("LICENSE", "include/pcapframe", "src/abi", "src/python")
SIZE_MAX = 2_000_000
# Files of one version are the same to the byte, whenever they are built: the first second that zip knows.
EPOCH = (1980, 1, 1, 0, 0, 0)

CLASSIFIERS = """\
Classifier: Development Status :: 4 - Beta
Classifier: Intended Audience :: Science/Research
Classifier: License :: OSI Approved :: MIT License
Classifier: Operating System :: POSIX :: Linux
Classifier: Programming Language :: Python :: 3
Classifier: Topic :: System :: Networking :: Monitoring
Classifier: Typing :: Typed
"""
ENTRY_POINTS = """\
[intake.drivers]
pcap = pcapframe.intake_driver:PCAPSource
pcapframe_table = pcapframe.intake_driver:TableSource

[intake.imports]
pcapframe = pcapframe.intake_reader
"""


def version() -> str:
    text = (ROOT / "include/pcapframe/base/version.hpp").read_text()
    found = re.search(r'version\[\] = "([\d.]+)"', text)
    if found is None:
        raise SystemExit("no version in include/pcapframe/base/version.hpp")
    return found[1]


def metadata() -> str:
    about = (ROOT / "src/python/README.md").read_text()
    return (f"Metadata-Version: 2.1\nName: pcapframe\nVersion: {version()}\n"
            "Summary: Packet captures as dataframes: pcap and pcapng to pandas, Polars, DuckDB and Arrow\n"
            f"License: MIT\nRequires-Python: >=3.9\n{CLASSIFIERS}"
            f"Description-Content-Type: text/markdown\n\n{about}")


# The library.


def build_library(folder: pathlib.Path) -> pathlib.Path:
    """Compiles the library, as many files at a time as there are processors; CXX and CXXFLAGS are obeyed."""
    compiler = shlex.split(os.environ.get("CXX", "g++"))
    flags = [*FLAGS, *shlex.split(os.environ.get("CXXFLAGS", "")), "-I", "include"]

    def compile_one(source: pathlib.Path) -> pathlib.Path:
        made = folder / f"{source.stem}.o"
        command = [*compiler, *flags, "-c", str(source.relative_to(ROOT)), "-o", str(made)]
        subprocess.run(command, cwd=ROOT, check=True)
        return made

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        objects = list(pool.map(compile_one, sorted((ROOT / "src/abi").glob("*.cpp"))))
    library = folder / "libpcapframe.so"
    subprocess.run([*compiler, *map(str, objects), *LINK, "-o", str(library)], cwd=ROOT, check=True)
    return library


def _dynamic(library: pathlib.Path, option: str) -> str:
    done = subprocess.run(["readelf", option, "-W", str(library)], check=True, capture_output=True, text=True)
    return done.stdout


def platform_tag(library: pathlib.Path) -> str:
    """The oldest C library that has all symbols that are asked for: "manylinux_2_34_x86_64". A library that needs more
    than the C library is for this machine alone."""
    needed = set(re.findall(r"\(NEEDED\).*\[(.+)\]", _dynamic(library, "-d")))
    others = {name for name in needed - ALLOWED if not name.startswith("ld-linux")}
    machine = platform.machine()
    if others or sys.platform != "linux":
        print(f"build_wheel: needs {', '.join(sorted(others))}: a wheel for this machine alone", file=sys.stderr)
        return f"linux_{machine}"
    versions = re.findall(r"Name: GLIBC_2\.(\d+)", _dynamic(library, "-V"))
    return f"manylinux_2_{max(map(int, versions))}_{machine}"


# What type checkers know of the keywords.

PYTHON_TYPES = {"flag": "bool", "rows": "int", "bytes": "int", "count": "int", "time": "int", "seconds": "float",
                "names": "str | Sequence[str]"}


def option_types(library: pathlib.Path) -> str:
    """A module with the keywords of `open` and `live` and their types, from the library's list."""
    surroundings = {**os.environ, "PYTHONPATH": str(PACKAGE.parent), "PCAPFRAME_LIBRARY": str(library),
                    "PYTHONDONTWRITEBYTECODE": "1"}
    listed = subprocess.run(
        [sys.executable, "-c", "import pcapframe\nfor one in pcapframe.options(): print(*one[:2], one.applies)"],
        check=True, capture_output=True, text=True, env=surroundings).stdout
    lines = ['"""The keywords of `open` and `live`, for type checkers. Made from the library\'s list."""', "",
             "from __future__ import annotations", "", "from collections.abc import Sequence", "",
             "from typing_extensions import TypedDict", ""]
    groups = {"FileOptions": ("files", "both"), "LiveOptions": ("interfaces", "both"),
              "FlowOptions": ("files", "both", "flows")}
    for name, applies in groups.items():
        lines += ["", f"class {name}(TypedDict, total=False):"]
        for option, kind, applies_to in map(str.split, listed.splitlines()):
            if applies_to in applies and option != "interface":
                lines.append(f"    {option}: {PYTHON_TYPES.get(kind, 'str')} | None")
        lines.append("")
    return "\n".join(lines)


# Archives.


def python_files() -> dict[str, bytes]:
    found = {}
    for path in sorted(PACKAGE.iterdir()):
        if path.suffix in (".py", ".typed"):
            found[f"pcapframe/{path.name}"] = path.read_bytes()
    return found


def wheel_files(library: pathlib.Path, tag: str) -> dict[str, bytes]:
    info = f"pcapframe-{version()}.dist-info"
    files = python_files()
    files["pcapframe/_options.py"] = option_types(library).encode()
    files["pcapframe/libpcapframe.so"] = library.read_bytes()
    files[f"{info}/METADATA"] = metadata().encode()
    files[f"{info}/WHEEL"] = (f"Wheel-Version: 1.0\nGenerator: pcapframe ({version()})\nRoot-Is-Purelib: false\n"
                              f"Tag: {tag}\n").encode()
    files[f"{info}/entry_points.txt"] = ENTRY_POINTS.encode()
    files[f"{info}/LICENSE"] = (ROOT / "LICENSE").read_bytes()
    return files


def record(files: dict[str, bytes], name: str) -> bytes:
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    for path, contents in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(contents).digest()).rstrip(b"=").decode()
        rows.writerow([path, f"sha256={digest}", len(contents)])
    rows.writerow([name, "", ""])
    return text.getvalue().encode()


def write_wheel(library: pathlib.Path, folder: pathlib.Path) -> pathlib.Path:
    tag = f"py3-none-{platform_tag(library)}"
    files = wheel_files(library, tag)
    name = f"pcapframe-{version()}.dist-info/RECORD"
    files[name] = record(files, name)
    path = folder / f"pcapframe-{version()}-{tag}.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for inside, contents in files.items():
            entry = zipfile.ZipInfo(inside, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o755 if inside.endswith(".so") else 0o644) << 16
            archive.writestr(entry, contents)
    if path.stat().st_size > SIZE_MAX:
        raise SystemExit(f"{path}: {path.stat().st_size} bytes are more than {SIZE_MAX}")
    return path


def write_sdist(folder: pathlib.Path) -> pathlib.Path:
    name = f"pcapframe-{version()}"
    path = folder / f"{name}.tar.gz"
    files = {"PKG-INFO": metadata().encode()}
    project = (ROOT / "src/python/pyproject.toml").read_text()
    files["pyproject.toml"] = project.replace('backend-path = ["."]', 'backend-path = ["src/python"]').encode()
    for source in SOURCES:
        at = ROOT / source
        for one in [at] if at.is_file() else sorted(at.rglob("*")):
            if one.is_file() and "__pycache__" not in one.parts and one.suffix != ".so":
                files[one.relative_to(ROOT).as_posix()] = one.read_bytes()
    with tarfile.open(path, "w:gz") as archive:
        for inside, contents in files.items():
            entry = tarfile.TarInfo(f"{name}/{inside}")
            entry.size = len(contents)
            entry.mode = 0o755 if inside.endswith("/build_wheel") else 0o644
            archive.addfile(entry, io.BytesIO(contents))
    return path


# The functions that pip calls.


def build_wheel(wheel_directory: str, config_settings: object = None, metadata_directory: str | None = None) -> str:
    with tempfile.TemporaryDirectory(prefix="pcapframe-wheel-") as folder:
        library = build_library(pathlib.Path(folder))
        return write_wheel(library, pathlib.Path(wheel_directory)).name


def build_sdist(sdist_directory: str, config_settings: object = None) -> str:
    return write_sdist(pathlib.Path(sdist_directory)).name


def copy_stripped(library: pathlib.Path, folder: pathlib.Path) -> pathlib.Path:
    """A library that was built elsewhere, without what a wheel has no use for."""
    copy = folder / "libpcapframe.so"
    shutil.copyfile(library.resolve(), copy)
    subprocess.run(["strip", "--strip-unneeded", str(copy)], check=True)
    return copy
