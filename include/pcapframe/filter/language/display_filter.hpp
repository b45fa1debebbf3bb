// Display filters of Wireshark's, which look like filters and are none here: known by their fields, and written as
// tcpdump's where that can be done. Source of the fields: Wireshark's display filter reference.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pcapframe/base/text.hpp>
#include <pcapframe/registry/named_filters.hpp>

namespace pcapframe::inline v0_2::filter::detail {

/// How the comparison of a field is written here.
enum class field_form : std::uint8_t {
    address,  ///< `text`, then the address: only equal and not equal
    port,     ///< `text`, then "port" or "portrange"
    value,    ///< `text`, then the number: only equal and not equal
    number,   ///< `text`, the sign, the number
    flag,     ///< a bit: `text` is not 0 where the bit is set
};

struct display_field {
    std::string_view name;
    field_form form;
    std::string_view text;
};

inline constexpr std::array display_fields{
    display_field{"ip.addr", field_form::address, ""},
    display_field{"ip.host", field_form::address, ""},
    display_field{"ip.src", field_form::address, "src "},
    display_field{"ip.src_host", field_form::address, "src "},
    display_field{"ip.dst", field_form::address, "dst "},
    display_field{"ip.dst_host", field_form::address, "dst "},
    display_field{"ipv6.addr", field_form::address, ""},
    display_field{"ipv6.src", field_form::address, "src "},
    display_field{"ipv6.dst", field_form::address, "dst "},
    display_field{"eth.addr", field_form::value, "ether host"},
    display_field{"eth.src", field_form::value, "ether src"},
    display_field{"eth.dst", field_form::value, "ether dst"},
    display_field{"eth.type", field_form::value, "ether proto"},
    display_field{"tcp.port", field_form::port, "tcp "},
    display_field{"tcp.srcport", field_form::port, "tcp src "},
    display_field{"tcp.dstport", field_form::port, "tcp dst "},
    display_field{"udp.port", field_form::port, "udp "},
    display_field{"udp.srcport", field_form::port, "udp src "},
    display_field{"udp.dstport", field_form::port, "udp dst "},
    display_field{"sctp.port", field_form::port, "sctp "},
    display_field{"sctp.srcport", field_form::port, "sctp src "},
    display_field{"sctp.dstport", field_form::port, "sctp dst "},
    display_field{"ip.proto", field_form::value, "ip proto"},
    display_field{"ipv6.nxt", field_form::value, "ip6 proto"},
    display_field{"vlan.id", field_form::value, "vlan"},
    display_field{"mpls.label", field_form::value, "mpls"},
    display_field{"frame.len", field_form::number, "len"},
    display_field{"ip.len", field_form::number, "ip[2:2]"},
    display_field{"ip.id", field_form::number, "ip[4:2]"},
    display_field{"ip.ttl", field_form::number, "ip[8]"},
    display_field{"ipv6.hlim", field_form::number, "ip6[7]"},
    display_field{"ipv6.plen", field_form::number, "ip6[4:2]"},
    display_field{"icmp.type", field_form::number, "icmp[icmptype]"},
    display_field{"icmp.code", field_form::number, "icmp[icmpcode]"},
    display_field{"icmpv6.type", field_form::number, "icmp6[icmp6type]"},
    display_field{"icmpv6.code", field_form::number, "icmp6[icmp6code]"},
    display_field{"arp.opcode", field_form::number, "arp[6:2]"},
    display_field{"udp.length", field_form::number, "udp[4:2]"},
    display_field{"tcp.flags", field_form::number, "tcp[tcpflags]"},
    display_field{"tcp.flags.syn", field_form::flag, "tcp[tcpflags] & tcp-syn"},
    display_field{"tcp.flags.ack", field_form::flag, "tcp[tcpflags] & tcp-ack"},
    display_field{"tcp.flags.fin", field_form::flag, "tcp[tcpflags] & tcp-fin"},
    display_field{"tcp.flags.reset", field_form::flag, "tcp[tcpflags] & tcp-rst"},
    display_field{"tcp.flags.push", field_form::flag, "tcp[tcpflags] & tcp-push"},
    display_field{"tcp.flags.urg", field_form::flag, "tcp[tcpflags] & tcp-urg"},
};

/// Protocols whose fields occur in display filters, beside those that `filter_for_protocol` knows.
inline constexpr std::array<std::string_view, 16> other_display_protocols{
    "frame", "eth",  "wlan", "radiotap", "dcerpc", "kerberos", "ldap", "sip",
    "rtp",   "rtcp", "gtp",  "nfs",      "pfcp",   "diameter", "mqtt", "_ws"};

/// Writes a display filter as a filter, word by word.
class display_translator {
public:
    explicit display_translator(std::string_view text) : text_(text) {}

