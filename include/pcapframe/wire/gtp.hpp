// The user plane of the GPRS Tunnelling Protocol. Source: 3GPP TS 29.281 section 5.
//
// `check` guarantees all bytes of the header, those of its extension headers included.
#pragma once

#include <optional>

#include <pcapframe/bytes/checked.hpp>
#include <pcapframe/bytes/load.hpp>
#include <pcapframe/wire/ethernet.hpp>
#include <pcapframe/wire/next_header.hpp>

namespace pcapframe::inline v0_2::wire {

/// A GTP-U header (3GPP TS 29.281, section 5).
class gtpu_view {
public:
    [[nodiscard]] static constexpr checked<gtpu_view> check(bytes_view message) noexcept {
        // Version 1 of GTP, not of its charging protocol, with the spare bit as it is sent.
        constexpr std::uint8_t first_bits = 0xf8, version_1 = 0x30;
        if (message.size() < fixed_bytes || (message[0] & first_bits) != version_1) return no_view;
        const std::size_t length = header_length(message);
        return message.size() < length ? no_view : checked(gtpu_view(message, length));
    }

    /// Bytes of the header with its extension headers.
    [[nodiscard]] constexpr std::size_t length() const noexcept { return length_; }
    [[nodiscard]] constexpr std::uint8_t message_type() const noexcept { return message_[1]; }
    /// The tunnel endpoint identifier.
    [[nodiscard]] constexpr std::optional<std::uint32_t> id() const noexcept { return load_be32(message_.data() + 4); }
    /// A packet of a user, whose kind the tunnel's set-up has fixed: IP by its version, else an Ethernet frame where
    /// its type can be believed, else PPP. Other messages carry no packet.
    [[nodiscard]] constexpr next_header next() const noexcept {
        constexpr std::uint8_t user_packet = 255;
        if (message_type() != user_packet || message_.size() == length_) return {length_};
        const bytes_view packet = message_.subspan(length_);
        const unsigned version = packet[0] >> 4;
        if (version == 4 || version == 6) return {length_, layer::ip};
        constexpr std::size_t enough_bytes = 17;
        if (packet.size() < enough_bytes) return {length_};
        return {length_, looks_like_ethernet(packet.data()) ? layer::ethernet : layer::ppp};
    }

private:
    constexpr gtpu_view(bytes_view message, std::size_t length) noexcept : message_(message), length_(length) {}

    static constexpr std::size_t fixed_bytes = 8;

    /// More than there are bytes where the header goes on beyond these.
    static constexpr std::size_t header_length(bytes_view message) noexcept {
        constexpr std::uint8_t has_more = 0x07, has_extension = 0x04;
        if ((message[0] & has_more) == 0) return fixed_bytes;
        std::size_t length = fixed_bytes + 4;
        if ((message[0] & has_extension) == 0) return length;
        // Each extension says in its first byte how many times four bytes it has, and in its last which one is next.
        while (length <= message.size() && message[length - 1] != 0) {
            if (length == message.size() || message[length] == 0) return message.size() + 1;
            length += std::size_t{message[length]} * 4;
        }
        return length;
    }

    bytes_view message_;
    std::size_t length_;
};

}  // namespace pcapframe::wire
