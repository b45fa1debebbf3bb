// Reading into batches that are used again allocates nothing per packet. This file replaces the program's allocation
// functions by ones that count while they are asked to: a unit of its own.
#include <atomic>
#include <cstdlib>
#include <new>
#include <string>

#include <doctest/doctest.h>

#include <pcapframe/export/formats.hpp>
#include <pcapframe/source/source.hpp>

#include "../io/files.hpp"
#include "traffic.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

std::atomic<bool> counting_on{false};
std::atomic<std::size_t> allocations{0};

void* allocate(std::size_t bytes, std::size_t alignment) {
    if (counting_on.load(std::memory_order_relaxed)) allocations.fetch_add(1, std::memory_order_relaxed);
    bytes = bytes == 0 ? 1 : bytes;
    void* const memory = alignment <= alignof(std::max_align_t)
                             ? std::malloc(bytes)
                             : std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
    if (memory == nullptr) throw std::bad_alloc();
    return memory;
}

/// Allocations while `work` runs.
template <class Work>
std::size_t allocations_of(Work work) {
    allocations = 0;
    counting_on = true;
    work();
    counting_on = false;
    return allocations;
}

}  // namespace

// Not inlined: gcc takes `free` at the place of a `delete` for a mismatch.
PCAPFRAME_NOINLINE void* operator new(std::size_t bytes) { return allocate(bytes, 0); }
void* operator new(std::size_t bytes, std::align_val_t alignment) {
    return allocate(bytes, static_cast<std::size_t>(alignment));
}
// std::stable_sort asks so; a sanitizer's own would not go with the `delete` below.
PCAPFRAME_NOINLINE void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept {
    try {
        return ::operator new(bytes);
    } catch (const std::bad_alloc&) {
        return nullptr;
    }
}
PCAPFRAME_NOINLINE void operator delete(void* memory) noexcept { std::free(memory); }
PCAPFRAME_NOINLINE void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
PCAPFRAME_NOINLINE void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
PCAPFRAME_NOINLINE void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }

namespace {

/// Rows read, and allocations after the first few batches.
struct counted {
    std::size_t rows = 0;
    std::size_t allocations = 0;
};

/// The first batches make room; all later ones find it there.
counted read_on(pcap_source& source) {
    batch rows = source.make_batch();
    for (int i = 0; i < 4; ++i) REQUIRE(*source.next(rows));
    counted out;
    bool good = true;
    out.allocations = allocations_of([&] {
        while (true) {
            const auto more = source.next(rows);
            good = good && more;
            if (!more || !*more) return;
            out.rows += rows.rows();
        }
    });
    CHECK(good);
    return out;
}

}  // namespace

TEST_CASE("the counter counts") {
    CHECK(allocations_of([] { CHECK(std::string(1000, 'x').size() == 1000); }) >= 1);
    CHECK(allocations_of([] { delete new int(1); }) <= 1);
}

TEST_CASE("batches of the default columns, and of all columns") {
    const temporary_folder folder;
    const std::string path = folder.write("a.pcap", traffic(30'000));
    for (const bool map_files : {true, false}) {
        for (const std::string_view columns :
             {"", "time,src_mac,stop,tcp_seq,payload_len,interface_name,flow_label,len"}) {
            auto source = open_pcap(path, {.columns = columns, .chunksize = 1000, .map_files = map_files});
            REQUIRE(source);
            const counted out = read_on(*source);
            CHECK(out.rows > 15'000);
            // Closing the file may note its end; a packet costs nothing.
            CHECK(out.allocations < 10);
        }
    }
}

TEST_CASE("payloads: views of a mapping, copies into memory that is used again") {
    const temporary_folder folder;
    const std::string path = folder.write("a.pcap", traffic(30'000));
    for (const bool map_files : {true, false}) {
        auto source = open_pcap(path, {.payload = true, .chunksize = 1000, .map_files = map_files});
        REQUIRE(source);
        const counted out = read_on(*source);
        CHECK(out.rows > 15'000);
        // One reference to the mapping a batch, or a block of an arena now and then.
        CHECK(out.allocations < 60);
    }
}

TEST_CASE("pcapng") {
    const temporary_folder folder;
    random_numbers random(1);
    pcapng_file small;
    small.interface({.link_type = 1, .options = option(2, "eth0")});
    byte_string file = small.bytes();
    for (std::uint64_t i = 0; i < 20'000; ++i) {
        const byte_string frame = any_frame(random);
        pcapng_file one;
        const std::size_t before = one.bytes().size();
        one.enhanced(frame, {.ticks = i});
        file.insert(file.end(), one.bytes().begin() + static_cast<std::ptrdiff_t>(before), one.bytes().end());
    }
    const std::string path = folder.write("a.pcapng", file);
    for (const bool map_files : {true, false}) {
        auto source = open_pcap(path, {.chunksize = 1000, .map_files = map_files});
        REQUIRE(source);
        const counted out = read_on(*source);
        CHECK(out.rows > 10'000);
        CHECK(out.allocations < 10);
    }
}

TEST_CASE("rows one by one") {
    const temporary_folder folder;
    const std::string path = folder.write("a.pcap", traffic(30'000));
    auto source = open_pcap(path);
    REQUIRE(source);
    std::size_t rows = 0;
    std::uint64_t bytes = 0;
    const std::size_t count = allocations_of([&] {
        const auto read =
            source->for_each_row<column::src_host, column::payload>([&](const auto&, const auto& payload) {
                bytes += payload ? payload->size() : 0;
                ++rows;
            });
        if (!read) rows = 0;
    });
    CHECK(rows > 20'000);
    CHECK(bytes > 0);
    CHECK(count < 100);  // opening the file, and the lanes' first room
}

TEST_CASE("csv and jsonl of batches that are used again") {
    const temporary_folder folder;
    const std::string path = folder.write("a.pcap", traffic(30'000));
    for (const std::string_view format : {"csv", "jsonl"}) {
        auto source = open_pcap(path, {.payload = true, .chunksize = 1000});
        REQUIRE(source);
        auto out = sink::create("/dev/null");
        REQUIRE(out);
        const auto writer = (*find_format(format))->make({});
        batch rows = source->make_batch();
        writer->begin(*out, rows.columns());
        REQUIRE(*source->next(rows));
        writer->write(*out, rows);
        std::size_t count = 0;
        const std::size_t made = allocations_of([&] {
            while (*source->next(rows)) {
                writer->write(*out, rows);
                count += rows.rows();
            }
        });
        CHECK(count > 20'000);
        CHECK(made < 100);
        REQUIRE(out->flush());
    }
}
