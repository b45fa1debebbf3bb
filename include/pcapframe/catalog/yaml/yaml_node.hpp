// The values that YAML text can say: a tree in which every node knows where in the text it was written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <pcapframe/base/problem.hpp>

namespace pcapframe::inline v0_2::yaml {

/// What a node of YAML is.
enum class kind : std::uint8_t { null, boolean, integer, floating, time, string, sequence, mapping };

/// The kind in words, with its article: "a list", "true or false".
[[nodiscard]] constexpr std::string_view words_for(kind k) noexcept {
    switch (k) {
        case kind::null: return "null";
        case kind::boolean: return "true or false";
        case kind::integer: return "a whole number";
        case kind::floating: return "a number";
        case kind::time: return "a time";
        case kind::string: return "text";
        case kind::sequence: return "a list";
        case kind::mapping: return "a mapping";
    }
    return "";
}

/// A value. A mapping keeps its order; `items` holds its keys and values in turn. Only the members that `kind` names
/// are set.
struct node {
    yaml::kind kind = kind::null;
    bool boolean = false;
    /// Text that stands in one line exactly as it reads: byte i of the text is byte i after `text_at`.
    bool verbatim = false;
    text_place at;       ///< of the first character of what was written
    text_place text_at;  ///< of a verbatim text's first character: behind the quote, if any
    std::int64_t integer = 0;
    double floating = 0;
    /// Of text; of a time as "2018-01-09", "2018-01-09 08:16:12", "2018-01-09 08:16:12.500000+01:00".
    std::string text;
    std::vector<node> items;

    [[nodiscard]] static node of(yaml::kind k) {
        node made;
        made.kind = k;
        return made;
    }
    [[nodiscard]] static node sequence() { return of(kind::sequence); }
    [[nodiscard]] static node mapping() { return of(kind::mapping); }
    // A template, so that a pointer or a number is not taken for a bool.
    template <class Bool>
    requires std::is_same_v<Bool, bool>
    [[nodiscard]] static node from(Bool value) {
        node made = of(kind::boolean);
        made.boolean = value;
        return made;
    }
    [[nodiscard]] static node from(std::int64_t value) {
        node made = of(kind::integer);
        made.integer = value;
        return made;
    }
    [[nodiscard]] static node from(double value) {
        node made = of(kind::floating);
        made.floating = value;
        return made;
    }
    [[nodiscard]] static node from(std::string_view value) {
        node made = of(kind::string);
        made.text = value;
        return made;
    }

    /// A date or a moment, from its text (see `text`).
    [[nodiscard]] static node time(std::string_view value) {
        node made = of(kind::time);
        made.text = value;
        return made;
    }

    [[nodiscard]] bool is_null() const noexcept { return kind == kind::null; }
    [[nodiscard]] bool is_string() const noexcept { return kind == kind::string; }
    [[nodiscard]] bool is_sequence() const noexcept { return kind == kind::sequence; }
    [[nodiscard]] bool is_mapping() const noexcept { return kind == kind::mapping; }
    [[nodiscard]] bool is_collection() const noexcept { return is_sequence() || is_mapping(); }

    /// Entries of a mapping, items of a sequence; 0 for a scalar.
    [[nodiscard]] std::size_t size() const noexcept { return is_mapping() ? items.size() / 2 : items.size(); }
    [[nodiscard]] const node& key(std::size_t i) const noexcept { return items[2 * i]; }
    [[nodiscard]] const node& value(std::size_t i) const noexcept { return items[2 * i + 1]; }
    [[nodiscard]] node& value(std::size_t i) noexcept { return items[2 * i + 1]; }

    /// The value of a mapping's entry whose key is this text; null if there is no such entry, or the value is no
    /// mapping.
    [[nodiscard]] const node* find(std::string_view name) const noexcept {
        if (!is_mapping()) return nullptr;
        for (std::size_t i = 0; i < size(); ++i)
            if (key(i).is_string() && key(i).text == name) return &value(i);
        return nullptr;
    }
    [[nodiscard]] node* find(std::string_view name) noexcept {
        return const_cast<node*>(static_cast<const node*>(this)->find(name));
    }

    /// Sets an entry of a mapping; a new entry goes to the end.
    void set(std::string_view name, node to) {
        if (node* const there = find(name)) {
            *there = std::move(to);
            return;
        }
        items.push_back(from(name));
        items.push_back(std::move(to));
    }
    /// Removes an entry of a mapping, if there.
    void erase(std::string_view name) {
        for (std::size_t i = 0; is_mapping() && i < size(); ++i) {
            if (!key(i).is_string() || key(i).text != name) continue;
            const auto first = items.begin() + static_cast<std::ptrdiff_t>(2 * i);
            items.erase(first, first + 2);
            return;
        }
    }
};

/// Whether two trees have the same values in the same order, wherever these were written. A not-a-number equals itself.
[[nodiscard]] inline bool same(const node& a, const node& b) noexcept {
    if (a.kind != b.kind || a.items.size() != b.items.size()) return false;
    if (a.kind == kind::boolean && a.boolean != b.boolean) return false;
    if (a.kind == kind::integer && a.integer != b.integer) return false;
    const bool both_nan = a.floating != a.floating && b.floating != b.floating;
    if (a.kind == kind::floating && a.floating != b.floating && !both_nan) return false;
    if ((a.kind == kind::string || a.kind == kind::time) && a.text != b.text) return false;
    for (std::size_t i = 0; i < a.items.size(); ++i)
        if (!same(a.items[i], b.items[i])) return false;
    return true;
}

/// A text read as YAML: its value, or every mistake in the text, in order.
struct document {
    node root;
    problem_list problems;

    [[nodiscard]] explicit operator bool() const noexcept { return problems.empty(); }
};

}  // namespace pcapframe::yaml
