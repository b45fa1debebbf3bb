// Who packs what a file's name asks to be compressed.
#pragma once

#include <memory>
#include <string_view>

#include <pcapframe/base/extension.hpp>
#include <pcapframe/codec/gzip_packer.hpp>
#include <pcapframe/codec/lz4_packer.hpp>
#include <pcapframe/codec/packer.hpp>

namespace pcapframe::inline v0_2 {

/// Makes the packer that a file's name asks for by its last extension; null for a file of plain bytes.
[[nodiscard]] inline std::unique_ptr<packer> packer_for(std::string_view path) {
    static_assert(packed_extensions.size() == 2, "each extension has its packer here");
    if (has_extension(path, packed_extensions[0])) return std::make_unique<gzip_packer>();
    if (has_extension(path, packed_extensions[1])) return std::make_unique<lz4_packer>();
    return nullptr;
}

}  // namespace pcapframe
