// A cache folder for one test.
#pragma once

#include <filesystem>

#include <stdlib.h>

#include <pcapframe/dataset/persist.hpp>

#include "../io/files.hpp"

namespace testing {

/// A cache folder of its own, beside which there is room for captures.
class cache_guard {
public:
    cache_guard() { ::setenv("XDG_CACHE_HOME", folder.path("cache").c_str(), 1); }
    ~cache_guard() { ::unsetenv("XDG_CACHE_HOME"); }
    cache_guard(const cache_guard&) = delete;
    cache_guard& operator=(const cache_guard&) = delete;

    [[nodiscard]] std::size_t files() const {
        const std::filesystem::directory_iterator all(folder.path("cache/pcapframe"));
        return static_cast<std::size_t>(std::distance(begin(all), end(all)));
    }

    temporary_folder folder;
};

}  // namespace testing
