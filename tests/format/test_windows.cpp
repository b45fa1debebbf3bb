// However a file is cut into windows, and wherever it is cut off: the same records, and the same damage.
#include <algorithm>

#include <doctest/doctest.h>

#include "samples.hpp"
#include "walks.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

/// What must come of the first `length` bytes of a sample.
void check_cut(const sample& whole, const walked& all, std::size_t length) {
    const walked out = walk_whole(first_bytes(whole.bytes, length));
    const auto parts = std::upper_bound(whole.ends.begin(), whole.ends.end(), length);
    const std::size_t begun = parts == whole.ends.begin() ? 0 : parts[-1];
    const auto packets = static_cast<std::size_t>(
        std::upper_bound(whole.packet_ends.begin(), whole.packet_ends.end(), length) - whole.packet_ends.begin());
    CHECK(out.records == std::vector(all.records.begin(), all.records.begin() + static_cast<std::ptrdiff_t>(packets)));
    if (length < 4) {
        CHECK(out.refused);
        return;
    }
    CHECK_FALSE(out.refused);
    CHECK(out.damage.has_value() == (begun != length));
    if (!out.damage) return;
    CHECK(out.damage->offset == begun);
    CHECK(out.damage->other < out.damage->number);
    CHECK((out.damage->code == errc::cut_record || out.damage->code == errc::cut_header));
    for (const std::size_t step : {std::size_t{0}, std::size_t{5}})
        CHECK(walk_in_windows(first_bytes(whole.bytes, length), step) == out);
}

byte_string flipped(const byte_string& bytes, random_numbers& random) {
    byte_string out = bytes;
    const std::uint32_t flips = 1U << random.below(6);
    for (std::uint32_t i = 0; i < flips; ++i) {
        const std::uint32_t bit = random.below(out.size() * 8);
        out[bit / 8] = static_cast<std::uint8_t>(out[bit / 8] ^ (1U << bit % 8));
    }
    return out;
}

}  // namespace

TEST_CASE("the samples are whole") {
    for (const sample& s : all_samples()) {
        CAPTURE(s.name);
        const walked out = walk_whole(s.bytes);
        CHECK_FALSE(out.damage);
        CHECK(out.records.size() == s.packet_ends.size());
        CHECK(out.offset == s.bytes.size());
    }
}

TEST_CASE("windows of every size give what one piece gives") {
    for (const sample& s : all_samples()) {
        CAPTURE(s.name);
        const walked whole = walk_whole(s.bytes);
        for (std::size_t step = 0; step <= s.bytes.size(); ++step) {
            CAPTURE(step);
            CHECK(walk_in_windows(s.bytes, step) == whole);
        }
        for (std::uint64_t seed = 0; seed < 200; ++seed) CHECK(walk_at_random(s.bytes, seed) == whole);
    }
}

TEST_CASE("a file cut at every byte gives the records before the cut, and where it was cut") {
    for (const sample& s : all_samples()) {
        const walked all = walk_whole(s.bytes);
        for (std::size_t length = 0; length <= s.bytes.size(); ++length) {
            CAPTURE(s.name);
            CAPTURE(length);
            check_cut(s, all, length);
        }
    }
}

TEST_CASE("files with flipped bits: one piece and windows agree on records and damage") {
    random_numbers random(20'240'229);
    unsigned damaged = 0;
    unsigned refused = 0;
    for (const sample& s : all_samples()) {
        for (int i = 0; i < 1500; ++i) {
            const byte_string bytes = flipped(s.bytes, random);
            const walked whole = walk_whole(bytes);
            CAPTURE(s.name);
            CAPTURE(i);
            REQUIRE(walk_in_windows(bytes, 0) == whole);
            REQUIRE(walk_at_random(bytes, random.next()) == whole);
            damaged += whole.damage ? 1U : 0U;
            refused += whole.refused ? 1U : 0U;
            if (whole.damage) {
                REQUIRE(whole.damage->offset <= bytes.size());
                REQUIRE(whole.damage->offset <= whole.offset);
            }
        }
    }
    CHECK(damaged > 1000);
    CHECK(refused > 100);
}

TEST_CASE("random bytes after a good magic number") {
    random_numbers random(64);
    for (const sample& s : all_samples()) {
        for (int i = 0; i < 500; ++i) {
            const std::size_t kept_bytes = s.ends[random.below(3)];
            const byte_string bytes = first_bytes(s.bytes, kept_bytes) + random.bytes(random.below(300));
            const walked whole = walk_whole(bytes);
            REQUIRE(walk_in_windows(bytes, 1) == whole);
            REQUIRE(walk_at_random(bytes, random.next()) == whole);
        }
    }
}

TEST_CASE("a window with room for one record at a time") {
    for (const sample& s : all_samples()) {
        CAPTURE(s.name);
        const walked out = walk(s.bytes, [] { return std::size_t{0}; }, [] { return std::size_t{1}; });
        CHECK(out == walk_whole(s.bytes));
    }
}
