// The SCTP common header. Source: RFC 9260 section 3.1. `check` guarantees the header's 12 bytes.
#pragma once

#include <pcapframe/bytes/checked.hpp>
#include <pcapframe/bytes/load.hpp>

namespace pcapframe::inline v0_2::wire {

/// An SCTP common header (RFC 9260, section 3.1).
class sctp_view {
public:
    static constexpr std::size_t header_bytes = 12;

    [[nodiscard]] static constexpr checked<sctp_view> check(bytes_view packet) noexcept {
        return packet.size() < header_bytes ? no_view : checked(sctp_view(packet.data()));
    }
    [[nodiscard]] static constexpr sctp_view of(const std::uint8_t* p) noexcept { return sctp_view(p); }

    [[nodiscard]] constexpr std::uint16_t source_port() const noexcept { return load_be16(p_); }
    [[nodiscard]] constexpr std::uint16_t destination_port() const noexcept { return load_be16(p_ + 2); }
    [[nodiscard]] constexpr std::uint32_t verification_tag() const noexcept { return load_be32(p_ + 4); }

private:
    constexpr explicit sctp_view(const std::uint8_t* p) noexcept : p_(p) {}
    const std::uint8_t* p_;
};

}  // namespace pcapframe::wire
