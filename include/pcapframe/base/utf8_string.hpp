// Text that others wrote, as valid UTF-8: THE place through which names in captures and names of devices pass.
#pragma once

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>

#include <pcapframe/base/text.hpp>

namespace pcapframe::inline v0_2 {

/// Text from a file or a device, whatever its bytes are: each byte that is no UTF-8 becomes U+FFFD, and so does each
/// zero byte, at which programs of C would take the text to end. The rest stays, control characters too: control
/// characters are a matter of where the text is shown (visible_text). Owns its text. Whoever writes such a text (csv,
/// jsonl, Arrow, Parquet, a page, a table) need not look at its bytes again.
///
///     const utf8_string name("en\xe9");  // "en\ufffd"
class utf8_string {
public:
    utf8_string() = default;
    template <class Text>
        requires std::convertible_to<const Text&, std::string_view>
    utf8_string(const Text& bytes) : text_(made_valid(bytes)) {}

    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    operator std::string_view() const noexcept { return text_; }
    [[nodiscard]] bool empty() const noexcept { return text_.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return text_.size(); }

    friend bool operator==(const utf8_string&, const utf8_string&) = default;
    template <class Text>
        requires(std::convertible_to<const Text&, std::string_view> && !std::same_as<Text, utf8_string>)
    friend bool operator==(const utf8_string& a, const Text& b) noexcept {
        return a.text_ == std::string_view(b);
    }

private:
    static std::string made_valid(std::string_view bytes) {
        std::string valid;
        valid.reserve(bytes.size());
        while (!bytes.empty()) {
            const std::size_t sequence = bytes[0] == 0 ? 0 : utf8_sequence(bytes);
            if (sequence == 0) valid += "\xef\xbf\xbd";
            else valid += bytes.substr(0, sequence);
            bytes.remove_prefix(sequence == 0 ? 1 : sequence);
        }
        return valid;
    }

    std::string text_;
};

/// The first `bytes_max` bytes of valid UTF-8, or less: a character is not cut.
[[nodiscard]] constexpr std::string_view utf8_prefix(std::string_view text, std::size_t bytes_max) noexcept {
    if (text.size() <= bytes_max) return text;
    const auto continues = [&](std::size_t i) { return (static_cast<unsigned char>(text[i]) & 0xc0U) == 0x80U; };
    while (bytes_max > 0 && continues(bytes_max)) --bytes_max;
    return text.substr(0, bytes_max);
}

}  // namespace pcapframe
