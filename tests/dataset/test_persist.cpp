// Persisted copies: used as long as they are fresh, remade where stale or damaged, safe between processes.
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <pcapframe/filter.hpp>
#include <pcapframe/interchange.hpp>

#include "../source/named_values.hpp"
#include "../source/traffic.hpp"
#include "cache.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

pcap_source opened(const std::string& path, const read_options& options = {}) {
    auto source = open_pcap(path, options);
    REQUIRE(source);
    return std::move(*source);
}

/// The file of the source's copy, which is made where there is none.
std::string persisted_path(const pcap_source& source) {
    const auto copy = persist(source);
    REQUIRE(copy);
    REQUIRE(is_persisted(*copy));
    return copy->store()->path();
}

std::filesystem::file_time_type written_at(const std::string& path) { return std::filesystem::last_write_time(path); }

}  // namespace

TEST_CASE("a copy is made once, and again when the source changes") {
    const cache_guard cache;
    const std::string path = cache.folder.write("a.pcap", traffic(500));
    pcap_source source = opened(path);
    CHECK_FALSE(has_been_persisted(source));
    CHECK_FALSE(is_persisted(source));
    const std::string copy = persisted_path(source);
    CHECK(has_been_persisted(source));
    CHECK(is_persisted(copy));
    CHECK_FALSE(is_persisted(path));
    CHECK(read_file(copy).starts_with("PAR1"));
    const auto first = written_at(copy);
    CHECK(persisted_path(source) == copy);
    CHECK(written_at(copy) == first);
    // Other options are another source.
    pcap_source other = opened(path, {.protocol = "tcp"});
    CHECK_FALSE(has_been_persisted(other));
    CHECK(persisted_path(other) != copy);
    CHECK(cache.files() == 4);
    // A capture that has grown: the old copy goes.
    (void)cache.folder.write("a.pcap", traffic(501));
    CHECK_FALSE(has_been_persisted(source));
    pcap_source grown = opened(path);
    CHECK(persisted_path(grown) != copy);
    CHECK_FALSE(std::filesystem::exists(copy));
    CHECK(cache.files() == 4);
}

TEST_CASE("a copy is of all options that change rows, and of this version") {
    const std::string path = "tests/data/local.pcap";
    const auto request_of = [&](const read_options& options) {
        const auto identity = detail::identify(opened(path, options));
        REQUIRE(identity);
        return identity->request;
    };
    CHECK(request_of({}).find(version) != std::string::npos);
    const read_options none{};
    each_option(none, [&](const named_option& option, const auto&) {
        CAPTURE(option.name);
        read_options one;
        REQUIRE(set_option(one, option.name, other_value(option), expression_filters()));
        CHECK((request_of(one) != request_of({})) == changes_rows(option.effect));
    });
    const cache_guard cache;
    for (const auto& [filter, rows] : {std::pair("tcp", 46), std::pair("udp", 11), std::pair("", 87)}) {
        auto copy = persist(opened(path, {.filter = filter}));
        REQUIRE(copy);
        CHECK(copy->read()->rows() == static_cast<std::size_t>(rows));
    }
    const result<shared_filter> udp = expression_filter::create("udp");
    REQUIRE(udp);
    const auto own = std::make_shared<selector_filter>((*udp)->selector());
    CHECK(persist(opened(path, {.filter = shared_filter(own)})).error().message() ==
          "'filter' is not text: a copy is found again by the text of its options");
}

