#include <algorithm>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

#include <pcapframe/plot/size_counts.hpp>

#include "rows.hpp"

using pcapframe::size_counts;

TEST_CASE("classes follow each other without a gap, four to a doubling") {
    CHECK(size_counts::class_begin(0) == 0);
    for (std::size_t c = 0; c < size_counts::class_count; ++c) {
        CHECK(size_counts::class_of(size_counts::class_begin(c)) == c);
        CHECK(size_counts::class_of(size_counts::class_end(c)) == c);
        if (c > 0) CHECK(size_counts::class_begin(c) == size_counts::class_end(c - 1) + 1);
    }
    CHECK(size_counts::class_end(size_counts::class_count - 1) == 0xffff'ffff);
    static_assert(size_counts::class_of(15) == 0);
    static_assert(size_counts::class_of(64) == size_counts::class_of(79));
    static_assert(size_counts::class_of(80) == size_counts::class_of(64) + 1);
    static_assert(size_counts::class_of(1'514) == size_counts::class_of(1'280));
}

TEST_CASE("without a packet every figure is 0") {
    const size_counts none;
    CHECK(none.least() == 0);
    CHECK(none.median() == 0);
    CHECK(none.most() == 0);
}

TEST_CASE("the median is exact to 64 KiB") {
    plot_test::numbers random(1);
    for (const std::size_t count : {1U, 2U, 3U, 100U, 999U}) {
        size_counts sizes;
        std::vector<std::uint32_t> all;
        for (std::size_t i = 0; i < count; ++i) {
            all.push_back(static_cast<std::uint32_t>(random.below(65'536)));
            sizes.add(all.back());
        }
        std::sort(all.begin(), all.end());
        CHECK(sizes.median() == all[(count - 1) / 2]);
        CHECK(sizes.least() == all.front());
        CHECK(sizes.most() == all.back());
        CHECK(sizes.packets() == count);
    }
}

TEST_CASE("sizes above 64 KiB are counted in classes") {
    size_counts sizes;
    for (const std::uint32_t size : {0U, 65'535U, 65'536U, 70'000U, 0xffff'ffffU}) sizes.add(size);
    CHECK(sizes.median() == 81'919);
    CHECK(sizes.most() == 0xffff'ffff);
    CHECK(sizes.bytes() == 65'535ULL + 65'536 + 70'000 + 0xffff'ffffULL);
    CHECK(sizes.packets_in(size_counts::class_of(65'536)) == 2);
}
