// Blocks of a packet ring as the kernel writes them, put together field by field.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include <pcapframe/capture/ring_block.hpp>

#include "../bytes/hex.hpp"

namespace testing {

/// What the kernel says of one packet.
struct ring_packet {
    byte_string data{};
    std::uint32_t seconds = 1'700'000'000;
    std::uint32_t nanoseconds = 123'456'789;
    std::uint32_t len = 0;  ///< 0: as many as there are
    std::uint32_t status = 1;
    std::uint16_t tag = 0;
    std::uint16_t tag_protocol = 0;
    std::uint16_t protocol = 0x0800;
    std::uint32_t interface_index = 2;
    std::uint16_t arphrd = 1;
    std::uint8_t packet_type = 0;
    std::uint16_t offset = 96;   ///< of the data from the packet's header
};

inline constexpr std::uint32_t tag_valid = 1U << 4;
inline constexpr std::uint32_t tag_protocol_valid = 1U << 6;

/// A block that grows.
class ring_block_bytes {
public:
    explicit ring_block_bytes(std::size_t bytes = 4096) : bytes_(bytes) {
        put32(0, 1);    // version
        put32(8, 1);    // status: handed over
        put32(16, 48);  // offset of the first packet
        put32(20, 48);
    }

    ring_block_bytes& add(const ring_packet& p) {
        if (last_ != 0) put32(last_, static_cast<std::uint32_t>(end_ - last_));
        const std::size_t at = last_ = end_;
        const auto captured = static_cast<std::uint32_t>(p.data.size());
        put32(at + 4, p.seconds);
        put32(at + 8, p.nanoseconds);
        put32(at + 12, captured);
        put32(at + 16, p.len == 0 ? captured : p.len);
        put32(at + 20, p.status);
        put16(at + 24, p.offset);
        put32(at + 32, p.tag);
        put16(at + 36, p.tag_protocol);
        bytes_[at + 50] = static_cast<std::uint8_t>(p.protocol >> 8);
        bytes_[at + 51] = static_cast<std::uint8_t>(p.protocol);
        put32(at + 52, p.interface_index);
        put16(at + 56, p.arphrd);
        bytes_[at + 58] = p.packet_type;
        bytes_[at + 59] = 6;
        for (std::size_t i = 0; i < 6; ++i) bytes_[at + 60 + i] = static_cast<std::uint8_t>(0xa0 + i);
        if (captured != 0) std::memcpy(bytes_.data() + at + p.offset, p.data.data(), captured);
        end_ = (at + p.offset + captured + 15) / 16 * 16;
        put32(12, ++count_);
        put32(20, static_cast<std::uint32_t>(end_));
        return *this;
    }

    void put32(std::size_t at, std::uint32_t value) { std::memcpy(bytes_.data() + at, &value, sizeof value); }
    void put16(std::size_t at, std::uint16_t value) { std::memcpy(bytes_.data() + at, &value, sizeof value); }

    /// Bytes up to the end of the last packet.
    [[nodiscard]] byte_string used() const { return first_bytes(bytes_, end_); }
    [[nodiscard]] byte_string& all() { return bytes_; }

private:
    byte_string bytes_;
    std::size_t last_ = 0;
    std::size_t end_ = 48;
    std::uint32_t count_ = 0;
};

}  // namespace testing
