// Plain bytes become compressed bytes: what every codec that writes offers. No I/O: the caller takes the packed bytes.
#pragma once

#include <cstdint>
#include <string>

#include <pcapframe/bytes/load.hpp>

namespace pcapframe::inline v0_2 {

/// Appends a number as four little-endian bytes.
inline void append_le32(std::uint32_t number, std::string& out) {
    out.resize(out.size() + sizeof number);
    store_le32(reinterpret_cast<std::uint8_t*>(out.data() + out.size() - sizeof number), number);
}

/// Packs pieces that stand on their own: what several calls append, one behind the other, is what all pieces are
/// packed to. So a file that grows can be read up to the last whole piece, whatever became of its writer.
class packer {
public:
    packer() = default;
    packer(const packer&) = delete;
    packer& operator=(const packer&) = delete;
    virtual ~packer() = default;

    /// Appends what `plain` is packed to. Packing as many bytes as a sink's buffer has at once costs little of the
    /// ratio; pieces of a few bytes are larger than what they hold. An empty piece may be packed, too.
    virtual void pack(bytes_view plain, std::string& out) = 0;
};

}  // namespace pcapframe
