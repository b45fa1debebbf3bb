// JSON lines: one object per row. Source: RFC 8259, https://jsonlines.org.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <pcapframe/base/text.hpp>
#include <pcapframe/export/row_writer.hpp>
#include <pcapframe/export/text_rows.hpp>

namespace pcapframe::inline v0_2 {

/// Appends `text` as a JSON string with its quotes: control characters escaped, bytes that are no UTF-8 as U+FFFD.
inline char* write_json_string(char* out, std::string_view text) noexcept;

/// A line per row with every column by name; numbers as numbers, null as null, times as in csv, payload in hexadecimal.
class jsonl_writer final : public row_writer {
public:
    void begin(sink&, const column_order& columns) override {
        cells_ = detail::cell_writers<style>(columns);
        for (std::size_t i = 0; i < columns.size(); ++i) {
            std::string key = i == 0 ? "{\"" : ",\"";
            key += name_of(columns[i]);
            keys_.push_back(key + "\":");
        }
    }

    void write(sink& out, const batch& rows) override {
        constexpr std::size_t longest_key = 32;
        for (std::size_t row = 0; row < rows.rows(); ++row) {
            char* const start = out.reserve(detail::text_row_bytes_max(rows, row, longest_key));
            char* end = start;
            for (std::size_t i = 0; i < cells_.size(); ++i) {
                end = write_text(end, std::string_view(keys_[i]));
                end = cells_[i](style_, end, rows, row);
            }
            end = write_text(end, std::string_view("}\n"));
            out.commit(static_cast<std::size_t>(end - start));
        }
    }

    void finish(sink&) override {}

    [[nodiscard]] bool can_part() const noexcept override { return true; }
    [[nodiscard]] std::unique_ptr<row_writer> part() const override {
        auto writer = std::make_unique<jsonl_writer>();
        writer->cells_ = cells_;
        writer->keys_ = keys_;
        return writer;
    }

private:
    struct style {
        iso_time_writer time;

        template <class Stored>
        static char* write(style& self, char* out, const batch& rows, column which, std::size_t row) {
            const auto value = rows.view<Stored>(which)[row];
            if (!value) return write_text(out, std::string_view("null"));
            if constexpr (std::is_same_v<Stored, interface_ref>) return write_json_string(out, *value);
            else if constexpr (std::is_unsigned_v<Stored>) return write_text(out, *value);
            *out++ = '"';
            if constexpr (std::is_same_v<Stored, std::int64_t>) out = self.time.write(out, *value);
            else if constexpr (!std::is_unsigned_v<Stored>) out = write_text(out, *value);
            *out++ = '"';
            return out;
        }
    };

    std::vector<detail::cell_writer<style>> cells_;
    style style_;
    std::vector<std::string> keys_;
};

inline char* write_json_string(char* out, std::string_view text) noexcept {
    *out++ = '"';
    while (!text.empty()) {
        const auto byte = static_cast<unsigned char>(text[0]);
        const std::size_t sequence = utf8_sequence(text);
        if (sequence == 0) {
            out = write_text(out, std::string_view("\xef\xbf\xbd"));
        } else if (byte < 0x20 || byte == 0x7f) {
            out = write_text(out, std::string_view("\\u00"));
            *out++ = detail::lower_digits[byte >> 4];
            *out++ = detail::lower_digits[byte & 15];
        } else {
            if (byte == '"' || byte == '\\') *out++ = '\\';
            out = write_text(out, text.substr(0, sequence));
        }
        text.remove_prefix(sequence == 0 ? 1 : sequence);
    }
    *out++ = '"';
    return out;
}

}  // namespace pcapframe
