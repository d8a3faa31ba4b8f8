# SPDX-License-Identifier: BSD-3-Clause
#
# cmake -DHEADERS=<include/xgrad/ops> -DPAGES=<docs/ops> -P check_operations.cmake
#
# Every header of operations has a page of its name, which speaks of each of its public functions, has
# the parts that all pages have, and is on the list in README.md.

cmake_minimum_required(VERSION 3.25)

# Headers that hold no operation which a user calls; the words of window.hpp are on conv2d.md.
set(without_page chain conv2d_fusion scalar_operands window)

function(without_private_part text result)
    set(begin "\nnamespace detail\n{")
    set(end "} // namespace detail\n")
    string(FIND "${text}" "${begin}" first)
    while(NOT first EQUAL -1)
        string(SUBSTRING "${text}" ${first} -1 rest)
        string(FIND "${rest}" "${end}" last)
        string(SUBSTRING "${rest}" ${last} -1 rest)
        string(SUBSTRING "${text}" 0 ${first} text)
        string(APPEND text "${rest}")
        string(FIND "${text}" "${begin}" first)
    endwhile()
    set(${result} "${text}" PARENT_SCOPE)
endfunction()

function(require page text part)
    string(FIND "${text}" "${part}" position)
    if(position EQUAL -1)
        message(SEND_ERROR "${page}: there is no \"${part}\"")
    endif()
endfunction()

file(READ ${PAGES}/README.md list)
file(GLOB headers ${HEADERS}/*.hpp)
set(functions 0)
foreach(header IN LISTS headers)
    cmake_path(GET header STEM stem)
    if(stem IN_LIST without_page)
        continue()
    endif()
    set(page ${PAGES}/${stem}.md)
    if(NOT EXISTS ${page})
        message(SEND_ERROR "${header} has no page ${page}")
        continue()
    endif()
    require(${PAGES}/README.md "${list}" "(${stem}.md)")
    file(READ ${page} text)
    foreach(part IN ITEMS "\n## Derivation\n" "\n## Cost\n" "\n## Example\n" "<!-- snippet of: " "<!-- output of: "
                          "(../../include/xgrad/ops/${stem}.hpp)")
        require(${page} "${text}" "${part}")
    endforeach()
    file(READ ${header} code)
    without_private_part("${code}" code)
    string(REGEX MATCHALL "\n\\[\\[nodiscard\\]\\] (constexpr )?auto [a-z_0-9]+\\(" declarations "${code}")
    foreach(declaration IN LISTS declarations)
        string(REGEX REPLACE ".* ([a-z_0-9]+\\()" "\\1" call "${declaration}")
        require(${page} "${text}" "`${call}")
        math(EXPR functions "${functions} + 1")
    endforeach()
endforeach()
if(functions EQUAL 0)
    message(SEND_ERROR "there are no functions in ${HEADERS}")
endif()
message(STATUS "${functions} declarations of operations have pages")
