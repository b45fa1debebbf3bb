// New files under names that nobody can know beforehand, and folders whose entries are on the disk.
#pragma once

#include <array>
#include <cerrno>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#if defined(__APPLE__)
#include <sys/random.h>
#endif

#include <pcapframe/base/result.hpp>
#include <pcapframe/io/file_descriptor.hpp>

namespace pcapframe::inline v0_2 {

/// The folder that a path names an entry of.
[[nodiscard]] inline std::string parent_folder(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string_view::npos) return ".";
    return std::string(path.substr(0, slash == 0 ? 1 : slash));
}

/// A new file, open for writing, and its path.
struct hidden_file {
    file_descriptor file;
    std::string path;
};

namespace detail {

/// 16 letters that stand for 80 random bits of the system; empty where the system gives none.
inline std::string random_letters() {
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz234567";
    std::array<std::uint8_t, 16> bytes{};
    if (::getentropy(bytes.data(), bytes.size()) != 0) return {};
    std::string text;
    for (const std::uint8_t byte : bytes) text += letters[byte % letters.size()];
    return text;
}

/// See create_hidden; `letters()` gives the part of the name that differs each time.
template <class Letters>
result<hidden_file> create_hidden(const std::string& target, mode_t mode, Letters letters) {
    constexpr int tries = 100;
    constexpr std::size_t name_bytes_max = 200;  // of 255 that a system takes
    const std::size_t name_at = target.rfind('/') + 1;
    const std::string before = target.substr(0, name_at) + "." + target.substr(name_at, name_bytes_max) + ".";
    int why = 0;
    for (int i = 0; i < tries; ++i) {
        const std::string made = letters();
        if (made.empty()) return error{.code = errc::cannot_write, .system = errno}.about(target);
        std::string path = before + made + ".part";
        file_descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
        if (file.is_open()) return hidden_file{std::move(file), std::move(path)};
        why = errno;
        // ELOOP: systems that look at O_NOFOLLOW before O_EXCL.
        if (why != EEXIST && why != ELOOP && why != EINTR) break;
    }
    return error{.code = errc::cannot_write, .system = why}.about(target);
}

}  // namespace detail

/// Makes a file ".NAME.RANDOM.part" beside `target`, which did not exist before (O_EXCL): another user who may write to
/// the folder cannot have put a file, a named pipe or a link under that name, and processes that have the same number
/// in different containers do not meet. The rights of the new file are `mode`, less what the umask takes. Errors:
/// cannot_write about `target`.
[[nodiscard]] inline result<hidden_file> create_hidden(const std::string& target, mode_t mode) {
    return detail::create_hidden(target, mode, detail::random_letters);
}

/// Waits until what was written to a file, or which entries a folder has, is on the disk; errno, or 0. What cannot be
/// waited for (a pipe, the folders of some network file systems) is no error.
[[nodiscard]] inline int sync_to_disk(int fd) noexcept {
#if defined(F_FULLFSYNC)
    // On macOS, fsync leaves the bytes in the disk's own memory: see fsync(2) there.
    if (::fcntl(fd, F_FULLFSYNC) == 0) return 0;
#endif
    while (::fsync(fd) != 0) {
        if (errno == EINVAL || errno == ENOTSUP || errno == EROFS) return 0;
        if (errno != EINTR) return errno;
    }
    return 0;
}

/// The same for the entries of a folder: a file that was renamed into the folder keeps its name over a crash.
[[nodiscard]] inline result<void> sync_folder(const std::string& path) {
    const file_descriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    const int why = folder.is_open() ? sync_to_disk(folder.number()) : errno;
    if (why != 0) return error{.code = errc::cannot_write, .system = why}.about(path);
    return {};
}

/// Makes a folder and the missing folders above it, each with the rights `mode` less what the umask takes. The folders
/// are on the disk when this returns.
[[nodiscard]] inline result<void> make_folders(const std::string& path, mode_t mode = 0777) {
    for (std::size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
        const std::string part = path.substr(0, end);
        if (::mkdir(part.c_str(), mode) == 0) {
            const result<void> synced = sync_folder(parent_folder(part));
            if (!synced) return synced.error();
        } else if (errno != EEXIST) {
            return error{.code = errc::cannot_write, .system = errno}.about(part);
        }
        if (end == std::string::npos) return {};
    }
}

}  // namespace pcapframe
