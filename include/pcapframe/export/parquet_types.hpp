// Which Parquet type a column has and how it is encoded, and the options of the writer. Source:
// https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift. The numbers are those of this
// file.
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <pcapframe/base/version.hpp>
#include <pcapframe/export/arrow_types.hpp>
#include <pcapframe/export/thrift_compact.hpp>
#include <pcapframe/table/schema.hpp>

namespace pcapframe::inline v0_2 {

/// How Parquet is written.
struct parquet_options {
    std::size_t row_group_rows = std::size_t{1} << 20;     ///< rows of a group: what a reader takes at once
    std::size_t row_group_bytes = std::size_t{128} << 20;  ///< a group that has grown to this is full, too
    std::size_t page_rows = 16'384;                        ///< rows of a page: what a reader can skip
    std::size_t page_bytes = std::size_t{4} << 20;         ///< payload bytes of a page
    bool compress = true;                                  ///< by Snappy, where that saves a tenth
    /// Also what `parquet_reader` needs to give the very same rows again: checksums of pages, and the cells behind the
    /// texts of dictionaries. Other readers step over it.
    bool exact = false;
};

namespace parquet {

/// Types, encodings, compressions and pages by their numbers in parquet.thrift.
enum class physical : std::int32_t { int32 = 1, int64 = 2, float64 = 5, byte_array = 6 };
enum class encoding : std::int32_t {
    plain = 0,
    rle = 3,
    delta_binary_packed = 5,
    delta_length_byte_array = 6,
    rle_dictionary = 8,
};
enum class codec : std::int32_t { none = 0, snappy = 1 };
enum class page_kind : std::int32_t { dictionary = 2, data_v2 = 3 };

/// Under this name the metadata of a column's chunk say where the cells of its dictionary are, if the file is exact:
/// the place in the file, the number of bytes and their checksum, as decimal numbers with spaces between.
inline constexpr std::string_view cells_key = "pcapframe.cells";

/// What a file says of who wrote it.
[[nodiscard]] inline std::string writer_name() { return "pcapframe version " + std::string(version); }

/// The physical type of a stored type.
[[nodiscard]] constexpr physical physical_of(column_type type) noexcept {
    switch (type) {
        case column_type::timestamp:
        case column_type::number64:
        case column_type::numbers: return physical::int64;
        case column_type::real: return physical::float64;
        case column_type::number8:
        case column_type::number16:
        case column_type::number32: return physical::int32;
        default: return physical::byte_array;
    }
}
[[nodiscard]] constexpr physical physical_of(const column_ref& c) noexcept { return physical_of(type_of(c)); }

/// How often values are there: always, or not always, or any number of them.
enum class repetition : std::int32_t { required = 0, optional = 1, repeated = 2 };

namespace elements {

/// Converted types by their numbers in parquet.thrift.
enum class converted : std::int32_t { utf8 = 0, list = 3, uint8 = 11 };  // uint16, uint32 and uint64 follow

/// Begins the schema element of a column.
inline thrift::writer& begin_element(thrift::writer& out, const column_ref& c, repetition how, std::string_view name) {
    return out.begin()
        .integer(1, static_cast<std::int32_t>(physical_of(c)))
        .integer(3, static_cast<std::int32_t>(how))
        .binary(4, name);
}

/// Says that the bytes are text.
inline void write_text_type(thrift::writer& out) {
    out.integer(6, static_cast<std::int32_t>(converted::utf8)).begin(10).begin(1).end().end();
}

/// Says how wide an unsigned number is.
inline void write_number_type(thrift::writer& out, std::size_t bytes) {
    const auto bits = static_cast<std::int8_t>(8 * bytes);
    out.integer(6, static_cast<std::int32_t>(converted::uint8) + std::countr_zero(bytes));
    out.begin(10).begin(10).byte(1, bits).boolean(2, false).end().end();
}

/// A list is a group of one group that is repeated: that is how readers know an empty list from none.
inline void write_list_elements(thrift::writer& out, const column_ref& c, arrow_kind kind) {
    const auto group = [&](repetition how, std::string_view name) -> thrift::writer& {
        return out.begin().integer(3, static_cast<std::int32_t>(how)).binary(4, name).integer(5, 1);
    };
    group(repetition::optional, name_of(c)).integer(6, static_cast<std::int32_t>(converted::list));
    out.begin(10).begin(3).end().end().end();
    group(repetition::repeated, "list").end();
    begin_element(out, c, repetition::required, "element");
    if (kind == arrow_kind::texts) write_text_type(out);
    else write_number_type(out, sizeof(std::uint64_t));
    out.end();
}

}  // namespace elements

/// The elements of the schema that a column takes.
[[nodiscard]] constexpr std::size_t elements_of(const column_ref& c) noexcept {
    return is_list_kind(arrow_type_of(c, {}).kind) ? 3 : 1;
}

/// These elements.
inline void write_schema_elements(thrift::writer& out, const column_ref& c) {
    const arrow_type type = arrow_type_of(c, {});
    if (is_list_kind(type.kind)) return elements::write_list_elements(out, c, type.kind);
    elements::begin_element(out, c, repetition::optional, name_of(c));
    switch (type.kind) {
        case arrow_kind::timestamp:
            // In UTC, in nanoseconds: a choice of three empty structs.
            out.begin(10).begin(8).boolean(1, true).begin(2).begin(3).end().end().end().end();
            break;
        case arrow_kind::number: elements::write_number_type(out, type.bytes); break;
        case arrow_kind::text: elements::write_text_type(out); break;
        default: break;
    }
    out.end();
}

}  // namespace parquet
}  // namespace pcapframe
