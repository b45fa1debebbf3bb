// JSON lines: one object per row. Source: RFC 8259, https://jsonlines.org.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <pcapframe/export/row_writer.hpp>
#include <pcapframe/export/text_rows.hpp>

namespace pcapframe {

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

private:
    struct style {
        iso_time_writer time;

        template <column C>
        static char* write(style& self, char* out, const batch& rows, std::size_t row) {
            using value_type = typename column_view<typename column_traits<C>::type>::value_type;
            const auto value = rows.get<C>()[row];
            if (!value) return write_text(out, std::string_view("null"));
            if constexpr (C == column::interface_name) return write_json_string(out, *value);
            else if constexpr (std::is_unsigned_v<value_type>) return write_text(out, *value);
            *out++ = '"';
            if constexpr (C == column::time) out = self.time.write(out, *value);
            else if constexpr (!std::is_unsigned_v<value_type>) out = write_text(out, *value);
            *out++ = '"';
            return out;
        }
    };

    std::vector<detail::write_cell<style>> cells_;
    style style_;
    std::vector<std::string> keys_;
};

namespace detail {

/// Bytes of the UTF-8 sequence that `text` begins with; 0 where it is none. Source: RFC 3629, section 4.
constexpr std::size_t utf8_sequence(std::string_view text) noexcept {
    const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
    const auto follows = [&](std::size_t i) { return (byte(i) & 0xc0U) == 0x80U; };
    const unsigned first = byte(0);
    if (first < 0x80) return 1;
    if (first >= 0xc2 && first <= 0xdf) return follows(1) ? 2 : 0;
    if (first >= 0xe0 && first <= 0xef) {
        const bool overlong = first == 0xe0 && byte(1) < 0xa0;
        const bool surrogate = first == 0xed && byte(1) >= 0xa0;
        return follows(1) && follows(2) && !overlong && !surrogate ? 3 : 0;
    }
    if (first >= 0xf0 && first <= 0xf4) {
        const bool overlong = first == 0xf0 && byte(1) < 0x90;
        const bool too_large = first == 0xf4 && byte(1) >= 0x90;
        return follows(1) && follows(2) && follows(3) && !overlong && !too_large ? 4 : 0;
    }
    return 0;
}

}  // namespace detail

inline char* write_json_string(char* out, std::string_view text) noexcept {
    *out++ = '"';
    while (!text.empty()) {
        const auto byte = static_cast<unsigned char>(text[0]);
        const std::size_t sequence = detail::utf8_sequence(text);
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
