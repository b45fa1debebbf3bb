// Zstandard: what zstd made, frames put together by hand at the places of RFC 8878, and damage.
#include <string>

#include <doctest/doctest.h>

#include <pcapframe/codec/zstd.hpp>

#include "../bytes/random.hpp"
#include "packed.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

std::string damage_of(const byte_string& packed) {
    const unpacked out = unpack_all(packed);
    return out.damage == nullptr ? "" : out.damage;
}

/// A frame without a checksum, with a window of 1 KiB.
byte_string frame(std::string_view blocks) { return from_hex("28b52ffd 00 00") + from_hex(blocks); }

}  // namespace

TEST_CASE("what zstd packed") { check_packed(from_hex(zstd_text), packed_text(), true); }

TEST_CASE("raw blocks and blocks of one byte") {
    // Block headers (RFC 8878, section 3.1.1.2): last, type, size.
    const byte_string both = frame("180000 616263" "53 00 00 78");
    CHECK(unpack_all(both).bytes == "abc" + std::string(10, 'x'));
    check_packed(both, "abc" + std::string(10, 'x'), false);
    CHECK(damage_of(frame("070000")) == "has a block of a type that there is not");
    CHECK(damage_of(frame("092000")) == "has a block that is larger than it may be");
    CHECK(damage_of(frame("050000")) == "has a block that is no packed data");
}

TEST_CASE("skippable frames, several frames, and what a head says") {
    const byte_string one = frame("190000 616263");
    const byte_string skipped = from_hex("5e2a4d18 02000000 0102");
    CHECK(unpack_all(skipped + one + skipped + one).bytes == "abcabc");
    CHECK(unpack_all(skipped + one + skipped + one, 1).bytes == "abcabc");
    CHECK(damage_of(one + from_hex("1f8b0800")) == "goes on with what is no Zstandard frame");
    CHECK(damage_of(from_hex("28b52ffd 08 00 010000")) == "has a Zstandard frame with flags that are reserved");
    CHECK(damage_of(from_hex("28b52ffd 01 00 07 010000")) == "was packed with a dictionary, which is not here");
    // A window of 144 MiB is more than is given; of 128 MiB it is not, and costs what its bytes need.
    CHECK(damage_of(from_hex("28b52ffd 00 89 190000 616263")).starts_with("wants more memory than 128 MiB"));
    CHECK(unpack_all(from_hex("28b52ffd 00 88 190000 616263")).bytes == "abc");
    // One segment: the content's length is the window, and must be right.
    CHECK(unpack_all(from_hex("28b52ffd 20 03 190000 616263")).bytes == "abc");
    CHECK(damage_of(from_hex("28b52ffd 20 04 190000 616263")) == "has another length than it says");
    // With a checksum of another text.
    CHECK(damage_of(from_hex("28b52ffd 24 03 190000 616263 00000000")) ==
          "has other bytes than its checksum (XXH64) is of");
}

TEST_CASE("changed and random blocks end, whatever they are") {
    const byte_string good = from_hex(zstd_text);
    random_numbers random(8878);
    for (int i = 0; i < 20'000; ++i) {
        byte_string packed = good;
        for (std::size_t n = 1 + random.below(4); n != 0; --n)
            packed[6 + random.below(packed.size() - 6)] = static_cast<std::uint8_t>(random.below(256));
        const unpacked one = unpack_all(packed);
        const unpacked other = unpack_all(packed, 1 + random.below(50));
        REQUIRE(one.bytes == other.bytes);
        REQUIRE((one.damage != nullptr || one.bytes == packed_text()));
    }
}
