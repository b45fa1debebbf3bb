// The Arrow C interface: layouts, addresses that stay, and releases in every order.
#include <cstring>
#include <memory>
#include <string>
#include <utility>

#include <doctest/doctest.h>

#include <pcapframe/dataset/arrow_stream.hpp>
#include <pcapframe/export/arrow_export.hpp>

#include "../io/files.hpp"
#include "../source/traffic.hpp"
#include "tiny.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

/// A batch that outlives the packets' own.
std::shared_ptr<const batch> shared_tiny() {
    const packet_batch rows = tiny_batch();
    auto copy = std::make_shared<batch>(rows.operator*().columns());
    copy->append(*rows);
    copy->set_interfaces(rows.operator*().interfaces());
    copy->own_views(0);
    return copy;
}

template <class Number>
Number value_at(const ArrowArray& array, std::size_t buffer, std::size_t i) {
    Number value;
    std::memcpy(&value, static_cast<const char*>(array.buffers[buffer]) + i * sizeof value, sizeof value);
    return value;
}

bool is_null(const ArrowArray& array, std::size_t i) {
    if (array.buffers[0] == nullptr) return false;
    return (value_at<std::uint8_t>(array, 0, i / 8) >> (i % 8) & 1) == 0;
}

std::string text_at(const ArrowArray& array, std::size_t i) {
    const auto begin = static_cast<std::size_t>(value_at<std::int32_t>(array, 1, i));
    const auto end = static_cast<std::size_t>(value_at<std::int32_t>(array, 1, i + 1));
    return {static_cast<const char*>(array.buffers[2]) + begin, end - begin};
}

std::string dictionary_text_at(const ArrowArray& array, std::size_t i) {
    return is_null(array, i)
               ? "null"
               : text_at(*array.dictionary, static_cast<std::size_t>(value_at<std::int32_t>(array, 1, i)));
}

}  // namespace

TEST_CASE("the schema of rows") {
    ArrowSchema schema{};
    export_schema(*parse_columns("time,src_host,src_port,caplen,frame_number,ttl,payload,protocol"), {}, &schema);
    REQUIRE(schema.n_children == 8);
    CHECK(std::string(schema.format) == "+s");
    const char* const formats[] = {"tsn:UTC", "i", "S", "I", "L", "C", "z", "i"};
    for (std::size_t i = 0; i < 8; ++i) CHECK(std::string(schema.children[i]->format) == formats[i]);
    CHECK(std::string(schema.children[1]->name) == "src_host");
    CHECK(std::string(schema.children[1]->dictionary->format) == "u");
    CHECK(schema.children[0]->dictionary == nullptr);
    std::int32_t pairs = 0;
    std::memcpy(&pairs, schema.children[0]->metadata, sizeof pairs);
    CHECK(pairs == 3);
    schema.release(&schema);
    CHECK((schema.release == nullptr));

    export_schema(*parse_columns("src_host,payload"), {.binary_hosts = true, .large_binary = true}, &schema);
    CHECK(std::string(schema.children[0]->format) == "w:16");
    CHECK(std::string(schema.children[1]->format) == "Z");
    schema.release(&schema);
}

TEST_CASE("a table is handed over with its nulls, and its numbers are not copied") {
    const std::shared_ptr<const batch> rows = shared_tiny();
    ArrowSchema schema{};
    ArrowArray array{};
    export_table(rows, {}, &schema, &array);
    REQUIRE(array.n_children == 8);
    REQUIRE(array.length == 4);
    const ArrowArray& time = *array.children[0];
    CHECK(time.buffers[1] == rows->time().values().data());
    CHECK(time.null_count == 0);
    CHECK(time.buffers[0] == nullptr);
    const ArrowArray& port = *array.children[2];
    CHECK(port.buffers[1] == rows->src_port().values().data());
    CHECK(port.null_count == 1);
    CHECK(is_null(port, 1));
    CHECK_FALSE(is_null(port, 2));
    const ArrowArray& host = *array.children[1];
    for (std::size_t i = 0; i < 4; ++i) CHECK(dictionary_text_at(host, i) == to_string(*rows->src_host()[i]));
    CHECK(host.dictionary->length == 2);
    CHECK(dictionary_text_at(*array.children[4], 1) == "icmp");
    CHECK(text_at(*array.children[5], 0) == "abc");
    CHECK(dictionary_text_at(*array.children[6], 2) == "eth\xc3\xa9");
    schema.release(&schema);
    array.release(&array);
}

