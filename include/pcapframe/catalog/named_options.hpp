// THE list of options that a capture is opened with by name: in the entries of a catalog, and by whoever has names and
// values instead of a `read_options`. A new option is one row here.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pcapframe/base/result.hpp>
#include <pcapframe/catalog/yaml/yaml_node.hpp>
#include <pcapframe/catalog/yaml/yaml_writer.hpp>
#include <pcapframe/source/options.hpp>

namespace pcapframe::inline v0_2 {

/// What to open and how, and what is said about it.
struct read_request {
    std::vector<std::string> paths{};
    read_options options{};
    std::string description{};
    yaml::node metadata{};                      ///< null for none
    std::string interface {};                   ///< to capture from instead of files; empty for files
    std::optional<std::uint64_t> chunksize{};   ///< as it was given
    std::optional<std::uint64_t> timeout_ms{};  ///< how long a live read waits for its rows
};

/// What an option takes. Null always means that it is not given.
enum class option_kind : std::uint8_t {
    paths,  ///< a path, or a list of them
    text,   ///< text, or a whole number
    names,  ///< text with commas, or a list of texts
    flag,   ///< true or false
    rows,   ///< a whole number of rows, 1 or more
    bytes,  ///< a whole number of bytes
    time,   ///< a whole number of milliseconds
    live,   ///< the name of an interface
    any,    ///< anything; it says nothing about reading
};

[[nodiscard]] constexpr const char* words_for(option_kind k) noexcept {
    switch (k) {
        case option_kind::paths: return "a path or a list of paths";
        case option_kind::text: return "text";
        case option_kind::names: return "a list of names";
        case option_kind::flag: return "true or false";
        case option_kind::rows: return "a number of rows, 1 or more";
        case option_kind::bytes: return "a number of bytes";
        case option_kind::time: return "a number of milliseconds";
        case option_kind::live: return "the name of an interface";
        case option_kind::any: return "";
    }
    return "";
}

struct named_option {
    std::string_view name;
    option_kind kind;
    std::string_view meaning;
    /// Sets it, from a value that fits the kind.
    void (*set)(read_request&, const yaml::node&);
};

namespace detail {

/// The texts of a list, or the one text.
inline std::vector<std::string> texts_of(const yaml::node& value) {
    if (value.is_string()) return {value.text};
    std::vector<std::string> texts;
    for (const yaml::node& item : value.items) texts.push_back(item.text);
    return texts;
}

inline std::string joined_names(const yaml::node& value) {
    std::string joined;
    for (const std::string& name : texts_of(value)) joined += (joined.empty() ? "" : ",") + name;
    return joined;
}

inline std::string text_or_number(const yaml::node& value) {
    return value.is_string() ? value.text : std::to_string(value.integer);
}

inline void set_nothing(read_request&, const yaml::node&) {}

}  // namespace detail

inline constexpr std::array named_options{
    named_option{"urlpath", option_kind::paths, "a file, a pattern, '-' for standard input, or a list of these",
                 [](read_request& r, const yaml::node& v) { r.paths = detail::texts_of(v); }},
    named_option{"protocol", option_kind::text, "only this IP protocol",
                 [](read_request& r, const yaml::node& v) { r.options.protocol = detail::text_or_number(v); }},
    named_option{"filter", option_kind::text, "only packets that match this expression",
                 [](read_request& r, const yaml::node& v) { r.options.filter = detail::text_or_number(v); }},
    named_option{"payload", option_kind::flag, "add the payload column",
                 [](read_request& r, const yaml::node& v) { r.options.payload = v.boolean; }},
    named_option{"columns", option_kind::names, "these columns instead of the default ones",
                 [](read_request& r, const yaml::node& v) { r.options.columns = detail::joined_names(v); }},
    named_option{"all_frames", option_kind::flag, "rows for frames without IP too",
                 [](read_request& r, const yaml::node& v) { r.options.all_frames = v.boolean; }},
    named_option{"merge", option_kind::flag, "several files in the order of time",
                 [](read_request& r, const yaml::node& v) { r.options.merge = v.boolean; }},
    named_option{"limit", option_kind::rows, "stop after this many rows",
                 [](read_request& r, const yaml::node& v) { r.options.limit = static_cast<std::uint64_t>(v.integer); }},
    named_option{"chunksize", option_kind::rows, "rows per chunk",
                 [](read_request& r, const yaml::node& v) {
                     r.options.batch_rows = static_cast<std::size_t>(v.integer);
                     r.chunksize = static_cast<std::uint64_t>(v.integer);
                 }},
    named_option{"partition_bytes", option_kind::bytes, "cut files into parts of about this size",
                 [](read_request& r, const yaml::node& v) {
                     r.options.partition_bytes = static_cast<std::uint64_t>(v.integer);
                 }},
    named_option{"interface", option_kind::live, "capture from this network interface instead of files",
                 [](read_request& r, const yaml::node& v) { r.interface = v.text; }},
    named_option{"timeout", option_kind::time, "how long a live read waits for its rows; 0 for as long as it takes",
                 [](read_request& r, const yaml::node& v) { r.timeout_ms = static_cast<std::uint64_t>(v.integer); }},
    named_option{"metadata", option_kind::any, "about the data; it says nothing about reading", detail::set_nothing},
};

/// The option of a name; an unknown name is an error that carries the nearest known one.
[[nodiscard]] inline result<const named_option*> find_option(std::string_view name) {
    std::vector<std::string_view> names;
    for (const named_option& option : named_options) {
        if (option.name == name) return &option;
        names.push_back(option.name);
    }
    return error{.code = errc::unknown_name, .detail = "option", .subject = name, .hint = nearest_word(name, names)};
}

namespace detail {

inline bool all_texts(const yaml::node& value) noexcept {
    if (value.is_string()) return true;
    for (const yaml::node& item : value.items)
        if (!item.is_string()) return false;
    return value.is_sequence();
}

inline bool fits(option_kind k, const yaml::node& value) noexcept {
    switch (k) {
        case option_kind::paths:
        case option_kind::names: return all_texts(value);
        case option_kind::text: return value.is_string() || (value.kind == yaml::kind::integer && value.integer >= 0);
        case option_kind::flag: return value.kind == yaml::kind::boolean;
        case option_kind::rows: return value.kind == yaml::kind::integer && value.integer >= 1;
        case option_kind::bytes: return value.kind == yaml::kind::integer && value.integer >= 0;
        case option_kind::time:
            return value.kind == yaml::kind::integer && value.integer >= 0 &&
                   value.integer <= std::numeric_limits<std::int32_t>::max();
        case option_kind::live: return value.is_string() && !value.text.empty();
        case option_kind::any: return true;
    }
    return false;
}

/// A value within an error.
inline std::string shown(const yaml::node& value) {
    if (value.is_string()) return value.text;
    if (value.is_collection() && value.size() != 0) return std::string(yaml::words_for(value.kind));
    return yaml::scalar_text(value);
}

}  // namespace detail

/// Sets one option by name. Errors: a name that is not known, a value of the wrong kind, a protocol or column that is
/// not known.
[[nodiscard]] inline result<void> set_option(read_request& request, std::string_view name, const yaml::node& value) {
    const result<const named_option*> option = find_option(name);
    if (!option) return option.error();
    if (value.is_null()) return {};
    if (!detail::fits((*option)->kind, value)) {
        const std::string subject = std::string(name) + "=" + detail::shown(value);
        return error{
            .code = errc::bad_value, .detail = words_for((*option)->kind), .subject = std::string_view(subject)};
    }
    read_request alone;
    (*option)->set(alone, value);
    const result<detail::read_plan> plan = detail::plan_read(alone.options);
    if (!plan) return plan.error();
    (*option)->set(request, value);
    return {};
}

/// The options by name, as `set_option` takes them: those that are not at their defaults.
[[nodiscard]] inline yaml::node named_values(const read_request& request) {
    const read_options defaults;
    const read_options& given = request.options;
    const auto number = [](std::uint64_t value) {
        return yaml::node::from(
            static_cast<std::int64_t>(std::min<std::uint64_t>(value, std::numeric_limits<std::int64_t>::max())));
    };
    yaml::node values = yaml::node::mapping();
    if (!request.interface.empty()) {
        values.set("urlpath", yaml::node());
        values.set("interface", yaml::node::from(std::string_view(request.interface)));
        if (request.timeout_ms) values.set("timeout", number(*request.timeout_ms));
        if (request.chunksize) values.set("chunksize", number(*request.chunksize));
    } else if (request.paths.size() == 1) {
        values.set("urlpath", yaml::node::from(std::string_view(request.paths[0])));
    } else {
        yaml::node paths = yaml::node::sequence();
        for (const std::string& path : request.paths) paths.items.push_back(yaml::node::from(std::string_view(path)));
        values.set("urlpath", std::move(paths));
    }
    if (!given.protocol.empty()) values.set("protocol", yaml::node::from(std::string_view(given.protocol)));
    if (!given.filter.empty()) values.set("filter", yaml::node::from(std::string_view(given.filter)));
    if (given.payload) values.set("payload", yaml::node::from(true));
    if (!given.columns.empty()) values.set("columns", yaml::node::from(std::string_view(given.columns)));
    if (given.all_frames) values.set("all_frames", yaml::node::from(true));
    if (given.merge) values.set("merge", yaml::node::from(true));
    if (given.limit != defaults.limit) values.set("limit", number(given.limit));
    if (request.interface.empty() && given.batch_rows != defaults.batch_rows)
        values.set("chunksize", number(given.batch_rows));
    if (given.partition_bytes != 0) values.set("partition_bytes", number(given.partition_bytes));
    return values;
}

}  // namespace pcapframe
