#!/usr/bin/env python3
"""Two programs print the same for the same file: same_output.py PROGRAM PROGRAM FILE."""

import subprocess
import sys

first, second, file = sys.argv[1:]
outputs = [subprocess.run([program, file], capture_output=True, check=True).stdout for program in (first, second)]
if not outputs[0] or outputs[0] != outputs[1]:
    sys.exit(f"{first} and {second} differ over {file}, or print nothing")
