// Capture files that grow: formats, link types, flushes; and one capture over several files.
#include <array>
#include <limits>

#include <doctest/doctest.h>

#include <pcapframe/packets/packet_file.hpp>
#include <pcapframe/packets/rotation.hpp>

#include "../bytes/hex.hpp"
#include "../format/walks.hpp"
#include "../io/files.hpp"

using namespace pcapframe;

namespace {

const testing::byte_string data = testing::counting(40);

interface_list interfaces_of(std::initializer_list<std::uint16_t> link_types) {
    interface_list list;
    for (const std::uint16_t type : link_types) {
        interface_info info;
        info.link_type = type;
        info.tsresol = 9;
        info.name = "if" + std::to_string(list.size());
        list.push_back(info);
    }
    return list;
}

record record_of(std::uint32_t interface, std::uint16_t link_type) {
    record r;
    r.data = data.data();
    r.caplen = r.len = 40;
    r.time = 1'700'000'000'123'456'789;
    r.interface = interface;
    r.link_type = link_type;
    return r;
}

testing::walked walk_file(const std::string& path) {
    const std::string bytes = testing::read_file(path);
    return testing::walk_whole({bytes.begin(), bytes.end()});
}

}  // namespace

TEST_CASE("formats by name and by the name of a file") {
    CHECK(*find_packet_format("pcap") == packet_format::pcap);
    CHECK(*find_packet_format("pcapng") == packet_format::pcapng);
    const auto wrong = find_packet_format("pcapgn");
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().message() == "unknown capture format 'pcapgn'; did you mean 'pcapng'?");
    CHECK(*packet_format_of_path("a/b.pcap") == packet_format::pcap);
    CHECK(*packet_format_of_path("b.cap") == packet_format::pcap);
    CHECK(*packet_format_of_path("b.pcapng") == packet_format::pcapng);
    CHECK(*packet_format_of_path("B.PCAPNG") == packet_format::pcapng);
    CHECK(*packet_format_of_path("b.pcap.gz") == packet_format::pcap);
    CHECK(*packet_format_of_path("b.pcapng.LZ4") == packet_format::pcapng);
    CHECK_FALSE(packet_format_of_path("b.pcap.zst"));
    CHECK_FALSE(packet_format_of_path("b.gz"));
    REQUIRE_FALSE(packet_format_of_path("b.csv"));
    CHECK(packet_format_of_path("b.csv").error().message() ==
          "'b.csv' is not a file name that ends in .pcap, .cap, .pcapng or .ntar (or name a format)");
    CHECK_FALSE(packet_format_of_path("pcap"));
}

TEST_CASE("packets as another pcap stores them") {
    const testing::temporary_folder folder;
    const interface_list interfaces = interfaces_of({101, 1});
    byte_buffer stored;
    pcap_header header;
    header.link_type = 101;
    const pcap_writer writer(header);
    record r = record_of(0, 101);
    writer.write(stored, r);
    writer.write(stored, r);
    const std::string_view bytes(reinterpret_cast<const char*>(stored.bytes().data()), stored.bytes().size());
    const std::array pieces{bytes.substr(0, 56), bytes.substr(56)};
    pcap_layout layout(header, 0);

    auto file = packet_file::create(folder.path("a.pcap"), {});
    REQUIRE(file);
    REQUIRE(file->stores(layout));
    REQUIRE(file->write_stored(layout, pieces, 2, interfaces));
    REQUIRE(file->write(r, interfaces));
    CHECK(file->packets() == 3);
    CHECK(file->bytes() == 24 + 3 * 56);
    layout.interface = 1;  // of another link type
    CHECK_FALSE(file->write_stored(layout, pieces, 2, interfaces));
    REQUIRE(file->flush());
    auto other = packet_file::create(folder.path("b.pcap"), {});
    REQUIRE(other);
    for (int i = 0; i < 3; ++i) REQUIRE(other->write(r, interfaces));
    REQUIRE(other->flush());
    CHECK(testing::read_file(file->path()) == testing::read_file(other->path()));
}

