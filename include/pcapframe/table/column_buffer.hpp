// The memory of one column.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>
#include <type_traits>
#include <utility>

#include <sys/mman.h>

namespace pcapframe {

/// Values of one type, contiguous, aligned to 64 bytes, not initialised. The owner knows how many are in use.
/// Large buffers ask for huge pages and grow without being copied where the system can (Linux).
template <class T>
class column_buffer {
    static_assert(std::is_trivially_copyable_v<T>);

public:
    column_buffer() = default;
    column_buffer(column_buffer&& other) noexcept
        : data_(std::exchange(other.data_, nullptr)), capacity_(std::exchange(other.capacity_, 0)) {}
    column_buffer& operator=(column_buffer&& other) noexcept {
        std::swap(data_, other.data_);
        std::swap(capacity_, other.capacity_);
        return *this;
    }
    ~column_buffer() { release(data_, capacity_); }

    [[nodiscard]] T* data() noexcept { return data_; }
    [[nodiscard]] const T* data() const noexcept { return data_; }
    [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }

    T& operator[](std::size_t i) noexcept { return data_[i]; }
    const T& operator[](std::size_t i) const noexcept { return data_[i]; }

    /// Makes room for `capacity` values and keeps the first `used`. Never shrinks.
    void reserve(std::size_t capacity, std::size_t used) {
        if (capacity <= capacity_) return;
#if defined(__linux__)
        if (is_mapped(capacity_)) {
            void* const moved = ::mremap(data_, capacity_ * sizeof(T), capacity * sizeof(T), MREMAP_MAYMOVE);
            if (moved != MAP_FAILED) {
                data_ = static_cast<T*>(moved);
                capacity_ = capacity;
                return;
            }
        }
#endif
        T* const bigger = allocate(capacity);
        if (used != 0) std::memcpy(static_cast<void*>(bigger), data_, used * sizeof(T));
        release(data_, capacity_);
        data_ = bigger;
        capacity_ = capacity;
    }

private:
    static constexpr std::align_val_t alignment{64};
    static constexpr std::size_t mapped_from_bytes = std::size_t{2} << 20;

    static constexpr bool is_mapped(std::size_t capacity) noexcept { return capacity * sizeof(T) >= mapped_from_bytes; }

    static T* allocate(std::size_t capacity) {
        const std::size_t bytes = capacity * sizeof(T);
        if (!is_mapped(capacity)) return static_cast<T*>(::operator new(bytes, alignment));
        void* const pages = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (pages == MAP_FAILED) no_memory();
#if defined(MADV_HUGEPAGE)
        ::madvise(pages, bytes, MADV_HUGEPAGE);
#endif
        return static_cast<T*>(pages);
    }

    /// Fails as the program's own allocations do, with exceptions or without.
    [[noreturn]] static void no_memory() {
#if defined(__cpp_exceptions)
        throw std::bad_alloc();
#else
        std::abort();
#endif
    }

    static void release(T* data, std::size_t capacity) noexcept {
        if (data == nullptr) return;
        if (is_mapped(capacity)) ::munmap(static_cast<void*>(data), capacity * sizeof(T));
        else ::operator delete(static_cast<void*>(data), alignment);
    }

    T* data_ = nullptr;
    std::size_t capacity_ = 0;
};

}  // namespace pcapframe
