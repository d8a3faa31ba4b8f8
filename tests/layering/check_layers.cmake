# SPDX-License-Identifier: BSD-3-Clause
#
# Reads the headers below HEADERS and tells every include that points upwards, every second header
# that names xsimd or xtensor, and every file without a licence line or `#pragma once`.

cmake_minimum_required(VERSION 3.25)

# The layers that a header of each layer may include, beside its own.
set(below_core "")
set(below_kernels core)
set(below_expr core kernels)
set(below_ops core kernels expr)
set(below_nn core kernels expr ops)
set(below_data core)
set(below_io core expr)
set(below_calculus core kernels expr ops)
set(below_testing core kernels expr ops nn calculus)

# The one header that may name a foreign library.
set(home_xsimd kernels/xsimd.hpp)
set(home_xtensor core/xtensor.hpp)
set(home_xtl "")
set(home_nlohmann io/json.hpp)

set(offences "")

function(report header sentence)
    set(offences ${offences} "${header}: ${sentence}" PARENT_SCOPE)
endfunction()

file(GLOB_RECURSE headers RELATIVE ${HEADERS} ${HEADERS}/*.hpp)
if(NOT headers)
    message(FATAL_ERROR "no headers below ${HEADERS}")
endif()

foreach(header IN LISTS headers)
    file(READ ${HEADERS}/${header} text)
    if(NOT text MATCHES "^// SPDX-License-Identifier: BSD-3-Clause\n#pragma once\n")
        report(${header} "does not start with the licence line and #pragma once")
    endif()

    string(FIND ${header} / slash)
    if(slash EQUAL -1)
        set(layer "")
    else()
        string(SUBSTRING ${header} 0 ${slash} layer)
        if(NOT DEFINED below_${layer})
            report(${header} "lies in a layer that is not known")
            continue()
        endif()
    endif()

    string(REGEX MATCHALL "\n *# *include *[<\"][^>\"\n]*" includes "${text}")
    foreach(include IN LISTS includes)
        string(REGEX REPLACE "^\n *# *include *[<\"]" "" include "${include}")
        string(REGEX MATCH "^[^/]*" library "${include}")
        if(library STREQUAL "xgrad")
            if(layer STREQUAL "")
                continue()
            endif()
            string(REGEX REPLACE "^xgrad/([^/]*)/.*$" "\\1" target "${include}")
            if(NOT target STREQUAL layer AND NOT target IN_LIST below_${layer})
                report(${header} "may not include <${include}>")
            endif()
        elseif(DEFINED home_${library} AND NOT header STREQUAL "${home_${library}}")
            report(${header} "may not include <${include}>")
        endif()
    endforeach()
endforeach()

list(LENGTH offences count)
if(DEFINED EXPECTED_OFFENCES)
    if(NOT count EQUAL EXPECTED_OFFENCES)
        list(JOIN offences "\n  " text)
        message(FATAL_ERROR "expected ${EXPECTED_OFFENCES} offences, found ${count}:\n  ${text}")
    endif()
elseif(count GREATER 0)
    list(JOIN offences "\n  " text)
    message(FATAL_ERROR "${count} headers break the layers:\n  ${text}")
endif()
