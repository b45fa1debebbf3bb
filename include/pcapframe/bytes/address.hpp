// Addresses as values: MAC and IP, held as bytes, text on demand.
#pragma once

#include <array>
#include <bit>
#include <compare>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>

#include <pcapframe/base/narrowed.hpp>
#include <pcapframe/bytes/load.hpp>

namespace pcapframe::inline v0_2 {

/// A 48-bit MAC address in transmission order.
struct mac_address {
    std::array<std::uint8_t, 6> octets{};

    friend constexpr bool operator==(const mac_address&, const mac_address&) = default;
    /// By the octets in transmission order.
    friend constexpr std::strong_ordering operator<=>(const mac_address&, const mac_address&) = default;

    [[nodiscard]] static constexpr mac_address from(const std::uint8_t* p) noexcept {
        mac_address mac;
        for (std::size_t i = 0; i < mac.octets.size(); ++i) mac.octets[i] = p[i];
        return mac;
    }
};

/// The sixteen bytes of an IP address. An IPv4 address is stored as ::ffff:a.b.c.d (RFC 4291, section 2.5.5.2).
using ip_octets = std::array<std::uint8_t, 16>;

/// The four bytes of an IPv4 address, in network byte order, as they are stored: ::ffff:a.b.c.d.
[[nodiscard]] PCAPFRAME_ALWAYS_INLINE constexpr ip_octets ipv4_octets(const std::uint8_t* p) noexcept {
    if constexpr (std::endian::native == std::endian::little) {
        // Two words instead of sixteen bytes: compilers do not put the bytes together by themselves.
        const std::array<std::uint64_t, 2> words{0, (std::uint64_t{load_le32(p)} << 32) | 0xffff'0000U};
        return std::bit_cast<ip_octets>(words);
    } else {
        return {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, p[0], p[1], p[2], p[3]};
    }
}

/// The sixteen bytes of an IPv6 address, in network byte order.
[[nodiscard]] constexpr ip_octets ipv6_octets(const std::uint8_t* p) noexcept {
    ip_octets octets;
    for (std::size_t i = 0; i < octets.size(); ++i) octets[i] = p[i];
    return octets;
}

/// An IP address with its family.
struct ip_address {
    ip_octets octets{};
    std::uint8_t version = 4;  ///< 4 or 6

    [[nodiscard]] constexpr bool is_ipv4() const noexcept { return version == 4; }

    friend constexpr bool operator==(const ip_address&, const ip_address&) = default;
    /// IPv4 before IPv6; within a family by the octets in network byte order.
    friend constexpr std::strong_ordering operator<=>(const ip_address& a, const ip_address& b) noexcept {
        const std::strong_ordering families = a.version <=> b.version;
        return families != 0 ? families : a.octets <=> b.octets;
    }
};

namespace detail {

constexpr char lower_digits[] = "0123456789abcdef";

/// Writes the lowest four bytes of a number, the lowest first: in a form that compilers turn into a single store.
constexpr char* write_four(char* out, std::uint32_t text) noexcept {
    out[0] = static_cast<char>(text);
    out[1] = static_cast<char>(text >> 8);
    out[2] = static_cast<char>(text >> 16);
    out[3] = static_cast<char>(text >> 24);
    return out;
}

/// An octet in decimal with a dot behind it, in the lower four bytes, the first character in the lowest; the number of
/// characters is in the byte above these four. Written whole, whatever the length.
inline constexpr std::array<std::uint64_t, 256> octet_texts = [] {
    std::array<std::uint64_t, 256> table{};
    for (unsigned value = 0; value < 256; ++value) {
        std::uint64_t size = 0;
        const auto add = [&](unsigned c) { table[value] |= std::uint64_t{c} << (8 * size++); };
        if (value >= 100) add('0' + value / 100);
        if (value >= 10) add('0' + value / 10 % 10);
        add('0' + value % 10);
        add('.');
        table[value] |= size << 32;
    }
    return table;
}();

constexpr char* write_ipv4(char* out, const std::uint8_t* p) noexcept {
    for (int i = 0; i < 4; ++i) {
        const std::uint64_t octet = octet_texts[p[i]];
        out = write_four(out, static_cast<std::uint32_t>(octet)) + (octet >> 32);
    }
    return out - 1;  // without the last dot
}

constexpr char* write_hex_group(char* out, unsigned group) noexcept {
    if (group >= 0x1000) *out++ = lower_digits[group >> 12];
    if (group >= 0x100) *out++ = lower_digits[(group >> 8) & 15];
    if (group >= 0x10) *out++ = lower_digits[(group >> 4) & 15];
    *out++ = lower_digits[group & 15];
    return out;
}

/// RFC 5952: lower case, no leading zeros, the first longest run of two or more zero groups as "::", and the addresses
/// with a known IPv4 address inside (::ffff:0:0/96) with the IPv4 address in dots.
constexpr char* write_ipv6(char* out, const std::uint8_t* p) noexcept {
    std::array<unsigned, 8> groups{};
    for (std::size_t i = 0; i < groups.size(); ++i) groups[i] = load_be16(p + 2 * i);
    std::size_t run_start = 8;
    std::size_t run_length = 1;
    for (std::size_t i = 0, start = 0; i < groups.size(); ++i) {
        if (groups[i] != 0) start = i + 1;
        else if (i + 1 - start > run_length) run_start = start, run_length = i + 1 - start;
    }
    const bool mapped = run_start == 0 && run_length == 5 && groups[5] == 0xffff;
    const std::size_t end = mapped ? 6 : 8;
    for (std::size_t i = 0; i < end; ++i) {
        if (i == run_start) {
            *out++ = ':';
            if (i + run_length == 8) *out++ = ':';
            i += run_length - 1;
            continue;
        }
        if (i != 0) *out++ = ':';
        out = write_hex_group(out, groups[i]);
    }
    if (!mapped) return out;
    *out++ = ':';
    return write_ipv4(out, p + 12);
}

}  // namespace detail

/// Room for an address as text: 39 bytes of IPv6, and a byte that may be written behind the text.
inline constexpr std::size_t ip_text_bytes_max = 40;
inline constexpr std::size_t mac_text_bytes = 17;

/// Writes the address at `out` (which has room for ip_text_bytes_max) and returns the end: dotted decimal, or RFC 5952.
constexpr char* write_text(char* out, const ip_address& address) noexcept {
    return address.is_ipv4() ? detail::write_ipv4(out, address.octets.data() + 12)
                             : detail::write_ipv6(out, address.octets.data());
}

/// Writes six pairs of lower-case hexadecimal digits with colons.
constexpr char* write_text(char* out, const mac_address& mac) noexcept {
    for (std::size_t i = 0; i < mac.octets.size(); ++i) {
        if (i != 0) *out++ = ':';
        *out++ = detail::lower_digits[mac.octets[i] >> 4];
        *out++ = detail::lower_digits[mac.octets[i] & 15];
    }
    return out;
}

template <class Address>
    requires requires(char* out, const Address& a) { write_text(out, a); }
[[nodiscard]] std::string to_string(const Address& address) {
    char text[ip_text_bytes_max];
    return {text, write_text(text, address)};
}

/// The address as text, as `to_string` gives it. Usable where <ostream> is included.
template <class Traits, class Address>
    requires requires(char* out, const Address& a) { write_text(out, a), a.octets; }
std::basic_ostream<char, Traits>& operator<<(std::basic_ostream<char, Traits>& out, const Address& address) {
    return out << to_string(address);
}

namespace detail {

/// Two words as one number, each of whose bits depends on all bits of the words (the finalizer of MurmurHash3,
/// https://github.com/aappleby/smhasher): low bits of neighbouring addresses would meet in a hash table otherwise.
[[nodiscard]] constexpr std::size_t mixed_words(std::uint64_t a, std::uint64_t b) noexcept {
    std::uint64_t mixed = a ^ (b * 0x9e37'79b9'7f4a'7c15ULL);
    mixed = (mixed ^ (mixed >> 33)) * 0xff51'afd7'ed55'8ccdULL;
    mixed = (mixed ^ (mixed >> 33)) * 0xc4ce'b9fe'1a85'ec53ULL;
    return narrowed<std::size_t>(mixed ^ (mixed >> 33));
}

}  // namespace detail

}  // namespace pcapframe

/// Addresses as keys of std::unordered_map and its kin. Not for keys that an attacker chooses: the hash has no seed.
template <>
struct std::hash<pcapframe::ip_address> {
    [[nodiscard]] std::size_t operator()(const pcapframe::ip_address& address) const noexcept {
        const std::uint8_t* const p = address.octets.data();
        return pcapframe::detail::mixed_words(pcapframe::load_be64(p), pcapframe::load_be64(p + 8) + address.version);
    }
};

template <>
struct std::hash<pcapframe::mac_address> {
    [[nodiscard]] std::size_t operator()(const pcapframe::mac_address& mac) const noexcept {
        const std::uint8_t* const p = mac.octets.data();
        return pcapframe::detail::mixed_words(pcapframe::load_be32(p), pcapframe::load_be16(p + 4));
    }
};
