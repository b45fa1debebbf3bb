// DHCP (RFC 2131, RFC 2132) with the header of BOOTP (RFC 951), and DHCPv6 (RFC 8415).
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include <pcapframe/bytes/checked.hpp>
#include <pcapframe/message/byte_reader.hpp>
#include <pcapframe/message/probe.hpp>

namespace pcapframe::inline v0_2::message {

/// The fixed part of a message (RFC 2131, section 2).
class dhcp_view {
public:
    static constexpr std::size_t header_bytes = 236;
    static constexpr std::uint32_t cookie = 0x6382'5363;

    [[nodiscard]] static constexpr checked<dhcp_view> check(bytes_view datagram) noexcept {
        return datagram.size() < header_bytes + 4 ? no_view : checked(dhcp_view(datagram));
    }

    [[nodiscard]] bool has_cookie() const noexcept { return load_be32(bytes_.data() + header_bytes) == cookie; }
    [[nodiscard]] std::uint32_t transaction_id() const noexcept { return load_be32(bytes_.data() + 4); }
    [[nodiscard]] bool has_ethernet_address() const noexcept { return bytes_[1] == 1 && bytes_[2] == 6; }
    [[nodiscard]] const std::uint8_t* client_hardware_address() const noexcept { return bytes_.data() + 28; }
    /// The address that the server gives; 0.0.0.0 where it gives none.
    [[nodiscard]] const std::uint8_t* your_address() const noexcept { return bytes_.data() + 16; }

    /// Calls `use(code, data)` for each option, up to the end or to an option that is not whole.
    template <class Use>
    void each_option(Use use) const {
        byte_reader reader(bytes_.subspan(header_bytes + 4));
        while (!reader.empty()) {
            constexpr std::uint8_t pad = 0;
            constexpr std::uint8_t end = 255;
            const std::uint8_t code = reader.u8();
            if (code == pad) continue;
            if (code == end) return;
            const bytes_view data = reader.vector8();
            if (!reader.ok()) return;
            use(code, data);
        }
    }

private:
    constexpr explicit dhcp_view(bytes_view bytes) noexcept : bytes_(bytes) {}
    bytes_view bytes_;
};

/// The name of a message type (RFC 2132, section 9.6, and later ones); empty for a number that is none.
[[nodiscard]] constexpr std::string_view dhcp_message_name(unsigned type) noexcept {
    constexpr std::array<std::string_view, 19> names{
        "",        "DISCOVER", "OFFER",      "REQUEST",        "DECLINE",    "ACK",         "NAK",
        "RELEASE", "INFORM",   "FORCERENEW", "LEASEQUERY",     "LEASEUNASSIGNED", "LEASEUNKNOWN", "LEASEACTIVE",
        "BULKLEASEQUERY", "LEASEQUERYDONE", "ACTIVELEASEQUERY", "LEASEQUERYSTATUS", "TLS"};
    return type < names.size() ? names[type] : std::string_view();
}

/// Whether a datagram is DHCP, by its cookie.
[[nodiscard]] inline probed probe_dhcp(const payload_bytes& p) noexcept {
    if (p.bytes.empty() || (p.bytes[0] != 1 && p.bytes[0] != 2)) return probed::no;
    const auto header = dhcp_view::check(p.bytes);
    if (!header) return p.is_cut() && p.wire_bytes >= dhcp_view::header_bytes ? probed::more : probed::no;
    return header->has_cookie() ? probed::yes : probed::no;
}

/// The name of a DHCPv6 message (RFC 8415, section 7.3); empty for a number that is none.
[[nodiscard]] constexpr std::string_view dhcp6_message_name(unsigned type) noexcept {
    constexpr std::array<std::string_view, 14> names{
        "",      "SOLICIT", "ADVERTISE", "REQUEST",     "CONFIRM",             "RENEW",      "REBIND",
        "REPLY", "RELEASE", "DECLINE",   "RECONFIGURE", "INFORMATION-REQUEST", "RELAY-FORW", "RELAY-REPL"};
    return type < names.size() ? names[type] : std::string_view();
}

/// Options of DHCPv6, one after the other: `use(code, data)` for each, up to one that is not whole.
template <class Use>
void each_dhcp6_option(bytes_view options, Use use) {
    byte_reader reader(options);
    while (reader.left() >= 4) {
        const std::uint16_t code = reader.u16();
        const bytes_view data = reader.vector16();
        if (!reader.ok()) return;
        use(code, data);
    }
}

/// The options of a DHCPv6 message: behind the transaction, or behind the addresses of a relay's.
[[nodiscard]] inline bytes_view dhcp6_options(bytes_view message) noexcept {
    const bool is_relayed = message[0] == 12 || message[0] == 13;
    const std::size_t header_bytes = is_relayed ? 34 : 4;
    return message.size() < header_bytes ? bytes_view() : message.subspan(header_bytes);
}

/// Whether a datagram may be DHCPv6: `more`, which its port decides.
[[nodiscard]] inline probed probe_dhcp6(const payload_bytes& p) noexcept {
    if (p.bytes.empty() || dhcp6_message_name(p.bytes[0]).empty() || p.wire_bytes < 4) return probed::no;
    if (p.is_cut()) return probed::more;
    // Options fill the message to its end.
    std::size_t bytes = 0;
    const bytes_view options = dhcp6_options(p.bytes);
    each_dhcp6_option(options, [&](std::uint16_t, bytes_view data) { bytes += 4 + data.size(); });
    return bytes == options.size() ? probed::more : probed::no;
}

}  // namespace pcapframe::message
