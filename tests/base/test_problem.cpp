#include <string>
#include <type_traits>

#include <doctest/doctest.h>

#include <pcapframe/base/problem.hpp>
#include <pcapframe/catalog/catalog.hpp>
#include <pcapframe/catalog/template_values.hpp>
#include <pcapframe/filter.hpp>

using namespace pcapframe;

TEST_CASE("the value of a text that is wrong is all its problems, thrown") {
    const text_result<int> good = 1;
    CHECK(good.value() == 1);
    const text_result<int> bad(problem_list{problem{.reason = "first"}, problem{.reason = "second"}});
    CHECK_THROWS_WITH_AS((void)bad.value(), "first\nsecond", throwing::exception);
}

TEST_CASE("a message has the place in a file, the reason, the text and the nearest right word, in one line") {
    CHECK(problem{.reason = "this is wrong"}.message() == "this is wrong");
    CHECK(problem{.file = "c.yml", .at = {3, 5}, .reason = "this is wrong"}.message() == "c.yml:3:5: this is wrong");
    CHECK(problem{.file = "c.yml", .reason = "this is wrong"}.message() == "c.yml: this is wrong");
    const problem full{.file = "c.yml",
                       .at = {3, 5},
                       .reason = "unknown name 'nam'",
                       .hint = "name",
                       .text = "{{ nam }}\x1b[0m\n",
                       .offset = 3,
                       .length = 3};
    CHECK(full.message() ==
          "c.yml:3:5: unknown name 'nam', in \"{{ nam }}\\x1b[0m\\x0a\"; did you mean 'name'?");
    const problem of_filter{.reason = "no", .text = std::string(200, 'x'), .text_is = "filter"};
    CHECK(of_filter.message() == "no, in the filter \"" + std::string(97, 'x') + "...\"");
}

TEST_CASE("carets stand under the wrong part of a text, of any length") {
    const problem middle{.reason = "no", .hint = "yes", .text = "a bb c", .offset = 2, .length = 2};
    CHECK(middle.with_carets() == "no; did you mean 'yes'?\n    a bb c\n      ^^\n");
    const problem at_end{.reason = "no", .text = "a", .offset = 1};
    CHECK(at_end.with_carets() == "no\n    a\n     ^\n");
    for (std::size_t offset = 0; offset <= 300; ++offset) {
        const problem far{.reason = "no", .text = std::string(300, 'x'), .offset = offset, .length = 1000};
        const std::string shown = far.with_carets();
        CHECK(shown.size() < 250);
        CHECK(shown.find('^') != std::string::npos);
    }
}

TEST_CASE("a problem as an error keeps the begin of its reason, the place and the nearest right word") {
    const problem found{.reason = "no", .hint = "yes", .text = "a bb", .offset = 2, .text_is = "filter"};
    const error why = found.to_error();
    CHECK(why.code == errc::bad_text);
    CHECK(why.offset == 2);
    CHECK(why.message() == "at byte 2: the filter is refused: no; did you mean 'yes'?");
    CHECK(why.about("a.pcap").message() == why.message());
    const error wordy = problem{.reason = "begin " + std::string(200, 'x')}.to_error();
    CHECK(wordy.offset == no_offset);
    CHECK(wordy.subject.view() == "begin " + std::string(error::subject_bytes_max - 9, 'x') + "...");
}

TEST_CASE("problems are put in the order of their places, those of one place stay as they are") {
    problem_list list{{.at = {2, 1}, .reason = "c"}, {.at = {1, 9}, .reason = "a"}, {.at = {2, 1}, .reason = "d"},
                      {.at = {1, 10}, .reason = "b"}};
    sort_by_place(list);
    std::string order;
    for (const problem& each : list) order += each.reason;
    CHECK(order == "abcd");
}

TEST_CASE("filters, YAML, templates and catalogs refuse a text in one shape") {
    static_assert(std::is_same_v<decltype(filter::compile("", 1)), text_result<filter::program>>);
    static_assert(std::is_same_v<decltype(filter::explain("")), text_result<std::string>>);
    static_assert(std::is_same_v<decltype(parse_template("")), text_result<template_text>>);
    static_assert(std::is_same_v<decltype(catalog::parse("", "")), text_result<catalog>>);
    static_assert(std::is_same_v<decltype(yaml::document::problems), problem_list>);
    const auto made = filter::compile("tcp prt 80", 1);
    const auto in_template = parse_template("{{ x | lwer }}");
    const auto in_catalog =
        catalog::parse("sources:\n  a: {driver: pcap, args: {urlpath: '{{ x | lwer }}'}}\n", "c.yml");
    // An entry's fault is the entry's: the catalog opens and keeps the problem.
    REQUIRE((!made && !in_template && in_catalog));
    CHECK(made.problems()[0].hint == "port");
    CHECK(in_template.problems()[0].hint == "lower");
    CHECK(in_template.problems()[0].offset == 7);
    const problem placed = in_catalog->problems()[0];
    CHECK(placed.hint == "lower");
    CHECK(placed.file == "c.yml");
    CHECK((placed.at.line == 2 && placed.at.column == 45));
    CHECK(yaml::read("a: [").problems.at(0).at.line == 1);
}

TEST_CASE("a text_result gives its value, or all problems") {
    text_result<std::string> good(std::string("x"));
    CHECK((good && good.has_value() && *good == "x" && good->size() == 1 && good.problems().empty()));
    const text_result<std::string> bad(problem_list{{.reason = "one"}, {.reason = "two"}});
    CHECK((!bad && !bad.has_value()));
    CHECK(bad.message() == "one\ntwo");
    CHECK(bad.error().message() == "the text is refused: one");
}
