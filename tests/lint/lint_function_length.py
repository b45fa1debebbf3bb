#!/usr/bin/env python3
"""Functions have at most 70 lines: C++ by counting braces, Python by its own parser.

The lines of an opcode switch do not count: a table written as code, each of whose cases is a few plain statements and
no block. Split up, it would be no shorter, and neither a reader nor a compiler would see it as a whole.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import tree

LINES_MAX = 70
OPCODE_CASES_MIN = 16
OPCODE_STATEMENTS_MAX = 4  # such as: refuse, compute, go on
# What stands before a brace, its parentheses folded into \1: no function if it names a type or ends in a value.
TYPE = re.compile(r"\b(namespace|class|struct|union|enum|extern)\b[^\1=]*$")
DERIVED_TYPE = re.compile(r"\b(class|struct)\b[^=;\1]*(?<!:):(?!:)[^=;]*$")
VALUE = re.compile(r"=[^\1]*$")
PREPROCESSOR = re.compile(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", re.MULTILINE)


def holds_functions(statement: str) -> bool:
    """Whether the brace after `statement` opens a namespace, a type or a value, and not a function."""
    head, folded = re.sub(r"\boperator\s*(\(\)|[=<>!+*/%^&|~-]+)", "operator", statement), 1
    head = re.sub(r"\balignas\s*\([^()]*\)", "", head)
    while folded:
        head, folded = re.subn(r"\([^()]*\)", "\1", head)
    # Where nothing stands before the brace, it follows the initialisers of a constructor.
    named_without_parameters = bool(head.strip()) and "\1" not in head
    return named_without_parameters or any(kind.search(head) for kind in (TYPE, DERIVED_TYPE, VALUE))


def matching_brace(code: str, opened: int) -> int:
    depth = 0
    for place in range(opened, len(code)):
        depth += (code[place] == "{") - (code[place] == "}")
        if depth == 0:
            return place
    return len(code)


def is_opcode_switch(body: str) -> bool:
    """Whether each case is a few plain statements: braces are those of a value, or stand within parentheses."""
    folded = 1
    while folded:
        body, folded = re.subn(r"\([^()]*\)|(?<=\w)\{[^{};]*\}", "", body)
    cases = re.split(r"\b(?:case\b[^:;]*(?:::[^:;]*)*|default\s*):(?!:)", body)[1:]
    return len(cases) >= OPCODE_CASES_MIN and "{" not in body and all(
        case.count(";") <= OPCODE_STATEMENTS_MAX for case in cases)


def opcode_lines(code: str) -> list[tuple[int, int]]:
    """(first line, lines) of what is inside of each opcode switch."""
    found = []
    for switch in re.finditer(r"\bswitch\s*\(", code):
        opened = code.find("{", switch.end())
        closed = matching_brace(code, opened) if opened >= 0 else 0
        if opened >= 0 and is_opcode_switch(code[opened + 1:closed]):
            found.append((code.count("\n", 0, opened) + 1, code.count("\n", opened, closed)))
    return found


def cpp_blocks(source: str) -> Iterator[tuple[int, int]]:
    """(first line, lines) of each function, and of whatever else is an outermost block in braces; of the lines those
    that count."""
    code = tree.code_only(source)
    code = PREPROCESSOR.sub(lambda match: "\n" * match[0].count("\n"), code)
    exempt = opcode_lines(code)
    line, statement, statement_line = 1, "", 1
    scopes: list[bool] = []  # of the open braces: whether functions may stand inside
    started = 0
    for letter in code:
        if not statement.strip():
            statement, statement_line = "", line
        if letter == "{":
            inside = all(scopes)
            scopes.append(inside and holds_functions(statement))
            if inside and not scopes[-1]:
                started = statement_line
            statement = ""
        elif letter == "}":
            if scopes and not scopes.pop() and all(scopes):
                yield started, line - started + 1 - sum(n for at, n in exempt if started <= at <= line)
            statement = ""
        elif letter == ";":
            statement = ""
        else:
            statement += letter
        line += letter == "\n"


def python_functions(source: str) -> Iterator[tuple[int, int]]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.end_lineno is not None:
            yield node.lineno, node.end_lineno - node.lineno + 1


def problems(root: Path) -> Iterator[str]:
    for path in tree.files(root):
        content = tree.text(path) or ""
        is_python = path.suffix == ".py" or content.startswith("#!/usr/bin/env python3")
        is_cpp = path.suffix in (".cpp", ".hpp")
        blocks = python_functions(content) if is_python else cpp_blocks(content) if is_cpp else ()
        for first, lines in blocks:
            if lines > LINES_MAX:
                yield f"{path.relative_to(root)}:{first}: a function of {lines} lines, at most {LINES_MAX}"


if __name__ == "__main__":
    sys.exit(tree.main(problems))
