// The manual's examples and the methods of its sources and streams, in C++. What the packets are: manual_captures.py.
#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <pcapframe/catalog/catalog.hpp>
#include <pcapframe/pcapframe.hpp>
#include <pcapframe/plot/plot.hpp>

using namespace pcapframe;

namespace {

const std::string unfiltered = "tests/manual/unfiltered/local.pcap";
const std::string filtered = "tests/manual/filtered/local.pcap";

constexpr std::string_view from_client = " 192.168.0.39 54703 172.123.4.56 443 udp";
constexpr std::string_view from_server = " 172.123.4.56 443 192.168.0.39 54703 udp";

/// What the manual prints, with single spaces.
std::string listing(const std::vector<std::pair<std::string_view, std::string_view>>& rows) {
    std::string text = "time src_host src_port dst_host dst_port protocol\n";
    for (std::size_t i = 0; i < rows.size(); ++i)
        text += std::to_string(i) + " 2018-01-09 08:16:12." + std::string(rows[i].first) + std::string(rows[i].second) +
                "\n";
    return text;
}

const std::string unfiltered_rows = listing({{"210010", from_client},
                                             {"210910", from_client},
                                             {"236176", from_server},
                                             {"236543", from_server},
                                             {"236726", from_client},
                                             {"236791", from_client},
                                             {"252565", from_server},
                                             {"313082", from_server},
                                             {"313479", from_server}});
const std::string filtered_rows = listing({{"210010", from_client},
                                           {"210910", from_client},
                                           {"236176", from_server},
                                           {"236543", from_server},
                                           {"236726", from_client},
                                           {"236791", from_client},
                                           {"252565", from_server},
                                           {"303790", from_server},
                                           {"313082", from_server},
                                           {"313479", from_server}});

/// A table as it is printed, with single spaces.
std::string printed(const result<table>& rows) {
    REQUIRE(rows);
    table_printer printer(rows->columns(), {});
    printer.add(*rows);
    std::string text;
    for (const char c : printer.take() + printer.finish()) {
        const bool after_space = text.empty() || text.back() == ' ' || text.back() == '\n';
        if (c != ' ' || !after_space) text += c;
    }
    return text;
}

}  // namespace

TEST_CASE("1.2, 1.6.2: a file") {
    auto source = open_pcap(unfiltered);
    REQUIRE(source);
    CHECK(printed(source->read()) == unfiltered_rows);
}

TEST_CASE("1.6.3: a file by the catalog") {
    auto captures = catalog::open("tests/manual/unfiltered/catalog.yml");
    REQUIRE(captures);
    auto source = captures->open_source("raw_local");
    REQUIRE(source);
    CHECK(printed(source->read()) == unfiltered_rows);
}

TEST_CASE("1.7.1: one protocol") {
    CHECK(printed(open_pcap(filtered, {.protocol = "udp"})->read()) == filtered_rows);
    CHECK(open_pcap(filtered, {.protocol = "tcp"})->read()->rows() == 1);
    CHECK(open_pcap(filtered)->read()->rows() == 11);
}

TEST_CASE("1.7.2: one protocol by the catalog") {
    auto captures = catalog::open("tests/manual/filtered/catalog.yml");
    REQUIRE(captures);
    CHECK(printed(captures->open_source("udp_local")->read()) == filtered_rows);
    CHECK(captures->open_source("tcp_local")->read()->rows() == 1);
}

TEST_CASE("1.8: payload") {
    const auto rows = open_pcap(filtered, {.protocol = "udp", .payload = true})->read();
    REQUIRE(rows);
    REQUIRE(rows->columns().back() == column::payload);
    for (std::size_t i = 0; i < 10; ++i) {
        const bytes_view payload = *rows->payload()[i];
        CHECK(std::string(payload.begin(), payload.end()) == "payload of row " + std::to_string(i));
    }
}

