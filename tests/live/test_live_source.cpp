// Live captures on the loopback interface of a namespace of the test's own. Only root may make one: others skip these.
#if defined(__linux__)

#include <algorithm>
#include <atomic>
#include <chrono>
#include <fstream>
#include <map>
#include <string>
#include <thread>

#include <sys/resource.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include <pcapframe/filter.hpp>
#include <pcapframe/interchange.hpp>
#include <pcapframe/live.hpp>
#include <pcapframe/plot/plot.hpp>

#include "../io/files.hpp"
#include "network.hpp"

using namespace pcapframe;
using namespace std::chrono_literals;

namespace {

// In a namespace, or skipped with a message.
#define IN_A_NAMESPACE                                              \
    const testing::network_namespace own_network;                   \
    if (!own_network.is_made()) {                                   \
        MESSAGE("skipped: only root may make a network namespace"); \
        return;                                                     \
    }

live_options options_of(std::string protocol = "udp") {
    live_options options;
    options.interface = "lo";
    options.protocol = std::move(protocol);
    options.chunksize = 10;
    options.timeout_ms = 5000;
    return options;
}

std::uint16_t port_at(const table& rows, std::size_t row) { return rows.dst_port()[row].value_or(0); }

}  // namespace

TEST_CASE("chunks of the size asked for, under one index") {
    IN_A_NAMESPACE;
    live_options options = options_of();
    options.payload = true;
    auto source = open_pcap(options);
    REQUIRE(source);
    const testing::datagram_sender sender;
    for (std::uint16_t i = 0; i < 25; ++i) sender.send(static_cast<std::uint16_t>(1000 + i), std::to_string(i));
    for (std::uint16_t chunk = 0; chunk < 2; ++chunk) {
        const auto rows = source->read();
        REQUIRE(rows);
        CHECK(rows->end == chunk_end::full);
        CHECK(rows->rows.rows() == 10);
        CHECK(rows->rows.first_index() == 10U * chunk);
        for (std::size_t i = 0; i < 10; ++i) {
            CHECK(port_at(rows->rows, i) == 1000U + 10U * chunk + i);
            const bytes_view payload = rows->rows.payload()[i].value_or(bytes_view());
            CHECK(std::string(payload.begin(), payload.end()) == std::to_string(10 * chunk + i));
        }
    }
    const auto rest = source->read(10, deadline::in(300ms));
    REQUIRE(rest);
    CHECK(rest->end == chunk_end::deadline);
    CHECK(rest->rows.rows() == 5);
    CHECK(rest->counters.received >= 25);
    CHECK(rest->counters.dropped == 0);
    REQUIRE(rest->counters.freezes);
    CHECK(*rest->counters.freezes == 0);
    CHECK(source->dtype().size() == 7);
}

TEST_CASE("a deadline passes without packets, and blocks nobody") {
    IN_A_NAMESPACE;
    auto source = live_stream("lo", "tcp", false, 65536, 150);
    REQUIRE(source);
    const auto begin = std::chrono::steady_clock::now();
    const auto rows = source->to_dataframe(5);
    REQUIRE(rows);
    CHECK(rows->empty());
    CHECK(std::chrono::steady_clock::now() - begin >= 150ms);
    CHECK(std::chrono::steady_clock::now() - begin < 4s);
}

TEST_CASE("a deadline ends a read even where packets never cease") {
    IN_A_NAMESPACE;
    auto source = open_pcap(options_of());
    REQUIRE(source);
    std::atomic<bool> goes_on = true;
    std::thread other([&] {
        const testing::datagram_sender sender;
        while (goes_on) sender.send(9, "x");
    });
    const auto begin = std::chrono::steady_clock::now();
    const auto rows = source->read(~std::size_t{0}, deadline::in(300ms));
    goes_on = false;
    other.join();
    CHECK(std::chrono::steady_clock::now() - begin < 4s);
    REQUIRE(rows);
    CHECK(rows->end == chunk_end::deadline);
    CHECK(rows->rows.rows() > 100);
}

