// Texts taken apart from their start, as the patterns of scalars need.
#pragma once

#include <cstddef>
#include <string_view>

namespace pcapframe::inline v0_2::yaml::detail {

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr bool is_octal(char c) noexcept { return c >= '0' && c <= '7'; }
constexpr bool is_binary(char c) noexcept { return c == '0' || c == '1'; }
constexpr bool is_hex(char c) noexcept { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
constexpr bool is_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// Matches a text from its start, piece by piece.
class matcher {
public:
    explicit constexpr matcher(std::string_view text) noexcept : rest_(text) {}

    constexpr bool done() const noexcept { return rest_.empty(); }
    constexpr bool eat(std::string_view one_of) noexcept {
        const bool there = !rest_.empty() && one_of.find(rest_[0]) != std::string_view::npos;
        if (there) rest_.remove_prefix(1);
        return there;
    }
    constexpr bool word(std::string_view wanted) noexcept {
        const bool there = rest_.starts_with(wanted);
        if (there) rest_.remove_prefix(wanted.size());
        return there;
    }
    /// Takes up to `most` characters of a kind, or underscores; how many.
    template <class Kind>
    constexpr std::size_t many(Kind of, bool underscores = false, std::size_t most = ~std::size_t{0}) noexcept {
        std::size_t taken = 0;
        while (taken < most && !rest_.empty() && (of(rest_[0]) || (underscores && rest_[0] == '_'))) {
            rest_.remove_prefix(1);
            ++taken;
        }
        return taken;
    }
    /// Between `least` and `most` digits.
    constexpr bool digits(std::size_t least, std::size_t most) noexcept {
        const std::size_t taken = many(is_digit, false, most);
        return taken >= least;
    }
    constexpr char next() const noexcept { return rest_.empty() ? '\0' : rest_[0]; }

private:
    std::string_view rest_;
};

}  // namespace pcapframe::yaml::detail
