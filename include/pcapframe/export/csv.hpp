// Comma-separated values. Source: RFC 4180, with newlines instead of CR LF as every reader takes and every pipe
// expects.
#pragma once

#include <algorithm>
#include <string_view>
#include <vector>

#include <pcapframe/export/row_writer.hpp>
#include <pcapframe/export/text_rows.hpp>

namespace pcapframe::inline v0_2 {

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
        if (rows.columns() == default_order()) return write_default(out, rows);
        for (std::size_t row = 0; row < rows.rows(); ++row) {
            char* const start = out.reserve(detail::text_row_bytes_max(rows, row, 3));
            char* end = start;
            for (const detail::cell_writer<style>& cell : cells_) end = cell(style_, end, rows, row);
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

        /// Puts text in quotes only where one of its characters asks for quotes; a quote inside is doubled.
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

    /// The default table, with no call per cell and nothing looked up per row.
    void write_default(sink& out, const batch& rows) {
        constexpr std::size_t rows_at_once = 128;
        constexpr std::size_t row_bytes_max = default_columns.size() * (fixed_text_bytes_max + 1);
        const default_row_values values(rows);
        for (std::size_t row = 0; row < rows.rows();) {
            char* const start = out.reserve(rows_at_once * row_bytes_max);
            char* end = start;
            const std::size_t stop = std::min(row + rows_at_once, rows.rows());
            for (; row < stop; ++row) end = write_row(end, values, row);
            out.commit(static_cast<std::size_t>(end - start));
        }
    }

    struct default_row_values {
        explicit default_row_values(const batch& rows)
            : valid(rows.validity().data()),
              time(rows.time().values().data()),
              src_host(rows.src_host().values().data()),
              src_port(rows.src_port().values().data()),
              dst_host(rows.dst_host().values().data()),
              dst_port(rows.dst_port().values().data()),
              protocol(rows.protocol().values().data()) {}

        const std::uint64_t* valid;
        const std::int64_t* time;
        const ip_octets* src_host;
        const std::uint16_t* src_port;
        const ip_octets* dst_host;
        const std::uint16_t* dst_port;
        const protocol_id* protocol;
    };

    PCAPFRAME_ALWAYS_INLINE char* write_row(char* out, const default_row_values& from, std::size_t row) {
        const std::uint64_t valid = from.valid[row];
        const auto has = [valid](column c) { return (valid & column_set::bit(c)) != 0; };
        const auto host = [valid](char* to, const ip_octets& octets) {
            return (valid & ipv6_bit) != 0 ? detail::write_ipv6(to, octets.data())
                                           : detail::write_ipv4(to, octets.data() + 12);
        };
        if (has(column::time)) out = style_.time.write(out, from.time[row]);
        *out++ = ',';
        if (has(column::src_host)) out = host(out, from.src_host[row]);
        *out++ = ',';
        if (has(column::src_port)) out = write_text(out, from.src_port[row]);
        *out++ = ',';
        if (has(column::dst_host)) out = host(out, from.dst_host[row]);
        *out++ = ',';
        if (has(column::dst_port)) out = write_text(out, from.dst_port[row]);
        *out++ = ',';
        if (has(column::protocol)) out = write_text(out, from.protocol[row]);
        *out++ = '\n';
        return out;
    }

    std::vector<detail::cell_writer<style>> cells_;
    style style_;
};

}  // namespace pcapframe
