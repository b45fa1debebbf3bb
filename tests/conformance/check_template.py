#!/usr/bin/env python3
"""The templates of catalogs against Jinja: where Jinja gives a value, the same value or a refusal.

Over expressions that are grown from their grammar with values of all kinds, over whole templates with statements,
comments and blanks that are taken off, and over mutations of both. Names are read from one YAML text, here and there.
By default some of each.
"""

from __future__ import annotations

import argparse
import collections
import datetime
import itertools
import json
import os
import pathlib
import random
import re
import resource
import subprocess
import sys
import warnings
from collections.abc import Iterator

try:
    import jinja2
    import yaml
except ImportError:
    jinja2 = None

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import common

BUILD = pathlib.Path(os.environ.get("PCAPFRAME_BUILD_ROOT", common.REPOSITORY / "build")) / "template-check"
BATCH = 1000
SHOWN = 20
# Python's whole numbers grow without end: powers are tried with small exponents only.
LARGE_POWER = re.compile(r"\*\*(?!\s*[0-3](?!\d)|\s*-1|\s*0\.5)")
MEMORY_MAX = 4 << 30
NAMES = """\
n: 5
zero: 0
neg: -7
big: 1234567890123
f: 0.5
g: -2.675
flag: true
name: Http
path: /data/a_b-2024.pcap
blanks: "  two  words\\t"
empty: ''
u: "\\u00e9t\\u00c9 \\u65e5\\u672c"
digits: '0042'
xs: [b, a, c, a]
ns: [3, 1, 2]
none_: ~
m: {k: v, n: 3}
t: 2024-03-01 08:05:09.123456
w: 2023-01-01 12:00:00
d: 2024-12-30
"""

DRIVER = common.YAML_AS_JSON + r"""
#include <pcapframe/catalog/template_values.hpp>

using namespace pcapframe;

std::string block() {
    unsigned long size = 0;
    if (std::scanf("%lu", &size) != 1) return "";
    std::getchar();
    std::string text(size, '\0');
    return std::fread(text.data(), 1, size, stdin) == size ? text : "";
}

int main() {
    const yaml::document names = yaml::read(block());
    for (std::string text = block(); !text.empty(); text = block()) {
        const auto parsed = parse_template(text);
        const template_context context{.catalog_dir = "dir/", .names = names.root};
        const auto made = parsed ? expand_template(*parsed, context) : parsed.problems();
        if (made)
            std::printf("{\"v\":%s}\n", json(*made).c_str());
        else
            std::printf("{\"e\":%s}\n", json(std::string_view(made.problems()[0].reason)).c_str());
    }
}
"""


class Unlike(Exception):
    """Jinja made something that is no value of ours: a method, an undefined name, a range that is not listed."""


