// Filter expressions, for the commands that take them. The compiler of expressions is the largest part of the library;
// only expressions.cpp includes it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <pcapframe/filter/packet_filter.hpp>

/// The compiler of the expressions of commands and of the catalogs that they open. Expressions may name what this
/// system knows: hosts, networks, services, protocols. Commands that read files say on standard error where an
/// expression can match no packet.
pcapframe::filter_compiler command_filters();

/// That an expression can match no packet of a link type, where that is so; else empty.
std::string no_match_warning(const std::string& expression, std::uint16_t link_type);

/// Whether a word can begin a filter rather than name a file: a word of the language, or a field of display filters.
bool is_filter_word(std::string_view word);

/// What is wrong with a filter expression, with a caret under the place; empty for nothing. A mistake that depends on a
/// link type shows when packets of that link type come.
std::string filter_problem(const std::string& expression);
/// What is wrong with an expression for the packets of an interface, whose link type is known.
std::string filter_problem(const std::string& expression, const pcapframe::filter_place& place);
