// The first eight bytes of ICMP, ICMPv6 and IGMP messages: type, code, checksum and a word that depends on the type.
// Source: RFC 792, RFC 4443 section 2.1, RFC 3376 section 4. `check` guarantees the eight bytes.
#pragma once

#include <pcapframe/bytes/checked.hpp>
#include <pcapframe/bytes/load.hpp>

namespace pcapframe::inline v0_2::wire {

/// The start of an ICMP, ICMPv6 or IGMP message.
class icmp_view {
public:
    static constexpr std::size_t header_bytes = 8;

    [[nodiscard]] static constexpr checked<icmp_view> check(bytes_view message) noexcept {
        return message.size() < header_bytes ? no_view : checked(icmp_view(message.data()));
    }
    [[nodiscard]] static constexpr icmp_view of(const std::uint8_t* p) noexcept { return icmp_view(p); }

    [[nodiscard]] constexpr std::uint8_t type() const noexcept { return p_[0]; }
    [[nodiscard]] constexpr std::uint8_t code() const noexcept { return p_[1]; }
    [[nodiscard]] constexpr std::uint16_t checksum() const noexcept { return load_be16(p_ + 2); }
    /// Echo messages: identifier and sequence number.
    [[nodiscard]] constexpr std::uint16_t identifier() const noexcept { return load_be16(p_ + 4); }
    [[nodiscard]] constexpr std::uint16_t sequence_number() const noexcept { return load_be16(p_ + 6); }

private:
    constexpr explicit icmp_view(const std::uint8_t* p) noexcept : p_(p) {}
    const std::uint8_t* p_;
};

}  // namespace pcapframe::wire
