# SPDX-License-Identifier: BSD-3-Clause
#
# Installs the headers and what finds them: a package for CMake and a file for pkg-config. None of it
# depends on the processor or on where it lies.

include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

target_include_directories(xgrad INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/xgrad
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
        FILES_MATCHING PATTERN "*.hpp")

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

set(XGRAD_PC_DIR ${CMAKE_INSTALL_FULL_DATADIR}/pkgconfig)
file(RELATIVE_PATH XGRAD_PC_TO_PREFIX ${XGRAD_PC_DIR} ${CMAKE_INSTALL_PREFIX})
string(REGEX REPLACE "/$" "" XGRAD_PC_TO_PREFIX "${XGRAD_PC_TO_PREFIX}")
file(RELATIVE_PATH XGRAD_PC_TO_INCLUDE ${XGRAD_PC_DIR} ${CMAKE_INSTALL_FULL_INCLUDEDIR})
configure_file(cmake/xgrad.pc.in ${PROJECT_BINARY_DIR}/xgrad.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/xgrad.pc DESTINATION ${CMAKE_INSTALL_DATADIR}/pkgconfig)
