// A filter in words: the tree of its terms, each term with what it asks.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <pcapframe/base/problem.hpp>
#include <pcapframe/filter/language/parser.hpp>

namespace pcapframe::inline v0_2::filter {

namespace detail {

class explainer {
public:
    explicit explainer(const syntax_tree& tree) : tree_(tree) {}

    [[nodiscard]] std::string text() {
        if (tree_.root == 0) return "every packet\n";
        add(tree_.root, 0, false);
        return text_;
    }

private:
    void line(int depth, const std::string& meaning) {
        text_ += std::string(static_cast<std::size_t>(2 * depth), ' ') + meaning + "\n";
    }
    void add(node_id id, int depth, bool negated);
    [[nodiscard]] std::string term(const node& n) const;
    [[nodiscard]] std::string address(const node& n) const;
    [[nodiscard]] std::string port(const node& n) const;
    [[nodiscard]] std::string word(const node& n) const;
    [[nodiscard]] std::string side(node_id id) const;

    const syntax_tree& tree_;
    std::string text_;
};

[[nodiscard]] constexpr std::string_view direction_text(direction dir) noexcept {
    constexpr std::array<std::string_view, 11> texts{"source or destination",
                                                     "source",
                                                     "destination",
                                                     "source or destination",
                                                     "source and destination",
                                                     "first",
                                                     "second",
                                                     "third",
                                                     "fourth",
                                                     "receiver's",
                                                     "transmitter's"};
    return texts[static_cast<std::size_t>(dir)];
}

[[nodiscard]] constexpr std::string_view comparison_text(std::uint16_t op) noexcept {
    constexpr std::array<std::string_view, 6> texts{"is",          "is not",       "is greater than",
                                                    "is at least", "is less than", "is at most"};
    return texts[op < texts.size() ? op : 0];
}

/// Chains of the same operator are one list; "and" and "or" bind alike, from the left.
inline void explainer::add(node_id id, int depth, bool negated) {
    const node& n = tree_[id];
    const std::string no = negated ? "not: " : "";
    if (n.kind == node_kind::not_) return add(n.a, depth, !negated);
    if (n.kind != node_kind::and_ && n.kind != node_kind::or_) return line(depth, no + term(n));
    line(depth, no + (n.kind == node_kind::and_ ? "all of" : "any of"));
    std::vector<node_id> parts;
    node_id at = id;
    for (; tree_[at].kind == n.kind; at = tree_[at].a) parts.push_back(tree_[at].b);
    parts.push_back(at);
    for (auto part = parts.rbegin(); part != parts.rend(); ++part) add(*part, depth + 1, false);
}

inline std::string explainer::port(const node& n) const {
    const std::string over =
        n.q.protocol == protocol_word::none ? "TCP, UDP or SCTP" : std::string(word_of(n.q.protocol));
    const bool range = n.q.kind == address_kind::portrange;
    return over + " in IPv4 or IPv6, first fragments only, and the " + std::string(direction_text(n.q.dir)) + " port " +
           (range ? "is in " : "is ") + std::string(n.text);
}

inline std::string explainer::address(const node& n) const {
    const std::string text(n.text);
    const std::string in = n.q.protocol == protocol_word::none ? "" : " in " + std::string(word_of(n.q.protocol));
    switch (n.q.kind) {
        case address_kind::port:
        case address_kind::portrange: return port(n);
        case address_kind::proto: return "the protocol" + in + " is " + text;
        case address_kind::protochain: return "the protocol" + in + " behind all extension headers is " + text;
        default: break;
    }
    const std::string which = "the " + std::string(direction_text(n.q.dir)) + " address" + in + " ";
    if (n.kind == node_kind::ipv4_prefix || n.kind == node_kind::ipv6_prefix)
        return which + "is in the network " + text + "/" + std::to_string(n.number);
    if (n.kind == node_kind::ipv4_mask)
        return which + "is in the network " + text + " with mask " + std::string(n.second);
    return which + (n.q.kind == address_kind::net ? "is in the network " : "is ") + text;
}

inline std::string explainer::side(node_id id) const {
    const node& n = tree_[id];
    constexpr std::array<std::string_view, 11> signs{"+", "-", "*", "/", "|", "&", "<<", ">>", "", "%", "^"};
    switch (n.kind) {
        case node_kind::literal: return std::string(n.text);
        case node_kind::length: return "the length on the wire";
        case node_kind::negate: return "-(" + side(n.a) + ")";
        case node_kind::arithmetic:
            return "(" + side(n.a) + " " + std::string(signs[n.op >> 4U]) + " " + side(n.b) + ")";
        default: break;
    }
    const std::string count = n.other == 1 ? "the byte" : "the " + std::to_string(n.other) + " bytes";
    const auto protocol = static_cast<protocol_word>(n.number);
    const std::string_view where = looks_into_ipv4(protocol) ? " in IPv4" : "";
    return count + " of " + std::string(word_of(protocol)) + std::string(where) + " from " + side(n.a);
}

inline std::string explainer::word(const node& n) const {
    const std::string number = std::to_string(n.number);
    const std::string with = n.flag ? " with number " + number : "";
    switch (n.kind) {
        case node_kind::less: return "the length on the wire is at most " + number;
        case node_kind::greater: return "the length on the wire is at least " + number;
        case node_kind::vlan: return "a VLAN tag" + with + "; what follows looks behind it";
        case node_kind::mpls: return "an MPLS label" + with + "; what follows looks behind it";
        case node_kind::pppoed: return "PPPoE discovery";
        case node_kind::pppoes: return "a PPPoE session" + with + "; what follows looks into it";
        case node_kind::geneve: return "Geneve" + with + "; what follows looks at the packet inside";
        case node_kind::vxlan: return "VXLAN" + with + "; what follows looks at the packet inside";
        case node_kind::inbound: return "received by the host that captured";
        case node_kind::outbound: return "sent by the host that captured";
        case node_kind::ifindex: return "the interface's index is " + number;
        case node_kind::broadcast:
        case node_kind::multicast: {
            const std::string_view over = word_of(static_cast<protocol_word>(n.number));
            const std::string layer = over.empty() ? "link-layer" : std::string(over);
            return layer + (n.kind == node_kind::broadcast ? " broadcast" : " multicast");
        }
        case node_kind::byte:
            return "byte " + std::to_string(n.other) + " of the link-layer header " + static_cast<char>(n.op) + " " +
                   number;
        case node_kind::pf_ifname: return "logged by PF on the interface " + std::string(n.text);
        case node_kind::pf_ruleset: return "logged by PF for the ruleset " + std::string(n.text);
        case node_kind::pf_rnr: return "logged by PF for rule " + number;
        case node_kind::pf_srnr: return "logged by PF for rule " + number + " of an anchored ruleset";
        case node_kind::pf_reason: return "logged by PF with reason " + number;
        case node_kind::pf_action: return "logged by PF with action " + number;
        case node_kind::wlan_type:
            return "the 802.11 frame control byte is " + number + " under mask " + std::to_string(n.other);
        case node_kind::wlan_dir: return "the 802.11 direction is " + number;
        case node_kind::atm: return "ATM: " + std::string(n.text);
        case node_kind::mtp2: return "SS7 signal unit: " + std::string(n.text);
        case node_kind::atm_field:
        case node_kind::mtp3_field:
            return "the field " + std::string(n.text) + " " + std::string(comparison_text(n.op)) + " " + number;
        default: return "an LLC frame" + std::string(n.kind == node_kind::llc ? "" : " of the type named");
    }
}

inline std::string explainer::term(const node& n) const {
    if (n.kind == node_kind::relation) return side(n.a) + " " + std::string(comparison_text(n.op)) + " " + side(n.b);
    if (n.kind == node_kind::protocol) return "it is " + std::string(n.text);
    return n.kind <= node_kind::arcnet ? address(n) : word(n);
}

}  // namespace detail

/// The terms of an expression as an indented list in words; or its first problem.
[[nodiscard]] inline text_result<std::string> explain(std::string_view expression) {
    const text_result<syntax_tree> tree = parser(expression).parse();
    if (!tree) return tree.problems();
    return detail::explainer(*tree).text();
}

}  // namespace pcapframe::filter
