// The memory of one column.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <utility>

#include <sys/mman.h>

namespace pcapframe::inline v0_2 {

/// Bytes for values of one trivially copyable type, aligned to 64 bytes, not initialised. The owner knows the type, and
/// how many values are in use. Large buffers ask for huge pages and grow without being copied where the system can
/// (Linux).
class column_buffer {
public:
    column_buffer() = default;
    column_buffer(column_buffer&& other) noexcept
        : data_(std::exchange(other.data_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
    column_buffer& operator=(column_buffer&& other) noexcept {
        std::swap(data_, other.data_);
        std::swap(bytes_, other.bytes_);
        return *this;
    }
    ~column_buffer() { release(data_, bytes_); }

    template <class T>
    [[nodiscard]] T* as() noexcept {
        return static_cast<T*>(data_);
    }
    template <class T>
    [[nodiscard]] const T* as() const noexcept {
        return static_cast<const T*>(data_);
    }

    /// Makes room for `bytes` and keeps the first `used`. Never shrinks.
    void reserve(std::size_t bytes, std::size_t used) {
        if (bytes <= bytes_) return;
#if defined(__linux__)
        if (is_mapped(bytes_)) {
            void* const moved = ::mremap(data_, bytes_, bytes, MREMAP_MAYMOVE);
            if (moved != MAP_FAILED) {
                data_ = moved;
                bytes_ = bytes;
                return;
            }
        }
#endif
        void* const bigger = allocate(bytes);
        if (used != 0) std::memcpy(bigger, data_, used);
        release(data_, bytes_);
        data_ = bigger;
        bytes_ = bytes;
    }

private:
    static constexpr std::align_val_t alignment{64};
    static constexpr std::size_t mapped_from_bytes = std::size_t{2} << 20;

    static constexpr bool is_mapped(std::size_t bytes) noexcept { return bytes >= mapped_from_bytes; }

    static void* allocate(std::size_t bytes) {
        if (!is_mapped(bytes)) return ::operator new(bytes, alignment);
        void* const pages = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (pages == MAP_FAILED) no_memory();
#if defined(MADV_HUGEPAGE)
        ::madvise(pages, bytes, MADV_HUGEPAGE);
#endif
        return pages;
    }

    /// Fails as the program's own allocations do, with exceptions or without: by asking for more than there can be.
    [[noreturn]] static void no_memory() {
        constexpr std::size_t too_many = ~std::size_t{0};
        static_cast<void>(std::allocator<char>().allocate(too_many));
        std::abort();
    }

    static void release(void* data, std::size_t bytes) noexcept {
        if (data == nullptr) return;
        if (is_mapped(bytes)) ::munmap(data, bytes);
        else ::operator delete(data, alignment);
    }

    void* data_ = nullptr;
    std::size_t bytes_ = 0;
};

}  // namespace pcapframe
