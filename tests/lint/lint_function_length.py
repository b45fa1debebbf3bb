#!/usr/bin/env python3
"""Functions have at most 70 lines: C++ by counting braces, Python by its own parser."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import tree

LINES_MAX = 70
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


def cpp_blocks(source: str) -> Iterator[tuple[int, int]]:
    """(first line, lines) of each function, and of whatever else is an outermost block in braces."""
    code = tree.code_only(source)
    code = PREPROCESSOR.sub(lambda match: "\n" * match[0].count("\n"), code)
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
                yield started, line - started + 1
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
