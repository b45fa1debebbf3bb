// Text that parsers of messages make: written into memory of the caller's, and never beyond it.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <string_view>

#include <pcapframe/base/text.hpp>
#include <pcapframe/bytes/address.hpp>
#include <pcapframe/bytes/load.hpp>

namespace pcapframe::inline v0_2::message {

/// Appends text to memory of the caller's. What has no room is left out whole, and `ok` says so from there on. What is
/// appended is valid UTF-8 without zero bytes, whatever the bytes that it is made of.
///
///     char room[64];
///     made_text out(room, sizeof room);
///     out.add("port ").add_number(443);   // out.view() == "port 443"
class made_text {
public:
    made_text(char* room, std::size_t size) noexcept : begin_(room), at_(room), end_(room + size) {}

    [[nodiscard]] bool ok() const noexcept { return ok_; }
    [[nodiscard]] std::string_view view() const noexcept { return {begin_, size()}; }
    [[nodiscard]] std::size_t size() const noexcept { return static_cast<std::size_t>(at_ - begin_); }
    [[nodiscard]] bool empty() const noexcept { return at_ == begin_; }
    /// Forgets what was appended after `size` bytes, and that there was no room for more.
    void cut_back(std::size_t size) noexcept {
        at_ = begin_ + size;
        ok_ = true;
    }

    made_text& add(char c) noexcept {
        if (at_ == end_) ok_ = false;
        else *at_++ = c;
        return *this;
    }
    /// Valid UTF-8.
    made_text& add(std::string_view text) noexcept {
        if (static_cast<std::size_t>(end_ - at_) < text.size()) {
            ok_ = false;
            return *this;
        }
        if (!text.empty()) std::memcpy(at_, text.data(), text.size());
        at_ += text.size();
        return *this;
    }
    made_text& add_number(std::uint64_t value) noexcept {
        char digits[20];
        return add({digits, static_cast<std::size_t>(std::to_chars(digits, digits + 20, value).ptr - digits)});
    }
    /// Lower-case hexadecimal digits, two a byte.
    made_text& add_hex(bytes_view bytes) noexcept {
        for (const std::uint8_t byte : bytes) add_hex(byte);
        return *this;
    }
    made_text& add_hex(std::uint8_t byte) noexcept {
        return add(detail::lower_digits[byte >> 4]).add(detail::lower_digits[byte & 15]);
    }
    /// An address or whatever else has a `write_text`.
    template <class Value>
        requires requires(char* out, const Value& v) { write_text(out, v); }
    made_text& add_value(const Value& value) noexcept {
        char text[ip_text_bytes_max];
        return add({text, static_cast<std::size_t>(write_text(text, value) - text)});
    }
    made_text& add_ipv4(const std::uint8_t* p) noexcept { return add_value(ip_address{ipv4_octets(p), 4}); }
    made_text& add_ipv6(const std::uint8_t* p) noexcept { return add_value(ip_address{ipv6_octets(p), 6}); }
    /// Any bytes: each that is no UTF-8, and each zero, becomes U+FFFD.
    made_text& add_bytes(std::string_view text) noexcept {
        while (!text.empty()) {
            const std::size_t sequence = text[0] == 0 ? 0 : utf8_sequence(text);
            add(sequence == 0 ? std::string_view("\xef\xbf\xbd") : text.substr(0, sequence));
            text.remove_prefix(std::max<std::size_t>(sequence, 1));
        }
        return *this;
    }
    /// A name of a list, or "PREFIX" and the number where the list has none (RFC 3597: "TYPE65280").
    made_text& add_name(std::string_view name, std::string_view prefix, std::uint64_t number) noexcept {
        return name.empty() ? add(prefix).add_number(number) : add(name);
    }

private:
    char* begin_;
    char* at_;
    char* end_;
    bool ok_ = true;
};

/// The text of bytes of a packet.
[[nodiscard]] inline std::string_view as_text(bytes_view bytes) noexcept {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace pcapframe::message
