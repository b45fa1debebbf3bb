// THE list of application protocols that messages are told apart by.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include <pcapframe/message/dns_probe.hpp>
#include <pcapframe/message/nbns.hpp>
#include <pcapframe/message/probe.hpp>
#include <pcapframe/message/tls.hpp>

namespace pcapframe::inline v0_2::message {

enum class protocol : std::uint8_t { none, dns, mdns, llmnr, nbns, tls, dtls };

[[nodiscard]] constexpr std::string_view name_of(protocol p) noexcept {
    switch (p) {
        case protocol::none: return "";
        case protocol::dns: return "dns";
        case protocol::mdns: return "mdns";
        case protocol::llmnr: return "llmnr";
        case protocol::nbns: return "nbns";
        case protocol::tls: return "tls";
        case protocol::dtls: return "dtls";
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
    const bool is_one = said == probed::yes || (said == probed::more && by_port != protocol::none);
    if (!is_one) return protocol::none;
    if (by_port == protocol::nbns) return asks_for_netbios_name(p.bytes) ? protocol::nbns : protocol::none;
    return by_port == protocol::none ? protocol::dns : by_port;
}

}  // namespace detail

/// The message that a UDP datagram begins with, by its content first, and by its ports where the content leaves it
/// open.
[[nodiscard]] inline found_message find_in_datagram(const payload_bytes& p, std::uint16_t source,
                                                    std::uint16_t destination) noexcept {
    const protocol dns = detail::dns_kind(p, source, destination);
    if (dns != protocol::none) return {dns, p};
    if (probe_tls(p, true) == probed::yes) return {protocol::dtls, p};
    return {};
}

/// The message that a TCP segment begins with.
[[nodiscard]] inline found_message find_in_segment(const payload_bytes& p, std::uint16_t source,
                                                   std::uint16_t destination) noexcept {
    if (p.bytes.empty()) return {};
    if (probe_tls(p, false) == probed::yes) return {protocol::tls, p};
    const payload_bytes inner = dns_in_segment(p);
    const protocol dns = inner.bytes.empty() ? protocol::none : detail::dns_kind(inner, source, destination);
    if (dns != protocol::none) return {dns, inner};
    return {};
}

}  // namespace pcapframe::message
