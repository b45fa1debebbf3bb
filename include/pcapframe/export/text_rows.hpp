// What the text formats share: each column's function that writes one cell, looked up once per table.
#pragma once

#include <vector>

#include <pcapframe/table/batch.hpp>
#include <pcapframe/table/text.hpp>

namespace pcapframe::inline v0_2::detail {

/// Whether values of a type are texts of any length.
template <class Stored>
inline constexpr bool is_any_text =
    std::is_same_v<Stored, interface_ref> || std::is_same_v<Stored, held_text> || std::is_same_v<Stored, owned_text>;

/// Writes the cells of one column, by `Style::write<Stored>(style, out, rows, column, row)`, nulls included; the caller
/// must have made room (`row_bytes_max`).
template <class Style>
struct cell_writer {
    column_ref which;
    char* (*function)(Style& style, char* out, const row_batch& rows, const column_ref& which, std::size_t row);

    char* operator()(Style& style, char* out, const row_batch& rows, std::size_t row) const {
        return function(style, out, rows, which, row);
    }
};

/// The cells of a row, and the room that they need.
template <class Style>
class text_cells {
public:
    text_cells() = default;
    /// `extra`: bytes of a cell besides its value.
    text_cells(const schema& columns, std::size_t extra)
        : fixed_bytes_(columns.size() * (fixed_text_bytes_max + extra) + 2) {
        for (const column_ref& c : columns) {
            with_type(type_of(c), [&](auto stored) {
                using type = typename decltype(stored)::type;
                writers_.push_back({c, &Style::template write<type>});
                if constexpr (is_variable<type> || is_any_text<type>) variable_.push_back({c, &bytes_of_cell<type>});
            });
        }
    }

    [[nodiscard]] auto begin() const noexcept { return writers_.begin(); }
    [[nodiscard]] auto end() const noexcept { return writers_.end(); }
    [[nodiscard]] const cell_writer<Style>& operator[](std::size_t i) const noexcept { return writers_[i]; }

    /// The most bytes that one row can take: a bound per cell, and those of any length by their size.
    [[nodiscard]] std::size_t row_bytes_max(const row_batch& rows, std::size_t row) const {
        std::size_t bytes = fixed_bytes_;
        for (const variable_cell& cell : variable_) bytes += cell.bytes(rows, cell.which, row);
        return bytes;
    }

private:
    struct variable_cell {
        column_ref which;
        std::size_t (*bytes)(const row_batch& rows, const column_ref& which, std::size_t row);
    };

    template <class Stored>
    static std::size_t bytes_of_cell(const row_batch& rows, const column_ref& which, std::size_t row) {
        const auto value = rows.view<Stored>(which)[row];
        return value ? text_bytes_max(*value) : 0;
    }

    std::vector<cell_writer<Style>> writers_;
    std::vector<variable_cell> variable_;
    std::size_t fixed_bytes_ = 0;
};

}  // namespace pcapframe::detail
