// The UDP header (RFC 768), which UDP-Lite shares but for the third field (RFC 3828: checksum coverage).
//
// `check` guarantees the 8 bytes; `length` is a claim.
#pragma once

#include <pcapframe/bytes/checked.hpp>
#include <pcapframe/bytes/load.hpp>

namespace pcapframe::inline v0_2::wire {

/// A UDP header (RFC 768). Numbers are in the byte order of the machine.
class udp_view {
public:
    static constexpr std::size_t header_bytes = 8;

    [[nodiscard]] static constexpr checked<udp_view> check(bytes_view datagram) noexcept {
        return datagram.size() < header_bytes ? no_view : checked(udp_view(datagram.data()));
    }
    [[nodiscard]] static constexpr udp_view of(const std::uint8_t* p) noexcept { return udp_view(p); }

    [[nodiscard]] constexpr std::uint16_t source_port() const noexcept { return load_be16(p_); }
    [[nodiscard]] constexpr std::uint16_t destination_port() const noexcept { return load_be16(p_ + 2); }
    /// Bytes of header and data; 0 for jumbograms (RFC 2675) and where a network card was to fill the length in.
    [[nodiscard]] constexpr std::uint16_t length() const noexcept { return load_be16(p_ + 4); }
    [[nodiscard]] constexpr std::uint16_t checksum() const noexcept { return load_be16(p_ + 6); }

private:
    constexpr explicit udp_view(const std::uint8_t* p) noexcept : p_(p) {}
    const std::uint8_t* p_;
};

}  // namespace pcapframe::wire
