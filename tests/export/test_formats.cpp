// The list of output formats, and the printed table as one of them.
#include <algorithm>
#include <set>
#include <string>

#include <doctest/doctest.h>

#include "../table/rows.hpp"
#include "written.hpp"

using namespace pcapframe;
using namespace testing;

TEST_CASE("formats by name") {
    for (const std::string_view name : {"table", "csv", "jsonl"}) {
        const auto format = find_format(name);
        REQUIRE(format);
        CHECK((*format)->name == name);
    }
    const auto misspelled = find_format("cvs");
    REQUIRE_FALSE(misspelled);
    CHECK(misspelled.error().message() == "unknown format 'cvs'; did you mean 'csv'?");
    CHECK(find_format("json").error().hint.view() == "jsonl");
    CHECK(find_format("CSV").error().hint.view() == "csv");
    CHECK_FALSE(find_format(""));
}

TEST_CASE("formats by the extension of a file name") {
    const auto name_for = [](std::string_view path) {
        const auto format = format_of_path(path);
        return std::string(format ? (*format)->name : format.error().subject.view());
    };
    CHECK(name_for("day/out.csv") == "csv");
    CHECK(name_for("out.jsonl") == "jsonl");
    CHECK(name_for("OUT.JsonL") == "jsonl");
    CHECK(name_for("out.txt") == "table");
    CHECK(name_for("out.csv.gz") == "csv");
    CHECK(name_for("out.jsonl.LZ4") == "jsonl");
    for (const std::string_view path :
         {"", "-", "out", "csv", "out.csv.zst", "out.gz", "out.jso", "out.csv/", "out.parquet"})
        CHECK(name_for(path) == path);
    CHECK(name_for("out.json") == "jsonl");
    CHECK(name_for("out.NDJSON.gz") == "jsonl");
    CHECK(name_for("out.tab") == "tsv");
    CHECK(format_of_path("out.jso").error().message() ==
          "'out.jso' is not a file name that ends in .txt, .csv, .tsv or .jsonl (or name a format)");
}

TEST_CASE("every format has a name, an extension and a meaning of its own, and a writer") {
    std::set<std::string_view> names;
    for (const output_format& format : output_formats) {
        CHECK(names.insert(format.name).second);
        CHECK(names.insert(format.extension).second);
        CHECK(format.extension.starts_with("."));
        CHECK_FALSE(format.meaning.empty());
        CHECK(format.make({}) != nullptr);
        const auto by_extension = format_of_path("a" + std::string(format.extension));
        REQUIRE(by_extension);
        CHECK(*by_extension == &format);
    }
}

TEST_CASE("a table of several batches is what it is of one") {
    const packet_batch first("src_port,ttl", std::vector<captured_packet>(40));
    packet_batch second("src_port,ttl", std::vector<captured_packet>(30, {.frame = udp6_packet}));
    second.rows().set_first_index(40);
    const std::string text = written("table", {&*first, &*second});
    CHECK(text.starts_with("    src_port  ttl\n0      49153   64\n"));
    CHECK(text.ends_with("69        53   64\n\n[70 rows x 2 columns]\n"));
    const std::string all = written("table", {&*first, &*second}, {.all_rows = true});
    CHECK(std::count(all.begin(), all.end(), '\n') == 71);
    CHECK(all.ends_with("69        53   64\n"));
}
