// Where output goes: bytes collected in one buffer and written to a file descriptor in large pieces, compressed on the
// way if the file's name asks for it, or kept.
#pragma once

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <sys/uio.h>
#include <unistd.h>

#include <pcapframe/base/result.hpp>
#include <pcapframe/codec/packers.hpp>
#include <pcapframe/io/file_descriptor.hpp>
#include <pcapframe/io/hidden_file.hpp>

namespace pcapframe::inline v0_2 {

/// A buffered writer. `reserve` gives room to write into directly, `commit` says how much was used. The first failure
/// (a full disk, a closed pipe: EPIPE) is kept, and everything that is written after the failure is dropped.
///
/// With a packer, what is written out at once is packed as a piece that stands on its own: the file can be unpacked up
/// to the last flush, whatever became of the program.
class sink {
public:
    static constexpr std::size_t buffer_bytes = std::size_t{256} << 10;

    explicit sink(file_descriptor file, std::unique_ptr<packer> packs = nullptr)
        : file_(std::move(file)),
          buffer_(new char[buffer_bytes]),
          capacity_(buffer_bytes),
          packs_(std::move(packs)) {}
    sink(sink&&) noexcept = default;
    sink& operator=(sink&&) noexcept = default;

    /// Creates or empties the file at `path` for writing, compressed where the path ends in one of `packed_extensions`;
    /// "-" is standard output.
    [[nodiscard]] static result<sink> create(const std::string& path) {
        if (path == "-") return sink(file_descriptor(STDOUT_FILENO, false));
        file_descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
        if (!file.is_open()) return error{.code = errc::cannot_write, .system = errno}.about(path);
        return sink(std::move(file), packer_for(path));
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
        if (text.empty()) return;
        std::memcpy(reserve(text.size()), text.data(), text.size());
        commit(text.size());
    }

    /// Writes several pieces, one behind the other. Large pieces are written at once, from where they are.
    void write(std::span<const std::string_view> pieces) {
        std::size_t bytes = 0;
        for (const std::string_view piece : pieces) bytes += piece.size();
        if (!file_.is_open() || packs_ != nullptr || bytes < gathered_bytes_min) {
            for (const std::string_view piece : pieces) write(piece);
        } else {
            write_gathered(pieces);
        }
    }

    /// Writes out what is collected. To be called at the end: the destructor does not write, since it could not report
    /// a failure.
    [[nodiscard]] result<void> flush() {
        // A compressed file of nothing is a piece of nothing: no file of no bytes can be unpacked.
        if (packs_ != nullptr && used_ == 0 && !is_begun_) write_packed();
        if (file_.is_open()) write_out();
        if (failed_ != 0) return error{.code = errc::cannot_write, .system = failed_};
        return {};
    }

    /// Writes out what is collected, and returns once the bytes are on the disk: a crash of the machine does not lose
    /// them any more.
    [[nodiscard]] result<void> sync() {
        const result<void> flushed = flush();
        if (!flushed || !file_.is_open()) return flushed;
        failed_ = sync_to_disk(file_.number());
        return flush();
    }

    /// Whether a write has failed; errno of the first failure, or 0.
    [[nodiscard]] int failed() const noexcept { return failed_; }

private:
    /// Less than this is copied together with what comes before and after.
    static constexpr std::size_t gathered_bytes_min = std::size_t{64} << 10;

    void make_room(std::size_t bytes) {
        if (file_.is_open()) write_out();
        if (capacity_ - used_ >= bytes) return;
        const std::size_t capacity = std::max(2 * used_, used_ + bytes);
        std::unique_ptr<char[]> larger(new char[capacity]);
        std::memcpy(larger.get(), buffer_.get(), used_);
        buffer_ = std::move(larger);
        capacity_ = capacity;
    }

    void write_out() {
        if (used_ == 0) return;
        if (packs_ != nullptr) return write_packed();
        ::iovec all{buffer_.get(), used_};
        send({&all, 1});
        used_ = 0;
    }

    void write_packed() {
        is_begun_ = true;
        packed_.clear();
        if (failed_ == 0) packs_->pack({reinterpret_cast<const std::uint8_t*>(buffer_.get()), used_}, packed_);
        ::iovec all{packed_.data(), packed_.size()};
        send({&all, 1});
        used_ = 0;
    }

    void write_gathered(std::span<const std::string_view> pieces) noexcept {
        std::array<::iovec, 256> parts;
        std::size_t count = 0;
        if (used_ != 0) parts[count++] = {buffer_.get(), used_};
        for (const std::string_view piece : pieces) {
            if (piece.empty()) continue;
            if (count == parts.size()) {
                send(parts);
                count = 0;
            }
            // The system's structure is for reading as well, and has no const.
            parts[count++] = {const_cast<char*>(piece.data()), piece.size()};
        }
        send(std::span(parts).first(count));
        used_ = 0;
    }

    /// Writes out all parts, and uses them up.
    void send(std::span<::iovec> parts) noexcept {
        bool touched = false;
        while (!parts.empty() && failed_ == 0) {
            const ssize_t now = ::writev(file_.number(), parts.data(), static_cast<int>(parts.size()));
            if (now < 0 && errno == EFAULT && !touched) {
                // A mapped file was cut short. The system does not raise the signal that shrink_guard waits for; we do.
                touch(parts[0]);
                touched = true;
            } else if (now < 0 && errno != EINTR) {
                failed_ = errno;
            }
            if (now <= 0) continue;
            touched = false;
            parts = rest_of(parts, static_cast<std::size_t>(now));
        }
    }

    static std::span<::iovec> rest_of(std::span<::iovec> parts, std::size_t written) noexcept {
        while (!parts.empty() && written >= parts[0].iov_len) {
            written -= parts[0].iov_len;
            parts = parts.subspan(1);
        }
        if (!parts.empty()) {
            parts[0].iov_base = static_cast<char*>(parts[0].iov_base) + written;
            parts[0].iov_len -= written;
        }
        return parts;
    }

    static void touch(const ::iovec& part) noexcept {
        constexpr std::size_t smallest_page = 4096;
        const volatile char* const bytes = static_cast<const volatile char*>(part.iov_base);
        for (std::size_t at = 0; at < part.iov_len; at += smallest_page) (void)bytes[at];
        (void)bytes[part.iov_len - 1];
    }

    file_descriptor file_;
    std::unique_ptr<char[]> buffer_;
    std::size_t capacity_;
    std::size_t used_ = 0;
    int failed_ = 0;
    std::unique_ptr<packer> packs_;  ///< null where bytes are written as they are
    std::string packed_;             ///< for reuse
    bool is_begun_ = false;          ///< whether anything was packed
};

}  // namespace pcapframe
