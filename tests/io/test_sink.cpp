// Collected output: what is written arrives in order and whole, and the first failure is kept.
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include <pcapframe/io/mapped_file.hpp>
#include <pcapframe/io/sink.hpp>

#include "../bytes/random.hpp"
#include "../codec/packed.hpp"
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

TEST_CASE("several pieces at once, few bytes and many") {
    const temporary_folder folder;
    const std::string path = folder.path("out");
    random_numbers random(2);
    auto out = sink::create(path);
    sink memory = sink::to_memory();
    REQUIRE(out);
    std::string expected;
    for (const std::size_t largest : {std::size_t{10}, std::size_t{3000}, std::size_t{400'000}}) {
        for (const std::size_t count : {std::size_t{0}, std::size_t{1}, std::size_t{5}, std::size_t{700}}) {
            std::string before(random.below(100), 'b');
            out->write(before);
            memory.write(before);
            expected += before;
            std::vector<std::string> texts;
            std::size_t bytes = 0;
            for (std::size_t i = 0; i < count && bytes < 2'000'000; ++i) {
                texts.emplace_back(random.below(largest), static_cast<char>('a' + i % 26));
                bytes += texts.back().size();
                expected += texts.back();
            }
            const std::vector<std::string_view> pieces(texts.begin(), texts.end());
            out->write(pieces);
            memory.write(pieces);
        }
    }
    REQUIRE(out->flush());
    CHECK((read_file(path) == expected));
    CHECK((memory.kept() == expected));
}

TEST_CASE("pieces of a mapped file that was cut short arrive as zeros") {
    const temporary_folder folder;
    const std::string from = folder.write("from", std::vector<std::uint8_t>(200'000, 'x'));
    const std::string path = folder.path("out");
    const auto input = open_for_reading(from);
    REQUIRE(input);
    const auto mapping = mapped_file::map(*input);
    REQUIRE(mapping);
    REQUIRE(::truncate(from.c_str(), 100'000) == 0);
    auto out = sink::create(path);
    REQUIRE(out);
    const auto bytes = (*mapping)->bytes();
    const std::string_view whole(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    const std::array pieces{whole.substr(0, 90'000), whole.substr(90'000, 60'000), whole.substr(150'000)};
    out->write(pieces);
    REQUIRE(out->flush());
    CHECK((*mapping)->shrunk());
    const std::string written = read_file(path);
    CHECK(written.size() == 200'000);
    CHECK((written.substr(0, 100'000) == std::string(100'000, 'x')));
    CHECK((written.substr(150'000) == std::string(50'000, '\0')));
}

TEST_CASE("pieces that cannot be written are a failure") {
    const std::string text(100'000, 'x');
    const std::array pieces{std::string_view(text)};
    // A file that is open for reading only takes nothing.
    sink closed(file_descriptor(::open("/dev/null", O_RDONLY)));
    closed.write(pieces);
    CHECK(closed.failed() == EBADF);
    closed.write(pieces);
    CHECK(closed.failed() == EBADF);
    CHECK_FALSE(closed.flush());
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

TEST_CASE("a file whose name asks for it is compressed, and is whole after each flush") {
    const temporary_folder folder;
    for (const std::string name : {"out.gz", "out.lz4"}) {
        const std::string path = folder.path(name);
        auto out = sink::create(path);
        REQUIRE(out);
        const auto plain = [&] {
            const std::string packed = read_file(path);
            const unpacked all = unpack_all({reinterpret_cast<const std::uint8_t*>(packed.data()), packed.size()});
            CHECK(all.damage == nullptr);
            return all.bytes;
        };
        REQUIRE(out->flush());
        CHECK(plain().empty());  // and yet a compressed file
        std::string wanted;
        for (int i = 0; i < 5; ++i) {
            const std::string piece(i == 3 ? 3 * sink::buffer_bytes + 1 : 1000, static_cast<char>('a' + i));
            out->write(piece);
            const std::array<std::string_view, 2> pieces{piece, "x"};
            out->write(pieces);
            wanted += piece + piece + "x";
            REQUIRE(out->flush());
            CHECK(plain() == wanted);
        }
        REQUIRE(out->flush());
        CHECK(plain() == wanted);
    }
    auto full = sink(file_descriptor(::open("/dev/full", O_WRONLY)), packer_for("x.gz"));
    full.write("abc");
    CHECK_FALSE(full.flush());
    CHECK(full.failed() == ENOSPC);
}
