# SPDX-License-Identifier: BSD-3-Clause
#
# cmake -DCONSUMER=<folder> -DWORK=<folder> [...] -P try_consumer.cmake
#
# Does what a new user does: copies a consumer into an empty folder, configures, builds and runs it;
# and holds xgrad to the manners of a guest, with inspect_guest.cmake inside the consumer's own CMake.
#
#   SOURCES          what xgrad's own CMake needs of this folder lies in the subfolder xgrad
#   GIT              this program makes a repository of that, which is what the consumer fetches
#   AMALGAMATE       this script writes xgrad.hpp into the folder
#   COMPONENTS       the targets that the library has beside xgrad::native
#   OPTIONS          what matches the compile options of the consumer, otherwise none
#   WITHOUT          a package that is not there
#   EXPECTED_ERROR   the sentence that configuring has to fail with

cmake_minimum_required(VERSION 3.25)

function(run)
    cmake_parse_arguments(PARSE_ARGV 0 run "" "OUTPUT" "COMMAND")
    execute_process(
        COMMAND ${run_COMMAND}
        WORKING_DIRECTORY ${WORK}
        OUTPUT_VARIABLE output
        ERROR_VARIABLE output
        RESULT_VARIABLE failure)
    if(failure)
        list(JOIN run_COMMAND " " command)
        message(FATAL_ERROR "${command}\nfailed in ${WORK}:\n${output}")
    endif()
    if(run_OUTPUT)
        set(${run_OUTPUT} "${output}" PARENT_SCOPE)
    endif()
endfunction()

# What CMake says to a project with no guests.
set(own_words "The CXX compiler identification is |Detecting CXX compil|Check for working CXX compiler: "
              "|Configuring done|Generating done|Build files have been written to: ")
string(CONCAT own_words ${own_words})

function(require_silence output)
    string(REPLACE ";" "," output "${output}")
    string(REGEX REPLACE "\n+$" "" output "${output}")
    string(REPLACE "\n" ";" lines "${output}")
    foreach(line IN LISTS lines)
        if(NOT line MATCHES "^-- (${own_words})")
            message(FATAL_ERROR "a guest is silent, this is in what CMake says to the consumer:\n${line}")
        endif()
    endforeach()
endfunction()

function(copy_sources destination)
    file(MAKE_DIRECTORY ${destination})
    file(COPY ${SOURCES}/CMakeLists.txt ${SOURCES}/cmake ${SOURCES}/include DESTINATION ${destination})
endfunction()

file(REMOVE_RECURSE ${WORK} ${WORK}.repository)
file(MAKE_DIRECTORY ${WORK})
file(COPY ${CONSUMER}/ DESTINATION ${WORK})
if(NOT EXISTS ${WORK}/consumer.cpp)
    file(COPY ${CMAKE_CURRENT_LIST_DIR}/consumer.cpp DESTINATION ${WORK})
endif()
if(SOURCES)
    copy_sources(${WORK}/xgrad)
endif()

if(AMALGAMATE)
    run(COMMAND ${CMAKE_COMMAND} -DOUTPUT=xgrad.hpp -P ${AMALGAMATE})
endif()
if(GIT)
    set(git ${GIT} -C xgrad -c user.name=consumer -c user.email=consumer@example.org
            -c commit.gpgsign=false)
    run(COMMAND ${git} init --quiet --initial-branch=main)
    run(COMMAND ${git} add .)
    run(COMMAND ${git} commit --quiet --message "What a guest needs")
    file(RENAME ${WORK}/xgrad ${WORK}.repository)
    set(ENV{GIT_CONFIG_COUNT} 1)
    set(ENV{GIT_CONFIG_KEY_0} url.file://${WORK}.repository.insteadOf)
    set(ENV{GIT_CONFIG_VALUE_0} https://example.org/xgrad.git)
endif()

if(EXISTS ${WORK}/build.sh)
    run(COMMAND sh build.sh)
    run(COMMAND ./consumer)
    return()
endif()

set(configure ${CMAKE_COMMAND} -B build
              -DCMAKE_PROJECT_consumer_INCLUDE=${CMAKE_CURRENT_LIST_DIR}/inspect_guest.cmake)
set(ENV{XGRAD_COMPONENTS} "${COMPONENTS}")
if(WITHOUT)
    list(APPEND configure -DCMAKE_DISABLE_FIND_PACKAGE_${WITHOUT}=ON)
endif()
if(EXPECTED_ERROR)
    execute_process(
        COMMAND ${configure}
        WORKING_DIRECTORY ${WORK}
        RESULT_VARIABLE failure
        OUTPUT_QUIET
        ERROR_VARIABLE error)
    string(REGEX REPLACE "[ \n]+" " " error "${error}") # CMake wraps sentences
    string(FIND "${error}" "${EXPECTED_ERROR}" position)
    if(NOT failure OR position EQUAL -1)
        message(FATAL_ERROR "expected the error \"${EXPECTED_ERROR}\", found \"${error}\"")
    endif()
    return()
endif()

run(COMMAND ${configure} OUTPUT said)
require_silence("${said}")
file(READ ${WORK}/build/options.txt options)
if(NOT options MATCHES "^${OPTIONS}$")
    message(FATAL_ERROR "expected the compile options of the consumer to be \"${OPTIONS}\", found \"${options}\"")
endif()
run(COMMAND ${CMAKE_COMMAND} --build build)
run(COMMAND build/consumer)

# A guest installs nothing of its own.
run(COMMAND ${CMAKE_COMMAND} --install build --prefix ${WORK}/prefix)
file(GLOB_RECURSE installed ${WORK}/prefix/*)
list(FILTER installed INCLUDE REGEX "xgrad[^/]*$")
if(installed)
    message(FATAL_ERROR "a guest installs nothing, this is installed by the consumer: ${installed}")
endif()
