// Files and pipes that go when a test ends.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

namespace testing {

/// A folder of its own, removed with all that is in it.
class temporary_folder {
public:
    temporary_folder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "pcapframe-test-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
        path_ = pattern;
    }
    temporary_folder(const temporary_folder&) = delete;
    temporary_folder& operator=(const temporary_folder&) = delete;
    ~temporary_folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    [[nodiscard]] std::string path(const std::string& name) const { return (path_ / name).string(); }

    /// Writes a file there and returns its path.
    [[nodiscard]] std::string write(const std::string& name, const std::vector<std::uint8_t>& bytes) const {
        std::ofstream file(path_ / name, std::ios::binary);
        file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
        return path(name);
    }

private:
    std::filesystem::path path_;
};

inline std::string read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// Writes all of it, however little a pipe takes at once; stops where the reader has gone. For a thread of its own,
/// which it keeps from being killed by that.
inline void write_all(int fd, const std::uint8_t* bytes, std::size_t size, std::size_t piece) {
    sigset_t pipe_signal;
    ::sigemptyset(&pipe_signal);
    ::sigaddset(&pipe_signal, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &pipe_signal, nullptr);
    while (size > 0) {
        const ssize_t now = ::write(fd, bytes, std::min(size, piece));
        if (now <= 0) return;
        bytes += now;
        size -= static_cast<std::size_t>(now);
    }
}

/// A pipe that a thread fills with the given bytes in pieces.
class filled_pipe {
public:
    explicit filled_pipe(std::vector<std::uint8_t> bytes, std::size_t piece = 4096) {
        int ends[2];
        if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
        read_end = ends[0];
        writer_ = std::thread([write_end = ends[1], piece, bytes = std::move(bytes)] {
            write_all(write_end, bytes.data(), bytes.size(), piece);
            ::close(write_end);
        });
    }
    filled_pipe(const filled_pipe&) = delete;
    filled_pipe& operator=(const filled_pipe&) = delete;
    ~filled_pipe() { writer_.join(); }

    int read_end = -1;  ///< whoever reads it closes it

private:
    std::thread writer_;
};

/// A named pipe that a thread fills as soon as it is opened.
class named_pipe {
public:
    named_pipe(std::string path, std::vector<std::uint8_t> bytes, std::size_t piece = 4096) {
        if (::mkfifo(path.c_str(), 0600) != 0) throw std::runtime_error("no named pipe");
        writer_ = std::thread([path = std::move(path), piece, bytes = std::move(bytes)] {
            const std::unique_ptr<std::FILE, int (*)(std::FILE*)> out(std::fopen(path.c_str(), "wb"), &std::fclose);
            if (out) write_all(::fileno(out.get()), bytes.data(), bytes.size(), piece);
        });
    }
    named_pipe(const named_pipe&) = delete;
    named_pipe& operator=(const named_pipe&) = delete;
    ~named_pipe() { writer_.join(); }

private:
    std::thread writer_;
};

}  // namespace testing
