// Headers that routers and analysers put in front of the packets that they trace: Redback, IPOS, SITA, VPP, EBHSCR, and
// the packets that Wireshark exports.
//
// `check` guarantees the bytes that `next` reads. Source: the pages of the link types 32, 196, 252, 279 and 280 under
// https://www.tcpdump.org/linktypes.html, and what Wireshark 4.0 reads.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

#include <pcapframe/bytes/checked.hpp>
#include <pcapframe/bytes/load.hpp>
#include <pcapframe/wire/next_header.hpp>

namespace pcapframe::inline v0_2::wire {

/// LINKTYPE_REDBACK_SMARTEDGE: context, flags, circuit, length, protocol, and where in the packet the link-layer and
/// the network header begin.
class redback_view {
public:
    [[nodiscard]] static constexpr checked<redback_view> check(bytes_view packet) noexcept {
        constexpr std::size_t fixed = 24;
        if (packet.size() < fixed) return no_view;
        const std::size_t link_at = load_be16(packet.data() + 20);
        const std::size_t network_at = load_be16(packet.data() + 22);
        if (link_at < fixed) return redback_view({});
        if (packet.size() < link_at) return no_view;
        return redback_view({link_at, network_at > link_at ? layer::ethernet : carried(load_be16(packet.data() + 18))});
    }
    [[nodiscard]] constexpr next_header next() const noexcept { return next_; }

private:
    constexpr explicit redback_view(next_header next) noexcept : next_(next) {}

    static constexpr layer carried(std::uint16_t protocol) noexcept {
        switch (protocol) {
            case 1: return layer::ip;
            case 3:
            case 4:
            case 8: return layer::ethernet;
            default: return layer::none;
        }
    }

    next_header next_;
};

/// A header of four bytes, and Redback's behind it: Ericsson's IPOS, in cooked captures.
class ipos_view {
public:
    static constexpr std::size_t header_bytes = 4;

    [[nodiscard]] static constexpr checked<ipos_view> check(bytes_view packet) noexcept {
        return packet.size() < header_bytes ? no_view : checked(ipos_view{});
    }
    [[nodiscard]] constexpr next_header next() const noexcept { return {header_bytes, layer::redback}; }
};

/// LINKTYPE_SITA: flags, signals, two bytes of errors, protocol.
class sita_view {
public:
    static constexpr std::size_t header_bytes = 5;

    [[nodiscard]] static constexpr checked<sita_view> check(bytes_view packet) noexcept {
        return packet.size() < header_bytes ? no_view : checked(sita_view(packet[4]));
    }
    [[nodiscard]] constexpr next_header next() const noexcept {
        constexpr std::uint8_t frame_relay = 0x12;
        return {header_bytes, protocol_ == frame_relay ? layer::frame_relay : layer::none};
    }

private:
    constexpr explicit sita_view(std::uint8_t protocol) noexcept : protocol_(protocol) {}
    std::uint8_t protocol_;
};

/// LINKTYPE_VPP_DISPATCH: version, number of texts, a hint at the protocol, buffer; so many texts that end with a zero;
/// the packet as the node of the graph has it.
class vpp_view {
public:
    [[nodiscard]] static constexpr checked<vpp_view> check(bytes_view packet) noexcept {
        constexpr std::size_t fixed = 8;
        constexpr unsigned texts_least = 4;
        if (packet.size() < fixed) return no_view;
        constexpr std::uint8_t known_version = 1;
        if (packet[0] != known_version) return vpp_view({});
        std::size_t at = fixed;
        for (unsigned texts = packet[2] > texts_least ? texts_least + 1 : texts_least; texts > 0; --texts) {
            while (at < packet.size() && packet[at] != 0) ++at;
            if (at == packet.size()) return no_view;
            ++at;
        }
        if (at == packet.size()) return no_view;
        return vpp_view({at, carried(packet[3], packet[at])});
    }
    [[nodiscard]] constexpr next_header next() const noexcept { return next_; }

private:
    constexpr explicit vpp_view(next_header next) noexcept : next_(next) {}

