// Hashes against the vectors of their specifications.
#include <doctest/doctest.h>

#include <string>

#include <pcapframe/crypto/md5.hpp>
#include <pcapframe/crypto/sha256.hpp>

#include "../bytes/hex.hpp"

using namespace pcapframe;
using namespace testing;

TEST_CASE("MD5: the test suite of RFC 1321, appendix A.5") {
    const auto digest = [](std::string_view text) { return bytes_of(md5(text_bytes(text))); };
    CHECK(digest("") == from_hex("d41d8cd98f00b204e9800998ecf8427e"));
    CHECK(digest("a") == from_hex("0cc175b9c0f1b6a831c399e269772661"));
    CHECK(digest("abc") == from_hex("900150983cd24fb0d6963f7d28e17f72"));
    CHECK(digest("message digest") == from_hex("f96b697d7cb7938d525a2f31aaf161d0"));
    CHECK(digest("abcdefghijklmnopqrstuvwxyz") == from_hex("c3fcd3d76192e4007dfb496cca67e13b"));
    CHECK(digest("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789") ==
          from_hex("d174ab98d277d9f5a5611c2c9f419d9f"));
    CHECK(digest("12345678901234567890123456789012345678901234567890123456789012345678901234567890") ==
          from_hex("57edf4a22be3c955ac49da2e2107b67a"));
}

TEST_CASE("SHA-256: the examples of FIPS 180, whole and piece by piece") {
    CHECK(bytes_of(sha256({})) == from_hex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
    CHECK(bytes_of(sha256(text_bytes("abc"))) ==
          from_hex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    CHECK(bytes_of(sha256(text_bytes("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))) ==
          from_hex("248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"));
    const std::string million(1'000'000, 'a');
    CHECK(bytes_of(sha256(text_bytes(million))) ==
          from_hex("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"));
    const byte_string bytes = counting(300);
    for (std::size_t first = 0; first <= 200; first += 7) {
        sha256_hash pieces;
        pieces.add(bytes_view(bytes).first(first)).add(bytes_view(bytes).subspan(first, 50));
        CHECK(pieces.add(bytes_view(bytes).subspan(first + 50)).digest() == sha256(bytes));
    }
}

TEST_CASE("HMAC with SHA-256: test cases of RFC 4231") {
    CHECK(bytes_of(hmac_sha256(byte_string(20, 0x0b))(text_bytes("Hi There"))) ==
          from_hex("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"));
    CHECK(bytes_of(hmac_sha256(text_bytes("Jefe"))(text_bytes("what do ya want for nothing?"))) ==
          from_hex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"));
    CHECK(bytes_of(hmac_sha256(byte_string(131, 0xaa))(
              text_bytes("Test Using Larger Than Block-Size Key - Hash Key First"))) ==
          from_hex("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"));
}
