// Filter expressions, for the commands that take them. The compiler behind is the largest part of the library; only
// expressions.cpp includes it.
#pragma once

#include <string>

#include <pcapframe/filter/packet_filter.hpp>

/// What compiles the expressions of commands and of the catalogs that they open. Expressions may name what this system
/// knows: hosts, networks, services, protocols. Commands that read files say on standard error where an expression can
/// match no packet.
pcapframe::filter_compiler command_filters();

/// What is wrong with a filter expression, with a caret under the place; empty for nothing. What depends on a link type
/// shows when packets of it come.
std::string filter_problem(const std::string& expression);
/// The same for the packets of an interface, its link type included.
std::string filter_problem(const std::string& expression, const pcapframe::filter_place& place);
