// Comma-separated values. Source: RFC 4180, with newlines instead of CR LF as every reader takes and every pipe
// expects.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include <pcapframe/base/utf8_string.hpp>
#include <pcapframe/export/row_writer.hpp>
#include <pcapframe/export/text_rows.hpp>
#include <pcapframe/table/time_form.hpp>

namespace pcapframe::inline v0_2 {

/// A header line, then a line per row: times as 2018-01-09T08:16:12.210010000Z or in another form, bytes in
/// hexadecimal, nulls empty, lists as JSON. The separator may be another than a comma: a tab makes it TSV, with quotes
/// where a text has a tab.
class csv_writer final : public row_writer {
public:
    explicit csv_writer(time_form times = time_form::utc, char separator = ',') : style_{times, separator} {}

    void begin(sink& out, const schema& columns) override {
        cells_ = detail::text_cells<style>(columns, 3);
        for (const column_ref& c : columns) {
            if (c.position != 0) out.write(std::string_view(&style_.separator, 1));
            out.write(name_of(c));
        }
        out.write("\n");
    }

    void write(sink& out, const row_batch& rows) override {
        if (style_.is_usual() && is_usual(rows.fields())) return write_usual(out, rows);
        for (std::size_t row = 0; row < rows.rows(); ++row) {
            char* const start = out.reserve(cells_.row_bytes_max(rows, row));
            char* end = start;
            for (const detail::cell_writer<style>& cell : cells_) end = cell(style_, end, rows, row);
            // An empty field alone would be an empty line, which most readers skip.
            if (end - start == 1) end = write_text(start, std::string_view("\"\","));
            end[-1] = '\n';  // in place of the last separator
            out.commit(static_cast<std::size_t>(end - start));
        }
    }

    void finish(sink&) override {}

    [[nodiscard]] bool can_part() const noexcept override { return !looks_back(style_.times); }
    [[nodiscard]] std::unique_ptr<row_writer> part() const override {
        if (!can_part()) return nullptr;
        auto writer = std::make_unique<csv_writer>(style_.times, style_.separator);
        writer->cells_ = cells_;
        return writer;
    }

private:
    struct style {
        time_form times = time_form::utc;
        char separator = ',';
        iso_time_writer time{};
        time_references references{};

        [[nodiscard]] bool is_usual() const noexcept { return times == time_form::utc && separator == ','; }

        template <class Stored>
        static char* write(style& self, char* out, const row_batch& rows, const column_ref& which, std::size_t row) {
            return self.cell<Stored>(out, rows, which, row);
        }

        /// The cell and a separator.
        template <class Stored>
        PCAPFRAME_ALWAYS_INLINE char* cell(char* out, const row_batch& rows, const column_ref& which, std::size_t row) {
            if (const auto value = rows.view<Stored>(which)[row]) {
                if constexpr (std::is_same_v<Stored, std::int64_t>) out = written_time(out, *value, which);
                else if constexpr (std::is_same_v<Stored, held_text>) out = quoted(out, utf8_string(*value));
                else if constexpr (detail::is_any_text<Stored>) out = quoted(out, *value);
                else if constexpr (is_list<Stored>) out = quoted_list(out, *value);
                else out = write_text(out, *value);
            }
            *out++ = separator;
            return out;
        }

        char* written_time(char* out, std::int64_t value, const column_ref& which) {
            if (times == time_form::utc) return time.write(out, value);
            return write_time(out, value, times, references.take(which.position, value));
        }

        /// As JSON, within the quotes of csv.
        template <class List>
        char* quoted_list(char* out, const List& list) const {
            std::string json(text_bytes_max(list), '\0');
            json.resize(static_cast<std::size_t>(write_json_list(json.data(), list) - json.data()));
            return quoted(out, json);
        }

        /// Puts text in quotes only where one of its characters asks for quotes; a quote inside is doubled.
        char* quoted(char* out, std::string_view text) const {
            if (text.find_first_of("\"\r\n") == std::string_view::npos &&
                text.find(separator) == std::string_view::npos)
                return write_text(out, text);
            *out++ = '"';
            for (const char c : text) {
                if (c == '"') *out++ = '"';
                *out++ = c;
            }
            *out++ = '"';
            return out;
        }
    };

    // The table that most ask for: a time, two hosts with a port each, and a protocol, the first six fields of their
    // list.
    static constexpr std::array usual_types{column_type::timestamp, column_type::ip,       column_type::number16,
                                           column_type::ip,        column_type::number16, column_type::protocol};

    static bool is_usual(const schema& columns) noexcept {
        if (columns.size() != usual_types.size()) return false;
        return std::all_of(columns.begin(), columns.end(), [](const column_ref& c) {
            return c.number == c.position && type_of(c) == usual_types[c.position];
        });
    }

    /// With no call per cell and nothing looked up per row.
    void write_usual(sink& out, const row_batch& rows) {
        constexpr std::size_t rows_at_once = 128;
        constexpr std::size_t row_bytes_max = usual_types.size() * (fixed_text_bytes_max + 1);
        const usual_values values(rows);
        for (std::size_t row = 0; row < rows.rows();) {
            char* const start = out.reserve(rows_at_once * row_bytes_max);
            char* end = start;
            const std::size_t stop = std::min(row + rows_at_once, rows.rows());
            for (; row < stop; ++row) end = write_row(end, values, row);
            out.commit(static_cast<std::size_t>(end - start));
        }
    }

    struct usual_values {
        explicit usual_values(const row_batch& rows)
            : valid(rows.validity().data()),
              time(values_of<std::int64_t>(rows, 0)),
              src_host(values_of<ip_octets>(rows, 1)),
              src_port(values_of<std::uint16_t>(rows, 2)),
              dst_host(values_of<ip_octets>(rows, 3)),
              dst_port(values_of<std::uint16_t>(rows, 4)),
              protocol(values_of<protocol_id>(rows, 5)) {}

        template <class Stored>
        static const Stored* values_of(const row_batch& rows, std::size_t position) {
            return rows.view<Stored>(rows.fields()[position]).values().data();
        }

        const std::uint64_t* valid;
        const std::int64_t* time;
        const ip_octets* src_host;
        const std::uint16_t* src_port;
        const ip_octets* dst_host;
        const std::uint16_t* dst_port;
        const protocol_id* protocol;
    };

    PCAPFRAME_ALWAYS_INLINE char* write_row(char* out, const usual_values& from, std::size_t row) {
        const std::uint64_t valid = from.valid[row];
        const auto has = [valid](std::size_t number) { return (valid & bit_of_field(number)) != 0; };
        const auto host = [valid](char* to, const ip_octets& octets) {
            return (valid & ipv6_bit) != 0 ? detail::write_ipv6(to, octets.data())
                                           : detail::write_ipv4(to, octets.data() + 12);
        };
        if (has(0)) out = style_.time.write(out, from.time[row]);
        *out++ = ',';
        if (has(1)) out = host(out, from.src_host[row]);
        *out++ = ',';
        if (has(2)) out = write_text(out, from.src_port[row]);
        *out++ = ',';
        if (has(3)) out = host(out, from.dst_host[row]);
        *out++ = ',';
        if (has(4)) out = write_text(out, from.dst_port[row]);
        *out++ = ',';
        if (has(5)) out = write_text(out, from.protocol[row]);
        *out++ = '\n';
        return out;
    }

    detail::text_cells<style> cells_;
    style style_;
};

}  // namespace pcapframe
