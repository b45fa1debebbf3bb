// Ethernet II and IEEE 802.3 frames, and what follows such a header before the network header: VLAN tags and LLC/SNAP.
//
// `check` guarantees the bytes of the fixed header; nothing here vouches for what the ethertype promises.
// Source: IEEE 802.3 clause 3, IEEE 802.1Q clause 9, IEEE 802.2, RFC 1042.
#pragma once

#include <pcapframe/bytes/address.hpp>
#include <pcapframe/bytes/checked.hpp>
#include <pcapframe/bytes/load.hpp>
#include <pcapframe/registry/ethertypes.hpp>
#include <pcapframe/wire/next_header.hpp>

namespace pcapframe::inline v0_2::wire {

/// The 14 bytes in front of an Ethernet frame.
class ethernet_view {
public:
    static constexpr std::size_t header_bytes = 14;

    [[nodiscard]] static constexpr checked<ethernet_view> check(bytes_view frame) noexcept {
        return frame.size() < header_bytes ? no_view : checked(ethernet_view(frame.data()));
    }
    /// A view without a check: the caller has made sure of `header_bytes`.
    [[nodiscard]] static constexpr ethernet_view of(const std::uint8_t* p) noexcept { return ethernet_view(p); }

    [[nodiscard]] constexpr mac_address destination() const noexcept { return mac_address::from(p_); }
    [[nodiscard]] constexpr mac_address source() const noexcept { return mac_address::from(p_ + 6); }
    /// The ethertype, or the length of an 802.3 frame where the number is below ethertype::smallest.
    [[nodiscard]] constexpr std::uint16_t type() const noexcept { return load_be16(p_ + 12); }

private:
    constexpr explicit ethernet_view(const std::uint8_t* p) noexcept : p_(p) {}
    const std::uint8_t* p_;
};

/// The 4 bytes of a VLAN tag after its own ethertype: tag control information, then the next ethertype.
class vlan_view {
public:
    static constexpr std::size_t header_bytes = 4;

    [[nodiscard]] static constexpr checked<vlan_view> check(bytes_view tag) noexcept {
        return tag.size() < header_bytes ? no_view : checked(vlan_view(tag.data()));
    }
    [[nodiscard]] static constexpr vlan_view of(const std::uint8_t* p) noexcept { return vlan_view(p); }

    [[nodiscard]] constexpr std::uint8_t priority() const noexcept { return static_cast<std::uint8_t>(p_[0] >> 5); }
    [[nodiscard]] constexpr bool drop_eligible() const noexcept { return (p_[0] & 0x10) != 0; }
    /// VLAN identifier, 0 to 4095.
    [[nodiscard]] constexpr std::uint16_t id() const noexcept { return load_be16(p_) & 0x0fff; }
    [[nodiscard]] constexpr std::uint16_t type() const noexcept { return load_be16(p_ + 2); }

private:
    constexpr explicit vlan_view(const std::uint8_t* p) noexcept : p_(p) {}
    const std::uint8_t* p_;
};

/// Whether an Ethernet header of 14 bytes seems to stand here: its type is one that is known, or it is the length of an
/// LLC frame with SNAP. Reads as many bytes as `ethernet_guess_bytes` says.
[[nodiscard]] constexpr bool looks_like_ethernet(const std::uint8_t* frame) noexcept {
    const std::uint16_t type = load_be16(frame + 12);
    if (type >= ethertype::smallest) return is_known_ethertype(type);
    return (load_be32(frame + 13) & 0xff'ffff) == 0xaaaa03;
}
/// How many bytes of `packet` a guess looks at where the Ethernet header would stand `at` bytes in: behind a length
/// three more, those of LLC.
[[nodiscard]] constexpr std::size_t ethernet_guess_bytes(bytes_view packet, std::size_t at) noexcept {
    const std::size_t to_type = at + ethernet_view::header_bytes;
    if (packet.size() < to_type) return to_type;
    return load_be16(packet.data() + to_type - 2) < ethertype::smallest ? to_type + 3 : to_type;
}

/// What follows a SNAP header of the organization 0x0080c2, behind `padding` bytes: two on ATM and LANs, none on frame
/// relay; one more in front of token ring and FDDI, which stands for the access control of token ring. Source: RFC 2427
/// section 4.2, RFC 2684 section 5.2.
[[nodiscard]] constexpr next_header after_bridged(std::uint16_t frame_kind, std::size_t padding) noexcept {
    switch (frame_kind) {
        case 0x0001:
        case 0x0007: return {padding, layer::ethernet};
        case 0x0003:
        case 0x0009: return {padding, layer::token_ring};
        case 0x0004:
        case 0x000a: return {padding + 1, layer::fddi};
        default: return {};
    }
}

/// IEEE 802.2 LLC: three bytes of DSAP, SSAP and control (unnumbered), then 5 bytes of SNAP if both SAPs are 0xaa.
class llc_view {
public:
    static constexpr std::size_t header_bytes = 3;
    static constexpr std::size_t snap_bytes = 8;
    static constexpr std::uint8_t snap_sap = 0xaa;
    static constexpr std::uint8_t ip_sap = 0x06;
    static constexpr std::uint8_t spanning_tree_sap = 0x42;
    static constexpr std::uint8_t osi_sap = 0xfe;

    [[nodiscard]] static constexpr checked<llc_view> check(bytes_view llc) noexcept {
        return llc.size() < header_bytes ? no_view : checked(llc_view(llc));
    }

    [[nodiscard]] constexpr std::uint8_t dsap() const noexcept { return llc_[0]; }
    [[nodiscard]] constexpr std::uint8_t ssap() const noexcept { return llc_[1]; }
    [[nodiscard]] constexpr std::uint8_t control() const noexcept { return llc_[2]; }
    [[nodiscard]] constexpr bool is_snap() const noexcept { return dsap() == snap_sap && ssap() == snap_sap; }
    /// Whether the SNAP header is there and carries an ethertype (organization code 0, RFC 1042, or 0x0000f8, IEEE
    /// 802.1H).
    [[nodiscard]] constexpr bool has_ethertype() const noexcept {
        return is_snap() && llc_.size() >= snap_bytes && llc_[3] == 0 && llc_[4] == 0 &&
               (llc_[5] == 0 || llc_[5] == 0xf8);
    }
    /// A bridged frame of another kind follows (organization 0x0080c2): `type` says which.
    [[nodiscard]] constexpr bool is_bridged() const noexcept {
        constexpr std::uint32_t organization = 0x0080c2;
        return is_snap() && llc_.size() >= snap_bytes && (load_be32(llc_.data() + 2) & 0xff'ffff) == organization;
    }
    /// Only where `has_ethertype` or `is_bridged`.
    [[nodiscard]] constexpr std::uint16_t type() const noexcept { return load_be16(llc_.data() + 6); }

private:
    constexpr explicit llc_view(bytes_view llc) noexcept : llc_(llc) {}
    bytes_view llc_;
};

}  // namespace pcapframe::wire
