#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include <pcapframe/base/limits.hpp>
#include <pcapframe/catalog/yaml/yaml.hpp>

#include "yaml_shown.hpp"

using namespace pcapframe;

namespace {

struct refusal {
    std::string_view text;
    std::string_view problems;
};

template <std::size_t Count>
void check_all(const refusal (&refusals)[Count]) {
    for (const refusal& r : refusals) {
        CAPTURE(r.text);
        CHECK(read_and_show(r.text) == r.problems);
    }
}

}  // namespace

TEST_CASE("scalars that have no value are refused") {
    constexpr refusal refusals[] = {
        {"9223372036854775808",
         "1:1: '9223372036854775808' does not fit into 64 bits; if text is meant, put it in quotes"},
        {"-0x8000000000000001",
         "1:1: '-0x8000000000000001' does not fit into 64 bits; if text is meant, put it in quotes"},
        {"99999999999999999999:00",
         "1:1: '99999999999999999999:00' does not fit into 64 bits; if text is meant, put it in quotes"},
        {"0b_", "1:1: '0b_' has no digits; if text is meant, put it in quotes"},
        {"0x__", "1:1: '0x__' has no digits; if text is meant, put it in quotes"},
        {"2018-02-29", "1:1: '2018-02-29' is a time that does not exist; if text is meant, put it in quotes"},
        {"0000-01-01", "1:1: '0000-01-01' is a time that does not exist; if text is meant, put it in quotes"},
        {"2018-01-09 24:00:00",
         "1:1: '2018-01-09 24:00:00' is a time that does not exist; if text is meant, put it in quotes"},
        {"2018-01-09 08:16:12 +24",
         "1:1: '2018-01-09 08:16:12 +24' is a time that does not exist; if text is meant, put it in quotes"},
        {"=", "1:1: '=' alone has a meaning of its own in YAML 1.1; put it in quotes"},
    };
    check_all(refusals);
}

TEST_CASE("parts of the language that are not supported are refused by name") {
    constexpr refusal refusals[] = {
        {"a: !!int 1", "1:4: the tag '!!int' is not supported; '!!str' and '!template' are"},
        {"!t\na: 1", "1:1: the tag '!t' is not supported; '!!str' and '!template' are"},
        {"[!t a]", "1:2: the tag '!t' is not supported; '!!str' and '!template' are"},
        {"a: !!str [b]", "1:10: '!!str' makes text of a scalar only"},
        {"a: !!str\n  b: c", "2:3: '!!str' makes text of a scalar only"},
        {"[!!str {}]", "1:8: '!!str' makes text of a scalar only"},
        {"a: &x b\nc: !!str *x", "2:10: an alias has no tag of its own"},
        {"a: !!str !!str b", "1:10: a value has one tag at most"},
        {"[!!str !!str b]", "1:8: a value has one tag at most"},
        {"!!str a: b", "1:1: a tag on a mapping key is not supported"},
        {"{!!str a: b}", "1:2: a tag ('!') may not stand here"},
        {"a: &x {b: 1}\nc:\n  <<: *x", "3:3: merges ('<<') are not supported: write the entries out"},
        {"? a\n: b", "1:1: explicit keys ('?') are not supported"},
        {"{? a: b}", "1:2: explicit keys ('?') are not supported"},
        {"a: 1\n---\nb: 2", "2:1: only one document is supported: here begins a second"},
        {"a: 1\n...\nb: 2", "3:1: only one document is supported: nothing may follow '...'"},
        {"%YAML 1.2\n---\na", "1:1: directives ('%') are not supported"},
        {"[a: b]", "1:3: a mapping inside of '[]' needs its own '{}'"},
        {"[a]: b", "1:1: a mapping key must be a scalar"},
        {"{[a]: b}", "1:2: a mapping key must be a scalar"},
        {"&a b: c", "1:1: an anchor on a mapping key is not supported"},
        {"x: 1\n&a b: c", "2:1: an anchor on a mapping key is not supported"},
        {"a: &x 1\n*x : 2", "2:1: an alias as a mapping key is not supported"},
        {"|1\n a", "1:3: an indentation number is not supported for a whole document"},
    };
    check_all(refusals);
}

