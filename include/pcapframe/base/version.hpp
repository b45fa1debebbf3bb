// The version of the library, in one place; the build files and the package files are checked against it.
#pragma once

#define PCAPFRAME_VERSION_MAJOR 0
#define PCAPFRAME_VERSION_MINOR 1
#define PCAPFRAME_VERSION_PATCH 0

namespace pcapframe {

/// The version as text, "major.minor.patch" (semver.org).
inline constexpr const char version[] = "0.1.0";

}  // namespace pcapframe
