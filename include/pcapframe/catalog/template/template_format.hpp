// Values in formats: '{:02d}'.format(n), '%02d' % n. Source: the Python library reference, "Format String Syntax" and
// "printf-style String Formatting".
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

#include <pcapframe/catalog/template/template_operations.hpp>
#include <pcapframe/catalog/template/template_text_values.hpp>
#include <pcapframe/catalog/template/template_time.hpp>
#include <pcapframe/catalog/template/template_work.hpp>
#include <pcapframe/catalog/yaml/yaml_matcher.hpp>
#include <pcapframe/catalog/yaml/yaml_node.hpp>
#include <pcapframe/catalog/yaml/yaml_number.hpp>

namespace pcapframe::inline v0_2::detail {

/// How one value is to be written.
struct format_spec {
    std::string_view fill{};  ///< a blank, or a zero, where there is none
    char align = '\0';        ///< '<', '>', '^', '=' (behind the sign), or none
    char sign = '-';          ///< '+', '-' or ' '
    bool alternate = false;
    bool zero_fill = false;
    std::size_t width = 0;
    char grouping = '\0';  ///< ',' or '_'
    std::optional<std::size_t> precision{};
    char type = '\0';
};

/// Takes a number off a text; a number that is too large becomes a limit that no text reaches.
inline std::size_t take_number(std::string_view& text) noexcept {
    constexpr std::size_t most = limits::template_bytes_max + 1;
    std::size_t value = 0;
    for (; !text.empty() && yaml::detail::is_digit(text[0]); text.remove_prefix(1))
        value = std::min(value * 10 + static_cast<std::size_t>(text[0] - '0'), most);
    return value;
}

inline bool take(std::string_view& text, std::string_view one_of, char& to) noexcept {
    if (text.empty() || one_of.find(text[0]) == std::string_view::npos) return false;
    to = text[0];
    text.remove_prefix(1);
    return true;
}

/// [[fill]align][sign][#][0][width][,][.precision][type]; nothing where a text is no such thing.
inline std::optional<format_spec> read_format_spec(std::string_view text) noexcept {
    constexpr std::string_view aligns = "<>^=";
    format_spec made;
    char ignored = '\0';
    if (!text.empty()) {
        const std::size_t bytes = character_of(text).bytes;
        if (bytes < text.size() && aligns.find(text[bytes]) != std::string_view::npos) {
            made.fill = text.substr(0, bytes);
            text.remove_prefix(bytes);
        }
    }
    take(text, aligns, made.align);
    take(text, "+- ", made.sign);
    made.alternate = take(text, "#", ignored);
    made.zero_fill = take(text, "0", ignored);
    made.width = take_number(text);
    take(text, ",_", made.grouping);
    if (take(text, ".", ignored)) {
        if (text.empty() || !yaml::detail::is_digit(text[0])) return std::nullopt;
        made.precision = take_number(text);
    }
    take(text, "bcdeEfFgGnosxX%", made.type);
    return text.empty() ? std::optional(made) : std::nullopt;
}

/// Writes values by specs. The text that is made is within the limits of the call's work; else the call has failed.
class value_formatter {
public:
    explicit value_formatter(template_call& call) noexcept : call_(call) {}

    std::string write(const yaml::node& value, format_spec spec) {
        constexpr std::size_t precision_max = 400;
        if (spec.width > limits::template_bytes_max) return fail("this grows too large");
        if (value.is_string()) return text(value.text, spec);
        if (!is_number(value)) return fail(std::string(yaml::words_for(value.kind)) + " has no format");
        if (spec.precision.value_or(0) > precision_max) return fail("a format has at most 400 digits behind the point");
        if (spec.zero_fill && spec.align == '\0') spec.align = '=';
        const bool as_float = value.kind == yaml::kind::floating || (spec.type != '\0' && is_float_type(spec.type));
        return as_float ? number(number_of(value), spec) : whole(whole_of(value), spec);
    }

private:
    std::string fail(std::string reason) {
        call_.fail(std::move(reason));
        return {};
    }
    std::string no_such_type(char type, std::string_view of) {
        return fail(std::string("the format '") + type + "' is none of " + std::string(of));
    }

    static bool is_float_type(char type) noexcept {
        return std::string_view("eEfFgG%").find(type) != std::string_view::npos;
    }

