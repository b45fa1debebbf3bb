// What a template gives, once the values of its names are known.
#pragma once

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <pcapframe/base/limits.hpp>
#include <pcapframe/base/problem.hpp>
#include <pcapframe/base/text.hpp>
#include <pcapframe/catalog/template_text.hpp>
#include <pcapframe/catalog/yaml/yaml_node.hpp>
#include <pcapframe/catalog/yaml/yaml_number.hpp>

namespace pcapframe::inline v0_2 {

/// Where the values come from.
struct template_context {
    std::string_view catalog_dir;  ///< with its '/' at the end; the value of CATALOG_DIR
    const yaml::node& names;       ///< a mapping: the values of all other names
    bool allow_shell = false;      ///< whether shell(...) may run commands
};

namespace detail {

/// The text of a value within other text, as Python has it; nothing for null and collections.
inline std::optional<std::string> text_of_value(const yaml::node& value) {
    switch (value.kind) {
        case yaml::kind::string:
        case yaml::kind::time: return value.text;
        case yaml::kind::boolean: return value.boolean ? "True" : "False";
        case yaml::kind::integer: return std::to_string(value.integer);
        case yaml::kind::floating: return yaml::double_text(value.floating);
        default: return std::nullopt;
    }
}

/// What Jinja takes for false.
inline bool counts_as_false(const yaml::node& value) noexcept {
    switch (value.kind) {
        case yaml::kind::null: return true;
        case yaml::kind::boolean: return !value.boolean;
        case yaml::kind::integer: return value.integer == 0;
        case yaml::kind::floating: return value.floating == 0;
        case yaml::kind::time: return false;
        case yaml::kind::string: return value.text.empty();
        default: return value.items.empty();
    }
}

/// The output of a command without the line breaks at its end; nothing where it fails or says too much.
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

class template_evaluator {
public:
    explicit template_evaluator(const template_context& context) noexcept : context_(context) {}

    text_result<yaml::node> expand(const template_text& text) {
        yaml::node made;
        if (text.is_one_expression()) {
            made = defined(*text.pieces[0].expression);
        } else {
            std::string joined;
            for (std::size_t i = 0; i < text.pieces.size() && !problem_; ++i) append(joined, text, i);
            made = yaml::node::from(std::string_view(joined));
        }
        if (problem_) return *std::move(problem_);
        return made;
    }

private:
    /// A value, or why there is none (a name that is not known, an environment variable that is not set).
    struct maybe {
        yaml::node value;
        std::string missing;
        std::string hint{};  ///< the nearest known name
    };

    void fail(std::size_t offset, std::string reason, std::string_view hint = {}) {
        if (!problem_) problem_ = {.reason = std::move(reason), .hint = std::string(hint), .offset = offset};
    }

    void append(std::string& joined, const template_text& text, std::size_t i) {
        const template_piece& piece = text.pieces[i];
        if (!piece.expression) {
            joined += piece.text;
            return;
        }
        joined += text_or_fail(defined(*piece.expression), piece.expression->operand.offset);
        const bool is_folder = piece.expression->operand.is == template_operand::kind::name &&
                               piece.expression->operand.name == "CATALOG_DIR";
        const bool slash_follows = i + 1 < text.pieces.size() && text.pieces[i + 1].text.starts_with("/");
        if (is_folder && slash_follows && joined.ends_with("/")) joined.pop_back();
        if (joined.size() > limits::template_bytes_max) fail(piece.expression->offset, "this grows too large");
    }

    std::string text_or_fail(const yaml::node& value, std::size_t offset) {
        if (problem_) return {};
        if (std::optional<std::string> text = text_of_value(value)) return *std::move(text);
        if (value.is_null())
            fail(offset, "this is null here; the filter default gives it a value");
        else if (value.is_sequence())
            fail(offset, "a list within text needs the filter join");
        else
            fail(offset, "a mapping has no place within text");
        return {};
    }

    yaml::node defined(const template_expression& expression) {
        maybe found = value_of(expression.operand);
        for (const template_filter& filter : expression.filters) {
            if (problem_) return {};
            found = filtered(std::move(found), filter);
        }
        if (!found.missing.empty()) fail(expression.operand.offset, std::move(found.missing), found.hint);
        return std::move(found.value);
    }

    maybe value_of(const template_operand& operand) {
        switch (operand.is) {
            case template_operand::kind::literal: return {operand.literal, {}};
            case template_operand::kind::name: return named(operand.name);
            case template_operand::kind::env: return environment(operand);
            case template_operand::kind::shell: return {shell(operand), {}};
        }
        return {};
    }

    [[nodiscard]] maybe named(std::string_view name) const {
        if (name == "CATALOG_DIR") return {yaml::node::from(context_.catalog_dir), {}};
        if (const yaml::node* const value = context_.names.find(name)) return {*value, {}};
        return unknown_name(name);
    }