TEST_CASE("which pcaps store packets in the same way") {
    const testing::temporary_folder folder;
    const auto stores = [&](const packet_file_options& options, const pcap_header& header) {
        const auto file = packet_file::create(folder.path("a"), options);
        REQUIRE(file);
        return file->stores(pcap_layout(header, 0));
    };
    pcap_header header;
    CHECK(stores({}, header));
    CHECK(stores({.order = byte_order::big}, {.order = byte_order::big}));
    CHECK(stores({.nanoseconds = true}, {.magic = pcap_magic::nanoseconds}));
    CHECK_FALSE(stores({.format = packet_format::pcapng}, header));
    CHECK_FALSE(stores({.nanoseconds = true}, header));
    CHECK_FALSE(stores({}, {.magic = pcap_magic::nanoseconds}));
    CHECK_FALSE(stores({}, {.magic = pcap_magic::modified}));
    CHECK_FALSE(stores({}, {.order = byte_order::big}));
    CHECK_FALSE(stores({}, {.version_minor = 3}));
    CHECK_FALSE(stores({}, {.version_minor = 2}));
}

TEST_CASE("a pcap has one link type, and says so") {
    const testing::temporary_folder folder;
    const std::string path = folder.path("out.pcap");
    const interface_list interfaces = interfaces_of({1, 101, 1});
    auto file = packet_file::create(path, {.nanoseconds = true});
    REQUIRE(file);
    CHECK(file->write(record_of(0, 1), interfaces));
    CHECK(file->write(record_of(2, 1), interfaces));
    const auto other = file->write(record_of(1, 101), interfaces);
    REQUIRE_FALSE(other);
    CHECK(other.error().message() == "'" + path +
                                         "' is not a file for packets of several link types, which only pcapng "
                                         "holds; did you mean '" +
                                         path + "ng'?");
    CHECK(file->packets() == 2);
    CHECK(file->flush());
    const testing::walked read = walk_file(path);
    REQUIRE(read.records.size() == 2);
    CHECK(read.records[1].time == 1'700'000'000'123'456'789);
    CHECK(file->bytes() == testing::read_file(path).size());
}

TEST_CASE("a pcapng has all of them, described as they come") {
    const testing::temporary_folder folder;
    const interface_list interfaces = interfaces_of({1, 101, 276});
    packet_file_options options;
    options.format = packet_format::pcapng;
    options.application = "a test";
    auto file = packet_file::create(folder.path("out"), options);
    REQUIRE(file);
    for (const std::uint32_t i : {2U, 0U, 2U}) CHECK(file->write(record_of(i, interfaces[i].link_type), interfaces));
    file->statistics(2, {.time = 5, .delivered = 2});
    file->statistics(1, {.time = 5, .delivered = 0});
    CHECK(file->flush());
    const testing::walked read = walk_file(folder.path("out"));
    CHECK_FALSE(read.damage);
    REQUIRE(read.records.size() == 3);
    REQUIRE(read.interfaces.size() == 2);
    CHECK(read.interfaces[0].name == "if2");
    CHECK(read.interfaces[1].name == "if0");
    CHECK(read.records[0].link_type == 276);
    CHECK(read.records[1].link_type == 1);
    CHECK(read.sections[0].application == "a test");
}

TEST_CASE("a file without packets is a capture, too") {
    const testing::temporary_folder folder;
    for (const packet_format format : {packet_format::pcap, packet_format::pcapng}) {
        packet_file_options options;
        options.format = format;
        auto file = packet_file::create(folder.path("out"), options);
        REQUIRE(file);
        CHECK(file->flush());
        const testing::walked read = walk_file(folder.path("out"));
        CHECK_FALSE(read.refused);
        CHECK_FALSE(read.damage);
        CHECK(read.records.empty());
    }
    CHECK_FALSE(packet_file::create(folder.path("no/such/folder"), {}));
}

