// AX.25, the link layer of amateur radio: LINKTYPE_AX25, LINKTYPE_AX25_KISS, and AX.25 over Ethernet (BPQ).
//
// `check` guarantees the bytes that `next` reads. Source: AX.25 Link Access Protocol version 2.2 chapter 3, the KISS
// protocol (Chepponis and Karn), Linux' net/hamradio/bpqether.c.
#pragma once

#include <pcapframe/bytes/checked.hpp>
#include <pcapframe/bytes/load.hpp>
#include <pcapframe/wire/next_header.hpp>

namespace pcapframe::inline v0_2::wire {

/// Addresses of 7 bytes each up to one whose last bit says so, control, and a protocol identifier in frames that carry
/// information.
class ax25_view {
public:
    [[nodiscard]] static constexpr checked<ax25_view> check(bytes_view frame) noexcept {
        constexpr std::size_t address_bytes = 7, addresses_max = 10;
        std::size_t at = 0;
        for (std::size_t count = 1;; ++count) {
            at += address_bytes;
            if (frame.size() < at) return no_view;
            if ((frame[at - 1] & 1) != 0) break;
            if (count == addresses_max) return ax25_view({});
        }
        if (frame.size() <= at) return no_view;
        constexpr std::uint8_t poll = 0x10, unnumbered_information = 0x03, ip = 0xcc;
        const std::uint8_t control = frame[at];
        const bool has_information = (control & 1) == 0 || (control & ~unsigned{poll}) == unnumbered_information;
        if (!has_information) return ax25_view({at + 1});
        if (frame.size() < at + 2) return no_view;
        return ax25_view({at + 2, frame[at + 1] == ip ? layer::ip : layer::none});
    }
    [[nodiscard]] constexpr next_header next() const noexcept { return next_; }

private:
    constexpr explicit ax25_view(next_header next) noexcept : next_(next) {}
    next_header next_;
};

/// KISS: port and command in one byte; the command 0 is a frame.
class ax25_kiss_view {
public:
    [[nodiscard]] static constexpr checked<ax25_kiss_view> check(bytes_view frame) noexcept {
        return frame.empty() ? no_view : checked(ax25_kiss_view((frame[0] & 0x0f) == 0));
    }
    [[nodiscard]] constexpr next_header next() const noexcept {
        return {1, is_frame_ ? layer::ax25 : layer::none};
    }

private:
    constexpr explicit ax25_kiss_view(bool is_frame) noexcept : is_frame_(is_frame) {}
    bool is_frame_;
};

/// BPQ: the length of the frame in two bytes.
class bpq_view {
public:
    static constexpr std::size_t header_bytes = 2;

    [[nodiscard]] static constexpr checked<bpq_view> check(bytes_view frame) noexcept {
        return frame.size() < header_bytes ? no_view : checked(bpq_view{});
    }
    [[nodiscard]] constexpr next_header next() const noexcept { return {header_bytes, layer::ax25}; }
};

}  // namespace pcapframe::wire
