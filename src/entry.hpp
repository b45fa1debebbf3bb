// An entry of a catalog instead of files on the command line: `--catalog FILE NAME [NAME=VALUE...]`.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <pcapframe/catalog/named_options.hpp>

#include "command.hpp"

/// The request of the entry that `--catalog` and the words NAME [NAME=VALUE...] name; options that are given replace
/// the entry's. Nothing after a complaint, with the exit status in `status`.
std::optional<pcapframe::read_request> request_of_entry(std::string_view command, const arguments& given,
                                                        std::span<const std::string> words, int& status);
/// The request of an entry, for commands that read files only.
std::optional<pcapframe::read_request> file_request_of_entry(std::string_view command, const arguments& given,
                                                             std::span<const std::string> words, int& status);
