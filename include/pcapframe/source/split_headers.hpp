// Where the blocks of a pcapng stand that its packets need to be read: a section's header and its interfaces.
#pragma once

#include <cstdint>
#include <vector>

#include <pcapframe/format/pcapng.hpp>

namespace pcapframe::inline v0_2 {

/// Bytes of a file, `end` not included.
struct byte_range {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;

    friend bool operator==(const byte_range&, const byte_range&) = default;
};

/// The ranges of such blocks of the section at hand, in order; blocks that follow each other are one range.
class header_ranges {
public:
    /// Adds the header blocks among whole blocks that were walked; the bytes begin at `offset`, in a section of this
    /// byte order unless another section begins there.
    void add(bytes_view walked, std::uint64_t offset, byte_order order) {
        constexpr std::size_t smallest = 12;
        while (walked.size() >= smallest) {
            const std::uint8_t* const p = walked.data();
            const auto type = static_cast<pcapng_block>(load32(p, order));
            if (type == pcapng_block::section_header) {
                order = pcapng_section::order_of(p).value_or(byte_order::big);
                ranges_.clear();
            }
            const std::uint64_t length = (std::uint64_t{load32(p + 4, order)} + 3) & ~std::uint64_t{3};
            if (length < smallest || length > walked.size()) return;
            if (type == pcapng_block::section_header || type == pcapng_block::interface_description)
                append({offset, offset + length});
            walked = walked.subspan(static_cast<std::size_t>(length));
            offset += length;
        }
    }

    [[nodiscard]] const std::vector<byte_range>& list() const noexcept { return ranges_; }

private:
    void append(byte_range block) {
        if (!ranges_.empty() && ranges_.back().end == block.begin)
            ranges_.back().end = block.end;
        else
            ranges_.push_back(block);
    }

    std::vector<byte_range> ranges_;
};

}  // namespace pcapframe
