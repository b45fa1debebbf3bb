// open_pcap: batches, whole tables, several files under one index, limits, warnings and errors.
#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <pcapframe/source/source.hpp>

#include "../decode/rows.hpp"
#include "../io/files.hpp"
#include "traffic.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

constexpr std::string_view every_column =
    "frame_number,time,src_host,src_port,dst_host,dst_port,protocol,payload,interface_id,interface_name,link_type,"
    "caplen,len,"
    "src_mac,dst_mac,ethertype,vlan_id,ip_version,ip_len,ip_id,ttl,dscp,ecn,fragment_offset,tcp_flags,tcp_seq,tcp_ack,"
    "tcp_window,udp_len,icmp_type,icmp_code,payload_len,flow_label,stop";

/// A batch as lines of its cells with commas between.
std::string shown(const batch& rows) {
    std::string text;
    for (std::size_t i = 0; i < rows.rows(); ++i) {
        for (const column c : rows.columns()) text += cell_text(rows, i, c) + ',';
        text.back() = '\n';
    }
    return text;
}

read_options with(read_options options, std::string_view columns = every_column) {
    options.columns = columns;
    return options;
}

/// All rows through batches; checks the index on the way.
std::string in_batches(const std::vector<std::string>& paths, const read_options& options) {
    auto source = open_pcap(paths, options);
    REQUIRE(source);
    batch rows = source->make_batch();
    std::string text;
    std::uint64_t index = 0;
    while (true) {
        const auto more = source->next(rows);
        REQUIRE(more);
        CHECK(*more == !rows.empty());
        if (!*more) break;
        CHECK(rows.first_index() == index);
        index += rows.rows();
        text += shown(rows);
    }
    CHECK(*source->next(rows) == false);
    return text;
}

std::string as_table(const std::vector<std::string>& paths, const read_options& options) {
    auto source = open_pcap(paths, options);
    REQUIRE(source);
    const auto all = source->read();
    REQUIRE(all);
    return shown(*all);
}

std::size_t lines(const std::string& text) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

TEST_CASE("batches are the whole table, whatever their size and the way of reading") {
    const temporary_folder folder;
    const std::string path = folder.write("a.pcap", traffic(3000));
    for (const bool all_frames : {false, true}) {
        const std::string wanted = as_table({path}, with({.all_frames = all_frames}));
        CHECK(lines(wanted) > 2000);
        for (const bool map_files : {true, false}) {
            for (const std::size_t batch_rows : {std::size_t{1}, std::size_t{100}, std::size_t{4096}}) {
                const read_options options =
                    with({.all_frames = all_frames, .chunksize = batch_rows, .map_files = map_files});
                CHECK((in_batches({path}, options) == wanted));
            }
            CHECK((as_table({path}, with({.all_frames = all_frames, .map_files = map_files})) == wanted));
        }
    }
}

