// The Layer Two Tunneling Protocol. Source: RFC 2661 section 3.1 (version 2), RFC 3931 sections 3.2 and 4.1 (version
// 3).
//
// `check` guarantees all bytes of the header. What version 3 carries, behind a cookie of which length, its control
// messages have agreed upon: here what stands there has to show it.
#pragma once

#include <optional>

#include <pcapframe/bytes/checked.hpp>
#include <pcapframe/bytes/load.hpp>
#include <pcapframe/wire/ethernet.hpp>
#include <pcapframe/wire/next_header.hpp>

namespace pcapframe::inline v0_2::wire {

namespace detail {

/// Whether the checksum of an IPv4 header of 20 bytes is right.
[[nodiscard]] constexpr bool has_right_checksum(const std::uint8_t* ip) noexcept {
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < 20; i += 2) sum += load_be16(ip + i);
    return (sum & 0xffff) + (sum >> 16) == 0xffff;
}

/// An Ethernet frame or an IPv4 packet behind a cookie of 0, 4 or 8 bytes and a sublayer of 0 or 4. `header` are the
/// bytes up to the session ID.
[[nodiscard]] constexpr next_header behind_session(bytes_view message, std::size_t header) noexcept {
    constexpr std::size_t words_max = 3, word = 4, frame_bytes = 20;
    for (std::size_t bytes = header; bytes <= header + words_max * word; bytes += word) {
        if (message.size() < bytes + frame_bytes) break;
        const std::uint8_t* const at = message.data() + bytes;
        if (at[0] == 0x45 && has_right_checksum(at)) return {bytes, layer::ipv4};
        const std::uint16_t type = load_be16(at + 12);
        const bool fits_ipv4 = type != ethertype::ipv4 || (at[14] >> 4) == 4;
        const bool fits_ipv6 = type != ethertype::ipv6 || (at[14] >> 4) == 6;
        if (fits_ipv4 && fits_ipv6 && looks_like_ethernet(at)) return {bytes, layer::ethernet};
    }
    return {header};
}

}  // namespace detail

/// L2TP over UDP.
class l2tp_view {
public:
    [[nodiscard]] static constexpr checked<l2tp_view> check(bytes_view message) noexcept {
        constexpr std::size_t smallest_bytes = 6;
        if (message.size() < smallest_bytes) return no_view;
        const std::uint16_t flags = load_be16(message.data());
        if ((flags & version_bits) == 3) return version_3(message);
        if ((flags & version_bits) != 2) return no_view;
        const bool has_length_field = (flags & has_length) != 0;
        std::size_t length = (has_length_field ? 2 : 0) + smallest_bytes + ((flags & has_sequence) != 0 ? 4 : 0);
        const std::size_t session_at = has_length_field ? 6 : 4;
        if ((flags & has_offset) != 0) {
            if (message.size() < length + 2) return no_view;
            length += 2 + std::size_t{load_be16(message.data() + length)};
        }
        if (message.size() < length) return no_view;
        const layer next = (flags & is_control) != 0 || message.size() == length ? layer::none : layer::ppp;
        return l2tp_view({length, next}, load_be16(message.data() + session_at));
    }
    /// The session ID.
    [[nodiscard]] constexpr std::optional<std::uint32_t> id() const noexcept { return session_; }
    [[nodiscard]] constexpr next_header next() const noexcept { return next_; }

private:
    constexpr l2tp_view(next_header next, std::uint32_t session) noexcept : next_(next), session_(session) {}

    static constexpr std::uint16_t is_control = 0x8000, has_length = 0x4000, has_sequence = 0x0800, has_offset = 0x0200,
                                   version_bits = 0x000f;

    static constexpr checked<l2tp_view> version_3(bytes_view message) noexcept {
        constexpr std::size_t header = 8;
        if (message.size() < header) return no_view;
        const bool is_data = (load_be16(message.data()) & is_control) == 0;
        return l2tp_view(is_data ? detail::behind_session(message, header) : next_header{header},
                         load_be32(message.data() + 4));
    }

    next_header next_;
    std::uint32_t session_;
};

/// L2TP version 3 right over IP: session 0 are control messages.
class l2tp_ip_view {
public:
    [[nodiscard]] static constexpr checked<l2tp_ip_view> check(bytes_view message) noexcept {
        constexpr std::size_t header = 4;
        return message.size() < header ? no_view : checked(l2tp_ip_view(message));
    }
    [[nodiscard]] constexpr std::optional<std::uint32_t> id() const noexcept { return load_be32(message_.data()); }
    [[nodiscard]] constexpr next_header next() const noexcept {
        return load_be32(message_.data()) == 0 ? next_header{4} : detail::behind_session(message_, 4);
    }

private:
    constexpr explicit l2tp_ip_view(bytes_view message) noexcept : message_(message) {}
    bytes_view message_;
};

}  // namespace pcapframe::wire
