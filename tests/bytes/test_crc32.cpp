// The checksum of gzip and of Parquet's pages.
#include <doctest/doctest.h>

#include <pcapframe/bytes/crc32.hpp>

#include "hex.hpp"
#include "random.hpp"

using namespace pcapframe;
using namespace testing;

TEST_CASE("the checksum is the same by tables and by folding, in any parts") {
    const byte_string digits = from_hex("313233343536373839");
    CHECK(crc32(digits) == 0xcbf4'3926);  // the check value of CRC-32 (ITU-T V.42)
    random_numbers random(42);
    byte_string bytes;
    for (int i = 0; i < 3000; ++i) bytes.push_back(static_cast<std::uint8_t>(random.below(256)));
    for (std::size_t size = 0; size <= bytes.size(); size += 1 + size / 16) {
        const bytes_view whole = bytes_view(bytes).first(size);
        const std::uint32_t wanted = ~detail::crc32_by_tables(whole, ~0U);
        CHECK(crc32(whole) == wanted);
        const std::size_t cut = random.below(size + 1);
        CHECK(crc32(whole.subspan(cut), crc32(whole.first(cut))) == wanted);
    }
}
