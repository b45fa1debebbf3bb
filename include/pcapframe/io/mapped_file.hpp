// A whole regular file as a read-only mapping.
//
// What a mapping cannot give: a file that another process cuts short while it is mapped raises SIGBUS on the pages that
// went. Sources map only when views into the file are asked for (payload); see stream_file.hpp for the other way.
#pragma once

#include <cerrno>
#include <memory>

#include <sys/mman.h>

#include <pcapframe/base/result.hpp>
#include <pcapframe/bytes/load.hpp>
#include <pcapframe/io/file_descriptor.hpp>

namespace pcapframe {

/// Owns a mapping; views into it stay valid as long as it lives. Shared by everything that hands out such views.
class mapped_file {
public:
    /// Maps the `bytes` that the file had when it was opened. An empty file gives an empty mapping.
    [[nodiscard]] static result<std::shared_ptr<const mapped_file>> map(const open_input& input) {
        const auto bytes = static_cast<std::size_t>(input.bytes);
        if (bytes == 0) return std::shared_ptr<const mapped_file>(new mapped_file(nullptr, 0));
        void* const start = ::mmap(nullptr, bytes, PROT_READ, MAP_PRIVATE, input.file.number(), 0);
        if (start == MAP_FAILED) return error{.code = errc::cannot_read, .system = errno};
        ::madvise(start, bytes, MADV_SEQUENTIAL);
        return std::shared_ptr<const mapped_file>(new mapped_file(start, bytes));
    }

    mapped_file(const mapped_file&) = delete;
    mapped_file& operator=(const mapped_file&) = delete;
    ~mapped_file() {
        if (start_ != nullptr) ::munmap(start_, size_);
    }

    [[nodiscard]] bytes_view bytes() const noexcept { return {static_cast<const std::uint8_t*>(start_), size_}; }

private:
    mapped_file(void* start, std::size_t size) noexcept : start_(start), size_(size) {}

    void* start_;
    std::size_t size_;
};

}  // namespace pcapframe
