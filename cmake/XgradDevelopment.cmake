# SPDX-License-Identifier: BSD-3-Clause
#
# What the project's own programs are compiled with; nothing of it reaches users of xgrad::xgrad.

# Warnings are errors here; `cmake --compile-no-warning-as-error` keeps them warnings.
if(NOT DEFINED CMAKE_COMPILE_WARNING_AS_ERROR)
    set(CMAKE_COMPILE_WARNING_AS_ERROR ON)
endif()

set(CMAKE_CXX_EXTENSIONS OFF)

# Debug builds do without AVX-512, so that where there is any, the sanitizers look at the narrower forms
# of the kernels, which the optimised tests do not run there.
add_library(xgrad_debug_vectors INTERFACE)
check_cxx_compiler_flag(-mno-avx512f XGRAD_COMPILER_KNOWS_AVX512)
if(XGRAD_COMPILER_KNOWS_AVX512)
    target_compile_options(xgrad_debug_vectors INTERFACE $<$<CONFIG:Debug>:-mno-avx512f>)
endif()

add_library(xgrad_development INTERFACE)
# The last one comes behind -march=native.
target_link_libraries(xgrad_development INTERFACE xgrad::xgrad xgrad::native xgrad_debug_vectors)
target_compile_options(
    xgrad_development
    INTERFACE -Wall
              -Wextra
              -Wpedantic
              -Wshadow
              -Wconversion
              -Wsign-conversion
              # g++ 12 sees these two in the AVX-512 intrinsics of its own headers.
              $<$<CXX_COMPILER_ID:GNU>:-Wno-error=uninitialized>
              $<$<CXX_COMPILER_ID:GNU>:-Wno-error=maybe-uninitialized>
              # and this one in packing loops, once they are inlined, for counts beyond all memory.
              $<$<CXX_COMPILER_ID:GNU>:-Wno-error=aggressive-loop-optimizations>
              # and this one in `"literal" + std::string` (GCC bug 105651, mended in 13).
              $<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict>
)
if(TARGET xgrad::zlib)
    target_link_libraries(xgrad_development INTERFACE xgrad::zlib)
endif()
