// A file that is there under its name only when it is complete.
#pragma once

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pcapframe/codec/packers.hpp>
#include <pcapframe/io/hidden_file.hpp>
#include <pcapframe/io/sink.hpp>

namespace pcapframe::inline v0_2 {

/// How a whole_file is made.
struct whole_file_options {
    /// The rights of a new file, less those that the umask takes. A file that is written over keeps its rights.
    mode_t mode = 0666;
    /// `commit` returns once the bytes and the name are on the disk: a machine that crashes afterwards has the file,
    /// and a machine that crashes before has the old file. Waiting for the disk takes its time.
    bool durable = false;
};

/// Writes to a hidden name in the same folder and renames on `commit`, so that a program that stops half-way leaves the
/// old file, and nobody reads half a file. A file without a `commit` is removed. A target that is no regular file (a
/// pipe, a device, "-" for standard output) is written directly. Movable.
///
/// In a folder that other users may write to, nobody knows the hidden name before the file is there (see
/// create_hidden).
class whole_file {
public:
    [[nodiscard]] static result<whole_file> create(const std::string& path, const whole_file_options& options = {}) {
        const std::string target = real_path(path);
        struct stat status {};
        const bool is_there = path == "-" || ::stat(target.c_str(), &status) == 0;
        if (is_there && (path == "-" || !S_ISREG(status.st_mode))) return directly(path);
        result<hidden_file> hidden = create_hidden(target, options.mode);
        if (!hidden) return hidden.error().about(path);
        if (is_there) (void)::fchmod(hidden->file.number(), status.st_mode & options.mode & 0777);
        sink out(std::move(hidden->file), packer_for(path));
        return whole_file(std::move(out), std::move(hidden->path), target, options.durable);
    }

    /// Writes under the name itself, for readers that look while the file grows; `commit` only writes out.
    [[nodiscard]] static result<whole_file> directly(const std::string& path) {
        result<sink> direct = sink::create(path);
        if (!direct) return direct.error();
        return whole_file(std::move(*direct), {}, {}, false);
    }

    whole_file(whole_file&& other) noexcept
        : out_(std::move(other.out_)),
          hidden_(std::exchange(other.hidden_, {})),
          target_(std::exchange(other.target_, {})),
          durable_(other.durable_) {}
    whole_file& operator=(whole_file&& other) noexcept {
        std::swap(out_, other.out_);
        std::swap(hidden_, other.hidden_);
        std::swap(target_, other.target_);
        std::swap(durable_, other.durable_);
        return *this;
    }
    ~whole_file() {
        if (!hidden_.empty()) ::unlink(hidden_.c_str());
    }

    [[nodiscard]] sink& out() noexcept { return out_; }
    [[nodiscard]] const sink& out() const noexcept { return out_; }

    /// Writes out what is collected and gives the file its name.
    [[nodiscard]] result<void> commit() {
        const result<void> written = durable_ && !hidden_.empty() ? out_.sync() : out_.flush();
        if (!written || hidden_.empty()) return written;
        const std::string hidden = std::exchange(hidden_, {});
        if (std::rename(hidden.c_str(), target_.c_str()) == 0)
            return durable_ ? sync_folder(parent_folder(target_)) : result<void>();
        const int why = errno;
        ::unlink(hidden.c_str());
        return error{.code = errc::cannot_write, .system = why}.about(target_);
    }

private:
    whole_file(sink out, std::string hidden, std::string target, bool durable)
        : out_(std::move(out)), hidden_(std::move(hidden)), target_(std::move(target)), durable_(durable) {}

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
    bool durable_;
};

}  // namespace pcapframe
