// An entry of a catalog instead of files on the command line: `--catalog FILE NAME [NAME=VALUE...]`.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <pcapframe/catalog/named_options.hpp>

#include "command.hpp"

/// What the entry asks for that `--catalog` and the words NAME [NAME=VALUE...] name, with the options given in place of
/// its own. Nothing after a complaint; `status` is the exit status then.
std::optional<pcapframe::read_request> request_of_entry(std::string_view command, const arguments& given,
                                                        std::span<const std::string> words, int& status);
/// The same for commands that read files only.
std::optional<pcapframe::read_request> file_request_of_entry(std::string_view command, const arguments& given,
                                                             std::span<const std::string> words, int& status);
