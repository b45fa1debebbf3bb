// Runs one fuzz target over files instead of under a fuzzer: the same body as a test, with any compiler.
//
// Arguments are files and folders (walked recursively). Each path goes to standard error before it is run, so that the
// last line before a crash names the input.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace fs = std::filesystem;

/// The files under the given paths, in name order.
std::vector<fs::path> inputs(int count, char** paths) {
    std::vector<fs::path> files;
    for (int i = 0; i < count; ++i) {
        if (!fs::is_directory(paths[i])) {
            files.emplace_back(paths[i]);
            continue;
        }
        for (const auto& entry : fs::recursive_directory_iterator(paths[i])) {
            if (entry.is_regular_file()) files.push_back(entry.path());
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

/// Runs the target over one file, from a buffer of exactly its size: a read past the end is then outside of it.
bool run(const fs::path& file) {
    std::fprintf(stderr, "%s\n", file.c_str());
    std::ifstream stream(file, std::ios::binary);
    if (!stream) return false;
    const std::string content{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
    const std::vector<std::uint8_t> bytes(content.begin(), content.end());
    LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
    return true;
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<fs::path> files = inputs(argc - 1, argv + 1);
    for (const fs::path& file : files) {
        if (run(file)) continue;
        std::fprintf(stderr, "cannot be read\n");
        return 1;
    }
    std::printf("%zu inputs\n", files.size());
    return files.empty() ? 1 : 0;
}
