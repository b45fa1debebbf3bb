// Values of any column as numbers, times or texts of a chart.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include <pcapframe/plot/row_key.hpp>
#include <pcapframe/plot/value_bins.hpp>
#include <pcapframe/table/text.hpp>

namespace pcapframe::inline v0_2::charts {

/// What an axis of a column's values is.
[[nodiscard]] constexpr axis_kind axis_kind_of(column_type type) noexcept {
    switch (type) {
        case column_type::timestamp: return axis_kind::time;
        case column_type::number8:
        case column_type::number16:
        case column_type::number32:
        case column_type::number64: return axis_kind::number;
        default: return axis_kind::text;
    }
}

/// The number or time of row `i`; nothing for a null. A number that 63 bits do not hold counts as the largest one.
[[nodiscard]] inline std::optional<std::int64_t> number_at(const row_batch& rows, const column_ref& c, std::size_t i) {
    return with_type(type_of(c), [&](auto stored) -> std::optional<std::int64_t> {
        using type = typename decltype(stored)::type;
        if constexpr (std::is_integral_v<type>) {
            const auto value = rows.view<type>(c)[i];
            if (!value) return std::nullopt;
            if constexpr (std::is_same_v<type, std::int64_t>)
                return *value;
            else
                return static_cast<std::int64_t>(
                    std::min<std::uint64_t>(*value, std::uint64_t{std::numeric_limits<std::int64_t>::max()}));
        } else {
            return std::nullopt;
        }
    });
}

/// The text of row `i`, as csv has it, and the first bytes of a long one; "none" for a null.
[[nodiscard]] inline std::string text_at(const row_batch& rows, const column_ref& c, std::size_t i) {
    constexpr std::size_t bytes_shown = 24;
    return with_type(type_of(c), [&](auto stored) -> std::string {
        using type = typename decltype(stored)::type;
        const auto value = rows.view<type>(c)[i];
        if (!value) return "none";
        char text[fixed_text_bytes_max];
        if constexpr (is_list<type>) {
            std::string list(text_bytes_max(*value), '\0');
            list.resize(static_cast<std::size_t>(write_json_list(list.data(), *value) - list.data()));
            return list.substr(0, 2 * bytes_shown);
        } else if constexpr (std::is_convertible_v<decltype(*value), std::string_view>) {
            return std::string(std::string_view(*value).substr(0, 2 * bytes_shown));
        } else if constexpr (std::is_same_v<type, bytes_view>) {
            std::string hex(2 * std::min(value->size(), bytes_shown), '\0');
            (void)write_text(hex.data(), value->first(hex.size() / 2));
            return hex;
        } else if constexpr (std::is_same_v<type, std::int64_t>) {
            return {text, write_iso_time(text, *value)};
        } else {
            return {text, write_text(text, *value)};
        }
    });
}

/// The series of a chart: the values of a column in the order in which they came, of which a number is told apart; all
/// values after these share one more series.
class series_names {
public:
    static constexpr std::size_t told_apart = 64;

    /// `by` is null where all is one series.
    std::size_t number_of(const row_batch& rows, const column_ref* by, std::size_t i) {
        if (by == nullptr) return 0;
        key_.clear();
        with_type(type_of(*by), [&](auto stored) {
            const auto value = rows.view<typename decltype(stored)::type>(*by)[i];
            key_ += value ? '\1' : '\0';
            if (value) detail::key_text::put(key_, *value);
        });
        const auto known = numbers_.find(key_);
        if (known != numbers_.end()) return known->second;
        if (names_.size() == told_apart) return told_apart;
        names_.push_back(text_at(rows, *by, i));
        return numbers_.emplace(key_, names_.size() - 1).first->second;
    }

    [[nodiscard]] std::string name(std::size_t number) const {
        return number < names_.size() ? names_[number] : "others";
    }

private:
    std::unordered_map<std::string, std::size_t> numbers_;
    std::vector<std::string> names_;
    std::string key_;
};

}  // namespace pcapframe::inline v0_2::charts
