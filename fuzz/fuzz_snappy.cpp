// Snappy: any bytes are refused or expand to what a reader byte by byte says, and what is compressed comes back.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <pcapframe/codec/snappy.hpp>

#include "check.hpp"

namespace {

using pcapframe::bytes_view;

constexpr std::size_t bytes_max = std::size_t{1} << 20;

/// The description of the format, byte by byte; nothing where the block is not whole and right.
std::optional<std::string> expand_slowly(bytes_view in) {
    const std::optional<std::uint64_t> size = pcapframe::take_varint(in);
    if (!size || *size > bytes_max) return std::nullopt;
    std::string out;
    std::size_t at = 0;
    const auto number = [&](std::size_t bytes) {
        std::size_t value = 0;
        for (std::size_t i = 0; i < bytes && at < in.size(); ++i) value |= std::size_t{in[at++]} << (8 * i);
        return value;
    };
    while (at < in.size()) {
        const unsigned tag = in[at++];
        std::size_t length = (tag >> 2) + 1;
        if ((tag & 3) == 0) {
            if (length > 60) {
                const std::size_t extra = length - 60;
                if (in.size() - at < extra) return std::nullopt;
                length = number(extra) + 1;
            }
            if (in.size() - at < length) return std::nullopt;
            for (std::size_t i = 0; i < length; ++i) out += static_cast<char>(in[at++]);
        } else {
            const std::size_t bytes = (tag & 3) == 3 ? 4 : tag & 3;
            if (in.size() - at < bytes) return std::nullopt;
            std::size_t offset = number(bytes);
            if ((tag & 3) == 1) {
                length = ((tag >> 2) & 7) + 4;
                offset += std::size_t{tag >> 5} << 8;
            }
            if (offset == 0 || offset > out.size()) return std::nullopt;
            if (out.size() + length > *size) return std::nullopt;
            for (std::size_t i = 0; i < length; ++i) out += out[out.size() - offset];
        }
        if (out.size() > *size) return std::nullopt;
    }
    if (out.size() != *size) return std::nullopt;
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const bytes_view bytes(data, size);
    std::string out;
    const bool expanded = pcapframe::snappy::decompress(out, bytes, bytes_max);
    const std::optional<std::string> expected = expand_slowly(bytes);
    fuzzing::check(expanded == expected.has_value(), "both ways take the same blocks");
    fuzzing::check(!expanded || out == *expected, "both ways give the same bytes");

    const std::string_view text(reinterpret_cast<const char*>(data), size);
    std::string compressed;
    pcapframe::snappy::compress(compressed, text);
    const bool back = pcapframe::snappy::decompress(out, pcapframe::text_bytes(compressed), size);
    fuzzing::check(back && out == text, "what is compressed comes back");
    fuzzing::check(size == 0 || !pcapframe::snappy::decompress(out, pcapframe::text_bytes(compressed), size - 1),
                   "no more bytes come out than are wanted");
    return 0;
}
