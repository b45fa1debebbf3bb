// LZ4: what lz4 made, frames put together by hand, and damage.
#include <string>

#include <doctest/doctest.h>

#include <pcapframe/codec/lz4.hpp>

#include "../bytes/random.hpp"
#include "packed.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

std::string hash32(std::string_view text) {
    xxhash32 hash;
    for (const char c : text) {
        const auto byte = static_cast<std::uint8_t>(c);
        hash.add({&byte, 1});
    }
    return std::to_string(hash.value());
}

byte_string head(std::string_view descriptor) {
    const byte_string fields = from_hex(descriptor);
    xxhash32 check;
    check.add(fields);
    byte_string out = from_hex("04224d18") + fields;
    out.push_back(static_cast<std::uint8_t>(check.value() >> 8));
    return out;
}

std::string damage_of(const byte_string& packed) {
    const unpacked out = unpack_all(packed);
    return out.damage == nullptr ? "" : out.damage;
}

}  // namespace

TEST_CASE("what lz4 packed") {
    check_packed(from_hex(lz4_text), packed_text(), true);
    check_packed(from_hex(lz4_legacy_text), packed_text(), false);
}

TEST_CASE("the hash is that of its specification") {
    CHECK(hash32("") == std::to_string(0x02cc'5d05U));
    CHECK(hash32("a") == std::to_string(0x550d'7456U));
    CHECK(hash32("abc") == std::to_string(0x32d1'53ffU));
    xxhash64 none;
    CHECK(none.value() == 0xef46'db37'51d8'e999U);
    xxhash64 abc;
    abc.add(from_hex("616263"));
    CHECK(abc.value() == 0x44bc'2cf5'ad77'0999U);
}

TEST_CASE("frames one after the other, skippable ones between them, linked blocks") {
    // Version 1, linked blocks, 64 KiB, no checksums: "abcd", then a block that copies it from the block before.
    const byte_string linked = head("40 40") + from_hex("05000000 40 61626364") + from_hex("05000000 00 0400 00 00");
    CHECK(damage_of(linked) != "");  // a block ends with literals: this one ends with a token and none
    const byte_string good = head("40 40") + from_hex("05000000 40 61626364 06000000 02 0400 20 6566 00000000");
    CHECK(unpack_all(good).bytes == "abcdabcdabef");
    // Independent blocks may not do that.
    const byte_string independent = head("60 40") + from_hex("05000000 40 61626364 06000000 02 0400 20 6566 00000000");
    CHECK(damage_of(independent) == "has a block that refers to bytes that are not there, or is too long");
    const byte_string skipped = from_hex("532a4d18 03000000 414243");
    CHECK(unpack_all(good + skipped + good + skipped, 3).bytes == "abcdabcdabefabcdabcdabef");
    CHECK(damage_of(good + from_hex("50 4b 03 04")) == "goes on with what is no LZ4 frame");
}

TEST_CASE("what an LZ4 header may not say") {
    CHECK(damage_of(head("80 40")) == "has an LZ4 frame of another version than 1");
    CHECK(damage_of(head("42 40")) == "has an LZ4 frame with flags that are reserved");
    CHECK(damage_of(head("41 40 00000000")) == "was packed with a dictionary, which is not here");
    CHECK(damage_of(head("40 30")) == "has an LZ4 frame with blocks of a size that there is not");
    byte_string wrong = head("40 40") + zeros(4);
    wrong[6] ^= 1;
    CHECK(damage_of(wrong) == "has an LZ4 header whose checksum is another");
    // 64 KiB blocks, one that claims a byte more.
    CHECK(damage_of(head("40 40") + from_hex("01000100")) == "has a block that is larger than it may be");
    // The length of the content is said, and another.
    CHECK(damage_of(head("48 40 0500000000000000") + from_hex("04000080 61626364 00000000")) ==
          "has another length than it says");
}

TEST_CASE("a length that goes on and on is no more than the block holds") {
    byte_string block = from_hex("f0") + byte_string(300, 0xff) + from_hex("00");
    const auto size = static_cast<std::uint8_t>(block.size() & 0xff);
    byte_string frame = head("40 40");
    frame.push_back(size);
    frame = frame + from_hex("010000") + block;
    CHECK(damage_of(frame) == "has a block that refers to bytes that are not there, or is too long");
}
