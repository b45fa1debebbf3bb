// Hosts and networks: IPv4, IPv6, Ethernet and its relatives, DECnet, ARCnet.
#pragma once

#include <pcapframe/filter/compile/generator.hpp>

namespace pcapframe::inline v0_2::filter {

/// An IPv4 address or the first octets of an address, as a number and how many of its bits are given: 192.168 is
/// 0xc0a8 and 16 bits.
struct ipv4_bits {
    std::uint32_t address = 0;
    unsigned bits = 0;
};

/// Nothing where an octet is greater than 255 or the text is no such address.
[[nodiscard]] constexpr std::optional<ipv4_bits> parse_ipv4(std::string_view text) noexcept {
    ipv4_bits found;
    std::uint32_t octet = 0;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        if (i == text.size() || text[i] == '.') {
            if (octet > 255) return std::nullopt;
            found.address = found.address << 8 | octet;
            found.bits += 8;
            octet = 0;
            continue;
        }
        if (octet > 25 || !detail::is_digit(text[i])) return std::nullopt;
        octet = octet * 10 + static_cast<std::uint32_t>(text[i] - '0');
    }
    return found;
}

namespace detail {

/// The IPv6 address of a text in the form of an address (ipv6_run); nothing where its dotted part is no IPv4 address.
[[nodiscard]] constexpr std::optional<ip_octets> parse_ipv6(std::string_view text) noexcept {
    ip_octets octets{};
    std::size_t used = 0;
    std::size_t gap = octets.size();
    std::size_t at = 0;
    while (at < text.size()) {
        if (text[at] == ':') {
            if (text.substr(at, 2) == "::") gap = used, ++at;
            ++at;
            continue;
        }
        const std::size_t end = std::min(text.find(':', at), text.size());
        const std::string_view group = text.substr(at, end - at);
        if (group.find('.') != std::string_view::npos) {
            const auto dotted = parse_ipv4(group);
            bool plain = dotted && dotted->bits == 32 && used + 4 <= octets.size();
            for (std::size_t i = 0; i + 1 < group.size(); ++i)  // 01 is octal to some and decimal to others
                plain = plain && !(group[i] == '0' && is_digit(group[i + 1]) && (i == 0 || group[i - 1] == '.'));
            if (!plain) return std::nullopt;
            for (unsigned shift = 32; shift > 0;)
                octets[used++] = static_cast<std::uint8_t>(dotted->address >> (shift -= 8));
        } else {
            std::uint32_t word = 0;
            for (const char c : group) word = word << 4 | hex_value(c);
            if (used + 2 > octets.size()) return std::nullopt;
            octets[used++] = static_cast<std::uint8_t>(word >> 8);
            octets[used++] = static_cast<std::uint8_t>(word);
        }
        at = end;
    }
    if (gap < octets.size()) {
        const std::size_t behind = used - gap;
        for (std::size_t i = 0; i < behind; ++i) octets[15 - i] = octets[used - 1 - i];
        for (std::size_t i = gap; i < octets.size() - behind; ++i) octets[i] = 0;
    }
    return octets;
}

/// Six groups of hexadecimal digits with anything between them, or twelve digits.
[[nodiscard]] constexpr mac_address parse_mac(std::string_view text) noexcept {
    mac_address mac;
    std::size_t at = 0;
    for (std::uint8_t& octet : mac.octets) {
        while (at < text.size() && !is_hex(text[at])) ++at;
        unsigned word = 0;
        for (int digits = 0; digits < 2 && at < text.size() && is_hex(text[at]); ++digits)
            word = word << 4 | hex_value(text[at++]);
        octet = static_cast<std::uint8_t>(word);
    }
    return mac;
}

[[nodiscard]] constexpr std::uint32_t bits_mask(unsigned bits) noexcept {
    return bits == 0 ? 0 : 0xffffffffU << (32 - bits);
}

}  // namespace detail

inline term_id generator::address(const node& n) {
    if (n.q.protocol == protocol_word::unset)
        return fail("an address, name or number needs a word before it, such as 'host', 'net', 'port' or 'proto'");
    switch (n.kind) {
        case node_kind::name: return name(n);
        case node_kind::number: return number(n);
        case node_kind::ipv4:
        case node_kind::ipv4_prefix:
        case node_kind::ipv4_mask: return ipv4(n);
        case node_kind::ipv6:
        case node_kind::ipv6_prefix: return ipv6(n);
        case node_kind::arcnet: return arcnet(n);
        default: break;
    }
    const bool fits = n.q.kind == address_kind::none || n.q.kind == address_kind::host;
    if (!fits || n.q.protocol != protocol_word::link)
        return fail("an Ethernet address needs 'ether host' before it, or 'ether src' or 'ether dst'", "ether host");
    return link_mac(detail::parse_mac(n.text), n.q.dir);
}

