// One page of a column: its header, the definition levels and the values, compressed where that pays.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pcapframe/bytes/crc32.hpp>
#include <pcapframe/codec/snappy.hpp>
#include <pcapframe/export/parquet_encoding.hpp>
#include <pcapframe/export/parquet_types.hpp>

namespace pcapframe::inline v0_2::parquet {

/// The least and the greatest value of a page or chunk, as bytes in the plain encoding; nothing where all values are
/// null or no bounds are kept.
struct bounds {
    std::string least;
    std::string greatest;
};

/// What the page index says about a page.
struct page_info {
    std::size_t offset = 0;     ///< within the data pages of its chunk
    std::size_t bytes = 0;      ///< with its header
    std::size_t first_row = 0;  ///< within its row group
    std::size_t null_count = 0;
    std::optional<bounds> range;
};

/// The values of a page, encoded.
struct page_body {
    std::size_t rows = 0;
    std::size_t entries = 0;     ///< values with nulls: of lists more than rows
    std::size_t null_count = 0;  ///< of the entries
    encoding how = encoding::plain;
    std::string repetitions{};   ///< of lists: which entries begin a row
    std::string levels{};        ///< of definition: which entries have a value
    std::string values{};
};

/// Whether Snappy saves a tenth; `compressed` has the result then.
[[nodiscard]] inline bool pays(std::string& compressed, std::string_view values) {
    constexpr std::size_t bytes_least = 64;
    if (values.size() < bytes_least) return false;
    snappy::compress(compressed, values);
    return compressed.size() < values.size() - values.size() / 10;
}

/// The field of a page's header for the checksum of what follows it.
inline void put_checksum(thrift::writer& header, std::initializer_list<std::string_view> parts) {
    std::uint32_t checksum = 0;
    for (const std::string_view part : parts) checksum = crc32(text_bytes(part), checksum);
    header.integer(4, static_cast<std::int32_t>(checksum));
}

/// What is done with a page beside its encoding.
struct page_options {
    bool may_compress = false;
    bool checksum = false;
};

/// Appends a page (of version 2, whose header says whether the page is compressed); true if the page is compressed.
inline bool append_page(std::string& out, const page_body& page, page_options options, std::string& scratch) {
    const bool compressed = options.may_compress && pays(scratch, page.values);
    const std::string& values = compressed ? scratch : page.values;
    const auto number = [](std::size_t n) { return static_cast<std::int32_t>(n); };
    thrift::writer header;
    header.begin()
        .integer(1, static_cast<std::int32_t>(page_kind::data_v2))
        .integer(2, number(page.repetitions.size() + page.levels.size() + page.values.size()))
        .integer(3, number(page.repetitions.size() + page.levels.size() + values.size()));
    if (options.checksum) put_checksum(header, {page.repetitions, page.levels, values});
    header.begin(8)
        .integer(1, number(page.entries))
        .integer(2, number(page.null_count))
        .integer(3, number(page.rows))
        .integer(4, static_cast<std::int32_t>(page.how))
        .integer(5, number(page.levels.size()))
        .integer(6, number(page.repetitions.size()))
        .boolean(7, compressed)
        .end()
        .end();
    out += header.bytes();
    out += page.repetitions;
    out += page.levels;
    out += values;
    return compressed;
}

/// The page of a dictionary's `count` values in the plain encoding.
[[nodiscard]] inline std::string dictionary_page(std::size_t count, std::string_view values, codec how,
                                                 bool checksum) {
    std::string compressed;
    if (how == codec::snappy) snappy::compress(compressed, values);
    const std::string_view stored = how == codec::snappy ? std::string_view(compressed) : values;
    thrift::writer header;
    header.begin()
        .integer(1, static_cast<std::int32_t>(page_kind::dictionary))
        .integer(2, static_cast<std::int32_t>(values.size()))
        .integer(3, static_cast<std::int32_t>(stored.size()));
    if (checksum) put_checksum(header, {stored});
    header.begin(7)
        .integer(1, static_cast<std::int32_t>(count))
        .integer(2, static_cast<std::int32_t>(encoding::plain))
        .end()
        .end();
    return header.bytes() + std::string(stored);
}

}  // namespace pcapframe::parquet
