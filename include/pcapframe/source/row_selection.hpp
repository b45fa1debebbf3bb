// Which records of a read are wanted: by the filter, and, once they are decoded, by the protocol.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include <pcapframe/decode/level_record.hpp>
#include <pcapframe/source/read_plan.hpp>
#include <pcapframe/source/record_reader.hpp>

namespace pcapframe::inline v0_2 {

namespace detail {

/// Sets `keep[i]` to whether the selector wants the packet of record `i` that the filter means; to 0 where there is no
/// such packet.
[[nodiscard]] inline result<void> mark_at(record_selector& selector, const record_run& run, const row_filter& filter,
                                          std::span<std::uint8_t> keep) {
    if (filter.at.is_outermost()) return selector.mark(run, keep);
    std::vector<record> inside;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < run.size(); ++i) {
        const auto packet = record_at(run.records[i], filter.at, *filter.ports);
        keep[i] = 0;
        if (!packet) continue;
        inside.push_back(*packet);
        places.push_back(i);
    }
    std::vector<std::uint8_t> wanted(inside.size());
    const result<void> marked = selector.mark({inside, run.first_frame}, wanted);
    for (std::size_t i = 0; i < places.size(); ++i) keep[places[i]] = wanted[i];
    return marked;
}

/// Calls `use(run)` for the stretches of records that the selector wants, or for all where it is null. `keep` is room
/// for marks. Errors: those of the filter.
template <class Use>
[[nodiscard]] result<void> each_wanted_run(record_selector* selector, const record_run& run, const row_filter& filter,
                                           std::vector<std::uint8_t>& keep, Use use) {
    if (selector == nullptr) {
        use(run);
        return {};
    }
    keep.resize(run.size());
    const result<void> marked = mark_at(*selector, run, filter, keep);
    if (marked) each_kept_run(run, keep, use);
    return marked;
}

}  // namespace detail

/// What decides which records and rows are kept, and what deciding needs. Each reader has one of its own. Movable.
///
///     row_selection selection(*plan);
///     for (auto run = reader->next(); !run.empty(); run = reader->next())
///         auto done = selection.each_run(run, *reader, [&](const record_run& wanted) { ...; return true; });
class row_selection {
public:
    explicit row_selection(const read_plan& plan)
        : filter_(plan.filter), ports_(plan.ports), selector_(detail::copy_of(plan.selector)) {}

    void change(const read_plan& plan) {
        filter_ = plan.filter;
        ports_ = plan.ports;
        selector_ = detail::copy_of(plan.selector);
    }
    [[nodiscard]] row_filter filter() const noexcept { return filter_; }
    /// Whether no record is left out before it is decoded.
    [[nodiscard]] bool wants_all_records() const noexcept { return selector_ == nullptr; }

    /// Calls `use(run)` for the stretches of records that are wanted, until it returns false. `from` has just yielded
    /// `run`. Errors: those of the filter.
    template <class Use>
    [[nodiscard]] result<void> each_run(const record_run& run, const record_reader& from, Use use) {
        if (selector_ != nullptr) selector_->captured_in(from.walker().order());
        return detail::each_wanted_run(selector_.get(), run, filter_, keep_, use);
    }

private:
    row_filter filter_;
    std::shared_ptr<const tunnel_ports> ports_;  ///< what the filter points to
    std::unique_ptr<record_selector> selector_;
    std::vector<std::uint8_t> keep_;
};

}  // namespace pcapframe
