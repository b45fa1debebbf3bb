// IP and IP protocols over UDP: Teredo, AYIYA, GUE, FOU and LISP; and EtherIP. Source: RFC 4380 section 5.1.1 and RFC
// 6081 (Teredo), draft-massar-v6ops-ayiya-02 (AYIYA), draft-ietf-intarea-gue-09 (GUE), Linux' fou module (FOU: no
// header at all), RFC 9300 section 5 (LISP), RFC 3378 (EtherIP).
//
// `check` guarantees all bytes of the header, and as much of the packet behind it as tells it from other datagrams on
// the same port. Where a check takes the size of a message, that is the size by the lengths around it: fewer bytes may
// have been captured.
#pragma once

#include <optional>

#include <pcapframe/bytes/checked.hpp>
#include <pcapframe/bytes/load.hpp>
#include <pcapframe/registry/tunnels.hpp>
#include <pcapframe/wire/next_header.hpp>

namespace pcapframe::inline v0_2::wire {

namespace detail {

/// The kind of an IP packet of so many bytes, as far as they are there; none for anything else.
[[nodiscard]] constexpr layer ip_packet_of(bytes_view bytes, std::size_t size) noexcept {
    constexpr std::size_t ipv4_bytes = 20, ipv6_bytes = 40;
    if (bytes.size() >= ipv4_bytes && (bytes[0] >> 4) == 4)
        return (bytes[0] & 0x0f) >= 5 && load_be16(bytes.data() + 2) == size ? layer::ipv4 : layer::none;
    if (bytes.size() >= ipv6_bytes && (bytes[0] >> 4) == 6)
        return load_be16(bytes.data() + 4) + ipv6_bytes == size ? layer::ipv6 : layer::none;
    return layer::none;
}

}  // namespace detail

/// Teredo: an IPv6 packet, behind an authentication, an origin indication, both or none of them.
class teredo_view {
public:
    [[nodiscard]] static constexpr checked<teredo_view> check(bytes_view message) noexcept {
        constexpr std::uint16_t authentication = 1, origin = 0;
        constexpr std::size_t origin_bytes = 8, authentication_bytes = 4 + 8 + 1;
        std::size_t length = 0;
        if (has(message, length, authentication) && message.size() >= 4)
            length = authentication_bytes + message[2] + message[3];
        if (has(message, length, origin)) length += origin_bytes;
        // Trailers may stand behind the packet.
        if (message.size() < length + ipv6_bytes || (message[length] >> 4) != 6) return no_view;
        return teredo_view(length);
    }
    [[nodiscard]] constexpr next_header next() const noexcept { return {length_, layer::ipv6}; }

private:
    constexpr explicit teredo_view(std::size_t length) noexcept : length_(length) {}

    static constexpr std::size_t ipv6_bytes = 40;
    static constexpr bool has(bytes_view message, std::size_t at, std::uint16_t indication) noexcept {
        return message.size() >= at + 2 && load_be16(message.data() + at) == indication;
    }

    std::size_t length_;
};

/// Anything In Anything.
class ayiya_view {
public:
    [[nodiscard]] static constexpr checked<ayiya_view> check(bytes_view message) noexcept {
        if (message.size() < fixed_bytes || (message[2] & 0x0f) != forward) return no_view;
        const ayiya_view view(message.data());
        return message.size() < view.length() ? no_view : checked(view);
    }
    /// Bytes of the header with the identity, which the first four bits give as a power of two, and the signature.
    [[nodiscard]] constexpr std::size_t length() const noexcept {
        return fixed_bytes + (std::size_t{1} << (p_[0] >> 4)) + (p_[1] >> 4) * std::size_t{4};
    }
    [[nodiscard]] constexpr next_header next() const noexcept { return {length(), tunnel_of_protocol(p_[3])}; }

private:
    constexpr explicit ayiya_view(const std::uint8_t* p) noexcept : p_(p) {}

    static constexpr std::size_t fixed_bytes = 8;
    static constexpr std::uint8_t forward = 1;
    const std::uint8_t* p_;
};

/// Generic UDP Encapsulation: variant 0 has a header, in variant 1 an IP packet stands in its place.
class gue_view {
public:
    [[nodiscard]] static constexpr checked<gue_view> check(bytes_view message, std::size_t size) noexcept {
        constexpr std::size_t fixed_bytes = 4;
        if (message.size() < fixed_bytes) return no_view;
        if ((message[0] >> 6) == 1) {
            const layer packet = detail::ip_packet_of(message, size);
            return packet == layer::none ? no_view : checked(gue_view({0, packet}));
        }
        constexpr std::uint8_t is_control = 0x20;
        const std::size_t length = fixed_bytes + (message[0] & 0x1fU) * 4;
        if ((message[0] >> 6) != 0 || (message[0] & is_control) != 0 || message.size() < length) return no_view;
        const layer next = tunnel_of_protocol(message[1]);
        return next == layer::none ? no_view : checked(gue_view({length, next}));
    }
    [[nodiscard]] constexpr next_header next() const noexcept { return next_; }

private:
    constexpr explicit gue_view(next_header next) noexcept : next_(next) {}
    next_header next_;
};

/// Foo over UDP: an IP packet and nothing in front of it.
class fou_view {
public:
    [[nodiscard]] static constexpr checked<fou_view> check(bytes_view message, std::size_t size) noexcept {
        const layer packet = detail::ip_packet_of(message, size);
        return packet == layer::none ? no_view : checked(fou_view(packet));
    }
    [[nodiscard]] constexpr next_header next() const noexcept { return {0, packet_}; }

private:
    constexpr explicit fou_view(layer packet) noexcept : packet_(packet) {}
    layer packet_;
};

/// Data of the Locator/ID Separation Protocol.
class lisp_view {
public:
    static constexpr std::size_t header_bytes = 8;

    [[nodiscard]] static constexpr checked<lisp_view> check(bytes_view message, std::size_t size) noexcept {
        if (message.size() < header_bytes || size < header_bytes) return no_view;
        const layer packet = detail::ip_packet_of(message.subspan(header_bytes), size - header_bytes);
        return packet == layer::none ? no_view : checked(lisp_view(message.data(), packet));
    }
    /// The instance ID, 24 bits.
    [[nodiscard]] constexpr std::optional<std::uint32_t> id() const noexcept {
        constexpr std::uint8_t has_instance = 0x08;
        if ((p_[0] & has_instance) == 0) return std::nullopt;
        return load_be32(p_ + 4) >> 8;
    }
    [[nodiscard]] constexpr next_header next() const noexcept { return {header_bytes, packet_}; }

private:
    constexpr lisp_view(const std::uint8_t* p, layer packet) noexcept : p_(p), packet_(packet) {}
    const std::uint8_t* p_;
    layer packet_;
};

/// Ethernet within IP: version 3 in the first four bits, and zeros.
class etherip_view {
public:
    static constexpr std::size_t header_bytes = 2;

    [[nodiscard]] static constexpr checked<etherip_view> check(bytes_view header) noexcept {
        return header.size() < header_bytes || (header[0] >> 4) != 3 ? no_view : checked(etherip_view{});
    }
    [[nodiscard]] constexpr next_header next() const noexcept { return {header_bytes, layer::ethernet}; }
};

}  // namespace pcapframe::wire
