#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include <pcapframe/catalog/yaml/yaml.hpp>

#include "yaml_shown.hpp"

using namespace pcapframe;

namespace {

struct example {
    std::string_view text;
    std::string_view value;
};

template <std::size_t Count>
void check_all(const example (&examples)[Count]) {
    for (const example& e : examples) {
        CAPTURE(e.text);
        CHECK(read_and_show(e.text) == e.value);
    }
}

}  // namespace

TEST_CASE("scalars mean what YAML 1.1 says, as PyYAML reads it") {
    constexpr example examples[] = {
        {"", "null"},
        {"# nothing\n", "null"},
        {"---\n", "null"},
        {"~", "null"},
        {"null", "null"},
        {"Null", "null"},
        {"nULL", "\"nULL\""},
        {"true", "true"},
        {"True", "true"},
        {"FALSE", "false"},
        {"y", "\"y\""},
        {"0", "0"},
        {"-0", "0"},
        {"+12", "12"},
        {"0x1F", "31"},
        {"9223372036854775807", "9223372036854775807"},
        {"-9223372036854775808", "-9223372036854775808"},
        {"1.5", "1.5"},
        {".5", "0.5"},
        {"-1.", "-1.0"},
        {"6.02e+23", "6.02e+23"},
        {"1.0e-3", "0.001"},
        {".inf", ".inf"},
        {"-.INF", "-.inf"},
        {".NaN", ".nan"},
        {".", "\".\""},
        {"1.2.3", "\"1.2.3\""},
        {"10.0.0.1", "\"10.0.0.1\""},
        {"1:99", "\"1:99\""},
        {"0xg", "\"0xg\""},
        {"+", "\"+\""},
        {"text", "\"text\""},
        {"two words", "\"two words\""},
        {"a:b", "\"a:b\""},
        {"a#b", "\"a#b\""},
        {"http://host:80/p?q=1#f", "\"http://host:80/p?q=1#f\""},
        {"-x", "\"-x\""},
        {"?x", "\"?x\""},
        {":x", "\":x\""},
        {"it's", "\"it's\""},
        {"\xc3\xa9", "\"\xc3\xa9\""},
    };
    check_all(examples);
}

TEST_CASE("words, numbers and times that YAML 1.2 reads differently") {
    constexpr example examples[] = {
        {"yes", "true"},
        {"On", "true"},
        {"no", "false"},
        {"OFF", "false"},
        {"yEs", "\"yEs\""},
        {"oN", "\"oN\""},
        {"010", "8"},
        {"-017", "-15"},
        {"0_7", "7"},
        {"08", "\"08\""},
        {"0o17", "\"0o17\""},
        {"0b1_01", "5"},
        {"-0x1f", "-31"},
        {"0x_F_f", "255"},
        {"1_000", "1000"},
        {"1_", "1"},
        {"_1", "\"_1\""},
        {"1:30", "90"},
        {"-1:30:05", "-5405"},
        {"190:20:30", "685230"},
        {"1:60", "\"1:60\""},
        {"01:30", "\"01:30\""},
        {"1:30.5", "90.5"},
        {"-1:30.", "-90.0"},
        {"1_0.5_0", "10.5"},
        {"1e3", "\"1e3\""},
        {"1.5e3", "\"1.5e3\""},
        {"-.5", "\"-.5\""},
        {"1.0e+999", ".inf"},
        {"+.inf", ".inf"},
        {"-.nan", "\"-.nan\""},
        {"2018-01-09", "2018-01-09"},
        {"2018-1-9", "\"2018-1-9\""},
        {"2018-1-9 8:16:12.5 +1", "2018-01-09 08:16:12.500000+01:00"},
        {"2018-01-09t08:16:12.1234567Z", "2018-01-09 08:16:12.123456+00:00"},
        {"2018-01-09 08:16:12.", "2018-01-09 08:16:12"},
        {"2018-01-09 08:16:12 -00:00", "2018-01-09 08:16:12+00:00"},
        {"2018-01-09 08:16", "\"2018-01-09 08:16\""},
    };
    check_all(examples);
}

