// The option `columns`: every way to name columns, and that nothing else compiles.
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <doctest/doctest.h>

#include <pcapframe/decode/column_names.hpp>
#include <pcapframe/source/options.hpp>

using namespace pcapframe;

namespace {

std::string text_of(const column_names& names) { return names.text(); }

template <class Value>
concept names_columns = requires(const Value& value) { read_options{.columns = value}; };
template <class First, class Second>
concept pair_names_columns = requires(const First& first, const Second& second) {
    read_options{.columns = {first, second}};
};

// What says no column does not compile, and two texts are no pair of iterators.
static_assert(names_columns<const char*> && names_columns<std::string> && names_columns<column>);
static_assert(names_columns<column_order> && names_columns<std::array<column, 2>>);
static_assert(pair_names_columns<const char*, std::string_view> && pair_names_columns<column, std::string>);
static_assert(!names_columns<int> && !names_columns<bool> && !names_columns<char> && !names_columns<std::nullptr_t>);
static_assert(!names_columns<std::vector<int>> && !names_columns<std::vector<char>> && !names_columns<std::string*>);
static_assert(!names_columns<std::array<char, 4>> && !names_columns<std::vector<std::vector<std::string>>>);
static_assert(!pair_names_columns<const char*, int> && !pair_names_columns<int, int>);
static_assert(!std::is_constructible_v<column_names, const char*, const char*>);
static_assert(!std::is_constructible_v<column_names, std::size_t, char>);

}  // namespace

TEST_CASE("columns in braces are as many as there are names") {
    CHECK(text_of({"time", "len"}) == "time,len");
    CHECK(text_of({"time"}) == "time");
    CHECK(text_of({"time", "len", "ttl"}) == "time,len,ttl");
    CHECK(text_of({column::time, column::len}) == "time,len");
    CHECK(text_of({column::time, "len", std::string("ttl"), std::string_view("stop")}) == "time,len,ttl,stop");
    const read_options options{.columns = {"time", "len"}};
    CHECK(parse_columns(options.columns.text()).value() == column_order{column::time, column::len});
}

TEST_CASE("columns by one text, one constant or any list") {
    CHECK(text_of("time,len") == "time,len");
    CHECK(text_of(std::string("time,len")) == "time,len");
    CHECK(text_of(std::string_view("time")) == "time");
    CHECK(text_of(column::ttl) == "ttl");
    const std::vector<std::string> list{"time", "len"};
    CHECK(text_of(list) == "time,len");
    CHECK(text_of(std::span(list)) == "time,len");
    CHECK(text_of(column_order{column::len, column::time}) == "len,time");
    const char* const words[] = {"len", "time"};
    CHECK(text_of(words) == "len,time");
}

TEST_CASE("no columns are the usual ones, and no name in a list is lost") {
    CHECK(column_names().empty());
    CHECK(text_of({}).empty());
    CHECK(text_of("").empty());
    CHECK(text_of(std::vector<std::string>{}).empty());
    CHECK(text_of({"", "time"}) == ",time");
    CHECK(text_of({"time", ""}) == "time,");
    CHECK(plan_read({.columns = {"", "time"}}).error().code == errc::unknown_name);
    CHECK(plan_read({.columns = {"time", "time"}}).error().code == errc::bad_value);
    CHECK(plan_read({.columns = {"time", "src_prt"}}).error().hint.view() == "src_port");
}

TEST_CASE("columns are assigned, copied and compared") {
    column_names names{"time", "len"};
    const column_names copy = names;
    CHECK(copy == column_names("time,len"));
    names = {"ttl", "len"};
    CHECK(names.text() == "ttl,len");
    names = "stop";
    CHECK(names.text() == "stop");
    names = {};
    CHECK(names.empty());
    CHECK(copy.text() == "time,len");
    CHECK(text_of({copy}) == "time,len");
}
