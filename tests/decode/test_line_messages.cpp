// Rows of HTTP, SSDP, SIP, SSH, DHCP and NTP, and what is kept out of them.
#include <doctest/doctest.h>

#include <string>

#include <pcapframe/decode/packet_batch.hpp>

#include "frames_with_messages.hpp"
#include "rows.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

decoded tcp_text(std::string_view text) { return decoded(over_tcp(8000, bytes_of_text(text))); }
decoded udp_text(std::string_view text) { return decoded(over_udp(8000, bytes_of_text(text))); }

constexpr std::string_view request =
    "GET /a?q=1&password=hunter2&x=2 HTTP/1.1\r\n"
    "Host:  example.org \r\n"
    "User-Agent: agent/1.0 (\xff)\r\n"
    "user-agent: second\r\n"
    "Referer: https://me:hunter2@example.net/?access_token=hunter2\r\n"
    "Authorization: Basic aHVudGVyMg==\r\n"
    "Proxy-Authorization: Basic aHVudGVyMg==\r\n"
    "Cookie: sid=hunter2; theme=hunter2;hunter2\r\n"
    "Content-Length: 12\r\n"
    "Content-Type: text/plain\r\n\r\nbody: hunter2";

}  // namespace

TEST_CASE("an HTTP request") {
    const decoded row = tcp_text(request);
    CHECK(shown(row, "message http_method http_uri http_host http_version http_status") ==
          "http GET /a?q=1&password=***&x=2 example.org 1.1 -");
    CHECK(shown(row, "http_user_agent http_referer http_content_type http_content_length http_server") ==
          "agent/1.0 (\xef\xbf\xbd) https://***@example.net/?access_token=*** text/plain 12 -");
    CHECK(row.text("http_cookie_names") == "[sid, theme]");
}

TEST_CASE("an HTTP response") {
    const decoded row = tcp_text(
        "HTTP/1.0 404 Not Found\nServer: srv\nSet-Cookie: id=hunter2; Path=/; Secure\nSet-Cookie: b=2\n\n");
    CHECK(shown(row, "message http_method http_uri http_version http_status http_server http_cookie_names") ==
          "http - - 1.0 404 srv [id, b]");
    CHECK(shown(tcp_text("HTTP/1.1 200 OK\r\nContent-Length: 12a\r\nHost"), "http_status http_content_length "
                "http_host http_cookie_names") == "200 - - -");
}

TEST_CASE("no secret is in any column") {
    for (const decoded& row :
         {tcp_text(request), tcp_text("CONNECT me:hunter2@example.org:443 HTTP/1.1\r\n\r\n"),
          udp_text("REGISTER sip:me:hunter2@example.org SIP/2.0\r\nFrom: <sip:me:hunter2@example.org>\r\n"
                   "To: \"x\" <sips:me:hunter2@example.org>;tag=1\r\nAuthorization: Digest hunter2\r\n\r\n")}) {
        CHECK(row.text("message") != "-");
        each_column([&](auto c) {
            CAPTURE(name_of(c));
            if (message_columns.has(c)) CHECK(row.text(name_of(c)).find("hunter2") == std::string::npos);
        });
    }
}

TEST_CASE("what is no HTTP") {
    for (const std::string_view text :
         {"GET / HTTP/1.1", "GET /HTTP/1.1\r\n", "GET / HTTP/11\r\n", "FETCH / HTTP/1.1\r\n", "get / HTTP/1.1\r\n",
          "HTTP/1.1 20x OK\r\n", "HTTP/1.1 200", "HTTP/x.1 200 OK\r\n", "\r\nGET / HTTP/1.1\r\n"})
        CHECK(tcp_text(text).text("message") == "-");
}

TEST_CASE("SSDP") {
    const decoded row =
        udp_text("M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\n\r\n");
    CHECK(shown(row, "message http_method http_uri http_host") == "ssdp M-SEARCH * 239.255.255.250:1900");
}

TEST_CASE("SIP, with long and compact header names") {
    const decoded invite = udp_text("INVITE sip:bob@example.org SIP/2.0\r\nFrom: <sip:al@example.net>;tag=1\r\n"
                                    "t: <sip:bob@example.org>\r\ni: 77@host\r\n\r\n");
    CHECK(shown(invite, "message sip_method sip_status sip_from sip_to sip_call_id") ==
          "sip INVITE - <sip:al@example.net>;tag=1 <sip:bob@example.org> 77@host");
    CHECK(shown(tcp_text("SIP/2.0 180 Ringing\r\n\r\n"), "message sip_method sip_status") == "sip - 180");
    CHECK(udp_text("INVITE sip:bob SIP/3.0\r\n").text("message") == "-");
}

TEST_CASE("SSH") {
    CHECK(shown(tcp_text("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"), "message ssh_identification") ==
          "ssh SSH-2.0-OpenSSH_9.2p1 Debian-2");
    CHECK(tcp_text("SSH-2.0-OpenSSH").text("message") == "-");
}

TEST_CASE("DHCP") {
    const byte_string header = from_hex("01010600 12345678 00000000 00000000 c0000217 00000000 00000000") +
                               from_hex("0a0b0c0d0e0f") + zeros(202) + from_hex("63825363");
    const byte_string options = from_hex("350103 0c04706e6500 3204c0000216 3304 00000e10 3604c0000201 00 3c026162"
                                         "3d07 010a0b0c0d0e0f ff 3501ff");
    const decoded row(over_udp(67, header + options));
    CHECK(shown(row, "message dhcp_message_type dhcp_transaction_id dhcp_client_mac dhcp_client_id") ==
          "dhcp REQUEST 305419896 0a:0b:0c:0d:0e:0f 010a0b0c0d0e0f");
    CHECK(shown(row, "dhcp_hostname dhcp_requested_host dhcp_given_host dhcp_server_host") ==
          "pne 192.0.2.22 192.0.2.23 192.0.2.1");
    CHECK(shown(row, "dhcp_lease dhcp_vendor_class") == "3600 ab");
    CHECK(decoded(over_udp(67, zeros(240))).text("message") == "-");
}

TEST_CASE("DHCPv6") {
    const byte_string address = from_hex("0005 0018 20010db8000000000000000000000099 00000064 000000c8");
    const byte_string options = from_hex("0001 0004 00010203") + from_hex("0003 0028 00000001 00000000 00000000") +
                                address + from_hex("0027 0006 00 03686f73 00") +
                                from_hex("0010 0008 00000009 0002 6162");
    const decoded reply(over_udp(547, from_hex("07 abcdef") + options));
    CHECK(shown(reply, "message dhcp_message_type dhcp_transaction_id dhcp_client_id dhcp_given_host dhcp_lease") ==
          "dhcpv6 REPLY 11259375 00010203 2001:db8::99 200");
    CHECK(shown(reply, "dhcp_hostname dhcp_vendor_class") == "hos ab");
    CHECK(decoded(over_udp(9, from_hex("07 abcdef") + options)).text("message") == "-");
}

TEST_CASE("NTP") {
    const byte_string rest = zeros(10) + from_hex("47505300") + zeros(32);
    const decoded server(over_udp(123, from_hex("2401") + rest));
    CHECK(shown(server, "message ntp_version ntp_mode ntp_stratum ntp_reference") == "ntp 4 server 1 GPS");
    const decoded client(over_udp(123, from_hex("2302") + rest));
    CHECK(shown(client, "ntp_mode ntp_reference") == "client 71.80.83.0");
    CHECK(decoded(over_udp(9, from_hex("2401") + rest)).text("message") == "-");
    CHECK(decoded(over_udp(123, from_hex("2401") + zeros(20))).text("message") == "-");
}