    /// Fills up to the width. `sign_bytes` of the text stand before the fill of '='.
    std::string filled(std::string body, const format_spec& spec, char align, std::size_t sign_bytes = 0) {
        const std::size_t has = character_count(body);
        if (has >= spec.width) return body;
        const std::size_t missing = spec.width - has;
        const std::string_view fill = !spec.fill.empty() ? spec.fill : spec.zero_fill ? "0" : " ";
        if (!call_.work().spend_text(body.size() + missing * fill.size(), call_.offset())) return {};
        const std::size_t left = align == '<' ? 0 : align == '^' ? missing / 2 : missing;
        std::string made = align == '=' ? body.substr(0, sign_bytes) : std::string();
        for (std::size_t i = 0; i < left; ++i) made += fill;
        made += std::string_view(body).substr(align == '=' ? sign_bytes : 0);
        for (std::size_t i = left; i < missing; ++i) made += fill;
        return made;
    }

    std::string text(std::string_view from, format_spec spec) {
        if (spec.type != '\0' && spec.type != 's') return no_such_type(spec.type, "text");
        const bool misfit = spec.sign != '-' || spec.alternate || spec.grouping != '\0' || spec.align == '=';
        if (misfit) return fail("this format is none of text");
        std::string body(from);
        if (spec.precision && character_count(from) > *spec.precision) {
            body.clear();
            for (std::size_t i = 0; i < *spec.precision; ++i) {
                const std::size_t bytes = character_of(from).bytes;
                body += from.substr(0, bytes);
                from.remove_prefix(bytes);
            }
        }
        return filled(std::move(body), spec, spec.align == '\0' ? '<' : spec.align);
    }

    /// Marks between groups of digits, counted from the last digit.
    std::string grouped(std::string digits, std::size_t whole_digits, const format_spec& spec, std::size_t group) {
        if (spec.grouping == '\0') return digits;
        if (spec.align == '=' && spec.zero_fill && spec.width != 0)
            return fail("a format with both zeros before a number and marks within is not supported");
        for (std::size_t at = whole_digits; at > group;) {
            at -= group;
            digits.insert(at, 1, spec.grouping);
        }
        return digits;
    }

    std::string signed_number(bool negative, std::string prefix, const std::string& digits, const format_spec& spec) {
        std::string before = negative ? "-" : spec.sign == '-' ? "" : std::string(1, spec.sign);
        before += prefix;
        const std::size_t sign_bytes = before.size();
        return filled(before + digits, spec, spec.align == '\0' ? '>' : spec.align, sign_bytes);
    }

    std::string whole(std::int64_t value, const format_spec& spec) {
        const char type = spec.type == '\0' || spec.type == 'n' ? 'd' : spec.type;
        if (spec.precision) return fail("a whole number has no precision in a format");
        if (type == 'c') return character(value, spec);
        const unsigned base = type == 'd' ? 10 : type == 'b' ? 2 : type == 'o' ? 8 : type == 's' ? 0 : 16;
        if (base == 0) return no_such_type(type, "whole numbers");
        if (spec.grouping == ',' && base != 10) return fail("',' in a format is for decimal numbers");
        std::uint64_t rest = value < 0 ? ~static_cast<std::uint64_t>(value) + 1 : static_cast<std::uint64_t>(value);
        std::string digits;
        const std::string_view letters = type == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
        do {
            digits += letters[rest % base];
            rest /= base;
        } while (rest != 0);
        std::reverse(digits.begin(), digits.end());
        const std::size_t count = digits.size();
        const std::string prefix = spec.alternate && base != 10 ? std::string("0") + type : std::string();
        return signed_number(value < 0, prefix, grouped(std::move(digits), count, spec, base == 10 ? 3 : 4), spec);
    }

    std::string character(std::int64_t value, const format_spec& spec) {
        std::string made;
        const bool good =
            value >= 0 && value <= 0x10ffff && yaml::detail::append_code_point(made, static_cast<std::uint32_t>(value));
        if (!good) return fail("this number is no character");
        return filled(std::move(made), spec, spec.align == '\0' ? '<' : spec.align);
    }

    std::string number(double value, const format_spec& spec) {
        if (spec.alternate) return fail("'#' in a format of numbers with a fraction is not supported");
        if (spec.type != '\0' && spec.type != 'n' && !is_float_type(spec.type))
            return no_such_type(spec.type, "numbers with a fraction");
        const bool negative = std::signbit(value) && value == value;
        const double size = std::fabs(value);
        std::string digits = unsigned_digits(size, spec);
        const bool capital = spec.type == 'E' || spec.type == 'F' || spec.type == 'G';
        if (capital) digits = uppered(digits);
        const std::size_t whole_digits = std::min(digits.find_first_not_of("0123456789"), digits.size());
        return signed_number(negative, "", grouped(std::move(digits), whole_digits, spec, 3), spec);
    }

