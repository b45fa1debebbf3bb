// Frame relay: a Q.922 address of two to four bytes, then Cisco's ethertype or RFC 2427's control byte and NLPID.
//
// `check` guarantees the bytes that `next` reads. Source: ITU-T Q.922 annex A, RFC 2427, FRF.16.1.
#pragma once

#include <pcapframe/bytes/checked.hpp>
#include <pcapframe/bytes/load.hpp>
#include <pcapframe/wire/ethernet.hpp>
#include <pcapframe/wire/next_header.hpp>
#include <pcapframe/wire/osi.hpp>

namespace pcapframe::inline v0_2::wire {

/// A frame relay header.
class frame_relay_view {
public:
    [[nodiscard]] static constexpr checked<frame_relay_view> check(bytes_view frame) noexcept {
        std::size_t address = 2;
        while (address <= frame.size() && address < 4 && (frame[address - 1] & 1) == 0) ++address;
        if (frame.size() < address + 2) return no_view;
        frame_relay_view view;
        // An address that does not end: nothing says what the frame carries.
        if ((frame[address - 1] & 1) == 0) return view;
        const bytes_view rest = frame.subspan(address);
        view.next_ = after_address(rest);
        if (view.next_.bytes > rest.size()) return no_view;
        view.next_.bytes += address;
        return view;
    }

    [[nodiscard]] constexpr next_header next() const noexcept { return next_; }

private:
    static constexpr next_header after_address(bytes_view rest) noexcept {
        constexpr std::uint8_t unnumbered_information = 0x03;
        if (rest[0] != unnumbered_information) return {2, layer::none, load_be16(rest.data())};
        const std::size_t pad = rest[1] == 0 ? 1 : 0;
        const std::size_t after = 2 + pad;
        if (rest.size() < after) return {after};
        constexpr std::uint8_t snap_follows = 0x80;
        const std::uint8_t nlpid = rest[after - 1];
        return nlpid == snap_follows ? snap(rest, after) : next_header{after, layer_after_nlpid(nlpid)};
    }

    static constexpr next_header snap(bytes_view rest, std::size_t at) noexcept {
        const std::size_t after = at + 5;
        if (rest.size() < after) return {after};
        constexpr std::uint32_t ethertypes = 0, tunnels_of_bridges = 0x0000f8, bridged = 0x0080c2;
        const std::uint32_t organization = load_be32(rest.data() + at - 1) & 0xff'ffff;
        const std::uint16_t type = load_be16(rest.data() + at + 3);
        if (organization == ethertypes || organization == tunnels_of_bridges) return {after, layer::none, type};
        if (organization != bridged) return {after};
        const next_header next = after_bridged(type, 0);
        return {after + next.bytes, next.kind};
    }

    next_header next_{};
};

/// A frame of a bundle of links (FRF.16): two bytes of flags and sequence number, then the frame or its first fragment.
class mfr_view {
public:
    static constexpr std::size_t header_bytes = 2;

    [[nodiscard]] static constexpr checked<mfr_view> check(bytes_view frame) noexcept {
        return frame.size() < header_bytes ? no_view : checked(mfr_view(frame[0]));
    }
    [[nodiscard]] constexpr next_header next() const noexcept {
        constexpr std::uint8_t begins = 0x80, control = 0x20;
        const bool leads_on = (flags_ & (begins | control)) == begins;
        return {header_bytes, leads_on ? layer::frame_relay : layer::none};
    }

private:
    constexpr explicit mfr_view(std::uint8_t flags) noexcept : flags_(flags) {}
    std::uint8_t flags_;
};

}  // namespace pcapframe::wire
