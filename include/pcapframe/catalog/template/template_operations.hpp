// Operators on values, as in Python; whole numbers have 64 bits here.
#pragma once

#include <algorithm>
#include <cmath>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include <pcapframe/base/limits.hpp>
#include <pcapframe/catalog/template/template_text_values.hpp>
#include <pcapframe/catalog/template/template_work.hpp>
#include <pcapframe/catalog/yaml/yaml_node.hpp>

namespace pcapframe::inline v0_2::detail {

/// What Python takes for false.
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

inline bool is_number(const yaml::node& value) noexcept {
    return value.kind == yaml::kind::integer || value.kind == yaml::kind::floating || value.kind == yaml::kind::boolean;
}
/// A whole number; true is one.
inline bool is_whole(const yaml::node& value) noexcept {
    return value.kind == yaml::kind::integer || value.kind == yaml::kind::boolean;
}
inline std::int64_t whole_of(const yaml::node& value) noexcept {
    return value.kind == yaml::kind::boolean ? (value.boolean ? 1 : 0) : value.integer;
}
inline double number_of(const yaml::node& value) noexcept {
    return value.kind == yaml::kind::floating ? value.floating : static_cast<double>(whole_of(value));
}

/// A double as a whole number towards zero; nothing where the number is not within 64 bits.
inline std::optional<std::int64_t> truncated(double value) noexcept {
    constexpr double beyond = 9223372036854775808.0;  // 2^63
    if (!(value >= -beyond && value < beyond)) return std::nullopt;
    return static_cast<std::int64_t>(value);
}

/// The order of a whole number and a double, without rounding either.
inline std::partial_ordering compared(std::int64_t a, double b) noexcept {
    if (b != b) return std::partial_ordering::unordered;
    const std::optional<std::int64_t> whole = truncated(b);
    if (!whole) return b > 0 ? std::partial_ordering::less : std::partial_ordering::greater;
    if (a != *whole) return a <=> *whole;
    const double fraction = b - static_cast<double>(*whole);
    return fraction > 0   ? std::partial_ordering::less
           : fraction < 0 ? std::partial_ordering::greater
                          : std::partial_ordering::equivalent;
}

inline std::partial_ordering compared_numbers(const yaml::node& a, const yaml::node& b) noexcept {
    if (is_whole(a) && is_whole(b)) return whole_of(a) <=> whole_of(b);
    if (is_whole(a)) return compared(whole_of(a), b.floating);
    if (is_whole(b)) return 0 <=> compared(whole_of(b), a.floating);
    return a.floating <=> b.floating;
}

/// Whether two values are equal; values of different kinds are not, but true is 1 and 1 is 1.0.
inline bool equals(const yaml::node& a, const yaml::node& b) noexcept {
    if (is_number(a) && is_number(b)) return compared_numbers(a, b) == 0;
    if (a.kind != b.kind || a.items.size() != b.items.size()) return false;
    if (a.is_string() || a.kind == yaml::kind::time) return a.text == b.text;
    if (a.is_mapping()) {
        for (std::size_t i = 0; i < a.size(); ++i) {
            std::size_t j = 0;
            while (j < b.size() && !equals(a.key(i), b.key(j))) ++j;
            if (j == b.size() || !equals(a.value(i), b.value(j))) return false;
        }
        return true;
    }
    return std::equal(a.items.begin(), a.items.end(), b.items.begin(), equals);
}

/// The order of two values; nothing for values that have no order.
inline std::optional<std::partial_ordering> ordered(const yaml::node& a, const yaml::node& b) noexcept {
    if (is_number(a) && is_number(b)) return compared_numbers(a, b);
    if (a.kind != b.kind) return std::nullopt;
    if (a.is_string() || a.kind == yaml::kind::time) return a.text <=> b.text;
    if (!a.is_sequence()) return std::nullopt;
    for (std::size_t i = 0; i < std::min(a.items.size(), b.items.size()); ++i)
        if (!equals(a.items[i], b.items[i])) return ordered(a.items[i], b.items[i]);
    return a.items.size() <=> b.items.size();
}

/// An operation on two values, at a place.
class template_operation {
public:
    template_operation(template_work& work, std::size_t offset) noexcept : work_(work), offset_(offset) {}

