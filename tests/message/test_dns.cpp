// DNS messages: names, the data of records, and which bytes are messages at all.
#include <doctest/doctest.h>

#include <string>

#include <pcapframe/message/dns_rdata.hpp>
#include <pcapframe/message/protocols.hpp>

#include "../bytes/hex.hpp"
#include "../bytes/random.hpp"

using namespace pcapframe;
using namespace testing;
using message::probed;

namespace {

byte_string header(unsigned flags, unsigned questions, unsigned answers) {
    return be16(0x1234) + be16(flags) + be16(questions) + be16(answers) + be16(0) + be16(0);
}
byte_string bytes_of(std::string_view text) { return {text.begin(), text.end()}; }
byte_string label(std::string_view text) {
    return byte_string{static_cast<std::uint8_t>(text.size())} + bytes_of(text);
}
const byte_string example_org = label("example") + label("org") + zeros(1);

std::string name_at(const byte_string& bytes, std::size_t offset) {
    const auto name = message::dns_name::check(bytes, offset);
    if (!name) return "refused";
    char room[2048];
    message::made_text out(room, sizeof room);
    name->write(out);
    return std::string(out.view()) + " " + std::to_string(name->next());
}

/// The text of a record whose owner is example.org, at offset 12.
std::string data_of(unsigned type, const byte_string& data) {
    const byte_string bytes = header(0x8180, 0, 1) + example_org + be16(type) + be16(1) + be32(60) +
                              be16(data.size()) + data;
    const auto record = message::dns_sections(bytes).next_record();
    REQUIRE(record);
    char room[4096];
    message::made_text out(room, sizeof room);
    message::write_rdata(out, bytes, *record);
    return std::string(out.view());
}

message::payload_bytes whole(const byte_string& bytes) { return {bytes, bytes.size()}; }

message::protocol found_in(const byte_string& bytes, std::uint16_t port) {
    return message::find_in_datagram(whole(bytes), 40000, port).protocol;
}

const byte_string query = header(0x0100, 1, 0) + example_org + be16(28) + be16(1);

}  // namespace

TEST_CASE("names") {
    CHECK(name_at(example_org, 0) == "example.org 13");
    CHECK(name_at(zeros(1), 0) == ". 1");
    CHECK(name_at(example_org + label("www") + from_hex("c000"), 13) == "www.example.org 19");
    CHECK(name_at(example_org + from_hex("c000 c00d"), 15) == "example.org 17");
    CHECK(name_at(label("a.b\\c\x01\x7f\xff d") + zeros(1), 0) == "a\\.b\\\\c\\001\\127\\255 d 12");
    CHECK(name_at(label("K\xc3\xbc" "che") + label("local") + zeros(1), 0) == "K\xc3\xbc" "che.local 14");
    CHECK(name_at(label("x\xc2\x85") + zeros(1), 0) == "x\\194\\133 5");
}

TEST_CASE("names that are refused: beyond the message, round and round, forwards, too long, of an unknown kind") {
    for (std::size_t length = 0; length < example_org.size(); ++length)
        CHECK(name_at(first_bytes(example_org, length), 0) == "refused");
    CHECK(name_at(from_hex("c000"), 0) == "refused");
    CHECK(name_at(from_hex("c002 c000"), 0) == "refused");
    CHECK(name_at(from_hex("0161 c000"), 0) == "refused");
    CHECK(name_at(from_hex("c002") + example_org, 0) == "refused");
    CHECK(name_at(from_hex("4161 00"), 0) == "refused");
    CHECK(name_at(from_hex("00 c0"), 1) == "refused");
    byte_string longest;
    for (int i = 0; i < 3; ++i) longest = longest + label(std::string(63, 'x'));
    CHECK(name_at(longest + label(std::string(61, 'x')) + zeros(1), 0).size() == 253 + 4);
    CHECK(name_at(longest + label(std::string(62, 'x')) + zeros(1), 0) == "refused");
    byte_string chain = zeros(1) + from_hex("c000");
    for (unsigned at = 1; at < 401; at += 2) chain = chain + be16(0xc000U | at);
    CHECK(name_at(chain, 1 + 2 * 126) == ". 255");
    CHECK(name_at(chain, 1 + 2 * 127) == "refused");
}

TEST_CASE("data of records in the form of zone files") {
    CHECK(data_of(1, from_hex("c0000201")) == "192.0.2.1");
    CHECK(data_of(28, from_hex("20010db8000000000000000000000001")) == "2001:db8::1");
    CHECK(data_of(5, label("www") + from_hex("c00c")) == "www.example.org");
    CHECK(data_of(15, be16(10) + label("mail") + from_hex("c00c")) == "10 mail.example.org");
    CHECK(data_of(6, label("ns") + from_hex("c00c") + label("root") + from_hex("c00c") + be32(1) + be32(2) + be32(3) +
                         be32(4) + be32(5)) == "ns.example.org root.example.org 1 2 3 4 5");
    CHECK(data_of(33, be16(1) + be16(2) + be16(443) + zeros(1)) == "1 2 443 .");
    CHECK(data_of(16, label("v=spf1 \"-all\"") + label("\x01\xff\\") + label("")) ==
          "\"v=spf1 \\\"-all\\\"\" \"\\001\\255\\\\\" \"\"");
    CHECK(data_of(43, be16(20326) + from_hex("0802 e06d44b8")) == "20326 8 2 e06d44b8");
    CHECK(data_of(48, be16(257) + from_hex("0308") + bytes_of("foobar!")) == "257 3 8 Zm9vYmFyIQ==");
    CHECK(data_of(257, from_hex("80") + label("issue") + bytes_of("ca.example")) == "128 issue \"ca.example\"");
    CHECK(data_of(46, be16(1) + from_hex("0802") + be32(3600) + be32(1700000000) + be32(951782400) + be16(7) +
                          example_org + bytes_of("abc")) ==
          "A 8 2 3600 20231114221320 20000229000000 7 example.org YWJj");
    CHECK(data_of(47, example_org + from_hex("0006 400000080003 0101 40")) == "example.org A AAAA RRSIG NSEC CAA");
    CHECK(data_of(50, from_hex("01 00 000a 02 aabb 05 0102030405 0001 40")) == "1 0 10 aabb 04106105 A");
}

