// Rows one batch after the other: a feed of records, the decoder, and the place in the files.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <pcapframe/base/narrowed.hpp>
#include <pcapframe/decode/for_each_row.hpp>
#include <pcapframe/decode/packet_table.hpp>
#include <pcapframe/decode/run_decoder.hpp>
#include <pcapframe/io/threads.hpp>
#include <pcapframe/source/fragment_gate.hpp>
#include <pcapframe/source/read_plan.hpp>
#include <pcapframe/source/record_feed.hpp>
#include <pcapframe/source/row_selection.hpp>
#include <pcapframe/source/row_store.hpp>

namespace pcapframe::inline v0_2 {

namespace detail {

/// What is left to do with the rows from `first_row` on of records that `reader` has just yielded. Afterwards the batch
/// keeps alive the bytes that the payloads point into, or owns copies.
inline void finish_rows(batch& out, std::size_t first_row, record_reader& reader) {
    if (reader.check_shrunk()) out.truncate(first_row);
    out.set_interfaces(reader.interfaces(), first_row);
    if (!out.has_held_views()) return;
    if (reader.records_stay()) out.keep_alive(reader.mapping());
    else out.own_views(first_row);
}

/// Appends the rows of records without fragments, or the row of the one that has `fragment`.
inline void append_stretch(batch& out, const record_run& run, const fragment_outcome* fragment,
                           const interface_list& interfaces, row_filter filter) {
    if (fragment != nullptr) decode_fragment(out, *fragment, run.first_frame, interfaces, filter);
    else decode_run(out, run, interfaces, filter);
}

[[nodiscard]] inline asked_rows rows_asked_for(const read_plan& plan) noexcept {
    if (plan.filter.protocol || plan.selector) return asked_rows::chosen;
    return plan.filter.all_frames ? asked_rows::all_frames : asked_rows::ip_frames;
}

/// Appends the rows of a run that `reader` has just yielded.
inline result<void> append_rows(batch& out, const record_run& run, record_reader& reader, row_selection& selection,
                                fragment_gate& gate) {
    const std::size_t first_row = out.rows();
    const auto append = [&](const record_run& stretch, const fragment_outcome* fragment) {
        return selection.each_run(stretch, reader, [&](const record_run& wanted) {
            append_stretch(out, wanted, fragment, *reader.interfaces(), selection.filter());
            return true;
        });
    };
    const result<void> selected = gate.each_stretch(run, append);
    finish_rows(out, first_row, reader);
    return selected;
}

/// Makes the rows of the next records of the default columns, and writes down which may be fragments.
class suspecting_maker {
public:
    suspecting_maker(row_maker<default_constant_columns>& make, std::uint64_t first_frame,
                     std::vector<suspected_row>& suspects) noexcept
        : make_(make), frame_(first_frame), suspects_(&suspects) {}

