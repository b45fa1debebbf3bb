// Community IDs against the values in the specification's baselines.
#include <doctest/doctest.h>

#include <pcapframe/flow/community_id.hpp>

#include "../bytes/hex.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

flow_key between(std::initializer_list<std::uint8_t> from, std::initializer_list<std::uint8_t> to,
                 std::uint8_t protocol, std::uint8_t kind, std::uint16_t from_port, std::uint16_t to_port) {
    flow_key key;
    key.low = ipv4_octets(from.begin());
    key.high = ipv4_octets(to.begin());
    key.version = 4;
    key.protocol = protocol;
    key.kind = static_cast<std::uint8_t>(flow_key::has_hosts | flow_key::has_protocol | kind);
    key.low_port = from_port;
    key.high_port = to_port;
    static_cast<void>(put_in_order(key));
    return key;
}

}  // namespace

TEST_CASE("Community IDs of the specification, both ways") {
    constexpr std::uint8_t ports = flow_key::has_ports;
    CHECK(community_id_of(between({128, 232, 110, 120}, {66, 35, 250, 204}, 6, ports, 34855, 80)) ==
          "1:LQU9qZlK+B5F3KDmev6m5PMibrg=");
    CHECK(community_id_of(between({66, 35, 250, 204}, {128, 232, 110, 120}, 6, ports, 80, 34855)) ==
          "1:LQU9qZlK+B5F3KDmev6m5PMibrg=");
    CHECK(community_id_of(between({192, 168, 1, 52}, {8, 8, 8, 8}, 17, ports, 54585, 53)) ==
          "1:d/FP5EW3wiY1vCndhwleRRKHowQ=");
    CHECK(community_id_of(between({192, 168, 0, 89}, {192, 168, 0, 1}, 1, flow_key::is_icmp, 8, 0)) ==
          "1:X0snYXpgwiv9TZtqg64sgzUn6Dk=");
}

TEST_CASE("no Community ID without hosts, and without an IP protocol") {
    CHECK(community_id_of(flow_key()).empty());
    CHECK(community_id_of(between({1, 2, 3, 4}, {5, 6, 7, 8}, 6, 0, 0, 0)).size() == 30);
}
