"""Markdown, as far as the README and the pages use it, to HTML: headings, paragraphs, lists, tables, fenced code,
pictures, links, code, strong and emphasis. Anything else is an error in the page and shows as text."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

KEYWORDS = (
    "alignas auto bool break case char class const constexpr continue double else enum explicit false float for "
    "if inline int long namespace new noexcept nullptr operator private public return short signed sizeof static "
    "std struct switch template this true typename union unsigned using virtual void while from import def in "
    "sources"
)
TOKEN = re.compile(
    r"(?P<c>//[^\n]*|(?<!\S)#(?!include|define|if|endif|pragma)[^\n]*)|(?P<s>\"(?:\\.|[^\"\\\n])*\"|"
    r"'(?:\\.|[^'\\\n])*')|(?P<p>^#\w+[^\n]*)|(?P<k>\b(?:" + "|".join(KEYWORDS.split()) + r")\b)",
    re.M,
)


def slug(heading: str) -> str:
    """The anchor of a heading, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def coloured(code: str) -> str:
    parts, end = [], 0
    for token in TOKEN.finditer(code):
        parts += [
            html.escape(code[end : token.start()], False),
            f'<span class="{token.lastgroup}">{html.escape(token[0], False)}</span>',
        ]
        end = token.end()
    return "".join(parts) + html.escape(code[end:], False)


def shell(code: str) -> str:
    """A console: commands stand out from what they print."""
    lines = []
    for line in code.split("\n"):
        escaped = html.escape(line, False)
        lines.append(f'<span class="prompt">$ </span><b>{escaped[2:]}</b>' if line.startswith("$ ") else escaped)
    return "\n".join(lines)


def block(language: str, code: str) -> str:
    body = {"cpp": coloured, "python": coloured, "console": shell}.get(
        language, lambda text: html.escape(text, False)
    )
    kind = " output" if language in ("text", "") else ""
    return f'<pre class="{language or "text"}{kind}" tabindex="0"><code>{body(code.rstrip(chr(10)))}</code></pre>\n'


class Renderer:
    """Renders pages; `link` says what a link of the source becomes."""

    def __init__(self, link: Callable[[str], str]):
        self.link = link
        self.headings: list[tuple[int, str, str]] = []  # level, text, anchor

    def inline(self, text: str) -> str:
        held: list[str] = []

        def hold(made: str) -> str:
            held.append(made)
            return f"\0{len(held) - 1}\0"

        text = re.sub(
            r"``(.+?)``|`([^`]+)`", lambda m: hold(f"<code>{html.escape(m[1] or m[2], False)}</code>"), text
        )
        text = html.escape(text, False)
        text = re.sub(
            r"!\[([^\]]*)\]\(([^()\s]+)\)",
            lambda m: hold(f'<img src="{self.link(m[2])}" alt="{html.escape(m[1])}">'),
            text,
        )
        text = re.sub(r"\[([^\]]+)\]\(([^()\s]+)\)", lambda m: f'<a href="{self.link(m[2])}">{m[1]}</a>', text)
        text = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", text)
        text = re.sub(r"(?<![\w*])\*([^*\s][^*]*)\*(?![\w*])", r"<em>\1</em>", text)
        while "\0" in text:
            text = re.sub(r"\0(\d+)\0", lambda m: held[int(m[1])], text)
        return text

    def table(self, lines: list[str]) -> str:
        rows = [
            [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
            for line in lines
        ]
        right = [rule.endswith(":") for rule in rows[1]]

        def cells(row: list[str], tag: str) -> str:
            classes = [' class="number"' if i < len(right) and right[i] else "" for i in range(len(row))]
            return "".join(f"<{tag}{c}>{self.inline(cell)}</{tag}>" for c, cell in zip(classes, row, strict=True))

        head = f"<thead><tr>{cells(rows[0], 'th')}</tr></thead>" if any(rows[0]) else ""
        body = "".join(f"<tr>{cells(row, 'td')}</tr>\n" for row in rows[2:])
        return f'<div class="wide" tabindex="0"><table>{head}<tbody>\n{body}</tbody></table></div>\n'

    def items(self, lines: list[str]) -> str:
        entries: list[str] = []
        for line in lines:
            if line.startswith("- "):
                entries.append(line[2:])
            else:
                entries[-1] += " " + line.strip()
        return "<ul>\n" + "".join(f"<li>{self.inline(entry)}</li>\n" for entry in entries) + "</ul>\n"

    def heading(self, line: str) -> str:
        marks, text = line.split(" ", 1)
        level, anchor = len(marks), slug(text)
        self.headings.append((level, text, anchor))
        sign = f'<a class="anchor" href="#{anchor}" aria-label="link to this heading">#</a>' if level > 1 else ""
        return f'<h{level} id="{anchor}">{self.inline(text)}{sign}</h{level}>\n'

    def paragraph(self, lines: list[str]) -> str:
        if all(line.startswith("    ") for line in lines):
            return block("text", "\n".join(line[4:] for line in lines))
        if lines[0].startswith("- "):
            return self.items(lines)
        if lines[0].startswith("|") and len(lines) > 1:
            return self.table(lines)
        text = self.inline(" ".join(line.strip() for line in lines))
        return text + "\n" if text.startswith("<img") else f"<p>{text}</p>\n"

    def render(self, source: str) -> str:
        out: list[str] = []
        for part in re.split(r"(^```\w*\n.*?^```$)", source, flags=re.M | re.S):
            if fence := re.match(r"```(\w*)\n(.*)```$", part, re.S):
                out.append(block(fence[1], fence[2]))
                continue
            for paragraph in re.split(r"\n\s*\n", part.strip("\n")):
                lines = [line for line in paragraph.split("\n") if line.strip()]
                while lines and lines[0].startswith("#"):
                    out.append(self.heading(lines.pop(0)))
                if lines:
                    out.append(self.paragraph(lines))
        return "".join(out)
