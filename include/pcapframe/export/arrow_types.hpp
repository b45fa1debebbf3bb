// Which Arrow type a column has, and what a schema says about the column: the one place that the C interface and the
// files share.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pcapframe/table/columns.hpp>

namespace pcapframe::inline v0_2 {

/// How rows become Arrow.
struct arrow_options {
    bool binary_hosts = false;  ///< hosts as 16 bytes (IPv4 as ::ffff:a.b.c.d), not as a dictionary of texts
    bool large_binary = false;  ///< payloads with offsets of 64 bits
    bool deltas = false;        ///< in streams: send only the new texts of a dictionary; not every reader takes that
};

enum class arrow_kind : std::uint8_t {
    timestamp,  ///< int64, nanoseconds, UTC
    number,     ///< an unsigned integer
    fixed,      ///< bytes of one length
    binary,     ///< bytes of any length
    text,       ///< int32 into a dictionary of utf8
};

struct arrow_type {
    arrow_kind kind;
    std::size_t bytes;  ///< of one value in the array itself (of `text` its index)
};

[[nodiscard]] constexpr arrow_type arrow_type_of(column c, const arrow_options& options) noexcept {
    switch (type_of(c)) {
        case column_type::timestamp: return {arrow_kind::timestamp, 8};
        case column_type::number8: return {arrow_kind::number, 1};
        case column_type::number16: return {arrow_kind::number, 2};
        case column_type::number32: return {arrow_kind::number, 4};
        case column_type::number64: return {arrow_kind::number, 8};
        case column_type::bytes: return {arrow_kind::binary, 0};
        case column_type::ip:
            if (options.binary_hosts) return {arrow_kind::fixed, sizeof(ip_octets)};
            break;
        case column_type::mac:
        case column_type::protocol:
        case column_type::interface:
        case column_type::stop:
        case column_type::direction: break;
    }
    return {arrow_kind::text, sizeof(std::int32_t)};
}

/// The unit of a column's numbers; empty for what is no quantity.
[[nodiscard]] constexpr std::string_view unit_of(column c) noexcept {
    switch (c) {
        case column::time: return "nanoseconds since 1970-01-01 UTC";
        case column::caplen:
        case column::len:
        case column::ip_len:
        case column::fragment_offset:
        case column::udp_len:
        case column::payload_len: return "bytes";
        default: return "";
    }
}

using text_pairs = std::vector<std::pair<std::string, std::string>>;

/// What the metadata of a field say: the headers that the column comes from, its meaning, and its unit if any.
[[nodiscard]] inline text_pairs field_metadata(column c) {
    text_pairs pairs{{"source", std::string(info_of(c).source)}, {"meaning", std::string(info_of(c).meaning)}};
    if (!unit_of(c).empty()) pairs.emplace_back("unit", unit_of(c));
    return pairs;
}

}  // namespace pcapframe
