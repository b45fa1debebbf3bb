// THE list of output formats: those of text. all_formats.hpp has the binary formats beside them, for programs that ask
// for these: every program that includes pcapframe.hpp would compile longer with them.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <pcapframe/base/extension.hpp>
#include <pcapframe/base/find_name.hpp>
#include <pcapframe/export/csv.hpp>
#include <pcapframe/export/jsonl.hpp>
#include <pcapframe/export/table_text.hpp>

namespace pcapframe::inline v0_2 {

/// A format: a row of the list.
struct output_format {
    std::string_view name;
    std::string_view extension;  ///< of file names, with its dot
    std::string_view meaning;
    std::unique_ptr<row_writer> (*make)(const print_options&);
    bool is_binary = false;  ///< not for eyes, and of no use half written: see whole_file
    std::string_view synonyms{};  ///< other extensions that mean the format, with blanks between them
};

/// The formats of text.
inline constexpr std::array output_formats{
    output_format{"table", ".txt", "as pandas prints it",
                  [](const print_options& options) -> std::unique_ptr<row_writer> {
                      return std::make_unique<table_text_writer>(options);
                  }},
    output_format{"csv", ".csv", "RFC 4180 with a header line",
                  [](const print_options& options) -> std::unique_ptr<row_writer> {
                      return std::make_unique<csv_writer>(options.times);
                  }},
    output_format{"tsv", ".tsv", "the same with tabs for commas",
                  [](const print_options& options) -> std::unique_ptr<row_writer> {
                      return std::make_unique<csv_writer>(options.times, '\t');
                  },
                  false, ".tab"},
    output_format{"jsonl", ".jsonl", "one JSON object per line",
                  [](const print_options& options) -> std::unique_ptr<row_writer> {
                      return std::make_unique<jsonl_writer>(options.times);
                  },
                  false, ".ndjson .json"},
};

/// A format by its name; an unknown name is an error that carries the nearest known name.
[[nodiscard]] inline result<const output_format*> find_format(std::string_view name,
                                                              std::span<const output_format> among = output_formats) {
    return find_name(name, "format", among);
}

/// The format that a file name asks for by its extension: `format_of_path<all_formats>("day/out.parquet")`.
/// Errors: see find_by_extension.
template <const auto& Among = output_formats>
[[nodiscard]] result<const output_format*> format_of_path(std::string_view path) {
    return find_by_extension<Among>(path);
}

}  // namespace pcapframe
