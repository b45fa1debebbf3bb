// What a writer writes, as text.
#pragma once

#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include <pcapframe/export/formats.hpp>

#include "../io/files.hpp"

namespace testing {

/// The batches one after the other in one format; they have the same columns.
inline std::string written(std::string_view format, std::initializer_list<const pcapframe::batch*> batches,
                           const pcapframe::print_options& options = {}) {
    const temporary_folder folder;
    const std::string path = folder.path("out");
    auto out = pcapframe::sink::create(path);
    if (!out) return "cannot be written";
    const auto found = pcapframe::find_format(format);
    if (!found) return "no such format";
    const std::unique_ptr<pcapframe::row_writer> writer = (*found)->make(options);
    writer->begin(*out, (*batches.begin())->columns());
    for (const pcapframe::batch* rows : batches) writer->write(*out, *rows);
    writer->finish(*out);
    if (!out->flush()) return "cannot be flushed";
    return read_file(path);
}

}  // namespace testing
