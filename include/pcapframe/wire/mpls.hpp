// One label of an MPLS label stack. Source: RFC 3032 section 2.1.
//
// `check` guarantees the label's 4 bytes. The label stack does not say which protocol it carries: the bytes below the
// last label do, as far as they can be told. Source for pseudowires: RFC 4385 (control word, associated channel),
// RFC 4448 (Ethernet).
#pragma once

#include <pcapframe/bytes/checked.hpp>
#include <pcapframe/bytes/load.hpp>
#include <pcapframe/wire/ethernet.hpp>
#include <pcapframe/wire/next_header.hpp>

namespace pcapframe::inline v0_2::wire {

/// One label of a stack (RFC 3032, section 2.1).
class mpls_view {
public:
    static constexpr std::size_t header_bytes = 4;

    [[nodiscard]] static constexpr checked<mpls_view> check(bytes_view stack) noexcept {
        if (stack.size() < header_bytes) return no_view;
        return mpls_view(stack.data());
    }

    [[nodiscard]] constexpr std::uint32_t label() const noexcept { return load_be32(p_) >> 12; }
    [[nodiscard]] constexpr bool is_bottom() const noexcept { return (p_[2] & 1) != 0; }
    [[nodiscard]] constexpr std::uint8_t ttl() const noexcept { return p_[3]; }
private:
    constexpr explicit mpls_view(const std::uint8_t* p) noexcept : p_(p) {}
    const std::uint8_t* p_;
};

/// What stands below the last label, by its first four bits: IP, the channel of a pseudowire, or an Ethernet frame with
/// or without a control word in front, where its type can be believed.
class mpls_payload_view {
public:
    [[nodiscard]] static constexpr checked<mpls_payload_view> check(bytes_view payload) noexcept {
        if (payload.empty()) return no_view;
        constexpr std::size_t word_bytes = 4;
        const unsigned version = payload[0] >> 4;
        if (version == 4) return mpls_payload_view({0, layer::ipv4});
        if (version == 6) return mpls_payload_view({0, layer::ipv6});
        if (version > 1) return mpls_payload_view({});
        if (payload.size() < word_bytes) return no_view;
        if (version == 1) return mpls_payload_view({word_bytes, in_channel(load_be16(payload.data() + 2))});
        // Of a frame that is cut before both headers could be looked at nothing is believed: it would be taken for
        // something else than the whole frame.
        if (payload.size() < guess_bytes(payload)) return no_view;
        // Behind the tag of a VLAN the next type stands where that of a frame behind a control word does.
        const bool is_tagged = ethertype::is_vlan(load_be16(payload.data() + 12));
        if (!is_tagged && looks_like_ethernet(payload.data() + word_bytes))
            return mpls_payload_view({word_bytes, layer::ethernet});
        return mpls_payload_view({0, looks_like_ethernet(payload.data()) ? layer::ethernet : layer::none});
    }
    [[nodiscard]] constexpr next_header next() const noexcept { return next_; }

private:
    constexpr explicit mpls_payload_view(next_header next) noexcept : next_(next) {}

    static constexpr std::size_t guess_bytes(bytes_view payload) noexcept { return ethernet_guess_bytes(payload, 4); }

    static constexpr layer in_channel(std::uint16_t type) noexcept {
        return type == 0x0021 ? layer::ip : type == 0x0057 ? layer::ipv6 : layer::none;
    }

    next_header next_;
};

}  // namespace pcapframe::wire
