// The DCCP generic header. Source: RFC 4340 section 5.1. `check` guarantees the header's first 12 bytes;
// `header_length` is a claim.
#pragma once

#include <pcapframe/bytes/checked.hpp>
#include <pcapframe/bytes/load.hpp>

namespace pcapframe::inline v0_2::wire {

/// A DCCP generic header (RFC 4340, section 5.1).
class dccp_view {
public:
    static constexpr std::size_t header_bytes = 12;

    [[nodiscard]] static constexpr checked<dccp_view> check(bytes_view packet) noexcept {
        return packet.size() < header_bytes ? no_view : checked(dccp_view(packet.data()));
    }
    [[nodiscard]] static constexpr dccp_view of(const std::uint8_t* p) noexcept { return dccp_view(p); }

    [[nodiscard]] constexpr std::uint16_t source_port() const noexcept { return load_be16(p_); }
    [[nodiscard]] constexpr std::uint16_t destination_port() const noexcept { return load_be16(p_ + 2); }
    /// Bytes from the start of the header to its data, options included; 0 to 1020.
    [[nodiscard]] constexpr std::size_t header_length() const noexcept { return p_[4] * std::size_t{4}; }

private:
    constexpr explicit dccp_view(const std::uint8_t* p) noexcept : p_(p) {}
    const std::uint8_t* p_;
};

}  // namespace pcapframe::wire
