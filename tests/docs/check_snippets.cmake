# SPDX-License-Identifier: BSD-3-Clause
#
# cmake -DPAGE=<Markdown file> -DSNIPPETS=<folder> -P check_snippets.cmake

cmake_minimum_required(VERSION 3.25)

set(marker "<!-- snippet")
set(fence "\n```cpp\n")

file(READ ${PAGE} rest)
while(TRUE)
    string(FIND "${rest}" "${marker}" position)
    if(position EQUAL -1)
        break()
    endif()
    string(SUBSTRING "${rest}" ${position} -1 rest)
    string(REGEX MATCH "^<!-- snippet( of)?: ([^ \n]*) -->" line "${rest}")
    set(is_part "${CMAKE_MATCH_1}")
    set(name "${CMAKE_MATCH_2}")
    if(line STREQUAL "")
        message(FATAL_ERROR "${PAGE}: a marker of a snippet that names no file")
    endif()
    string(LENGTH "${line}" length)
    string(SUBSTRING "${rest}" ${length} -1 rest)
    string(FIND "${rest}" "${fence}" position)
    if(NOT position EQUAL 0)
        message(FATAL_ERROR "${PAGE}: there is no block of code below \"${line}\"")
    endif()
    string(LENGTH "${fence}" length)
    string(SUBSTRING "${rest}" ${length} -1 rest)

    # The closing fence opens a line of its own.
    string(FIND "${rest}" "\n```\n" length)
    math(EXPR length "${length} + 1")
    string(SUBSTRING "${rest}" 0 ${length} block)
    file(READ ${SNIPPETS}/${name} code)
    string(REPLACE "// SPDX-License-Identifier: BSD-3-Clause\n" "" code "${code}")
    string(FIND "${code}" "${block}" position)
    if(position EQUAL -1 OR NOT (is_part OR block STREQUAL code))
        message(FATAL_ERROR "${PAGE}: the block of code below \"${line}\" is not "
                            "${SNIPPETS}/${name} without its licence line")
    endif()
endwhile()