    [[nodiscard]] maybe unknown_name(std::string_view name) const {
        std::vector<std::string_view> known{"CATALOG_DIR"};
        for (std::size_t i = 0; i < context_.names.size(); ++i) known.push_back(context_.names.key(i).text);
        return {{}, "unknown name '" + std::string(name) + "'", std::string(nearest_word(name, known))};
    }

    static maybe environment(const template_operand& operand) {
        const std::string& name = operand.arguments[0].literal.text;
        if (const char* const value = std::getenv(name.c_str())) return {yaml::node::from(std::string_view(value)), {}};
        if (operand.arguments.size() > 1) return {operand.arguments[1].literal, {}};
        return {{}, "the environment variable '" + name + "' is not set; env(" + name + ", ...) gives it a default"};
    }

    yaml::node shell(const template_operand& operand) {
        const std::string& command = operand.arguments[0].literal.text;
        if (!context_.allow_shell) {
            fail(operand.offset, "shell(...) runs commands only where that is allowed (--allow-shell)");
            return {};
        }
        if (const std::optional<std::string> output = output_of(command))
            return yaml::node::from(std::string_view(*output));
        fail(operand.offset, "the command '" + command + "' failed");
        return {};
    }

    /// An argument of a filter; it must have a value.
    yaml::node argument(const template_operand& operand) {
        maybe found = value_of(operand);
        if (!found.missing.empty()) fail(operand.offset, std::move(found.missing), found.hint);
        return std::move(found.value);
    }
    std::string text_argument(const template_operand& operand) {
        return text_or_fail(argument(operand), operand.offset);
    }

    maybe filtered(maybe from, const template_filter& filter) {
        if (filter.is == template_filter_kind::default_value) return with_default(std::move(from), filter);
        if (!from.missing.empty()) return from;
        if (filter.is == template_filter_kind::join) return {joined(from.value, filter), {}};
        std::string text = text_or_fail(from.value, filter.offset);
        if (problem_) return {};
        if (filter.is == template_filter_kind::replace) text = replaced(text, filter);
        for (char& c : text) {
            if (filter.is == template_filter_kind::lower) c = to_lower(c);
            if (filter.is == template_filter_kind::upper && c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
        }
        return {yaml::node::from(std::string_view(text)), {}};
    }

    maybe with_default(maybe from, const template_filter& filter) {
        const bool of_false_too = filter.arguments.size() > 1 && !counts_as_false(argument(filter.arguments[1]));
        const bool missing = !from.missing.empty() || from.value.is_null();
        if (!missing && !(of_false_too && counts_as_false(from.value))) return from;
        return {argument(filter.arguments[0]), {}};
    }

    std::string replaced(std::string_view text, const template_filter& filter) {
        const std::string old_text = text_argument(filter.arguments[0]);
        const std::string new_text = text_argument(filter.arguments[1]);
        std::int64_t times = -1;
        if (filter.arguments.size() > 2) {
            const yaml::node count = argument(filter.arguments[2]);
            if (count.kind == yaml::kind::integer)
                times = count.integer;
            else
                fail(filter.arguments[2].offset, "the third argument of replace is a number of times");
        }
        if (old_text.empty()) fail(filter.offset, "replace needs a text to replace");
        if (problem_) return {};
        std::string made;
        while (times != 0) {
            const std::size_t found = text.find(old_text);
            if (found == std::string_view::npos || made.size() > limits::template_bytes_max) break;
            made += text.substr(0, found);
            made += new_text;
            text.remove_prefix(found + old_text.size());
            if (times > 0) --times;
        }
        made += text;
        if (made.size() > limits::template_bytes_max) fail(filter.offset, "this grows too large");
        return made;
    }

    yaml::node joined(const yaml::node& list, const template_filter& filter) {
        const std::string between = filter.arguments.empty() ? std::string() : text_argument(filter.arguments[0]);
        if (!list.is_sequence()) fail(filter.offset, "the filter join takes a list");
        std::string made;
        for (std::size_t i = 0; i < list.size() && !problem_; ++i) {
            if (i != 0) made += between;
            made += text_or_fail(list.items[i], filter.offset);
            if (made.size() > limits::template_bytes_max) fail(filter.offset, "this grows too large");
        }
        return yaml::node::from(std::string_view(made));
    }

    const template_context& context_;
    std::optional<problem> problem_;
};

}  // namespace detail

/// The value of a template: of any kind where the whole text is one expression, else text.
/// The offset of its problem is in the text that the template was parsed from.
[[nodiscard]] inline text_result<yaml::node> expand_template(const template_text& text,
                                                             const template_context& context) {
    return detail::template_evaluator(context).expand(text);
}

}  // namespace pcapframe
