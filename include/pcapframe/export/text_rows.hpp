// What the text formats share: each column's function that writes one cell, looked up once per table.
#pragma once

#include <vector>

#include <pcapframe/table/batch.hpp>
#include <pcapframe/table/text.hpp>

namespace pcapframe::inline v0_2::detail {

/// Writes the cells of one column, by `Style::write<Stored>(style, out, rows, column, row)`, nulls included; the caller
/// must have made room (`text_row_bytes_max`).
template <class Style>
struct cell_writer {
    column which;
    char* (*function)(Style& style, char* out, const batch& rows, column which, std::size_t row);

    char* operator()(Style& style, char* out, const batch& rows, std::size_t row) const {
        return function(style, out, rows, which, row);
    }
};

template <class Style>
std::vector<cell_writer<Style>> cell_writers(const column_order& order) {
    std::vector<cell_writer<Style>> writers;
    for (const column c : order)
        with_type(type_of(c), [&](auto stored) {
            writers.push_back({c, &Style::template write<typename decltype(stored)::type>});
        });
    return writers;
}

/// The most bytes that one row can take: a bound per cell (`extra` for the column's name and separators), and payload
/// and interface name by their size, each byte at its longest (an escape of six).
inline std::size_t text_row_bytes_max(const batch& rows, std::size_t row, std::size_t extra) {
    std::size_t bytes = rows.columns().size() * (fixed_text_bytes_max + extra) + 2;
    if (rows.set().has(column::payload))
        if (const auto payload = rows.get<column::payload>()[row]) bytes += 2 * payload->size();
    if (rows.set().has(column::interface_name))
        if (const auto name = rows.get<column::interface_name>()[row]) bytes += 6 * name->size();
    return bytes;
}

}  // namespace pcapframe::detail