    static constexpr layer carried(std::uint8_t hint, std::uint8_t first_byte) noexcept {
        switch (hint) {
            case 2: return layer::ipv4;
            case 3: return layer::ipv6;
            case 4:
            case 5: return layer::none;  // begins behind the IP header
            case 1: return layer::ethernet;
            default: break;
        }
        return first_byte == 0x45 ? layer::ipv4 : first_byte == 0x60 ? layer::ipv6 : layer::ethernet;
    }

    next_header next_;
};

/// LINKTYPE_EBHSCR: what was captured, flags, length and times in 32 bytes; then an Ethernet frame, or of another bus.
class ebhscr_view {
public:
    static constexpr std::size_t header_bytes = 32;

    [[nodiscard]] static constexpr checked<ebhscr_view> check(bytes_view packet) noexcept {
        return packet.size() < header_bytes ? no_view : checked(ebhscr_view(packet[0]));
    }
    [[nodiscard]] constexpr next_header next() const noexcept {
        constexpr std::uint8_t ethernet = 0x50;
        return {header_bytes, kind_ == ethernet ? layer::ethernet : layer::none};
    }

private:
    constexpr explicit ebhscr_view(std::uint8_t kind) noexcept : kind_(kind) {}
    std::uint8_t kind_;
};

/// LINKTYPE_WIRESHARK_UPPER_PDU: tagged fields up to the one that ends them, one of which names the protocol of what
/// follows in Wireshark's words.
class exported_pdu_view {
public:
    [[nodiscard]] static constexpr checked<exported_pdu_view> check(bytes_view packet) noexcept {
        constexpr std::size_t header = 4;
        constexpr std::uint16_t end = 0, protocol_name = 12;
        layer named = layer::none;
        for (std::size_t at = 0; at + header <= packet.size();) {
            const std::uint16_t tag = load_be16(packet.data() + at);
            const std::size_t length = load_be16(packet.data() + at + 2);
            at += header + length;
            if (at > packet.size()) return no_view;
            if (tag == end) return exported_pdu_view({at, named});
            if (tag == protocol_name) named = layer_of(packet.subspan(at - length, length));
        }
        return no_view;
    }
    [[nodiscard]] constexpr next_header next() const noexcept { return next_; }

private:
    constexpr explicit exported_pdu_view(next_header next) noexcept : next_(next) {}

    struct named_layer {
        std::string_view name;
        layer kind;
    };
    static constexpr std::array names{named_layer{"ip", layer::ip},
                                      named_layer{"ipv6", layer::ipv6},
                                      named_layer{"eth_withoutfcs", layer::ethernet},
                                      named_layer{"eth_withfcs", layer::ethernet},
                                      named_layer{"eth_maybefcs", layer::ethernet},
                                      named_layer{"eth", layer::ethernet},
                                      named_layer{"llc", layer::llc},
                                      named_layer{"ppp", layer::ppp},
                                      named_layer{"ppp_hdlc", layer::ppp},
                                      named_layer{"chdlc", layer::chdlc},
                                      named_layer{"fr", layer::frame_relay},
                                      named_layer{"mpls", layer::mpls},
                                      named_layer{"pppoes", layer::pppoe},
                                      named_layer{"radiotap", layer::radiotap},
                                      named_layer{"sll", layer::sll},
                                      named_layer{"sll2", layer::sll2},
                                      named_layer{"wlan", layer::ieee802_11},
                                      named_layer{"wlan_withoutfcs", layer::ieee802_11}};

    /// The text may be padded with zeros.
    static constexpr layer layer_of(bytes_view text) noexcept {
        while (!text.empty() && text.back() == 0) text = text.first(text.size() - 1);
        for (const named_layer& row : names)
            if (std::equal(text.begin(), text.end(), row.name.begin(), row.name.end(),
                           [](std::uint8_t a, char b) { return a == static_cast<std::uint8_t>(b); }))
                return row.kind;
        return layer::none;
    }

    next_header next_;
};

}  // namespace pcapframe::wire
