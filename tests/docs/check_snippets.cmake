# SPDX-License-Identifier: BSD-3-Clause
#
# cmake -DPAGE=<Markdown file> -DSNIPPETS=<folder> -DPROGRAMS=<folder> -P check_snippets.cmake
#
# Checks what a page shows against its sources. Comments in the page say where these are:
#
#   <!-- snippet: a.cpp -->         the block of code below is a.cpp without its licence line
#   <!-- snippet of: a.cpp -->      the block of code below is a part of a.cpp, indented or not
#   <!-- output of: a.cpp -->       the block of text below is a part of what that program prints,
#                                   if PROGRAMS is where the programs are
#   <!-- message of: a.cpp -->      the line of text below is what tests/compile_fail/a.cpp expects a
#                                   compiler to say
#   <!-- last column of: a.cpp -->  so is each piece of code in the last column of the table below

cmake_minimum_required(VERSION 3.25)

function(refuse problem)
    message(FATAL_ERROR "${PAGE}: ${problem}")
endfunction()

function(without_indentation text result)
    string(REGEX REPLACE "(^|\n)[ ]+" "\\1" text "${text}")
    set(${result} "${text}" PARENT_SCOPE)
endfunction()

function(require_part part whole source)
    without_indentation("${part}" part)
    without_indentation("${whole}" whole)
    string(FIND "${whole}" "${part}" position)
    if(position EQUAL -1)
        refuse("this is not in ${source}:\n${part}")
    endif()
endfunction()

# The block below a marker that begins `rest`, without its fences.
function(read_block rest language line result)
    set(fence "\n```${language}\n")
    string(FIND "${rest}" "${fence}" position)
    if(NOT position EQUAL 0)
        refuse("there is no block of ${language} below \"${line}\"")
    endif()
    string(LENGTH "${fence}" length)
    string(SUBSTRING "${rest}" ${length} -1 rest)
    string(FIND "${rest}" "\n```\n" length) # the closing fence opens a line of its own
    math(EXPR length "${length} + 1")
    string(SUBSTRING "${rest}" 0 ${length} block)
    set(${result} "${block}" PARENT_SCOPE)
endfunction()

function(read_code name result)
    file(READ ${SNIPPETS}/${name} code)
    string(REGEX REPLACE "^(//|#) SPDX-License-Identifier: BSD-3-Clause\n" "" code "${code}")
    set(${result} "${code}" PARENT_SCOPE)
endfunction()

# The word behind the fence of a block that shows a file.
function(language_of name result)
    if(name MATCHES "\\.(cmake|txt)$")
        set(${result} cmake PARENT_SCOPE)
    elseif(name MATCHES "\\.sh$")
        set(${result} sh PARENT_SCOPE)
    else()
        set(${result} cpp PARENT_SCOPE)
    endif()
endfunction()

function(check_whole rest line name)
    language_of(${name} language)
    read_block("${rest}" ${language} "${line}" block)
    read_code(${name} code)
    if(NOT block STREQUAL code)
        refuse("the block of code below \"${line}\" is not ${name} without its licence line")
    endif()
endfunction()

function(check_part rest line name)
    language_of(${name} language)
    read_block("${rest}" ${language} "${line}" block)
    read_code(${name} code)
    require_part("${block}" "${code}" ${name})
endfunction()

function(check_output rest line name)
    read_block("${rest}" text "${line}" block)
    if(NOT PROGRAMS)
        return()
    endif()
    cmake_path(GET name STEM stem)
    execute_process(COMMAND ${PROGRAMS}/snippet_${stem} OUTPUT_VARIABLE output COMMAND_ERROR_IS_FATAL ANY)
    require_part("${block}" "${output}" "the output of ${name}")
endfunction()

function(check_message rest line name)
    read_block("${rest}" text "${line}" block)
    file(READ ${SNIPPETS}/../../tests/compile_fail/${name} case)
    require_part("${block}" "${case}" "tests/compile_fail/${name}")
endfunction()

function(check_column rest name)
    read_code(${name} code)
    string(FIND "${rest}" "\n\n" length) # a table ends with an empty line
    string(SUBSTRING "${rest}" 0 ${length} table)
    set(rows 0)
    while(table MATCHES "\\| `([^`]*)` \\|(\n|$)")
        set(cell "${CMAKE_MATCH_1}")
        string(FIND "${table}" "${CMAKE_MATCH_0}" position)
        string(LENGTH "${CMAKE_MATCH_0}" length)
        math(EXPR position "${position} + ${length}")
        string(SUBSTRING "${table}" ${position} -1 table)
        require_part("${cell}" "${code}" ${name})
        math(EXPR rows "${rows} + 1")
    endwhile()
    if(rows EQUAL 0 OR table MATCHES "`")
        refuse("there are rows below \"${name}\" whose last column is not code alone: ${table}")
    endif()
endfunction()

file(READ ${PAGE} rest)
set(marker "<!-- (snippet|snippet of|output of|message of|last column of): ([^ \n]*) -->")
while(rest MATCHES "${marker}")
    set(line "${CMAKE_MATCH_0}")
    set(kind "${CMAKE_MATCH_1}")
    set(name "${CMAKE_MATCH_2}")
    string(FIND "${rest}" "${line}" position)
    string(LENGTH "${line}" length)
    math(EXPR position "${position} + ${length}")
    string(SUBSTRING "${rest}" ${position} -1 rest)
    if(kind STREQUAL "snippet")
        check_whole("${rest}" "${line}" ${name})
    elseif(kind STREQUAL "snippet of")
        check_part("${rest}" "${line}" ${name})
    elseif(kind STREQUAL "output of")
        check_output("${rest}" "${line}" ${name})
    elseif(kind STREQUAL "message of")
        check_message("${rest}" "${line}" ${name})
    else()
        check_column("${rest}" ${name})
    endif()
endwhile()
file(READ ${PAGE} page)
string(REGEX MATCHALL "<!-- *(snippet|output|message|last)" markers "${page}")
string(REGEX MATCHALL "${marker}" understood "${page}")
list(LENGTH markers count)
list(LENGTH understood count_understood)
if(NOT count EQUAL count_understood)
    refuse("a marker of a snippet is not one of those that tests/docs/check_snippets.cmake knows")
endif()
