// What the readers of other makers' capture files share. A reader knows the file header and one record; the walk from
// record to record is the same for all (maker_walker.hpp).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string_view>
#include <utility>

#include <pcapframe/base/error.hpp>
#include <pcapframe/bytes/interface.hpp>
#include <pcapframe/bytes/load.hpp>
#include <pcapframe/bytes/record.hpp>

namespace pcapframe::inline v0_2 {

/// How much of a file the record is that begins with these bytes.
struct maker_record_size {
    std::size_t bytes = 0;   ///< all of it, its header included
    const char* wrong = "";  ///< what is wrong with the header, empty for nothing
};

/// Interfaces of a file that does not name any: one for each link type, in the order in which they are met.
class link_type_interfaces {
public:
    link_type_interfaces(std::shared_ptr<interface_list> list, std::uint8_t tsresol)
        : list_(std::move(list)), tsresol_(tsresol) {}

    /// Sets the link type and the interface of a record.
    void name(record& r, std::uint16_t link_type) {
        const auto [known, is_new] = of_type_.try_emplace(link_type, static_cast<std::uint32_t>(list_->size()));
        if (is_new) add(link_type);
        r.interface = known->second;
        r.link_type = (*list_)[r.interface].link_type;
    }

private:
    void add(std::uint16_t link_type) {
        interface_info info;
        info.link_type = link_type;
        info.id = static_cast<std::uint32_t>(of_type_.size() - 1);
        info.tsresol = tsresol_;
        list_->push_back(std::move(info));
    }

    std::shared_ptr<interface_list> list_;
    std::map<std::uint16_t, std::uint32_t> of_type_;
    std::uint8_t tsresol_;
};

/// Whether a file begins with this text.
[[nodiscard]] constexpr bool begins_with(bytes_view file, std::string_view text) noexcept {
    return file.size() >= text.size() && std::equal(text.begin(), text.end(), file.begin(), [](char a, std::uint8_t b) {
               return static_cast<std::uint8_t>(a) == b;
           });
}

/// A maker's number that is no link type of the registry: the number itself where it is far from those of the registry,
/// else one that is.
[[nodiscard]] constexpr std::uint16_t unknown_link_type(std::uint32_t number) noexcept {
    constexpr std::uint32_t beyond_registry = 1000, all = 0xffff;
    return static_cast<std::uint16_t>(number >= beyond_registry && number < all ? number : all);
}

/// Nanoseconds since 1970 of seconds and smaller parts of them.
[[nodiscard]] constexpr std::int64_t time_of(std::int64_t seconds, std::int64_t nanoseconds) noexcept {
    return seconds * 1'000'000'000 + nanoseconds;
}

}  // namespace pcapframe
