// Virtual networks over UDP: VXLAN, VXLAN-GPE and Geneve. Source: RFC 7348 section 5, draft-ietf-nvo3-vxlan-gpe-13,
// RFC 8926 section 3.4.
//
// `check` guarantees all bytes of the header, those of options included, and the bits that tell the header from other
// datagrams on the same port.
#pragma once

#include <optional>

#include <pcapframe/bytes/checked.hpp>
#include <pcapframe/bytes/load.hpp>
#include <pcapframe/wire/next_header.hpp>

namespace pcapframe::inline v0_2::wire {

/// VXLAN: the bit that says that there is an identifier must be set; all other bits are ignored, as the RFC wants it
/// (the group policy extension uses some of them).
class vxlan_view {
public:
    static constexpr std::size_t header_bytes = 8;

    [[nodiscard]] static constexpr checked<vxlan_view> check(bytes_view header) noexcept {
        constexpr std::uint8_t has_identifier = 0x08;
        if (header.size() < header_bytes || (header[0] & has_identifier) == 0) return no_view;
        return vxlan_view(load_be32(header.data() + 4) >> 8);
    }
    /// The VXLAN network identifier, 24 bits.
    [[nodiscard]] constexpr std::optional<std::uint32_t> id() const noexcept { return identifier_; }
    [[nodiscard]] constexpr next_header next() const noexcept { return {header_bytes, layer::ethernet}; }

private:
    constexpr explicit vxlan_view(std::uint32_t identifier) noexcept : identifier_(identifier) {}
    std::uint32_t identifier_;
};

/// VXLAN with a Generic Protocol Extension: the header may say what follows.
class vxlan_gpe_view {
public:
    static constexpr std::size_t header_bytes = 8;

    [[nodiscard]] static constexpr checked<vxlan_gpe_view> check(bytes_view header) noexcept {
        constexpr std::uint8_t has_identifier = 0x08, version_bits = 0x30;
        if (header.size() < header_bytes || (header[0] & (has_identifier | version_bits)) != has_identifier)
            return no_view;
        return vxlan_gpe_view(header.data());
    }
    /// The network identifier, 24 bits.
    [[nodiscard]] constexpr std::optional<std::uint32_t> id() const noexcept { return load_be32(p_ + 4) >> 8; }
    [[nodiscard]] constexpr next_header next() const noexcept {
        constexpr std::uint8_t has_protocol = 0x04, is_management = 0x01;
        if ((p_[0] & is_management) != 0) return {header_bytes};
        if ((p_[0] & has_protocol) == 0) return {header_bytes, layer::ethernet};
        switch (p_[3]) {
            case 1: return {header_bytes, layer::ipv4};
            case 2: return {header_bytes, layer::ipv6};
            case 3: return {header_bytes, layer::ethernet};
            case 4: return {header_bytes, layer::nsh};
            case 5: return {header_bytes, layer::mpls};
            default: return {header_bytes};
        }
    }

private:
    constexpr explicit vxlan_gpe_view(const std::uint8_t* p) noexcept : p_(p) {}
    const std::uint8_t* p_;
};

/// A Geneve header (RFC 8926, section 3.4).
class geneve_view {
public:
    [[nodiscard]] static constexpr checked<geneve_view> check(bytes_view header) noexcept {
        if (header.size() < fixed_bytes || (header[0] >> 6) != 0) return no_view;
        const geneve_view view(header.data());
        return header.size() < view.length() ? no_view : checked(view);
    }
    /// Bytes of the header with its options.
    [[nodiscard]] constexpr std::size_t length() const noexcept { return fixed_bytes + (p_[0] & 0x3fU) * 4; }
    /// The virtual network identifier, 24 bits.
    [[nodiscard]] constexpr std::optional<std::uint32_t> id() const noexcept { return load_be32(p_ + 4) >> 8; }
    [[nodiscard]] constexpr next_header next() const noexcept { return {length(), layer::none, load_be16(p_ + 2)}; }

private:
    constexpr explicit geneve_view(const std::uint8_t* p) noexcept : p_(p) {}

    static constexpr std::size_t fixed_bytes = 8;
    const std::uint8_t* p_;
};

}  // namespace pcapframe::wire
