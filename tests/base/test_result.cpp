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

TEST_CASE("the value of a result that has none is its error, thrown") {
    CHECK(half(8).value() == 4);
    CHECK_NOTHROW(even(2).value());
    CHECK_THROWS_WITH_AS((void)half(7).value(), half(7).error().message().c_str(), throwing::exception);
    CHECK_THROWS_AS(even(3).value(), throwing::exception);
    try {
        (void)half(9).value();
    } catch (const throwing::exception& e) {
        CHECK(e.why().number == 9);
    }
    result<std::string> text = std::string("abc");
    text.value() += 'd';
    const result<std::string>& same = text;
    CHECK(same.value() == "abcd");
    const result<std::unique_ptr<int>> none(error{.code = errc::closed});
    CHECK_THROWS_AS((void)none.value(), throwing::exception);
    result<std::unique_ptr<int>> owned = std::make_unique<int>(5);
    CHECK(*std::move(owned).value() == 5);
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
