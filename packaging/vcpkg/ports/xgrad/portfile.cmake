# SPDX-License-Identifier: BSD-3-Clause
#
# An overlay port of the checkout that it lies in: vcpkg install xgrad --overlay-ports=packaging/vcpkg/ports

cmake_path(SET SOURCE_PATH NORMALIZE "${CURRENT_PORT_DIR}/../../../..")

set(VCPKG_BUILD_TYPE release) # headers are the same in every build
vcpkg_cmake_configure(
    SOURCE_PATH "${SOURCE_PATH}"
    OPTIONS
        -DXGRAD_BUILD_TESTS=OFF
        -DXGRAD_BUILD_EXAMPLES=OFF
        -DXGRAD_BUILD_BENCHMARKS=OFF
        -DXGRAD_BUILD_DOCS=OFF
        -DXGRAD_FETCH_DEPENDENCIES=OFF
)
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(CONFIG_PATH share/cmake/xgrad)
vcpkg_fixup_pkgconfig()
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE")