TEST_CASE("addresses as 16 bytes are the batch's own") {
    const std::shared_ptr<const batch> rows = shared_tiny();
    ArrowSchema schema{};
    ArrowArray array{};
    export_table(rows, {.binary_hosts = true}, &schema, &array);
    CHECK(array.children[1]->buffers[1] == rows->src_host().values().data());
    CHECK(array.children[1]->dictionary == nullptr);
    schema.release(&schema);
    array.release(&array);
}

TEST_CASE("an array keeps the rows, and a child that was moved out outlives it") {
    std::shared_ptr<const batch> rows = shared_tiny();
    const std::weak_ptr<const batch> watched = rows;
    ArrowSchema schema{};
    ArrowArray array{};
    export_table(std::exchange(rows, nullptr), {}, &schema, &array);
    // As consumers move: the struct is copied, and the one left behind marked as released.
    ArrowArray moved = *array.children[1];
    array.children[1]->release = nullptr;
    ArrowSchema moved_schema = *schema.children[1];
    schema.children[1]->release = nullptr;
    array.release(&array);
    CHECK((array.release == nullptr));
    schema.release(&schema);
    CHECK_FALSE(watched.expired());
    CHECK(dictionary_text_at(moved, 0) == to_string(*watched.lock()->src_host()[0]));
    CHECK(std::string(moved_schema.name) == "src_host");
    ArrowArray dictionary = *moved.dictionary;
    moved.dictionary->release = nullptr;
    moved.release(&moved);
    CHECK(watched.expired());
    CHECK(text_at(dictionary, 0) == "192.0.2.1");
    dictionary.release(&dictionary);
    moved_schema.release(&moved_schema);
}

TEST_CASE("a source as a stream: all rows, in order, under one schema") {
    const temporary_folder folder;
    const std::string path = folder.write("a.pcap", traffic(1000));
    auto source = open_pcap(path, {.payload = true, .all_frames = true});
    REQUIRE(source);
    const auto whole = source->read();
    REQUIRE(whole);
    ArrowArrayStream stream{};
    REQUIRE(export_stream(*source, {}, &stream, 64));
    ArrowSchema schema{};
    REQUIRE(stream.get_schema(&stream, &schema) == 0);
    CHECK(schema.n_children == 7);
    schema.release(&schema);
    std::size_t row = 0;
    while (true) {
        ArrowArray array{};
        REQUIRE(stream.get_next(&stream, &array) == 0);
        if (array.release == nullptr) break;
        CHECK(array.length <= 64);
        for (std::size_t i = 0; i < static_cast<std::size_t>(array.length); ++i, ++row) {
            CHECK(value_at<std::int64_t>(*array.children[0], 1, i) == whole->time()[row]);
            const auto host = whole->src_host()[row];
            CHECK(dictionary_text_at(*array.children[1], i) == (host ? to_string(*host) : "null"));
            const auto payload = whole->payload()[row];
            CHECK(is_null(*array.children[6], i) == !payload);
            if (payload) CHECK(text_at(*array.children[6], i) == std::string(payload->begin(), payload->end()));
        }
        array.release(&array);
    }
    CHECK(row == whole->rows());
    CHECK(stream.get_last_error(&stream) == nullptr);
    stream.release(&stream);
    CHECK((stream.release == nullptr));
}

TEST_CASE("arrays outlive their stream, and a stream need not be read to its end") {
    const temporary_folder folder;
    const std::string path = folder.write("a.pcap", traffic(300));
    ArrowArrayStream stream{};
    ArrowArray array{};
    {
        auto source = open_pcap(path, {.payload = true});
        REQUIRE(source);
        REQUIRE(export_stream(*source, {}, &stream, 100));
    }
    REQUIRE(stream.get_next(&stream, &array) == 0);
    stream.release(&stream);
    CHECK(array.length == 100);
    CHECK_FALSE(dictionary_text_at(*array.children[5], 0).empty());
    array.release(&array);
}

TEST_CASE("a stream says what went wrong") {
    const temporary_folder folder;
    const std::string path = folder.write("a.pcap", traffic(10));
    auto source = open_pcap(path);
    REQUIRE(source);
    ArrowArrayStream stream{};
    REQUIRE(export_stream(*source, {}, &stream));
    REQUIRE(::unlink(path.c_str()) == 0);
    ArrowArray array{};
    CHECK(stream.get_next(&stream, &array) == ENOENT);
    CHECK(std::string(stream.get_last_error(&stream)).find("cannot be opened") != std::string::npos);
    stream.release(&stream);
}
