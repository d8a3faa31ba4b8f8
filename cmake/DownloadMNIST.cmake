# SPDX-License-Identifier: BSD-3-Clause
#
# cmake -DXGRAD_MNIST_DESTINATION=<folder> [-DXGRAD_MNIST_URL=<folder of a server>] -P <this file>
#
# Fetches the four files of MNIST (Y. LeCun, C. Cortes, C. J. C. Burges; CC BY-SA 3.0) and accepts
# only what has the digest of the published files, or unpacks to what has. Files that are right
# already are kept. The destination is not touched before all four are right, so that there is
# either the whole data set or none; what a failed run has fetched is used by the next.

cmake_minimum_required(VERSION 3.25)

if(NOT XGRAD_MNIST_URL)
    set(XGRAD_MNIST_URL https://ossci-datasets.s3.amazonaws.com/mnist)
endif()
string(REGEX REPLACE "/+$" "" XGRAD_MNIST_URL "${XGRAD_MNIST_URL}")

# Name, SHA-256 as published, SHA-256 of the content, which outlives another compression.
if(NOT XGRAD_MNIST_FILES)
    set(XGRAD_MNIST_FILES
        train-images-idx3-ubyte.gz
        440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609
        ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db
        train-labels-idx1-ubyte.gz
        3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c
        65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5
        t10k-images-idx3-ubyte.gz
        8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6
        0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7
        t10k-labels-idx1-ubyte.gz
        f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6
        ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2)
endif()

find_program(XGRAD_GZIP gzip)

# Ends with one sentence; the space in front keeps CMake from breaking it into lines.
function(fail sentence)
    if(staging)
        file(GLOB kept ${staging}/*)
        if(NOT kept)
            file(REMOVE_RECURSE ${staging})
        endif()
    endif()
    message(FATAL_ERROR " MNIST: ${sentence}")
endfunction()

# Sets ${result} to whether `file` is what was published.
function(is_right file published content result)
    set(${result} FALSE PARENT_SCOPE)
    if(NOT EXISTS ${file})
        return()
    endif()
    file(SHA256 ${file} digest)
    if(NOT digest STREQUAL published AND XGRAD_GZIP)
        execute_process(
            COMMAND ${XGRAD_GZIP} -dc ${file}
            OUTPUT_FILE ${staging}/content
            RESULT_VARIABLE unpacked
            ERROR_QUIET)
        if(unpacked EQUAL 0)
            file(SHA256 ${staging}/content digest)
        endif()
        file(REMOVE ${staging}/content)
        set(published ${content})
    endif()
    if(digest STREQUAL published)
        set(${result} TRUE PARENT_SCOPE)
    endif()
endfunction()

function(download name published content)
    set(url ${XGRAD_MNIST_URL}/${name})
    set(partial ${staging}/${name}.partial)
    message(STATUS "MNIST: fetching ${url}")
    file(DOWNLOAD ${url} ${partial} STATUS status INACTIVITY_TIMEOUT 30 TLS_VERIFY ON)
    list(GET status 0 code)
    list(GET status 1 reason)
    if(NOT code EQUAL 0)
        file(REMOVE ${partial})
        fail("expected to download ${url}, found: ${reason}")
    endif()
    is_right(${partial} ${published} ${content} right)
    if(NOT right)
        file(SHA256 ${partial} digest)
        file(REMOVE ${partial})
        fail("expected ${url} to have the SHA-256 ${published}, found ${digest}")
    endif()
    file(RENAME ${partial} ${staging}/${name})
endfunction()

if(NOT XGRAD_MNIST_DESTINATION)
    fail("expected -DXGRAD_MNIST_DESTINATION=<folder>, found none")
endif()
cmake_path(ABSOLUTE_PATH XGRAD_MNIST_DESTINATION NORMALIZE OUTPUT_VARIABLE destination)
string(REGEX REPLACE "/+$" "" destination "${destination}")
set(staging ${destination}.partial)
file(MAKE_DIRECTORY ${staging})

set(fetched "")
set(files ${XGRAD_MNIST_FILES})
while(files)
    list(POP_FRONT files name published content)
    is_right(${destination}/${name} ${published} ${content} present)
    if(present)
        message(STATUS "MNIST: ${destination}/${name} is there already")
        continue()
    endif()
    is_right(${staging}/${name} ${published} ${content} present)
    if(NOT present)
        download(${name} ${published} ${content})
    endif()
    list(APPEND fetched ${name})
endwhile()

file(MAKE_DIRECTORY ${destination})
foreach(name IN LISTS fetched)
    file(RENAME ${staging}/${name} ${destination}/${name})
endforeach()
file(REMOVE_RECURSE ${staging})
message(STATUS "MNIST: complete in ${destination}")
