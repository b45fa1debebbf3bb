// IEEE 802.11 frames, and the radiotap and PPI headers that captures put in front of the frames.
//
// `check` guarantees the bytes that the accessors read: of a data frame the whole header, of other frames the first two
// bytes. Only unencrypted data frames lead on: to LLC, to the first frame of several, or to what drivers put in LLC's
// place, as Wireshark tells it.
// Source: IEEE 802.11 clause 9.2 and 9.3.2, https://www.radiotap.org, the PPI specification of CACE Technologies.
#pragma once

#include <algorithm>

#include <pcapframe/registry/link_types.hpp>
#include <pcapframe/wire/ethernet.hpp>
#include <pcapframe/wire/next_header.hpp>

namespace pcapframe::inline v0_2::wire {

/// A frame of IEEE 802.11 up to what its data begin with.
class ieee802_11_view {
public:
    [[nodiscard]] static constexpr checked<ieee802_11_view> check(bytes_view frame) noexcept {
        return check(frame, false);
    }
    /// A frame whose header is padded to a multiple of four bytes, or not.
    [[nodiscard]] static constexpr checked<ieee802_11_view> check(bytes_view frame, bool is_padded) noexcept {
        if (frame.size() < 2) return no_view;
        ieee802_11_view view(frame.data());
        if (!view.has_addresses()) return view;
        if (frame.size() < view.header_length()) return no_view;
        if (!view.carries_data()) return view;
        std::size_t bytes = view.header_length();
        if (is_padded) bytes = (bytes + 3) & ~std::size_t{3};
        view.next_ = view.after_header(frame, bytes);
        return view;
    }

    [[nodiscard]] constexpr bool is_data() const noexcept { return (p_[0] & 0x0f) == 0x08; }
    [[nodiscard]] constexpr bool is_management() const noexcept { return (p_[0] & 0x0f) == 0x00; }
    /// Control frames may have no source, and other protocol versions anything.
    [[nodiscard]] constexpr bool has_addresses() const noexcept { return is_data() || is_management(); }
    [[nodiscard]] constexpr bool is_protected() const noexcept { return (p_[1] & 0x40) != 0; }
    [[nodiscard]] constexpr bool to_ds() const noexcept { return (p_[1] & 1) != 0; }
    [[nodiscard]] constexpr bool from_ds() const noexcept { return (p_[1] & 2) != 0; }
    /// Only where `has_addresses`: which of the addresses is the source depends on the direction (table 9-30).
    [[nodiscard]] constexpr const std::uint8_t* destination_bytes() const noexcept {
        return p_ + (is_data() && to_ds() ? 16 : 4);
    }
    [[nodiscard]] constexpr const std::uint8_t* source_bytes() const noexcept {
        // Management frames have three addresses, whatever their direction bits say: a fourth is beyond the header.
        if (!is_data()) return p_ + 10;
        if (to_ds() && from_ds()) return p_ + 24;
        return p_ + (from_ds() ? 16 : 10);
    }
    [[nodiscard]] constexpr next_header next() const noexcept { return next_; }
    /// Whether too little of the frame is there to tell LLC from Ethernet; `next` says LLC then.
    [[nodiscard]] constexpr bool may_hold_ethernet() const noexcept { return may_hold_ethernet_; }
    /// Bytes of the header, where `has_addresses`.
    [[nodiscard]] constexpr std::size_t header_length() const noexcept {
        std::size_t bytes = 24;
        if (is_management()) return (p_[1] & 0x80) != 0 ? bytes + 4 : bytes;
        if (to_ds() && from_ds()) bytes += 6;
        if (is_qos()) bytes += 2;
        if (is_qos() && (p_[1] & 0x80) != 0) bytes += 4;  // HT control
        return bytes;
    }

private:
    constexpr explicit ieee802_11_view(const std::uint8_t* p) noexcept : p_(p) {}

    [[nodiscard]] constexpr bool is_qos() const noexcept { return (p_[0] & 0x80) != 0; }
    [[nodiscard]] constexpr bool without_data() const noexcept { return (p_[0] & 0x40) != 0; }
    /// The two bytes of QoS control: only where `is_qos`.
    [[nodiscard]] constexpr const std::uint8_t* qos_control() const noexcept {
        return p_ + (to_ds() && from_ds() ? 30 : 24);
    }
    [[nodiscard]] constexpr bool is_aggregate() const noexcept { return is_qos() && (qos_control()[0] & 0x80) != 0; }
    [[nodiscard]] constexpr bool carries_data() const noexcept {
        return is_data() && !is_protected() && !without_data();
    }

    /// What follows a header that ends `at` bytes into the frame, more bytes than the frame has where the frame is cut.
    [[nodiscard]] constexpr next_header after_header(bytes_view frame, std::size_t at) noexcept {
        if (is_aggregate()) return {at, layer::amsdu};
        at += mesh_control_length(frame, at);
        if (frame.size() < at + 2) return undecided(at);
        const std::uint8_t* content = frame.data() + at;
        switch (load_be16(content)) {
            case 0xaaaa: return {at, layer::llc};
            case 0x0000: return {at + 2, layer::llc};  // what some drivers pad the header with
            case ethertype::ipv4:
            case ethertype::ipv6: return {at + 2, layer::none, load_be16(content)};
            default: break;
        }
        if (frame.size() < at + stations_bytes) return undecided(at);
        return {at, holds_ethernet(content) ? layer::ethernet : layer::llc};
    }
    [[nodiscard]] constexpr next_header undecided(std::size_t at) noexcept {
        may_hold_ethernet_ = true;
        return {at, layer::llc};
    }

