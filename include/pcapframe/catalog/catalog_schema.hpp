// From the tree of a catalog file to its entries, and every mistake on the way.
//
// The keys are those of intake 0.7's catalogs. Other keys are left alone (they may hold anchors, or belong to another
// program), unless they look like a misspelt key of intake's.
#pragma once

#include <array>
#include <span>
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

inline constexpr std::array<std::string_view, 5> catalog_keys{"name", "description", "metadata", "plugins", "sources"};
inline constexpr std::array<std::string_view, 7> source_keys{"driver",     "args",  "description",  "metadata",
                                                             "parameters", "cache", "direct_access"};
inline constexpr std::array<std::string_view, 6> parameter_keys{"type", "description", "default",
                                                                "min",  "max",         "allowed"};
inline constexpr std::array<std::string_view, 3> access_words{"forbid", "allow", "force"};

/// Reads catalogs. Problems of the catalog as a whole go to the log, those of an entry to the entry.
class catalog_schema {
public:
    /// `filters` checks filters; where there is none, they are checked when an entry is opened.
    catalog_schema(problem_log& log, const filter_compiler& filters) noexcept : log_(&log), filters_(filters) {}

    /// The entries of a whole catalog.
    std::vector<catalog_entry> entries(const yaml::node& root) {
        std::vector<catalog_entry> made;
        if (!root.is_mapping()) {
            log_->add(root.at.line == 0 ? text_place{1, 1} : root.at,
                     "a catalog is a mapping with 'sources', not " + std::string(yaml::words_for(root.kind)));
            return made;
        }
        check_keys(root, catalog_keys);
        member(root, "name", yaml::kind::string);
        member(root, "description", yaml::kind::string);
        plugins(root);
        const yaml::node* const metadata = member(root, "metadata", yaml::kind::mapping);
        if (metadata != nullptr) shared_ = parameters(*metadata);
        const yaml::node* const sources = root.find("sources");
        if (sources == nullptr) {
            const bool misspelt = !nearest_key(root, "sources").empty();
            if (!misspelt) log_->add(root.at, "the key 'sources' is missing");
        } else if (!sources->is_mapping() && !sources->is_null()) {
            expected(*sources, "sources", yaml::kind::mapping);
        } else {
            for (std::size_t i = 0; i < sources->size(); ++i)
                made.push_back(entry(sources->key(i), sources->value(i)));
        }
        return made;
    }

private:
    /// One entry, from its name and the value under it, with what is wrong with it.
    catalog_entry entry(const yaml::node& key, const yaml::node& source) {
        problem_log own{log_->file};
        problem_log* const whole = std::exchange(log_, &own);
        catalog_entry made;
        made.name = value_text(key);
        made.at = key.at;
        if (name_of_key(key, "the name of a source")) made = parts_of_entry(key.text, source, key.at);
        log_ = whole;
        sort_by_place(own.problems);
        made.problems = std::move(own.problems);
        return made;
    }

    catalog_entry parts_of_entry(const std::string& name, const yaml::node& source, text_place at) {
        catalog_entry made;
        made.name = name;
        made.at = at;
        if (!source.is_mapping()) {
            log_->add(source.at.line == 0 ? at : source.at, "the source '" + name +
                                                               "' is a mapping with 'driver' and 'args', not " +
                                                               std::string(yaml::words_for(source.kind)));
            return made;
        }
        check_keys(source, source_keys);
        if (const yaml::node* const text = member(source, "description", yaml::kind::string))
            made.description = text->text;
        if (const yaml::node* const about = member(source, "metadata", yaml::kind::mapping)) made.metadata = *about;
        if (const yaml::node* const args = member(source, "args", yaml::kind::mapping)) made.args = *args;
        drop_line_ends(made.args);
        member(source, "cache", yaml::kind::sequence);
        access(source);
        made.parameters = parameters(source);
        for (const catalog_parameter& shared : shared_)
            if (made.find_parameter(shared.name) == nullptr) made.parameters.push_back(shared);
        driver(made, source);
        arguments(made);
        return made;
    }

    // Keys and kinds.

