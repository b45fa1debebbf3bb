// Reading a column: values with their nulls, times of std::chrono, or the bare values.
#pragma once

#include <concepts>
#include <optional>
#include <span>
#include <string_view>

#include <pcapframe/bytes/interface.hpp>
#include <pcapframe/table/position_iterator.hpp>
#include <pcapframe/table/schema.hpp>

namespace pcapframe::inline v0_2 {

/// The values that a reader sees of a stored type. Most types are shown as stored; addresses get their family from the
/// row's validity, interface names their text from the capture's list.
template <class Stored>
struct shown_as {
    using value = Stored;
    static constexpr value of(const Stored& stored, std::uint64_t, const interface_list*) noexcept { return stored; }
};

template <>
struct shown_as<ip_octets> {
    using value = ip_address;
    static constexpr value of(const ip_octets& stored, std::uint64_t valid, const interface_list*) noexcept {
        return {stored, static_cast<std::uint8_t>((valid & ipv6_bit) != 0 ? 6 : 4)};
    }
};

template <>
struct shown_as<interface_ref> {
    using value = std::string_view;
    static value of(interface_ref stored, std::uint64_t, const interface_list* interfaces) noexcept {
        return (*interfaces)[static_cast<std::size_t>(stored)].name;
    }
};

template <>
struct shown_as<held_text> {
    using value = std::string_view;
    static constexpr value of(held_text stored, std::uint64_t, const interface_list*) noexcept { return stored.text; }
};

template <>
struct shown_as<owned_text> {
    using value = std::string_view;
    static constexpr value of(owned_text stored, std::uint64_t, const interface_list*) noexcept { return stored.text; }
};

template <>
struct shown_as<number_list> {
    using value = std::span<const std::uint64_t>;
    static constexpr value of(number_list stored, std::uint64_t, const interface_list*) noexcept {
        return stored.numbers;
    }
};

template <>
struct shown_as<text_list> {
    using value = std::span<const std::string_view>;
    static constexpr value of(text_list stored, std::uint64_t, const interface_list*) noexcept { return stored.texts; }
};

/// What a reader is given for a cell: its value, or nothing where the cell is null.
template <class Stored>
using shown_value = std::optional<typename shown_as<Stored>::value>;

class chrono_view;

/// A column of a batch. A view: valid until the batch changes or goes.
///
///     for (auto port : rows.dst_port())  // an optional each, empty where the value is null
///         if (port == 53) ++queries;
template <class Stored>
class column_view {
public:
    using value_type = typename shown_as<Stored>::value;

    /// `valid` is the word of each row that has the column's `bit`.
    column_view(const Stored* values, std::size_t size, const std::uint64_t* valid, std::uint64_t bit,
                const interface_list* interfaces) noexcept
        : values_(values), size_(size), valid_(valid), bit_(bit), interfaces_(interfaces) {}

    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] bool is_null(std::size_t i) const noexcept { return (valid_[i] & bit_) == 0; }
    /// The value of row `i`, or nothing where the value is null.
    [[nodiscard]] std::optional<value_type> operator[](std::size_t i) const noexcept {
        if (is_null(i)) return std::nullopt;
        return shown_as<Stored>::of(values_[i], valid_[i], interfaces_);
    }
    [[nodiscard]] auto begin() const noexcept { return position_iterator<column_view>(*this, 0); }
    [[nodiscard]] auto end() const noexcept { return position_iterator<column_view>(*this, size_); }

    /// A column of times (nanoseconds since 1970-01-01 UTC) as times of std::chrono.
    [[nodiscard]] chrono_view as_chrono() const noexcept
        requires std::same_as<Stored, std::int64_t>;
    /// The values as they are stored, one after the other. Where a value is null, what is stored is unspecified.
    [[nodiscard]] std::span<const Stored> values() const noexcept { return {values_, size_}; }

private:
    const Stored* values_;
    std::size_t size_;
    const std::uint64_t* valid_;
    std::uint64_t bit_;
    const interface_list* interfaces_;
};

/// A column of times as those of std::chrono, valid as long as the column: `rows.time().as_chrono()[0]`.
class chrono_view {
public:
    explicit chrono_view(const column_view<std::int64_t>& times) noexcept : times_(times) {}

    [[nodiscard]] std::size_t size() const noexcept { return times_.size(); }
    /// The time of row `i`, or nothing where it is null.
    [[nodiscard]] std::optional<chrono_time> operator[](std::size_t i) const noexcept {
        return pcapframe::as_chrono(times_[i]);
    }
    [[nodiscard]] auto begin() const noexcept { return position_iterator<chrono_view>(*this, 0); }
    [[nodiscard]] auto end() const noexcept { return position_iterator<chrono_view>(*this, size()); }

private:
    column_view<std::int64_t> times_;
};

template <class Stored>
chrono_view column_view<Stored>::as_chrono() const noexcept
    requires std::same_as<Stored, std::int64_t>
{
    return chrono_view(*this);
}

}  // namespace pcapframe
