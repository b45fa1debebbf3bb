// Text that others wrote: made valid once, shown without doing anything to a terminal.
#include <string>
#include <type_traits>

#include <doctest/doctest.h>

#include <pcapframe/base/error.hpp>
#include <pcapframe/base/utf8_string.hpp>
#include <pcapframe/bytes/interface.hpp>

#include "../bytes/random.hpp"

using namespace pcapframe;

namespace {

bool is_valid(std::string_view text) {
    while (!text.empty()) {
        const std::size_t sequence = utf8_sequence(text);
        if (sequence == 0 || text[0] == 0) return false;
        text.remove_prefix(sequence);
    }
    return true;
}

const std::string r = "\xef\xbf\xbd";

}  // namespace

TEST_CASE("bytes that are no UTF-8, and zeros, become U+FFFD; the rest stays") {
    CHECK(utf8_string("eth0") == "eth0");
    CHECK(utf8_string().empty());
    CHECK(utf8_string("R\xe9seau") == "R" + r + "seau");
    CHECK(utf8_string("R\xc3\xa9seau") == "R\xc3\xa9seau");
    CHECK(utf8_string(std::string_view("a\0b", 3)) == "a" + r + "b");
    CHECK(utf8_string("\xe6\x9d") == r + r);
    CHECK(utf8_string("\x1b[31m\n\x7f") == "\x1b[31m\n\x7f");
    CHECK(utf8_string("\xed\xa0\x80") == r + r + r);
    const utf8_string copy = utf8_string(std::string("\xff"));
    CHECK(copy == utf8_string("\xff"));
    CHECK(copy.size() == 3);
    CHECK(std::string_view(copy) == r);
}

TEST_CASE("any bytes become valid text, and valid text stays what it is") {
    testing::random_numbers random(3629);
    for (int i = 0; i < 5000; ++i) {
        const auto bytes = random.bytes(random.below(40));
        const utf8_string made(std::string(bytes.begin(), bytes.end()));
        REQUIRE(is_valid(made));
        REQUIRE(utf8_string(made.text()) == made);
    }
}

TEST_CASE("what describes an interface holds no other text") {
    static_assert(std::is_same_v<decltype(interface_info::name), utf8_string>);
    interface_info info;
    info.name = "\xe9";
    info.os = std::string("\xe9");
    CHECK(info.name == r);
    CHECK(info.os == r);
}

TEST_CASE("a prefix ends with a whole character") {
    CHECK(utf8_prefix("abc", 3) == "abc");
    CHECK(utf8_prefix("abc", 2) == "ab");
    CHECK(utf8_prefix("a\xe2\x82\xac", 4) == "a\xe2\x82\xac");
    for (const std::size_t most : {1U, 2U, 3U}) CHECK(utf8_prefix("a\xe2\x82\xac", most) == "a");
    CHECK(utf8_prefix("\xc3\xa9", 1) == "");
    CHECK(utf8_prefix("\xc3\xa9", 0) == "");
}

TEST_CASE("what is shown does nothing to a terminal") {
    CHECK(visible_text("a\x1b[2J\r\n\x7f") == "a\\x1b[2J\\x0d\\x0a\\x7f");
    CHECK(visible_text("\xc2\x9b" "2J\xff") == "\\xc2\\x9b2J\\xff");
    const std::string letters = "\xc2\xa0 \xc3\xa9 \xe6\x9d\xb1 \xf0\x9f\xa6\x88";
    CHECK(visible_text(letters) == letters);
    CHECK(visible_lines("a\x1b\nb\r\n\n") == "a\\x1b\nb\\x0d\n\n");
    CHECK(visible_lines("") == "");
}

TEST_CASE("an error's message is one line that does nothing to a terminal") {
    const error why = error{.code = errc::empty_input}.about("a\x1b]0;title\x07\n.pcap");
    CHECK(why.message() == "a\\x1b]0;title\\x07\\x0a.pcap: is empty (0 bytes): no pcap or pcapng header");
}

TEST_CASE("a long name is cut in front of a character") {
    std::string path;
    for (int i = 0; i < 100; ++i) path += "\xe6\x9d\xb1";
    for (int shift = 0; shift < 3; ++shift, path += 'x') {
        const std::string shown = error{.code = errc::empty_input}.about(path).message();
        CHECK(is_valid(shown));
        CHECK(shown.starts_with("...\xe6\x9d\xb1"));
    }
}
