// Assertions are for mistakes of the programmer who calls, never for input.
#pragma once

#include <cassert>

#define PCAPFRAME_ASSERT(condition) assert(condition)

#if defined(__GNUC__) || defined(__clang__)
#define PCAPFRAME_ALWAYS_INLINE [[gnu::always_inline]] inline
#define PCAPFRAME_NOINLINE [[gnu::noinline]]
/// What is true, though a compiler cannot see it.
#define PCAPFRAME_ASSUME(condition) \
    if (!(condition)) __builtin_unreachable()
#else
#define PCAPFRAME_ALWAYS_INLINE inline
#define PCAPFRAME_NOINLINE
#define PCAPFRAME_ASSUME(condition) static_cast<void>(0)
#endif
