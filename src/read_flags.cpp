#include "read_flags.hpp"

#include "expressions.hpp"

namespace {

using pcapframe::option_kind;

/// What is wrong with the value of one option; empty for nothing.
template <class Options>
std::string take_flag(const pcapframe::named_option& option, const std::string& value, Options& to) {
    const bool is_text = option.kind == option_kind::protocol || option.kind == option_kind::filter ||
                         option.kind == option_kind::names || option.kind == option_kind::link_type;
    if (is_text && value.empty()) return std::string(option.flag) + " needs a value";
    if (option.kind == option_kind::filter)
        if (std::string problem = filter_problem(value); !problem.empty()) return problem;
    const std::string text = option.kind == option_kind::flag ? "true" : value;
    const auto set = pcapframe::set_option(to, option.name, text, command_filters());
    if (set) return {};
    if (is_text) return set.error().message();
    return std::string(option.flag) + ": '" + value + "' is not " + pcapframe::words_for(option.kind);
}

template <class Options>
std::string take_flags(const arguments& given, Options& to) {
    for (const pcapframe::named_option& option : pcapframe::named_options) {
        if (option.flag.empty() || !given.has(option.flag) || !pcapframe::has_option<Options>(option.name)) continue;
        if (std::string problem = take_flag(option, given.value(option.flag), to); !problem.empty()) return problem;
    }
    return {};
}

}  // namespace

std::string take_read_flags(const arguments& given, pcapframe::read_options& to) {
    if (std::string problem = take_flags(given, to); !problem.empty()) return problem;
    const auto settled = pcapframe::settle_protocol(to, command_filters());
    return settled ? std::string() : settled.error().message();
}

std::string take_live_flags(const arguments& given, pcapframe::live_settings& to) { return take_flags(given, to); }
