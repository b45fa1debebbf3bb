// Comma-separated values. Source: RFC 4180, with newlines instead of CR LF as every reader takes and every pipe
// expects.
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
            char* end = is_default ? default_row(start, rows, row) : any_row(start, rows, row);
            // An empty field alone would be an empty line, which most readers skip.
            if (end - start == 1) end = write_text(start, std::string_view("\"\","));
            end[-1] = '\n';  // in place of the last comma
            out.commit(static_cast<std::size_t>(end - start));
        }
    }

    void finish(sink&) override {}

    [[nodiscard]] bool can_part() const noexcept override { return true; }
    [[nodiscard]] std::unique_ptr<row_writer> part() const override {
        auto writer = std::make_unique<csv_writer>();
        writer->cells_ = cells_;
        return writer;
    }

private:
    struct style {
        iso_time_writer time;

        template <class Stored>
        static char* write(style& self, char* out, const batch& rows, column which, std::size_t row) {
            return self.cell<Stored>(out, rows, which, row);
        }

        /// The cell and a comma.
        template <class Stored>
        PCAPFRAME_ALWAYS_INLINE char* cell(char* out, const batch& rows, column which, std::size_t row) {
            if (const auto value = rows.view<Stored>(which)[row]) {
                if constexpr (std::is_same_v<Stored, std::int64_t>) out = time.write(out, *value);
                else if constexpr (std::is_same_v<Stored, interface_ref>) out = quoted(out, *value);
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
        for (const detail::cell_writer<style>& cell : cells_) out = cell(style_, out, rows, row);
        return out;
    }

    /// The default table, with no call per cell.
    char* default_row(char* out, const batch& rows, std::size_t row) {
        out = style_.cell<std::int64_t>(out, rows, column::time, row);
        out = style_.cell<ip_octets>(out, rows, column::src_host, row);
        out = style_.cell<std::uint16_t>(out, rows, column::src_port, row);
        out = style_.cell<ip_octets>(out, rows, column::dst_host, row);
        out = style_.cell<std::uint16_t>(out, rows, column::dst_port, row);
        return style_.cell<protocol_id>(out, rows, column::protocol, row);
    }

    std::vector<detail::cell_writer<style>> cells_;
    style style_;
};

}  // namespace pcapframe