    static std::string unsigned_digits(double size, const format_spec& spec) {
        const char type = spec.type == 'n' ? 'g' : static_cast<char>(spec.type | 0x20);
        const char* const end = spec.type == '%' ? "%" : "";
        if (!std::isfinite(size)) return std::string(size != size ? "nan" : "inf") + end;
        if (spec.type == '\0') return plain_digits(size, spec);
        if (spec.type == '%') return printed(size * 100, 'f', spec.precision.value_or(6)) + end;
        return printed(size, type, spec.precision.value_or(6));
    }

    /// Without a type: as str() has it, or as 'g' with at least one digit behind the point.
    static std::string plain_digits(double size, const format_spec& spec) {
        if (!spec.precision) return float_text(size);
        const std::size_t precision = std::max<std::size_t>(*spec.precision, 1);
        std::string digits = printed(size, 'g', precision);
        if (digits.find_first_of(".e") != std::string::npos) return digits;
        // 'g' would go on to an exponent one digit earlier, so that the point has a digit behind it.
        if (digits.size() >= precision && size != 0) return printed(size, 'e', precision - 1, true);
        return digits + ".0";
    }

    static std::string printed(double value, char type, std::size_t precision, bool drop_zeros = false) {
        std::array<char, 800> buffer{};
        const char format[] = {'%', '.', '*', type, '\0'};
        const int written = std::snprintf(buffer.data(), buffer.size(), format, static_cast<int>(precision), value);
        std::string text(buffer.data(), static_cast<std::size_t>(std::max(written, 0)));
        yaml::detail::replace_first(text, yaml::detail::decimal_point(), '.');
        const std::size_t e = drop_zeros ? text.find('e') : std::string::npos;
        if (e == std::string::npos || text.find('.') > e) return text;
        const std::size_t last = text.find_last_not_of('0', e - 1);
        return text.substr(0, text[last] == '.' ? last : last + 1) + text.substr(e);
    }

    template_call& call_;
};

/// '{} {0} {name:spec}'.format(...).
class brace_formatter {
public:
    explicit brace_formatter(template_call& call) noexcept : call_(call) {}

    yaml::node format() {
        std::string_view rest = call_.subject.text;
        std::string made;
        while (!rest.empty() && !call_.failed()) {
            const std::size_t brace = std::min(rest.find_first_of("{}"), rest.size());
            made += rest.substr(0, brace);
            rest.remove_prefix(brace);
            if (rest.empty()) break;
            if (rest.size() > 1 && rest[0] == rest[1]) {
                made += rest[0];
                rest.remove_prefix(2);
                continue;
            }
            const std::size_t end = rest.find('}');
            if (rest[0] == '}' || end == std::string_view::npos)
                return call_.fail("a single '" + std::string(1, rest[0]) + "' in a format; '" +
                                  std::string(2, rest[0]) + "' is one that stands for itself");
            made += field(rest.substr(1, end - 1));
            rest.remove_prefix(end + 1);
            if (!call_.failed()) call_.work().spend_text(made.size(), call_.offset());
        }
        return yaml::node::from(std::string_view(made));
    }

private:
    std::string field(std::string_view text) {
        if (text.find('{') != std::string_view::npos) {
            call_.fail("a field within a field of a format is not supported");
            return {};
        }
        const std::size_t colon = std::min(text.find(':'), text.size());
        std::string_view name = text.substr(0, colon);
        const std::string_view by = text.substr(std::min(colon + 1, text.size()));
        const bool as_text = name.ends_with("!s");
        if (as_text) name.remove_suffix(2);
        const yaml::node* const value = find(name);
        if (value == nullptr) {
            call_.fail("the format has no value for '{" + std::string(name) + "}'");
            return {};
        }
        return written(*value, by, as_text);
    }

    /// The argument of a field: the next argument, or the argument with the field's number or name.
    const yaml::node* find(std::string_view name) {
        if (name.empty()) return call_.has(next_) ? &call_.argument(next_++) : nullptr;
        if (!yaml::detail::is_digit(name[0])) return call_.named.find(name);
        std::string_view rest = name;
        const std::size_t i = take_number(rest);
        return rest.empty() && call_.has(i) ? &call_.argument(i) : nullptr;
    }

    std::string written(const yaml::node& value, std::string_view by, bool as_text) {
        if (value.kind == yaml::kind::time && !as_text && !by.empty())
            return formatted_time(call_, value.text, by).text;
        const std::optional<std::string> plain = text_of_value(value);
        if (!plain) {
            call_.fail(std::string(yaml::words_for(value.kind)) + " has no place within text");
            return {};
        }
        if (by.empty()) return *plain;
        const std::optional<format_spec> spec = read_format_spec(by);
        if (!spec) {
            call_.fail("'" + std::string(by) + "' is no format");
            return {};
        }
        const bool is_text = as_text || value.kind == yaml::kind::time;
        return value_formatter(call_).write(is_text ? yaml::node::from(std::string_view(*plain)) : value, *spec);
    }

