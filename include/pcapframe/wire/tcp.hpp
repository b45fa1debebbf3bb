// The TCP header. Source: RFC 9293 section 3.1.
//
// `check` guarantees the 20 bytes of the fixed header; `header_length` is a claim.
#pragma once

#include <pcapframe/base/assert.hpp>
#include <pcapframe/bytes/checked.hpp>
#include <pcapframe/bytes/load.hpp>

namespace pcapframe::inline v0_2::wire {

/// A TCP header (RFC 9293, section 3.1). Numbers are in the byte order of the machine.
class tcp_view {
public:
    static constexpr std::size_t header_bytes = 20;

    [[nodiscard]] static constexpr checked<tcp_view> check(bytes_view segment) noexcept {
        return segment.size() < header_bytes ? no_view : checked(tcp_view(segment.data()));
    }
    [[nodiscard]] static constexpr tcp_view of(const std::uint8_t* p) noexcept { return tcp_view(p); }

    [[nodiscard]] constexpr std::uint16_t source_port() const noexcept { return load_be16(p_); }
    [[nodiscard]] constexpr std::uint16_t destination_port() const noexcept { return load_be16(p_ + 2); }
    [[nodiscard]] PCAPFRAME_ALWAYS_INLINE constexpr std::uint32_t sequence_number() const noexcept {
        return load_be32(p_ + 4);
    }
    [[nodiscard]] PCAPFRAME_ALWAYS_INLINE constexpr std::uint32_t acknowledgment_number() const noexcept {
        return load_be32(p_ + 8);
    }
    /// Bytes, 0 to 60.
    [[nodiscard]] constexpr std::size_t header_length() const noexcept { return (p_[12] >> 4) * std::size_t{4}; }
    /// The 12 bits after the data offset: four reserved bits (the last is AE), then CWR ECE URG ACK PSH RST SYN FIN.
    [[nodiscard]] constexpr std::uint16_t flags() const noexcept { return load_be16(p_ + 12) & 0x0fff; }
    /// As in the header, not scaled.
    [[nodiscard]] constexpr std::uint16_t window() const noexcept { return load_be16(p_ + 14); }
    [[nodiscard]] constexpr std::uint16_t checksum() const noexcept { return load_be16(p_ + 16); }

private:
    constexpr explicit tcp_view(const std::uint8_t* p) noexcept : p_(p) {}
    const std::uint8_t* p_;
};

}  // namespace pcapframe::wire
