// result<T>: the value of an operation that may fail, or its error. No exceptions are needed or thrown.
#pragma once

#include <new>
#include <utility>

#include <pcapframe/base/assert.hpp>
#include <pcapframe/base/error.hpp>

namespace pcapframe::inline v0_2 {

/// Either a T or an error. Test it like a pointer, then use `*` or `->`; asking for what is not there is a programmer's
/// mistake (asserted).
///
/// The union is written out, not a std::optional: every type that an operation returns would make a std::optional of
/// its own, and these would be most of the work that a compiler has with this library's headers.
template <class T>
class [[nodiscard]] result {
public:
    result(T value) noexcept : value_(std::move(value)), has_value_(true) {}
    result(const pcapframe::error& why) noexcept : error_(why), has_value_(false) {}
    result(const result& other) : has_value_(other.has_value_) {
        if (has_value_) ::new (static_cast<void*>(&value_)) T(other.value_);
        else ::new (static_cast<void*>(&error_)) pcapframe::error(other.error_);
    }
    result(result&& other) noexcept : has_value_(other.has_value_) {
        if (has_value_) ::new (static_cast<void*>(&value_)) T(std::move(other.value_));
        else ::new (static_cast<void*>(&error_)) pcapframe::error(other.error_);
    }
    result& operator=(result other) noexcept {
        this->~result();
        return *::new (static_cast<void*>(this)) result(std::move(other));
    }
    ~result() {
        if (has_value_) value_.~T();
    }

    [[nodiscard]] explicit operator bool() const noexcept { return has_value_; }
    [[nodiscard]] bool has_value() const noexcept { return has_value_; }

    [[nodiscard]] T& operator*() & noexcept { return checked(); }
    [[nodiscard]] const T& operator*() const& noexcept { return const_cast<result*>(this)->checked(); }
    [[nodiscard]] T&& operator*() && noexcept { return std::move(checked()); }
    [[nodiscard]] T* operator->() noexcept { return &checked(); }
    [[nodiscard]] const T* operator->() const noexcept { return &const_cast<result*>(this)->checked(); }

    [[nodiscard]] const pcapframe::error& error() const noexcept {
        PCAPFRAME_ASSERT(!has_value_);
        return error_;
    }

private:
    T& checked() noexcept {
        PCAPFRAME_ASSERT(has_value_);
        return value_;
    }

    union {
        T value_;
        pcapframe::error error_;
    };
    bool has_value_;
};

/// An operation without a value: it worked, or why it did not.
template <>
class [[nodiscard]] result<void> {
public:
    result() = default;
    result(const pcapframe::error& why) noexcept : error_(why), failed_(true) {}

    [[nodiscard]] explicit operator bool() const noexcept { return !failed_; }
    [[nodiscard]] bool has_value() const noexcept { return !failed_; }
    [[nodiscard]] const pcapframe::error& error() const noexcept {
        PCAPFRAME_ASSERT(failed_);
        return error_;
    }

private:
    pcapframe::error error_{};
    bool failed_ = false;
};

}  // namespace pcapframe
