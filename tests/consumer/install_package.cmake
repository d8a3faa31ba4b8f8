# SPDX-License-Identifier: BSD-3-Clause
#
# cmake -DBUILD=<folder> -DSOURCES=<folder> -DPREFIX=<folder> -P install_package.cmake
#
# Installs the package and moves it, so that whoever uses it then tells whether it can be moved.

cmake_minimum_required(VERSION 3.25)

set(first_place ${PREFIX}.before_it_moved)
file(REMOVE_RECURSE ${PREFIX} ${first_place})
execute_process(COMMAND ${CMAKE_COMMAND} --install ${BUILD} --prefix ${first_place} OUTPUT_QUIET
                        COMMAND_ERROR_IS_FATAL ANY)
file(RENAME ${first_place} ${PREFIX})

file(GLOB_RECURSE files ${PREFIX}/*xgrad*)
if(NOT files)
    message(FATAL_ERROR "there is nothing of xgrad in ${PREFIX}")
endif()
foreach(file IN LISTS files)
    if(NOT file MATCHES "/(include|share)/")
        message(FATAL_ERROR "${file} lies where files that depend on the processor do")
    endif()
    file(READ ${file} text)
    foreach(folder IN ITEMS ${first_place} ${BUILD} ${SOURCES})
        string(FIND "${text}" "${folder}" position)
        if(NOT position EQUAL -1)
            message(FATAL_ERROR "${file} names the folder ${folder}")
        endif()
    endforeach()
endforeach()
