// Rows that move from batch to batch keep what their payloads point into and the names of their interfaces, on every
// way they can take. To be run with AddressSanitizer and ThreadSanitizer, too.
#include <atomic>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <pcapframe/dataset/arrow_stream.hpp>
#include <pcapframe/dataset/dataset.hpp>
#include <pcapframe/export/formats.hpp>
#include <pcapframe/source/source.hpp>

#include "../format/captures.hpp"
#include "../io/files.hpp"
#include "traffic.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

constexpr std::string_view columns = "frame_number,payload,interface_name";

/// What a capture of `numbered_capture` is to hold.
struct capture_shape {
    std::size_t packets = 12;
    std::size_t interfaces = 3;
    std::size_t payload_bytes = 40;
};

std::string interface_of(const std::string& capture, std::size_t packet, const capture_shape& shape) {
    // Short enough to be stored within the text object: such a text moves with it.
    return capture + " if" + std::to_string(packet * shape.interfaces / shape.packets) ;
}

std::string payload_of(const std::string& capture, std::size_t packet, const capture_shape& shape) {
    std::string text = capture + "." + std::to_string(packet) + "." + interface_of(capture, packet, shape) + ".";
    text.resize(std::max(text.size(), shape.payload_bytes), '-');
    return text;
}

/// A pcapng whose interfaces are described one by one, between the packets. Each payload says which capture it is of,
/// which packet, and by which interface it came.
byte_string numbered_capture(const std::string& capture, const capture_shape& shape) {
    byte_string file = pcapng_file().bytes();
    const auto add = [&](const byte_string& one) { file.insert(file.end(), one.begin(), one.end()); };
    std::string described;
    std::uint32_t interfaces = 0;
    for (std::size_t i = 0; i < shape.packets; ++i) {
        const std::string name = interface_of(capture, i, shape);
        pcapng_file one;
        const std::size_t head = one.bytes().size();
        if (name != described) {
            one.interface({.options = option(2, name)});
            ++interfaces;
        }
        described = name;
        const std::string text = payload_of(capture, i, shape);
        one.enhanced(ethernet(0x0800, ipv4({}, udp(byte_string(text.begin(), text.end())))),
                     {.interface = interfaces - 1, .ticks = 1'600'000'000'000'000 + i});
        add(byte_string(one.bytes().begin() + static_cast<std::ptrdiff_t>(head), one.bytes().end()));
    }
    return file;
}

/// Captures in a folder, with all that was written there.
struct captures {
    captures(std::size_t count, const capture_shape& each, std::optional<capture_shape> first = std::nullopt) {
        for (std::size_t i = 0; i < count; ++i) {
            // Names of many digits sort as numbers do.
            const std::string name = "c" + std::to_string(1000 + i);
            add(name, i == 0 ? first.value_or(each) : each);
        }
    }
    void add(const std::string& name, const capture_shape& shape) {
        paths.push_back(folder.write(name + ".pcapng", numbered_capture(name, shape)));
        names.push_back(name);
        shapes.push_back(shape);
        rows += shape.packets;
    }

    temporary_folder folder;
    std::vector<std::string> paths;
    std::vector<std::string> names;
    std::vector<capture_shape> shapes;
    std::size_t rows = 0;
};

/// Whether the rows are those of the captures from a row on, one capture after the other.
bool are_rows_of(const captures& all, const batch& rows, std::size_t from = 0) {
    const auto payloads = rows.payload();
    const auto interfaces = rows.get<column::interface_name>();
    std::size_t row = 0;
    std::size_t place = 0;
    for (std::size_t c = 0; c < all.names.size(); ++c) {
        for (std::size_t i = 0; i < all.shapes[c].packets; ++i, ++place) {
            if (place < from) continue;
            if (row == rows.rows()) return true;
            const std::string text = payload_of(all.names[c], i, all.shapes[c]);
            const auto payload = payloads[row];
            if (!payload || to_bytes(*payload) != byte_string(text.begin(), text.end())) return false;
            if (interfaces[row] != interface_of(all.names[c], i, all.shapes[c])) return false;
            ++row;
        }
    }
    return row == rows.rows();
}

read_options options_of(bool map_files, unsigned threads = 1) {
    read_options options;
    options.columns = columns;
    options.map_files = map_files;
    options.threads = threads;
    return options;
}

/// All rows of the captures in one table, whose source is gone.
table read_all(const captures& from, const read_options& options) {
    auto source = open_pcap(from.paths, options);
    REQUIRE(source);
    auto all = source->read();
    REQUIRE(all);
    return std::move(*all);
}

}  // namespace

TEST_CASE("one table of few files and of more than can be mapped at once, by one thread and by several") {
    for (const std::size_t count : {std::size_t{3}, std::size_t{300}}) {
        // The first one is large enough for several threads; what it needs is what the others do without.
        const captures some(count, {}, capture_shape{.packets = 7000, .interfaces = 40, .payload_bytes = 1300});
        for (const bool map_files : {true, false}) {
            for (const unsigned threads : {1U, 4U}) {
                CAPTURE(count);
                CAPTURE(map_files);
                CAPTURE(threads);
                const table all = read_all(some, options_of(map_files, threads));
                REQUIRE(all.rows() == some.rows);
                CHECK(are_rows_of(some, all));
                CHECK((all.get<column::frame_number>()[all.rows() - 1] == 12));
            }
        }
    }
}

TEST_CASE("tables of one cursor stay as they are when it reads on") {
    const captures some(5, {.packets = 200, .interfaces = 50});
    for (const bool map_files : {true, false}) {
        auto source = open_pcap(some.paths, options_of(map_files));
        REQUIRE(source);
        std::vector<table> kept;
        std::vector<std::string_view> names;
        {
            auto rows = source->read_chunked(1);
            REQUIRE(rows);
            for (std::size_t left = some.rows; left != 0; left -= kept.back().rows()) {
                auto some_rows = rows->read(37);
                REQUIRE(some_rows);
                REQUIRE(!some_rows->empty());
                kept.push_back(std::move(*some_rows));
                names.push_back(*kept.back().get<column::interface_name>()[0]);
            }
        }
        for (std::size_t i = 0; i < kept.size(); ++i) CHECK(names[i] == kept[i].get<column::interface_name>()[0]);
        std::size_t from = 0;
        for (const table& one : kept) {
            CHECK(are_rows_of(some, one, from));
            from += one.rows();
        }
        CHECK(from == some.rows);
    }
}

TEST_CASE("a table may be looked at by one thread while its cursor meets more interfaces in another") {
    const captures some(2, {.packets = 2000, .interfaces = 2000});
    auto source = open_pcap(some.paths, options_of(true));
    REQUIRE(source);
    auto rows = source->read_chunked(10);
    REQUIRE(rows);
    const auto first = rows->read(100);
    REQUIRE(first);
    std::atomic<bool> is_done{false};
    std::atomic<bool> was_right{true};
    std::thread looking([&] {
        do {
            if (!are_rows_of(some, *first)) was_right = false;
        } while (!is_done);
    });
    std::size_t read = first->rows();
    while (true) {
        const auto more = rows->read(10);
        if (!more || more->empty()) break;
        read += more->rows();
    }
    is_done = true;
    looking.join();
    CHECK(was_right);
    CHECK(read == some.rows);
}

TEST_CASE("batches that are used again leave the rows they were appended to as they are") {
    const captures some(4, {.packets = 300, .interfaces = 7});
    for (const bool map_files : {true, false}) {
        table all(*parse_columns(columns));
        {
            auto source = open_pcap(some.paths, options_of(map_files));
            REQUIRE(source);
            auto rows = source->read_chunked(50);
            REQUIRE(rows);
            batch next = rows->make_batch();
            while (true) {
                const auto more = rows->next(next);
                REQUIRE(more);
                if (!*more) break;
                all.append(next);
            }
        }
        CHECK(all.rows() == some.rows);
        CHECK(are_rows_of(some, all));
    }
}

TEST_CASE("what several threads hand out batch by batch can be kept by appending") {
    const captures some(3, {}, capture_shape{.packets = 7000, .interfaces = 40, .payload_bytes = 1300});
    for (const bool map_files : {true, false}) {
        for (const unsigned threads : {1U, 4U}) {
            table all(*parse_columns(columns));
            {
                auto source = open_pcap(some.paths, options_of(map_files, threads));
                REQUIRE(source);
                REQUIRE(source->for_each_batch([&](const batch& rows) {
                    all.append(rows);
                    return true;
                }));
            }
            CHECK(all.rows() == some.rows);
            CHECK(are_rows_of(some, all));
        }
    }
}

TEST_CASE("rows of sources with other interfaces can be joined") {
    captures some(0, {});
    some.add("one", {.packets = 30, .interfaces = 3});
    some.add("two", {.packets = 90, .interfaces = 9});
    some.add("three", {.packets = 10, .interfaces = 1});
    some.add("four", {.packets = 500, .interfaces = 100});
    for (const bool map_files : {true, false}) {
        table all(*parse_columns(columns));
        std::vector<table> parts;
        for (const std::string& path : some.paths) {
            auto source = open_pcap(path, options_of(map_files));
            REQUIRE(source);
            auto one = source->read();
            REQUIRE(one);
            parts.push_back(std::move(*one));
        }
        for (const table& one : parts) all.append(one);
        CHECK(are_rows_of(some, all));
        // Joined once, and once more: into what was joined from what was joined.
        table twice(*parse_columns(columns));
        twice.append(parts[0]);
        twice.append(parts[1]);
        table rest(*parse_columns(columns));
        rest.append(parts[2]);
        rest.append(parts[3]);
        twice.append(rest);
        parts.clear();
        CHECK(are_rows_of(some, twice));
        CHECK(are_rows_of(some, all));
    }
}

TEST_CASE("two sources may fill one batch") {
    captures some(0, {});
    some.add("one", {.packets = 30, .interfaces = 3});
    some.add("two", {.packets = 90, .interfaces = 9});
    batch rows(*parse_columns(columns));
    detail::fragment_gate no_fragments;
    for (const std::string& path : some.paths) {
        auto reader = record_reader::open(path, file_access::mapping);
        REQUIRE(reader);
        while (detail::append_all(rows, 20, *reader, {}, no_fragments) != 0) continue;
    }
    CHECK(are_rows_of(some, rows));
}

TEST_CASE("merged captures keep all that their rows point into, once each") {
    const captures some(300, {.packets = 8, .interfaces = 2});
    for (const bool map_files : {true, false}) {
        read_options options = options_of(map_files);
        options.merge = true;
        const table all = read_all(some, options);
        REQUIRE(all.rows() == some.rows);
        bool are_right = true;
        for (std::size_t row = 0; row < all.rows(); ++row) {
            const auto payload = to_bytes(*all.payload()[row]);
            const std::string text(payload.begin(), payload.end());
            // Equal times are in the order of the files.
            const std::string& capture = some.names[row % 300];
            if (text != payload_of(capture, row / 300, some.shapes[0])) are_right = false;
            if (all.get<column::interface_name>()[row] != interface_of(capture, row / 300, some.shapes[0]))
                are_right = false;
        }
        CHECK(are_right);
    }
}

TEST_CASE("partitions outlive their source") {
    const captures some(1, {.packets = 3000, .interfaces = 30, .payload_bytes = 300});
    for (const bool map_files : {true, false}) {
        std::vector<table> parts;
        {
            read_options options = options_of(map_files);
            options.partition_bytes = 100'000;
            auto source = open_pcap(some.paths, options);
            REQUIRE(source);
            const auto count = source->partitions();
            REQUIRE(count);
            REQUIRE(*count > 3);
            for (std::size_t i = 0; i < *count; ++i) {
                auto part = source->read_partition(i);
                REQUIRE(part);
                parts.push_back(std::move(*part));
            }
        }
        table all(*parse_columns(columns));
        std::size_t from = 0;
        for (const table& one : parts) {
            CHECK(are_rows_of(some, one, from));
            from += one.rows();
            all.append(one);
        }
        parts.clear();
        CHECK(from == some.rows);
        CHECK(are_rows_of(some, all));
    }
}

TEST_CASE("arrays of a stream outlive it, whatever is read after them") {
    const captures some(4, {.packets = 100, .interfaces = 50});
    for (const bool map_files : {true, false}) {
        std::vector<ArrowArray> arrays;
        {
            auto source = open_pcap(some.paths, options_of(map_files));
            REQUIRE(source);
            ArrowArrayStream stream{};
            REQUIRE(export_stream(*source, {}, &stream, 16));
            while (true) {
                ArrowArray array{};
                REQUIRE(stream.get_next(&stream, &array) == 0);
                if (array.release == nullptr) break;
                arrays.push_back(array);
            }
            stream.release(&stream);
        }
        std::size_t row = 0;
        bool are_right = true;
        for (ArrowArray& array : arrays) {
            const ArrowArray& payload = *array.children[1];
            const ArrowArray& interface = *array.children[2];
            const auto text = [](const ArrowArray& binary, std::size_t i) {
                const auto* const ends = static_cast<const std::int32_t*>(binary.buffers[1]) + i;
                return std::string(static_cast<const char*>(binary.buffers[2]) + ends[0],
                                   static_cast<std::size_t>(ends[1] - ends[0]));
            };
            for (std::size_t i = 0; i < static_cast<std::size_t>(array.length); ++i, ++row) {
                const std::string& name = some.names[row / 100];
                if (text(payload, i) != payload_of(name, row % 100, some.shapes[0])) are_right = false;
                const auto number = static_cast<const std::int32_t*>(interface.buffers[1])[i];
                if (text(*interface.dictionary, static_cast<std::size_t>(number)) !=
                    interface_of(name, row % 100, some.shapes[0]))
                    are_right = false;
            }
            array.release(&array);
        }
        CHECK(row == some.rows);
        CHECK(are_right);
    }
}

TEST_CASE("rows that a data set's writers get are the same, however they are read") {
    const captures some(3, {}, capture_shape{.packets = 7000, .interfaces = 40, .payload_bytes = 1300});
    std::vector<std::string> written;
    for (const bool map_files : {true, false}) {
        for (const unsigned threads : {1U, 4U}) {
            auto source = open_pcap(some.paths, options_of(map_files, threads));
            REQUIRE(source);
            const std::string folder = some.folder.path("out" + std::to_string(written.size()));
            const auto format = find_format("csv");
            REQUIRE(format);
            REQUIRE(export_dataset(*source, folder, {.format = *format, .threads = threads},
                                   [](std::uint64_t) {}));
            std::string text;
            for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
                if (entry.path().extension() == ".csv") text += read_file(entry.path().string());
            CHECK(text.find(interface_of(some.names[2], 11, some.shapes[2])) != std::string::npos);
            written.push_back(std::move(text));
        }
    }
    for (const std::string& text : written) CHECK((text == written[0]));
}

TEST_CASE("a list of interfaces never moves what is in it") {
    interface_list list;
    std::vector<const interface_info*> places;
    for (std::size_t i = 0; i < 5000; ++i) {
        interface_info info;
        info.name = "interface " + std::to_string(i);
        list.push_back(info);
        places.push_back(&list.back());
    }
    const interface_list copy = list;
    list.push_back({});
    for (std::size_t i = 0; i < 5000; ++i) {
        REQUIRE(&list[i] == places[i]);
        REQUIRE(list[i].name == "interface " + std::to_string(i));
        REQUIRE(copy[i].name == list[i].name);
    }
    CHECK(copy.size() == 5000);
    CHECK(list.size() == 5001);
    // A copy that is appended to leaves the other as it is, whatever it shares with it.
    for (const std::size_t count : std::initializer_list<std::size_t>{0, 1, 3, 4, 5, 12, 4000}) {
        interface_list other = list.first(count);
        interface_info info;
        info.name = "another";
        other.push_back(info);
        REQUIRE(other.size() == count + 1);
        REQUIRE(other[count].name == "another");
        REQUIRE(list[count].name == "interface " + std::to_string(count));
        REQUIRE(other.same_names(list, count));
        REQUIRE_FALSE(other.same_names(list, count + 1));
    }
    std::size_t seen = 0;
    for (const interface_info& info : copy) seen += info.name.size();
    CHECK(seen > 0);
}
