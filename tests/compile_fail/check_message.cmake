# SPDX-License-Identifier: BSD-3-Clause
#
# cmake -DCOMPILER=g++|clang -DSOURCE=<file> -P check_message.cmake -- <compiler> <argument>...

cmake_minimum_required(VERSION 3.25)

include(${CMAKE_CURRENT_LIST_DIR}/../support/arguments.cmake)

# In the C locale the compilers quote with plain apostrophes and write English.
set(ENV{LC_ALL} C)
execute_process(
    COMMAND ${arguments} ${SOURCE}
    RESULT_VARIABLE status
    OUTPUT_VARIABLE output
    ERROR_VARIABLE output)
if(status EQUAL 0)
    message(FATAL_ERROR "${SOURCE}: compiles, but must not")
endif()
string(REGEX MATCH "[^\n]*error: [^\n]*" first "${output}")

file(STRINGS ${SOURCE} lines REGEX "^// expect")
set(expected OFF)
foreach(line IN LISTS lines)
    if(NOT line MATCHES "^// expect( [a-z+]+)?: (.*)$")
        message(FATAL_ERROR "${SOURCE}: not an expectation: ${line}")
    endif()
    set(text "${CMAKE_MATCH_2}")
    if(CMAKE_MATCH_1 AND NOT CMAKE_MATCH_1 STREQUAL " ${COMPILER}")
        continue()
    endif()
    set(expected ON)
    string(FIND "${first}" "${text}" place)
    if(place EQUAL -1)
        message(FATAL_ERROR "${SOURCE}: expected that the first error says\n  ${text}\n"
                            "but it says\n  ${first}\nand all of it is\n${output}")
    endif()
endforeach()
if(NOT expected)
    message(FATAL_ERROR "${SOURCE}: has no line \"// expect: <text>\" for ${COMPILER}")
endif()
