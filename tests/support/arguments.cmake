# SPDX-License-Identifier: BSD-3-Clause
#
# For scripts that run as `cmake -P <script> -- <argument>...`: sets `arguments` to what stands behind
# the two dashes.

set(arguments "")
set(found_separator OFF)
math(EXPR last "${CMAKE_ARGC} - 1")
foreach(i RANGE ${last})
    if(found_separator)
        list(APPEND arguments "${CMAKE_ARGV${i}}")
    elseif("${CMAKE_ARGV${i}}" STREQUAL "--")
        set(found_separator ON)
    endif()
endforeach()
