// Which Arrow type a column has, and what a schema says about the column: the one place that the C interface and the
// files share.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pcapframe/table/schema.hpp>

namespace pcapframe::inline v0_2 {

/// How rows become Arrow.
struct arrow_options {
    bool binary_hosts = false;  ///< hosts as 16 bytes (IPv4 as ::ffff:a.b.c.d), not as a dictionary of texts
    bool large_binary = false;  ///< bytes and lists with offsets of 64 bits
    bool deltas = false;        ///< in streams: send only the new texts of a dictionary; not every reader takes that
};

/// The kinds of types that are told apart.
enum class arrow_kind : std::uint8_t {
    timestamp,  ///< int64, nanoseconds, UTC
    number,     ///< an unsigned integer
    real,       ///< a float64
    fixed,      ///< bytes of one length
    binary,     ///< bytes of any length
    text,       ///< int32 into a dictionary of utf8
    numbers,    ///< a list of uint64
    texts,      ///< a list of utf8
};

/// An Arrow type of a column.
struct arrow_type {
    arrow_kind kind;
    std::size_t bytes;  ///< of one value in the array itself (of `text` its index)
};

/// The Arrow type of a stored type.
[[nodiscard]] constexpr arrow_type arrow_type_of(column_type type, const arrow_options& options) noexcept {
    switch (type) {
        case column_type::timestamp: return {arrow_kind::timestamp, 8};
        case column_type::number8: return {arrow_kind::number, 1};
        case column_type::number16: return {arrow_kind::number, 2};
        case column_type::number32: return {arrow_kind::number, 4};
        case column_type::number64: return {arrow_kind::number, 8};
        case column_type::real: return {arrow_kind::real, 8};
        case column_type::bytes: return {arrow_kind::binary, 0};
        case column_type::numbers: return {arrow_kind::numbers, 0};
        case column_type::texts: return {arrow_kind::texts, 0};
        case column_type::ip:
            if (options.binary_hosts) return {arrow_kind::fixed, sizeof(ip_octets)};
            break;
        case column_type::mac:
        case column_type::protocol:
        case column_type::interface:
        case column_type::stop:
        case column_type::direction:
        case column_type::held_text:
        case column_type::owned_text: break;
    }
    return {arrow_kind::text, sizeof(std::int32_t)};
}
[[nodiscard]] constexpr arrow_type arrow_type_of(const column_ref& c, const arrow_options& options) noexcept {
    return arrow_type_of(type_of(c), options);
}

/// Whether a kind's array is one of lists, whose values are an array of their own.
[[nodiscard]] constexpr bool is_list_kind(arrow_kind kind) noexcept {
    return kind == arrow_kind::numbers || kind == arrow_kind::texts;
}

/// Keys and values of metadata.
using text_pairs = std::vector<std::pair<std::string, std::string>>;

/// What the metadata of a field say: the headers that the column comes from, its meaning, and its unit if any.
[[nodiscard]] inline text_pairs field_metadata(const field& f) {
    text_pairs pairs{{"source", std::string(f.source)}, {"meaning", std::string(f.meaning)}};
    if (!f.unit.empty()) pairs.emplace_back("unit", f.unit);
    return pairs;
}

}  // namespace pcapframe
