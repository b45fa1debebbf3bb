// The direction of packets in files of cooked captures: their header says it.
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

#include <pcapframe/decode/run_decoder.hpp>

using namespace pcapframe;

namespace {

/// The direction of a record with these bytes, or unknown where the cell is null.
direction direction_of(const std::vector<std::uint8_t>& bytes, std::uint16_t type,
                       direction said = direction::unknown) {
    const auto length = static_cast<std::uint32_t>(bytes.size());
    const record one{.data = bytes.data(), .caplen = length, .len = length, .link_type = type, .direction = said};
    batch rows(column_order{column::direction});
    decode_run(rows, {{&one, 1}, 1}, interface_list(1), {.all_frames = true, .protocol = std::nullopt});
    REQUIRE(rows.rows() == 1);
    return rows.get<column::direction>()[0].value_or(direction::unknown);
}

std::vector<std::uint8_t> sll(std::uint8_t type) {
    std::vector<std::uint8_t> header(16);
    header[1] = type;
    return header;
}

std::vector<std::uint8_t> sll2(std::uint8_t type) {
    std::vector<std::uint8_t> header(20);
    header[10] = type;
    return header;
}

}  // namespace

TEST_CASE("the packet type of a cooked header is the direction") {
    constexpr direction ways[] = {direction::in,    direction::broadcast, direction::multicast,
                                  direction::other, direction::out,       direction::unknown};
    for (std::uint8_t type = 0; type < 6; ++type) {
        CAPTURE(type);
        CHECK(direction_of(sll(type), link_type::linux_sll) == ways[type]);
        CHECK(direction_of(sll2(type), link_type::linux_sll2) == ways[type]);
        CHECK(direction_of(sll(type), link_type::ethernet) == direction::unknown);
    }
    CHECK(direction_of({1, 0}, link_type::linux_sll) == direction::unknown);
    CHECK(direction_of(sll(4), link_type::linux_sll2) == direction::unknown);
}

TEST_CASE("what the source says of the direction goes first") {
    CHECK(direction_of(sll(4), link_type::linux_sll, direction::in) == direction::in);
    CHECK(direction_of({}, link_type::ethernet, direction::out) == direction::out);
}
