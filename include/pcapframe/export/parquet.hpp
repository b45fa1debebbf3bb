// Parquet: rows in groups, columns in pages, with all that a reader needs to skip pages that it does not want. Source:
// https://parquet.apache.org/docs/file-format/. Written in one pass; in memory are one row group, encoded, and what the
// footer will say of the groups before that one.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pcapframe/export/parquet_column.hpp>
#include <pcapframe/export/row_writer.hpp>

namespace pcapframe::inline v0_2 {

/// Times and counters as packed differences, other numbers and texts by dictionary, payloads with packed lengths;
/// nulls as definition levels; statistics of chunks and the index of pages.
class parquet_writer final : public row_writer {
public:
    explicit parquet_writer(const parquet_options& options = {}) : options_(options) {}

    void begin(sink& out, const schema& columns) override {
        for (const column_ref& c : columns) columns_.emplace_back(c, options_);
        order_ = columns;
        put(out, "PAR1");
    }

    void write(sink& out, const row_batch& rows) override {
        for (std::size_t row = 0; row < rows.rows();) {
            const row_range range = next_range(rows, row, options_.page_rows - page_rows_, options_.page_bytes);
            for (parquet::column_builder& c : columns_) c.add(rows, range);
            page_rows_ += range.count;
            page_bytes_ += detail::payload_bytes(rows, range);
            row += range.count;
            if (page_rows_ >= options_.page_rows || page_bytes_ >= options_.page_bytes) end_page();
            if (group_rows_ >= options_.row_group_rows || group_bytes() >= options_.row_group_bytes) end_group(out);
        }
    }

    void finish(sink& out) override {
        if (page_rows_ != 0) end_page();
        if (group_rows_ != 0) end_group(out);
        put_indexes(out);
        put_footer(out);
    }

private:
    struct chunk_info {
        parquet::column_chunk chunk;  ///< without its pages, which are written
        std::uint64_t offset = 0;     ///< of the chunk's first page: the dictionary, where there is one
        std::uint64_t bytes = 0;      ///< of all pages
        std::uint64_t data_offset = 0;
        std::uint64_t column_index_offset = 0;
        std::uint64_t column_index_bytes = 0;  ///< 0 where there is none
        std::uint64_t offset_index_offset = 0;
        std::uint64_t offset_index_bytes = 0;
        std::string cells_at;  ///< what stands under `cells_key`; empty where there are none
    };
    struct group_info {
        std::vector<chunk_info> chunks;
        std::uint64_t rows = 0;
    };

    void end_page() {
        for (parquet::column_builder& c : columns_) c.end_page(group_rows_);
        group_rows_ += page_rows_;
        page_rows_ = 0;
        page_bytes_ = 0;
    }

    [[nodiscard]] std::size_t group_bytes() const noexcept {
        if (page_rows_ != 0) return 0;  // the chunk ends with a page
        std::size_t bytes = 0;
        for (const parquet::column_builder& c : columns_) bytes += c.bytes();
        return bytes;
    }

    void end_group(sink& out) {
        group_info group;
        group.rows = group_rows_;
        for (parquet::column_builder& c : columns_) {
            chunk_info info;
            info.chunk = c.take();
            info.offset = written_;
            put(out, info.chunk.dictionary);
            info.data_offset = written_;
            put(out, info.chunk.pages);
            info.bytes = written_ - info.offset;
            c.reuse(std::move(info.chunk.pages));
            info.chunk.pages = {};
            group.chunks.push_back(std::move(info));
        }
        for (chunk_info& info : group.chunks) put_cells(out, info);
        groups_.push_back(std::move(group));
        rows_ += group_rows_;
        group_rows_ = 0;
    }

    /// The cells of a dictionary stand behind the pages of the group, where nothing that other readers know of is.
    void put_cells(sink& out, chunk_info& info) {
        const std::string cells = std::exchange(info.chunk.cells, {});
        if (cells.empty()) return;
        info.cells_at = std::to_string(written_) + " " + std::to_string(cells.size()) + " " +
                        std::to_string(crc32(text_bytes(cells)));
        put(out, cells);
    }

