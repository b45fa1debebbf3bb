// Cells that are shown as text, as bytes that give the very same cell again. Their texts do not: names of protocols are
// not one for one (ptp is an IP protocol and an ethertype).
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include <pcapframe/bytes/interface.hpp>
#include <pcapframe/bytes/varint.hpp>
#include <pcapframe/table/schema.hpp>

namespace pcapframe::inline v0_2 {

namespace detail {

inline void append_bytes(std::string& out, bytes_view bytes) {
    out.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

/// Takes `bytes.size()` bytes from the front; false where there are fewer.
inline bool take_bytes(bytes_view& in, std::span<std::uint8_t> bytes) noexcept {
    if (in.size() < bytes.size()) return false;
    std::copy_n(in.begin(), bytes.size(), bytes.begin());
    in = in.subspan(bytes.size());
    return true;
}

}  // namespace detail

/// An address with its family, which is 4 or 6 and stands first.
inline void append_cell(std::string& out, const ip_octets& octets, std::uint64_t valid, const interface_list*) {
    out += (valid & ipv6_bit) != 0 ? '\6' : '\4';
    detail::append_bytes(out, octets);
}
inline void append_cell(std::string& out, const mac_address& mac, std::uint64_t, const interface_list*) {
    detail::append_bytes(out, mac.octets);
}
inline void append_cell(std::string& out, protocol_id id, std::uint64_t, const interface_list*) {
    const auto number = static_cast<std::uint16_t>(id);
    out += static_cast<char>(number);
    out += static_cast<char>(number >> 8);
}
inline void append_cell(std::string& out, stop s, std::uint64_t, const interface_list*) {
    out += static_cast<char>(s.reason);
    out += static_cast<char>(s.where);
}
inline void append_cell(std::string& out, direction d, std::uint64_t, const interface_list*) {
    out += static_cast<char>(d);
}
/// An interface's name with its length in front.
inline void append_cell(std::string& out, interface_ref ref, std::uint64_t, const interface_list* interfaces) {
    const std::string_view name = (*interfaces)[static_cast<std::size_t>(ref)].name;
    put_varint(out, name.size());
    out += name;
}

/// A text with its length in front.
inline void append_cell(std::string& out, held_text text, std::uint64_t, const interface_list*) {
    put_varint(out, text.text.size());
    out += text.text;
}
inline void append_cell(std::string& out, owned_text text, std::uint64_t valid, const interface_list* interfaces) {
    append_cell(out, held_text{text.text}, valid, interfaces);
}

/// Takes a cell from the front of `in`; false where it is cut, or no such cell. `family` is ipv6_bit for an IPv6
/// address, and 0.
[[nodiscard]] inline bool take_cell(bytes_view& in, ip_octets& octets, std::uint64_t& family) noexcept {
    if (in.empty() || (in[0] != 4 && in[0] != 6)) return false;
    family = in[0] == 6 ? ipv6_bit : 0;
    in = in.subspan(1);
    return detail::take_bytes(in, octets);
}
[[nodiscard]] inline bool take_cell(bytes_view& in, mac_address& mac, std::uint64_t&) noexcept {
    return detail::take_bytes(in, mac.octets);
}
[[nodiscard]] inline bool take_cell(bytes_view& in, protocol_id& id, std::uint64_t&) noexcept {
    std::array<std::uint8_t, 2> number{};
    if (!detail::take_bytes(in, number)) return false;
    id = protocol_id{load_le16(number.data())};
    return true;
}
[[nodiscard]] inline bool take_cell(bytes_view& in, stop& s, std::uint64_t&) noexcept {
    std::array<std::uint8_t, 2> numbers{};
    if (!detail::take_bytes(in, numbers) || numbers[1] >= layer_names.size()) return false;
    s = {static_cast<stop_reason>(numbers[0]), static_cast<layer>(numbers[1])};
    return !name_of(s.reason).empty();
}
[[nodiscard]] inline bool take_cell(bytes_view& in, direction& d, std::uint64_t&) noexcept {
    std::array<std::uint8_t, 1> number{};
    if (!detail::take_bytes(in, number)) return false;
    d = static_cast<direction>(number[0]);
    return !name_of(d).empty();
}

/// Takes a text, such as an interface's name, from the front of `in`, in which it stays; nothing where it is cut.
[[nodiscard]] inline std::optional<std::string_view> take_text(bytes_view& in) noexcept {
    const std::optional<std::uint64_t> size = take_varint(in);
    if (!size || *size > in.size()) return std::nullopt;
    const std::string_view name(reinterpret_cast<const char*>(in.data()), static_cast<std::size_t>(*size));
    in = in.subspan(name.size());
    return name;
}

/// A text, which stays in `in`.
[[nodiscard]] inline bool take_cell(bytes_view& in, held_text& text, std::uint64_t&) noexcept {
    const std::optional<std::string_view> found = take_text(in);
    if (found) text.text = *found;
    return found.has_value();
}
[[nodiscard]] inline bool take_cell(bytes_view& in, owned_text& text, std::uint64_t&) noexcept {
    const std::optional<std::string_view> found = take_text(in);
    if (found) text.text = *found;
    return found.has_value();
}

}  // namespace pcapframe
