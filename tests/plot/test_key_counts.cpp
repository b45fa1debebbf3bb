#include <cstdint>
#include <functional>
#include <map>

#include <doctest/doctest.h>

#include <pcapframe/plot/key_counts.hpp>

#include "rows.hpp"

using namespace pcapframe;
using plot_test::numbers;

namespace {

struct number_key {
    std::uint32_t number = 0;

    [[nodiscard]] std::uint64_t hash(std::uint64_t seed) const noexcept { return charts::mix_hash(seed, number); }
    friend bool operator==(const number_key&, const number_key&) = default;
    friend bool operator<(const number_key& a, const number_key& b) noexcept { return a.number < b.number; }
};

using counts = key_counts<number_key, tally>;

/// All keys end in the same place: the table must still tell them apart.
struct colliding_key : number_key {
    [[nodiscard]] std::uint64_t hash(std::uint64_t) const noexcept { return 7; }
};

}  // namespace

TEST_CASE("up to keys_max distinct keys every tally is exact") {
    counts some(1'000);
    std::map<std::uint32_t, tally> all;
    numbers random(1);
    for (int i = 0; i < 20'000; ++i) {
        const auto number = static_cast<std::uint32_t>(random.below(1'000));
        const std::uint64_t bytes = random.below(1'500);
        some[{number}].add(bytes);
        all[number].add(bytes);
    }
    CHECK(some.is_exact());
    CHECK(some.missed_max() == 0);
    REQUIRE(some.entries().size() == all.size());
    for (const counts::entry& e : some.entries()) {
        CHECK(e.count == all[e.key.number]);
        CHECK(e.missed == 0);
    }
}

TEST_CASE("above keys_max the truth lies between what was counted and that plus what may be missing") {
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
        counts some(100);
        std::map<std::uint32_t, tally> all;
        std::uint64_t weight = 0;
        numbers random(seed);
        for (int i = 0; i < 50'000; ++i) {
            // Small numbers come far more often than large ones.
            const auto number = static_cast<std::uint32_t>(random.below(1 + random.below(1 + random.below(5'000))));
            const std::uint64_t bytes = random.below(1'500);
            some[{number}].add(bytes);
            all[number].add(bytes);
            weight += bytes + 1;
        }
        CHECK_FALSE(some.is_exact());
        CHECK(some.entries().size() <= 100);
        CHECK(some.missed_max() <= 2 * weight / 100);
        std::map<std::uint32_t, bool> listed;
        for (const counts::entry& e : some.entries()) {
            const tally& truth = all[e.key.number];
            CHECK(e.count.packets <= truth.packets);
            CHECK(e.count.bytes <= truth.bytes);
            CHECK(truth.bytes + truth.packets <= e.weight() + e.missed);
            CHECK(e.missed <= some.missed_max());
            listed[e.key.number] = true;
        }
        for (const auto& [number, truth] : all)
            if (!listed[number]) CHECK(truth.bytes + truth.packets <= some.missed_max());
        const auto ranked = some.top(10, std::less<>());
        for (const counts::entry& e : ranked) all.erase(e.key.number);
        for (const auto& [number, truth] : all) CHECK(truth.bytes <= some.others_max(ranked));
    }
}

TEST_CASE("a heavy key from the beginning stays exact whatever comes after it") {
    counts some(16);
    for (std::uint32_t i = 0; i < 10'000; ++i) {
        some[{0}].add(1'000);
        some[{i + 1}].add(60);
    }
    const auto ranked = some.top(1, std::less<>());
    REQUIRE(ranked.size() == 1);
    CHECK(ranked[0].key.number == 0);
    CHECK(ranked[0].count == tally{10'000, 10'000'000});
    CHECK(ranked[0].missed == 0);
    CHECK(some.missed_max() > 0);
}

TEST_CASE("keys of the same weight are given up together, and the new one is kept") {
    counts some(4);
    for (std::uint32_t i = 0; i < 5; ++i) some[{i}].add(10);
    CHECK(some.missed_max() == 11);
    REQUIRE(some.entries().size() == 1);
    CHECK(some.entries()[0].key.number == 4);
    CHECK(some.entries()[0].missed == 11);
}

TEST_CASE("keys that collide are told apart") {
    key_counts<colliding_key, tally> some(200);
    for (int round = 0; round < 2; ++round)
        for (std::uint32_t i = 0; i < 200; ++i) some[colliding_key{{i}}].add(i);
    CHECK(some.entries().size() == 200);
    for (const auto& e : some.entries()) CHECK(e.count == tally{2, 2 * e.key.number});
}

TEST_CASE("top ranks by bytes, then packets, then the key") {
    counts some(100);
    some[{5}].add(100);
    some[{3}].add(100);
    some[{4}].add(50);
    some[{4}].add(50);
    some[{9}].add(300);
    const auto ranked = some.top(3, std::less<>());
    REQUIRE(ranked.size() == 3);
    CHECK(ranked[0].key.number == 9);
    CHECK(ranked[1].key.number == 4);
    CHECK(ranked[2].key.number == 3);
    CHECK(some.top(10, std::less<>()).size() == 4);
    CHECK(counts(100).top(10, std::less<>()).empty());
}
