# SPDX-License-Identifier: BSD-3-Clause
#
# cmake -DAMALGAMATED=<file> -DHEADERS=<folder> -DCXX=<compiler> -P check_amalgamated.cmake
#
# The amalgamated header is the headers: the compiler sees the same words.

cmake_minimum_required(VERSION 3.25)

function(preprocess include folder result)
    set(source ${AMALGAMATED}.check.cpp)
    file(WRITE ${source} "#include <${include}>\n")
    execute_process(COMMAND ${CXX} -std=c++20 -I${folder} -E -P ${source} OUTPUT_VARIABLE text
                            COMMAND_ERROR_IS_FATAL ANY)
    file(REMOVE ${source})
    string(REGEX REPLACE "[ \n]+" " " text "${text}")
    set(${result} "${text}" PARENT_SCOPE)
endfunction()

cmake_path(GET AMALGAMATED PARENT_PATH folder)
preprocess(xgrad.hpp ${folder} found)
preprocess(xgrad/xgrad.hpp ${HEADERS} expected)
if(NOT found STREQUAL expected)
    message(FATAL_ERROR "${AMALGAMATED} is not what <xgrad/xgrad.hpp> is to the compiler")
endif()
