// A file that somebody cuts short while it is read through a mapping: an error, where a read of lost pages would end
// the program with SIGBUS.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include <pcapframe/source/source.hpp>

#include "../io/files.hpp"
#include "traffic.hpp"

using namespace pcapframe;

namespace {

constexpr std::size_t packets = 60'000;
/// In the middle of a page: its rest reads as zeros, the pages behind it are lost.
constexpr std::uintmax_t bytes_left = 5000;

std::string write_traffic(const testing::temporary_folder& folder) {
    return folder.write("capture.pcap", testing::traffic(packets));
}

}  // namespace

TEST_CASE("batches end with what was there, and a warning") {
    const testing::temporary_folder folder;
    const std::string path = write_traffic(folder);
    const result<table> whole = open_pcap(path)->read();
    REQUIRE(whole);
    auto source = open_pcap(path, {.chunksize = 100});
    REQUIRE(source);
    batch rows = source->make_batch();
    REQUIRE(*source->next(rows));
    std::filesystem::resize_file(path, bytes_left);
    std::size_t count = rows.rows();
    while (true) {
        const result<bool> more = source->next(rows);
        REQUIRE(more);
        if (!*more) break;
        for (std::size_t i = 0; i < rows.rows(); ++i) CHECK(rows.time()[i] == whole->time()[count + i]);
        count += rows.rows();
    }
    CHECK(count < whole->rows());
    REQUIRE(source->warnings().size() == 1);
    CHECK(source->warnings()[0].code == errc::shrunk);
    CHECK(source->warnings()[0].message().find("capture.pcap") != std::string::npos);
    CHECK_FALSE(*source->next(rows));
}

TEST_CASE("so do rows one by one and tables") {
    for (const bool by_row : {true, false}) {
        const testing::temporary_folder folder;
        const std::string path = write_traffic(folder);
        auto source = open_pcap(path);
        REQUIRE(source);
        auto cursor = *source->read_chunked(100);
        batch rows = cursor.make_batch();
        REQUIRE(*cursor.next(rows));
        std::filesystem::resize_file(path, bytes_left);
        if (by_row) {
            CHECK(cursor.for_each_row<column::src_host, column::len>([](auto, auto) {}));
        } else {
            const result<table> rest = cursor.read();
            REQUIRE(rest);
            CHECK(rest->warnings().size() == 1);
        }
        REQUIRE(cursor.warnings().size() == 1);
        CHECK(cursor.warnings()[0].code == errc::shrunk);
    }
}

TEST_CASE("SIGBUS of other mappings goes to whom it went before") {
    const testing::temporary_folder folder;
    const std::string path = write_traffic(folder);
    // The library's handler is there from the first mapping on.
    REQUIRE(open_pcap(path)->read()->rows() > 0);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        const int fd = ::open(path.c_str(), O_RDWR);
        const void* const lost = ::mmap(nullptr, 1, PROT_READ, MAP_SHARED, fd, 0);
        if (::ftruncate(fd, 0) == 0) ::_exit(*static_cast<const volatile unsigned char*>(lost));
        ::_exit(0);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    // By the signal, or by a sanitizer that handles it: not with what the page would hold.
    CHECK(status != 0);
    CHECK_FALSE((WIFEXITED(status) && WEXITSTATUS(status) == 0xd4));
}
