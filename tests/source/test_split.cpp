// Splits joined in order are the whole; a split whose file has changed, or that does not fit it, gives no wrong rows.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pcapframe/pcapframe.hpp>
#include <pcapframe/source/split.hpp>

#include "../format/samples.hpp"
#include "../io/files.hpp"
#include "traffic.hpp"

namespace {

using namespace pcapframe;
using testing::byte_string;

const read_options every_column{
    .columns =
        "time,src_host,src_port,dst_host,dst_port,protocol,payload,frame_number,interface_id,interface_name,"
        "link_type,caplen,len,direction,stop",
    .all_frames = true};

std::string csv_of(const batch& rows) {
    sink out = sink::to_memory();
    csv_writer writer;
    writer.begin(out, rows.columns());
    writer.write(out, rows);
    const std::string_view text = out.kept();
    return std::string(text.substr(text.find('\n') + 1));
}

struct joined_rows {
    std::string csv;
    std::size_t splits = 0;
    std::size_t warnings = 0;
};

/// What all splits of a file give, each by its line alone.
joined_rows read_splits(const std::string& path, std::uint64_t split_bytes) {
    const auto splits = plan_splits(path, split_bytes);
    REQUIRE(splits);
    joined_rows all;
    std::uint64_t end = 0;
    for (const split& planned : *splits) {
        CHECK(planned.begin == end);
        end = planned.end;
        const auto sent = parse_split(write_split(planned));
        REQUIRE(sent);
        CHECK(*sent == planned);
        auto rows = open_split(*sent, every_column);
        REQUIRE(rows);
        const auto read = rows->read();
        REQUIRE(read);
        all.csv += csv_of(*read);
        all.warnings += read->warnings().size();
        ++all.splits;
    }
    CHECK(end == std::filesystem::file_size(path));
    return all;
}

/// Returns how many splits there were; 0 for no capture.
std::size_t check_splits(const std::string& path, std::uint64_t split_bytes) {
    auto source = open_pcap(path, every_column);
    if (!source) return 0;
    CAPTURE(path);
    CAPTURE(split_bytes);
    const auto whole = source->read();
    REQUIRE(whole);
    const joined_rows joined = read_splits(path, split_bytes);
    CHECK((joined.csv == csv_of(*whole)));
    CHECK(joined.warnings == whole->warnings().size());
    return joined.splits;
}

std::vector<split> planned(const std::string& path, std::uint64_t split_bytes) {
    auto splits = plan_splits(path, split_bytes);
    REQUIRE(splits);
    return std::move(*splits);
}

/// Reads a split to its end; what is wrong, or nothing.
std::string problem_of(const split& s) {
    auto rows = open_split(s);
    if (!rows) return rows.error().message();
    batch some = rows->make_batch();
    auto more = rows->next(some);
    while (more && *more) more = rows->next(some);
    return more ? std::string() : more.error().message();
}

}  // namespace

TEST_CASE("splits joined are the whole: the sample capture, splits of every size") {
    for (const std::uint64_t bytes : {0U, 1U, 100U, 1000U, 5000U, 16'000U, 100'000U})
        CHECK(check_splits("tests/data/local.pcap", bytes) > 0);
    CHECK(planned("tests/data/local.pcap", 5000).size() == 3);
}

