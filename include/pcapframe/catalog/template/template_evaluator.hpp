// The values of a template's expressions, and the text of all its pieces.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pcapframe/base/limits.hpp>
#include <pcapframe/base/problem.hpp>
#include <pcapframe/base/text.hpp>
#include <pcapframe/catalog/template/template_filters.hpp>
#include <pcapframe/catalog/template/template_methods.hpp>
#include <pcapframe/catalog/template/template_operations.hpp>
#include <pcapframe/catalog/template/template_syntax.hpp>
#include <pcapframe/catalog/template/template_work.hpp>
#include <pcapframe/catalog/yaml/yaml_node.hpp>

namespace pcapframe::inline v0_2 {

/// Where the values come from.
struct template_context {
    std::string_view catalog_dir;  ///< the catalog's folder with a '/' at the end: the value of CATALOG_DIR
    const yaml::node& names;       ///< a mapping: the values of all other names
    bool allow_shell = false;      ///< whether shell(...) may run commands
};

namespace detail {

/// The output of a command without the line breaks at its end; nothing where the command fails or prints too much.
inline std::optional<std::string> output_of(const std::string& command) {
    std::FILE* const pipe = ::popen(command.c_str(), "r");
    if (pipe == nullptr) return std::nullopt;
    std::string output;
    char buffer[4096];
    while (const std::size_t got = std::fread(buffer, 1, sizeof buffer, pipe)) {
        if (output.size() <= limits::template_bytes_max) output.append(buffer, got);
    }
    const int status = ::pclose(pipe);
    if (status != 0 || output.size() > limits::template_bytes_max) return std::nullopt;
    while (!output.empty() && (output.back() == '\n' || output.back() == '\r')) output.pop_back();
    return output;
}

/// The characters or items that a slice takes, in the slice's order. Source: the Python language reference, "Slicings".
inline std::optional<std::vector<std::size_t>> sliced(std::size_t size, const yaml::node& from, const yaml::node& to,
                                                      const yaml::node& by) {
    const auto fits = [](const yaml::node& bound) { return bound.is_null() || is_whole(bound); };
    if (!fits(from) || !fits(to) || !fits(by)) return std::nullopt;
    const std::int64_t step = by.is_null() ? 1 : whole_of(by);
    if (step == 0) return std::nullopt;
    const auto length = static_cast<std::int64_t>(size);
    const std::int64_t least = step > 0 ? 0 : -1;
    const std::int64_t most = step > 0 ? length : length - 1;
    const auto bound = [&](const yaml::node& given, std::int64_t otherwise) {
        if (given.is_null()) return otherwise;
        const std::int64_t at = whole_of(given);
        return std::clamp(at < 0 && at >= -length ? at + length : at < 0 ? least : at, least, most);
    };
    const std::int64_t first = bound(from, step > 0 ? 0 : length - 1);
    const std::int64_t end = bound(to, step > 0 ? length : -1);
    std::vector<std::size_t> made;
    for (std::int64_t at = first; step > 0 ? at < end : at > end;) {
        made.push_back(static_cast<std::size_t>(at));
        if (__builtin_add_overflow(at, step, &at)) break;
    }
    return made;
}

class template_evaluator {
public:
    explicit template_evaluator(const template_context& context) noexcept : context_(context) {}

    text_result<yaml::node> expand(const template_text& text) {
        yaml::node made;
        if (text.is_one_expression()) {
            made = defined(text.pieces[0].expression);
            // A time is a value within templates only: an argument takes the time's text.
            if (made.kind == yaml::kind::time) made.kind = yaml::kind::string;
        } else {
            std::string joined;
            append(joined, text.pieces);
            made = yaml::node::from(std::string_view(joined));
        }
        if (work_.failed()) return work_.take_problem();
        return made;
    }

private:
    using kind = template_node::kind;

    /// A value, or why there is none (a name that is not known, an environment variable that is not set).
    struct maybe {
        yaml::node value{};
        std::string missing{};
        std::string hint{};
    };

