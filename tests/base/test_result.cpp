#include <memory>
#include <string>
#include <utility>

#include <doctest/doctest.h>

#include <pcapframe/base/result.hpp>

using namespace pcapframe;

namespace {

result<int> half(int number) {
    if (number % 2 != 0) return error{.code = errc::bad_value, .number = static_cast<std::uint64_t>(number)};
    return number / 2;
}

result<void> even(int number) {
    if (auto halved = half(number); !halved) return halved.error();
    return {};
}

}  // namespace

TEST_CASE("a result is a value or an error") {
    const result<int> good = half(8);
    CHECK(good.has_value());
    CHECK(static_cast<bool>(good));
    CHECK(*good == 4);

    const result<int> bad = half(7);
    CHECK_FALSE(bad.has_value());
    CHECK_FALSE(static_cast<bool>(bad));
    CHECK(bad.error().code == errc::bad_value);
    CHECK(bad.error().number == 7);
}

TEST_CASE("a result of nothing is success or an error") {
    CHECK(even(2).has_value());
    CHECK(static_cast<bool>(even(2)));
    CHECK_FALSE(even(3).has_value());
    CHECK(even(3).error().number == 3);
}

TEST_CASE("the value can be changed, reached through and moved out") {
    result<std::string> text = std::string("abc");
    text->push_back('d');
    *text += 'e';
    CHECK(*text == "abcde");

    result<std::unique_ptr<int>> owned = std::make_unique<int>(5);
    const std::unique_ptr<int> taken = *std::move(owned);
    CHECK(*taken == 5);
}
