// Parquet files: a golden, and the frame of what is written. What is in them is read by others in tests/interchange.
#include <string>

#include <doctest/doctest.h>

#include <pcapframe/export/parquet.hpp>

#include "tiny.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

std::string parquet_of(const batch& rows, const parquet_options& options) {
    sink out = sink::to_memory();
    parquet_writer writer(options);
    writer.begin(out, rows.columns());
    writer.write(out, rows);
    writer.finish(out);
    return std::string(out.kept());
}

void check_frame(const std::string& file) {
    REQUIRE(file.size() > 12);
    CHECK(file.starts_with("PAR1"));
    CHECK(file.ends_with("PAR1"));
    std::size_t footer = 0;
    for (std::size_t i = 4; i-- > 0;) footer = footer << 8 | static_cast<std::uint8_t>(file[file.size() - 8 + i]);
    CHECK(footer + 12 <= file.size());
}

}  // namespace

TEST_CASE("a small table as Parquet") {
    const packet_batch rows = tiny_batch();
    check_golden("tiny.parquet", written_as("parquet", {&*rows}));
    check_golden("tiny_exact.parquet", parquet_of(*rows, {.exact = true}));
}

TEST_CASE("a file without rows is a file") {
    const batch none(order_of(default_columns));
    const std::string file = parquet_of(none, {});
    check_frame(file);
    for (const column c : none.columns()) CHECK(file.find(name_of(c)) != std::string::npos);
}

TEST_CASE("how rows come in batches makes no difference") {
    packet_batch all(tiny_columns, {});
    std::vector<std::unique_ptr<packet_batch>> parts;
    sink out = sink::to_memory();
    parquet_writer writer({.row_group_rows = 100, .page_rows = 16});
    writer.begin(out, (*all).columns());
    for (std::size_t i = 0; i < 40; ++i) {
        const packet_batch some = tiny_batch();
        all.rows().append(*some);
        all.rows().own_views(4 * i);
        writer.write(out, *some);
    }
    writer.finish(out);
    const std::string whole = parquet_of(*all, {.row_group_rows = 100, .page_rows = 16});
    check_frame(whole);
    const bool same = whole == out.kept();
    CHECK(same);
}

TEST_CASE("compression is only used where it saves a tenth") {
    std::vector<captured_packet> packets(2000);
    for (captured_packet& packet : packets) packet.frame = ipv4({}, udp(byte_string(500, 7)));
    const packet_batch rows("payload", packets);
    const std::string small = parquet_of(*rows, {});
    const std::string large = parquet_of(*rows, {.compress = false});
    CHECK(large.size() > 1'000'000);
    CHECK(small.size() < 100'000);
}
