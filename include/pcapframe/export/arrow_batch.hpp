// Rows in Arrow's layout: for each column its values, a bitmap of the values that are there, and a dictionary. Source:
// https://arrow.apache.org/docs/format/Columnar.html. Numbers, times and binary hosts are not copied.
#pragma once

#include <algorithm>
#include <limits>
#include <span>
#include <vector>

#include <pcapframe/export/arrow_types.hpp>
#include <pcapframe/export/cell_dictionary.hpp>
#include <pcapframe/table/batch.hpp>

namespace pcapframe::inline v0_2 {

/// Some rows of a batch.
struct row_range {
    std::size_t begin = 0;
    std::size_t count = 0;
};

/// One column of rows in Arrow's layout.
struct arrow_column {
    std::size_t rows = 0;
    std::size_t null_count = 0;
    column_buffer validity;        ///< a bit per row, from the lowest of each byte; only where there are nulls
    const void* values = nullptr;  ///< in the batch, or in `own`: numbers, indices, or offsets into `bytes`
    std::size_t value_bytes = 0;
    column_buffer own;
    column_buffer bytes;  ///< of binary columns, one value after the other
    std::size_t byte_count = 0;
    std::vector<arrow_column> items;  ///< of lists: the one array of all their values
};

/// The most bytes that fit one column with offsets of 32 bits.
inline constexpr std::uint64_t binary_bytes_max = std::numeric_limits<std::int32_t>::max();

namespace detail {

/// The bits that are set in every word.
[[nodiscard]] inline std::uint64_t in_all(std::span<const std::uint64_t> words) noexcept {
    std::uint64_t all = ~std::uint64_t{0};
    for (const std::uint64_t word : words) all &= word;
    return all;
}

[[nodiscard]] constexpr std::size_t bitmap_bytes(std::size_t bits) noexcept { return (bits + 7) / 8; }

/// Gathers bit `shift` of each word into a bitmap at `out`, whose last byte is filled with zeros; returns how many are
/// set.
inline std::size_t gather_bits(std::span<const std::uint64_t> words, unsigned shift, std::uint8_t* out) noexcept {
    std::size_t set = 0;
    std::size_t i = 0;
    for (; i + 8 <= words.size(); i += 8) {
        unsigned byte = 0;
        for (unsigned k = 0; k < 8; ++k) byte |= static_cast<unsigned>((words[i + k] >> shift) & 1) << k;
        set += static_cast<std::size_t>(std::popcount(byte));
        *out++ = static_cast<std::uint8_t>(byte);
    }
    unsigned last = 0;
    for (unsigned k = 0; i + k < words.size(); ++k) last |= static_cast<unsigned>((words[i + k] >> shift) & 1) << k;
    if (i < words.size()) *out = static_cast<std::uint8_t>(last);
    return set + static_cast<std::size_t>(std::popcount(last));
}

// What a value of any length takes: texts in their dictionary, at most, and those of lists with an offset each.
[[nodiscard]] inline std::uint64_t size_in_column(bytes_view bytes) noexcept { return bytes.size(); }
[[nodiscard]] inline std::uint64_t size_in_column(held_text text) noexcept { return text.text.size(); }
[[nodiscard]] inline std::uint64_t size_in_column(owned_text text) noexcept { return text.text.size(); }
[[nodiscard]] inline std::uint64_t size_in_column(number_list list) noexcept { return 8 * list.numbers.size(); }
[[nodiscard]] inline std::uint64_t size_in_column(text_list list) noexcept {
    std::uint64_t bytes = 4 * list.texts.size();
    for (const std::string_view text : list.texts) bytes += text.size();
    return bytes;
}

/// Calls `use(view)` for each column of such values.
template <class Use>
void each_sized_column(const row_batch& rows, Use use) {
    for (const column_ref& c : rows.fields()) {
        with_type(type_of(c), [&](auto stored) {
            using type = typename decltype(stored)::type;
            if constexpr (is_variable<type>) use(rows.view<type>(c));
        });
    }
}

/// The bytes of all such values of a range.
[[nodiscard]] inline std::uint64_t payload_bytes(const row_batch& rows, row_range range) noexcept {
    std::uint64_t bytes = 0;
    each_sized_column(rows, [&](const auto& values) {
        for (std::size_t i = range.begin; i < range.begin + range.count; ++i)
            if (!values.is_null(i)) bytes += size_in_column(values.values()[i]);
    });
    return bytes;
}

template <class Offset>
void lay_out_payloads(arrow_column& out, const row_batch& rows, const column_ref& which, row_range range) {
    const auto payloads = rows.view<bytes_view>(which);
    out.own.reserve((range.count + 1) * sizeof(Offset), 0);
    auto* const offsets = out.own.as<Offset>();
    std::size_t at = 0;
    for (std::size_t i = 0; i < range.count; ++i) {
        offsets[i] = static_cast<Offset>(at);
        if (payloads.is_null(range.begin + i)) continue;
        const bytes_view payload = payloads.values()[range.begin + i];
        if (!payload.empty()) std::memcpy(out.bytes.as<std::uint8_t>() + at, payload.data(), payload.size());
        at += payload.size();
    }
    offsets[range.count] = static_cast<Offset>(at);
    out.value_bytes = (range.count + 1) * sizeof(Offset);
}

inline void lay_out_binary(arrow_column& out, const row_batch& rows, const column_ref& which,
                           row_range range, bool large) {
    const auto values = rows.view<bytes_view>(which);
    out.byte_count = 0;
    for (std::size_t i = range.begin; i < range.begin + range.count; ++i)
        if (!values.is_null(i)) out.byte_count += values.values()[i].size();
    PCAPFRAME_ASSERT(large || out.byte_count <= binary_bytes_max);
    out.bytes.reserve(std::max<std::size_t>(out.byte_count, 1), 0);
    if (large)
        lay_out_payloads<std::int64_t>(out, rows, which, range);
    else
        lay_out_payloads<std::int32_t>(out, rows, which, range);
    out.values = out.own.as<void>();
}

/// Indices into the dictionary; 0 where a cell is null.
template <class Stored>
void lay_out_indices(std::int32_t* out, const row_batch& rows, const column_ref& which,
                     row_range range, cell_dictionary& texts) {
    const auto cells = rows.view<Stored>(which);
    const auto valid = rows.validity(which);
    const std::uint64_t bit = which.bit();
    const interface_list* const interfaces = rows.interfaces().get();
    const std::size_t end = range.begin + range.count;
    for (std::size_t i = range.begin; i < end; ++i) {
        const bool null = (valid[i] & bit) == 0;
        if (i + cell_dictionary::ahead < end)
            texts.prefetch(cells.values()[i + cell_dictionary::ahead], valid[i + cell_dictionary::ahead]);
        *out++ = null ? 0 : static_cast<std::int32_t>(texts.number_of(cells.values()[i], valid[i], interfaces));
    }
}

/// Whether cells of a stored type are shown as text of few values.
template <class Stored>
inline constexpr bool is_text_cell = std::is_same_v<Stored, ip_octets> || std::is_same_v<Stored, mac_address> ||
                                     std::is_enum_v<Stored> || std::is_same_v<Stored, stop> ||
                                     std::is_same_v<Stored, held_text> || std::is_same_v<Stored, owned_text>;

inline void lay_out_text(arrow_column& out, const row_batch& rows, const column_ref& which,
                         row_range range, cell_dictionary& texts) {
    texts.use_interfaces(type_of(which) == column_type::interface ? rows.interfaces() : nullptr);
    out.value_bytes = range.count * sizeof(std::int32_t);
    out.own.reserve(std::max<std::size_t>(out.value_bytes, 1), 0);
    out.values = out.own.as<void>();
    with_type(type_of(which), [&](auto stored) {
        using type = typename decltype(stored)::type;
        if constexpr (is_text_cell<type>) lay_out_indices<type>(out.own.as<std::int32_t>(), rows, which, range, texts);
    });
}

/// The stored values of a column from a row on.
[[nodiscard]] inline const void* stored_at(const row_batch& rows, const column_ref& which, std::size_t row) noexcept {
    return with_type(type_of(which), [&](auto stored) {
        const auto values = rows.view<typename decltype(stored)::type>(which).values();
        return static_cast<const void*>(values.data() + row);
    });
}

/// How many values a list has.
inline std::size_t count_of(number_list list) noexcept { return list.numbers.size(); }
inline std::size_t count_of(text_list list) noexcept { return list.texts.size(); }

/// Appends a list's values behind the `at` that are there.
template <class Offset>
void append_items(arrow_column& items, std::size_t at, number_list list) {
    if (!list.numbers.empty())
        std::memcpy(items.own.as<std::uint64_t>() + at, list.numbers.data(), list.numbers.size_bytes());
}
template <class Offset>
void append_items(arrow_column& items, std::size_t at, text_list list) {
    auto* const offsets = items.own.as<Offset>();
    for (const std::string_view text : list.texts) {
        offsets[at++] = static_cast<Offset>(items.byte_count);
        if (!text.empty()) std::memcpy(items.bytes.as<char>() + items.byte_count, text.data(), text.size());
        items.byte_count += text.size();
    }
}

/// Makes room for the values of all lists of a range, `count` of them.
template <class Offset, class List>
void reserve_items(arrow_column& items, const column_view<List>& lists, row_range range) {
    std::size_t bytes = 1;
    for (std::size_t i = range.begin; i < range.begin + range.count; ++i) {
        if (lists.is_null(i)) continue;
        items.rows += count_of(lists.values()[i]);
        if constexpr (std::is_same_v<List, text_list>)
            for (const std::string_view text : lists.values()[i].texts) bytes += text.size();
    }
    constexpr bool is_text = std::is_same_v<List, text_list>;
    items.value_bytes = is_text ? (items.rows + 1) * sizeof(Offset) : items.rows * sizeof(std::uint64_t);
    items.own.reserve(std::max<std::size_t>(items.value_bytes, 1), 0);
    if (is_text) items.bytes.reserve(bytes, 0);
    items.values = items.own.as<void>();
}

template <class Offset, class List>
void lay_out_lists(arrow_column& out, const row_batch& rows, const column_ref& which, row_range range) {
    const auto lists = rows.view<List>(which);
    out.items.resize(1);
    arrow_column& items = out.items.front();
    reserve_items<Offset>(items, lists, range);
    out.value_bytes = (range.count + 1) * sizeof(Offset);
    out.own.reserve(out.value_bytes, 0);
    auto* const offsets = out.own.as<Offset>();
    std::size_t at = 0;
    for (std::size_t i = 0; i < range.count; ++i) {
        offsets[i] = static_cast<Offset>(at);
        if (lists.is_null(range.begin + i)) continue;
        append_items<Offset>(items, at, lists.values()[range.begin + i]);
        at += count_of(lists.values()[range.begin + i]);
    }
    offsets[range.count] = static_cast<Offset>(at);
    if constexpr (std::is_same_v<List, text_list>) items.own.as<Offset>()[at] = static_cast<Offset>(items.byte_count);
    out.values = out.own.as<void>();
}

template <class List>
void lay_out_lists(arrow_column& out, const row_batch& rows, const column_ref& which, row_range range, bool large) {
    if (large) lay_out_lists<std::int64_t, List>(out, rows, which, range);
    else lay_out_lists<std::int32_t, List>(out, rows, which, range);
}

/// Copies values with zeros for nulls, whose places in a batch hold whatever was in memory.
inline void lay_out_clean(arrow_column& out, const row_batch& rows, const column_ref& which, row_range range) {
    const auto valid = rows.validity(which).subspan(range.begin, range.count);
    out.own.reserve(out.value_bytes, 0);
    with_type(type_of(which), [&](auto stored) {
        using type = typename decltype(stored)::type;
        if constexpr (std::is_arithmetic_v<type> || std::is_same_v<type, ip_octets>) {
            const type* const from = rows.view<type>(which).values().data() + range.begin;
            type* const to = out.own.as<type>();
            for (std::size_t i = 0; i < range.count; ++i)
                to[i] = (valid[i] & which.bit()) != 0 ? from[i] : type{};
        }
    });
    out.values = out.own.as<void>();
}

}  // namespace detail

/// The rows from `begin` on that fit one record batch: `rows_max` at most, with bytes, texts and lists of `bytes_max`
/// bytes in all, but one row at least.
[[nodiscard]] inline row_range next_range(const row_batch& rows, std::size_t begin, std::size_t rows_max,
                                          std::uint64_t bytes_max) {
    row_range range{begin, std::min(rows_max, rows.rows() - begin)};
    std::vector<std::uint64_t> row_bytes;
    detail::each_sized_column(rows, [&](const auto& values) {
        row_bytes.resize(range.count);
        for (std::size_t i = 0; i < range.count; ++i)
            if (!values.is_null(begin + i)) row_bytes[i] += detail::size_in_column(values.values()[begin + i]);
    });
    std::uint64_t bytes = 0;
    for (std::size_t i = 0; i < row_bytes.size() && i < range.count; ++i) {
        bytes += row_bytes[i];
        if (bytes > bytes_max && i != 0) range.count = i;
    }
    return range;
}

/// Lays out a column of some rows; `texts` is the column's own, and gets what is new. The result shows the batch's
/// memory, which must stay. `clean`: what is under nulls is zero, for what leaves the process.
[[nodiscard]] inline arrow_column lay_out(const row_batch& rows, const column_ref& which, row_range range,
                                          const arrow_options& options, cell_dictionary& texts, bool clean = false) {
    arrow_column out;
    out.rows = range.count;
    const auto valid = rows.validity(which).subspan(range.begin, range.count);
    if (range.count != 0 && (detail::in_all(valid) & which.bit()) == 0) {
        out.validity.reserve(detail::bitmap_bytes(range.count), 0);
        out.null_count =
            range.count - detail::gather_bits(valid, which.bit_number(), out.validity.as<std::uint8_t>());
    }
    const arrow_type type = arrow_type_of(which, options);
    if (type.kind == arrow_kind::numbers) {
        detail::lay_out_lists<number_list>(out, rows, which, range, options.large_binary);
    } else if (type.kind == arrow_kind::texts) {
        detail::lay_out_lists<text_list>(out, rows, which, range, options.large_binary);
    } else if (type.kind == arrow_kind::binary) {
        detail::lay_out_binary(out, rows, which, range, options.large_binary);
    } else if (type.kind == arrow_kind::text) {
        detail::lay_out_text(out, rows, which, range, texts);
    } else {
        out.values = detail::stored_at(rows, which, range.begin);
        out.value_bytes = range.count * type.bytes;
        if (clean && out.null_count != 0) detail::lay_out_clean(out, rows, which, range);
    }
    return out;
}

}  // namespace pcapframe
