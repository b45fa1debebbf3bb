// Iteration over what is reached by position: rows of a batch, values of a column.
#pragma once

#include <compare>
#include <cstddef>
#include <iterator>
#include <type_traits>
#include <utility>

namespace pcapframe::inline v0_2 {

/// Gives `sequence[0]`, `sequence[1]`, ...: values made on the way, not references. Valid as long as the sequence.
template <class Sequence>
class position_iterator {
public:
    using value_type = std::remove_cvref_t<decltype(std::declval<const Sequence&>()[std::size_t{}])>;
    using reference = value_type;
    using pointer = void;
    using difference_type = std::ptrdiff_t;
    using iterator_category = std::input_iterator_tag;  // of the old kind: those of others give references
    using iterator_concept = std::random_access_iterator_tag;

    position_iterator() = default;
    position_iterator(const Sequence& of, std::size_t at) noexcept : of_(&of), at_(at) {}

    [[nodiscard]] value_type operator*() const noexcept { return (*of_)[at_]; }
    [[nodiscard]] value_type operator[](difference_type by) const noexcept { return *(*this + by); }

    position_iterator& operator+=(difference_type by) noexcept {
        at_ += static_cast<std::size_t>(by);
        return *this;
    }
    position_iterator& operator-=(difference_type by) noexcept { return *this += -by; }
    position_iterator& operator++() noexcept { return *this += 1; }
    position_iterator& operator--() noexcept { return *this += -1; }
    position_iterator operator++(int) noexcept { return {*of_, at_++}; }
    position_iterator operator--(int) noexcept { return {*of_, at_--}; }

    friend position_iterator operator+(position_iterator from, difference_type by) noexcept { return from += by; }
    friend position_iterator operator+(difference_type by, position_iterator from) noexcept { return from += by; }
    friend position_iterator operator-(position_iterator from, difference_type by) noexcept { return from -= by; }
    friend difference_type operator-(const position_iterator& a, const position_iterator& b) noexcept {
        return static_cast<difference_type>(a.at_) - static_cast<difference_type>(b.at_);
    }
    friend bool operator==(const position_iterator& a, const position_iterator& b) noexcept { return a.at_ == b.at_; }
    friend auto operator<=>(const position_iterator& a, const position_iterator& b) noexcept {
        return a.at_ <=> b.at_;
    }

private:
    const Sequence* of_ = nullptr;
    std::size_t at_ = 0;
};

}  // namespace pcapframe
