// Finding by name: what is there, and the nearest of what is not.
#include <array>
#include <string_view>

#include <doctest/doctest.h>

#include <pcapframe/base/find_name.hpp>

using namespace pcapframe;

namespace {

struct colour {
    std::string_view name;
    int number;
};

}  // namespace

TEST_CASE("elements by their names, and texts by themselves") {
    constexpr std::array colours{colour{"red", 1}, colour{"green", 2}, colour{"red", 3}};
    const auto red = find_name("red", "colour", colours);
    REQUIRE(red);
    CHECK(*red == &colours[0]);
    const auto wrong = find_name("gren", "colour", colours);
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().message() == "unknown colour 'gren'; did you mean 'green'?");
    CHECK(find_name("Red", "colour", colours).error().hint.view() == "red");
    CHECK(find_name("", "colour", std::array<colour, 0>{}).error().message() == "unknown colour ''");
    constexpr std::string_view words[] = {"one", "two"};
    CHECK(*find_name("two", "word", words) == words + 1);
}
