// The rows of a persisted copy are those of its captures, cell by cell, by every verb of a source; a copy that is
// damaged gives no row that is wrong.
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <pcapframe/interchange.hpp>

#include "../source/traffic.hpp"
#include "cache.hpp"
#include "same_rows.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

/// All that a copy can hold: all but lists.
std::string all_columns() {
    std::string names;
    for (const field& info : column_list)
        if (!holds_lists(info.type)) names += (names.empty() ? "" : ",") + std::string(info.name);
    return names;
}

pcap_source opened(const std::string& path, const read_options& options) {
    auto source = open_pcap(path, options);
    REQUIRE(source);
    return std::move(*source);
}

/// The source of the copy, which must be there and good.
pcap_source copy_of(const pcap_source& source) {
    REQUIRE(persist(source));
    auto copy = persisted(source);
    REQUIRE(copy);
    REQUIRE(copy->has_value());
    REQUIRE(is_persisted(**copy));
    return std::move(**copy);
}

/// Packets of several interfaces and sections, with directions, names that are no UTF-8, frames without IP whose names
/// are those of IP protocols, times that are not there.
byte_string many_interfaces(std::uint64_t seed) {
    random_numbers random(seed);
    pcapng_file file;
    const std::vector<std::string> names{"eth0", "wlan\xff", "wlan\xfe", "eth0", "", "\xef\xbf\xbd", "a,\"\n"};
    for (const std::string& name : names)
        file.interface({.options = name.empty() ? byte_string{} : option(2, name) + option(0, "")});
    for (unsigned i = 0; i < 300; ++i) {
        byte_string frame = any_frame(random);
        const auto type = static_cast<std::uint16_t>(random.next());
        if (random.one_in(6)) frame = ethernet(random.one_in(2) ? 0x88f7 : 0x8847, zeros(30));
        if (random.one_in(6)) frame = ethernet(type, zeros(40));
        if (random.one_in(9)) frame = ethernet(0x0800, ipv4({.protocol = 123}, zeros(9)));
        const std::uint32_t interface = random.below(names.size());
        const byte_string flags = number(random.below(16), 4, byte_order::little);
        const std::uint64_t ticks = random.one_in(20) ? random.next() : 1'700'000'000'000'000 + i;
        file.enhanced(frame, {.interface = interface, .ticks = ticks, .options = option(2, flags) + option(0, "")});
    }
    file.simple(any_frame(random), 2000);
    return file.bytes();
}

/// The same rows by every verb.
void check_verbs(pcap_source& source, pcap_source& copy) {
    const auto rows = source.read();
    REQUIRE(rows);
    const auto again = copy.read();
    REQUIRE(again);
    CHECK(difference(*rows, *again) == "");
    REQUIRE(again->warnings().size() == rows->warnings().size());
    for (const error& warning : again->warnings()) CHECK(warning.code == errc::copied_damage);
    CHECK(copy.columns() == source.columns());
    CHECK(copy.discover()->rows == rows->rows());
    std::size_t first = 0;
    REQUIRE(copy.for_each_batch([&](const batch& some) {
        CHECK(difference(*rows, first, some) == "");
        CHECK(some.first_index() == first);
        first += some.rows();
        return true;
    }));
    CHECK(first == rows->rows());
    batch some = copy.make_batch();
    first = 0;
    for (auto more = copy.next(some); more && *more; more = copy.next(some)) {
        CHECK(difference(*rows, first, some) == "");
        first += some.rows();
    }
    CHECK(first == rows->rows());
    first = 0;
    for (std::size_t i = 0; i < *copy.partitions(); ++i) {
        const auto part = copy.read_partition(i);
        REQUIRE(part);
        CHECK(difference(*rows, first, *part) == "");
        first += part->rows();
    }
    CHECK(first == rows->rows());
    CHECK_FALSE(copy.read_partition(*copy.partitions()));
}

/// Writes the source's rows into small row groups and pages and reads them back.
table through_parquet(pcap_source& source, const parquet_options& options, std::size_t at_once) {
    const temporary_folder folder;
    const std::string path = folder.path("rows.parquet");
    auto out = sink::create(path);
    parquet_writer writer(options);
    REQUIRE(source.write(*out, writer, [](std::uint64_t, std::uint64_t) {}));
    REQUIRE(out->flush());
    const std::string bytes = read_file(path);
    const auto footer = parquet::read_footer(text_bytes(bytes), column_list);
    REQUIRE(footer);
    CHECK(footer->columns == schema(source.columns()));
    parquet_reader reader(text_bytes(bytes), *footer, 0, footer->groups.size());
    table rows(source.columns());
    for (auto more = reader.append(rows, at_once); !more || *more != 0; more = reader.append(rows, at_once))
        REQUIRE(more);
    CHECK(rows.rows() == footer->rows);
    return rows;
}

}  // namespace

