// gzip and DEFLATE: what gzip made, blocks put together by hand at the places of RFC 1951 and 1952, and damage.
#include <string>

#include <doctest/doctest.h>

#include <pcapframe/codec/gzip.hpp>

#include "../bytes/random.hpp"
#include "packed.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

byte_string bytes_of_text(std::string_view text) { return {text.begin(), text.end()}; }

byte_string stored_member(std::string_view text, std::size_t block = 0xffff, const byte_string& head = {}) {
    return gzip_stored(bytes_of_text(text), block, head);
}

/// A member whose DEFLATE data are these.
byte_string member(std::string_view deflate, std::string_view text) {
    return from_hex("1f8b0800000000000003") + from_hex(deflate) + little(crc32(bytes_of_text(text)), 4) +
           little(static_cast<std::uint32_t>(text.size()), 4);
}

std::string damage_of(const byte_string& packed) {
    const unpacked out = unpack_all(packed);
    return out.damage == nullptr ? "" : out.damage;
}

}  // namespace

TEST_CASE("what gzip packed") { check_packed(from_hex(gzip_text), packed_text(), true); }

TEST_CASE("fixed codes and a copy that overlaps itself") {
    // zlib's Z_FIXED of "hello hello hello".
    const byte_string packed = member("cb48cdc9c957c8409000", "hello hello hello");
    CHECK(unpack_all(packed).bytes == "hello hello hello");
    check_packed(packed, "hello hello hello", true);
}

TEST_CASE("stored blocks, several members, and the zeros behind them") {
    std::string text;
    random_numbers random(1952);
    for (int i = 0; i < 150'000; ++i) text += static_cast<char>(random.below(256));
    CHECK(unpack_all(stored_member(text)).bytes == text);
    CHECK(unpack_all(stored_member(text, 999), 1000).bytes == text);
    const byte_string three = stored_member("one") + stored_member("") + stored_member("three") + zeros(512);
    const unpacked out = unpack_all(three, 5);
    CHECK(out.damage == nullptr);
    CHECK(out.bytes == "onethree");
    CHECK(out.consumed == three.size());
    CHECK(damage_of(stored_member("one") + from_hex("00 00 50")) == "ends within a gzip header or checksum");
    CHECK(damage_of(stored_member("one") + bytes_of_text("and something else")) ==
          "goes on with what is no gzip member");
}

TEST_CASE("every field that a gzip header may have") {
    // FEXTRA of three bytes, FNAME, FCOMMENT (RFC 1952, section 2.3), then FHCRC.
    byte_string head = from_hex("1f8b 08 1e 00000000 00 03 0300 414201") + bytes_of_text("name") + zeros(1) +
                       bytes_of_text("comment") + zeros(1);
    head = head + little(crc32(head), 2);
    check_packed(stored_member("text", 0xffff, head), "text", true);
    byte_string wrong = stored_member("text", 0xffff, head);
    wrong[18] ^= 1;
    CHECK(damage_of(wrong) == "has a gzip header whose checksum is another");
    CHECK(damage_of(from_hex("1f8b 07 00 00000000 00 03 0100")) == "has a gzip member that is not packed by DEFLATE");
    CHECK(damage_of(from_hex("1f8b 08 20 00000000 00 03 0100")) == "has a gzip member with flags that are reserved");
    // A name without an end costs no more than its limit.
    const byte_string endless =
        from_hex("1f8b 08 08 00000000 00 03") + byte_string(limits::gzip_text_bytes_max + 10, 'a');
    CHECK(damage_of(endless) == "has a gzip header whose name has no end");
}

TEST_CASE("what is no DEFLATE") {
    CHECK(damage_of(member("07", "")) == "has a block of a type that there is not");
    CHECK(damage_of(member("01 0500 0500", "")) == "has a stored block whose length is not confirmed");
    // 30 length codes, more than there are (HLIT 31).
    CHECK(damage_of(member("fd ffffff", "")) == "has a block with more codes than there are");
    // A fixed block that begins with a copy: length 3, distance 1, of nothing.
    CHECK(damage_of(member("03 02 00", "")) == "refers to bytes that are not there");
    CHECK(damage_of(stored_member("abc", 0xffff, from_hex("1f8b0800000000000003 00"))) != "");
    byte_string other = stored_member("abc");
    other[other.size() - 8] ^= 1;
    CHECK(damage_of(other) == "has other bytes than its checksum (CRC-32) is of");
    other = stored_member("abc");
    other.back() ^= 1;
    CHECK(damage_of(other) == "has another length than it says");
}

TEST_CASE("random bytes behind a header end, whatever they are") {
    random_numbers random(1951);
    for (int i = 0; i < 20'000; ++i) {
        byte_string packed = from_hex("1f8b0800000000000003");
        for (std::size_t n = random.below(200); n != 0; --n)
            packed.push_back(static_cast<std::uint8_t>(random.below(256)));
        const unpacked one = unpack_all(packed);
        const unpacked other = unpack_all(packed, 1 + random.below(20));
        REQUIRE(one.damage != nullptr);
        REQUIRE(one.bytes == other.bytes);
    }
}
