// THE list of output formats, the binary ones included.
#pragma once

#include <array>
#include <memory>
#include <string>

#include <pcapframe/export/arrow_ipc.hpp>
#include <pcapframe/export/formats.hpp>
#include <pcapframe/export/parquet.hpp>

namespace pcapframe::inline v0_2 {

namespace detail {

inline constexpr std::array binary_formats{
    output_format{
        "parquet", ".parquet", "Parquet, for pandas, Polars, DuckDB, Spark, Dask",
        [](const print_options&) -> std::unique_ptr<row_writer> { return std::make_unique<parquet_writer>(); }, true,
        ".pq"},
    output_format{"arrow", ".arrow", "an Arrow IPC file, also called Feather",
                  [](const print_options&) -> std::unique_ptr<row_writer> {
                      return std::make_unique<arrow_ipc_writer>(arrow_ipc_writer::layout::file);
                  },
                  true, ".feather .ipc"},
    output_format{"arrows", ".arrows", "an Arrow IPC stream, for pipes",
                  [](const print_options&) -> std::unique_ptr<row_writer> {
                      return std::make_unique<arrow_ipc_writer>(arrow_ipc_writer::layout::stream);
                  },
                  true},
};

}  // namespace detail

/// All formats: of text first, then the binary ones.
inline constexpr std::array all_formats = [] {
    std::array<output_format, output_formats.size() + detail::binary_formats.size()> all{};
    std::size_t count = 0;
    for (const output_format& format : output_formats) all[count++] = format;
    for (const output_format& format : detail::binary_formats) all[count++] = format;
    return all;
}();

/// The names of all formats in words: "a, b or c".
[[nodiscard]] inline std::string format_names() {
    std::string names;
    for (std::size_t i = 0; i < all_formats.size(); ++i) {
        if (i != 0) names += i + 1 == all_formats.size() ? " or " : ", ";
        names += all_formats[i].name;
    }
    return names;
}

}  // namespace pcapframe
