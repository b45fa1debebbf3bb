// The version of the library, in one place; the build files and the package files are checked against it.
//
// All names are in the inline namespace of the major and minor version (v0_2): they are written pcapframe::name, and
// two versions of the library, in translation units of their own, can be linked into one program.
#pragma once

#if defined(_MSVC_LANG) ? _MSVC_LANG < 202002L : __cplusplus < 202002L
#error "pcapframe needs C++20: compile with -std=c++20 or later."
#endif

#define PCAPFRAME_VERSION_MAJOR 0
#define PCAPFRAME_VERSION_MINOR 2
#define PCAPFRAME_VERSION_PATCH 0

namespace pcapframe::inline v0_2 {

/// The version as text, "major.minor.patch" (semver.org).
inline constexpr const char version[] = "0.2.0";

}  // namespace pcapframe