TEST_CASE("rows of copies are those of their captures, by every verb") {
    const cache_guard cache;
    const std::string columns = all_columns();
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        CAPTURE(seed);
        const bool blocks = seed % 2 == 0;
        const std::string path =
            cache.folder.write("a.pcap", blocks ? many_interfaces(seed) : traffic(30 * seed, seed));
        for (const read_options& options :
             {read_options{.columns = columns, .all_frames = true, .chunksize = 100},
              read_options{.payload = true}, read_options{.columns = "interface_name,protocol,time"},
              read_options{.protocol = "tcp", .limit = 20}, read_options{.protocol = "255"}}) {
            pcap_source source = opened(path, options);
            pcap_source copy = copy_of(source);
            check_verbs(source, copy);
        }
    }
}

TEST_CASE("a source with a column of lists has no copy, and says which column it is") {
    const cache_guard cache;
    const pcap_source source =
        opened(cache.folder.write("a.pcap", traffic(30, 1)), {.columns = "time,dns_answers", .all_frames = true});
    const auto copy = persisted(source);
    REQUIRE_FALSE(copy);
    CHECK(copy.error().code == errc::bad_value);
    CHECK(copy.error().message().find("dns_answers") != std::string::npos);
}

TEST_CASE("rows come back from row groups and pages of any size") {
    const temporary_folder folder;
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        CAPTURE(seed);
        random_numbers random(seed);
        const byte_string capture = seed % 2 == 0 ? many_interfaces(seed) : traffic(2000, seed);
        pcap_source source =
            opened(folder.write("a.pcap", capture), {.columns = all_columns(), .all_frames = true, .threads = 1});
        const auto rows = source.read();
        REQUIRE(rows);
        for (const bool compress : {true, false}) {
            const parquet_options options{.row_group_rows = 1 + random.below(700),
                                          .row_group_bytes = random.one_in(2) ? 5'000U : 1U << 20,
                                          .page_rows = 1 + random.below(200),
                                          .page_bytes = 1 + random.below(3000),
                                          .compress = compress,
                                          .exact = true};
            CHECK(difference(*rows, through_parquet(source, options, 1 + random.below(300))) == "");
        }
    }
}

TEST_CASE("a copy is read for single columns, as a stream, and written in other formats") {
    const cache_guard cache;
    pcap_source source = opened(cache.folder.write("a.pcap", traffic(900)), {});
    pcap_source copy = copy_of(source);
    std::vector<std::uint32_t> ports;
    std::vector<std::uint32_t> ports_again;
    const auto into = [](std::vector<std::uint32_t>& found) {
        return [&found](auto port) { found.push_back(port ? *port : 1'000'000); };
    };
    REQUIRE(source.for_each_row<column::dst_port>(into(ports)));
    REQUIRE(copy.for_each_row<column::dst_port>(into(ports_again)));
    CHECK(ports == ports_again);
    // A column that the copy has not comes from the captures.
    ports.clear();
    ports_again.clear();
    pcap_source other = source.reading_from(nullptr);
    pcap_source other_copy = copy_of(source);
    REQUIRE(other.for_each_row<column::ttl>(into(ports)));
    REQUIRE(other_copy.for_each_row<column::ttl>(into(ports_again)));
    CHECK(!ports.empty());
    CHECK(ports == ports_again);
    REQUIRE(export_to(source, cache.folder.path("a.csv")));
    REQUIRE(export_to(copy, cache.folder.path("b.csv")));
    CHECK(read_file(cache.folder.path("a.csv")) == read_file(cache.folder.path("b.csv")));
    ArrowArrayStream stream;
    REQUIRE(export_stream(copy, {}, &stream));
    ArrowArray array;
    CHECK(stream.get_next(&stream, &array) == 0);
    CHECK(static_cast<std::uint64_t>(array.length) == copy.discover()->rows);
    array.release(&array);
    stream.release(&stream);
    copy.close();
    CHECK_FALSE(copy.read());
    CHECK_FALSE(copy.partitions());
}

