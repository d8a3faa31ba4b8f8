# SPDX-License-Identifier: BSD-3-Clause
#
# Targets beside xgrad::xgrad, defined alike in the source tree and by the installed package.

include_guard(GLOBAL)
include(CheckCXXCompilerFlag)

# xgrad::zlib: lets the readers of xgrad open gzipped files. Exists where zlib was found.
if(TARGET ZLIB::ZLIB AND NOT TARGET xgrad::zlib)
    add_library(xgrad::zlib INTERFACE IMPORTED GLOBAL)
    target_compile_definitions(xgrad::zlib INTERFACE XGRAD_HAS_ZLIB)
    target_link_libraries(xgrad::zlib INTERFACE ZLIB::ZLIB)
endif()

# xgrad::native: compiles for the processor of this machine. Every source of a program must use it
# or none, since the width of the vectors is part of inline functions. clang fuses a product and a
# sum of intrinsics only when asked to, g++ always does.
if(NOT TARGET xgrad::native)
    add_library(xgrad::native INTERFACE IMPORTED GLOBAL)
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
