"""How the benchmarks bring their inputs into the page cache."""

import os
from pathlib import Path


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
