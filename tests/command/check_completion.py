#!/usr/bin/env python3
"""What bash, zsh and fish complete, by running them; and the page of the manual, by man and mandoc.

Shells that are not installed are left out, in words.
"""

from __future__ import annotations

import pathlib
import re
import shutil
import subprocess
import sys

import harness
from harness import Command, has, same, write

#: The words before the cursor, and what must be among the completions, and what must not.
CASES = (
    (["re"], {"read"}, {"info"}),
    (["read", "--colu"], {"--columns"}, {"--format"}),
    (["read", "--format", ""], {"csv", "parquet", "pcapng"}, {"svg"}),
    (["read", "--format", "pa"], {"parquet"}, {"csv"}),
    (["read", "--time", "re"], {"relative"}, {"utc"}),
    (["dump", "--format", ""], {"pcap", "pcapng"}, {"csv"}),
    (["plot", "--kind", "sc"], {"scatter"}, {"bar"}),
    (["read", "--protocol", "udpl"], {"udplite"}, {"tcp"}),
    (["plot", "--x", "dst_p"], {"dst_port"}, {"src_port"}),
    (["dump", "-i", "l"], {"lo"}, {"any"}),
    (["completion", ""], {"bash", "zsh", "fish"}, {"read"}),
)

BASH = """
PATH={folder}:$PATH
eval "$(pcapframe completion bash)"
COMP_WORDS=(pcapframe "$@")
COMP_CWORD=$#
_pcapframe 2>&1
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


def bash(command: Command, folder: pathlib.Path, words: list[str]) -> list[str]:
    script = BASH.format(folder=command.path.parent)
    done = subprocess.run(["bash", "-c", script, "bash", *words], cwd=folder, capture_output=True, text=True,
                          check=True)
    # Outside of a completion compopt has a word to say.
    return [line for line in done.stdout.splitlines() if "compopt" not in line]


def test_bash(command: Command, folder: pathlib.Path) -> None:
    for words, there, not_there in CASES:
        got = set(bash(command, folder, words))
        same((words, there - got, not_there & got), (words, set(), set()))


def test_bash_completes_files_lists_and_values_behind_equal_signs(command: Command, folder: pathlib.Path) -> None:
    write(folder, "day one.pcap", b"")
    write(folder, "day two.pcap", b"")
    same(sorted(bash(command, folder, ["read", "day"])), ["day one.pcap", "day two.pcap"])
    same(sorted(bash(command, folder, ["day"])), ["day one.pcap", "day two.pcap"])
    same(bash(command, folder, ["read", "-o", "day t"]), ["day two.pcap"])
    same(bash(command, folder, ["read", "--columns", "time,src_h"]), ["time,src_host"])
    same(bash(command, folder, ["read", "--columns", "time,+src_h"]), ["time,+src_host"])
    same(bash(command, folder, ["read", "--format", "=", "cs"]), ["csv"])
    same(bash(command, folder, ["x.pcap", "--colum"]), ["--columns"])
    same(bash(command, folder, ["read", "-c", ""]), [""])


def test_every_option_is_completed(command: Command, folder: pathlib.Path) -> None:
    commands = re.findall(r"^  (\w+) ", command("--help").output.decode(), re.M)
    same(len(commands) > 10, True)
    for name in commands:
        shown = set(bash(command, folder, [name, "--"]))
        wanted = set(re.findall(r"^  (?:-\w, )?(--[\w-]+)", command(name, "--help").output.decode(), re.M))
        same((name, wanted - shown), (name, set()))


def test_zsh(command: Command, folder: pathlib.Path) -> None:
    if shutil.which("zsh") is None:
        print("no zsh: its completion is left out")
        return
    script = command("completion", "zsh").output
    path = write(folder, "_pcapframe", script)
    done = subprocess.run(["zsh", "-n", path], capture_output=True, text=True, check=False)
    same((done.returncode, done.stderr), (0, ""))
    # A terminal of zsh's own, in which a tab is pressed.
    drive = f"""
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z "PS1='> '; PATH={command.path.parent}:$PATH; autoload -U compinit; compinit -u -d {folder}/dump; \
source {path}; zstyle ':completion:*' list-prompt ''; LISTMAX=0; print READY"
sleep 2
for words in 'pcapframe read --format par' 'pcapframe read --time rel' 'pcapframe dump -i l' \\
    'pcapframe plot --x dst_po'; do
  zpty -n -w z "$words"$'\\t'
  sleep 2
  zpty -n -w z $'\\025'
  sleep 0.5
done
out=''
while zpty -r -t z line; do out+=$line; done
print -r -- $out
zpty -d z
"""
    done = subprocess.run(["zsh", "-f", "-c", drive], capture_output=True, text=True, check=False, timeout=60,
                          cwd=folder)
    for part in ("--format parquet", "--time relative", "-i lo", "--x dst_port"):
        has(done.stdout, part)


def test_fish(command: Command, folder: pathlib.Path) -> None:
    if shutil.which("fish") is None:
        print("no fish: its completion is left out")
        return
    write(folder, "pcapframe.fish", command("completion", "fish").output)
    for words, there, not_there in CASES:
        line = " ".join(["pcapframe", *words])
        script = f"set -x PATH {command.path.parent} $PATH; source {folder}/pcapframe.fish; complete -C '{line}'"
        done = subprocess.run(["fish", "--no-config", "-c", script], capture_output=True, text=True, check=False,
                              cwd=folder)
        got = {entry.split("\t")[0] for entry in done.stdout.splitlines()}
        same((words, there - got, not_there & got, done.stderr), (words, set(), set(), ""))


def test_the_page_of_the_manual(command: Command, folder: pathlib.Path) -> None:
    page = write(folder, "pcapframe.1", command("man").output)
    text = page.read_text()
    for name in re.findall(r"^  (\w+) ", command("--help").output.decode(), re.M):
        has(text, f".SS pcapframe {name}")
    if shutil.which("man"):
        done = subprocess.run(["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", page], capture_output=True,
                              check=False)
        same((done.returncode, done.stderr.decode()), (0, ""))
    if shutil.which("mandoc"):
        done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", page], capture_output=True, text=True,
                              check=False)
        complaints = [line for line in done.stdout.splitlines() if "missing date" not in line]
        same(complaints, [])


if __name__ == "__main__":
    sys.exit(harness.main(globals()))
