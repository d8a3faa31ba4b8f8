# SPDX-License-Identifier: BSD-3-Clause
#
# cmake -DKIND=message|twin -DSOURCE=<file> -P check_message.cmake -- <compiler> <argument>...

cmake_minimum_required(VERSION 3.25)

set(command "")
set(found_separator OFF)
math(EXPR last "${CMAKE_ARGC} - 1")
foreach(i RANGE ${last})
    if(found_separator)
        list(APPEND command "${CMAKE_ARGV${i}}")
    elseif("${CMAKE_ARGV${i}}" STREQUAL "--")
        set(found_separator ON)
    endif()
endforeach()

if(KIND STREQUAL "twin")
    list(APPEND command -DVALID_TWIN)
endif()

# In the C locale the compilers quote with plain apostrophes and write English.
set(ENV{LC_ALL} C)
execute_process(
    COMMAND ${command} ${SOURCE}
    RESULT_VARIABLE status
    OUTPUT_VARIABLE output
    ERROR_VARIABLE output)

if(KIND STREQUAL "twin")
    if(NOT status EQUAL 0)
        message(FATAL_ERROR "${SOURCE}: the valid twin does not compile:\n${output}")
    endif()
    return()
endif()

if(status EQUAL 0)
    message(FATAL_ERROR "${SOURCE}: compiles, but must not")
endif()
# A semicolon would split a line of the file into two elements of a list, as would a bracket join.
file(READ ${SOURCE} text)
string(REGEX MATCHALL "// expect: [^\n]*" expectations "${text}")
if(NOT expectations)
    message(FATAL_ERROR "${SOURCE}: has no line \"// expect: <regex>\"")
endif()
foreach(expectation IN LISTS expectations)
    string(REPLACE "// expect: " "" expectation "${expectation}")
    if(NOT output MATCHES "${expectation}")
        message(FATAL_ERROR "${SOURCE}: expected a message that matches\n  ${expectation}\n"
                            "but the compiler said:\n${output}")
    endif()
endforeach()
