#!/usr/bin/env python3
"""Sums up one run of the tests: summary.py TESTLOG.json STATUS, with the exit status of `meson test`.

A test program that counts for itself (doctest, or a last line "N passed, N failed") adds what it counted, any other one
test. The last line is "N passed, N failed", with ", N skipped" where something was; the exit status is 1 on a failure.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from pathlib import Path

DOCTEST = re.compile(r"^\[doctest\] test cases:\s*\d+ \|\s*(\d+) passed \|\s*(\d+) failed", re.MULTILINE)
PLAIN = re.compile(r"^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?\s*\Z", re.MULTILINE)
SKIPPED_CASE = re.compile(r"skipped: no \.\./shared")
MEASURED = re.compile(r"^measured: .*", re.MULTILINE)
LONGEST = 20  # tests whose times are printed
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def counts(test: dict) -> Counter[str]:
    """How much of one entry of the log passed, failed and was skipped."""
    output = COLOUR.sub("", test.get("stdout") or "")
    if test["result"] == "SKIP":
        return Counter(skipped=1)
    passed, failed, skipped = int(test["result"] == "OK"), int(test["result"] != "OK"), 0
    if own := DOCTEST.search(output):
        # A case says itself that it skipped; to doctest it passed.
        skipped = len(SKIPPED_CASE.findall(output))
        passed, failed = int(own[1]) - skipped, int(own[2])
    elif own := PLAIN.search(output):
        passed, failed, skipped = (int(number or 0) for number in own.groups())
    if test["result"] != "OK" or passed + failed + skipped == 0:
        failed = max(failed, 1)  # a crash after the count, or a program that ran nothing
    return Counter(passed=passed, failed=failed, skipped=skipped)


def print_times(tests: list[dict]) -> None:
    """How long the suites took, and the longest of their tests; those that run side by side count each."""
    of_suite: Counter[str] = Counter()
    for test in tests:
        of_suite[test["name"].split(":")[-1].split(" / ")[0]] += test["duration"]
    print("time by suite: " + ", ".join(f"{suite} {seconds:.0f} s" for suite, seconds in of_suite.most_common()))
    for test in sorted(tests, key=lambda test: -test["duration"])[:LONGEST]:
        print(f"{test['duration']:9.1f} s  {test['name']}")


def main() -> int:
    log, status = Path(sys.argv[1]), int(sys.argv[2])
    tests = [json.loads(line) for line in log.read_text().splitlines()] if log.is_file() else []
    total: Counter[str] = Counter()
    for test in tests:
        result = counts(test)
        total += result
        for figure in MEASURED.findall(test.get("stdout") or ""):
            print(figure)
        if result["failed"]:
            print(f"failed: {test['name']} ({test['result']})")
        elif result["skipped"]:
            print(f"skipped, in part or whole: {test['name']}")
    print_times(tests)
    if not total["failed"] and (status != 0 or not tests):
        total["failed"] = 1
    line = f"{total['passed']} passed, {total['failed']} failed"
    print(line + (f", {total['skipped']} skipped" if total["skipped"] else ""))
    return 1 if total["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