TEST_CASE("a cancelled capture gives what it had, then ends") {
    IN_A_NAMESPACE;
    live_options options = options_of();
    options.timeout_ms = 0;
    options.chunksize = 100;
    auto source = open_pcap(options);
    REQUIRE(source);
    std::thread other([&] {
        const testing::datagram_sender sender;
        for (unsigned i = 0; i < 30; ++i) sender.send(7, "x");
        std::this_thread::sleep_for(100ms);
        for (unsigned i = 0; i < 4; ++i) sender.send(8, "y");
        source->cancel();
    });
    const auto rows = source->read();
    other.join();
    REQUIRE(rows);
    CHECK(rows->end == chunk_end::cancelled);
    CHECK(rows->rows.rows() == 34);
    const auto after = source->read();
    REQUIRE(after);
    CHECK(after->end == chunk_end::cancelled);
    CHECK(after->rows.empty());
}

TEST_CASE("another filter while the capture runs") {
    IN_A_NAMESPACE;
    auto source = open_pcap(options_of("icmp"));
    REQUIRE(source);
    const testing::datagram_sender sender;
    for (unsigned i = 0; i < 5; ++i) sender.send(9, "before");
    REQUIRE(source->set_filter("udp"));
    for (std::uint16_t i = 0; i < 10; ++i) sender.send(static_cast<std::uint16_t>(100 + i), "after");
    const auto rows = source->read();
    REQUIRE(rows);
    REQUIRE(rows->rows.rows() == 10);
    for (std::size_t i = 0; i < 10; ++i) CHECK(port_at(rows->rows, i) == 100 + i);
    const auto wrong = source->set_filter("updp");
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().hint.view() == "udp");
}

TEST_CASE("a live source is discovered, exported and drawn as any other, and not persisted") {
    IN_A_NAMESPACE;
    live_options options = options_of();
    options.chunksize = 3;
    auto source = open_pcap(options);
    REQUIRE(source);
    const auto schema = source->discover();
    REQUIRE(schema);
    CHECK(schema->columns.size() == 6);
    CHECK(schema->columns[1].name == "src_host");
    CHECK(schema->columns[2].type == "uint16");
    CHECK_FALSE(schema->rows);
    CHECK(schema->partitions == 1);
    CHECK(source->counters().delivered == 0);

    const testing::datagram_sender sender;
    for (std::uint16_t i = 0; i < 9; ++i) sender.send(static_cast<std::uint16_t>(100 + i), "x");
    const testing::temporary_folder folder;
    const std::string path = folder.path("chunk.csv");
    const auto written = export_to(*source, path);
    REQUIRE(written);
    CHECK(*written == 3);
    const std::string text = testing::read_file(path);
    CHECK(std::count(text.begin(), text.end(), '\n') == 4);
    CHECK(text.find(",102,udp") != std::string::npos);
    const auto unknown = export_to(*source, folder.path("chunk.xyz"));
    REQUIRE_FALSE(unknown);

    const auto picture = plot(*source, {.kind = "ports", .format = plot_format::json});
    REQUIRE(picture);
    CHECK(picture->find("\"port\":105,") != std::string::npos);
    CHECK(picture->find("\"port\":106,") == std::string::npos);

    const auto refused = persist(*source);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message() ==
          "'lo' is not a source that can be persisted: an interface has other packets each time, and 'export_to' keeps "
          "a chunk of them");
    CHECK_FALSE(has_been_persisted(*source));

    // None of these has taken more than its chunk.
    const auto rows = source->read();
    REQUIRE(rows);
    REQUIRE(rows->rows.rows() == 3);
    CHECK(port_at(rows->rows, 0) == 106);

    source->close();
    CHECK(source->is_closed());
    CHECK(source->counters().received >= 9);
    CHECK(port_at(rows->rows, 0) == 106);
    source->close();
    const auto is_closed = [](const auto& outcome) {
        return !outcome && outcome.error().message() == "the source is closed";
    };
    CHECK(is_closed(source->read()));
    CHECK(is_closed(source->to_dataframe()));
    CHECK(is_closed(source->read_chunked([](const live_chunk&) { return true; })));
    CHECK(is_closed(source->discover()));
    CHECK(is_closed(source->set_filter("tcp")));
    CHECK(is_closed(source->set_program(accept_all(100))));
    CHECK(is_closed(export_to(*source, path)));
    CHECK(is_closed(persist(*source)));
    CHECK(is_closed(plot(*source)));
    CHECK(testing::read_file(path) == text);
}

