// Ticks to nanoseconds, against arithmetic with 128 bits that cannot overflow here.
#include <limits>

#include <doctest/doctest.h>

#include <pcapframe/format/tick_scale.hpp>

#include "../bytes/random.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

__extension__ using wide = __int128;
__extension__ using unsigned_wide = unsigned __int128;

constexpr wide billion = 1'000'000'000;

/// floor(ticks / resolution * 10^9) + tsoffset * 10^9, or no_time where 64 bits cannot hold it.
std::int64_t exact(std::uint8_t tsresol, std::int64_t tsoffset, std::uint64_t ticks) {
    const unsigned exponent = tsresol & 0x7fU;
    const unsigned_wide scaled = static_cast<unsigned_wide>(ticks) * static_cast<unsigned_wide>(billion);  // below 2^94
    unsigned_wide ns = 0;
    if ((tsresol & 0x80) != 0) {
        ns = scaled >> exponent;
    } else if (exponent <= 37) {
        unsigned_wide resolution = 1;
        for (unsigned i = 0; i < exponent; ++i) resolution *= 10;
        ns = scaled / resolution;
    }
    const wide time = static_cast<wide>(ns) + static_cast<wide>(tsoffset) * billion;
    const bool fits =
        time > std::numeric_limits<std::int64_t>::min() && time <= std::numeric_limits<std::int64_t>::max();
    return fits ? static_cast<std::int64_t>(time) : no_time;
}

/// Numbers of every size, with the edges among them.
std::uint64_t any_number(random_numbers& random) {
    const unsigned bits = random.below(65);
    const std::uint64_t value = bits == 0 ? 0 : random.next() >> (64 - bits);
    switch (random.below(8)) {
        case 0: return ~std::uint64_t{0} >> (bits % 64);
        case 1: return std::uint64_t{1} << (bits % 64);
        default: return value;
    }
}

}  // namespace