TEST_CASE("quoted scalars, escapes and line folding") {
    constexpr example examples[] = {
        {"'true'", "\"true\""},
        {"''", "\"\""},
        {"'it''s'", "\"it's\""},
        {"'a\\n'", "\"a\\\\n\""},
        {"\"a\\tb\"", "\"a\\tb\""},
        {R"("\0\a\b\t\n\v\f\r\e\ \"\/\\\N\_\L\P")", "\"\\0\\a\\b\\t\\n\\v\\f\\r\\e \\\"/\\\\\\N\xc2\xa0\\L\\P\""},
        {R"("\x41\u00e9\U0001F600")", "\"A\xc3\xa9\xf0\x9f\x98\x80\""},
        {"\"a\\\n   b\"", "\"ab\""},
        {"\"a \\\n\n   b\"", "\"a \\nb\""},
        {"\"a\n  b\n\n\n  c \t\n d\"", "\"a b\\n\\nc d\""},
        {"'a\n\n b'", "\"a\\nb\""},
        {"'  a  '", "\"  a  \""},
        {"\" \n\"", "\" \""},
    };
    check_all(examples);
}

TEST_CASE("plain scalars over several lines") {
    constexpr example examples[] = {
        {"a\nb", "\"a b\""},
        {"a: one\n  two\n\n  three\nb: x", "{\"a\": \"one two\\nthree\", \"b\": \"x\"}"},
        {"- a\n - b", "[\"a - b\"]"},
        {"a: 1\n  2", "{\"a\": \"1 2\"}"},
        {"[a\nb, c]", "[\"a b\", \"c\"]"},
    };
    check_all(examples);
}

TEST_CASE("block scalars: literal, folded, chomping, indentation") {
    constexpr example examples[] = {
        {"|\n a\n  b\n\n c\n", "\"a\\n b\\n\\nc\\n\""},
        {"a: |\n  x\n\n\nb: 1", "{\"a\": \"x\\n\", \"b\": 1}"},
        {"a: |-\n  x\n\n", "{\"a\": \"x\"}"},
        {"a: |+\n  x\n\n", "{\"a\": \"x\\n\\n\"}"},
        {"a: |\n  x", "{\"a\": \"x\"}"},
        {"a: |2\n   x\n  y\n", "{\"a\": \" x\\ny\\n\"}"},
        {"a: |-2 # c\n   x\n", "{\"a\": \" x\"}"},
        {"a: |\n\n\n  x\n", "{\"a\": \"\\n\\nx\\n\"}"},
        {"a: |\nb: 1", "{\"a\": \"\", \"b\": 1}"},
        {"a: |+\n\n\nb: 1", "{\"a\": \"\\n\\n\", \"b\": 1}"},
        {"a: |\n  # no comment\n  - x: y\n", "{\"a\": \"# no comment\\n- x: y\\n\"}"},
        {">\n a\n b\n\n c\n", "\"a b\\nc\\n\""},
        {">\n a\n  b\n c\n", "\"a\\n b\\nc\\n\""},
        {">-\n a\n\n  b\n\n c\n", "\"a\\n\\n b\\n\\nc\""},
        {"- >\n a\n b\n- |\n c\n", "[\"a b\\n\", \"c\\n\"]"},
        {"a:\n  - |\n    x\n  - y", "{\"a\": [\"x\\n\", \"y\"]}"},
    };
    check_all(examples);
}

