// The pcap walker: in windows as in one piece, whatever the bytes. The first byte chooses magic, byte order and window.

#include "walks.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    constexpr std::uint32_t magics[] = {0xa1b2c3d4, 0xa1b23c4d, 0xa1b2cd34, 0xd4c3b2a1};
    std::vector<std::uint8_t> file(data + 1, data + size);
    // With the right magic to begin with, the fuzzer has to find only the rest.
    const std::uint32_t magic = magics[data[0] & 3];
    for (std::size_t i = 0; i < 4 && i < file.size(); ++i) file[i] = static_cast<std::uint8_t>(magic >> (8 * i));
    if (file.size() >= 6 && (data[0] & 4) != 0) file[magic == 0xd4c3b2a1 ? 5 : 4] = 2;
    fuzz::compare_windows(file, 1 + (data[0] >> 3) * 5U);
    return 0;
}
