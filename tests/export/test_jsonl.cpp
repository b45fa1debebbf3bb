// JSON lines: goldens, and strings of any bytes.
#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "../bytes/random.hpp"
#include "../table/rows.hpp"
#include "written.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

std::string json(std::string_view text) {
    std::string out(6 * text.size() + 2, '\0');
    out.resize(static_cast<std::size_t>(write_json_string(out.data(), text) - out.data()));
    return out;
}

/// What a JSON string stands for; only the escapes that are written here are known.
std::string unescaped(std::string_view text) {
    std::string out;
    REQUIRE((text.size() >= 2 && text.front() == '"' && text.back() == '"'));
    text = text.substr(1, text.size() - 2);
    for (std::size_t i = 0; i < text.size(); ++i) {
        REQUIRE(static_cast<unsigned char>(text[i]) >= 0x20);
        REQUIRE(text[i] != '"');
        if (text[i] != '\\') {
            out += text[i];
            continue;
        }
        ++i;
        REQUIRE(i < text.size());
        if (text[i] == '"' || text[i] == '\\') {
            out += text[i];
            continue;
        }
        REQUIRE(text.substr(i, 3) == "u00");
        out += static_cast<char>(hex_digit(text[i + 3]) << 4 | hex_digit(text[i + 4]));
        i += 4;
    }
    return out;
}

/// One code point as UTF-8.
std::string utf8(std::uint32_t point) {
    const auto byte = [](std::uint32_t value) { return static_cast<char>(value); };
    if (point < 0x80) return {byte(point)};
    if (point < 0x800) return {byte(0xc0 | point >> 6), byte(0x80 | (point & 0x3f))};
    if (point < 0x10000)
        return {byte(0xe0 | point >> 12), byte(0x80 | (point >> 6 & 0x3f)), byte(0x80 | (point & 0x3f))};
    return {byte(0xf0 | point >> 18), byte(0x80 | (point >> 12 & 0x3f)), byte(0x80 | (point >> 6 & 0x3f)),
            byte(0x80 | (point & 0x3f))};
}

}  // namespace

TEST_CASE("numbers as numbers, null as null, times and addresses as text") {
    const packet_batch made("time,src_host,src_port,protocol,payload,udp_len,stop",
                            {{.time = 1'515'485'772'210'010'000}, {.time = no_time, .frame = icmp_packet}});
    CHECK(written("jsonl", {&*made}) ==
          "{\"time\":\"2018-01-09T08:16:12.210010000Z\",\"src_host\":\"192.0.2.1\",\"src_port\":49153,\"protocol\":"
          "\"tcp\","
          "\"payload\":\"616263\",\"udp_len\":null,\"stop\":\"complete\"}\n"
          "{\"time\":null,\"src_host\":\"192.0.2.1\",\"src_port\":null,\"protocol\":\"icmp\",\"payload\":\"\",\"udp_"
          "len\":null,"
          "\"stop\":\"complete\"}\n");
}

TEST_CASE("numbers of every stored type") {
    const packet_batch made("frame_number,interface_id,ttl,tcp_seq,tcp_flags,flow_label", {{.time = 1}});
    CHECK(written("jsonl", {&*made}) ==
          "{\"frame_number\":1,\"interface_id\":0,\"ttl\":64,\"tcp_seq\":16909060,\"tcp_flags\":24,\"flow_label\":null}"
          "\n");
}

TEST_CASE("no rows, no lines; several batches, no heading") {
    const packet_batch none("ttl", {});
    CHECK(written("jsonl", {&*none}).empty());
    const packet_batch one("ttl", {{}});
    CHECK(written("jsonl", {&*one, &*none, &*one}) == "{\"ttl\":64}\n{\"ttl\":64}\n");
}

TEST_CASE("strings: what must be escaped is") {
    CHECK(json("") == "\"\"");
    CHECK(json("eth0") == "\"eth0\"");
    CHECK(json("a\"b\\c") == "\"a\\\"b\\\\c\"");
    CHECK(json(std::string_view("\0\n\x1f\x7f", 4)) == "\"\\u0000\\u000a\\u001f\\u007f\"");
    CHECK(json("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80") == "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"");
}

TEST_CASE("bytes that are no UTF-8 are replaced, one by one, and the rest stays") {
    const std::string r = "\xef\xbf\xbd";
    CHECK(json("a\xff" "b") == "\"a" + r + "b\"");
    CHECK(json("\x80") == "\"" + r + "\"");
    CHECK(json("\xc3") == "\"" + r + "\"");
    CHECK(json("\xc3(") == "\"" + r + "(\"");
    CHECK(json("\xe2\x82") == "\"" + r + r + "\"");
    CHECK(json("\xe2\x82\xac\xe2\x82") == "\"\xe2\x82\xac" + r + r + "\"");
    // Overlong forms, surrogates, and beyond U+10FFFF.
    CHECK(json("\xc0\xaf") == "\"" + r + r + "\"");
    CHECK(json("\xe0\x9f\xbf") == "\"" + r + r + r + "\"");
    CHECK(json("\xed\xa0\x80") == "\"" + r + r + r + "\"");
    CHECK(json("\xf0\x8f\xbf\xbf") == "\"" + r + r + r + r + "\"");
    CHECK(json("\xf4\x90\x80\x80") == "\"" + r + r + r + r + "\"");
    CHECK(json("\xf5\x80\x80\x80") == "\"" + r + r + r + r + "\"");
}

TEST_CASE("every code point is itself, and its sequence is as long as it is") {
    for (std::uint32_t point = 0; point <= 0x10ffff; point += point < 0x3000 ? 1 : 61) {
        if (point >= 0xd800 && point < 0xe000) continue;
        const std::string text = utf8(point);
        REQUIRE(utf8_sequence(text) == text.size());
        REQUIRE(utf8_sequence(text + "x") == text.size());
        REQUIRE(unescaped(json(text)) == text);
    }
    static_assert(utf8_sequence("\xf4\x8f\xbf\xbf") == 4 && utf8_sequence("\xed\x9f\xbf") == 3 &&
                  utf8_sequence("\xc2") == 0);
}

TEST_CASE("any bytes make one valid string on one line") {
    random_numbers random(8259);
    for (int i = 0; i < 3000; ++i) {
        const byte_string bytes = random.bytes(random.below(40));
        const std::string text(bytes.begin(), bytes.end());
        const std::string back = unescaped(json(text));
        for (std::size_t at = 0; at < back.size();) {
            const std::size_t length = utf8_sequence(std::string_view(back).substr(at));
            REQUIRE(length != 0);
            at += length;
        }
    }
}

TEST_CASE("a hostile name stays in its cell") {
    const packet_batch made("interface_name,ttl", {{.interface = 0}, {.interface = 1}},
                            {"\",\"ttl\":0}\n{\"", std::string(5000, '\x01')});
    const std::string text = written("jsonl", {&*made});
    CHECK(text.starts_with("{\"interface_name\":\"\\\",\\\"ttl\\\":0}\\u000a{\\\"\",\"ttl\":64}\n"));
    CHECK(std::count(text.begin(), text.end(), '\n') == 2);
    CHECK(text.size() > 30'000);
}
