// Rows back from the Parquet files that `parquet_writer` writes with the option `exact`: the very same values. Other
// Parquet files, and those that another version has written, are refused.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include <pcapframe/export/parquet_column_reader.hpp>

namespace pcapframe::inline v0_2 {

/// Reads some of the row groups of a file forward, once. Bytes may be any: what is not as it was written is an error,
/// and no row of it comes out. Movable.
class parquet_reader {
public:
    /// The bytes of the file and what its footer says, which both must outlive the reader; and which groups.
    parquet_reader(bytes_view file, const parquet::footer& footer, std::size_t first_group, std::size_t groups)
        : footer_(&footer), next_group_(first_group), end_group_(first_group + groups) {
        for (const column_ref& c : footer.columns) columns_.emplace_back(c, file);
    }

    /// Appends the next rows, `most` at most, to a batch of the file's columns; returns how many, 0 at the end. Their
    /// payloads are the batch's own.
    /// Errors: damaged_copy; nothing is appended then, and the same error comes again.
    [[nodiscard]] result<std::size_t> append(row_batch& out, std::size_t most) {
        if (failure_) return *failure_;
        const result<std::uint64_t> there = load();
        if (!there) {
            failure_ = there.error();
            return *failure_;
        }
        const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(*there, most));
        if (count == 0) return count;
        take(out, count);
        group_left_ -= count;
        return count;
    }

private:
    /// Makes sure that there are rows; returns how many all columns have, 0 at the end.
    result<std::uint64_t> load() {
        if (group_left_ == 0) {
            if (next_group_ == end_group_) return std::uint64_t{0};
            const result<void> begun = begin_group(footer_->groups[next_group_]);
            if (!begun) return begun.error();
            ++next_group_;
        }
        std::uint64_t count = group_left_;
        for (parquet::column_reader& c : columns_) {
            if (c.rows() == 0) {
                const result<void> loaded = c.load_page(group_left_);
                if (!loaded) return loaded.error();
            }
            count = std::min<std::uint64_t>(count, c.rows());
        }
        return count;
    }

    result<void> begin_group(const parquet::group_place& group) {
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            const result<void> begun = columns_[i].begin(group.chunks[i], names_);
            if (!begun) return begun.error();
        }
        group_left_ = group.rows;
        return {};
    }

    void take(row_batch& out, std::size_t count) {
        const std::size_t first = out.rows();
        columns_writer writer(out, count);
        for (parquet::column_reader& c : columns_) c.take(count, writer);
        writer.finish();
        out.set_interfaces(names_.list(), first);
        out.own_views(first);
        out.own_texts(first);
    }

    const parquet::footer* footer_;
    std::size_t next_group_;
    std::size_t end_group_;
    std::uint64_t group_left_ = 0;
    std::optional<error> failure_;
    interface_names names_;
    std::vector<parquet::column_reader> columns_;
};

}  // namespace pcapframe
