# SPDX-License-Identifier: BSD-3-Clause
#
# cmake -DPAGE=<Markdown file> -DSNIPPETS=<folder> -P check_snippets.cmake

cmake_minimum_required(VERSION 3.25)

set(marker "<!-- snippet: ")
set(fence "\n```cpp\n")

file(READ ${PAGE} rest)
while(TRUE)
    string(FIND "${rest}" "${marker}" position)
    if(position EQUAL -1)
        break()
    endif()
    string(SUBSTRING "${rest}" ${position} -1 rest)
    string(REGEX MATCH "^<!-- snippet: ([^ \n]*) -->" line "${rest}")
    set(name "${CMAKE_MATCH_1}")
    string(LENGTH "${line}" length)
    string(SUBSTRING "${rest}" ${length} -1 rest)

    file(READ ${SNIPPETS}/${name} code)
    string(REPLACE "// SPDX-License-Identifier: BSD-3-Clause\n" "" code "${code}")
    string(FIND "${rest}" "${fence}${code}```\n" position)
    if(NOT position EQUAL 0)
        message(FATAL_ERROR "${PAGE}: the block of code below \"${line}\" is not "
                            "${SNIPPETS}/${name} without its licence line")
    endif()
endwhile()