/// Directions that only 802.11 addresses have.
inline bool generator::plain_direction(direction dir) {
    if (dir < direction::addr1) return true;
    (void)fail("'addr1' to 'addr4', 'ra' and 'ta' are for 802.11 addresses", "src");
    return false;
}

/// One test for a direction, or of both directions: `one(true)` is the test of the source.
template <class One>
term_id generator::directed(direction dir, One one) {
    if (!plain_direction(dir)) return logic::never;
    if (dir == direction::src || dir == direction::dst) return one(dir == direction::src);
    const term_id source = one(true);
    const term_id destination = one(false);
    return dir == direction::both ? both(source, destination) : either(source, destination);
}

inline term_id generator::refuse_kind(address_kind kind) {
    if (kind == address_kind::gateway)
        return fail("'gateway' is not supported; 'ether host ADDRESS and not host ADDRESS' asks the same");
    return fail("'" + std::string(detail::word_of(kind)) + "' takes a number or a name, not an address", "host");
}

inline term_id generator::ipv4(const node& n) {
    const bool net_only = n.kind != node_kind::ipv4;
    if (n.q.protocol == protocol_word::decnet && !net_only) {
        if (n.q.kind > address_kind::net)
            return fail("DECnet has hosts (area.node) and nothing else to test for", "decnet host");
        const std::size_t dot = n.text.find('.');
        const auto area = parse_ipv4(n.text.substr(0, dot));
        std::uint32_t station = 0;
        for (const char c : n.text.substr(dot + 1))
            station = detail::is_digit(c) ? station * 10 + detail::hex_value(c) : station;
        if (!area) return fail("'" + std::string(n.text) + "' is not a DECnet address (area.node)");
        return host(((area->address << 10) & 0xfc00) | (station & 0x3ff), 0, n.q);
    }
    const auto parsed = parse_ipv4(n.text);
    if (!parsed) return fail("'" + std::string(n.text) + "' is not an IPv4 address: its parts go to 255");
    const std::uint32_t address = parsed->bits == 32 ? parsed->address : parsed->address << (32 - parsed->bits);
    std::uint32_t mask = detail::bits_mask(parsed->bits);
    if (n.kind == node_kind::ipv4_prefix) {
        if (n.number > 32) return fail("an IPv4 network has at most 32 bits");
        mask = detail::bits_mask(n.number);
    } else if (n.kind == node_kind::ipv4_mask) {
        const auto given = parse_ipv4(n.second);
        if (!given) return fail("'" + std::string(n.second) + "' is not a mask: its parts go to 255");
        mask = given->bits == 32 ? given->address : given->address << (32 - given->bits);
    }
    if (net_only && (address & ~mask) != 0)
        return fail("this network has bits set outside of its mask",
                    to_string(ip_address{ipv4_octets(std::array{static_cast<std::uint8_t>((address & mask) >> 24),
                                                                static_cast<std::uint8_t>((address & mask) >> 16),
                                                                static_cast<std::uint8_t>((address & mask) >> 8),
                                                                static_cast<std::uint8_t>(address & mask)}
                                                         .data()),
                                         4}));
    if (net_only && n.q.kind != address_kind::net) return fail("a mask needs 'net' before the address", "net");
    if (n.q.kind > address_kind::net)
        return refuse_kind(n.q.kind);
    if (n.q.protocol == protocol_word::link) return fail("the link layer has no IPv4 addresses", "ip host");
    return host(address, mask, n.q);
}

inline term_id generator::host_of(std::uint32_t address, std::uint32_t mask, direction dir, std::uint32_t protocol,
                                  std::uint32_t src, std::uint32_t dst) {
    return directed(dir, [&](bool source) {
        const term_id carried = link_protocol(protocol);
        return both(carried, masked(origin::network, source ? src : dst, 4, address, mask));
    });
}

/// An IPv4 address or network in IPv4, ARP and RARP, or in that protocol of the three which is named.
inline term_id generator::host(std::uint32_t address, std::uint32_t mask, const qualifier& q) {
    using namespace detail::carried;
    switch (q.protocol) {
        case protocol_word::ip: return host_of(address, mask, q.dir, ip, 12, 16);
        case protocol_word::arp: return host_of(address, mask, q.dir, arp, 14, 24);
        case protocol_word::rarp: return host_of(address, mask, q.dir, rarp, 14, 24);
        case protocol_word::decnet: return decnet_host(address, q.dir);
        case protocol_word::none: {
            const term_id in_ip = host_of(address, mask, q.dir, ip, 12, 16);
            if (labels_ > 0) return in_ip;
            const term_id in_arp = host_of(address, mask, q.dir, arp, 14, 24);
            return either(either(in_ip, in_arp), host_of(address, mask, q.dir, rarp, 14, 24));
        }
        default: return fail("'" + std::string(detail::word_of(q.protocol)) + "' has no IPv4 hosts or networks", "ip");
    }
}