TEST_CASE("one table by several threads is the table by one") {
    const temporary_folder folder;
    const std::string path = folder.write("a.pcap", traffic(70'000));
    const std::string columns = "frame_number,time,src_host,dst_port,payload_len,stop";
    const std::string wanted = as_table({path, path}, with({.threads = 1}, columns));
    CHECK(lines(wanted) > 100'000);
    for (const std::size_t threads : {2U, 5U})
        CHECK((as_table({path, path}, with({.threads = threads}, columns)) == wanted));
}

TEST_CASE("a table that has to grow while threads still copy rows into it") {
    // Room is made by the bytes that packets with IP headers take; these frames are empty.
    const temporary_folder folder;
    constexpr std::size_t frames = 700'000;
    byte_string file = pcap_head{}.bytes();
    file.resize(file.size() + 16 * frames);
    const std::string path = folder.write("empty.pcap", file);
    auto source = open_pcap({path, path}, with({.all_frames = true, .threads = 3}, "frame_number"));
    REQUIRE(source);
    const auto all = source->read();
    REQUIRE(all);
    REQUIRE(all->rows() == 2 * frames);
    const auto numbers = all->get<column::frame_number>().values();
    bool in_order = true;
    for (std::size_t i = 0; i < numbers.size(); ++i) in_order = in_order && numbers[i] == i % frames + 1;
    CHECK(in_order);
}

TEST_CASE("a limit ends the read exactly there") {
    const temporary_folder folder;
    const std::string path = folder.write("a.pcap", traffic(2000));
    const std::string all = as_table({path}, with({}));
    for (const std::uint64_t limit : {0U, 1U, 511U, 512U, 513U, 1000U}) {
        const std::string wanted = all.substr(0, [&] {
            std::size_t end = 0;
            for (std::uint64_t i = 0; i < limit; ++i) end = all.find('\n', end) + 1;
            return end;
        }());
        CHECK((as_table({path}, with({.limit = limit})) == wanted));
        CHECK((in_batches({path}, with({.chunksize = 100, .limit = limit})) == wanted));
        std::uint64_t seen = 0;
        auto source = open_pcap(path, {.limit = limit});
        REQUIRE(source);
        REQUIRE(source->for_each_row<column::time>([&](auto) { ++seen; }));
        CHECK(seen == limit);
    }
}

TEST_CASE("a protocol filter keeps what a look at the table would keep") {
    const temporary_folder folder;
    const std::string path = folder.write("a.pcap", traffic(2000));
    const std::string all = as_table({path}, with({.all_frames = true}, "protocol,frame_number"));
    for (const std::string_view protocol : {"tcp", "udp", "icmp", "icmp6", "sctp", "igmp"}) {
        std::string wanted;
        for (std::size_t at = 0; at < all.size(); at = all.find('\n', at) + 1)
            if (all.compare(at, protocol.size() + 1, std::string(protocol) + ",") == 0)
                wanted += all.substr(at, all.find('\n', at) + 1 - at);
        CHECK((as_table({path}, with({.protocol = std::string(protocol)}, "protocol,frame_number")) == wanted));
    }
    CHECK((as_table({path}, with({.protocol = "6"})) == as_table({path}, with({.protocol = "TCP"}))));
}

TEST_CASE("several files have one index, in the order named") {
    const temporary_folder folder;
    const std::string first = folder.write("b.pcap", traffic(700, 1));
    const std::string second = folder.write("a.pcap", traffic(900, 2));
    const std::string wanted = as_table({first}, with({})) + as_table({second}, with({}));
    CHECK((as_table({first, second}, with({})) == wanted));
    CHECK((in_batches({first, second}, with({.chunksize = 50})) == wanted));
    // A pattern's files come by name; frame numbers begin anew in each.
    CHECK((as_table({folder.path("*.pcap")}, with({})) == as_table({second}, with({})) + as_table({first}, with({}))));
    auto source = open_pcap({first, second}, {.columns = "frame_number"});
    REQUIRE(source);
    CHECK(source->files() == std::vector{first, second});
    const auto all = source->read();
    REQUIRE(all);
    batch rows = source->make_batch();
    while (*source->next(rows)) {
    }
    CHECK(source->bytes_done() == source->bytes_total());
    CHECK(source->bytes_total() == std::filesystem::file_size(first) + std::filesystem::file_size(second));
    CHECK(*all->get<column::frame_number>()[0] < 10);
    CHECK(*all->get<column::frame_number>()[all->rows() - 1] <= 900);
}

TEST_CASE("files of different formats and interfaces in one read") {
    const temporary_folder folder;
    pcapng_file named;
    named.interface({.link_type = 101, .options = option(2, "eth0")})
        .interface({.link_type = 1, .options = option(2, "wlan0")});
    named.enhanced(ipv4({}, udp({})), {.ticks = 5})
        .enhanced(ethernet(0x0800, ipv4({}, udp({}))), {.interface = 1, .ticks = 6});
    const std::string first = folder.write("a.pcap", traffic(3));
    const std::string second = folder.write("b.pcapng", named.bytes());
    const std::string columns = "link_type,interface_id,interface_name,frame_number";
    CHECK(as_table({second, first, second}, {.columns = columns, .limit = 3}) ==
          "101,0,eth0,1\n1,1,wlan0,2\n1,0,-,1\n");
    const std::string text = in_batches({first, second}, {.columns = columns, .all_frames = true});
    CHECK(text.ends_with("1,0,-,3\n101,0,eth0,1\n1,1,wlan0,2\n"));
}

TEST_CASE("a damaged file gives its rows and a warning, and the next file goes on") {
    const temporary_folder folder;
    const byte_string good = traffic(300, 1);
    const std::string damaged = folder.write("a.pcap", first_bytes(good, good.size() - 3));
    const std::string second = folder.write("b.pcap", traffic(50, 2));
    for (const bool map_files : {true, false}) {
        auto source = open_pcap({damaged, second}, with({.all_frames = true, .map_files = map_files}));
        REQUIRE(source);
        const auto all = source->read();
        REQUIRE(all);
        CHECK(all->rows() == 299 + 50);
        REQUIRE(all->warnings().size() == 1);
        CHECK(all->warnings()[0].code == errc::cut_record);
        CHECK(all->warnings()[0].subject.view().ends_with("a.pcap"));
        CHECK(all->warnings()[0].offset < good.size());
        CHECK(source->warnings().size() == 1);
        batch rows = source->make_batch();
        while (*source->next(rows)) {
        }
        REQUIRE(source->warnings().size() == 1);
        CHECK(source->warnings()[0].offset == all->warnings()[0].offset);
    }
}

TEST_CASE("a file that is no capture is told before any row, and a source does not open") {
    const temporary_folder folder;
    const std::string good = folder.write("a.pcap", traffic(10));
    const std::string text = folder.write("b.txt", from_hex("68656c6c6f20"));
    for (const auto& paths : {std::vector{good, text}, std::vector{text, good}, std::vector{text}}) {
        const auto source = open_pcap(paths);
        REQUIRE_FALSE(source);
        CHECK(source.error().code == errc::not_a_capture);
        CHECK(source.error().subject.view().ends_with("b.txt"));
    }
}

TEST_CASE("a file that fails between others: the rows before it, then the error, again and again") {
    const temporary_folder folder;
    const std::string first = folder.write("a.pcap", traffic(40));
    const std::string second = folder.write("b.pcap", traffic(40));
    const std::string third = folder.write("c.pcap", traffic(40));
    auto source = open_pcap({first, second, third}, {.all_frames = true});
    REQUIRE(source);
    std::filesystem::remove(second);
    batch rows = source->make_batch();
    const auto more = source->next(rows);
    REQUIRE(more);
    CHECK(*more);
    CHECK(rows.rows() == 40);
    for (int again = 0; again < 3; ++again) {
        const auto failed = source->next(rows);
        REQUIRE_FALSE(failed);
        CHECK(failed.error().code == errc::cannot_open);
        CHECK(rows.empty());
    }
    CHECK_FALSE(source->read());
}

TEST_CASE("options that are wrong are errors with the nearest right word") {
    const temporary_folder folder;
    const std::string path = folder.write("a.pcap", traffic(1));
    CHECK(open_pcap(path, {.protocol = "tpc"}).error().message() == "unknown protocol 'tpc'; did you mean 'tcp'?");
    CHECK(open_pcap(path, {.columns = "time,src_prt"}).error().hint.view() == "src_port");
    CHECK(open_pcap(path, {.columns = "time,time"}).error().code == errc::bad_value);
    CHECK(open_pcap(folder.path("missing.pcap")).error().system == ENOENT);
    CHECK(open_pcap(folder.path("*.nothing")).error().code == errc::no_match);
    CHECK(open_pcap("").error().code == errc::empty_path);
    CHECK(open_pcap(std::vector<std::string>{}).error().code == errc::empty_path);
}

TEST_CASE("payload is added to the default columns, and to those named") {
    const temporary_folder folder;
    const std::string path = folder.write("a.pcap", traffic(1));
    const auto columns = [&](const read_options& options) { return open_pcap(path, options)->columns(); };
    using enum column;
    CHECK(columns({}) == column_order{column::time, src_host, src_port, dst_host, dst_port, protocol});
    CHECK(columns({.payload = true}) ==
          column_order{column::time, src_host, src_port, dst_host, dst_port, protocol, payload});
    CHECK(columns({.payload = true, .columns = "ttl"}) == column_order{ttl, payload});
    CHECK(columns({.payload = true, .columns = "payload,ttl"}) == column_order{payload, ttl});
}

TEST_CASE("names with pattern characters are names where such a file is there") {
    const temporary_folder folder;
    const std::string path = folder.write("a[1].pcap", traffic(5));
    CHECK(expand_path(path)->at(0) == path);
    CHECK(expand_path(folder.path("a[[]1].pcap"))->at(0) == path);
    CHECK(expand_path(folder.path("?[[]*.pcap"))->size() == 1);
    CHECK(expand_path("no/pattern")->at(0) == "no/pattern");
    CHECK(expand_path(folder.path("b*")).error().code == errc::no_match);
    CHECK(expand_path("").error().code == errc::empty_path);
}

TEST_CASE("a source is read again from its start, and its cursors go on by themselves") {
    const temporary_folder folder;
    const std::string path = folder.write("a.pcap", traffic(1500));
    auto source = open_pcap(path, with({.chunksize = 400}));
    REQUIRE(source);
    const std::string wanted = shown(*source->read());
    batch rows = source->make_batch();
    REQUIRE(*source->next(rows));
    CHECK(rows.rows() == 400);
    CHECK((shown(*source->read()) == wanted));
    std::string text = shown(rows);
    while (*source->next(rows)) text += shown(rows);
    CHECK((text == wanted));
    auto cursor = source->read_chunked(77);
    REQUIRE(cursor);
    std::string chunks;
    std::uint64_t index = 0;
    while (*cursor->next(rows)) {
        index += rows.rows();
        CHECK((rows.rows() == 77 || index == lines(wanted)));
        chunks += shown(rows);
    }
    CHECK((chunks == wanted));
    CHECK(index == lines(wanted));
}

TEST_CASE("sources move") {
    const temporary_folder folder;
    auto opened = open_pcap(folder.write("a.pcap", traffic(2000)), {.all_frames = true, .chunksize = 600});
    REQUIRE(opened);
    pcap_source source = std::move(*opened);
    batch rows = source.make_batch();
    REQUIRE(*source.next(rows));
    CHECK(rows.rows() == 600);
    pcap_source moved = std::move(source);
    REQUIRE(*moved.next(rows));
    CHECK(rows.first_index() == 600);
    CHECK(*rows.time()[0] > 0);
    CHECK(moved.read()->rows() == 2000);
}

TEST_CASE("a closed source reads no more") {
    const temporary_folder folder;
    auto source = open_pcap(folder.write("a.pcap", traffic(10)));
    REQUIRE(source);
    batch rows = source->make_batch();
    source->close();
    CHECK(source->next(rows).error().code == errc::closed);
    CHECK(source->read().error().code == errc::closed);
    CHECK(source->read_chunked(5).error().code == errc::closed);
    CHECK(source->for_each_row<column::time>([](auto) {}).error().code == errc::closed);
}