    void expected(const yaml::node& value, std::string_view key, yaml::kind wanted) {
        log_->add(value.at, "'" + std::string(key) + "' should be " + std::string(yaml::words_for(wanted)) + ", not " +
                               std::string(yaml::words_for(value.kind)));
    }

    /// The member `key` of a mapping, if it is of this kind. Null where there is no such member, where it is null, and
    /// (with a problem) where it is of another kind.
    const yaml::node* member(const yaml::node& of, std::string_view key, yaml::kind wanted) {
        const yaml::node* const value = of.find(key);
        if (value == nullptr || value->is_null()) return nullptr;
        if (value->kind == wanted) return value;
        expected(*value, key, wanted);
        return nullptr;
    }

    bool name_of_key(const yaml::node& key, std::string_view what) {
        if (key.is_string() && !key.text.empty()) return true;
        log_->add(key.at, std::string(what) + " should be text; put it in quotes");
        return false;
    }

    /// The key of a mapping that is nearly `wanted`.
    static std::string nearest_key(const yaml::node& map, std::string_view wanted) {
        for (std::size_t i = 0; i < map.size(); ++i)
            if (map.key(i).is_string() && nearest_word(map.key(i).text, std::array{wanted}) == wanted)
                return map.key(i).text;
        return "";
    }

    void check_keys(const yaml::node& map, std::span<const std::string_view> known) {
        for (std::size_t i = 0; i < map.size(); ++i) {
            const yaml::node& key = map.key(i);
            if (!key.is_string()) continue;
            const std::string_view nearest = nearest_word(key.text, known);
            if (nearest.empty() || nearest == key.text || map.find(nearest) != nullptr) continue;
            log_->add(key.at, "unknown key '" + key.text + "'", problem_kind::document, nearest);
        }
    }

    // Parts of a catalog.

    void plugins(const yaml::node& root) {
        const yaml::node* const plugins = member(root, "plugins", yaml::kind::mapping);
        if (plugins == nullptr) return;
        const yaml::node* const source = member(*plugins, "source", yaml::kind::sequence);
        if (source == nullptr) {
            if (plugins->find("source") == nullptr) log_->add(plugins->at, "'plugins' has a list 'source'");
            return;
        }
        for (const yaml::node& plugin : source->items) {
            if (plugin.find("dir") != nullptr)
                log_->add(plugin.at, "plugins are named by 'module'; 'dir' is not supported");
            else if (plugin.find("module") == nullptr)
                log_->add(plugin.at, "a plugin is a mapping with 'module'");
        }
    }

    void access(const yaml::node& source) {
        const yaml::node* const access = member(source, "direct_access", yaml::kind::string);
        if (access == nullptr) return;
        for (const std::string_view word : access_words)
            if (access->text == word) return;
        log_->add(access->at, "'direct_access' is 'forbid', 'allow' or 'force', not '" + access->text + "'");
    }

    /// The driver that is used: the first that is known here, else the first.
    void driver(catalog_entry& made, const yaml::node& source) {
        const yaml::node* const driver = source.find("driver");
        if (driver == nullptr || driver->is_null()) {
            const bool misspelt = !nearest_key(source, "driver").empty();
            if (!misspelt) log_->add(made.at, "the source '" + made.name + "' has no 'driver'");
            return;
        }
        if (driver->is_string()) choose(made, driver->text);
        if (driver->is_sequence())
            for (const yaml::node& item : driver->items)
                if (item.is_string()) choose(made, item.text);
        if (driver->is_mapping()) named_drivers(made, *driver);
        if (made.driver.empty())
            log_->add(driver->at, "'driver' should be a name, a list of names, or a mapping of names to classes");
    }

    static bool choose(catalog_entry& made, std::string_view name) {
        const bool better =
            made.driver.empty() || (made.kind == driver_kind::other && driver_kind_of(name) != driver_kind::other);
        if (!better) return false;
        made.driver = name;
        made.kind = driver_kind_of(name);
        return true;
    }

