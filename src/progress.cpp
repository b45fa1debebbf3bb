#include "progress.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include <unistd.h>

#include "row_output.hpp"

namespace {

constexpr std::chrono::milliseconds quiet_time{1000};
constexpr std::chrono::milliseconds redraw_time{150};

std::string bar(double done) {
    constexpr int width = 24;
    const int filled = static_cast<int>(done * width);
    return "[" + std::string(static_cast<std::size_t>(filled), '#') +
           std::string(static_cast<std::size_t>(width - filled), '.') + "]";
}

std::string minutes(double seconds) {
    std::array<char, 32> text{};
    const auto whole = static_cast<unsigned long long>(seconds + 0.5);
    std::snprintf(text.data(), text.size(), "%llu:%02llu", whole / 60, whole % 60);
    return text.data();
}

}  // namespace

std::string human_bytes(double bytes) {
    constexpr std::array units{"B", "kB", "MB", "GB", "TB", "PB"};
    std::size_t unit = 0;
    while (bytes >= 999.5 && unit + 1 < units.size()) {
        bytes /= 1000;
        ++unit;
    }
    std::array<char, 32> text{};
    const int digits = unit == 0 || bytes >= 100 ? 0 : bytes >= 10 ? 1 : 2;
    std::snprintf(text.data(), text.size(), "%.*f %s", digits, bytes, units[unit]);
    return text.data();
}

progress::progress(bool allowed, bool everywhere)
    : on_terminal_(allowed && ::isatty(STDERR_FILENO) == 1),
      in_lines_(everywhere && !on_terminal_),
      next_(start_ + quiet_time) {}

void progress::update(std::uint64_t bytes_done, std::uint64_t bytes_total, std::uint64_t rows) {
    if (!on_terminal_) return;
    const clock::time_point now = clock::now();
    if (now < next_) return;
    next_ = now + redraw_time;
    const double seconds = std::chrono::duration<double>(now - start_).count();
    const double rate = static_cast<double>(bytes_done) / seconds;
    std::string line = human_bytes(static_cast<double>(bytes_done));
    std::string bar_text;
    if (bytes_total != 0) {
        const double done = std::min(1.0, static_cast<double>(bytes_done) / static_cast<double>(bytes_total));
        bar_text = bar(done) + " ";
        line += " of " + human_bytes(static_cast<double>(bytes_total));
    }
    line += ", " + std::to_string(rows) + " rows, " + human_bytes(rate) + "/s";
    if (bytes_total > bytes_done && rate > 0)
        line += ", " + minutes(static_cast<double>(bytes_total - bytes_done) / rate) + " left";
    // The bar says least.
    draw(bar_text.size() + line.size() < terminal_width(STDERR_FILENO) ? bar_text + line : line);
}

void progress::show(std::string line) {
    if (!on_terminal_ && !in_lines_) return;
    const clock::time_point now = clock::now();
    if (now < (shown_ || in_lines_ ? next_ : start_)) return;
    next_ = now + (in_lines_ ? quiet_time : redraw_time);
    if (in_lines_) std::fprintf(stderr, "pcapframe: %s\n", line.c_str());
    else draw(line);
}

/// A line that is longer than the terminal's would stay there in part when it is drawn anew.
void progress::draw(const std::string& line) {
    const std::size_t width = terminal_width(STDERR_FILENO);
    std::fprintf(stderr, "\r\033[K%s", line.substr(0, width < 2 ? 1 : width - 1).c_str());
    shown_ = true;
}

void progress::clear() {
    if (shown_) std::fputs("\r\033[K", stderr);
    shown_ = false;
}
