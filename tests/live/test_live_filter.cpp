// Filter expressions on interfaces: programs for packets whose cooked header the kernel does not have, and what is left
// to do when the kernel cannot.
#if defined(__linux__)

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <pcapframe/filter.hpp>
#include <pcapframe/live.hpp>

using namespace pcapframe;

namespace {

/// A LINUX_SLL2 header (interface 7, Ethernet below) for a packet of this type.
std::vector<std::uint8_t> cooked(std::uint16_t protocol, std::uint8_t packet_type,
                                 const std::vector<std::uint8_t>& data) {
    const auto high = static_cast<std::uint8_t>(protocol >> 8);
    const auto low = static_cast<std::uint8_t>(protocol & 0xff);
    std::vector<std::uint8_t> made{high, low, 0, 0, 0, 0, 0, 7, 0, 1, packet_type, 6, 2, 0, 0, 0, 0, 1, 0, 0};
    made.insert(made.end(), data.begin(), data.end());
    return made;
}

std::vector<std::uint8_t> ipv4(std::uint8_t protocol, std::uint8_t port) {
    std::vector<std::uint8_t> made{0x45, 0, 0, 28, 0, 0, 0, 0, 64, protocol, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2};
    made.insert(made.end(), {0, 40, 0, port, 0, 8, 0, 0});
    return made;
}

std::vector<std::uint8_t> ipv6(std::uint8_t protocol, std::uint8_t port) {
    std::vector<std::uint8_t> made{0x60, 0, 0, 0, 0, 8, protocol, 64};
    made.resize(40);
    made.insert(made.end(), {0, 40, 0, port, 0, 8, 0, 0});
    return made;
}

struct packet {
    std::uint16_t protocol;
    std::uint8_t type;
    std::vector<std::uint8_t> data;
};

const std::vector<packet> packets{
    {0x0800, 0, ipv4(17, 53)}, {0x0800, 4, ipv4(17, 53)}, {0x0800, 0, ipv4(6, 80)},
    {0x86dd, 1, ipv6(17, 53)}, {0x86dd, 4, ipv6(6, 80)},  {0x0806, 2, std::vector<std::uint8_t>(28)},
    {0x0800, 0, {0x45}},
};

filter_place place_of(std::uint16_t link_type, bool cooked_header) {
    filter_place place{.link_type = link_type, .cooked = cooked_header, .asks_kernel = true};
    place.netmask = 0xffffff00;
    return place;
}

record record_of(const std::vector<std::uint8_t>& bytes, std::uint16_t type) {
    const auto length = static_cast<std::uint32_t>(bytes.size());
    return {.data = bytes.data(), .caplen = length, .len = length, .link_type = type};
}

}  // namespace

TEST_CASE("without their cooked header packets match as with it") {
    for (const std::string expression :
         {"udp", "tcp port 80", "port 53", "ip6", "arp", "inbound", "outbound and udp", "ip[8] = 64",
          "host 10.0.0.2 and not tcp", "ifindex 7", "ifindex 8", "udp[2:2] = 53", "ip broadcast or ip6"}) {
        CAPTURE(expression);
        const auto whole = filter::compile(expression, link_type::linux_sll2,
                                           expression_filter::options_at({}, place_of(link_type::linux_sll2, true)));
        REQUIRE(whole);
        const auto shifted = detail::without_cooked_header(whole->code());
        REQUIRE(shifted);
        const auto program = filter::program::from_instructions(*shifted, link_type::raw);
        REQUIRE(program);
        for (const packet& one : packets) {
            const std::vector<std::uint8_t> with_header = cooked(one.protocol, one.type, one.data);
            filter::packet_context context;
            context.protocol = one.protocol;
            context.packet_type = one.type;
            context.interface = 7;
            context.hardware_type = 1;
            const bytes_view bytes(one.data.data(), one.data.size());
            CHECK(whole->matches(record_of(with_header, link_type::linux_sll2)) ==
                  (program->run(bytes, static_cast<std::uint32_t>(bytes.size()), &context) != 0));
        }
    }
}

TEST_CASE("what of the cooked header the kernel does not know is left to the records") {
    const auto asked = filter::compile("ether src 02:00:00:00:00:01", link_type::linux_sll2, {});
    const auto reads_address = filter::compile("link[12] = 2", link_type::linux_sll2, {});
    if (asked) CHECK_FALSE(detail::without_cooked_header(asked->code()));
    REQUIRE(reads_address);
    CHECK_FALSE(detail::without_cooked_header(reads_address->code()));
    const auto made = make_live_filter("link[12] = 2", place_of(link_type::linux_sll2, true));
    REQUIRE(made);
    CHECK(made->program == accept_all(262'144));
    CHECK(made->selector != nullptr);
}

TEST_CASE("a program that no kernel runs runs over the records, tags and directions included") {
    const auto made =
        make_live_filter("ip6 protochain 17 and outbound and vlan 5", place_of(link_type::ethernet, false));
    const std::string why = made ? "" : made.error().message();
    CAPTURE(why);
    REQUIRE(made);
    REQUIRE(made->selector != nullptr);
    CHECK(made->program == accept_all(262'144));
    // The tag stands in front of the frame, as captures hand it out.
    std::vector<std::uint8_t> bytes{0x81, 0, 0, 5, 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x86, 0xdd};
    const std::vector<std::uint8_t> ip = ipv6(17, 53);
    bytes.insert(bytes.end(), ip.begin(), ip.end());
    std::vector<record> records;
    for (const direction way : {direction::out, direction::in})
        for (const bool tagged : {true, false}) {
            const auto length = static_cast<std::uint32_t>(bytes.size() - 4);
            records.push_back({.data = bytes.data() + 4,
                               .caplen = length,
                               .len = length,
                               .link_type = link_type::ethernet,
                               .direction = way,
                               .tag_in_front = tagged});
        }
    std::vector<std::uint8_t> keep(records.size(), 9);
    REQUIRE(made->selector->mark({records, 1}, keep));
    CHECK(keep == std::vector<std::uint8_t>{1, 0, 0, 0});
    bytes[3] = 6;
    REQUIRE(made->selector->copy()->mark({records, 1}, keep));
    CHECK(keep == std::vector<std::uint8_t>{0, 0, 0, 0});
}

TEST_CASE("expressions that an interface's packets cannot match are refused") {
    for (const std::string expression : {"ip and arp", "udp port", "vlan 5000"}) {
        CAPTURE(expression);
        const auto made = make_live_filter(expression, place_of(link_type::ethernet, false));
        REQUIRE_FALSE(made);
        CHECK(made.error().code == errc::bad_text);
    }
    CHECK_FALSE(make_live_filter("vlan", place_of(link_type::linux_sll2, true)));
}

#endif