    /// The header of a mesh behind QoS control, where a bit announces one and its flags are possible.
    [[nodiscard]] constexpr std::size_t mesh_control_length(bytes_view frame, std::size_t at) const noexcept {
        constexpr std::uint8_t addresses = 0x03, reserved_addresses = 3;
        const bool announced = is_qos() && from_ds() && (qos_control()[1] & 0x01) != 0;
        if (!announced || frame.size() <= at) return 0;
        const std::uint8_t flags = frame[at];
        if (flags > addresses || flags == reserved_addresses) return 0;
        return 6 + std::size_t{flags} * 6;
    }

    static constexpr std::size_t address_bytes = 6, stations_bytes = 2 * address_bytes;

    /// Whether the two addresses that content begins with are those of an Ethernet frame between the same stations.
    [[nodiscard]] constexpr bool holds_ethernet(const std::uint8_t* content) const noexcept {
        const std::uint8_t* const source = content + address_bytes;
        return std::equal(content, source, destination_bytes()) ||
               std::equal(source, content + stations_bytes, source_bytes());
    }

    const std::uint8_t* p_;
    next_header next_{};
    bool may_hold_ethernet_ = false;
};

/// The header of a subframe of an A-MSDU (IEEE 802.11 clause 9.3.2.2.2): destination, source, length; then LLC.
class amsdu_view {
public:
    static constexpr std::size_t header_bytes = 14;

    [[nodiscard]] static constexpr checked<amsdu_view> check(bytes_view subframe) noexcept {
        return subframe.size() < header_bytes ? no_view : checked(amsdu_view{});
    }
    [[nodiscard]] constexpr next_header next() const noexcept { return {header_bytes, layer::llc}; }
};

/// A Prism (144 bytes) or AVS (whose length is in the header) header of old wireless drivers, or no header at all where
/// the first word is neither's.
class prism_view {
public:
    [[nodiscard]] static constexpr checked<prism_view> check(bytes_view packet) noexcept {
        constexpr std::uint32_t avs_magic = 0x80211000;
        constexpr std::size_t prism_bytes = 144;
        if (packet.size() < 8) return no_view;
        const std::uint32_t first = load_be32(packet.data());
        if (is_prism(first) || is_prism(load_le32(packet.data())))
            return packet.size() < prism_bytes ? no_view : checked(prism_view(prism_bytes));
        if ((first & 0xfffff000) != avs_magic) return prism_view(0);
        const std::size_t length = load_be32(packet.data() + 4);
        return length < 8 || packet.size() < length ? no_view : checked(prism_view(length));
    }
    [[nodiscard]] constexpr next_header next() const noexcept { return {length_, layer::ieee802_11}; }

private:
    constexpr explicit prism_view(std::size_t length) noexcept : length_(length) {}

    /// The numbers of the messages that are a frame, in the byte order of the machine; some drivers leave them out.
    static constexpr bool is_prism(std::uint32_t message) noexcept {
        return message == 0x44 || message == 0x41 || message == 0;
    }

    std::size_t length_;
};

/// A radiotap header; `check` guarantees all of it.
class radiotap_view {
public:
    [[nodiscard]] static constexpr checked<radiotap_view> check(bytes_view packet) noexcept {
        constexpr std::size_t fixed = 8;
        if (packet.size() < fixed) return no_view;
        const std::size_t length = load_le16(packet.data() + 2);
        if (length < fixed || packet.size() < length) return no_view;
        return radiotap_view(length, flags_of(packet.first(length)));
    }
    /// Whether the 802.11 header is padded to a multiple of four bytes.
    [[nodiscard]] constexpr bool pads_header() const noexcept { return (flags_ & 0x20) != 0; }
    [[nodiscard]] constexpr next_header next() const noexcept { return {length_, layer::ieee802_11}; }

private:
    constexpr radiotap_view(std::size_t length, std::uint8_t flags) noexcept : length_(length), flags_(flags) {}

    /// The field Flags: the second one, behind the words that say which fields there are and the time stamp, which is
    /// aligned to its size. 0 where it is not there.
    static constexpr std::uint8_t flags_of(bytes_view header) noexcept {
        constexpr std::uint32_t has_time = 1, has_flags = 2, has_more_words = 0x8000'0000;
        constexpr std::size_t first_word = 4;
        const std::uint32_t present = load_le32(header.data() + first_word);
        if ((present & has_flags) == 0) return 0;
        std::size_t at = first_word;
        while ((load_le32(header.data() + at) & has_more_words) != 0) {
            at += 4;
            if (header.size() < at + 4) return 0;
        }
        at += 4;
        if ((present & has_time) != 0) at = ((at + 7) & ~std::size_t{7}) + 8;
        return at < header.size() ? header[at] : std::uint8_t{0};
    }

    std::size_t length_;
    std::uint8_t flags_;
};

/// A Per-Packet Information header, which names the link type of what follows.
class ppi_view {
public:
    [[nodiscard]] static constexpr checked<ppi_view> check(bytes_view packet) noexcept {
        constexpr std::size_t fixed = 8;
        if (packet.size() < fixed) return no_view;
        const std::size_t length = load_le16(packet.data() + 2);
        if (length < fixed || packet.size() < length) return no_view;
        return ppi_view(length, load_le32(packet.data() + 4));
    }
    [[nodiscard]] constexpr next_header next() const noexcept {
        return {length_, first_header(dlt_)};
    }

private:
    constexpr ppi_view(std::size_t length, std::uint32_t dlt) noexcept : length_(length), dlt_(dlt) {}
    std::size_t length_;
    std::uint32_t dlt_;
};

}  // namespace pcapframe::wire
