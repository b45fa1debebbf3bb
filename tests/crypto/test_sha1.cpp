// SHA-1 against the examples of FIPS 180-4, and texts around the length of a block.
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include <pcapframe/crypto/sha1.hpp>

using namespace pcapframe;

namespace {

std::string digest_of(std::string_view text) {
    std::string hex;
    for (const std::uint8_t byte : sha1({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()})) {
        hex += "0123456789abcdef"[byte >> 4];
        hex += "0123456789abcdef"[byte & 15];
    }
    return hex;
}

}  // namespace

TEST_CASE("SHA-1 of the examples of FIPS 180-4") {
    CHECK(digest_of("") == "da39a3ee5e6b4b0d3255bfef95601890afd80709");
    CHECK(digest_of("abc") == "a9993e364706816aba3e25717850c26c9cd0d89d");
    CHECK(digest_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
          "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
    CHECK(digest_of(std::string(1'000'000, 'a')) == "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
}

TEST_CASE("SHA-1 where the length just has room in the last block, and where not") {
    CHECK(digest_of(std::string(55, 'a')) == "c1c8bbdc22796e28c0e15163d20899b65621d65a");
    CHECK(digest_of(std::string(56, 'a')) == "c2db330f6083854c99d4b5bfb6e8f29f201be699");
    CHECK(digest_of(std::string(64, 'a')) == "0098ba824b5c16427bd7a1122a5a442a25ec644d");
}
