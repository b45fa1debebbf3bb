"""What the benchmarks share: how programs are built, and how inputs are brought into the page cache."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

BENCH = Path(__file__).resolve().parent
ROOT = BENCH.parent
CXX = shlex.split(os.environ.get("CXX", "g++"))
CXX_FLAGS = ["-std=c++20", "-O2", "-DNDEBUG"]
OWN_FLAGS = ["-I", str(ROOT / "include"), "-pthread"]


def is_stale(target: Path, sources: list[Path]) -> bool:
    return not target.exists() or any(source.stat().st_mtime > target.stat().st_mtime for source in sources)


def headers() -> list[Path]:
    return [*(ROOT / "include").rglob("*.hpp"), *(ROOT / "src").rglob("*.hpp")]


def compile_cpp(target: Path, sources: list[Path], extra: list[str], also: list[Path]) -> str:
    """Builds a program where it is not built yet from these sources and headers (`also`)."""
    command = [*CXX, *CXX_FLAGS, *map(str, sources), *extra, "-o", str(target)]
    record = target.with_suffix(".command")  # another compiler or other flags make another program
    if is_stale(target, sources + also) or not record.exists() or record.read_text() != shlex.join(command):
        print(f"building {target.name}", file=sys.stderr, flush=True)
        subprocess.run(command, check=True)
        record.write_text(shlex.join(command))
    return str(target)


def build_command(folder: Path) -> str:
    units = sorted((ROOT / "src/units").glob("*.cpp"))
    return compile_cpp(folder / "pcapframe", units, OWN_FLAGS, [*(ROOT / "src").glob("*.cpp"), *headers()])


def build_generator(folder: Path) -> str:
    return compile_cpp(folder / "generate", [BENCH / "generate.cpp"], [], [])


def warm(path: Path) -> None:
    """Brings a file into the page cache, as reading does.

    What was written lately is in the cache in single pages, which take twice as long to map as the larger ones that
    reading ahead makes; it would not be the same from run to run.
    """
    with path.open("rb", buffering=0) as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        while file.read(1 << 20):
            pass



def make_input(folder: Path, name: str, packets: int, file_format: str = "pcap") -> Path:
    """One of the fixed inputs, made by `build_generator` in this folder where it is not there yet."""
    generator = folder / "generate"
    path = folder / f"{name}-{packets}.{file_format}"
    if is_stale(path, [generator]):
        print(f"generating {path.name}", file=sys.stderr, flush=True)
        partial = path.with_suffix(".partial")
        subprocess.run([str(generator), name, str(partial), "--packets", str(packets), "--format", file_format],
                       check=True, stdout=subprocess.DEVNULL)
        partial.rename(path)
        os.sync()  # else the writing back of it would go on while others are timed
    return path
