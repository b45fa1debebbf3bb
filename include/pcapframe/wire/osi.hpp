// The network layer protocol identifier (NLPID) that frames of ISO protocols begin with, and IP behind one.
//
// `check` guarantees the bytes that `next` reads. Source: ISO/IEC TR 9577, RFC 2427 section 4, RFC 2684 section 5.
#pragma once

#include <pcapframe/bytes/checked.hpp>
#include <pcapframe/bytes/load.hpp>
#include <pcapframe/wire/next_header.hpp>

namespace pcapframe::inline v0_2::wire {

/// What an NLPID names; `none` where it is a protocol of ISO's own.
[[nodiscard]] constexpr layer layer_after_nlpid(std::uint8_t nlpid) noexcept {
    switch (nlpid) {
        case 0xcc: return layer::ipv4;
        case 0x8e: return layer::ipv6;
        case 0xcf: return layer::ppp;
        default: return layer::none;
    }
}

/// An NLPID, with or without the control byte of an unnumbered information frame in front.
class osi_view {
public:
    [[nodiscard]] static constexpr checked<osi_view> check(bytes_view packet) noexcept {
        constexpr std::uint8_t unnumbered_information = 0x03;
        const std::size_t control = !packet.empty() && packet[0] == unnumbered_information ? 1 : 0;
        if (packet.size() < control + 1) return no_view;
        return osi_view(control + 1, layer_after_nlpid(packet[control]));
    }
    [[nodiscard]] constexpr next_header next() const noexcept { return next_; }

private:
    constexpr osi_view(std::size_t bytes, layer kind) noexcept : next_{bytes, kind} {}
    next_header next_;
};

}  // namespace pcapframe::wire