TEST_CASE("after every flush, whole records; before it, none are cut") {
    const testing::temporary_folder folder;
    const interface_list interfaces = interfaces_of({1});
    auto file = packet_file::create(folder.path("out"), {});
    REQUIRE(file);
    for (std::size_t i = 1; i <= 20'000; ++i) {
        CHECK(file->write(record_of(0, 1), interfaces));
        if (i % 4'999 != 0) continue;
        CHECK_FALSE(walk_file(folder.path("out")).damage);
        CHECK(file->flush());
        const testing::walked read = walk_file(folder.path("out"));
        CHECK_FALSE(read.damage);
        CHECK(read.records.size() == i);
    }
}

TEST_CASE("files by size: the first has no number, unless their number is limited") {
    rotation open_end("x.pcap", {.bytes = 100}, 0);
    using enum rotation::decision;
    CHECK(open_end.name() == "x.pcap");
    CHECK(open_end.decide(100, 0) == stay);
    CHECK(open_end.decide(101, 0) == next_file);
    CHECK(open_end.name() == "x.pcap1");
    for (int i = 0; i < 9; ++i) CHECK(open_end.decide(101, 0) == next_file);
    CHECK(open_end.name() == "x.pcap10");

    rotation packed("x.pcap.gz", {.bytes = 1, .files = 11}, 0);
    CHECK(packed.name() == "x.pcap00.gz");
    CHECK(packed.decide(2, 0) == next_file);
    CHECK(packed.name() == "x.pcap01.gz");
    rotation around("x", {.bytes = 1, .files = 11}, 0);
    CHECK(around.name() == "x00");
    for (int i = 0; i < 10; ++i) CHECK(around.decide(2, 0) == next_file);
    CHECK(around.name() == "x10");
    CHECK(around.decide(2, 0) == next_file);
    CHECK(around.name() == "x00");
}

TEST_CASE("files by time: named by strftime, so many of them") {
    using enum rotation::decision;
    rotation hourly("x-%s", {.seconds = 60, .files = 3}, 1'000);
    CHECK(hourly.name() == "x-1000");
    CHECK(hourly.decide(9, 1'059) == stay);
    CHECK(hourly.decide(9, 1'061) == next_file);
    CHECK(hourly.name() == "x-1061");
    // Quiet spans are passed over, and the next ones begin where they would have.
    CHECK(hourly.decide(9, 1'250) == next_file);
    CHECK(hourly.decide(9, 1'299) == stay);
    CHECK(hourly.decide(9, 1'300) == end);

    rotation both("y", {.bytes = 10, .seconds = 60}, 0);
    CHECK(both.decide(11, 1) == next_file);
    CHECK(both.name() == "y1");
    CHECK(both.decide(11, 61) == next_file);
    CHECK(both.name() == "y");
}

TEST_CASE("times that a file cannot hold are counted; none stays none where the format can say that") {
    const testing::temporary_folder folder;
    const interface_list interfaces = interfaces_of({1, 1});
    for (const packet_format format : {packet_format::pcap, packet_format::pcapng}) {
        const std::string path = folder.path("a");
        auto file = packet_file::create(path, {.format = format, .nanoseconds = true});
        REQUIRE(file);
        for (const std::uint32_t interface : {0U, 1U, 0U, 1U}) {
            record r = record_of(interface, 1);
            REQUIRE(file->write(r, interfaces));
            r.time = no_time;
            REQUIRE(file->write(r, interfaces));
            r.caplen -= interface;
            REQUIRE(file->write(r, interfaces));
            r.time = -1;
            REQUIRE(file->write(r, interfaces));
        }
        REQUIRE(file->flush());
        CHECK(file->changed_times() == (format == packet_format::pcap ? 12 : 4));
        const testing::walked read = walk_file(path);
        REQUIRE(read.records.size() == 16);
        for (std::size_t i = 0; i < 16; ++i) {
            CHECK((read.records[i].time == no_time) == (format == packet_format::pcapng && i % 4 != 0));
            if (i % 4 == 0) CHECK(read.records[i].time == record_of(0, 1).time);
        }
    }
}

TEST_CASE("spans of any length, and clocks that are set to any time") {
    constexpr std::int64_t far = std::numeric_limits<std::int64_t>::max();
    using decision = rotation::decision;
    rotation never("a", {.seconds = ~std::uint64_t{0}}, 1'700'000'000);
    for (const std::int64_t now : {std::int64_t{1'700'000'001}, far, -far, std::int64_t{0}})
        CHECK(never.decide(0, now) == decision::stay);
    rotation hourly("a", {.seconds = 3600}, -far);
    CHECK(hourly.decide(0, far) == decision::next_file);
    CHECK(hourly.decide(0, far) == decision::stay);
    CHECK(hourly.decide(0, -far) == decision::stay);
    CHECK(hourly.decide(0, 0) == decision::stay);
}
