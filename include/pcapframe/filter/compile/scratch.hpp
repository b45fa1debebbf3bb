// Memory for the steps of one compilation: taken piece by piece, given back all at once.
//
// With vectors on the heap, a quarter of a compilation's instructions were the heap's.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <type_traits>
#include <vector>

namespace pcapframe::inline v0_2::filter {

/// The first pieces come from the object itself, so most compilations take nothing from the heap.
class scratch {
public:
    scratch() = default;
    scratch(const scratch&) = delete;
    scratch& operator=(const scratch&) = delete;

    /// Memory for anything, valid as long as this object.
    [[nodiscard]] void* take(std::size_t bytes) {
        bytes = (bytes + alignment - 1) & ~(alignment - 1);
        if (bytes > left_) add_block(bytes);
        void* const taken = next_;
        next_ += bytes;
        left_ -= bytes;
        return taken;
    }

private:
    static constexpr std::size_t alignment = alignof(std::max_align_t);
    static constexpr std::size_t first_bytes = std::size_t{24} << 10;

    void add_block(std::size_t bytes) {
        block_bytes_ = std::max(2 * block_bytes_, bytes);
        blocks_.push_back(std::unique_ptr<std::byte[]>(new std::byte[block_bytes_]));
        next_ = blocks_.back().get();
        left_ = block_bytes_;
    }

    alignas(alignment) std::array<std::byte, first_bytes> first_;
    std::byte* next_ = first_.data();
    std::size_t left_ = first_bytes;
    std::size_t block_bytes_ = first_bytes;
    std::vector<std::unique_ptr<std::byte[]>> blocks_;
};

/// Lets a standard container live in scratch memory: the memory that a container grows out of is lost until the end.
template <class T>
class scratch_allocator {
public:
    using value_type = T;
    using propagate_on_container_move_assignment = std::true_type;
    using propagate_on_container_swap = std::true_type;

    scratch_allocator(scratch& from) noexcept : from_(&from) {}
    template <class Other>
    scratch_allocator(const scratch_allocator<Other>& other) noexcept : from_(&other.from()) {}

    [[nodiscard]] T* allocate(std::size_t count) { return static_cast<T*>(from_->take(count * sizeof(T))); }
    void deallocate(T*, std::size_t) noexcept {}

    [[nodiscard]] scratch& from() const noexcept { return *from_; }
    friend bool operator==(const scratch_allocator& a, const scratch_allocator& b) noexcept {
        return a.from_ == b.from_;
    }

private:
    scratch* from_;
};

/// A vector in scratch memory: `scratch_vector<int> numbers(memory);`.
template <class T>
using scratch_vector = std::vector<T, scratch_allocator<T>>;

}  // namespace pcapframe::filter
