// Records of files, pipes and memory: the same from each, one after the other, whatever way the reader takes inside.
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <pcapframe/source/record_reader.hpp>

#include "../format/samples.hpp"
#include "../format/walks.hpp"
#include "../io/files.hpp"
#include "traffic.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

/// What a reader says at its end.
void note_end(walked& out, record_reader& reader) {
    CHECK(reader.next().empty());
    if (const auto damage = reader.damage()) out.damage = kept(*damage);
    out.offset = reader.offset();
    out.interfaces = *reader.interfaces();
    out.sections = reader.walker().sections();
}

/// All that a reader yields.
walked all_of(record_reader& reader) {
    walked out;
    std::uint64_t frames = 0;
    while (true) {
        const record_run run = reader.next();
        if (run.empty()) break;
        CHECK(run.first_frame == frames + 1);
        frames += run.size();
        for (const record& r : run.records)
            out.records.push_back({to_bytes(r.bytes()), r.len, r.time, r.interface, r.link_type});
    }
    CHECK(reader.frames() == frames);
    note_end(out, reader);
    return out;
}

struct keep_record {
    walked* to;
    void operator()(const record& r) const {
        to->records.push_back({to_bytes(r.bytes()), r.len, r.time, r.interface, r.link_type});
    }
};

/// The same without runs in between, some records at a time.
walked each_of(record_reader& reader) {
    walked out;
    keep_record keep{&out};
    for (std::size_t most = 1;; most = most * 3 % 5003) {
        const std::size_t before = out.records.size();
        const std::size_t count = reader.each_next(most, keep);
        CHECK(count <= most);
        CHECK(out.records.size() == before + count);
        CHECK(reader.frames() == out.records.size());
        if (count == 0) break;
    }
    note_end(out, reader);
    return out;
}

/// From memory of exactly its size, so that reading past it is noticed.
walked from_memory(const byte_string& bytes) {
    const byte_string exact(bytes);
    auto reader = record_reader::from_memory(exact);
    auto other = record_reader::from_memory(exact);
    REQUIRE(reader);
    REQUIRE(other);
    walked all = all_of(*reader);
    CHECK((each_of(*other) == all));
    return all;
}

walked from_file(const std::string& path, pcapframe::file_access how) {
    auto reader = record_reader::open(path, how);
    REQUIRE(reader);
    return all_of(*reader);
}

walked each_from_file(const std::string& path, pcapframe::file_access how) {
    auto reader = record_reader::open(path, how);
    REQUIRE(reader);
    return each_of(*reader);
}

/// What walking record by record gives; the comparison is silent, as a difference would be long.
void check_same(const walked& got, const walked& wanted) {
    CHECK(got.records.size() == wanted.records.size());
    CHECK(got.damage == wanted.damage);
    CHECK((got == wanted));
}

