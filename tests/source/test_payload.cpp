// Payloads: views into what keeps them alive.
#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <pcapframe/source/source.hpp>

#include "../io/files.hpp"
#include "traffic.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

/// Copies of all payloads of a batch.
std::vector<std::optional<byte_string>> copies(const batch& rows) {
    std::vector<std::optional<byte_string>> out;
    for (std::size_t i = 0; i < rows.rows(); ++i) {
        const auto payload = rows.payload()[i];
        out.push_back(payload ? std::optional(to_bytes(*payload)) : std::nullopt);
    }
    return out;
}

}  // namespace

TEST_CASE("a table outlives its source and its file") {
    const temporary_folder folder;
    for (const bool map_files : {true, false}) {
        const std::string path = folder.write("a.pcap", traffic(4000));
        std::optional<table> kept;
        std::vector<std::optional<byte_string>> before;
        {
            auto source = open_pcap(path, {.payload = true, .map_files = map_files});
            REQUIRE(source);
            auto all = source->read();
            REQUIRE(all);
            before = copies(*all);
            kept = std::move(*all);
        }
        std::filesystem::remove(path);
        CHECK(before.size() > 2000);
        CHECK((copies(*kept) == before));
    }
}

TEST_CASE("a table of several files keeps them all") {
    const temporary_folder folder;
    const std::vector<std::string> paths{folder.write("a.pcap", traffic(600, 1)),
                                         folder.write("b.pcap", traffic(600, 2)),
                                         folder.write("c.pcap", traffic(600, 3))};
    std::optional<table> kept;
    {
        auto source = open_pcap(paths, {.payload = true});
        REQUIRE(source);
        kept = *source->read();
    }
    std::vector<std::optional<byte_string>> wanted;
    for (const std::string& path : paths) {
        auto source = open_pcap(path, {.payload = true, .map_files = false});
        REQUIRE(source);
        const auto one = source->read();
        REQUIRE(one);
        const auto more = copies(*one);
        wanted.insert(wanted.end(), more.begin(), more.end());
    }
    CHECK((copies(*kept) == wanted));
}

TEST_CASE("rows of a pipe own their payloads") {
    const temporary_folder folder;
    const byte_string bytes = traffic(5000);
    const named_pipe writer(folder.path("pipe"), bytes, 10'000);
    std::optional<table> kept;
    {
        auto source = open_pcap(folder.path("pipe"), {.payload = true});
        REQUIRE(source);
        kept = *source->read();
    }
    auto source = open_pcap(folder.write("a.pcap", bytes), {.payload = true});
    REQUIRE(source);
    const auto wanted = source->read();
    REQUIRE(wanted);
    CHECK((copies(*kept) == copies(*wanted)));
}

TEST_CASE("a batch's payloads are good until it is used again") {
    const temporary_folder folder;
    const std::string path = folder.write("a.pcap", traffic(5000));
    for (const bool map_files : {true, false}) {
        auto source = open_pcap(path, {.payload = true, .chunksize = 300, .map_files = map_files});
        auto whole = open_pcap(path, {.payload = true});
        REQUIRE(source);
        REQUIRE(whole);
        const auto all = whole->read();
        REQUIRE(all);
        const auto wanted = copies(*all);
        batch rows = source->make_batch();
        batch other = source->make_batch();
        while (*source->next(rows)) {
            const auto now = copies(rows);
            const std::size_t first = rows.first_index();
            REQUIRE(std::vector(wanted.begin() + static_cast<std::ptrdiff_t>(first),
                                wanted.begin() + static_cast<std::ptrdiff_t>(first + now.size())) == now);
            // Reading on into another batch leaves this one as it is.
            if (*source->next(other)) REQUIRE(copies(rows) == now);
            other.set_first_index(0);
            rows.set_first_index(first + other.rows());
            if (other.empty()) break;
        }
    }
}
