// One block of a Linux packet ring (AF_PACKET, TPACKET_V3) as bytes: makes records of what the kernel wrote.
//
// Total on any bytes: every offset and length is checked against the block before anything is read there, offsets only
// grow, and the number of packets is bounded by the block's own size. Numbers are in the byte order of the machine.
// Source: the Linux kernel's uapi/linux/if_packet.h and Documentation/networking/packet_mmap.rst.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>

#include <pcapframe/bytes/load.hpp>
#include <pcapframe/bytes/record.hpp>
#include <pcapframe/capture/hidden_tags.hpp>
#include <pcapframe/wire/sll.hpp>

namespace pcapframe::inline v0_2 {

/// What the socket of a ring was opened for.
struct ring_terms {
    std::uint32_t snaplen = 262'144;   ///< most bytes of a packet, with the tag and the cooked header that are added
    std::uint16_t link_type = 1;       ///< LINKTYPE of the records
    bool cooked = false;               ///< packets come without their link header: a LINUX_SLL2 header is put in front
    std::uint32_t loopback_index = 0;  ///< the interface whose packets all come twice, of which the first is dropped
    /// What the records carry as their interface: this number, or where there is none, the system's number for the
    /// interface that the packet came by.
    std::optional<std::uint32_t> interface = 0;
};

/// Walks the packets of a block that the kernel has handed over.
///
/// The block is written to: a VLAN tag that the kernel took out of an Ethernet frame is put into the 4 bytes in front
/// of it (record::tag_in_front), and a cooked header into the 20 or 24 bytes in front of a packet without a link
/// header. There the kernel leaves a gap of 14 and of 28 bytes; where there is no gap, nothing is written. (A larger
/// gap, by PACKET_RESERVE, costs a line of the cache for every packet.)
class ring_block_walker {
public:
    static constexpr std::size_t block_header_bytes = 48;
    static constexpr std::size_t packet_header_bytes = 68;  // tpacket3_hdr and sockaddr_ll
    static constexpr std::uint32_t status_offset = 8;       // of the word by which kernel and reader hand over blocks

    ring_block_walker() = default;
    ring_block_walker(std::span<std::uint8_t> block, const ring_terms& terms) noexcept : terms_(terms) {
        if (block.size() < block_header_bytes) {
            fail();
            return;
        }
        std::uint8_t* const p = block.data();
        // The valid length counts from the start of the block; a block that timed out may leave it at 0.
        const std::size_t length = native32(p + 20);
        block_ = length == 0 ? block : block.first(std::min(length, block.size()));
        left_ = native32(p + 12);
        at_ = native32(p + 16);
    }

    /// Writes the next records to `out` and returns how many; 0 at the end of the block. The records are valid until
    /// the block is handed back.
    std::size_t walk(std::span<record> out) noexcept {
        std::size_t count = 0;
        while (left_ > 0 && count < out.size()) {
            if (!fits(at_, packet_header_bytes)) {
                fail();
                break;
            }
            std::uint8_t* const p = block_.data() + at_;
            const std::uint32_t next = native32(p);
            warm_ahead(p, next);
            if (read_packet(p, out[count])) ++count;
            if (left_ == 0) break;
            --left_;
            if (left_ > 0 && next < packet_header_bytes) fail();
            at_ += next;
        }
        return count;
    }

    /// Whether something in the block contradicted the rest; the packets before that are good.
    [[nodiscard]] bool damaged() const noexcept { return damaged_; }
    /// Packets that were met but not given out, since they come twice.
    [[nodiscard]] std::uint64_t skipped() const noexcept { return skipped_; }

private:
    static constexpr std::uint32_t status_vlan = 1U << 4;
    static constexpr std::uint32_t status_vlan_protocol = 1U << 6;
    static constexpr std::size_t sll2_bytes = 20;

    static std::uint16_t native16(const std::uint8_t* p) noexcept {
        std::uint16_t value;
        std::memcpy(&value, p, sizeof value);
        return value;
    }
    static std::uint32_t native32(const std::uint8_t* p) noexcept {
        std::uint32_t value;
        std::memcpy(&value, p, sizeof value);
        return value;
    }

    [[nodiscard]] bool fits(std::size_t at, std::size_t bytes) const noexcept {
        return at <= block_.size() && block_.size() - at >= bytes;
    }

    void fail() noexcept {
        damaged_ = true;
        left_ = 0;
    }

    /// Brings the packet some places further on into the cache, as much of it as this packet has: the kernel wrote that
    /// packet on another processor, and each packet's place is known only from the packet before. With packets of 700
    /// bytes this halves the time of a capture. Inlined, since a function that only prefetches has no effect in the
    /// eyes of gcc, which leaves its calls out.
    PCAPFRAME_ALWAYS_INLINE static void warm_ahead(const std::uint8_t* p, std::uint32_t bytes) noexcept {
        constexpr std::uint32_t distance = 3072;
        constexpr std::uint32_t line = 64;
        constexpr std::uint32_t bytes_max = 2048;  // most of a longer packet is never looked at
        for (std::uint32_t at = 0; at < std::min(bytes, bytes_max); at += line) prefetch(p, distance + at);
    }

