# SPDX-License-Identifier: BSD-3-Clause
#
# Runs at the end of a consumer's CMakeLists.txt: what has the guest brought into this project?

function(inspect_guest)
    # Where xgrad comes with its sources, it is one target and nothing else.
    if(DEFINED xgrad_SOURCE_DIR)
        get_property(targets DIRECTORY ${xgrad_SOURCE_DIR} PROPERTY BUILDSYSTEM_TARGETS)
        get_property(tests DIRECTORY ${xgrad_SOURCE_DIR} PROPERTY TESTS)
        if(NOT "${targets};${tests}" STREQUAL "xgrad;")
            message(SEND_ERROR "xgrad has the targets ${targets} and the tests ${tests} in a project that only uses it")
        endif()
    endif()

    # What the targets beside the library need can be reached from here.
    add_library(all_components OBJECT EXCLUDE_FROM_ALL consumer.cpp)
    foreach(component IN ITEMS native $ENV{XGRAD_COMPONENTS})
        target_link_libraries(all_components PRIVATE xgrad::${component})
    endforeach()

    # The options that consumer.cpp is compiled with, those of all that xgrad depends on included.
    file(GENERATE OUTPUT ${CMAKE_BINARY_DIR}/options.txt
         CONTENT "$<TARGET_PROPERTY:consumer,COMPILE_OPTIONS>" TARGET consumer)
endfunction()

cmake_language(DEFER CALL inspect_guest)
