// NTP (RFC 5905): the fixed header of its modes 1 to 5. Control messages (6) and those of ntpd (7) are named only.
#pragma once

#include <array>
#include <string_view>

#include <pcapframe/bytes/checked.hpp>
#include <pcapframe/message/made_text.hpp>
#include <pcapframe/message/probe.hpp>

namespace pcapframe::inline v0_2::message {

/// A packet (RFC 5905, section 7.3).
class ntp_view {
public:
    static constexpr std::size_t header_bytes = 48;

    [[nodiscard]] static constexpr checked<ntp_view> check(bytes_view datagram) noexcept {
        return datagram.size() < header_bytes ? no_view : checked(ntp_view(datagram.data()));
    }

    [[nodiscard]] constexpr std::uint8_t stratum() const noexcept { return p_[1]; }
    /// Four bytes: of stratum 0 and 1 letters, else the server's own server.
    [[nodiscard]] bytes_view reference() const noexcept { return {p_ + 12, 4}; }

private:
    constexpr explicit ntp_view(const std::uint8_t* p) noexcept : p_(p) {}
    const std::uint8_t* p_;
};

/// The version and the mode in the first byte of a packet.
[[nodiscard]] constexpr std::uint8_t ntp_version(bytes_view datagram) noexcept {
    return static_cast<std::uint8_t>(datagram[0] >> 3 & 7);
}
[[nodiscard]] constexpr std::uint8_t ntp_mode(bytes_view datagram) noexcept {
    return static_cast<std::uint8_t>(datagram[0] & 7);
}

/// The name of a mode (RFC 5905, figure 10).
[[nodiscard]] constexpr std::string_view ntp_mode_name(unsigned mode) noexcept {
    constexpr std::array<std::string_view, 8> names{"reserved", "symmetric_active", "symmetric_passive", "client",
                                                    "server",   "broadcast",        "control",           "private"};
    return names[mode & 7];
}

/// Appends the reference: of stratum 1 and of kisses (stratum 0) its letters, else as an address.
inline void write_ntp_reference(made_text& out, ntp_view header) noexcept {
    if (header.stratum() > 1) {
        out.add_ipv4(header.reference().data());
        return;
    }
    std::string_view letters = as_text(header.reference());
    letters = letters.substr(0, letters.find('\0'));
    out.add_bytes(letters);
}

/// Whether a datagram may be NTP: `more`, which its port decides, since the header has nothing that only NTP has.
[[nodiscard]] inline probed probe_ntp(const payload_bytes& p) noexcept {
    if (p.bytes.empty()) return probed::no;
    const unsigned version = ntp_version(p.bytes);
    const unsigned mode = ntp_mode(p.bytes);
    if (version == 0 || version > 4 || mode == 0) return probed::no;
    if (mode >= 6) return p.wire_bytes >= 8 ? probed::more : probed::no;
    if (p.wire_bytes < ntp_view::header_bytes || p.wire_bytes % 4 != 0) return probed::no;
    constexpr unsigned stratum_max = 16;
    return p.bytes.size() < 2 || p.bytes[1] <= stratum_max ? probed::more : probed::no;
}

}  // namespace pcapframe::message
