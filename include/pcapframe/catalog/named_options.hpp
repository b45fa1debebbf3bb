// The options of a read as the arguments of catalog entries: those of source/option_list.hpp, and those that only
// entries have.
#pragma once

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pcapframe/base/problem.hpp>
#include <pcapframe/base/result.hpp>
#include <pcapframe/catalog/yaml/yaml_node.hpp>
#include <pcapframe/catalog/yaml/yaml_writer.hpp>
#include <pcapframe/source/options.hpp>

namespace pcapframe::inline v0_2 {

/// What to open and how, and the entry's description and metadata.
struct read_request {
    std::vector<std::string> paths{};
    read_options options{};
    std::string description{};
    yaml::node metadata{};    ///< null for none
    live_settings live{};     ///< with an interface to capture from instead of files
    problem_list warnings{};  ///< arguments of its entry that were left aside

    [[nodiscard]] bool is_live() const noexcept { return !live.interface.empty(); }
};

/// Arguments of an entry that are no options of a read.
inline constexpr std::array entry_only_arguments{
    named_option{"urlpath", option_kind::paths, option_effect::packets, "", "",
                 "a file, a pattern, '-' for standard input, or a list of these"},
    named_option{"metadata", option_kind::any, option_effect::nothing, "", "",
                 "about the data; it says nothing about reading"},
};

/// All arguments of an entry.
inline constexpr auto entry_arguments = [] {
    std::array<named_option, entry_only_arguments.size() + named_options.size()> all{};
    std::size_t count = 0;
    for (const named_option& one : entry_only_arguments) all[count++] = one;
    for (const named_option& one : named_options) all[count++] = one;
    return all;
}();

namespace detail {

/// The texts of a list, or the one text.
inline std::vector<std::string> texts_of(const yaml::node& value) {
    if (value.is_string()) return {value.text};
    std::vector<std::string> texts;
    for (const yaml::node& item : value.items) texts.push_back(item.text);
    return texts;
}

inline bool all_texts(const yaml::node& value) noexcept {
    if (value.is_string()) return true;
    for (const yaml::node& item : value.items)
        if (!item.is_string()) return false;
    return value.is_sequence();
}

/// Whether a value is of the type that an argument takes. Whether the value makes sense is not looked at.
inline bool fits(option_kind k, const yaml::node& value) noexcept {
    const bool is_number = value.kind == yaml::kind::integer && value.integer >= 0;
    switch (k) {
        case option_kind::paths:
        case option_kind::ports:
        case option_kind::names: return all_texts(value);
        case option_kind::protocol:
        case option_kind::level:
        case option_kind::filter:
        case option_kind::link_type: return value.is_string() || is_number;
        case option_kind::flag: return value.kind == yaml::kind::boolean;
        case option_kind::rows:
        case option_kind::bytes:
        case option_kind::count:
        case option_kind::time: return is_number;
        case option_kind::fraction:
        case option_kind::live: return value.is_string();
        case option_kind::policy: return value.is_string() || value.kind == yaml::kind::boolean;
        case option_kind::any: return true;
    }
    return false;
}

/// A value of the right type in the text form of the option.
inline std::string text_form(const yaml::node& value) {
    if (value.is_string()) return value.text;
    if (value.kind == yaml::kind::boolean) return value.boolean ? "true" : "false";
    if (value.kind == yaml::kind::integer) return std::to_string(value.integer);
    std::string joined;
    for (const std::string& name : texts_of(value)) joined += (joined.empty() ? "" : ",") + name;
    return joined;
}

/// A value within an error.
inline std::string shown(const yaml::node& value) {
    if (value.is_string()) return value.text;
    if (value.is_collection() && value.size() != 0) return std::string(yaml::words_for(value.kind));
    return yaml::scalar_text(value);
}

/// The text form of an option as a value of YAML.
inline yaml::node value_of(const option_value& given) {
    switch (given.option.kind) {
        case option_kind::flag: return yaml::node::from(given.text == "true");
        case option_kind::rows:
        case option_kind::bytes:
        case option_kind::count:
        case option_kind::time: {
            std::int64_t number = std::numeric_limits<std::int64_t>::max();
            (void)std::from_chars(given.text.data(), given.text.data() + given.text.size(), number);
            return yaml::node::from(number);
        }
        default: return yaml::node::from(std::string_view(given.text));
    }
}

}  // namespace detail

/// Names of intake-pcap that are others here.
struct argument_alias {
    std::string_view theirs;
    std::string_view ours;
};
inline constexpr std::array argument_aliases{argument_alias{"max_packet", "snaplen"}};

/// The argument of a name, or of one that intake-pcap has for it; an unknown name is an error that carries the nearest
/// known one.
[[nodiscard]] inline result<const named_option*> find_argument(std::string_view name) {
    for (const argument_alias& alias : argument_aliases)
        if (alias.theirs == name) name = alias.ours;
    return find_option(name, entry_arguments);
}

/// Sets one argument by name. `filters` compiles filters. Errors: a name that is not known, a value of the wrong kind,
/// an unknown protocol or column, a filter with a mistake; then nothing has changed.
[[nodiscard]] inline result<void> set_argument(read_request& request, std::string_view name, const yaml::node& value,
                                               const filter_compiler& filters = {}) {
    const result<const named_option*> option = find_argument(name);
    if (!option) return option.error();
    if (value.is_null()) return {};
    if (!detail::fits((*option)->kind, value)) return detail::bad_option(**option, detail::shown(value));
    if ((*option)->kind == option_kind::paths) request.paths = detail::texts_of(value);
    name = (*option)->name;
    if (has_option<read_options>(name)) return set_option(request.options, name, detail::text_form(value), filters);
    if (has_option<live_settings>(name)) return set_option(request.live, name, detail::text_form(value));
    return {};
}

/// The arguments of a request by name, as `set_argument` takes them: all that are not at their defaults.
[[nodiscard]] inline yaml::node named_values(const read_request& request) {
    yaml::node values = yaml::node::mapping();
    if (request.is_live()) {
        values.set("urlpath", yaml::node());
    } else if (request.paths.size() == 1) {
        values.set("urlpath", yaml::node::from(std::string_view(request.paths[0])));
    } else {
        yaml::node paths = yaml::node::sequence();
        for (const std::string& path : request.paths) paths.items.push_back(yaml::node::from(std::string_view(path)));
        values.set("urlpath", std::move(paths));
    }
    for (const option_value& given : given_options(request.live))
        if (request.is_live()) values.set(given.option.name, detail::value_of(given));
    for (const option_value& given : given_options(request.options))
        values.set(given.option.name, detail::value_of(given));
    return values;
}

}  // namespace pcapframe
