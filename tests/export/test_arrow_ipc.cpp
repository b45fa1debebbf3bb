// Arrow IPC: goldens, the frame of every message, and when dictionaries are sent. What the messages say is read by
// pyarrow in tests/interchange.
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <pcapframe/export/arrow_ipc.hpp>

#include "tiny.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

struct message {
    std::size_t metadata_bytes = 0;
    unsigned kind = 0;  ///< 1 schema, 2 dictionary, 3 rows
    std::size_t body_bytes = 0;
};

std::uint64_t number_at(const std::string& bytes, std::size_t at, std::size_t size) {
    std::uint64_t value = 0;
    for (std::size_t i = size; i-- > 0;) value = value << 8 | static_cast<std::uint8_t>(bytes.at(at + i));
    return value;
}

/// Where a field of the table at `table` is; 0 for none.
std::size_t field_at(const std::string& bytes, std::size_t table, unsigned field) {
    const std::size_t vtable = table - number_at(bytes, table, 4);
    if (4 + 2 * field >= number_at(bytes, vtable, 2)) return 0;
    const std::uint64_t offset = number_at(bytes, vtable + 4 + 2 * field, 2);
    return offset == 0 ? 0 : table + offset;
}

/// The messages of a stream, up to its end; `at` is behind that then.
std::vector<message> messages_of(const std::string& bytes, std::size_t& at) {
    std::vector<message> found;
    while (true) {
        REQUIRE(at % 8 == 0);
        REQUIRE(number_at(bytes, at, 4) == 0xffff'ffff);
        message m;
        m.metadata_bytes = number_at(bytes, at + 4, 4);
        at += 8;
        if (m.metadata_bytes == 0) return found;
        REQUIRE(m.metadata_bytes % 8 == 0);
        const std::size_t root = at + number_at(bytes, at, 4);
        m.kind = static_cast<unsigned>(number_at(bytes, field_at(bytes, root, 1), 1));
        m.body_bytes = number_at(bytes, field_at(bytes, root, 3), 8);
        at += m.metadata_bytes + m.body_bytes;
        found.push_back(m);
    }
}

std::string kinds_of(const std::string& bytes) {
    std::size_t at = 0;
    std::string kinds;
    for (const message& m : messages_of(bytes, at)) kinds += static_cast<char>('0' + m.kind);
    CHECK(at == bytes.size());
    return kinds;
}

std::string stream_of(const arrow_options& options, std::initializer_list<const batch*> batches) {
    sink out = sink::to_memory();
    arrow_ipc_writer writer(arrow_ipc_writer::layout::stream, options);
    writer.begin(out, (*batches.begin())->columns());
    for (const batch* rows : batches) writer.write(out, *rows);
    writer.finish(out);
    return std::string(out.kept());
}

}  // namespace

TEST_CASE("a small table as a stream and as a file") {
    const packet_batch rows = tiny_batch();
    check_golden("tiny.arrows", written_as("arrows", {&*rows}));
    check_golden("tiny.arrow", written_as("arrow", {&*rows}));
}

TEST_CASE("a stream sends a dictionary again only where rows need texts that it does not have") {
    const packet_batch tcp("src_host,protocol", {{}, {}});
    const packet_batch icmp("src_host,protocol", {{.frame = icmp_packet}});
    // The source is the same in both, the protocol is not.
    CHECK(kinds_of(stream_of({}, {&*tcp, &*tcp})) == "12233");
    CHECK(kinds_of(stream_of({}, {&*tcp, &*icmp, &*tcp})) == "1223233");
    CHECK(kinds_of(stream_of({.binary_hosts = true}, {&*tcp, &*icmp})) == "12323");
    const std::string whole = stream_of({}, {&*tcp, &*icmp});
    const std::string delta = stream_of({.deltas = true}, {&*tcp, &*icmp});
    CHECK(kinds_of(delta) == kinds_of(whole));
    CHECK(whole.find("tcpicmp") != std::string::npos);
    CHECK(delta.find("tcpicmp") == std::string::npos);
}

TEST_CASE("a stream and a file without rows have their columns") {
    const batch none(*parse_columns("time,src_host,payload"));
    CHECK(kinds_of(stream_of({}, {&none})) == "1");
    const std::string file = written_as("arrow", {&none});
    CHECK(file.starts_with(std::string("ARROW1\0\0", 8)));
    CHECK(file.ends_with("ARROW1"));
    std::size_t at = 8;
    // The dictionary, empty.
    CHECK(messages_of(file, at).size() == 2);
    CHECK(number_at(file, file.size() - 10, 4) == file.size() - 10 - at);
}

TEST_CASE("large payloads are cut into record batches") {
    std::vector<captured_packet> packets(40);
    for (captured_packet& packet : packets) packet.frame = ipv4({}, udp(byte_string(60'000, 7)));
    const packet_batch some("payload", packets);
    batch many(*parse_columns("payload"));
    for (int i = 0; i < 50; ++i) many.append(*some);
    const std::string kinds = kinds_of(stream_of({}, {&many}));
    CHECK(kinds == "133");
}
