#include <doctest/doctest.h>

#include <pcapframe/bytes/load.hpp>

#include "hex.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

constexpr auto bytes = hex("01 23 45 67 89 ab cd ef");
constexpr const std::uint8_t* p = bytes.data.data();
constexpr auto high = hex("ff 80 00 00 ff ff ff ff");
constexpr const std::uint8_t* q = high.data.data();

}  // namespace

TEST_CASE("integers are read in both byte orders, at compile time too") {
    static_assert(load_be16(p) == 0x0123);
    static_assert(load_le16(p) == 0x2301);
    static_assert(load_be32(p) == 0x01234567);
    static_assert(load_le32(p) == 0x67452301);
    static_assert(load_be64(p) == 0x0123456789abcdef);
    static_assert(load_le64(p) == 0xefcdab8967452301);
    static_assert(load16(p, byte_order::big) == load_be16(p) && load16(p, byte_order::little) == load_le16(p));
    static_assert(load32(p, byte_order::big) == load_be32(p) && load32(p, byte_order::little) == load_le32(p));
    static_assert(load64(p, byte_order::big) == load_be64(p) && load64(p, byte_order::little) == load_le64(p));
    // The same through code that runs.
    const byte_string copy = to_bytes(bytes);
    CHECK(load_be64(copy.data()) == 0x0123456789abcdef);
    CHECK(load_le32(copy.data() + 3) == 0xcdab8967);
}

TEST_CASE("a byte with its top bit set does not leak into its neighbours") {
    static_assert(load_be16(q) == 0xff80 && load_le16(q) == 0x80ff);
    static_assert(load_be32(q) == 0xff800000U && load_le32(q) == 0x000080ffU);
    static_assert(load_le64(q) == 0xffffffff000080ffU && load_be64(q) == 0xff800000ffffffffU);
    const byte_string copy = to_bytes(high);
    for (std::size_t at = 0; at + 4 <= copy.size(); ++at) {
        const std::uint32_t halves = std::uint32_t{load_be16(copy.data() + at)} << 16 | load_be16(copy.data() + at + 2);
        CHECK(load_be32(copy.data() + at) == halves);
    }
}
