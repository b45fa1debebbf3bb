// A whole read of any file: records to rows to csv, jsonl and the printed table, and the rows by windows of the same file.

#include <cstdlib>
#include <string>

#include <fcntl.h>
#include <unistd.h>

#include <pcapframe/pcapframe.hpp>

namespace {

using namespace pcapframe;

void require(bool holds) {
    if (!holds) std::abort();
}

int null_file() {
    static const int fd = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    return fd;
}

template <class Writer>
void write_all(Writer writer, const batch& rows) {
    sink out{file_descriptor(null_file(), false)};
    writer.begin(out, rows.columns());
    writer.write(out, rows);
    writer.finish(out);
    require(out.flush().has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::vector<std::uint8_t> file(data, data + size);
    auto reader = record_reader::from_memory(file);
    if (!reader) {
        require(!reader.error().message().empty());
        return 0;
    }
    column_order columns;
    for (std::size_t i = 0; i < column_count; ++i) columns.push_back(static_cast<column>(i));
    batch rows(columns);
    rows.set_interfaces(reader->interfaces());
    for (auto run = reader->next(); !run.empty(); run = reader->next())
        decode_run(rows, run, *reader->interfaces(), {.all_frames = (size & 1) != 0, .protocol = std::nullopt});
    require(rows.rows() <= reader->frames());
    require(reader->next().empty());
    if (const auto damage = reader->damage()) require(damage->offset <= size && !damage->message().empty());
    write_all(csv_writer(), rows);
    write_all(jsonl_writer(), rows);
    require(!to_string(rows, {.width = size % 200, .all_rows = (size & 2) != 0}).empty());
    rows.own_payloads(0);
    return 0;
}
