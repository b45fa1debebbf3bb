// Arrow data that is handed out any number of times: copies share the buffers of what they are copies of.
#pragma once

#include <memory>
#include <vector>

#include <pcapframe/export/arrow_export.hpp>

namespace pcapframe::inline v0_2 {

/// An array that was taken over from its producer, and is released with the last that shares it.
class held_array {
public:
    held_array() = default;
    held_array(const held_array&) = delete;
    held_array& operator=(const held_array&) = delete;
    ~held_array() { detail::release_if_held(array_); }

    [[nodiscard]] const ArrowArray& array() const noexcept { return array_; }
    /// For the producer to fill, so that between the producer and its new owner nothing can fail.
    [[nodiscard]] ArrowArray& place() noexcept { return array_; }

private:
    ArrowArray array_{};
};

namespace detail {

/// What a copy of an array owns.
struct array_copy {
    array_copy() = default;
    array_copy(const array_copy&) = delete;
    array_copy& operator=(const array_copy&) = delete;
    ~array_copy() {
        for (ArrowArray& child : children) release_if_held(child);
        release_if_held(dictionary);
    }

    std::shared_ptr<const held_array> from;
    std::vector<ArrowArray> children;
    std::vector<ArrowArray*> child_pointers;
    ArrowArray dictionary{};
};

inline void release_array_copy(ArrowArray* array) {
    delete static_cast<array_copy*>(array->private_data);
    array->release = nullptr;
}

inline ArrowArray copy_array(const ArrowArray& array, const std::shared_ptr<const held_array>& from) {
    auto owner = std::make_unique<array_copy>();
    owner->from = from;
    const auto count = static_cast<std::size_t>(array.n_children);
    owner->children.reserve(count);
    owner->child_pointers.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        owner->children.push_back(copy_array(*array.children[i], from));
        owner->child_pointers.push_back(&owner->children.back());
    }
    ArrowArray copy = array;
    if (array.dictionary != nullptr) {
        owner->dictionary = copy_array(*array.dictionary, from);
        copy.dictionary = &owner->dictionary;
    }
    copy.children = owner->child_pointers.empty() ? nullptr : owner->child_pointers.data();
    copy.release = &release_array_copy;
    copy.private_data = owner.release();
    return copy;
}

}  // namespace detail

/// The same array once more, which keeps `from` until it is released; so do its children, which may be moved away.
inline void export_copy(const std::shared_ptr<const held_array>& from, ArrowArray* out) {
    *out = detail::copy_array(from->array(), from);
}

}  // namespace pcapframe
