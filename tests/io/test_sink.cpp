// Collected output: what is written arrives in order and whole, and the first failure is kept.
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string>
#include <utility>

#include <doctest/doctest.h>

#include <pcapframe/io/sink.hpp>

#include "../bytes/random.hpp"
#include "files.hpp"

using namespace pcapframe;
using namespace testing;

TEST_CASE("what is written is there after flush, in order") {
    const temporary_folder folder;
    const std::string path = folder.path("out");
    auto out = sink::create(path);
    REQUIRE(out);
    out->write("abc");
    out->write("");
    std::memcpy(out->reserve(10), "defgh", 5);
    out->commit(5);
    out->write("ij");
    CHECK(read_file(path).empty());
    REQUIRE(out->flush());
    CHECK(read_file(path) == "abcdefghij");
    out->write("k");
    REQUIRE(out->flush());
    CHECK(read_file(path) == "abcdefghijk");
    CHECK(out->failed() == 0);
}

TEST_CASE("much output, in pieces smaller and larger than the buffer") {
    const temporary_folder folder;
    const std::string path = folder.path("out");
    random_numbers random(1);
    std::string wanted;
    auto out = sink::create(path);
    REQUIRE(out);
    while (wanted.size() < 3 * sink::buffer_bytes) {
        const std::size_t size = random.one_in(50) ? sink::buffer_bytes + random.below(1000) : random.below(9000);
        const std::string piece(size, static_cast<char>('a' + random.below(26)));
        if (random.one_in(2)) {
            out->write(piece);
        } else {
            // More room than is used.
            std::memcpy(out->reserve(size + random.below(100)), piece.data(), piece.size());
            out->commit(piece.size());
        }
        wanted += piece;
    }
    REQUIRE(out->flush());
    CHECK((read_file(path) == wanted));
}

TEST_CASE("a file that exists is replaced") {
    const temporary_folder folder;
    const std::string path = folder.write("out", std::vector<std::uint8_t>(100, 'x'));
    auto out = sink::create(path);
    REQUIRE(out);
    out->write("new");
    REQUIRE(out->flush());
    CHECK(read_file(path) == "new");
}

TEST_CASE("a path that cannot be written") {
    const temporary_folder folder;
    const auto out = sink::create(folder.path("missing/out"));
    REQUIRE_FALSE(out);
    CHECK(out.error().code == errc::cannot_write);
    CHECK(out.error().system == ENOENT);
    CHECK(out.error().message().find("missing/out: cannot be written: ") != std::string::npos);
}

#if defined(__linux__)
TEST_CASE("the first failure stays, and what comes after it is dropped") {
    auto out = sink::create("/dev/full");
    REQUIRE(out);
    out->write("abc");
    CHECK(out->failed() == 0);
    for (int again = 0; again < 2; ++again) {
        const auto flushed = out->flush();
        REQUIRE_FALSE(flushed);
        CHECK(flushed.error().code == errc::cannot_write);
        CHECK(flushed.error().system == ENOSPC);
    }
    CHECK(out->failed() == ENOSPC);
    for (int i = 0; i < 100; ++i) out->write(std::string(10'000, 'x'));
    CHECK_FALSE(out->flush());
}
#endif

TEST_CASE("a reader that has gone is a failure like others") {
    const auto before = std::signal(SIGPIPE, SIG_IGN);
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    ::close(ends[0]);
    sink out{file_descriptor(ends[1])};
    out.write("abc");
    const auto flushed = out.flush();
    REQUIRE_FALSE(flushed);
    CHECK(flushed.error().system == EPIPE);
    std::signal(SIGPIPE, before);
}
