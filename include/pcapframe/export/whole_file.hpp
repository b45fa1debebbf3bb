// A file that is there under its name only when it is complete.
#pragma once

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pcapframe/io/sink.hpp>

namespace pcapframe::inline v0_2 {

/// Writes to a hidden name in the same folder and renames on `commit`, so that a program that stops half-way leaves
/// what was there before, and nobody reads half a file. What goes without a `commit` is removed. What is no regular
/// file (a pipe, a device, "-" for standard output) is written directly. Movable.
class whole_file {
public:
    [[nodiscard]] static result<whole_file> create(const std::string& path) {
        const std::string target = real_path(path);
        struct stat status {};
        const bool is_there = path == "-" || ::stat(target.c_str(), &status) == 0;
        if (is_there && (path == "-" || !S_ISREG(status.st_mode))) return directly(path);
        // Names of other processes and of other files of this one.
        static std::atomic<unsigned> count{0};
        const std::size_t slash = target.rfind('/');
        const std::size_t name_at = slash == std::string::npos ? 0 : slash + 1;
        const std::string hidden = target.substr(0, name_at) + "." + target.substr(name_at, 200) + "." +
                                   std::to_string(::getpid()) + "-" + std::to_string(count.fetch_add(1)) + ".part";
        file_descriptor file(::open(hidden.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666));
        if (!file.is_open()) return error{.code = errc::cannot_write, .system = errno}.about(path);
        if (is_there) (void)::fchmod(file.number(), status.st_mode & 07777);
        return whole_file(sink(std::move(file)), hidden, target);
    }

    /// Writes under the name itself, for those who look while it grows; `commit` only writes out.
    [[nodiscard]] static result<whole_file> directly(const std::string& path) {
        result<sink> direct = sink::create(path);
        if (!direct) return direct.error();
        return whole_file(std::move(*direct), {}, {});
    }

    whole_file(whole_file&& other) noexcept
        : out_(std::move(other.out_)),
          hidden_(std::exchange(other.hidden_, {})),
          target_(std::exchange(other.target_, {})) {}
    whole_file& operator=(whole_file&& other) noexcept {
        std::swap(out_, other.out_);
        std::swap(hidden_, other.hidden_);
        std::swap(target_, other.target_);
        return *this;
    }
    ~whole_file() {
        if (!hidden_.empty()) ::unlink(hidden_.c_str());
    }

    [[nodiscard]] sink& out() noexcept { return out_; }
    [[nodiscard]] const sink& out() const noexcept { return out_; }

    /// Writes out what is collected and gives the file its name.
    [[nodiscard]] result<void> commit() {
        const result<void> written = out_.flush();
        if (!written || hidden_.empty()) return written;
        const std::string hidden = std::exchange(hidden_, {});
        if (std::rename(hidden.c_str(), target_.c_str()) == 0) return {};
        const int why = errno;
        ::unlink(hidden.c_str());
        return error{.code = errc::cannot_write, .system = why}.about(target_);
    }

private:
    whole_file(sink out, std::string hidden, std::string target)
        : out_(std::move(out)), hidden_(std::move(hidden)), target_(std::move(target)) {}

    /// Where a symbolic link leads: the link itself is to stay.
    static std::string real_path(const std::string& path) {
        struct stat status {};
        if (::lstat(path.c_str(), &status) != 0 || !S_ISLNK(status.st_mode)) return path;
        const std::unique_ptr<char, void (*)(void*)> real(::realpath(path.c_str(), nullptr), &std::free);
        return real ? std::string(real.get()) : path;
    }

    sink out_;
    std::string hidden_;  ///< empty for what is written directly, and after `commit`
    std::string target_;
};

}  // namespace pcapframe
