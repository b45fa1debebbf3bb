// Which records are wanted, by their bytes: a filter expression becomes such a selector.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include <pcapframe/base/result.hpp>
#include <pcapframe/bytes/load.hpp>
#include <pcapframe/bytes/record.hpp>

namespace pcapframe::inline v0_2 {

/// A test of records, before they are decoded. Each thread needs a selector of its own.
class record_selector {
public:
    record_selector() = default;
    record_selector(const record_selector&) = delete;
    record_selector& operator=(const record_selector&) = delete;
    virtual ~record_selector() = default;

    /// Sets `keep[i]` to 1 where record `i` of the run is wanted and to 0 elsewhere; there are as many as records.
    /// Fails where the test means nothing for a record's link type.
    [[nodiscard]] virtual result<void> mark(const record_run& run, std::span<std::uint8_t> keep) = 0;

    /// Says in which byte order the next records were captured: some link-layer headers are in the order of the machine
    /// that they are from. Where this is not called, records are little-endian.
    virtual void captured_in(byte_order) {}

    /// A selector that tests the same, for another thread.
    [[nodiscard]] virtual std::unique_ptr<record_selector> copy() const = 0;
};

/// Calls `use(run)` for each stretch of wanted records, in order, until it returns false.
template <class Use>
void each_kept_run(const record_run& run, std::span<const std::uint8_t> keep, Use use) {
    for (std::size_t i = 0; i < run.size();) {
        std::size_t end = i;
        while (end < run.size() && keep[end] != 0) ++end;
        if (end != i && !use(record_run{run.records.subspan(i, end - i), run.first_frame + i})) return;
        i = end + 1;
    }
}

}  // namespace pcapframe
