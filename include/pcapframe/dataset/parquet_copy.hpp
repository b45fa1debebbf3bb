// A persisted copy as a store of rows: the Parquet file in the cache, and the captures that it was made of.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <pcapframe/export/parquet_reader.hpp>
#include <pcapframe/io/file_stamp.hpp>
#include <pcapframe/io/mapped_file.hpp>
#include <pcapframe/io/stream_file.hpp>
#include <pcapframe/source/row_store.hpp>

namespace pcapframe::inline v0_2 {

/// A capture as it was when rows were made of it.
struct stamped_capture {
    std::string file;
    file_stamp stamp;
};

/// The rows of a Parquet file that `parquet_writer` of this version has written with the option `exact`. The file stays
/// mapped as long as the store or anything read from it lives, whatever becomes of its name.
class parquet_copy final : public row_store, public std::enable_shared_from_this<parquet_copy> {
public:
    /// Errors: a file that cannot be read, or has not been written so, or not with these columns in this order.
    [[nodiscard]] static result<std::shared_ptr<const parquet_copy>> open(const std::string& path,
                                                                          const column_order& columns,
                                                                          std::vector<stamped_capture> captures,
                                                                          std::vector<error> warnings) {
        const result<open_input> input = open_for_reading(path);
        if (!input) return input.error();
        result<std::shared_ptr<const mapped_file>> mapping = mapped_file::map(*input);
        if (!mapping) return mapping.error().about(path);
        result<parquet::footer> footer = parquet::read_footer((*mapping)->bytes(), column_list);
        if (!footer) return footer.error().about(path);
        if (footer->columns != schema(columns))
            return parquet::damaged_copy("has other columns", no_offset).about(path);
        std::shared_ptr<parquet_copy> copy(new parquet_copy(path, std::move(*mapping), std::move(*footer)));
        copy->captures_ = std::move(captures);
        copy->warnings_ = std::move(warnings);
        return std::shared_ptr<const parquet_copy>(std::move(copy));
    }

    [[nodiscard]] const std::string& path() const noexcept override { return path_; }
    [[nodiscard]] const std::vector<part>& parts() const noexcept override { return parts_; }
    [[nodiscard]] const std::vector<error>& warnings() const noexcept override { return warnings_; }

    [[nodiscard]] std::unique_ptr<stored_rows> read(std::size_t first, std::size_t count) const override {
        return std::make_unique<copied_rows>(shared_from_this(), first, footer_.groups.empty() ? 0 : count);
    }

    [[nodiscard]] result<void> check_captures() const override {
        for (const stamped_capture& capture : captures_) {
            const result<file_stamp> now = file_stamp::of(capture.file);
            if (!now) return now.error();
            if (*now != capture.stamp)
                return error{.code = errc::changed, .detail = "its rows were persisted; open it again"}.about(
                    capture.file);
        }
        return {};
    }

private:
    class copied_rows final : public stored_rows {
    public:
        copied_rows(std::shared_ptr<const parquet_copy> copy, std::size_t first, std::size_t count)
            : copy_(std::move(copy)), reader_(copy_->mapping_->bytes(), copy_->footer_, first, count) {}

        [[nodiscard]] result<std::size_t> append(batch& out, std::size_t most) override {
            const std::size_t before = out.rows();
            const result<std::size_t> more = reader_.append(out, most);
            if (!more) return more.error().about(copy_->path_);
            if (!copy_->mapping_->shrunk()) return more;
            out.truncate(before);
            return parquet::damaged_copy("was cut short while it was read", no_offset).about(copy_->path_);
        }

    private:
        std::shared_ptr<const parquet_copy> copy_;
        parquet_reader reader_;
    };

    parquet_copy(std::string path, std::shared_ptr<const mapped_file> mapping, parquet::footer footer)
        : path_(std::move(path)), mapping_(std::move(mapping)), footer_(std::move(footer)) {
        std::uint64_t first_row = 0;
        for (const parquet::group_place& group : footer_.groups) {
            parts_.push_back({first_row, group.rows});
            first_row += group.rows;
        }
        if (parts_.empty()) parts_.push_back({});
    }

    std::string path_;
    std::shared_ptr<const mapped_file> mapping_;
    parquet::footer footer_;
    std::vector<part> parts_;
    std::vector<stamped_capture> captures_;
    std::vector<error> warnings_;
};

}  // namespace pcapframe
