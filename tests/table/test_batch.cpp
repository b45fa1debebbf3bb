// Rows in columns: memory that is used again, limits, payloads that are owned, and moves.
#include <memory>
#include <utility>

#include <doctest/doctest.h>

#include <pcapframe/table/byte_arena.hpp>
#include <pcapframe/table/column_buffer.hpp>
#include <pcapframe/decode/packet_table.hpp>

#include "rows.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

std::vector<captured_packet> many(std::size_t count) {
    std::vector<captured_packet> packets(count);
    for (std::size_t i = 0; i < count; ++i) packets[i].time = static_cast<std::int64_t>(i);
    return packets;
}

}  // namespace

TEST_CASE("columns by name, values with their nulls or bare") {
    const packet_batch made("time,src_host,src_port,payload,stop",
                            {{.time = 5}, {.time = no_time, .frame = icmp_packet}});
    const batch& rows = *made;
    CHECK(rows.rows() == 2);
    CHECK(rows.time().size() == 2);
    CHECK(rows.time()[0] == 5);
    CHECK(rows.time().is_null(1));
    CHECK_FALSE(rows.time()[1].has_value());
    CHECK(rows.time().values()[0] == 5);
    CHECK(rows.src_port()[0] == 49153);
    CHECK(rows.src_port().is_null(1));
    CHECK(to_string(*rows.src_host()[1]) == "192.0.2.1");
    CHECK(to_bytes(*rows.payload()[0]) == from_hex("616263"));
    CHECK(rows.validity().size() == 2);
    CHECK(rows.get<column::stop>()[0] == stop{});
}

TEST_CASE("clearing keeps the memory and counts on") {
    packet_batch made("time", many(1000));
    batch& rows = made.rows();
    const std::size_t capacity = rows.capacity();
    const void* const place = rows.time().values().data();
    CHECK(rows.first_index() == 0);
    rows.clear();
    CHECK(rows.empty());
    CHECK(rows.first_index() == 1000);
    CHECK(rows.capacity() == capacity);
    rows.reserve_more(capacity);
    CHECK(rows.capacity() == capacity);
    CHECK(rows.time().values().data() == place);
}

TEST_CASE("growing keeps the rows") {
    packet_batch made("time,src_host", many(100));
    batch& rows = made.rows();
    for (const std::size_t more : {std::size_t{1000}, std::size_t{300'000}, std::size_t{2'000'000}}) {
        rows.reserve_more(more);
        REQUIRE(rows.capacity() >= rows.rows() + more);
        for (std::size_t i = 0; i < 100; ++i) {
            REQUIRE(rows.time()[i] == static_cast<std::int64_t>(i));
            REQUIRE(rows.src_host()[i].has_value());
        }
    }
}

TEST_CASE("dropping rows from the end") {
    packet_batch made("time", many(10));
    made.rows().truncate(20);
    CHECK(made.rows().rows() == 10);
    made.rows().truncate(3);
    CHECK(made.rows().rows() == 3);
    CHECK(made.rows().time().size() == 3);
}

TEST_CASE("payloads are views until they are owned") {
    std::vector<captured_packet> packets{{}, {.frame = icmp_packet}, {}};
    auto made = std::make_unique<packet_batch>("payload,src_port", std::move(packets));
    const std::uint8_t* const before = made->rows().payload()[0]->data();
    made->rows().own_views(1);
    CHECK(made->rows().payload()[0]->data() == before);
    CHECK(made->rows().payload()[2]->data() != before);
    made->rows().own_views(0);
    batch rows = std::move(made->rows());
    made.reset();  // and with it the frames
    CHECK(to_bytes(*rows.payload()[0]) == from_hex("616263"));
    CHECK(rows.payload()[1]->empty());
    CHECK(to_bytes(*rows.payload()[2]) == from_hex("616263"));
}

TEST_CASE("a batch keeps alive what it is told to, until it is cleared") {
    auto owner = std::make_shared<int>(1);
    const std::weak_ptr<int> watch = owner;
    batch rows(packet_batch::order_of("payload"));
    rows.keep_alive(owner);
    rows.keep_alive(owner);
    rows.keep_alive(nullptr);
    owner.reset();
    CHECK_FALSE(watch.expired());
    batch moved = std::move(rows);
    CHECK_FALSE(watch.expired());
    moved.clear();
    CHECK(watch.expired());
}

TEST_CASE("a table carries its warnings") {
    table all(packet_batch::order_of(""));
    CHECK(all.empty());
    CHECK(all.warnings().empty());
    all.set_warnings({error{.code = errc::cut_record, .offset = 7}});
    const table moved = std::move(all);
    REQUIRE(moved.warnings().size() == 1);
    CHECK(moved.warnings()[0].offset == 7);
    CHECK(moved.columns().size() == 6);
}

TEST_CASE("column memory grows from the heap into mappings without losing values") {
    constexpr std::size_t width = sizeof(std::uint32_t);
    column_buffer buffer;
    CHECK(buffer.as<std::uint32_t>() == nullptr);
    std::size_t used = 0;
    for (std::size_t capacity = 10; capacity < 5'000'000; capacity *= 3) {
        buffer.reserve(capacity * width, used * width);
        auto* const values = buffer.as<std::uint32_t>();
        CHECK(reinterpret_cast<std::uintptr_t>(values) % 64 == 0);
        for (; used < capacity; ++used) values[used] = static_cast<std::uint32_t>(used);
        for (std::size_t i = 0; i < used; i += 997) REQUIRE(values[i] == i);
    }
    column_buffer other;
    other = std::move(buffer);
    CHECK(other.as<std::uint32_t>()[used - 1] == used - 1);
    const column_buffer third(std::move(other));
    CHECK(third.as<std::uint32_t>()[0] == 0);
    CHECK(third.as<std::uint32_t>()[used - 1] == used - 1);
}

TEST_CASE("an arena's memory never moves, and is used again") {
    byte_arena arena;
    std::vector<std::pair<std::uint8_t*, std::size_t>> places;
    for (int round = 0; round < 2; ++round) {
        for (std::size_t i = 0; i < 300; ++i) {
            const std::size_t size = i % 50 == 49 ? std::size_t{3} << 20 : i * 37;
            std::uint8_t* const place = arena.allocate(size);
            for (std::size_t b = 0; b < size; b += 101) place[b] = static_cast<std::uint8_t>(i);
            if (round == 0) places.emplace_back(place, size);
        }
        if (round == 1) break;
        for (std::size_t i = 0; i < places.size(); ++i)
            for (std::size_t b = 0; b < places[i].second; b += 101)
                REQUIRE(places[i].first[b] == static_cast<std::uint8_t>(i));
        arena.clear();
    }
    arena.clear();
    CHECK(arena.allocate(1) == places[0].first);
}
