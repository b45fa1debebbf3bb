// Opening paths, mapping files and reading them forward in windows.
#include <cerrno>
#include <csignal>
#include <memory>
#include <utility>

#include <doctest/doctest.h>
#include <fcntl.h>

#include <pcapframe/io/file_descriptor.hpp>
#include <pcapframe/io/mapped_file.hpp>
#include <pcapframe/io/stream_file.hpp>

#include "../bytes/hex.hpp"
#include "../bytes/random.hpp"
#include "files.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

bool is_open(int fd) { return ::fcntl(fd, F_GETFD) != -1; }

}  // namespace

TEST_CASE("a descriptor is closed once, by its last owner") {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    {
        file_descriptor first(ends[0]);
        file_descriptor second(std::move(first));
        CHECK_FALSE(first.is_open());
        CHECK(second.number() == ends[0]);
        file_descriptor third(ends[1]);
        third = std::move(second);
        CHECK_FALSE(is_open(ends[1]));
        CHECK(third.number() == ends[0]);
        CHECK(is_open(ends[0]));
    }
    CHECK_FALSE(is_open(ends[0]));
}

TEST_CASE("a descriptor that is not owned is left open") {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    { file_descriptor borrowed(ends[0], false); }
    CHECK(is_open(ends[0]));
    ::close(ends[0]);
    ::close(ends[1]);
}

TEST_CASE("opening says what a path is") {
    const temporary_folder folder;
    const std::string path = folder.write("a.pcap", counting(100));
    const auto regular = open_for_reading(path);
    REQUIRE(regular);
    CHECK(regular->regular);
    CHECK(regular->bytes == 100);
    CHECK(regular->file.is_open());

    const auto device = open_for_reading("/dev/null");
    REQUIRE(device);
    CHECK_FALSE(device->regular);
    CHECK(device->bytes == 0);
}

TEST_CASE("what cannot be opened is an error that names the path") {
    const temporary_folder folder;
    const auto missing = open_for_reading(folder.path("missing"));
    REQUIRE_FALSE(missing);
    CHECK(missing.error().code == errc::cannot_open);
    CHECK(missing.error().system == ENOENT);
    CHECK(missing.error().message().find("missing: cannot be opened: ") != std::string::npos);

    const auto directory = open_for_reading(folder.path(""));
    REQUIRE_FALSE(directory);
    CHECK(directory.error().code == errc::is_directory);
    CHECK(open_for_reading("").error().code == errc::empty_path);
}

TEST_CASE("a mapping shows the file and outlives its descriptor") {
    const temporary_folder folder;
    const byte_string bytes = counting(10'000);
    std::shared_ptr<const mapped_file> mapping;
    {
        const auto input = open_for_reading(folder.write("a", bytes));
        REQUIRE(input);
        const auto mapped = mapped_file::map(*input);
        REQUIRE(mapped);
        mapping = *mapped;
    }
    CHECK(to_bytes(mapping->bytes()) == bytes);
}

TEST_CASE("an empty file gives an empty mapping") {
    const temporary_folder folder;
    const auto input = open_for_reading(folder.write("empty", {}));
    REQUIRE(input);
    const auto mapped = mapped_file::map(*input);
    REQUIRE(mapped);
    CHECK((*mapped)->bytes().empty());
}

TEST_CASE("a stream gives the bytes in order, whatever is consumed and asked for") {
    random_numbers random(7);
    const byte_string bytes = random.bytes(3'000'000);
    for (const std::size_t piece : {std::size_t{1 << 20}, std::size_t{4096}, std::size_t{997}}) {
        const filled_pipe pipe(bytes, piece);
        stream_file stream{file_descriptor(pipe.read_end)};
        byte_string seen;
        while (true) {
            const std::size_t wanted = random.one_in(20) ? 700'000 : random.below(3000);
            REQUIRE(stream.fill(wanted));
            const bytes_view window = stream.window();
            REQUIRE((window.size() >= wanted || stream.at_end()));
            const std::size_t used = random.below(window.size() + 1);
            seen = seen + to_bytes(window.first(used));
            stream.consume(used);
            if (stream.at_end()) break;
        }
        seen = seen + to_bytes(stream.window());
        CHECK(seen.size() == bytes.size());
        CHECK((seen == bytes));
    }
}

TEST_CASE("consumed bytes stay readable until more is asked for") {
    const filled_pipe pipe(counting(100));
    stream_file stream{file_descriptor(pipe.read_end)};
    REQUIRE(stream.fill(100));
    const bytes_view before = stream.window();
    stream.consume(60);
    CHECK(to_bytes(before) == counting(100));
    CHECK(stream.window().size() == 40);
    CHECK(stream.window()[0] == 60);
    stream.consume(1000);
    CHECK(stream.window().empty());
    REQUIRE(stream.fill(1));
    CHECK(stream.at_end());
    CHECK(stream.window().empty());
}

TEST_CASE("the end is met once everything was read, and asking again is no error") {
    const filled_pipe pipe(counting(10));
    stream_file stream{file_descriptor(pipe.read_end)};
    REQUIRE(stream.fill(1'000'000));
    CHECK(stream.at_end());
    CHECK(to_bytes(stream.window()) == counting(10));
    REQUIRE(stream.fill(2'000'000'000));
    CHECK(to_bytes(stream.window()) == counting(10));
}

TEST_CASE("a read that fails is an error of the system") {
    const temporary_folder folder;
    // Opened for writing only.
    file_descriptor file(::open(folder.path("out").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    REQUIRE(file.is_open());
    stream_file stream(std::move(file));
    const auto filled = stream.fill(1);
    REQUIRE_FALSE(filled);
    CHECK(filled.error().code == errc::cannot_read);
    CHECK(filled.error().system == EBADF);
}
