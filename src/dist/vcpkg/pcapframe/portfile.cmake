# A port that is used from a checkout: vcpkg install pcapframe --overlay-ports=path/to/pcapframe/src/dist/vcpkg
get_filename_component(SOURCE_PATH "${CMAKE_CURRENT_LIST_DIR}/../../../.." ABSOLUTE)
set(VCPKG_BUILD_TYPE release)  # headers have no other

file(INSTALL "${SOURCE_PATH}/include/pcapframe" DESTINATION "${CURRENT_PACKAGES_DIR}/include")

# find_package(pcapframe): the same file that meson installs.
set(PACKAGE_INIT [[get_filename_component(PACKAGE_PREFIX_DIR "${CMAKE_CURRENT_LIST_DIR}/../.." ABSOLUTE)]])
set(includedir include)
configure_file("${SOURCE_PATH}/src/dist/pcapframeConfig.cmake.in"
    "${CURRENT_PACKAGES_DIR}/share/pcapframe/pcapframeConfig.cmake" @ONLY)
include(CMakePackageConfigHelpers)
write_basic_package_version_file("${CURRENT_PACKAGES_DIR}/share/pcapframe/pcapframeConfigVersion.cmake"
    VERSION "${VERSION}" COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)

vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE")
