// Input: any file. Read from memory, decoded to all columns in batches, and written in every text format; what is
// written is looked at again.
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include <pcapframe/decode/run_decoder.hpp>
#include <pcapframe/export/formats.hpp>
#include <pcapframe/source/record_reader.hpp>

#if defined(__linux__)
#include <sys/mman.h>
#endif

#include "check.hpp"

namespace {

using namespace pcapframe;
using fuzzing::check;

column_order all_columns() {
    column_order order;
    each_column([&](auto c) { order.push_back(c); });
    return order;
}

/// A file in memory that is written anew for each input and format; /dev/null where there is none, and nothing to look
/// at.
class output {
public:
    output() {
#if defined(__linux__)
        fd_ = ::memfd_create("output", MFD_CLOEXEC);
#else
        fd_ = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
#endif
        check(fd_ >= 0, "there is room for the output");
    }

    [[nodiscard]] sink start() const {
        if (::ftruncate(fd_, 0) == 0) ::lseek(fd_, 0, SEEK_SET);
        return sink(file_descriptor(fd_, false));
    }

    [[nodiscard]] std::string text() const {
        std::string text;
        const off_t size = ::lseek(fd_, 0, SEEK_END);
        if (size <= 0) return text;
        text.resize(static_cast<std::size_t>(size));
        check(::pread(fd_, text.data(), text.size(), 0) == size, "the output is read back");
        return text;
    }

private:
    int fd_ = -1;
};

/// Rows of a csv text, checked to have the same number of fields each.
std::size_t csv_rows(std::string_view text, std::size_t fields_wanted) {
    std::size_t rows = 0;
    std::size_t fields = 1;
    bool quoted = false;
    for (const char c : text) {
        if (c == '"') quoted = !quoted;
        if (quoted) continue;
        if (c == ',') ++fields;
        if (c != '\n') continue;
        check(fields == fields_wanted, "every csv row has a field a column");
        fields = 1;
        ++rows;
    }
    check(!quoted, "quotes are closed");
    return rows;
}

std::size_t json_lines(std::string_view text) {
    std::size_t lines = 0;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        check(end != std::string_view::npos && text[0] == '{' && text[end - 1] == '}', "a line is an object");
        for (std::size_t at = 0; at < end;) {
            const std::size_t length = utf8_sequence(text.substr(at, end - at));
            check(length != 0 && static_cast<unsigned char>(text[at]) >= 0x20,
                  "an object is UTF-8 without control characters");
            at += length;
        }
        text.remove_prefix(end + 1);
        ++lines;
    }
    return lines;
}

/// Reads the whole input in one format; the number of rows.
std::size_t read_in(const output_format& format, const print_options& print, bytes_view input, sink& out, bool owned) {
    const auto interfaces = std::make_shared<interface_list>();
    auto reader = record_reader::from_memory(input, interfaces);
    if (!reader) {
        check(!reader.error().message().empty(), "what is refused is told why");
        return 0;
    }
    const std::unique_ptr<row_writer> writer = format.make(print);
    batch rows(all_columns());
    std::size_t count = 0;
    writer->begin(out, rows.columns());
    while (true) {
        const record_run run = reader->next();
        if (run.empty()) break;
        rows.clear();
        rows.set_interfaces(interfaces);
        decode_run(rows, run, *interfaces, {.all_frames = true, .protocol = std::nullopt});
        check(rows.rows() == run.size(), "every frame is a row");
        if (owned) rows.own_views(0);
        writer->write(out, rows);
        count += rows.rows();
    }
    writer->finish(out);
    check(out.flush().has_value(), "the output is written");
    if (const auto damage = reader->damage()) check(!damage->message().empty(), "damage is told");
    return count;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const output memory;
    const bytes_view input(data, size);
    const bool odd = size % 2 != 0;
    for (const output_format& format : output_formats) {
        const print_options print{.width = size % 150, .all_rows = odd};
        sink out = memory.start();
        const std::size_t rows = read_in(format, print, input, out, odd);
        const std::string text = memory.text();
        if (text.empty()) continue;
        if (format.name == "csv") check(csv_rows(text, column_count) == rows + 1, "csv has a line a row and a header");
        if (format.name == "jsonl") check(json_lines(text) == rows, "jsonl has a line a row");
        if (format.name == "table")
            check(text.find('\x1b') == std::string::npos, "a table does not command the terminal");
    }
    return 0;
}
