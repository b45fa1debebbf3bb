// The walk over what a packet filter device is read into, in the layouts of all systems.
#include <doctest/doctest.h>

#include <bit>
#include <vector>

#include <pcapframe/capture/bpf_buffer.hpp>

#include "../bytes/hex.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

constexpr byte_order native = std::endian::native == std::endian::little ? byte_order::little : byte_order::big;

byte_string header(const bpf_layout& layout, std::uint64_t seconds, std::uint64_t fraction, std::uint32_t caplen,
                   std::uint32_t len, std::uint16_t header_bytes) {
    return number(seconds, layout.time_bytes, native) + number(fraction, layout.time_bytes, native) +
           number(caplen, 4, native) + number(len, 4, native) + number(header_bytes, 2, native);
}

struct walked_buffer {
    std::vector<record> records;
    bool damaged;
};

walked_buffer walk(const byte_string& bytes, const bpf_layout& layout) {
    bpf_buffer_walker walker(bytes, layout, 1, 0);
    walked_buffer out{};
    std::vector<record> some(2);
    while (const std::size_t count = walker.walk(some))
        out.records.insert(out.records.end(), some.begin(), some.begin() + static_cast<std::ptrdiff_t>(count));
    out.damaged = walker.damaged();
    return out;
}

}  // namespace

TEST_CASE("a read of macOS, byte by byte") {
    if (native != byte_order::little) return;
    const byte_string bytes = from_hex(
        "4c7a545a 5a340300 05000000 3c000000 1400 0000  0102030405 000000"
        "4d7a545a 00000000 02000000 02000000 1200  0607");
    const walked_buffer read = walk(bytes, bpf_layouts::apple);
    CHECK_FALSE(read.damaged);
    REQUIRE(read.records.size() == 2);
    CHECK(read.records[0].time == 1'515'485'772'210'010'000);
    CHECK(read.records[0].len == 60);
    CHECK(to_bytes(read.records[0].bytes()) == from_hex("0102030405"));
    // The last one has no padding behind it.
    CHECK(read.records[1].time == 1'515'485'773'000'000'000);
    CHECK(to_bytes(read.records[1].bytes()) == from_hex("0607"));
}

TEST_CASE("a read of FreeBSD on 64 bits, byte by byte") {
    if (native != byte_order::little) return;
    const byte_string bytes = from_hex(
        "4c7a545a00000000 5a34030000000000 05000000 3c000000 1a00  0102030405 00"
        "4d7a545a00000000 0100000000000000 01000000 01000000 1e00 00000000 06");
    const walked_buffer read = walk(bytes, bpf_layouts::bsd64);
    CHECK_FALSE(read.damaged);
    REQUIRE(read.records.size() == 2);
    CHECK(read.records[0].time == 1'515'485'772'210'010'000);
    CHECK(to_bytes(read.records[0].bytes()) == from_hex("0102030405"));
    CHECK(read.records[1].time == 1'515'485'773'000'001'000);
    CHECK(to_bytes(read.records[1].bytes()) == from_hex("06"));
    const walked_buffer finer = walk(bytes, bpf_layouts::freebsd_nanoseconds);
    CHECK(finer.records[0].time == 1'515'485'772'000'210'010);
}

TEST_CASE("many packets of all sizes, in every layout") {
    for (const bpf_layout& layout : {bpf_layouts::apple, bpf_layouts::openbsd, bpf_layouts::bsd32, bpf_layouts::bsd64,
                                     bpf_layouts::freebsd_nanoseconds}) {
        byte_string bytes;
        for (std::uint32_t size = 0; size < 70; ++size) {
            const auto head = static_cast<std::uint16_t>(layout.header_bytes() + size % 5);
            bytes = bytes + header(layout, size, 7, size, 2 * size, head) + zeros(size % 5) + counting(size);
            bytes.resize((bytes.size() + layout.alignment - 1) / layout.alignment * layout.alignment);
        }
        const walked_buffer read = walk(bytes, layout);
        CHECK_FALSE(read.damaged);
        REQUIRE(read.records.size() == 70);
        for (std::uint32_t size = 0; size < 70; ++size) {
            CHECK(to_bytes(read.records[size].bytes()) == counting(size));
            CHECK(read.records[size].len == 2 * size);
            CHECK(read.records[size].time == std::int64_t{size} * 1'000'000'000 + 7 * layout.fraction_ns);
        }
    }
}

TEST_CASE("buffers that contradict themselves end there") {
    for (const bpf_layout& layout : {bpf_layouts::apple, bpf_layouts::bsd64}) {
        const auto least = static_cast<std::uint16_t>(layout.header_bytes());
        const byte_string good = header(layout, 1, 0, 2, 2, least) + counting(2);
        CHECK(walk(good, layout).records.size() == 1);
        for (std::size_t cut = 1; cut < good.size(); ++cut) {
            const walked_buffer read = walk(first_bytes(good, cut), layout);
            CHECK(read.damaged);
            CHECK(read.records.empty());
        }
        for (const byte_string& bad : {header(layout, 1, 0, 2, 2, static_cast<std::uint16_t>(least - 1)) + counting(40),
                                       header(layout, 1, 0, 2, 2, 0xffff) + counting(40),
                                       header(layout, 1, 0, 0xffff'ffff, 2, least) + counting(40)})
            CHECK(walk(bad, layout).damaged);
    }
    const byte_string far = header(bpf_layouts::bsd64, ~std::uint64_t{0} >> 1, 0, 0, 0, 26);
    CHECK(walk(far, bpf_layouts::bsd64).records[0].time == no_time);
}
