// Datasets: which rows are in which file, and that joined they are those of the source.
#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <pcapframe/dataset/dataset.hpp>

#include "../io/files.hpp"
#include "../source/traffic.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

constexpr const char* columns = "time,src_host,src_port,dst_host,protocol,payload,frame_number";

/// The lines of a csv below its header.
std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::size_t at = text.find('\n') + 1;
    for (std::size_t end = text.find('\n', at); end != std::string::npos; end = text.find('\n', at)) {
        lines.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

/// The files of a folder and those below, by name.
std::map<std::string, std::vector<std::string>> files_of(const std::string& folder) {
    std::map<std::string, std::vector<std::string>> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
        if (entry.is_regular_file())
            files[std::filesystem::relative(entry.path(), folder).string()] =
                lines_of(read_file(entry.path().string()));
    return files;
}

std::vector<std::string> sorted(std::vector<std::string> lines) {
    std::sort(lines.begin(), lines.end());
    return lines;
}

class exported {
public:
    explicit exported(dataset_options options, std::size_t packets = 3000)
        : file_(folder_.write("a.pcap", traffic(packets))) {
        options.format = *find_format("csv", all_formats);
        auto source = open_pcap(file_, {.columns = columns, .all_frames = true});
        REQUIRE(source);
        const auto done = export_dataset(*source, folder_.path("out"), options, [](std::uint64_t) {});
        REQUIRE(done);
        summary = *done;
        files = files_of(folder_.path("out"));
        sink out = sink::to_memory();
        csv_writer writer;
        REQUIRE(source->write(out, writer, [](std::uint64_t, std::uint64_t) {}));
        whole = lines_of(std::string(out.kept()));
    }

    [[nodiscard]] std::vector<std::string> joined() const {
        std::vector<std::string> all;
        for (const auto& [name, lines] : files) all.insert(all.end(), lines.begin(), lines.end());
        return all;
    }

    dataset_summary summary;
    std::map<std::string, std::vector<std::string>> files;
    std::vector<std::string> whole;

private:
    temporary_folder folder_;
    std::string file_;
};

}  // namespace

TEST_CASE("files of a number of rows, joined in order, are the source") {
    for (const std::size_t threads : {1U, 3U}) {
        const exported done({.rows_per_file = 700, .threads = threads});
        CHECK(done.joined() == done.whole);
        CHECK(done.files.size() == (done.whole.size() + 699) / 700);
        CHECK(done.summary.files == done.files.size());
        CHECK(done.summary.rows == done.whole.size());
        CHECK(done.files.begin()->first == "part-00000.csv");
        CHECK(done.files.begin()->second.size() == 700);
    }
}

TEST_CASE("a folder per protocol has the protocol in its name and not in its files") {
    const exported done({.by = partition_key::protocol, .threads = 2});
    CHECK(done.joined().size() == done.whole.size());
    CHECK(done.files.contains("protocol=udp/part-00000.csv"));
    CHECK(done.files.contains("protocol=arp/part-00000.csv"));
    const std::string& line = done.files.at("protocol=tcp/part-00000.csv").front();
    CHECK(line.find("tcp") == std::string::npos);
    CHECK(std::count(line.begin(), line.end(), ',') == 5);
}

TEST_CASE("a folder per date and hour") {
    const exported done({.rows_per_file = 1000, .by = partition_key::hour});
    CHECK(sorted(done.joined()) == sorted(done.whole));
    for (const auto& [name, lines] : done.files) {
        CHECK(name.starts_with("date=2017-07-14/hour=02/part-"));
        for (const std::string& line : lines) CHECK(line.starts_with("2017-07-14T02:"));
    }
    const exported days({.by = partition_key::date});
    CHECK(days.files.contains("date=2017-07-14/part-00000.csv"));
    CHECK(days.joined() == days.whole);
}

TEST_CASE("names of folders") {
    CHECK(detail::folder_of(partition_key::date, -1) == "date=1969-12-31/");
    CHECK(detail::folder_of(partition_key::date, std::nullopt) == "date=__HIVE_DEFAULT_PARTITION__/");
    CHECK(detail::folder_of(partition_key::hour, 25) == "date=1970-01-02/hour=01/");
    CHECK(detail::folder_of(partition_key::protocol, 107) == "protocol=a%2Fn/");
}

TEST_CASE("times before 1970 and more folders than may be open") {
    const temporary_folder folder;
    byte_string file = pcap_head{}.bytes();
    // Hours in turn, 40 of them.
    for (std::uint32_t i = 0; i < 400; ++i) {
        pcap_file one;
        const byte_string frame = ethernet(0x0800, ipv4({}, udp({})));
        one.add_record({.seconds = i % 40 * 3600,
                        .caplen = static_cast<std::uint32_t>(frame.size()),
                        .len = static_cast<std::uint32_t>(frame.size())},
                       frame);
        file.insert(file.end(), one.bytes().begin() + 24, one.bytes().end());
    }
    auto source = open_pcap(folder.write("a.pcap", file), {.columns = "time", .chunksize = 100});
    REQUIRE(source);
    dataset_options options{.by = partition_key::hour};
    options.format = *find_format("csv", all_formats);
    const auto done = export_dataset(*source, folder.path("out"), options, [](std::uint64_t) {});
    REQUIRE(done);
    CHECK(done->rows == 400);
    CHECK(done->files > 40);
    std::size_t rows = 0;
    std::set<std::string> folders;
    for (const auto& [name, lines] : files_of(folder.path("out"))) {
        rows += lines.size();
        folders.insert(name.substr(0, name.rfind('/')));
    }
    CHECK(rows == 400);
    CHECK(folders.size() == 40);
}

TEST_CASE("a source without rows gives one file with its columns") {
    const exported done({}, 0);
    CHECK(done.files.size() == 1);
    CHECK(done.files.at("part-00000.csv").empty());
}

TEST_CASE("what cannot be exported") {
    const temporary_folder folder;
    auto source = open_pcap(folder.write("a.pcap", traffic(10)), {.columns = "src_host"});
    REQUIRE(source);
    const auto progress = [](std::uint64_t) {};
    const auto without_time = export_dataset(*source, folder.path("x"), {.by = partition_key::date}, progress);
    REQUIRE_FALSE(without_time);
    CHECK(without_time.error().subject.view() == "time");
    const auto not_empty = export_dataset(*source, folder.path(""), {}, progress);
    REQUIRE_FALSE(not_empty);
    CHECK(not_empty.error().system == ENOTEMPTY);
    const auto no_folder = export_dataset(*source, folder.path("a.pcap") + "/x", {}, progress);
    REQUIRE_FALSE(no_folder);
    CHECK(no_folder.error().system == ENOTDIR);
    CHECK_FALSE(find_partition_key("month"));
    CHECK(*find_partition_key("hour") == partition_key::hour);
}
