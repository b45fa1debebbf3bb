"""What the checks of this folder share: the engines, the captures, and the answer that they must all give."""

from __future__ import annotations

import importlib.util
import os
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "command"))
sys.path.insert(0, str(ROOT / "tests" / "interchange"))

ENGINES = ("pyarrow", "pandas", "polars", "duckdb", "dask", "distributed", "pyspark")
SHARED = ROOT.parent / "shared" / "captures"
EXAMPLES = ROOT / "src" / "examples"


def need() -> None:
    """Ends the script as skipped where not all engines are installed."""
    missing = [name for name in ENGINES if importlib.util.find_spec(name) is None]
    if missing:
        print(f"skipped: no {', '.join(missing)} (tests/interop/run brings all engines)")
        sys.exit(77)


def has_java() -> bool:
    """Whether Spark can run."""
    if shutil.which("java"):
        return True
    print("skipped: no Java, which Spark needs")
    return False


def captures(command: pathlib.Path) -> list[pathlib.Path]:
    """The shared files that are captures, where they are, and the one in this repository."""
    files = [path for path in sorted(SHARED.rglob("*")) if path.is_file()]
    if not files:
        print("skipped: no ../shared, only tests/data/local.pcap is read")
    readable = [path for path in files if plan_of(command, path).returncode == 0]
    return [ROOT / "tests/data/local.pcap", *readable]


def plan_of(command: pathlib.Path, *words: str | pathlib.Path) -> subprocess.CompletedProcess:
    return subprocess.run([command, "plan", *words], capture_output=True, check=False)


def read_to(command: pathlib.Path, path: pathlib.Path, *words: str | pathlib.Path) -> pathlib.Path:
    """Rows in a file, of whose captures some may be damaged."""
    done = subprocess.run([command, "read", *words, "-o", path], capture_output=True, check=False)
    assert done.returncode in (0, 3), done.stderr.decode()
    return path


def top_hosts(table: str) -> str:
    """The SQL behind what the examples print, over a table or file of DuckDB's."""
    return f"""
        SELECT strftime(date_trunc('minute', time AT TIME ZONE 'UTC'), '%Y-%m-%d %H:%M'), src_host, sum(len)::BIGINT
        FROM {table} WHERE time IS NOT NULL AND src_host IS NOT NULL
        GROUP BY ALL ORDER BY 3 DESC, 1, 2 LIMIT 20"""


# Whatever the machine is called, and wherever it thinks it is.
LOCAL_SPARK = {"SPARK_LOCAL_IP": "127.0.0.1", "SPARK_LOCAL_HOSTNAME": "localhost", "PYSPARK_PYTHON": sys.executable}


def run_example(name: str, command: pathlib.Path, *words: str | pathlib.Path) -> str:
    """What an example prints."""
    given = [sys.executable, EXAMPLES / name, "--pcapframe", command, *words]
    home = pathlib.Path(importlib.util.find_spec("pyspark").origin).parent
    environment = os.environ | LOCAL_SPARK | {"SPARK_HOME": str(home), "TZ": "Asia/Tokyo"}
    done = subprocess.run(given, capture_output=True, env=environment, timeout=300, check=False)
    assert done.returncode == 0, done.stderr.decode()[-4000:]
    return done.stdout.decode()
