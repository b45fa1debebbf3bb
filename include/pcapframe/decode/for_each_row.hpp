// Rows one by one, with the columns chosen when the program is compiled: nothing is stored, nothing else is decoded.
#pragma once

#include <optional>

#include <pcapframe/decode/fill_messages.hpp>
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

/// Fills the message columns of single rows. Nothing where none of them is wanted.
template <class Wanted, bool = Wanted{}().has_any(message_columns)>
class row_messages {
public:
    explicit row_messages(const row_filter&) noexcept {}
    void fill(const record&, row_place, std::uint64_t&) noexcept {}
};
template <class Wanted>
class row_messages<Wanted, true> {
public:
    explicit row_messages(const row_filter& filter) : find_(filter.at, *filter.ports) {}

    /// The texts and lists are valid until the next row.
    void fill(const record& r, row_place out, std::uint64_t& valid) {
        static constexpr column_set wanted = Wanted{}();
        arena_.clear();
        packet_payload payload;
        find_(r, payload);
        message_row fields(out, wanted, valid, memory_);
        fill_message(fields, payload);
    }

private:
    byte_arena arena_;
    message_memory memory_{arena_};
    payload_finder find_;
};

}  // namespace detail

/// Calls `use(std::optional...)` with the columns named for each row of the run, at most `limit`; returns how many.
template <column... Columns, class Use>
std::uint64_t decode_each(const record_run& run, const interface_list& interfaces, row_filter filter,
                          std::uint64_t limit, Use& use) {
    using wanted = constant_columns<Columns...>;
    std::uint64_t frame = run.first_frame;
    std::uint64_t rows = 0;
    row values;
    const packet_pointers to = values.pointers<Columns...>();
    row_batch texts;
    level_decoder levels(filter.at, *filter.ports, texts);
    const bool has_levels = reads_tunnels(wanted{}(), filter);
    [[maybe_unused]] detail::row_messages<wanted> messages(filter);
    for (const record& r : run.records) {
        values.clear();
        packet_decoder packet(row_place(to, 0), wanted{});
        if (has_levels) packet.decode(r, levels);
        else packet.decode(r);
        packet.fill_record(r, frame++, interfaces);
        if (!filter.keeps(packet.decoded())) continue;
        values.valid[0] = packet.decoded().valid;
        if (rows == limit) break;
        messages.fill(r, row_place(to, 0), values.valid[0]);
        use(detail::shown<Columns>(values, interfaces)...);
        ++rows;
    }
    return rows;
}

}  // namespace pcapframe
