// Rows one by one, with the columns chosen when the program is compiled: nothing is stored, nothing else is decoded.
#pragma once

#include <optional>

#include <pcapframe/decode/run_decoder.hpp>
#include <pcapframe/table/column_view.hpp>
#include <pcapframe/table/row.hpp>

namespace pcapframe::inline v0_2 {

namespace detail {

template <column C>
[[nodiscard]] auto shown(const row& values, const interface_list& interfaces) {
    using stored = typename column_traits<C>::type;
    using value = std::optional<typename shown_as<stored>::value>;
    if (!values.has(C)) return value();
    return value(shown_as<stored>::of(column_traits<C>::of(values), values.valid, &interfaces));
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
    const column_pointers to = values.pointers<Columns...>();
    for (const record& r : run.records) {
        packet_decoder packet(row_place(to, 0), wanted{});
        packet.fill_record(r, frame++, interfaces);
        packet.decode(r);
        if (!filter.keeps(packet.decoded())) continue;
        values.valid = packet.decoded().valid;
        if (rows == limit) break;
        use(detail::shown<Columns>(values, interfaces)...);
        ++rows;
    }
    return rows;
}

}  // namespace pcapframe
