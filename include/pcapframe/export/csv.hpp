// Comma-separated values. Source: RFC 4180, with newlines instead of CR LF as every reader takes and every pipe expects.
#pragma once

#include <algorithm>
#include <string_view>
#include <vector>

#include <pcapframe/export/row_writer.hpp>
#include <pcapframe/export/text_rows.hpp>

namespace pcapframe {

/// A header line, then a line per row: times as 2018-01-09T08:16:12.210010000Z, payload in hexadecimal, nulls empty.
class csv_writer final : public row_writer {
public:
    void begin(sink& out, const column_order& columns) override {
        cells_ = detail::cell_writers<style>(columns);
        for (std::size_t i = 0; i < columns.size(); ++i) {
            if (i != 0) out.write(",");
            out.write(name_of(columns[i]));
        }
        out.write("\n");
    }

    void write(sink& out, const batch& rows) override {
        const bool is_default = rows.columns() == default_order();
        for (std::size_t row = 0; row < rows.rows(); ++row) {
            char* const start = out.reserve(detail::text_row_bytes_max(rows, row, 3));
            char* const end = is_default ? default_row(start, rows, row) : any_row(start, rows, row);
            end[-1] = '\n';  // in place of the last comma
            out.commit(static_cast<std::size_t>(end - start));
        }
    }

    void finish(sink&) override {}

private:
    struct style {
        iso_time_writer time;

        template <column C>
        static char* write(style& self, char* out, const batch& rows, std::size_t row) {
            return self.cell<C>(out, rows, row);
        }

        /// The cell and a comma.
        template <column C>
        PCAPFRAME_ALWAYS_INLINE char* cell(char* out, const batch& rows, std::size_t row) {
            if (const auto value = rows.get<C>()[row]) {
                if constexpr (C == column::time) out = time.write(out, *value);
                else if constexpr (C == column::interface_name) out = quoted(out, *value);
                else out = write_text(out, *value);
            }
            *out++ = ',';
            return out;
        }

        /// Only where a character asks for it; a quote inside is doubled.
        static char* quoted(char* out, std::string_view text) {
            if (text.find_first_of(",\"\r\n") == std::string_view::npos) return write_text(out, text);
            *out++ = '"';
            for (const char c : text) {
                if (c == '"') *out++ = '"';
                *out++ = c;
            }
            *out++ = '"';
            return out;
        }
    };

    static const column_order& default_order() {
        static const column_order order = order_of(default_columns);
        return order;
    }

    char* any_row(char* out, const batch& rows, std::size_t row) {
        for (const detail::write_cell<style> cell : cells_) out = cell(style_, out, rows, row);
        return out;
    }

    /// The default table, with no call per cell.
    char* default_row(char* out, const batch& rows, std::size_t row) {
        out = style_.cell<column::time>(out, rows, row);
        out = style_.cell<column::src_host>(out, rows, row);
        out = style_.cell<column::src_port>(out, rows, row);
        out = style_.cell<column::dst_host>(out, rows, row);
        out = style_.cell<column::dst_port>(out, rows, row);
        return style_.cell<column::protocol>(out, rows, row);
    }

    std::vector<detail::write_cell<style>> cells_;
    style style_;
};

}  // namespace pcapframe
