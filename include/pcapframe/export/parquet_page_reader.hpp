// The pages of a column in our own Parquet files, one after the other: their headers, and their bodies checked and
// unpacked.
#pragma once

#include <optional>
#include <string>

#include <pcapframe/base/limits.hpp>
#include <pcapframe/base/narrowed.hpp>
#include <pcapframe/bytes/crc32.hpp>
#include <pcapframe/codec/snappy.hpp>
#include <pcapframe/export/parquet_footer.hpp>

namespace pcapframe::inline v0_2::parquet {

/// What the header of a page claims. What it does not have is 0.
struct page_head {
    page_kind kind{};
    std::uint64_t offset = 0;  ///< of the header in the file
    std::uint64_t unpacked_bytes = 0;
    std::uint64_t stored_bytes = 0;
    std::optional<std::uint32_t> checksum{};
    std::uint64_t values = 0;  ///< nulls included
    std::uint64_t null_count = 0;
    std::int64_t how = 0;  ///< an `encoding`
    std::uint64_t level_bytes = 0;
    bool compressed = false;
};

/// The body of a page. Views into the file, or into the reader's memory until the next body is read.
struct page_content {
    bytes_view levels;
    bytes_view values;
};

/// The pages of one column, one after the other.
class page_reader {
public:
    explicit page_reader(bytes_view file) noexcept : file_(file) {}

    /// Begins with the first page of a chunk, which is within the file.
    void begin(const chunk_place& chunk) noexcept {
        begin_ = chunk.pages.begin;
        pages_ = file_.subspan(narrowed<std::size_t>(begin_), narrowed<std::size_t>(chunk.pages.bytes));
        how_ = chunk.how;
    }

    /// Where the next page begins.
    [[nodiscard]] std::uint64_t offset() const noexcept { return begin_; }

    /// The next page, whose body is next then. Errors: damaged_copy.
    [[nodiscard]] result<page_head> next() {
        page_head head;
        head.offset = begin_;
        thrift::reader in(pages_);
        if (!read_head(in, head)) return damaged_copy("has a page without a header", begin_);
        if (head.kind == page_kind::dictionary) head.compressed = how_ == codec::snappy;
        if (head.stored_bytes > in.left().size() || head.level_bytes > head.stored_bytes ||
            head.level_bytes > head.unpacked_bytes || head.null_count > head.values)
            return damaged_copy("has a page whose header cannot be true", begin_);
        step(pages_.size() - in.left().size());
        body_ = pages_.first(narrowed<std::size_t>(head.stored_bytes));
        step(body_.size());
        return head;
    }

    /// The body of the page that `next` has just given. Errors: damaged_copy.
    [[nodiscard]] result<page_content> body(const page_head& head) {
        if (head.checksum != crc32(body_)) return damaged_copy("has a page that has changed", head.offset);
        page_content page{body_.first(static_cast<std::size_t>(head.level_bytes)), {}};
        page.values = body_.subspan(page.levels.size());
        const std::uint64_t bytes = head.unpacked_bytes - head.level_bytes;
        if (head.compressed) {
            if (!snappy::decompress(unpacked_, page.values, limits::copy_page_bytes_max))
                return damaged_copy("has a page that cannot be unpacked", head.offset);
            page.values = text_bytes(unpacked_);
        }
        if (page.values.size() != bytes) return damaged_copy("has a page of another size", head.offset);
        return page;
    }

private:
    void step(std::size_t bytes) noexcept {
        begin_ += bytes;
        pages_ = pages_.subspan(bytes);
    }

    /// Fields of numbers that count something; false where one is negative.
    static bool take(thrift::reader& in, const thrift::field& f, std::uint64_t& number) noexcept {
        const std::int64_t value = in.integer(f);
        number = static_cast<std::uint64_t>(value);
        return value >= 0;
    }

    static bool read_head(thrift::reader& in, page_head& head) noexcept {
        std::uint64_t kind = 0;
        bool right = true;
        for (thrift::field f; right && in.next(f);) {
            switch (f.id) {
                case 1: right = take(in, f, kind); break;
                case 2: right = take(in, f, head.unpacked_bytes); break;
                case 3: right = take(in, f, head.stored_bytes); break;
                case 4: head.checksum = static_cast<std::uint32_t>(in.integer(f)); break;
                case 7: right = read_dictionary_head(in, f, head); break;
                case 8: right = read_data_head(in, f, head); break;
                default: in.skip(f);
            }
        }
        head.kind = static_cast<page_kind>(kind);
        return right && in.ok() && (head.kind == page_kind::dictionary || head.kind == page_kind::data_v2);
    }

    static bool read_dictionary_head(thrift::reader& in, const thrift::field& at, page_head& head) noexcept {
        bool right = true;
        in.structure(at);
        for (thrift::field f; right && in.next(f);) {
            if (f.id == 1) right = take(in, f, head.values);
            else in.skip(f);
        }
        return right;
    }

    static bool read_data_head(thrift::reader& in, const thrift::field& at, page_head& head) noexcept {
        bool right = true;
        in.structure(at);
        for (thrift::field f; right && in.next(f);) {
            switch (f.id) {
                case 1: right = take(in, f, head.values); break;
                case 2: right = take(in, f, head.null_count); break;
                case 4: head.how = in.integer(f); break;
                case 5: right = take(in, f, head.level_bytes); break;
                case 7: head.compressed = in.boolean(f); break;
                default: in.skip(f);
            }
        }
        return right;
    }

    bytes_view file_;
    std::uint64_t begin_ = 0;
    codec how_ = codec::none;
    bytes_view pages_;  ///< those that are not read yet
    bytes_view body_;
    std::string unpacked_;
};

}  // namespace pcapframe::parquet
