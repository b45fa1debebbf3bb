// An owned file descriptor, and opening a path for reading with errors that say what the path is.
#pragma once

#include <cerrno>
#include <cstdint>
#include <string>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pcapframe/base/result.hpp>

namespace pcapframe::inline v0_2 {

/// Owns a file descriptor and closes it; -1 for none. Movable, not copyable.
class file_descriptor {
public:
    file_descriptor() = default;
    explicit file_descriptor(int fd, bool owned = true) noexcept : fd_(fd), owned_(owned) {}
    file_descriptor(file_descriptor&& other) noexcept
        : fd_(std::exchange(other.fd_, -1)), owned_(std::exchange(other.owned_, false)) {}
    file_descriptor& operator=(file_descriptor&& other) noexcept {
        if (this != &other) {
            reset();
            fd_ = std::exchange(other.fd_, -1);
            owned_ = std::exchange(other.owned_, false);
        }
        return *this;
    }
    ~file_descriptor() { reset(); }

    [[nodiscard]] int number() const noexcept { return fd_; }
    [[nodiscard]] bool is_open() const noexcept { return fd_ >= 0; }

    void reset() noexcept {
        if (owned_ && fd_ >= 0) ::close(fd_);
        fd_ = -1;
        owned_ = false;
    }

private:
    int fd_ = -1;
    bool owned_ = false;
};

/// An input that is open for reading, and what kind of file the input is.
struct open_input {
    file_descriptor file;
    bool regular = false;     ///< a regular file: it can be mapped and its size is known
    std::uint64_t bytes = 0;  ///< the file's size when it was opened; 0 for what has no size (pipes)
};

/// Opens `path` for reading; "-" is standard input. A directory is an error.
[[nodiscard]] inline result<open_input> open_for_reading(const std::string& path) {
    if (path.empty()) return error{.code = errc::empty_path};
    const bool standard_input = path == "-";
    open_input input;
    input.file = standard_input ? file_descriptor(STDIN_FILENO, false)
                                : file_descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    const std::string_view name = standard_input ? std::string_view("standard input") : std::string_view(path);
    if (!input.file.is_open()) return error{.code = errc::cannot_open, .system = errno}.about(name);
    struct stat status {};
    if (::fstat(input.file.number(), &status) != 0)
        return error{.code = errc::cannot_read, .system = errno}.about(name);
    if (S_ISDIR(status.st_mode)) return error{.code = errc::is_directory}.about(name);
    input.regular = S_ISREG(status.st_mode);
    input.bytes = input.regular ? static_cast<std::uint64_t>(status.st_size) : 0;
    return input;
}

}  // namespace pcapframe
