#!/usr/bin/env python3
"""One way for another project to use the library: installed.py WAY ROWS, with WAY one of WAYS.

The two translation units beside this file, which both include the library, are built that way and must print for
tests/data/local.pcap what ROWS prints, the same program built inside this project. A wrong version must be refused.
Exit status: 0 passed, 77 skipped (the tool is not installed), anything else failed.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BUILD = Path(os.environ["PCAPFRAME_BUILD_ROOT"])
CAPTURE = ROOT / "tests/data/local.pcap"
SOURCES = ["rows.cpp", "count_rows.cpp"]
HEADERS = ["count_rows.hpp"]
COMPILER = os.environ.get("CXX", "c++").split()


def run(*command: object, **more: object) -> str:
    """The standard output of a command that must succeed."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **more)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: exit status {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def refused(*command: object, **more: object) -> str:
    """What a command says that must fail."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **more)
    if done.returncode == 0:
        sys.exit(f"{' '.join(map(str, command))}: should have been refused\n{done.stdout}")
    return done.stdout + done.stderr


def introspect(build: Path, what: str) -> object:
    return json.loads(run("meson", "introspect", build, what))


def install(folder: Path) -> Path:
    """Installs the build into `folder`; the prefix in there."""
    run("meson", "install", "-C", BUILD, "--no-rebuild", "--destdir", folder)
    options = {option["name"]: option["value"] for option in introspect(BUILD, "--buildoptions")}
    return folder / Path(options["prefix"]).relative_to("/")


def with_cmake(folder: Path, version: str) -> Path:
    return find_package(folder, install(folder / "installed"), version)


def find_package(folder: Path, prefix: Path, version: str) -> Path:
    """By find_package in a prefix; wrong versions are refused."""
    shutil.copytree(HERE / "cmake", folder / "project")
    for source in SOURCES + HEADERS:
        shutil.copy(HERE / source, folder / "project")
    configure = ["cmake", "-G", "Ninja", "-S", folder / "project", f"-DCMAKE_PREFIX_PATH={prefix}"]
    environment = os.environ | {"CXX": COMPILER[0]}
    for wrong in ("99.0", "0.0.1"):
        said = refused(*configure, "-B", folder / wrong, f"-DWANTED={wrong}", env=environment)
        assert f'compatible with requested version "{wrong}"' in " ".join(said.split()), said
    run(*configure, "-B", folder / "build", f"-DWANTED={version}", env=environment)
    run("cmake", "--build", folder / "build")
    return folder / "build" / "consumer"


def with_pkg_config(folder: Path, version: str) -> Path:
    install(folder / "installed")
    package = next((folder / "installed").rglob("pcapframe.pc"))
    environment = os.environ | {"PKG_CONFIG_PATH": str(package.parent),
                                "PKG_CONFIG_SYSROOT_DIR": str(folder / "installed")}
    refused("pkg-config", "--exists", "pcapframe >= 99", env=environment)
    assert run("pkg-config", "--modversion", "pcapframe", env=environment).strip() == version
    flags = run("pkg-config", "--cflags", "--libs", f"pcapframe = {version}", env=environment).split()
    run(*COMPILER, "-std=c++20", *(HERE / source for source in SOURCES), *flags, "-o", folder / "consumer")
    return folder / "consumer"


def with_library(folder: Path, version: str) -> None:
    """A program in C by `pkg-config libpcapframe`, linked to the installed shared library."""
    install(folder / "installed")
    package = next((folder / "installed").rglob("libpcapframe.pc"), None)
    if package is None:
        print("skipped: this build has no shared library")
        sys.exit(77)
    environment = os.environ | {"PKG_CONFIG_PATH": str(package.parent),
                                "PKG_CONFIG_SYSROOT_DIR": str(folder / "installed")}
    for wrong in ("libpcapframe >= 99", "libpcapframe < 0.0.2"):
        refused("pkg-config", "--exists", wrong, env=environment)
    flags = run("pkg-config", "--cflags", "--libs", f"libpcapframe = {version}", env=environment).split()
    assert "-lpcapframe" in flags, flags
    source = folder / "say_version.c"
    source.write_text("#include <pcapframe.h>\n#include <stdio.h>\n"
                      "int main(void) { return puts(pcapframe_version()) < 0; }\n")
    run("cc", "-std=c99", "-Wall", "-Wextra", "-Werror", source, *flags, "-o", folder / "say_version")
    library = next((folder / "installed").rglob("libpcapframe.so")).parent
    said = run(folder / "say_version", env=environment | {"LD_LIBRARY_PATH": str(library)})
    assert said == f"{version}\n", said


def with_wrap(folder: Path, version: str) -> Path:
    """By a copy of the wrap file, which fetches the last commit."""
    commit = subprocess.run(["git", "-C", str(ROOT), "rev-parse", "HEAD"], capture_output=True, text=True)
    if commit.returncode != 0:
        print("skipped: no git, or this is no checkout")
        sys.exit(77)
    project = folder / "project"
    shutil.copytree(HERE / "subproject", project)
    (project / "subprojects").mkdir()
    wrap = (ROOT / "src/dist/pcapframe.wrap").read_text()
    wrap = re.sub(r"(?m)^url = .*$", f"url = file://{ROOT}", wrap)
    (project / "subprojects" / "pcapframe.wrap").write_text(wrap)
    for source in SOURCES + HEADERS:
        shutil.copy(HERE / source, project)
    said = refused("meson", "setup", folder / "wrong", project, "-Dwanted=>=99")
    assert version in said, said
    run("meson", "setup", folder / "build", project, f"-Dwanted=>={version}")
    run("ninja", "-C", folder / "build")
    return folder / "build" / "consumer"


def with_subproject(folder: Path, version: str) -> Path:
    project = folder / "project"
    shutil.copytree(HERE / "subproject", project)
    (project / "subprojects").mkdir()
    (project / "subprojects" / "pcapframe").symlink_to(ROOT)
    for source in SOURCES + HEADERS:
        shutil.copy(HERE / source, project)
    said = refused("meson", "setup", folder / "wrong", project, "-Dwanted=>=99")
    assert version in said, said
    build = folder / "build"
    run("meson", "setup", build, project, f"-Dwanted=>={version}")
    run("ninja", "-C", build)
    targets = [target["name"] for target in introspect(build, "--targets")]
    assert targets == ["consumer"], f"a parent project builds more than itself: {targets}"
    commands = (build / "compile_commands.json").read_text()
    for flag in ("-Wconversion", "-Wshadow", "-DNDEBUG"):
        assert flag not in commands, f"a parent project is given {flag}"
    staged = folder / "staged"
    run("meson", "install", "-C", build, "--no-rebuild", "--destdir", staged)
    assert not list(staged.rglob("*pcapframe*")), "a parent project installs files of the library"
    return build / "consumer"


def with_fetch_content(folder: Path, version: str) -> Path:
    """From a checkout, as FetchContent has it after a download."""
    project = folder / "project"
    shutil.copytree(HERE / "fetch_content", project)
    for source in SOURCES + HEADERS:
        shutil.copy(HERE / source, project)
    build = folder / "build"
    said = run("cmake", "-G", "Ninja", "-S", project, "-B", build, f"-DFETCHCONTENT_SOURCE_DIR_PCAPFRAME={ROOT}",
               env=os.environ | {"CXX": COMPILER[0]})
    assert f"pcapframe {version}" in said, said
    run("cmake", "--build", build)
    return build / "consumer"


def with_single_header(folder: Path, version: str) -> Path:
    """The two generated headers: the same bytes each time, and each compiles alone."""
    headers = folder / "single" / "pcapframe"
    for where in (headers, folder / "again"):
        run(ROOT / "src/dist/amalgamate", where)
    for header in sorted(headers.iterdir()):
        text = header.read_text()
        assert text == (folder / "again" / header.name).read_text(), f"{header.name}: other bytes the second time"
        assert text.startswith(f"// pcapframe {version}"), text[:80]
        assert "\n#include <pcapframe/" not in text, f"{header.name} includes a header that is not there"
        alone = folder / f"{header.stem}.cpp"
        alone.write_text(f'#include "{header}"\n#include "{header}"\n')
        for compiler, flags in (("g++", ["-fno-exceptions", "-fno-rtti"]), ("clang++", [])):
            if shutil.which(compiler):
                run(compiler, "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", *flags, alone)
    run(*COMPILER, "-std=c++20", "-pthread", "-I", headers.parent, *(HERE / source for source in SOURCES),
        "-o", folder / "consumer")
    return folder / "consumer"


def with_conan(folder: Path, version: str) -> Path:
    """By the recipe, in a cache of its own; a wrong version is refused."""
    environment = os.environ | {"CONAN_HOME": str(folder / "home"), "CXX": COMPILER[0]}
    shutil.copytree(HERE / "cmake", folder / "project")
    for source in SOURCES + HEADERS:
        shutil.copy(HERE / source, folder / "project")
    run("conan", "profile", "detect", env=environment)
    run("conan", "create", ROOT / "src/dist/conan", "-s", "compiler.cppstd=20", env=environment)
    install = ["conan", "install", "-g", "CMakeDeps", "-g", "CMakeToolchain", "-s", "compiler.cppstd=20",
               "-of", folder / "deps"]
    refused(*install, "--requires=pcapframe/99.0.0", "--no-remote", env=environment)
    run(*install, f"--requires=pcapframe/{version}", "--no-remote", env=environment)
    run("cmake", "-G", "Ninja", "-S", folder / "project", "-B", folder / "build", f"-DWANTED={version}",
        f"-DCMAKE_TOOLCHAIN_FILE={folder / 'deps' / 'conan_toolchain.cmake'}", "-DCMAKE_BUILD_TYPE=Release",
        env=environment)
    run("cmake", "--build", folder / "build")
    return folder / "build" / "consumer"


def with_vcpkg_port(folder: Path, version: str) -> Path:
    """By the port's own script, run by CMake with the one function of vcpkg that it calls: what it lays into the folder
    of the package is found by find_package. (vcpkg itself fetches tools from elsewhere.)"""
    port = ROOT / "src/dist/vcpkg/pcapframe"
    assert json.loads((port / "vcpkg.json").read_text())["version"] == version
    packages = folder / "packages"
    script = folder / "port.cmake"
    script.write_text("function(vcpkg_install_copyright)\n"
                      "  file(INSTALL ${ARGV1} DESTINATION ${CURRENT_PACKAGES_DIR}/share/pcapframe RENAME copyright)\n"
                      f"endfunction()\ninclude({port}/portfile.cmake)\n")
    run("cmake", f"-DCURRENT_PACKAGES_DIR={packages}", f"-DVERSION={version}", "-P", script)
    assert (packages / "share/pcapframe/copyright").read_text() == (ROOT / "LICENSE").read_text()
    return find_package(folder, packages, version)


WAYS: dict[str, tuple[str, Callable[[Path, str], Path | None]]] = {
    "cmake": ("cmake", with_cmake),
    "pkg-config": ("pkg-config", with_pkg_config),
    "library": ("pkg-config", with_library),
    "subproject": ("meson", with_subproject),
    "wrap": ("git", with_wrap),
    "FetchContent": ("cmake", with_fetch_content),
    "single header": ("python3", with_single_header),
    "conan": ("conan", with_conan),
    "vcpkg port": ("cmake", with_vcpkg_port),
}


def main() -> int:
    tool, build_consumer = WAYS[sys.argv[1]]
    if not shutil.which(tool):
        print(f"skipped: no {tool}")
        return 77
    version = introspect(BUILD, "--projectinfo")["version"]
    expected = run(sys.argv[2], CAPTURE)
    assert expected.endswith(" rows\n") and not expected.endswith("\n0 rows\n"), expected
    with tempfile.TemporaryDirectory() as folder:
        consumer = build_consumer(Path(folder), version)
        if consumer is not None:
            assert run(consumer, CAPTURE) == expected, "the consumer prints other rows"
    return 0


if __name__ == "__main__":
    sys.exit(main())
