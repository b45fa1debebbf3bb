// IEEE 802.11: addresses whose places depend on the frame, frame types, and the lengths of the headers before them.
#pragma once

#include <pcapframe/filter/compile/generator.hpp>

namespace pcapframe::inline v0_2::filter {

namespace detail {

// The bits of the two bytes of frame control that filters ask for.
inline constexpr std::uint32_t wlan_reserved = 0x04, wlan_is_data = 0x08, wlan_qos = 0x80, wlan_to_ds = 0x01,
                               wlan_from_ds = 0x02, wlan_type_bits = 0x0c, wlan_subtype_bits = 0xf0;
// Where the addresses stand.
inline constexpr std::uint32_t wlan_address1 = 4, wlan_address2 = 10, wlan_address3 = 16, wlan_address4 = 24;

}  // namespace detail

inline term_id generator::wlan_source(const mac_address& address) {
    using namespace detail;
    const std::string octets(address.octets.begin(), address.octets.end());
    const auto at = [&](std::uint32_t offset) { return bytes(origin::link, offset, octets); };
    const term_id to_ds = bits(origin::link, 1, wlan_to_ds);
    const term_id from_station = both(negation(to_ds), at(wlan_address3));
    const term_id relayed = both(to_ds, at(wlan_address4));
    const term_id from_ds = bits(origin::link, 1, wlan_from_ds);
    const term_id direct = both(negation(from_ds), at(wlan_address2));
    const term_id of_data = either(direct, both(from_ds, either(from_station, relayed)));
    const term_id is_data = bits(origin::link, 0, wlan_is_data);
    const term_id management = both(negation(is_data), at(wlan_address2));
    return both(negation(bits(origin::link, 0, wlan_reserved)), either(management, both(is_data, of_data)));
}

inline term_id generator::wlan_destination(const mac_address& address) {
    using namespace detail;
    const std::string octets(address.octets.begin(), address.octets.end());
    const auto at = [&](std::uint32_t offset) { return bytes(origin::link, offset, octets); };
    const term_id to_ds = bits(origin::link, 1, wlan_to_ds);
    const term_id of_data = either(both(negation(to_ds), at(wlan_address1)), both(to_ds, at(wlan_address3)));
    const term_id is_data = bits(origin::link, 0, wlan_is_data);
    const term_id management = both(negation(is_data), at(wlan_address1));
    return both(negation(bits(origin::link, 0, wlan_reserved)), either(management, both(is_data, of_data)));
}

/// The second address, which CTS and ACK frames do not have.
inline term_id generator::wlan_transmitter(const mac_address& address, bool data_only) {
    using namespace detail;
    const std::string octets(address.octets.begin(), address.octets.end());
    const auto is = [&](std::uint32_t k, std::uint32_t mask) { return masked(origin::link, 0, 1, k, mask); };
    const term_id no_control = negation(is(wlan_control, wlan_type_bits));
    const term_id neither = both(negation(is(0xc0, wlan_subtype_bits)), negation(is(0xd0, wlan_subtype_bits)));
    term_id has_it = either(no_control, neither);
    if (data_only) has_it = both(bits(origin::link, 0, wlan_is_data), has_it);
    return both(has_it, bytes(origin::link, wlan_address2, octets));
}

inline term_id generator::wlan_mac(const mac_address& address, direction dir) {
    using namespace detail;
    const std::string octets(address.octets.begin(), address.octets.end());
    switch (dir) {
        case direction::src: return wlan_source(address);
        case direction::dst: return wlan_destination(address);
        case direction::both: {
            const term_id source = wlan_source(address);
            return both(source, wlan_destination(address));
        }
        case direction::addr1: return bytes(origin::link, wlan_address1, octets);
        case direction::addr2: return wlan_transmitter(address, false);
        case direction::addr3: {
            const term_id no_control = negation(masked(origin::link, 0, 1, wlan_control, wlan_type_bits));
            return both(no_control, bytes(origin::link, wlan_address3, octets));
        }
        case direction::addr4: {
            const term_id four = masked(origin::link, 1, 1, wlan_to_ds | wlan_from_ds, wlan_to_ds | wlan_from_ds);
            return both(four, bytes(origin::link, wlan_address4, octets));
        }
        case direction::ra: {
            const term_id is_data = bits(origin::link, 0, wlan_is_data);
            return both(is_data, bytes(origin::link, wlan_address1, octets));
        }
        case direction::ta: return wlan_transmitter(address, true);
        default: break;
    }
    const term_id source = wlan_source(address);
    return either(source, wlan_destination(address));
}

inline term_id generator::wlan_multicast() {
    using namespace detail;
    const auto group = [&](std::uint32_t offset) { return bits(origin::link, offset, 1); };
    const term_id to_ds = bits(origin::link, 1, wlan_to_ds);
    const term_id of_data = either(both(negation(to_ds), group(wlan_address1)), both(to_ds, group(wlan_address3)));
    const term_id is_data = bits(origin::link, 0, wlan_is_data);
    const term_id management = both(negation(is_data), group(wlan_address1));
    return both(negation(bits(origin::link, 0, wlan_reserved)), either(management, both(is_data, of_data)));
}

inline term_id generator::wlan_type(const node& n) {
    if (!link_type::is_wlan(link_type_) || link_type_ == link_type::ppi)
        return fail("'type' and 'subtype' are for 802.11 frames");
    return masked(origin::link, 0, 1, n.number, n.other);
}

inline term_id generator::wlan_direction(const node& n) {
    if (!link_type::is_wlan(link_type_) || link_type_ == link_type::ppi) return fail("'dir' is for 802.11 frames");
    return masked(origin::link, 1, 1, n.number, 0x03);
}

/// Radiotap says whether the 802.11 header is padded to four bytes. Where radiotap's flags stand depends on whether a
/// time stamp stands before the flags; of headers with extended presence bits nothing is assumed.
inline term_id generator::radiotap_padding(value_id before) {
    value_table& v = values();
    logic& terms = out_.terms;
    constexpr std::uint32_t has_flags = 0x02000000, extended = 0x00000080, has_time = 0x01000000, padded = 0x20;
    const value_id present = v.load(4, 4);
    const term_id flags = terms.test(bpf::jset, present, has_flags);
    const term_id plain = negation(terms.test(bpf::jset, present, extended));
    const term_id time = terms.test(bpf::jset, present, has_time);
    const term_id behind_time = terms.test(bpf::jset, v.load(16, 1), padded);
    const term_id first = terms.test(bpf::jset, v.load(8, 1), padded);
    const term_id is_padded = either(both(time, behind_time), both(negation(time), first));
    const value_id rounded = v.arithmetic(bpf::and_, v.arithmetic(bpf::add, before, 3), 0xfffffffc);
    const std::uint32_t word = v[before].k & 15;
    return either(both(both(flags, both(plain, is_padded)), terms.assign(word, rounded)), terms.assign(word, before));
}

/// Sets the place behind the 802.11 header: 24 bytes, two more in QoS data frames, and padding.
inline term_id generator::wlan_header_length(value_id start) {
    using namespace detail;
    value_table& v = values();
    logic& terms = out_.terms;
    place& payload = outermost_payload_ ? *outermost_payload_ : payload_;
    const auto word = static_cast<std::uint32_t>(payload.word);
    const value_id control = v.load_at(start, 0, 1);
    const value_id plain = v.arithmetic(bpf::add, start, 24);
    const value_id longer = v.arithmetic(bpf::add, start, 26);
    const term_id is_data =
        both(terms.test(bpf::jset, control, wlan_is_data), negation(terms.test(bpf::jset, control, wlan_reserved)));
    const term_id qos = terms.test(bpf::jset, control, wlan_qos);
    if (asked_link_ != link_type::radiotap)
        return either(both(both(is_data, qos), terms.assign(word, longer)), terms.assign(word, plain));
    // Numbers from 16 on stand for the same words at an earlier time.
    const std::uint32_t before = word + bpf::memory_words;
    const term_id data = either(both(qos, terms.assign(before, longer)), terms.assign(before, plain));
    return either(both(is_data, both(data, radiotap_padding(variable(before)))), terms.assign(word, plain));
}

/// What is computed before anything else: the lengths of headers that have no fixed length, where they are used.
inline term_id generator::prelude() {
    value_table& v = values();
    logic& terms = out_.terms;
    place& link = outermost_link_ ? *outermost_link_ : link_;
    place& payload = outermost_payload_ ? *outermost_payload_ : payload_;
    if (shifted_words_)
        return both(terms.assign((*shifted_words_)[0], v.constant(0)),
                    terms.assign((*shifted_words_)[1], v.constant(0)));
    if (asked_link_ == link_type::pflog && payload.word != detail::no_word)
        return terms.assign(static_cast<std::uint32_t>(payload.word),
                            v.arithmetic(bpf::and_, v.arithmetic(bpf::add, v.load(0, 1), 3), 0xfffffffc));
    if (!link_type::is_wlan(asked_link_)) return logic::always;
    out_.never_optimized = payload.word != detail::no_word || asked_link_ == link_type::prism;
    if (payload.word != detail::no_word && link.is_variable) (void)word_value(link);
    term_id all = logic::always;
    value_id start = v.constant(0);
    if (link.word != detail::no_word) {
        const auto word = static_cast<std::uint32_t>(link.word);
        start = variable(word);
        if (asked_link_ == link_type::prism) {  // some drivers write AVS headers where Prism headers are announced
            const term_id is_avs = terms.test(bpf::jeq, v.arithmetic(bpf::and_, v.load(0, 4), 0xfffff000), 0x80211000);
            all = either(both(is_avs, terms.assign(word, v.load(4, 4))), terms.assign(word, v.constant(144)));
        } else if (asked_link_ == link_type::avs) {
            all = terms.assign(word, v.load(4, 4));
        } else {  // a little-endian length
            const value_id high = v.arithmetic(bpf::lsh, v.load(3, 1), 8);
            all = terms.assign(word, v.combined(bpf::or_, high, v.load(2, 1)));
        }
    }
    if (payload.word == detail::no_word) return all;
    return both(all, wlan_header_length(start));
}

}  // namespace pcapframe::filter
