# SPDX-License-Identifier: BSD-3-Clause
#
# What the benchmarks compare xgrad with, as far as the machine has it: an interface target each,
# xgrad_rival_<name>, that tells the sources by XGRAD_BENCHMARK_<NAME>. What is missing only loses
# its rows. On Debian: libopenblas-dev libdnnl-dev libxsmm-dev libeigen3-dev libtorch-dev
# libgoogle-perftools-dev libadolc-dev libtrilinos-sacado-dev libtrilinos-kokkos-dev.

include_guard(GLOBAL)

# xgrad_add_rival(<name> <library>...)
function(xgrad_add_rival name)
    string(TOUPPER ${name} definition)
    add_library(xgrad_rival_${name} INTERFACE)
    target_link_libraries(xgrad_rival_${name} INTERFACE ${ARGN})
    target_compile_definitions(xgrad_rival_${name} INTERFACE XGRAD_BENCHMARK_${definition})
    set_property(GLOBAL APPEND PROPERTY XGRAD_RIVALS ${name})
endfunction()

# xgrad_add_rival_of_files(<name> <header> <library>...): of a package without a file for CMake
function(xgrad_add_rival_of_files name header)
    find_path(XGRAD_${name}_INCLUDE ${header})
    set(found ${XGRAD_${name}_INCLUDE})
    set(files)
    foreach(library IN LISTS ARGN)
        find_library(XGRAD_${library}_LIBRARY ${library})
        list(APPEND files ${XGRAD_${library}_LIBRARY})
        if(NOT XGRAD_${library}_LIBRARY)
            set(found)
        endif()
        mark_as_advanced(XGRAD_${library}_LIBRARY)
    endforeach()
    mark_as_advanced(XGRAD_${name}_INCLUDE)
    if(found)
        xgrad_add_rival(${name} ${files})
        target_include_directories(xgrad_rival_${name} SYSTEM INTERFACE ${XGRAD_${name}_INCLUDE})
    endif()
endfunction()

find_package(Threads)
find_package(OpenMP QUIET COMPONENTS CXX)

xgrad_add_rival_of_files(openblas cblas.h openblas)

# Its static library calls a BLAS for products that it does not take itself.
if(TARGET xgrad_rival_openblas)
    xgrad_add_rival_of_files(libxsmm libxsmm.h xsmm openblas)
    if(TARGET xgrad_rival_libxsmm)
        target_link_libraries(xgrad_rival_libxsmm INTERFACE Threads::Threads ${CMAKE_DL_LIBS})
    endif()
endif()

# Its own package file insists on OpenCL. Its threads are those of OpenMP, whose number is set through
# the run-time library.
if(OpenMP_gomp_LIBRARY)
    xgrad_add_rival_of_files(onednn dnnl.hpp dnnl)
    if(TARGET xgrad_rival_onednn)
        target_link_libraries(xgrad_rival_onednn INTERFACE ${OpenMP_gomp_LIBRARY})
    endif()
endif()

find_package(Eigen3 QUIET NO_MODULE)
if(TARGET Eigen3::Eigen)
    xgrad_add_rival(eigen Eigen3::Eigen)
endif()

# Tapes, for the gradients of functions.
xgrad_add_rival_of_files(adolc adolc/adolc.h adolc)
xgrad_add_rival_of_files(sacado trilinos/Sacado_trad.hpp trilinos_sacado)
if(TARGET xgrad_rival_sacado)
    target_include_directories(xgrad_rival_sacado SYSTEM INTERFACE ${XGRAD_sacado_INCLUDE}/trilinos)
endif()

# Torch's own package file sets flags of the whole project. Its products are those of OpenBLAS, and
# tcmalloc is what makes its small tensors cheap. The headers of 1.13 need vectors of incomplete types,
# which clang 14 refuses in C++20.
if(TARGET xgrad_rival_openblas AND NOT (CMAKE_CXX_COMPILER_ID STREQUAL "Clang"
                                        AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 15))
    xgrad_add_rival_of_files(libtorch torch/csrc/api/include/torch/torch.h torch torch_cpu c10
                             tcmalloc_minimal)
    if(TARGET xgrad_rival_libtorch)
        target_include_directories(
            xgrad_rival_libtorch SYSTEM
            INTERFACE ${XGRAD_libtorch_INCLUDE}/torch/csrc/api/include)
        target_link_libraries(xgrad_rival_libtorch INTERFACE xgrad_rival_openblas)
        target_link_options(xgrad_rival_libtorch INTERFACE LINKER:--no-as-needed)
    endif()
endif()

get_property(found GLOBAL PROPERTY XGRAD_RIVALS)
list(JOIN found ", " found)
message(STATUS "xgrad: the benchmarks compare with: ${found}")
