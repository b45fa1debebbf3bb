// Rows of packets with messages of application protocols: each column with its value, and when it is null.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include <pcapframe/decode/for_each_row.hpp>

#include "../message/tls_messages.hpp"
#include "frames_with_messages.hpp"
#include "packets.hpp"
#include "rows.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

byte_string name(std::string_view dotted) {
    byte_string bytes;
    while (!dotted.empty()) {
        const std::string_view label = dotted.substr(0, dotted.find('.'));
        bytes = bytes + text8(std::string(label));
        dotted.remove_prefix(std::min(dotted.size(), label.size() + 1));
    }
    return bytes + zeros(1);
}
byte_string dns_message(std::uint16_t flags, const std::vector<std::uint16_t>& counts, const byte_string& sections) {
    return be16(0xbeef) + be16(flags) + numbers16(counts) + sections;
}
byte_string answer(const byte_string& owner, std::uint16_t type, std::uint32_t ttl, const byte_string& data) {
    return owner + be16(type) + be16(1) + be32(ttl) + vector16(data);
}
const byte_string question = name("www.Example.org") + be16(1) + be16(1);
const byte_string pointer = from_hex("c00c");

constexpr std::string_view dns_columns =
    "message dns_id dns_response dns_opcode dns_flags dns_rcode dns_query dns_type dns_class dns_answers dns_ttls";

byte_string tls_record(std::uint8_t type, const byte_string& data) {
    return byte_string{type, 3, 3} + vector16(data);
}

}  // namespace

TEST_CASE("a DNS query and its answer") {
    const decoded asked(over_udp(53, dns_message(0x0120, {1, 0, 0, 0}, question)));
    CHECK(shown(asked, dns_columns) == "dns 48879 0 QUERY rd ad - www.Example.org A IN - -");
    const byte_string answers = answer(pointer, 5, 300, name("cdn.example")) +
                                answer(name("cdn.example"), 1, 60, from_hex("c0000207"));
    const decoded answered(over_udp(53, dns_message(0x8580, {1, 2, 0, 0}, question + answers)));
    CHECK(shown(answered, dns_columns) == "dns 48879 1 QUERY aa rd ra NOERROR www.Example.org A IN"
                                          " [cdn.example, 192.0.2.7] [300, 60]");
    const decoded missing(over_udp(53, dns_message(0x8183, {1, 0, 0, 0}, question)));
    CHECK(shown(missing, "dns_rcode dns_answers dns_ttls") == "NXDOMAIN [] []");
}

TEST_CASE("EDNS: the size of payloads, the upper bits of the outcome, the client's subnet") {
    const byte_string subnet = be16(8) + vector16(from_hex("0001 18 00 c00002"));
    const byte_string opt = zeros(1) + be16(41) + be16(1232) + from_hex("01000000") + vector16(subnet);
    const decoded row(over_udp(53, dns_message(0x8180, {1, 0, 0, 1}, question + opt)));
    CHECK(shown(row, "dns_rcode dns_edns_size dns_client_subnet") == "BADVERS 1232 192.0.2.0/24");
    const decoded none(over_udp(53, dns_message(0x8180, {1, 0, 0, 0}, question)));
    CHECK(shown(none, "dns_rcode dns_edns_size dns_client_subnet") == "NOERROR - -");
}

TEST_CASE("DNS over TCP, on another port, with numbers that have no name") {
    const byte_string odd = name("x") + be16(65280) + be16(255);
    const byte_string message = dns_message(0x3000, {1, 0, 0, 0}, odd);
    const decoded row(over_tcp(10053, be16(message.size()) + message));
    CHECK(shown(row, "message dns_opcode dns_type dns_class dns_rcode") == "dns DSO TYPE65280 ANY -");
}

TEST_CASE("the reserved bit is taken on the ports of the DNS, from whole messages") {
    const byte_string message = dns_message(0x81c0, {1, 0, 0, 0}, question);
    CHECK(decoded(over_udp(53, message)).text("dns_query") == "www.Example.org");
    CHECK(decoded(over_udp(53, message + zeros(1))).text("message") == "-");
    CHECK(decoded(over_udp(9, message)).text("message") == "-");
}

TEST_CASE("mDNS, LLMNR and NetBIOS names") {
    const decoded mdns(over_udp(5353, dns_message(0, {1, 0, 0, 0}, name("_ipp._tcp.local") + be16(12) + be16(0x8001))));
    CHECK(shown(mdns, "message dns_query dns_type dns_class") == "mdns _ipp._tcp.local PTR IN");
    const decoded llmnr(over_udp(5355, dns_message(0x8400, {1, 0, 0, 0}, name("wpad") + be16(28) + be16(1))));
    CHECK(shown(llmnr, "message dns_query dns_type dns_flags") == "llmnr wpad AAAA c");
    const byte_string encoded = text8("FHEPFCELEHFCEPFFFACACACACACACABO") + zeros(1);
    const decoded nbns(over_udp(137, dns_message(0x0110, {1, 0, 0, 0}, encoded + be16(0x20) + be16(1))));
    CHECK(shown(nbns, "message dns_query dns_type dns_flags") == "nbns WORKGROUP<1e> NB rd b");
    const byte_string address = answer(encoded, 0x20, 9, from_hex("6000c0000209"));
    const decoded found(over_udp(137, dns_message(0x8500, {0, 1, 0, 0}, address)));
    CHECK(shown(found, "message dns_query dns_answers dns_ttls") == "nbns - [192.0.2.9] [9]");
}