def plain(value: object) -> object:
    """What Jinja made, in the shape in which the driver tells values."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return {"i": str(value)}
    if isinstance(value, float):
        return {"f": value.hex()}
    if isinstance(value, str):
        return {"s": str(value)}
    if isinstance(value, datetime.date):
        return {"s": str(value)}
    if isinstance(value, (list, tuple)):
        return {"l": [plain(item) for item in value]}
    if isinstance(value, dict):
        return {"m": [plain(item) for pair in value.items() for item in pair]}
    if isinstance(value, (range, type({}.keys()), type({}.values()), type({}.items())) + LAZY):
        return {"l": [plain(item) for item in itertools.islice(value, 100000)]}
    raise Unlike(type(value).__name__)


LAZY = (type(reversed([])), type(i for i in ()), type(iter([])))


def normal(value: object) -> object:
    if isinstance(value, dict) and "t" in value:
        return {"s": value["t"]}  # templates make text of times
    if isinstance(value, dict) and "f" in value:
        return {"f": float.fromhex(value["f"].replace("-nan", "nan")).hex()}
    if isinstance(value, dict) and ("l" in value or "m" in value):
        return {key: [normal(item) for item in items] for key, items in value.items()}
    return value


class Grower:
    """Grows expressions of a kind; now and then one of another kind stands where it does not belong."""

    def __init__(self, seed: int):
        self.random = random.Random(seed)

    def pick(self, *options: str) -> str:
        return self.random.choice(options)

    def grow(self, kind: str, depth: int = 0) -> str:
        if self.random.random() < 0.04:
            kind = self.pick("text", "whole", "real", "truth", "list", "time", "mapping")
        if depth > 3 or self.random.random() < 0.25:
            return self.leaf(kind)
        made = getattr(self, kind)(depth + 1)
        return f"({made})" if self.random.random() < 0.5 else made

    def leaf(self, kind: str) -> str:
        return self.pick(*{
            "text": ("name", "path", "blanks", "empty", "u", "digits", "'abc'", '"x y"', "'a\\tb\\n'", "'%s'", "'é'",
                     "'1.5'", "'-3'", "'{}'", "'a,b,,c'", "'aXbXc'", "'TRUE'"),
            "whole": ("n", "zero", "neg", "big", "0", "1", "2", "10", "-3", "1_000", "0x1f", "007"),
            "real": ("f", "g", "1.5", "0.1", "1e3", "2.5", "1e16", "1e-7", "123456.789"),
            "truth": ("flag", "true", "False"),
            "list": ("xs", "ns", "[]", "[1, 'a', 2.5]", "(1, 2)", "['x']", "range(4)|list"),
            "time": ("t", "w", "d"),
            "mapping": ("m", "{}", "{'a': 1, 'b': 'x'}"),
        }[kind])

    def text(self, depth: int) -> str:
        def grow(kind: str) -> str:
            return self.grow(kind, depth)

        small = self.pick("0", "1", "2", "5", "8", "-1")
        return self.random.choice((
            lambda: f"{grow('text')} ~ {grow(self.pick('text', 'whole', 'real', 'truth', 'time'))}",
            lambda: f"{grow('text')} + {grow('text')}",
            lambda: f"{grow('text')} * {small}",
            lambda: f"{grow('text')}[{self.bounds()}]",
            lambda: f"{grow('text')}." + self.method(depth),
            lambda: f"{grow('text')}." + self.method(depth),
            lambda: f"{grow('text')}|" + self.text_filter(depth),
            lambda: f"{grow('text')}|" + self.text_filter(depth),
            lambda: f"{grow('text')} if {grow('truth')} else {grow('text')}",
            lambda: f"{grow('list')}|join({self.pick('', grow('text'))})",
            lambda: f"{grow('text')}.join({grow('list')})",
            lambda: f"{grow('list')}|{self.pick('first', 'last', 'min', 'max')}",
            lambda: f"{grow('time')}.strftime('{self.directives()}')",
            lambda: f"'{{:{self.directives()}}}'.format({grow('time')})",
            lambda: f"{grow('time')}.isoformat()",
            lambda: f"'{self.percent()}' % {self.pick(grow('whole'), grow('real'), grow('text'))}",
            lambda: f"'{self.percent()}-%s' % ({grow('whole')}, {grow('text')})",
            lambda: f"'{self.percent()}'|format({self.pick(grow('whole'), grow('real'), grow('text'))})",
            lambda: f"'{{{self.pick('', '0')}{self.spec()}}}'.format({grow(self.pick('whole', 'real', 'text'))})",
            lambda: f"'{{a{self.spec()}}}/{{0}}'.format({grow('text')}, a={grow('whole')})",
            lambda: f"m.{self.pick('k', 'n', 'get')}" + self.pick("", "('k')", "('q', 'z')"),
            lambda: f"{grow('mapping')}[{self.pick(chr(39) + 'k' + chr(39), chr(39) + 'a' + chr(39))}]",
            lambda: f"missing|default({grow('text')})",
            lambda: f"{grow('text')}|default({grow('text')}, {grow('truth')})",
            lambda: f"{grow('text')} or {grow('text')}",
        ))()

    def bounds(self) -> str:
        number = ("", "0", "1", "2", "-1", "-2", "7", "-9")
        return self.pick(*number[1:], f"{self.pick(*number)}:{self.pick(*number)}",
                         f"{self.pick(*number)}:{self.pick(*number)}:{self.pick('', '1', '2', '-1', '-2', '0')}")

    def method(self, depth: int) -> str:
        text = self.grow("text", depth + 1)
        number = self.pick("0", "1", "2", "-1", "6", "9", "10")
        return self.pick("upper()", "lower()", "title()", "capitalize()", "swapcase()", "strip()", "lstrip()",
                         "rstrip()", f"strip({text})", f"rstrip({text})", f"lstrip('/a')", f"replace({text}, {text})",
                         f"replace('a', {text})", f"replace('a', 'b', {number})", f"zfill({number})",
                         f"center({number})", f"ljust({number})", f"rjust({number}, '*')", f"center({number}, '-')",
                         "split()[0]", f"split({text})[-1]", f"rsplit('_', {number})[0]", "split('/')|join('+')",
                         f"split(None, {number})|join('+')", f"rsplit(None, {number})|join('+')",
                         f"split('a', maxsplit={number})|join('+')", f"partition({text})|join('+')",
                         "rpartition('/')[2]", f"removeprefix({text})", "removesuffix('.pcap')", "casefold()")

    def text_filter(self, depth: int) -> str:
        text = self.grow("text", depth + 1)
        return self.pick("upper", "lower", "title", "capitalize", "trim", f"trim({text})", "string",
                         f"replace({text}, {text})", f"replace('a', {text}, 1)", "replace('', '-')", "center(9)",
                         f"default({text})", "d", "first", "last", "reverse", "safe", "list|join('.')", "urlencode",
                         "sort|join", "unique|join", "trim|upper")

    def directives(self) -> str:
        kinds = [*"aAwdbBmyYHIMpSfjUWcxXGuVeDFTRChklPrsnt%", "-d", "-m", "_H", "-H", "^a", "^B", "0e", "-j", "-I", "z",
                 "Z", "Q", "_d", "-y"]
        return "".join(self.pick("", "-", "/", "x") + "%" + self.random.choice(kinds)
                       for _ in range(self.random.randint(1, 4)))

    def percent(self) -> str:
        return "%" + self.pick("", "-", "0", "+", " ", "0-") + self.pick("", "1", "5", "12") + self.pick(
            "", "", ".0", ".2", ".5") + self.pick(*"sdifegGxXo%")

    def spec(self) -> str:
        return self.pick("", ":" + self.pick("", "<", ">", "^", "*>", "é^", "=") + self.pick("", "", "+", " ") +
                         self.pick("", "", "#") + self.pick("", "0") + self.pick("", "1", "6", "12") +
                         self.pick("", "", "", ",", "_") + self.pick("", "", ".0", ".2", ".5") +
                         self.pick("", "", *"bdeEfgGoxX%sc"))

    def whole(self, depth: int) -> str:
        def grow(kind: str) -> str:
            return self.grow(kind, depth)

        operator = self.pick("+", "-", "*", "//", "%")
        return self.random.choice((
            lambda: f"{grow('whole')} {operator} {grow('whole')}",
            lambda: f"{grow('whole')} {operator} {grow('whole')}",
            lambda: f"{grow('whole')} ** {self.pick('0', '1', '2', '3', '-1')}",
            lambda: f"-{grow('whole')}",
            lambda: f"+{grow('truth')}",
            lambda: f"{grow(self.pick('text', 'list', 'mapping'))}|{self.pick('length', 'count')}",
            lambda: f"{grow(self.pick('text', 'real', 'whole', 'truth'))}|int",
            lambda: f"{grow('text')}|int({grow('whole')})",
            lambda: f"{grow('text')}|int(base={self.pick('2', '8', '16')})",
            lambda: f"{grow('whole')}|{self.pick('abs', 'round', 'round(-1)', 'round(2)', 'round(-2)')}",
            lambda: f"{grow('list')}|{self.pick('sum', 'min', 'max', 'first')}",
            lambda: f"{grow('text')}.{self.pick('count', 'find', 'rfind', 'index')}({grow('text')})",
            lambda: f"{grow('list')}.{self.pick('count', 'index')}({grow('whole')})",
            lambda: f"{grow('time')}.{self.pick('year', 'month', 'day', 'hour', 'minute', 'second', 'microsecond')}",
            lambda: f"{grow('time')}.{self.pick('weekday', 'isoweekday')}()",
            lambda: f"{grow('list')}[{self.bounds()}]",
        ))()

    def real(self, depth: int) -> str:
        def grow(kind: str) -> str:
            return self.grow(kind, depth)

        return self.random.choice((
            lambda: f"{grow('real')} {self.pick('+', '-', '*', '/', '//', '%')} {grow(self.pick('real', 'whole'))}",
            lambda: f"{grow('whole')} / {grow('whole')}",
            lambda: f"{grow('real')} ** {self.pick('2', '3', '0.5', '-1')}",
            lambda: f"{grow(self.pick('text', 'whole', 'real'))}|float",
            lambda: f"{grow('text')}|float({grow('real')})",
            lambda: f"{grow('real')}|round({self.pick('', '0', '1', '2', '3', '-1')})",
            lambda: f"{grow('real')}|round({self.pick('0', '1', '2')}, '{self.pick('ceil', 'floor', 'common')}')",
            lambda: f"{grow('real')}|abs",
            lambda: f"-{grow('real')}",
        ))()

    def truth(self, depth: int) -> str:
        def grow(kind: str) -> str:
            return self.grow(kind, depth)

        kind = self.pick("text", "whole", "real", "list", "time")
        sign = self.pick("==", "!=", "<", "<=", ">", ">=")
        return self.random.choice((
            lambda: f"{grow(kind)} {sign} {grow(kind)}",
            lambda: f"{grow('whole')} {sign} {grow('real')}",
            lambda: f"{grow('whole')} {sign} {grow('whole')} {self.pick('<', '==')} {grow('whole')}",
            lambda: f"{grow('truth')} {self.pick('and', 'or')} {grow('truth')}",
            lambda: f"not {grow(self.pick('truth', 'text', 'list'))}",
            lambda: f"{grow('text')} {self.pick('in', 'not in')} {grow(self.pick('text', 'list', 'mapping'))}",
            lambda: f"{grow('text')}.{self.pick('startswith', 'endswith')}({grow('text')})",
            lambda: f"{grow('text')}.{self.pick('isdigit', 'isalpha', 'isupper', 'islower', 'isspace', 'isalnum')}()",
            lambda: f"{self.pick('missing', grow('text'), grow('whole'), 'none_')} is {self.pick('', 'not ')}" +
            self.pick("defined", "undefined", "none", "string", "number", "integer", "float", "boolean", "mapping",
                      "sequence", "iterable", "true", "false"),
            lambda: f"{grow('whole')} is {self.pick('odd', 'even', 'divisibleby 3', 'divisibleby(2)', 'eq 5', 'gt 2')}",
            lambda: f"{grow('text')} is {self.pick('upper', 'lower', 'in xs', 'in path')}",
        ))()

    def list(self, depth: int) -> str:
        def grow(kind: str) -> str:
            return self.grow(kind, depth)

        return self.random.choice((
            lambda: f"{grow('list')} + {grow('list')}",
            lambda: f"{grow('list')} * {self.pick('0', '2', '-1')}",
            lambda: f"{grow('list')}[{self.pick('1:', ':-1', '::2', '::-1', '1:2')}]",
            lambda: f"{grow('list')}|{self.pick('sort', 'unique|list', 'reverse|list', 'list', 'sort(reverse=true)')}",
            lambda: f"{grow('text')}|list",
            lambda: f"{grow('text')}.split({self.pick('', grow('text'))})",
            lambda: f"range({self.pick('3', '1, 4', '5, 0, -2', 'n')})|list",
            lambda: f"[{grow('whole')}, {grow('text')}]",
            lambda: f"{grow('mapping')}{self.pick('.keys()|list', '.values()|list', '.items()|list', '|list')}",
        ))()

    def time(self, depth: int) -> str:
        return self.leaf("time") + self.pick("", "", ".date()")

    def mapping(self, depth: int) -> str:
        return f"{{'a': {self.grow('whole', depth)}, {self.grow('text', depth)}: {self.grow('text', depth)}}}"

    def template(self, depth: int = 0) -> str:
        """Text, expressions and statements."""
        parts = []
        for _ in range(self.random.randint(1, 4)):
            left, right = self.pick("", "", "-", "+"), self.pick("", "", "-")
            blank = self.pick("", " ", "\n ", "x", "a ", " b\n")
            kind = self.pick("text", "whole", "real", "truth", "time")
            choices = [f"{{{{{left} {self.grow(kind, 2)} {right}}}}}", f"{{#{left} {{{{ n }}}} {right}#}}",
                       f"{{%{left} set y = {self.grow('text', 2)} {right}%}}{{{{ y }}}}",
                       f"{{%{left} raw {right}%}} {{{{ x }}}} {{%{right} endraw %}}"]
            if depth < 2:
                other = self.pick(f"{{%{right} else %}}{self.template(depth + 1)}", "",
                                  f"{{% elif {self.grow('truth', 2)} {right}%}}{self.template(depth + 1)}")
                choices.append(f"{{%{left} if {self.grow('truth', 2)} {right}%}}{self.template(depth + 1)}{other}"
                               "{% endif %}")
            parts += [blank, self.pick(*choices)]
        return "".join(parts) + self.pick("", " ", ".pcap")


def mutate(text: str, chance: random.Random) -> str:
    characters = "{}%#()[]|.,:'\"+-*/~<>=! \\09aein"
    for _ in range(chance.choice([1, 1, 2])):
        at = chance.randint(0, len(text))
        text = text[:at] + chance.choice([*characters, ""]) + text[at + chance.choice([0, 0, 1]):]
    return text


def expressions(seed: int, count: int) -> Iterator[str]:
    for i in range(count):
        grower = Grower(seed * 1_000_003 + i)
        yield "{{ " + grower.grow(grower.pick("text", "text", "whole", "real", "truth", "list")) + " }}"


def templates(seed: int, count: int) -> Iterator[str]:
    for i in range(count):
        yield Grower(seed * 1_000_003 + i).template()


def mutations(seed: int, count: int) -> Iterator[str]:
    chance = random.Random(seed)
    for text in itertools.chain(expressions(seed + 1, count // 2), templates(seed + 1, count // 2)):
        yield mutate(text, chance)


class Oracle:
    def __init__(self) -> None:
        self.environment = jinja2.Environment()
        self.names = yaml.safe_load(NAMES)

    def __call__(self, text: str) -> tuple[str, object]:
        """("value", value), ("unlike", why) or ("refused", why). A template that is one expression has its value."""
        names = {**self.names, "CATALOG_DIR": "dir/"}
        try:
            body = self.environment.parse(text).body
            pieces = body[0].nodes if len(body) == 1 and isinstance(body[0], jinja2.nodes.Output) else []
            if len(pieces) == 1 and not isinstance(pieces[0], jinja2.nodes.TemplateData):
                kept: list[object] = []
                environment = jinja2.Environment(finalize=lambda value: kept.append(value) or "")
                environment.from_string(text).render(names)
                return "value", plain(kept[0]) if kept else {"s": ""}
            return "value", {"s": self.environment.from_string(text).render(names)}
        except Unlike as what:
            return "unlike", str(what)
        except Exception as why:  # whatever a template raises
            return "refused", f"{type(why).__name__}: {why}"[:200]


class Comparison:
    def __init__(self, name: str, driver: pathlib.Path, oracle: Oracle):
        self.name = name
        self.driver = driver
        self.oracle = oracle
        self.counts: collections.Counter[str] = collections.Counter()
        self.reasons: collections.Counter[str] = collections.Counter()
        self.wrong: list[str] = []

    def run(self, texts: Iterator[str]) -> None:
        while batch := [text for text in itertools.islice(texts, BATCH) if text and not LARGE_POWER.search(text)]:
            encoded = [text.encode() for text in (NAMES, *batch)]
            stream = b"".join(b"%d\n%s" % (len(text), text) for text in encoded)
            done = subprocess.run([str(self.driver)], input=stream, capture_output=True, check=False)
            answers = done.stdout.decode().split("\n")[:-1]
            if done.returncode != 0 or len(answers) != len(batch):
                self.wrong.append(f"the driver failed at {batch[len(answers)]!r}")
                return
            for text, answer in zip(batch, answers, strict=True):
                self.compare(text, json.loads(answer))

    def compare(self, text: str, ours: dict) -> None:
        kind, theirs = self.oracle(text)
        self.counts["templates"] += 1
        self.counts[f"{kind} in Jinja"] += 1
        if "e" in ours:
            self.counts["refused by both" if kind != "value" else "refused by us alone"] += 1
            if kind == "value":
                self.reasons[re.sub(r"'[^']*'", "'...'", ours["e"])] += 1
            return
        value = normal(ours["v"])
        if kind == "value" and value == theirs:
            self.counts["same value"] += 1
            return
        if kind != "value":
            # Such as a list and a tuple that are joined, or the hour of a date.
            self.counts["read by us alone"] += 1
            return
        self.wrong.append(f"{text!r}\n    ours   {json.dumps(value)[:300]}\n"
                          f"    theirs {json.dumps(theirs)[:300]}")

    def report(self, reasons: int) -> None:
        counts = ", ".join(f"{what} {count}" for what, count in self.counts.items() if what != "templates")
        print(f"{self.name}: {self.counts['templates']} templates, {counts}, wrong {len(self.wrong)}", flush=True)
        for reason, count in self.reasons.most_common(reasons):
            print(f"    {count:6} {reason}")
        for wrong in self.wrong[:SHOWN]:
            print(f"wrong: {wrong}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--command", help="not needed; the templates are driven by a program of its own")
    parser.add_argument("--generated", type=int, default=4000 if common.everything() else 1200,
                        help="templates of each kind to generate")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if jinja2 is None:
        common.skip("no Jinja2 or no PyYAML (Debian: python3-jinja2, python3-yaml)")
    driver = common.build_driver(BUILD, DRIVER)
    warnings.simplefilter("ignore")
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MAX, MEMORY_MAX))
    oracle = Oracle()
    wrong = 0
    for name, texts in {
            "expressions": expressions(options.seed, options.generated),
            "whole templates": templates(options.seed, options.generated),
            "mutations": mutations(options.seed, options.generated),
    }.items():
        comparison = Comparison(name, driver, oracle)
        comparison.run(texts)
        comparison.report(reasons=14)
        wrong += len(comparison.wrong)
    print(f"{wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
