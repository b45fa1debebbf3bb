#!/usr/bin/env python3
"""Rooms include only what lies below them; the umbrella headers name the rooms in layer order; the map for those who
change the code (include/pcapframe/README.md) has the same rooms, and names only files that exist."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import tree

# room: the rooms that it stands on. It may include these and whatever they may include.
STANDS_ON = {
    "base": [],
    "bytes": ["base"],
    "registry": ["base"],
    "crypto": ["bytes"],
    "codec": ["bytes"],
    "io": ["codec"],
    "format": ["bytes"],
    "wire": ["bytes", "registry"],
    "message": ["crypto", "registry"],
    "table": ["bytes", "registry"],
    "decode": ["wire", "message", "table"],
    "filter": ["wire"],
    "export": ["codec", "io", "table"],
    "plot": ["decode"],
    "reassembly": ["decode"],
    "source": ["format", "reassembly", "filter", "export"],
    "packets": ["source"],
    "flow": ["source"],
    "catalog": ["source", "plot"],
    "dataset": ["source"],
    "capture": ["io", "format", "filter"],
    # Capture knows no column, as files know none: where its records become rows is a room of its own above both.
    "live": ["capture", "catalog", "flow"],
}
UMBRELLAS = ("pcapframe.hpp", "filter.hpp", "interchange.hpp", "live.hpp", "throwing.hpp")
NOT_PORTABLE = {"capture", "live"}
MAP = "include/pcapframe/README.md"
MAP_ROW = re.compile(r"^\| `(\w+)` \| ([\w, ]*?) ?\| ([^|]+) \|$", re.MULTILINE)
MAP_FILE = re.compile(r"`([\w./]+\.(?:hpp|cpp|py))`")
SOCKET_HEADER = re.compile(r"sys/socket\.h|sys/un\.h|netinet/.*|netpacket/.*|net/.*|arpa/inet\.h|linux/.*|netdb\.h")


def below(room: str) -> set[str]:
    """The room itself and every room under it."""
    found = {room}
    for lower in STANDS_ON[room]:
        found |= below(lower)
    return found


def room_of(name: str) -> str:
    """The room of "pcapframe/room/header.hpp"; empty for an umbrella header."""
    parts = name.split("/")
    return parts[1] if len(parts) > 2 else ""


def header_problems(root: Path, path: Path) -> Iterator[str]:
    name = path.relative_to(root / "include").as_posix()
    room = room_of(name)
    if room not in STANDS_ON:
        yield f"{name}: there is no room '{room}'"
        return
    for included in tree.own_includes(root, path):
        if not (root / "include" / included).is_file():
            yield f"{name}: includes {included}, which does not exist"
        elif room_of(included) not in below(room):
            yield f"{name}: '{room}' may not include {included}"
    if room != "capture":
        for _, included in tree.INCLUDE.findall(path.read_text()):
            if SOCKET_HEADER.fullmatch(included):
                yield f"{name}: <{included}> comes in only through 'capture'"


def umbrella_problems(root: Path, path: Path) -> Iterator[str]:
    name = path.name
    if name not in UMBRELLAS:
        yield f"pcapframe/{name}: not one of {', '.join(UMBRELLAS)}"
        return
    rooms: list[str] = []
    for included in tree.own_includes(root, path):
        room = room_of(included)
        if not (root / "include" / included).is_file():
            yield f"pcapframe/{name}: includes {included}, which does not exist"
        if name != "live.hpp" and room in NOT_PORTABLE:
            yield f"pcapframe/{name}: {included} is not portable"
        for earlier in rooms:
            if room and room != earlier and room in below(earlier):
                yield f"pcapframe/{name}: {included} comes after '{earlier}', which stands on '{room}'"
        rooms += [room] if room in STANDS_ON else []


def map_problems(root: Path) -> Iterator[str]:
    """The rooms of the map, in the order of STANDS_ON, and the files that it names. THING stands for a name to come."""
    text = (root / MAP).read_text() if (root / MAP).is_file() else ""
    there = {room: stands_on for room, stands_on, _ in MAP_ROW.findall(text)}
    for room, stands_on in STANDS_ON.items():
        wanted = ", ".join(stands_on)
        if room not in there:
            yield f"{MAP}: has no row for '{room}': | `{room}` | {wanted} | what it knows |"
        elif there[room] != wanted:
            yield f"{MAP}: '{room}' stands on {wanted}, not on {there[room]}"
    for room in there:
        if room not in STANDS_ON:
            yield f"{MAP}: there is no room '{room}'"
    both = [room for room in there if room in STANDS_ON]
    if both != [room for room in STANDS_ON if room in there]:
        yield f"{MAP}: the rooms stand in another order than in STANDS_ON"
    for name in MAP_FILE.findall(text):
        if "THING" not in name and not any((root / folder / name).is_file() for folder in ("include/pcapframe", ".")):
            yield f"{MAP}: names {name}, which does not exist"


def problems(root: Path) -> Iterator[str]:
    yield from map_problems(root)
    for path in tree.headers(root):
        at_top = path.parent == root / "include" / "pcapframe"
        yield from umbrella_problems(root, path) if at_top else header_problems(root, path)


if __name__ == "__main__":
    sys.exit(tree.main(problems))
