// What carries whole Ethernet or 802.11 frames directly over Ethernet: Cisco's ISL, B.A.T.M.A.N. and LWAPP.
//
// `check` guarantees the bytes that `next` reads.
// Source: Cisco's "Inter-Switch Link and IEEE 802.1Q Frame Format", Linux' uapi header batadv_packet.h and the formats
// of the versions before it, RFC 5412 section 3.
#pragma once

#include <pcapframe/bytes/checked.hpp>
#include <pcapframe/bytes/load.hpp>
#include <pcapframe/wire/ethernet.hpp>
#include <pcapframe/wire/next_header.hpp>

namespace pcapframe::inline v0_2::wire {

/// ISL: a header of 26 bytes that looks like an 802.3 frame with SNAP to one group of addresses, then the frame.
class isl_view {
public:
    static constexpr std::size_t header_bytes = 26;

    [[nodiscard]] static constexpr checked<isl_view> check(bytes_view frame) noexcept {
        return frame.size() < header_bytes ? no_view : checked(isl_view(frame.data()));
    }
    /// Whether a frame with an Ethernet header (14 bytes) is one of ISL.
    [[nodiscard]] static constexpr bool is_isl(const std::uint8_t* frame) noexcept {
        return is_to_group(frame) && load_be16(frame + 12) <= ethertype::longest_length;
    }
    /// Whether a frame begins with the group's address, the first five bytes of it.
    [[nodiscard]] static constexpr bool is_to_group(const std::uint8_t* frame) noexcept {
        const std::uint32_t first = load_be32(frame);
        return (first == 0x01000c00 || first == 0x0c000c00) && frame[4] == 0;
    }
    [[nodiscard]] constexpr std::uint16_t vlan_id() const noexcept { return load_be16(p_ + 20) >> 1 & 0x7fff; }
    [[nodiscard]] constexpr next_header next() const noexcept {
        constexpr unsigned ethernet = 0, token_ring = 1;
        constexpr std::size_t ring_bytes = 5;  // its own numbers of VLANs
        switch (p_[5] >> 4) {
            case ethernet: return {header_bytes, layer::ethernet};
            case token_ring: return {header_bytes + ring_bytes, layer::token_ring};
            default: return {header_bytes};
        }
    }

private:
    constexpr explicit isl_view(const std::uint8_t* p) noexcept : p_(p) {}
    const std::uint8_t* p_;
};

/// B.A.T.M.A.N. advanced: packet type and version, and what the two make of the rest.
class batman_view {
public:
    [[nodiscard]] static constexpr checked<batman_view> check(bytes_view packet) noexcept {
        if (packet.size() < 2) return no_view;
        const std::size_t bytes = header_length(packet[0], packet[1]);
        return packet.size() < bytes ? no_view : checked(batman_view(bytes));
    }
    [[nodiscard]] constexpr next_header next() const noexcept {
        return {bytes_, bytes_ == 0 ? layer::none : layer::ethernet};
    }

private:
    constexpr explicit batman_view(std::size_t bytes) noexcept : bytes_(bytes) {}

    /// Of packets that carry a whole frame; 0 for others and for versions that nobody describes.
    static constexpr std::size_t header_length(std::uint8_t type, std::uint8_t version) noexcept {
        if (version == 15) {
            switch (type) {
                case 0x01: return 14;  // to all
                case 0x40: return 10;  // to one
                case 0x42: return 18;  // to one, with the sender
                default: return 0;
            }
        }
        if (version < 6 || version > 15) return 0;
        const bool latest = version == 14;
        switch (type) {
            case 0x03: return latest ? 10 : 9;
            case 0x04: return latest ? 14 : version >= 10 ? 13 : 10;
            case 0x09: return latest ? 18 : 0;
            default: return 0;
        }
    }

    std::size_t bytes_;
};

/// LWAPP: flags and version, fragment, length, signal; an 802.11 frame unless the flags say that it is a control
/// message.
class lwapp_view {
public:
    static constexpr std::size_t header_bytes = 6;

    [[nodiscard]] static constexpr checked<lwapp_view> check(bytes_view packet) noexcept {
        return packet.size() < header_bytes ? no_view : checked(lwapp_view(packet[0]));
    }
    [[nodiscard]] constexpr next_header next() const noexcept {
        constexpr std::uint8_t control = 0x04;
        return {header_bytes, (flags_ & control) != 0 ? layer::none : layer::ieee802_11};
    }

private:
    constexpr explicit lwapp_view(std::uint8_t flags) noexcept : flags_(flags) {}
    std::uint8_t flags_;
};

}  // namespace pcapframe::wire
