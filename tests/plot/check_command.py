#!/usr/bin/env python3
"""The command `pcapframe plot`: formats, exit statuses, messages, and no file written where nothing is read."""

from __future__ import annotations

import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

README = pathlib.Path(__file__).resolve().parents[2] / "README.md"
LOCAL = README.parent / "tests" / "data" / "local.pcap"


class PlotCommand(unittest.TestCase):
    command = pathlib.Path()

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def plot(self, *words: str | pathlib.Path, stdin: bytes = b"") -> tuple[int, str, str]:
        run = subprocess.run([self.command, "plot", *words], input=stdin, capture_output=True, check=False)
        return run.returncode, run.stdout.decode(), run.stderr.decode()

    def test_the_extension_says_the_format(self) -> None:
        for name, beginning in (("a.html", "<!DOCTYPE html>"), ("a.svg", "<svg "), ("a.json", '{"title":"local.pcap"')):
            out = self.folder / name
            self.assertEqual(self.plot(LOCAL, "-o", out), (0, "", ""))
            self.assertTrue(out.read_text().startswith(beginning))

    def test_the_picture_in_the_readme_is_what_the_command_draws(self) -> None:
        picture = LOCAL.parent / "plot" / "local.svg"
        self.assertIn(f"]({picture.relative_to(README.parent)})", README.read_text())
        out = self.folder / "local.svg"
        self.assertEqual(self.plot(LOCAL, "--all-frames", "-o", out), (0, "", ""))
        self.assertEqual(out.read_bytes(), picture.read_bytes())

    def test_standard_input_and_output(self) -> None:
        status, text, message = self.plot("-", "-o", "-", "--format", "json", stdin=LOCAL.read_bytes())
        self.assertEqual((status, message), (0, ""))
        self.assertEqual(json.loads(text)["title"], "standard input")
        self.assertEqual(json.loads(text)["packets"], 87)

    def test_several_files_and_a_title(self) -> None:
        numbers = json.loads(self.plot(LOCAL, LOCAL, "-o", "-", "--format", "json", "--all-frames")[1])
        self.assertEqual((numbers["title"], numbers["packets"]), ("local.pcap and 1 more", 186))
        self.assertIn("<h1>a &lt; b</h1>", self.plot(LOCAL, "-o", "-", "--title", "a < b")[1])

    def test_one_protocol(self) -> None:
        numbers = json.loads(self.plot(LOCAL, "-o", "-", "--format", "json", "--protocol", "tcp")[1])
        self.assertEqual([row["protocol"] for row in numbers["protocols"]], ["tcp"])
        self.assertEqual(numbers["packets"], 46)

    def test_wrong_usage_names_what_is_right(self) -> None:
        for words, part in (((LOCAL,), "-o out.html"), ((LOCAL, "-o", "-", "--kind", "host"), "'hosts'"),
                            ((LOCAL, "-o", "-", "--format", "htm"), "'html'"), (("-o", "-"), "name a capture file"),
                            ((LOCAL, "-o", "-", "--protocol", "tpc"), "'tcp'"),
                            ((LOCAL, "-o", "-", "--kin", "x"), "'--kind'"), ((LOCAL, "-o", "a.png"), ".svg"),
                            ((LOCAL, "-o", "-", "--kind", ""), "--kind needs a value")):
            status, text, message = self.plot(*words)
            self.assertEqual((status, text), (2, ""))
            self.assertIn(part, message)

    def test_an_entry_of_a_catalog_and_its_plots(self) -> None:
        catalog = self.folder / "c.yml"
        catalog.write_text(
            "sources:\n"
            "  plain:\n"
            "    driver: pcap\n"
            f"    args: {{urlpath: '{LOCAL}', protocol: '{{{{ pr }}}}', limit: 20, payload: true}}\n"
            "    parameters: {pr: {type: str, default: tcp}}\n"
            f"  plotted: {{driver: pcap, args: {{urlpath: '{LOCAL}'}}, metadata: {{plots: {{\n"
            "    busy: {kind: timeline, title: How busy}, line: {kind: line, y: len}, talk: {kind: 'hosts,ports'}}}}\n")

        def panels(*words: str) -> tuple[list[str], list[str]]:
            status, page, message = self.plot("--catalog", catalog, *words, "-o", "-")
            self.assertEqual((status, message), (0, ""))
            return re.findall("<h1>(.*?)</h1>", page), re.findall('<section id="(.*?)"', page)

        self.assertEqual(panels("plotted"), (["plotted"], ["timeline", "hosts", "ports"]))
        self.assertEqual(panels("plotted", "--kind", "busy"), (["How busy"], ["timeline"]))
        self.assertEqual(panels("plotted", "--kind", "busy", "--title", "x"), (["x"], ["timeline"]))
        self.assertEqual(panels("plotted", "--kind", "line"), (["plotted"], ["chart"]))
        page = self.plot("--catalog", catalog, "plotted", "--kind", "line", "-o", "-")[1]
        self.assertIn("<h2>len over time</h2>", page)
        self.assertEqual(panels("plotted", "--kind", "talk"), (["plotted"], ["hosts", "ports"]))
        self.assertEqual(panels("plotted", "--kind", "sizes"), (["plotted"], ["sizes"]))
        self.assertEqual(len(panels("plain")[1]), 6)
        for words, protocol, packets in ((("plain",), "tcp", 20), (("plain", "pr=udp"), "udp", 11),
                                         (("plain", "--protocol", "icmp"), "icmp", 13)):
            text = self.plot("--catalog", catalog, *words, "-o", "-", "--format", "json")[1]
            numbers = json.loads(text)
            self.assertEqual([row["protocol"] for row in numbers["protocols"]], [protocol])
            self.assertEqual(numbers["packets"], packets)
        for words, part in ((("plotted", "--kind", "lime"), "unknown kind of plot 'lime'"), ((), "name an entry"),
                            (("plottd",), "'plotted'"), (("plain", "n"), "'n' is not NAME=VALUE")):
            status, text, message = self.plot("--catalog", catalog, *words, "-o", "-")
            self.assertEqual((status, text), (2, ""))
            self.assertIn(part, message)

    def test_nothing_is_written_for_what_is_no_capture(self) -> None:
        out = self.folder / "a.html"
        foreign = self.folder / "text.pcap"
        foreign.write_text("no capture at all")
        for path in (foreign, self.folder / "missing.pcap"):
            status, _, message = self.plot(path, "-o", out)
            self.assertEqual(status, 1)
            self.assertIn(str(path), message)
            self.assertFalse(out.exists())

    def test_a_damaged_file_is_shown_up_to_the_damage(self) -> None:
        cut = self.folder / "cut.pcap"
        cut.write_bytes(LOCAL.read_bytes()[:-7])
        status, text, message = self.plot(cut, "-o", "-", "--all-frames")
        self.assertEqual(status, 3)
        self.assertEqual(len(message.splitlines()), 1)
        self.assertIn('class="warning">Damaged input, shown up to the damage: ', text)
        self.assertIn("<dt>Packets</dt><dd title=\"92 packets\">92</dd>", text)

    def test_an_output_that_cannot_be_written(self) -> None:
        status, _, message = self.plot(LOCAL, "-o", self.folder / "no folder" / "a.svg")
        self.assertEqual(status, 1)
        self.assertIn("a.svg", message)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--command", type=pathlib.Path, required=True, help="the pcapframe binary")
    PlotCommand.command = parser.parse_args().command.resolve()
    tests = unittest.defaultTestLoader.loadTestsFromTestCase(PlotCommand)
    result = unittest.TextTestRunner(stream=sys.stdout).run(tests)
    failed = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