TEST_CASE("block mappings and sequences") {
    constexpr example examples[] = {
        {"a: 1\nb: 2\n", "{\"a\": 1, \"b\": 2}"},
        {"a:\nb:", "{\"a\": null, \"b\": null}"},
        {"a:\n  b:\n    c: d\ne: f", "{\"a\": {\"b\": {\"c\": \"d\"}}, \"e\": \"f\"}"},
        {"- a\n- b", "[\"a\", \"b\"]"},
        {"-\n- a\n-", "[null, \"a\", null]"},
        {"- - a\n  - b\n- - c", "[[\"a\", \"b\"], [\"c\"]]"},
        {"- a: 1\n  b: 2\n- c: 3", "[{\"a\": 1, \"b\": 2}, {\"c\": 3}]"},
        {"-   a: 1\n    b: 2", "[{\"a\": 1, \"b\": 2}]"},
        {"a:\n- 1\n- 2\nb: 3", "{\"a\": [1, 2], \"b\": 3}"},
        {"a:\n  - 1\n  -\n    b: 2", "{\"a\": [1, {\"b\": 2}]}"},
        {"- a:\n  - b\n  c: d", "[{\"a\": [\"b\"], \"c\": \"d\"}]"},
        {"'a b': 1\n\"c\\td\" : 2\ne f: 3\n5: 4\n~: 6", "{\"a b\": 1, \"c\\td\": 2, \"e f\": 3, 5: 4, null: 6}"},
        {"a: # c\n  # d\n\n  b # e\n# f\nc: 1", "{\"a\": \"b\", \"c\": 1}"},
        {"  a: 1\n  b: 2", "{\"a\": 1, \"b\": 2}"},
        {"a:\n  \"b\"\nc:\n  [d]", "{\"a\": \"b\", \"c\": [\"d\"]}"},
        {"--- # start\na: 1\n... # end\n# c\n", "{\"a\": 1}"},
        {"--- a", "\"a\""},
        {"\xef\xbb\xbf"
         "a: 1",
         "{\"a\": 1}"},
        {"a: 1\r\nb:\r\n- c\r- d", "{\"a\": 1, \"b\": [\"c\", \"d\"]}"},
    };
    check_all(examples);
}

TEST_CASE("collections in brackets") {
    constexpr example examples[] = {
        {"[]", "[]"},
        {"{}", "{}"},
        {"[a, 1, [b], {c: d}]", "[\"a\", 1, [\"b\"], {\"c\": \"d\"}]"},
        {"[a, b, ]", "[\"a\", \"b\"]"},
        {"{a: 1, b, c: , \"d\":2, 'e': [f]}", "{\"a\": 1, \"b\": null, \"c\": null, \"d\": 2, \"e\": [\"f\"]}"},
        {"{\"a\":{\"b\":[1,2.5,null,true]}}", "{\"a\": {\"b\": [1, 2.5, null, true]}}"},
        {"a: [\n  b, # c\n  d\n]\ne: {\nf: g\n}", "{\"a\": [\"b\", \"d\"], \"e\": {\"f\": \"g\"}}"},
        {"[a:b, http://x/]", "[\"a:b\", \"http://x/\"]"},
        {"{a:b: c}", "{\"a:b\": \"c\"}"},
    };
    check_all(examples);
}

TEST_CASE("anchors and aliases") {
    constexpr example examples[] = {
        {"a: &x 1\nb: *x", "{\"a\": 1, \"b\": 1}"},
        {"a: &x\n  b: c\nd: *x", "{\"a\": {\"b\": \"c\"}, \"d\": {\"b\": \"c\"}}"},
        {"a: &x\n- 1\nb: *x", "{\"a\": [1], \"b\": [1]}"},
        {"- &a-1_b text\n- *a-1_b", "[\"text\", \"text\"]"},
        {"[&a [1, &b 2], *a, *b]", "[[1, 2], [1, 2], 2]"},
        {"a: &x\nb: *x", "{\"a\": null, \"b\": null}"},
        {"&r\na: 1", "{\"a\": 1}"},
        {"{a: &x , b: *x }", "{\"a\": null, \"b\": null}"},
        {"a: &x |\n  t\nb: *x", "{\"a\": \"t\\n\", \"b\": \"t\\n\"}"},
    };
    check_all(examples);
}

