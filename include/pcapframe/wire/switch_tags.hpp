// Tags that switches put into Ethernet frames: DSA, EDSA and Broadcom tags (whole link types of their own), Cisco
// MetaData and FabricPath, Arista timestamps, MACsec and NSH (behind an ethertype).
//
// `check` guarantees the bytes that `next` reads.
// Source: https://www.tcpdump.org/linktypes.html (281, 282, 284, 285), IEEE 802.1AE clause 9 (MACsec), RFC 8300 (NSH),
// the vendors' documents for the rest.
#pragma once

#include <pcapframe/wire/ethernet.hpp>
#include <pcapframe/wire/next_header.hpp>

namespace pcapframe::inline v0_2::wire {

/// An Ethernet header with a tag of a switch behind its addresses: the ethertype stands `TypeAt` bytes in.
template <std::size_t TypeAt>
class tagged_ethernet_view {
public:
    static constexpr std::size_t header_bytes = TypeAt + 2;

    [[nodiscard]] static constexpr checked<tagged_ethernet_view> check(bytes_view frame) noexcept {
        return frame.size() < header_bytes ? no_view : checked(tagged_ethernet_view(frame.data()));
    }
    [[nodiscard]] constexpr mac_address destination() const noexcept { return mac_address::from(p_); }
    [[nodiscard]] constexpr mac_address source() const noexcept { return mac_address::from(p_ + 6); }
    [[nodiscard]] constexpr std::uint16_t type() const noexcept { return load_be16(p_ + TypeAt); }
    [[nodiscard]] constexpr next_header next() const noexcept { return {header_bytes, layer::none, type()}; }

private:
    constexpr explicit tagged_ethernet_view(const std::uint8_t* p) noexcept : p_(p) {}
    const std::uint8_t* p_;
};

/// LINKTYPE_ETHERNET_BRCM_TAG and LINKTYPE_DSA_TAG_DSA: four bytes of tag in front of the ethertype.
using brcm_tag_view = tagged_ethernet_view<16>;
using dsa_view = tagged_ethernet_view<16>;
/// LINKTYPE_DSA_TAG_EDSA: an ethertype that announces the tag, two reserved bytes and the tag in front of the
/// ethertype.
using edsa_view = tagged_ethernet_view<20>;

/// LINKTYPE_ETHERNET_BRCM_TAG_PREPEND: four bytes of tag in front of a whole Ethernet frame.
class brcm_tag_prepend_view {
public:
    [[nodiscard]] static constexpr checked<brcm_tag_prepend_view> check(bytes_view frame) noexcept {
        return frame.size() < 4 ? no_view : checked(brcm_tag_prepend_view{});
    }
    [[nodiscard]] constexpr next_header next() const noexcept { return {4, layer::ethernet}; }
};

/// Cisco MetaData: version, length of the options in units of four bytes, options, ethertype.
class cisco_metadata_view {
public:
    [[nodiscard]] static constexpr checked<cisco_metadata_view> check(bytes_view header) noexcept {
        if (header.size() < 2) return no_view;
        const std::size_t length = 2 + std::size_t{header[1] == 0 ? std::uint8_t{1} : header[1]} * 4;
        if (header.size() < length + 2) return no_view;
        return cisco_metadata_view(length + 2, load_be16(header.data() + length));
    }
    [[nodiscard]] constexpr next_header next() const noexcept { return {length_, layer::none, type_}; }

private:
    constexpr cisco_metadata_view(std::size_t length, std::uint16_t type) noexcept : length_(length), type_(type) {}
    std::size_t length_;
    std::uint16_t type_;
};

/// Cisco FabricPath, behind FabricPath's ethertype: two bytes of tag and hop count, then a whole Ethernet frame.
class fabricpath_view {
public:
    [[nodiscard]] static constexpr checked<fabricpath_view> check(bytes_view header) noexcept {
        return header.size() < 2 ? no_view : checked(fabricpath_view{});
    }
    [[nodiscard]] constexpr next_header next() const noexcept { return {2, layer::ethernet}; }
};

/// Arista's timestamp header: subtype, version, then 6 or 8 bytes of time, then an ethertype.
class arista_timestamp_view {
public:
    [[nodiscard]] static constexpr checked<arista_timestamp_view> check(bytes_view header) noexcept {
        if (header.size() < 4) return no_view;
        constexpr std::uint16_t timestamp = 1;
        const bool known = load_be16(header.data()) == timestamp;
        const std::size_t time_bytes = (header[3] & 0xf0) == 0x10 ? 8 : 6;
        const std::size_t length = 4 + time_bytes + 2;
        if (!known) return arista_timestamp_view(4, 0);
        if (header.size() < length) return no_view;
        return arista_timestamp_view(length, load_be16(header.data() + length - 2));
    }
    [[nodiscard]] constexpr next_header next() const noexcept { return {length_, layer::none, type_}; }

private:
    constexpr arista_timestamp_view(std::size_t length, std::uint16_t type) noexcept : length_(length), type_(type) {}
    std::size_t length_;
    std::uint16_t type_;
};

/// MACsec: leads on only where the frame is authenticated but not encrypted.
class macsec_view {
public:
    [[nodiscard]] static constexpr checked<macsec_view> check(bytes_view header) noexcept {
        if (header.size() < 6) return no_view;
        const bool has_channel = (header[0] & 0x20) != 0;
        const bool encrypted = (header[0] & 0x0c) != 0;
        const std::size_t length = has_channel ? 14 : 6;
        if (encrypted) return macsec_view(length, 0);
        if (header.size() < length + 2) return no_view;
        return macsec_view(length + 2, load_be16(header.data() + length));
    }
    [[nodiscard]] constexpr next_header next() const noexcept { return {length_, layer::none, type_}; }

private:
    constexpr macsec_view(std::size_t length, std::uint16_t type) noexcept : length_(length), type_(type) {}
    std::size_t length_;
    std::uint16_t type_;
};

/// Network Service Header.
class nsh_view {
public:
    [[nodiscard]] static constexpr checked<nsh_view> check(bytes_view header) noexcept {
        if (header.size() < 8) return no_view;
        const std::size_t length = (header[1] & 0x3fU) * std::size_t{4};
        return length < 8 || header.size() < length ? no_view : checked(nsh_view(length, header[3]));
    }
    [[nodiscard]] constexpr next_header next() const noexcept {
        switch (protocol_) {
            case 1: return {length_, layer::ipv4};
            case 2: return {length_, layer::ipv6};
            case 3: return {length_, layer::ethernet};
            case 4: return {length_, layer::nsh};
            case 5: return {length_, layer::mpls};
            default: return {length_};
        }
    }

private:
    constexpr nsh_view(std::size_t length, std::uint8_t protocol) noexcept : length_(length), protocol_(protocol) {}
    std::size_t length_;
    std::uint8_t protocol_;
};

}  // namespace pcapframe::wire
