# SPDX-License-Identifier: BSD-3-Clause
#
# Installs the headers and the package that find_package(xgrad) finds.

include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(XGRAD_PACKAGE_DIR ${CMAKE_INSTALL_DATADIR}/cmake/xgrad)

configure_package_config_file(cmake/xgradConfig.cmake.in ${PROJECT_BINARY_DIR}/xgradConfig.cmake
                              INSTALL_DESTINATION ${XGRAD_PACKAGE_DIR})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/xgradConfigVersion.cmake
                                 COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)

install(TARGETS xgrad EXPORT xgradTargets)
install(EXPORT xgradTargets NAMESPACE xgrad:: DESTINATION ${XGRAD_PACKAGE_DIR})
install(FILES ${PROJECT_BINARY_DIR}/xgradConfig.cmake
              ${PROJECT_BINARY_DIR}/xgradConfigVersion.cmake
              ${PROJECT_SOURCE_DIR}/cmake/xgradOptionalTargets.cmake
        DESTINATION ${XGRAD_PACKAGE_DIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/xgrad
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
        FILES_MATCHING PATTERN "*.hpp")
