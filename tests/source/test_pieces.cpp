// Files read in pieces, by threads or in turn, give what one reader gives: records, frames, interfaces, damage.

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <glob.h>
#include <unistd.h>

#include <pcapframe/pcapframe.hpp>


namespace {

using namespace pcapframe;

/// What is to be the same however a file is read.
struct reading {
    struct item {
        std::size_t offset;
        std::uint32_t caplen;
        std::uint32_t len;
        std::int64_t time;
        std::uint32_t interface;
        std::uint16_t link_type;

        bool operator==(const item&) const = default;
    };
    std::vector<item> items;
    std::uint64_t frames = 0;
    std::size_t interfaces = 0;
    std::string damage;
};

class record_list {
public:
    void clear() { items_.clear(); }
    result<bool> add_next(record_reader& reader) {
        const record_run run = reader.next();
        const std::uint8_t* const begin = reader.mapping()->bytes().data();
        for (const record& r : run.records)
            items_.push_back(
                {static_cast<std::size_t>(r.data - begin), r.caplen, r.len, r.time, r.interface, r.link_type});
        return !run.empty();
    }
    [[nodiscard]] const std::vector<reading::item>& items() const { return items_; }

private:
    std::vector<reading::item> items_;
};

/// Nothing where the file is no capture.
std::optional<reading> in_one_walk(const std::string& path) {
    auto reader = record_reader::open(path, file_access::mapping);
    if (!reader || reader->bytes() == 0) return std::nullopt;
    reading whole;
    record_list list;
    while (*list.add_next(*reader)) continue;
    whole.items = list.items();
    whole.frames = reader->frames();
    whole.interfaces = reader->interfaces()->size();
    if (reader->damage()) whole.damage = reader->damage()->message();
    return whole;
}

reading in_pieces(const std::string& path, std::uint64_t piece_bytes, std::size_t threads, std::size_t slots) {
    const auto input = open_for_reading(path);
    REQUIRE(input);
    const auto mapping = mapped_file::map(*input);
    REQUIRE(mapping);
    std::vector<std::unique_ptr<record_list>> products;
    for (std::size_t i = 0; i < slots; ++i) products.push_back(std::make_unique<record_list>());
    detail::piece_reader<record_list> pieces({path, *mapping, piece_bytes}, std::move(products));
    reading joined;
    auto interfaces = std::make_shared<interface_list>();
    bool in_order = true;
    const auto outcome =
        pieces.read(threads, interfaces, [&](record_list& made, std::uint64_t frames, std::uint64_t) {
            in_order = in_order && frames == joined.items.size();
            joined.items.insert(joined.items.end(), made.items().begin(), made.items().end());
            return true;
        });
    REQUIRE(outcome);
    CHECK(in_order);
    joined.frames = outcome->frames;
    joined.interfaces = interfaces->size();
    if (outcome->damage) joined.damage = outcome->damage->message();
    return joined;
}

void check_pieces(const std::string& path, std::uint64_t piece_bytes, std::size_t threads) {
    const auto whole = in_one_walk(path);
    if (!whole) return;
    CAPTURE(path);
    CAPTURE(piece_bytes);
    CAPTURE(threads);
    const reading joined = in_pieces(path, piece_bytes, threads, threads + 1);
    CHECK(joined.frames == whole->frames);
    CHECK(joined.interfaces == whole->interfaces);
    CHECK(joined.damage == whole->damage);
    CHECK((joined.items == whole->items));
}

std::vector<std::string> shared_captures() {
    std::vector<std::string> files;
    for (const char* pattern :
         {"../shared/captures/*/*/*.*", "../shared/captures/*/*/*/*.*", "../shared/captures/*/*/*/*/*.*"}) {
        glob_t found{};
        if (::glob(pattern, 0, nullptr, &found) == 0)
            files.insert(files.end(), found.gl_pathv, found.gl_pathv + found.gl_pathc);
        ::globfree(&found);
    }
    // Compressed files are never read in pieces.
    std::erase_if(files, [](const std::string& name) { return name.ends_with(".zst"); });
    return files;
}

class temporary_file {
public:
    explicit temporary_file(const std::string& bytes) {
        const int fd = ::mkstemp(name_.data());
        REQUIRE(fd >= 0);
        REQUIRE(::write(fd, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
        ::close(fd);
    }
    temporary_file(const temporary_file&) = delete;
    temporary_file& operator=(const temporary_file&) = delete;
    ~temporary_file() { ::unlink(name_.c_str()); }
    [[nodiscard]] const std::string& name() const { return name_; }

private:
    std::string name_ = "/tmp/pcapframe-test-XXXXXX";
};

std::string number(std::uint32_t value) {
    return {char(value), char(value >> 8), char(value >> 16), char(value >> 24)};
}

std::string file_header() {
    return number(0xa1b2c3d4) + std::string("\x02\x00\x04\x00", 4) + number(0) + number(0) + number(262144) + number(1);
}

std::string pcap_record(std::uint32_t time, const std::string& packet) {
    const auto bytes = static_cast<std::uint32_t>(packet.size());
    return number(time) + number(0) + number(bytes) + number(bytes) + packet;
}

std::string block(std::uint32_t type, const std::string& body) {
    const std::string padded = body + std::string((4 - body.size() % 4) % 4, '\0');
    const auto total = static_cast<std::uint32_t>(12 + padded.size());
    return number(type) + number(total) + padded + number(total);
}

std::string section() { return block(0x0a0d0d0a, number(0x1a2b3c4d) + number(1) + number(~0U) + number(~0U)); }
std::string interface() { return block(1, number(1) + number(262144)); }
std::string packet_block(std::uint32_t interface, std::uint32_t time, const std::string& packet) {
    const auto bytes = static_cast<std::uint32_t>(packet.size());
    return block(6, number(interface) + number(0) + number(time) + number(bytes) + number(bytes) + packet);
}

}  // namespace

TEST_CASE("pieces joined are the whole: every shared capture, by threads and in turn") {
    const std::vector<std::string> files = shared_captures();
    if (files.empty()) {
        MESSAGE("skipped: no ../shared");
        return;
    }
    for (const std::string& file : files) {
        check_pieces(file, 3'000, 0);
        check_pieces(file, 40'000, 3);
    }
}

TEST_CASE("pieces of every size of the sample capture") {
    for (const std::uint64_t bytes : {16U, 100U, 1000U, 5000U, 16'000U, 100'000U})
        for (const std::size_t threads : {0U, 1U, 4U}) check_pieces("tests/data/local.pcap", bytes, threads);
}

TEST_CASE("pieces of a pcap whose packets are chains of plausible records") {
    std::string inner;
    for (std::uint32_t i = 0; i < 40; ++i) inner += pcap_record(i, std::string(i, 'x'));
    std::string outer = file_header();
    for (std::uint32_t i = 0; i < 300; ++i) outer += pcap_record(i, inner.substr(i % 7));
    const temporary_file file(outer);
    for (const std::uint64_t bytes : {1'000U, 4'096U, 30'000U})
        for (const std::size_t threads : {0U, 3U}) check_pieces(file.name(), bytes, threads);
}

TEST_CASE("pieces of a pcap with a record larger than several pieces, and cut at its end") {
    std::string bytes = file_header();
    for (std::uint32_t i = 0; i < 100; ++i) bytes += pcap_record(i, std::string(i == 50 ? 20'000 : 60, 'x'));
    bytes.resize(bytes.size() - 10);
    const temporary_file file(bytes);
    for (const std::size_t threads : {0U, 3U}) check_pieces(file.name(), 1'000, threads);
}

TEST_CASE("pieces of a pcapng with interfaces and sections in the middle") {
    std::string bytes;
    for (std::uint32_t part = 0; part < 6; ++part) {
        bytes += section();
        for (std::uint32_t i = 0; i < 200; ++i) {
            if (i % 50 == 0) bytes += interface();
            bytes += packet_block(i / 50, i, std::string(i, 'x'));
        }
    }
    SUBCASE("sound") {}
    SUBCASE("an interface that is not there") { bytes += packet_block(9, 0, "x") + packet_block(0, 0, "y"); }
    const temporary_file file(bytes);
    for (const std::uint64_t piece : {200U, 2'000U, 10'000U})
        for (const std::size_t threads : {0U, 3U}) check_pieces(file.name(), piece, threads);
}

TEST_CASE("pieces of a pcapng whose packets are chains of plausible blocks, a new interface among them") {
    std::string inner;
    for (std::uint32_t i = 0; i < 30; ++i) inner += i % 10 == 9 ? interface() : packet_block(0, i, std::string(i, 'x'));
    std::string outer = section() + interface();
    for (std::uint32_t i = 0; i < 300; ++i) outer += packet_block(0, i, inner);
    const temporary_file file(outer);
    for (const std::uint64_t piece : {1'000U, 4'096U, 30'000U})
        for (const std::size_t threads : {0U, 3U}) check_pieces(file.name(), piece, threads);
}

TEST_CASE("a read that is given up leaves no thread behind") {
    std::string bytes = file_header();
    for (std::uint32_t i = 0; i < 2'000; ++i) bytes += pcap_record(i, std::string(60, 'x'));
    const temporary_file file(bytes);
    const auto mapping = mapped_file::map(*open_for_reading(file.name()));
    REQUIRE(mapping);
    for (int stop_after = 1; stop_after < 20; ++stop_after) {
        std::vector<std::unique_ptr<record_list>> products;
        for (int i = 0; i < 4; ++i) products.push_back(std::make_unique<record_list>());
        detail::piece_reader<record_list> pieces({file.name(), *mapping, 1'000}, std::move(products));
        auto interfaces = std::make_shared<interface_list>();
        int calls = 0;
        CHECK(pieces.read(3, interfaces, [&](record_list&, std::uint64_t, std::uint64_t) {
            return ++calls < stop_after;
        }));
        CHECK(calls == stop_after);
    }
}

TEST_CASE("an exception of a thread or of the caller ends the read and reaches the caller") {
    struct thrower : record_list {
        result<bool> add_next(record_reader& reader) {
            if (reader.offset() > 50'000) throw std::string("enough");
            return record_list::add_next(reader);
        }
    };
    std::string bytes = file_header();
    for (std::uint32_t i = 0; i < 2'000; ++i) bytes += pcap_record(i, std::string(60, 'x'));
    const temporary_file file(bytes);
    const auto mapping = mapped_file::map(*open_for_reading(file.name()));
    REQUIRE(mapping);
    for (const bool of_caller : {false, true}) {
        std::vector<std::unique_ptr<thrower>> products;
        for (int i = 0; i < 4; ++i) products.push_back(std::make_unique<thrower>());
        detail::piece_reader<thrower> pieces({file.name(), *mapping, 1'000}, std::move(products));
        auto interfaces = std::make_shared<interface_list>();
        const auto use = [&](record_list&, std::uint64_t, std::uint64_t) -> bool {
            if (of_caller) throw std::string("enough");
            return true;
        };
        CHECK_THROWS_AS((void)pieces.read(3, interfaces, use), std::string);
    }
}
