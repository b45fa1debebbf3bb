// IPsec and IP compression: a header that can be stepped over, and headers behind which nothing can be read. Source:
// RFC 4302 section 2 (AH), RFC 4303 section 2 (ESP), RFC 3948 section 2 (ESP over UDP), RFC 3173 section 3 (IPComp).
//
// `check` guarantees the bytes of the header.
#pragma once

#include <optional>

#include <pcapframe/bytes/checked.hpp>
#include <pcapframe/bytes/load.hpp>
#include <pcapframe/registry/tunnels.hpp>
#include <pcapframe/wire/next_header.hpp>

namespace pcapframe::inline v0_2::wire {

/// Authentication Header of a tunnel that has no IP header in front. Behind IP, the header is stepped over like an
/// extension header of IPv6.
class ah_view {
public:
    [[nodiscard]] static constexpr checked<ah_view> check(bytes_view header) noexcept {
        constexpr std::size_t smallest_bytes = 12;
        if (header.size() < smallest_bytes) return no_view;
        const ah_view view(header.data());
        return view.length() < smallest_bytes || header.size() < view.length() ? no_view : checked(view);
    }
    [[nodiscard]] constexpr std::size_t length() const noexcept { return (std::size_t{p_[1]} + 2) * 4; }
    [[nodiscard]] constexpr next_header next() const noexcept { return {length(), tunnel_of_protocol(p_[0])}; }

private:
    constexpr explicit ah_view(const std::uint8_t* p) noexcept : p_(p) {}
    const std::uint8_t* p_;
};

/// A header of so many bytes that ends what can be read.
template <std::size_t Bytes>
class opaque_view {
public:
    [[nodiscard]] static constexpr checked<opaque_view> check(bytes_view header) noexcept {
        return header.size() < Bytes ? no_view : checked(opaque_view{});
    }
    [[nodiscard]] constexpr next_header next() const noexcept { return {Bytes}; }
};

/// Security parameters index and sequence number.
using esp_view = opaque_view<8>;
using ipcomp_view = opaque_view<4>;

/// ESP over UDP: four bytes of zero are key exchange, a single byte keeps a translation of addresses alive.
class esp_over_udp_view {
public:
    [[nodiscard]] static constexpr checked<esp_over_udp_view> check(bytes_view header) noexcept {
        constexpr std::size_t esp_bytes = 8;
        if (header.size() < esp_bytes || load_be32(header.data()) == 0) return no_view;
        return esp_over_udp_view{};
    }
    [[nodiscard]] constexpr next_header next() const noexcept { return {8}; }
};

/// A message of WireGuard: its type, and three bytes of zero. Source: wireguard.com/protocol.
class wireguard_view {
public:
    [[nodiscard]] static constexpr checked<wireguard_view> check(bytes_view message) noexcept {
        constexpr std::uint8_t last_type = 4;
        if (message.size() < 4 || message[0] == 0 || message[0] > last_type) return no_view;
        return (load_be32(message.data()) & 0xff'ffff) == 0 ? checked(wireguard_view{}) : no_view;
    }
    [[nodiscard]] constexpr next_header next() const noexcept { return {4}; }
};

}  // namespace pcapframe::wire