    static std::int32_t order_of_pages(const parquet::column_chunk& chunk) {
        enum order : std::int32_t { unordered = 0, ascending = 1, descending = 2 };
        bool up = true;
        bool down = true;
        const parquet::bounds* before = nullptr;
        const auto less = [&](const std::string& a, const std::string& b) {
            return parquet::column_builder::less(chunk.which, a, b);
        };
        for (const parquet::page_info& page : chunk.index) {
            if (!page.range) continue;
            if (before != nullptr) {
                up = up && !less(page.range->least, before->least) && !less(page.range->greatest, before->greatest);
                down = down && !less(before->least, page.range->least) && !less(before->greatest, page.range->greatest);
            }
            before = &*page.range;
        }
        if (up) return ascending;
        return down ? descending : unordered;
    }

    /// The values that a reader needs to skip pages.
    static std::string column_index(const parquet::column_chunk& chunk) {
        thrift::writer out;
        const std::size_t count = chunk.index.size();
        out.begin().list(1, thrift::wire::yes, count);
        for (const parquet::page_info& page : chunk.index) out.element(!page.range.has_value());
        out.list(2, thrift::wire::binary, count);
        for (const parquet::page_info& page : chunk.index)
            out.element(page.range ? std::string_view(page.range->least) : std::string_view());
        out.list(3, thrift::wire::binary, count);
        for (const parquet::page_info& page : chunk.index)
            out.element(page.range ? std::string_view(page.range->greatest) : std::string_view());
        out.integer(4, order_of_pages(chunk)).list(5, thrift::wire::i64, count);
        for (const parquet::page_info& page : chunk.index) out.element(static_cast<std::int64_t>(page.null_count));
        return out.end().bytes();
    }

    /// Where each page is.
    static std::string offset_index(const chunk_info& info) {
        thrift::writer out;
        out.begin().list(1, thrift::wire::structure, info.chunk.index.size());
        for (const parquet::page_info& page : info.chunk.index) {
            out.begin()
                .long_integer(1, static_cast<std::int64_t>(info.data_offset + page.offset))
                .integer(2, static_cast<std::int32_t>(page.bytes))
                .long_integer(3, static_cast<std::int64_t>(page.first_row))
                .end();
        }
        return out.end().bytes();
    }

    void put_indexes(sink& out) {
        for (group_info& group : groups_) {
            for (chunk_info& info : group.chunks) {
                if (!parquet::has_bounds(info.chunk.which)) continue;  // of these values no bounds are kept
                info.column_index_offset = written_;
                put(out, column_index(info.chunk));
                info.column_index_bytes = written_ - info.column_index_offset;
            }
        }
        for (group_info& group : groups_) {
            for (chunk_info& info : group.chunks) {
                info.offset_index_offset = written_;
                put(out, offset_index(info));
                info.offset_index_bytes = written_ - info.offset_index_offset;
            }
        }
    }

    static void write_statistics(thrift::writer& out, const parquet::column_chunk& chunk) {
        out.begin(12).long_integer(3, static_cast<std::int64_t>(chunk.null_count));
        if (chunk.range) out.binary(5, chunk.range->greatest).binary(6, chunk.range->least);
        out.end();
    }

