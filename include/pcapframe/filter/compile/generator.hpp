// From the syntax tree to what the tree asks of a packet of one link type.
//
// Everything here follows libpcap 1.10: which header a term looks at, in which order, and how `vlan`, `mpls`, `pppoes`
// and `geneve` shift the headers that the terms to their right look at.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <pcapframe/base/problem.hpp>
#include <pcapframe/filter/compile/link_layout.hpp>
#include <pcapframe/filter/compile/logic.hpp>
#include <pcapframe/filter/compile/options.hpp>
#include <pcapframe/filter/language/lexer.hpp>
#include <pcapframe/filter/language/syntax_tree.hpp>
#include <pcapframe/filter/language/value_names.hpp>
#include <pcapframe/registry/ethertypes.hpp>
#include <pcapframe/registry/link_types.hpp>

namespace pcapframe::inline v0_2::filter {

namespace detail {

/// The numbers of protocols that filters ask the link layer for: ethertypes, and below 0x0600 the SAPs of LLC headers.
namespace carried {
inline constexpr std::uint32_t ip = ethertype::ipv4, arp = ethertype::arp, rarp = ethertype::rarp,
                               ip6 = ethertype::ipv6, decnet = ethertype::decnet, atalk = ethertype::atalk,
                               aarp = ethertype::aarp, ipx_type = ethertype::ipx, ns = 0x0600, mpls = ethertype::mpls,
                               pppoe_session = ethertype::pppoe_session;
inline constexpr std::uint32_t sap_ip = 0x06, sap_stp = 0x42, sap_ipx = 0xe0, sap_netbeui = 0xf0, sap_iso = 0xfe;
inline constexpr std::uint32_t longest_length = 1500;  ///< up to here an ethertype is a length instead
}  // namespace carried

/// Which header an offset is counted from.
enum class origin : std::uint8_t {
    packet,
    link,
    previous_link,
    llc,
    previous_mpls,
    type,
    network,
    network_nosnap,
    transport4,
    transport6,
};

inline constexpr int no_word = -1;

/// A place in the packet: a constant, and where the place is variable a memory word whose value is added to the
/// constant.
struct place_in_packet {
    bool is_variable = false;
    std::uint32_t constant = 0;
    int word = no_word;
};

/// One side of a comparison.
struct side_value {
    value_id value = 0;
    term_id checks = logic::none;            ///< what must hold before the side is computed
    int word = 0;                            ///< the memory word in which libpcap would hold the side's value
    std::optional<std::uint32_t> leading{};  ///< the number that the side begins with, if any
};

}  // namespace detail

/// What a filter asks, and which memory words the headers of variable length use.
struct question {
    question(scratch& memory, bool exact, bool plain) : terms(memory, exact, plain) {}

    logic terms;
    term_id root = logic::always;
    std::uint16_t words = 0;  ///< bit n: M[n] is used
    /// libpcap does not optimize programs with loops or with branches inside of tests.
    bool never_optimized = false;
};

/// Makes terms of a syntax tree, for one link type.
class generator {
public:
    generator(scratch& memory, const syntax_tree& tree, std::uint16_t link_type, const compile_options& options,
              std::string_view expression)
        : tree_(tree),
          options_(options),
          expression_(expression),
          asked_link_(link_type),
          out_(memory, options.exact || !options.optimize, options.plain_tests),
          terms_(tree.nodes.size(), logic::none, memory),
          sides_(memory) {}

    /// What the tree asks, or the first problem of the expression for the link type.
    [[nodiscard]] text_result<question> run();

private:
    using origin = detail::origin;
    using side_value = detail::side_value;
    using place = detail::place_in_packet;

