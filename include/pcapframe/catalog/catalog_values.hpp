// The arguments of an entry once its parameters have values: so what is opened in the end.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pcapframe/base/text.hpp>
#include <pcapframe/catalog/catalog_entry.hpp>
#include <pcapframe/catalog/catalog_parameter.hpp>
#include <pcapframe/catalog/catalog_problem.hpp>
#include <pcapframe/catalog/catalog_templates.hpp>
#include <pcapframe/catalog/named_options.hpp>
#include <pcapframe/catalog/yaml/yaml_node.hpp>

namespace pcapframe::inline v0_2::detail {

/// What an entry is resolved against.
struct entry_context {
    const catalog_entry& entry;
    std::string_view catalog_dir;
    bool allow_shell;
    const yaml::node& given;  ///< a mapping of the caller's values by name
};

/// The arguments of an entry with their values, and the caller's values that it has no use for.
struct entry_values {
    yaml::node args = yaml::node::mapping();
    yaml::node unused = yaml::node::mapping();
};

/// In the way of intake: a parameter has the caller's value or its default, and is seen by templates; one with the name
/// of an argument checks and converts that argument. Other values of the caller replace arguments.
class entry_resolver {
public:
    entry_resolver(problem_log& log, const entry_context& context) noexcept : log_(log), context_(context) {}

    entry_values resolve() {
        used_ = template_names(entry().args);
        parameter_values();
        sibling_values();
        entry_values made;
        const template_context names{context_.catalog_dir, names_, context_.allow_shell};
        for (std::size_t i = 0; i < entry().args.size(); ++i) {
            const std::string& name = entry().args.key(i).text;
            const yaml::node& written = entry().args.value(i);
            const bool templated = has_template(written);
            // A parameter's value comes in through the template that asks for it.
            const bool through_template = templated && entry().find_parameter(name) != nullptr;
            const yaml::node* const given = through_template ? nullptr : context_.given.find(name);
            yaml::node value = given != nullptr ? *given : expand_tree(log_, written, names);
            const bool as_written = given == nullptr && !templated;
            made.args.set(name, argument(name, std::move(value), as_written, given != nullptr));
        }
        given_only(made);
        return made;
    }

private:
    [[nodiscard]] const catalog_entry& entry() const noexcept { return context_.entry; }

    void refuse_given(std::string text) {
        log_.add({}, std::move(text), problem_kind::request);
        refused_ = true;
    }

    void parameter_values() {
        for (const catalog_parameter& parameter : entry().parameters) {
            const yaml::node* const given = context_.given.find(parameter.name);
            if (given != nullptr) {
                const auto refuse = [&](const std::string& reason) { refuse_given(reason); };
                names_.set(parameter.name, checked_value(parameter, *given, refuse));
            } else if (holds(used_, parameter.name)) {
                names_.set(parameter.name, default_of(parameter));
            }
        }
    }

    /// A parameter's value. Where the value is refused, resolving goes on: with the value itself where it is of the
    /// right type, so that what is made of the value has no further mistakes, and with null where it is not.
    template <class Refuse>
    static yaml::node checked_value(const catalog_parameter& parameter, const yaml::node& from, Refuse refuse) {
        text_result<yaml::node> made = parameter_value(parameter, from);
        if (made) return *std::move(made);
        refuse(made.problems()[0].reason);
        text_result<yaml::node> converted = convert_value(from, parameter.type, parameter.item_type);
        return converted ? *std::move(converted) : yaml::node();
    }

    yaml::node default_of(const catalog_parameter& parameter) {
        if (!parameter.default_value) {
            yaml::node zero = zero_of(parameter.type);
            if (!violation(parameter, zero).empty()) refuse_given(parameter.name + " has no default; give it a value");
            return zero;
        }
        yaml::node value = *parameter.default_value;
        if (value.is_string()) {
            const yaml::node none = yaml::node::mapping();
            value = expand_string(log_, value, parse_default_template(value.text),
                                  {context_.catalog_dir, none, context_.allow_shell});
        }
        const text_place at = parameter.default_value->at;
        return checked_value(parameter, value, [&](const std::string& reason) { log_.add(at, reason); });
    }

    /// Templates see the other arguments as these are written, and the caller's values.
    void sibling_values() {
        for (std::size_t i = 0; i < entry().args.size(); ++i) {
            const std::string& name = entry().args.key(i).text;
            const bool is_plain = entry().find_parameter(name) == nullptr && !has_template(entry().args.value(i));
            if (is_plain) names_.set(name, entry().args.value(i));
        }
        for (std::size_t i = 0; i < context_.given.size(); ++i) {
            const std::string& name = context_.given.key(i).text;
            if (entry().find_parameter(name) == nullptr) names_.set(name, context_.given.value(i));
        }
    }

