// Whether a file is still the one that was looked at before.
#pragma once

#include <cerrno>
#include <cstdint>
#include <string>

#include <sys/stat.h>

#include <pcapframe/base/result.hpp>

namespace pcapframe::inline v0_2 {

/// The size and the modification time of a file. Whoever writes to a file changes one of the two.
struct file_stamp {
    std::uint64_t bytes = 0;
    std::string modified;  ///< seconds since 1970 with nine digits after the point

    friend bool operator==(const file_stamp&, const file_stamp&) = default;

    [[nodiscard]] static file_stamp of(const struct stat& status) {
#if defined(__APPLE__)
        const timespec& time = status.st_mtimespec;
#else
        const timespec& time = status.st_mtim;
#endif
        std::string fraction = std::to_string(time.tv_nsec);
        fraction.insert(0, fraction.size() < 9 ? 9 - fraction.size() : 0, '0');
        return {static_cast<std::uint64_t>(status.st_size), std::to_string(time.tv_sec) + "." + fraction};
    }

    /// Errors: a file that is not there.
    [[nodiscard]] static result<file_stamp> of(const std::string& path) {
        struct stat status {};
        if (::stat(path.c_str(), &status) != 0) return error{.code = errc::cannot_open, .system = errno}.about(path);
        return of(status);
    }
};

}  // namespace pcapframe
