// Files that are there under their name only when they are complete.
#include <algorithm>
#include <array>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <pcapframe/export/whole_file.hpp>

#include "../io/files.hpp"

using namespace pcapframe;
using namespace testing;

namespace {

/// What was waited for until it was on the disk, in order: the numbers of files and folders, and whether `watched` had
/// its name already.
struct synced {
    ino_t inode;
    bool is_named;
};
std::vector<synced> all_synced;
std::string watched;

}  // namespace

/// In the place of the system's, which it calls.
extern "C" int fsync(int fd) {
    struct stat status {};
    if (!watched.empty() && ::fstat(fd, &status) == 0)
        all_synced.push_back({status.st_ino, ::access(watched.c_str(), F_OK) == 0});
    return static_cast<int>(::syscall(SYS_fsync, fd));
}

namespace {

ino_t inode_of(const std::string& path) {
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    return status.st_ino;
}

std::size_t entries(const temporary_folder& folder) {
    const std::filesystem::directory_iterator all(folder.path(""));
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

std::string only_entry(const temporary_folder& folder) {
    return std::filesystem::directory_iterator(folder.path(""))->path().filename().string();
}

mode_t mode_of(const std::string& path) {
    struct stat status {};
    REQUIRE(::lstat(path.c_str(), &status) == 0);
    return status.st_mode & 07777;
}

class umask_guard {
public:
    explicit umask_guard(mode_t mask) : before_(::umask(mask)) {}
    umask_guard(const umask_guard&) = delete;
    umask_guard& operator=(const umask_guard&) = delete;
    ~umask_guard() { ::umask(before_); }

private:
    mode_t before_;
};

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

TEST_CASE("nobody can know the hidden name beforehand") {
    std::set<std::string> names;
    for (int i = 0; i < 200; ++i) {
        const temporary_folder folder;
        const auto file = whole_file::create(folder.path("a"));
        REQUIRE(file);
        const std::string name = only_entry(folder);
        CHECK(name.size() == std::string(".a..part").size() + 16);
        CHECK(name.find(std::to_string(::getpid())) == std::string::npos);
        CHECK(names.insert(name).second);
    }
}

TEST_CASE("what others have put under names that were once used neither stops nor misleads") {
    const temporary_folder folder;
    const std::string victim = folder.write("victim", {'v'});
    const std::string prefix = folder.path("." "a." + std::to_string(::getpid()) + "-");
    std::vector<int> readers;
    for (int i = 0; i < 64; ++i) {
        const std::string planted = prefix + std::to_string(i) + ".part";
        if (i % 2 == 0) {
            REQUIRE(::symlink(victim.c_str(), planted.c_str()) == 0);
            continue;
        }
        REQUIRE(::mkfifo(planted.c_str(), 0666) == 0);
        readers.push_back(::open(planted.c_str(), O_RDONLY | O_NONBLOCK));
    }
    for (int i = 0; i < 4; ++i) {
        auto file = whole_file::create(folder.path("a"));
        REQUIRE(file);
        file->out().write("mine");
        REQUIRE(file->commit());
        CHECK(std::filesystem::is_regular_file(std::filesystem::symlink_status(folder.path("a"))));
        CHECK(read_file(folder.path("a")) == "mine");
    }
    CHECK(read_file(victim) == "v");
    for (const int reader : readers) ::close(reader);
}

TEST_CASE("a name that is taken, whatever is there, is another's") {
    const temporary_folder folder;
    const std::string victim = folder.write("victim", {'v'});
    REQUIRE(::symlink(victim.c_str(), folder.path(".a.link.part").c_str()) == 0);
    REQUIRE(::symlink(folder.path("nowhere").c_str(), folder.path(".a.dangling.part").c_str()) == 0);
    REQUIRE(::mkfifo(folder.path(".a.pipe.part").c_str(), 0666) == 0);
    REQUIRE(::mkdir(folder.path(".a.folder.part").c_str(), 0777) == 0);
    (void)folder.write(".a.file.part", {'f'});
    const std::array<std::string, 6> names{"link", "dangling", "pipe", "folder", "file", "free"};
    std::size_t next = 0;
    const auto made = detail::create_hidden(folder.path("a"), 0666, [&] { return names[next++]; });
    REQUIRE(made);
    CHECK(made->path == folder.path(".a.free.part"));
    CHECK(read_file(victim) == "v");
    CHECK(read_file(folder.path(".a.file.part")) == "f");
    CHECK_FALSE(std::filesystem::exists(folder.path("nowhere")));
    CHECK((::fcntl(made->file.number(), F_GETFD) & FD_CLOEXEC) != 0);

    const auto never = detail::create_hidden(folder.path("a"), 0666, [] { return std::string("pipe"); });
    REQUIRE_FALSE(never);
    CHECK(never.error().system == EEXIST);
    CHECK_FALSE(detail::create_hidden(folder.path("a"), 0666, [] { return std::string(); }));
}

TEST_CASE("two processes of one number do not meet") {
    // As two containers that share a folder: the numbers of processes and the counts of files are the same.
    const temporary_folder folder;
    std::vector<pid_t> children;
    for (int i = 0; i < 8; ++i) {
        const pid_t child = ::fork();
        if (child == 0) {
            auto file = whole_file::create(folder.path("a"));
            const std::string text(100'000, static_cast<char>('a' + i));
            if (file) file->out().write(text);
            ::_exit(file && file->commit() ? 0 : 1);
        }
        children.push_back(child);
    }
    for (const pid_t child : children) {
        int status = 1;
        REQUIRE(::waitpid(child, &status, 0) == child);
        CHECK(status == 0);
    }
    const std::string text = read_file(folder.path("a"));
    CHECK(text == std::string(100'000, text.empty() ? '-' : text[0]));
    CHECK(entries(folder) == 1);
}

TEST_CASE("rights are those of the umask, of what was there, or fewer where the file is for its owner") {
    const temporary_folder folder;
    const auto written = [&](const char* name, const whole_file_options& options) {
        auto file = whole_file::create(folder.path(name), options);
        REQUIRE(file);
        REQUIRE(file->commit());
        return mode_of(folder.path(name));
    };
    const umask_guard guard(0027);
    CHECK(written("new", {}) == 0640);
    CHECK(written("own", {.mode = 0600}) == 0600);
    (void)folder.write("old", {'x'});
    REQUIRE(::chmod(folder.path("old").c_str(), 0664) == 0);
    CHECK(written("old", {}) == 0664);
    CHECK(written("old", {.mode = 0600}) == 0600);
    REQUIRE(::chmod(folder.path("old").c_str(), 04755) == 0);
    CHECK((written("old", {}) & 07000) == 0);
}

TEST_CASE("a file that must outlive a crash is complete, and so are its folders") {
    const temporary_folder folder;
    REQUIRE(make_folders(folder.path("a/b//c"), 0700));
    CHECK(mode_of(folder.path("a/b/c")) == 0700);
    REQUIRE(make_folders(folder.path("a/b")));
    auto file = whole_file::create(folder.path("a/b/c/f"), {.durable = true});
    REQUIRE(file);
    file->out().write("abc");
    REQUIRE(file->commit());
    CHECK(read_file(folder.path("a/b/c/f")) == "abc");
    // What has no disk below it is no error.
    auto device = whole_file::create("/dev/null", {.durable = true});
    REQUIRE(device);
    CHECK(device->commit());
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    CHECK(sync_to_disk(ends[1]) == 0);
    ::close(ends[0]);
    ::close(ends[1]);
    CHECK(sync_to_disk(-1) == EBADF);
    CHECK(sync_folder(folder.path("missing")).error().system == ENOENT);
    CHECK(parent_folder("a") == ".");
    CHECK(parent_folder("/a") == "/");
    CHECK(parent_folder("b/a") == "b");
}

TEST_CASE("the bytes are on the disk before the name, and the name after it; nothing is waited for unasked") {
    for (const bool durable : {true, false}) {
        const temporary_folder folder;
        all_synced.clear();
        watched = folder.path("f");
        auto file = whole_file::create(watched, {.durable = durable});
        REQUIRE(file);
        file->out().write("abc");
        REQUIRE(file->commit());
        REQUIRE(all_synced.size() == (durable ? 2 : 0));
        if (durable) {
            CHECK(all_synced[0].inode == inode_of(watched));
            CHECK_FALSE(all_synced[0].is_named);
            CHECK(all_synced[1].inode == inode_of(folder.path("")));
            CHECK(all_synced[1].is_named);
        }
        watched.clear();
    }
}