    template_call& call_;
    std::size_t next_ = 0;
};

/// '%s %05d %(name)s' % values. The values are the call's arguments, or named values.
class percent_formatter {
public:
    explicit percent_formatter(template_call& call) noexcept : call_(call) {}

    yaml::node format() {
        std::string_view rest = call_.subject.text;
        std::string made;
        while (!rest.empty() && !call_.failed()) {
            const std::size_t percent = std::min(rest.find('%'), rest.size());
            made += rest.substr(0, percent);
            rest.remove_prefix(percent);
            if (rest.empty()) break;
            rest.remove_prefix(1);
            made += directive(rest);
            if (!call_.failed()) call_.work().spend_text(made.size(), call_.offset());
        }
        if (!call_.failed() && !by_name_ && next_ < call_.arguments.size())
            return call_.fail("there are more values than the format has places");
        return yaml::node::from(std::string_view(made));
    }

private:
    std::string fail(std::string reason) {
        call_.fail(std::move(reason));
        return {};
    }

    std::string directive(std::string_view& rest) {
        std::string_view name;
        const bool has_name = rest.starts_with("(");
        if (has_name) {
            const std::size_t end = std::min(rest.find(')'), rest.size());
            name = rest.substr(1, end - std::min<std::size_t>(end, 1));
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
        format_spec spec;
        char flag = '\0';
        bool left = false;
        while (take(rest, "#0- +", flag)) {
            spec.alternate |= flag == '#';
            spec.zero_fill |= flag == '0';
            left |= flag == '-';
            if (flag == '+' || (flag == ' ' && spec.sign != '+')) spec.sign = flag;
        }
        spec.width = take_number(rest);
        if (take(rest, ".", flag)) spec.precision = take_number(rest);
        spec.align = left ? '<' : '\0';
        if (left) spec.zero_fill = false;
        if (rest.empty()) return fail("a format ends within a place for a value");
        spec.type = rest[0];
        rest.remove_prefix(1);
        if (spec.type == '%') return "%";
        const yaml::node* const value = has_name ? named(name) : next();
        if (value == nullptr)
            return fail(has_name ? "the format has no value for '" + std::string(name) + "'"
                                 : std::string("there are fewer values than the format has places"));
        return written(*value, spec);
    }

    const yaml::node* next() { return call_.has(next_) ? &call_.argument(next_++) : nullptr; }
    const yaml::node* named(std::string_view name) {
        by_name_ = true;
        return call_.named.find(name);
    }

    std::string written(const yaml::node& value, format_spec spec) {
        if (spec.type == 's') {
            const std::optional<std::string> plain = text_of_value(value);
            if (!plain) return fail(std::string(yaml::words_for(value.kind)) + " has no place within text");
            // Texts stand at the right; what is for numbers says nothing.
            format_spec of_text{.align = spec.align == '\0' ? '>' : spec.align,
                                .width = spec.width,
                                .precision = spec.precision,
                                .type = 's'};
            return value_formatter(call_).write(yaml::node::from(std::string_view(*plain)), of_text);
        }
        if (std::string_view("diuoxXeEfFgG").find(spec.type) == std::string_view::npos)
            return fail(std::string("'%") + spec.type + "' is not supported in a format");
        if (!is_number(value)) return fail(std::string("'%") + spec.type + "' in a format takes a number");
        return std::string_view("diuoxX").find(spec.type) != std::string_view::npos
                   ? whole(value, spec)
                   : value_formatter(call_).write(
                         value.kind == yaml::kind::floating ? value : yaml::node::from(number_of(value)), spec);
    }

    std::string whole(const yaml::node& value, format_spec spec) {
        const bool is_decimal = spec.type == 'd' || spec.type == 'i' || spec.type == 'u';
        if (is_decimal) spec.type = 'd';
        if (!is_decimal && !is_whole(value))
            return fail(std::string("'%") + spec.type + "' in a format takes a whole number");
        if (spec.precision) return fail("a whole number has no precision in a format");
        const std::optional<std::int64_t> number = is_whole(value) ? whole_of(value) : truncated(value.floating);
        if (!number) return fail("this number does not fit into 64 bits");
        return value_formatter(call_).write(yaml::node::from(*number), spec);
    }

    template_call& call_;
    std::size_t next_ = 0;
    bool by_name_ = false;
};

}  // namespace pcapframe::detail
