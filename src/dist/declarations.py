"""The names that a text of C++ declares in namespaces: a reader of this library's headers, not of all C++.

`declarations(text)` takes a header, or what the preprocessor made of several, and yields what stands in a namespace:
types, aliases, concepts, functions, variables. Members, specializations and definitions of what was declared elsewhere
are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

# What is no code, in the order in which it must be tried; see tests/lint/tree.py.
NOT_CODE = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<mark>[^ ()\\\n]*)\(.*?\)(?P=mark)"|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'|^[ \t]*#(?:\\\n|[^\n])*", re.DOTALL | re.MULTILINE)
TOKEN = re.compile(r"[A-Za-z_]\w*|\d[\w.']*|::|<=>|->|&&|\|\||<<=?|[<>=!]=|\S")
OPENING = {"(": ")", "{": "}", "[": "]"}


@dataclass(frozen=True)
class Declaration:
    namespace: str  # "pcapframe::wire": without inline namespaces
    kind: str       # namespace, type, enum, alias, concept, function or variable
    name: str
    offset: int     # of its first token in the text
    internal: bool  # whether other units cannot see it: a constant that is not inline


class Reader:
    def __init__(self, text: str) -> None:
        blanked = NOT_CODE.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), text)
        self.tokens = [(m[0], m.start()) for m in TOKEN.finditer(blanked)]
        self.at = 0

    def peek(self, ahead: int = 0) -> str:
        return self.tokens[self.at + ahead][0] if self.at + ahead < len(self.tokens) else ""

    def take(self) -> str:
        self.at += 1
        return self.tokens[self.at - 1][0]

    def skip_balanced(self) -> None:
        """Past the bracket that is next and all that is in it."""
        waiting = [OPENING[self.take()]]
        while waiting and self.at < len(self.tokens):
            token = self.take()
            if token == waiting[-1]:
                waiting.pop()
            elif token in OPENING:
                waiting.append(OPENING[token])

    def skip_angles(self) -> None:
        """Past `<...>`; brackets inside hide what compares."""
        depth = 0
        while self.at < len(self.tokens):
            if self.peek() in OPENING:
                self.skip_balanced()
                continue
            token = self.take()
            depth += {"<": 1, "<<": 2, ">": -1}.get(token, 0)
            if depth == 0:
                return

    def skip_constraint(self) -> None:
        """Past `requires ...` in front of a declaration."""
        self.take()
        while True:
            if self.peek() == "!":
                self.take()
            if self.peek() == "requires":
                self.take()
                if self.peek() == "(":
                    self.skip_balanced()
                self.skip_balanced()
            elif self.peek() == "(":
                self.skip_balanced()
            else:
                self.take()
                while self.peek() in ("::", "<"):
                    if self.peek() == "<":
                        self.skip_angles()
                    else:
                        self.at += 2
            if self.peek() not in ("&&", "||"):
                return
            self.take()

    def skip_to_end(self) -> None:
        """Past the `;` or the body that ends a declaration."""
        is_value = False
        while self.at < len(self.tokens):
            if self.peek() == "{" and not is_value:
                self.skip_balanced()
                if self.peek() in (";", ",", "{", "->"):
                    continue
                return
            if self.peek() in OPENING:
                self.skip_balanced()
                continue
            token = self.take()
            if token == ";":
                return
            is_value = is_value or token == "="


def type_name(reader: Reader) -> tuple[str, bool]:
    """The name behind `class` and its kin, and whether this is a specialization."""
    while reader.peek() in ("struct", "class", "union", "enum") or reader.peek() in ("[", "alignas"):
        if reader.peek() == "alignas":
            reader.take()
        reader.skip_balanced() if reader.peek() in OPENING else reader.take()
    name = reader.take()
    return name, reader.peek() in ("<", "::")


def declared(reader: Reader) -> tuple[str, bool, bool]:
    """The name of the function or variable that is next (empty for a specialization or a member), whether it is a
    function, and whether it is internal."""
    words: list[str] = []
    name, before = "", ""
    while reader.at < len(reader.tokens):
        token = reader.peek()
        if token == "operator":
            reader.take()
            name = "operator" + reader.take()
            if name in ("operator(", "operator["):
                reader.take()
            return ("" if before == "::" else name), True, False
        if token == "<":
            reader.skip_angles()
            before, name = ">", ""
            continue
        if token in ("decltype", "alignas", "noexcept", "explicit"):
            reader.take()
            if reader.peek() == "(":
                reader.skip_balanced()
            before = ")"
            continue
        if token == "(":
            return name, True, False
        if token == "[" and reader.peek(1) == "[":  # an attribute
            reader.skip_balanced()
            continue
        if token in ("=", "{", ";", "["):
            internal = ("constexpr" in words or "const" in words or "static" in words) and "inline" not in words
            return name, False, internal
        name = token if before != "::" or token == "::" else ""
        if re.match(r"[A-Za-z_]", token) and reader.peek(1) == "::":
            name = ""
        words.append(token)
        before = reader.take()
    return "", False, False


def more_variables(reader: Reader) -> Iterator[tuple[str, int]]:
    """The others of `one = 1, two = 2;`, and where they are."""
    while reader.at < len(reader.tokens) and reader.peek() != ";":
        if reader.peek() in OPENING:
            reader.skip_balanced()
        elif reader.take() == "," and reader.peek(1) == "=":
            yield reader.tokens[reader.at]


def declaration(reader: Reader, namespace: str) -> Iterator[Declaration]:
    """What the declaration that is next declares; it is taken."""
    offset = reader.tokens[reader.at][1]
    while reader.peek() in ("template", "requires", "["):
        if reader.peek() == "template":
            reader.take()
            if reader.peek() == "<":
                empty = reader.peek(1) == ">"
                reader.skip_angles()
                if empty:
                    reader.skip_to_end()
                    return
        elif reader.peek() == "requires":
            reader.skip_constraint()
        else:
            reader.skip_balanced()
    kind, name, internal = "", "", False
    first = reader.peek()
    if first in ("static_assert", ";", "friend", "extern"):
        reader.skip_to_end()
        return
    if first.startswith("PCAPFRAME_") and reader.peek(1) == "(":
        reader.take()
        reader.skip_balanced()
        return
    if first == "using":
        reader.take()
        kind, name = "alias", reader.take()
        if name == "namespace" or reader.peek() == "::":
            name = ""
    elif first == "concept":
        reader.take()
        kind, name = "concept", reader.take()
    elif first in ("struct", "class", "union", "enum"):
        kind = "enum" if first == "enum" else "type"
        name, special = type_name(reader)
        if special:
            name = ""
    else:
        name, is_function, internal = declared(reader)
        kind = "function" if is_function else "variable"
    if name:
        yield Declaration(namespace, kind, name, offset, internal)
    if kind == "variable":
        for other, where in more_variables(reader):
            yield Declaration(namespace, kind, other, where, internal)
    reader.skip_to_end()
    if kind in ("type", "enum") and reader.peek() == ";":
        reader.take()


def declarations(text: str) -> Iterator[Declaration]:
    reader = Reader(text)
    open_namespaces: list[str | None] = []  # by brace; None for an inline one
    while reader.at < len(reader.tokens):
        token = reader.peek()
        if token == "extern" and reader.peek(1) == "{":
            reader.at += 2
            open_namespaces.append(None)
            continue
        if token == "}":
            reader.take()
            if open_namespaces:
                open_namespaces.pop()
            continue
        if token == "inline" and reader.peek(1) == "namespace" or token == "namespace":
            offset = reader.tokens[reader.at][1]
            is_inline = token == "inline"
            reader.at += 2 if is_inline else 1
            parts: list[str] = []
            while reader.peek() not in ("{", "=", ";"):
                word = reader.take()
                if word == "inline":
                    is_inline = True
                elif word != "::":
                    if not is_inline:
                        parts.append(word)
                    is_inline = False
            if reader.take() == "{":
                if parts:
                    outer = [name for name in open_namespaces if name] + parts[:-1]
                    yield Declaration("::".join(outer), "namespace", parts[-1], offset, False)
                open_namespaces.append("::".join(parts) if parts else None)
            else:
                reader.skip_to_end()
            continue
        yield from declaration(reader, "::".join(name for name in open_namespaces if name))