TEST_CASE("of a message that is cut, what is there is as in the whole one") {
    const byte_string answers =
        answer(pointer, 1, 60, from_hex("c0000207")) + answer(pointer, 1, 61, from_hex("c0000208"));
    const byte_string response = over_udp(53, dns_message(0x8180, {1, 2, 0, 0}, question + answers));
    for (const byte_string& frame : {response, over_tcp(443, tls_record(22, handshake(1, chrome_hello())))}) {
        const decoded whole(frame);
        for (std::size_t length = 42; length < frame.size(); ++length) {
            const decoded cut(first_bytes(frame, length), {.wire_bytes = frame.size()});
            each_column([&](auto c) {
                const std::string now = cut.text(name_of(c));
                if (!message_columns.has(c) || now == "-") return;
                CAPTURE(length);
                CAPTURE(name_of(c));
                REQUIRE(now == whole.text(name_of(c)));
            });
        }
    }
}

TEST_CASE("a ClientHello and a ServerHello") {
    const decoded client(over_tcp(8443, tls_record(22, handshake(1, chrome_hello()))));
    CHECK(shown(client, "message tls_messages tls_versions tls_version tls_sni tls_alpn tls_cipher") ==
          "tls [client_hello] [TLS 1.3, TLS 1.2] - example.org [h2, http/1.1] -");
    CHECK(shown(client, "tls_groups tls_resumption tls_ech tls_ja4") ==
          "[14906, 29, 23, 24] 0 0 t13d1516h2_8daaf6152771_e5627efa2ab1");
    const decoded server(over_tcp(8443, tls_record(22, handshake(2, server_hello(0x0303, 0x1301, {}))) +
                                            tls_record(20, from_hex("01")) + tls_record(23, counting(30))));
    CHECK(shown(server, "tls_messages tls_versions tls_version tls_cipher tls_ja3s tls_ja4") ==
          "[server_hello, change_cipher_spec, application_data] - TLS 1.2 4865 e8c07683aecf9b16e8e33f10a5161e4e -");
}

TEST_CASE("a hello over several records of one packet, an alert, and what is encrypted") {
    const byte_string message = handshake(1, chrome_hello());
    const byte_string first = first_bytes(message, 3);
    const byte_string rest(message.begin() + 3, message.end());
    const decoded parted(over_tcp(443, tls_record(22, first) + tls_record(22, rest)));
    CHECK(shown(parted, "tls_messages tls_sni") == "[client_hello] example.org");
    const decoded alert(over_tcp(443, tls_record(21, from_hex("0228"))));
    CHECK(shown(alert, "tls_messages tls_alert") == "[alert] handshake_failure");
    const decoded secret(over_tcp(443, tls_record(20, from_hex("01")) + tls_record(22, counting(40, 0x80)) +
                                           tls_record(21, counting(26))));
    CHECK(shown(secret, "tls_messages tls_alert") == "[change_cipher_spec, encrypted_handshake, alert] -");
    const decoded second(over_tcp(443, tls_record(20, from_hex("01")) + tls_record(22, message)));
    CHECK(shown(second, "tls_messages tls_sni") == "[change_cipher_spec, client_hello] example.org");
}

TEST_CASE("DTLS") {
    const byte_string body = be16(0xfefd) + counting(32) + zeros(2) + vector16(be16(0xc02b)) + from_hex("0100") +
                             vector16(hello_extension(0, vector16(zeros(1) + vector16(from_hex("612e62")))));
    const byte_string size = number(body.size(), 3, byte_order::big);
    const byte_string message = byte_string{1} + size + zeros(5) + size + body;
    const decoded row(over_udp(4433, from_hex("16feff 0000 000000000000") + vector16(message)));
    CHECK(shown(row, "message tls_messages tls_versions tls_sni tls_ciphers") ==
          "dtls [client_hello] [DTLS 1.2] a.b [49195]");
    CHECK(row.text("tls_ja4").substr(0, 10) == "dd2d010100");
}

TEST_CASE("rows without a message, and packets without a payload, have no message columns") {
    for (const byte_string& frame :
         {over_udp(53, counting(40)), over_tcp(443, {}), ethernet(0x0806, zeros(28)), over_udp(53, {})}) {
        const decoded row(frame);
        each_column([&](auto c) {
            if (message_columns.has(c)) CHECK(row.text(name_of(c)) == "-");
        });
    }
}

TEST_CASE("single columns, and columns chosen when the program is compiled, have the same values") {
    const byte_string one = answer(pointer, 1, 60, from_hex("c0000207"));
    const byte_string frame = over_udp(53, dns_message(0x8180, {1, 1, 0, 0}, question + one));
    record_run run{};
    pcapframe::record r;
    r.data = frame.data();
    r.caplen = r.len = static_cast<std::uint32_t>(frame.size());
    r.link_type = 1;
    run.records = {&r, 1};
    unsigned calls = 0;
    auto use = [&](auto query, auto answers, auto sni, auto port) {
        ++calls;
        CHECK(query == "www.Example.org");
        REQUIRE(answers);
        CHECK(answers->size() == 1);
        CHECK((*answers)[0] == "192.0.2.7");
        CHECK_FALSE(sni);
        CHECK(port == 53);
    };
    using enum column;
    decode_each<dns_query, dns_answers, tls_sni, dst_port>(run, interface_list(1), {}, 9, use);
    CHECK(calls == 1);
    batch only(column_order{column::dns_query});
    decode_run(only, run, interface_list(1), {});
    CHECK(only.get<column::dns_query>()[0] == "www.Example.org");
}
