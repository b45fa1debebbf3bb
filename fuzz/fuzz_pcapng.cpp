// The pcapng walker: in windows as in one piece, whatever the bytes. The first byte chooses the window.

#include "walks.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    std::vector<std::uint8_t> file(data + 1, data + size);
    constexpr std::uint8_t section_header[] = {0x0a, 0x0d, 0x0d, 0x0a};
    for (std::size_t i = 0; i < 4 && i < file.size(); ++i) file[i] = section_header[i];
    fuzz::compare_windows(file, 1 + data[0] * 3U);
    return 0;
}
