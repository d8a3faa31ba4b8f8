# SPDX-License-Identifier: BSD-3-Clause
#
# Targets beside xgrad::xgrad, defined alike in the source tree and by the installed package. Each
# brings xgrad::xgrad with it, and exists where what it needs was found. They are seen from as far as
# xgrad::xgrad is: everywhere in the source tree, which sets xgrad_scope to GLOBAL.

include(CheckCXXCompilerFlag)

# xgrad::zlib: lets the readers of xgrad open gzipped files.
if(TARGET ZLIB::ZLIB AND NOT TARGET xgrad::zlib)
    add_library(xgrad::zlib INTERFACE IMPORTED ${xgrad_scope})
    target_compile_definitions(xgrad::zlib INTERFACE XGRAD_HAS_ZLIB)
    target_link_libraries(xgrad::zlib INTERFACE xgrad::xgrad ZLIB::ZLIB)
endif()

# xgrad::json: for <xgrad/io/json.hpp>.
if(TARGET nlohmann_json::nlohmann_json AND NOT TARGET xgrad::json)
    add_library(xgrad::json INTERFACE IMPORTED ${xgrad_scope})
    target_link_libraries(xgrad::json INTERFACE xgrad::xgrad nlohmann_json::nlohmann_json)
endif()

# xgrad::native: compiles for the processor of this machine. clang fuses a product and a sum of
# intrinsics only when asked to, g++ always does.
if(NOT TARGET xgrad::native)
    add_library(xgrad::native INTERFACE IMPORTED ${xgrad_scope})
    target_link_libraries(xgrad::native INTERFACE xgrad::xgrad)
    check_cxx_compiler_flag(-march=native XGRAD_COMPILER_KNOWS_MARCH_NATIVE)
    if(XGRAD_COMPILER_KNOWS_MARCH_NATIVE)
        target_compile_options(xgrad::native INTERFACE -march=native)
    else()
        check_cxx_compiler_flag(-mcpu=native XGRAD_COMPILER_KNOWS_MCPU_NATIVE)
        if(XGRAD_COMPILER_KNOWS_MCPU_NATIVE)
            target_compile_options(xgrad::native INTERFACE -mcpu=native)
        endif()
    endif()
    target_compile_options(
        xgrad::native INTERFACE $<$<CXX_COMPILER_ID:Clang,AppleClang>:-ffp-contract=fast>)
endif()
