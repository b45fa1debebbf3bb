// JSON lines: one object per row. Source: RFC 8259, https://jsonlines.org.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <pcapframe/export/row_writer.hpp>
#include <pcapframe/export/text_rows.hpp>
#include <pcapframe/table/time_form.hpp>

namespace pcapframe::inline v0_2 {

/// A line per row with every column by name; numbers as numbers, null as null, times as in csv, bytes in hexadecimal,
/// lists as arrays. Times in a form of seconds are numbers.
class jsonl_writer final : public row_writer {
public:
    explicit jsonl_writer(time_form times = time_form::utc) : style_{times} {}

    void begin(sink&, const schema& columns) override {
        constexpr std::size_t punctuation = 5;
        std::size_t longest = 0;
        for (const column_ref& c : columns) {
            std::string key = keys_.empty() ? "{\"" : ",\"";
            key += name_of(c);
            keys_.push_back(key + "\":");
            longest = std::max(longest, name_of(c).size());
        }
        cells_ = detail::text_cells<style>(columns, longest + punctuation);
    }

    void write(sink& out, const row_batch& rows) override {
        for (std::size_t row = 0; row < rows.rows(); ++row) {
            char* const start = out.reserve(cells_.row_bytes_max(rows, row));
            char* end = start;
            for (std::size_t i = 0; i < keys_.size(); ++i) {
                end = write_text(end, std::string_view(keys_[i]));
                end = cells_[i](style_, end, rows, row);
            }
            end = write_text(end, std::string_view("}\n"));
            out.commit(static_cast<std::size_t>(end - start));
        }
    }

    void finish(sink&) override {}

    [[nodiscard]] bool can_part() const noexcept override { return !looks_back(style_.times); }
    [[nodiscard]] std::unique_ptr<row_writer> part() const override {
        if (!can_part()) return nullptr;
        auto writer = std::make_unique<jsonl_writer>(style_.times);
        writer->cells_ = cells_;
        writer->keys_ = keys_;
        return writer;
    }

private:
    template <class Stored>
    static constexpr bool is_number = std::is_unsigned_v<Stored> || std::is_floating_point_v<Stored>;

    struct style {
        time_form times = time_form::utc;
        iso_time_writer time{};
        time_references references{};

        template <class Stored>
        static char* write(style& self, char* out, const row_batch& rows, const column_ref& which, std::size_t row) {
            const auto value = rows.view<Stored>(which)[row];
            if (!value) return write_text(out, std::string_view("null"));
            if constexpr (is_list<Stored>) return write_json_list(out, *value);
            else if constexpr (detail::is_any_text<Stored>) return write_json_string(out, *value);
            else if constexpr (is_number<Stored>) return write_text(out, *value);
            if constexpr (std::is_same_v<Stored, std::int64_t>)
                if (is_seconds(self.times)) return self.written_time(out, *value, which);
            *out++ = '"';
            if constexpr (std::is_same_v<Stored, std::int64_t>) out = self.written_time(out, *value, which);
            else if constexpr (!is_number<Stored> && !is_list<Stored>) out = write_text(out, *value);
            *out++ = '"';
            return out;
        }

        char* written_time(char* out, std::int64_t value, const column_ref& which) {
            if (times == time_form::utc) return time.write(out, value);
            return write_time(out, value, times, references.take(which.position, value));
        }
    };

    detail::text_cells<style> cells_;
    style style_;
    std::vector<std::string> keys_;
};

}  // namespace pcapframe
