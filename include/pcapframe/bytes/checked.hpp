// The outcome of a header's check: its view, or nothing.
#pragma once

#include <pcapframe/base/assert.hpp>

namespace pcapframe::inline v0_2 {

/// The result of a check that fails.
struct no_view_t {};
inline constexpr no_view_t no_view{};

/// A View, or nothing. Used like a std::optional, and has only the part of one that checks need: fifty types of
/// std::optional are a quarter of the time that a compiler takes for these headers. Asking for the view that is not
/// there is a programmer's mistake (asserted).
template <class View>
class checked {
public:
    constexpr checked(no_view_t) noexcept : none_(0), holds_(false) {}
    constexpr checked(const View& view) noexcept : view_(view), holds_(true) {}

    [[nodiscard]] constexpr explicit operator bool() const noexcept { return holds_; }
    [[nodiscard]] constexpr bool has_value() const noexcept { return holds_; }
    [[nodiscard]] constexpr const View& operator*() const noexcept {
        PCAPFRAME_ASSERT(holds_);
        return view_;
    }
    [[nodiscard]] constexpr const View* operator->() const noexcept {
        PCAPFRAME_ASSERT(holds_);
        return &view_;
    }

private:
    union {
        char none_;
        View view_;
    };
    bool holds_;
};

}  // namespace pcapframe
