// Files that are there under their name only when they are complete.
#include <filesystem>
#include <string>

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pcapframe/export/whole_file.hpp>

#include "../io/files.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

std::size_t entries(const temporary_folder& folder) {
    const std::filesystem::directory_iterator all(folder.path(""));
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

}  // namespace

TEST_CASE("a file has its name from the commit on") {
    const temporary_folder folder;
    const std::string path = folder.path("a.parquet");
    auto file = whole_file::create(path);
    REQUIRE(file);
    file->out().write("abc");
    CHECK(::access(path.c_str(), F_OK) != 0);
    CHECK(entries(folder) == 1);
    REQUIRE(file->commit());
    CHECK(read_file(path) == "abc");
    CHECK(entries(folder) == 1);
}

TEST_CASE("without a commit what was there stays, and nothing else") {
    const temporary_folder folder;
    const std::string path = folder.write("a", {'o', 'l', 'd'});
    REQUIRE(::chmod(path.c_str(), 0640) == 0);
    {
        auto file = whole_file::create(path);
        REQUIRE(file);
        file->out().write("new");
        REQUIRE(file->out().flush());
        CHECK(read_file(path) == "old");
    }
    CHECK(read_file(path) == "old");
    CHECK(entries(folder) == 1);
    auto file = whole_file::create(path);
    REQUIRE(file);
    file->out().write("new");
    REQUIRE(file->commit());
    CHECK(read_file(path) == "new");
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0640);
}

TEST_CASE("several files of one name at once: the last one stays") {
    const temporary_folder folder;
    const std::string path = folder.path("a");
    auto first = whole_file::create(path);
    auto second = whole_file::create(path);
    REQUIRE(first);
    REQUIRE(second);
    first->out().write("first");
    second->out().write("second");
    REQUIRE(second->commit());
    REQUIRE(first->commit());
    CHECK(read_file(path) == "first");
    CHECK(entries(folder) == 1);
}

TEST_CASE("a link stays a link, and what is no file is written directly") {
    const temporary_folder folder;
    const std::string target = folder.write("target", {});
    const std::string link = folder.path("link");
    REQUIRE(::symlink(target.c_str(), link.c_str()) == 0);
    auto file = whole_file::create(link);
    REQUIRE(file);
    file->out().write("abc");
    REQUIRE(file->commit());
    CHECK(read_file(target) == "abc");
    CHECK(std::filesystem::is_symlink(link));
    auto device = whole_file::create("/dev/null");
    REQUIRE(device);
    device->out().write("abc");
    CHECK(device->commit());
    CHECK_FALSE(std::filesystem::is_regular_file("/dev/null"));
}

TEST_CASE("a folder that is not there is an error") {
    const temporary_folder folder;
    const auto file = whole_file::create(folder.path("none/a"));
    REQUIRE_FALSE(file);
    CHECK(file.error().code == errc::cannot_write);
    CHECK(file.error().system == ENOENT);
}
