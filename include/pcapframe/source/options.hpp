// What to read of a capture: the options of the list as members, by name and text. read_plan.hpp checks them.
#pragma once

#include <charconv>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>
#include <vector>

#include <pcapframe/base/find_name.hpp>
#include <pcapframe/base/result.hpp>
#include <pcapframe/decode/level_choice.hpp>
#include <pcapframe/decode/packet_columns.hpp>
#include <pcapframe/filter/filter_option.hpp>
#include <pcapframe/reassembly/overlap_policy.hpp>
#include <pcapframe/registry/link_types.hpp>
#include <pcapframe/source/option_list.hpp>

namespace pcapframe::inline v0_2 {

/// Options of `open_pcap`, to be named at the call: `open_pcap("x.pcap", {.protocol = "udp", .payload = true})`. Its
/// members, in this order, are those of PCAPFRAME_SHARED_OPTIONS and PCAPFRAME_FILE_OPTIONS in option_list.hpp.
///
/// `filter` takes text where <pcapframe/filter.hpp> is included, and a compiled filter always. With `merge`, each
/// file's own order stays as it is: where its times go back, so do those of the rows; of equal times, the file named
/// first comes first, and all files are open at once. Threads read where all rows are asked for at once (`read`,
/// `for_each_batch`, `write`): rows and their order are the same.
struct read_options {
    PCAPFRAME_SHARED_OPTIONS(PCAPFRAME_OPTION_MEMBER)
    PCAPFRAME_FILE_OPTIONS(PCAPFRAME_OPTION_MEMBER)

    friend bool operator==(const read_options&, const read_options&) = default;
};

/// Rows of a batch or chunk of files where `chunksize` is not given.
inline constexpr std::size_t default_file_chunk = 4096;
/// The same of interfaces.
inline constexpr std::size_t default_live_chunk = 100;

// The member of an option of interfaces that may not be given.
#define PCAPFRAME_SETTING(member, type, ...) std::optional<type> member{};

/// The options of live reads that were given by name. An option that was not given has the default of `live_options`.
struct live_settings {
    std::string interface {};  ///< empty for files
    PCAPFRAME_LIVE_OPTIONS(PCAPFRAME_SETTING)

