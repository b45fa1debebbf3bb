// Splits: any bytes as a line, and any capture under a split that lies. The first byte chooses. A line is refused or is
// the same split when it is written again; the planned splits of a capture are its rows; a lying one ends, in whatever
// way.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <pcapframe/export/formats.hpp>
#include <pcapframe/source/source.hpp>
#include <pcapframe/source/split.hpp>

#include "check.hpp"

namespace {

using namespace pcapframe;
using fuzzing::check;

const read_options what{.columns = "time,src_host,src_port,frame_number,interface_name,link_type,caplen,len,stop",
                        .all_frames = true};

void read_line(std::string_view line) {
    const auto parsed = parse_split(line);
    if (!parsed) return;
    const auto again = parse_split(write_split(*parsed));
    check(again.has_value(), "what is written can be read");
    check(*again == *parsed, "what is written and read is the same");
}

/// A file of its own, which goes with the process.
class capture_file {
public:
    capture_file() : fd_(::mkstemp(path_)) { check(fd_ >= 0, "there is room for a temporary file"); }
    capture_file(const capture_file&) = delete;
    capture_file& operator=(const capture_file&) = delete;
    ~capture_file() {
        ::close(fd_);
        ::unlink(path_);
    }

    void write(const std::uint8_t* data, std::size_t size) {
        check(::ftruncate(fd_, 0) == 0, "the file can be emptied");
        check(::pwrite(fd_, data, size, 0) == static_cast<ssize_t>(size), "and written");
    }
    [[nodiscard]] const char* path() const noexcept { return path_; }

private:
    char path_[32] = "/tmp/pcapframe-fuzz-XXXXXX";
    int fd_;
};

/// The rows as csv, up to the end or an error.
std::string rows_of(row_cursor& rows, result<bool>& end) {
    sink out = sink::to_memory();
    csv_writer writer;
    writer.begin(out, rows.columns());
    const std::size_t header = out.kept().size();
    batch some = rows.make_batch();
    for (end = rows.next(some); end && *end; end = rows.next(some)) writer.write(out, some);
    return std::string(out.kept().substr(header));
}

std::string rows_of(const split& s) {
    auto rows = open_split(s, what);
    check(rows.has_value(), "a planned split can be opened");
    result<bool> end = false;
    std::string text = rows_of(*rows, end);
    check(end.has_value(), "and read to its end");
    return text;
}

std::uint64_t number_at(const std::uint8_t* p) { return load_le16(p); }

/// The first split with places of the input's choice.
split lie(split s, const std::uint8_t* places, unsigned choice) {
    if ((choice & 2) != 0) s.begin = number_at(places);
    if ((choice & 4) != 0) s.end = number_at(places + 2);
    if ((choice & 8) != 0) s.headers.push_back({number_at(places + 4), number_at(places + 6)});
    if ((choice & 16) != 0) s.headers.push_back({number_at(places + 8), number_at(places + 10)});
    return s;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t places = 13;
    if (size < places) return 0;
    if ((data[0] & 1) == 0) {
        read_line({reinterpret_cast<const char*>(data) + 1, size - 1});
        return 0;
    }
    static capture_file file;
    file.write(data + places, size - places);
    const auto splits = plan_splits(file.path(), 1 + 8 * (std::size_t{data[0]} >> 5));
    auto source = open_pcap(file.path(), what);
    check(splits.has_value() == source.has_value(), "what can be read can be planned");
    if (!splits) return 0;
    auto cursor = source->read_chunked(100);
    result<bool> end = false;
    const std::string whole = rows_of(*cursor, end);
    std::string joined;
    for (const split& one : *splits) joined += rows_of(one);
    check(joined == whole, "splits joined are the whole");

    for (const split& one : {splits->front(), splits->back()}) {
        auto lying = open_split(lie(one, data + 1, data[0]), what);
        if (lying) (void)rows_of(*lying, end);
    }
    return 0;
}