TEST_CASE("splits joined are the whole: every shared capture") {
    if (!std::filesystem::is_directory("../shared/captures")) {
        MESSAGE("skipped: no ../shared");
        return;
    }
    std::size_t splits = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator("../shared/captures"))
        if (entry.is_regular_file())
            for (const std::uint64_t bytes : {700U, 20'000U}) splits += check_splits(entry.path().string(), bytes);
    CHECK(splits > 10'000);
}

TEST_CASE("splits joined are the whole: large pcaps, which are walked in lanes") {
    const testing::temporary_folder folder;
    CHECK(check_splits(folder.write("large.pcap", testing::traffic(60'000)), 500'000) > 5);
}

TEST_CASE("splits joined are the whole: every format, byte order and kind of block") {
    const testing::temporary_folder folder;
    for (const testing::sample& one : testing::all_samples())
        for (const std::uint64_t bytes : {1U, 60U, 200U})
            CHECK(check_splits(folder.write("a", one.bytes), bytes) > (bytes == 1 ? 3 : 0));
}

TEST_CASE("splits of a pcapng name the header blocks of their section, and nothing else") {
    using namespace testing;
    const temporary_folder folder;
    pcapng_file file(byte_order::big);
    file.interface({.options = option(2, "first", byte_order::big)});
    const std::uint64_t packets = file.bytes().size();
    file.enhanced(counting(40));
    const std::uint64_t late = file.bytes().size();
    file.interface({.options = option(2, "late", byte_order::big)});
    const std::uint64_t after_late = file.bytes().size();
    file.enhanced(counting(40));
    file.enhanced(counting(40), {.interface = 1});
    const std::uint64_t second = file.bytes().size();
    file.section(byte_order::little);
    file.interface({.link_type = 101});
    const std::uint64_t after_second = file.bytes().size();
    for (int i = 0; i < 3; ++i) file.enhanced(counting(40));
    const std::string path = folder.write("a.pcapng", file.bytes());

    const std::vector<split> splits = planned(path, 1);
    REQUIRE(splits.size() == 6);
    CHECK(splits[0].headers.empty());
    CHECK(splits[1].headers == std::vector<byte_range>{{0, packets}});
    CHECK(splits[2].headers == std::vector<byte_range>{{0, packets}, {late, after_late}});
    CHECK(splits[3].headers == splits[2].headers);
    CHECK(splits[4].headers == std::vector<byte_range>{{second, after_second}});
    CHECK(check_splits(path, 1) == 6);

    split lying = splits[5];
    for (const std::vector<byte_range>& headers :
         std::vector<std::vector<byte_range>>{{{0, packets}, {second, after_second}},
                                              {{second + 4, after_second}},
                                              {{second, after_second - 4}},
                                              {{late, after_late}},
                                              {{second, after_second + 72}}}) {
        lying.headers = headers;
        CHECK(problem_of(lying) == path + ": the split names header blocks that are not where it says");
    }
    lying.headers.clear();
    CHECK(problem_of(lying) == path + ": the split names the header blocks of another format");
    // The section without its interface: a packet that names it is damage where the plan found none.
    lying.headers = {{second, second + 28}};
    lying.end -= 72;
    lying.begin -= 72;
    CHECK(problem_of(lying) ==
          path + ": at byte " + std::to_string(lying.begin) + ": the split does not end where a record does");
}

TEST_CASE("a pcapng whose interfaces are described everywhere is cut as long as the line allows") {
    using namespace testing;
    const temporary_folder folder;
    pcapng_file file;
    for (std::uint32_t i = 0; i < 1500; ++i) {
        file.interface({});
        file.enhanced(ethernet(0x0800, ipv4({}, udp({}))), {.interface = i});
    }
    const std::string path = folder.write("a.pcapng", file.bytes());
    const std::vector<split> splits = planned(path, 1);
    CHECK(splits.size() == limits::split_headers_max + 1);
    CHECK(splits.back().headers.size() == limits::split_headers_max);
    CHECK(write_split(splits.back()).size() < 100'000);
    CHECK(check_splits(path, 1) == splits.size());
}

TEST_CASE("a file that has changed is an error") {
    const testing::temporary_folder folder;
    const byte_string bytes = testing::traffic(2000);
    const std::string path = folder.write("a.pcap", bytes);
    const split second = planned(path, 30'000)[1];
    CHECK(problem_of(second).empty());
    const std::string changed = path + ": the file has changed since its splits were planned; plan them again";

    byte_string longer = bytes;
    longer.resize(bytes.size() + 1);
    (void)folder.write("a.pcap", longer);
    CHECK(problem_of(second) == changed);

    // The same size, another time.
    (void)folder.write("a.pcap", bytes);
    const timespec times[2] = {{1'500'000'000, 7}, {1'500'000'000, 7}};
    REQUIRE(::utimensat(AT_FDCWD, path.c_str(), times, 0) == 0);
    CHECK(problem_of(second) == changed);
    CHECK(planned(path, 30'000)[1].stamp.modified == "1500000000.000000007");

    ::unlink(path.c_str());
    CHECK(problem_of(second).starts_with(path + ": cannot be opened"));
}

TEST_CASE("a file that changes while a split of it is read is an error after the rows") {
    const testing::temporary_folder folder;
    const std::string path = folder.write("a.pcap", testing::traffic(20'000));
    auto rows = open_split(planned(path, 1'000'000)[0]);
    REQUIRE(rows);
    batch some = rows->make_batch();
    REQUIRE(*rows->next(some));
    const timespec times[2] = {{1'500'000'000, 7}, {1'500'000'000, 7}};
    REQUIRE(::utimensat(AT_FDCWD, path.c_str(), times, 0) == 0);
    auto more = rows->next(some);
    while (more && *more) more = rows->next(some);
    REQUIRE(!more);
    CHECK(more.error().code == errc::changed);
    CHECK(rows->next(some).error().code == errc::changed);
}

TEST_CASE("a split that ends where no record does is an error, though its checksum is right") {
    const testing::temporary_folder folder;
    const std::string path = folder.write("a.pcap", testing::traffic(2000));
    for (const std::uint64_t off : {1U, 15U, 17U}) {
        split lying = planned(path, 30'000)[1];
        lying.end -= off;
        CHECK(problem_of(lying).ends_with("the split does not end where a record does"));
    }
    split lying = planned(path, 30'000)[1];
    lying.begin = 5;
    CHECK(problem_of(lying) == path + ": the split begins in the header of the file");
    lying.headers = {{0, 4}};
    CHECK(problem_of(lying) == path + ": the split names the header blocks of another format");
}

TEST_CASE("a split has the options of a source, and the frame numbers of its file") {
    const split second = planned("tests/data/local.pcap", 5000)[1];
    CHECK(second.first_frame == 58);
    auto rows = open_split(second, {.protocol = "udp", .columns = "frame_number,protocol", .limit = 2});
    REQUIRE(rows);
    const auto read = rows->read();
    REQUIRE(read);
    REQUIRE(read->rows() == 2);
    CHECK(read->first_index() == 0);
    for (std::size_t i = 0; i < read->rows(); ++i) CHECK(*read->protocol()[i] == protocol_id{17});
    CHECK(*read->get<column::frame_number>()[0] == 59);
    CHECK(open_split(second, {.columns = "fram_number"}).error().code == errc::unknown_name);
}

TEST_CASE("what cannot be planned") {
    const testing::temporary_folder folder;
    CHECK(plan_splits("-", 1).error().message() == "'-' is not a file that can be read in parts");
    const std::string fifo = folder.path("fifo");
    REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
    CHECK(plan_splits(fifo, 1).error().message() == "'" + fifo + "' is not a file that can be read in parts");
    CHECK(plan_splits(folder.path("none"), 1).error().code == errc::cannot_open);
    CHECK(plan_splits(folder.path(""), 1).error().code == errc::is_directory);
    CHECK(plan_splits(folder.write("empty", {}), 1).error().code == errc::empty_input);
    CHECK(plan_splits(folder.write("text", {'h', 'e', 'l', 'l', 'o'}), 1).error().code == errc::not_a_capture);
    CHECK(plan_splits(folder.write("\xff", testing::traffic(1)), 1)
              .error()
              .message()
              .ends_with("is not a name in UTF-8"));
}