    friend bool operator==(const live_settings&, const live_settings&) = default;
};

// For functions over all options of a group: `use(option of the list, member)`.
#define PCAPFRAME_VISIT(member, type, otherwise, kind, effect, name, flag, value, meaning) \
    use(PCAPFRAME_NAMED_OPTION(member, type, otherwise, kind, effect, name, flag, value, meaning) from.member);

/// Calls `use(named_option, member)` for all options of files, in the order of the list.
template <class Options, class Use>
requires std::same_as<std::remove_const_t<Options>, read_options>
void each_option(Options& from, Use use) {
    PCAPFRAME_SHARED_OPTIONS(PCAPFRAME_VISIT)
    PCAPFRAME_FILE_OPTIONS(PCAPFRAME_VISIT)
}

/// Calls the same for the options of interfaces.
template <class Options, class Use>
requires std::same_as<std::remove_const_t<Options>, live_settings>
void each_option(Options& from, Use use) {
    use(live_only_options[0], from.interface);
    PCAPFRAME_LIVE_OPTIONS(PCAPFRAME_VISIT)
}

namespace detail {

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

inline error bad_option(const named_option& option, std::string_view text) {
    const std::string subject = std::string(option.name) + "=" + std::string(text);
    return {.code = errc::bad_value, .detail = words_for(option.kind), .subject = std::string_view(subject)};
}

/// An expression, compiled. Errors: a text that is no expression; no compiler for expressions.
inline result<shared_filter> compile_text(std::string_view text, const filter_compiler& filters) {
    if (filters) return filters(text);
    return error{.code = errc::bad_value,
                 .detail = "compiled here: that takes expression_filters() of <pcapframe/filter.hpp>",
                 .subject = std::string_view("filter=" + std::string(text))};
}

/// A single word is a name that is misspelled rather than an expression.
inline bool may_be_expression(std::string_view protocol) noexcept {
    return protocol.find(' ') != std::string_view::npos;
}

inline result<void> check_protocol(std::string_view text, const filter_compiler& filters) {
    if (text.empty()) return {};
    const result<std::uint8_t> protocol = find_ip_protocol(text);
    if (protocol) return {};
    if (!may_be_expression(text) || !filters) return protocol.error();
    const result<shared_filter> compiled = filters(text);
    if (!compiled) return compiled.error();
    return {};
}

inline result<void> set_text(std::string& to, const named_option& option, std::string_view text,
                             const filter_compiler& filters) {
    if (option.kind == option_kind::protocol) {
        const result<void> checked = check_protocol(text, filters);
        if (!checked) return checked.error();
    }
    if (option.kind == option_kind::live && text.empty()) return bad_option(option, text);
    if (option.kind == option_kind::level) {
        const result<level_choice> level = parse_level(text);
        if (!level) return level.error();
    }
    if (option.kind == option_kind::ports) {
        const result<tunnel_ports> ports = parse_tunnel_ports(text);
        if (!ports) return ports.error();
    }
    if (option.kind == option_kind::policy) {
        const result<std::optional<overlap_policy>> policy = parse_defragment(text);
        if (!policy) return policy.error();
    }
    to = text;
    return {};
}

inline result<void> set_text(column_names& to, const named_option&, std::string_view text, const filter_compiler&) {
    if (!text.empty()) {
        const result<column_order> columns = parse_columns(text);
        if (!columns) return columns.error();
    }
    to = text;
    return {};
}

inline result<void> set_text(filter_option& to, const named_option&, std::string_view text,
                             const filter_compiler& filters) {
    shared_filter compiled;
    if (!text.empty()) {
        result<shared_filter> made = compile_text(text, filters);
        if (!made) return made.error();
        compiled = std::move(*made);
    }
    to = filter_option(std::move(compiled));
    return {};
}

inline result<void> set_text(bool& to, const named_option& option, std::string_view text, const filter_compiler&) {
    if (text != "true" && text != "false") return bad_option(option, text);
    to = text == "true";
    return {};
}

template <std::unsigned_integral Number>
result<void> set_text(Number& to, const named_option& option, std::string_view text, const filter_compiler&) {
    Number number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool is_time_too_long =
        option.kind == option_kind::time && number > static_cast<Number>(std::numeric_limits<std::int32_t>::max());
    if (failed != std::errc() || end != text.data() + text.size() || is_time_too_long ||
        (option.kind == option_kind::rows && number == 0))
        return bad_option(option, text);
    to = number;
    return {};
}

inline result<void> set_text(time_fraction& to, const named_option& option, std::string_view text,
                             const filter_compiler&) {
    if (text == "ns") to = time_fraction::nanoseconds;
    else if (text == "us") to = time_fraction::microseconds;
    else return bad_option(option, text);
    return {};
}

/// A link type is the only option that a name may stand for the number of.
inline result<void> set_text(std::optional<std::uint16_t>& to, const named_option&, std::string_view text,
                             const filter_compiler&) {
    const result<std::uint16_t> link_type = parse_link_type(text);
    if (!link_type) return link_type.error();
    to = *link_type;
    return {};
}

template <class T>
result<void> set_text(std::optional<T>& to, const named_option& option, std::string_view text,
                      const filter_compiler& filters) {
    T value{};
    const result<void> set = set_text(value, option, text, filters);
    if (set) to = std::move(value);
    return set;
}

inline std::string text_of(const std::string& value) { return value; }
inline std::string text_of(const column_names& value) { return value.text(); }
inline std::string text_of(const filter_option& value) { return value.text(); }
inline std::string text_of(time_fraction value) {
    switch (value) {
        case time_fraction::as_written: return "";
        case time_fraction::microseconds: return "us";
        case time_fraction::nanoseconds: return "ns";
    }
    return "";
}
inline std::string text_of(bool value) { return value ? "true" : "false"; }
inline std::string text_of(std::unsigned_integral auto value) { return std::to_string(value); }
template <class T>
std::string text_of(const std::optional<T>& value) {
    return value ? text_of(*value) : std::string();
}

}  // namespace detail

/// The value of an option in its text form.
struct option_value {
    named_option option;
    std::string text;
};

/// Options in their text form, in the order of the list: those for which `wanted(option, whether it is not at its
/// default)`. An option without a text form (a filter that was compiled elsewhere) is empty.
template <class Options, class Wanted>
[[nodiscard]] std::vector<option_value> option_texts(const Options& options, Wanted wanted) {
    std::vector<std::string> defaults;
    const Options none{};
    each_option(none, [&](const named_option&, const auto& value) { defaults.push_back(detail::text_of(value)); });
    std::vector<option_value> texts;
    std::size_t i = 0;
    each_option(options, [&](const named_option& option, const auto& value) {
        std::string text = detail::text_of(value);
        if (wanted(option, text != defaults[i++])) texts.push_back({option, std::move(text)});
    });
    return texts;
}

/// The options that are not at their defaults.
template <class Options>
[[nodiscard]] std::vector<option_value> given_options(const Options& options) {
    return option_texts(options, [](const named_option&, bool is_given) { return is_given; });
}

/// Sets an option by name from its text form. `filters` compiles filters, and expressions given as a protocol. Errors:
/// a name that these options do not have (with the nearest right one), a value of the wrong kind, an unknown protocol
/// or column, a wrong expression; then nothing has changed.
template <class Options>
[[nodiscard]] result<void> set_option(Options& options, std::string_view name, std::string_view text,
                                      const filter_compiler& filters = {}) {
    std::optional<result<void>> set;
    std::vector<std::string_view> names;
    each_option(options, [&](const named_option& option, auto& value) {
        names.push_back(option.name);
        if (option.name == name) set = detail::set_text(value, option, text, filters);
    });
    if (set) return *set;
    return unknown_name("option", name, names);
}

/// Whether these options have an option of that name.
template <class Options>
[[nodiscard]] bool has_option(std::string_view name) {
    bool found = false;
    const Options any{};
    each_option(any, [&](const named_option& option, const auto&) { found = found || option.name == name; });
    return found;
}

/// Takes an expression that was given as a protocol into the filter: for options that were set by name.
[[nodiscard]] inline result<void> settle_protocol(read_options& options, const filter_compiler& filters) {
    if (!detail::may_be_expression(options.protocol)) return {};
    std::string expression = options.protocol;
    if (!options.filter.empty()) expression = "(" + expression + ") and (" + options.filter.text() + ")";
    result<shared_filter> compiled = detail::compile_text(expression, filters);
    if (!compiled) return compiled.error();
    options.filter = std::move(*compiled);
    options.protocol.clear();
    return {};
}

}  // namespace pcapframe
