// The interface of every output format: a writer that takes batches.
#pragma once

#include <memory>

#include <pcapframe/base/result.hpp>
#include <pcapframe/io/sink.hpp>
#include <pcapframe/table/batch.hpp>

namespace pcapframe::inline v0_2 {

/// Writes rows to a sink in one format. `begin` once, `write` for each batch, `finish` once.
class row_writer {
public:
    row_writer() = default;
    row_writer(const row_writer&) = delete;
    row_writer& operator=(const row_writer&) = delete;
    virtual ~row_writer() = default;

    /// `out` outlives the writer; `columns` are the columns of the batches to come.
    virtual void begin(sink& out, const schema& columns) = 0;
    virtual void write(sink& out, const row_batch& rows) = 0;
    virtual void finish(sink& out) = 0;

    /// Whether rows can be written apart from each other.
    [[nodiscard]] virtual bool can_part() const noexcept { return false; }
    /// A writer of rows alone, without the bytes that `begin` (which must have been called) and `finish` write: rows
    /// written by several such writers, joined in order, are what this writer would have written. Null where `can_part`
    /// says no.
    [[nodiscard]] virtual std::unique_ptr<row_writer> part() const { return nullptr; }
};

}  // namespace pcapframe
