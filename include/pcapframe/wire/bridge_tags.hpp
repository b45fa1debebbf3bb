// Tags that bridges put behind an Ethernet header and an ethertype of their own: VN-Tag, E-Tag, the I-Tag of provider
// backbones, HSR, the redundancy tag of 802.1CB, and TRILL.
//
// `check` guarantees the bytes that `next` reads.
// Source: IEEE 802.1BR clause 7.5 (E-Tag), IEEE 802.1Q clause 9.7 (I-Tag), IEC 62439-3 clause 5.7 (HSR), IEEE 802.1CB
// clause 7.8 (R-Tag), RFC 6325 section 3 (TRILL), Cisco's VN-Tag proposal to IEEE 802.1Qbh.
#pragma once

#include <pcapframe/bytes/checked.hpp>
#include <pcapframe/bytes/load.hpp>
#include <pcapframe/wire/next_header.hpp>

namespace pcapframe::inline v0_2::wire {

/// A tag of `TagBytes` bytes in front of an ethertype, or of the length of an LLC frame.
template <std::size_t TagBytes>
class bridge_tag_view {
public:
    static constexpr std::size_t header_bytes = TagBytes + 2;

    [[nodiscard]] static constexpr checked<bridge_tag_view> check(bytes_view tag) noexcept {
        return tag.size() < header_bytes ? no_view : checked(bridge_tag_view(load_be16(tag.data() + TagBytes)));
    }
    [[nodiscard]] constexpr std::uint16_t type() const noexcept { return type_; }
    [[nodiscard]] constexpr next_header next() const noexcept {
        if (type_ <= ethertype::longest_length) return {header_bytes, layer::llc};
        return {header_bytes, layer::none, type_};
    }

private:
    constexpr explicit bridge_tag_view(std::uint16_t type) noexcept : type_(type) {}
    std::uint16_t type_;
};

/// Direction, pointer, destination and source of virtual interfaces.
using vn_tag_view = bridge_tag_view<4>;
/// Priority, ingress E-CID, group, E-CID.
using e_tag_view = bridge_tag_view<6>;
/// Path and size, sequence number.
using hsr_view = bridge_tag_view<4>;
/// Two reserved bytes, sequence number.
using redundancy_tag_view = bridge_tag_view<4>;

/// The I-Tag of IEEE 802.1ah: priority and service identifier, then the customer's whole Ethernet frame.
class backbone_service_tag_view {
public:
    static constexpr std::size_t header_bytes = 4;

    [[nodiscard]] static constexpr checked<backbone_service_tag_view> check(bytes_view tag) noexcept {
        return tag.size() < header_bytes ? no_view : checked(backbone_service_tag_view(load_be32(tag.data())));
    }
    /// The I-SID: 24 bits.
    [[nodiscard]] constexpr std::uint32_t service() const noexcept { return word_ & 0xff'ffff; }
    [[nodiscard]] constexpr next_header next() const noexcept { return {header_bytes, layer::ethernet}; }

private:
    constexpr explicit backbone_service_tag_view(std::uint32_t word) noexcept : word_(word) {}
    std::uint32_t word_;
};

/// TRILL: version, length of the options in units of four bytes, hop count; egress and ingress nickname; options; then
/// a whole Ethernet frame.
class trill_view {
public:
    [[nodiscard]] static constexpr checked<trill_view> check(bytes_view header) noexcept {
        constexpr std::size_t fixed = 6;
        if (header.size() < fixed) return no_view;
        const std::size_t length = fixed + (load_be16(header.data()) >> 6 & 0x1fU) * std::size_t{4};
        return header.size() < length ? no_view : checked(trill_view(length));
    }
    [[nodiscard]] constexpr next_header next() const noexcept { return {length_, layer::ethernet}; }

private:
    constexpr explicit trill_view(std::size_t length) noexcept : length_(length) {}
    std::size_t length_;
};

}  // namespace pcapframe::wire
