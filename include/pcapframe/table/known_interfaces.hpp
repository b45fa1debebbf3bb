// The interfaces that rows name by number, where the rows may come from several captures.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <pcapframe/bytes/interface.hpp>

namespace pcapframe::inline v0_2 {

/// A list of interfaces as far as it was known when rows were made by it: whoever made the list may go on to append to
/// it. Where rows of lists that differ come together, a list of our own takes the place of both.
class known_interfaces {
public:
    known_interfaces() = default;
    known_interfaces(std::shared_ptr<const interface_list> list, std::size_t count) noexcept
        : list_(std::move(list)), count_(count) {}

    [[nodiscard]] const std::shared_ptr<const interface_list>& list() const noexcept { return list_; }

    void clear() noexcept { *this = {}; }

    /// Whether `list` is the list that is known; if so, it is known up to `count` from here on.
    bool grow(const interface_list* list, std::size_t count) noexcept {
        if (list == nullptr || list_.get() != list) return false;
        count_ = std::max(count_, count);
        return true;
    }

    /// Takes the interfaces of more rows. Returns, by the interfaces' numbers in that list, their numbers in this one;
    /// nothing where all numbers are the same.
    std::vector<std::uint32_t> add(const known_interfaces& more) {
        if (!more.list_ || grow(more.list_.get(), more.count_)) return {};
        if (list_ && !list_->same_names(*more.list_, std::min(count_, more.count_))) return join(more);
        if (!list_ || more.count_ > count_) *this = {more.list_, more.count_};
        return {};
    }

private:
    /// A list that nobody else appends to. Rows show no more of an interface than its name, so this list has each name
    /// once.
    struct joined_list {
        interface_list list;
        std::unordered_map<std::string_view, std::uint32_t> by_name;

        explicit joined_list(interface_list first) : list(std::move(first)) {
            for (std::size_t i = 0; i < list.size(); ++i) by_name.emplace(list[i].name, static_cast<std::uint32_t>(i));
        }
        std::uint32_t number_of(const interface_info& info) {
            const auto found = by_name.find(info.name);
            if (found != by_name.end()) return found->second;
            const auto number = static_cast<std::uint32_t>(list.size());
            list.push_back(info);
            by_name.emplace(list.back().name, number);
            return number;
        }
    };

    std::vector<std::uint32_t> join(const known_interfaces& more) {
        if (!joined_) joined_ = std::make_shared<joined_list>(list_->first(count_));
        std::vector<std::uint32_t> numbers(more.count_);
        for (std::size_t i = 0; i < more.count_; ++i) numbers[i] = joined_->number_of((*more.list_)[i]);
        list_ = {joined_, &joined_->list};
        count_ = joined_->list.size();
        return numbers;
    }

    std::shared_ptr<const interface_list> list_;
    std::size_t count_ = 0;
    std::shared_ptr<joined_list> joined_;  ///< what `list_` points to, where that list is our own
};

}  // namespace pcapframe