    // generator.hpp: the parts that everything else is made of
    void begin(const link_row& row);
    term_id fail(std::string reason, std::string_view hint = {});
    /// An address stands behind a kind that takes none.
    term_id refuse_kind(address_kind kind);
    int take_word();
    void free_word(int word) { words_[static_cast<std::size_t>(word)] = false; }
    value_id word_value(place& p);
    /// The headers of Prism and AVS announce their length in 32 bits, all others in 16 at most.
    value_id variable(std::uint32_t word) {
        return values().variable(word, asked_link_ != link_type::prism && asked_link_ != link_type::avs);
    }
    value_id load(origin from, std::uint32_t offset, std::uint8_t size);
    value_id load_place(place& p, std::uint32_t offset, std::uint8_t size);
    value_id ipv4_header_length();
    term_id equal(origin from, std::uint32_t offset, std::uint8_t size, std::uint32_t k) {
        return out_.terms.test(bpf::jeq, load(from, offset, size), k);
    }
    term_id masked(origin from, std::uint32_t offset, std::uint8_t size, std::uint32_t k, std::uint32_t mask) {
        return out_.terms.test(bpf::jeq, values().arithmetic(bpf::and_, load(from, offset, size), mask), k);
    }
    term_id greater(origin from, std::uint32_t offset, std::uint8_t size, std::uint32_t k) {
        return out_.terms.test(bpf::jgt, load(from, offset, size), k);
    }
    term_id bits(origin from, std::uint32_t offset, std::uint32_t mask) {
        return out_.terms.test(bpf::jset, load(from, offset, 1), mask);
    }
    term_id bytes(origin from, std::uint32_t offset, std::string_view wanted);
    term_id both(term_id a, term_id b) { return out_.terms.both(a, b); }
    term_id either(term_id a, term_id b) { return out_.terms.either(a, b); }
    term_id negation(term_id a) { return out_.terms.negation(a); }
    value_table& values() { return out_.terms.values(); }
    term_id of(const node& n);

    // generator_link.hpp: which protocol the link layer carries
    term_id link_protocol(std::uint32_t protocol);
    term_id ethernet_protocol(std::uint32_t protocol);
    term_id cooked_protocol(std::uint32_t protocol);
    term_id llc_protocol(std::uint32_t protocol);
    term_id loopback_protocol(std::uint32_t protocol);
    term_id loopback_family(std::uint32_t family);
    term_id arcnet_protocol(std::uint32_t protocol);
    term_id ppp_protocol(std::uint32_t protocol);
    term_id frame_relay_protocol(std::uint32_t protocol);
    term_id mpls_protocol(std::uint32_t protocol);
    term_id other_link_protocol(std::uint32_t protocol);
    term_id snap(std::uint32_t organisation, std::uint32_t protocol);
    term_id previous_link_check();
    term_id wlan_data_frame();
    term_id llc_frame();
    term_id llc_type(const node& n);

    // generator_address.hpp
    term_id address(const node& n);
    term_id name(const node& n);
    term_id host_name(const node& n);
    term_id network_name(const node& n);
    term_id number(const node& n);
    term_id ipv4(const node& n);
    term_id ipv6(const node& n);
    term_id mac(const node& n, const mac_address& address);
    term_id arcnet(const node& n);
    term_id host(std::uint32_t address, std::uint32_t mask, const qualifier& q);
    term_id host_of(std::uint32_t address, std::uint32_t mask, direction dir, std::uint32_t protocol, std::uint32_t src,
                    std::uint32_t dst);
    term_id host6(const ip_octets& address, const ip_octets& mask, const qualifier& q);
    term_id decnet_host(std::uint32_t address, direction dir);
    term_id mac_at(const mac_address& address, direction dir, std::uint32_t src, std::uint32_t dst);
    term_id link_mac(const mac_address& address, direction dir);
    template <class One>
    term_id directed(direction dir, One one);
    bool plain_direction(direction dir);

    // generator_wlan.hpp
    term_id wlan_mac(const mac_address& address, direction dir);
    term_id wlan_source(const mac_address& address);
    term_id wlan_destination(const mac_address& address);
    term_id wlan_transmitter(const mac_address& address, bool data_only);
    term_id wlan_multicast();
    term_id wlan_type(const node& n);
    term_id wlan_direction(const node& n);
    term_id wlan_header_length(value_id start);
    term_id radiotap_padding(value_id before);
    term_id prelude();

