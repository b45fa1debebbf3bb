#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include <pcapframe/catalog/catalog.hpp>

#include "yaml_shown.hpp"

using namespace pcapframe;

namespace {

/// The catalog of the manual, indented as YAML wants it.
constexpr std::string_view manual =
    "sources:\n"
    "  raw_live:\n"
    "    driver: pcap\n"
    "    args:\n"
    "      urlpath: ~\n"
    "      interface: en0\n"
    "      chunksize: 10\n"
    "  raw_local:\n"
    "    driver: pcap\n"
    "    args:\n"
    "      urlpath: '{{ CATALOG_DIR }}/local.pcap'\n"
    "  tcp_local:\n"
    "    driver: pcap\n"
    "    args:\n"
    "      urlpath: '{{ CATALOG_DIR }}/local.pcap'\n"
    "      protocol: tcp\n"
    "  udp_local:\n"
    "    driver: pcap\n"
    "    args:\n"
    "      urlpath: '{{ CATALOG_DIR }}/local.pcap'\n"
    "      protocol: udp\n";

catalog must_parse(std::string_view text, const std::string& path = "folder/catalog.yml",
                   const catalog_options& options = {}) {
    text_result<catalog> made = catalog::parse(text, path, options);
    const std::string message = made.message();
    CAPTURE(message);
    REQUIRE(made);
    return std::move(*made);
}

/// What an entry asks for, in one line, or what is wrong.
std::string asked(const catalog& from, std::string_view entry, std::string_view given = "{}") {
    const text_result<read_request> request = from.request(entry, yaml::read(given).root);
    return request ? shown(named_values(*request)) : request.message();
}

std::size_t rows_of(const catalog& from, std::string_view entry, std::string_view given = "{}") {
    text_result<pcap_source> source = from.open_source(entry, yaml::read(given).root);
    const std::string message = source.message();
    CAPTURE(message);
    REQUIRE(source);
    const result<table> rows = source->read();
    REQUIRE(rows);
    return rows->rows();
}

}  // namespace

TEST_CASE("the manual's catalog lists its entries in order") {
    const catalog made = must_parse(manual);
    std::vector<std::string> names;
    for (const catalog_entry& entry : made.entries()) names.push_back(entry.name);
    CHECK(names == std::vector<std::string>{"raw_live", "raw_local", "tcp_local", "udp_local"});
    CHECK(made.entries()[0].driver == "pcap");
    CHECK(made.entries()[0].kind == driver_kind::pcap);
    CHECK(made.name() == "folder");
    CHECK(made.description() == "");
    CHECK(made.metadata().is_null());
    CHECK(made.find("tcp_local") == &made.entries()[2]);
    CHECK(made.find("tcp") == nullptr);
}

TEST_CASE("the manual's entries ask for what they say") {
    const catalog made = must_parse(manual);
    CHECK(asked(made, "raw_local") == "{\"urlpath\": \"folder/local.pcap\"}");
    CHECK(asked(made, "tcp_local") == "{\"urlpath\": \"folder/local.pcap\", \"protocol\": \"tcp\"}");
    CHECK(asked(made, "raw_live") == "{\"urlpath\": null, \"interface\": \"en0\", \"chunksize\": 10}");
    CHECK(made.open_source("raw_live").message() ==
          "folder/catalog.yml: 'raw_live' captures from the interface 'en0': open it with open_live of "
          "<pcapframe/live.hpp>");
    CHECK(asked(must_parse(manual, "catalog.yml"), "raw_local") == "{\"urlpath\": \"./local.pcap\"}");
    CHECK(asked(must_parse(manual, "/catalog.yml"), "raw_local") == "{\"urlpath\": \"/local.pcap\"}");
    CHECK(asked(must_parse(manual, "/a/b/catalog.yml"), "raw_local") == "{\"urlpath\": \"/a/b/local.pcap\"}");
}

TEST_CASE("the manual's entries read the sample capture") {
    const catalog made = must_parse(manual, "tests/data/catalog.yml");
    const std::size_t all = rows_of(made, "raw_local");
    const std::size_t tcp = rows_of(made, "tcp_local");
    const std::size_t udp = rows_of(made, "udp_local");
    CHECK(tcp > 0);
    CHECK(udp > 0);
    CHECK(tcp + udp < all);
    CHECK(rows_of(made, "tcp_local", "{protocol: udp}") == udp);
    CHECK(rows_of(made, "raw_local", "{limit: 3}") == 3);
    text_result<pcap_source> with_payload = made.open_source("raw_local", yaml::read("{payload: true}").root);
    REQUIRE(with_payload);
    CHECK(with_payload->columns().back() == column::payload);
}