inline term_id generator::ipv6(const node& n) {
    const auto parsed = detail::parse_ipv6(n.text);
    if (!parsed) return fail("'" + std::string(n.text) + "' is not an IPv6 address");
    const std::uint32_t bits = n.kind == node_kind::ipv6_prefix ? n.number : 128;
    if (bits > 128) return fail("an IPv6 network has at most 128 bits");
    ip_octets mask{};
    for (std::uint32_t i = 0; i < bits; ++i) mask[i / 8] |= static_cast<std::uint8_t>(0x80U >> i % 8);
    for (std::size_t i = 0; i < mask.size(); ++i)
        if (((*parsed)[i] & static_cast<std::uint8_t>(~mask[i])) != 0)
            return fail("this network has bits set outside of its mask");
    if (n.q.kind > address_kind::net)
        return refuse_kind(n.q.kind);
    if (bits != 128 && n.q.kind != address_kind::net)
        return fail("a prefix length needs 'net' before the address", "net");
    return host6(*parsed, mask, n.q);
}

inline term_id generator::host6(const ip_octets& address, const ip_octets& mask, const qualifier& q) {
    if (q.protocol != protocol_word::none && q.protocol != protocol_word::ip6)
        return fail("'" + std::string(detail::word_of(q.protocol)) + "' has no IPv6 hosts or networks", "ip6");
    return directed(q.dir, [&](bool source) {
        term_id all = link_protocol(detail::carried::ip6);
        for (std::uint32_t word = 0; word < 16; word += 4)
            all = both(all, masked(origin::network, (source ? 8 : 24) + word, 4, load_be32(address.data() + word),
                                   load_be32(mask.data() + word)));
        return all;
    });
}

/// Long and short headers, each with and without padding, as DECnet phase IV has them. Numbers are little-endian.
inline term_id generator::decnet_host(std::uint32_t address, direction dir) {
    const std::uint32_t swapped = (address & 0xff) << 8 | (address >> 8 & 0xff);
    return directed(dir, [&](bool source) {
        const std::uint32_t in_short = source ? 3 : 1;
        const std::uint32_t in_long = source ? 15 : 7;
        const term_id carried = link_protocol(detail::carried::decnet);
        const auto at = [&](term_id form, std::uint32_t offset) {
            return both(form, equal(origin::network, offset, 2, swapped));
        };
        const term_id padded_long = at(masked(origin::network, 2, 2, 0x8106, 0xff07), 3 + in_long);
        const term_id plain_long = at(masked(origin::network, 2, 1, 0x06, 0x07), 2 + in_long);
        const term_id padded_short = at(masked(origin::network, 2, 2, 0x8102, 0xff07), 3 + in_short);
        const term_id plain_short = at(masked(origin::network, 2, 1, 0x02, 0x07), 2 + in_short);
        return both(carried, either(plain_short, either(padded_short, either(plain_long, padded_long))));
    });
}

inline term_id generator::mac_at(const mac_address& address, direction dir, std::uint32_t src, std::uint32_t dst) {
    const std::string octets(address.octets.begin(), address.octets.end());
    return directed(dir, [&](bool source) { return bytes(origin::link, source ? src : dst, octets); });
}

/// A MAC address where the link type has MAC addresses.
inline term_id generator::link_mac(const mac_address& address, direction dir) {
    if (link_type::is_wlan(link_type_)) return wlan_mac(address, dir);
    if (link_type::is_ethernet(link_type_)) {
        const term_id check = previous_link_check();
        return both(check, mac_at(address, dir, 6, 0));
    }
    switch (link_type_) {
        case link_type::fddi: return mac_at(address, dir, 7, 1);
        case link_type::ieee802_5: return mac_at(address, dir, 8, 2);
        case link_type::ip_over_fc: return mac_at(address, dir, 10, 2);
        default: return fail("frames of link type " + link_type_name(link_type_) + " have no Ethernet addresses");
    }
}

