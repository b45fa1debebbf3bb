// Frames of ATM: LINKTYPE_SUNATM, and classical IP over ATM as Linux gives it (LINKTYPE_ATM_CLIP).
//
// `check` guarantees the bytes that `next` reads. Source: https://www.tcpdump.org/linktypes.html, RFC 2225, RFC 2684,
// the ATM Forum's LAN Emulation specification (af-lane-0021).
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include <pcapframe/bytes/checked.hpp>
#include <pcapframe/bytes/load.hpp>
#include <pcapframe/wire/next_header.hpp>

namespace pcapframe::inline v0_2::wire {

/// LINKTYPE_SUNATM: direction and kind of traffic, VPI, VCI; then LLC, or a LAN emulation header of two bytes and an
/// Ethernet frame. An emulated token ring looks the same and cannot be told.
class sunatm_view {
public:
    static constexpr std::size_t header_bytes = 4;

    [[nodiscard]] static constexpr checked<sunatm_view> check(bytes_view packet) noexcept {
        if (packet.size() < header_bytes) return no_view;
        sunatm_view view;
        const unsigned kind = packet[0] & 0x0fU;
        constexpr unsigned lan_emulation = 1, llc = 2;
        if (kind == llc) view.next_ = {header_bytes, layer::llc};
        if (kind != lan_emulation) return view;
        constexpr std::size_t emulated = header_bytes + 2;
        constexpr std::uint16_t control = 0xff00;
        if (packet.size() < emulated) return no_view;
        if (load_be16(packet.data() + header_bytes) != control) view.next_ = {emulated, layer::ethernet};
        return view;
    }
    [[nodiscard]] constexpr next_header next() const noexcept { return next_; }

private:
    next_header next_{header_bytes};
};

/// LINKTYPE_ATM_CLIP: an LLC header with SNAP, or no header at all in front of the IP packet.
class atm_clip_view {
public:
    [[nodiscard]] static constexpr checked<atm_clip_view> check(bytes_view packet) noexcept {
        constexpr std::array<std::uint8_t, 6> snap{0xaa, 0xaa, 0x03, 0, 0, 0};
        const auto there = static_cast<std::ptrdiff_t>(std::min(packet.size(), snap.size()));
        if (there == 0) return no_view;
        if (std::equal(packet.begin(), packet.begin() + there, snap.begin())) return atm_clip_view(layer::llc);
        return atm_clip_view(packet[0] >> 4 == 6 ? layer::ipv6 : layer::ipv4);
    }
    [[nodiscard]] constexpr next_header next() const noexcept { return {0, next_}; }

private:
    constexpr explicit atm_clip_view(layer next) noexcept : next_(next) {}
    layer next_;
};

}  // namespace pcapframe::wire
