// Where the writers of file formats put their bytes: any output that gives room and takes the bytes that were written
// into that room.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstring>
#include <string_view>
#include <vector>

#include <pcapframe/bytes/load.hpp>
#include <pcapframe/bytes/record.hpp>

namespace pcapframe::inline v0_2 {

/// `reserve` gives room for so many bytes, `commit` says how many of them were used. A file's `sink` is such an output.
template <class Output>
concept byte_output = requires(Output& out, std::size_t count) {
    { out.reserve(count) } -> std::same_as<char*>;
    out.commit(count);
};

/// Bytes in memory: an output for callers that send the bytes elsewhere, and for tests.
class byte_buffer {
public:
    [[nodiscard]] char* reserve(std::size_t count) {
        bytes_.resize(used_ + count);
        return reinterpret_cast<char*>(bytes_.data() + used_);
    }
    void commit(std::size_t count) noexcept { used_ += count; }
    /// What was written so far; valid until more is.
    [[nodiscard]] bytes_view bytes() const noexcept { return {bytes_.data(), used_}; }
    void clear() noexcept { used_ = 0; }

private:
    std::vector<std::uint8_t> bytes_;
    std::size_t used_ = 0;
};

/// Puts fields one after the other, in one byte order. The caller has made sure that the room suffices.
class field_writer {
public:
    field_writer(char* out, byte_order order) noexcept : out_(out), order_(order) {}

    void u8(std::uint8_t value) noexcept { *out_++ = static_cast<char>(value); }
    void u16(std::uint16_t value) noexcept { put(value, 2); }
    void u32(std::uint32_t value) noexcept { put(value, 4); }
    void u64(std::uint64_t value) noexcept { put(value, 8); }
    /// A 64-bit number as pcapng writes times: the upper half first, each half in the byte order.
    void high_low(std::uint64_t value) noexcept {
        u32(static_cast<std::uint32_t>(value >> 32));
        u32(static_cast<std::uint32_t>(value));
    }
    void bytes(const void* from, std::size_t count) noexcept {
        if (count != 0) std::memcpy(out_, from, count);
        out_ += count;
    }
    void zeros(std::size_t count) noexcept {
        std::memset(out_, 0, count);
        out_ += count;
    }
    /// The bytes of a packet, with the VLAN tag that was taken out of the packet put back: `whole_caplen` bytes.
    void packet(const record& r) noexcept {
        if (!r.tag_in_front) return bytes(r.data, r.caplen);
        bytes(r.data, record::address_bytes);
        bytes(r.data - record::tag_bytes, record::tag_bytes);
        bytes(r.data + record::address_bytes, r.caplen - record::address_bytes);
    }

private:
    void put(std::uint64_t value, int count) noexcept {
        for (int i = 0; i < count; ++i) {
            const int shift = 8 * (order_ == byte_order::little ? i : count - 1 - i);
            *out_++ = static_cast<char>(value >> shift);
        }
    }

    char* out_;
    byte_order order_;
};

}  // namespace pcapframe
