"""The reference of public names, of what Doxygen reads in the headers: a page for each room."""

from __future__ import annotations

import collections
import dataclasses
import html
import re
import subprocess
import tempfile
import xml.etree.ElementTree as xml
from pathlib import Path

SETTINGS = """
PROJECT_NAME=pcapframe
INPUT=include/pcapframe
FILE_PATTERNS=*.hpp
RECURSIVE=YES
GENERATE_HTML=NO
GENERATE_LATEX=NO
GENERATE_XML=YES
XML_PROGRAMLISTING=NO
OUTPUT_DIRECTORY={output}
INPUT_FILTER="sed -e 's/pcapframe::inline v[0-9_]*/pcapframe/'"
EXTRACT_ALL=YES
MACRO_EXPANSION=YES
JAVADOC_AUTOBRIEF=NO
QUIET=YES
WARNINGS=NO
"""
HIDDEN = re.compile(r"(^|::)\w*_?detail(::|$)|^std(::|$)|@\d")
SHOWN = {"function", "variable", "typedef", "enum", "define"}
TAGS = {
    "computeroutput": "code",
    "bold": "strong",
    "emphasis": "em",
    "itemizedlist": "ul",
    "orderedlist": "ol",
    "listitem": "li",
    "para": "p",
    "preformatted": "pre",
    "verbatim": "pre",
}


@dataclasses.dataclass
class Entry:
    """A public name: a type with its members, or what stands alone."""

    name: str
    kind: str
    signature: str
    text: str
    line: int
    members: list[Entry] = dataclasses.field(default_factory=list)

    @property
    def anchor(self) -> str:
        return re.sub(r"\W+", "-", self.name).strip("-")


def plain(node: xml.Element | None) -> str:
    return " ".join("".join(node.itertext()).split()) if node is not None else ""


def prose(node: xml.Element | None) -> str:
    """A description as HTML."""
    if node is None:
        return ""
    if node.tag == "programlisting":
        lines = []
        for line in node.iter("codeline"):
            for blank in line.iter("sp"):
                blank.text = " "
            lines.append("".join(line.itertext()))
        return "<pre><code>" + html.escape("\n".join(lines), False) + "</code></pre>"
    inner = html.escape(node.text or "", False)
    for child in node:
        inner += prose(child) + html.escape(child.tail or "", False)
    tag = TAGS.get(node.tag)
    return f"<{tag}>{inner}</{tag}>" if tag else inner


def described(node: xml.Element) -> str:
    return (prose(node.find("briefdescription")) + prose(node.find("detaileddescription"))).strip()


def template_of(node: xml.Element) -> str:
    parameters = node.find("templateparamlist")
    if parameters is None:
        return ""
    named = (" ".join(filter(None, (plain(p.find("type")), plain(p.find("declname"))))) for p in parameters)
    return f"template <{', '.join(named)}> "


def tidy(text: str) -> str:
    text = re.sub(r"\[\[\w+\]\] ?|\binline |\bstatic (?=constexpr)", "", text)
    return re.sub(r"< ", "<", re.sub(r" >", ">", re.sub(r" ([&*]+)", r"\1", text))).strip()


def signature(member: xml.Element) -> str:
    kind = member.get("kind")
    name, type_ = plain(member.find("name")), plain(member.find("type"))
    if kind == "enum":
        return f"enum class {name}"
    if kind == "typedef":
        return f"using {name} = {type_}"
    if kind == "define":
        return f"#define {name}"
    if kind == "variable":
        value = plain(member.find("initializer"))
        return tidy(f"{type_} {name}") + (f" {value}" if value and len(value) < 60 else "")
    return tidy(f"{template_of(member)}{type_} {name}{plain(member.find('argsstring'))}")


def place(node: xml.Element) -> tuple[str, int]:
    at = node.find("location")
    if at is None:
        return "", 0
    return at.get("file", "").split("include/")[-1], int(at.get("line", 0))


def members_of(compound: xml.Element, scope: str) -> list[tuple[str, Entry]]:
    found = []
    for section in compound.findall("sectiondef"):
        for member in section.findall("memberdef"):
            name = plain(member.find("name"))
            if member.get("prot") != "public" or member.get("kind") not in SHOWN or HIDDEN.search(name) or not name:
                continue
            file, line = place(member)
            entry = Entry(f"{scope}{name}", member.get("kind"), signature(member), described(member), line)
            for value in member.findall("enumvalue"):
                text = described(value)
                named = plain(value.find("name"))
                entry.members.append(Entry(f"{entry.name}::{named}", "value", named, text, line))
            found.append((file, entry))
    return found


def read(root: Path) -> dict[str, list[Entry]]:
    """The public names by header."""
    of_file: dict[str, list[Entry]] = collections.defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        settings = Path(folder) / "Doxyfile"
        settings.write_text(SETTINGS.format(output=folder))
        subprocess.run(
            ["doxygen", settings], cwd=root, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for path in sorted((Path(folder) / "xml").glob("*.xml")):
            if path.name.startswith(("class", "struct", "namespace", "concept")):
                add(xml.parse(path).getroot().find("compounddef"), of_file)
    return of_file


def add(compound: xml.Element | None, of_file: dict[str, list[Entry]]) -> None:
    if compound is None or compound.get("prot", "public") != "public":
        return
    name = plain(compound.find("compoundname"))
    if HIDDEN.search(name):
        return
    short = name.removeprefix("pcapframe::")
    if compound.get("kind") == "namespace":
        scope = "" if name == "pcapframe" else f"{short}::"
        for file, entry in members_of(compound, scope):
            of_file[file].append(entry)
        return
    file, line = place(compound)
    kind = compound.get("kind", "")
    entry = Entry(short, kind, f"{template_of(compound)}{kind} {short}", described(compound), line)
    entry.members = [member for _, member in members_of(compound, f"{short}::")]
    of_file[file].append(entry)


def shown(entry: Entry, inner: bool = False) -> str:
    """One name as HTML. Of those without a comment the signature alone; values without in a row."""
    code = html.escape(entry.signature, False)
    name = html.escape(entry.name.rsplit("::", 1)[-1], False)
    code = re.sub(rf"(?<![\w:]){re.escape(name)}(?!\w)", f"<b>{name}</b>", code, count=1)
    silent = [member.signature for member in entry.members if member.kind == "value" and not member.text]
    members = "".join(shown(member, True) for member in entry.members if member.signature not in silent)
    if silent:
        members += f'<div class="member"><code class="signature">{", ".join(map(html.escape, silent))}</code></div>'
    body = entry.text + (f'<div class="members">{members}</div>' if members else "")
    tag = "member" if inner else "entry"
    identity = "" if entry.kind == "value" else f' id="{entry.anchor}"'
    return f'<div class="{tag}"{identity}><code class="signature">{code}</code>{body}</div>\n'


def leading_comment(root: Path, file: str) -> str:
    lines = []
    for line in (root / "include" / file).read_text().splitlines():
        if not line.startswith("//"):
            break
        lines.append(line.lstrip("/ "))
    return " ".join(lines)
