// Whether two batches have the same rows: every column, value for value and null for null.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <type_traits>

#include <pcapframe/decode/packet_batch.hpp>
#include <pcapframe/table/text.hpp>

namespace testing {

template <class Value>
bool same_value(const std::optional<Value>& a, const std::optional<Value>& b) {
    if (a.has_value() != b.has_value()) return false;
    if constexpr (requires(const Value& value) { value.begin(); })
        return !a || std::equal(a->begin(), a->end(), b->begin(), b->end());
    else return a == b;
}

/// Empty where they are the same, else the first cell that is not. Rows `[first, first + other.rows())` of `rows`.
inline std::string difference(const pcapframe::batch& rows, std::size_t first, const pcapframe::batch& other) {
    if (rows.columns() != other.columns()) return "columns";
    std::string found;
    for (const pcapframe::column c : rows.columns()) {
        pcapframe::with_type(type_of(c), [&](auto stored) {
            using type = typename decltype(stored)::type;
            const auto mine = rows.view<type>(c);
            const auto theirs = other.view<type>(c);
            for (std::size_t i = 0; i < other.rows() && found.empty(); ++i)
                if (!same_value(mine[first + i], theirs[i]))
                    found = std::string(name_of(c)) + " of row " + std::to_string(first + i);
        });
    }
    return found;
}

inline std::string difference(const pcapframe::batch& a, const pcapframe::batch& b) {
    return a.rows() == b.rows() ? difference(a, 0, b) : std::to_string(a.rows()) + " rows, not " +
                                                            std::to_string(b.rows());
}

}  // namespace testing
