// From the paths and patterns that a user gives to the files they mean.
#pragma once

#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pcapframe/base/limits.hpp>
#include <pcapframe/base/result.hpp>

namespace pcapframe::inline v0_2 {

/// A path with the user's home folder (HOME) for a "~" that begins it: "~", "~/captures". All other paths, "~user" too,
/// stay as they are; "./~" is a file of that name.
[[nodiscard]] inline std::string expand_home(const std::string& path) {
    if (!path.starts_with("~") || (path.size() > 1 && path[1] != '/')) return path;
    const char* const home = std::getenv("HOME");
    return home == nullptr || *home == '\0' ? path : home + path.substr(1);
}

/// The files that a path names: the path itself, or the files that match it as a pattern (`*`, `?`, `[...]`), sorted by
/// name; "~" is the home folder. A file whose name has such characters is taken by its name. No match is an error that
/// names the pattern.
[[nodiscard]] inline result<std::vector<std::string>> expand_path(const std::string& written) {
    if (written.empty()) return error{.code = errc::empty_path};
    const std::string path = expand_home(written);
    struct stat status {};
    const bool is_pattern = path.find_first_of("*?[") != std::string::npos;
    if (!is_pattern || ::stat(path.c_str(), &status) == 0) return std::vector<std::string>{path};
    glob_t matches{};
    const int failed = ::glob(path.c_str(), 0, nullptr, &matches);
    std::vector<std::string> files;
    if (failed == 0) files.assign(matches.gl_pathv, matches.gl_pathv + matches.gl_pathc);
    ::globfree(&matches);
    if (files.empty()) return error{.code = errc::no_match, .subject = std::string_view(path)};
    return files;
}

/// Refuses an output that is one of the files to be read, by whatever name: opening the output would empty that file.
/// "-" is standard output, and among the files it is standard input.
[[nodiscard]] inline result<void> check_output(const std::string& path, const std::vector<std::string>& files) {
    struct stat output {};
    if (path == "-" || ::stat(path.c_str(), &output) != 0 || !S_ISREG(output.st_mode)) return {};
    for (const std::string& file : files) {
        struct stat input {};
        const int failed = file == "-" ? ::fstat(STDIN_FILENO, &input) : ::stat(file.c_str(), &input);
        if (failed == 0 && input.st_dev == output.st_dev && input.st_ino == output.st_ino)
            return error{.code = errc::bad_value,
                         .detail = "another file than the captures that are read",
                         .subject = std::string_view(path)};
    }
    return {};
}

}  // namespace pcapframe
