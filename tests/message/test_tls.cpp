// TLS: hellos, their fingerprints against published ones, certificates, and which bytes are records at all.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include <pcapframe/message/protocols.hpp>
#include <pcapframe/message/tls_fingerprint.hpp>
#include <pcapframe/message/x509.hpp>

#include "../bytes/hex.hpp"
#include "../bytes/random.hpp"
#include "tls_messages.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

template <class Write>
std::string text_of(Write write) {
    char room[4096];
    message::made_text out(room, sizeof room);
    write(out);
    return std::string(out.view());
}

message::tls_client_hello parsed(const byte_string& body) {
    const auto hello = message::parse_client_hello(body, false);
    REQUIRE(hello);
    return *hello;
}
std::string ja4(const byte_string& body, message::tls_carrier carrier = message::tls_carrier::tcp) {
    const auto hello = parsed(body);
    return text_of([&](auto& out) { message::ja4_writer(hello, carrier).write(out); });
}
std::string ja3_text(const byte_string& body) {
    const auto hello = parsed(body);
    return text_of([&](auto& out) { message::write_ja3_text(out, hello); });
}
std::string md5_of(const std::string& text) {
    return text_of([&](auto& out) { out.add_hex(md5(text_bytes(text))); });
}

message::payload_bytes whole(const byte_string& bytes) { return {bytes, bytes.size()}; }

}  // namespace

TEST_CASE("JA4: the example of the specification, its GREASE left out") {
    CHECK(ja4(chrome_hello()) == "t13d1516h2_8daaf6152771_e5627efa2ab1");
    CHECK(ja4(chrome_hello(), message::tls_carrier::quic) == "q13d1516h2_8daaf6152771_e5627efa2ab1");
    hello_parts greasy = chrome_parts();
    greasy.signature_algorithms.insert(greasy.signature_algorithms.begin(), 0x6a6a);
    CHECK(ja4(client_hello(greasy)) == "t13d1516h2_8daaf6152771_e5627efa2ab1");
}

TEST_CASE("JA4: what is missing") {
    hello_parts bare;
    bare.version = 0x0301;
    CHECK(ja4(client_hello(bare)) == "t10i000000_000000000000_000000000000");
    bare.ciphers = {0x0a0a};
    CHECK(ja4(client_hello(bare)) == "t10i000000_000000000000_000000000000");
    bare.server_name = "example.org";
    CHECK(ja4(client_hello(bare)) == "t10d000100_000000000000_000000000000");
    for (const auto& [name, letters] : std::vector<std::pair<std::string, std::string>>{
             {"h", "hh"}, {"http/1.1", "h1"}, {"\x0a\x0a", "0a"}, {"h\xff", "6f"}, {"\xab" "cd", "a4"}}) {
        bare.alpn = {name};
        CHECK(ja4(client_hello(bare)) == "t10d0002" + letters + "_000000000000_000000000000");
    }
}

TEST_CASE("JA3: the example of its authors; JA3S") {
    hello_parts parts;
    parts.version = 769;
    parts.ciphers = {47, 53, 5, 10, 49161, 49162, 49171, 49172, 50, 56, 19, 4};
    parts.server_name = "example.org";
    parts.groups = {23, 24, 25};
    parts.has_point_formats = true;
    const std::string text = ja3_text(client_hello(parts));
    CHECK(text == "769,47-53-5-10-49161-49162-49171-49172-50-56-19-4,0-10-11,23-24-25,0");
    CHECK(md5_of(text) == "ada70206e40642a3e4461f35503241d5");
    const byte_string server = server_hello(769, 47, {65281, 0, 11, 35, 5, 16});
    const auto hello = message::parse_server_hello(server);
    REQUIRE(hello);
    const std::string server_text = text_of([&](auto& out) { message::write_ja3s_text(out, *hello); });
    CHECK(server_text == "769,47,65281-0-11-35-5-16");
}