    // generator_port.hpp
    term_id port(const node& n, std::uint32_t first, std::uint32_t last, std::optional<std::uint8_t> protocol);
    term_id ports4(std::uint32_t first, std::uint32_t last, std::uint8_t protocol, direction dir);
    term_id ports6(std::uint32_t first, std::uint32_t last, std::uint8_t protocol, direction dir);
    term_id port_family(std::uint32_t first, std::uint32_t last, std::optional<std::uint8_t> protocol, direction dir,
                        bool ipv6);
    term_id one_port(origin from, std::uint32_t offset, std::uint32_t first, std::uint32_t last);
    term_id named_port(const node& n);
    term_id not_a_later_fragment();
    std::optional<service_ports> service(const node& n, std::string_view name);
    std::optional<std::uint8_t> transport_of(const node& n, const service_ports& ports);

    // generator_protocol.hpp
    term_id protocol(protocol_word word);
    term_id isis_types(std::initializer_list<std::uint32_t> types);
    term_id protocol_number(std::uint32_t k, protocol_word over);
    term_id protocol_chain(std::uint32_t k, protocol_word over);
    term_id named_protocol(const node& n);

    // generator_tunnel.hpp
    term_id vlan(const node& n);
    term_id vlan_in_packet(const node& n);
    term_id vlan_of_kernel(const node& n);
    term_id vlan_type();
    term_id mpls(const node& n);
    term_id pppoe_session(const node& n);
    term_id overlay(const node& n);
    term_id overlay_header(const node& n, bool ipv6, std::uint32_t start_word);
    term_id overlay_offsets(const node& n, std::uint32_t start_word, int type_word);
    void push_link(std::uint16_t type, place start);

    // generator_special.hpp
    term_id broadcast(protocol_word over);
    term_id multicast(protocol_word over);
    term_id byte_test(const node& n);
    term_id outgoing(bool wanted);
    term_id interface_index(std::uint32_t k);
    term_id pf(const node& n);
    term_id atm(atm_word word);
    term_id atm_circuit(std::uint32_t vci);
    term_id atm_messages(std::initializer_list<std::uint32_t> types);
    term_id atm_lane();
    term_id atm_field(const node& n);
    term_id mtp2(mtp2_word word);
    term_id mtp3(const node& n);
    term_id compared(const node& n, value_id v, std::uint32_t k);

    // generator_side.hpp
    void side(const node& n, side_value& into);
    side_value loaded(const node& n, side_value index);
    side_value computed(const node& n, side_value a, const side_value& b);
    value_id indexed(const place& from, std::uint32_t offset, value_id index, std::uint8_t size);
    term_id load_checks(protocol_word protocol, term_id of_index);
    term_id relation(const node& n);
    static term_id decided(compare how, std::uint32_t a, std::uint32_t b);
    term_id related(compare how, const side_value& a, const side_value& b);

    const syntax_tree& tree_;
    const compile_options& options_;
    std::string_view expression_;
    problem why_;
    std::uint16_t asked_link_;
    const node* at_ = nullptr;  ///< whose place an error has
    bool failed_ = false;
    const char* refused_if_optimized_ = nullptr;
    const node* refused_at_ = nullptr;
    question out_;
    scratch_vector<term_id> terms_;     ///< of each node
    scratch_vector<side_value> sides_;  ///< of each node, where some are sides

