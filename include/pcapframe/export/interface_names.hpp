// Interfaces that are known by their names alone, numbered as they come.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <pcapframe/bytes/interface.hpp>
#include <pcapframe/table/schema.hpp>

namespace pcapframe::inline v0_2 {

/// A list of interfaces that grows by names, each of which it has once. Batches may share it.
class interface_names {
public:
    /// The place of a name, which is added where it is new.
    interface_ref find_or_add(std::string_view name) {
        const auto [found, is_new] = places_.try_emplace(std::string(name), static_cast<std::uint32_t>(list_->size()));
        if (is_new) {
            interface_info info;
            info.name = name;
            list_->push_back(std::move(info));
        }
        return interface_ref{found->second};
    }

    [[nodiscard]] std::shared_ptr<const interface_list> list() const noexcept { return list_; }

private:
    std::unordered_map<std::string, std::uint32_t> places_;
    std::shared_ptr<interface_list> list_ = std::make_shared<interface_list>();
};

}  // namespace pcapframe