TEST_CASE("the usual resolutions") {
    static_assert(tick_scale(6, 0).nanoseconds(1'515'485'772'210'010) == 1'515'485'772'210'010'000);
    static_assert(tick_scale().nanoseconds(1) == 1000);
    static_assert(tick_scale(9, 0).nanoseconds(1'515'485'772'210'010'001) == 1'515'485'772'210'010'001);
    static_assert(tick_scale(3, 0).nanoseconds(1) == 1'000'000);
    static_assert(tick_scale(0, 0).nanoseconds(1'515'485'772) == 1'515'485'772'000'000'000);
    static_assert(tick_scale(12, 0).nanoseconds(1'999) == 1);
    static_assert(tick_scale(0x80 | 32, 0).nanoseconds(0x1'8000'0000) == 1'500'000'000);
    static_assert(tick_scale(0x80 | 10, 0).nanoseconds(1025) == 1'000'976'562);
    CHECK(tick_scale(0x80, 0).nanoseconds(7) == 7'000'000'000);
}

TEST_CASE("offsets in seconds, before and after the epoch") {
    static_assert(tick_scale(6, 100).nanoseconds(5) == 100'000'005'000);
    static_assert(tick_scale(6, -100).nanoseconds(5) == -99'999'995'000);
    static_assert(tick_scale(9, -1).nanoseconds(1'000'000'000) == 0);
    CHECK(tick_scale(0x80 | 1, -1).nanoseconds(1) == -500'000'000);
}

TEST_CASE("a time that 64 bits cannot hold is no time") {
    constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
    static_assert(tick_scale(6, 0).nanoseconds(most) == no_time);
    static_assert(tick_scale(0, 0).nanoseconds(9'223'372'037) == no_time);
    static_assert(tick_scale(0, 0).nanoseconds(9'223'372'036) == 9'223'372'036'000'000'000);
    static_assert(tick_scale(9, 0).nanoseconds(9'223'372'036'854'775'807U) == std::numeric_limits<std::int64_t>::max());
    static_assert(tick_scale(9, 0).nanoseconds(9'223'372'036'854'775'808U) == no_time);
    static_assert(tick_scale(6, std::numeric_limits<std::int64_t>::max()).nanoseconds(0) == no_time);
    CHECK(tick_scale(6, std::numeric_limits<std::int64_t>::min()).nanoseconds(most) == no_time);
}

TEST_CASE("an offset or a count of ticks may be too large alone where their sum is not") {
    static_assert(tick_scale(6, -10'000'000'000).nanoseconds(11'000'000'000'000'000) == 1'000'000'000'000'000'000);
    static_assert(tick_scale(9, -1).nanoseconds(9'223'372'036'854'775'808U) == 9'223'372'035'854'775'808);
    // The earliest time that can be told from none.
    CHECK(tick_scale(9, -9'223'372'037).nanoseconds(145'224'193) == std::numeric_limits<std::int64_t>::min() + 1);
    CHECK(tick_scale(9, -9'223'372'037).nanoseconds(145'224'192) == no_time);
}

TEST_CASE("decimal resolutions from 10^0 to 10^-20 and beyond are exact") {
    random_numbers random(10);
    for (unsigned n = 0; n <= 0x7f; ++n) {
        const auto tsresol = static_cast<std::uint8_t>(n);
        CAPTURE(n);
        for (int i = 0; i < (n <= 30 ? 3000 : 100); ++i) {
            const std::uint64_t ticks = any_number(random);
            REQUIRE(tick_scale(tsresol, 0).nanoseconds(ticks) == exact(tsresol, 0, ticks));
        }
    }
}

TEST_CASE("binary resolutions from 2^0 to 2^-127 are exact") {
    random_numbers random(2);
    for (unsigned n = 0; n <= 0x7f; ++n) {
        const auto tsresol = static_cast<std::uint8_t>(0x80 | n);
        CAPTURE(n);
        for (int i = 0; i < 1500; ++i) {
            const std::uint64_t ticks = any_number(random);
            REQUIRE(tick_scale(tsresol, 0).nanoseconds(ticks) == exact(tsresol, 0, ticks));
        }
    }
}

TEST_CASE("with offsets of any size") {
    random_numbers random(3);
    for (int i = 0; i < 200'000; ++i) {
        const std::uint8_t tsresol = random.one_in(3) ? random.byte() : static_cast<std::uint8_t>(random.below(13));
        const std::uint64_t ticks = any_number(random);
        const auto tsoffset = static_cast<std::int64_t>(random.one_in(2) ? any_number(random) : ~any_number(random));
        const std::int64_t wanted = exact(tsresol, tsoffset, ticks);
        if (tick_scale(tsresol, tsoffset).nanoseconds(ticks) == wanted) continue;
        CAPTURE(tsresol);
        CAPTURE(ticks);
        CAPTURE(tsoffset);
        REQUIRE(tick_scale(tsresol, tsoffset).nanoseconds(ticks) == wanted);
    }
}

TEST_CASE("offsets near what makes the sum fit") {
    random_numbers random(4);
    unsigned held = 0;
    for (int i = 0; i < 100'000; ++i) {
        const auto tsresol = static_cast<std::uint8_t>(random.one_in(2) ? random.below(10) : 0x80 + random.below(40));
        const std::uint64_t ticks = any_number(random);
        const bool binary = (tsresol & 0x80) != 0;
        std::uint64_t seconds = binary ? ticks >> (tsresol & 0x7f) : ticks;
        for (unsigned n = 0; !binary && n < tsresol; ++n) seconds /= 10;
        const std::uint64_t near = random.next() % 20'000'000'000 - 10'000'000'000;
        const auto tsoffset = static_cast<std::int64_t>(near - seconds);
        const std::int64_t wanted = exact(tsresol, tsoffset, ticks);
        held += wanted != no_time ? 1 : 0;
        REQUIRE(tick_scale(tsresol, tsoffset).nanoseconds(ticks) == wanted);
    }
    CHECK(held > 50'000);
}
