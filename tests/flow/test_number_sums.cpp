// Sums of squares: exact at every size, and deviations that lose nothing to the difference of large sums.
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include <doctest/doctest.h>

#include <pcapframe/flow/number_sums.hpp>

using namespace pcapframe;

namespace {

std::optional<double> deviation_of(const std::vector<std::uint64_t>& numbers) {
    number_sums sums;
    for (const std::uint64_t number : numbers) sums.add(number);
    return sums.squares.deviation(numbers.size(), sums.sum);
}

}  // namespace

TEST_CASE("there is a deviation of two numbers or more, of a sample") {
    CHECK(!deviation_of({}));
    CHECK(!deviation_of({7}));
    CHECK(*deviation_of({7, 7, 7}) == 0);
    CHECK(*deviation_of({2, 4, 4, 4, 5, 5, 7, 9}) == doctest::Approx(std::sqrt(32.0 / 7)).epsilon(1e-15));
}

TEST_CASE("large numbers that differ little lose no digit") {
    constexpr std::uint64_t large = std::uint64_t{1} << 61;
    CHECK(*deviation_of({large, large + 1, large + 2}) == 1);
    CHECK(*deviation_of({std::uint64_t{1} << 32, (std::uint64_t{1} << 32) - 1}) == doctest::Approx(std::sqrt(0.5)));
}

TEST_CASE("a sum that would go beyond what it holds stays at the greatest") {
    constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
    number_sums sums;
    for (int i = 0; i < 3; ++i) sums.add(most);
    CHECK(sums.sum == most);
    CHECK(sums.least == most);
    CHECK(*sums.squares.deviation(3, sums.sum) >= 0);
    square_sum twice;
    twice.add(most);
    square_sum both = twice;
    both.add(twice);
    CHECK(*both.deviation(2, most) > 0);
}

TEST_CASE("all bits of products") {
    using words = std::array<std::uint64_t, 2>;
    constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
    CHECK(detail::product_of(most, most) == words{1, most - 1});
    CHECK(detail::product_of(most, 2) == words{most - 1, 1});
    CHECK(detail::product_of(std::uint64_t{1} << 32, std::uint64_t{1} << 32) == words{0, 1});
    CHECK(detail::product_of(0x1234'5678'9abc'def0, 0xfedc'ba98'7654'3210) ==
          words{0x236d'88fe'5618'cf00, 0x121f'a00a'd77d'7422});
}
