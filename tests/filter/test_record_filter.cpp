#include <pcapframe/registry/link_types.hpp>

#include "packets.hpp"

namespace filter = pcapframe::filter;
namespace link_type = pcapframe::link_type;
using filtered::tcp4;
using filtered::udp6;
using pcapframe::record;

namespace {

record record_of(const filtered::bytes& packet, std::uint16_t link_type, std::size_t skip = 0) {
    record made;
    made.data = packet.data() + skip;
    made.caplen = made.len = static_cast<std::uint32_t>(packet.size() - skip);
    made.link_type = link_type;
    return made;
}

}  // namespace

TEST_CASE("records of several link types: the expression is compiled for each") {
    auto tcp = filter::record_filter::create("tcp port 80", link_type::ethernet);
    REQUIRE(tcp.has_value());
    const std::vector<record> records{record_of(tcp4, 1), record_of(udp6, 1), record_of(tcp4, 101, 14),
                                      record_of(udp6, 101, 14), record_of(tcp4, 1)};
    std::vector<record> kept{record_of(udp6, 1)};
    REQUIRE(tcp->keep({records, 1}, kept).has_value());
    REQUIRE(kept.size() == 3);
    CHECK(kept[1].data == tcp4.data() + 14);
    const auto one = tcp->program_for(101);
    REQUIRE(one.has_value());
    CHECK(*tcp->program_for(101) == *one);
    std::vector<record> direct;
    (*tcp->program_for(1))->keep({records, 1}, direct);
    std::vector<std::uint8_t> marks(records.size());
    (*tcp->program_for(1))->mark({records, 1}, marks);
    CHECK(direct.size() == 2);
    CHECK(marks == std::vector<std::uint8_t>{1, 0, 0, 0, 1});
}

TEST_CASE("an expression that means nothing for a link type is an error when such a record comes") {
    CHECK_FALSE(filter::record_filter::create("tcp prt 80").has_value());
    CHECK_FALSE(filter::record_filter::create("vlan", link_type::raw).has_value());
    CHECK_FALSE(filter::record_filter::create("ip and ip6", link_type::ethernet).has_value());
    auto vlan = filter::record_filter::create("vlan");
    REQUIRE(vlan.has_value());
    const std::vector<record> records{record_of(filtered::vlan_tcp4, 1), record_of(tcp4, 101, 14)};
    std::vector<record> kept;
    CHECK_FALSE(vlan->keep({records, 1}, kept).has_value());
    CHECK(kept.size() == 1);
}

TEST_CASE("where an expression matches nothing on a later link type, nothing of it is kept") {
    auto type = filter::record_filter::create("ip6", link_type::ethernet);
    REQUIRE(type.has_value());
    const std::vector<record> records{record_of(udp6, 1), record_of(udp6, link_type::ipv4, 14)};
    std::vector<record> kept;
    REQUIRE(type->keep({records, 1}, kept).has_value());
    CHECK(kept.size() == 1);
    CHECK((*type->program_for(link_type::ipv4))->matches_nothing());
}
