// What the end of a Parquet file of our own says: its columns, its row groups and where their pages are.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <pcapframe/base/limits.hpp>
#include <pcapframe/base/result.hpp>
#include <pcapframe/export/parquet_types.hpp>

namespace pcapframe::inline v0_2::parquet {

/// A part of the file. Of the footer's parts it is certain that they are within the file and in front of the footer.
struct byte_range {
    std::uint64_t begin = 0;
    std::uint64_t bytes = 0;
};

/// The values of one column in one row group.
struct chunk_place {
    byte_range pages;
    std::uint64_t data_begin = 0;  ///< of the first page that is no dictionary
    codec how = codec::none;       ///< of the dictionary; other pages say it themselves
    byte_range cells;              ///< of the dictionary, empty where there are none
    std::uint32_t cells_checksum = 0;
};

/// Where a row group is.
struct group_place {
    std::uint64_t rows = 0;
    std::vector<chunk_place> chunks;  ///< by column
};

/// What the footer says.
struct footer {
    schema columns;
    std::uint64_t rows = 0;
    std::vector<group_place> groups;
};

/// The error of a persisted copy that cannot be read, with the place.
[[nodiscard]] inline error damaged_copy(const char* what, std::uint64_t offset) noexcept {
    return {.code = errc::damaged_copy, .offset = offset, .detail = what};
}

/// Reads the footer's structs. Numbers that cannot be are kept as zero or refused where they are used.
class footer_reader {
public:
    footer_reader(bytes_view bytes, std::uint64_t begin, std::span<const field> list)
        : in_(bytes), begin_(begin), list_(list) {}

    [[nodiscard]] result<footer> read() {
        for (thrift::field f; in_.next(f);) {
            if (f.id == 2) read_schema(f);
            else if (f.id == 3) found_.rows = number(f);
            else if (f.id == 4) read_groups(f);
            else if (f.id == 6) writer_ = in_.binary(f);
            else in_.skip(f);
        }
        if (!in_.ok() || !in_.left().empty()) return damaged_copy("has a footer that is cut or damaged", begin_);
        if (writer_ != writer_name()) return damaged_copy("was written by another version", begin_);
        std::uint64_t rows = 0;
        for (const group_place& group : found_.groups) {
            right_ = right_ && group.chunks.size() == found_.columns.size() && group.rows <= found_.rows - rows;
            rows += group.rows;
        }
        if (!right_ || rows != found_.rows) return damaged_copy("has a footer that contradicts itself", begin_);
        return std::move(found_);
    }

private:
    /// A number that counts something; none is negative.
    std::uint64_t number(const thrift::field& f) {
        const std::int64_t value = in_.integer(f);
        right_ = right_ && value >= 0;
        return value < 0 ? 0 : static_cast<std::uint64_t>(value);
    }

    void read_schema(const thrift::field& list) {
        std::size_t count = in_.structures(list);
        for (std::size_t i = 0; i < count && in_.ok(); ++i) {
            std::string_view name;
            std::optional<std::int64_t> type;
            for (thrift::field f; in_.next(f);) {
                if (f.id == 1) type = in_.integer(f);
                else if (f.id == 4) name = in_.binary(f);
                else in_.skip(f);
            }
            if (i == 0 || !right_) continue;  // the first is the row itself
            add_column(name, type);
        }
        found_.columns = schema(list_, numbers_);
    }

    void add_column(std::string_view name, std::optional<std::int64_t> type) {
        const auto found = std::find_if(list_.begin(), list_.end(), [&](const field& f) { return f.name == name; });
        const auto number = static_cast<std::uint16_t>(found - list_.begin());
        right_ = found != list_.end() && type == static_cast<std::int64_t>(physical_of(found->type)) &&
                 std::find(numbers_.begin(), numbers_.end(), number) == numbers_.end();
        if (right_) numbers_.push_back(number);
    }

    void read_groups(const thrift::field& list) {
        const std::size_t count = in_.structures(list);
        for (std::size_t i = 0; i < count && in_.ok(); ++i) {
            group_place group;
            std::vector<std::uint64_t> values;
            for (thrift::field f; in_.next(f);) {
                if (f.id == 3) {
                    group.rows = number(f);
                } else if (f.id == 1) {
                    const std::size_t chunks = in_.structures(f);
                    for (std::size_t c = 0; c < chunks && in_.ok(); ++c) {
                        group.chunks.emplace_back();
                        values.push_back(read_chunk(group.chunks.back()));
                    }
                } else {
                    in_.skip(f);
                }
            }
            for (const std::uint64_t rows : values) right_ = right_ && rows == group.rows;
            right_ = right_ && group.rows != 0;
            found_.groups.push_back(std::move(group));
        }
    }

