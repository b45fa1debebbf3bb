// A whole regular file as a read-only mapping.
//
// A file that another process cuts short while it is mapped loses pages under the reader: see shrink_guard.hpp. For the
// other way of reading, in windows, see stream_file.hpp.
#pragma once

#include <algorithm>
#include <cerrno>
#include <memory>

#include <sys/mman.h>
#include <unistd.h>

#include <pcapframe/base/result.hpp>
#include <pcapframe/bytes/load.hpp>
#include <pcapframe/io/file_descriptor.hpp>
#include <pcapframe/io/shrink_guard.hpp>

namespace pcapframe::inline v0_2 {

/// Owns a mapping; views into it stay valid as long as the mapping lives. Shared by everything that hands out such
/// views.
class mapped_file {
public:
    /// Maps the `bytes` that the file had when it was opened. An empty file gives an empty mapping.
    [[nodiscard]] static result<std::shared_ptr<const mapped_file>> map(const open_input& input) {
        const auto bytes = static_cast<std::size_t>(input.bytes);
        if (bytes == 0) return std::shared_ptr<const mapped_file>(new mapped_file(nullptr, 0, -1));
        void* const start = ::mmap(nullptr, bytes, PROT_READ, MAP_PRIVATE, input.file.number(), 0);
        if (start == MAP_FAILED) return error{.code = errc::cannot_read, .system = errno};
        const int guard = detail::shrink_guard::add(start, bytes);
        if (guard < 0) {
            ::munmap(start, bytes);
            return error{.code = errc::cannot_read, .system = EMFILE};
        }
        return std::shared_ptr<const mapped_file>(new mapped_file(start, bytes, guard));
    }

    mapped_file(const mapped_file&) = delete;
    mapped_file& operator=(const mapped_file&) = delete;
    ~mapped_file() {
        if (start_ == nullptr) return;
        detail::shrink_guard::remove(guard_);
        ::munmap(start_, size_);
    }

    /// Whether the file was cut short meanwhile: bytes that went are zeros now.
    [[nodiscard]] bool shrunk() const noexcept { return start_ != nullptr && detail::shrink_guard::shrunk(guard_); }

    /// Maps the pages of these bytes now, all at once, which costs less than a page fault now and then. Where the
    /// system cannot, nothing happens.
    void populate([[maybe_unused]] std::size_t offset, [[maybe_unused]] std::size_t bytes) const noexcept {
#if defined(MADV_POPULATE_READ)
        static const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
        const std::size_t begin = std::min(offset, size_) / page * page;
        const std::size_t end = begin + std::min(bytes + offset % page, size_ - begin);
        if (begin < end) ::madvise(static_cast<std::uint8_t*>(start_) + begin, end - begin, MADV_POPULATE_READ);
#endif
    }

    [[nodiscard]] bytes_view bytes() const noexcept { return {static_cast<const std::uint8_t*>(start_), size_}; }

private:
    mapped_file(void* start, std::size_t size, int guard) noexcept : start_(start), size_(size), guard_(guard) {}

    void* start_;
    std::size_t size_;
    int guard_;
};

}  // namespace pcapframe
