// Rows one by one, with the columns chosen when the program is compiled: nothing is stored, nothing else is decoded.
#pragma once

#include <optional>

#include <pcapframe/decode/packet_batch.hpp>
#include <pcapframe/decode/run_decoder.hpp>
#include <pcapframe/table/column_view.hpp>

namespace pcapframe::inline v0_2 {

namespace detail {

template <column C>
[[nodiscard]] auto shown(const row& values, const interface_list& interfaces) {
    using stored = typename column_traits<C>::type;
    using value = shown_value<stored>;
    if (!values.has(C)) return value();
    const std::uint64_t valid = values.valid[column_set::word_of(C)];
    return value(shown_as<stored>::of(column_traits<C>::of(values), valid, &interfaces));
}

}  // namespace detail

/// Calls `use(std::optional...)` with the columns named for each row of the run, at most `limit`; returns how many.
template <column... Columns, class Use>
std::uint64_t decode_each(const record_run& run, const interface_list& interfaces, row_filter filter,
                          std::uint64_t limit, Use& use) {
    using wanted = constant_columns<Columns...>;
    std::uint64_t frame = run.first_frame;
    std::uint64_t rows = 0;
    row values;
    const row_pointers<column_count> to = values.pointers<Columns...>();
    for (const record& r : run.records) {
        values.clear();
        packet_decoder packet(row_place(to, 0), wanted{});
        packet.fill_record(r, frame++, interfaces);
        packet.decode(r);
        if (!filter.keeps(packet.decoded())) continue;
        values.valid[0] = packet.decoded().valid;
        if (rows == limit) break;
        use(detail::shown<Columns>(values, interfaces)...);
        ++rows;
    }
    return rows;
}

}  // namespace pcapframe
