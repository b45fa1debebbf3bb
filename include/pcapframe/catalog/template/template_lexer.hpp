// The words and signs of a template's expressions. Source: Jinja 3.1, the grammar of its lexer.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <pcapframe/base/problem.hpp>
#include <pcapframe/catalog/template/template_syntax.hpp>
#include <pcapframe/catalog/yaml/yaml_cursor.hpp>
#include <pcapframe/catalog/yaml/yaml_matcher.hpp>
#include <pcapframe/catalog/yaml/yaml_number.hpp>
#include <pcapframe/catalog/yaml/yaml_scalar.hpp>

namespace pcapframe::inline v0_2::detail {

struct template_token {
    enum class kind : std::uint8_t { end, name, literal, sign };

    kind is = kind::end;
    std::size_t offset = 0;
    std::string_view text{};  ///< of a name or a sign; of the end: how the expression is closed
    yaml::node value{};       ///< of a literal
};

constexpr bool is_template_blank(char c) noexcept { return c == ' ' || (c >= '\t' && c <= '\r'); }

/// Takes tokens off a template's text, from one position on. After the first mistake there is only the end.
class template_lexer {
public:
    explicit template_lexer(std::string_view text) noexcept : text_(text) {}

    [[nodiscard]] std::size_t position() const noexcept { return at_; }
    void go_to(std::size_t position) noexcept { at_ = position; }
    [[nodiscard]] std::string_view rest() const noexcept { return text_.substr(at_); }
    /// What closes the expression: "}}", "%}", or nothing where the end of the text does.
    void close_with(std::string_view closing) noexcept {
        closing_ = closing;
        open_brackets_ = 0;
    }
    [[nodiscard]] std::optional<problem>& mistake() noexcept { return mistake_; }

    void fail(std::size_t offset, std::string reason, std::string_view hint = {}) {
        if (!mistake_) mistake_ = template_problem(text_, offset, std::move(reason), hint);
        at_ = text_.size();
    }

    void skip_blanks() noexcept {
        while (at_ < text_.size() && is_template_blank(text_[at_])) ++at_;
    }

    template_token next() {
        skip_blanks();
        template_token made{.offset = at_};
        if (at_ == text_.size()) return made;
        if (const std::size_t bytes = closing_bytes(); bytes != 0) {
            made.text = text_.substr(at_, bytes);
            at_ += bytes;
            return made;
        }
        const char c = text_[at_];
        if (yaml::detail::is_letter(c) || c == '_') return word(made);
        if (yaml::detail::is_digit(c) || c == '\'' || c == '"') {
            made.is = template_token::kind::literal;
            made.value = yaml::detail::is_digit(c) ? number() : yaml::node::from(std::string_view(quoted()));
            return made;
        }
        return sign(made);
    }

    /// A text in quotes, with its escapes as Python has them; unknown escapes stay as they are.
    std::string quoted() {
        const char quote = text_[at_];
        const std::size_t first = at_++;
        std::string made;
        while (at_ < text_.size() && text_[at_] != quote) {
            if (text_[at_] == '\\' && at_ + 1 < text_.size())
                escape(made);
            else
                made += text_[at_++];
        }
        if (at_ >= text_.size())
            fail(first, "this quote is never closed");
        else
            ++at_;
        return made;
    }

private:
    [[nodiscard]] char peek(std::size_t ahead = 0) const noexcept {
        return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
    }

    /// Bytes of the sign that closes the expression, with the '-' before the sign; 0 where the expression does not
    /// close here.
    [[nodiscard]] std::size_t closing_bytes() const noexcept {
        if (closing_.empty() || open_brackets_ != 0) return 0;
        const std::size_t dash = peek() == '-' || (peek() == '+' && closing_ == "%}") ? 1 : 0;
        if (text_.substr(at_ + dash).starts_with(closing_)) return closing_.size() + dash;
        return 0;
    }

    template_token word(template_token made) noexcept {
        const std::size_t first = at_;
        while (yaml::detail::is_letter(peek()) || peek() == '_' || yaml::detail::is_digit(peek())) ++at_;
        made.is = template_token::kind::name;
        made.text = text_.substr(first, at_ - first);
        return made;
    }

    template_token sign(template_token made) {
        constexpr std::array<std::string_view, 25> signs{"//", "**", "==", "!=", ">=", "<=", "+", "-", "*",
                                                         "/",  "%",  "~",  "<",  ">",  "=",  "(", ")", "[",
                                                         "]",  "{",  "}",  ".",  ",",  ":",  "|"};
        made.is = template_token::kind::sign;
        for (const std::string_view candidate : signs) {
            if (!text_.substr(at_).starts_with(candidate)) continue;
            made.text = text_.substr(at_, candidate.size());
            const char c = candidate[0];
            if (c == '(' || c == '[' || c == '{') ++open_brackets_;
            if ((c == ')' || c == ']' || c == '}') && open_brackets_ != 0) --open_brackets_;
            at_ += candidate.size();
            return made;
        }
        fail(at_, std::string("unexpected '") + peek() + "' in a template");
        made.is = template_token::kind::end;
        return made;
    }

