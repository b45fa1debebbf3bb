// THE list of application protocols that messages are told apart by.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include <pcapframe/message/dhcp.hpp>
#include <pcapframe/message/dns_probe.hpp>
#include <pcapframe/message/http.hpp>
#include <pcapframe/message/nbns.hpp>
#include <pcapframe/message/ntp.hpp>
#include <pcapframe/message/probe.hpp>
#include <pcapframe/message/quic.hpp>
#include <pcapframe/message/sip.hpp>
#include <pcapframe/message/ssh.hpp>
#include <pcapframe/message/tls.hpp>

namespace pcapframe::inline v0_2::message {

/// The application protocols that are told apart.
enum class protocol : std::uint8_t {
    none, dns, mdns, llmnr, nbns, tls, dtls, quic, http, ssdp, sip, ssh, dhcp, dhcpv6, ntp,
};

[[nodiscard]] constexpr std::string_view name_of(protocol p) noexcept {
    switch (p) {
        case protocol::none: return "";
        case protocol::dns: return "dns";
        case protocol::mdns: return "mdns";
        case protocol::llmnr: return "llmnr";
        case protocol::nbns: return "nbns";
        case protocol::tls: return "tls";
        case protocol::dtls: return "dtls";
        case protocol::quic: return "quic";
        case protocol::http: return "http";
        case protocol::ssdp: return "ssdp";
        case protocol::sip: return "sip";
        case protocol::ssh: return "ssh";
        case protocol::dhcp: return "dhcp";
        case protocol::dhcpv6: return "dhcpv6";
        case protocol::ntp: return "ntp";
    }
    return "";
}

/// A message that was found: its protocol and its bytes, without what frames it in a stream.
struct found_message {
    message::protocol protocol = protocol::none;
    payload_bytes message;
};

namespace detail {

/// Names of NetBIOS are told from domain names by their letters.
[[nodiscard]] inline bool asks_for_netbios_name(bytes_view message) noexcept {
    dns_sections sections(message);
    const auto question = sections.next_question();
    if (question) return is_netbios_name(question->name);
    const auto record = dns_sections(message).next_record();
    return record && is_netbios_name(record->name);
}

constexpr std::uint16_t dns_port = 53;
constexpr std::uint16_t mdns_port = 5353;
constexpr std::uint16_t llmnr_port = 5355;
constexpr std::uint16_t nbns_port = 137;

/// Which of the protocols that share the form of DNS messages is spoken on a port.
[[nodiscard]] constexpr protocol dns_kind(std::uint16_t port) noexcept {
    switch (port) {
        case dns_port: return protocol::dns;
        case mdns_port: return protocol::mdns;
        case llmnr_port: return protocol::llmnr;
        case nbns_port: return protocol::nbns;
        default: return protocol::none;
    }
}

[[nodiscard]] inline protocol dns_kind(const payload_bytes& p, std::uint16_t a, std::uint16_t b) noexcept {
    if (!is_dns_header(p, dns_opcodes | nbns_opcodes)) return protocol::none;
    const protocol by_port = dns_kind(a) != protocol::none ? dns_kind(a) : dns_kind(b);
    if (by_port != protocol::nbns && !is_dns_header(p)) return protocol::none;
    const probed said = probe_dns_sections(p);
    const bool is_usual = !has_dns_reserved_bit(dns_header_view::of(p.bytes.data()));
    const bool is_port = by_port != protocol::none;
    const bool is_one = said == probed::yes ? is_usual || is_port : said == probed::more && is_usual && is_port;
    if (!is_one) return protocol::none;
    if (by_port == protocol::nbns) return asks_for_netbios_name(p.bytes) ? protocol::nbns : protocol::none;
    return by_port == protocol::none ? protocol::dns : by_port;
}

/// A datagram of a protocol whose bytes tell it by its port only.
[[nodiscard]] inline protocol by_port(const payload_bytes& p, std::uint16_t a, std::uint16_t b) noexcept {
    constexpr std::uint16_t ntp_port = 123;
    constexpr std::uint16_t dhcpv6_client_port = 546;
    constexpr std::uint16_t dhcpv6_server_port = 547;
    const auto is_port = [&](std::uint16_t port) { return a == port || b == port; };
    if (is_port(ntp_port) && probe_ntp(p) != probed::no) return protocol::ntp;
    const bool is_dhcpv6 = is_port(dhcpv6_client_port) || is_port(dhcpv6_server_port);
    return is_dhcpv6 && probe_dhcp6(p) != probed::no ? protocol::dhcpv6 : protocol::none;
}

/// Protocols of lines over UDP.
[[nodiscard]] inline protocol of_lines(const payload_bytes& p) noexcept {
    if (probe_sip(p) == probed::yes) return protocol::sip;
    return probe_http(p) == probed::yes ? protocol::ssdp : protocol::none;
}

}  // namespace detail

/// The message that a UDP datagram begins with, by its content first, and by its ports where the content leaves it
/// open.
[[nodiscard]] inline found_message find_in_datagram(const payload_bytes& p, std::uint16_t source,
                                                    std::uint16_t destination) noexcept {
    const protocol dns = detail::dns_kind(p, source, destination);
    if (dns != protocol::none) return {dns, p};
    if (p.bytes.empty()) return {};
    // By the first byte, which no two of these protocols share.
    const std::uint8_t first = p.bytes[0];
    if ((first & 0x80) != 0 && probe_quic(p) == probed::yes) return {protocol::quic, p};
    if (first >= 20 && first <= 25 && probe_tls(p, true) == probed::yes) return {protocol::dtls, p};
    if (first >= 'A' && first <= 'Z') return {detail::of_lines(p), p};
    if (first <= 2 && probe_dhcp(p) != probed::no) return {protocol::dhcp, p};
    return {detail::by_port(p, source, destination), p};
}

/// The message that a TCP segment begins with.
[[nodiscard]] inline found_message find_in_segment(const payload_bytes& p, std::uint16_t source,
                                                   std::uint16_t destination) noexcept {
    if (p.bytes.empty()) return {};
    if (probe_tls(p, false) == probed::yes) return {protocol::tls, p};
    const payload_bytes inner = dns_in_segment(p);
    const protocol dns = inner.bytes.empty() ? protocol::none : detail::dns_kind(inner, source, destination);
    if (dns != protocol::none) return {dns, inner};
    if (p.bytes[0] < 'A' || p.bytes[0] > 'Z') return {};
    if (probe_http(p) == probed::yes) return {protocol::http, p};
    if (probe_sip(p) == probed::yes) return {protocol::sip, p};
    if (probe_ssh(p) == probed::yes) return {protocol::ssh, p};
    return {};
}

}  // namespace pcapframe::message
