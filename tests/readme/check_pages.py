#!/usr/bin/env python3
"""The pages of the documentation are built, load nothing from elsewhere, and their links lead somewhere.

usage: check_pages.py --command PATH_TO_PCAPFRAME   (exit status 0: all good, 77: Doxygen is not installed)
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--command", required=True)
    options = parser.parse_args()
    if shutil.which("doxygen") is None:
        print("skipped: no doxygen")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "pages"
        subprocess.run([ROOT / "src/pages/build", "--command", options.command, folder], check=True)
        texts = {path.name: path.read_text() for path in folder.iterdir() if path.suffix in (".html", ".css", ".js")}
        for page, text in texts.items():
            loaded = re.findall(
                r"(?:src=|<link [^>]*href=|url\(|@import |fetch\(|import\()[\"']?(\w+:[^\"' )]*|//[^\"' )]*)", text
            )
            assert not loaded, f"{page} loads {loaded}"
        columns = subprocess.run([options.command, "columns", "--json"], capture_output=True, text=True, check=True)
        for line in columns.stdout.splitlines():
            assert f"<code>{json.loads(line)['name']}</code>" in texts["columns.html"], line
        names = texts["names.js"]
        for known in ('"open_pcap"', '"result"', '"record_reader"', '"wire::tcp_view"', '"limits::files_max"'):
            assert known in names, f"the reference does not know {known}"
        print(f"{len(texts)} files")


if __name__ == "__main__":
    main()