/// A pcap of `count` records with sizes up to `size_max`, whose packets are made by `fill`.
template <class Fill>
byte_string many_records(const pcap_head& head, std::size_t count, std::uint32_t size_max, std::uint64_t seed,
                         Fill fill) {
    random_numbers random(seed);
    byte_string file = head.bytes();
    for (std::size_t i = 0; i < count; ++i) {
        const byte_string data = fill(random, random.below(size_max + 1));
        pcap_file one(head);
        one.add(data, static_cast<std::uint32_t>(1'500'000'000 + i / 5000), static_cast<std::uint32_t>(i % 5000));
        file.insert(file.end(), one.bytes().begin() + 24, one.bytes().end());
    }
    return file;
}

byte_string noise(random_numbers& random, std::uint32_t size) { return random.bytes(size); }

}  // namespace

TEST_CASE("memory, windows, mapping and pipes give the same records") {
    const temporary_folder folder;
    for (const sample& s : all_samples()) {
        CAPTURE(s.name);
        const walked wanted = walk_whole(s.bytes);
        const std::string path = folder.write("capture", s.bytes);
        check_same(from_memory(s.bytes), wanted);
        check_same(from_file(path, pcapframe::file_access::windows), wanted);
        check_same(each_from_file(path, pcapframe::file_access::windows), wanted);
        check_same(from_file(path, pcapframe::file_access::mapping), wanted);
        check_same(each_from_file(path, pcapframe::file_access::mapping), wanted);
        const std::string pipe = folder.path("pipe" + std::to_string(s.bytes.size()) + std::string(s.name));
        const named_pipe writer(pipe, s.bytes, 7);
        check_same(from_file(pipe, pcapframe::file_access::mapping), wanted);
    }
}

TEST_CASE("large captures of small, of mixed and of big packets, in every pcap format") {
    const temporary_folder folder;
    for (const pcap_head& head :
         {pcap_head{}, pcap_head{.order = byte_order::big}, pcap_head{.magic = nanoseconds_magic},
          pcap_head{.magic = modified_magic}, pcap_head{.minor = 3}}) {
        for (const std::uint32_t size_max : {30U, 700U, 9000U}) {
            CAPTURE(head.magic);
            CAPTURE(size_max);
            const std::size_t count = size_max > 1000 ? 900 : size_max > 100 ? 6000 : 40'000;
            const byte_string file = many_records(head, count, size_max, size_max, noise);
            const walked wanted = walk_whole(file);
            REQUIRE(wanted.records.size() == count);
            check_same(from_memory(file), wanted);
            const std::string path = folder.write("large", file);
            check_same(from_file(path, pcapframe::file_access::mapping), wanted);
            check_same(each_from_file(path, pcapframe::file_access::mapping), wanted);
            check_same(from_file(path, pcapframe::file_access::windows), wanted);
            check_same(each_from_file(path, pcapframe::file_access::windows), wanted);
        }
    }
}

TEST_CASE("packets that look like records of their own capture") {
    // Each packet is a piece of a capture with plausible headers, so that places inside packets are taken for records.
    const byte_string inner = many_records({}, 2000, 60, 3, noise);
    const auto piece = [&](random_numbers& random, std::uint32_t size) {
        const std::size_t from = 24 + random.below(inner.size() - 24 - size);
        return byte_string(inner.begin() + static_cast<std::ptrdiff_t>(from),
                           inner.begin() + static_cast<std::ptrdiff_t>(from + size));
    };
    for (const std::uint32_t size_max : {1500U, 20'000U}) {
        const byte_string file = many_records({}, size_max > 2000 ? 400 : 3000, size_max, 4, piece);
        check_same(from_memory(file), walk_whole(file));
    }
}

TEST_CASE("large captures cut anywhere") {
    random_numbers random(24);
    for (const pcap_head& head : {pcap_head{}, pcap_head{.magic = modified_magic}}) {
        const byte_string file = many_records(head, 20'000, 40, 5, noise);
        for (int i = 0; i < 60; ++i) {
            const byte_string cut = first_bytes(file, 24 + random.below(file.size() - 24));
            check_same(from_memory(cut), walk_whole(cut));
        }
    }
}

TEST_CASE("large captures with flipped bits") {
    random_numbers random(25);
    const byte_string file = many_records({}, 8000, 90, 6, noise);
    for (int i = 0; i < 60; ++i) {
        byte_string damaged = file;
        for (std::uint32_t flips = 1 + random.below(5); flips > 0; --flips) {
            const std::uint32_t at = 24 + random.below(damaged.size() - 24);
            damaged[at] = static_cast<std::uint8_t>(damaged[at] ^ (1U << random.below(8)));
        }
        check_same(from_memory(damaged), walk_whole(damaged));
    }
}

TEST_CASE("a cut header of the longest kind at the end of a stretch") {
    // The last header begins within 24 bytes of a power of two, and only part of it is there.
    const pcap_head head{.magic = modified_magic};
    for (std::size_t before = 1; before <= 24; ++before) {
        byte_string file = many_records(head, 512, 0, 7, noise);
        const std::size_t start = file.size();
        const std::size_t stretch = std::size_t{256} << 10;
        std::size_t left = stretch - before;
        while (left > 0) {
            const std::size_t size = left < 2000 ? left : 1000;
            pcap_file one(head);
            one.add(zeros(size - 24));
            file.insert(file.end(), one.bytes().begin() + 24, one.bytes().end());
            left -= size;
        }
        pcap_file last(head);
        last.add(zeros(100));
        file.insert(file.end(), last.bytes().begin() + 24,
                    last.bytes().begin() + 24 + 16 + static_cast<std::ptrdiff_t>(before % 8));
        CAPTURE(before);
        const walked got = from_memory(file);
        check_same(got, walk_whole(file));
        CHECK(got.damage->offset == start + stretch - before);
    }
}

TEST_CASE("packets and blocks larger than a window") {
    const temporary_folder folder;
    const byte_string large = counting(1'700'000);
    pcapng_file file;
    file.interface().enhanced(large).add(0xbad, counting(2'000'003)).enhanced(from_hex("01")).add(5, counting(600'000));
    file.enhanced(large);
    const walked wanted = walk_whole(file.bytes());
    REQUIRE(wanted.records.size() == 3);
    const std::string path = folder.write("large.pcapng", file.bytes());
    check_same(from_file(path, pcapframe::file_access::windows), wanted);
    check_same(each_from_file(path, pcapframe::file_access::windows), wanted);
    const std::string pipe = folder.path("pipe");
    const named_pipe writer(pipe, file.bytes(), 60'000);
    check_same(from_file(pipe, pcapframe::file_access::windows), wanted);
}

TEST_CASE("no records at most are none, and nothing is lost") {
    pcap_file two;
    two.add(counting(60)).add(counting(70));
    for (const byte_string& file : {two.bytes(), many_records({}, 2'000, 3'000, 5, noise)}) {
        auto reader = record_reader::from_memory(file);
        REQUIRE(reader);
        walked seen;
        keep_record keep{&seen};
        std::size_t count = 0;
        for (std::size_t most = 1; most != 0; count += most) {
            CHECK(reader->next(0).empty());
            CHECK(reader->each_next(0, keep) == 0);
            most = reader->next(7).size();
        }
        CHECK(seen.records.empty());
        CHECK(count == walk_whole(file).records.size());
    }
}

TEST_CASE("records of a mapping stay as long as it does") {
    const temporary_folder folder;
    const std::string path = folder.write("capture", traffic(2000));
    auto reader = record_reader::open(path, pcapframe::file_access::mapping);
    REQUIRE(reader);
    CHECK(reader->records_stay());
    std::vector<record> records;
    std::vector<byte_string> copies;
    while (true) {
        const record_run run = reader->next();
        if (run.empty()) break;
        for (const record& r : run.records) {
            records.push_back(r);
            copies.push_back(to_bytes(r.bytes()));
        }
    }
    const auto mapping = reader->mapping();
    { const record_reader gone = std::move(*reader); }
    std::filesystem::remove(path);
    for (std::size_t i = 0; i < records.size(); ++i) REQUIRE(to_bytes(records[i].bytes()) == copies[i]);
}

TEST_CASE("a mapped file that is cut short meanwhile ends there, and says so") {
    const temporary_folder folder;
    const std::string path = folder.write("capture", traffic(60'000));
    auto reader = record_reader::open(path, pcapframe::file_access::mapping);
    REQUIRE(reader);
    REQUIRE_FALSE(reader->next().empty());
    std::filesystem::resize_file(path, 5000);
    while (!reader->next().empty()) {
    }
    REQUIRE(reader->damage());
    CHECK(reader->damage()->code == errc::shrunk);
    CHECK(reader->frames() < 60'000);
    CHECK(reader->next().empty());
}

TEST_CASE("what is no capture is refused by name, from a file and from a pipe") {
    const temporary_folder folder;
    const byte_string text = from_hex("68656c6c6f20776f726c64");
    const auto file = record_reader::open(folder.write("notes.txt", text));
    REQUIRE_FALSE(file);
    CHECK(file.error().code == errc::not_a_capture);
    CHECK(file.error().subject.view().ends_with("notes.txt"));
    const std::string pipe = folder.path("pipe");
    const named_pipe writer(pipe, text);
    CHECK(record_reader::open(pipe).error().code == errc::not_a_capture);
    CHECK(record_reader::open(folder.write("empty", {})).error().code == errc::empty_input);
    CHECK(record_reader::from_memory({}).error().code == errc::empty_input);
}

TEST_CASE("a capture is checked without being read") {
    const temporary_folder folder;
    const byte_string bytes = traffic(10);
    const auto size = check_capture(folder.write("a.pcap", bytes));
    REQUIRE(size);
    CHECK(size->bytes == bytes.size());
    CHECK(check_capture(folder.write("b", from_hex("1f8b080000"))).error().code == errc::bad_packed);
    CHECK(check_capture(folder.path("missing")).error().code == errc::cannot_open);
    CHECK(check_capture(folder.path("")).error().code == errc::is_directory);
    CHECK(check_capture("-")->bytes == 0);
    // A named pipe is left alone: opening it would wait for its writer.
    REQUIRE(::mkfifo(folder.path("pipe").c_str(), 0600) == 0);
    CHECK(check_capture(folder.path("pipe"))->bytes == 0);
}
