// A small checker of JSON (RFC 8259), for the numbers that the plots write.
#pragma once

#include <algorithm>
#include <string_view>

namespace plot_test {

class json_checker {
public:
    explicit json_checker(std::string_view text) : rest_(text) {}

    bool is_valid() {
        value(0);
        space();
        return good_ && rest_.empty();
    }

private:
    static constexpr int depth_max = 20;

    bool take(char c) {
        space();
        if (rest_.empty() || rest_[0] != c) return false;
        rest_.remove_prefix(1);
        return true;
    }
    void expect(char c) { good_ = take(c) && good_; }

    void space() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size())); }

    void value(int depth) {
        space();
        if (depth > depth_max || rest_.empty())
            good_ = false;
        else if (rest_[0] == '{')
            items(depth, '{', '}', true);
        else if (rest_[0] == '[')
            items(depth, '[', ']', false);
        else if (rest_[0] == '"')
            string();
        else
            word();
    }

    void items(int depth, char open, char close, bool named) {
        expect(open);
        if (take(close)) return;
        do {
            if (named) {
                string();
                expect(':');
            }
            value(depth + 1);
        } while (good_ && take(','));
        expect(close);
    }

    void string() {
        expect('"');
        while (good_ && !rest_.empty() && rest_[0] != '"') {
            if (static_cast<unsigned char>(rest_[0]) < 0x20) good_ = false;
            rest_.remove_prefix(rest_[0] == '\\' && rest_.size() > 1 ? 2 : 1);
        }
        expect('"');
    }

    /// true, false, or a number without an exponent: there is no other in these documents.
    void word() {
        if (rest_.starts_with('-')) rest_.remove_prefix(1);
        const std::string_view found = rest_.substr(0, rest_.find_first_not_of("0123456789truefals"));
        const bool number = found.find_first_not_of("0123456789") == std::string_view::npos;
        const bool leading_zero = found.size() > 1 && found[0] == '0';
        const std::string_view behind = rest_.substr(found.size());
        if (number && behind.starts_with('.')) {
            const std::size_t digits = behind.substr(1).find_first_not_of("0123456789");
            if (digits == 0 || digits == std::string_view::npos) good_ = false;
            rest_.remove_prefix(digits + 1);
        }
        if (found.empty() || (!number && found != "true" && found != "false") || (number && leading_zero))
            good_ = false;
        rest_.remove_prefix(found.size());
    }

    std::string_view rest_;
    bool good_ = true;
};

inline bool is_valid_json(std::string_view text) { return json_checker(text).is_valid(); }

}  // namespace plot_test
