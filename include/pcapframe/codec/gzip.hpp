// gzip unpacked (RFC 1952): members one after the other, each a DEFLATE stream with its checksum and length. What bgzip
// writes is many small members.
#pragma once

#include <algorithm>
#include <cstdint>

#include <pcapframe/base/limits.hpp>
#include <pcapframe/bytes/crc32.hpp>
#include <pcapframe/codec/inflate.hpp>

namespace pcapframe::inline v0_2 {

/// Unpacks gzip; see unpacker.
class gzip_unpacker final : public unpacker {
public:
    [[nodiscard]] unpack_step unpack(bytes_view packed, bool last) override {
        if (damage_ != nullptr) return {.damage = damage_};
        packed_ = packed;
        bytes_view produced;
        std::size_t wanted = 0;
        while (produced.empty() && wanted == 0 && damage_ == nullptr && !(packed_.empty() && last && is_between())) {
            switch (part_) {
                case part::padding:
                case part::head: wanted = head(last); break;
                case part::body: produced = body(last, wanted); break;
                case part::tail: wanted = tail(last); break;
            }
        }
        // What was made before the damage is handed out first: the next step says it.
        const char* const damage = produced.empty() ? damage_ : nullptr;
        return {packed.size() - packed_.size(), produced, wanted, damage};
    }

private:
    enum class part : std::uint8_t {
        head,
        body,
        tail,
        padding,  ///< behind a member: another one, or zeros up to the end, as tapes have them
    };

    static constexpr std::size_t fixed_head_bytes = 10;
    static constexpr std::size_t tail_bytes = 8;

    [[nodiscard]] bool is_between() const noexcept { return part_ == part::padding; }

    /// Not enough of the input is here: how much is wanted, or that nothing more comes.
    std::size_t want(std::size_t bytes, bool last) noexcept {
        if (!last) return bytes;
        damage_ = "ends within a gzip header or checksum";
        return 0;
    }

    std::size_t head(bool last) {
        if (part_ == part::padding) {
            const auto begin = std::find_if(packed_.begin(), packed_.end(), [](std::uint8_t b) { return b != 0; });
            packed_ = packed_.subspan(static_cast<std::size_t>(begin - packed_.begin()));
            if (packed_.empty()) return last ? 0 : 1;
        }
        if (packed_.size() < fixed_head_bytes) return want(fixed_head_bytes, last);
        if (packed_[0] != 0x1f || packed_[1] != 0x8b) return fail("goes on with what is no gzip member");
        if (packed_[2] != 8) return fail("has a gzip member that is not packed by DEFLATE");
        const std::uint8_t flags = packed_[3];
        if ((flags & 0xe0) != 0) return fail("has a gzip member with flags that are reserved");
        std::size_t size = fixed_head_bytes;
        if ((flags & 4) != 0) {  // FEXTRA
            if (packed_.size() < size + 2) return want(size + 2, last);
            size += 2U + load_le16(packed_.data() + size);
            if (packed_.size() < size) return want(size, last);
        }
        if (const std::size_t wanted = step_over_texts(flags, size, last); wanted != 0 || damage_ != nullptr)
            return wanted;
        if ((flags & 2) != 0) {  // FHCRC
            if (packed_.size() < size + 2) return want(size + 2, last);
            if (load_le16(packed_.data() + size) != (crc32(packed_.first(size)) & 0xffff))
                return fail("has a gzip header whose checksum is another");
            size += 2;
        }
        packed_ = packed_.subspan(size);
        part_ = part::body;
        inflater_.reset();
        out_.clear();
        crc_ = 0;
        size_ = 0;
        return 0;
    }

    /// FNAME and FCOMMENT, each up to its zero.
    std::size_t step_over_texts(std::uint8_t flags, std::size_t& size, bool last) noexcept {
        for (const unsigned flag : {8U, 16U}) {
            if ((flags & flag) == 0) continue;
            const auto rest = packed_.subspan(size);
            const auto zero = std::find(rest.begin(), rest.end(), std::uint8_t{0});
            if (zero == rest.end()) {
                if (rest.size() > limits::gzip_text_bytes_max) return fail("has a gzip header whose name has no end");
                return want(packed_.size() + 1, last);
            }
            size += static_cast<std::size_t>(zero - rest.begin()) + 1;
        }
        return 0;
    }

    bytes_view body(bool last, std::size_t& wanted) {
        out_.make_room(deflate::window_bytes, step_bytes);
        bytes_view made;
        const inflater::state now = inflater_.run(packed_, last, out_, made);
        crc_ = crc32(made, crc_);
        size_ += static_cast<std::uint32_t>(made.size());
        if (now == inflater::state::ended) part_ = part::tail;
        if (now == inflater::state::damaged) damage_ = inflater_.damage();
        if (now == inflater::state::wants_input && made.empty()) wanted = packed_.size() + 1;
        return made;
    }

    std::size_t tail(bool last) {
        if (packed_.size() < tail_bytes) return want(tail_bytes, last);
        if (load_le32(packed_.data()) != crc_) return fail("has other bytes than its checksum (CRC-32) is of");
        if (load_le32(packed_.data() + 4) != size_) return fail("has another length than it says");
        packed_ = packed_.subspan(tail_bytes);
        part_ = part::padding;
        return 0;
    }

    std::size_t fail(const char* why) noexcept {
        damage_ = why;
        return 0;
    }

    /// Plain bytes of one step: in the second-level cache with the window, and much more than a step costs.
    static constexpr std::size_t step_bytes = std::size_t{128} << 10;

    inflater inflater_;
    unpack_buffer out_;
    bytes_view packed_;
    part part_ = part::head;
    std::uint32_t crc_ = 0;
    std::uint32_t size_ = 0;  ///< modulo 2^32, as the format has it
    const char* damage_ = nullptr;
};

}  // namespace pcapframe
