#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <pcapframe/catalog/catalog.hpp>
#include <pcapframe/source/paths.hpp>
#include <pcapframe/source/source.hpp>

#include "../io/files.hpp"

using namespace pcapframe;

namespace {

/// Another home folder, until it goes.
class home {
public:
    explicit home(const char* folder) {
        if (const char* const before = std::getenv("HOME")) before_ = before;
        folder == nullptr ? ::unsetenv("HOME") : ::setenv("HOME", folder, 1);
    }
    home(const home&) = delete;
    home& operator=(const home&) = delete;
    ~home() { before_ ? ::setenv("HOME", before_->c_str(), 1) : ::unsetenv("HOME"); }

private:
    std::optional<std::string> before_;
};

std::vector<std::string> expanded(const std::string& path) {
    const result<std::vector<std::string>> files = expand_path(path);
    REQUIRE(files);
    return *files;
}

}  // namespace

TEST_CASE("a tilde that begins a path is the home folder") {
    const home at("/home/someone");
    CHECK(expand_home("~") == "/home/someone");
    CHECK(expand_home("~/a/~b") == "/home/someone/a/~b");
    for (const char* const other : {"~other/a", "./~", "a~", "/~/a", "", "-"}) CHECK(expand_home(other) == other);
}

TEST_CASE("without a home folder a tilde is a tilde") {
    for (const char* const folder : {static_cast<const char*>(nullptr), ""}) {
        const home at(folder);
        CHECK(expand_home("~/a") == "~/a");
    }
}

TEST_CASE("patterns are sorted by name, in the home folder too") {
    const testing::temporary_folder folder;
    for (const char* const name : {"b.pcap", "a.pcap", "c.txt"}) std::ofstream(folder.path(name)) << "x";
    const home at(folder.path("").c_str());
    const std::vector<std::string> sorted{folder.path("") + "/a.pcap", folder.path("") + "/b.pcap"};
    CHECK(expanded("~/*.pcap") == sorted);
    CHECK(expanded("~/c.txt") == std::vector<std::string>{folder.path("") + "/c.txt"});
    const auto none = expand_path("~/*.pcapng");
    REQUIRE(!none);
    CHECK(none.error().code == errc::no_match);
    CHECK(none.error().message().ends_with("/*.pcapng: no file matches this pattern"));
    CHECK(expand_path("").error().code == errc::empty_path);
}

TEST_CASE("captures and catalogs in the home folder; what is written says the tilde again") {
    const testing::temporary_folder folder;
    std::filesystem::copy_file("tests/data/local.pcap", folder.path("a.pcap"));
    std::filesystem::copy_file("tests/data/local.pcap", folder.path("b.pcap"));
    std::ofstream(folder.path("c.yml")) << "sources:\n"
                                           "  both: {driver: pcap, args: {urlpath: '~/*.pcap'}}\n"
                                           "  list: {driver: pcap, args: {urlpath: [~/b.pcap, '~/a*']}}\n"
                                           "  here: {driver: pcap, args: {urlpath: '{{ CATALOG_DIR }}/a.pcap'}}\n";
    const home at(folder.path("").c_str());
    const auto captures = catalog::open("~/c.yml");
    REQUIRE(captures);
    auto both = captures->open_source("both");
    REQUIRE(both);
    CHECK(both->read()->rows() == 2 * 87);
    CHECK(to_yaml(*both).find("urlpath: '~/*.pcap'") != std::string::npos);
    CHECK(captures->open_source("list")->files().size() == 2);
    CHECK(captures->open_source("list")->files().front().ends_with("b.pcap"));
    CHECK(captures->open_source("here")->read()->rows() == 87);
}