TEST_CASE("a hello that is cut anywhere is none, or is whole without extensions") {
    const byte_string body = chrome_hello();
    for (std::size_t length = 0; length < body.size(); ++length) {
        const byte_string cut = first_bytes(body, length);
        const auto hello = message::parse_client_hello(cut, false);
        if (hello) CHECK_FALSE(hello->server_name());
        static_cast<void>(message::parse_client_hello(cut, true));
        static_cast<void>(message::parse_server_hello(cut));
        static_cast<void>(message::parse_certificate(cut));
    }
}

TEST_CASE("names of certificates as RFC 4514 has them") {
    const auto der = [](std::uint8_t tag, const byte_string& contents) {
        return byte_string{tag, static_cast<std::uint8_t>(contents.size())} + contents;
    };
    const auto part = [&](const byte_string& oid, std::uint8_t tag, std::string_view value) {
        return der(0x31, der(0x30, der(6, oid) + der(tag, {value.begin(), value.end()})));
    };
    const byte_string name = part(from_hex("550406"), 0x13, "DE") + part(from_hex("55040a"), 0x0c, " a, \"b\"+c ") +
                             part(from_hex("2a864886f70d010901"), 0x16, "x@y") +
                             part(from_hex("0992268993f22c640119"), 0x16, "org") +
                             part(from_hex("550403"), 0x1e, std::string_view("\0K\0\xfc", 4)) +
                             part(from_hex("55040b"), 0x14, "\xe9");
    CHECK(text_of([&](auto& out) { message::distinguished_name_writer(out).write(name); }) ==
          "OU=\xc3\xa9,CN=K\xc3\xbc,DC=org,1.2.840.113549.1.9.1=x@y,O=\\ a\\, \\\"b\\\"\\+c\\ ,C=DE");
}

TEST_CASE("times of certificates") {
    const auto time = [](std::uint8_t tag, std::string_view text) {
        return message::time_of({tag, text_bytes(text)}).value_or(-1);
    };
    CHECK(time(0x17, "700101000001Z") == 1'000'000'000);
    CHECK(time(0x17, "491231235959Z") == 2524607999'000'000'000);
    CHECK(time(0x18, "20240229120000Z") == 1709208000'000'000'000);
    CHECK(time(0x18, "99991231235959Z") == -1);
    CHECK(time(0x17, "241301000000Z") == -1);
    CHECK(time(0x17, "2413010000Z") == -1);
    CHECK(time(0x17, "24010100000xZ") == -1);
    CHECK(time(0x0c, "240101000000Z") == -1);
}

TEST_CASE("records are found on any port; what only looks like one is not") {
    const byte_string record = from_hex("160301") + be16(4 + chrome_hello().size()) + handshake(1, chrome_hello());
    const auto found = [](const byte_string& bytes) {
        return message::find_in_segment(whole(bytes), 40000, 8443).protocol == message::protocol::tls;
    };
    CHECK(found(record));
    CHECK(found(record + from_hex("140303000101 1703030020")));
    CHECK(found(first_bytes(record, 300)));
    CHECK(found(from_hex("15030300020100")));
    CHECK_FALSE(found(record + from_hex("99030300")+ zeros(9)));
    CHECK_FALSE(found(from_hex("16030500040e000000")));
    CHECK_FALSE(found(from_hex("1603030000")));
    CHECK_FALSE(found(from_hex("140303000105")));
    CHECK_FALSE(found(from_hex("170303ffff00")));
    CHECK_FALSE(found({}));
}

TEST_CASE("random segments are no TLS") {
    random_numbers random(25);
    std::size_t count = 0;
    constexpr int segments = 1'000'000;
    for (int i = 0; i < segments; ++i) {
        const byte_string bytes = random.bytes(64);
        if (message::find_in_segment(whole(bytes), 40000, 443).protocol != message::protocol::none) ++count;
    }
    MESSAGE("of ", segments, " random segments ", count, " look like a message on port 443");
    CHECK(count <= 3);
}