    maybe fail(std::size_t offset, std::string reason) {
        work_.fail(offset, std::move(reason));
        return {};
    }

    // Pieces.

    void append(std::string& joined, const std::vector<template_piece>& pieces) {
        for (std::size_t i = 0; i < pieces.size() && !work_.failed(); ++i) {
            const template_piece& piece = pieces[i];
            switch (piece.is) {
                case template_piece::kind::text: joined += piece.text; break;
                case template_piece::kind::expression: append(joined, pieces, i); break;
                case template_piece::kind::choice: choose(joined, piece); break;
                case template_piece::kind::assignment: set_.set(piece.text, defined(piece.expression)); break;
                default: break;
            }
        }
    }

    void append(std::string& joined, const std::vector<template_piece>& pieces, std::size_t i) {
        const template_node& expression = pieces[i].expression;
        joined += text_or_fail(defined(expression), expression.offset);
        const bool is_folder = expression.is == kind::name && expression.name == "CATALOG_DIR";
        const bool slash_follows = i + 1 < pieces.size() && pieces[i + 1].text.starts_with("/");
        if (is_folder && slash_follows && joined.ends_with("/")) joined.pop_back();
        if (joined.size() > limits::template_bytes_max) work_.fail(expression.offset, "this grows too large");
    }

    void choose(std::string& joined, const template_piece& choice) {
        for (const template_piece& branch : choice.pieces) {
            if (branch.is == template_piece::kind::branch && !is_true(branch.expression)) continue;
            if (!work_.failed()) append(joined, branch.pieces);
            return;
        }
    }

    std::string text_or_fail(const yaml::node& value, std::size_t offset) {
        if (work_.failed()) return {};
        if (std::optional<std::string> text = text_of_value(value)) return *std::move(text);
        if (value.is_null())
            work_.fail(offset, "this is null here; the filter default gives it a value");
        else if (value.is_sequence())
            work_.fail(offset, "a list within text needs the filter join");
        else
            work_.fail(offset, "a mapping has no place within text");
        return {};
    }

    // Expressions.

    /// A value that is required: a name without a value is a mistake.
    yaml::node defined(const template_node& node) {
        maybe found = evaluate(node);
        if (!found.missing.empty()) work_.fail(where_missing(node), std::move(found.missing), found.hint);
        return std::move(found.value);
    }

    /// The place of the name that has no value, found under the filters and conditions that asked for that value.
    static std::size_t where_missing(const template_node& node) noexcept {
        const template_node* at = &node;
        while (at->is == kind::filter) at = &at->parts[0];
        return at->offset;
    }

    /// What has no value counts as false.
    bool is_true(const template_node& node) {
        const maybe found = evaluate(node);
        return found.missing.empty() && !counts_as_false(found.value);
    }

    maybe evaluate(const template_node& node) {
        if (work_.failed()) return {};
        maybe made = evaluate_kind(node);
        if (!work_.spend_value(made.value, node.offset)) return {};
        return made;
    }

    maybe evaluate_kind(const template_node& node) {
        switch (node.is) {
            case kind::literal: return {node.value};
            case kind::name: return named(node.name);
            case kind::list:
            case kind::tuple: return {collection(node, yaml::kind::sequence)};
            case kind::mapping: return {mapping(node)};
            case kind::unary: return unary(node);
            case kind::binary: return binary(node);
            case kind::compare: return {compared(node)};
            case kind::conditional: return conditional(node);
            case kind::attribute: return attribute(node);
            case kind::index: return index(node);
            case kind::slice: return {slice(node)};
            case kind::call: return call(node);
            case kind::method: return method(node);
            case kind::filter:
            case kind::test: return filtered(node);
            case kind::keyword: return evaluate(node.parts[0]);
        }
        return {};
    }

