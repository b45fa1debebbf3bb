// The list of columns, sets of them, and choosing them by name.
#include <set>
#include <string>
#include <type_traits>

#include <doctest/doctest.h>

#include <pcapframe/decode/packet_columns.hpp>

using namespace pcapframe;

TEST_CASE("the default columns come first, in the manual's order, then payload") {
    const char* const names[] = {"time", "src_host", "src_port", "dst_host", "dst_port", "protocol", "payload"};
    for (std::size_t i = 0; i < std::size(names); ++i) CHECK(column_list[i].name == names[i]);
    CHECK(default_columns.size() == 6);
    CHECK_FALSE(default_columns.has(column::payload));
    CHECK(default_columns.has(column::protocol));
}

TEST_CASE("the other columns by name") {
    for (const std::string_view name :
         {"frame_number", "interface_id", "interface_name",  "link_type",   "caplen",     "len",     "src_mac",
          "dst_mac",      "ethertype",    "vlan_id",         "ip_version",  "ip_len",     "ip_id",   "ttl",
          "dscp",         "ecn",          "fragment_offset", "tcp_flags",   "tcp_seq",    "tcp_ack", "tcp_window",
          "udp_len",      "icmp_type",    "icmp_code",       "icmp_id",     "payload_len", "flow_label", "stop",
          "more_fragments"}) {
        CAPTURE(name);
        const auto found = find_column(name);
        REQUIRE(found);
        CHECK(name_of(*found) == name);
        CHECK_FALSE(default_columns.has(*found));
    }
}

TEST_CASE("every column has a name of its own, a source and a meaning of one line") {
    std::set<std::string_view> names;
    std::size_t visited = 0;
    each_column([&](auto c) {
        const field& info = info_of(c);
        CHECK(names.insert(info.name).second);
        CHECK_FALSE(info.source.empty());
        CHECK_FALSE(info.meaning.empty());
        CHECK(info.meaning.find('\n') == std::string_view::npos);
        CHECK(static_cast<std::size_t>(c()) == visited++);
    });
    CHECK(visited == column_count);
}

TEST_CASE("a column known at run time is found as a constant") {
    for (std::size_t i = 0; i < column_count; ++i) {
        unsigned calls = 0;
        with_column(static_cast<column>(i), [&](auto c) {
            ++calls;
            CHECK(static_cast<std::size_t>(c()) == i);
        });
        CHECK(calls == 1);
    }
    static_assert(std::is_same_v<column_traits<column::time>::type, std::int64_t>);
    static_assert(std::is_same_v<column_traits<column::src_host>::type, ip_octets>);
}

TEST_CASE("sets") {
    constexpr column_set empty;
    static_assert(empty.empty() && empty.size() == 0 && !empty.has(column::time));
    constexpr column_set two{column::time, column::stop};
    static_assert(two.size() == 2 && two.has(column::time) && two.has(column::stop) && !two.has(column::payload));
    static_assert((two | column::payload).size() == 3);
    static_assert(two.has_any({column::stop, column::payload}) && !two.has_any(column::payload));
    static_assert(constant_columns<column::time, column::stop>{}() == two);
    static_assert(constant_columns<>{}().empty());
    CHECK(runtime_columns{two}() == two);
    // No column may share the bit that tells IPv6.
    for (std::size_t i = 0; i < column_count; ++i) CHECK((column_set::bit(static_cast<column>(i)) & ipv6_bit) == 0);
}

TEST_CASE("columns are chosen in the caller's order") {
    const auto order = parse_columns("dst_port,time,stop");
    REQUIRE(order);
    CHECK(*order == column_order{column::dst_port, column::time, column::stop});
    CHECK(set_of(*order) == column_set{column::time, column::dst_port, column::stop});
    CHECK(parse_columns("time")->size() == 1);
}

TEST_CASE("a name that is not known brings the nearest, and one may be given only once") {
    const auto misspelled = parse_columns("time,src_hots");
    REQUIRE_FALSE(misspelled);
    CHECK(misspelled.error().message() == "unknown column 'src_hots'; did you mean 'src_host'?");
    CHECK(find_column("Time").error().hint.view() == "time");
    const auto twice = parse_columns("time,stop,time");
    REQUIRE_FALSE(twice);
    CHECK(twice.error().message() == "'time' is not a column named only once");
    for (const std::string_view wrong : {"", "time,", ",time", "time,,stop", "time stop", "*"})
        CHECK_FALSE(parse_columns(wrong));
}
