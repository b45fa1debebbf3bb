#pragma once

#include <cstdint>
#include <string>

/// The number of rows of a capture, by a second translation unit that includes the library; 0 if it cannot be read.
[[nodiscard]] std::uint64_t count_rows(const std::string& path);