    [[nodiscard]] maybe named(std::string_view name) const {
        if (const yaml::node* const value = set_.find(name)) return {*value};
        if (name == "CATALOG_DIR") return {yaml::node::from(context_.catalog_dir)};
        if (const yaml::node* const value = context_.names.find(name)) return {*value};
        std::vector<std::string_view> known{"CATALOG_DIR"};
        for (std::size_t i = 0; i < context_.names.size(); ++i) known.push_back(context_.names.key(i).text);
        return {{}, "unknown name '" + std::string(name) + "'", std::string(nearest_word(name, known))};
    }

    yaml::node collection(const template_node& node, yaml::kind of) {
        yaml::node made = yaml::node::of(of);
        for (const template_node& part : node.parts) {
            if (work_.failed()) break;
            made.items.push_back(defined(part));
        }
        return made;
    }

    /// A key that comes twice has the later value.
    yaml::node mapping(const template_node& node) {
        const yaml::node all = collection(node, yaml::kind::mapping);
        yaml::node made = yaml::node::mapping();
        for (std::size_t i = 0; i < all.size() && !work_.failed(); ++i) {
            if (all.key(i).is_collection()) return fail(node.offset, "a key is no list and no mapping").value;
            std::size_t j = 0;
            while (j < made.size() && !equals(made.key(j), all.key(i))) ++j;
            if (!work_.spend(1 + made.size() / 16, node.offset)) break;
            if (j < made.size()) {
                made.value(j) = all.value(i);
                continue;
            }
            made.items.push_back(all.key(i));
            made.items.push_back(all.value(i));
        }
        return made;
    }

    maybe unary(const template_node& node) {
        if (node.operators[0] == template_operator::logical_not) return {yaml::node::from(!is_true(node.parts[0]))};
        yaml::node value = defined(node.parts[0]);
        if (work_.failed()) return {};
        yaml::node negated = template_operation(work_, node.offset).negated(value);
        if (node.operators[0] == template_operator::negate) return {std::move(negated)};
        return value.kind == yaml::kind::boolean ? maybe{yaml::node::from(whole_of(value))} : maybe{std::move(value)};
    }

    maybe binary(const template_node& node) {
        const template_operator op = node.operators[0];
        if (op == template_operator::logical_and || op == template_operator::logical_or) {
            maybe left = evaluate(node.parts[0]);
            const bool left_is_true = left.missing.empty() && !counts_as_false(left.value);
            return left_is_true == (op == template_operator::logical_or) ? std::move(left) : evaluate(node.parts[1]);
        }
        const yaml::node left = defined(node.parts[0]);
        const yaml::node right = work_.failed() ? yaml::node() : defined(node.parts[1]);
        if (work_.failed()) return {};
        if (op == template_operator::concatenate) {
            const std::string made =
                text_or_fail(left, node.parts[0].offset) + text_or_fail(right, node.parts[1].offset);
            if (!work_.spend_text(made.size(), node.offset)) return {};
            return {yaml::node::from(std::string_view(made))};
        }
        if (op == template_operator::modulo && left.is_string()) return {formatted(node, left, right)};
        return {template_operation(work_, node.offset).arithmetic(op, left, right)};
    }

    /// '%s' % value, or a tuple of values, or a mapping of them.
    yaml::node formatted(const template_node& node, const yaml::node& format, const yaml::node& values) {
        template_call made(work_, node.offset, "'%'");
        made.subject = format;
        if (node.parts[1].is == kind::tuple)
            made.arguments.assign(values.items.begin(), values.items.end());
        else if (values.is_mapping())
            made.named = values;
        else
            made.arguments.emplace_back(values);
        return percent_formatter(made).format();
    }

    yaml::node compared(const template_node& node) {
        yaml::node left = defined(node.parts[0]);
        for (std::size_t i = 0; i < node.operators.size() && !work_.failed(); ++i) {
            yaml::node right = defined(node.parts[i + 1]);
            if (work_.failed()) break;
            if (!template_operation(work_, node.offset).compare(node.operators[i], left, right))
                return yaml::node::from(false);
            left = std::move(right);
        }
        return yaml::node::from(true);
    }