    yaml::node arithmetic(template_operator op, const yaml::node& a, const yaml::node& b) {
        using enum template_operator;
        if (op == add && a.kind == b.kind && (a.is_string() || a.is_sequence())) return joined(a, b);
        if (op == multiply && is_whole(b) && (a.is_string() || a.is_sequence())) return repeated(a, whole_of(b));
        if (op == multiply && is_whole(a) && (b.is_string() || b.is_sequence())) return repeated(b, whole_of(a));
        if (!is_number(a) || !is_number(b)) return no_sense(op, a, b);
        if (op == divide) return quotient(a, b);
        if (op == power) return raised(a, b);
        if (is_whole(a) && is_whole(b)) return whole_arithmetic(op, whole_of(a), whole_of(b));
        return float_arithmetic(op, number_of(a), number_of(b));
    }

    yaml::node negated(const yaml::node& value) {
        if (value.kind == yaml::kind::floating) return yaml::node::from(-value.floating);
        if (!is_whole(value)) return fail("'-' stands before numbers only");
        if (whole_of(value) == std::numeric_limits<std::int64_t>::min()) return too_large();
        return yaml::node::from(-whole_of(value));
    }

    bool compare(template_operator op, const yaml::node& a, const yaml::node& b) {
        using enum template_operator;
        if (op == in || op == not_in) return contains(b, a) == (op == in);
        if (op == equal || op == unequal) return equals(a, b) == (op == equal);
        const std::optional<std::partial_ordering> order = ordered(a, b);
        if (!order) {
            fail(kind_text(a) + " and " + kind_text(b) + " have no order");
            return false;
        }
        switch (op) {
            case less: return *order < 0;
            case at_most: return *order <= 0;
            case greater: return *order > 0;
            default: return *order >= 0;
        }
    }

    bool contains(const yaml::node& whole, const yaml::node& part) {
        if (whole.is_string() && part.is_string()) return whole.text.find(part.text) != std::string::npos;
        if (!whole.is_collection()) {
            fail("'in' looks into text, lists and mappings, and for text within text");
            return false;
        }
        const std::size_t step = whole.is_mapping() ? 2 : 1;
        for (std::size_t i = 0; i < whole.items.size(); i += step)
            if (equals(whole.items[i], part)) return true;
        return false;
    }

private:
    static std::string kind_text(const yaml::node& value) { return std::string(yaml::words_for(value.kind)); }

    yaml::node fail(std::string reason) {
        work_.fail(offset_, std::move(reason));
        return {};
    }
    yaml::node too_large() { return fail("this number does not fit into 64 bits"); }

    yaml::node no_sense(template_operator op, const yaml::node& a, const yaml::node& b) {
        const char* const sign = op == template_operator::add            ? "+"
                                 : op == template_operator::subtract     ? "-"
                                 : op == template_operator::multiply     ? "*"
                                 : op == template_operator::divide       ? "/"
                                 : op == template_operator::floor_divide ? "//"
                                 : op == template_operator::modulo       ? "%"
                                                                         : "**";
        std::string reason = std::string("'") + sign + "' does not take " + kind_text(a) + " and " + kind_text(b);
        if (op == template_operator::add) reason += "; '~' joins texts";
        return fail(std::move(reason));
    }

    yaml::node joined(const yaml::node& a, const yaml::node& b) {
        if (!work_.spend_text(a.text.size() + b.text.size(), offset_)) return {};
        yaml::node made = a;
        made.text += b.text;
        made.items.insert(made.items.end(), b.items.begin(), b.items.end());
        return made;
    }