TEST_CASE("intake-pcap's own catalog works unchanged") {
    if (!std::filesystem::exists("../shared/captures/intake-pcap/catalog1.yml")) {
        MESSAGE("skipped: no ../shared");
        return;
    }
    const text_result<catalog> made = catalog::open("../shared/captures/intake-pcap/catalog1.yml");
    REQUIRE(made);
    CHECK(made->name() == "catalog1");
    CHECK(rows_of(*made, "ping") == 96);
    CHECK(rows_of(*made, "raw_http") == 43);
    CHECK(rows_of(*made, "tcp_http") == 41);
    CHECK(rows_of(*made, "raw_vlan") == 18);
    CHECK(rows_of(*made, "raw_http", "{protocol: udp}") == 2);
    const text_result<catalog> sample = catalog::open("../shared/captures/intake-pcap/sample.yml");
    REQUIRE(sample);
    CHECK(sample->entries().size() == 4);
}

TEST_CASE("every option can be said in an entry") {
    const catalog made = must_parse(
        "sources:\n"
        "  all:\n"
        "    driver: intake_pcap.source.PCAPSource\n"
        "    description: everything\n"
        "    metadata: {plots: {a: {kind: timeline}}}\n"
        "    cache: []\n"
        "    direct_access: allow\n"
        "    args:\n"
        "      urlpath: [a.pcap, 'b/*.pcap']\n"
        "      protocol: 6\n"
        "      payload: true\n"
        "      columns: [time, len]\n"
        "      all_frames: true\n"
        "      merge: true\n"
        "      limit: 5\n"
        "      chunksize: 100\n"
        "      partition_bytes: 1000000\n"
        "      metadata: {x: y}\n"
        "  few: {driver: pcap, args: {urlpath: x, columns: 'time,len', payload: false, protocol: ~, chunksize: ~}}\n");
    CHECK(
        asked(made, "all") ==
        "{\"urlpath\": [\"a.pcap\", \"b/*.pcap\"], \"protocol\": \"6\", \"payload\": true, \"columns\": \"time,len\", "
        "\"all_frames\": true, \"chunksize\": 100, \"limit\": 5, \"merge\": true, \"partition_bytes\": 1000000}");
    CHECK(asked(made, "few") == "{\"urlpath\": \"x\", \"columns\": \"time,len\"}");
    CHECK(made.entries()[0].description == "everything");
    CHECK(shown(made.entries()[0].metadata) == "{\"plots\": {\"a\": {\"kind\": \"timeline\"}}}");
    const text_result<read_request> request = made.request("all");
    REQUIRE(request);
    CHECK(request->options.chunksize == 100);
    CHECK(request->options.limit == 5);
    CHECK(request->options.partition_bytes == 1'000'000);
}

TEST_CASE("the options of an entry are those of what it opens") {
    const catalog made = must_parse(
        "sources:\n"
        "  twice:\n"
        "    driver: pcap\n"
        "    args: {urlpath: [tests/data/local.pcap, 'tests/data/loc*.pcap'], merge: true, chunksize: 50}\n"
        "  parts: {driver: pcap, args: {urlpath: tests/data/local.pcap, partition_bytes: 5000}}\n");
    text_result<pcap_source> twice = made.open_source("twice");
    REQUIRE(twice);
    CHECK(*twice->partitions() == 1);
    batch rows = twice->make_batch();
    REQUIRE(*twice->next(rows));
    CHECK(rows.rows() == 50);
    // Every packet comes twice in a row, once of each file.
    for (std::size_t i = 0; i < rows.rows(); i += 2) CHECK(rows.time()[i] == rows.time()[i + 1]);
    CHECK(twice->read()->rows() == 2 * 87);
    CHECK(*made.open_source("parts")->partitions() == 3);
}

TEST_CASE("a line break at the end of an argument goes") {
    const catalog made = must_parse(
        "sources:\n"
        "  a:\n"
        "    driver: {one: {class: pcap, args: {columns: \"time\\n\"}}}\n"
        "    args:\n"
        "      urlpath: >\n"
        "        {{ CATALOG_DIR }}/a\n"
        "        b.pcap\n"
        "      protocol: |\n"
        "        tcp\n"
        "  b: {driver: pcap, args: {urlpath: [\"x\\n\\n\"]}}\n");
    CHECK(asked(made, "a") == "{\"urlpath\": \"folder/a b.pcap\", \"protocol\": \"tcp\", \"columns\": \"time\"}");
    CHECK(asked(made, "b") == "{\"urlpath\": \"x\\n\"}");
}