    /// `name: {class: ..., args: {...}}`: the arguments of the chosen driver replace the entry's.
    void named_drivers(catalog_entry& made, const yaml::node& drivers) {
        const yaml::node* chosen = nullptr;
        for (std::size_t i = 0; i < drivers.size(); ++i) {
            const yaml::node& one = drivers.value(i);
            const yaml::node* const name = one.find("class");
            if (name == nullptr || !name->is_string())
                log_->add(drivers.key(i).at, "a driver is a mapping with 'class'");
            else if (choose(made, name->text))
                chosen = &one;
        }
        const yaml::node* const args = chosen == nullptr ? nullptr : member(*chosen, "args", yaml::kind::mapping);
        if (args == nullptr) return;
        yaml::node chosen_args = *args;
        drop_line_ends(chosen_args);
        for (std::size_t i = 0; i < chosen_args.size(); ++i)
            if (chosen_args.key(i).is_string()) made.args.set(chosen_args.key(i).text, chosen_args.value(i));
    }

    /// A line break at the end of a text goes, as with Jinja: block scalars ("|", ">") have a line break at the end
    /// that nobody means.
    static void drop_line_ends(yaml::node& value) {
        if (value.is_string() && value.text.ends_with('\n')) value.text.pop_back();
        if (value.is_sequence())
            for (yaml::node& item : value.items) drop_line_ends(item);
        if (value.is_mapping())
            for (std::size_t i = 0; i < value.size(); ++i) drop_line_ends(value.value(i));
    }

    // Parameters.

