// Assertions are for mistakes of the programmer who calls, never for input.
#pragma once

#include <cassert>

#define PCAPFRAME_ASSERT(condition) assert(condition)

#if defined(__GNUC__) || defined(__clang__)
#define PCAPFRAME_ALWAYS_INLINE [[gnu::always_inline]] inline
#define PCAPFRAME_NOINLINE [[gnu::noinline]]
#else
#define PCAPFRAME_ALWAYS_INLINE inline
#define PCAPFRAME_NOINLINE
#endif