TEST_CASE("the tags !!str and !template are read") {
    constexpr example examples[] = {
        {"a: !!str 5", "{\"a\": \"5\"}"},
        {"a: !!str yes\nb: yes", "{\"a\": \"yes\", \"b\": true}"},
        {"- !!str 'x'\n- 1", "[\"x\", 1]"},
        {"- !!str\n- 1", "[\"\", 1]"},
        {"[!!str 5, 5, !!str , !!str]", "[\"5\", 5, \"\", \"\"]"},
        {"a: !!str\n  5", "{\"a\": \"5\"}"},
        {"a: !!str &x 5\nb: *x", "{\"a\": \"5\", \"b\": \"5\"}"},
        {"a: &x !!str 5\nb: *x", "{\"a\": \"5\", \"b\": \"5\"}"},
        {"a: !!str |\n  5\nb: 5", "{\"a\": \"5\\n\", \"b\": 5}"},
        {"a: !template '{{ x }}'", "{\"a\": \"{{ x }}\"}"},
        {"a: !template {b: 1}", "{\"a\": {\"b\": 1}}"},
        {"a: !template\n  b: 1", "{\"a\": {\"b\": 1}}"},
        {"a: [!template \"x\", !template 5]", "{\"a\": [\"x\", 5]}"},
        {"!template\na: 1", "{\"a\": 1}"},
    };
    check_all(examples);
}

TEST_CASE("nodes know their places") {
    const yaml::document read = yaml::read("a: 1\n\xc3\xa9\xc3\xa9: [x, '{{ y }}']\nb:\n  - c\n");
    REQUIRE(read);
    const yaml::node& root = read.root;
    CHECK(root.at.line == 1);
    CHECK(root.key(1).at.line == 2);
    CHECK(root.value(1).at.column == 5);
    CHECK(root.value(1).items[0].at.column == 6);
    CHECK(root.value(1).items[1].at.column == 9);
    CHECK(root.value(1).items[1].text_at.column == 10);
    CHECK(root.value(1).items[1].verbatim);
    CHECK(root.value(2).at.line == 4);
    CHECK(root.value(2).at.column == 3);
    CHECK(root.value(2).items[0].at.column == 5);
    CHECK_FALSE(yaml::read("'a''b'").root.verbatim);
    CHECK_FALSE(yaml::read("a\nb").root.verbatim);
    CHECK_FALSE(yaml::read("\"a\\tb\"").root.verbatim);
}

TEST_CASE("mappings are looked up, changed and compared") {
    yaml::node map = yaml::read("{a: 1, b: [x], 5: y}").root;
    REQUIRE(map.find("a") != nullptr);
    CHECK(map.find("a")->integer == 1);
    CHECK(map.find("5") == nullptr);
    CHECK(map.find("c") == nullptr);
    CHECK(yaml::node::from(true).find("a") == nullptr);
    map.set("a", yaml::node::from(std::string_view("z")));
    map.set("c", yaml::node::from(2.5));
    CHECK(shown(map) == "{\"a\": \"z\", \"b\": [\"x\"], 5: \"y\", \"c\": 2.5}");
    map.erase("b");
    map.erase("none");
    CHECK(shown(map) == "{\"a\": \"z\", 5: \"y\", \"c\": 2.5}");
    CHECK(yaml::same(map, map));
    CHECK(yaml::same(yaml::read(".nan").root, yaml::read(".NaN").root));
    CHECK_FALSE(yaml::same(yaml::read("1").root, yaml::read("1.0").root));
    CHECK_FALSE(yaml::same(yaml::read("[1]").root, yaml::read("[1, 1]").root));
    CHECK_FALSE(yaml::same(yaml::read("{a: b}").root, yaml::read("[a, b]").root));
}