    PCAPFRAME_ALWAYS_INLINE void operator()(const record& r) {
        if (may_be_fragment(r)) [[unlikely]] suspects_->push_back({r, frame_, make_.row()});
        ++frame_;
        make_(r);
    }
    [[nodiscard]] const row_maker<default_constant_columns>& maker() const noexcept { return make_; }

private:
    row_maker<default_constant_columns> make_;
    std::uint64_t frame_;
    std::vector<suspected_row>* suspects_;
};

/// append_all of the default columns about the outermost packets.
inline std::size_t append_default(batch& out, std::size_t most, record_reader& reader, row_filter filter,
                                  fragment_gate& gate) {
    std::size_t count = 0;
    std::vector<suspected_row> suspects;
    with_row_maker(out, most, reader.frames() + 1, *reader.interfaces(), filter, default_constant_columns{},
                   outermost_packets{}, [&](auto& make) {
                       if (gate.is_off()) {
                           count = reader.each_next(most, make);
                           return;
                       }
                       suspecting_maker all(make, reader.frames() + 1, suspects);
                       count = reader.each_next(most, all);
                       make = all.maker();
                   });
    if (count != 0) gate.put_right(out, suspects, *reader.interfaces());
    return count;
}

/// The same about the innermost packets, where no fragments are put together.
inline std::size_t append_innermost(batch& out, std::size_t most, record_reader& reader, row_filter filter) {
    std::size_t count = 0;
    level_decoder levels(filter.at, *filter.ports, out);
    with_row_maker(out, most, reader.frames() + 1, *reader.interfaces(), filter, default_constant_columns{},
                   innermost_packets{&levels, filter.ports},
                   [&](auto& make) { count = reader.each_next(most, make); });
    return count;
}

/// Appends the rows of the next records of `reader`, `most` at most, where all of them are wanted. Returns how many
/// records these were; 0 at the end and after damage.
inline std::size_t append_all(batch& out, std::size_t most, record_reader& reader, row_filter filter,
                              fragment_gate& gate) {
    const std::size_t first_row = out.rows();
    std::size_t count = 0;
    // Storing records in between costs the default table half as much again. Decoding all columns without storing the
    // records is slower by a fifth: no registers are left for the walk.
    // Whether a row of a fragment is kept may depend on the protocol of its datagram: such rows are made one by one.
    const bool has_all_rows = gate.is_off() || !filter.protocol;
    if (out.set() == default_columns && filter.at.is_outermost() && has_all_rows) {
        count = append_default(out, most, reader, filter, gate);
    } else if (out.set() == default_columns && filter.at.is_innermost() && gate.is_off()) {
        count = append_innermost(out, most, reader, filter);
    } else {
        const record_run run = reader.next(most);
        const auto append = [&](const record_run& some, const fragment_outcome* found) {
            append_stretch(out, some, found, *reader.interfaces(), filter);
            return result<void>();
        };
        static_cast<void>(gate.each_stretch(run, append));
        count = run.size();
    }
    finish_rows(out, first_row, reader);
    return count;
}

/// Appends the rows of some next records of `reader`; false at the end, after damage, and where a fragment was met
/// before its turn.
inline result<bool> append_next(batch& out, record_reader& reader, row_selection& selection, fragment_gate& gate) {
    constexpr std::size_t most = 512;
    if (selection.wants_all_records())
        return append_all(out, most, reader, selection.filter(), gate) != 0 && !gate.has_met();
    const record_run run = reader.next();
    if (run.empty()) return false;
    const result<void> appended = append_rows(out, run, reader, selection, gate);
    if (!appended) return appended.error();
    return !gate.has_met();
}

/// Makes room for a whole read, by the bytes that the smallest packets take: memory that is not used is never touched.
/// A system that gives no memory on credit gets smaller pieces as the table grows.
inline void reserve_rows(table& all, std::uint64_t bytes, std::uint64_t rows) {
    constexpr std::uint64_t smallest_record = 16 + 14 + 20;
    constexpr std::uint64_t reserved_max = std::uint64_t{1} << 26;
    all.reserve_more(narrowed<std::size_t>(std::min({bytes / smallest_record, rows, reserved_max})));
}

/// How files are to be got at: `threads` may be one that unpacks.
inline file_access access_of(const read_options& options) noexcept {
    if (!options.map_files) return file_access::windows;
    return (options.threads == 0 ? processor_count() : options.threads) > 1 ? file_access::ahead : file_access::mapping;
}

}  // namespace detail

/// Reads rows forward, once: those of captures, or from a store of the same rows. Where the store turns out to be
/// damaged, what is left is read from the captures, and a warning says so. Movable.
class row_cursor {
public:
    /// `stored` has the rows of the parts, where there is such a thing; `parts` are those of all its store then.
    row_cursor(read_plan plan, const read_options& options, std::vector<partition> parts,
               std::optional<store_reader> stored = std::nullopt)
        : plan_(std::move(plan)),
          selection_(plan_),
          asked_(detail::rows_asked_for(plan_)),
          batch_rows_(std::max<std::size_t>(options.chunksize.value_or(default_file_chunk), 1)),
          keeps_chunks_(options.chunksize.has_value()),
          left_(options.limit),
          gate_(detail::defragmenter_of(plan_)),
          feed_(std::move(parts), {detail::access_of(options), options.merge}),
          stored_(std::move(stored)) {}

    [[nodiscard]] const column_order& columns() const noexcept { return plan_.columns; }

    /// An empty batch with the cursor's columns, for `next`.
    [[nodiscard]] batch make_batch() const { return batch(plan_.columns); }

