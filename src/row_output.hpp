// Where the rows of 'read' go.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <pcapframe/export/formats.hpp>
#include <pcapframe/export/whole_file.hpp>

#include "command.hpp"

struct row_output {
    std::unique_ptr<pcapframe::whole_file> file;
    pcapframe::sink& sink;  ///< the file's
    std::unique_ptr<pcapframe::row_writer> writer;
    bool shows_progress;
    std::string_view format;  ///< the format's name
};

/// As --format, -o and --all say, for the rows of these files.
pcapframe::result<row_output> open_row_output(const arguments& given, const std::vector<std::string>& files);
