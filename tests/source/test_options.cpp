// The list of options: every one is set by name and found again, and filters are what the unit that names them says.
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include <pcapframe/filter.hpp>
#include <pcapframe/pcapframe.hpp>
#include <pcapframe/source/split.hpp>

#include "named_values.hpp"

using namespace pcapframe;
using testing::other_value;

namespace {

const std::string local = "tests/data/local.pcap";

std::string set(std::string_view name, std::string_view value, const filter_compiler& filters = {}) {
    read_options options;
    const result<void> done = set_option(options, name, value, filters);
    return done ? std::string() : done.error().message();
}

std::size_t rows_of(const read_options& options) {
    auto source = open_pcap(local, options);
    REQUIRE(source);
    const auto rows = source->read();
    REQUIRE(rows);
    return rows->rows();
}

/// Keeps every other record.
class every_other final : public record_selector {
public:
    [[nodiscard]] result<void> mark(const record_run& run, std::span<std::uint8_t> keep) override {
        for (std::size_t i = 0; i < run.size(); ++i) keep[i] = (run.first_frame + i) % 2;
        return {};
    }
    [[nodiscard]] std::unique_ptr<record_selector> copy() const override { return std::make_unique<every_other>(); }
};

/// Sets all options of a group by name, one at a time, and all together.
template <class Options>
void set_all() {
    Options all{};
    std::set<std::string_view> names;
    const Options none{};
    CHECK(given_options(none).empty());
    each_option(none, [&](const named_option& option, const auto&) {
        CAPTURE(option.name);
        CHECK(names.insert(option.name).second);
        CHECK(find_option(option.name));
        CHECK_FALSE(option.meaning.empty());
        Options one{};
        REQUIRE(set_option(one, option.name, other_value(option), expression_filters()));
        const auto given = given_options(one);
        REQUIRE(given.size() == 1);
        CHECK(given[0].option.name == option.name);
        CHECK(given[0].text == other_value(option));
        CHECK_FALSE(one == none);
        REQUIRE(set_option(all, option.name, other_value(option), expression_filters()));
    });
    CHECK(given_options(all).size() == names.size());
    Options again{};
    for (const option_value& one : given_options(all))
        REQUIRE(set_option(again, one.option.name, one.text, expression_filters()));
    CHECK(again == all);
}

}  // namespace

TEST_CASE("every option is set by its name from its text, and written so again") {
    set_all<read_options>();
    set_all<live_settings>();
    CHECK(named_options.size() == shared_options.size() + file_options.size() + live_only_options.size());
}

TEST_CASE("what is no option or no value of one") {
    CHECK(set("protocl", "tcp") == "unknown option 'protocl'; did you mean 'protocol'?");
    CHECK(set("protocol", "tpc") == "unknown protocol 'tpc'; did you mean 'tcp'?");
    CHECK(set("columns", "tme") == "unknown column 'tme'; did you mean 'time'?");
    CHECK(set("payload", "yes") == "'payload=yes' is not true or false");
    CHECK(set("link_type", "ethernt") == "unknown link type 'ethernt'; did you mean 'ETHERNET'?");
    CHECK(set("link_type", "65536") == "unknown link type '65536'");
    CHECK(set("fraction", "ms") == "'fraction=ms' is not ns or us");
    CHECK(set("limit", "0") == "'limit=0' is not a number of rows, 1 or more");
    CHECK(set("limit", "-1") == "'limit=-1' is not a number of rows, 1 or more");
    CHECK(set("threads", "1.5") == "'threads=1.5' is not a whole number");
    CHECK(set("partition_bytes", "99999999999999999999") ==
          "'partition_bytes=99999999999999999999' is not a number of bytes");
    live_settings live;
    CHECK(set_option(live, "timeout", "3000000000").error().message() ==
          "'timeout=3000000000' is not a number of milliseconds");
    CHECK(set_option(live, "timeout", "3"));
    CHECK(live.timeout_ms == 3U);
}