    // Where the headers are that the next term looks at.
    std::uint16_t link_type_ = 0;
    std::uint16_t previous_link_type_ = 0;
    place link_{}, previous_link_{}, type_{}, payload_{};
    std::uint32_t network_ = 0;
    std::uint32_t network_nosnap_ = 0;
    std::uint32_t labels_ = 0;  ///< MPLS labels matched so far
    std::uint32_t tags_ = 0;    ///< VLAN tags matched so far
    bool in_overlay_ = false;   ///< behind `geneve` or `vxlan`
    bool in_atm_ = false;
    std::optional<std::array<std::uint32_t, 2>> shifted_words_;  ///< set where the kernel keeps VLAN tags
    std::optional<place> outermost_link_, outermost_payload_;    ///< of the frame around a tunnel
    std::array<bool, bpf::memory_words> words_{};
    std::size_t next_word_ = 0;
};

/// Refuses the term at hand; only the first reason counts.
inline term_id generator::fail(std::string reason, std::string_view hint) {
    if (!failed_) {
        failed_ = true;
        why_ = {.reason = std::move(reason),
                .hint = std::string(hint),
                .text = std::string(expression_),
                .offset = at_ == nullptr ? 0 : at_->offset,
                .length = at_ == nullptr ? 0 : at_->text.size(),
                .text_is = "filter"};
    }
    return logic::never;
}

inline void generator::begin(const link_row& row) {
    const link_offsets& at = row.offsets;
    link_type_ = previous_link_type_ = row.number;
    link_ = {at.variable_link, at.link, detail::no_word};
    previous_link_ = link_;
    type_ = {false, at.type, detail::no_word};
    payload_ = {at.variable_payload, at.payload, detail::no_word};
    network_ = at.network;
    network_nosnap_ = at.network_nosnap;
    in_atm_ = row.number == link_type::sunatm;
}

/// A memory word that nothing uses. Sixteen are all there are: an expression that needs more is refused.
inline int generator::take_word() {
    for (std::size_t tried = 0; tried < words_.size(); ++tried) {
        if (!words_[next_word_]) {
            words_[next_word_] = true;
            return static_cast<int>(next_word_);
        }
        next_word_ = (next_word_ + 1) % words_.size();
    }
    (void)fail("the expression needs more than the 16 memory words that a filter program has");
    return 0;
}

inline value_id generator::word_value(place& p) {
    if (p.word == detail::no_word) p.word = take_word();
    out_.words |= static_cast<std::uint16_t>(1U << p.word);
    return variable(static_cast<std::uint32_t>(p.word));
}

inline value_id generator::load_place(place& p, std::uint32_t offset, std::uint8_t size) {
    if (!p.is_variable) return values().load(p.constant + offset, size);
    return values().load_at(word_value(p), p.constant + offset, size);
}

inline value_id generator::load(origin from, std::uint32_t offset, std::uint8_t size) {
    switch (from) {
        case origin::packet: return values().load(offset, size);
        case origin::link: return load_place(link_, offset, size);
        case origin::previous_link: return load_place(previous_link_, offset, size);
        case origin::llc: return load_place(payload_, offset, size);
        case origin::previous_mpls: return load_place(payload_, network_ - 4 + offset, size);
        case origin::type: return load_place(type_, offset, size);
        case origin::network: return load_place(payload_, network_ + offset, size);
        case origin::network_nosnap: return load_place(payload_, network_nosnap_ + offset, size);
        case origin::transport6: return load_place(payload_, network_ + 40 + offset, size);
        case origin::transport4: break;
    }
    return values().load_at(ipv4_header_length(), payload_.constant + network_ + offset, size);
}

/// The length of the IPv4 header, plus the variable part of the place where the header begins.
inline value_id generator::ipv4_header_length() {
    if (!payload_.is_variable) return values().header(payload_.constant + network_);
    const value_id first = load_place(payload_, network_, 1);
    const value_id words = values().arithmetic(bpf::and_, first, 15);
    return values().combined(bpf::add, values().arithmetic(bpf::lsh, words, 2), word_value(payload_));
}

/// Bytes of the packet that are as wanted, the last ones compared first.
inline term_id generator::bytes(origin from, std::uint32_t offset, std::string_view wanted) {
    term_id all = logic::always;
    auto left = static_cast<std::uint32_t>(wanted.size());
    while (left > 0) {
        const auto size = static_cast<std::uint8_t>(left >= 4 ? 4 : left >= 2 ? 2 : 1);
        left -= size;
        std::uint32_t k = 0;
        for (std::uint32_t i = left; i < left + size; ++i) k = k << 8 | static_cast<std::uint8_t>(wanted[i]);
        all = both(all, equal(from, offset + left, size, k));
    }
    return all;
}

inline text_result<question> generator::run() {
    const auto row = find_link(asked_link_);
    if (!row) {
        (void)fail("filters cannot be compiled for link type " + link_type_name(asked_link_));
        return std::move(why_);
    }
    begin(*row);
    // The parts of a node stand before it, so this is the order in which they were written.
    for (std::size_t id = 1; id < tree_.nodes.size() && !failed_; ++id) {
        at_ = &tree_.nodes[id];
        if (at_->kind < node_kind::literal) {
            terms_[id] = of(*at_);
        } else {
            if (sides_.empty()) sides_.resize(tree_.nodes.size());
            side(*at_, sides_[id]);
        }
    }
    if (failed_) return std::move(why_);
    at_ = nullptr;
    out_.root = tree_.root == 0 ? logic::always : both(prelude(), terms_[tree_.root]);
    if (link_type_ == link_type::ppi && tree_.root != 0)  // only 802.11 behind a PPI header is understood
        out_.root = both(out_.terms.test(bpf::jeq, values().load(4, 4), 0x69000000), out_.root);
    if (refused_if_optimized_ != nullptr && options_.optimize && !out_.never_optimized) {
        at_ = refused_at_;
        (void)fail(refused_if_optimized_);
    }
    if (failed_) return std::move(why_);
    return std::move(out_);
}

inline term_id generator::of(const node& n) {
    switch (n.kind) {
        case node_kind::and_: return both(terms_[n.a], terms_[n.b]);
        case node_kind::or_: return either(terms_[n.a], terms_[n.b]);
        case node_kind::not_: return negation(terms_[n.a]);
        case node_kind::name:
        case node_kind::number:
        case node_kind::ipv4:
        case node_kind::ipv4_prefix:
        case node_kind::ipv4_mask:
        case node_kind::ipv6:
        case node_kind::ipv6_prefix:
        case node_kind::mac:
        case node_kind::arcnet: return address(n);
        case node_kind::relation: return relation(n);
        case node_kind::protocol: return protocol(static_cast<protocol_word>(n.number));
        case node_kind::broadcast: return broadcast(static_cast<protocol_word>(n.number));
        case node_kind::multicast: return multicast(static_cast<protocol_word>(n.number));
        case node_kind::less: return negation(out_.terms.test(bpf::jgt, values().length(), n.number));
        case node_kind::greater: return out_.terms.test(bpf::jge, values().length(), n.number);
        case node_kind::byte: return byte_test(n);
        case node_kind::inbound: return outgoing(false);
        case node_kind::outbound: return outgoing(true);
        case node_kind::ifindex: return interface_index(n.number);
        case node_kind::vlan: return vlan(n);
        case node_kind::mpls: return mpls(n);
        case node_kind::pppoed: return link_protocol(ethertype::pppoe_discovery);
        case node_kind::pppoes: return pppoe_session(n);
        case node_kind::geneve:
        case node_kind::vxlan: return overlay(n);
        case node_kind::pf_ifname:
        case node_kind::pf_ruleset:
        case node_kind::pf_rnr:
        case node_kind::pf_srnr:
        case node_kind::pf_reason:
        case node_kind::pf_action: return pf(n);
        case node_kind::wlan_type: return wlan_type(n);
        case node_kind::wlan_dir: return wlan_direction(n);
        case node_kind::atm: return atm(static_cast<atm_word>(n.number));
        case node_kind::atm_field: return atm_field(n);
        case node_kind::mtp2: return mtp2(static_cast<mtp2_word>(n.number));
        case node_kind::mtp3_field: return mtp3(n);
        default: return llc_type(n);
    }
}

}  // namespace pcapframe::filter

#include <pcapframe/filter/compile/generator_address.hpp>
#include <pcapframe/filter/compile/generator_link.hpp>
#include <pcapframe/filter/compile/generator_port.hpp>
#include <pcapframe/filter/compile/generator_protocol.hpp>
#include <pcapframe/filter/compile/generator_side.hpp>
#include <pcapframe/filter/compile/generator_special.hpp>
#include <pcapframe/filter/compile/generator_tunnel.hpp>
#include <pcapframe/filter/compile/generator_wlan.hpp>
