// gzip written (RFC 1952): each piece is a member, with its checksum and length.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <pcapframe/bytes/crc32.hpp>
#include <pcapframe/codec/deflate.hpp>
#include <pcapframe/codec/packer.hpp>

namespace pcapframe::inline v0_2 {

/// Packs as gzip; see packer.
class gzip_packer final : public packer {
public:
    void pack(bytes_view plain, std::string& out) override {
        // No name and no time, so that the same bytes are packed to the same bytes; 4 says: by a fast method; 255: on
        // no known system.
        using namespace std::string_view_literals;
        out += "\x1f\x8b\x08\0\0\0\0\0\x04\xff"sv;
        deflater_.pack(plain, out);
        append_le32(crc32(plain), out);
        append_le32(static_cast<std::uint32_t>(plain.size()), out);
    }

private:
    deflater deflater_;
};

}  // namespace pcapframe
