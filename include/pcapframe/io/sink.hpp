// Where output goes: bytes collected in one buffer and written to a file descriptor in large pieces, or kept.
#pragma once

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

#include <unistd.h>

#include <pcapframe/base/result.hpp>
#include <pcapframe/io/file_descriptor.hpp>

namespace pcapframe {

/// A buffered writer. `reserve` gives room to write into directly, `commit` says how much was used. The first failure
/// (a full disk, a closed pipe: EPIPE) is kept, and everything after it is dropped.
class sink {
public:
    static constexpr std::size_t buffer_bytes = std::size_t{256} << 10;

    explicit sink(file_descriptor file)
        : file_(std::move(file)), buffer_(new char[buffer_bytes]), capacity_(buffer_bytes) {}
    sink(sink&&) noexcept = default;
    sink& operator=(sink&&) noexcept = default;

    /// Creates or empties the file at `path` for writing; "-" is standard output.
    [[nodiscard]] static result<sink> create(const std::string& path) {
        if (path == "-") return sink(file_descriptor(STDOUT_FILENO, false));
        file_descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
        if (!file.is_open()) return error{.code = errc::cannot_write, .system = errno}.about(path);
        return sink(std::move(file));
    }

    /// A sink that keeps everything in memory, for `kept` to look at.
    [[nodiscard]] static sink to_memory() { return sink(file_descriptor()); }
    /// What such a sink has; valid until the next call of any member.
    [[nodiscard]] std::string_view kept() const noexcept { return {buffer_.get(), used_}; }
    /// Forgets what such a sink has; the memory stays for what comes next.
    void clear() noexcept { used_ = 0; }

    /// Room for `bytes` bytes; valid until the next call of any member.
    [[nodiscard]] char* reserve(std::size_t bytes) {
        if (capacity_ - used_ < bytes) make_room(bytes);
        return buffer_.get() + used_;
    }

    void commit(std::size_t bytes) noexcept { used_ += bytes; }

    void write(std::string_view text) {
        std::memcpy(reserve(text.size()), text.data(), text.size());
        commit(text.size());
    }

    /// Writes out what is collected. To be called at the end: the destructor does not, since it could not report.
    [[nodiscard]] result<void> flush() {
        if (file_.is_open()) write_out();
        if (failed_ != 0) return error{.code = errc::cannot_write, .system = failed_};
        return {};
    }

    /// Whether a write has failed; errno of the first failure, or 0.
    [[nodiscard]] int failed() const noexcept { return failed_; }

private:
    void make_room(std::size_t bytes) {
        if (file_.is_open()) write_out();
        if (capacity_ - used_ >= bytes) return;
        const std::size_t capacity = std::max(2 * used_, used_ + bytes);
        std::unique_ptr<char[]> larger(new char[capacity]);
        std::memcpy(larger.get(), buffer_.get(), used_);
        buffer_ = std::move(larger);
        capacity_ = capacity;
    }

    void write_out() noexcept {
        std::size_t written = 0;
        while (written < used_ && failed_ == 0) {
            const ssize_t now = ::write(file_.number(), buffer_.get() + written, used_ - written);
            if (now >= 0) written += static_cast<std::size_t>(now);
            else if (errno != EINTR) failed_ = errno;
        }
        used_ = 0;
    }

    file_descriptor file_;
    std::unique_ptr<char[]> buffer_;
    std::size_t capacity_;
    std::size_t used_ = 0;
    int failed_ = 0;
};

}  // namespace pcapframe
