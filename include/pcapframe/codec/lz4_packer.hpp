// LZ4 written: each piece is a frame of one block or more, with a checksum of its contents. Sources: see lz4.hpp.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string>

#include <pcapframe/codec/lz4.hpp>
#include <pcapframe/codec/match_finder.hpp>
#include <pcapframe/codec/packer.hpp>

namespace pcapframe::inline v0_2 {

/// Packs as LZ4; see packer.
class lz4_packer final : public packer {
public:
    lz4_packer() : finder_(lz4::window_bytes - 1) {}

    void pack(bytes_view plain, std::string& out) override {
        begin_frame(out);
        for (bytes_view rest = plain; !rest.empty();) {
            const bytes_view block = rest.first(std::min(rest.size(), block_bytes));
            rest = rest.subspan(block.size());
            write_block(block, out);
        }
        append_le32(0, out);
        xxhash32 check;
        check.add(plain);
        append_le32(check.value(), out);
    }

private:
    static constexpr std::size_t block_bytes = std::size_t{256} << 10;
    /// The last five bytes are literals, and no repetition begins in the last twelve: decoders of others count on that.
    static constexpr std::size_t last_literals = 5;
    static constexpr std::size_t last_match_begins = 12;

    static void begin_frame(std::string& out) {
        // Version 1, blocks that do not refer to each other, a checksum of the contents; blocks of 256 KiB at most.
        constexpr std::array<std::uint8_t, 2> described{0x64, 0x50};
        xxhash32 check;
        check.add(described);
        append_le32(lz4::frame_magic, out);
        for (const std::uint8_t byte : described) out += static_cast<char>(byte);
        out += static_cast<char>(static_cast<std::uint8_t>(check.value() >> 8));
    }

    void write_block(bytes_view block, std::string& out) {
        constexpr std::uint32_t is_stored = 0x8000'0000;
        const std::size_t head = out.size();
        out.resize(head + 4 + lz4::packed_bytes_max(block.size()));
        auto* const to = reinterpret_cast<std::uint8_t*>(out.data() + head + 4);
        std::size_t bytes = static_cast<std::size_t>(pack_block(block, to) - to);
        std::uint32_t word = static_cast<std::uint32_t>(bytes);
        if (bytes >= block.size()) {
            bytes = block.size();
            if (bytes != 0) std::memcpy(to, block.data(), bytes);
            word = static_cast<std::uint32_t>(bytes) | is_stored;
        }
        store_le32(to - 4, word);
        out.resize(head + 4 + bytes);
    }

    /// Writes literals and repetitions; the end of what was written.
    std::uint8_t* pack_block(bytes_view block, std::uint8_t* to) {
        finder_.begin(block);
        std::size_t literals = 0;  // where those that wait begin
        std::size_t at = 0;
        // Steps grow where nothing repeats, so that random bytes cost little.
        std::size_t misses = first_misses;
        while (at + last_match_begins <= block.size()) {
            const byte_match match = finder_.find(at, block.size() - last_literals - at);
            if (match.bytes == 0) {
                at += misses++ >> 6;
                continue;
            }
            to = write_sequence(block.subspan(literals, at - literals), match, to);
            finder_.add(at + match.bytes - 2);
            at += match.bytes;
            literals = at;
            misses = first_misses;
        }
        finder_.end();
        return write_sequence(block.subspan(literals), {}, to);
    }

    static constexpr std::size_t first_misses = 64;

    static std::uint8_t* write_length(std::size_t rest, std::uint8_t* to) noexcept {
        for (; rest >= 255; rest -= 255) *to++ = 255;
        *to++ = static_cast<std::uint8_t>(rest);
        return to;
    }

    /// A block's last sequence has no match.
    static std::uint8_t* write_sequence(bytes_view literals, byte_match match, std::uint8_t* to) noexcept {
        const std::size_t more = match.bytes == 0 ? 0 : match.bytes - 4;
        *to++ = static_cast<std::uint8_t>(std::min<std::size_t>(literals.size(), 15) << 4 |
                                          std::min<std::size_t>(more, 15));
        if (literals.size() >= 15) to = write_length(literals.size() - 15, to);
        if (!literals.empty()) std::memcpy(to, literals.data(), literals.size());
        to += literals.size();
        if (match.bytes == 0) return to;
        *to++ = static_cast<std::uint8_t>(match.distance);
        *to++ = static_cast<std::uint8_t>(match.distance >> 8);
        return more >= 15 ? write_length(more - 15, to) : to;
    }

    match_finder finder_;
};

}  // namespace pcapframe