    /// Replaces the rows of `out` by the next ones, `chunksize` of them but for the last time; false, and no rows, at
    /// the end. Where no `chunksize` is given, the rows of a pipe are handed out as soon as the pipe has nothing more
    /// for now. The rows are valid until the batch is used again or destroyed.
    [[nodiscard]] result<bool> next(batch& out) {
        out.clear();
        input_waits_ = false;
        const result<bool> stored = append_stored(out, batch_rows_);
        if (!stored) return stored.error();
        while (!*stored && out.rows() < batch_rows_ && left_ > 0) {
            if (cancelled_ && cancelled_->load(std::memory_order_relaxed)) return error{.code = errc::cancelled};
            input_waits_ = !keeps_chunks_ && !out.empty() && would_wait();
            if (input_waits_) break;
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
        const std::uint64_t most = std::min(left_, rows);
        detail::reserve_rows(all, feed_.bytes_total(), stored_ ? std::min(most, stored_->left()) : most);
        const result<bool> stored = append_stored(all, rows);
        if (!stored) return stored.error();
        while (!*stored && all.rows() < rows && left_ > 0) {
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
        const result<bool> stored = each_stored_row<Columns...>(use);
        if (!stored) return stored.error();
        if (!gate_.is_off()) return *stored ? result<void>() : each_batched_row<Columns...>(use);
        while (!*stored && left_ > 0) {
            const result<void> fetched = fetch();
            if (!fetched) return fetched.error();
            if (pending_.empty()) break;
            const result<void> selected = selection_.each_run(pending_, *from_, [&](const record_run& run) {
                count_rows(decode_each<Columns...>(run, *feed_.interfaces(), selection_.filter(), left_, use));
                return left_ > 0;
            });
            if (!selected) return selected.error();
            pending_ = {};
        }
        return {};
    }

    /// Which rows come from here on. Where they came from a store, they come from the captures then.
    /// Errors: captures that have changed since the store was made.
    [[nodiscard]] result<void> set_filter(const read_plan& plan) {
        const result<void> left = leave_store(left_);
        if (left) selection_.change(plan);
        asked_ = detail::rows_asked_for(plan);
        return left;
    }

    /// Whether the rows handed out last are fewer than could be, since those after them would have to be waited for.
    [[nodiscard]] bool input_waits() const noexcept { return input_waits_; }

    /// `next` fails with errc::cancelled from when this becomes true on, whoever sets it.
    void cancel_by(std::shared_ptr<const std::atomic<bool>> cancelled) noexcept { cancelled_ = std::move(cancelled); }

    /// Damage met so far, one per file at most, and that of a store.
    [[nodiscard]] const std::vector<error>& warnings() const noexcept { return feed_.warnings(); }
    /// What else is to be said of the files that have ended; see read_note.
    [[nodiscard]] std::vector<read_note> notes() const {
        std::vector<read_note> all = feed_.notes(rows_, asked_);
        detail::add_note(all, gate_.fragments());
        return all;
    }
    [[nodiscard]] std::uint64_t bytes_total() const noexcept { return feed_.bytes_total(); }
    [[nodiscard]] std::uint64_t bytes_done() const noexcept {
        return stored_ ? stored_->share_of(feed_.bytes_total()) : feed_.bytes_done();
    }

private:
    void count_rows(std::uint64_t rows) noexcept {
        rows_ += rows;
        left_ -= rows;
    }

    /// Appends the next `rows` rows of the store, or what is left, to a batch that is empty; false where there is no
    /// store, or no more, because it is damaged: the rows come from the captures then.
    result<bool> append_stored(batch& out, std::uint64_t rows) {
        if (!stored_) return false;
        const std::uint64_t most = std::min(left_, rows);
        const result<void> filled = stored_->fill(out, most);
        if (!filled) {
            const result<void> left = leave_store(stored_->left());
            if (!left) return left.error();
            feed_.warn(filled.error());
            return false;
        }
        left_ -= out.rows();
        if (out.rows() < most && !told_stored_warnings_) {
            for (const error& warning : stored_->store().warnings()) feed_.warn(warning);
            told_stored_warnings_ = true;
        }
        return true;
    }

    /// The same for `for_each_row`, up to the end.
    template <column... Columns, class Use>
    result<bool> each_stored_row(Use& use) {
        if (!stored_) return false;
        if (!(set_of(plan_.columns).has(Columns) && ...)) {
            const result<void> left = leave_store(stored_->left());
            return left ? result<bool>(false) : result<bool>(left.error());
        }
        batch some(plan_.columns);
        while (true) {
            some.clear();
            const result<bool> stored = append_stored(some, batch_rows_);
            if (!stored || !*stored || some.empty()) return stored;
            for (std::size_t i = 0; i < some.rows(); ++i) use(some.get<Columns>()[i]...);
        }
    }

    /// for_each_row where fragments are put together.
    template <column... Columns, class Use>
    result<void> each_batched_row(Use& use) {
        constexpr column_set wanted = constant_columns<Columns...>::set;
        if (reads_tunnels(wanted, selection_.filter()) && !gate_.fragments()->finder().follows_tunnels())
            gate_ = detail::fragment_gate(detail::defragmenter_of(plan_, wanted));
        batch some(order_of(wanted));
        result<bool> more = true;
        while (more && *more && left_ > 0) {
            some.clear();
            more = append(some, batch_rows_);
            for (std::size_t i = 0; i < some.rows(); ++i) use(some.get<Columns>()[i]...);
        }
        return more ? result<void>() : result<void>(more.error());
    }

    /// Goes on with the captures behind the rows that were taken from the store, for `rows` rows at most.
    result<void> leave_store(std::uint64_t rows) {
        if (!stored_) return {};
        const result<void> same = stored_->store().check_captures();
        if (!same) return same.error();
        const std::uint64_t left = std::min(left_, rows);
        left_ = stored_->taken();
        stored_.reset();
        batch skipped(plan_.columns);
        result<bool> more = true;
        for (; more && *more && left_ > 0; skipped.clear()) more = append(skipped, batch_rows_);
        left_ = left;
        return more ? result<void>() : result<void>(more.error());
    }

    /// Whether the next rows would have to be waited for.
    [[nodiscard]] bool would_wait() {
        const record_reader* const reader = feed_.sole_reader();
        return pending_.empty() && reader != nullptr && reader->would_wait();
    }

    /// Makes sure that there are records to decode; false at the end, where there are none.
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
        if (append_from_reader(out, std::min(rows, left_))) return true;
        const result<void> fetched = fetch();
        if (!fetched) return fetched.error();
        if (pending_.empty()) return false;
        // A record makes one row at most, so this many cannot make too many.
        const auto count = narrowed<std::size_t>(std::min<std::uint64_t>({rows, left_, pending_.size()}));
        const std::size_t first_row = out.rows();
        const record_run run{pending_.records.first(count), pending_.first_frame};
        const result<void> appended = detail::append_rows(out, run, *from_, selection_, gate_);
        if (!appended) return appended.error();
        pending_ = {pending_.records.subspan(count), pending_.first_frame + count};
        count_rows(out.rows() - first_row);
        return true;
    }

    /// Appends rows straight from the file at hand, where the order of records is that of the file; false where it is
    /// not, and at the file's end.
    bool append_from_reader(batch& out, std::uint64_t rows) {
        record_reader* const reader = feed_.sole_reader();
        if (!pending_.empty() || reader == nullptr || !selection_.wants_all_records()) return false;
        const std::size_t first_row = out.rows();
        const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(rows, records_at_once));
        if (detail::append_all(out, most, *reader, selection_.filter(), gate_) == 0) return false;
        count_rows(out.rows() - first_row);
        return true;
    }

    static constexpr std::uint64_t records_at_once = 4096;

    read_plan plan_;
    row_selection selection_;
    detail::asked_rows asked_;
    std::uint64_t rows_ = 0;  ///< made so far
    std::size_t batch_rows_;
    bool keeps_chunks_;  ///< batches have `batch_rows_` rows, however long that takes
    bool input_waits_ = false;
    std::uint64_t left_;
    std::uint64_t index_ = 0;
    detail::fragment_gate gate_;
    record_feed feed_;
    record_run pending_{};
    record_reader* from_ = nullptr;
    std::optional<store_reader> stored_;  ///< while rows come from it
    bool told_stored_warnings_ = false;
    std::shared_ptr<const std::atomic<bool>> cancelled_;  ///< null where nobody cancels
};

}  // namespace pcapframe