    std::vector<catalog_parameter> parameters(const yaml::node& of) {
        std::vector<catalog_parameter> made;
        const yaml::node* const list = member(of, "parameters", yaml::kind::mapping);
        for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
            const yaml::node& key = list->key(i);
            if (!name_of_key(key, "the name of a parameter")) continue;
            if (!list->value(i).is_mapping())
                expected(list->value(i), key.text, yaml::kind::mapping);
            else
                made.push_back(parameter(key, list->value(i)));
        }
        return made;
    }

    catalog_parameter parameter(const yaml::node& key, const yaml::node& from) {
        catalog_parameter made;
        made.name = key.text;
        made.at = key.at;
        check_keys(from, parameter_keys);
        if (const yaml::node* const text = member(from, "description", yaml::kind::string))
            made.description = text->text;
        if (const yaml::node* const type = member(from, "type", yaml::kind::string))
            parameter_type_of(made, *type);
        else if (from.find("type") == nullptr)
            infer_type(made, from.find("default"));
        limits_of(made, from);
        const yaml::node* const value = from.find("default");
        if (value == nullptr || value->is_null()) return made;
        made.default_value = *value;
        check_default(made);
        return made;
    }

    /// "int", or "list[int]".
    void parameter_type_of(catalog_parameter& made, const yaml::node& written) {
        made.type_name = written.text;
        const std::string_view text = written.text;
        const std::size_t bracket = text.find('[');
        const std::optional<parameter_type> type = find_parameter_type(text.substr(0, bracket));
        if (type && bracket != std::string_view::npos && text.ends_with("]"))
            made.item_type = find_parameter_type(text.substr(bracket + 1, text.size() - bracket - 2));
        const bool has_items = type && (is_list_type(*type) || *type == parameter_type::dict);
        if (type && (bracket == std::string_view::npos || (made.item_type && has_items))) {
            made.type = *type;
            return;
        }
        std::vector<std::string_view> names;
        for (const parameter_type_spec& spec : parameter_types) names.push_back(spec.name);
        log_->add(written.at, "unknown type '" + written.text + "'", problem_kind::document,
                 nearest_word(text.substr(0, bracket), names));
        made.type = parameter_type::other;
    }

    static void infer_type(catalog_parameter& made, const yaml::node* from) {
        const yaml::kind kind = from == nullptr ? yaml::kind::string : from->kind;
        constexpr std::array<std::string_view, 8> names{"str",      "bool", "int",  "float",
                                                        "datetime", "str",  "list", "dict"};
        made.type_name = names[static_cast<std::size_t>(kind)];
        made.type = *find_parameter_type(made.type_name);
    }

    void limits_of(catalog_parameter& made, const yaml::node& from) {
        const bool ordered = made.type == parameter_type::integer || made.type == parameter_type::floating ||
                             made.type == parameter_type::text || made.type == parameter_type::datetime;
        for (const std::string_view key : {"min", "max"}) {
            const yaml::node* const limit = from.find(key);
            if (limit == nullptr || limit->is_null()) continue;
            if (!ordered) {
                log_->add(limit->at,
                         "'" + std::string(key) + "' needs a type with an order: int, float, str or datetime");
                continue;
            }
            (key == "min" ? made.min : made.max) = converted(*limit, key, made.type);
        }
        const yaml::node* const allowed = member(from, "allowed", yaml::kind::sequence);
        if (allowed == nullptr) return;
        made.allowed.emplace();
        const bool of_items = made.type == parameter_type::mlist;
        for (const yaml::node& item : allowed->items) {
            const parameter_type type = of_items ? made.item_type.value_or(parameter_type::other) : made.type;
            if (auto value = converted(item, "allowed", type)) made.allowed->push_back(std::move(*value));
        }
    }

    std::optional<yaml::node> converted(const yaml::node& from, std::string_view key, parameter_type type) {
        text_result<yaml::node> made = convert_value(from, type);
        if (made) return *std::move(made);
        log_->add(from.at, "'" + std::string(key) + "': " + made.problems()[0].reason);
        return std::nullopt;
    }

    /// A default without a template must be a value that its parameter takes.
    void check_default(const catalog_parameter& made) {
        const yaml::node& value = *made.default_value;
        if (value.is_string()) {
            const text_result<template_text> parsed = parse_default_template(value.text);
            if (!parsed) return log_template_problem(*log_, value, parsed.problems()[0]);
            if (parsed->has_expressions()) return check_templates(*log_, value, {"CATALOG_DIR"});
        }
        const text_result<yaml::node> fits = parameter_value(made, value);
        if (!fits) log_->add(value.at, fits.problems()[0].reason);
    }

    // Arguments.

    void arguments(catalog_entry& made) {
        std::vector<std::string_view> names{"CATALOG_DIR"};
        for (const catalog_parameter& parameter : made.parameters) names.push_back(parameter.name);
        for (std::size_t i = 0; i < made.args.size(); ++i) {
            // Templates see other arguments only as these are written, so they see none that is a template itself.
            const yaml::node& key = made.args.key(i);
            if (name_of_key(key, "the name of an argument") && !has_template(made.args.value(i)))
                names.push_back(key.text);
        }
        check_templates(*log_, made.args, names);
        if (made.kind == driver_kind::pcap) pcap_arguments(made);
    }

    /// What can be told of options before templates are expanded.
    void pcap_arguments(catalog_entry& made) {
        for (std::size_t i = 0; i < made.args.size(); ++i) {
            const yaml::node& key = made.args.key(i);
            const yaml::node& value = made.args.value(i);
            if (!key.is_string()) continue;
            if (is_idle_argument(key.text)) {
                made.warnings.push_back({.file = log_->file,
                                         .at = key.at,
                                         .reason = "the argument '" + key.text + "' is left aside: it has no effect"});
                continue;
            }
            const result<const named_option*> option = find_argument(key.text);
            if (!option) {
                log_->add(key.at, option.error().message());
                continue;
            }
            if ((*option)->kind == option_kind::live || value.is_null() || has_template(value)) continue;
            if ((*option)->kind == option_kind::filter && !filters_) continue;
            if (const catalog_parameter* const parameter = made.find_parameter(key.text)) {
                const text_result<yaml::node> fits = parameter_value(*parameter, value);
                if (!fits) log_->add(value.at, fits.problems()[0].reason);
                continue;
            }
            read_request scratch;
            const result<void> fits = set_argument(scratch, key.text, value, filters_);
            if (!fits) log_->add(value.at, fits.error().message());
        }
        const bool opens_something = made.args.find("urlpath") != nullptr || made.args.find("interface") != nullptr ||
                                     made.find_parameter("urlpath") != nullptr;
        if (!opens_something) log_->add(made.at, "the source '" + made.name + "' names no 'urlpath'");
    }

    problem_log* log_;
    const filter_compiler& filters_;
    std::vector<catalog_parameter> shared_;
};

}  // namespace pcapframe::detail
