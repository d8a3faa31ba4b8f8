# SPDX-License-Identifier: BSD-3-Clause
"""The Conan 2 recipe of the checkout that it lies in: conan create packaging/conan"""

import re
from pathlib import Path

from conan import ConanFile
from conan.tools.build import check_min_cppstd
from conan.tools.cmake import CMake, CMakeToolchain, cmake_layout
from conan.tools.files import copy, load

SOURCES = Path("..", "..")


class XgradRecipe(ConanFile):
    name = "xgrad"
    description = "Reverse-mode automatic differentiation by expression templates, on xtensor"
    license = "BSD-3-Clause"
    topics = ("automatic-differentiation", "expression-templates", "header-only", "xtensor")
    package_type = "header-library"
    settings = "os", "arch", "compiler", "build_type"
    # Otherwise xtensor brings a version of xsimd of its own, and defines XTENSOR_USE_XSIMD for everybody.
    default_options = {"xtensor/*:xsimd": False}
    generators = "CMakeDeps"
    no_copy_source = True

    def set_version(self):
        header = load(self, Path(self.recipe_folder) / SOURCES / "include/xgrad/core/version.hpp")
        self.version = ".".join(re.findall(r"define XGRAD_VERSION_[A-Z]+ (\d+)", header))

    def export_sources(self):
        for pattern in ("CMakeLists.txt", "LICENSE", "cmake/*", "include/*"):
            copy(self, pattern, Path(self.recipe_folder) / SOURCES, self.export_sources_folder)

    def layout(self):
        cmake_layout(self)

    def requirements(self):
        self.requires("xtensor/[>=0.24 <1]", transitive_headers=True)
        self.requires("xsimd/[>=8.1 <15]", transitive_headers=True)

    def build_requirements(self):
        self.tool_requires("cmake/[>=3.25]")

    def validate(self):
        check_min_cppstd(self, 20)

    def package_id(self):
        self.info.clear()

    def generate(self):
        toolchain = CMakeToolchain(self)
        for part in ("TESTS", "EXAMPLES", "BENCHMARKS", "DOCS"):
            toolchain.cache_variables[f"XGRAD_BUILD_{part}"] = False
        toolchain.cache_variables["XGRAD_FETCH_DEPENDENCIES"] = False
        toolchain.user_presets_path = False
        toolchain.generate()

    def build(self):
        CMake(self).configure()

    def package(self):
        CMake(self).install()
        copy(self, "LICENSE", self.source_folder, Path(self.package_folder) / "licenses")

    def package_info(self):
        # The package's own file for CMake, which knows the targets beside xgrad::xgrad too.
        self.cpp_info.set_property("cmake_find_mode", "none")
        self.cpp_info.builddirs = ["share/cmake/xgrad"]
        self.cpp_info.bindirs = []
        self.cpp_info.libdirs = []
        self.cpp_info.system_libs = ["pthread"]