    // Numbers.

    /// Takes digits of a kind, single underscores between them left out.
    template <class Kind>
    std::string digits(Kind of) {
        std::string made;
        while (of(peek()) || (peek() == '_' && !made.empty() && of(peek(1)))) {
            if (peek() != '_') made += peek();
            ++at_;
        }
        return made;
    }

    yaml::node number() {
        const std::size_t first = at_;
        const char base = peek() == '0' ? static_cast<char>(peek(1) | 0x20) : '\0';
        if (base == 'x' || base == 'o' || base == 'b') return based_number(first, base);
        std::string text = digits(yaml::detail::is_digit);
        const bool zeros = text[0] == '0';
        const bool has_fraction = peek() == '.' && yaml::detail::is_digit(peek(1));
        if (has_fraction) {
            ++at_;
            text += '.' + digits(yaml::detail::is_digit);
        }
        const std::size_t sign_bytes = peek(1) == '+' || peek(1) == '-' ? 1 : 0;
        const bool has_exponent = (peek() | 0x20) == 'e' && yaml::detail::is_digit(peek(1 + sign_bytes));
        if (has_exponent) {
            text += text_.substr(at_, 1 + sign_bytes);
            at_ += 1 + sign_bytes;
            text += digits(yaml::detail::is_digit);
        }
        if (has_fraction || has_exponent) return yaml::node::from(yaml::parse_double(text));
        if (zeros && text.find_first_not_of('0') != std::string::npos) {
            fail(first, "a number does not begin with 0");
            return {};
        }
        return whole_number(first, text, 10);
    }

    yaml::node based_number(std::size_t first, char base) {
        at_ += 2;
        if (peek() == '_') ++at_;
        const std::string text = base == 'x'   ? digits(yaml::detail::is_hex)
                                 : base == 'o' ? digits(yaml::detail::is_octal)
                                               : digits(yaml::detail::is_binary);
        return whole_number(first, text, base == 'x' ? 16 : base == 'o' ? 8 : 2);
    }

    yaml::node whole_number(std::size_t first, const std::string& text, std::uint64_t base) {
        yaml::node made = yaml::node::of(yaml::kind::integer);
        if (text.empty())
            fail(first, "'" + std::string(text_.substr(first, at_ - first)) + "' is no number");
        else if (!yaml::detail::parse_integer(text, made.integer, base))
            fail(first, "'" + std::string(text_.substr(first, at_ - first)) + "' does not fit into 64 bits");
        return made;
    }

    // Escapes.

    void escape(std::string& made) {
        constexpr std::string_view letters = "ntr\\'\"abfv";
        constexpr std::string_view means = "\n\t\r\\'\"\a\b\f\v";
        const std::size_t first = at_++;
        const char c = text_[at_];
        if (const std::size_t known = letters.find(c); known != std::string_view::npos) {
            made += means[known];
            ++at_;
        } else if (c == '\n') {
            ++at_;
        } else if (yaml::detail::is_octal(c)) {
            character(made, first, digits_up_to(3, 8));
        } else if (c == 'x' || c == 'u' || c == 'U') {
            const std::size_t wanted = c == 'x' ? 2 : c == 'u' ? 4 : 8;
            const std::size_t before = ++at_;
            const std::uint32_t value = digits_up_to(wanted, 16);
            if (at_ != before + wanted) return fail(first, "this escape needs " + std::to_string(wanted) + " digits");
            character(made, first, value);
        } else if (c == 'N') {
            fail(first, "characters are not known by their names here");
        } else {
            made += '\\';
        }
    }

    std::uint32_t digits_up_to(std::size_t most, std::uint32_t base) noexcept {
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < most; ++i, ++at_) {
            const char c = peek();
            if (base == 8 ? !yaml::detail::is_octal(c) : !yaml::detail::is_hex(c)) break;
            value =
                value * base + static_cast<std::uint32_t>(yaml::detail::is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
        }
        return value;
    }

    void character(std::string& made, std::size_t first, std::uint32_t value) {
        if (!yaml::detail::append_code_point(made, value)) fail(first, "this escape is no character");
    }

    std::string_view text_;
    std::string_view closing_{};
    std::size_t at_ = 0;
    std::size_t open_brackets_ = 0;
    std::optional<problem> mistake_;
};

}  // namespace pcapframe::detail