    yaml::node repeated(const yaml::node& value, std::int64_t times) {
        const std::uint64_t count = times < 0 ? 0 : static_cast<std::uint64_t>(times);
        const std::size_t size = value.is_string() ? value.text.size() : value.items.size();
        const std::size_t most = value.is_string() ? limits::template_bytes_max : limits::template_work_max;
        if (size != 0 && count > most / size) return fail("this grows too large");
        yaml::node made = yaml::node::of(value.kind);
        if (size == 0 || count == 0) return made;
        if (value.is_string() && !work_.spend_text(size * count, offset_)) return {};
        for (std::uint64_t i = 0; i < count; ++i) {
            if (value.is_sequence() && !work_.spend_value(value, offset_)) return {};
            made.text += value.text;
            made.items.insert(made.items.end(), value.items.begin(), value.items.end());
        }
        return made;
    }

    yaml::node quotient(const yaml::node& a, const yaml::node& b) {
        if (number_of(b) == 0) return fail("a division by zero");
        return yaml::node::from(number_of(a) / number_of(b));
    }

    yaml::node whole_arithmetic(template_operator op, std::int64_t a, std::int64_t b) {
        using enum template_operator;
        std::int64_t made = 0;
        bool overflow = false;
        if (op == add) overflow = __builtin_add_overflow(a, b, &made);
        if (op == subtract) overflow = __builtin_sub_overflow(a, b, &made);
        if (op == multiply) overflow = __builtin_mul_overflow(a, b, &made);
        if (op == floor_divide || op == modulo) {
            if (b == 0) return fail("a division by zero");
            // The one quotient that does not fit; every number is divisible by -1.
            if (b == -1) return op == modulo ? yaml::node::from(std::int64_t{0}) : negated(yaml::node::from(a));
            // Towards minus infinity, so the remainder has the sign of the divisor.
            const bool rounds_up = a % b != 0 && (a < 0) != (b < 0);
            made = op == modulo ? a % b + (rounds_up ? b : 0) : a / b - (rounds_up ? 1 : 0);
        }
        return overflow ? too_large() : yaml::node::from(made);
    }

    yaml::node float_arithmetic(template_operator op, double a, double b) {
        using enum template_operator;
        if (op == add) return yaml::node::from(a + b);
        if (op == subtract) return yaml::node::from(a - b);
        if (op == multiply) return yaml::node::from(a * b);
        if (b == 0) return fail("a division by zero");
        // As Python divides: the remainder first, then the quotient of the rest.
        double rest = std::fmod(a, b);
        double whole = (a - rest) / b;
        if (rest != 0 && (b < 0) != (rest < 0)) {
            rest += b;
            whole -= 1.0;
        }
        if (rest == 0) rest = std::copysign(0.0, b);
        if (op == modulo) return yaml::node::from(rest);
        if (whole == 0) return yaml::node::from(std::copysign(0.0, a / b));
        double floor = std::floor(whole);
        if (whole - floor > 0.5) floor += 1.0;
        return yaml::node::from(floor);
    }

    yaml::node raised(const yaml::node& a, const yaml::node& b) {
        if (number_of(a) == 0 && number_of(b) < 0) return fail("a division by zero");
        if (!is_whole(a) || !is_whole(b) || whole_of(b) < 0) {
            const double base = number_of(a), exponent = number_of(b);
            if (base < 0 && std::isfinite(exponent) && exponent != std::floor(exponent))
                return fail("this power is no real number");
            const double made = std::pow(base, exponent);
            if (std::isinf(made) && std::isfinite(base) && std::isfinite(exponent))
                return fail("this number is too large");
            return yaml::node::from(made);
        }
        std::int64_t base = whole_of(a), made = 1;
        bool overflow = false;
        for (std::int64_t rest = whole_of(b); rest > 0; rest >>= 1) {
            if ((rest & 1) != 0) overflow |= __builtin_mul_overflow(made, base, &made);
            if (overflow) return too_large();
            // The square of a base that is not needed any more may be too large.
            if (rest > 1 && __builtin_mul_overflow(base, base, &base)) return too_large();
        }
        return yaml::node::from(made);
    }

    template_work& work_;
    std::size_t offset_;
};

}  // namespace pcapframe::detail
