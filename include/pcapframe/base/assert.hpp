// Assertions are for mistakes of the programmer who calls, never for input.
//
// Assertions are checked in every build, NDEBUG or not: an inline function must be the same in every unit of a program,
// and units may be compiled with different flags (tests/lint/lint_modes.py). A check costs a test of a value that is in
// a register, or nothing where the caller has just made the same test.
#pragma once

#include <cstdio>
#include <cstdlib>

#if defined(__GNUC__) || defined(__clang__)
#define PCAPFRAME_ALWAYS_INLINE [[gnu::always_inline]] inline
#define PCAPFRAME_NOINLINE [[gnu::noinline]]
/// A condition that is always true, though a compiler cannot see that.
#define PCAPFRAME_ASSUME(condition) \
    if (!(condition)) __builtin_unreachable()
#else
#define PCAPFRAME_ALWAYS_INLINE inline
#define PCAPFRAME_NOINLINE
#define PCAPFRAME_ASSUME(condition) static_cast<void>(0)
#endif

/// Ends the program where a condition does not hold.
#define PCAPFRAME_ASSERT(condition) \
    ((condition) ? static_cast<void>(0) : ::pcapframe::detail::assertion_failed(#condition, __func__))

namespace pcapframe::inline v0_2::detail {

[[noreturn]] PCAPFRAME_NOINLINE inline void assertion_failed(const char* condition, const char* function) noexcept {
    std::fprintf(stderr, "pcapframe: a mistake of the calling program: %s does not hold in %s\n", condition, function);
    std::abort();
}

}  // namespace pcapframe::detail
