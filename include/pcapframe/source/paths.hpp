// From what the user names to the files it means.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <glob.h>
#include <sys/stat.h>

#include <pcapframe/base/limits.hpp>
#include <pcapframe/base/result.hpp>

namespace pcapframe {

/// The files that a path names: itself, or what matches it as a pattern (`*`, `?`, `[...]`), sorted by name. A file
/// whose name has such characters is taken by its name. No match is an error that names the pattern.
[[nodiscard]] inline result<std::vector<std::string>> expand_path(const std::string& path) {
    if (path.empty()) return error{.code = errc::empty_path};
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

}  // namespace pcapframe
