// Asks a result for the value that is not there: compiled twice for one program, with and without exceptions.
#include <cstdio>

#include <pcapframe/base/result.hpp>

void ask_bare();

#if defined(__cpp_exceptions)
int main() {
    const pcapframe::result<int> empty(pcapframe::error{.code = pcapframe::errc::empty_input, .subject = {}});
    try {
        std::printf("%d\n", empty.value());
    } catch (const pcapframe::throwing::exception& e) {
        std::printf("caught: %s\n", e.what());
        std::fflush(stdout);
    }
    ask_bare();
}
#else
void ask_bare() {
    const pcapframe::result<int> empty(pcapframe::error{.code = pcapframe::errc::empty_input, .subject = {}});
    std::printf("%d\n", empty.value());
}
#endif