    /// The first field of a display filter in the text; empty where there is none. The names of hosts have dots, too:
    /// a field begins with a protocol, and stands behind no word that names follow.
    [[nodiscard]] std::string_view find_field() {
        std::string_view before;
        for (at_ = 0; at_ < text_.size();) {
            const std::string_view word = next();
            if (word.empty()) break;
            if (is_field(word) && !takes_name(before)) return word;
            before = word;
        }
        return {};
    }

    /// The filter that means the same; nothing where a part has no counterpart. In display filters "and" binds closer
    /// than "or", in filters they bind alike, so parentheses say what belongs together.
    [[nodiscard]] std::optional<std::string> translate() {
        std::vector<std::vector<std::string>> alternatives(1);
        std::string term_so_far;
        bool wants_term = true;
        for (at_ = 0; at_ < text_.size();) {
            const std::string_view word = next();
            if (word.empty()) break;
            const std::string_view joining = joining_word(word);
            if (joining.empty() != wants_term) return std::nullopt;
            if (!joining.empty()) {
                if (joining == "or") alternatives.emplace_back();
                wants_term = true;
                continue;
            }
            const bool is_not = word == "!" || equal_ignoring_case(word, "not");
            const std::string part = is_not ? "not " : word == "(" ? nested() : term(word);
            if (part.empty()) return std::nullopt;
            term_so_far += part;
            if (is_not) continue;
            alternatives.back().push_back(std::exchange(term_so_far, {}));
            wants_term = false;
        }
        if (wants_term) return std::nullopt;
        return joined(alternatives);
    }

private:
    static constexpr std::size_t word_bytes_max = 64;

