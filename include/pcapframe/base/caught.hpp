// What a worker's exception becomes: the only part of the library that differs between units with and without
// exceptions (-fno-exceptions).
//
// The function has two forms of different names, each in its own inline namespace, so that a program may have both
// forms and a linker cannot take one for the other. A function that calls `caught` reads the same in all units, and the
// linker may keep it with either form: with exceptions, an exception of a worker's allocation or of the caller's
// function reaches the caller's thread; without, the program ends there, as it does wherever an exception meets a unit
// without exceptions.
#pragma once

#include <exception>
#include <utility>

namespace pcapframe::inline v0_2::detail {

#if defined(__cpp_exceptions)
inline namespace with_exceptions {

/// Calls `work`; the exception that it throws, or null.
template <class Work>
[[nodiscard]] std::exception_ptr caught(Work&& work) noexcept {
    try {
        std::forward<Work>(work)();
    } catch (...) {
        return std::current_exception();
    }
    return nullptr;
}

}  // namespace with_exceptions
#else
inline namespace without_exceptions {

/// Calls `work`, which cannot throw.
template <class Work>
[[nodiscard]] std::exception_ptr caught(Work&& work) noexcept {
    std::forward<Work>(work)();
    return nullptr;
}

}  // namespace without_exceptions
#endif

}  // namespace pcapframe::detail
