#include <doctest/doctest.h>

#include <pcapframe/bytes/cursor.hpp>

#include "hex.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

constexpr auto bytes = hex("01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f");

constexpr bool reads_forward() {
    cursor at(bytes, byte_order::big);
    return at.u16() == 0x0102 && at.u32() == 0x03040506 && at.u64() == 0x0708090a0b0c0d0e && at.left() == 1 && at.ok();
}

}  // namespace

TEST_CASE("a cursor reads forward in its byte order") {
    static_assert(reads_forward());
    cursor at(bytes, byte_order::little);
    CHECK(at.u16() == 0x0201);
    CHECK(at.u32() == 0x06050403);
    CHECK(at.u64() == 0x0e0d0c0b0a090807);
    CHECK(at.left() == 1);
    CHECK(at.ok());
}

TEST_CASE("a read past the end gives zeros, and so does every later one") {
    cursor at(bytes, byte_order::big);
    CHECK(at.take(14).size() == 14);
    CHECK(at.u16() == 0);
    CHECK_FALSE(at.ok());
    CHECK(at.left() == 0);
    CHECK(at.take(1).empty());
    CHECK(at.u32() == 0);
    CHECK(at.u64() == 0);
    CHECK_FALSE(at.ok());
}

TEST_CASE("exactly what is there can be taken, and nothing of nothing") {
    cursor at(bytes, byte_order::big);
    const bytes_view all = at.take(15);
    CHECK(all.size() == 15);
    CHECK(all[14] == 0x0f);
    CHECK(at.ok());
    CHECK(at.take(0).empty());
    CHECK(at.ok());
    cursor none(bytes_view{}, byte_order::big);
    CHECK(none.u16() == 0);
    CHECK_FALSE(none.ok());
}

TEST_CASE("skipping stops at the end without exhausting the cursor") {
    cursor at(bytes, byte_order::big);
    at.skip_at_most(3);
    CHECK(at.u16() == 0x0405);
    at.skip_at_most(1000);
    CHECK(at.left() == 0);
    CHECK(at.ok());
}

TEST_CASE("a count near the largest number does not wrap around") {
    cursor at(bytes, byte_order::big);
    CHECK(at.u16() == 0x0102);
    CHECK(at.take(~std::size_t{0}).empty());
    CHECK_FALSE(at.ok());
}