TEST_CASE("a copy is for its owner alone") {
    const cache_guard cache;
    pcap_source source = opened(cache.folder.write("a.pcap", traffic(10)));
    source.set_cache_dir(cache.folder.path("cache/of/mine"));
    REQUIRE(persist(source));
    for (const char* made : {"cache", "cache/of", "cache/of/mine"})
        CHECK(std::filesystem::status(cache.folder.path(made)).permissions() == std::filesystem::perms::owner_all);
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(cache.folder.path("cache/of/mine"))) {
        CHECK((entry.status().permissions() & std::filesystem::perms::all) ==
              (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
        ++files;
    }
    CHECK(files == 2);
}

TEST_CASE("a copy that is damaged in any way is remade") {
    const cache_guard cache;
    pcap_source source = opened(cache.folder.write("a.pcap", traffic(200)));
    const std::string copy = persisted_path(source);
    const std::string good = read_file(copy);
    const std::string entry_path = copy.substr(0, copy.size() - 8) + ".entry";
    const std::string entry = read_file(entry_path);
    const auto check_remade = [&] {
        CHECK_FALSE(has_been_persisted(source));
        REQUIRE(persist(source));
        CHECK(has_been_persisted(source));
        CHECK(read_file(copy) == good);
    };
    std::filesystem::resize_file(copy, good.size() - 1);
    check_remade();
    std::string changed = good;
    changed[changed.size() - 20] ^= 1;
    std::ofstream(copy, std::ios::binary) << changed;
    check_remade();
    std::filesystem::remove(copy);
    check_remade();
    for (const std::size_t size : {std::size_t{0}, entry.size() / 2, entry.size() - 1}) {
        std::filesystem::resize_file(entry_path, size);
        check_remade();
    }
}

TEST_CASE("a copy lives as long as it was made for") {
    const cache_guard cache;
    pcap_source source = opened(cache.folder.write("a.pcap", traffic(20)));
    REQUIRE(persist(source, std::chrono::seconds(0)));
    CHECK_FALSE(has_been_persisted(source));
    REQUIRE(persist(source, std::chrono::hours(1)));
    CHECK(has_been_persisted(source));
}

TEST_CASE("what cannot be read again has no copy") {
    const cache_guard cache;
    const named_pipe pipe(cache.folder.path("pipe"), traffic(5));
    pcap_source source = opened(cache.folder.path("pipe"));
    CHECK_FALSE(persist(source));
    CHECK(source.read()->rows() > 0);
}

TEST_CASE("processes that persist at once do not harm each other") {
    const cache_guard cache;
    const std::string path = cache.folder.write("a.pcap", traffic(2000));
    constexpr int processes = 4;
    for (int i = 0; i < processes; ++i) {
        if (::fork() != 0) continue;
        bool good = true;
        for (int k = 0; k < 10 && good; ++k) {
            auto source = open_pcap(path);
            auto copy = persist(*source, std::chrono::seconds(k % 2 == 0 ? 0 : 3600));
            good = copy && copy->read() && copy->warnings().empty();
        }
        ::_exit(good ? 0 : 1);
    }
    for (int i = 0; i < processes; ++i) {
        int status = 0;
        ::wait(&status);
        CHECK(status == 0);
    }
    pcap_source source = opened(path);
    REQUIRE(persist(source));
    CHECK(has_been_persisted(source));
    CHECK(cache.files() == 2);
}

TEST_CASE("one file in the format of its name, or another") {
    const temporary_folder folder;
    pcap_source source = opened(folder.write("a.pcap", traffic(50)));
    const auto rows = export_to(source, folder.path("a.arrow"));
    REQUIRE(rows);
    CHECK(*rows == source.read()->rows());
    CHECK(read_file(folder.path("a.arrow")).starts_with("ARROW1"));
    REQUIRE(export_to(source, folder.path("a.bin"), "parquet"));
    CHECK(read_file(folder.path("a.bin")).starts_with("PAR1"));
    CHECK_FALSE(export_to(source, folder.path("a.bin"), "parquets"));
    const auto unknown = export_to(source, folder.path("a.xlsx"));
    REQUIRE_FALSE(unknown);
    CHECK(unknown.error().message().ends_with(
        "' is not a file name that ends in .txt, .csv, .tsv, .jsonl, .parquet, .arrow or .arrows (or name a format)"));
}

TEST_CASE("a table and a batch in the format of the name") {
    const temporary_folder folder;
    pcap_source source = opened(folder.write("a.pcap", traffic(50)));
    const table all = source.read().value();
    CHECK(export_to(all, folder.path("table.csv")).value() == all.rows());
    REQUIRE(export_to(source, folder.path("source.csv")));
    CHECK(read_file(folder.path("table.csv")) == read_file(folder.path("source.csv")));
    CHECK(export_to(all, folder.path("table.bin"), "parquet").value() == all.rows());
    CHECK(read_file(folder.path("table.bin")).starts_with("PAR1"));
    const batch none = source.make_batch();
    CHECK(export_to(none, folder.path("none.csv")).value() == 0);
    CHECK(read_file(folder.path("none.csv")).starts_with("time,src_host,"));
    CHECK_FALSE(export_to(all, folder.path("table.xyz")));
}

TEST_CASE("cache entries as text") {
    const cache_entry entry{.expires = 5,
                            .rows = 7,
                            .bytes = 9,
                            .digest = ~std::uint64_t{0},
                            .damages = {{.offset = 12, .file = "c\nd"}},
                            .key = "a\nb"};
    const std::string text = write_cache_entry(entry);
    CHECK(text == "pcapframe-copy 2\nexpires 5\nrows 7\nbytes 9\ndigest 18446744073709551615\ndamages 1\noffset 12\n"
                  "file 3\nc\nd\nkey 3\na\nb\n");
    CHECK(read_cache_entry(text) == entry);
    for (std::size_t i = 0; i < text.size(); ++i) CHECK_FALSE(read_cache_entry(text.substr(0, i)));
    CHECK_FALSE(read_cache_entry(text + "x"));
    CHECK_FALSE(read_cache_entry("pcapframe-copy 2\nexpires -5\nrows 7\nbytes 9\ndigest 1\ndamages 0\nkey 0\n\n"));
    CHECK_FALSE(read_cache_entry("pcapframe-copy 2\nexpires 99999999999999999999\nrows 7\nbytes 9\ndigest 1\n"
                                 "damages 0\nkey 0\n\n"));
    CHECK_FALSE(read_cache_entry("pcapframe-copy 2\nexpires 0\nrows 7\nbytes 9\ndigest 1\ndamages 9\nkey 0\n\n"));
}