TEST_CASE("a program of one's own, and one that the kernel refuses") {
    IN_A_NAMESPACE;
    auto source = open_pcap(options_of(""));
    REQUIRE(source);
    // The destination port of UDP behind an IPv4 header without options is 77.
    const kernel_program port_77{{0x28, 0, 0, 36}, {0x15, 0, 1, 77}, {0x06, 0, 0, 262144}, {0x06, 0, 0, 0}};
    REQUIRE(source->set_program(port_77));
    const testing::datagram_sender sender;
    for (unsigned i = 0; i < 60; ++i) sender.send(static_cast<std::uint16_t>(70 + i % 12), "x");
    const auto rows = source->read(100, deadline::in(300ms));
    REQUIRE(rows);
    CHECK(rows->rows.rows() == 5);
    for (std::size_t i = 0; i < rows->rows.rows(); ++i) CHECK(port_at(rows->rows, i) == 77);
    const kernel_program no_return{{0x28, 0, 0, 12}};
    const auto refused = source->set_program(no_return);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().system == EINVAL);
    sender.send(77, "still");
    const auto still = source->read(1, deadline::in(5s));
    REQUIRE(still);
    CHECK(still->rows.rows() == 1);
}

TEST_CASE("packets cut to a length, with what they had on the wire") {
    IN_A_NAMESPACE;
    live_options options = options_of();
    options.snaplen = 50;
    options.columns = "caplen,len,payload_len,stop,direction";
    options.limit = 1;
    auto source = open_pcap(options);
    REQUIRE(source);
    testing::datagram_sender().send(5, std::string(100, 'x'));
    const auto rows = source->read();
    REQUIRE(rows);
    REQUIRE(rows->rows.rows() == 1);
    CHECK(rows->rows.get<column::caplen>()[0] == 50);
    CHECK(rows->rows.get<column::len>()[0] == 142);
    CHECK(rows->rows.get<column::payload_len>()[0] == 8);
    CHECK(rows->rows.get<column::stop>()[0]->reason == stop_reason::truncated);
    CHECK(rows->rows.get<column::direction>()[0] == direction::in);
    // The limit counts over all reads.
    const auto none = source->read();
    REQUIRE(none);
    CHECK(none->rows.empty());
    CHECK(none->end == chunk_end::full);
}

TEST_CASE("an interface that is switched off has no packets until it is on again") {
    IN_A_NAMESPACE;
    auto source = open_pcap(options_of());
    REQUIRE(source);
    for (std::uint16_t i = 0; i < 10; ++i) {
        testing::datagram_sender().send(static_cast<std::uint16_t>(100 + i), "x");
        if (i % 3 != 2) continue;
        REQUIRE(testing::network_namespace::set_up("lo", false));
        const auto nothing = source->read(10, deadline::in(250ms));
        REQUIRE(nothing);
        CHECK(nothing->end == chunk_end::deadline);
        CHECK(nothing->rows.rows() == 3);
        REQUIRE(testing::network_namespace::set_up("lo", true));
    }
    const auto rest = source->read(1, deadline::in(5s));
    REQUIRE(rest);
    REQUIRE(rest->rows.rows() == 1);
    CHECK(port_at(rest->rows, 0) == 109);
    CHECK(rest->rows.first_index() == 9);

    REQUIRE(testing::network_namespace::set_up("lo", false));
    const auto again = open_pcap(options_of());
    REQUIRE_FALSE(again);
    CHECK(again.error().code == errc::cannot_open);
    CHECK(again.error().system == ENETDOWN);
}

