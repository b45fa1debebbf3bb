// A cache folder for one test.
#pragma once

#include <filesystem>

#include <pcapframe/dataset/persist.hpp>

#include "../io/files.hpp"

namespace testing {

/// A cache folder of its own, beside which there is room for captures.
class cache_guard {
public:
    cache_guard() { pcapframe::set_cache_dir(folder.path("cache")); }
    ~cache_guard() { pcapframe::set_cache_dir({}); }
    cache_guard(const cache_guard&) = delete;
    cache_guard& operator=(const cache_guard&) = delete;

    [[nodiscard]] std::size_t files() const {
        const std::filesystem::directory_iterator all(folder.path("cache"));
        return static_cast<std::size_t>(std::distance(begin(all), end(all)));
    }

    temporary_folder folder;
};

}  // namespace testing
