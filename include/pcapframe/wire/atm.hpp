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
#include <pcapframe/wire/ethernet.hpp>
#include <pcapframe/wire/next_header.hpp>

namespace pcapframe::inline v0_2::wire {

/// What a frame of AAL5 begins with, where nothing says so: LLC, IP, or a LAN emulation header of two bytes and an
/// Ethernet frame whose type can be believed.
[[nodiscard]] constexpr next_header after_aal5(bytes_view frame) noexcept {
    constexpr std::size_t emulation_bytes = 2;
    if (frame.size() < 3) return {3};
    const std::uint32_t first = std::uint32_t{load_be16(frame.data())} << 8 | frame[2];
    if (first == 0xaaaa03 || first == 0xfefe03) return {0, layer::llc};
    if (frame[0] >= 0x45 && frame[0] <= 0x4f) return {0, layer::ipv4};
    if (frame[0] >> 4 == 6) return {0, layer::ipv6};
    const std::size_t looked_at = ethernet_guess_bytes(frame, emulation_bytes);
    if (frame.size() < looked_at) return {looked_at};
    return {emulation_bytes, looks_like_ethernet(frame.data() + emulation_bytes) ? layer::ethernet : layer::none};
}

/// The header of an ATM cell in four bytes, `at` bytes into a packet, and the AAL5 frame behind it. Nothing is known of
/// the channels of signalling and management.
[[nodiscard]] constexpr next_header after_atm_header(bytes_view packet, std::size_t at) noexcept {
    constexpr std::size_t header_bytes = 4;
    constexpr std::uint32_t signalling = 5, management = 16;
    if (packet.size() < at + header_bytes) return {at + header_bytes};
    const std::uint32_t word = load_be32(packet.data() + at);
    const std::uint32_t path = word >> 20 & 0xff, channel = word >> 4 & 0xffff;
    if (path == 0 && (channel == signalling || channel == management)) return {at + header_bytes};
    next_header next = after_aal5(packet.subspan(at + header_bytes));
    next.bytes += at + header_bytes;
    return next;
}

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
        constexpr unsigned raw = 0, multicast_resolution = 3;
        if (kind == raw || kind == multicast_resolution) {
            view.next_ = after_aal5(packet.subspan(header_bytes));
            view.next_.bytes += header_bytes;
            return view.next_.bytes > packet.size() ? no_view : checked(view);
        }
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