TEST_CASE("an interface that is removed: its packets first, then the error, which stays") {
    IN_A_NAMESPACE;
    for (const bool is_switched_off_before : {false, true}) {
        auto interface = testing::tun_interface("pftun");
        if (!interface.is_made()) {
            MESSAGE("skipped: no /dev/net/tun");
            return;
        }
        REQUIRE(testing::network_namespace::set_up("pftun", true));
        live_options options = options_of();
        options.interface = "pftun";
        auto source = open_pcap(options);
        REQUIRE(source);
        // The list of addresses says nothing of an interface without a link address.
        CHECK(source->device().link_type() == link_type::raw);
        for (unsigned i = 0; i < 3; ++i) REQUIRE(interface.receive_udp());
        if (is_switched_off_before) {
            REQUIRE(testing::network_namespace::set_up("pftun", false));
            const auto rows = source->read(10, deadline::in(250ms));
            REQUIRE(rows);
            CHECK(rows->rows.rows() == 3);
        }
        interface.remove();
        if (!is_switched_off_before) {
            const auto rows = source->read();
            REQUIRE(rows);
            CHECK(rows->end == chunk_end::failed);
            CHECK(rows->rows.rows() == 3);
        }
        for (unsigned i = 0; i < 2; ++i) {
            const auto after = source->read();
            REQUIRE_FALSE(after);
            CHECK(after.error().code == errc::cannot_read);
            CHECK(after.error().system == ENODEV);
            CHECK(after.error().subject.view() == "pftun");
        }
    }
}

TEST_CASE("rows of all interfaces say which one they came by, and rows of before stay as they are") {
    IN_A_NAMESPACE;
    live_options options = options_of();
    options.interface = "any";
    options.columns = "interface_name,interface_id,dst_port";
    options.chunksize = 1;
    auto source = open_pcap(options);
    REQUIRE(source);
    testing::datagram_sender().send(5, "x");
    auto first = source->read();
    REQUIRE(first);
    auto interface = testing::tun_interface("pftun");
    if (!interface.is_made()) {
        MESSAGE("skipped: no /dev/net/tun");
        return;
    }
    REQUIRE(testing::network_namespace::set_up("pftun", true));
    REQUIRE(interface.receive_udp());
    const auto second = source->read();
    REQUIRE(second);
    CHECK(first->rows.get<column::interface_name>()[0] == "lo");
    CHECK(first->rows.get<column::interface_id>()[0] == ::if_nametoindex("lo"));
    REQUIRE(second->rows.rows() == 1);
    CHECK(second->rows.get<column::interface_name>()[0] == "pftun");
    CHECK(second->rows.get<column::interface_id>()[0] == ::if_nametoindex("pftun"));
    first->rows.append(second->rows);
    CHECK(first->rows.get<column::interface_name>()[0] == "lo");
    CHECK(first->rows.get<column::interface_name>()[1] == "pftun");
}

TEST_CASE("workers share out the packets of an interface, and none is lost or seen twice") {
    IN_A_NAMESPACE;
    for (const fanout_mode mode : {fanout_mode::hash, fanout_mode::lb, fanout_mode::cpu}) {
        CAPTURE(static_cast<int>(mode));
        live_options options = options_of();
        options.timeout_ms = 100;
        auto workers = live_workers::open(options, 3, mode);
        REQUIRE(workers);
        CHECK(workers->workers() == 3);
        constexpr std::uint16_t sent = 600;
        std::thread other([&] {
            for (std::uint16_t i = 0; i < sent; ++i)
                testing::datagram_sender().send(static_cast<std::uint16_t>(2000 + i), "x");
            std::this_thread::sleep_for(50ms);
            workers->cancel();
        });
        std::map<std::uint16_t, unsigned> seen;
        std::map<unsigned, unsigned> by_worker;
        while (true) {
            const auto chunk = workers->next();
            REQUIRE(chunk);
            if (!*chunk) break;
            by_worker[(*chunk)->worker] += static_cast<unsigned>((*chunk)->rows.rows());
            for (std::size_t i = 0; i < (*chunk)->rows.rows(); ++i) ++seen[port_at((*chunk)->rows, i)];
        }
        other.join();
        CHECK(seen.size() == sent);
        for (const auto& one : seen) {
            CAPTURE(one.first);
            CHECK(one.second == 1);
        }
        if (mode != fanout_mode::cpu) CHECK(by_worker.size() == 3);
        CHECK(workers->counters().received >= sent);
        CHECK(workers->counters().dropped == 0);
    }
}

