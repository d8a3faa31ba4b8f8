# SPDX-License-Identifier: BSD-3-Clause
#
# cmake -DNM=<nm> -P check_symbols.cmake -- <object>...
#
# Fails where two objects define one global symbol of xgrad, which the linker would merge.

cmake_minimum_required(VERSION 3.25)

include(${CMAKE_CURRENT_LIST_DIR}/../support/arguments.cmake)

set(shared "")
foreach(object IN LISTS arguments)
    execute_process(
        COMMAND ${NM} --defined-only --extern-only --format=posix ${object}
        OUTPUT_VARIABLE symbols
        COMMAND_ERROR_IS_FATAL ANY)
    if(symbols MATCHES "XGRAD_ABI")
        message(FATAL_ERROR "${object}: the text XGRAD_ABI is part of a symbol, so that a header "
                            "does not include <xgrad/core/abi.hpp>")
    endif()
    # In mangled names each part stands behind its length.
    string(REGEX MATCHALL "[^ \n]*5xgrad[^ \n]*" names "${symbols}")
    if(NOT names)
        message(FATAL_ERROR "${object}: defines no symbol of xgrad, so that nothing is compared")
    endif()
    foreach(name IN LISTS names)
        # Exceptions and the interface of models pass from unit to unit; their members compute nothing.
        string(REGEX REPLACE "5xgrad(5error|1[0-9][a-z]+_error|5model)" "" units_own "${name}")
        if(NOT units_own MATCHES "5xgrad")
            continue()
        endif()
        if(DEFINED "home_of_${name}")
            list(APPEND shared "${name}\n    in ${home_of_${name}}\n    and ${object}")
        endif()
        set("home_of_${name}" ${object})
    endforeach()
endforeach()

if(shared)
    list(JOIN shared "\n" shared)
    message(FATAL_ERROR "the linker merges symbols of units for different processors:\n${shared}")
endif()
