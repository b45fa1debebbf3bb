// Reading a column: values with their nulls, or the bare values.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include <pcapframe/bytes/interface.hpp>
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

/// A column of a batch. A view: valid until the batch changes or goes.
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
    /// The values as they are stored, one after the other. Where a value is null, what is stored is unspecified.
    [[nodiscard]] std::span<const Stored> values() const noexcept { return {values_, size_}; }

private:
    const Stored* values_;
    std::size_t size_;
    const std::uint64_t* valid_;
    std::uint64_t bit_;
    const interface_list* interfaces_;
};

}  // namespace pcapframe