inline term_id generator::arcnet(const node& n) {
    if (!link_type::is_arcnet(link_type_)) return fail("'$' begins an ARCnet address, and this is not ARCnet");
    const bool fits = n.q.kind == address_kind::none || n.q.kind == address_kind::host;
    if (!fits || n.q.protocol != protocol_word::link)
        return fail("an ARCnet address needs 'link host' before it", "link");
    const std::string_view digits = n.text.substr(1);
    char octet = 0;
    for (const char c : digits) octet = static_cast<char>(octet << 4 | static_cast<char>(detail::hex_value(c)));
    return directed(n.q.dir, [&](bool source) { return bytes(origin::link, source ? 0 : 1, {&octet, 1}); });
}

inline term_id generator::number(const node& n) {
    const auto transport = [&]() -> std::optional<std::uint8_t> {
        if (n.q.protocol == protocol_word::tcp) return std::uint8_t{6};
        if (n.q.protocol == protocol_word::udp) return std::uint8_t{17};
        if (n.q.protocol == protocol_word::sctp) return std::uint8_t{132};
        return std::nullopt;
    };
    std::uint32_t mask = 0xffffffff;
    std::uint32_t address = n.number;
    switch (n.q.kind) {
        case address_kind::port:
        case address_kind::portrange: return port(n, n.number, n.number, transport());
        case address_kind::gateway: return refuse_kind(n.q.kind);
        case address_kind::proto: return protocol_number(n.number, n.q.protocol);
        case address_kind::protochain: return protocol_chain(n.number, n.q.protocol);
        default: break;
    }
    if (n.q.protocol == protocol_word::link) return fail("a number is no address of the link layer");
    if (n.q.protocol == protocol_word::decnet) return host(address, 0, n.q);
    if (n.q.kind == address_kind::net) {  // net 10 is net 10.0.0.0/8
        for (; address != 0 && (address & 0xff000000) == 0; address <<= 8) mask <<= 8;
    }
    return host(address, mask, n.q);
}

inline term_id generator::name(const node& n) {
    switch (n.q.kind) {
        case address_kind::net: return network_name(n);
        case address_kind::port:
        case address_kind::portrange: return named_port(n);
        case address_kind::gateway: return refuse_kind(n.q.kind);
        case address_kind::proto:
        case address_kind::protochain: return named_protocol(n);
        default: return host_name(n);
    }
}

inline term_id generator::network_name(const node& n) {
    const auto found = options_.names.network ? options_.names.network(n.text) : std::nullopt;
    if (!found || *found == 0)
        return fail("the network '" + std::string(n.text) +
                    "' is not known; write its address and length, as in 'net 10.0.0.0/8'");
    std::uint32_t address = *found;
    std::uint32_t mask = 0xffffffff;
    for (; (address & 0xff000000) == 0; address <<= 8) mask <<= 8;
    return host(address, mask, n.q);
}

inline term_id generator::host_name(const node& n) {
    if (n.q.protocol == protocol_word::decnet) return fail("DECnet hosts have no names here; write area.node");
    if (n.q.protocol == protocol_word::link) {
        const auto found = options_.names.ether_host ? options_.names.ether_host(n.text) : std::nullopt;
        if (!found) return fail("the Ethernet host '" + std::string(n.text) + "' is not known; write its address");
        return link_mac(*found, n.q.dir);
    }
    std::vector<ip_address> found;
    const auto dotted = parse_ipv4(n.text);
    if (dotted && dotted->bits == 32) {
        std::array<std::uint8_t, 4> octets{};
        for (std::size_t i = 0; i < 4; ++i) octets[i] = static_cast<std::uint8_t>(dotted->address >> (24 - 8 * i));
        found.push_back({ipv4_octets(octets.data()), 4});
    } else if (options_.names.host) {
        found = options_.names.host(n.text);
    } else {
        return fail("the address of the host '" + std::string(n.text) +
                    "' is not known: names of hosts are not looked up here, so write the address");
    }
    const bool either_family = n.q.protocol == protocol_word::none;
    const bool no_link = type_.constant == no_place && either_family;
    term_id all = logic::none;
    for (const ip_address& address : found) {
        if (address.is_ipv4() ? n.q.protocol == protocol_word::ip6 : n.q.protocol == protocol_word::ip) continue;
        qualifier q = n.q;
        if (no_link) q.protocol = address.is_ipv4() ? protocol_word::ip : protocol_word::ip6;
        ip_octets whole{};
        whole.fill(0xff);
        const term_id one = address.is_ipv4() ? host(load_be32(address.octets.data() + 12), 0xffffffff, q)
                                              : host6(address.octets, whole, q);
        all = all == logic::none ? one : either(all, one);
    }
    if (all != logic::none) return all;
    return fail("the host '" + std::string(n.text) + "' has no address of this kind; write the address itself");
}

}  // namespace pcapframe::filter