TEST_CASE("the caller's options replace the entry's, from texts too") {
    const catalog made = must_parse("sources: {a: {driver: pcap, args: {urlpath: x, limit: 5, payload: true}}}");
    CHECK(asked(made, "a", "{limit: 7, payload: false}") == "{\"urlpath\": \"x\", \"limit\": 7}");
    CHECK(asked(made, "a", "{limit: '8', payload: 'no', urlpath: y, protocol: udp}") ==
          "{\"urlpath\": \"y\", \"protocol\": \"udp\", \"limit\": 8}");
    CHECK(asked(made, "a", "{limit: ~, payload: ~}") == "{\"urlpath\": \"x\"}");
    CHECK(asked(made, "a", "{protcol: udp}") == "unknown option 'protcol' of 'a'; did you mean 'protocol'?");
    CHECK(asked(made, "a", "{limit: ten}") == "'limit=ten' is not a number of rows, 1 or more");
    CHECK(asked(made, "a", "{limit: '0'}") == "'limit=0' is not a number of rows, 1 or more");
    CHECK(asked(made, "a", "{payload: maybe}") == "'payload=maybe' is not true or false");
    CHECK(asked(made, "a", "{protocol: tpc}") == "unknown protocol 'tpc'; did you mean 'tcp'?");
    CHECK(asked(made, "a", "{interface: en0}") == "the source 'a' names both a file and an interface");
    CHECK(asked(made, "a", "{interface: en0, urlpath: '', timeout: '250'}").find("\"timeout\": 250") !=
          std::string::npos);
    CHECK(asked(made, "b") == "folder/catalog.yml: unknown entry 'b'; did you mean 'a'?");
    CHECK(made.request("b").problems()[0].kind == problem_kind::request);
    CHECK(made.request("a", yaml::read("{limit: ten}").root).problems()[0].kind == problem_kind::request);
}

TEST_CASE("drivers: lists, mappings, unknown ones") {
    const catalog made = must_parse(
        "sources:\n"
        "  list: {driver: [csv, pcap, alias], args: {urlpath: x}}\n"
        "  map:\n"
        "    driver:\n"
        "      table: {class: intake.source.csv.CSVSource, args: {urlpath: x.csv}}\n"
        "      packets: {class: pcap, args: {urlpath: x.pcap, protocol: udp}}\n"
        "    args: {urlpath: y, payload: true}\n"
        "  other: {driver: csv, args: {urlpath: z.csv, anything: [1]}}\n"
        "  others: {driver: [zarr, csv]}\n");
    CHECK(asked(made, "list") == "{\"urlpath\": \"x\"}");
    CHECK(asked(made, "map") == "{\"urlpath\": \"x.pcap\", \"protocol\": \"udp\", \"payload\": true}");
    CHECK(made.find("other")->kind == driver_kind::other);
    CHECK(asked(made, "other") ==
          "folder/catalog.yml:8:3: the driver 'csv' of 'other' is not known; 'pcap' is read here");
    CHECK(made.find("others")->driver == "zarr");
    CHECK(made.request("other").problems()[0].kind == problem_kind::input);
}

TEST_CASE("the name and the description of a catalog") {
    const catalog named = must_parse("name: mine\ndescription: about\nmetadata: {version: 1}\nsources: {}\n");
    CHECK(named.name() == "mine");
    CHECK(named.description() == "about");
    CHECK(shown(named.metadata()) == "{\"version\": 1}");
    CHECK(must_parse("sources:\n", "a/b.c.yml").name() == "b_c");
    CHECK(must_parse("sources:\n", "catalog.yml").name() == "catalog");
    CHECK(must_parse("sources:\n", "x/catalog.yaml").name() == "x");
}

TEST_CASE("a catalog that cannot be read") {
    const text_result<catalog> made = catalog::open("tests/data/no_such.yml");
    REQUIRE_FALSE(made);
    CHECK(made.message() == "tests/data/no_such.yml: cannot be opened: No such file or directory");
    CHECK(made.problems()[0].kind == problem_kind::input);
    CHECK(catalog::open("tests").message() ==
          "tests: is a directory; name a file or a pattern such as 'folder/*.pcap'");
}

TEST_CASE("an entry whose files are not there, or that names none") {
    const catalog made = must_parse(
        "sources:\n"
        "  gone: {driver: pcap, args: {urlpath: tests/data/no_such.pcap}}\n"
        "  none: {driver: pcap, args: {urlpath: ~}}\n"
        "  empty: {driver: pcap, args: {urlpath: '{{ env(PCAPFRAME_TEST_UNSET, ) }}'}}\n");
    CHECK(made.open_source("gone").message() == "tests/data/no_such.pcap: cannot be opened: No such file or directory");
    CHECK(asked(made, "none") == "folder/catalog.yml:3:3: the source 'none' names no file: its 'urlpath' is empty");
    CHECK(asked(made, "empty") == "folder/catalog.yml:4:3: the source 'empty' names no file: its 'urlpath' is empty");
}