TEST_CASE("PCAPSource: discover, read, read_chunked, read_partition, yaml, description, metadata, plots, plot, close") {
    static_assert(std::is_copy_constructible_v<read_options> && std::is_copy_assignable_v<read_options>);
    static_assert(std::is_move_constructible_v<pcap_source> && std::is_move_assignable_v<pcap_source>);
    auto captures = catalog::parse(
        "sources:\n"
        "  talk:\n"
        "    description: a short one\n"
        "    driver: intake_pcap.source.PCAPSource\n"
        "    args: {urlpath: '{{ CATALOG_DIR }}/local.pcap', chunksize: 4}\n"
        "    metadata: {plots: {busy: {kind: timeline, title: How busy}, other: {kind: line}}}\n",
        "tests/manual/unfiltered/catalog.yml");
    REQUIRE(captures);
    auto source = captures->open_source("talk");
    REQUIRE(source);
    CHECK(source->description() == "a short one");

    const auto schema = source->discover();
    REQUIRE(schema);
    std::vector<std::string> columns;
    for (const auto& field : schema->columns)
        columns.push_back(std::string(field.name) + ":" + std::string(field.type));
    CHECK(columns == std::vector<std::string>{"time:timestamp[ns, UTC]", "src_host:ip address", "src_port:uint16",
                                              "dst_host:ip address", "dst_port:uint16", "protocol:string"});
    CHECK(schema->rows == 9);
    CHECK(schema->partitions == 1);
    REQUIRE(schema->metadata);
    CHECK(schema->metadata.get() == source->metadata());
    CHECK(schema->metadata->find("plots") != nullptr);

    CHECK(printed(source->read()) == unfiltered_rows);
    auto chunks = source->read_chunked();
    REQUIRE(chunks);
    batch chunk = chunks->make_batch();
    std::vector<std::size_t> sizes;
    while (*chunks->next(chunk)) sizes.push_back(chunk.rows());
    CHECK(sizes == std::vector<std::size_t>{4, 4, 1});
    CHECK(printed(source->read_partition(0)) == unfiltered_rows);
    CHECK(source->read_partition(1).error().message() == "there is no partition 1: they are 0 to 0");

    const auto again = catalog::parse(to_yaml(*source, "again"), "c.yml");
    REQUIRE(again);
    CHECK(printed(again->open_source("again")->read()) == unfiltered_rows);
    CHECK(to_yaml(*again->open_source("again"), "again") == to_yaml(*source, "again"));

    const std::vector<named_plot> plots = plots_of(*source);
    REQUIRE(plots.size() == 2);
    CHECK((plots[0].name == "busy" && plots[0].kind == "timeline" && plots[0].title == "How busy"));
    CHECK((plots[1].name == "other" && plots[1].kind == "line" && plots[1].title.empty()));
    CHECK(plots_of(*open_pcap(unfiltered)).empty());
    const auto drawn = plot(*source, {.title = plots[0].title, .kind = plots[0].kind});
    REQUIRE(drawn);
    CHECK(drawn->find("<h1>How busy</h1>") != std::string::npos);

    source->close();
    CHECK(source->read().error().message() == "the source is closed");
    CHECK(!source->discover());
    CHECK(!source->read_chunked());
    CHECK(!source->read_partition(0));
    CHECK(!source->for_each_row<column::time>([](auto) {}));
    CHECK(!plot(*source));
}

TEST_CASE("OfflineStream: to_dataframe, set_filter, dtype") {
    auto stream = offline_stream(filtered, "udp", true);
    REQUIRE(stream);
    CHECK(stream->dtype().size() == 7);
    CHECK(stream->dtype().back().name == "payload");
    CHECK(stream->to_dataframe(2)->rows() == 2);
    REQUIRE(stream->set_filter("tcp"));
    // The one TCP segment comes after six UDP datagrams: those that the stream passes are gone.
    CHECK(stream->to_dataframe(1)->rows() == 1);
    REQUIRE(stream->set_filter(""));
    const auto rest = stream->to_dataframe();
    REQUIRE(rest);
    CHECK(rest->rows() == 4);
    CHECK(rest->first_index() == 3);
    CHECK(stream->to_dataframe()->rows() == 0);
    CHECK(stream->to_dataframe(5)->rows() == 0);
}