TEST_CASE("two captures at once see the same") {
    IN_A_NAMESPACE;
    auto first = open_pcap(options_of());
    auto second = open_pcap(options_of());
    REQUIRE(first);
    REQUIRE(second);
    for (std::uint16_t i = 0; i < 10; ++i) testing::datagram_sender().send(static_cast<std::uint16_t>(300 + i), "x");
    const auto a = first->read();
    const auto b = second->read();
    REQUIRE(a);
    REQUIRE(b);
    REQUIRE(a->rows.rows() == 10);
    REQUIRE(b->rows.rows() == 10);
    for (std::size_t i = 0; i < 10; ++i) {
        CHECK(port_at(a->rows, i) == port_at(b->rows, i));
    }
}

TEST_CASE("what cannot be opened says why") {
    IN_A_NAMESPACE;
    live_options options = options_of();
    options.interface = "l0";
    const auto unknown = open_pcap(options);
    REQUIRE_FALSE(unknown);
    CHECK(unknown.error().message() == "unknown interface 'l0'; did you mean 'lo'?");
    options = options_of();
    options.hardware_time = true;
    const auto no_clock = open_pcap(options);
    REQUIRE_FALSE(no_clock);
    CHECK(no_clock.error().code == errc::bad_value);
    options = options_of("tpc");
    CHECK_FALSE(open_pcap(options));
    options = options_of();
    options.snaplen = 262'145;
    const auto too_long = open_pcap(options);
    REQUIRE_FALSE(too_long);
    CHECK(too_long.error().message() == "'262145' is not a number of bytes from 1 to 262144");
}

TEST_CASE("a ring that the kernel will not give is made smaller") {
    IN_A_NAMESPACE;
    capture_options options;
    options.interface = "lo";
    for (const std::size_t bytes : {std::size_t{1} << 20, std::size_t{16} << 20, std::size_t{40} << 20}) {
        options.ring_bytes = bytes;
        const auto ring = packet_ring::open(options);
        REQUIRE(ring);
        CHECK(ring->ring_bytes() == bytes);
    }
    options.ring_bytes = std::size_t{1} << 20;
    options.snaplen = snaplen_max;
    const auto one_large = packet_ring::open(options);
    REQUIRE(one_large);
    CHECK(one_large->ring_bytes() == 2 * (std::size_t{512} << 10));
    // Memory for a quarter of what is asked for.
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_AS, &before) == 0);
    unsigned long pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    rlimit little = before;
    little.rlim_cur = pages * static_cast<unsigned long>(::sysconf(_SC_PAGESIZE)) + (std::size_t{24} << 20);
    REQUIRE(::setrlimit(RLIMIT_AS, &little) == 0);
    options.ring_bytes = std::size_t{64} << 20;
    const auto refused = packet_ring::open(options);
    CHECK(::setrlimit(RLIMIT_AS, &before) == 0);
    REQUIRE(refused);
    CHECK(refused->ring_bytes() == std::size_t{16} << 20);
}