    /// A value from a template or the caller is converted to the type that is wanted; a value written in the catalog
    /// must be of that type.
    yaml::node argument(std::string_view name, yaml::node value, bool as_written, bool is_given) {
        if (value.is_null()) return value;
        if (const catalog_parameter* const parameter = entry().find_parameter(name)) {
            const text_place at = value.at;
            // A wrong value of the caller has been refused with the parameters already, and with it what templates make
            // of that value.
            yaml::node made = checked_value(*parameter, value, [&](const std::string& reason) {
                if (!is_given && !refused_) log_.add(at, reason);
            });
            made.at = at;
            return made;
        }
        if (as_written || entry().kind != driver_kind::pcap) return value;
        return as_option(name, std::move(value));
    }

    static yaml::node as_option(std::string_view name, yaml::node value) {
        const result<const named_option*> option = find_argument(name);
        if (!option || !value.is_string()) return value;
        parameter_type type{};
        switch ((*option)->kind) {
            case option_kind::flag: type = parameter_type::boolean; break;
            case option_kind::rows:
            case option_kind::bytes:
            case option_kind::count:
            case option_kind::time: type = parameter_type::integer; break;
            default: return value;
        }
        text_result<yaml::node> made = convert_value(value, type);
        if (!made) return value;
        made->at = value.at;
        return *std::move(made);
    }

    /// The caller's values that are no arguments of the entry: options, parameters, or unknown.
    void given_only(entry_values& made) {
        for (std::size_t i = 0; i < context_.given.size(); ++i) {
            const std::string& name = context_.given.key(i).text;
            if (made.args.find(name) != nullptr) continue;
            const bool is_parameter = entry().find_parameter(name) != nullptr;
            const bool is_option = entry().kind == driver_kind::pcap && find_argument(name).has_value();
            if (is_option && !holds(used_, name))
                made.args.set(name, argument(name, context_.given.value(i), false, true));
            else if (!is_parameter && !holds(used_, name))
                made.unused.set(name, context_.given.value(i));
        }
    }

    problem_log& log_;
    const entry_context& context_;
    bool refused_ = false;
    std::vector<std::string> used_;
    yaml::node names_ = yaml::node::mapping();
};

/// A value that an entry has no use for.
inline void log_unknown_given(problem_log& log, const catalog_entry& entry, std::string_view name) {
    std::vector<std::string_view> known;
    for (const catalog_parameter& parameter : entry.parameters) known.push_back(parameter.name);
    if (entry.kind == driver_kind::pcap)
        for (const named_option& option : entry_arguments) known.push_back(option.name);
    log.add({}, "unknown option '" + std::string(name) + "' of '" + entry.name + "'", problem_kind::request,
            nearest_word(name, known));
}

/// The request that the arguments of a capture make. `filters` compiles the request's filter.
inline read_request request_of(problem_log& log, const catalog_entry& entry, const entry_values& values,
                               const yaml::node& given, const filter_compiler& filters) {
    read_request request;
    request.description = entry.description;
    if (entry.metadata.size() != 0) request.metadata = entry.metadata;
    for (std::size_t i = 0; i < values.unused.size(); ++i) log_unknown_given(log, entry, values.unused.key(i).text);
    request.warnings = entry.warnings;
    for (std::size_t i = 0; i < values.args.size(); ++i) {
        const std::string& name = values.args.key(i).text;
        if (is_idle_argument(name)) continue;
        const result<void> set = set_argument(request, name, values.args.value(i), filters);
        if (set) continue;
        const bool is_given = given.find(name) != nullptr;
        const problem_kind kind = is_given ? problem_kind::request : problem_kind::document;
        log.add(is_given ? text_place{} : values.args.value(i).at, set.error().message(), kind);
    }
    if (const result<void> settled = settle_protocol(request.options, filters); !settled && log.problems.empty())
        log.add(entry.at, settled.error().message());
    const bool names_nothing = request.paths.empty() || request.paths[0].empty();
    const bool is_live = request.is_live();
    if (names_nothing && is_live) request.paths.clear();
    if (!names_nothing && is_live && log.problems.empty()) {
        const bool is_given = given.find("interface") != nullptr || given.find("urlpath") != nullptr;
        log.add(is_given ? text_place{} : entry.at,
                "the source '" + entry.name + "' names both a file and an interface",
                is_given ? problem_kind::request : problem_kind::document);
    }
    if (names_nothing && !is_live && log.problems.empty())
        log.add(entry.at, "the source '" + entry.name + "' names no file: its 'urlpath' is empty", problem_kind::input);
    return request;
}

}  // namespace pcapframe::detail
