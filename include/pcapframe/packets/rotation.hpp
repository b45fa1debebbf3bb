// One capture over several files: when the next file is due, and what that file is called. The rules are those of
// tcpdump's -C, -G and -W.
#pragma once

#include <array>
#include <cstdint>
#include <ctime>
#include <string>

#include <pcapframe/base/extension.hpp>

namespace pcapframe::inline v0_2 {

/// When the next file is due.
struct rotation_options {
    std::uint64_t bytes = 0;    ///< a file that has more than so many is followed by another; 0 for no limit
    std::uint64_t seconds = 0;  ///< so long after the first file began, and after each such time, another file is begun
    std::uint64_t files = 0;    ///< with `bytes`: write over the first after so many; with `seconds` alone: end then
};

/// Says for each packet whether it goes to a new file.
class rotation {
public:
    rotation(std::string pattern, const rotation_options& options, std::int64_t now_s)
        : pattern_(std::move(pattern)), options_(options), begun_s_(now_s), named_s_(now_s) {}

    enum class decision : std::uint8_t { stay, next_file, end };

    /// For a packet that comes now, where the file has so many bytes.
    [[nodiscard]] decision decide(std::uint64_t file_bytes, std::int64_t now_s) noexcept {
        // Without a sign: any number of seconds may be asked for, and a clock may be set to any time.
        const std::uint64_t since =
            now_s <= begun_s_ ? 0 : static_cast<std::uint64_t>(now_s) - static_cast<std::uint64_t>(begun_s_);
        if (options_.seconds != 0 && since >= options_.seconds) {
            if (options_.files != 0 && options_.bytes == 0 && files_ >= options_.files) return decision::end;
            // Whole spans later: a quiet hour does not shift the hours after it.
            const std::uint64_t spans = since - since % options_.seconds;
            begun_s_ = static_cast<std::int64_t>(static_cast<std::uint64_t>(begun_s_) + spans);
            named_s_ = now_s;
            number_ = 0;
            ++files_;
            return decision::next_file;
        }
        if (options_.bytes != 0 && file_bytes > options_.bytes) {
            ++number_;
            if (options_.files != 0 && number_ >= options_.files) number_ = 0;
            ++files_;
            return decision::next_file;
        }
        return decision::stay;
    }

    /// The name of the file at hand. With a limit of seconds, the pattern is one of strftime(3), in local time. With a
    /// limit of bytes, a number follows: from the second file on, or where the number of files is limited, from the
    /// first, with leading zeros so that names sort; in front of an extension that asks for compression.
    [[nodiscard]] std::string name() const {
        std::string made = options_.seconds == 0 ? pattern_ : timed();
        if (options_.bytes == 0 || (number_ == 0 && options_.files == 0)) return made;
        std::string digits = std::to_string(number_);
        const std::size_t width = options_.files == 0 ? 0 : std::to_string(options_.files - 1).size();
        if (digits.size() < width) digits.insert(0, width - digits.size(), '0');
        const std::size_t plain = without_packing(made).size();
        return made.insert(plain, digits);
    }

private:
    [[nodiscard]] std::string timed() const {
        const auto now = static_cast<std::time_t>(named_s_);
        std::tm local{};
        ::localtime_r(&now, &local);
        std::array<char, 4096> text{};
        const std::size_t length = std::strftime(text.data(), text.size(), pattern_.c_str(), &local);
        return length == 0 ? pattern_ : std::string(text.data(), length);
    }

    std::string pattern_;
    rotation_options options_;
    std::int64_t begun_s_;  ///< of the span of time at hand
    std::int64_t named_s_;  ///< when the file at hand was begun
    std::uint64_t number_ = 0;
    std::uint64_t files_ = 1;
};

}  // namespace pcapframe