    /// False where the packet is left out or does not fit.
    bool read_packet(std::uint8_t* p, record& out) noexcept {
        const std::size_t offset = native16(p + 24);
        const std::size_t captured = native32(p + 12);
        const auto here = static_cast<std::size_t>(p - block_.data());
        if (offset < packet_header_bytes || !fits(here + offset, captured)) {
            fail();
            return false;
        }
        const std::uint8_t* const address = p + 48;
        const std::uint8_t packet_type = address[10];
        constexpr std::uint8_t outgoing = 4;
        if (packet_type == outgoing && terms_.loopback_index != 0 && native32(address + 4) == terms_.loopback_index) {
            ++skipped_;
            return false;
        }
        constexpr std::int64_t second_ns = 1'000'000'000;
        out.data = p + offset;
        out.caplen = static_cast<std::uint32_t>(captured);
        out.len = native32(p + 16);
        out.time = std::int64_t{native32(p + 4)} * second_ns + native32(p + 8);
        out.interface = terms_.interface ? *terms_.interface : native32(address + 4);
        out.link_type = terms_.link_type;
        out.direction = wire::direction_of(packet_type);
        out.tag_in_front = false;
        if (terms_.cooked)
            cook(p, offset, out);
        else
            restore_tag(p, offset, out);
        return true;
    }

    static bool has_tag(const std::uint8_t* p) noexcept { return (native32(p + 20) & status_vlan) != 0; }
    static std::uint32_t tag_protocol(const std::uint8_t* p) noexcept {
        constexpr std::uint32_t customer_tag = 0x8100;
        return (native32(p + 20) & status_vlan_protocol) != 0 ? native16(p + 36) : customer_tag;
    }

    void restore_tag(std::uint8_t* p, std::size_t offset, record& out) const noexcept {
        constexpr std::uint16_t ethernet = 1;
        const bool restores = has_tag(p) && terms_.link_type == ethernet && out.caplen >= record::address_bytes &&
                              offset >= packet_header_bytes + record::tag_bytes;
        if (restores) {
            store_be16(p + offset - 4, tag_protocol(p));
            store_be16(p + offset - 2, native32(p + 32));
            // With its tag the packet is no longer than the snapshot length, as if the tag had never been away.
            out.caplen = std::max(record::address_bytes,
                                  std::min(out.caplen, terms_.snaplen - std::min(terms_.snaplen, record::tag_bytes)));
            out.tag_in_front = true;
        } else {
            out.caplen = std::min(out.caplen, terms_.snaplen);
        }
    }

    /// Puts a LINUX_SLL2 header in front, and behind that header the rest of a tag that was taken out.
    void cook(std::uint8_t* p, std::size_t offset, record& out) const noexcept {
        const bool tagged = has_tag(p);
        const std::size_t bytes = sll2_bytes + (tagged ? record::tag_bytes : 0);
        if (offset < packet_header_bytes + bytes) {
            out.caplen = 0;
            return;
        }
        const std::uint8_t* const address = p + 48;
        std::uint8_t* const header = p + offset - bytes;
        std::memcpy(header, address + 2, 2);  // the protocol is in network byte order already
        if (tagged) {
            const std::uint16_t protocol = load_be16(address + 2);
            // The kernel does not say which kind of tag a hidden tag is; behind a tag of either kind, 0x8100 is usual.
            const bool hides_tag = detail::begins_in_tag(out.bytes(), protocol, out.len);
            store_be16(header, tag_protocol(p));
            store_be16(header + sll2_bytes, native32(p + 32));
            store_be16(header + sll2_bytes + 2, hides_tag ? ethertype::vlan : protocol);
        }
        store_be16(header + 2, 0);
        store_be16(header + 4, native32(address + 4) >> 16);
        store_be16(header + 6, native32(address + 4));
        store_be16(header + 8, native16(address + 8));
        header[10] = address[10];
        header[11] = address[11];
        std::memcpy(header + 12, address + 12, 8);
        out.data = header;
        out.caplen = std::min(out.caplen + static_cast<std::uint32_t>(bytes), terms_.snaplen);
        out.len += static_cast<std::uint32_t>(bytes);
    }

    ring_terms terms_{};
    std::span<std::uint8_t> block_{};
    std::size_t at_ = 0;
    std::uint32_t left_ = 0;
    std::uint64_t skipped_ = 0;
    bool damaged_ = false;
};

}  // namespace pcapframe
