#include <array>
#include <string>
#include <string_view>
#include <type_traits>

#include <doctest/doctest.h>

#include <pcapframe/base/text.hpp>

using namespace pcapframe;

namespace {

constexpr std::array<std::string_view, 7> columns = {"time",     "src_host", "src_port", "dst_host",
                                                     "dst_port", "protocol", "payload"};

}  // namespace

TEST_CASE("fixed_text holds text up to its capacity") {
    static_assert(std::is_trivially_copyable_v<fixed_text<8>>);
    CHECK(fixed_text<8>().empty());
    CHECK(fixed_text<8>().view() == "");
    CHECK(fixed_text<8>("").empty());
    CHECK(fixed_text<8>("a.pcap").view() == "a.pcap");
    CHECK(fixed_text<8>("12345678").view() == "12345678");
    CHECK_FALSE(fixed_text<8>("x").empty());
}

TEST_CASE("fixed_text keeps the end of what is too long") {
    CHECK(fixed_text<8>("123456789").view() == "...56789");
    CHECK(fixed_text<8>(std::string(1000, 'x') + "tail!").view() == "...tail!");
    static_assert(fixed_text<8>("a/long/path.pcap").view() == "....pcap");
}

TEST_CASE("fixed_text keeps zero bytes and bytes above 127") {
    const std::string bytes("a\0\xff", 3);
    CHECK(fixed_text<8>(bytes).view() == bytes);
}

TEST_CASE("only the letters a to z are folded") {
    CHECK(to_lower('A') == 'a');
    CHECK(to_lower('Z') == 'z');
    CHECK(to_lower('@') == '@');
    CHECK(to_lower('[') == '[');
    CHECK(to_lower('\xc4') == '\xc4');
    CHECK(equal_ignoring_case("UDP", "udp"));
    CHECK(equal_ignoring_case("", ""));
    CHECK_FALSE(equal_ignoring_case("udp", "udp "));
    CHECK_FALSE(equal_ignoring_case("tcp", "udp"));
}

TEST_CASE("edit_distance counts insertions, removals, replacements and swaps") {
    static_assert(edit_distance("tcp", "tcp") == 0);
    CHECK(edit_distance("", "") == 0);
    CHECK(edit_distance("", "udp") == 3);
    CHECK(edit_distance("udp", "") == 3);
    CHECK(edit_distance("tcp", "TCP") == 0);
    CHECK(edit_distance("tp", "tcp") == 1);
    CHECK(edit_distance("tccp", "tcp") == 1);
    CHECK(edit_distance("tdp", "tcp") == 1);
    CHECK(edit_distance("tpc", "tcp") == 1);
    CHECK(edit_distance("kitten", "sitting") == 3);
    // The optimal string alignment distance never edits a swapped pair again; the unrestricted one would be 2.
    CHECK(edit_distance("ca", "abc") == 3);
}

TEST_CASE("edit_distance is symmetric and looks at 63 letters") {
    CHECK(edit_distance("protocol", "portocl") == edit_distance("portocl", "protocol"));
    const std::string common(63, 'x');
    CHECK(edit_distance(common, common + "tail") == 0);
    CHECK(edit_distance(common.substr(1), common + "tail") == 1);
    CHECK(edit_distance(std::string(100, 'a'), std::string(100, 'b')) == 63);
}

TEST_CASE("nearest_word finds what was meant") {
    CHECK(nearest_word("protocl", columns) == "protocol");
    CHECK(nearest_word("src_prot", columns) == "src_port");
    CHECK(nearest_word("PAYLOAD", columns) == "payload");
    CHECK(nearest_word("tme", columns) == "time");
}

TEST_CASE("nearest_word takes the first of equally near words") {
    constexpr std::array<std::string_view, 2> words = {"bat", "cat"};
    CHECK(nearest_word("aat", words) == "bat");
}

TEST_CASE("nearest_word is silent when nothing is near") {
    CHECK(nearest_word("checksum", columns) == "");
    CHECK(nearest_word("xy", columns) == "");
    CHECK(nearest_word("", columns) == "");
    CHECK(nearest_word("time", std::array<std::string_view, 0>{}) == "");
}
