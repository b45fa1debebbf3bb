// Which values of some columns have the most packets, or the most bytes: a table of their own.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pcapframe/base/find_name.hpp>
#include <pcapframe/base/limits.hpp>
#include <pcapframe/base/result.hpp>
#include <pcapframe/plot/row_key.hpp>

namespace pcapframe::inline v0_2 {

/// What rows are ranked by.
enum class measure : std::uint8_t { packets, bytes };

/// A measure by its name, packets or bytes.
[[nodiscard]] inline result<measure> find_measure(std::string_view name) {
    constexpr std::array<std::string_view, 2> names{"packets", "bytes"};
    const auto found = find_name(name, "measure (packets or bytes)", names);
    if (!found) return found.error();
    return *found == names.data() ? measure::packets : measure::bytes;
}

/// Counts rows, and the sums of their column `len`, by the values of any columns.
///
///     top_rows top({"src_host", "dst_port"}, measure::bytes);
///     while (*source->next(rows)) top.add(rows);          // a batch with these columns, and len
///     row_batch ten = top.rows(10);                       // src_host, dst_port, packets, bytes
///
/// One pass in bounded memory: exact up to limits::top_keys_max different keys, and limits::top_key_bytes_max bytes of
/// them. Above, counts are the least that is true, and a further column `missed` says how many packets (or bytes) more
/// it may be at most: see key_counts.
class top_rows {
public:
    top_rows(std::vector<std::string> keys, measure by)
        : keys_(std::move(keys)), by_(by), counts_(limits::top_keys_max, limits::top_key_bytes_max) {}

    /// The batches must have the same columns, those of the keys among them.
    /// Errors: a key that is no column.
    [[nodiscard]] result<void> add(const row_batch& rows) {
        if (!maker_) {
            const result<void> begun = begin(rows.fields());
            if (!begun) return begun.error();
        }
        const column_ref* const len = rows.fields().find("len");
        const bool has_len = len != nullptr && type_of(*len) == column_type::number32;
        for (std::size_t i = 0; i < rows.rows(); ++i) {
            const std::uint32_t bytes = has_len ? rows.view<std::uint32_t>(*len)[i].value_or(0) : 0;
            ranked_tally& count = counts_[maker_->make(rows, i)];
            count.by = by_;
            count.all.add(bytes);
            total_.add(bytes);
        }
        return {};
    }

    [[nodiscard]] const tally& total() const noexcept { return total_; }
    /// Whether there were so few different keys that every count is exact.
    [[nodiscard]] bool is_exact() const noexcept { return counts_.is_exact(); }
    /// The most packets (or bytes) that a key which is not in the table can have, that was given up.
    [[nodiscard]] std::uint64_t missed_max() const noexcept { return counts_.missed_max(); }
    /// Different keys, as far as they are known: all of them where `is_exact`.
    [[nodiscard]] std::size_t distinct() const noexcept { return counts_.entries().size(); }

    /// The `count` keys with the most, the first ones first; of equal ones the lesser key. A table: the keys' columns,
    /// `packets`, `bytes`, and `missed` where not all is exact.
    [[nodiscard]] row_batch rows(std::size_t count) const {
        const auto list = std::make_shared<const std::vector<field>>(fields());
        std::vector<std::uint16_t> numbers;
        const std::size_t columns = types_.size() + (is_exact() ? 2 : 3);
        for (std::size_t i = 0; i < columns; ++i) numbers.push_back(static_cast<std::uint16_t>(i * fields_of_word));
        row_batch table(schema(*list, numbers));
        table.keep_alive(list);
        for (const auto& entry : counts_.top(count, std::less<>())) add_row(table, entry);
        return table;
    }

private:
    /// A tally that ranks by one of its numbers.
    struct ranked_tally {
        tally all{};
        measure by = measure::packets;

        [[nodiscard]] constexpr tally total() const noexcept {
            return by == measure::packets ? tally{all.packets, 0} : tally{0, all.bytes};
        }
    };
    using counts = key_counts<row_key, ranked_tally>;

    result<void> begin(const schema& columns) {
        std::vector<column_ref> chosen;
        std::vector<std::string_view> names;
        for (const column_ref& c : columns) names.push_back(name_of(c));
        for (const std::string& key : keys_) {
            const column_ref* const c = columns.find(key);
            if (c == nullptr) return unknown_name("column", key, names);
            chosen.push_back(*c);
            types_.push_back(*c->info);
            types_.back().type = key_type(c->info->type);
            types_.back().flags = field_flags::none;
        }
        maker_.emplace(std::move(chosen));
        return {};
    }

    /// Each column has a word of validity of its own: the addresses of one word are of one family.
    [[nodiscard]] std::vector<field> fields() const {
        constexpr column_type number = column_type::number64;
        std::vector<field> columns = types_;
        columns.push_back({"packets", number, "rows", "rows with these values", "packets"});
        columns.push_back({"bytes", number, "rows", "sum of len, the bytes on the wire", "bytes"});
        columns.push_back({"missed", number, "rows", "by how much the ranked count may be too small", ""});
        std::vector<field> list((columns.size() - 1) * fields_of_word + 1);
        for (std::size_t i = 0; i < columns.size(); ++i) list[i * fields_of_word] = columns[i];
        return list;
    }

    void add_row(row_batch& table, const counts::entry& entry) const {
        std::vector<std::uint64_t> valid(table.fields().words().size());
        table.reserve_more(1);
        detail::key_text key(entry.key.bytes);
        for (std::size_t i = 0; i < types_.size(); ++i) {
            const column_ref& c = table.fields()[i];
            if (key.take(1) == 0) continue;
            valid[c.word] |= c.bit();
            with_type(type_of(c), [&](auto stored) {
                using type = typename decltype(stored)::type;
                table.next_value<type>(c) = key.value<type>(table, valid[c.word]);
            });
        }
        const std::array<std::uint64_t, 3> numbers{entry.count.all.packets, entry.count.all.bytes, entry.missed};
        for (std::size_t i = types_.size(); i < table.fields().size(); ++i) {
            const column_ref& c = table.fields()[i];
            table.next_value<std::uint64_t>(c) = numbers[i - types_.size()];
            valid[c.word] |= c.bit();
        }
        table.add_row(valid);
    }

    std::vector<std::string> keys_;
    std::vector<field> types_;  ///< of the keys, as they are in the table
    measure by_;
    std::optional<row_key_maker> maker_;
    counts counts_;
    tally total_;
};

}  // namespace pcapframe::inline v0_2