    /// Returns how many values there are, nulls included.
    std::uint64_t read_chunk(chunk_place& chunk) {
        std::uint64_t values = 0;
        for (thrift::field f; in_.next(f);) {
            if (f.id != 3) {
                in_.skip(f);
                continue;
            }
            in_.structure(f);
            values = read_chunk_metadata(chunk);
        }
        right_ = right_ && (chunk.how == codec::none || chunk.how == codec::snappy);
        right_ = right_ && is_inside(chunk.pages) && is_inside(chunk.cells) &&
                 chunk.data_begin >= chunk.pages.begin && chunk.data_begin - chunk.pages.begin < chunk.pages.bytes;
        return values;
    }

    std::uint64_t read_chunk_metadata(chunk_place& chunk) {
        std::uint64_t values = 0;
        std::optional<std::uint64_t> dictionary;
        for (thrift::field f; in_.next(f);) {
            switch (f.id) {
                case 4: chunk.how = static_cast<codec>(number(f)); break;
                case 5: values = number(f); break;
                case 7: chunk.pages.bytes = number(f); break;
                case 8: read_cells_place(f, chunk); break;
                case 9: chunk.data_begin = number(f); break;
                case 11: dictionary = number(f); break;
                default: in_.skip(f);
            }
        }
        chunk.pages.begin = dictionary.value_or(chunk.data_begin);
        return values;
    }

    /// The pairs of a chunk's metadata, of which one says where the cells are.
    void read_cells_place(const thrift::field& list, chunk_place& chunk) {
        const std::size_t count = in_.structures(list);
        for (std::size_t i = 0; i < count && in_.ok(); ++i) {
            std::string_view key;
            std::string_view value;
            for (thrift::field f; in_.next(f);) {
                if (f.id == 1) key = in_.binary(f);
                else if (f.id == 2) value = in_.binary(f);
                else in_.skip(f);
            }
            if (key != cells_key) continue;
            std::array<std::uint64_t, 3> numbers{};
            right_ = right_ && take_numbers(value, numbers) && numbers[2] <= 0xffff'ffffU;
            chunk.cells = {numbers[0], numbers[1]};
            chunk.cells_checksum = static_cast<std::uint32_t>(numbers[2]);
        }
    }

    static bool take_numbers(std::string_view text, std::array<std::uint64_t, 3>& numbers) noexcept {
        const char* at = text.data();
        const char* const end = at + text.size();
        for (std::size_t i = 0; i < numbers.size(); ++i) {
            if (i != 0 && (at == end || *at++ != ' ')) return false;
            const auto [after, why] = std::from_chars(at, end, numbers[i]);
            if (why != std::errc()) return false;
            at = after;
        }
        return at == end;
    }

    [[nodiscard]] bool is_inside(const byte_range& part) const noexcept {
        return part.bytes <= begin_ && part.begin <= begin_ - part.bytes;
    }

    thrift::reader in_;
    std::uint64_t begin_;  ///< of the footer in the file
    footer found_;
    std::span<const field> list_;
    std::vector<std::uint16_t> numbers_;
    std::string_view writer_;
    bool right_ = true;
};

/// The bytes of the footer and of its length and mark behind it; 0 where the file does not end as a Parquet file does.
/// `tail` are the last bytes of a file of `bytes`, eight at least.
[[nodiscard]] inline std::uint64_t footer_bytes(bytes_view tail, std::uint64_t bytes) noexcept {
    constexpr std::size_t behind = 8;
    if (tail.size() < behind || load_be32(tail.data() + tail.size() - 4) != 0x5041'5231U) return 0;  // PAR1
    const std::uint64_t length = load_le32(tail.data() + tail.size() - behind);
    return length <= limits::copy_footer_bytes_max && length + behind + 4 <= bytes ? length + behind : 0;
}

/// Reads the footer of a whole file that `parquet_writer` of this version has written, with fields of a list.
/// Errors: damaged_copy, for any other bytes.
[[nodiscard]] inline result<footer> read_footer(bytes_view file, std::span<const field> list) {
    const std::uint64_t bytes = footer_bytes(file, file.size());
    if (bytes == 0) return damaged_copy("does not end with a footer", file.size());
    const std::size_t begin = file.size() - static_cast<std::size_t>(bytes);
    return footer_reader(file.subspan(begin, static_cast<std::size_t>(bytes) - 8), begin, list).read();
}

}  // namespace pcapframe::parquet