    static void write_chunk(thrift::writer& out, const chunk_info& info) {
        const parquet::column_chunk& chunk = info.chunk;
        out.begin().long_integer(2, 0).begin(3);
        out.integer(1, static_cast<std::int32_t>(parquet::physical_of(chunk.which)));
        out.list(2, thrift::wire::i32, chunk.encodings.size() + 1);
        out.element(static_cast<std::int64_t>(parquet::encoding::rle));  // of the definition levels
        for (const parquet::encoding how : chunk.encodings) out.element(static_cast<std::int64_t>(how));
        out.list(3, thrift::wire::binary, parquet::elements_of(chunk.which)).element(name_of(chunk.which));
        if (parquet::elements_of(chunk.which) != 1)
            out.element(std::string_view("list")).element(std::string_view("element"));
        out.integer(4, static_cast<std::int32_t>(chunk.how));
        out.long_integer(5, static_cast<std::int64_t>(chunk.values));
        out.long_integer(6, static_cast<std::int64_t>(std::max<std::uint64_t>(chunk.uncompressed_bytes, info.bytes)));
        out.long_integer(7, static_cast<std::int64_t>(info.bytes));
        if (!info.cells_at.empty()) {
            out.list(8, thrift::wire::structure, 1).begin();
            out.binary(1, parquet::cells_key).binary(2, info.cells_at).end();
        }
        out.long_integer(9, static_cast<std::int64_t>(info.data_offset));
        if (!chunk.dictionary.empty()) out.long_integer(11, static_cast<std::int64_t>(info.offset));
        write_statistics(out, chunk);
        out.end();
        out.long_integer(4, static_cast<std::int64_t>(info.offset_index_offset));
        out.integer(5, static_cast<std::int32_t>(info.offset_index_bytes));
        if (info.column_index_bytes != 0) {
            out.long_integer(6, static_cast<std::int64_t>(info.column_index_offset));
            out.integer(7, static_cast<std::int32_t>(info.column_index_bytes));
        }
        out.end();
    }

    static void write_group(thrift::writer& out, const group_info& group) {
        std::uint64_t bytes = 0;
        std::uint64_t stored = 0;
        for (const chunk_info& info : group.chunks) {
            bytes += std::max<std::uint64_t>(info.chunk.uncompressed_bytes, info.bytes);
            stored += info.bytes;
        }
        out.begin().list(1, thrift::wire::structure, group.chunks.size());
        for (const chunk_info& info : group.chunks) write_chunk(out, info);
        out.long_integer(2, static_cast<std::int64_t>(bytes)).long_integer(3, static_cast<std::int64_t>(group.rows));
        out.long_integer(5, static_cast<std::int64_t>(group.chunks.front().offset));
        out.long_integer(6, static_cast<std::int64_t>(stored)).end();
    }

    void put_footer(sink& out) {
        constexpr std::int32_t format_version = 2;
        thrift::writer footer;
        std::size_t elements = 1;
        for (const column_ref& c : order_) elements += parquet::elements_of(c);
        footer.begin().integer(1, format_version).list(2, thrift::wire::structure, elements);
        footer.begin().binary(4, "packets").integer(5, static_cast<std::int32_t>(order_.size())).end();
        for (const column_ref& c : order_) parquet::write_schema_elements(footer, c);
        footer.long_integer(3, static_cast<std::int64_t>(rows_));
        footer.list(4, thrift::wire::structure, groups_.size());
        for (const group_info& group : groups_) write_group(footer, group);
        footer.binary(6, parquet::writer_name());
        // Values are ordered as their type says.
        footer.list(7, thrift::wire::structure, order_.size());
        for (std::size_t i = 0; i < order_.size(); ++i) footer.begin().begin(1).end().end();
        footer.end();
        put(out, footer.bytes());
        char length[4];
        for (unsigned i = 0; i < 4; ++i) length[i] = static_cast<char>(footer.bytes().size() >> (8 * i));
        put(out, {length, 4});
        put(out, "PAR1");
    }

    void put(sink& out, std::string_view bytes) {
        constexpr std::size_t at_once = std::size_t{1} << 20;  // a sink keeps what it has once reserved
        written_ += bytes.size();
        for (; bytes.size() > at_once; bytes.remove_prefix(at_once)) out.write(bytes.substr(0, at_once));
        out.write(bytes);
    }

    parquet_options options_;
    schema order_;
    std::vector<parquet::column_builder> columns_;
    std::vector<group_info> groups_;
    std::size_t page_rows_ = 0;   ///< of the page that is being filled
    std::size_t page_bytes_ = 0;  ///< of the row group's payloads
    std::size_t group_rows_ = 0;  ///< in pages that are full
    std::uint64_t rows_ = 0;
    std::uint64_t written_ = 0;
};

}  // namespace pcapframe
