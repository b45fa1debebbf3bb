// result<T>: the value of an operation that may fail, or its error. No exceptions are needed or thrown.
#pragma once

#include <optional>
#include <utility>

#include <pcapframe/base/assert.hpp>
#include <pcapframe/base/error.hpp>

namespace pcapframe {

/// Either a T or an error. Test it like a pointer, then use `*` or `->`; asking for what is not there is a programmer's
/// mistake (asserted).
template <class T>
class [[nodiscard]] result {
public:
    result(T value) : value_(std::move(value)) {}
    result(const pcapframe::error& why) : error_(why) {}

    [[nodiscard]] explicit operator bool() const noexcept { return value_.has_value(); }
    [[nodiscard]] bool has_value() const noexcept { return value_.has_value(); }

    [[nodiscard]] T& operator*() & noexcept { return checked(); }
    [[nodiscard]] const T& operator*() const& noexcept { return const_cast<result*>(this)->checked(); }
    [[nodiscard]] T&& operator*() && noexcept { return std::move(checked()); }
    [[nodiscard]] T* operator->() noexcept { return &checked(); }
    [[nodiscard]] const T* operator->() const noexcept { return &const_cast<result*>(this)->checked(); }

    [[nodiscard]] const pcapframe::error& error() const noexcept {
        PCAPFRAME_ASSERT(!value_.has_value());
        return error_;
    }

private:
    T& checked() noexcept {
        PCAPFRAME_ASSERT(value_.has_value());
        return *value_;
    }

    std::optional<T> value_;
    pcapframe::error error_{};
};

/// An operation without a value: it worked, or why it did not.
template <>
class [[nodiscard]] result<void> {
public:
    result() = default;
    result(const pcapframe::error& why) : error_(why) {}

    [[nodiscard]] explicit operator bool() const noexcept { return !error_.has_value(); }
    [[nodiscard]] bool has_value() const noexcept { return !error_.has_value(); }
    [[nodiscard]] const pcapframe::error& error() const noexcept {
        PCAPFRAME_ASSERT(error_.has_value());
        return *error_;
    }

private:
    std::optional<pcapframe::error> error_;
};

}  // namespace pcapframe
