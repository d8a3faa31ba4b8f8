# SPDX-License-Identifier: BSD-3-Clause
#
# cmake -DMEGABYTES=<n> -P check_cost.cmake -- <compiler> <argument>...
# cmake -DSIZES=<n>,<2n>,<4n> -DSIZE=<macro> -P check_cost.cmake -- <compiler> <argument>...
#
# What a source costs g++, in numbers that a busy machine does not change: the types that it makes and
# the memory that it takes, as -fmem-report tells them, without ever collecting garbage. (What the
# compiler holds at the end follows from when it collected last.) The first form holds the memory
# against a budget. The second compiles the source for three sizes, and fails if the cost grows faster
# than the size.

cmake_minimum_required(VERSION 3.25)

include(${CMAKE_CURRENT_LIST_DIR}/../support/arguments.cmake)

# Sets ${types} and ${kilobytes} to what the compiler reports with further arguments.
function(measure types kilobytes)
    set(ENV{LC_ALL} C)
    execute_process(
        COMMAND ${arguments} ${ARGN} -fmem-report --param ggc-min-heapsize=4000000
        RESULT_VARIABLE status
        OUTPUT_VARIABLE report
        ERROR_VARIABLE report)
    if(NOT status EQUAL 0)
        message(FATAL_ERROR "the compiler ended with ${status}:\n${report}")
    endif()
    if(NOT report MATCHES "Type hash: size [0-9]+, ([0-9]+) elements")
        message(FATAL_ERROR "expected a report of -fmem-report with a type hash, found:\n${report}")
    endif()
    set(${types} ${CMAKE_MATCH_1} PARENT_SCOPE)
    if(NOT report MATCHES "\nTotal +([0-9]+)([kM]) ")
        message(FATAL_ERROR "expected a report of -fmem-report with a total, found:\n${report}")
    endif()
    set(amount ${CMAKE_MATCH_1})
    if(CMAKE_MATCH_2 STREQUAL "M")
        math(EXPR amount "${amount} * 1024")
    endif()
    set(${kilobytes} ${amount} PARENT_SCOPE)
endfunction()

if(MEGABYTES)
    measure(types kilobytes)
    math(EXPR megabytes "${kilobytes} / 1024")
    message(STATUS "${types} types, ${megabytes} MB")
    if(megabytes GREATER MEGABYTES)
        message(FATAL_ERROR "expected at most ${MEGABYTES} MB, found ${megabytes} MB")
    endif()
    return()
endif()

# fail_if_faster(<what> <percent> <three costs>...): linear growth is 200 %, quadratic 400 %.
function(fail_if_faster what percent small middle large)
    math(EXPR first "${middle} - ${small}")
    math(EXPR second "${large} - ${middle}")
    math(EXPR bound "${first} * ${percent} / 100")
    message(STATUS "${what} for ${SIZE}=${SIZES}: ${small}, ${middle}, ${large}")
    if(second GREATER bound)
        message(FATAL_ERROR "expected ${what} to grow in proportion to ${SIZE}, found steps of "
                            "${first} and ${second} for ${SIZES}")
    endif()
endfunction()

set(all_types "")
set(all_kilobytes "")
string(REPLACE "," ";" sizes "${SIZES}")
foreach(size IN LISTS sizes)
    measure(types kilobytes -D${SIZE}=${size})
    list(APPEND all_types ${types})
    list(APPEND all_kilobytes ${kilobytes})
endforeach()
fail_if_faster("the number of types" 215 ${all_types})
# All that was ever allocated: to put a program together, an entry at a time, takes copies of it.
fail_if_faster("the memory in kB" 350 ${all_kilobytes})
