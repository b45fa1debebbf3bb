// Any bytes, packed in pieces of any size, are unpacked to the same bytes.
//
// The first byte chooses the codec and the size of pieces.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <pcapframe/codec/packers.hpp>
#include <pcapframe/codec/unpackers.hpp>

#include "check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const auto codec = pcapframe::packer_for(data[0] % 2 == 0 ? ".gz" : ".lz4");
    const std::size_t piece_bytes = std::size_t{1} << (data[0] / 2 % 20);
    std::string packed;
    std::size_t at = 1;
    do {
        const std::size_t now = std::min(piece_bytes, size - at);
        // In memory of its own, so that a byte read behind it is seen.
        const std::vector<std::uint8_t> piece(data + at, data + at + now);
        codec->pack(piece, packed);
        at += now;
        // Small pieces of much input would only take time.
    } while (at < size && packed.size() < (std::size_t{1} << 20));

    const pcapframe::bytes_view all{reinterpret_cast<const std::uint8_t*>(packed.data()), packed.size()};
    const auto back = pcapframe::find_compression(all)->make();
    std::size_t plain = 1;
    for (pcapframe::bytes_view rest = all;;) {
        const pcapframe::unpack_step step = back->unpack(rest, true);
        fuzzing::check(step.damage == nullptr, "what was packed is not damaged");
        fuzzing::check(step.produced.size() <= at - plain, "no more comes back than was packed");
        fuzzing::check(std::equal(step.produced.begin(), step.produced.end(), data + plain), "the same bytes");
        plain += step.produced.size();
        rest = rest.subspan(step.consumed);
        if (step.consumed == 0 && step.produced.empty()) break;
    }
    fuzzing::check(plain == at, "all bytes");
    return 0;
}
