// Rows one batch after the other: a feed of records, the decoder, and where the reading is.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include <pcapframe/decode/for_each_row.hpp>
#include <pcapframe/decode/run_decoder.hpp>
#include <pcapframe/source/options.hpp>
#include <pcapframe/source/record_feed.hpp>
#include <pcapframe/table/table.hpp>

namespace pcapframe {

namespace detail {

/// Appends the rows of a run that `reader` has just yielded. They keep alive what their payloads point into, or own it.
inline void append_rows(batch& out, const record_run& run, record_reader& reader, row_filter filter) {
    const std::size_t first_row = out.rows();
    out.set_interfaces(reader.interfaces());
    decode_run(out, run, *reader.interfaces(), filter);
    if (reader.check_shrunk()) out.truncate(first_row);
    if (reader.records_stay()) out.keep_alive(reader.mapping());
    else out.own_payloads(first_row);
}

}  // namespace detail

/// Reads rows forward, once. Movable.
class row_cursor {
public:
    row_cursor(detail::read_plan plan, const read_options& options, std::vector<partition> parts)
        : plan_(std::move(plan)),
          batch_rows_(std::max<std::size_t>(options.batch_rows, 1)),
          left_(options.limit),
          feed_(std::move(parts), {options.map_files ? file_access::mapping : file_access::windows, options.merge}) {}

    [[nodiscard]] const column_order& columns() const noexcept { return plan_.columns; }

    /// An empty batch with the cursor's columns, for `next`.
    [[nodiscard]] batch make_batch() const { return batch(plan_.columns); }

    /// Replaces the rows of `out` by the next ones, `batch_rows` of them but for the last time; false, and no rows, at
    /// the end. The rows are valid until the batch is used again or goes.
    [[nodiscard]] result<bool> next(batch& out) {
        out.clear();
        while (out.rows() < batch_rows_ && left_ > 0) {
            const result<bool> more = append(out, batch_rows_ - out.rows());
            // Rows that were read before an error are handed out first; the error comes again with the next call.
            if (!more && out.empty()) return more.error();
            if (!more || !*more) break;
        }
        return !out.empty();
    }

    /// The next `rows` rows, or all that are left, in one table.
    [[nodiscard]] result<table> read(std::uint64_t rows = ~std::uint64_t{0}) {
        table all(plan_.columns);
        all.set_first_index(index_);
        reserve_for(all, rows);
        while (all.rows() < rows && left_ > 0) {
            const result<bool> more = append(all, rows - all.rows());
            if (!more) return more.error();
            if (!*more) break;
        }
        index_ += all.rows();
        all.set_warnings(feed_.warnings());
        return all;
    }

    /// Calls `use` with the columns named, an optional each, for every row that is left; nothing else is decoded or
    /// stored.
    template <column... Columns, class Use>
    [[nodiscard]] result<void> for_each_row(Use use) {
        while (left_ > 0) {
            const result<void> fetched = fetch();
            if (!fetched) return fetched.error();
            if (pending_.empty()) break;
            left_ -= decode_each<Columns...>(pending_, *feed_.interfaces(), plan_.filter, left_, use);
            pending_ = {};
        }
        return {};
    }

    /// Which rows come from here on.
    void set_filter(row_filter filter) noexcept { plan_.filter = filter; }

    /// Damage met so far, one per file at most.
    [[nodiscard]] const std::vector<error>& warnings() const noexcept { return feed_.warnings(); }
    [[nodiscard]] std::uint64_t bytes_total() const noexcept { return feed_.bytes_total(); }
    [[nodiscard]] std::uint64_t bytes_done() const noexcept { return feed_.bytes_done(); }

private:
    /// Makes sure that there are records to decode; there are none at the end.
    result<void> fetch() {
        if (!pending_.empty()) return {};
        const result<record_feed::fed_run> fed = feed_.next();
        if (!fed) return fed.error();
        pending_ = fed->run;
        from_ = fed->from;
        return {};
    }

    /// Decodes records until some are used up, for `rows` rows at most; false at the end.
    result<bool> append(batch& out, std::uint64_t rows) {
        const result<void> fetched = fetch();
        if (!fetched) return fetched.error();
        if (pending_.empty()) return false;
        // A record makes one row at most, so this many cannot make too many.
        const auto count = static_cast<std::size_t>(std::min<std::uint64_t>({rows, left_, pending_.size()}));
        const std::size_t first_row = out.rows();
        detail::append_rows(out, {pending_.records.first(count), pending_.first_frame}, *from_, plan_.filter);
        pending_ = {pending_.records.subspan(count), pending_.first_frame + count};
        left_ -= out.rows() - first_row;
        return true;
    }

    /// Reserves once for a whole read, by the bytes that the smallest packets take: memory that is not used is never
    /// touched. A system that gives no memory on credit gets smaller pieces as the table grows.
    void reserve_for(table& all, std::uint64_t rows) const {
        constexpr std::uint64_t smallest_record = 16 + 14 + 20;
        constexpr std::uint64_t reserved_max = std::uint64_t{1} << 26;
        const std::uint64_t most = std::min({feed_.bytes_total() / smallest_record, left_, rows, reserved_max});
        all.reserve_more(static_cast<std::size_t>(most));
    }

    detail::read_plan plan_;
    std::size_t batch_rows_;
    std::uint64_t left_;
    std::uint64_t index_ = 0;
    record_feed feed_;
    record_run pending_{};
    record_reader* from_ = nullptr;
};

}  // namespace pcapframe
