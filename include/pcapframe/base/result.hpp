// result<T>: the value of an operation that may fail, or its error. No exceptions are needed; only `value` throws one.
#pragma once

#include <new>
#include <utility>

#include <pcapframe/base/assert.hpp>
#include <pcapframe/base/error.hpp>
#include <pcapframe/base/raise.hpp>

namespace pcapframe::inline v0_2 {

/// Either a T or an error. Test it like a pointer, then use `*` or `->`; these two end the program, in every build,
/// where there is no value. Or ask for `value`, which says what was wrong where there is none.
///
///     auto source = open_pcap(path);
///     if (!source) return std::puts(source.error().message().c_str()), 1;
///     auto table = source->read().value();
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
    /// Out of a result that goes: a value of its own, so that `for (auto row : *source.read())` is right.
    [[nodiscard]] T operator*() && noexcept { return std::move(checked()); }
    [[nodiscard]] T* operator->() noexcept { return &checked(); }
    [[nodiscard]] const T* operator->() const noexcept { return &const_cast<result*>(this)->checked(); }

    /// The value. Where there is none, throws the error as a `throwing::exception`; without exceptions
    /// (-fno-exceptions) it ends the program with the error's message. (`Raise` is for the library: units of both kinds
    /// may be in one program.)
    template <detail::raise_function Raise = detail::raise>
    [[nodiscard]] T& value() & {
        if (!has_value_) Raise(error_, error_.message());
        return value_;
    }
    template <detail::raise_function Raise = detail::raise>
    [[nodiscard]] const T& value() const& {
        return const_cast<result*>(this)->template value<Raise>();
    }
    template <detail::raise_function Raise = detail::raise>
    [[nodiscard]] T value() && {
        return std::move(value<Raise>());
    }

    /// What went wrong. Asking a result that has a value is a programmer's mistake, and ends the program.
    [[nodiscard]] const pcapframe::error& error() const noexcept {
        PCAPFRAME_ASSERT(!has_value_);
        return error_;
    }

private:
    T& checked() noexcept {
        if (!has_value_) detail::used_without_value(error_);
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
    /// Nothing, or the error raised: see result<T>::value.
    template <detail::raise_function Raise = detail::raise>
    void value() const {
        if (failed_) Raise(error_, error_.message());
    }
    [[nodiscard]] const pcapframe::error& error() const noexcept {
        PCAPFRAME_ASSERT(failed_);
        return error_;
    }

private:
    pcapframe::error error_{};
    bool failed_ = false;
};

}  // namespace pcapframe
