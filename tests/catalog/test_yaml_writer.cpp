#include <cmath>
#include <limits>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include <pcapframe/catalog/yaml/yaml.hpp>

#include "yaml_shown.hpp"

using namespace pcapframe;

TEST_CASE("values are written in blocks") {
    const yaml::document read = yaml::read(
        "{name: x, list: [a, [b, {c: d, e: []}], {}], nothing: ~, on time: true, k: -5, f: 1.5, '5': 6, 5: 7}");
    REQUIRE(read);
    CHECK(yaml::write(read.root) ==
          "name: x\n"
          "list:\n"
          "  - a\n"
          "  - - b\n"
          "    - c: d\n"
          "      e: []\n"
          "  - {}\n"
          "nothing: null\n"
          "'on time': true\n"
          "k: -5\n"
          "f: 1.5\n"
          "'5': 6\n"
          "5: 7\n");
    CHECK(yaml::write(yaml::node()) == "null\n");
    CHECK(yaml::write(yaml::node::sequence()) == "[]\n");
}

TEST_CASE("texts are quoted where they would read as something else") {
    struct example {
        std::string_view text;
        std::string_view written;
    };
    constexpr example examples[] = {
        {"plain", "plain"},
        {"folder/file-1.pcap", "folder/file-1.pcap"},
        {"/abs/x.y", "/abs/x.y"},
        {"", "''"},
        {"true", "'true'"},
        {"no", "'no'"},
        {"N", "'N'"},
        {"null", "'null'"},
        {"~", "'~'"},
        {"12", "'12'"},
        {"1e3", "'1e3'"},
        {"1:30", "'1:30'"},
        {"2018-01-09", "'2018-01-09'"},
        {"a b", "'a b'"},
        {"a: b", "'a: b'"},
        {"end:", "'end:'"},
        {"-", "'-'"},
        {"- x", "'- x'"},
        {"*.pcap", "'*.pcap'"},
        {"{{ CATALOG_DIR }}/x", "'{{ CATALOG_DIR }}/x'"},
        {"it's", "\"it's\""},
        {"it's \"it\"", "'it''s \"it\"'"},
        {"a\nb", "\"a\\nb\""},
        {"a\tb", "\"a\\tb\""},
        {"\x01\x7f", "\"\\x01\\x7f\""},
        {"\xc2\x85\xe2\x80\xa8\xef\xbb\xbf", "\"\\N\\L\\ufeff\""},
        {"\xc3\xa9", "'\xc3\xa9'"},
        {"---", "'---'"},
        {"=", "'='"},
        {"<<", "'<<'"},
    };
    for (const example& e : examples) {
        CAPTURE(e.text);
        CHECK(yaml::text_scalar(e.text) == e.written);
        CHECK(shown(yaml::read(yaml::text_scalar(e.text)).root) == shown(yaml::node::from(e.text)));
    }
}

TEST_CASE("bytes that are not UTF-8 are replaced") { CHECK(yaml::text_scalar("a\xff\xc3z") == "\"a\\ufffd\\ufffdz\""); }

TEST_CASE("numbers read back as themselves") {
    for (const double value :
         {0.0, -0.0, 1.0, 0.1, 1.0 / 3, 1e15, 1e16, 123456789012345680.0, 1e-5, 5e-324, 1.7976931348623157e308,
          std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()}) {
        const std::string text = yaml::double_text(value);
        CAPTURE(text);
        const yaml::document read = yaml::read(text);
        REQUIRE(read.root.kind == yaml::kind::floating);
        CHECK(read.root.floating == value);
        CHECK(std::signbit(read.root.floating) == std::signbit(value));
    }
    CHECK(yaml::double_text(1e20) == "1.0e+20");
    CHECK(yaml::double_text(0.1) == "0.1");
    CHECK(yaml::double_text(-3) == "-3.0");
    CHECK(yaml::double_text(std::nan("")) == ".nan");
}

TEST_CASE("what YAML cannot say is told before it is written") {
    yaml::node deep = yaml::node::sequence();
    for (int i = 0; i < 200; ++i) {
        yaml::node outer = yaml::node::sequence();
        outer.items.push_back(std::move(deep));
        deep = std::move(outer);
    }
    CHECK(std::string_view(yaml::unwritable(deep)) == "a value that YAML can say: it is nested too deeply");
    CHECK(std::string_view(yaml::unwritable(yaml::node::from(std::string_view("\xff")))) ==
          "a value that YAML can say: it has text that is not UTF-8");
    yaml::node map = yaml::node::mapping();
    map.items = {yaml::node::sequence(), yaml::node()};
    CHECK(std::string_view(yaml::unwritable(map)) ==
          "a value that YAML can say: it has a mapping with a key that is no scalar");
    map.items[0] = yaml::node::from(std::string_view(std::string(1025, 'k')));
    CHECK(std::string_view(yaml::unwritable(map)) ==
          "a value that YAML can say: it has a mapping with a key of more than 1024 bytes");
    CHECK(yaml::unwritable(yaml::read("{a: [b, 1]}").root) == nullptr);
}
