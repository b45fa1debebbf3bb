// Domain names in DNS messages (RFC 1035, sections 3.1 and 4.1.4).
//
// `check` unpacks once: a name that leaves the message, goes round, or is too long is refused. What is checked can be
// written without further tests.
#pragma once

#include <array>

#include <pcapframe/base/limits.hpp>
#include <pcapframe/bytes/checked.hpp>
#include <pcapframe/message/made_text.hpp>

namespace pcapframe::inline v0_2::message {

/// A name in a message: a view of the message's bytes.
class dns_name {
public:
    /// Octets of a name on the wire, the last zero included (RFC 1035, section 2.3.4).
    static constexpr std::size_t octets_max = 255;

    /// The name at an offset. A pointer must point to what is before the labels that it ends (RFC 1035: a "prior
    /// occurrence"), so that every walk ends.
    [[nodiscard]] static checked<dns_name> check(bytes_view message, std::size_t offset) noexcept {
        dns_name name(message, offset);
        std::size_t at = offset;
        std::size_t begin = offset;
        std::size_t octets = 1;
        unsigned pointers = 0;
        while (at < message.size()) {
            const std::size_t length = message[at];
            if (length == 0) {
                if (pointers == 0) name.next_ = at + 1;
                return name;
            }
            if (length < 0x40) {
                octets += length + 1;
                at += length + 1;
                if (octets > octets_max) return no_view;
                continue;
            }
            if (length < 0xc0 || at + 1 >= message.size()) return no_view;
            if (pointers++ == 0) name.next_ = at + 2;
            at = load_be16(message.data() + at) & 0x3fffU;
            if (at >= begin || pointers > limits::dns_pointers_max) return no_view;
            begin = at;
        }
        return no_view;
    }

    /// The offset behind the name.
    [[nodiscard]] std::size_t next() const noexcept { return next_; }
    [[nodiscard]] bool is_root() const noexcept { return message_[first_label()] == 0; }

    /// Appends the name without a dot at its end, "." for the root. Valid UTF-8 stays as it is, as mDNS has it (RFC
    /// 6762, section 16); an internationalized name is an A-label ("xn--...") on the wire and stays that. A dot or
    /// backslash within a label gets a backslash in front, and any other byte becomes \DDD (RFC 1035, section 5.1).
    void write(made_text& out) const noexcept {
        std::size_t at = first_label();
        if (message_[at] == 0) {
            out.add('.');
            return;
        }
        for (bool is_first = true; message_[at] != 0; at = resolve(at)) {
            const std::size_t length = message_[at];
            if (!is_first) out.add('.');
            is_first = false;
            write_label(out, message_.subspan(at + 1, length));
            at += length + 1;
        }
    }
    /// The first label, and nothing of the root.
    [[nodiscard]] bytes_view label() const noexcept {
        const std::size_t at = first_label();
        return message_.subspan(at + 1, message_[at]);
    }

private:
    dns_name(bytes_view message, std::size_t offset) noexcept : message_(message), at_(offset), next_(offset) {}

    /// Follows pointers to where a label or the end is.
    [[nodiscard]] std::size_t resolve(std::size_t at) const noexcept {
        while (message_[at] >= 0xc0) at = load_be16(message_.data() + at) & 0x3fffU;
        return at;
    }
    [[nodiscard]] std::size_t first_label() const noexcept { return resolve(at_); }

    static constexpr bool is_plain(std::uint8_t c) noexcept { return c >= 0x20 && c < 0x7f && c != '.' && c != '\\'; }

    static void write_label(made_text& out, bytes_view label) noexcept {
        std::size_t plain = 0;
        while (plain < label.size() && is_plain(label[plain])) ++plain;
        out.add(as_text(label.first(plain)));
        for (std::string_view rest = as_text(label.subspan(plain)); !rest.empty();)
            rest.remove_prefix(write_character(out, rest));
    }
    static std::size_t write_character(made_text& out, std::string_view rest) noexcept {
        const auto c = static_cast<std::uint8_t>(rest[0]);
        const std::size_t sequence = c < 0x80 ? 0 : utf8_sequence(rest);
        const bool is_control = sequence == 2 && c == 0xc2 && static_cast<std::uint8_t>(rest[1]) < 0xa0;
        if (sequence != 0 && !is_control) {
            out.add(rest.substr(0, sequence));
            return sequence;
        }
        if (is_plain(c)) out.add(rest[0]);
        else if (c == '.' || c == '\\') out.add('\\').add(rest[0]);
        else out.add('\\').add(digit(c / 100)).add(digit(c / 10 % 10)).add(digit(c % 10));
        return 1;
    }
    static constexpr char digit(int value) noexcept { return static_cast<char>('0' + value); }

    bytes_view message_;
    std::size_t at_;
    std::size_t next_;
};

}  // namespace pcapframe::message
