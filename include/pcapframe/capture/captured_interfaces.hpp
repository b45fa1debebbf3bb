// The interfaces that a capture meets, as its records number them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

#include <pcapframe/base/limits.hpp>
#include <pcapframe/bytes/interface.hpp>
#include <pcapframe/capture/capture_options.hpp>
#include <pcapframe/capture/interfaces.hpp>

namespace pcapframe::inline v0_2 {

/// The interface that was opened comes first. Behind it come the interfaces whose packets a capture of all of them
/// ("any") has met, in the order of their first packets.
///
/// The list only grows. Where other things are said of the interfaces, a new list is made.
class captured_interfaces {
public:
    explicit captured_interfaces(interface_info opened)
        : list_(std::make_shared<interface_list>(interface_list{std::move(opened)})), shared_(list_) {}

    /// Sets what is said of all interfaces from here on: the filter in words, and the system.
    void describe(const std::string& filter, const std::string& os) {
        auto changed = std::make_shared<interface_list>();
        for (interface_info one : *list_) {
            one.filter = filter;
            one.os = os;
            changed->push_back(std::move(one));
        }
        shared_ = list_ = std::move(changed);
    }

    /// The place in the list of the interface that the system numbers so. `name_of(system_number)` is asked once for
    /// each number: an interface that is gone by then has no name. Beyond limits::interfaces_max, all further
    /// interfaces are at place 0, under the name that was opened.
    template <class NameOf>
    [[nodiscard]] std::uint32_t place_of(std::uint32_t system_number, NameOf name_of) {
        if (system_number == last_number_) return last_place_;
        const auto known = places_.find(system_number);
        last_place_ = known != places_.end() ? known->second : add(system_number, name_of);
        last_number_ = system_number;
        return last_place_;
    }

    [[nodiscard]] const std::shared_ptr<const interface_list>& list() const noexcept { return shared_; }

private:
    template <class NameOf>
    std::uint32_t add(std::uint32_t system_number, NameOf name_of) {
        if (list_->size() == limits::interfaces_max) return 0;
        interface_info met = (*list_)[0];
        met.id = system_number;
        met.name = name_of(system_number);
        const auto place = static_cast<std::uint32_t>(list_->size());
        list_->push_back(std::move(met));
        places_.emplace(system_number, place);
        return place;
    }

    std::shared_ptr<interface_list> list_;
    std::shared_ptr<const interface_list> shared_;  ///< the same list, as records carry it
    std::unordered_map<std::uint32_t, std::uint32_t> places_;
    std::uint32_t last_number_ = 0;  ///< the system numbers from 1
    std::uint32_t last_place_ = 0;
};

namespace detail {

/// What a capture says of the interface that it was opened for.
inline interface_info opened_interface(const live_interface& interface, const capture_options& options) {
    interface_info opened;
    opened.link_type = interface.link_type;
    opened.id = interface.index;
    opened.snaplen = std::clamp<std::uint32_t>(options.snaplen, 1, snaplen_max);
    opened.tsresol = 9;
    opened.name = interface.name;
    return opened;
}

}  // namespace detail
}  // namespace pcapframe