TEST_CASE("a copy of a damaged capture says that it was damaged") {
    const cache_guard cache;
    byte_string cut = traffic(100);
    cut.resize(cut.size() - 3);
    pcap_source source = opened(cache.folder.write("cut.pcap", cut), {});
    const auto rows = source.read();
    REQUIRE(rows);
    REQUIRE(rows->warnings().size() == 1);
    pcap_source copy = copy_of(source);
    const auto again = copy.read();
    REQUIRE(again);
    CHECK(difference(*rows, *again) == "");
    REQUIRE(again->warnings().size() == 1);
    CHECK(again->warnings()[0].offset == rows->warnings()[0].offset);
    CHECK(again->warnings()[0].message().find("was damaged from here on when it was persisted") != std::string::npos);
    CHECK(copy.warnings().size() == 1);
}

TEST_CASE("no byte of a copy can change and give another row") {
    const cache_guard cache;
    random_numbers random(7);
    pcap_source source = opened(cache.folder.write("a.pcapng", many_interfaces(3)),
                                {.columns = all_columns(), .all_frames = true, .chunksize = 50});
    const auto rows = source.read();
    REQUIRE(rows);
    pcap_source good = copy_of(source);
    const std::string path = good.store()->path();
    const std::string bytes = read_file(path);
    std::size_t warned = 0;
    for (std::size_t at = 0; at < bytes.size(); at += 1 + random.below(25)) {
        CAPTURE(at);
        std::string changed = bytes;
        changed[at] = static_cast<char>(changed[at] ^ (1 << random.below(8)));
        std::ofstream(path, std::ios::binary) << changed;
        const auto copy = parquet_copy::open(path, source.columns(), {}, {});
        if (!copy) {
            CHECK(copy.error().code == errc::damaged_copy);
            continue;
        }
        pcap_source from_copy = source.reading_from(*copy);
        const auto again = from_copy.read();
        REQUIRE(again);
        if (difference(*rows, *again) != "") FAIL_CHECK(difference(*rows, *again));
        warned += again->warnings().size();
        if (at % 4 != 0) continue;
        std::size_t first = 0;
        REQUIRE(from_copy.for_each_batch([&](const batch& some) {
            CHECK(difference(*rows, first, some) == "");
            first += some.rows();
            return true;
        }));
        CHECK(first == rows->rows());
        CHECK(from_copy.warnings().size() == again->warnings().size());
    }
    CHECK(warned > 30);
    for (std::size_t size = 0; size < bytes.size(); size += 1 + random.below(600)) {
        std::ofstream(path, std::ios::binary) << bytes.substr(0, size);
        CHECK_FALSE(parquet_copy::open(path, source.columns(), {}, {}));
    }
}

TEST_CASE("a copy that is found to be damaged while it is read is not used, which is said") {
    const cache_guard cache;
    const std::string capture = cache.folder.write("a.pcap", traffic(50'000));
    pcap_source source = opened(capture, {.columns = "time,src_port,frame_number"});
    const auto rows = source.read();
    REQUIRE(rows);
    pcap_source copy = copy_of(source);
    const std::string path = copy.store()->path();
    std::string bytes = read_file(path);
    const auto footer = parquet::read_footer(text_bytes(bytes), column_list);
    REQUIRE(footer);
    // The last page of the first column.
    const parquet::byte_range pages = footer->groups[0].chunks[0].pages;
    bytes[pages.begin + pages.bytes - 10] ^= 4;
    std::ofstream(path, std::ios::binary) << bytes;
    CHECK(has_been_persisted(source));  // it would take a read of all of it to know
    pcap_source damaged = std::move(**persisted(source));
    std::size_t first = 0;
    batch some = damaged.make_batch();
    for (auto more = damaged.next(some); more && *more; more = damaged.next(some)) {
        CHECK(difference(*rows, first, some) == "");
        first += some.rows();
    }
    CHECK(first == rows->rows());
    REQUIRE(damaged.warnings().size() == 1);
    const std::string said = damaged.warnings()[0].message();
    CHECK(said.starts_with(path + ": at byte "));
    CHECK(said.substr(said.find(": the ")) ==
          ": the persisted copy has a page that has changed; it is not used, the captures are read again");
    // The captures must be the same for that.
    std::ofstream(capture, std::ios::binary | std::ios::app) << "x";
    pcap_source stale = source.reading_from(damaged.store());
    const auto failed = stale.read();
    REQUIRE_FALSE(failed);
    CHECK(failed.error().message() ==
          capture + ": the file has changed since its rows were persisted; open it again");
}
