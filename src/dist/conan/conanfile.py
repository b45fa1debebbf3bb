"""The Conan recipe: `conan create src/dist/conan` packs the headers of this checkout."""

import re
from pathlib import Path

from conan import ConanFile
from conan.tools.build import check_min_cppstd
from conan.tools.files import copy


class PcapframeRecipe(ConanFile):
    name = "pcapframe"
    license = "MIT"
    description = "Packet captures as columnar tables, a header-only C++20 library"
    topics = ("pcap", "pcapng", "packet-capture", "dataframe", "arrow", "parquet", "header-only")
    package_type = "header-library"
    settings = "os", "arch", "compiler", "build_type"
    no_copy_source = True

    def set_version(self):
        header = Path(self.recipe_folder, "../../../include/pcapframe/base/version.hpp").read_text()
        self.version = re.search(r'version\[\] = "([^"]+)"', header)[1]

    def export_sources(self):
        root = Path(self.recipe_folder, "../../..").resolve()
        copy(self, "include/*", root, self.export_sources_folder)
        copy(self, "LICENSE", root, self.export_sources_folder)

    def validate(self):
        check_min_cppstd(self, 20)

    def package_id(self):
        self.info.clear()

    def package(self):
        copy(self, "*.hpp", Path(self.source_folder, "include"), Path(self.package_folder, "include"))
        copy(self, "LICENSE", self.source_folder, Path(self.package_folder, "licenses"))

    def package_info(self):
        self.cpp_info.bindirs = []
        self.cpp_info.libdirs = []
        if self.settings.os in ("Linux", "FreeBSD"):
            self.cpp_info.system_libs = ["pthread"]
        self.cpp_info.set_property("cmake_file_name", "pcapframe")
        self.cpp_info.set_property("cmake_target_name", "pcapframe::pcapframe")
        self.cpp_info.set_property("pkg_config_name", "pcapframe")
