// Texts and lists that the decoder makes for columns, such as the names of a packet's headers.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include <pcapframe/table/batch.hpp>

namespace pcapframe::inline v0_2 {

/// Keeps texts in memory of a batch's. Most packets of a capture have one of a few texts: the last ones are not kept a
/// second time.
class made_texts {
public:
    explicit made_texts(row_batch& owner) noexcept : owner_(owner) {}

    /// A copy that lives as long as the rows of the owner.
    [[nodiscard]] owned_text keep(std::string_view text) {
        std::size_t hash = text.size();
        for (const char c : text) hash = hash * 31 + static_cast<unsigned char>(c);
        std::string_view& known = known_[hash % known_.size()];
        if (known != text) {
            char* const copy = reinterpret_cast<char*>(owner_.own_bytes(text.size()));
            if (!text.empty()) std::memcpy(copy, text.data(), text.size());
            known = {copy, text.size()};
        }
        return {known};
    }

    /// The same of numbers.
    [[nodiscard]] number_list keep(std::span<const std::uint64_t> numbers) {
        auto* const copy =
            reinterpret_cast<std::uint64_t*>(owner_.own_bytes(numbers.size_bytes(), alignof(std::uint64_t)));
        if (!numbers.empty()) std::memcpy(copy, numbers.data(), numbers.size_bytes());
        return {std::span<const std::uint64_t>(copy, numbers.size())};
    }

private:
    row_batch& owner_;
    std::array<std::string_view, 64> known_{};
};

}  // namespace pcapframe
