// Rows of a kind that no header knows, written in every binary format and handed over by the C interface: a library
// that check_kinds.py makes and loads.
#include <memory>
#include <string>

#include <pcapframe/export/arrow_export.hpp>
#include <pcapframe/export/arrow_ipc.hpp>
#include <pcapframe/export/parquet.hpp>

#include "../table/messages.hpp"

using namespace pcapframe;

namespace {

bool write(const std::string& path, row_writer& writer, const schema& fields, int rounds) {
    result<sink> out = sink::create(path);
    if (!out) return false;
    writer.begin(*out, fields);
    row_batch rows(fields);
    for (int i = 0; i < rounds; ++i) {
        rows.clear();
        testing::fill_messages(rows);
        writer.write(*out, rows);
    }
    writer.finish(*out);
    return static_cast<bool>(out->flush());
}

}  // namespace

/// Files in `folder`, with the rows of the test so many times; 0 where all could be written.
extern "C" int write_kinds(const char* folder, int rounds) {
    const schema fields(testing::all_message_fields());
    const std::string path = std::string(folder) + "/";
    arrow_ipc_writer file(arrow_ipc_writer::layout::file);
    arrow_ipc_writer stream(arrow_ipc_writer::layout::stream);
    arrow_ipc_writer large(arrow_ipc_writer::layout::stream, {.binary_hosts = true, .large_binary = true});
    parquet_writer parquet({.page_rows = 1000});
    const bool done = write(path + "kinds.arrow", file, fields, rounds) &&
                      write(path + "kinds.arrows", stream, fields, rounds) &&
                      write(path + "large.arrows", large, fields, rounds) &&
                      write(path + "kinds.parquet", parquet, fields, rounds);
    return done ? 0 : 1;
}

/// The same rows as one struct array.
extern "C" void export_kinds(ArrowSchema* out_schema, ArrowArray* out_array, int rounds, int large) {
    auto rows = std::make_shared<row_batch>(schema(testing::all_message_fields()));
    for (int i = 0; i < rounds; ++i) testing::fill_messages(*rows);
    export_table(std::move(rows), {.binary_hosts = large != 0, .large_binary = large != 0}, out_schema, out_array);
}
