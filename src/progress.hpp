// A progress line on the terminal, for work that takes more than a second.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

/// Draws on standard error, and only where `allowed` and that is a terminal.
class progress {
public:
    /// `everywhere`: lines, one a second, where standard error is no terminal.
    explicit progress(bool allowed, bool everywhere = false);

    /// Redraws the line, a few times a second at most. `bytes_total` 0: not known.
    void update(std::uint64_t bytes_done, std::uint64_t bytes_total, std::uint64_t rows);
    /// The same with a text of the caller's, from the first call on.
    void show(std::string line);
    /// Removes the line, before anything else is printed.
    void clear();

private:
    using clock = std::chrono::steady_clock;

    void draw(const std::string& line);

    bool shown_ = false;
    bool on_terminal_;
    bool in_lines_;
    clock::time_point start_ = clock::now();
    clock::time_point next_;
};

/// "412 MB/s" and the like: three digits and a unit of powers of 1000.
std::string human_bytes(double bytes);
