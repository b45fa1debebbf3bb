// Compressed bytes: any are unpacked to the same plain bytes however they are given, or to a part of them and damage.
//
// The first byte says how many packed bytes are given at a time. Bytes that no codec begins with are put behind the
// beginning of a file of each.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <pcapframe/codec/unpackers.hpp>

#include "check.hpp"

namespace {

/// More than this is not worth a fuzzer's time: a bomb goes on in the same way.
constexpr std::size_t plain_bytes_max = std::size_t{4} << 20;

struct outcome {
    std::string bytes;
    bool damaged = false;
    bool too_much = false;
};

outcome unpack(const pcapframe::compression& how, const std::vector<std::uint8_t>& packed, std::size_t chunk) {
    const auto codec = how.make();
    outcome out;
    std::size_t begin = 0;
    std::size_t given = std::min(chunk, packed.size());
    while (out.bytes.size() <= plain_bytes_max) {
        // In memory of its own, so that a byte read behind it is seen.
        const std::vector<std::uint8_t> here(packed.begin() + static_cast<std::ptrdiff_t>(begin),
                                             packed.begin() + static_cast<std::ptrdiff_t>(given));
        const bool last = given == packed.size();
        const pcapframe::unpack_step step = codec->unpack(here, last);
        fuzzing::check(step.consumed <= here.size(), "no more is consumed than is there");
        fuzzing::check(step.wanted == 0 || step.wanted > here.size() - step.consumed, "what is wanted is not there");
        out.bytes.append(step.produced.begin(), step.produced.end());
        begin += step.consumed;
        out.damaged = step.damage != nullptr;
        if (out.damaged) return out;
        if (step.consumed != 0 || !step.produced.empty()) continue;
        if (last) return out;
        given = std::min(packed.size(), given + chunk);
    }
    out.too_much = true;
    return out;
}

void check_same(const pcapframe::compression& how, const std::vector<std::uint8_t>& packed, std::size_t chunk) {
    const outcome whole = unpack(how, packed, packed.size());
    const outcome parts = unpack(how, packed, chunk);
    const std::size_t common = std::min(whole.bytes.size(), parts.bytes.size());
    fuzzing::check(whole.bytes.compare(0, common, parts.bytes, 0, common) == 0, "the same bytes, however given");
    if (whole.too_much || parts.too_much) return;
    fuzzing::check(whole.bytes.size() == parts.bytes.size(), "as many bytes, however given");
    fuzzing::check(whole.damaged == parts.damaged, "damage, however given");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::size_t chunk = data[0] + std::size_t{1};
    const std::vector<std::uint8_t> packed(data + 1, data + size);
    if (const pcapframe::compression* const how = pcapframe::find_compression(packed)) {
        check_same(*how, packed, chunk);
        return 0;
    }
    // A gzip member, a Zstandard frame with a window of 8 KiB, an LZ4 frame of linked blocks of 64 KiB.
    static constexpr std::array<std::uint8_t, 10> gzip{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3};
    static constexpr std::array<std::uint8_t, 6> zstd{0x28, 0xb5, 0x2f, 0xfd, 0, 0x18};
    static constexpr std::array<std::uint8_t, 7> lz4{0x04, 0x22, 0x4d, 0x18, 0x40, 0x40, 0xc0};
    const auto behind = [&](const auto& begin) {
        std::vector<std::uint8_t> all(begin.begin(), begin.end());
        all.insert(all.end(), packed.begin(), packed.end());
        check_same(*pcapframe::find_compression(all), all, chunk);
    };
    switch (chunk % 3) {
        case 0: behind(gzip); break;
        case 1: behind(zstd); break;
        default: behind(lz4);
    }
    return 0;
}