TEST_CASE("filters in text need what compiles them, and say so") {
    CHECK(set("filter", "tcp") ==
          "'filter=tcp' is not compiled here: that takes expression_filters() of <pcapframe/filter.hpp>");
    CHECK(set("filter", "") == "");
    CHECK(set("filter", "tcp", expression_filters()) == "");
    CHECK(set("filter", "tcp prt 80", expression_filters()).find("'prt' stands where") != std::string::npos);
    CHECK(set("protocol", "tcp port 80") == "unknown protocol 'tcp port 80'");
    CHECK(set("protocol", "tcp port 80", expression_filters()) == "");
    CHECK(open_pcap(local, {.protocol = "tcp port 80"}).error().message() ==
          "'tcp port 80' is not a protocol: the option 'filter' takes expressions");
}

TEST_CASE("an expression that was given as a protocol becomes part of the filter") {
    read_options options{.protocol = "udp or icmp", .filter = "not port 53"};
    REQUIRE(settle_protocol(options, expression_filters()));
    CHECK(options.protocol.empty());
    CHECK(options.filter == "(udp or icmp) and (not port 53)");
    read_options plain{.protocol = "udp", .filter = "not port 53"};
    REQUIRE(settle_protocol(plain, expression_filters()));
    CHECK(plain == read_options{.protocol = "udp", .filter = "not port 53"});
}

TEST_CASE("a filter is text, a compiled one, or a selector of one's own") {
    CHECK(rows_of({.filter = "udp"}) == 11);
    CHECK(rows_of({.protocol = "udp"}) == 11);
    const result<shared_filter> compiled = expression_filter::create("udp");
    REQUIRE(compiled);
    CHECK(rows_of({.filter = *compiled}) == 11);
    CHECK(filter_option(*compiled) == "udp");
    CHECK(rows_of({.filter = std::make_shared<every_other>()}) == 47);
    CHECK_FALSE(filter_option(std::make_shared<every_other>()).has_text());
    CHECK(rows_of({.filter = filter_option()}) == 87);
    CHECK(open_pcap(local, {.filter = "tcp prt 80"}).error().code == errc::bad_text);
}

TEST_CASE("what is known of a source before it is read goes by its options") {
    for (const read_options& options :
         {read_options{.filter = "udp"}, read_options{.protocol = "tcp"}, read_options{.all_frames = true},
          read_options{.limit = 5}, read_options{.filter = std::make_shared<every_other>()}, read_options{}}) {
        auto source = open_pcap(local, options);
        REQUIRE(source);
        const auto schema = source->discover();
        REQUIRE(schema);
        CHECK(schema->rows == rows_of(options));
    }
}

TEST_CASE("a split has the options that change its rows, and its reader may have others") {
    const read_options none{};
    each_option(none, [&](const named_option& option, const auto&) {
        CAPTURE(option.name);
        read_options one;
        REQUIRE(set_option(one, option.name, other_value(option), expression_filters()));
        const auto splits = plan_splits(local, 1 << 20, one);
        REQUIRE(splits);
        const std::string line = write_split(splits->front());
        const bool is_in = option.effect == option_effect::packets || option.effect == option_effect::columns;
        CHECK((line.find('"' + std::string(option.name) + '"') != std::string::npos) == is_in);
        const auto parsed = parse_split(line, expression_filters());
        REQUIRE(parsed);
        CHECK(parsed->options == (is_in ? one : none));
    });
    const auto splits = plan_splits(local, 1 << 20, {.filter = "udp", .payload = true});
    REQUIRE(splits);
    auto rows = open_split(*parse_split(write_split(splits->front()), expression_filters()));
    REQUIRE(rows);
    CHECK(rows->read()->rows() == 11);
    CHECK(rows->columns().back() == column::payload);
    CHECK(open_split(splits->front(), {.protocol = "tcp"})->read()->rows() == 46);
    CHECK_FALSE(parse_split(write_split(splits->front())));
    CHECK_FALSE(plan_splits(local, 1 << 20, {.filter = "udp prt 1"}));
    CHECK(plan_splits(local, 1 << 20, {.filter = std::make_shared<every_other>()}).error().code == errc::bad_value);
}