TEST_CASE("an expression as filter: in the kernel, by the records, and another one later") {
    IN_A_NAMESPACE;
    const testing::datagram_sender sender;
    // protochain is a loop, which no kernel runs.
    for (const std::string expression : {"udp dst port 77", "ip protochain 17 and dst port 77"}) {
        CAPTURE(expression);
        live_options options = options_of("");
        options.filter = expression;
        options.columns = "dst_port,protocol,interface_name";
        auto source = open_pcap(options);
        REQUIRE(source);
        for (unsigned i = 0; i < 60; ++i) sender.send(static_cast<std::uint16_t>(70 + i % 12), "x");
        const auto rows = source->read(100, deadline::in(300ms));
        REQUIRE(rows);
        CHECK(rows->rows.rows() == 5);
        for (std::size_t i = 0; i < rows->rows.rows(); ++i) CHECK(port_at(rows->rows, i) == 77);
        REQUIRE(source->set_filter("udp", "dst port 78"));
        for (unsigned i = 0; i < 24; ++i) sender.send(static_cast<std::uint16_t>(70 + i % 12), "x");
        const auto others = source->read(100, deadline::in(300ms));
        REQUIRE(others);
        CHECK(others->rows.rows() == 2);
        for (std::size_t i = 0; i < others->rows.rows(); ++i) CHECK(port_at(others->rows, i) == 78);
        CHECK_FALSE(source->set_filter("", "udp and and"));
        sender.send(78, "as before");
        const auto still = source->read(1, deadline::in(5s));
        REQUIRE(still);
        CHECK(still->rows.rows() == 1);
    }
}

TEST_CASE("an expression beside a protocol, and none as a protocol") {
    IN_A_NAMESPACE;
    const testing::datagram_sender sender;
    for (const char* const protocol : {"", "udp"}) {
        live_options options = options_of(protocol);
        options.filter = "udp and dst port 8";
        auto source = open_pcap(options);
        REQUIRE(source);
        for (std::uint16_t i = 0; i < 12; ++i) sender.send(static_cast<std::uint16_t>(6 + i % 4), "x");
        const auto rows = source->read(100, deadline::in(300ms));
        REQUIRE(rows);
        CHECK(rows->rows.rows() == 3);
    }
    CHECK_FALSE(open_pcap(options_of("udp and dst port 8")));
    live_options nothing = options_of("");
    nothing.filter = "ip and arp";
    CHECK_FALSE(open_pcap(nothing));
}

TEST_CASE("the manual's entry of a catalog, and an entry for a source") {
    IN_A_NAMESPACE;
    const std::string text =
        "sources:\n  raw_live:\n    driver: pcap\n    description: as it comes\n    args:\n      urlpath: ~\n"
        "      interface: lo\n      chunksize: 10\n      protocol: udp\n      filter: dst port 5\n"
        "      timeout: 5000\n  file: {driver: pcap, args: {urlpath: x.pcap}}\n";
    const catalog_options with_filters{.filters = expression_filters()};
    const auto captures = catalog::parse(text, "catalog.yml", with_filters);
    REQUIRE(captures);
    auto source = open_live(*captures, "raw_live");
    REQUIRE(source);
    CHECK(source->description() == "as it comes");
    CHECK(source->options().timeout_ms == 5000);
    for (std::uint16_t i = 0; i < 20; ++i) testing::datagram_sender().send(static_cast<std::uint16_t>(5 + i % 2), "x");
    const auto rows = source->to_dataframe();
    REQUIRE(rows);
    REQUIRE(rows->rows() == 10);
    for (std::size_t i = 0; i < 10; ++i) CHECK(port_at(*rows, i) == 5);

    const auto written = catalog::parse(to_yaml(*source, "again"), "other.yml", with_filters);
    REQUIRE(written);
    const auto again = open_live(*written, "again", yaml::read("{chunksize: '3'}").root);
    REQUIRE(again);
    CHECK(again->options().interface == "lo");
    CHECK(again->options().filter == "dst port 5");
    CHECK(again->options().protocol == "udp");
    CHECK(again->options().timeout_ms == 5000);
    CHECK(again->options().chunksize == 3);
    CHECK(again->description() == "as it comes");

    const auto files = open_live(*captures, "file");
    REQUIRE_FALSE(files);
    CHECK(files.message() == "catalog.yml: 'file' names files: open it with open_source");
    const auto unknown = open_live(*captures, "raw_live", yaml::read("{interface: l0}").root);
    REQUIRE_FALSE(unknown);
    CHECK(unknown.message() == "unknown interface 'l0'; did you mean 'lo'?");
}

#endif
