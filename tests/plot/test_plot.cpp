#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <pcapframe/plot/plot.hpp>
#include <pcapframe/source/source.hpp>

#include "rows.hpp"
#include "valid_json.hpp"
#include "well_formed.hpp"

using namespace pcapframe;
using namespace plot_test;

namespace {

/// Compares with tests/data/plot/`name`. With PCAPFRAME_UPDATE_GOLDENS set it writes the file instead: look at what
/// changed before it is committed.
void check_golden(const std::string& name, const std::string& document) {
    const std::string path = "tests/data/plot/" + name;
    if (std::getenv("PCAPFRAME_UPDATE_GOLDENS") != nullptr) std::ofstream(path, std::ios::binary) << document;
    std::ifstream file(path, std::ios::binary);
    REQUIRE_MESSAGE(file.good(), path);
    const std::string golden{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    const auto differs = std::mismatch(golden.begin(), golden.end(), document.begin(), document.end());
    const auto at = static_cast<std::size_t>(differs.first - golden.begin());
    const bool same = golden == document;
    CHECK_MESSAGE(same, name << " differs at byte " << at << ": " << document.substr(at, 80));
}

std::string drawn(const traffic_summary& summary, const plot_options& options) {
    const result<std::string> document = plot(summary, options);
    REQUIRE(document);
    return *document;
}

/// Half a minute of a small network: two clients, a resolver, a web server over IPv6, ARP.
traffic_summary small_network() {
    std::vector<packet> packets;
    numbers random(42);
    for (std::int64_t i = 0; i < 300; ++i) {
        const std::int64_t time = start + i * 97'000'000 + static_cast<std::int64_t>(random.below(50'000'000));
        const auto client = static_cast<std::uint8_t>(1 + random.below(2));
        const auto port = static_cast<std::uint16_t>(40'000 + random.below(3));
        const auto size = static_cast<std::uint32_t>(60 + random.below(100));
        const auto large = static_cast<std::uint32_t>(random.below(2) == 0 ? 1'514 : 66 + random.below(1'200));
        switch (random.below(6)) {
            case 0: packets.push_back({time, host(client), host(53), port, 53, udp, size}); break;
            case 1: packets.push_back({time, host(53), host(client), 53, port, udp, size + 90}); break;
            case 2: packets.push_back({time, {}, {}, {}, {}, arp, 60}); break;
            case 3: packets.push_back({time, host6(client), host6(80), port, 443, tcp, 86}); break;
            default: packets.push_back({time, host6(80), host6(client), 443, port, tcp, large}); break;
        }
    }
    return summarize(packets);
}

/// What is easily drawn wrong.
std::vector<traffic_summary> strange_captures() {
    std::vector<traffic_summary> all;
    all.push_back(summarize({}));
    all.push_back(summarize({udp_packet(start)}));
    all.push_back(summarize(std::vector<packet>(7, udp_packet(start))));
    all.push_back(summarize({udp_packet(start), udp_packet(start + 3'000 * day)}));
    all.push_back(summarize({udp_packet(no_time + 1), udp_packet(INT64_MAX)}));
    all.push_back(summarize({{{}, host(1), host(2), 1, 2, udp, 100}}));
    all.push_back(summarize({{start, {}, {}, {}, {}, arp, 60}, {start + 1, {}, {}, {}, {}, {}, 0}}));
    all.push_back(summarize({{start, host(1), host(2), {}, {}, udp, 0xffff'ffff}}));
    all.push_back(summarize({{start, {}, {}, {}, {}, {}, {}}}));
    std::vector<packet> protocols;
    for (std::uint16_t i = 0; i < 3'000; ++i)
        protocols.push_back({start + i * second, host(static_cast<std::uint8_t>(i)), host6(1), i, i, i, i});
    all.push_back(summarize(protocols));
    return all;
}

constexpr std::string_view hostile = "</title></script><script>alert(1)</script><!-- \"'&\x01\x1b[31m\xff\xe2\x80\xae";

}  // namespace

TEST_CASE("goldens: every kind as a picture, the page, the numbers") {
    const traffic_summary summary = small_network();
    for (const plot_kind& kind : plot_kinds) {
        const plot_options options{
            .title = "small network", .kind = std::string(kind.name), .format = plot_format::svg};
        check_golden("small_" + std::string(kind.name) + ".svg", drawn(summary, options));
    }
    check_golden("small_overview.html", drawn(summary, {.title = "small network"}));
    check_golden("small.json", drawn(summary, {.title = "small network", .format = plot_format::json}));
}

TEST_CASE("golden: an axis with a cut, warnings, packets without a time") {
    std::vector<packet> packets{{{}, host(1), host(2), 1, 2, udp, 100}};
    for (int i = 0; i < 40; ++i) packets.push_back(udp_packet(start + i * second));
    for (int i = 0; i < 90; ++i) packets.push_back(udp_packet(start + 1'000 * day + i * second));
    const plot_options options{.title = std::string(hostile),
                               .kind = "timeline",
                               .format = plot_format::svg,
                               .warnings = {"a.pcap: at byte 7: the <record> is cut & gone"}};
    check_golden("cut_axis.svg", drawn(summarize(packets), options));
}

TEST_CASE("golden: the capture of the README") {
    auto source =
        open_pcap("tests/data/local.pcap", {.columns = traffic_summary::columns, .all_frames = true});
    REQUIRE(source);
    traffic_summary summary;
    batch rows = source->make_batch();
    while (*source->next(rows)) summary.add(rows);
    check_golden("local.svg", drawn(summary, {.title = "local.pcap", .format = plot_format::svg}));
}

TEST_CASE("whatever the capture and the title, documents are well formed and without odd numbers") {
    for (const traffic_summary& summary : strange_captures()) {
        for (const plot_kind& kind : plot_kinds) {
            for (const plot_format format : {plot_format::html, plot_format::svg, plot_format::json}) {
                const plot_options options{.title = std::string(hostile),
                                           .kind = std::string(kind.name),
                                           .format = format,
                                           .warnings = {std::string(hostile)}};
                const std::string document = drawn(summary, options);
                CHECK_FALSE(has_bad_number(document));
                CHECK(document.find("alert(1)</script>") == std::string::npos);
                CHECK(document.find("<script>alert") == std::string::npos);
                if (format != plot_format::json) {
                    CHECK(problem_of(document) == "");
                    continue;
                }
                CHECK(is_valid_json(document));
                CHECK(document.find('<') == std::string::npos);
            }
        }
    }
}

TEST_CASE("a page names no address that a browser could load") {
    const std::string page = drawn(small_network(), {});
    for (const std::string_view word : {"http://", "https://", "src=", "url(", "@import"}) {
        const std::size_t found = page.find(word);
        // The one address is the name of a namespace.
        const bool is_namespace = found != std::string::npos && page.substr(found, 26) == "http://www.w3.org/2000/svg";
        CHECK((found == std::string::npos || is_namespace));
    }
}

TEST_CASE("above the number of hosts that are counted exactly the page says so") {
    traffic_summary summary;
    std::vector<packet> packets;
    for (std::uint32_t i = 0; i < 70'000; ++i) {
        ip_address from = host6(0);
        from.octets[12] = static_cast<std::uint8_t>(i >> 16);
        from.octets[13] = static_cast<std::uint8_t>(i >> 8);
        from.octets[14] = static_cast<std::uint8_t>(i);
        // The last host of all sends more than any other.
        const bool last = i + 1 == 70'000;
        for (int copies = last ? 100 : 1; copies > 0; --copies)
            packets.push_back({start + i, from, host6(200), std::uint16_t{9}, std::uint16_t{80}, udp, 100});
    }
    summary.add(make_batch(packets));
    const std::string page = drawn(summary, {.kind = "hosts"});
    CHECK(page.find("10 of more than 65,536") != std::string::npos);
    CHECK(page.find(
              "More than 65,536 hosts. Figures with \xe2\x89\xa5 are counted from a later time on: up to 101 B may be "
              "missing; none that is not shown has more than") != std::string::npos);
    CHECK(page.find("\xe2\x89\xa5 10.0 kB") != std::string::npos);
    CHECK(page.find("&gt; 65,536") != std::string::npos);
    const std::string numbers = drawn(summary, {.format = plot_format::json});
    CHECK(numbers.find("\"hosts\":{\"exact\":false,\"not_listed_at_most\":") != std::string::npos);
    CHECK(numbers.find("\"missed_at_most\":101") != std::string::npos);
}

TEST_CASE("a table without sizes is drawn by its packets") {
    const batch rows = make_batch({udp_packet(start), udp_packet(start + second)}, "time,src_host,dst_host,protocol");
    const auto page = plot(rows, {.title = "no sizes"});
    REQUIRE(page);
    CHECK(page->find("Packets per") != std::string::npos);
    CHECK(page->find("Bytes per") == std::string::npos);
    CHECK(page->find("No packet carries a size.") != std::string::npos);
    CHECK(page->find("by packets") != std::string::npos);
    CHECK(problem_of(*page) == "");
}

TEST_CASE("several kinds stand below each other in the order named, each once") {
    const traffic_summary summary = small_network();
    const std::string page = drawn(summary, {.kind = "hosts,timeline,hosts"});
    const std::size_t hosts = page.find("<section id=\"hosts\" class=\"full\">");
    const std::size_t timeline = page.find("<section id=\"timeline\" class=\"full\">");
    REQUIRE(hosts != std::string::npos);
    CHECK((timeline != std::string::npos && hosts < timeline));
    CHECK(page.find("<section", timeline + 1) == std::string::npos);
    CHECK(problem_of(page) == "");
    CHECK(drawn(summary, {.kind = "hosts,overview"}) == drawn(summary, {}));
    CHECK(problem_of(drawn(summary, {.kind = "sizes,ports", .format = plot_format::svg})) == "");
    for (const char* const wrong : {"", "hosts,", ",hosts", "hosts, ports"}) CHECK(!plot(summary, {.kind = wrong}));
}

TEST_CASE("tables, sources and cursors are drawn the same") {
    const read_options all{.columns = traffic_summary::columns, .all_frames = true, .chunksize = 10};
    auto source = open_pcap("tests/data/local.pcap", all);
    REQUIRE(source);
    const auto rows = source->read();
    REQUIRE(rows);
    const plot_options options{.title = "local.pcap", .format = plot_format::svg};
    const auto of_table = plot(*rows, options);
    REQUIRE(of_table);
    check_golden("local.svg", *of_table);
    auto cursor = source->read_chunked();
    REQUIRE(cursor);
    CHECK(*plot(*cursor, options) == *of_table);
    CHECK(*plot(*source, options) == *of_table);
    source->close();
    CHECK(plot(*source, options).error().code == errc::closed);
}

TEST_CASE("a kind or format that does not exist is an error with the nearest one") {
    const auto kind = plot(summarize({}), {.kind = "timelime"});
    REQUIRE_FALSE(kind);
    CHECK(kind.error().message() == "unknown kind of plot 'timelime'; did you mean 'timeline'?");
    const auto format = find_plot_format("sgv");
    REQUIRE_FALSE(format);
    CHECK(format.error().message() == "unknown format of plots 'sgv'; did you mean 'svg'?");
}
