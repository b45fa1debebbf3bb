// The state of evaluating one template: what was wrong, and how much work is still allowed. Problems have an offset in
// the template's text, which whoever asked for the value knows.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pcapframe/base/limits.hpp>
#include <pcapframe/base/problem.hpp>
#include <pcapframe/catalog/template/template_syntax.hpp>
#include <pcapframe/catalog/yaml/yaml_node.hpp>

namespace pcapframe::inline v0_2::detail {

class template_work {
public:
    [[nodiscard]] bool failed() const noexcept { return problem_.has_value(); }
    [[nodiscard]] problem take_problem() { return *std::move(problem_); }

    void fail(std::size_t offset, std::string reason, std::string_view hint = {}) {
        if (!problem_) problem_ = template_problem({}, offset, std::move(reason), hint);
    }

    /// Counts values that are made; false, and the evaluation has failed, where there are too many.
    bool spend(std::size_t values, std::size_t offset) {
        if (failed()) return false;
        spent_ += values < limits::template_work_max ? values : limits::template_work_max;
        if (spent_ >= limits::template_work_max) fail(offset, "this is too much work for a template");
        return !failed();
    }
    /// Counts a text before it is made; for texts there is a greatest length besides.
    bool spend_text(std::size_t bytes, std::size_t offset) {
        constexpr std::size_t piece = 64;
        if (bytes > limits::template_bytes_max) fail(offset, "this grows too large");
        return spend(1 + bytes / piece, offset);
    }
    /// Counts a value with all the values in it.
    bool spend_value(const yaml::node& value, std::size_t offset) {
        if (!value.is_collection()) return spend_text(value.text.size(), offset);
        bool good = spend(1, offset);
        for (std::size_t i = 0; good && i < value.items.size(); ++i) good = spend_value(value.items[i], offset);
        return good;
    }

private:
    std::optional<problem> problem_;
    std::size_t spent_ = 0;
};

/// The arguments of a filter, a test, a method or a function, and the answer.
class template_call {
public:
    template_call(template_work& work, std::size_t offset, std::string_view what) noexcept
        : work_(work), offset_(offset), what_(what) {}

    yaml::node subject{};
    /// In the order of the parameters; nothing where an argument is left out.
    std::vector<std::optional<yaml::node>> arguments{};
    /// Arguments by names that are no parameter's, for what takes any.
    yaml::node named = yaml::node::mapping();
    /// Why there is no value, though nothing is wrong yet: `default` may ask for it.
    std::string missing{};

    [[nodiscard]] template_work& work() noexcept { return work_; }
    [[nodiscard]] std::size_t offset() const noexcept { return offset_; }
    /// The filter, test, method or function in words: "the filter 'join'".
    [[nodiscard]] std::string_view what() const noexcept { return what_; }
    [[nodiscard]] bool failed() const noexcept { return work_.failed(); }

    yaml::node fail(std::string reason) {
        work_.fail(offset_, std::move(reason));
        return {};
    }
    /// "the filter 'round' takes numbers".
    yaml::node wants(std::string_view kinds) { return fail(std::string(what_) + " takes " + std::string(kinds)); }

    [[nodiscard]] bool has(std::size_t i) const noexcept { return i < arguments.size() && arguments[i].has_value(); }
    [[nodiscard]] const yaml::node& argument(std::size_t i) const noexcept { return *arguments[i]; }

    /// An argument that is text; the default where the argument is left out or no text.
    std::string text(std::size_t i, std::string_view otherwise = {}) {
        if (!has(i)) return std::string(otherwise);
        if (!argument(i).is_string()) wants("text");
        return argument(i).text;
    }
    std::int64_t integer(std::size_t i, std::int64_t otherwise) {
        if (!has(i)) return otherwise;
        if (argument(i).kind == yaml::kind::boolean) return argument(i).boolean ? 1 : 0;
        if (argument(i).kind != yaml::kind::integer) wants("whole numbers");
        return argument(i).integer;
    }

private:
    template_work& work_;
    std::size_t offset_;
    std::string_view what_;
};

/// A function by its name, with the names of its parameters.
struct template_function {
    static constexpr std::size_t parameters_max = 4;

    std::string_view name;
    std::size_t least;  ///< arguments that must be given
    std::size_t most;
    std::array<std::string_view, parameters_max> parameters;
    yaml::node (*run)(template_call&);
    bool takes_any = false;  ///< any number of arguments, with any names
};

/// The place of an argument by its name; the number of places where no parameter has that name.
inline std::size_t parameter_index(const template_function& of, std::string_view name) noexcept {
    std::size_t i = 0;
    while (i < of.parameters.size() && (of.parameters[i].empty() || of.parameters[i] != name)) ++i;
    return i;
}

}  // namespace pcapframe::detail