TEST_CASE("mistakes of structure") {
    constexpr refusal refusals[] = {
        {"a: b: c", "1:4: a mapping may not begin in this line: put the value in quotes, or on a line of its own"},
        {"a: - b", "1:4: a sequence may not begin in this line: put it on a line of its own"},
        {"a: &x - b", "1:7: a sequence may not begin in this line: put it on a line of its own"},
        {"--- a: b", "1:5: a mapping may not begin in this line: put the value in quotes, or on a line of its own"},
        {"a: b\n  c: d", "2:4: a mapping may not begin in this line: put the value in quotes, or on a line of its own"},
        {"a:\n    b: 1\n  c: 2", "3:3: this line is indented by more than those it belongs to"},
        {"a: 1\n b: 2", "2:3: a mapping may not begin in this line: put the value in quotes, or on a line of its own"},
        {"a: 'x'\n b: 2", "2:2: this line is indented by more than those it belongs to"},
        {"a: 1\nb", "2:1: an entry of this mapping should begin here, as 'key: value'"},
        {"a: 1\n- b", "2:1: an entry of this mapping should begin here, as 'key: value'"},
        {"- a\nb: 1", "2:1: an entry of this sequence should begin here, with '- '"},
        {"a: \"b\" c", "1:8: unexpected text behind a value"},
        {"\"a\" b", "1:5: unexpected text behind the value of the document"},
        {"a: [b", "1:6: a bracket is never closed"},
        {"a: [b\n---\n", "2:1: a bracket is never closed"},
        {"[a b: c]", "1:5: a mapping inside of '[]' needs its own '{}'"},
        {"['a'\n\"b\"]", "2:1: expected ',' or ']'"},
        {"{a: b]", "1:6: expected ',' or '}'"},
        {"[a,,b]", "1:4: ',' is not expected here; if text is meant, put it in quotes"},
        {"[- a]", "1:2: a sequence may not begin inside of brackets"},
        {"{\"a\n b\": c}", "1:2: a mapping key must stand in one line"},
        {": a", "1:1: a mapping key is missing before ':'"},
        {"a: 'b", "1:4: this quote is never closed"},
        {"a: \"b\n---\n\"", "2:1: a document ends within a quoted text"},
        {"\"\\q\"", "1:3: this escape is not known; a backslash itself is written '\\\\'"},
        {"\"\\x4\"", "1:4: this escape needs 2 hexadecimal digits"},
        {"\"\\ud83d\"", "1:4: this escape is no character (surrogates have none of their own)"},
        {"a: |x\n b", "1:5: '|' and '>' take at most '+' or '-' and a digit from 1 to 9, then the line ends"},
        {"a: |0\n b", "1:5: '|' and '>' take at most '+' or '-' and a digit from 1 to 9, then the line ends"},
        {"a: |\n    \n  b", "3:3: a blank line before this one is indented by more than it"},
        {"a: %x", "1:4: '%' cannot begin a value; if text is meant, put it in quotes"},
        {"a: @x", "1:4: '@' cannot begin a value; if text is meant, put it in quotes"},
        {"a: ]", "1:4: ']' is not expected here; if text is meant, put it in quotes"},
        {"a: [b]#c", "1:7: a comment needs a space before '#'"},
        {"\ta: b", "1:1: a tab; YAML is indented and separated by spaces"},
        {"a:\n\t- b", "2:1: a tab; YAML is indented and separated by spaces"},
        {"a: b\tc", "1:5: a tab; YAML is indented and separated by spaces"},
        {"...\n", "1:1: a document ends here that never began"},
    };
    check_all(refusals);
}

TEST_CASE("mistakes of anchors") {
    constexpr refusal refusals[] = {
        {"a: *x", "1:4: no anchor '&x' has ended before this alias"},
        {"a: &x [*x]", "1:8: no anchor '&x' has ended before this alias"},
        {"a: &x 1\nb: &x 2", "2:4: the anchor '&x' is there already"},
        {"a: & b", "1:5: the name of an anchor has letters, digits, '-' and '_' only"},
        {"a: &x.y b", "1:6: the name of an anchor has letters, digits, '-' and '_' only"},
        {"a: &x &y b", "1:7: a value has one anchor at most"},
        {"a: &x 1\nb: &y *x", "2:7: an alias has no anchor of its own"},
    };
    check_all(refusals);
}

