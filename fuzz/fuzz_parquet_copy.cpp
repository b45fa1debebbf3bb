// Our own Parquet files read back, behind a byte that chooses what the input is: a file, a page whose checksum is
// right, or values in one encoding. Any bytes are refused, or give rows that are the same however they are taken.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <pcapframe/decode/packet_columns.hpp>
#include <pcapframe/export/parquet.hpp>
#include <pcapframe/export/parquet_reader.hpp>

#include "check.hpp"

namespace {

using namespace pcapframe;

std::uint64_t rows_of(bytes_view file, const parquet::footer& footer, std::size_t at_once) {
    parquet_reader reader(file, footer, 0, footer.groups.size());
    row_batch rows(footer.columns);
    std::uint64_t count = 0;
    sink out = sink::to_memory();
    parquet_writer writer({.exact = true});
    writer.begin(out, rows.fields());
    for (auto more = reader.append(rows, at_once); more && *more != 0; more = reader.append(rows, at_once)) {
        fuzzing::check(*more == rows.rows() && *more <= at_once, "as many rows as it says");
        count += *more;
        writer.write(out, rows);
        rows.clear();
        if (count > 200'000) break;
    }
    writer.finish(out);
    return count;
}

void read_file(bytes_view file) {
    const auto footer = parquet::read_footer(file, column_list);
    if (!footer) return;
    const std::uint64_t rows = rows_of(file, *footer, 7);
    fuzzing::check(rows > 200'000 || rows == rows_of(file, *footer, 10'000), "the same rows in any steps");
    fuzzing::check(rows > 200'000 || rows <= footer->rows, "no more rows than the footer says");
}

/// A column's chunk of one page, with or without a dictionary, whose parts are the input's.
void read_page(bytes_view bytes) {
    if (bytes.size() < 6) return;
    const auto which = static_cast<column>(bytes[0] % column_count);
    const std::size_t rows = bytes[1] + std::size_t{bytes[2]} * 256;
    const std::size_t null_count = bytes[3];
    constexpr std::array encodings{parquet::encoding::rle_dictionary, parquet::encoding::delta_binary_packed,
                                   parquet::encoding::delta_length_byte_array, parquet::encoding::plain};
    const std::size_t level_bytes = bytes[5] % 16;
    const bool has_dictionary = (bytes[4] & 4) != 0;
    parquet::page_body body{.rows = rows, .entries = rows, .null_count = null_count, .how = encodings[bytes[4] % 4]};
    std::string_view text(reinterpret_cast<const char*>(bytes.data()) + 6, bytes.size() - 6);
    body.levels = text.substr(0, level_bytes);
    text.remove_prefix(body.levels.size());
    const std::string_view cells = text.substr(0, has_dictionary ? bytes[5] / 16 * 4U : 0);
    text.remove_prefix(cells.size());
    body.values = text;
    std::string file;
    parquet::chunk_place chunk;
    if (has_dictionary) {
        const std::size_t count = cells.size() / (which == column::protocol ? 2 : 4);
        file = parquet::dictionary_page(count, cells, parquet::codec::none, true);
        chunk.data_begin = file.size();
    }
    std::string scratch;
    parquet::append_page(file, body, {false, true}, scratch);
    chunk.pages = {0, file.size()};
    chunk.cells = {file.size(), cells.size()};
    chunk.cells_checksum = crc32(text_bytes(cells));
    file += cells;
    parquet::footer footer;
    footer.columns = column_order{which};
    footer.rows = rows;
    footer.groups.push_back({rows, {chunk}});
    if (rows != 0) rows_of(text_bytes(file), footer, 100);
}

template <class Number>
void read_numbers(bytes_view bytes, std::size_t count, unsigned width) {
    std::vector<Number> numbers(count);
    bytes_view left = bytes;
    (void)parquet::read_deltas(left, std::span<Number>(numbers));
    (void)parquet::read_hybrid(bytes, width, std::span<Number>(numbers));
    // What is written comes back.
    std::string out;
    parquet::append_deltas<Number>(out, numbers);
    std::vector<Number> again(count);
    left = text_bytes(out);
    fuzzing::check(parquet::read_deltas(left, std::span<Number>(again)) && left.empty(), "differences can be read");
    fuzzing::check(again == numbers, "differences are the same");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 3) return 0;
    const bytes_view rest(data + 3, size - 3);
    switch (data[0] % 4) {
        case 0: read_file(bytes_view(data + 1, size - 1)); break;
        case 1: read_page(bytes_view(data + 1, size - 1)); break;
        case 2: read_numbers<std::uint32_t>(rest, data[1], data[2] % 40U); break;
        default: read_numbers<std::uint64_t>(rest, data[1], data[2] % 40U);
    }
    return 0;
}
