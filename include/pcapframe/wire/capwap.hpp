// Data of the Control And Provisioning of Wireless Access Points protocol. Source: RFC 5415 section 4.3.
//
// `check` guarantees all bytes of the header. Data that are encrypted (DTLS) have another preamble.
#pragma once

#include <optional>

#include <pcapframe/bytes/checked.hpp>
#include <pcapframe/bytes/load.hpp>
#include <pcapframe/wire/next_header.hpp>

namespace pcapframe::inline v0_2::wire {

/// The header of data in CAPWAP (RFC 5415, section 4.3).
class capwap_view {
public:
    [[nodiscard]] static constexpr checked<capwap_view> check(bytes_view message) noexcept {
        if (message.size() < fixed_bytes || message[0] != 0) return no_view;
        const capwap_view view(message.data());
        return view.length() < fixed_bytes || message.size() < view.length() ? no_view : checked(view);
    }
    [[nodiscard]] constexpr std::size_t length() const noexcept { return (p_[1] >> 3) * std::size_t{4}; }
    /// An Ethernet frame or one of the radio; nothing in messages that keep the channel alive and in later fragments.
    [[nodiscard]] constexpr next_header next() const noexcept {
        constexpr std::uint8_t is_native = 0x01, keeps_alive = 0x08, is_fragment = 0x80;
        const bool is_later = (p_[3] & is_fragment) != 0 && (load_be16(p_ + 6) >> 3) != 0;
        if ((p_[3] & keeps_alive) != 0 || is_later) return {length()};
        if ((p_[2] & is_native) == 0) return {length(), layer::ethernet};
        return {length(), binding() == radio_80211 ? layer::ieee802_11 : layer::none};
    }

private:
    constexpr explicit capwap_view(const std::uint8_t* p) noexcept : p_(p) {}

    static constexpr std::size_t fixed_bytes = 8;
    static constexpr unsigned radio_80211 = 1;
    [[nodiscard]] constexpr unsigned binding() const noexcept { return (p_[2] >> 1) & 0x1fU; }
    const std::uint8_t* p_;
};

}  // namespace pcapframe::wire
