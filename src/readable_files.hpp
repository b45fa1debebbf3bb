// The files that a command reads, where some of those that were named cannot be read.
#pragma once

#include <string>
#include <string_view>
#include <vector>

/// The files that paths and patterns name, without those that are no captures or cannot be opened: each of these is
/// told on standard error, and `status` becomes exit_status::failed. Nothing where no file is left.
std::vector<std::string> readable_files(std::string_view command, const std::vector<std::string>& paths, int& status);
