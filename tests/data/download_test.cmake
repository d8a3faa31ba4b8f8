# SPDX-License-Identifier: BSD-3-Clause
#
# cmake -DWORK=<folder for the test's own files> -P download_test.cmake
#
# Runs cmake/DownloadMNIST.cmake on small files of its own, with their digests in place of MNIST's.

cmake_minimum_required(VERSION 3.25)

set(script ${CMAKE_CURRENT_LIST_DIR}/../../cmake/DownloadMNIST.cmake)
set(server ${WORK}/server)
set(destination "${WORK}/the destination")
find_program(gzip gzip)

# A new server with the files `one` and `two`, and nothing fetched from it yet.
function(start_afresh)
    file(REMOVE_RECURSE ${WORK})
    file(WRITE ${server}/one "the first")
    file(WRITE ${server}/two "the second")
    file(SHA256 ${server}/one one)
    file(SHA256 ${server}/two two)
    set(no_content 0)
    set(files one ${one} ${no_content} two ${two} ${no_content} PARENT_SCOPE)
endfunction()

# Runs the script with `files` and leaves `status` and `output` behind.
macro(run)
    execute_process(
        COMMAND ${CMAKE_COMMAND} -DXGRAD_MNIST_URL=file://${server}
                "-DXGRAD_MNIST_DESTINATION=${destination}" "-DXGRAD_MNIST_FILES=${files}" -P
                ${script}
        RESULT_VARIABLE status
        OUTPUT_VARIABLE output
        ERROR_VARIABLE output)
endmacro()

function(expect_success)
    if(NOT status EQUAL 0)
        message(FATAL_ERROR "the script failed:\n${output}")
    endif()
    if(EXISTS "${destination}.partial")
        message(FATAL_ERROR "${destination}.partial was left behind")
    endif()
endfunction()

function(expect_failure sentence)
    if(status EQUAL 0)
        message(FATAL_ERROR "the script should have failed:\n${output}")
    endif()
    string(FIND "${output}" " MNIST: ${sentence}" position)
    if(position EQUAL -1)
        message(FATAL_ERROR "expected the sentence\n${sentence}\nfound\n${output}")
    endif()
    if(EXISTS ${destination})
        message(FATAL_ERROR "the destination holds half a data set")
    endif()
endfunction()

function(expect_content name content)
    file(READ ${destination}/${name} found)
    if(NOT found STREQUAL content)
        message(FATAL_ERROR "${name}: expected '${content}', found '${found}'")
    endif()
endfunction()

function(expect_output text)
    string(FIND "${output}" "${text}" position)
    if(position EQUAL -1)
        message(FATAL_ERROR "expected the output to contain\n${text}\nfound\n${output}")
    endif()
endfunction()

message(STATUS "fetches what is not there")
start_afresh()
run()
expect_success()
expect_content(one "the first")
expect_content(two "the second")

message(STATUS "keeps what is there already")
file(REMOVE_RECURSE ${server})
run()
expect_success()
expect_output("${destination}/one is there already")
expect_output("${destination}/two is there already")

message(STATUS "replaces a wrong file that is there")
start_afresh()
file(WRITE ${destination}/one "something else")
run()
expect_success()
expect_content(one "the first")

message(STATUS "refuses a file with another digest, and uses the right one of the failed run")
start_afresh()
file(WRITE ${server}/two "<!DOCTYPE html>")
file(SHA256 ${server}/two wrong)
run()
list(GET files 4 right)
expect_failure("expected file://${server}/two to have the SHA-256 ${right}, found ${wrong}")
if(EXISTS "${destination}.partial/two.partial" OR EXISTS "${destination}.partial/two")
    message(FATAL_ERROR "the wrong file was kept")
endif()
file(REMOVE ${server}/one)
file(WRITE ${server}/two "the second")
run()
expect_success()
expect_content(one "the first")
expect_content(two "the second")

message(STATUS "says which file the server lacks, and leaves nothing behind")
start_afresh()
file(REMOVE ${server}/one)
run()
expect_failure("expected to download file://${server}/one, found: ")
if(EXISTS "${destination}.partial")
    message(FATAL_ERROR "${destination}.partial was left behind")
endif()

message(STATUS "asks for a destination")
execute_process(
    COMMAND ${CMAKE_COMMAND} -DXGRAD_MNIST_URL=file://${server} -P ${script}
    RESULT_VARIABLE status
    ERROR_VARIABLE output)
expect_failure("expected -DXGRAD_MNIST_DESTINATION=<folder>, found none")

if(gzip)
    message(STATUS "accepts another compression of the right content, and of that only")
    start_afresh()
    file(SHA256 ${server}/one content)
    execute_process(COMMAND ${gzip} -c ${server}/one OUTPUT_FILE ${server}/one.gz)
    set(files one.gz 0 ${content})
    run()
    expect_success()
    start_afresh()
    execute_process(COMMAND ${gzip} -c ${server}/two OUTPUT_FILE ${server}/one.gz)
    set(files one.gz 0 ${content})
    run()
    expect_failure("expected file://${server}/one.gz to have the SHA-256 0, found ")
endif()

file(REMOVE_RECURSE ${WORK})