    maybe conditional(const template_node& node) {
        const bool chosen = is_true(node.parts[0]);
        if (work_.failed()) return {};
        if (chosen) return evaluate(node.parts[1]);
        if (node.parts.size() > 2) return evaluate(node.parts[2]);
        return {{}, "the condition is false, and there is no 'else'"};
    }

    // Parts of values.

    maybe attribute(const template_node& node) {
        const yaml::node whole = defined(node.parts[0]);
        if (work_.failed()) return {};
        if (const yaml::node* const value = whole.find(node.name)) return {*value};
        if (whole.kind == yaml::kind::time)
            if (std::optional<yaml::node> part = part_of_time(whole.text, node.name)) return {*std::move(part)};
        if (find_method(whole.kind, node.name) != nullptr)
            return fail(node.offset, "the method '" + node.name + "' is called with '()'");
        return {{}, std::string(yaml::words_for(whole.kind)) + " has no '" + node.name + "'"};
    }

    maybe index(const template_node& node) {
        const yaml::node whole = defined(node.parts[0]);
        const yaml::node at = work_.failed() ? yaml::node() : defined(node.parts[1]);
        if (work_.failed()) return {};
        if (whole.is_mapping()) {
            for (std::size_t i = 0; i < whole.size(); ++i)
                if (equals(whole.key(i), at)) return {whole.value(i)};
            return {{}, "the mapping has no such key"};
        }
        if ((!whole.is_sequence() && !whole.is_string()) || !is_whole(at))
            return fail(node.offset, "lists and texts have items by their numbers, mappings by their keys");
        const std::vector<std::string_view> characters =
            whole.is_string() ? characters_of(whole.text) : std::vector<std::string_view>();
        const std::size_t size = whole.is_string() ? characters.size() : whole.size();
        if (!work_.spend(characters.size() / 16, node.offset)) return {};
        const std::int64_t place = whole_of(at) < 0 ? whole_of(at) + static_cast<std::int64_t>(size) : whole_of(at);
        if (place < 0 || place >= static_cast<std::int64_t>(size)) return {{}, "there is no item of this number"};
        const auto i = static_cast<std::size_t>(place);
        return {whole.is_string() ? yaml::node::from(characters[i]) : whole.items[i]};
    }

    yaml::node slice(const template_node& node) {
        const yaml::node whole = defined(node.parts[0]);
        yaml::node bounds[3];
        for (std::size_t i = 0; i < 3 && !work_.failed(); ++i) bounds[i] = defined(node.parts[i + 1]);
        if (work_.failed()) return {};
        if (!whole.is_sequence() && !whole.is_string())
            return fail(node.offset, "only lists and texts have slices").value;
        const std::vector<std::string_view> characters =
            whole.is_string() ? characters_of(whole.text) : std::vector<std::string_view>();
        const std::size_t size = whole.is_string() ? characters.size() : whole.size();
        if (!work_.spend(size / 16, node.offset)) return {};
        const auto places = sliced(size, bounds[0], bounds[1], bounds[2]);
        if (!places) return fail(node.offset, "the bounds of a slice are whole numbers, its step is not 0").value;
        yaml::node made = yaml::node::of(whole.kind);
        for (const std::size_t i : *places) {
            if (whole.is_string())
                made.text += characters[i];
            else
                made.items.push_back(whole.items[i]);
        }
        return made;
    }

    // Calls.

    maybe call(const template_node& node) {
        if (const template_source* const source = find_spec(template_sources, node.name))
            return source->is_env ? environment(node) : maybe{shell(node)};
        template_call made(work_, node.offset, "the function 'range'");
        const template_function& function = *find_spec(template_functions, node.name);
        add_arguments(made, function, node, 0);
        return work_.failed() ? maybe{} : maybe{function.run(made)};
    }

