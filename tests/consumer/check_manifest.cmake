# SPDX-License-Identifier: BSD-3-Clause
#
# cmake -DMANIFEST=<vcpkg.json> -DVERSION=<version> -P check_manifest.cmake
#
# vcpkg reads the version from its own file, which cannot ask the header.

cmake_minimum_required(VERSION 3.25)

file(READ ${MANIFEST} manifest)
string(JSON version GET "${manifest}" version)
if(NOT version STREQUAL VERSION)
    message(FATAL_ERROR "${MANIFEST}: expected the version ${VERSION}, found ${version}")
endif()
