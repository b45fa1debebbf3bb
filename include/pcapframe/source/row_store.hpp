// Rows of a source that are kept elsewhere: what a source can hand out instead of reading its captures.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <pcapframe/base/error.hpp>
#include <pcapframe/base/narrowed.hpp>
#include <pcapframe/base/result.hpp>
#include <pcapframe/decode/packet_batch.hpp>

namespace pcapframe::inline v0_2 {

/// Gives the rows of a store, or of one of its parts, once.
class stored_rows {
public:
    stored_rows() = default;
    stored_rows(const stored_rows&) = delete;
    stored_rows& operator=(const stored_rows&) = delete;
    virtual ~stored_rows() = default;

    /// Appends some next rows, `most` at most, to a batch of the source's columns; returns how many, 0 at the end. The
    /// batch owns or keeps alive what they show.
    /// Errors: what is kept is not as it was made; nothing is appended then.
    [[nodiscard]] virtual result<std::size_t> append(batch& out, std::size_t most) = 0;
};

/// All rows that a source has, in its order. What is handed out keeps the store alive.
class row_store {
public:
    row_store() = default;
    row_store(const row_store&) = delete;
    row_store& operator=(const row_store&) = delete;
    virtual ~row_store() = default;

    /// A part of the rows.
    struct part {
        std::uint64_t first_row = 0;
        std::uint64_t rows = 0;
    };

    /// The file that the rows are in.
    [[nodiscard]] virtual const std::string& path() const noexcept = 0;
    /// The parts, which follow each other: one at least.
    [[nodiscard]] virtual const std::vector<part>& parts() const noexcept = 0;
    /// What the source warned of when the rows were made.
    [[nodiscard]] virtual const std::vector<error>& warnings() const noexcept = 0;
    /// Reads the parts from `first` on, `count` of them.
    [[nodiscard]] virtual std::unique_ptr<stored_rows> read(std::size_t first, std::size_t count) const = 0;
    /// Whether the captures are still those that the rows were made of. Errors: `changed`, about the file.
    [[nodiscard]] virtual result<void> check_captures() const = 0;

    [[nodiscard]] std::uint64_t rows() const noexcept { return parts().back().first_row + parts().back().rows; }
};

/// Some parts of a store, read on and on, with how far that is. Movable.
class store_reader {
public:
    /// The parts from `first` on, `count` of them, which is one at least.
    store_reader(std::shared_ptr<const row_store> store, std::size_t first, std::size_t count)
        : store_(std::move(store)), rows_(store_->read(first, count)), first_row_(store_->parts()[first].first_row) {
        const row_store::part& last = store_->parts()[first + count - 1];
        count_ = last.first_row + last.rows - first_row_;
    }

    [[nodiscard]] const row_store& store() const noexcept { return *store_; }
    /// Rows that were taken from the store's begin on, those before the parts included, and rows that are left.
    [[nodiscard]] std::uint64_t taken() const noexcept { return first_row_ + taken_; }
    [[nodiscard]] std::uint64_t left() const noexcept { return count_ - taken_; }
    /// The share of `whole` that the rows taken have in all.
    [[nodiscard]] std::uint64_t share_of(std::uint64_t whole) const noexcept {
        const double share = count_ == 0 ? 1.0 : static_cast<double>(taken_) / static_cast<double>(count_);
        return static_cast<std::uint64_t>(share * static_cast<double>(whole));
    }

    /// Appends the next `rows` rows or all that are left. Errors: those of the store; `out` has no row then, and no row
    /// counts as taken.
    [[nodiscard]] result<void> fill(batch& out, std::uint64_t rows) {
        while (out.rows() < rows) {
            const result<std::size_t> more = rows_->append(out, narrowed<std::size_t>(rows - out.rows()));
            if (!more) {
                out.truncate(0);
                return more.error();
            }
            if (*more == 0) break;
        }
        taken_ += out.rows();
        return {};
    }

private:
    std::shared_ptr<const row_store> store_;
    std::unique_ptr<stored_rows> rows_;
    std::uint64_t first_row_;
    std::uint64_t count_ = 0;
    std::uint64_t taken_ = 0;
};

}  // namespace pcapframe
