#include <string>

#include <doctest/doctest.h>

#include <pcapframe/base/version.hpp>

TEST_CASE("the macros and the text of the version agree") {
    const std::string from_macros = std::to_string(PCAPFRAME_VERSION_MAJOR) + "." +
                                    std::to_string(PCAPFRAME_VERSION_MINOR) + "." +
                                    std::to_string(PCAPFRAME_VERSION_PATCH);
    CHECK(from_macros == pcapframe::version);
}
