// Columns chosen when the program is compiled give what columns chosen at run time give.
#include <array>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <pcapframe/source/source.hpp>

#include "../io/files.hpp"
#include "traffic.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

/// A list that outlives the row it is of.
std::vector<std::uint64_t> copied(std::span<const std::uint64_t> numbers) { return {numbers.begin(), numbers.end()}; }
std::vector<std::string> copied(std::span<const std::string_view> texts) { return {texts.begin(), texts.end()}; }

/// A value that outlives the row it is of.
template <class Value>
auto kept(const std::optional<Value>& value) {
    if constexpr (std::is_same_v<Value, bytes_view>)
        return value ? std::optional(to_bytes(*value)) : std::nullopt;
    else if constexpr (std::is_same_v<Value, std::string_view>)
        return value ? std::optional(std::string(*value)) : std::nullopt;
    else if constexpr (requires { value->begin(); })
        return value ? std::optional(copied(*value)) : std::nullopt;
    else
        return value;
}

/// A set of columns that looks random; each bit set with the chance of a half, a quarter, or one in eight.
constexpr std::uint64_t random_bits(std::uint64_t seed) {
    std::uint64_t bits = ~std::uint64_t{0};
    for (std::uint64_t round = 0; round <= seed % 3; ++round) {
        seed += 0x9e3779b97f4a7c15U;
        std::uint64_t z = (seed ^ (seed >> 30)) * 0xbf58476d1ce4e5b9U;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
        bits &= z ^ (z >> 31);
    }
    return bits;
}

/// Bits for all columns, 64 for each number.
constexpr std::size_t words = (column_count + 63) / 64;
using column_bits = std::array<std::uint64_t, words>;

constexpr column_bits random_columns(std::uint64_t seed) {
    column_bits bits{};
    for (std::size_t w = 0; w < words; ++w) bits[w] = random_bits(seed + 100 * w);
    return bits;
}
constexpr bool is_in(const column_bits& bits, std::size_t i) { return (bits[i / 64] >> (i % 64) & 1) != 0; }

constexpr std::size_t count_of(const column_bits& bits) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < column_count; ++i) count += is_in(bits, i) ? 1U : 0U;
    return count;
}

template <column_bits Bits>
constexpr auto columns_of() {
    std::array<column, count_of(Bits)> columns{};
    std::size_t count = 0;
    for (std::size_t i = 0; i < column_count; ++i)
        if (is_in(Bits, i)) columns[count++] = static_cast<column>(i);
    return columns;
}

/// Reads the file both ways and compares every value of every row.
template <column... Columns>
void compare(const std::string& path, bool all_frames) {
    column_order order{Columns...};
    std::string names;
    for (const column c : order) names += (names.empty() ? "" : ",") + std::string(name_of(c));
    CAPTURE(names);
    auto at_run_time = open_pcap(path, {.columns = names, .all_frames = all_frames});
    REQUIRE(at_run_time);
    const auto all = at_run_time->read();
    REQUIRE(all);
    auto source = open_pcap(path, {.all_frames = all_frames});
    REQUIRE(source);
    std::size_t row = 0;
    std::size_t different = 0;
    const auto compare_row = [&](const auto&... values) {
        REQUIRE(row < all->rows());
        different += ((kept(values) == kept(all->get<Columns>()[row])) && ...) ? 0U : 1U;
        ++row;
    };
    REQUIRE(source->for_each_row<Columns...>(compare_row));
    CHECK(row == all->rows());
    CHECK(different == 0);
}

template <column_bits Bits>
void compare_set(const std::string& path) {
    constexpr auto columns = columns_of<Bits>();
    [&]<std::size_t... I>(std::index_sequence<I...>) {
        compare<columns[I]...>(path, true);
        compare<columns[I]...>(path, false);
    }
    (std::make_index_sequence<columns.size()>());
}

}  // namespace

TEST_CASE("random sets of columns") {
    const temporary_folder folder;
    const std::string path = folder.write("a.pcap", traffic(1500, 77));
    [&]<std::uint64_t... Seed>(std::integer_sequence<std::uint64_t, Seed...>) {
        (compare_set<random_columns(Seed + 1)>(path), ...);
    }
    (std::make_integer_sequence<std::uint64_t, 8>());
}

TEST_CASE("the sets that are used most") {
    const temporary_folder folder;
    const std::string path = folder.write("a.pcap", traffic(1500, 78));
    using enum column;
    compare<column::time, src_host, src_port, dst_host, dst_port, protocol>(path, true);
    compare<dst_port>(path, true);
    compare<payload>(path, false);
    compare<column::stop>(path, true);
    compare<protocol, payload_len, tcp_flags>(path, false);
    compare<src_host, dst_host, column::time>(path, false);
}

TEST_CASE("every column at once") {
    const temporary_folder folder;
    const std::string path = folder.write("a.pcap", traffic(1500, 79));
    compare_set<[] {
        column_bits all{};
        all.fill(~std::uint64_t{0});
        return all;
    }()>(path);
}

TEST_CASE("filter and limit hold here too") {
    const temporary_folder folder;
    const std::string path = folder.write("a.pcap", traffic(1500, 80));
    auto source = open_pcap(path, {.protocol = "udp", .limit = 20});
    REQUIRE(source);
    std::size_t rows = 0;
    REQUIRE(source->for_each_row<column::protocol, column::frame_number>([&](auto protocol, auto frame) {
        CHECK(protocol == ip_protocol_id(17));
        CHECK(frame.has_value());
        ++rows;
    }));
    CHECK(rows == 20);
}

TEST_CASE("names of interfaces") {
    const temporary_folder folder;
    pcapng_file file;
    file.interface({.link_type = 101, .options = option(2, "eth0")}).interface({.link_type = 101});
    for (std::uint32_t i = 0; i < 2; ++i) file.enhanced(ipv4({}, udp({})), {.interface = i, .ticks = i});
    const std::string path = folder.write("a.pcapng", file.bytes());
    compare<column::interface_name, column::interface_id>(path, false);
    compare<column::interface_name>(path, false);
}
