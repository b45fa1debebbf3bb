// What asking a result for a value that is not there does: with exceptions it throws, without (-fno-exceptions) it ends
// the program with the message.
//
// The two forms have different names, each in its own inline namespace, so that a program may have units of both kinds
// and a linker cannot take one form for the other: the functions that raise are templates of the form.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>

#include <pcapframe/base/assert.hpp>
#include <pcapframe/base/error.hpp>

namespace pcapframe::inline v0_2 {

namespace throwing {

/// An error as an exception; `what` is its message.
class exception : public std::runtime_error {
public:
    explicit exception(const pcapframe::error& why) : exception(why, why.message()) {}
    exception(const pcapframe::error& why, const std::string& message) : std::runtime_error(message), why_(why) {}
    [[nodiscard]] const pcapframe::error& why() const noexcept { return why_; }

private:
    pcapframe::error why_;
};

}  // namespace throwing

namespace detail {

/// Ends the program that used a result without looking whether it has a value.
[[noreturn]] PCAPFRAME_NOINLINE inline void used_without_value(const std::string& message) noexcept {
    std::fprintf(stderr, "pcapframe: a mistake of the calling program: it used a result that has no value: %s\n",
                 message.c_str());
    std::abort();
}
[[noreturn]] PCAPFRAME_NOINLINE inline void used_without_value(const error& why) noexcept {
    used_without_value(why.message());
}

#if defined(__cpp_exceptions)
inline namespace with_exceptions {

[[noreturn]] inline void raise(const error& why, const std::string& message) {
    throw throwing::exception(why, message);
}

}  // namespace with_exceptions
#else
inline namespace without_exceptions {

[[noreturn]] inline void raise(const error&, const std::string& message) {
    std::fprintf(stderr, "pcapframe: %s\n", message.c_str());
    std::abort();
}

}  // namespace without_exceptions
#endif

using raise_function = void(const error& why, const std::string& message);

}  // namespace detail

}  // namespace pcapframe
