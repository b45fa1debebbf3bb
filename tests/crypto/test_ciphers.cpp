// Ciphers against the vectors of their specifications, and their two ways against each other.
#include <doctest/doctest.h>

#include <pcapframe/crypto/aes128_gcm.hpp>

#include "../bytes/hex.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

template <std::size_t Size>
std::array<std::uint8_t, Size> array_of(std::string_view hex) {
    const byte_string bytes = from_hex(hex);
    std::array<std::uint8_t, Size> array{};
    std::copy_n(bytes.begin(), Size, array.begin());
    return array;
}

}  // namespace

TEST_CASE("AES-128: the example of FIPS 197, appendix C.1, both ways") {
    const aes128 cipher(array_of<16>("000102030405060708090a0b0c0d0e0f"));
    const auto block = array_of<16>("00112233445566778899aabbccddeeff");
    CHECK(bytes_of(cipher.encipher(block)) == from_hex("69c4e0d86a7b0430d8cdb78070b4c55a"));
    CHECK(bytes_of(cipher.encipher_portably(block)) == from_hex("69c4e0d86a7b0430d8cdb78070b4c55a"));
}

TEST_CASE("AES-128: both ways give the same blocks") {
    aes_block block{};
    for (int i = 0; i < 200; ++i) {
        const aes128 cipher(block);
        const aes_block next = cipher.encipher(block);
        REQUIRE(next == cipher.encipher_portably(block));
        block = next;
    }
}

TEST_CASE("GHASH: products by instructions and bit by bit are the same") {
    aes_block key{};
    key[3] = 0x5a;
    const byte_string bytes = counting(1000, 3);
    for (std::size_t size = 0; size < bytes.size(); size += 37) {
        key = aes128(key).encipher(key);
        detail::ghash by_any(key, has_aes_instructions());
        detail::ghash by_bits(key, false);
        for (detail::ghash* sum : {&by_any, &by_bits}) {
            sum->add(bytes_view(bytes).first(size));
            sum->add_lengths(0, size);
        }
        REQUIRE(by_any.value() == by_bits.value());
    }
}

TEST_CASE("AES-128-GCM: test cases 2 and 4 of the specification") {
    std::array<std::uint8_t, 64> out{};
    const aes128_gcm zero(array_of<16>("00000000000000000000000000000000"));
    const byte_string sealed = from_hex("0388dace60b6a392f328c2b971b2fe78 ab6e47d42cec13bdf53a67b21257bddf");
    REQUIRE(zero.open(out, {}, {}, sealed));
    CHECK(to_bytes(bytes_view(out).first(16)) == zeros(16));

    const aes128_gcm cipher(array_of<16>("feffe9928665731c6d6a8f9467308308"));
    const byte_string data = from_hex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
    const byte_string text = from_hex(
        "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0a"
        "ac973d58e091 5bc94fbc3221a5db94fae95ae7121a47");
    REQUIRE(cipher.open(out, array_of<12>("cafebabefacedbaddecaf888"), data, text));
    CHECK(to_bytes(bytes_view(out).first(60)) ==
          from_hex("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6"
                   "b525b16aedf5aa0de657ba637b39"));

    SUBCASE("any other bit is noticed") {
        for (std::size_t i = 0; i < text.size(); ++i) {
            byte_string wrong = text;
            wrong[i] ^= 0x10;
            CHECK_FALSE(cipher.open(out, array_of<12>("cafebabefacedbaddecaf888"), data, wrong));
        }
        CHECK_FALSE(cipher.open(out, array_of<12>("cafebabefacedbaddecaf889"), data, text));
        CHECK_FALSE(cipher.open(out, array_of<12>("cafebabefacedbaddecaf888"), {}, text));
        CHECK_FALSE(cipher.open(out, {}, {}, bytes_view(text).first(15)));
        CHECK_FALSE(cipher.open(std::span(out).first(59), array_of<12>("cafebabefacedbaddecaf888"), data, text));
    }
}