    maybe method(const template_node& node) {
        const std::string what = "the method '" + node.name + "'";
        template_call made(work_, node.offset, what);
        made.subject = defined(node.parts[0]);
        if (work_.failed()) return {};
        const template_function* const function = find_method(made.subject.kind, node.name);
        if (function == nullptr)
            return fail(node.offset,
                        std::string(yaml::words_for(made.subject.kind)) + " has no method '" + node.name + "'");
        const std::size_t count = node.parts.size() - 1;
        if (!function->takes_any && (count < function->least || count > function->most))
            return fail(node.offset, what + " of " + std::string(yaml::words_for(made.subject.kind)) +
                                         " takes another number of arguments");
        add_arguments(made, *function, node, 1);
        return work_.failed() ? maybe{} : maybe{function->run(made)};
    }

    /// A filter or a test. A missing value passes through filters and tests, but for those that ask whether a value is
    /// missing.
    maybe filtered(const template_node& node) {
        const bool is_filter = node.is == kind::filter;
        const std::string what = std::string(is_filter ? "the filter '" : "the test '") + node.name + "'";
        template_call made(work_, node.offset, what);
        maybe from = evaluate(node.parts[0]);
        if (work_.failed()) return {};
        const bool asks =
            node.name == "default" || node.name == "d" || node.name == "defined" || node.name == "undefined";
        if (!from.missing.empty() && !asks) {
            if (is_filter) return from;
            work_.fail(where_missing(node.parts[0]), std::move(from.missing), from.hint);
            return {};
        }
        made.subject = std::move(from.value);
        made.missing = std::move(from.missing);
        const template_function& function =
            is_filter ? *find_spec(template_filters, node.name) : *find_spec(template_tests, node.name);
        add_arguments(made, function, node, 1);
        if (work_.failed()) return {};
        maybe answer{function.run(made)};
        if (is_filter) answer.missing = std::move(made.missing);
        return answer;
    }

    void add_arguments(template_call& to, const template_function& function, const template_node& node,
                       std::size_t first) {
        for (std::size_t i = first; i < node.parts.size() && !work_.failed(); ++i) {
            const template_node& part = node.parts[i];
            std::size_t place = i - first;
            if (part.is == kind::keyword) {
                place = parameter_index(function, part.name);
                if (function.takes_any) {
                    to.named.set(part.name, defined(part));
                    continue;
                }
            }
            if (!function.takes_any && place >= function.most)
                return work_.fail(part.offset, std::string(to.what()) + " has no argument '" + part.name + "'");
            if (to.arguments.size() <= place) to.arguments.resize(place + 1);
            to.arguments[place] = defined(part);
        }
        for (std::size_t i = 0; i < function.least && !work_.failed(); ++i)
            if (!to.has(i)) work_.fail(node.offset, std::string(to.what()) + " misses an argument");
    }

    static maybe environment(const template_node& node) {
        const std::string& name = node.parts[0].value.text;
        if (const char* const value = std::getenv(name.c_str())) return {yaml::node::from(std::string_view(value))};
        if (node.parts.size() > 1) return {node.parts[1].value};
        return {{}, "the environment variable '" + name + "' is not set; env(" + name + ", ...) gives it a default"};
    }

    yaml::node shell(const template_node& node) {
        const std::string& command = node.parts[0].value.text;
        if (!context_.allow_shell) {
            work_.fail(node.offset, "shell(...) runs commands only where that is allowed (--allow-shell)");
            return {};
        }
        if (const std::optional<std::string> output = output_of(command))
            return yaml::node::from(std::string_view(*output));
        work_.fail(node.offset, "the command '" + command + "' failed");
        return {};
    }

    const template_context& context_;
    template_work work_;
    yaml::node set_ = yaml::node::mapping();  ///< what {% set %} has set
};

}  // namespace detail
}  // namespace pcapframe
