# SPDX-License-Identifier: BSD-3-Clause
#
# Every package is looked for on the machine first. Only when it is missing is a pinned commit
# fetched: a commit, unlike a tag, cannot be moved, and names its content.

include_guard(GLOBAL)
include(FetchContent)

# xgrad_fetch(<name> <repository> <commit> <Debian package>)
function(xgrad_fetch name repository commit package)
    if(NOT XGRAD_FETCH_DEPENDENCIES)
        message(FATAL_ERROR "xgrad: ${name} is not installed and XGRAD_FETCH_DEPENDENCIES is OFF; "
                            "on Debian and Ubuntu: apt-get install ${package}")
    endif()
    if(PROJECT_IS_TOP_LEVEL)
        message(STATUS "xgrad: ${name} is not installed (on Debian and Ubuntu: ${package}), "
                       "fetching ${repository} at ${commit}")
    else()
        set(CMAKE_MESSAGE_LOG_LEVEL NOTICE) # a guest's guests are silent as well
    endif()
    set(CMAKE_POLICY_DEFAULT_CMP0077 NEW) # their options obey the next two lines
    set(BUILD_TESTS OFF)
    set(BUILD_TESTING OFF)
    FetchContent_Declare(${name} GIT_REPOSITORY ${repository} GIT_TAG ${commit} SYSTEM)
    FetchContent_MakeAvailable(${name})
endfunction()

# The targets `xtensor` and `xsimd`.
#
# No version is asked of find_package: xsimd's version file accepts only its own major version, so
# that "8.1 or newer" cannot be said there. xtensor asks for a version of xsimd only when its option
# XTENSOR_USE_XSIMD is set, which xgrad does not need. The versions are compared here by hand.
macro(xgrad_require_xtensor)
    if(NOT TARGET xtensor)
        find_package(xtensor QUIET)
    endif()
    if(NOT TARGET xtensor)
        if(NOT TARGET xtl)
            find_package(xtl 0.8 QUIET)
        endif()
        if(NOT TARGET xtl)
            xgrad_fetch(xtl https://github.com/xtensor-stack/xtl.git
                        f3ca44e9102d574e9592c6917ae09da2bacf9aae libxtensor-dev) # 0.8.1
        endif()
        xgrad_fetch(xtensor https://github.com/xtensor-stack/xtensor.git
                    f115228a7fc277b9be1bef34572831f8fd53ac73 libxtensor-dev) # 0.27.1
    endif()
    if(xtensor_VERSION AND xtensor_VERSION VERSION_LESS 0.24)
        message(FATAL_ERROR "xgrad: xtensor 0.24 or newer is needed, found ${xtensor_VERSION}")
    endif()

    if(NOT TARGET xsimd)
        find_package(xsimd QUIET)
    endif()
    if(NOT TARGET xsimd)
        xgrad_fetch(xsimd https://github.com/xtensor-stack/xsimd.git
                    1f8dd9c8e162968d9b4ff0251c56d431b8777f36 libxsimd-dev) # 13.2.0
    endif()
    if(xsimd_VERSION AND xsimd_VERSION VERSION_LESS 8.1)
        message(FATAL_ERROR "xgrad: xsimd 8.1 or newer is needed, found ${xsimd_VERSION}")
    endif()
endmacro()

macro(xgrad_require_doctest)
    if(NOT TARGET doctest::doctest)
        find_package(doctest QUIET)
    endif()
    if(NOT TARGET doctest::doctest)
        xgrad_fetch(doctest https://github.com/doctest/doctest.git
                    ae7a13539fb71f270b87eb2e874fbac80bc8dda2 doctest-dev) # 2.4.11
    endif()
endmacro()

macro(xgrad_find_json)
    if(NOT TARGET nlohmann_json::nlohmann_json)
        find_package(nlohmann_json 3.11 QUIET)
    endif()
endmacro()

macro(xgrad_require_json)
    xgrad_find_json()
    if(NOT TARGET nlohmann_json::nlohmann_json)
        set(JSON_BuildTests OFF)
        xgrad_fetch(nlohmann_json https://github.com/nlohmann/json.git
                    9cca280a4d0ccf0c08f47a99aa71d1b0e52f8d03 nlohmann-json3-dev) # 3.11.3
    endif()
endmacro()