TEST_CASE("data of service bindings") {
    const byte_string alpn = be16(1) + be16(6) + label("h2") + label("h3");
    const byte_string hints = be16(4) + be16(8) + from_hex("c0000201c0000202");
    CHECK(data_of(65, be16(1) + zeros(1) + alpn + hints) == "1 . alpn=\"h2,h3\" ipv4hint=192.0.2.1,192.0.2.2");
    const byte_string port = be16(3) + be16(2) + be16(8443);
    const byte_string unknown = be16(667) + be16(2) + bytes_of("hi");
    CHECK(data_of(64, be16(16) + example_org + be16(0) + be16(2) + be16(3) + port + unknown) ==
          "16 example.org mandatory=port port=8443 key667=\"hi\"");
    CHECK(data_of(65, be16(0) + example_org) == "0 example.org");
    CHECK(data_of(65, be16(1) + zeros(1) + be16(1) + be16(9) + label("h2")) == "\\# 10 00010000010009026832");
}

TEST_CASE("data that is not of its type's form, or of a type that is not known, is hexadecimal") {
    CHECK(data_of(1, from_hex("c00002")) == "\\# 3 c00002");
    CHECK(data_of(65280, from_hex("abcd")) == "\\# 2 abcd");
    CHECK(data_of(10, {}) == "\\# 0");
    CHECK(data_of(15, be16(10) + from_hex("c0ff")) == "\\# 4 000ac0ff");
    CHECK(data_of(5, example_org + zeros(1)) == "\\# 14 076578616d706c65036f72670000");
    // A name must not take its end from behind its record.
    CHECK(data_of(5, label("www")) == "\\# 4 03777777");
}

TEST_CASE("a query is found on any port, and kept to its kind by the port") {
    CHECK(found_in(query, 53) == message::protocol::dns);
    CHECK(found_in(query, 10053) == message::protocol::dns);
    CHECK(found_in(query, 5353) == message::protocol::mdns);
    CHECK(found_in(query, 5355) == message::protocol::llmnr);
    CHECK(found_in(query, 137) == message::protocol::none);
    byte_string trailing = query + zeros(1);
    CHECK(found_in(trailing, 53) == message::protocol::dns);
    CHECK(found_in(trailing, 10053) == message::protocol::none);
}

TEST_CASE("over TCP the length in front is stepped over") {
    const byte_string segment = be16(query.size()) + query;
    const auto found = message::find_in_segment(whole(segment), 40000, 53);
    CHECK(found.protocol == message::protocol::dns);
    CHECK(to_bytes(found.message.bytes) == query);
    CHECK(message::find_in_segment(whole(segment + segment), 40000, 53).protocol == message::protocol::dns);
    CHECK(message::find_in_segment(whole(query), 40000, 53).protocol == message::protocol::none);
}

TEST_CASE("no cut of a message and no wrong bit of it is read beyond its end") {
    const byte_string answer = header(0x8180, 1, 1) + example_org + be16(28) + be16(1) + from_hex("c00c") + be16(65) +
                               be16(1) + be32(60) + be16(13) + be16(1) + zeros(1) + be16(1) + be16(3) + label("h2") +
                               from_hex("0001");
    for (std::size_t bit = 0; bit < answer.size() * 8; ++bit) {
        byte_string wrong = answer;
        wrong[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        for (std::size_t length = 0; length <= wrong.size(); length += bit % 3 + 1) {
            const byte_string cut = first_bytes(wrong, length);
            for (const std::uint16_t port : {std::uint16_t{53}, std::uint16_t{137}, std::uint16_t{9}})
                found_in(cut, port);
            if (length < 12) continue;
            message::dns_sections sections(cut);
            char room[512];
            while (const auto record = sections.next_record()) {
                message::made_text out(room, sizeof room);
                message::write_rdata(out, cut, *record);
            }
        }
    }
}

TEST_CASE("random bytes are no messages, on the ports of the DNS neither") {
    random_numbers random(18);
    std::size_t found_on_port = 0;
    std::size_t found_elsewhere = 0;
    constexpr int datagrams = 200'000;
    for (int i = 0; i < datagrams; ++i) {
        const byte_string bytes = random.bytes(12 + random.below(500));
        if (found_in(bytes, 53) != message::protocol::none) ++found_on_port;
        if (found_in(bytes, 9) != message::protocol::none) ++found_elsewhere;
    }
    MESSAGE("of ", datagrams, " random datagrams ", found_on_port, " look like a message on port 53, ", found_elsewhere,
            " on port 9");
    CHECK(found_on_port == 0);
    CHECK(found_elsewhere <= 1);
}
