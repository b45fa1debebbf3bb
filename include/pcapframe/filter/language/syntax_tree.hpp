// The syntax tree of a filter expression: nodes in one array, each node after the nodes that it is made of.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include <pcapframe/filter/language/words.hpp>

namespace pcapframe::inline v0_2::filter {

/// What stands before an address, a port or a number; an address without qualifiers takes those of the address before
/// it.
struct qualifier {
    protocol_word protocol = protocol_word::none;
    direction dir = direction::none;
    address_kind kind = address_kind::none;

    /// Nothing to inherit yet: a bare address here is an error.
    [[nodiscard]] static constexpr qualifier missing() noexcept { return {protocol_word::unset, {}, {}}; }
};

/// What a node of the tree says.
enum class node_kind : std::uint8_t {
    and_,
    or_,
    not_,
    // With a qualifier.
    name,
    number,
    ipv4,
    ipv4_prefix,
    ipv4_mask,
    ipv6,
    ipv6_prefix,
    mac,
    arcnet,
    // Words that stand alone; `number` holds the word's value or which word it is, `flag` whether a value was given.
    protocol,
    broadcast,
    multicast,
    less,
    greater,
    byte,
    inbound,
    outbound,
    ifindex,
    vlan,
    mpls,
    pppoed,
    pppoes,
    geneve,
    vxlan,
    pf_ifname,
    pf_ruleset,
    pf_rnr,
    pf_srnr,
    pf_reason,
    pf_action,
    wlan_type,
    wlan_dir,
    llc,
    llc_i,
    llc_s,
    llc_u,
    llc_s_type,
    llc_u_type,
    atm,
    atm_field,
    mtp2,
    mtp3_field,
    // A comparison of two sides, and what sides are made of.
    relation,
    literal,
    load,
    arithmetic,
    negate,
    length,
};

/// The relations of numbers.
enum class compare : std::uint8_t { equal, not_equal, greater, at_least, less, at_most };

/// The node of index 0 stands for none.
using node_id = std::uint32_t;

/// A node of the tree.
struct node {
    node_kind kind{};
    bool flag = false;
    qualifier q{};
    std::uint16_t op = 0;  ///< BPF operation of arithmetic, `compare` of relations, sign of `byte`
    node_id a = 0;
    node_id b = 0;
    std::uint32_t number = 0;
    std::uint32_t other = 0;   ///< size of a load, mask of wlan_type, place looked at by byte
    std::uint32_t offset = 0;  ///< place in the expression
    std::string_view text;     ///< of the expression
    std::string_view second;   ///< the mask behind an IPv4 address
};

/// The tree of one expression.
struct syntax_tree {
    syntax_tree() {
        nodes.reserve(16);
        nodes.resize(1);
    }

    std::vector<node> nodes;
    node_id root = 0;  ///< 0: an empty expression, which matches everything

    [[nodiscard]] const node& operator[](node_id id) const noexcept { return nodes[id]; }
    node_id add(const node& made) {
        nodes.push_back(made);
        return static_cast<node_id>(nodes.size() - 1);
    }
};

}  // namespace pcapframe::filter
