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
        for (std::size_t row = 0; row < rows.rows(); ++row) {
            char* const start = out.reserve(detail::text_row_bytes_max(rows, row, 3));
            char* end = start;
            for (const detail::write_cell cell : cells_) {
                end = cell(end, rows, row);
                *end++ = ',';
            }
            if (end != start) end[-1] = '\n';
            out.commit(static_cast<std::size_t>(end - start));
        }
    }

    void finish(sink&) override {}

private:
    struct style {
        template <column C>
        static char* cell(char* out, const batch& rows, std::size_t row) {
            const auto value = rows.get<C>()[row];
            if (!value) return out;
            if constexpr (C == column::time) return write_iso_time(out, *value);
            else if constexpr (C == column::interface_name) return quoted(out, *value);
            else return write_text(out, *value);
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

    std::vector<detail::write_cell> cells_;
};

}  // namespace pcapframe