    static constexpr bool is_blank(char c) noexcept { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
    static constexpr bool is_sign(char c) noexcept {
        return std::string_view("=!<>&|").find(c) != std::string_view::npos;
    }
    static constexpr bool is_bracket(char c) noexcept {
        return std::string_view("(){},[]").find(c) != std::string_view::npos;
    }

    static std::string joined(const std::vector<std::vector<std::string>>& alternatives) {
        std::string all;
        for (const std::vector<std::string>& terms : alternatives) {
            std::string one;
            for (const std::string& each : terms) one += (one.empty() ? "" : " and ") + each;
            if (alternatives.size() > 1 && terms.size() > 1) one = "(" + one + ")";
            all += (all.empty() ? "" : " or ") + one;
        }
        return all;
    }

    /// The next word, run of signs, or bracket; empty at the end.
    std::string_view next() noexcept {
        while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
        const std::size_t begin = at_;
        if (at_ == text_.size()) return {};
        if (is_bracket(text_[at_])) return text_.substr(at_++, 1);
        const bool signs = is_sign(text_[at_]);
        while (at_ < text_.size() && !is_blank(text_[at_]) && !is_bracket(text_[at_]) && is_sign(text_[at_]) == signs) {
            ++at_;
            // Of "!(", "!!" and "&&!" each sign of negation is a word of its own.
            if (!signs || at_ == text_.size()) continue;
            if (text_[at_] == '!' || (text_[begin] == '!' && text_[at_] != '=')) break;
        }
        return text_.substr(begin, at_ - begin);
    }
    std::string_view peek() noexcept {
        const std::size_t here = at_;
        const std::string_view word = next();
        at_ = here;
        return word;
    }

    static std::string_view joining_word(std::string_view word) noexcept {
        if (word == "&&" || equal_ignoring_case(word, "and")) return "and";
        if (word == "||" || equal_ignoring_case(word, "or")) return "or";
        return {};
    }

    static bool takes_name(std::string_view word) noexcept {
        constexpr std::array<std::string_view, 8> qualifiers{"host",    "net",  "src",       "dst",
                                                             "gateway", "port", "portrange", "proto"};
        return std::find(qualifiers.begin(), qualifiers.end(), word) != qualifiers.end();
    }

    static bool is_field(std::string_view word) noexcept {
        const std::size_t dot = word.find('.');
        if (dot == 0 || dot == std::string_view::npos || dot + 1 == word.size()) return false;
        const char second = to_lower(word[dot + 1]);
        if (!(second >= 'a' && second <= 'z') && second != '_') return false;
        const std::string_view protocol = word.substr(0, dot);
        const auto is_it = [&](std::string_view name) { return equal_ignoring_case(name, protocol); };
        return std::any_of(other_display_protocols.begin(), other_display_protocols.end(), is_it) ||
               !filter_for_protocol(protocol).empty();
    }

    /// What stands in parentheses, with them.
    std::string nested() {
        const std::size_t begin = at_;
        int depth = 1;
        while (depth > 0) {
            const std::string_view word = next();
            if (word.empty()) return "";
            depth += word == "(" ? 1 : word == ")" ? -1 : 0;
        }
        // A translator for each depth: what is nested deeper than any filter is left alone.
        constexpr int nesting_max = 50;
        if (++depth_ > nesting_max) return "";
        display_translator inner(text_.substr(begin, at_ - begin - 1));
        inner.depth_ = depth_;
        const auto made = inner.translate();
        --depth_;
        return made ? "(" + *made + ")" : "";
    }

    static std::string_view sign_of(std::string_view word) noexcept {
        struct row {
            std::string_view theirs;
            std::string_view ours;
        };
        constexpr std::array signs{row{"==", "="},  row{"=", "="},   row{"eq", "="},  row{"!=", "!="}, row{"ne", "!="},
                                   row{">", ">"},   row{"gt", ">"},  row{"<", "<"},   row{"lt", "<"},  row{">=", ">="},
                                   row{"ge", ">="}, row{"<=", "<="}, row{"le", "<="}, row{"===", "="}};
        for (const row& one : signs)
            if (equal_ignoring_case(one.theirs, word)) return one.ours;
        return {};
    }

    /// A field with what it is compared with, or a protocol; empty where that cannot be said here.
    std::string term(std::string_view word) {
        const auto field = std::find_if(display_fields.begin(), display_fields.end(),
                                        [&](const display_field& row) { return row.name == word; });
        if (field == display_fields.end())
            return word.find('.') == std::string_view::npos ? filter_for_protocol(word) : "";
        const std::string_view sign = sign_of(peek());
        if (sign.empty()) return field->form == field_form::flag ? std::string(field->text) + " != 0" : "";
        (void)next();
        const std::string_view value = next();
        const bool is_plain =
            !value.empty() && value.size() <= word_bytes_max &&
            value.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.:/-_") ==
                std::string_view::npos;
        return is_plain ? comparison(*field, sign, value) : "";
    }

    static std::string comparison(const display_field& field, std::string_view sign, std::string_view value) {
        const std::string text(field.text);
        const std::string shown(value);
        switch (field.form) {
            case field_form::number: return text + " " + std::string(sign) + " " + shown;
            case field_form::port: return port(text, sign, value);
            case field_form::flag: {
                const bool set = value == "1" || equal_ignoring_case(value, "true");
                if (!set && value != "0" && !equal_ignoring_case(value, "false")) return "";
                if (sign != "=" && sign != "!=") return "";
                return text + (set == (sign == "=") ? " != 0" : " = 0");
            }
            case field_form::address: {
                const std::string kind = value.find('/') == std::string_view::npos ? "host " : "net ";
                return equal_or_not(text + kind + shown, sign);
            }
            case field_form::value: return equal_or_not(text + " " + shown, sign);
        }
        return "";
    }

    static std::string equal_or_not(const std::string& made, std::string_view sign) {
        return sign == "=" ? made : sign == "!=" ? "not " + made : "";
    }

    static std::string port(const std::string& before, std::string_view sign, std::string_view value) {
        constexpr std::uint32_t most = 65535;
        std::uint32_t number = 0;
        for (const char c : value) {
            if (c < '0' || c > '9' || number > most) return "";
            number = number * 10 + static_cast<std::uint32_t>(c - '0');
        }
        if (number > most) return "";
        if (sign == "=" || sign == "!=") return equal_or_not(before + "port " + std::string(value), sign);
        std::uint32_t low = 0;
        std::uint32_t high = most;
        if (sign == ">") low = number + 1;
        if (sign == ">=") low = number;
        if (sign == "<" && number == 0) return "";
        if (sign == "<") high = number - 1;
        if (sign == "<=") high = number;
        if (low > high) return "";
        return before + "portrange " + std::to_string(low) + "-" + std::to_string(high);
    }

    std::string_view text_;
    std::size_t at_ = 0;
    int depth_ = 0;
};

}  // namespace pcapframe::inline v0_2::filter::detail
