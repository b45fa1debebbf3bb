// Ports and ranges of ports, in IPv4 and IPv6.
#pragma once

#include <charconv>

#include <pcapframe/filter/compile/generator.hpp>

namespace pcapframe::inline v0_2::filter {

namespace detail {

/// Two decimal numbers with a hyphen between them at the start of a text, as far as the digits go.
[[nodiscard]] inline std::optional<std::array<long, 2>> leading_range(std::string_view text) noexcept {
    std::array<long, 2> ends{};
    const char* const stop = text.data() + text.size();
    const auto [dash, failed] = std::from_chars(text.data(), stop, ends[0]);
    if (failed != std::errc() || dash == stop || *dash != '-') return std::nullopt;
    const auto [end, no_end] = std::from_chars(dash + 1, stop, ends[1]);
    if (no_end == std::errc::result_out_of_range)
        ends[1] = -1;
    else if (no_end != std::errc())
        return std::nullopt;
    return ends;
}

}  // namespace detail

/// The first fragment of a packet, or a whole one: later fragments have no ports.
inline term_id generator::not_a_later_fragment() {
    return negation(out_.terms.test(bpf::jset, load(origin::network, 6, 2), 0x1fff));
}

inline term_id generator::one_port(origin from, std::uint32_t offset, std::uint32_t first, std::uint32_t last) {
    if (first == last) return equal(from, offset, 2, first);
    const value_id v = load(from, offset, 2);
    return both(out_.terms.test(bpf::jge, v, first), negation(out_.terms.test(bpf::jgt, v, last)));
}

inline term_id generator::ports4(std::uint32_t first, std::uint32_t last, std::uint8_t protocol, direction dir) {
    const term_id carried = equal(origin::network, 9, 1, protocol);
    const term_id whole = both(carried, not_a_later_fragment());
    const auto one = [&](bool source) { return one_port(origin::transport4, source ? 0 : 2, first, last); };
    return both(whole, directed(dir, one));
}

/// Extension headers are not followed.
inline term_id generator::ports6(std::uint32_t first, std::uint32_t last, std::uint8_t protocol, direction dir) {
    const term_id carried = equal(origin::network, 6, 1, protocol);
    const auto one = [&](bool source) { return one_port(origin::transport6, source ? 0 : 2, first, last); };
    return both(carried, directed(dir, one));
}

/// One transport protocol, or all that have ports: SCTP, TCP, UDP in this order.
inline term_id generator::port_family(std::uint32_t first, std::uint32_t last, std::optional<std::uint8_t> protocol,
                                      direction dir, bool ipv6) {
    const term_id carried = link_protocol(ipv6 ? detail::carried::ip6 : detail::carried::ip);
    const auto one = [&](std::uint8_t number) {
        return ipv6 ? ports6(first, last, number, dir) : ports4(first, last, number, dir);
    };
    if (protocol) return both(carried, one(*protocol));
    const term_id tcp = one(6);
    const term_id udp = one(17);
    return both(carried, either(one(132), either(tcp, udp)));
}

inline term_id generator::port(const node& n, std::uint32_t first, std::uint32_t last,
                               std::optional<std::uint8_t> protocol) {
    const protocol_word over = n.q.protocol;
    const bool has_ports = over == protocol_word::none || over == protocol_word::tcp || over == protocol_word::udp ||
                           over == protocol_word::sctp;
    if (!has_ports) return fail("'" + std::string(detail::word_of(over)) + "' has no ports", "tcp");
    if (first > 65535 || last > 65535) return fail("a port is at most 65535");
    if (!plain_direction(n.q.dir)) return logic::never;
    if (first > last) std::swap(first, last);
    const term_id in_ip = port_family(first, last, protocol, n.q.dir, false);
    const term_id in_ip6 = port_family(first, last, protocol, n.q.dir, true);
    return either(in_ip6, in_ip);
}

inline std::optional<service_ports> generator::service(const node& n, std::string_view name) {
    const auto found = detail::find_service(name, options_.names);
    if (found) return found;
    std::vector<std::string_view> names;
    for (const auto& row : service_list) names.push_back(row.name);
    (void)fail("the service '" + std::string(name) + "' is not known; write the port's number",
               nearest_word(name, names));
    (void)n;
    return std::nullopt;
}

/// The transport protocol that a service's ports are tested in; an error where the expression names another transport.
inline std::optional<std::uint8_t> generator::transport_of(const node& n, const service_ports& ports) {
    const bool everywhere = ports.tcp && ports.udp && *ports.tcp == *ports.udp;
    const std::uint8_t only = ports.tcp ? 6 : 17;
    std::uint8_t named = 0;
    if (n.q.protocol == protocol_word::tcp) named = 6;
    if (n.q.protocol == protocol_word::udp) named = 17;
    if (n.q.protocol == protocol_word::sctp) named = 132;
    if (everywhere) return named == 0 ? std::nullopt : std::optional(named);
    if (named != 0 && named != only)
        (void)fail("'" + std::string(n.text) + "' is a service of " + (only == 6 ? "tcp" : "udp"));
    return only;
}

inline term_id generator::named_port(const node& n) {
    if (n.q.kind == address_kind::port) {
        const auto ports = service(n, n.text);
        if (!ports) return logic::never;
        const std::uint32_t number = ports->tcp ? *ports->tcp : *ports->udp;
        return port(n, number, number, transport_of(n, *ports));
    }
    if (const auto ends = detail::leading_range(n.text)) {
        const bool fits = (*ends)[0] >= 0 && (*ends)[0] <= 65535 && (*ends)[1] >= 0 && (*ends)[1] <= 65535;
        if (!fits) return fail("a port is at most 65535");
        const service_ports any{std::uint16_t{0}, std::uint16_t{0}};
        return port(n, static_cast<std::uint32_t>((*ends)[0]), static_cast<std::uint32_t>((*ends)[1]),
                    transport_of(n, any));
    }
    const std::size_t dash = n.text.find('-');
    if (dash == std::string_view::npos) return fail("a range of ports is written FIRST-LAST");
    const auto first = service(n, n.text.substr(0, dash));
    const auto last = first ? service(n, n.text.substr(dash + 1)) : std::nullopt;
    if (!last) return logic::never;
    const auto same = [](const service_ports& a) { return std::pair(a.tcp.has_value(), a.tcp == a.udp); };
    const service_ports& either_transport = service_ports{std::uint16_t{0}, std::uint16_t{0}};
    const auto transport = transport_of(n, same(*first) == same(*last) ? *first : either_transport);
    return port(n, first->tcp ? *first->tcp : *first->udp, last->tcp ? *last->tcp : *last->udp, transport);
}

}  // namespace pcapframe::filter