TEST_CASE("keys come once, whatever their kind") {
    constexpr refusal refusals[] = {
        {"a: 1\nb: 2\n'a': 3", "3:1: the key 'a' is there already"},
        {"{a: 1, a: 2, a: 3}", "1:8: the key 'a' is there already\n1:14: the key 'a' is there already"},
        {"1: a\n1.0: b", "2:1: this key is there already"},
        {"1: a\ntrue: b", "2:1: this key is there already"},
        {"0: a\n-0.0: b\nfalse: c", "2:1: this key is there already\n3:1: this key is there already"},
        {"~: a\nnull: b", "2:1: this key is there already"},
        {"yes: a\non: b", "2:1: this key is there already"},
        {"2018-01-09: a\n2018-01-09: b", "2:1: this key is there already"},
    };
    check_all(refusals);
    CHECK(read_and_show("1: a\n'1': b") == "{1: \"a\", \"1\": \"b\"}");
}

TEST_CASE("characters that may not stand are named with their place") {
    CHECK(read_and_show("a: \x01") ==
          "1:4: the character U+0001 may not stand here; write it as an escape in double quotes");
    CHECK(read_and_show("a\n\xc2\x85") ==
          "2:1: the character U+0085 may not stand here; write it as an escape in double quotes");
    CHECK(read_and_show("\xc3\xa9\xe2\x80\xa8") ==
          "1:2: the character U+2028 may not stand here; write it as an escape in double quotes");
    CHECK(read_and_show("a\xef\xbb\xbf") ==
          "1:2: the character U+FEFF may not stand here; write it as an escape in double quotes");
    CHECK(read_and_show(std::string_view("a\0b", 3)) ==
          "1:2: the character U+0000 may not stand here; write it as an escape in double quotes");
    CHECK(read_and_show("a: \xff") == "1:4: this is not UTF-8 text");
    CHECK(read_and_show("\xc0\xaf") == "1:1: this is not UTF-8 text");
    CHECK(read_and_show("\xed\xa0\x80") == "1:1: this is not UTF-8 text");
    CHECK(read_and_show("\xf4\x90\x80\x80") == "1:1: this is not UTF-8 text");
    CHECK(read_and_show("a\xe2\x82") == "1:2: this is not UTF-8 text");
}

TEST_CASE("mistakes that leave the structure clear are reported together, in order") {
    CHECK(read_and_show("a: 2018-13-01\nb:\n  c: 0b_\n  c: x\nd: *none\n") ==
          "1:4: '2018-13-01' is a time that does not exist; if text is meant, put it in quotes\n"
          "3:6: '0b_' has no digits; if text is meant, put it in quotes\n"
          "4:3: the key 'c' is there already\n"
          "5:4: no anchor '&none' has ended before this alias");
    std::string many;
    for (int i = 0; i < 500; ++i) many += "- 0b_\n";
    const yaml::document read = yaml::read(many);
    CHECK(read.problems.size() == limits::problems_max + 1);
    CHECK(read.problems.back().reason == "there is more, but this is enough to begin with");
}

TEST_CASE("limits hold: depth, aliases, size") {
    const auto nested = [](unsigned depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    CHECK(yaml::read(nested(limits::yaml_depth_max)));
    CHECK(read_and_show(nested(100000)) == "1:102: this is nested too deeply");
    std::string deep;
    for (int i = 0; i < 5000; ++i) deep += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
    CHECK(read_and_show(deep) == "101:103: this is nested too deeply");
    std::string dashes;
    for (int i = 0; i < 5000; ++i) dashes += "- ";
    CHECK(read_and_show(dashes) == "1:202: this is nested too deeply");

    std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 12; ++i) {
        const std::string before = "*a" + std::to_string(i - 1);
        bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
        for (int j = 0; j < 9; ++j) bomb += before + ", ";
        bomb += before + "]\n";
    }
    const yaml::document exploded = yaml::read(bomb);
    REQUIRE(exploded.problems.size() == 1);
    CHECK(exploded.problems[0].reason == "this is too large, or its aliases say too much");

    std::string chain = "a0: &a0 []\n";
    for (int i = 1; i < 200; ++i)
        chain += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) + "]\n";
    const yaml::document chained = yaml::read(chain);
    REQUIRE(chained.problems.size() == 1);
    CHECK(chained.problems[0].reason == "this is nested too deeply");

    std::string anchors = "[";
    for (int i = 0; i < 2000; ++i) anchors += "&a" + std::to_string(i) + " x, ";
    CHECK(yaml::read(anchors + "]").problems.at(0).reason == "there are too many anchors");
    CHECK(read_and_show(std::string(limits::yaml_bytes_max + 1, ' ')) == "1:1: this is longer than 16777216 bytes");
    CHECK(read_and_show(std::string(2000, 'k') + ": v") == "1:1: a mapping key is longer than 1024 bytes");
}
