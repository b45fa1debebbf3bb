#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include <pcapframe/catalog/catalog.hpp>

#include "yaml_shown.hpp"

using namespace pcapframe;

namespace {

std::string messages(const problem_list& problems) {
    std::string lines;
    for (const problem& each : problems) lines += (lines.empty() ? "" : "\n") + each.message();
    return lines;
}

}  // namespace

TEST_CASE("entries are added, replaced and removed") {
    catalog made;
    CHECK(made.to_yaml() == "sources: {}\n");
    REQUIRE(made.add("one", pcap_entry({.paths = {"a.pcap"},
                                        .options = {.protocol = "udp", .payload = true},
                                        .description = "the first"}))
                .empty());
    REQUIRE(made.add("two", pcap_entry({.paths = {"b.pcap", "c d.pcap"}, .options = {.limit = 5}})).empty());
    CHECK(made.to_yaml() ==
          "sources:\n"
          "  one:\n"
          "    description: 'the first'\n"
          "    driver: pcap\n"
          "    args:\n"
          "      urlpath: a.pcap\n"
          "      protocol: udp\n"
          "      payload: true\n"
          "  two:\n"
          "    driver: pcap\n"
          "    args:\n"
          "      urlpath:\n"
          "        - b.pcap\n"
          "        - 'c d.pcap'\n"
          "      limit: 5\n");
    CHECK(made.to_yaml("two") ==
          "sources:\n"
          "  two:\n"
          "    driver: pcap\n"
          "    args:\n"
          "      urlpath:\n"
          "        - b.pcap\n"
          "        - 'c d.pcap'\n"
          "      limit: 5\n");
    CHECK(made.to_yaml("three") == "");
    REQUIRE(made.add("one", pcap_entry({.paths = {"z.pcap"}, .options = {}})).empty());
    CHECK(made.entries().size() == 2);
    CHECK(made.request("one")->paths == std::vector<std::string>{"z.pcap"});
    CHECK(made.remove("one"));
    CHECK_FALSE(made.remove("one"));
    CHECK(made.entries().size() == 1);
    CHECK(made.to_yaml().find("one") == std::string::npos);
}

TEST_CASE("what is wrong with an entry keeps it out") {
    catalog made = *catalog::parse("metadata: {parameters: {n: {type: int, default: 3}}}\nsources: {}\n", "c.yml");
    CHECK(messages(made.add("a", yaml::read("{driver: pcap, args: {urlpath: x, protcol: tcp}}").root)) ==
          ":1:35: unknown option 'protcol'; did you mean 'protocol'?");
    CHECK(messages(made.add("", yaml::node::mapping())) == "'' is not a name for an entry");
    CHECK(messages(made.add("a", yaml::node::from(std::string_view("\xff")))) ==
          "'a' is not a value that YAML can say: it has text that is not UTF-8");
    CHECK(made.entries().empty());
    CHECK(made.add("a", yaml::read("{driver: pcap, args: {urlpath: x, limit: '{{ n }}'}}").root).empty());
    CHECK(made.request("a")->options.limit == 3);
}

TEST_CASE("a request is written so that it asks for the same again") {
    const read_request asked{.paths = {"{{ x }}/a{%.pcap", "no", "end\n"},
                             .options = {.protocol = "17",
                                         .payload = true,
                                         .columns = "time,len",
                                         .all_frames = true,
                                         .chunksize = 7,
                                         .limit = 9,
                                         .merge = true,
                                         .partition_bytes = 4096}};
    catalog made;
    REQUIRE(made.add("a b", pcap_entry(asked)).empty());
    const text_result<catalog> again = catalog::parse(made.to_yaml(), "c.yml");
    REQUIRE(again);
    const text_result<read_request> same = again->request("a b");
    REQUIRE(same);
    CHECK(same->paths == asked.paths);
    CHECK(shown(named_values(*same)) == shown(named_values(asked)));
    CHECK(entry_text("x", pcap_entry({.paths = {"y"}, .options = {}})) ==
          "sources:\n  x:\n    driver: pcap\n    args:\n      urlpath: 'y'\n");
}

TEST_CASE("a source says how it is opened again") {
    catalog made;
    const yaml::node metadata = yaml::read("{plots: {first: {kind: timeline}}}").root;
    const std::string file = "tests/data/local.pcap";
    REQUIRE(made.add("a", pcap_entry({.paths = {file},
                                      .options = {.protocol = "udp", .limit = 4},
                                      .description = "d",
                                      .metadata = metadata}))
                .empty());
    text_result<pcap_source> source = made.open_source("a");
    REQUIRE(source);
    CHECK(source->description() == "d");
    REQUIRE(source->metadata() != nullptr);
    CHECK(yaml::same(*source->metadata(), metadata));
    const std::string text = to_yaml(*source, "again");
    CHECK(text ==
          "sources:\n"
          "  again:\n"
          "    description: d\n"
          "    driver: pcap\n"
          "    args:\n"
          "      urlpath: tests/data/local.pcap\n"
          "      protocol: udp\n"
          "      limit: 4\n"
          "    metadata:\n"
          "      plots:\n"
          "        first:\n"
          "          kind: timeline\n");
    const text_result<catalog> again = catalog::parse(text, "c.yml");
    REQUIRE(again);
    CHECK(to_yaml(*again->open_source("again"), "again") == text);
    CHECK(to_yaml(*open_pcap(file)) ==
          "sources:\n  capture:\n    driver: pcap\n    args:\n      urlpath: tests/data/local.pcap\n");
}

TEST_CASE("a catalog is saved in full and reads back the same") {
    const std::string text =
        "name: mine # a comment\n"
        "plugins: {source: [{module: intake_pcap}]}\n"
        "x-anchor: &a {urlpath: '{{ CATALOG_DIR }}/x.pcap', protocol: tcp}\n"
        "sources:\n"
        "  a: {driver: pcap, args: *a, description: |\n"
        "    two\n"
        "    lines\n";
    REQUIRE_FALSE(catalog::parse(text, "c.yml"));
    const std::string good =
        "name: mine # a comment\n"
        "plugins: {source: [{module: intake_pcap}]}\n"
        "x-anchor: &a {urlpath: '{{ CATALOG_DIR }}/x.pcap', protocol: tcp}\n"
        "sources:\n"
        "  a:\n"
        "    driver: pcap\n"
        "    args: *a\n"
        "    description: |\n"
        "      two\n"
        "      lines\n";
    catalog made = *catalog::parse(good, "c.yml");
    REQUIRE(made.add("b", pcap_entry({.paths = {"b.pcap"}, .options = {}})).empty());
    const std::string file = (std::filesystem::temp_directory_path() / "pcapframe-test-catalog.yml").string();
    REQUIRE(made.save(file));
    const text_result<catalog> again = catalog::open(file);
    REQUIRE(again);
    CHECK(again->to_yaml() == made.to_yaml());
    CHECK(again->name() == "mine");
    CHECK(again->entries().size() == 2);
    CHECK(again->find("a")->description == "two\nlines\n");
    CHECK(again->to_yaml().starts_with("name: mine\nplugins:\n  source:\n    - module: intake_pcap\nx-anchor:\n"));
    std::filesystem::remove(file);
    CHECK(made.save("tests/data/no/such/folder.yml").error().message() ==
          "tests/data/no/such/folder.yml: cannot be written: No such file or directory");
}
