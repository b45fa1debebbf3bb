"""YAML documents for check_yaml.py: grown from the grammar, mutated, and exhaustive over few characters."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Iterator

WORDS = ["a", "key", "two words", "x-y", "a.b", "C3", "é", "日本", "\U0001d11e", "http://h:80/p?q=1#f", "a:b", "a#b",
         "x'y", "say \"hi\"", "50%", "a,b", "(c)", "path/to/file.pcap", "C:\\x", "a & b", "b*", "--", "-x", "?x",
         ":x", "a - b"]
TYPED = ["~", "null", "Null", "NULL", "true", "True", "FALSE", "yes", "No", "on", "OFF", "y", "N", "0", "1", "-1",
         "+7", "42", "007", "010", "08", "0o17", "0x1F", "0xg", "+0x1", "0b11", "1_000", "1:30", "1:99", "12:30:45",
         "190:20:30.15", "1.5", ".5", "-.5", "+.5", "1.", "1.5e3", "1.5e+3", "1e3", "1e+3", "6.02e+23", "1.0e+400",
         ".inf", "-.Inf", "+.INF", ".nan", ".NaN", ".", "..", "._5", "1__2.5", "2018-01-09", "2018-1-9",
         "2018-01-09 08:16:12", "2018-01-09T08:16:12.5Z", "2018-01-09 08:16:12 -5", "9223372036854775807",
         "-9223372036854775808", "9223372036854775808", "=", "<<", "0", "-0", "00", "0.0", "-0.0", "1.10", "3.11",
         "10.0.0.1", "1.2.3", "0.1e-10", "1.e+1", "+", "e3", "0x", "0o", "1e", "_1", "1_"]
HARD = ["!?", "a: b", "a #c", "- x", "? x", ": x", "#x", "[a", "]", "{a", "}", ",a", "&x", "*x", "*none", "!t x",
        "|x", ">x", "%x", "@x", "`x", "'x", "\"x", "a:", "x:y: z", "a\tb", "---", "...", "--- a", "\u00a0x",
        "x\u2028y", "x\x85y", "\ufeffx", "\x07"]
ESCAPES = ["\\n", "\\t", "\\\\", "\\\"", "\\0", "\\e", "\\x41", "\\u00e9", "\\U0001F600", "\\N", "\\_", "\\L", "\\P",
           "\\/", "\\ ", "\\a", "\\v", "\\ud800", "\\q", "\\x4", "\\\n   ", "\\\n"]


class Grower:
    """Grows one document. Most of what it makes is right, some is not."""

    def __init__(self, seed: int):
        self.random = random.Random(seed)
        self.anchors: list[str] = []

    def chance(self, likely: float) -> bool:
        return self.random.random() < likely

    def pick(self, *options: str) -> str:
        return self.random.choice(options)

    def plain(self, in_flow: bool = False) -> str:
        text = self.random.choice(self.random.choices([WORDS, TYPED, HARD], [76, 23.5, 0.5])[0])
        misread_in_flow = in_flow and (text[:1] in ":-" or set(text) & set("?,[]{}"))
        return "word" if misread_in_flow and self.chance(0.97) else text

    def double(self, indent: str) -> str:
        parts = []
        for _ in range(self.random.randint(0, 4)):
            parts.append(self.pick(*WORDS[:8], " ", "  ", "'", "#", ": ", "\t", *ESCAPES[:16]))
            if self.chance(0.08):
                breaks = self.pick("\n", "  \n", "\n\n", " \n \n")
                parts.append(breaks + indent + self.pick("", " ", "\t"))
            if self.chance(0.01):
                parts.append(self.pick(*ESCAPES))
        return '"' + "".join(parts).replace('say "hi"', "say") + '"'

    def single(self, indent: str) -> str:
        words = ("a", "two words", "é", "it''s", "x.y", " ", "''", "\\", "#", ": ", "{{ X }}/", '"')
        parts = [self.pick(*words) for _ in range(self.random.randint(0, 4))]
        if self.chance(0.1):
            parts.insert(0, "x \n" + self.pick("", "\n", "  \n") + indent)
        return "'" + "".join(parts) + "'"

    def folded_plain(self, indent: str, in_flow: bool = False) -> str:
        lines = [self.plain(in_flow) for _ in range(self.random.randint(2, 4))]
        glue = ("\n" + indent, "\n\n" + indent, " \n" + indent + "  ", "\n \n" + indent)
        return "".join(line + self.pick(*glue) for line in lines[:-1]) + lines[-1]

    def block_scalar(self, indent: str) -> str:
        header = self.pick("|", ">") + self.pick(*["", "", "", "-", "+"] * 4, "2", "1-", "+3", "9", "0", "-+")
        header += self.pick(*["", "", "", " ", " # c"] * 5, "#c")
        own = indent + " " * self.random.choice([0, 0, 0, 1, 2])
        lines = []
        for _ in range(self.random.randint(0, 5)):
            text = own + self.pick("text", "# no comment", "a: b", "- c", "é", "tab\there", "trail  ")
            line = self.pick(text, own + "text", own + "more", "", "", own, own + "  ", own + "  deeper", own + "\tx")
            lines.append(line if self.chance(0.99) else indent[:-1] + "x")
        return header + "\n" + "\n".join(lines) if lines else header

    def gap(self, indent: str) -> str:
        """Blanks inside of brackets."""
        return self.pick("", " ", " ", " ", "  ", "\n" + indent, " # c\n" + indent)

    def flow(self, depth: int, indent: str) -> str:
        def joined(entries: list[str]) -> str:
            return self.gap(indent) + ("," + self.gap(indent)).join(entries) + self.closing(entries, self.gap(indent))

        entries = [self.flow_value(depth + 1, indent) for _ in range(self.random.randint(0, 3))]
        if self.chance(0.5):
            return "[" + joined(entries) + "]"
        pairs = []
        for value in entries:
            quoted = self.pick(self.single(""), self.double("").replace("\n", " "))
            key = self.pick(self.plain(True), quoted, quoted, f"k{len(pairs)}")
            pairs.append(key + self.pick(*[": ", ": ", ": ", " : ", ": " + self.gap(indent)] * 3, ":", "") + value)
        return "{" + joined(pairs) + "}"

    def closing(self, entries: list[str], gap: str) -> str:
        """What stands before a closing bracket."""
        return self.pick("", "", gap, ",") if entries or self.chance(0.02) else self.pick("", gap)

    def flow_value(self, depth: int, indent: str) -> str:
        if depth < 4 and self.chance(0.3):
            return self.flow(depth, indent)
        quoted = self.pick(self.double(indent), self.single(indent))
        plain = self.plain(True)
        return self.named(self.pick(plain, plain, quoted, quoted, self.folded_plain(indent, True)))

    def named(self, value: str) -> str:
        """Sometimes with an anchor, or an alias instead."""
        if self.anchors and self.chance(0.05):
            return "*" + self.random.choice(self.anchors)
        if not self.chance(0.05):
            return value
        name = self.pick("a1", "b", "c-d", f"n{len(self.anchors)}")
        self.anchors.append(name)
        return f"&{name}" + self.pick(" ", " ", "  ") + value

    def scalar(self, indent: str) -> str:
        kinds = (self.plain, lambda: self.single(indent), lambda: self.double(indent),
                 lambda: self.folded_plain(indent), lambda: self.block_scalar(indent), lambda: self.flow(0, indent))
        value = self.random.choices(kinds, [45, 10, 13, 8, 12, 12])[0]()
        if self.chance(0.01):
            value = self.pick("!!str ", "!t ", "! ") + value
        return self.named(value)

    def end(self) -> str:
        """The end of a line, and what may stand between lines."""
        if self.chance(0.005):
            return self.pick("\t\n", "#x\n", "\n\t\n", " x\n")
        comments = (" # comment\n", "\n# comment\n", "\n   # comment\n")
        return self.pick(*["\n"] * 12, " \n", "\n\n", "\n  \n", *comments)

    def key(self, used: set[str], indent: str) -> str:
        quoted = self.pick(self.single(indent), self.double(indent).replace("\n", " "))
        key = self.pick(f"k{len(used)}", f"k{len(used)}", f"key {len(used)}", self.plain(), quoted, quoted)
        if key in used and not self.chance(0.1):
            key = f"k{len(used)}x"
        used.add(key)
        return key + self.pick(*[":"] * 12, " :")

    def nested(self, depth: int, column: int, of_mapping: bool) -> str:
        """A value behind ':' or '-', with the blank before it."""
        deeper = column + self.random.choice([1, 2, 2, 2, 4])
        if depth < 4 and self.chance(0.45):
            start = self.pick(*["\n"] * 8, " # c\n", "\n\n", f" &m{len(self.anchors)}\n")
            if "&" in start:
                self.anchors.append(f"m{len(self.anchors)}")
            if of_mapping and self.chance(0.25):
                return start + self.sequence(depth + 1, column)
            return start + self.collection(depth + 1, deeper)
        if self.chance(0.06):
            return self.end()
        if self.chance(0.05):
            return self.end() + " " * deeper + self.scalar(" " * deeper) + self.end()
        return self.pick(" ", " ", " ", "  ") + self.scalar(" " * deeper) + self.end()

    def mapping(self, depth: int, column: int, first_in_line: bool = True) -> str:
        used: set[str] = set()
        text = ""
        for i in range(self.random.randint(1, 4)):
            indent = " " * (column + (self.random.choice([-1, 1]) if self.chance(0.004) else 0))
            if i == 0 and not first_in_line:
                indent = ""
            text += indent + self.key(used, " " * column) + self.nested(depth, column, True)
        return text

    def sequence(self, depth: int, column: int) -> str:
        text = ""
        for _ in range(self.random.randint(1, 4)):
            text += " " * column + "-"
            if depth < 4 and self.chance(0.25):
                gap = self.random.choice([1, 1, 1, 2, 3])
                inner = column + 1 + gap
                text += " " * gap
                if self.chance(0.7):
                    text += self.mapping(depth + 1, inner, first_in_line=False)
                else:
                    text += self.sequence(depth + 1, inner).lstrip(" ")
            else:
                text += self.nested(depth, column, False)
        return text

    def collection(self, depth: int, column: int) -> str:
        return self.mapping(depth, column) if self.chance(0.65) else self.sequence(depth, column)

    def document(self) -> str:
        starts = ["", "---\n", "--- # c\n", "\ufeff", "# c\n", "\n", "%YAML 1.1\n---\n", "--- "]
        ends = ["", "...\n", "---\n", "... # c\n", "# c", "... x\n"]
        column = self.random.choices([0, 1, 2], [90, 5, 5])[0]
        body = self.collection(0, column) if self.chance(0.85) else self.scalar("  ") + "\n"
        text = self.random.choices(starts, [70, 14, 4, 2, 5, 4, 0.5, 0.5])[0] + body
        text += self.random.choices(ends, [88, 5, 0.5, 2, 4, 0.5])[0]
        if self.chance(0.04):
            text = text.replace("\n", self.pick("\r\n", "\r"))
        return text.rstrip("\n") if self.chance(0.08) else text


def mutate(text: str, chance: random.Random) -> str:
    """One or a few small changes, of which many keep the text readable."""
    characters = " :-#&*!|>'\"%@`{}[],?\n\t~a0.\\=<\r"
    for _ in range(chance.choice([1, 1, 1, 2, 3])):
        at = chance.randint(0, len(text))
        pick = chance.random()
        if pick < 0.4:
            text = text[:at] + chance.choice(characters) + text[at:]
        elif pick < 0.65:
            text = text[:at] + text[at + chance.choice([1, 1, 2]):]
        elif pick < 0.8:
            text = text[:at] + chance.choice(characters) + text[at + 1:]
        else:
            lines = text.split("\n")
            line = chance.randrange(len(lines))
            old = lines[line]
            lines[line] = chance.choice([" " + old, "  " + old, old[1:], old + " # c", old + " ", old + "\n" + old,
                                         "- " + old.lstrip()])
            text = "\n".join(lines)
    return text


def encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def generated(seed: int, count: int) -> Iterator[tuple[str, bytes]]:
    chance = random.Random(seed)
    for i in range(count):
        text = Grower(seed * 1_000_003 + i).document()
        if chance.random() < 0.2:
            text = mutate(text, chance)
        yield f"generated {i}", encoded(text)


def mutated(seed: int, files: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    chance = random.Random(seed)
    for label, content in files:
        for _ in range(4):
            yield f"mutated {label}", encoded(mutate(content.decode("utf-8", "replace"), chance))


def short_texts() -> Iterator[tuple[str, bytes]]:
    """Every text of up to four of the characters that YAML gives a meaning, in a mapping too."""
    characters = "a :-\n#\"'[]{},&*?|>"
    for length in range(5):
        for letters in itertools.product(characters, repeat=length):
            text = "".join(letters)
            yield "short text", text.encode()
            if length < 4:
                yield "short text", b"k:\n - " + text.encode()
                yield "short text", b"{k: " + text.encode() + b"}"


def short_scalars() -> Iterator[tuple[str, bytes]]:
    """Every scalar of up to five of the characters that numbers and times are made of, many to a document."""
    for length in range(1, 6):
        for letters in itertools.product("019._:-+exo", repeat=length):
            yield "short scalar", "".join(letters).encode()


def typed_scalars(seed: int, count: int) -> Iterator[tuple[str, bytes]]:
    """Numbers, times and words of all forms, most of them with a character changed."""
    chance = random.Random(seed)
    words = [*TYPED, "2024-02-29", "2023-02-29", "2018-01-09t08:16:12.1234567+05:30", "2018-12-31 23:59:59 Z",
             "2018-1-9 8:16:12 -5", "-1_0:59:59.5_0", "-0b1_0", "+0x_fF", "-0_7", "1_0.5e-3", "9223372036854775807",
             "2562047788015215:30:07", "YES", "oFF"]
    for _ in range(count):
        text = chance.choice(words)
        for _ in range(chance.choice([0, 1, 1, 2, 3])):
            at = chance.randint(0, len(text))
            cut = chance.choice([0, 0, 1])
            text = text[:at] + chance.choice([*"0123456789_:.-+eExXoObBtTzZ nNfFyY", ""]) + text[at + cut:]
        yield "typed scalar", chance.choice(["", "- ", "a: "]).encode() + text.strip().encode()


def random_texts(seed: int, count: int) -> Iterator[tuple[str, bytes]]:
    """Random texts of pieces that matter."""
    chance = random.Random(seed)
    pieces = ["a", "b", " ", "  ", ": ", "- ", "\n", "\n", "\n ", "\n  ", "#", " #", '"', "'", "[", "]", "{", "}", ",",
              ", ", "&a ", "*a", "? ", "|", ">", "|-\n", ">\n", "|2\n", "1", "~", "\\", ":", "-", "\n\n", "---\n",
              "...\n", "a: ", "b: ", "- a\n"]
    for i in range(count):
        yield f"random {i}", "".join(chance.choice(pieces) for _ in range(chance.randint(3, 16))).encode()
