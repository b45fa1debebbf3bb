// Where the rows of a command go, and in which format.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <pcapframe/export/formats.hpp>
#include <pcapframe/export/whole_file.hpp>

#include "command.hpp"

/// Where rows go and as what, for commands that write nothing else. row_output.cpp holds the names against THE list of
/// formats.
inline constexpr option_spec row_format_flag{
    "--format", "F", "table, csv, tsv, jsonl, parquet, arrow, arrows; if not given, as -o's extension says",
    "table csv tsv jsonl parquet arrow arrows"};
inline constexpr option_spec row_path_flag{"-o", "PATH", "write to a file"};

/// The further options of commands that print or write rows.
inline constexpr std::array row_output_flags{
    option_spec{"--all", "", "print every row of a table, not only the first and last five of more than 60"},
    option_spec{"--time", "FORM",
                "times in tables, csv and jsonl: utc (if not given), local, epoch (seconds since 1970),\n"
                "                      delta (since the row before) or relative (since the first row)",
                "utc local epoch delta relative"},
    option_spec{"--no-progress", "", "no progress line (there is none in a pipe)"},
};

struct row_output {
    std::unique_ptr<pcapframe::whole_file> file;
    pcapframe::sink& sink;  ///< the file's
    std::unique_ptr<pcapframe::row_writer> writer;
    bool shows_progress;
    std::string_view format;  ///< the format's name
};

/// As --format, -o, --all and --time say, for the rows of these files. Errors: an output that is one of the files; an
/// unknown format or form of times; a format that is no text, to a terminal.
pcapframe::result<row_output> open_row_output(const arguments& given, const std::vector<std::string>& files);

/// The width of the terminal on this descriptor in characters; 0 where there is no terminal.
std::size_t terminal_width(int descriptor);

/// Refuses to write what is no text to a terminal.
pcapframe::result<void> check_terminal(const std::string& path);
